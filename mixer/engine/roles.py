"""What each role is for in a mix: the starting points from which the measures then move."""

from __future__ import annotations

from dataclasses import dataclass

from mixer.contracts import ChannelRole, Space


@dataclass(frozen=True)
class RoleProfile:
    """`target_lu` under (-) the lead; `high_pass_hz` where rumble is cut; `dip_db` the most that presence may be
    lowered for the lead; `duck_db` how far it steps back for each syllable of the lead, `rest_db` how far it comes
    forward where the lead rests; `send_db` against the space's own level; `width` of a stereo sound (1 as it is);
    `mono_below_hz` keeps the bottom in the middle."""

    target_lu: float
    high_pass_hz: float
    dip_db: float
    duck_db: float
    rest_db: float
    send_db: float
    width: float = 1.0
    mono_below_hz: float = 0.0


PROFILES: dict[ChannelRole, RoleProfile] = {
    ChannelRole.LEAD: RoleProfile(0.0, 90.0, 0.0, 0.0, 0.0, 0.0, mono_below_hz=200.0),
    ChannelRole.CHOIR: RoleProfile(-6.0, 100.0, 3.0, 2.5, 4.5, 4.0),
    ChannelRole.BACKING: RoleProfile(-9.0, 150.0, 2.5, 1.5, 0.0, 3.0, 1.15, 250.0),
    ChannelRole.STRINGS: RoleProfile(-6.0, 60.0, 4.0, 2.5, 4.5, 2.0),
    ChannelRole.BRASS: RoleProfile(-6.0, 60.0, 4.0, 2.0, 4.5, 1.0),
    ChannelRole.WOODWIND: RoleProfile(-7.0, 120.0, 3.0, 1.5, 4.5, 2.0),
    ChannelRole.KEYS: RoleProfile(-6.0, 70.0, 3.0, 1.5, 4.5, 0.0),
    ChannelRole.PLUCKED: RoleProfile(-7.0, 90.0, 3.0, 1.0, 4.5, 0.0),
    ChannelRole.PAD: RoleProfile(-11.0, 110.0, 4.0, 3.0, 3.0, 2.0),
    ChannelRole.BASS: RoleProfile(-7.0, 30.0, 0.0, 0.0, 2.0, -12.0, 0.4, 150.0),
    ChannelRole.DRUMS: RoleProfile(-5.0, 28.0, 0.0, 0.5, 2.0, -3.0, mono_below_hz=100.0),
    ChannelRole.EFFECTS: RoleProfile(-8.0, 60.0, 2.0, 1.5, 2.0, 3.0),
}

SPACE_SEND_DB: dict[Space, float] = {
    Space.STUDIO: -17.0,
    Space.CHAMBER: -15.0,
    Space.HALL: -13.0,
    Space.CATHEDRAL: -10.0,
}
"""The lead's reverb against its dry sound."""

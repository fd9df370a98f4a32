"""The console before any decision: a channel per stem, groups, two rooms, and neutral equalisers.

Voices go to `vocals-bus` with a room of their own, everything else to `band-bus` with another: an instrumental has no
voice's reverb, and what rides the band rides its room. Bass and drums have `rhythm-bus`, which moves less; families of
which there are two or more have a group.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mixer.contracts import ChannelRole, ReverbKind, Space
from mixer.engine.assistant.types import AssistStem
from mixer.engine.console.state import LOWEST_DB, MIX, Bus, Channel, ConsoleState, EffectSlot, Send

VOCALS, BAND, RHYTHM, LEADS = "vocals-bus", "band-bus", "rhythm-bus", "leads-bus"
VOICE_ROOM, BAND_ROOM = "voice-room", "band-room"
ROOM_OF = {VOCALS: VOICE_ROOM, BAND: BAND_ROOM, RHYTHM: BAND_ROOM}
_FAMILIES: dict[ChannelRole, tuple[str, str]] = {
    ChannelRole.STRINGS: ("strings-bus", "Strings"),
    ChannelRole.BRASS: ("brass-bus", "Brass"),
    ChannelRole.CHOIR: ("choir-bus", "Choir"),
    ChannelRole.DRUMS: ("drums-bus", "Drums"),
    ChannelRole.EFFECTS: ("effects-bus", "Effects"),
}
SUNG = frozenset({ChannelRole.LEAD, ChannelRole.BACKING})
"""They carry the words: they keep their distance from each other and do not move with the accompaniment."""
FOUNDATION = frozenset({ChannelRole.BASS, ChannelRole.DRUMS})
_BUS_IDS = frozenset(
    {VOCALS, BAND, RHYTHM, LEADS, VOICE_ROOM, BAND_ROOM, MIX, "lanes", *(i for i, _ in _FAMILIES.values())}
)


def laid_out(
    stems: Sequence[AssistStem], roles: Sequence[ChannelRole], *, space: Space, reverb: ReverbKind, seed: int
) -> ConsoleState:
    """All faders at 0, nothing panned, every send silent: what is heard is the plain sum."""
    ids = channel_ids([stem.name for stem in stems])
    several_leads = sum(role is ChannelRole.LEAD for role in roles) > 1
    families = {r: f for r, f in _FAMILIES.items() if sum(role is r for role in roles) > 1}
    channels = []
    for stem, role, channel_id in zip(stems, roles, ids, strict=True):
        home = LEADS if role is ChannelRole.LEAD and several_leads else families.get(role, (main_bus(role), ""))[0]
        channels.append(
            Channel(
                id=channel_id,
                label=(stem.label or stem.name)[:80],
                effects=(EffectSlot("eq", "eq"),),
                sends=(Send(ROOM_OF[main_bus(role)], LOWEST_DB),),
                output=home,
                stem=stem.name,
                role=role,
                offset_s=stem.offset_s,
            )
        )
    return ConsoleState(
        channels=tuple(channels), buses=_buses(roles, families, several_leads, space, reverb), seed=seed
    )


def main_bus(role: ChannelRole) -> str:
    """Where a role ends up before the mix."""
    return VOCALS if role in SUNG else RHYTHM if role in FOUNDATION else BAND


def channel_ids(names: Sequence[str]) -> tuple[str, ...]:
    """An id for each name: as it is where it can be, unlike all others and all buses."""
    found: list[str] = []
    for name in names:
        base = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-._")[:50] or "stem"
        number, channel_id = 2, base
        while channel_id in found or channel_id in _BUS_IDS:
            channel_id, number = f"{base}-{number}", number + 1
        found.append(channel_id)
    return tuple(found)


def _buses(
    roles: Sequence[ChannelRole],
    families: dict[ChannelRole, tuple[str, str]],
    several_leads: bool,
    space: Space,
    reverb: ReverbKind,
) -> tuple[Bus, ...]:
    used = {main_bus(role) for role in roles}
    if RHYTHM in used:
        used.add(BAND)
    buses = [Bus(LEADS, "Lead voices", output=VOCALS)] if several_leads else []
    buses += [Bus(bus_id, label, output=main_bus(role)) for role, (bus_id, label) in families.items()]
    if RHYTHM in used:
        buses.append(Bus(RHYTHM, "Bass and drums"))
    for bus_id, label, room_id, room_label in (
        (VOCALS, "Vocals", VOICE_ROOM, "Voice room"),
        (BAND, "Band", BAND_ROOM, "Band room"),
    ):
        if bus_id in used:
            kind = reverb if bus_id == VOCALS else ReverbKind.CONVOLUTION
            room = EffectSlot("room", f"{kind.value}_reverb", {"space": space.value, "mix": 1.0})
            buses += [Bus(room_id, room_label, effects=(room,), output=bus_id), Bus(bus_id, label)]
    return tuple(buses)

"""From measures to settings: a channel's equaliser and dynamics, and the sentences that say why. Pure arithmetic."""

from __future__ import annotations

import numpy as np

from mixer.contracts import ChannelRole
from mixer.engine.analysis import PRESENCE_BANDS, Analysis
from mixer.engine.effects.biquad import Band, BandKind
from mixer.engine.effects.colour import Saturation
from mixer.engine.effects.dynamics import Compressor
from mixer.engine.roles import RoleProfile

TRIMMED_LUFS = -23.0
_AUDIBLE_RUMBLE_DB = -45.0


def high_pass(profile: RoleProfile, analysis: Analysis, said: list[str]) -> tuple[Band, ...]:
    rumble_db = analysis.share_db(slice(0, 2))
    if profile.high_pass_hz > 45.0 and rumble_db > _AUDIBLE_RUMBLE_DB:
        said.append(
            f"High-pass at {profile.high_pass_hz:.0f} Hz: sound under 90 Hz lay at {rumble_db:.0f} dB of the whole."
        )
    return (Band(BandKind.HIGH_PASS, profile.high_pass_hz),)


def lead_tone(analysis: Analysis, said: list[str]) -> tuple[Band, ...]:
    """Bring a dull voice forward, soften a sharp one, thin out a boomy one."""
    body_db = analysis.share_db(slice(4, 6))
    presence_db = analysis.share_db(PRESENCE_BANDS) - body_db
    air_db = analysis.share_db(slice(8, 10)) - body_db
    mud_db = analysis.share_db(slice(3, 4)) - body_db
    bands: list[Band] = []
    if presence_db < -9.0:
        gain_db = min(3.5, 0.35 * (-9.0 - presence_db) + 1.0)
        bands.append(Band(BandKind.BELL, 2_800.0, gain_db, 0.8))
        said.append(f"Raised {gain_db:.1f} dB at 2.8 kHz: the words' range lay {-presence_db:.0f} dB under the body.")
    if air_db > -6.0:
        gain_db = max(-7.0, -1.0 - 0.5 * (air_db + 6.0))
        bands.append(Band(BandKind.HIGH_SHELF, 6_000.0, gain_db))
        said.append(f"Softened {-gain_db:.1f} dB from 6 kHz: hiss lay at {air_db:+.0f} dB against the body.")
    elif air_db < -24.0:
        bands.append(Band(BandKind.HIGH_SHELF, 9_000.0, 2.5))
        said.append(f"Raised 2.5 dB of air from 9 kHz: it lay {-air_db:.0f} dB under the body.")
    if mud_db > 0.0:
        gain_db = max(-3.5, -1.0 - 0.4 * mud_db)
        bands.append(Band(BandKind.BELL, 240.0, gain_db, 0.9))
        said.append(f"Lowered {-gain_db:.1f} dB at 240 Hz, which lay {mud_db:.0f} dB over the body.")
    return tuple(bands)


def lead_compressors(analysis: Analysis, trim_db: float, said: list[str]) -> tuple[Compressor, ...]:
    """First a slow one that evens out phrases as a hand on the fader would, then a quick one for single syllables."""
    slow_db, quick_db = (float(level) + trim_db for level in np.percentile(analysis.sounding_db, [25, 60]))
    ratio = 3.0 if analysis.spread_db > 9.0 else 2.0
    said.append(
        f"Phrases evened out above {slow_db:.0f} dB, syllables compressed {ratio:.0f}:1: soft and loud lay "
        f"{analysis.spread_db:.0f} dB apart."
    )
    # Detectors that count a sine with its peak read 3 dB over the mean square of `level_db`.
    slow = Compressor(slow_db + 3.0, 2.0, attack_s=0.150, release_s=0.700, knee_db=10.0, detector_s=0.200)
    taken_db = 0.5 * max(0.0, quick_db - slow_db)
    return slow, Compressor(quick_db + 3.0 - taken_db, ratio, attack_s=0.006, release_s=0.120)


def bass_overtones(role: ChannelRole, analysis: Analysis, said: list[str]) -> Saturation | None:
    """Overtones make a deep bass heard on small speakers."""
    if role is not ChannelRole.BASS:
        return None
    above_db = analysis.share_db(slice(3, 10))
    if above_db > -12.0:
        return None
    said.append(f"Light saturation: above 180 Hz lay only {above_db:.0f} dB, too little for small speakers.")
    return Saturation(drive_db=9.0, share=0.5)

"""How much room a channel gets, and the care for sibilants that every lead gets."""

from __future__ import annotations

import numpy as np

from mixer.contracts import ReverbKind, Space, VoiceEffects
from mixer.engine.analysis import Analysis
from mixer.engine.effects.biquad import Band, response_db
from mixer.engine.roles import SPACE_SEND_DB

_HOT_DB = -7.0
"""Sibilants (the loudest twentieth of 4 kHz up) against the usual vowel: above this they sting."""
BODY_CORNER_HZ = 220.0
"""A voice has its body between 100 and 400 Hz; a shelf for instruments would lie under it."""


def hot_sibilants(analysis: Analysis, bands: tuple[Band, ...], sample_rate_hz: int, said: list[str]) -> float:
    """The amount 0..0.6 of de-essing that a lead needs by itself, after its equaliser `bands`; gentle."""
    power = analysis.bands[analysis.active]
    if len(power) == 0:
        return 0.0
    above_db = 10.0 * np.log10(power[:, 8:].sum(axis=1) + 1e-15)
    body_db = 10.0 * np.log10(power[:, 3:8].sum(axis=1) + 1e-15)
    if _is_whispered(power):
        return 0.0
    high_db, middle_db = response_db(bands, np.array([6_500.0, 800.0]), sample_rate_hz=sample_rate_hz)
    hot_db = float(np.percentile(above_db, 95) - np.median(body_db) + high_db - middle_db)
    if hot_db <= _HOT_DB:
        return 0.0
    amount = min(0.6, 0.2 + 0.05 * (hot_db - _HOT_DB))
    said.append(
        f"De-esser at {amount:.0%}: sibilants lay at {hot_db:+.0f} dB against the vowels, {_HOT_DB:.0f} dB is usual."
    )
    return amount


def _is_whispered(power: np.ndarray) -> bool:
    """Of (hops, bands): no body under 600 Hz and treble in the usual moment. Hiss is what a whisper is made of."""
    low, middle, above = (power[:, part].sum(axis=1) + 1e-15 for part in (slice(2, 5), slice(5, 8), slice(8, 10)))
    return bool(np.median(low / middle) < 10.0**0.1 and np.median(above / (low + middle)) > 10.0**-1.2)


def send_db(space: Space, profile_db: float, asked: VoiceEffects, said: list[str]) -> float:
    """The channel's reverb against its dry sound."""
    level_db = SPACE_SEND_DB[space] + profile_db + asked.reverb_db
    sentence = f"Sent to the {space.value} at {level_db:.0f} dB"
    if asked.reverb_db != 0.0:
        sentence += (
            f", {abs(asked.reverb_db):.1f} dB {'more' if asked.reverb_db > 0.0 else 'less'} than usual, as asked"
        )
    if asked.reverb is ReverbKind.ALGORITHMIC:
        sentence += "; the room is computed by a delay network, as asked"
    said.append(sentence + ".")
    return level_db

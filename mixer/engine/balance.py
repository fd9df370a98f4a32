"""The faders: how loud each channel is, from what the processed channels measure. Pure arithmetic."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from mixer.contracts import ChannelRole, MixSpec
from mixer.engine.analysis import VOCAL_BANDS, Analysis
from mixer.engine.meters import gated_lufs
from mixer.engine.ride import Ride
from mixer.engine.roles import PROFILES

LEAD_LUFS = -20.0
AUDIBLE_DB = 4.2
"""How far the lead stands over everything else together in its band, in the median of the half seconds it sings."""
LOWEST_BED_DB, HIGHEST_BED_DB = -10.0, 4.0
_FARTHEST_LU = 6.0
"""The accompaniment as a whole is never set farther under the lead: a whisper has little in the vocal band."""
_CROWD_DB = 1.0
"""Two instruments of one role may be this much louder than one; four twice as much."""
_WITH_THE_LEAD = frozenset({ChannelRole.BACKING})
"""They sing the lead's words with it: they keep their distance from it and do not move with the accompaniment."""
_FOUNDATION = frozenset({ChannelRole.BASS, ChannelRole.DRUMS})
FOUNDATION_SHARE = 0.7
"""Drums and bass carry the beat and hide the voice little: they follow the bed's moves part of the way."""


@dataclass(frozen=True, eq=False)
class Faders:
    """A gain for every stem of `spec`, and the moves over time that are added to it."""

    spec: MixSpec
    gains_db: tuple[float, ...]
    ride: Ride

    def moves_db(self, index: int) -> np.ndarray:
        """The ride of stem `index` in dB per hop (hops,)."""
        role = self.spec.stems[index].role
        if role is ChannelRole.LEAD or role in _WITH_THE_LEAD:
            return self.ride.lead_db
        return FOUNDATION_SHARE * self.ride.bed_db if role in _FOUNDATION else self.ride.bed_db

    def power(self, analyses: tuple[Analysis, ...], chosen: list[int]) -> np.ndarray:
        """Vocal-band power per hop of the chosen channels as they leave their faders; unlike sounds add in power."""
        total = np.zeros(len(self.ride.lead_db))
        for index in chosen:
            gain_db = self.gains_db[index] + self.moves_db(index)
            total += analyses[index].bands[:, VOCAL_BANDS].sum(axis=1) * 10.0 ** (gain_db / 10.0)
        return np.convolve(total, np.full(5, 0.2), mode="same")  # half a second: what a listener takes together


def lead_over_bed_db(faders: Faders, analyses: tuple[Analysis, ...], lead: list[int], bed: list[int]) -> float:
    """Median over the sung half seconds of lead against all others, 300 Hz to 4 kHz, in dB."""
    voice, rest = faders.power(analyses, lead), faders.power(analyses, bed)
    sung = sung_hops(voice)
    if not sung.any():
        return AUDIBLE_DB
    return float(np.median(10.0 * np.log10((voice[sung] + 1e-12) / (rest[sung] + 1e-12))))


def _lufs(faders: Faders, analyses: tuple[Analysis, ...], chosen: list[int]) -> float:
    return gated_lufs(sum(analyses[index].power * 10.0 ** (faders.gains_db[index] / 10.0) for index in chosen))


def sung_hops(voice: np.ndarray) -> np.ndarray:
    """Where the lead is within 10 dB of its strongest: boolean (hops,)."""
    return voice > 0.1 * np.percentile(voice, 95) if voice.any() else np.zeros(len(voice), bool)


def bed_move_db(faders: Faders, analyses: tuple[Analysis, ...], lead: list[int], bed: list[int]) -> float:
    """How far the accompaniment must move for the lead to be heard over it, within limits."""
    moved = [i for i in bed if faders.spec.stems[i].role not in _WITH_THE_LEAD]
    farthest_db = min(0.0, _lufs(faders, analyses, lead) - _FARTHEST_LU - _lufs(faders, analyses, moved))
    wanted_db = lead_over_bed_db(faders, analyses, lead, bed) - AUDIBLE_DB
    return float(np.clip(wanted_db, max(LOWEST_BED_DB, farthest_db), HIGHEST_BED_DB))


def with_bed(faders: Faders, bed: list[int], bed_db: float) -> Faders:
    """The accompaniment moved by `bed_db`; its foundation moves part of the way."""
    gains_db = list(faders.gains_db)
    for index in bed:
        role = faders.spec.stems[index].role
        if role not in _WITH_THE_LEAD:
            gains_db[index] += (FOUNDATION_SHARE if role in _FOUNDATION else 1.0) * bed_db
    return replace(faders, gains_db=tuple(gains_db))


def bed_sentence(bed_db: float, before_db: float, after_db: float) -> str:
    return (
        f"Accompaniment {'lowered' if bed_db < 0 else 'raised'} {abs(bed_db):.1f} dB: between 300 Hz and 4 kHz "
        f"the voice stood {before_db:+.1f} dB against it, now {after_db:+.1f} dB."
    )


def ride_sentence(moves: Ride, after_db: float) -> str:
    lead_db, bed_db = moves.lead_db, moves.bed_db
    return (
        f"Faders ridden through the sections: the voice between {lead_db.min():+.1f} and {lead_db.max():+.1f} dB, "
        f"the accompaniment between {bed_db.min():+.1f} and {bed_db.max():+.1f} dB; the voice now stands "
        f"{after_db:+.1f} dB against it."
    )


def role_gains(spec: MixSpec, analyses: tuple[Analysis, ...]) -> list[float]:
    """Each channel to its role's loudness; a role that many play is then lowered as a whole."""
    gains_db = [0.0] * len(analyses)
    groups: dict[ChannelRole, list[int]] = defaultdict(list)
    for index, (stem, analysis) in enumerate(zip(spec.stems, analyses, strict=True)):
        if not analysis.is_silent:
            gains_db[index] = LEAD_LUFS + PROFILES[stem.role].target_lu - analysis.lufs
            groups[stem.role].append(index)
    for role, members in groups.items():
        power = sum(analyses[index].power * 10.0 ** (gains_db[index] / 10.0) for index in members)
        allowed = LEAD_LUFS + PROFILES[role].target_lu + _CROWD_DB * np.log2(len(members))
        over_db = max(0.0, gated_lufs(power) - allowed)
        for index in members:
            gains_db[index] -= over_db
    return gains_db

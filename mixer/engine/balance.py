"""The faders: how loud each channel is, from what the processed channels measure. Pure arithmetic."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from mixer.contracts import ChannelRole, MixDecision, MixSpec
from mixer.engine.analysis import VOCAL_BANDS, Analysis
from mixer.engine.meters import gated_lufs
from mixer.engine.roles import PROFILES

LEAD_LUFS = -20.0
AUDIBLE_DB = 4.5
"""How far the lead stands over everything else together in its band, in the median of the time it sings."""
_LOWEST_BED_DB, _HIGHEST_BED_DB = -10.0, 3.0
_CROWD_DB = 1.0
"""Two instruments of one role may be this much louder than one; four twice as much."""
_FOUNDATION = frozenset({ChannelRole.BASS, ChannelRole.DRUMS})


def solve_faders(spec: MixSpec, analyses: tuple[Analysis, ...]) -> tuple[tuple[float, ...], tuple[MixDecision, ...]]:
    """A gain in dB for every stem of `spec`, from the analyses of the processed channels, and the reasons."""
    gains_db = _role_gains(spec, analyses)
    said: list[MixDecision] = []
    lead = [i for i, stem in enumerate(spec.stems) if stem.role is ChannelRole.LEAD and not analyses[i].is_silent]
    bed = [i for i, stem in enumerate(spec.stems) if stem.role is not ChannelRole.LEAD and not analyses[i].is_silent]
    if lead and bed:
        before_db = lead_over_bed_db(analyses, gains_db, lead, bed)
        bed_db = float(np.clip(before_db - AUDIBLE_DB, _LOWEST_BED_DB, _HIGHEST_BED_DB))
        for index in bed:
            # Drums and bass carry the beat and hide the voice little: they follow half-way.
            gains_db[index] += 0.5 * bed_db if spec.stems[index].role in _FOUNDATION else bed_db
        after_db = lead_over_bed_db(analyses, gains_db, lead, bed)
        said.append(
            MixDecision(
                "mix",
                f"Accompaniment {'lowered' if bed_db < 0 else 'raised'} {abs(bed_db):.1f} dB: between 300 Hz and 4 kHz "
                f"the voice stood {before_db:+.1f} dB against it, now {after_db:+.1f} dB.",
            )
        )
    for index, stem in enumerate(spec.stems):
        if not analyses[index].is_silent:
            under = _under_lead(analyses[index].lufs + gains_db[index])
            said.append(MixDecision(stem.name, f"Fader at {gains_db[index]:+.1f} dB{under}."))
    return tuple(gains_db), tuple(said)


def lead_over_bed_db(analyses: tuple[Analysis, ...], gains_db: list[float], lead: list[int], bed: list[int]) -> float:
    """Median over the sung time of lead against all others, 300 Hz to 4 kHz, in dB."""
    voice = _vocal_power(analyses, gains_db, lead)
    rest = _vocal_power(analyses, gains_db, bed)
    sung = np.any([analyses[index].active for index in lead], axis=0)
    ratio_db = 10.0 * np.log10((voice[sung] + 1e-12) / (rest[sung] + 1e-12))
    return float(np.median(ratio_db)) if sung.any() else AUDIBLE_DB


def _vocal_power(analyses: tuple[Analysis, ...], gains_db: list[float], chosen: list[int]) -> np.ndarray:
    """Power per hop of the chosen channels at their faders; unlike sounds add in power."""
    total = np.zeros(len(analyses[chosen[0]].power))
    for index in chosen:
        total += analyses[index].bands[:, VOCAL_BANDS].sum(axis=1) * 10.0 ** (gains_db[index] / 10.0)
    return _smooth(total)


def _smooth(power: np.ndarray) -> np.ndarray:
    """Over 300 ms: what a listener takes together."""
    return np.convolve(power, np.full(3, 1.0 / 3.0), mode="same")


def _role_gains(spec: MixSpec, analyses: tuple[Analysis, ...]) -> list[float]:
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


def _under_lead(lufs: float) -> str:
    return f", at {lufs:.1f} LUFS"

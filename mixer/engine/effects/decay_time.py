"""How long an answer rings in each octave, and the correction of a room until that is what it was asked to ring.

What an octave's reverberation time is, ISO 3382-1 says by how it is measured: the slope of the backward-integrated
energy (Schroeder, JASA 37(3), 1965) between -5 and -35 dB, twice over. A room designed by its figures misses them: the
octave above 5.6 kHz rings as long as its slower lower edge, noise and the beats of a few low modes bend a short decay,
and a cut in the bass leaves the 125 Hz octave to its upper half. So rooms are measured and corrected.
Filters run backwards in time: their own ringing then lies before the sound and not in its decay (ISO 3382-1, 7.3).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.signal import butter, sosfilt

OCTAVES_HZ = (125.0, 250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0)
_STEP_SAMPLES = 32
_FROM_DB, _TO_DB = -5.0, -35.0
_TRIES = 5
_FURTHEST = 3.0
"""A figure is moved by this factor at the most, however an octave measures."""
_SHARES = (0.7, 2.0)
_MOVED = 0.01


def octave_rt60_s(answer: np.ndarray, octaves_hz: tuple[float, ...], *, sample_rate_hz: int) -> np.ndarray:
    """Seconds per octave (octaves,) in which an answer (channels, samples) falls by 60 dB: T30, the channels' mean."""
    backwards = answer[:, ::-1].astype(np.float64)
    return np.array([_t30_s(backwards, octave_hz, sample_rate_hz) for octave_hz in octaves_hz])


def corrected(
    wanted_s: tuple[float, ...], build: Callable[[tuple[float, ...]], np.ndarray], *, sample_rate_hz: int
) -> tuple[float, ...]:
    """The figures to tell `build` so that its answer (channels, samples) measures `wanted_s`, by a few tries."""
    heard = sum(octave_hz < 0.45 * sample_rate_hz / 2.0**0.5 for octave_hz in OCTAVES_HZ)
    wanted, shares = np.log(np.array(wanted_s)), np.ones(heard)
    told, least, before = wanted, np.inf, None
    best_s = wanted_s
    for _ in range(_TRIES):
        tried_s = tuple(float(one_s) for one_s in np.exp(told))
        measured = np.log(octave_rt60_s(build(tried_s), OCTAVES_HZ[:heard], sample_rate_hz=sample_rate_hz))
        missed = wanted[:heard] - measured
        if np.abs(missed).max() < least:
            least, best_s = np.abs(missed).max(), tried_s
        if before is not None:
            # An octave follows what it is told by more or less than was asked: the next step knows (a secant).
            told_on, came = told[:heard] - before[0], measured - before[1]
            clear = np.abs(came) > _MOVED
            shares = np.where(clear, np.clip(told_on / np.where(clear, came, 1.0), *_SHARES), shares)
        before = (told[:heard], measured)
        told = told + np.concatenate([shares * missed, np.zeros(len(told) - heard)])
        told = np.clip(told, wanted - np.log(_FURTHEST), wanted + np.log(_FURTHEST))
    return best_s


def _t30_s(backwards: np.ndarray, octave_hz: float, sample_rate_hz: int) -> float:
    edges = [octave_hz / 2.0**0.5, octave_hz * 2.0**0.5]
    octave = butter(3, edges, "band", fs=sample_rate_hz, output="sos")
    power = np.square(sosfilt(octave, backwards, axis=1))
    steps = power.shape[1] // _STEP_SAMPLES
    left = np.cumsum(power[:, : steps * _STEP_SAMPLES].reshape(len(power), steps, _STEP_SAMPLES).sum(axis=2), axis=1)
    return float(np.mean([_slope_s(side, sample_rate_hz / _STEP_SAMPLES) for side in left]))


def _slope_s(left: np.ndarray, rate_hz: float) -> float:
    """Seconds for 60 dB by the line of least squares through what is left (steps,), the oldest last."""
    level_db = 10.0 * np.log10(left / left[-1] + 1e-30)
    within = level_db[(level_db <= _FROM_DB) & (level_db >= _TO_DB)]
    at = np.arange(len(within)) - 0.5 * (len(within) - 1)
    return 60.0 * float(at @ at) / float(at @ within) / rate_hz

"""Multiband compression: four bands, each held together by itself, so that a loud bass does not pull the voice down.

The bands are split by Linkwitz-Riley filters of fourth order (Linkwitz, "Active Crossover Networks for Noncoincident
Drivers", JAES 24(1), 1976): low = LP LP, high = AP - LP LP, with LP a Butterworth low-pass and AP the all-pass
(s^2 - sqrt(2) s + 1) / (s^2 + sqrt(2) s + 1) of the same frequency. Each half passes the all-pass of the other half's
split as well. So the bands sum to an all-pass: where nothing is compressed, the magnitude is flat to the rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.biquad import Band, BandKind, sections

CROSSOVERS_HZ = (120.0, 900.0, 5_000.0)
BANDS = len(CROSSOVERS_HZ) + 1
_CONTROL_SAMPLES = 16


@dataclass(frozen=True)
class MultibandCompressor:
    """`thresholds_db`: one per band, from low to high, against the mean square of the louder channel.

    Per 16 samples and band: the mean square is smoothed over `detector_s`, the static curve of ratio and soft knee
    gives the wanted gain in dB, which is followed by one pole (attack down, release up); in between, gains run in
    straight lines. They act 16 samples late (0.3 ms): no look-ahead, no latency.
    """

    thresholds_db: tuple[float, float, float, float]
    ratio: float = 2.0
    attack_s: tuple[float, float, float, float] = (0.040, 0.025, 0.015, 0.010)
    release_s: tuple[float, float, float, float] = (0.300, 0.220, 0.160, 0.120)
    knee_db: float = 8.0
    detector_s: float = 0.010

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> MultibandStream:
        return MultibandStream(self, sample_rate_hz, channels)


class MultibandStream:
    latency_samples = 0
    tail_samples = 0

    def __init__(self, effect: MultibandCompressor, sample_rate_hz: int, channels: int) -> None:
        self._low_pass, self._all_pass = _crossovers(sample_rate_hz)
        self._filters = np.zeros((channels, _FILTERS, 2))
        self._control = np.zeros((BANDS, 4))
        self._control[:, 2:] = 1.0
        self._power = np.zeros((BANDS, channels))
        self._count = np.zeros(1, np.int64)
        self._deepest_db = np.zeros(BANDS)
        rate_hz = sample_rate_hz / _CONTROL_SAMPLES
        times = [(effect.detector_s, *pair) for pair in zip(effect.attack_s, effect.release_s, strict=True)]
        self._poles = np.exp(-1.0 / (np.array(times) * rate_hz))
        self._thresholds = np.array(effect.thresholds_db)
        self._shape = np.array([1.0 / effect.ratio - 1.0, effect.knee_db])

    @property
    def deepest_db(self) -> tuple[float, ...]:
        """The most that each band was lowered by so far."""
        return tuple(float(value) for value in self._deepest_db)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        """(channels, samples) float32 in and out; `key` is not used."""
        out = np.empty(block.shape, np.float32)
        _compress(
            np.ascontiguousarray(block, np.float32),
            (self._low_pass, self._all_pass, self._poles, self._thresholds, self._shape),
            (self._filters, self._control, self._power, self._count, self._deepest_db),
            out,
        )
        return out

    def bands(self, block: np.ndarray) -> np.ndarray:
        """(BANDS, channels, samples) float32: the bands as they go into the compressors. For measuring."""
        out = np.empty((BANDS, *block.shape), np.float32)
        _split(np.ascontiguousarray(block, np.float32), self._low_pass, self._all_pass, self._filters, out)
        return out


_FILTERS = 11


def _crossovers(sample_rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Low-pass and all-pass coefficients (3, 5) of each crossover."""
    low = sections(
        tuple(Band(BandKind.LOW_PASS, frequency_hz) for frequency_hz in CROSSOVERS_HZ), sample_rate_hz=sample_rate_hz
    )
    all_pass = np.empty_like(low)
    for row, (_, _, _, a1, a2) in zip(all_pass, low, strict=True):
        row[:] = (a2, a1, 1.0, a1, a2)
    return low, all_pass


@njit(cache=True, nogil=True, inline="always")
def _biquad(value, c, state):  # pragma: no cover - compiled
    result = c[0] * value + state[0]
    state[0] = c[1] * value - c[3] * result + state[1]
    state[1] = c[2] * value - c[4] * result
    return result


@njit(cache=True, nogil=True)
def _four(value, low, all_pass, s):  # pragma: no cover - compiled
    """One sample into its four bands: split in the middle, then each half, with the other half's all-pass."""
    bottom = _biquad(_biquad(value, low[1], s[0]), low[1], s[1])
    top = _biquad(value, all_pass[1], s[2]) - bottom
    bottom = _biquad(bottom, all_pass[2], s[3])
    top = _biquad(top, all_pass[0], s[4])
    first = _biquad(_biquad(bottom, low[0], s[5]), low[0], s[6])
    second = _biquad(bottom, all_pass[0], s[7]) - first
    third = _biquad(_biquad(top, low[2], s[8]), low[2], s[9])
    fourth = _biquad(top, all_pass[2], s[10]) - third
    return first, second, third, fourth


@njit(cache=True, nogil=True)
def _split(block, low, all_pass, filters, out):  # pragma: no cover - compiled
    for channel in range(block.shape[0]):
        for index in range(block.shape[1]):
            bands = _four(float(block[channel, index]), low, all_pass, filters[channel])
            for band in range(4):
                out[band, channel, index] = bands[band]


@njit(cache=True, nogil=True)
def _compress(block, settings, state, out):  # pragma: no cover - compiled
    """`control` per band: smoothed power, reduction in dB, gain where the line began, gain where it ends."""
    low, all_pass, poles, thresholds, shape = settings
    filters, control, power, count, deepest = state
    channels = block.shape[0]
    for index in range(block.shape[1]):
        along = (count[0] + 1.0) / _CONTROL_SAMPLES
        for channel in range(channels):
            bands = _four(float(block[channel, index]), low, all_pass, filters[channel])
            total = 0.0
            for band in range(4):
                value = bands[band]
                power[band, channel] += value * value
                total += value * (control[band, 2] + (control[band, 3] - control[band, 2]) * along)
            out[channel, index] = total
        count[0] += 1
        if count[0] == _CONTROL_SAMPLES:
            count[0] = 0
            _steer(control, power, poles, thresholds, shape, deepest)
            for channel in range(channels):
                for k in range(filters.shape[1]):
                    if abs(filters[channel, k, 0]) + abs(filters[channel, k, 1]) < 1e-15:
                        filters[channel, k, 0] = 0.0
                        filters[channel, k, 1] = 0.0


@njit(cache=True, nogil=True)
def _steer(control, power, poles, thresholds, shape, deepest):  # pragma: no cover - compiled
    slope, knee = shape
    for band in range(4):
        loudest = 0.0
        for channel in range(power.shape[1]):
            loudest = max(loudest, power[band, channel] / _CONTROL_SAMPLES)
            power[band, channel] = 0.0
        control[band, 0] = poles[band, 0] * control[band, 0] + (1.0 - poles[band, 0]) * loudest
        over = 10.0 * np.log10(control[band, 0] + 1e-12) - thresholds[band]
        wanted = 0.0
        if over >= knee / 2.0:
            wanted = slope * over
        elif over > -knee / 2.0:
            wanted = slope * (over + knee / 2.0) ** 2 / (2.0 * knee)
        pole = poles[band, 1] if wanted < control[band, 1] else poles[band, 2]
        control[band, 1] = pole * control[band, 1] + (1.0 - pole) * wanted
        if control[band, 1] > -1e-6:
            control[band, 1] = 0.0
        deepest[band] = max(deepest[band], -control[band, 1])
        control[band, 2] = control[band, 3]
        control[band, 3] = 10.0 ** (control[band, 1] / 20.0) if control[band, 1] < 0.0 else 1.0

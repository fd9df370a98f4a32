"""A song in grains of a third of a millisecond: all that loudness, peaks and compression need, in a few megabytes.

Gains that move slowly against a grain act on its figures as they act on its sound. So any compression, any drive and
any limiting can be tried on a whole song in milliseconds, and memory does not grow with what is tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.limiter import inter_sample_peaks
from mixer.engine.mastering.source import Sound
from mixer.engine.meters import HOP_S, gated_lufs, k_weighting, loudness_range_lu

_MARGIN_SAMPLES = 24
"""What the interpolator between samples reads beyond a block's ends, and more."""


@dataclass(frozen=True, eq=False)
class Grains:
    """Per grain (grains,): K-weighted power with the channels summed, mean square of the louder channel, and the
    greatest magnitude between samples too (empty if that was not asked for). `mean` (2,): the DC of each channel."""

    power: np.ndarray
    level: np.ndarray
    peaks: np.ndarray
    mean: np.ndarray
    grain_samples: int
    sample_rate_hz: int

    @property
    def rate_hz(self) -> float:
        return self.sample_rate_hz / self.grain_samples

    def hop_power(self, gain: np.ndarray | None = None) -> np.ndarray:
        """K-weighted power per 100 ms, shape (hops,), under a linear gain per grain."""
        per_hop = round(HOP_S * self.sample_rate_hz) // self.grain_samples
        power = self.power if gain is None else self.power * np.square(gain)
        hops = len(power) // per_hop
        return power[: hops * per_hop].reshape(hops, per_hop).mean(axis=1, dtype=np.float64)

    def lufs(self, gain: np.ndarray | None = None) -> float:
        return gated_lufs(self.hop_power(gain))


def range_at_lu(hop_power: np.ndarray, lufs: float) -> float:
    """Loudness range as it is when the whole is `lufs` loud: what lies under the gate of -70 LUFS depends on that."""
    own = gated_lufs(hop_power)
    return loudness_range_lu(hop_power * 10.0 ** ((lufs - own) / 10.0))


class GrainMeter:
    """Takes a song block by block (whole grains in all but the last), and gives its Grains."""

    def __init__(self, sound: Sound, *, with_peaks: bool) -> None:
        self._sound = sound
        self._sections = k_weighting(sound.sample_rate_hz)
        self._state = np.zeros(8)
        self._sums = np.zeros(2)
        self._power: list[np.ndarray] = []
        self._level: list[np.ndarray] = []
        self._peaks = _PeakMeter(sound.grain_samples) if with_peaks else None

    def push(self, block: np.ndarray) -> None:
        grain = self._sound.grain_samples
        count = -(-block.shape[1] // grain)
        power, level = np.empty(count, np.float32), np.empty(count, np.float32)
        _measure(np.ascontiguousarray(block, np.float32), self._sections, self._state, self._sums, grain, power, level)
        self._power.append(power)
        self._level.append(level)
        if self._peaks is not None:
            self._peaks.push(block)

    def grains(self) -> Grains:
        peaks = self._peaks.finish() if self._peaks is not None else np.zeros(0, np.float32)
        power, level = np.concatenate(self._power), np.concatenate(self._level)
        mean = self._sums / self._sound.samples
        return Grains(power, level, peaks, mean, self._sound.grain_samples, self._sound.sample_rate_hz)


class _PeakMeter:
    """The greatest inter-sample peak per grain; each block is finished when the next one's first samples are known."""

    def __init__(self, grain_samples: int) -> None:
        self._grain = grain_samples
        self._before = np.zeros((2, _MARGIN_SAMPLES), np.float32)
        self._block: np.ndarray | None = None
        self._out: list[np.ndarray] = []

    def push(self, block: np.ndarray) -> None:
        if self._block is not None:
            after = np.zeros((2, _MARGIN_SAMPLES), np.float32)
            known = min(_MARGIN_SAMPLES, block.shape[1])
            after[:, :known] = block[:, :known]
            self._measure(after)
        self._block = block

    def finish(self) -> np.ndarray:
        if self._block is not None:
            self._measure(np.zeros((2, _MARGIN_SAMPLES), np.float32))
        return np.concatenate(self._out)

    def _measure(self, after: np.ndarray) -> None:
        whole = np.concatenate([self._before, self._block, after], axis=1)
        peaks = inter_sample_peaks(whole)[_MARGIN_SAMPLES:-_MARGIN_SAMPLES]
        rest = -len(peaks) % self._grain
        if rest:
            peaks = np.concatenate([peaks, np.zeros(rest, np.float32)])
        self._out.append(peaks.reshape(-1, self._grain).max(axis=1))
        self._before = whole[:, -2 * _MARGIN_SAMPLES : -_MARGIN_SAMPLES].copy()


@njit(cache=True, nogil=True, fastmath={"contract"})
def _measure(block, sections, state, sums, grain, power, level):  # pragma: no cover - compiled
    """Both channels side by side through the two biquads of BS.1770 (transposed direct form II)."""
    b0, b1, b2, a1, a2 = sections[0]
    c0, c1, c2, d1, d2 = sections[1]
    p0, p1, p2, p3, q0, q1, q2, q3 = state
    sum_left, sum_right = sums[0], sums[1]
    samples = block.shape[1]
    for number in range(power.shape[0]):
        weighted, left, right = 0.0, 0.0, 0.0
        for index in range(number * grain, min(samples, (number + 1) * grain)):
            x, y = float(block[0, index]), float(block[1, index])
            left += x * x
            right += y * y
            sum_left += x
            sum_right += y
            u, v = b0 * x + p0, b0 * y + q0
            p0, q0 = (b1 * x + p1) - a1 * u, (b1 * y + q1) - a1 * v
            p1, q1 = b2 * x - a2 * u, b2 * y - a2 * v
            x, y = c0 * u + p2, c0 * v + q2
            p2, q2 = (c1 * u + p3) - d1 * x, (c1 * v + q3) - d1 * y
            p3, q3 = c2 * u - d2 * x, c2 * v - d2 * y
            weighted += x * x + y * y
        power[number] = weighted / grain
        level[number] = max(left, right) / grain
        if abs(p0) + abs(p1) + abs(p2) + abs(p3) < 1e-15:
            p0, p1, p2, p3 = 0.0, 0.0, 0.0, 0.0
        if abs(q0) + abs(q1) + abs(q2) + abs(q3) < 1e-15:
            q0, q1, q2, q3 = 0.0, 0.0, 0.0, 0.0
    sums[0], sums[1] = sum_left, sum_right
    state[:] = (p0, p1, p2, p3, q0, q1, q2, q3)

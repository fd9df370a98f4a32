"""Parametric equaliser: a cascade of biquads.

Source: Robert Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients" (W3C note 2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numba import njit

from mixer.engine.effects.streaming import GLIDE_SAMPLES, contiguous, run

BUTTERWORTH_Q = 0.5**0.5


class BandKind(StrEnum):
    BELL = "bell"
    LOW_SHELF = "low_shelf"
    HIGH_SHELF = "high_shelf"
    HIGH_PASS = "high_pass"
    LOW_PASS = "low_pass"


@dataclass(frozen=True)
class Band:
    """One biquad. `gain_db` counts for bell and shelves alone. A pass filter with the default q is at -3 dB there."""

    kind: BandKind
    frequency_hz: float
    gain_db: float = 0.0
    q: float = BUTTERWORTH_Q

    @property
    def is_neutral(self) -> bool:
        return self.gain_db == 0.0 and self.kind not in (BandKind.HIGH_PASS, BandKind.LOW_PASS)


@dataclass(frozen=True)
class ParametricEq:
    bands: tuple[Band, ...]

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> CascadeStream:
        return CascadeStream(sections(self.bands, sample_rate_hz=sample_rate_hz), sample_rate_hz, channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out; float64 inside."""
        if all(band.is_neutral for band in self.bands):
            return audio
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class CascadeStream:
    """Biquads one after another. A section that does nothing costs nothing and changes no bit.

    New coefficients are reached in GLIDE_SAMPLES, each in a straight line: every filter on the way is stable, as the
    stable ones form a triangle (a convex set).
    """

    latency_samples = 0

    def __init__(self, coefficients: np.ndarray, sample_rate_hz: int, channels: int) -> None:
        self._rate_hz = sample_rate_hz
        self._goal = coefficients
        self._now = coefficients.copy()
        self._left = 0
        self._state = np.zeros((len(coefficients), channels, 2))
        self._scratch = np.empty((channels, _AT_ONCE))
        rings = (ring_samples(np.array([1.0, *row[3:]]), sample_rate_hz) for row in coefficients)
        self.tail_samples = max(rings, default=0)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        idle = self._left == 0 and (self._goal == _NOTHING).all()
        if not self._state.any() and (idle or not block.any()):
            self._skip(block.shape[1])
            return block.copy()
        out = np.empty(block.shape, np.float32)
        self._left = _cascade(contiguous(block), self._now, self._goal, self._left, self._state, self._scratch, out)
        return out

    def retune(self, effect: ParametricEq) -> None:
        """An equaliser with as many bands as the one that opened this stream."""
        self.steer(sections(effect.bands, sample_rate_hz=self._rate_hz))

    def steer(self, coefficients: np.ndarray) -> None:
        if not np.array_equal(coefficients, self._goal):
            self._goal = coefficients
            self._left = GLIDE_SAMPLES

    def _skip(self, samples: int) -> None:
        """Silence through a filter at rest: the glide goes on all the same."""
        if self._left > 0:
            step = min(self._left, samples)
            self._now += (self._goal - self._now) * (step / self._left)
            self._left -= step
            if self._left == 0:
                self._now[:] = self._goal


_AT_ONCE = 256
_NOTHING = np.array([1.0, 0.0, 0.0, 0.0, 0.0])


def ring_samples(poles: np.ndarray, sample_rate_hz: int) -> int:
    """How long a section with the denominator 1, a1, a2 takes to fall by 100 dB; 2 s at the most."""
    slowest = float(np.abs(np.roots(poles)).max(initial=0.0))
    if slowest <= 0.0:
        return 0
    return min(2 * sample_rate_hz, round(np.log(1e-5) / np.log(min(slowest, 1.0 - 1e-9))))


def sections(bands: tuple[Band, ...], *, sample_rate_hz: int) -> np.ndarray:
    """Coefficients (bands, 5) as b0, b1, b2, a1, a2 with a0 = 1."""
    return np.array([_coefficients(band, sample_rate_hz) for band in bands], np.float64).reshape(-1, 5)


def response_db(bands: tuple[Band, ...], frequencies_hz: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
    """The magnitude of the whole cascade in dB at each frequency."""
    return 10.0 * np.log10(
        power_response(sections(bands, sample_rate_hz=sample_rate_hz), frequencies_hz, sample_rate_hz)
    )


def power_response(coefficients: np.ndarray, frequencies_hz: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """|H|^2 of a cascade (sections, 5) at each frequency."""
    z = np.exp(-2j * np.pi * np.asarray(frequencies_hz) / sample_rate_hz)
    power = np.ones(z.shape)
    for b0, b1, b2, a1, a2 in coefficients:
        power = power * np.abs((b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z)) ** 2
    return np.maximum(power, 1e-30)


def butterworth(kind: BandKind, frequency_hz: float, *, slope_db: int) -> tuple[Band, ...]:
    """A maximally flat high- or low-pass of `slope_db` 12, 24 or 48 dB per octave: -3 dB at its frequency.

    Sections with q = 1 / (2 cos(pi (2 k + 1) / (2 n))), k = 0 .. n / 2 - 1, n = slope / 6 (Butterworth, 1930).
    """
    order = slope_db // 6
    angles = np.pi * (2.0 * np.arange(order // 2) + 1.0) / (2.0 * order)
    return tuple(Band(kind, frequency_hz, q=float(q)) for q in 1.0 / (2.0 * np.cos(angles)))


def _coefficients(band: Band, sample_rate_hz: int) -> tuple[float, ...]:
    if band.is_neutral:
        return 1.0, 0.0, 0.0, 0.0, 0.0
    frequency_hz = min(band.frequency_hz, 0.49 * sample_rate_hz)
    omega = 2.0 * np.pi * frequency_hz / sample_rate_hz
    cos, alpha = np.cos(omega), np.sin(omega) / (2.0 * band.q)
    gain = 10.0 ** (band.gain_db / 40.0)
    if band.kind is BandKind.BELL:
        b = (1.0 + alpha * gain, -2.0 * cos, 1.0 - alpha * gain)
        a = (1.0 + alpha / gain, -2.0 * cos, 1.0 - alpha / gain)
    elif band.kind is BandKind.HIGH_PASS:
        b = ((1.0 + cos) / 2.0, -(1.0 + cos), (1.0 + cos) / 2.0)
        a = (1.0 + alpha, -2.0 * cos, 1.0 - alpha)
    elif band.kind is BandKind.LOW_PASS:
        b = ((1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0)
        a = (1.0 + alpha, -2.0 * cos, 1.0 - alpha)
    else:
        b, a = _shelf(gain, cos, alpha, sign=1.0 if band.kind is BandKind.LOW_SHELF else -1.0)
    return b[0] / a[0], b[1] / a[0], b[2] / a[0], a[1] / a[0], a[2] / a[0]


def _shelf(gain: float, cos: float, alpha: float, *, sign: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Low shelf for sign +1, high shelf for -1 (the cookbook's two tables differ in the sign of the cosine)."""
    root = 2.0 * np.sqrt(gain) * alpha
    plus, minus, c = gain + 1.0, gain - 1.0, sign * cos
    b = (gain * (plus - minus * c + root), sign * 2.0 * gain * (minus - plus * c), gain * (plus - minus * c - root))
    a = (plus + minus * c + root, sign * -2.0 * (minus + plus * c), plus + minus * c - root)
    return b, a


@njit(cache=True, nogil=True, error_model="numpy")
def _cascade(block, now, goal, left, state, scratch, out):  # pragma: no cover - compiled
    """Transposed direct form II: y = b0 x + s1; s1 = b1 x + s2 - a1 y; s2 = b2 x - a2 y. Returns what is left to glide.

    Section after section over short stretches, so that coefficients stay in registers and two channels overlap.
    """
    channels, samples = block.shape
    count = now.shape[0]
    start = 0
    while start < samples:
        length = min(scratch.shape[1], samples - start)
        if left > 0:
            length = min(length, left)
        for channel in range(channels):
            for index in range(length):
                scratch[channel, index] = block[channel, start + index]
        if left > 0:
            for k in range(count):
                _glide_section(scratch, length, now[k], goal[k], left, state[k])
        else:
            waiting = -1
            for k in range(count):
                if _is_idle(now[k], state[k]):
                    continue
                if channels != 2:
                    for channel in range(channels):
                        _one_channel(scratch[channel], length, now[k], state[k, channel])
                elif waiting < 0:
                    waiting = k
                else:
                    _pair(scratch, length, now[waiting], now[k], state[waiting], state[k])
                    waiting = -1
            if waiting >= 0:
                for channel in range(channels):
                    _one_channel(scratch[channel], length, now[waiting], state[waiting, channel])
        for channel in range(channels):
            for index in range(length):
                out[channel, start + index] = scratch[channel, index]
        left = max(0, left - length)
        if left == 0:
            now[:] = goal
        start += length
    for k in range(count):  # denormals are slow
        for channel in range(channels):
            if abs(state[k, channel, 0]) + abs(state[k, channel, 1]) < 1e-15:
                state[k, channel] = 0.0
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def _is_idle(c, state):  # pragma: no cover - compiled
    return c[0] == 1.0 and c[1] == 0.0 and c[2] == 0.0 and c[3] == 0.0 and c[4] == 0.0 and not state.any()


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _pair(x, length, c, d, state, other):  # pragma: no cover - compiled
    """Two sections on two channels at once: four recursions that do not wait for each other."""
    b0, b1, b2, a1, a2 = c[0], c[1], c[2], c[3], c[4]
    d0, d1, d2, c1, c2 = d[0], d[1], d[2], d[3], d[4]
    p1, p2, q1, q2 = state[0, 0], state[0, 1], state[1, 0], state[1, 1]
    r1, r2, t1, t2 = other[0, 0], other[0, 1], other[1, 0], other[1, 1]
    for index in range(length):
        u, v = x[0, index], x[1, index]
        y, z = b0 * u + p1, b0 * v + q1
        p1, q1 = (b1 * u + p2) - a1 * y, (b1 * v + q2) - a1 * z
        p2, q2 = b2 * u - a2 * y, b2 * v - a2 * z
        u, v = d0 * y + r1, d0 * z + t1
        r1, t1 = (d1 * y + r2) - c1 * u, (d1 * z + t2) - c1 * v
        r2, t2 = d2 * y - c2 * u, d2 * z - c2 * v
        x[0, index], x[1, index] = u, v
    state[0, 0], state[0, 1], state[1, 0], state[1, 1] = p1, p2, q1, q2
    other[0, 0], other[0, 1], other[1, 0], other[1, 1] = r1, r2, t1, t2


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _one_channel(x, length, c, state):  # pragma: no cover - compiled
    b0, b1, b2, a1, a2 = c[0], c[1], c[2], c[3], c[4]
    s1, s2 = state[0], state[1]
    for index in range(length):
        u = x[index]
        y = b0 * u + s1
        s1 = (b1 * u + s2) - a1 * y
        s2 = b2 * u - a2 * y
        x[index] = y
    state[0], state[1] = s1, s2


@njit(cache=True, nogil=True, error_model="numpy")
def _glide_section(x, length, now, goal, left, state):  # pragma: no cover - compiled
    for index in range(length):
        for k in range(5):
            now[k] += (goal[k] - now[k]) / (left - index)
        for channel in range(x.shape[0]):
            u = x[channel, index]
            y = now[0] * u + state[channel, 0]
            state[channel, 0] = (now[1] * u + state[channel, 1]) - now[3] * y
            state[channel, 1] = now[2] * u - now[4] * y
            x[channel, index] = y

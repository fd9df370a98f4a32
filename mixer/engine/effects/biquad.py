"""Parametric equaliser: a cascade of biquads.

Source: Robert Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients" (W3C note 2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numba import njit

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


@dataclass(frozen=True)
class ParametricEq:
    bands: tuple[Band, ...]

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out; float64 inside."""
        if not self.bands:
            return audio
        return run_sections(audio, sections(self.bands, sample_rate_hz=sample_rate_hz))


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


def run_sections(audio: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """Filter (channels, samples) float32 through a cascade (sections, 5), starting at rest."""
    out = np.empty(audio.shape, np.float32)
    for channel in range(audio.shape[0]):
        _cascade(np.ascontiguousarray(audio[channel], np.float32), coefficients, out[channel])
    return out


def _coefficients(band: Band, sample_rate_hz: int) -> tuple[float, ...]:
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


@njit(cache=True, nogil=True)
def _cascade(samples, coefficients, out):  # pragma: no cover - compiled
    """Transposed direct form II, all sections per sample; states below -300 dB are cleared (denormals are slow)."""
    count = coefficients.shape[0]
    state = np.zeros((count, 2))
    for index in range(samples.shape[0]):
        value = float(samples[index])
        for k in range(count):
            result = coefficients[k, 0] * value + state[k, 0]
            state[k, 0] = coefficients[k, 1] * value - coefficients[k, 3] * result + state[k, 1]
            state[k, 1] = coefficients[k, 2] * value - coefficients[k, 4] * result
            value = result
        out[index] = value
        if index & 4095 == 0:
            for k in range(count):
                if abs(state[k, 0]) + abs(state[k, 1]) < 1e-15:
                    state[k, 0] = 0.0
                    state[k, 1] = 0.0

"""Inner loops: band-limited saws and a filter whose cutoff moves. Compiled, because both remember the last sample."""

from __future__ import annotations

import numpy as np
from numba import njit

CONTROL_SAMPLES = 16
"""The filter's cutoff is set once in so many samples (3 kHz at 48 kHz)."""


@njit(cache=True, nogil=True)
def add_saw(out: np.ndarray, frequency: np.ndarray, phase: float, left: float, right: float) -> None:
    """Add a saw to `out` (2, samples) float64. `frequency` (samples,) in cycles a sample, `phase` 0..1.

    PolyBLEP: the step is rounded over two samples by the integral of a triangle (Välimäki and Huovilainen,
    "Antialiasing oscillators in subtractive synthesis", IEEE Signal Processing Magazine 24(2), 2007)."""
    for i in range(out.shape[1]):
        step = frequency[i]
        value = 2.0 * phase - 1.0
        if phase < step:
            t = phase / step
            value -= t + t - t * t - 1.0
        elif phase > 1.0 - step:
            t = (phase - 1.0) / step
            value -= t * t + t + t + 1.0
        out[0, i] += left * value
        out[1, i] += right * value
        phase += step
        if phase >= 1.0:
            phase -= 1.0


@njit(cache=True, nogil=True)
def filter_in_place(audio: np.ndarray, cutoff: np.ndarray, damping: float, kind: int) -> None:
    """Filter (channels, samples) float64 by a trapezoidal state-variable filter; `kind` 0 low, 1 band, 2 high.

    `cutoff` holds cycles a sample, one value for each 16 samples; `damping` is 1/Q (Zavalishin, "The Art of VA Filter
    Design", 2018, ch. 4; Simper, "Linear trapezoidal integrated state variable filter", 2013)."""
    for channel in range(audio.shape[0]):
        first, second = 0.0, 0.0
        a1, a2, a3 = 0.0, 0.0, 0.0
        for i in range(audio.shape[1]):
            if i % 16 == 0:
                g = np.tan(np.pi * min(0.45, cutoff[i // 16]))
                a1 = 1.0 / (1.0 + g * (g + damping))
                a2 = g * a1
                a3 = g * a2
            x = audio[channel, i]
            v3 = x - second
            band = a1 * first + a2 * v3
            low = second + a2 * first + a3 * v3
            first = 2.0 * band - first
            second = 2.0 * low - second
            if kind == 0:
                audio[channel, i] = low
            elif kind == 1:
                audio[channel, i] = damping * band
            else:
                audio[channel, i] = x - damping * band - low

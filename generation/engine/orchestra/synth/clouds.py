"""Pads as loops: a spectrum with random phases, transformed once, that goes round without a seam.

After Nasca, "The PADsynth algorithm" (2006, zynaddsubfx.sourceforge.io/doc/PADsynth): every harmonic becomes a hill
whose width grows with its number; random phases make it live. Nothing lies above half the sample rate.
"""

from __future__ import annotations

import numpy as np

from generation.engine.orchestra.synth.patch import Cloud

LOOP_SAMPLES = 1 << 17
_LEVEL = 0.1


def cloud_loop(cloud: Cloud, frequency_hz: float, rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """A loop of (2, LOOP_SAMPLES) float64 at one pitch, its effective value 0.1; left and right differ in phase."""
    bins_hz = np.arange(LOOP_SAMPLES // 2 + 1) * rate_hz / LOOP_SAMPLES
    spectrum = _hills(cloud, frequency_hz, bins_hz, 1.0)
    if cloud.shimmer > 0.0:
        spectrum += _hills(cloud, 2.0 * frequency_hz, bins_hz, cloud.shimmer)
    spectrum *= _formants(cloud, bins_hz)
    phases = rng.uniform(0.0, 2.0 * np.pi, (2, len(bins_hz)))
    loop = np.fft.irfft(spectrum * np.exp(1j * phases), LOOP_SAMPLES, axis=1)
    return loop * (_LEVEL / max(1e-12, float(np.sqrt(np.mean(loop**2)))))


def _hills(cloud: Cloud, frequency_hz: float, bins_hz: np.ndarray, level: float) -> np.ndarray:
    spectrum = np.zeros(len(bins_hz))
    spread = 2.0 ** (cloud.width_cents / 1_200.0) - 1.0
    for number in range(1, cloud.harmonics + 1):
        centre_hz = number * frequency_hz
        if centre_hz >= 0.45 * 2.0 * bins_hz[-1]:
            break
        width_hz = max(0.4, spread * centre_hz)
        near = slice(*np.searchsorted(bins_hz, (centre_hz - 4.0 * width_hz, centre_hz + 4.0 * width_hz)))
        amplitude = level * number**-cloud.slope * (cloud.even if number % 2 == 0 else 1.0)
        spectrum[near] += amplitude * np.exp(-(((bins_hz[near] - centre_hz) / width_hz) ** 2)) / np.sqrt(width_hz)
    return spectrum


def _formants(cloud: Cloud, bins_hz: np.ndarray) -> np.ndarray:
    gain = np.ones(len(bins_hz))
    octaves = np.log2(np.maximum(bins_hz, 1.0))
    for centre_hz, width, height in cloud.formants:
        gain += height * np.exp(-(((octaves - np.log2(centre_hz)) / width) ** 2))
    return gain

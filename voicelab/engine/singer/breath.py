"""Breaths: the quick inhalations a singer takes where the music leaves room."""

from __future__ import annotations

import numpy as np

from voicelab.engine.singer.synthesis import OUTPUT_RATE_HZ
from voicelab.engine.voices import Singer

LONGEST_S, SHORTEST_S = 0.42, 0.16
REST_BEFORE_PHRASE_S = 0.05
REST_AFTER_PHRASE_S = 0.12
"""A breath neither touches the phrase before nor the consonant after."""
_RESONANCES = ((900.0, 350.0, 0.0), (1_700.0, 500.0, -3.0), (2_900.0, 900.0, -5.0), (5_200.0, 2_600.0, -12.0))
"""Centre Hz, width Hz, level dB: an inhaled, open mouth (after Ruinskiy and Lavner 2007, who found breaths in songs to
be broad noise with weak, stable resonances)."""


def breath_span_s(free_from_s: float, sound_start_s: float) -> tuple[float, float] | None:
    """Where a breath fits between the end of what was sung and the first sound of the next phrase, or None."""
    end_s = sound_start_s - REST_BEFORE_PHRASE_S
    start_s = max(0.0, free_from_s + REST_AFTER_PHRASE_S, end_s - LONGEST_S)
    return (start_s, end_s) if end_s - start_s >= SHORTEST_S else None


def breath_wave(length_s: float, singer: Singer, *, level: float, rng: np.random.Generator) -> np.ndarray:
    """One breath at 48 kHz, (samples,), its loudest part at about `level` RMS."""
    count = round(length_s * OUTPUT_RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1.0 / OUTPUT_RATE_HZ)
    shape = np.zeros(len(hz))
    for centre, width, level_db in _RESONANCES:
        shape += 10.0 ** (level_db / 20.0) / (1.0 + ((hz - centre * singer.formant_scale) / width) ** 2)
    shape *= 1.0 / (1.0 + (300.0 / np.maximum(hz, 1.0)) ** 2)
    wave = np.fft.irfft(spectrum * shape, count)
    at = np.linspace(0.0, 1.0, count)
    rise = 0.62 + 0.1 * rng.random()
    rising, falling = np.minimum(at / rise, 1.0), np.maximum((at - rise) / (1.0 - rise), 0.0)
    envelope = np.sin(0.5 * np.pi * rising) ** 1.6 * np.maximum(np.cos(0.5 * np.pi * falling), 0.0) ** 1.3
    return (wave * envelope * level / max(1e-9, float(np.sqrt(np.mean(wave**2))))).astype(np.float32)

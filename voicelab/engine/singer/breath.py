"""Breaths: the quick inhalations a singer takes where the music leaves room."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.ndimage import uniform_filter1d

from voicelab.engine.singer.air import TOP_HZ as AIR_TOP_HZ
from voicelab.engine.singer.colour import HZ, NEPERS_PER_DB, TRUSTED_HZ, source_hz
from voicelab.engine.singer.expression import TOKEN_LEAD_FRAMES
from voicelab.engine.singer.network import voice
from voicelab.engine.singer.synthesis import OUTPUT_RATE_HZ
from voicelab.engine.voices import Singer

LONGEST_S, SHORTEST_S = 0.42, 0.16
REST_BEFORE_PHRASE_S = 0.05
REST_AFTER_PHRASE_S = 0.12
"""A breath neither touches the phrase before nor the consonant after."""
_SIGH = "hʌ hʌ hʌ"
"""Air through the open mouth, as the singer's own voice makes it: breaths in songs are broad noise with the weak,
stable resonances of the tract (Ruinskiy and Lavner 2007), much like an h before an open vowel."""
SMOOTH_BINS = 15
ABOVE_DB_PER_KHZ = -3.0
RUMBLE_HZ, SILENT_DB = 300.0, -120.0


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
    at_hz = source_hz(singer, hz)
    shape_db = np.interp(at_hz, HZ, _sigh_db()) + ABOVE_DB_PER_KHZ * np.maximum(0.0, at_hz - TRUSTED_HZ) / 1_000.0
    shape = 10.0 ** (np.where(hz < AIR_TOP_HZ, shape_db, SILENT_DB) / 20.0)
    shape *= 1.0 / (1.0 + (RUMBLE_HZ / np.maximum(hz, 1.0)) ** 2)
    wave = np.fft.irfft(spectrum * shape, count)
    at = np.linspace(0.0, 1.0, count)
    rise = 0.62 + 0.1 * rng.random()
    rising, falling = np.minimum(at / rise, 1.0), np.maximum((at - rise) / (1.0 - rise), 0.0)
    envelope = np.sin(0.5 * np.pi * rising) ** 1.6 * np.maximum(np.cos(0.5 * np.pi * falling), 0.0) ** 1.3
    return (wave * envelope * level / max(1e-9, float(np.sqrt(np.mean(wave**2))))).astype(np.float32)


@lru_cache(maxsize=1)
def _sigh_db() -> np.ndarray:
    """The mean noise spectrum of the network's own h, in dB on its bins (601,)."""
    network, sounds = voice(), ["", *_SIGH, ".", ""]
    spoken = network.encode([network.vocabulary.get(s, 0) for s in sounds], speed=1.0)
    token = np.repeat(np.arange(len(sounds)), spoken.frames)
    spectra = network.decode(spoken.features[token], np.zeros_like(spoken.f0_hz), spoken.energy)
    heard = token[np.minimum(np.arange(len(token)) + TOKEN_LEAD_FRAMES, len(token) - 1)]
    noise_db = spectra.free[np.array(sounds)[heard] == "h"].mean(axis=0) / NEPERS_PER_DB
    last = int(np.searchsorted(HZ, TRUSTED_HZ))
    noise_db[last:] = noise_db[last - SMOOTH_BINS : last].mean()
    return uniform_filter1d(noise_db, SMOOTH_BINS, mode="nearest")

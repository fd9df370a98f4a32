"""The octave that the network does not have: from its 12 kHz (times the singer's formant scale) up to 20 kHz.

The voice goes on above 10 kHz in the manner it has below: noise in sibilants, pulses of the folds in vowels (Ternström
2008, "Hi-Fi voice", found harmonics up to 20 kHz in loud singing; Monson, Lotto and Story 2012 that level, manner and
phoneme move the band above 11 kHz as they move the one below, and that women have more of it than men). So the top
4 kHz of the voice are made flat, moved up whole and shaped again: what was periodic stays in step with the folds, and
what was noise stays noise. How steeply it falls is read from each frame: slowly where the sound is bright (s, z, sh,
t), fast in vowels.
"""

from __future__ import annotations

import numpy as np

from voicelab.engine.singer.network import FFT_SAMPLES, VOICE_RATE_HZ

_BIN_HZ = VOICE_RATE_HZ / FFT_SAMPLES
TOP_HZ, FADE_HZ = 20_000.0, 2_000.0
BAND_BINS = 40
BANDS = 5
SPAN_BINS = BAND_BINS * BANDS
"""4 kHz, a multiple of four bins: moved so far, a bin keeps its phase from hop to hop (a quarter window)."""
BRIGHT_DB_PER_KHZ, DARK_DB_PER_KHZ = -2.6, -3.4
BRIGHT_AT_DB, DARK_AT_DB = 0.0, -24.0
"""Level of the band below the edge against 1 to 4 kHz, in a sibilant and in a vowel."""
_TINY = np.float32(1e-9)


def extend(frames: np.ndarray, edge: int) -> None:
    """Fill bins `edge`.. of `frames` (F, 1201 complex at 48 kHz, 20 Hz a bin) from the bins below, in place."""
    below = frames[:, edge - SPAN_BINS : edge]
    power = below.real**2 + below.imag**2
    bands = np.sqrt(power.reshape(len(frames), BANDS, BAND_BINS).mean(axis=2)) + _TINY
    flat = below / (bands @ _hats())
    slope = _slope_db_per_khz(frames, bands)
    top = int(TOP_HZ / _BIN_HZ)
    for start in range(edge, top, SPAN_BINS):
        count = min(SPAN_BINS, top - start)
        above_khz = (np.arange(start, start + count) - edge) * np.float32(_BIN_HZ / 1_000.0)
        shape = np.exp(slope[:, None] * above_khz * np.float32(np.log(10.0) / 20.0))
        shape *= np.clip((top - np.arange(start, start + count)) * np.float32(_BIN_HZ / FADE_HZ), 0.0, 1.0)
        frames[:, start : start + count] = flat[:, :count] * (shape * bands[:, -1:])


def _slope_db_per_khz(frames: np.ndarray, bands: np.ndarray) -> np.ndarray:
    middle = frames[:, int(1_000 / _BIN_HZ) : int(4_000 / _BIN_HZ)]
    level = np.sqrt(np.mean(middle.real**2 + middle.imag**2, axis=1)) + _TINY
    bright_db = 20.0 * np.log10(bands.mean(axis=1) / level)
    bright = np.clip((bright_db - DARK_AT_DB) / (BRIGHT_AT_DB - DARK_AT_DB), 0.0, 1.0)
    return (DARK_DB_PER_KHZ + (BRIGHT_DB_PER_KHZ - DARK_DB_PER_KHZ) * bright).astype(np.float32)


def _hats() -> np.ndarray:
    """Straight lines between the middles of the bands: (5, 200)."""
    at = np.clip((np.arange(SPAN_BINS) + 0.5) / BAND_BINS - 0.5, 0.0, BANDS - 1.0)
    return np.maximum(0.0, 1.0 - np.abs(at - np.arange(BANDS)[:, None])).astype(np.float32)

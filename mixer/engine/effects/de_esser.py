"""Softer s and sh: where the sibilants' range stands out of the voice, that range alone is turned down.

A split-band compressor whose threshold is relative to the voice itself, so that it works the same on soft and loud
phrases (the "ratio of sibilant energy to total" detector). The band is split by a linear-phase filter and its delay
taken back, so what is not turned down passes bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from scipy.signal import firwin, oaconvolve

from mixer.engine.effects.biquad import Band, BandKind, ParametricEq

_TAPS = 255
_DEEPEST_DB = 14.0
_KEY = (Band(BandKind.HIGH_PASS, 5_000.0), Band(BandKind.LOW_PASS, 9_000.0))
_BODY = (Band(BandKind.HIGH_PASS, 150.0), Band(BandKind.LOW_PASS, 4_000.0))


@dataclass(frozen=True)
class DeEsser:
    """`amount` 0..1: how much of what stands out is taken, 14 dB at the most; `corner_hz` where the band begins.

    A moment counts as a sibilant where 5 to 9 kHz lies above `threshold_db` against 150 Hz to 4 kHz.
    """

    amount: float = 0.0
    threshold_db: float = -6.0
    corner_hz: float = 4_500.0
    attack_s: float = 0.001
    release_s: float = 0.020

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out; the channels are turned down alike. Neutral at amount 0."""
        if self.amount <= 0.0 or not audio.any():
            return audio
        taken = 1.0 - self.gain(audio, sample_rate_hz=sample_rate_hz)
        if not taken.any():
            return audio
        band = oaconvolve(audio, _band_filter(self.corner_hz, sample_rate_hz)[np.newaxis], mode="same", axes=1)
        return (audio - taken * band).astype(np.float32)

    def gain(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """Linear gain (samples,) float32 of the upper band."""
        mono = audio.mean(axis=0, keepdims=True, dtype=np.float32)
        key = ParametricEq(_KEY).process(mono, sample_rate_hz=sample_rate_hz)[0]
        body = ParametricEq(_BODY).process(mono, sample_rate_hz=sample_rate_hz)[0]
        floor = 1e-4 * float(np.mean(np.square(mono, dtype=np.float64)))
        poles = np.exp(-1.0 / (sample_rate_hz * np.array([0.006, self.attack_s, self.release_s])))
        out = np.empty(mono.shape[1], np.float32)
        _follow(key, body, floor, self.threshold_db, self.amount, _DEEPEST_DB, poles, out)
        return out


@lru_cache(maxsize=4)
def _band_filter(corner_hz: float, sample_rate_hz: int) -> np.ndarray:
    return firwin(_TAPS, min(corner_hz, 0.45 * sample_rate_hz), fs=sample_rate_hz, pass_zero=False).astype(np.float32)


@njit(cache=True, nogil=True)
def _follow(key, body, floor, threshold, amount, deepest, poles, out):  # pragma: no cover - compiled
    high, low, reduction = 0.0, 0.0, 0.0
    for index in range(len(key)):
        high = poles[0] * high + (1.0 - poles[0]) * key[index] * key[index]
        low = poles[0] * low + (1.0 - poles[0]) * body[index] * body[index]
        wanted = 0.0
        if high > floor:
            over = 10.0 * np.log10(high / (low + floor)) - threshold
            wanted = amount * min(deepest, max(0.0, over))
        pole = poles[1] if wanted > reduction else poles[2]
        reduction = pole * reduction + (1.0 - pole) * wanted
        if reduction < 1e-3:
            reduction = 0.0
        out[index] = 10.0 ** (-reduction / 20.0)

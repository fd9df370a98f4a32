"""Softer s and sh: where the sibilants' range stands out of the voice, that range alone is turned down.

A split-band compressor whose threshold is relative to the voice itself, so that it works the same on soft and loud
phrases (the "ratio of sibilant energy to total" detector). The band is split by a linear-phase filter and the dry
sound delayed as much, so what is not turned down passes bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from scipy.signal import firwin

from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.fast_math import DB_PER_OCTAVE_OF_POWER, OCTAVES_PER_DB, exp2, log2
from mixer.engine.effects.streaming import Glide, contiguous, pole, run, step

_TAPS = 255
_LATENCY = _TAPS // 2
_DEEPEST_DB = 14.0
_KEY = (Band(BandKind.HIGH_PASS, 5_000.0), Band(BandKind.LOW_PASS, 9_000.0))
_BODY = (Band(BandKind.HIGH_PASS, 150.0), Band(BandKind.LOW_PASS, 4_000.0))
_DETECTOR_S, _USUAL_S = 0.006, 3.0
_FLOOR = 1e-4
"""Against the voice's usual power: softer than this, nothing is a sibilant."""
_SILENCE, _FIRST, _FIRST_S = 1e-10, 1e-3, 0.05


@dataclass(frozen=True)
class DeEsser:
    """`amount` 0..1: how much of what stands out is taken, 14 dB at the most; `corner_hz` where the band begins.

    A moment counts as a sibilant where 5 to 9 kHz lies above `threshold_db` against 150 Hz to 4 kHz. Of the mean m of
    both sides: h and b, the mean squares (6 ms) of m through 12 dB per octave from 5 and to 9 kHz, and from 150 Hz and
    to 4 kHz; u, its usual power: w = min(w + 1, 3 s rate), u += (m^2 - u) / w, begun with w = 50 ms rate and u = 1e-3;
    f = 1e-4 max(u, 1e-10); wanted = amount clip(10 log10(h / (b + f)) - threshold, 0, 14) where h > f; r follows
    wanted by one pole (attack up, release down). What comes out, 127 samples late, is x less (1 - 10^(-r / 20)) of what
    a linear-phase high-pass (255 taps, Hamming) from the corner passes.
    """

    amount: float = 0.0
    threshold_db: float = -6.0
    corner_hz: float = 4_500.0
    attack_s: float = 0.001
    release_s: float = 0.020

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> DeEsserStream:
        return DeEsserStream(self, sample_rate_hz, channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out; the channels are turned down alike. Neutral at amount 0."""
        if self.amount <= 0.0 or not audio.any():
            return audio
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class DeEsserStream:
    latency_samples = _LATENCY
    tail_samples = _LATENCY

    def __init__(self, effect: DeEsser, sample_rate_hz: int, channels: int) -> None:
        self._rate_hz = sample_rate_hz
        self._key = ParametricEq(_KEY).open(sample_rate_hz=sample_rate_hz, channels=1)
        self._body = ParametricEq(_BODY).open(sample_rate_hz=sample_rate_hz, channels=1)
        self._glide = Glide(effect.amount, effect.threshold_db)
        self._poles = np.zeros(4)
        self._state = np.array([0.0, 0.0, _FIRST, 0.0, _FIRST_S * sample_rate_hz])
        self._heard = np.zeros((channels, _TAPS - 1), np.float32)
        self._taken = np.zeros(_LATENCY, np.float32)
        self.retune(effect)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        block = contiguous(block)
        mono = block.mean(axis=0, keepdims=True, dtype=np.float32)
        taken = np.empty(block.shape[1], np.float32)
        glide = self._glide
        setting = (glide.now, glide.goal, glide.left, self._poles)
        _follow(mono[0], self._key.process(mono)[0], self._body.process(mono)[0], *setting, self._state, taken)
        whole = np.concatenate([self._heard, block], axis=1)
        due = np.concatenate([self._taken, taken])
        out = np.empty(block.shape, np.float32)
        _take(whole, due, self._band, out)
        self._heard, self._taken = whole[:, block.shape[1] :].copy(), due[block.shape[1] :].copy()
        return out

    def retune(self, effect: DeEsser) -> None:
        self._glide.to(effect.amount, effect.threshold_db)
        times_s = (_DETECTOR_S, effect.attack_s, effect.release_s)
        self._poles[:] = [*(pole(time_s, self._rate_hz) for time_s in times_s), _USUAL_S * self._rate_hz]
        self._band = _band_filter(effect.corner_hz, self._rate_hz)


@lru_cache(maxsize=64)
def _band_filter(corner_hz: float, sample_rate_hz: int) -> np.ndarray:
    return firwin(_TAPS, min(corner_hz, 0.45 * sample_rate_hz), fs=sample_rate_hz, pass_zero=False).astype(np.float32)


@njit(cache=True, nogil=True, error_model="numpy")
def _follow(mono, key, body, now, goal, left, poles, state, out):  # pragma: no cover - compiled
    """How much of the band is taken, 0..0.8 per sample."""
    high, low, usual, reduction, weight = state
    for index in range(len(key)):
        if left[0] > 0:
            step(now, goal, left)
        high = poles[0] * high + (1.0 - poles[0]) * key[index] * key[index]
        low = poles[0] * low + (1.0 - poles[0]) * body[index] * body[index]
        weight = min(weight + 1.0, poles[3])
        usual += (mono[index] * mono[index] - usual) / weight
        floor = _FLOOR * max(usual, _SILENCE)
        wanted = 0.0
        if high > floor and now[0] > 0.0:
            over = DB_PER_OCTAVE_OF_POWER * log2(high / (low + floor)) - now[1]
            wanted = now[0] * min(_DEEPEST_DB, max(0.0, over))
        one_pole = poles[1] if wanted > reduction else poles[2]
        reduction = one_pole * reduction + (1.0 - one_pole) * wanted
        if reduction < 1e-3:
            reduction = 0.0
        out[index] = 0.0 if reduction == 0.0 else 1.0 - exp2(-OCTAVES_PER_DB * reduction)
    state[0], state[1], state[2], state[3], state[4] = high, low, usual, reduction, weight
    for k in range(3):
        if state[k] < 1e-30:
            state[k] = 0.0


@njit(cache=True, nogil=True, fastmath=True)
def _take(whole, due, band, out):  # pragma: no cover - compiled
    """The band is only computed where some of it is taken: sibilants are rare."""
    for channel in range(out.shape[0]):
        for index in range(out.shape[1]):
            value = whole[channel, index + _LATENCY]
            if due[index] > 0.0:
                total, heard = np.float32(0.0), whole[channel, index : index + _TAPS]
                for tap in range(_TAPS):  # the filter is symmetrical
                    total += band[tap] * heard[tap]
                value -= due[index] * total
            out[channel, index] = value

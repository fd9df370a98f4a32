"""Dither: the last step to a file of whole numbers.

Source: Lipshitz, Wannamaker, Vanderkooy, "Quantization and dither: a theoretical survey", JAES 40(5), 1992 (triangular
noise of two steps' width makes the error's mean and power independent of the sound); the same with Lipshitz,
"Minimally audible noise shaping", JAES 39(11), 1991 (the five-tap filter).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.chance import next_uniform, seed_32
from mixer.engine.effects.streaming import contiguous, run

_SHAPE = np.array([2.033, -2.165, 1.959, -1.590, 0.6149])


@dataclass(frozen=True)
class Dither:
    """Rounds to steps of q = 2^(1 - bits) with triangular noise: q round(w / q + u1 + u2 - 1), clipped to -1 .. 1 - q.

    w is the sound; `shaped`, the sound less the last five errors (what came out less w) through Lipshitz's filter
    2.033, -2.165, 1.959, -1.590, .6149: more noise, but most of it above 10 kHz. The u are each channel's own
    `chance.uniforms(seed, "dither", channel)`.
    """

    bits: int = 16
    shaped: bool = False
    seed: int = 0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> DitherStream:
        return DitherStream(self, channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class DitherStream:
    latency_samples = 0
    tail_samples = 0

    def __init__(self, effect: Dither, channels: int) -> None:
        self._steps = 2.0 ** (effect.bits - 1)
        self._shape = _SHAPE if effect.shaped else np.zeros(5)
        self._chance = np.array([[seed_32(effect.seed, "dither", channel)] for channel in range(channels)], np.uint32)
        for state in self._chance:
            for _ in range(8):
                next_uniform(state)
        self._errors = np.zeros((channels, 5))

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        out = np.empty(block.shape, np.float32)
        _dither(contiguous(block), self._steps, self._shape, self._chance, self._errors, out)
        return out

    def retune(self, effect: Dither) -> None:
        self._steps = 2.0 ** (effect.bits - 1)
        self._shape = _SHAPE if effect.shaped else np.zeros(5)


@njit(cache=True, nogil=True, error_model="numpy")
def _dither(block, steps, shape, chance, errors, out):  # pragma: no cover - compiled
    for channel in range(block.shape[0]):
        last = errors[channel]
        for index in range(block.shape[1]):
            wanted = float(block[channel, index]) * steps
            for k in range(5):
                wanted -= shape[k] * last[k]
            noise = next_uniform(chance[channel]) + next_uniform(chance[channel]) - 1.0
            whole = np.floor(wanted + noise + 0.5)
            for k in range(4, 0, -1):
                last[k] = last[k - 1]
            last[0] = min(2.0, max(-2.0, whole - wanted))  # clipping must not drive the filter away
            out[channel, index] = min(steps - 1.0, max(-steps, whole)) / steps

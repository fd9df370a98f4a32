"""One voice as if sung again: two softer takes to the left and right, each a little late and never quite in tune.

Each double is read from a delay that wanders smoothly; its speed is the detune (a Doppler shift). The dry voice stays
in the middle and the doubles lie well under it, so the sum to mono has no deep comb.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from codecraft.common.seeds import generator
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq

_DELAYS_S = (0.0173, 0.0261)
_LOUDEST_DB = -8.0
_DETUNE_CENTS = 5.0
"""RMS; the three swings together reach two and a half times as much at the most."""
_RATES_HZ = (0.31, 0.53, 0.83)
_LOW_CUT = Band(BandKind.HIGH_PASS, 160.0)
"""The body stays single: low notes with a double beat slowly and lose their place."""


@dataclass(frozen=True)
class Doubler:
    """`amount` 0..1: how loud the doubles are. Keeps the loudness of a voice within about 1 dB."""

    amount: float = 0.0
    seed: int = 0

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out; the dry voice does not move. Returns its input for amount 0."""
        if self.amount <= 0.0 or not audio.any():
            return audio
        source = audio.mean(axis=0, keepdims=True, dtype=np.float32)
        source = ParametricEq((_LOW_CUT,)).process(source, sample_rate_hz=sample_rate_hz)[0]
        level = self.amount * 10.0 ** (_LOUDEST_DB / 20.0)
        out = audio.astype(np.float32)
        for side, delay_s in enumerate(_DELAYS_S):
            rng = generator(self.seed, "doubler", side)
            speed = 2.0 ** (_DETUNE_CENTS / 1200.0) - 1.0
            swings = np.array([speed * (2.0 / 3.0) ** 0.5 / (2.0 * np.pi * rate_hz) for rate_hz in _RATES_HZ])
            turns = np.array([rate_hz * (0.9 + 0.2 * rng.random()) for rate_hz in _RATES_HZ]) / sample_rate_hz
            phases = 2.0 * np.pi * rng.random(len(_RATES_HZ))
            delay = (delay_s + 0.003 * rng.random()) * sample_rate_hz
            _add_wandering(source, delay, swings * sample_rate_hz, turns, phases, level, out[side])
        # The doubles are unlike the dry voice, so they add in power.
        return out * np.float32(1.0 / np.sqrt(1.0 + level * level))


@njit(cache=True, nogil=True)
def _add_wandering(source, delay, swings, turns, phases, level, out):  # pragma: no cover - compiled
    """Add the source as heard through a delay that moves; read by third-order Lagrange interpolation."""
    for index in range(len(out)):
        late = delay
        for k in range(len(swings)):
            late += swings[k] * np.sin(2.0 * np.pi * turns[k] * index + phases[k])
        position = index - max(2.0, late)
        whole = int(np.floor(position))
        if whole < 1 or whole + 2 >= len(source):
            continue
        d = position - whole
        value = (
            -d * (d - 1.0) * (d - 2.0) / 6.0 * source[whole - 1]
            + (d + 1.0) * (d - 1.0) * (d - 2.0) / 2.0 * source[whole]
            - (d + 1.0) * d * (d - 2.0) / 2.0 * source[whole + 1]
            + (d + 1.0) * d * (d - 1.0) / 6.0 * source[whole + 2]
        )
        out[index] += level * value

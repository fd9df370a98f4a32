"""Silence between the sounds: a gate with hysteresis and hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.fast_math import OCTAVES_PER_DB, exp2
from mixer.engine.effects.streaming import contiguous, pole, run

_FALL_S = 0.010
"""The level falls back this fast between the waves of a low note."""


@dataclass(frozen=True)
class Gate:
    """Lowers by `range_db` what stays under the threshold. Channels are linked.

    The level is the peak: e = max(|x|, e exp(-1 / (10 ms rate))). It opens at `threshold_db`, and closes `hold_s` after
    the level last was at least `hysteresis_db` below it. The gain in dB follows 0 or -range by one pole (attack,
    release).
    """

    threshold_db: float = -50.0
    range_db: float = 40.0
    hysteresis_db: float = 4.0
    attack_s: float = 0.001
    hold_s: float = 0.050
    release_s: float = 0.120

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> GateStream:
        return GateStream(self, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int, key: np.ndarray | None = None) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        return run(self, audio, sample_rate_hz=sample_rate_hz, key=key)


class GateStream:
    latency_samples = 0
    tail_samples = 0

    def __init__(self, effect: Gate, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        # Level, samples of hold left, gain in dB. It starts closed: what begins softly begins softly.
        self._state = np.array([0.0, 0.0, -effect.range_db])
        self._settings = np.zeros(7)
        self.retune(effect)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        gain = np.empty(block.shape[1], np.float32)
        _gate(contiguous(block if key is None else key), self._settings, self._state, gain)
        return block * gain

    def retune(self, effect: Gate) -> None:
        rate_hz = self._rate_hz
        opens_db = effect.threshold_db
        levels = [10.0 ** (level_db / 20.0) for level_db in (opens_db, opens_db - effect.hysteresis_db)]
        times_s = (_FALL_S, effect.attack_s, effect.release_s)
        poles = [pole(time_s, rate_hz) for time_s in times_s]
        self._settings[:] = [*levels, -effect.range_db, *poles, round(effect.hold_s * rate_hz)]


@njit(cache=True, nogil=True, error_model="numpy")
def _gate(key, settings, state, out):  # pragma: no cover - compiled
    opens, closes, closed_db, fall, attack, release, hold = settings
    level, left, gain_db = state
    for index in range(key.shape[1]):
        level *= fall
        for channel in range(key.shape[0]):
            level = max(level, abs(float(key[channel, index])))
        if level >= opens or (left > 0.0 and level >= closes):
            left = hold + 1.0
        elif left > 0.0:
            left -= 1.0
        wanted = 0.0 if left > 0.0 else closed_db
        one_pole = attack if wanted > gain_db else release
        gain_db = wanted + one_pole * (gain_db - wanted)
        if abs(gain_db - wanted) < 1e-6:
            gain_db = wanted
        out[index] = 1.0 if gain_db == 0.0 else exp2(OCTAVES_PER_DB * gain_db)
    state[0], state[1], state[2] = level if level > 1e-15 else 0.0, left, gain_db

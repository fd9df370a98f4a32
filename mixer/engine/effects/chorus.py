"""Chorus: the sound beside copies of itself that wander in time, and so in pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.between import read_late, ring_samples
from mixer.engine.effects.streaming import Glide, contiguous, run, step


@dataclass(frozen=True)
class Chorus:
    """Each side is heard `delay_s + depth_s sin(2 pi rate t)` late (the right one `spread` half turns ahead), read
    between samples by third-order Lagrange interpolation. (1 - mix) dry + mix wet comes out. The depth never reaches
    nearer than two samples to the present."""

    rate_hz: float = 0.6
    delay_s: float = 0.015
    depth_s: float = 0.0025
    spread: float = 0.5
    mix: float = 0.5

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> ChorusStream:
        return ChorusStream(self, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class ChorusStream:
    latency_samples = 0

    def __init__(self, effect: Chorus, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self.tail_samples = int((effect.delay_s + effect.depth_s) * sample_rate_hz) + 4
        longest_s = 0.051  # the catalogue's longest delay and depth: both can be moved while it runs
        longest_s = max(longest_s, effect.delay_s + effect.depth_s)
        self._rings = np.zeros((2, ring_samples(longest_s * sample_rate_hz)), np.float32)
        self._place = np.zeros(1, np.int64)
        self._phase = np.zeros(1)
        self._glide = Glide(*self._numbers(effect))

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        out = np.empty(block.shape, np.float32)
        glide = self._glide
        _wander(contiguous(block), glide.now, glide.goal, glide.left, self._rings, self._place, self._phase, out)
        return out

    def retune(self, effect: Chorus) -> None:
        self._glide.to(*self._numbers(effect))

    def _numbers(self, effect: Chorus) -> tuple[float, ...]:
        late = max(3.0, effect.delay_s * self._rate_hz)
        depth = min(effect.depth_s * self._rate_hz, late - 2.0)
        return 2.0 * np.pi * effect.rate_hz / self._rate_hz, late, depth, np.pi * effect.spread, effect.mix


@njit(cache=True, nogil=True, error_model="numpy")
def _wander(block, now, goal, left, rings, place, phase, out):  # pragma: no cover - compiled
    mask = rings.shape[1] - 1
    at, turned = place[0], phase[0]
    for index in range(block.shape[1]):
        if left[0] > 0:
            step(now, goal, left)
        turn, late, depth, ahead, mix = now[0], now[1], now[2], now[3], now[4]
        for side in range(2):
            rings[side, at] = block[side, index]
            wet = read_late(rings[side], at, late + depth * np.sin(turned + side * ahead))
            out[side, index] = (1.0 - mix) * block[side, index] + mix * wet
        at = (at + 1) & mask
        turned += turn
        if turned > 6.283185307179586:
            turned -= 6.283185307179586
    place[0], phase[0] = at, turned

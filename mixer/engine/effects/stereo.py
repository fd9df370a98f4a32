"""How wide a sound is, and a bass that stays in the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.streaming import Glide, contiguous, run, step


@dataclass(frozen=True)
class StereoWidth:
    """`width` 0 mono, 1 as it is, 2 the sides twice as loud; below `mono_below_hz` (20: nowhere) no sides.

    s = (l - r) / 2, h = s through a high-pass of 12 dB per octave; d = width h - s; l + d and r - d come out.
    """

    width: float = 1.0
    mono_below_hz: float = 20.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> StereoWidthStream:
        return StereoWidthStream(self, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)

    @property
    def side_cut(self) -> ParametricEq:
        kind = BandKind.HIGH_PASS if self.mono_below_hz > 20.0 else BandKind.BELL
        return ParametricEq((Band(kind, self.mono_below_hz),))


class StereoWidthStream:
    latency_samples = 0

    def __init__(self, effect: StereoWidth, sample_rate_hz: int) -> None:
        self._glide = Glide(effect.width)
        self._cut = effect.side_cut.open(sample_rate_hz=sample_rate_hz, channels=1)
        self.tail_samples = self._cut.tail_samples

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        block = contiguous(block)
        side = np.float32(0.5) * (block[0] - block[1])
        kept = self._cut.process(side[np.newaxis])[0]
        out = np.empty(block.shape, np.float32)
        _widen(block, side, kept, self._glide.now, self._glide.goal, self._glide.left, out)
        return out

    def retune(self, effect: StereoWidth) -> None:
        self._glide.to(effect.width)
        self._cut.retune(effect.side_cut)


@njit(cache=True, nogil=True, error_model="numpy")
def _widen(block, side, kept, now, goal, left, out):  # pragma: no cover - compiled
    for index in range(block.shape[1]):
        if left[0] > 0:
            step(now, goal, left)
        change = now[0] * kept[index] - side[index]
        out[0, index] = block[0, index] + change
        out[1, index] = block[1, index] - change

"""Where a channel stands and how wide: pan, width, and a bass that stays in the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.streaming import Glide, contiguous, run, step


@dataclass(frozen=True)
class StereoPlacer:
    """`pan` -1 left .. 1 right with constant power; `width` 0 mono .. 1 as it was; below `mono_below_hz` no sides."""

    pan: float = 0.0
    width: float = 1.0
    mono_below_hz: float = 0.0

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out."""
        pan = min(1.0, max(-1.0, self.pan))
        # A panned stereo sound is narrowed as well, else the far side's half of it would be lost.
        width = self.width * (1.0 - 0.6 * abs(pan))
        mid = 0.5 * (audio[0] + audio[1])
        side = (0.5 * width) * (audio[0] - audio[1])
        if self.mono_below_hz > 0.0:
            high_pass = ParametricEq((Band(BandKind.HIGH_PASS, self.mono_below_hz),))
            side = high_pass.process(side[np.newaxis], sample_rate_hz=sample_rate_hz)[0]
        angle = (pan + 1.0) * np.pi / 4.0
        left, right = np.sqrt(2.0) * np.cos(angle), np.sqrt(2.0) * np.sin(angle)
        return np.stack([(mid + side) * np.float32(left), (mid - side) * np.float32(right)]).astype(np.float32)


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

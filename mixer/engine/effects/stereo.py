"""Where a channel stands: pan, width, and a bass that stays in the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixer.engine.effects.biquad import Band, BandKind, ParametricEq


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

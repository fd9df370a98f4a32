"""More body: a low shelf."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixer.engine.effects.biquad import Band, BandKind, CascadeStream, ParametricEq


@dataclass(frozen=True)
class BassBoost:
    """Everything well under `corner_hz` `gain_db` louder, half of it (in dB) at the corner; the cookbook's low shelf.

    Linear, so it never clips by itself: floats have room, and the bus behind brings the sum to its peak.
    """

    gain_db: float = 0.0
    corner_hz: float = 120.0

    @property
    def band(self) -> Band:
        return Band(BandKind.LOW_SHELF, self.corner_hz, self.gain_db)

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> BassBoostStream:
        return BassBoostStream(ParametricEq((self.band,)).open(sample_rate_hz=sample_rate_hz, channels=channels))

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        if self.gain_db == 0.0:
            return audio
        return ParametricEq((self.band,)).process(audio, sample_rate_hz=sample_rate_hz)


class BassBoostStream:
    latency_samples = 0

    def __init__(self, shelf: CascadeStream) -> None:
        self._shelf = shelf
        self.tail_samples = shelf.tail_samples

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        return self._shelf.process(block)

    def retune(self, effect: BassBoost) -> None:
        self._shelf.retune(ParametricEq((effect.band,)))

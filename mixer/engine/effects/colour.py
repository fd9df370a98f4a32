"""Saturation: a little of the odd harmonics that tape and transformers add."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Saturation:
    """tanh at `drive_db` above the sound's own RMS, blended in by `share`; small signals keep their level."""

    drive_db: float = 0.0
    share: float = 0.3

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out. Silence stays silence."""
        if audio.size == 0:
            return audio
        rms = float(np.sqrt(np.mean(np.square(audio, dtype=np.float32), dtype=np.float64)))
        if rms < 1e-7:
            return audio
        knee = np.float32(4.0 * rms * 10.0 ** (-self.drive_db / 20.0))
        share = np.float32(self.share)
        return (np.float32(1.0) - share) * audio + share * knee * np.tanh(audio / knee)

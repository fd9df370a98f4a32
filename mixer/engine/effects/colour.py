"""Saturation: a little of the odd harmonics that tape and transformers add."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import firwin, resample_poly

_OVERSAMPLING = 4
_TAPS = 48 * _OVERSAMPLING + 1
_CUTOFF = 0.85
_BLOCK_SAMPLES = 1 << 15
_MARGIN_SAMPLES = 64


@dataclass(frozen=True)
class Saturation:
    """tanh at `drive_db` above the sound's own RMS, blended in by `share`; the whole comes out as loud as it went in.

    Bent at four times the sample rate: the overtones that would fold back as tones that nobody played are cut away.
    """

    drive_db: float = 0.0
    share: float = 0.3

    @classmethod
    def of_amount(cls, amount: float) -> Saturation:
        """From nothing at 0 to a well-driven tape at 1."""
        return cls(drive_db=3.0 + 9.0 * amount, share=0.7 * amount)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out. Silence stays silence; share 0 gives back the input."""
        if audio.size == 0 or self.share <= 0.0:
            return audio
        rms = float(np.sqrt(np.mean(np.square(audio, dtype=np.float32), dtype=np.float64)))
        if rms < 1e-7:
            return audio
        knee = np.float32(4.0 * rms * 10.0 ** (-self.drive_db / 20.0))
        out = np.empty(audio.shape, np.float32)
        for start in range(0, audio.shape[1], _BLOCK_SAMPLES):
            end = min(audio.shape[1], start + _BLOCK_SAMPLES)
            out[:, start:end] = self._bent(audio, knee, start, end)
        return out * np.float32(rms / max(1e-9, float(np.sqrt(np.mean(np.square(out), dtype=np.float64)))))

    def _bent(self, audio: np.ndarray, knee: np.float32, start: int, end: int) -> np.ndarray:
        """One block; it reads beyond its ends, so blocks join without a seam. Only what tanh adds is filtered."""
        first, last = max(0, start - _MARGIN_SAMPLES), min(audio.shape[1], end + _MARGIN_SAMPLES)
        low_pass = firwin(_TAPS, _CUTOFF / _OVERSAMPLING, window=("kaiser", 8.0)).astype(np.float32)
        fine = resample_poly(audio[:, first:last], _OVERSAMPLING, 1, axis=1, window=low_pass)
        added = knee * np.tanh(fine / knee) - fine
        added = resample_poly(added, 1, _OVERSAMPLING, axis=1, window=low_pass)
        return audio[:, start:end] + np.float32(self.share) * added[:, start - first : end - first]

"""A sound as a picture of it needs it: the highest sample of each short stretch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

SAMPLES_PER_PEAK = 512
_BLOCK_PEAKS = 512


def peaks_of(path: Path) -> dict[str, Any]:
    """`values` holds the greatest sample over all channels for each `samples_per_peak` samples, 0..1 (1 is full scale;
    louder is cut off), evenly spaced over `duration_s`."""
    found: list[np.ndarray] = []
    with sf.SoundFile(path) as file:
        rate_hz, samples = file.samplerate, file.frames
        while len(block := file.read(SAMPLES_PER_PEAK * _BLOCK_PEAKS, dtype="float32", always_2d=True)):
            starts = np.arange(0, len(block), SAMPLES_PER_PEAK)
            found.append(np.maximum.reduceat(np.abs(block).max(axis=1), starts))
    values = np.clip(np.nan_to_num(np.concatenate(found)), 0.0, 1.0) if found else np.zeros(0)
    return {
        "duration_s": samples / rate_hz,
        "sample_rate_hz": rate_hz,
        "samples_per_peak": SAMPLES_PER_PEAK,
        "values": [round(float(value), 4) for value in values],
    }

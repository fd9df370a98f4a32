"""The long-term spectrum of a take: what a bandwidth of 12 kHz lacks is heard as dullness."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav

TOP_HZ, MIDDLE_HZ = (12_000.0, 18_000.0), (4_000.0, 12_000.0)


def treble_db(path: Path) -> float:
    """Energy from 12 to 18 kHz against 4 to 12 kHz, in dB, over the whole take (Welch's periodogram, Hann, 4096)."""
    from scipy.signal import welch

    audio, rate_hz = read_wav(path)
    at_hz, power = welch(audio.mean(axis=0), rate_hz, nperseg=4096)
    low, high = (power[(at_hz >= a) & (at_hz < b)].sum() for a, b in (MIDDLE_HZ, TOP_HZ))
    return float(10.0 * np.log10((high + 1e-20) / (low + 1e-20)))

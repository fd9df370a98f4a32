"""What the mixer knows of a channel before it decides: loudness, level and spectrum over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import rfft

from mixer.engine.meters import HOP_S, SILENCE_LUFS, gated_lufs, hop_power

BAND_EDGES_HZ = (20.0, 45.0, 90.0, 180.0, 300.0, 600.0, 1_200.0, 2_400.0, 4_000.0, 8_000.0, 20_000.0)
VOCAL_BANDS = slice(4, 8)
"""300 Hz to 4 kHz: where words are understood."""
PRESENCE_BANDS = slice(6, 8)
"""1.2 to 4 kHz: where instruments hide consonants and vowels' second formants."""
_FRAMES_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Analysis:
    """Of (channels, samples): K-weighted power per 100 ms (hops,) and plain power per hop and band (hops, bands)."""

    power: np.ndarray
    bands: np.ndarray
    peak: float

    @cached_property
    def lufs(self) -> float:
        return gated_lufs(self.power)

    @property
    def is_silent(self) -> bool:
        return self.lufs <= SILENCE_LUFS

    @cached_property
    def active(self) -> np.ndarray:
        """Boolean (hops,): where the channel sounds, that is within 20 LU of its own loudness."""
        if self.is_silent:
            return np.zeros(len(self.power), bool)
        smooth = np.convolve(self.power, np.full(3, 1.0 / 3.0), mode="same")[: len(self.power)]
        return smooth > 10.0 ** ((self.lufs + 0.691 - 20.0) / 10.0)

    @cached_property
    def sounding_db(self) -> np.ndarray:
        """The levels of the hops that sound (some,): no rests, nothing 30 dB under the mean."""
        levels = self.level_db[self.active]
        if len(levels) == 0:
            return levels
        return levels[levels > 10.0 * np.log10(np.mean(10.0 ** (levels / 10.0))) - 30.0]

    @property
    def spread_db(self) -> float:
        """Between soft and loud: the 10th to the 90th percentile of the level where the channel sounds."""
        levels = self.sounding_db
        return float(np.subtract(*np.percentile(levels, [90, 10]))) if len(levels) else 0.0

    @cached_property
    def level_db(self) -> np.ndarray:
        """Level per hop of one channel's mean square, in dB (hops,)."""
        return 10.0 * np.log10(self.bands.sum(axis=1) / 2.0 + 1e-12)

    def share_db(self, bands: slice) -> float:
        """The part of the channel's energy that lies in `bands`, in dB (0 = all of it)."""
        spectrum = self.bands.sum(axis=0)
        return 10.0 * float(np.log10((spectrum[bands].sum() + 1e-15) / (spectrum.sum() + 1e-15)))


def analyse(audio: np.ndarray, *, sample_rate_hz: int) -> Analysis:
    """Measure (channels, samples) float32. Hann-windowed spectra of 100 ms, side by side; memory stays small."""
    hop = round(HOP_S * sample_rate_hz)
    hops = audio.shape[1] // hop
    bands = np.zeros((hops, len(BAND_EDGES_HZ) - 1))
    window = np.hanning(hop + 1)[:hop].astype(np.float32)
    scale = 2.0 / (hop * float(np.sum(window.astype(np.float64) ** 2)))
    edges = np.round(np.array(BAND_EDGES_HZ) * hop / sample_rate_hz).astype(int)
    edges = np.minimum(edges, hop // 2)
    for first in range(0, hops, _FRAMES_AT_ONCE):
        last = min(hops, first + _FRAMES_AT_ONCE)
        for channel in audio:
            frames = channel[first * hop : last * hop].reshape(-1, hop)
            if not frames.any():
                continue
            spectrum = rfft(frames * window, axis=1)
            power = spectrum.real**2 + spectrum.imag**2
            sums = np.cumsum(power, axis=1, dtype=np.float64)
            bands[first:last] += (sums[:, edges[1:]] - sums[:, edges[:-1]]) * scale
    peak = float(np.abs(audio).max(initial=0.0))
    return Analysis(power=hop_power(audio, sample_rate_hz=sample_rate_hz), bands=bands, peak=peak)

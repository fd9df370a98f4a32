"""What the mastering room knows of a recording before it touches it: loudness over time, spectrum, width, DC."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import rfft

from codecraft.common.progress import Progress, ignore_progress
from mixer.engine.mastering.grains import GrainMeter, Grains
from mixer.engine.mastering.source import Sound
from mixer.engine.meters import SILENCE_LUFS, loudness_range_lu

_FRAME = 4096
_EVERY_FRAMES = 2
THIRDS_HZ = 1_000.0 * 2.0 ** (np.arange(-14, 13) / 3.0)
"""Centres of the third-octave bands, 39 Hz to 16 kHz."""


@dataclass(frozen=True, eq=False)
class Survey:
    """`middle` and `side`: mean power per bin (bins,) of (left + right) / 2 and (left - right) / 2."""

    grains: Grains
    middle: np.ndarray
    side: np.ndarray
    sample_rate_hz: int
    peak: float

    @property
    def peak_dbfs(self) -> float:
        return 20.0 * float(np.log10(max(1e-6, self.peak)))

    @property
    def range_lu(self) -> float:
        return loudness_range_lu(self.grains.hop_power())

    @cached_property
    def lufs(self) -> float:
        return self.grains.lufs()

    @property
    def is_silent(self) -> bool:
        return self.lufs <= SILENCE_LUFS

    @property
    def offset(self) -> float:
        """The greater DC of the two channels, as a share of full scale."""
        return float(np.abs(self.grains.mean).max())

    @property
    def width_db(self) -> float:
        """Sides against the middle from 200 Hz up, where width is heard; -60 for mono."""
        first = round(200.0 * _FRAME / self.sample_rate_hz)
        middle, side = float(self.middle[first:].sum()), float(self.side[first:].sum())
        return max(-60.0, 10.0 * float(np.log10((side + 1e-20) / (middle + 1e-20))))

    def band_db(self, low_hz: float, high_hz: float) -> float:
        """Level of a band in dB, both channels together."""
        first, last = (round(edge * _FRAME / self.sample_rate_hz) for edge in (low_hz, high_hz))
        last = max(first + 1, last)
        return 10.0 * float(np.log10(self.middle[first:last].sum() + self.side[first:last].sum() + 1e-20))

    @cached_property
    def thirds_db(self) -> np.ndarray:
        """Level per third-octave band (27,) in dB, loudness taken away: recordings of any level can be compared."""
        edge = 2.0 ** (1.0 / 6.0)
        levels = np.array([self.band_db(centre / edge, centre * edge) for centre in THIRDS_HZ])
        return levels - self.lufs


def survey(sound: Sound, *, progress: Progress = ignore_progress) -> Survey:
    """Measure a file in blocks. Spectra are of every second frame of 4,096 samples, Hann-windowed."""
    meter = GrainMeter(sound, with_peaks=False)
    spectra = _Spectra()
    peak = 0.0
    for block in sound.blocks(progress):
        peak = max(peak, float(block.max()), -float(block.min()))
        meter.push(block)
        spectra.push(block)
    middle, side = spectra.power()
    return Survey(meter.grains(), middle, side, sound.sample_rate_hz, peak)


class _Spectra:
    def __init__(self) -> None:
        self._window = np.hanning(_FRAME).astype(np.float32)
        self._total = np.zeros((2, _FRAME // 2 + 1))
        self._frames = 0

    def push(self, block: np.ndarray) -> None:
        """Frames start anew with each block; a shorter rest is filled with silence if it is all there is."""
        if block.shape[1] < _FRAME:
            if self._frames:
                return
            block = np.pad(block, ((0, 0), (0, _FRAME - block.shape[1])))
        count = block.shape[1] // _FRAME
        frames = block[:, : count * _FRAME].reshape(2, count, _FRAME)[:, ::_EVERY_FRAMES]
        pair = np.stack([frames[0] + frames[1], frames[0] - frames[1]]) * (np.float32(0.5) * self._window)
        spectrum = rfft(pair, axis=2)
        self._total += np.sum(spectrum.real**2 + spectrum.imag**2, axis=1, dtype=np.float64)
        self._frames += frames.shape[1]

    def power(self) -> np.ndarray:
        """(2, bins): scaled so that the bins sum to the mean square."""
        scale = 2.0 / (_FRAME * float(np.sum(self._window.astype(np.float64) ** 2)))
        return self._total * (scale / max(1, self._frames))

"""Rooms: synthesised impulse responses, and convolution with them.

An impulse response is a pre-delay, a few early reflections, and dense noise whose octaves decay exponentially each at
its own rate (Moorer, "About This Reverberation Business", CMJ 3(2), 1979, on exponentially decaying noise; Jot 1992 on
decay per frequency). Left and right use independent noise, which is what makes a room wide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from mixer.contracts import Space
from mixer.engine.effects.decay_time import OCTAVES_HZ, corrected
from mixer.engine.effects.partitioned import Convolver, spectra_of
from mixer.engine.effects.room import CROSS, Reverb, ReverbStream
from mixer.engine.effects.streaming import run

_BANDS_PER_OCTAVE = 3
_PLACES = np.arange(_BANDS_PER_OCTAVE * (len(OCTAVES_HZ) - 1) + 1) / _BANDS_PER_OCTAVE
_SIXTY_DB = 3.0 * np.log(10.0)


@dataclass(frozen=True)
class Acoustics:
    """Seconds to decay by 60 dB per octave of OCTAVES_HZ, pre-delay, and the span of the early reflections."""

    rt60_s: tuple[float, ...]
    predelay_s: float
    early_s: float
    early_count: int
    early_share: float
    low_cut_hz: float

    def decaying(self, decay: float) -> Acoustics:
        """The same room with walls that swallow less or more: every decay time times `decay`. What falls faster has its
        reflections earlier as well, or they would outlast it."""
        rt60_s = tuple(rt60_s * decay for rt60_s in self.rt60_s)
        return replace(self, rt60_s=rt60_s, early_s=self.early_s * min(1.0, decay))

    @property
    def longest_s(self) -> float:
        return self.predelay_s + 1.05 * max(self.rt60_s)


ACOUSTICS: dict[Space, Acoustics] = {
    Space.STUDIO: Acoustics((0.45, 0.42, 0.38, 0.36, 0.34, 0.30, 0.24), 0.004, 0.020, 10, 0.35, 180.0),
    Space.CHAMBER: Acoustics((1.15, 1.10, 1.05, 1.00, 0.92, 0.78, 0.55), 0.012, 0.035, 14, 0.28, 160.0),
    Space.HALL: Acoustics((2.40, 2.30, 2.20, 2.10, 1.85, 1.45, 0.95), 0.024, 0.070, 18, 0.20, 140.0),
    Space.CATHEDRAL: Acoustics((5.20, 5.00, 4.70, 4.30, 3.50, 2.40, 1.30), 0.038, 0.110, 20, 0.12, 130.0),
}


@lru_cache(maxsize=8)
def impulse_response(space: Space, *, seed: int, sample_rate_hz: int, decay: float = 1.0) -> np.ndarray:
    """(2, samples) float32, energy 1 per channel; lasts until every octave has fallen by 60 dB, which each is measured
    to do in its time (decay_time). The same for a seed.

    `decay` scales the room's decay times. What is convolved with it is 0.7 of a side and 0.3 of the other (CROSS).
    """
    room = ACOUSTICS[space].decaying(decay)
    rng = np.random.default_rng([seed, list(Space).index(space), 0x5EED])
    length = round(1.05 * max(room.rt60_s) * sample_rate_hz)
    predelay = round(room.predelay_s * sample_rate_hz)
    response = np.zeros((2, predelay + length), np.float64)
    for channel in range(2):
        bands = _noise_bands(rng, length, sample_rate_hz)
        early = _early_reflections(room, rng, length, sample_rate_hz)
        early *= np.sqrt(room.early_share / np.sum(early**2))

        def answer(rt60_s: tuple[float, ...], bands=bands, early=early) -> np.ndarray:
            tail = _decaying(bands, rt60_s, room.early_s, sample_rate_hz)
            tail *= np.sqrt((1.0 - room.early_share) / np.sum(tail**2))
            return _cut_below((tail + early)[np.newaxis], room.low_cut_hz, sample_rate_hz)

        told_s = corrected(room.rt60_s, answer, sample_rate_hz=sample_rate_hz)
        response[channel, predelay:] = answer(told_s)
    response /= np.sqrt(np.sum(response**2, axis=1, keepdims=True))
    response.setflags(write=False)
    return response.astype(np.float32)


def _noise_bands(rng: np.random.Generator, length: int, sample_rate_hz: int) -> np.ndarray:
    """(bands, length) float32: noise split into thirds of octaves with masks that sum to one in power."""
    fft_length = next_fast_len(length, real=True)
    spectrum = rfft(rng.standard_normal(fft_length)).astype(np.complex64)
    frequencies = np.fft.rfftfreq(fft_length, 1.0 / sample_rate_hz)
    masks = (_band_mask(frequencies, place, _PLACES[-1]) for place in _PLACES)
    return np.stack([irfft(spectrum * mask.astype(np.float32), fft_length)[:length] for mask in masks])


def _decaying(bands: np.ndarray, rt60_s: tuple[float, ...], early_s: float, sample_rate_hz: int) -> np.ndarray:
    """(length,): the bands, each falling at its own rate. The tail grows dense, it does not start at once."""
    time_s = np.arange(bands.shape[1]) / sample_rate_hz
    total = np.zeros(bands.shape[1])
    for place, band in zip(_PLACES, bands, strict=True):
        own_s = np.exp(np.interp(place, np.arange(len(OCTAVES_HZ)), np.log(rt60_s)))
        total += band * np.exp(-_SIXTY_DB / own_s * time_s)
    return total * (1.0 - np.exp(-time_s / max(0.002, early_s * 0.5)))


def _band_mask(frequencies: np.ndarray, place: float, last: float) -> np.ndarray:
    """Amplitude mask of a band `place` octaves above the first: raised cosine on a log axis, flat beyond both ends."""
    position = np.log2(np.maximum(frequencies, 1e-3) / OCTAVES_HZ[0])
    distance = _BANDS_PER_OCTAVE * np.abs(np.clip(position, 0.0, last) - place)
    return np.cos(0.5 * np.pi * np.minimum(distance, 1.0))


def _early_reflections(room: Acoustics, rng: np.random.Generator, length: int, sample_rate_hz: int) -> np.ndarray:
    early = np.zeros(length)
    times_s = room.early_s * np.sort(rng.random(room.early_count))
    for time_s in times_s:
        at = min(length - 1, round(time_s * sample_rate_hz))
        early[at] += (1.0 if rng.random() < 0.5 else -1.0) * 10.0 ** (-0.6 * time_s / room.early_s)
    # Walls swallow treble: a short average rounds each reflection off.
    return np.convolve(early, np.hanning(9) / np.hanning(9).sum())[:length]


def _cut_below(response: np.ndarray, low_cut_hz: float, sample_rate_hz: int) -> np.ndarray:
    """Second-order high-pass by spectrum: a room that booms makes a mix muddy."""
    fft_length = next_fast_len(response.shape[1] + sample_rate_hz // 4, real=True)
    frequencies = np.fft.rfftfreq(fft_length, 1.0 / sample_rate_hz)
    ratio = 1j * frequencies / low_cut_hz
    high_pass = ratio**2 / (1.0 + 2.0**0.5 * ratio + ratio**2)
    return irfft(rfft(response, fft_length) * high_pass, fft_length)[:, : response.shape[1]]


@dataclass(frozen=True)
class ConvolutionReverb(Reverb):
    """The room of `space` and `seed`, convolved; the wet sound has the energy of the input."""

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> ReverbStream:
        room = _ConvolvedRoom(_spectra(self.space, self.seed, sample_rate_hz, self.decay))
        tail_s = ACOUSTICS[self.space].decaying(self.decay).longest_s
        return ReverbStream(self, room, tail_s, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 to (2, samples) float32; what rings beyond the end is cut off."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class _ConvolvedRoom(Convolver):
    def process(self, block: np.ndarray) -> np.ndarray:
        return super().process(np.float32(1.0 - CROSS) * block + np.float32(CROSS) * block[::-1])


@lru_cache(maxsize=4)
def _spectra(space: Space, seed: int, sample_rate_hz: int, decay: float) -> np.ndarray:
    return spectra_of(impulse_response(space, seed=seed, sample_rate_hz=sample_rate_hz, decay=decay))

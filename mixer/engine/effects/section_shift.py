"""Higher or lower with the same vowels, for several voices at once: a phase vocoder that moves peaks.

Sources: Laroche & Dolson, "New phase-vocoder techniques for pitch-shifting, harmonizing and other exotic effects",
WASPAA 1999 (each spectral peak moves with its surroundings, its phase turns on by the difference in frequency);
Röbel & Rodet, "Efficient spectral envelope estimation and its application to pitch shifting and envelope
preservation", DAFx 2005 (the true envelope, which the moved peaks are set to again).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.fft import irfft, rfft

from mixer.engine.effects.streaming import Unchanged, run

_WINDOW_S = 0.085
_OVERLAP = 8
_PADDING = 2
_FRAMES_AT_ONCE = 64
_ENVELOPE_BINS = 512
_LIFTER_S = 0.0016
_ENVELOPE_ROUNDS = 8
_HIGHEST_HZ = 18_000.0
_TRANSIENT_DB = 8.0


@dataclass(frozen=True)
class SectionPitchShift:
    """`semitones` -12..12 (fractions allowed) for a choir or group. Frames are centred: nothing moves in time."""

    semitones: float = 0.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> SectionShiftStream | Unchanged:
        if self.semitones == 0.0:
            return Unchanged()
        return SectionShiftStream(2.0 ** (self.semitones / 12.0), sample_rate_hz, channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out. Returns its input for 0 semitones."""
        if self.semitones == 0.0 or not audio.any():
            return audio
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class SectionShiftStream:
    """Frames of `size` samples, each `hop` later than the last; what comes out is late by one frame."""

    def __init__(self, ratio: float, sample_rate_hz: int, channels: int) -> None:
        self._size = 1 << round(np.log2(_WINDOW_S * sample_rate_hz))
        self._hop = self._size // _OVERLAP
        self.latency_samples = self._size
        self.tail_samples = self._size
        self._voices = [_Voice(ratio, self._size, sample_rate_hz) for _ in range(channels)]
        self._heard = np.zeros((channels, self._size), np.float32)
        self._ready = np.zeros((channels, self._hop), np.float32)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        size, hop, samples = self._size, self._hop, block.shape[1]
        heard = np.concatenate([self._heard, block.astype(np.float32)], axis=1)
        count = (heard.shape[1] - size) // hop
        if count > 0:
            starts = hop + hop * np.arange(count)[:, np.newaxis] + np.arange(size)
            fresh = [voice.move(row[starts]) for voice, row in zip(self._voices, heard, strict=True)]
            self._ready = np.concatenate([self._ready, np.stack(fresh)], axis=1)
            heard = heard[:, count * hop :]
        self._heard = heard.copy()
        out, self._ready = self._ready[:, :samples].copy(), self._ready[:, samples:]
        return out

    def retune(self, effect: object) -> None:
        """Nothing of it can be automated."""


class _Voice:
    """One channel: the phases of its peaks so far, and the frames that are not yet whole."""

    def __init__(self, ratio: float, size: int, sample_rate_hz: int) -> None:
        self._ratio, self._size, self._rate_hz = ratio, size, sample_rate_hz
        self._length = size * _PADDING
        self._window = np.hanning(size + 1)[:size].astype(np.float32)
        bins = self._length // 2 + 1
        self._turned, self._shown = np.zeros(bins), np.zeros(bins)
        self._moved = np.zeros(bins, np.complex128)
        self._last_power = 0.0
        self._top = min(min(1.0, ratio) * _HIGHEST_HZ * self._length / sample_rate_hz, self._length // 2)
        self._sum = np.zeros(size, np.float32)

    def move(self, frames: np.ndarray) -> np.ndarray:
        """(frames * hop,) float32: the samples that are whole after (frames, size) were laid over each other."""
        hop = self._size // _OVERLAP
        out = np.empty((len(frames), hop), np.float32)
        for first in range(0, len(frames), _FRAMES_AT_ONCE):
            block = frames[first : first + _FRAMES_AT_ONCE]
            if block.any():
                spectra = rfft(_centred(block * self._window, self._length), axis=1)
                envelopes = _true_envelopes(np.abs(spectra), self._rate_hz)
                waves = [self._wave(*frame) for frame in zip(spectra, envelopes, strict=True)]
            else:
                waves = [np.zeros(self._size, np.float32)] * len(block)
                self._last_power = 0.0
            for number, wave in enumerate(waves, start=first):
                self._sum += wave
                out[number] = self._sum[:hop]
                self._sum[:-hop] = self._sum[hop:]
                self._sum[-hop:] = 0.0
        return out.ravel() / np.float32(3.0 / 8.0 * _OVERLAP)

    def _wave(self, spectrum: np.ndarray, envelope: np.ndarray) -> np.ndarray:
        power = float(np.sum(np.abs(spectrum) ** 2))
        fresh = power > 10.0 ** (_TRANSIENT_DB / 10.0) * self._last_power  # an onset: its waves keep their own phases
        self._last_power = power
        memory = (self._turned, self._shown, self._moved)
        hop = self._size // _OVERLAP
        _move_peaks(spectrum, envelope, self._ratio, hop, self._length, self._top, fresh, *memory)
        kept = float(np.sum(np.abs(self._moved) ** 2))
        if kept > 0.0:  # the moved peaks are fewer or more: as loud a frame as it was
            self._moved *= min(4.0, (power / kept) ** 0.5)
        wave = np.roll(irfft(self._moved, self._length), self._size // 2)[: self._size]
        return (wave * self._window).astype(np.float32)


def _centred(block: np.ndarray, length: int) -> np.ndarray:
    """Zero-phase frames: the middle of the window at index 0, so that phases are those of the middle."""
    size = block.shape[1]
    padded = np.zeros((len(block), length), np.float32)
    padded[:, : size - size // 2] = block[:, size // 2 :]
    padded[:, length - size // 2 :] = block[:, : size // 2]
    return padded


def _true_envelopes(magnitudes: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """Log amplitude (frames, bins) of the smooth curve that rests on the partials."""
    frames, bins = magnitudes.shape
    step = (bins - 1) // _ENVELOPE_BINS
    pooled = np.log(magnitudes[:, :-1].reshape(frames, _ENVELOPE_BINS, step).max(axis=2) + 1e-7)
    keep = max(4, round(_LIFTER_S * sample_rate_hz))
    envelope = pooled
    for _ in range(_ENVELOPE_ROUNDS):
        wanted = np.maximum(pooled, envelope)
        mirrored = np.concatenate([wanted, wanted[:, ::-1]], axis=1)
        cepstrum = rfft(mirrored, axis=1)
        cepstrum[:, keep:] = 0.0
        envelope = irfft(cepstrum, mirrored.shape[1], axis=1)[:, :_ENVELOPE_BINS]
    centres = (np.arange(_ENVELOPE_BINS) + 0.5) * step
    return np.stack([np.interp(np.arange(bins), centres, row) for row in envelope])


@njit(cache=True, nogil=True)
def _move_peaks(
    spectrum, envelope, ratio, hop, length, top, fresh, turned, shown, moved
):  # pragma: no cover - compiled
    """Fill `moved`. `turned` holds per bin how far its peak has been turned so far (radians), `shown` is for work."""
    bins = len(spectrum)
    moved[:] = 0.0
    size = np.abs(spectrum)
    begin = 0
    peak = _next_peak(size, 0)
    while peak >= 0:
        following = _next_peak(size, peak + 1)
        end = bins
        if following >= 0:
            end = peak
            for k in range(peak, following):
                if size[k] < size[end]:
                    end = k
        a, b, c = np.log(size[peak - 1] + 1e-12), np.log(size[peak] + 1e-12), np.log(size[peak + 1] + 1e-12)
        bend = a - 2.0 * b + c
        exact = peak + (0.5 * (a - c) / bend if bend < -1e-9 else 0.0)
        away = (ratio - 1.0) * exact
        turn = 0.0 if fresh else turned[peak] + 2.0 * np.pi * away * hop / length
        turn -= 2.0 * np.pi * np.floor(turn / (2.0 * np.pi))
        whole = round(away)
        target = min(bins - 1, max(0, peak + whole))
        gain = np.exp(min(3.5, max(-3.5, envelope[target] - envelope[peak])))
        spin = gain * (np.cos(turn) + 1j * np.sin(turn))
        for k in range(begin, end):
            shown[k] = turn
            if 0 < k + whole < bins and (ratio > 1.0 or k + whole < top):
                moved[k + whole] += spin * spectrum[k]
        begin, peak = end, following
    turned[:] = shown
    if ratio < 1.0:
        moved[int(top) :] = spectrum[int(top) :]


@njit(cache=True, nogil=True)
def _next_peak(size, start):  # pragma: no cover - compiled
    for k in range(max(2, start), len(size) - 2):
        here = size[k]
        if here > size[k - 1] and here > size[k - 2] and here >= size[k + 1] and here >= size[k + 2]:
            return k
    return -1

"""Convolution with long answers, block by block.

Source: Stockham, "High-speed convolution and correlation", 1966, and Kulp, "Digital equalization using Fourier
transform techniques", AES 85th convention, 1988: the answer is cut into equal parts, each is one multiplication of
spectra (overlap-save), and the spectra of the last inputs are kept.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.fft import irfft, rfft

_PART = 8192
_AT_ONCE = 4
STEP = _PART * _AT_ONCE
"""The latency: two thirds of a second, which the console makes up for. The transforms of four parts at once run on
vectors, and each part of the answer is read once for four of the sound."""
_WIDTH = 256
_CHUNKS = -(-(_PART + 1) // _WIDTH)


def spectra_of(response: np.ndarray) -> np.ndarray:
    """(channels, chunks, parts, 2, width) float32 of an answer (channels, samples): real and imaginary parts of the
    parts' spectra, cut into chunks of bins, so that what is multiplied together lies together."""
    channels, samples = response.shape
    count = -(-samples // _PART)
    padded = np.zeros((channels, count * _PART), np.float32)
    padded[:, :samples] = response
    out = np.zeros((channels, _CHUNKS, count, 2, _WIDTH), np.float32)
    _scatter(rfft(padded.reshape(channels, count, _PART), 2 * _PART, axis=2).astype(np.complex64), out, 0)
    return out


class Convolver:
    """Each channel with its own answer; the output is late by STEP samples. Spectra of silence are not multiplied."""

    latency_samples = STEP

    def __init__(self, answer: np.ndarray) -> None:
        """`answer` as `spectra_of` gives it."""
        channels, _, parts = answer.shape[:3]
        self._answer = answer
        slots = -(-(parts + _AT_ONCE - 1) // _AT_ONCE) * _AT_ONCE
        self._spectra = np.zeros((channels, _CHUNKS, slots, 2, _WIDTH), np.float32)
        self._loud = np.zeros(slots, np.bool_)
        self._first = 0
        self._heard = np.zeros((channels, _PART + STEP), np.float32)
        self._ready = np.zeros((channels, STEP), np.float32)
        self._total = np.zeros((channels, _AT_ONCE, _PART + 1), np.complex64)
        self._filled = 0

    def process(self, block: np.ndarray) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        out = np.empty(block.shape, np.float32)
        done = 0
        while done < block.shape[1]:
            length = min(STEP - self._filled, block.shape[1] - done)
            at = self._filled
            self._heard[:, _PART + at : _PART + at + length] = block[:, done : done + length]
            out[:, done : done + length] = self._ready[:, at : at + length]
            self._filled += length
            done += length
            if self._filled == STEP:
                self._advance()
        return out

    def _advance(self) -> None:
        """The newest four spectra go where the oldest lay."""
        self._filled = 0
        self._first = (self._first + _AT_ONCE) % len(self._loud)
        loud = self._loud[self._first : self._first + _AT_ONCE] = self._heard.any()
        if loud:
            frames = np.lib.stride_tricks.sliding_window_view(self._heard, 2 * _PART, axis=1)[:, ::_PART]
            spectra = rfft(frames.reshape(-1, 2 * _PART), axis=1)
            _scatter(spectra.reshape(self._total.shape), self._spectra, self._first)
            self._heard[:, :_PART] = self._heard[:, STEP:]
        if not self._loud.any():
            self._ready[:] = 0.0
            return
        _multiply(self._spectra, self._answer, self._loud, self._first, self._total)
        # Copied, so that the memory of the whole is used again: fresh pages cost as much as a transform.
        self._ready[:] = irfft(self._total.reshape(-1, _PART + 1), axis=1)[:, _PART:].reshape(self._ready.shape)


@njit(cache=True, nogil=True, error_model="numpy")
def _scatter(spectra, out, first):  # pragma: no cover - compiled
    """Spectra (channels, parts, bins) into the slots from `first` on of `out` (channels, chunks, slots, 2, width)."""
    channels, parts, bins = spectra.shape
    for channel in range(channels):
        for part in range(parts):
            for chunk in range(out.shape[1]):
                start = chunk * _WIDTH
                for k in range(min(_WIDTH, bins - start)):
                    out[channel, chunk, first + part, 0, k] = spectra[channel, part, start + k].real
                    out[channel, chunk, first + part, 1, k] = spectra[channel, part, start + k].imag


@njit(cache=True, nogil=True, fastmath=True)
def _multiply(spectra, answer, loud, first, total):  # pragma: no cover - compiled
    """`total` (channels, 4, bins): each of the newest four spectra, and those before it, times the answer's parts."""
    channels, chunks, parts = answer.shape[:3]
    slots = len(loud)
    real, imaginary = np.empty((_AT_ONCE, _WIDTH), np.float32), np.empty((_AT_ONCE, _WIDTH), np.float32)
    for channel in range(channels):
        for chunk in range(chunks):
            real[:] = 0.0
            imaginary[:] = 0.0
            for part in range(parts):
                c, d = answer[channel, chunk, part, 0], answer[channel, chunk, part, 1]
                for turn in range(_AT_ONCE):
                    slot = (first + turn - part + slots) % slots
                    if not loud[slot]:
                        continue
                    a, b = spectra[channel, chunk, slot, 0], spectra[channel, chunk, slot, 1]
                    x, y = real[turn], imaginary[turn]
                    for k in range(_WIDTH):
                        x[k] += a[k] * c[k] - b[k] * d[k]
                    for k in range(_WIDTH):
                        y[k] += a[k] * d[k] + b[k] * c[k]
            start = chunk * _WIDTH
            for turn in range(_AT_ONCE):
                for k in range(min(_WIDTH, total.shape[2] - start)):
                    total[channel, turn, start + k] = real[turn, k] + 1j * imaginary[turn, k]

"""Convolution with long answers, block by block.

Source: Gardner, "Efficient convolution without input-output delay", JAES 43(3), 1995: the answer is cut into parts,
short ones first; each part is one multiplication of spectra (overlap-save). Here two sizes and one small delay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.fft import irfft, rfft

STEP = 4096
"""Samples of a short part, and the latency."""
_LONG = 4
"""A long part is so many short ones. Those before it cover the answer up to (_LONG - 1) steps, just in time."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Spectra of an answer (channels, samples): (parts, 2, channels, bins) float32, real and imaginary."""

    short: np.ndarray
    long: np.ndarray

    @classmethod
    def of(cls, response: np.ndarray) -> Parts:
        border = (_LONG - 1) * STEP
        return cls(_spectra(response[:, :border], STEP), _spectra(response[:, border:], _LONG * STEP))


def _spectra(response: np.ndarray, size: int) -> np.ndarray:
    channels, samples = response.shape
    count = -(-samples // size)
    padded = np.zeros((channels, count * size), np.float32)
    padded[:, :samples] = response
    spectra = rfft(padded.reshape(channels, count, size), 2 * size, axis=2)
    split = np.stack([spectra.real, spectra.imag]).astype(np.float32)
    return np.ascontiguousarray(split.transpose(2, 0, 1, 3))


class Convolver:
    """Each channel with its own answer; the output is late by STEP samples. Spectra of silence are not multiplied."""

    latency_samples = STEP

    def __init__(self, parts: Parts) -> None:
        channels = parts.short.shape[2]
        self._short = _Level(parts.short, STEP)
        self._long = _Level(parts.long, _LONG * STEP) if len(parts.long) else None
        self._waiting = np.zeros((channels, _LONG * STEP), np.float32)
        self._later = np.zeros((channels, _LONG * STEP), np.float32)
        self._ready = np.zeros((channels, STEP), np.float32)
        self._step = 0
        self._filled = 0

    def process(self, block: np.ndarray) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        out = np.empty(block.shape, np.float32)
        done = 0
        while done < block.shape[1]:
            length = min(STEP - self._filled, block.shape[1] - done)
            at = self._step * STEP + self._filled
            self._waiting[:, at : at + length] = block[:, done : done + length]
            out[:, done : done + length] = self._ready[:, self._filled : self._filled + length]
            self._filled += length
            done += length
            if self._filled == STEP:
                self._advance()
        return out

    def _advance(self) -> None:
        span = slice(self._step * STEP, (self._step + 1) * STEP)
        wet = self._short.process(self._waiting[:, span])
        self._filled = 0
        self._step = (self._step + 1) % _LONG
        if self._long is not None:
            if self._step == 0:
                self._later = self._long.process(self._waiting)
            # What the long parts gave is due from this step on.
            wet = wet + self._later[:, self._step * STEP : (self._step + 1) * STEP]
        self._ready = wet


class _Level:
    """The parts of one size: spectra of the last inputs, newest at `head`."""

    def __init__(self, answer: np.ndarray, size: int) -> None:
        self._answer, self._size = answer, size
        self._heard = np.zeros(answer.shape, np.float32)
        self._loud = np.zeros(len(answer), np.bool_)
        self._last = np.zeros((answer.shape[2], size), np.float32)
        self._head = 0

    def process(self, block: np.ndarray) -> np.ndarray:
        self._head = (self._head - 1) % len(self._answer)
        loud = bool(block.any() or self._last.any())
        self._loud[self._head] = loud
        if loud:
            spectrum = rfft(np.concatenate([self._last, block], axis=1), axis=1)
            self._heard[self._head, 0], self._heard[self._head, 1] = spectrum.real, spectrum.imag
        self._last = block.copy()
        if not self._loud.any():
            return np.zeros(block.shape, np.float32)
        total = np.empty(self._answer.shape[2:], np.complex64)
        _multiply(self._heard, self._answer, self._loud, self._head, total)
        return irfft(total, axis=1)[:, self._size :]


@njit(cache=True, nogil=True, fastmath=True)
def _multiply(heard, answer, loud, head, total):  # pragma: no cover - compiled
    parts, _, channels, bins = answer.shape
    real, imaginary = np.empty(bins, np.float32), np.empty(bins, np.float32)
    for channel in range(channels):
        real[:] = 0.0
        imaginary[:] = 0.0
        for part in range(parts):
            slot = (head + part) % parts
            if not loud[slot]:
                continue
            a, b = heard[slot, 0, channel], heard[slot, 1, channel]
            c, d = answer[part, 0, channel], answer[part, 1, channel]
            for k in range(bins):
                real[k] += a[k] * c[k] - b[k] * d[k]
                imaginary[k] += a[k] * d[k] + b[k] * c[k]
        for k in range(bins):
            total[channel, k] = real[k] + 1j * imaginary[k]

"""Convolution with long answers, block by block.

Source: Stockham, "High-speed convolution and correlation", 1966, and Kulp, "Digital equalization using Fourier
transform techniques", AES 85th convention, 1988: the answer is cut into equal parts, each is one multiplication of
spectra (overlap-save), and the spectra of the last inputs are kept.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from scipy.fft import irfft, rfft

STEP = 16_384
"""Samples of a part, and the latency: a third of a second, which the console makes up for. Long parts are cheap."""


def spectra_of(response: np.ndarray) -> np.ndarray:
    """(parts, 2, channels, bins) float32, real and imaginary, of an answer (channels, samples)."""
    channels, samples = response.shape
    count = -(-samples // STEP)
    padded = np.zeros((channels, count * STEP), np.float32)
    padded[:, :samples] = response
    spectra = rfft(padded.reshape(channels, count, STEP), 2 * STEP, axis=2)
    return np.ascontiguousarray(np.stack([spectra.real, spectra.imag]).astype(np.float32).transpose(2, 0, 1, 3))


class Convolver:
    """Each channel with its own answer; the output is late by STEP samples. Spectra of silence are not multiplied."""

    latency_samples = STEP

    def __init__(self, answer: np.ndarray) -> None:
        """`answer` as `spectra_of` gives it."""
        channels = answer.shape[2]
        self._answer = answer
        self._spectra = np.zeros(answer.shape, np.float32)
        self._loud = np.zeros(len(answer), np.bool_)
        self._head = 0
        self._heard = np.zeros((channels, 2 * STEP), np.float32)
        self._ready = np.zeros((channels, STEP), np.float32)
        self._total = np.empty(answer.shape[2:], np.complex64)
        self._filled = 0

    def process(self, block: np.ndarray) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        out = np.empty(block.shape, np.float32)
        done = 0
        while done < block.shape[1]:
            length = min(STEP - self._filled, block.shape[1] - done)
            at = self._filled
            self._heard[:, STEP + at : STEP + at + length] = block[:, done : done + length]
            out[:, done : done + length] = self._ready[:, at : at + length]
            self._filled += length
            done += length
            if self._filled == STEP:
                self._advance()
        return out

    def _advance(self) -> None:
        """The newest spectrum lies at `head`, older ones behind it."""
        self._filled = 0
        self._head = (self._head - 1) % len(self._answer)
        loud = self._loud[self._head] = self._heard.any()
        if loud:
            spectrum = rfft(self._heard, axis=1)
            self._spectra[self._head, 0], self._spectra[self._head, 1] = spectrum.real, spectrum.imag
            self._heard[:, :STEP] = self._heard[:, STEP:]
        if not self._loud.any():
            self._ready[:] = 0.0
            return
        _multiply(self._spectra, self._answer, self._loud, self._head, self._total)
        # Copied, so that the memory of the whole is used again: fresh pages cost as much as a transform.
        self._ready[:] = irfft(self._total, axis=1)[:, STEP:]


@njit(cache=True, nogil=True, fastmath=True)
def _multiply(spectra, answer, loud, head, total):  # pragma: no cover - compiled
    parts, _, channels, bins = answer.shape
    real, imaginary = np.empty(bins, np.float32), np.empty(bins, np.float32)
    for channel in range(channels):
        real[:] = 0.0
        imaginary[:] = 0.0
        for part in range(parts):
            slot = (head + part) % parts
            if not loud[slot]:
                continue
            a, b = spectra[slot, 0, channel], spectra[slot, 1, channel]
            c, d = answer[part, 0, channel], answer[part, 1, channel]
            for k in range(bins):
                real[k] += a[k] * c[k] - b[k] * d[k]
                imaginary[k] += a[k] * d[k] + b[k] * c[k]
        for k in range(bins):
            total[channel, k] = real[k] + 1j * imaginary[k]

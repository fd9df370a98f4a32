"""From any sample rate to another, in a stream: exact polyphase filtering with a Kaiser-windowed sinc.

Source: Smith, "Digital Audio Resampling Home Page" (CCRMA, 2002); window after Kaiser (1974). The pass band reaches to
90.7 % of the lower Nyquist frequency, everything from there up to it falls to -110 dB: nothing folds back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import gcd

import numpy as np
from numba import njit

_STOP_DB = 110.0
_PASS_SHARE = 0.907
_PHASES_AT_ONCE = 2_048

ReadFrames = Callable[[int], np.ndarray]
"""The next frames of a source, (2, up to so many) float32; fewer, and then none, at its end."""


class Resampler:
    """Reads a source at another rate. Output sample m lies at m / rate: no delay, whatever blocks are asked for."""

    def __init__(self, read: ReadFrames, *, from_hz: int, to_hz: int) -> None:
        divisor = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // divisor, from_hz // divisor
        self._taps = _polyphase(self._up, self._down)
        self._read = read
        self._before = self._taps.shape[1] // 2 - 1
        self._held = np.zeros((2, self._before), np.float32)
        self._held_from = -self._before
        self._next = 0

    def read(self, samples: int) -> np.ndarray:
        """The next (2, samples) float32; silence after the source's end."""
        first, last = self._next, self._next + samples - 1
        needed = last * self._down // self._up - self._before + self._taps.shape[1]
        missing = needed - (self._held_from + self._held.shape[1])
        if missing > 0:
            fresh = self._read(missing)
            silence = np.zeros((len(self._held), missing - fresh.shape[1]), np.float32)
            self._held = np.concatenate([self._held, fresh, silence], axis=1)
        out = np.empty((len(self._held), samples), np.float32)
        _filter(self._held, self._held_from + self._before, self._taps, first, self._up, self._down, out)
        self._next += samples
        done = self._next * self._down // self._up - self._before - self._held_from
        if done > 0:
            self._held, self._held_from = self._held[:, done:].copy(), self._held_from + done
        return out


@lru_cache(maxsize=8)
def _polyphase(up: int, down: int) -> np.ndarray:
    """(up, taps) float32: row p makes the value that lies p / up after the tap in the middle; each row sums to 1."""
    band = min(1.0, up / down)
    transition = (1.0 - _PASS_SHARE) * band * np.pi
    taps = int(np.ceil((_STOP_DB - 7.95) / (2.285 * transition) / 8.0)) * 8
    beta, cutoff = 0.1102 * (_STOP_DB - 8.7), 0.5 * (1.0 + _PASS_SHARE) * band
    rows = np.empty((up, taps), np.float32)
    for first in range(0, up, _PHASES_AT_ONCE):
        phases = np.arange(first, min(up, first + _PHASES_AT_ONCE))[:, np.newaxis] / up
        at = np.arange(taps) - (taps // 2 - 1) - phases
        window = np.i0(beta * np.sqrt(np.maximum(0.0, 1.0 - (at / (taps / 2)) ** 2)))
        row = np.sinc(cutoff * at) * window
        rows[first : first + len(phases)] = row / row.sum(axis=1, keepdims=True)
    return rows


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _filter(held, base, taps, first, up, down, out):  # pragma: no cover - compiled
    """`base` is the source's index of the first tap for a value at source index 0, counted within `held`."""
    length = taps.shape[1]
    for index in range(out.shape[1]):
        place = (first + index) * down
        start = place // up - base
        row = taps[place % up]
        for channel in range(out.shape[0]):
            samples = held[channel, start : start + length]
            total = np.float32(0.0)
            for tap in range(length):
                total += row[tap] * samples[tap]
            out[channel, index] = total

"""One voice as if sung again: two softer takes to the left and right, each a little late and never quite in tune.

Each double is read from a delay that wanders smoothly; its speed is the detune (a Doppler shift). The dry voice stays
in the middle and the doubles lie well under it, so the sum to mono has no deep comb.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.between import read_late, ring_samples
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.chance import uniforms
from mixer.engine.effects.streaming import Glide, contiguous, run, step

_DELAYS_S = (0.0173, 0.0261)
_LOUDEST_DB = -8.0
_DETUNE_CENTS = 5.0
"""RMS; the three swings together reach two and a half times as much at the most."""
_RATES_HZ = (0.31, 0.53, 0.83)
_LOW_CUT = Band(BandKind.HIGH_PASS, 160.0)
"""The body stays single: low notes with a double beat slowly and lose their place."""


@dataclass(frozen=True)
class Doubler:
    """`amount` 0..1: how loud the doubles are. Keeps the loudness of a voice within about 1 dB.

    The mean of both sides through a high-pass at 160 Hz, heard d + sum over k of s_k sin(2 pi r_k n + p_k) samples
    late: per side d = (17.3 or 26.1 ms + 3 ms u) rate; r_k = (.31, .53, .83 Hz) (0.9 + 0.2 u) / rate; p_k = 2 pi u;
    s_k = (2^(5 / 1200) - 1) sqrt(2 / 3) / (2 pi f_k) rate with f_k the three rates; the u are `chance.uniforms(seed,
    "doubler", side)`: first the three of r, then of p, then of d. (x + g late) / sqrt(1 + g^2) comes out, with
    g = amount 10^(-8 / 20).
    """

    amount: float = 0.0
    seed: int = 0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> DoublerStream:
        return DoublerStream(self, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out; the dry voice does not move. Returns its input for amount 0."""
        if self.amount <= 0.0 or not audio.any():
            return audio
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class DoublerStream:
    latency_samples = 0

    def __init__(self, effect: Doubler, sample_rate_hz: int) -> None:
        self._cut = ParametricEq((_LOW_CUT,)).open(sample_rate_hz=sample_rate_hz, channels=1)
        paths = [_path(effect.seed, side, sample_rate_hz) for side in range(2)]
        self._delays = np.array([delay for delay, _, _ in paths])
        self._swings = _swings(sample_rate_hz)
        # Each swing is a point that turns on a circle: a sine that costs four products a sample.
        self._turns = np.array([np.exp(2j * np.pi * turns) for _, turns, _ in paths])
        self._points = np.array([np.exp(1j * phases) for _, _, phases in paths])
        longest = float(self._delays.max() + self._swings.sum())
        self._ring = np.zeros(ring_samples(longest), np.float32)
        self._place = np.zeros(1, np.int64)
        self._glide = Glide(_level(effect))
        self.tail_samples = int(longest) + 4

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        source = self._cut.process(block.mean(axis=0, keepdims=True, dtype=np.float32))[0]
        out = np.empty(block.shape, np.float32)
        path = (self._delays, self._swings, self._turns, self._points)
        glide = self._glide
        _double(contiguous(block), source, *path, glide.now, glide.goal, glide.left, self._ring, self._place, out)
        self._points /= np.abs(self._points)  # rounding makes the circle a spiral, in years
        return out

    def retune(self, effect: Doubler) -> None:
        self._glide.to(_level(effect))


def _level(effect: Doubler) -> float:
    return effect.amount * 10.0 ** (_LOUDEST_DB / 20.0)


def _swings(sample_rate_hz: int) -> np.ndarray:
    speed = 2.0 ** (_DETUNE_CENTS / 1200.0) - 1.0
    return np.array([speed * (2.0 / 3.0) ** 0.5 / (2.0 * np.pi * rate_hz) for rate_hz in _RATES_HZ]) * sample_rate_hz


def _path(seed: int, side: int, sample_rate_hz: int) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean delay in samples, turns per sample and starting phases of the three swings."""
    chance = uniforms(seed, "doubler", side)
    turns = np.array([rate_hz * (0.9 + 0.2 * next(chance)) for rate_hz in _RATES_HZ]) / sample_rate_hz
    phases = 2.0 * np.pi * np.array([next(chance) for _ in _RATES_HZ])
    return (_DELAYS_S[side] + 0.003 * next(chance)) * sample_rate_hz, turns, phases


@njit(cache=True, nogil=True, error_model="numpy")
def _double(
    block, source, delays, swings, turns, points, now, goal, left, ring, place, out
):  # pragma: no cover - compiled
    mask, at = len(ring) - 1, place[0]
    for index in range(block.shape[1]):
        if left[0] > 0:
            step(now, goal, left)
        ring[at] = source[index]
        level = now[0]
        # The doubles are unlike the dry voice, so they add in power.
        scale = 1.0 / np.sqrt(1.0 + level * level)
        for side in range(2):
            late = delays[side]
            for k in range(len(swings)):
                late += swings[k] * points[side, k].imag
                points[side, k] *= turns[side, k]
            out[side, index] = scale * (block[side, index] + level * read_late(ring, at, max(2.0, late)))
        at = (at + 1) & mask
    place[0] = at

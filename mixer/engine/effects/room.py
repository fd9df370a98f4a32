"""What both reverbs have alike: the cuts and the pre-delay before the room, and the dry sound beside it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numba import njit

from mixer.contracts import Space
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.streaming import DelayLine, Glide, seconds_to_samples, step

CROSS = 0.3
"""Share of each side that excites the other: a sound on the left rings on the right too."""


@dataclass(frozen=True)
class Reverb:
    """`decay` scales the space's own decay times; `predelay_s` comes on top of its own. The cuts (12 dB per octave) are
    off at 20 and at 20,000 Hz. `mix` 1 is the wet sound alone. Space, decay and pre-delay stay as they were opened."""

    space: Space
    seed: int
    decay: float = 1.0
    predelay_s: float = 0.0
    low_cut_hz: float = 20.0
    high_cut_hz: float = 20_000.0
    mix: float = 1.0

    @property
    def cuts(self) -> ParametricEq:
        low = BandKind.HIGH_PASS if self.low_cut_hz > 20.0 else BandKind.BELL
        high = BandKind.LOW_PASS if self.high_cut_hz < 20_000.0 else BandKind.BELL
        return ParametricEq((Band(low, self.low_cut_hz), Band(high, self.high_cut_hz)))


class Room(Protocol):
    """A linear room: (2, samples) float32 in and out, block by block, late by its latency."""

    latency_samples: int

    def process(self, block: np.ndarray) -> np.ndarray: ...


class ReverbStream:
    def __init__(self, effect: Reverb, room: Room, tail_s: float, sample_rate_hz: int) -> None:
        late = seconds_to_samples(effect.predelay_s, sample_rate_hz)
        self.latency_samples = room.latency_samples
        self._cuts = effect.cuts.open(sample_rate_hz=sample_rate_hz)
        self.tail_samples = seconds_to_samples(tail_s, sample_rate_hz) + late + self._cuts.tail_samples
        self._predelay = DelayLine(2, late)
        self._room = room
        self._dry = DelayLine(2, room.latency_samples)
        self._blend = LaterBlend(effect.mix, room.latency_samples)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        wet = self._room.process(self._predelay.process(self._cuts.process(block)))
        return self._blend.process(self._dry.process(block), wet)

    def retune(self, effect: Any) -> None:
        self._cuts.retune(effect.cuts)
        self._blend.retune(effect.mix)


class LaterBlend:
    """A Blend of sounds that are late: a mix that is told with a sound is there when that sound comes out."""

    def __init__(self, mix: float, late_samples: int) -> None:
        self._blend = Blend(mix)
        self._late_samples = late_samples
        self._told: deque[tuple[int, float]] = deque()
        self._last = mix
        self._done = 0

    def retune(self, mix: float) -> None:
        if mix != self._last:
            self._told.append((self._done + self._late_samples, mix))
            self._last = mix

    def process(self, dry: np.ndarray, wet: np.ndarray) -> np.ndarray:
        """(2, samples) of the dry sound, already as late as the wet one is."""
        start, end = self._done, self._done + wet.shape[1]
        pieces, at = [], start
        while self._told and self._told[0][0] < end:
            due, mix = self._told.popleft()
            if due > at:
                pieces.append(self._blend.process(*_between(dry, wet, at - start, due - start)))
                at = due
            self._blend.retune(mix)
        self._done = end
        if at == start:
            return self._blend.process(dry, wet)
        pieces.append(self._blend.process(*_between(dry, wet, at - start, end - start)))
        return np.concatenate(pieces, axis=1)


def _between(dry: np.ndarray, wet: np.ndarray, first: int, end: int) -> tuple[np.ndarray, np.ndarray]:
    return dry[:, first:end], wet[:, first:end]


class Blend:
    """Dry and wet: (1 - mix) dry + mix wet."""

    def __init__(self, mix: float) -> None:
        self._glide = Glide(mix)

    def retune(self, mix: float) -> None:
        self._glide.to(mix)

    def process(self, dry: np.ndarray, wet: np.ndarray) -> np.ndarray:
        glide = self._glide
        if glide.left[0] == 0 and glide.now[0] == 1.0:
            return wet
        out = np.empty(wet.shape, np.float32)
        _blend(dry, wet, glide.now, glide.goal, glide.left, out)
        return out


@njit(cache=True, nogil=True, error_model="numpy")
def _blend(dry, wet, now, goal, left, out):  # pragma: no cover - compiled
    start = 0
    while start < out.shape[1] and left[0] > 0:
        step(now, goal, left)
        for channel in range(out.shape[0]):
            out[channel, start] = (1.0 - now[0]) * dry[channel, start] + now[0] * wet[channel, start]
        start += 1
    mix = now[0]
    for channel in range(out.shape[0]):
        for index in range(start, out.shape[1]):
            out[channel, index] = (1.0 - mix) * dry[channel, index] + mix * wet[channel, index]

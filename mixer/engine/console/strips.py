"""Strips at work: one block at a time through gain, effects, fader, mute, width and pan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mixer.engine.console.automation import (
    GRID_SAMPLES,
    Lanes,
    SendCurve,
    SlotCurves,
    StripCurves,
    cells_of,
    gain_of_db,
)
from mixer.engine.console.kernels import add, place
from mixer.engine.console.routing import Feed, Node, Place
from mixer.engine.console.state import EffectSlot
from mixer.engine.console.stems_in import StemReader
from mixer.engine.console.ways import KEYED_KINDS
from mixer.engine.effects.effect import Effect, Stream
from mixer.engine.effects.streaming import DelayLine, sounds

Parts = dict[str, np.ndarray]
"""A sound (2, samples) float32 in the parts that it is the sum of, by the strip that each comes from."""

MakeEffect = Callable[[EffectSlot], Effect]


class EffectAtWork:
    """One slot of a chain: a stream for each part, its automation, and the waiting that keeps it in step."""

    def __init__(
        self, at: Place, node: Node, streams: Mapping[str, Stream], lanes: Lanes, make: MakeEffect, rate_hz: int
    ):
        self._at = at
        self._streams = streams
        self._make = make
        self._waits = {part: DelayLine(2, at.wait_samples) for part in streams}
        self._key_wait = DelayLine(2, at.key_delay_samples)
        self._curves = SlotCurves(node.strip.id, at.slot, lanes, rate_hz)
        self._set = self._curves.slot_at(0)
        self.key = at.key

    def process(self, parts: Parts, key: np.ndarray | None, start: int) -> Parts:
        parts = {part: self._waits[part].process(block) for part, block in parts.items()}
        if key is not None:
            key = self._key_wait.process(key)
        elif len(parts) > 1 and self._at.slot.kind in KEYED_KINDS:
            key = total_of(parts)
        if not self._curves.moves:
            return {part: self._streams[part].process(block, key) for part, block in parts.items()}
        return self._automated(parts, key, start - self._at.late_samples)

    def _automated(self, parts: Parts, key: np.ndarray | None, song_sample: int) -> Parts:
        samples = next(iter(parts.values())).shape[1]
        out = {part: np.empty_like(block) for part, block in parts.items()}
        for begin, end, cell in self._curves.stretches(song_sample, samples):
            wanted = self._curves.slot_at(cell)
            if wanted != self._set:
                self._set, effect = wanted, self._make(wanted)
                for stream in self._streams.values():
                    stream.retune(effect)
            near = None if key is None else np.ascontiguousarray(key[:, begin:end])
            for part, block in parts.items():
                piece = np.ascontiguousarray(block[:, begin:end])
                out[part][:, begin:end] = self._streams[part].process(piece, near)
        return out


class FeedAtWork:
    """One signal on its way into a bus."""

    def __init__(self, feed: Feed, source: StripAtWork, lanes: Lanes, rate_hz: int) -> None:
        self._feed, self._source = feed, source
        self._delays = {part: DelayLine(2, feed.delay_samples) for part in source.parts}
        send = next((s for s in source.node.strip.sends if s.bus == feed.send), None) if feed.send else None
        self._level = None if send is None else SendCurve(source.node.strip, send, lanes, rate_hz)
        is_ridden = self._level is not None and (self._level.moves or (feed.pre_fader and source.curves.mute_moves))
        self._still = None if is_ridden else self._gains(np.zeros(1, np.int64))

    def add_to(self, totals: dict[str, np.ndarray], start: int) -> None:
        """Add each part to its own total, or to the only one."""
        blocks = self._source.before_fader if self._feed.pre_fader else self._source.after_fader
        gains, phase = self._still, 0
        if gains is None:
            song_sample = start - self._source.node.late_samples
            cells = cells_of(song_sample, next(iter(blocks.values())).shape[1])
            gains, phase = self._gains(cells), song_sample - int(cells[0]) * GRID_SAMPLES
        for part, block in blocks.items():
            total = totals[part] if part in totals else next(iter(totals.values()))
            if self._feed.delay_samples:
                add(total, self._delays[part].process(_scaled(block, gains, phase)), np.ones(1), 0)
            elif part in self._source.sounding:
                add(total, block, gains, phase)

    def _gains(self, cells: np.ndarray) -> np.ndarray:
        gains = np.ones(len(cells)) if self._level is None else self._level.gain(cells)
        return gains * self._source.curves.open(cells) if self._feed.pre_fader else gains


class StripAtWork:
    """A node with its reader or its feeds. After `work`, `before_fader` and `after_fader` hold the block, and
    `sounding` those of its parts that are not silent."""

    def __init__(
        self,
        node: Node,
        effects: Sequence[EffectAtWork],
        feeds: Sequence[FeedAtWork],
        parts: tuple[str, ...],
        reader: StemReader | None,
        keys: Mapping[str, StripAtWork],
        curves: StripCurves,
    ) -> None:
        self.node, self.parts, self.curves = node, parts, curves
        self._effects, self._feeds, self._reader, self._keys = effects, feeds, reader, keys
        self._gain = np.float32(gain_of_db(node.strip.gain_db) * (-1.0 if node.strip.inverted else 1.0))
        self._still = None if curves.moves else curves.matrix(np.zeros(1, np.int64))
        self._totals = np.empty((len(parts), 2, 0))
        self.before_fader: Parts = {}
        self.after_fader: Parts = {}
        self.sounding: set[str] = set()

    def work(self, start: int, samples: int) -> None:
        """The block of the console's time from `start` on, `late_samples` before the song's."""
        blocks = self._heard(start, samples)
        if self._gain != 1.0:
            blocks = {part: block * self._gain for part, block in blocks.items()}
        for effect in self._effects:
            key = total_of(self._keys[effect.key].before_fader) if effect.key else None
            blocks = effect.process(blocks, key, start)
        self.before_fader = blocks
        self.sounding = {part for part, block in blocks.items() if sounds(block)}
        matrix, phase = self._still, 0
        if matrix is None:
            song_sample = start - self.node.late_samples
            cells = cells_of(song_sample, samples)
            matrix, phase = self.curves.matrix(cells), song_sample - int(cells[0]) * GRID_SAMPLES
        self.after_fader = {
            part: place(block, matrix, phase) if part in self.sounding else block for part, block in blocks.items()
        }

    def _heard(self, start: int, samples: int) -> Parts:
        if self._reader is not None:
            return {self.parts[0]: self._reader.read(samples)}
        if self._totals.shape[2] != samples:
            self._totals = np.empty((len(self.parts), 2, samples))
        self._totals.fill(0.0)
        totals = dict(zip(self.parts, self._totals, strict=True))
        for feed in self._feeds:
            feed.add_to(totals, start)
        return {part: total.astype(np.float32) for part, total in totals.items()}


def total_of(parts: Parts) -> np.ndarray:
    """The sum of all parts (2, samples) float32."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    return np.sum([*parts.values()], axis=0, dtype=np.float64).astype(np.float32)


def _scaled(block: np.ndarray, gains: np.ndarray, phase: int) -> np.ndarray:
    if len(gains) == 1 and gains[0] == 1.0:
        return block
    total = np.zeros(block.shape)
    add(total, block, gains, phase)
    return total.astype(np.float32)

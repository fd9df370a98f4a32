"""A console set up for work: stems opened, effects opened, strips connected and in working order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from codecraft.common.errors import InvalidInput
from mixer.engine.console.automation import Lanes, StripCurves
from mixer.engine.console.routing import Node, routes
from mixer.engine.console.state import MIX, Bus, Channel, ConsoleState
from mixer.engine.console.stems_in import StemReader, as_readable
from mixer.engine.console.strips import EffectAtWork, FeedAtWork, MakeEffect, StripAtWork
from mixer.engine.console.ways import Opened, can_be_split, left_to

_BEFORE_THE_MIX = "mix#in"


class Rig:
    """All strips that are heard at `to`. With `split`, buses keep apart what comes from whom, as far as their effects
    allow it; `split_at` is then the strip that has the `stems`, none where nothing is heard. With `only` it works for
    the stems of these channels alone, which are the same to the bit as among all.

    Files are closed with `stack`. Raises InvalidInput for stems that are missing or no sound.
    """

    def __init__(
        self,
        state: ConsoleState,
        stems: Mapping[str, Path],
        working: Path,
        stack: ExitStack,
        sample_rate_hz: int,
        make: MakeEffect,
        *,
        split: bool = False,
        only: Collection[str] | None = None,
        to: str = MIX,
    ) -> None:
        self._rate_hz, self._make, self._split = sample_rate_hz, make, split
        self._lanes: Lanes = {lane.target: lane for lane in state.lanes}
        self._order = [strip.id for strip in (*state.channels, *state.buses, state.mix)]
        self._readers = {c.id: _reader(c, stems, working, stack, sample_rate_hz) for c in state.channels}
        self.song_samples = max(reader.samples for reader in self._readers.values())
        if self.song_samples == 0:
            raise InvalidInput("There is nothing to mix: all stems are empty.", field="channels")
        self._opened = Opened(state, make, sample_rate_hz)
        latency_of = self._opened.latency_of
        stems_before_mix = split and not can_be_split(routes(state, latency_of)[-1])
        nodes = routes(_with_bus_before_the_mix(state) if stems_before_mix else state, latency_of, to=to)
        self.tail_samples = self._opened.tails(nodes)[nodes[-1].name]
        if only is not None:
            nodes = left_to(nodes, only)
        self.strips: dict[str, StripAtWork] = {}
        for node in nodes:
            self._connect(node)
        self.end = self.strips[nodes[-1].name]
        self.split_at = self.strips.get(_BEFORE_THE_MIX, self.end)
        parts = self.split_at.parts if split and self.split_at.node.feeds else ()
        self.stems = tuple(part for part in parts if only is None or part in only)
        self._levels = [
            [s for s in self.strips.values() if s.node.level == level] for level in range(nodes[-1].level + 1)
        ]

    def work(self, pool: Executor, start: int, samples: int) -> None:
        """One block through all strips: those that do not hear each other at the same time."""
        for level in self._levels:
            for _ in pool.map(lambda strip: strip.work(start, samples), level):
                pass

    def _connect(self, node: Node) -> None:
        sources = [self.strips[feed.source] for feed in node.feeds]
        parts: tuple[str, ...] = (node.strip.id,)
        if sources and self._split and can_be_split(node):
            parts = tuple(sorted({part for source in sources for part in source.parts}, key=self._order.index))
        effects = []
        for at in node.places:
            first = self._opened.first(node.name, at.slot)
            streams = {
                part: first if part == parts[0] else self._opened.fresh(node.strip.id, at.slot) for part in parts
            }
            effects.append(EffectAtWork(at, node, streams, self._lanes, self._make, self._rate_hz))
        self.strips[node.name] = StripAtWork(
            node,
            effects,
            [FeedAtWork(f, s, self._lanes, self._rate_hz) for f, s in zip(node.feeds, sources, strict=True)],
            parts,
            self._readers.get(node.strip.id),
            {at.key: self.strips[at.key] for at in node.places if at.key},
            StripCurves(node.strip, self._lanes, self._rate_hz),
        )


def _reader(
    channel: Channel, stems: Mapping[str, Path], working: Path, stack: ExitStack, sample_rate_hz: int
) -> StemReader:
    field = f"{channel.id}/stem"
    if channel.stem not in stems:
        raise InvalidInput(f"“{channel.label or channel.id}” plays a stem that is not there any more.", field=field)
    try:
        path = as_readable(stems[channel.stem], working)
        offset_samples = round(channel.offset_s * sample_rate_hz)
        reader = StemReader(path, sample_rate_hz=sample_rate_hz, offset_samples=offset_samples)
    except InvalidInput as error:
        raise InvalidInput(error.message, field=field) from error
    stack.callback(reader.close)
    return reader


def _with_bus_before_the_mix(state: ConsoleState) -> ConsoleState:
    """The same console with one bus more, at which stems are taken before the mix's own effects."""

    def moved(strip):
        return replace(strip, output=_BEFORE_THE_MIX) if strip.output == MIX else strip

    buses = (*(moved(bus) for bus in state.buses), Bus(_BEFORE_THE_MIX))
    return replace(state, channels=tuple(moved(channel) for channel in state.channels), buses=buses)

"""What a channel's stem is made of: the strips on its way to the mix, and all that they listen to.

So an edit renders those stems anew that hear it, and one that does not is known by what it is made of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from codecraft.common.codec import encode
from mixer.engine.console.automation import SlotCurves
from mixer.engine.console.routing import Node
from mixer.engine.console.state import ConsoleState, EffectSlot
from mixer.engine.effects.effect import Effect, Stream

LINEAR_KINDS = frozenset(
    {"eq", "delay", "chorus", "convolution_reverb", "algorithmic_reverb", "stereo_width", "bass_boost"}
)
"""Two sounds through one of these are the sum of each through its own."""
KEYED_KINDS = frozenset({"compressor", "gate", "ducker"})
"""Linear too, once they listen to the whole and not to the part."""


def can_be_split(node: Node) -> bool:
    return all(one.slot.kind in LINEAR_KINDS | KEYED_KINDS for one in node.places)


class Opened:
    """The effects of a console, opened as they are set when the song begins."""

    def __init__(self, state: ConsoleState, make: Callable[[EffectSlot], Effect], sample_rate_hz: int) -> None:
        self._lanes = {lane.target: lane for lane in state.lanes}
        self._make, self._rate_hz = make, sample_rate_hz
        self._first: dict[tuple[str, str], Stream] = {}

    def fresh(self, strip_id: str, slot: EffectSlot) -> Stream:
        at_first = SlotCurves(strip_id, slot, self._lanes, self._rate_hz).slot_at(0)
        return self._make(at_first).open(sample_rate_hz=self._rate_hz)

    def first(self, node: str, slot: EffectSlot) -> Stream:
        """The same one for each asking: it is used once."""
        if (node, slot.id) not in self._first:
            self._first[node, slot.id] = self.fresh(node.partition("#")[0], slot)
        return self._first[node, slot.id]

    def latency_of(self, node: str, slot: EffectSlot) -> int:
        return self.first(node, slot).latency_samples

    def tails(self, nodes: Sequence[Node]) -> dict[str, int]:
        """How long each node may ring, in samples, by its name; `nodes` are in working order."""
        found: dict[str, int] = {}
        for node in nodes:
            own = sum(self.first(node.name, at.slot).tail_samples for at in node.places)
            found[node.name] = own + max((found[feed.source] for feed in node.feeds), default=0)
        return found


def left_to(nodes: Sequence[Node], channels: Collection[str]) -> tuple[Node, ...]:
    """The nodes without what is not heard in the stems of these channels. Nothing is earlier or later for it."""
    on_the_way: set[str] = set()
    for node in nodes:
        if node.name in channels or any(feed.source in on_the_way for feed in node.feeds):
            on_the_way.add(node.name)
    listened_to = _listened_to({node.name: node for node in nodes}, on_the_way)
    kept = []
    for node in nodes:
        if node.name in listened_to:
            kept.append(node)
        elif node.name in on_the_way or node is nodes[-1]:
            kept.append(replace(node, feeds=tuple(feed for feed in node.feeds if feed.source in on_the_way)))
    return tuple(kept)


def _listened_to(nodes: Mapping[str, Node], on_the_way: Collection[str]) -> set[str]:
    """The nodes that are heard whole: side-chains, buses whose dynamics hear all that they get, and all behind them."""
    whole: set[str] = set()
    open_names = [at.key for name in on_the_way for at in nodes[name].places if at.key]
    open_names += [name for name in on_the_way if _hears_itself(nodes[name])]
    while open_names:
        name = open_names.pop()
        if name not in whole:
            whole.add(name)
            open_names += [feed.source for feed in nodes[name].feeds]
            open_names += [at.key for at in nodes[name].places if at.key]
    return whole


def _hears_itself(node: Node) -> bool:
    return bool(node.feeds) and (
        not can_be_split(node) or any(at.slot.kind in KEYED_KINDS and not at.key for at in node.places)
    )


def told_way(state: ConsoleState, nodes: Sequence[Node], channel: str) -> list[Any]:
    """All that is set on a stem's way and on what it listens to, as data for a content key: with the stems of the
    channels among `channels_of` it tells the stem's bytes."""
    told = []
    for node in left_to(nodes, {channel}):
        own = [lane for lane in state.lanes if lane.target.partition("/")[0] == node.strip.id]
        told.append([encode(replace(node, strip=replace(node.strip, label=""))), encode(own)])
    return told


def channels_of(state: ConsoleState, nodes: Sequence[Node], channel: str) -> tuple[str, ...]:
    """The channels that are heard in a channel's stem, itself among them: others are side-chains."""
    heard = {node.strip.id for node in left_to(nodes, {channel})}
    return tuple(one.id for one in state.channels if one.id in heard)

"""Who hears whom: the strips of a console as nodes in working order, what solo and mute let through, and every path's
delay made equal to the sample.

The laws (the live console in the browser keeps the same):

- A strip hears its stem or what is routed to it, then `gain_db` and polarity, its effects, and then its fader, mute,
  width and pan. `output` and sends after the fader take what leaves the pan; a send before the fader (`pre_fader`)
  takes what leaves the effects.
- Mute silences the output and every send, also those before the fader. A side-chain goes on hearing a muted strip.
- Solo is in place. A soloed channel keeps its groups and its effect returns; a soloed group keeps its members and
  their returns; a soloed return keeps what is sent to it, and nothing else. Mute beats solo. Side-chains hear what
  they hear without solo. `solo` of the mix has no meaning.
- Whatever an effect delays, all other ways into the same bus are delayed alike, and so are side-chains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mixer.engine.console.state import MIX, ConsoleState, EffectSlot, Strip

_UNSOLOED = "#key"


@dataclass(frozen=True)
class Feed:
    """One signal into a bus: the node that it leaves, the bus of the send whose level it has ("": the output), whether
    it leaves before the fader, and how long it waits for the slowest."""

    source: str
    send: str = ""
    pre_fader: bool = False
    delay_samples: int = 0


@dataclass(frozen=True)
class Place:
    """An effect in its chain. The signal waits `wait_samples` before it, or the key waits `key_delay_samples`, so that
    both are in step; `late_samples` is how late the signal then is against the song."""

    slot: EffectSlot
    key: str = ""
    key_delay_samples: int = 0
    wait_samples: int = 0
    late_samples: int = 0


@dataclass(frozen=True)
class Node:
    """A strip at work. `level` is at least one more than that of every node it hears; `late_samples` is how late its
    sound leaves its effects. A bus that is a side-chain while something is soloed stands twice: as it is heard, and as
    the side-chain hears it."""

    name: str
    strip: Strip
    level: int
    feeds: tuple[Feed, ...] = ()
    places: tuple[Place, ...] = ()
    late_samples: int = 0


LatencyOf = Callable[[str, EffectSlot], int]
"""The samples by which an effect (of the node of that name) is late."""


def routes(state: ConsoleState, latency_of: LatencyOf, *, to: str = MIX) -> tuple[Node, ...]:
    """All nodes that are heard at `to` (a strip's id), in working order; the last is `to` itself.

    `state` must have passed `schema.checked`: its routes lead in no circle.
    """
    return _Router(state, latency_of).nodes_to(to)


class _Router:
    def __init__(self, state: ConsoleState, latency_of: LatencyOf) -> None:
        self._strips: dict[str, Strip] = {s.id: s for s in (*state.channels, *state.buses, state.mix)}
        self._channels = {channel.id for channel in state.channels}
        self._ridden_mutes = {
            lane.target.removesuffix("/mute") for lane in state.lanes if lane.target.endswith("/mute")
        }
        self._solo = _Solo(self._strips.values())
        self._latency_of = latency_of
        self._nodes: dict[str, Node] = {}

    def nodes_to(self, strip_id: str) -> tuple[Node, ...]:
        # A strip's own sound (to freeze it) does not depend on who is soloed.
        end = self._visit(strip_id if strip_id == MIX else self._as_key(strip_id))
        needed = {end.name}
        for node in reversed(self._nodes.values()):
            if node.name in needed:
                needed |= {feed.source for feed in node.feeds} | {place.key for place in node.places}
        return tuple(node for node in self._nodes.values() if node.name in needed)

    def _as_key(self, strip_id: str) -> str:
        is_same = strip_id in self._channels or not self._solo.is_on
        return strip_id if is_same else strip_id + _UNSOLOED

    def _visit(self, name: str) -> Node:
        if name in self._nodes:
            return self._nodes[name]
        unsoloed = name.endswith(_UNSOLOED)
        strip = self._strips[name.removesuffix(_UNSOLOED)]
        feeds = self._feeds(strip, unsoloed) if strip.id not in self._channels else []
        late = max((self._nodes[feed.source].late_samples for feed in feeds), default=0)
        level = max((self._nodes[feed.source].level for feed in feeds), default=-1)
        in_step = tuple(Feed(f.source, f.send, f.pre_fader, late - self._nodes[f.source].late_samples) for f in feeds)
        places = []
        for slot in strip.effects:
            if slot.bypass:
                continue
            key, key_delay, wait = "", 0, 0
            if slot.key:
                heard = self._visit(self._as_key(slot.key))
                key, level = heard.name, max(level, heard.level)
                key_delay, wait = max(0, late - heard.late_samples), max(0, heard.late_samples - late)
            places.append(Place(slot, key, key_delay, wait, late + wait))
            late += wait + self._latency_of(name, slot)
        node = Node(name, strip, level + 1, in_step, tuple(places), late)
        self._nodes[name] = node
        return node

    def _feeds(self, target: Strip, unsoloed: bool) -> list[Feed]:
        feeds: list[Feed] = []
        for strip in self._strips.values():
            ways = [("", False)] if strip.id != MIX and strip.output == target.id else []
            ways += [(send.bus, send.pre_fader) for send in strip.sends if send.bus == target.id]
            muted = strip.mute and strip.id not in self._ridden_mutes
            if not ways or muted or not (unsoloed or self._solo.passes(strip.id, target.id)):
                continue
            source = self._visit(self._as_key(strip.id) if unsoloed else strip.id)
            if strip.id not in self._channels and not source.feeds:
                continue  # a bus that nobody feeds
            feeds += [Feed(source.name, send, pre_fader) for send, pre_fader in ways]
        return feeds


class _Solo:
    """A way is open while something is soloed, if it leads away from what is soloed or towards it."""

    def __init__(self, strips: Iterable[Strip]) -> None:
        strips = tuple(strips)
        outputs = {strip.id: strip.output for strip in strips if strip.id != MIX}
        targets = {s.id: {send.bus for send in s.sends} | ({s.output} if s.id != MIX else set()) for s in strips}
        own = {strip.id for strip in strips if strip.solo and strip.id != MIX}
        members = {name for name in outputs if _leads(name, own, lambda at: {outputs[at]} if at in outputs else set())}
        self.is_on = bool(own)
        self._soloed = own | members
        self._after = {
            name for name in targets if any(_leads(one, {name}, lambda at: targets[at]) for one in self._soloed)
        }
        self._before = {name for name in targets if _leads(name, self._soloed, lambda at: targets[at])}

    def passes(self, source: str, target: str) -> bool:
        return not self.is_on or source in self._after or target in self._before


def _leads(start: str, goals: set[str], onwards: Callable[[str], set[str]]) -> bool:
    """Whether a way of any length, also none, leads from `start` to one of `goals`."""
    seen: set[str] = set()
    open_ways = [start]
    while open_ways:
        at = open_ways.pop()
        if at in goals:
            return True
        if at not in seen:
            seen.add(at)
            open_ways += onwards(at)
    return False

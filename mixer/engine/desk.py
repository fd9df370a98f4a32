"""The console of a finished mix, kept with its song: for the next mix of the same channels, for excerpts, and for
whoever opens the song on the console and finds it as it was published.

Whoever changes one note wants to hear that note changed, and nothing else: so a mix that is made again keeps its
console, a channel that sounds as before is not rendered again, and its levelled stem is the same to the bit.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from codecraft.common.codec import content_hash, decode, encode
from mixer.contracts import ChannelRole, MixDecision, MixSpec, Space, VoiceEffects
from mixer.engine.console.render import effects_of
from mixer.engine.console.routing import routes
from mixer.engine.console.state import ConsoleState, Decision
from mixer.engine.console.ways import Opened, channels_of, told_way

DESK_FILE = "desk.json"
LEVELLED_VERSION = 3
"""Raise it with the mixer's version, when the same dry stem on the same console gives other bytes."""


class LevelledStore(Protocol):
    """Where levelled stems are kept. `get` answers a file or None; `put` keeps one and leaves it where it is."""

    def get(self, key: str) -> Path | None: ...

    def put(self, key: str, stem: Path) -> None: ...


@dataclass(frozen=True)
class Setup:
    """What a channel was set up for."""

    name: str
    role: ChannelRole
    pan: float
    effects: VoiceEffects | None
    was_silent: bool


@dataclass(frozen=True)
class Desk:
    """`state` has a channel for each of `setups`, in their order, which plays the stem of that name; `samples` is the
    mix's length. `decisions` move the controls of `state`."""

    setups: tuple[Setup, ...]
    state: ConsoleState
    space: Space
    samples: int
    sample_rate_hz: int
    decisions: tuple[Decision, ...] = ()

    def fits(self, spec: MixSpec, samples: int, silent: Collection[str]) -> bool:
        """Whether these are the same channels in the same room for the same time. A channel that was silent and
        sounds now was never set: then all is mixed anew. `silent` names those that are so now."""
        setup = [(s.name, s.role, s.pan, s.effects) for s in spec.stems]
        if setup != [(s.name, s.role, s.pan, s.effects) for s in self.setups]:
            return False
        here = (spec.space, spec.seed, spec.sample_rate_hz, samples)
        if here != (self.space, self.state.seed, self.sample_rate_hz, self.samples):
            return False
        return all(s.name in silent for s in self.setups if s.was_silent)

    @property
    def unscaled(self) -> ConsoleState:
        """The console without the mix's gain, which is put on when the rendered stems are written."""
        return replace(self.state, mix=replace(self.state.mix, gain_db=0.0))

    @cached_property
    def channel_ids(self) -> dict[str, str]:
        """By the stem that each plays."""
        return {channel.stem: channel.id for channel in self.state.channels}

    @cached_property
    def sentences(self) -> tuple[MixDecision, ...]:
        """The decisions as people read them: a channel by its stem's name, a bus by its label."""
        names = {bus.id: bus.label for bus in self.state.buses} | {c.id: c.stem for c in self.state.channels}
        return tuple(MixDecision(names.get(d.channel, d.channel), d.sentence, d.measures) for d in self.decisions)

    @property
    def digest(self) -> str:
        """SHA-256 of the console's state."""
        return content_hash(self.state)


def read_desk(path: Path) -> Desk:
    """The desk that `mix` left beside its mix."""
    return decode(Desk, json.loads(path.read_text(encoding="utf-8")))


def write_desk(desk: Desk, path: Path) -> None:
    path.write_text(json.dumps(encode(desk)), encoding="utf-8")


def levelled_keys(desk: Desk, names: Sequence[str], hashes: Mapping[str, str]) -> dict[str, str]:
    """The content key of each levelled stem: all that is heard in it. `hashes` are those of the dry files, by name."""
    state = desk.state
    opened = Opened(state, effects_of(state), desk.sample_rate_hz)
    nodes = routes(state, opened.latency_of)
    rings = opened.tails(nodes)[nodes[-1].name] > 0
    shared = ["levelled", LEVELLED_VERSION, state.seed, desk.samples, desk.sample_rate_hz, rings]
    stems = {channel.id: channel.stem for channel in state.channels}
    keys = {}
    for name in names:
        channel = desk.channel_ids[name]
        heard = [hashes[stems[one]] for one in channels_of(state, nodes, channel)]
        keys[name] = content_hash([*shared, told_way(state, nodes, channel), heard])
    return keys

"""The console's state: everything a mix is, as frozen data that goes to JSON and back (`codecraft.common.codec`).

The way of a channel: stem, `gain_db`, polarity, effects in their order, fader, pan and width, then to `output`.
A bus is the same without a stem; it hears the channels and buses whose `output` it is (a group) and those that send
to it (an effect's return). `mix` is the last bus: what it gives is the mix. All faders at 0 and no effects: the mix
is the plain sum of the stems, sample for sample.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mixer.contracts import ChannelRole

CONSOLE_VERSION = 1
"""Of the JSON. A state with a lower number is brought up to date when it is read; a higher one is refused."""

MIX = "mix"
"""The id of the last bus."""

LOWEST_DB, HIGHEST_DB = -96.0, 12.0
"""The way of a fader or a send. At its lowest it is silent, exactly."""


@dataclass(frozen=True)
class EffectSlot:
    """One effect in a chain. `kind` and the names in `params` are the catalogue's; what is left out has its default.

    `key`: the id of the channel or bus that is its side-chain (before that one's fader), "" for none.
    """

    id: str
    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    bypass: bool = False
    key: str = ""


@dataclass(frozen=True)
class Send:
    bus: str
    level_db: float = 0.0
    pre_fader: bool = False


@dataclass(frozen=True)
class Strip:
    """What channels and buses have alike. `pan` -1 left .. 1 right; `width` 0 mono .. 1 as it is .. 2 wide."""

    id: str
    label: str = ""
    gain_db: float = 0.0
    inverted: bool = False
    effects: tuple[EffectSlot, ...] = ()
    fader_db: float = 0.0
    pan: float = 0.0
    width: float = 1.0
    mute: bool = False
    solo: bool = False
    sends: tuple[Send, ...] = ()
    output: str = MIX


@dataclass(frozen=True)
class Channel(Strip):
    """`stem` is the name of the stem that it plays, `offset_s` where on the song's timeline that begins."""

    stem: str = ""
    role: ChannelRole = ChannelRole.EFFECTS
    offset_s: float = 0.0


@dataclass(frozen=True)
class Bus(Strip):
    pass


@dataclass(frozen=True)
class Point:
    at_s: float
    value: float


@dataclass(frozen=True)
class Lane:
    """One automated control: `target` is its path (see `paths`): fader_db, pan, width, mute (0 or 1), a send's
    level_db, or an automatable parameter of an effect. Between two points the value moves in a straight line (dB for
    levels), before the first and after the last it stays; mute is a switch. The lane replaces the static value."""

    target: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class ConsoleState:
    channels: tuple[Channel, ...]
    buses: tuple[Bus, ...] = ()
    mix: Bus = field(default_factory=lambda: Bus(id=MIX, label="Mix"))
    lanes: tuple[Lane, ...] = ()
    seed: int = 0
    version: int = CONSOLE_VERSION


@dataclass(frozen=True)
class Change:
    """One control moved: `path` in the state's JSON, and what stood there before and stands there after. None stands
    for "not there": a whole effect, send or lane comes or goes with one change."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Decision:
    """What the assistant did to a channel or bus, the measure that made it do so (`sentence` holds both, as a person
    reads it; `measures` has the figures by name, with units), and the changes that undo or redo it."""

    id: str
    channel: str
    sentence: str
    measures: dict[str, float] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()

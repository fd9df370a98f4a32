"""A wish taken apart, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mixer.engine.console.state import ConsoleState, Decision


class Quality(StrEnum):
    """What can be wished for; less of it is a negative amount."""

    LOUD = "loud"
    CLOSE = "close"
    WARM = "warm"
    BRIGHT = "bright"
    HARSH = "harsh"
    MUDDY = "muddy"
    BOXY = "boxy"
    NASAL = "nasal"
    AIRY = "airy"
    BASS = "bass"
    CLEAR = "clear"
    BIG = "big"
    WIDE = "wide"
    REVERB = "reverb"
    DELAY = "delay"
    PUNCH = "punch"
    EVEN = "even"
    SIBILANT = "sibilant"
    DOUBLED = "doubled"
    SATURATED = "saturated"
    MUTE = "mute"
    SOLO = "solo"
    PAN = "pan"


LEAST, MOST = -3.0, 3.0
"""Of an amount: 1 is a clear step, a half a touch, 2 much."""


@dataclass(frozen=True)
class Wanted:
    """`target` are ids of channels and buses (empty: the whole mix); `amount` in steps, for pan the place -1..1;
    `level_db` where a person named decibels; `section` the word for a part of the song, "" for all of it; `text` the
    piece of the wish that said so."""

    quality: Quality
    amount: float
    target: tuple[str, ...] = ()
    section: str = ""
    level_db: float | None = None
    text: str = ""


@dataclass(frozen=True)
class Wished:
    """The state after the wish (it passes `schema.checked`), one decision for each thing that was understood, and the
    pieces that were not, each as a sentence. `source`: "words" for the studio's own grammar, "openai"; `note` why a
    language model that was asked did not answer."""

    state: ConsoleState
    decisions: tuple[Decision, ...]
    not_understood: tuple[str, ...] = ()
    source: str = "words"
    note: str = ""

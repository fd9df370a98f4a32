"""What a file says before it is a score: the same few things from MIDI and from MusicXML, at 960 ticks a quarter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RawNote:
    """`start` and `end` in ticks; `velocity` 1..127."""

    start: int
    end: int
    midi: int
    velocity: int


@dataclass(frozen=True)
class RawLyric:
    """A syllable at a tick. `text` is bare; `raw` is as it was written, hyphens and all."""

    tick: int
    text: str
    starts_word: bool
    starts_line: bool
    raw: str = ""


@dataclass(frozen=True)
class RawMark:
    """One of our annotations at a tick. Its data may be anything."""

    tick: int
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True)
class RawChord:
    """A chord symbol at a tick: pitch classes, root first."""

    tick: int
    name: str
    root: int
    pitch_classes: tuple[int, ...]
    bass: int


@dataclass(frozen=True)
class RawTrack:
    """One instrument or singer. `pan` -1..1. `controls` are (tick, controller, value)."""

    name: str
    program: int = 0
    is_drums: bool = False
    pan: float = 0.0
    notes: tuple[RawNote, ...] = ()
    controls: tuple[tuple[int, int, int], ...] = ()
    lyrics: tuple[RawLyric, ...] = ()
    marks: tuple[RawMark, ...] = ()

    def mark(self, kind: str) -> dict[str, Any] | None:
        """The first annotation of a kind."""
        return next((m.data for m in self.marks if m.kind == kind), None)


@dataclass(frozen=True)
class RawSong:
    """`tempi` (tick, microseconds), `meters` (tick, numerator, denominator), `keys` (tick, fifths, mode or ""),
    `sections` (tick, name). `pickup` is how much of a bar, in ticks, is sung before the first barline."""

    title: str
    tracks: tuple[RawTrack, ...]
    end: int
    tempi: tuple[tuple[int, int], ...] = ()
    meters: tuple[tuple[int, int, int], ...] = ()
    keys: tuple[tuple[int, int, str], ...] = ()
    sections: tuple[tuple[int, str], ...] = ()
    chords: tuple[RawChord, ...] = ()
    marks: tuple[RawMark, ...] = ()
    pickup: int = 0
    notices: tuple[str, ...] = field(default=())

    def mark(self, kind: str) -> dict[str, Any] | None:
        """The first annotation of a kind."""
        return next((m.data for m in self.marks if m.kind == kind), None)

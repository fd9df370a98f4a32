"""The operations of a patch: typed, read from plain data, each mistake told with its place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar

from codecraft.common.codec import decode
from codecraft.common.errors import InvalidInput
from voicelab.contracts import Expression

MAX_OPERATIONS = 200
MAX_NOTES = 5_000
Given = Mapping[str, Any]


@dataclass(frozen=True)
class NewNote:
    """`velocity` means nothing to a singer. None of an edit leaves the value as it is."""

    start_beats: float | None = None
    duration_beats: float | None = None
    midi: int | None = None
    velocity: int | None = None


@dataclass(frozen=True)
class NoteChange(NewNote):
    id: str = ""


@dataclass(frozen=True)
class MoveNotes:
    """Move notes of parts or of the lead in time, in pitch, or both."""

    type: ClassVar[str] = "move_notes"
    notes: tuple[str, ...]
    beats: float = 0.0
    semitones: int = 0


@dataclass(frozen=True)
class SetNotes:
    """Give notes other starts, lengths, pitches, velocities."""

    type: ClassVar[str] = "set_notes"
    notes: tuple[NoteChange, ...]


@dataclass(frozen=True)
class AddNotes:
    """New notes for a part; for the lead ("lead", with a `line`) notes that go on with the syllable before them."""

    type: ClassVar[str] = "add_notes"
    part: str
    notes: tuple[NewNote, ...]
    line: str = ""


@dataclass(frozen=True)
class RemoveNotes:
    type: ClassVar[str] = "remove_notes"
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SetVelocity:
    """One `velocity` for all these notes, or a `change` for each."""

    type: ClassVar[str] = "set_velocity"
    notes: tuple[str, ...]
    velocity: int | None = None
    change: int = 0


@dataclass(frozen=True)
class SetWords:
    """Other words for a line of the lead; `{word|sounds}` fixes how a word sounds."""

    type: ClassVar[str] = "set_words"
    line: str
    text: str


@dataclass(frozen=True)
class SetExpression:
    """How sung notes are performed; None leaves them to the singer again."""

    type: ClassVar[str] = "set_expression"
    notes: tuple[str, ...]
    expression: Expression | None


@dataclass(frozen=True)
class SetChord:
    """Another chord from a beat on, for `duration_beats` (None: as long as the chord there lasts). The band plays the
    bars of it anew, unless `rearrange` is false."""

    type: ClassVar[str] = "set_chord"
    start_beats: float
    name: str
    duration_beats: float | None = None
    rearrange: bool = True


@dataclass(frozen=True)
class AddPart:
    type: ClassVar[str] = "add_part"
    name: str
    program: int = 0
    role: str = "keys"
    pan: float = 0.0
    is_drums: bool = False
    notes: tuple[NewNote, ...] = ()


@dataclass(frozen=True)
class SetPart:
    """Another name, instrument, role or place in the room; muted or heard. None leaves it as it is."""

    type: ClassVar[str] = "set_part"
    part: str
    name: str | None = None
    program: int | None = None
    role: str | None = None
    pan: float | None = None
    muted: bool | None = None


@dataclass(frozen=True)
class RemovePart:
    type: ClassVar[str] = "remove_part"
    part: str


@dataclass(frozen=True)
class SetTempo:
    """Without beats: the whole song at this tempo, slowings in proportion. With beats: a steady tempo there."""

    type: ClassVar[str] = "set_tempo"
    bpm: float
    start_beats: float | None = None
    end_beats: float | None = None


@dataclass(frozen=True)
class SetSection:
    """The plan of a section. Another energy lets the band play it anew, unless `rearrange` is false."""

    type: ClassVar[str] = "set_section"
    section: int
    name: str | None = None
    energy: float | None = None
    rearrange: bool = True


@dataclass(frozen=True)
class SetTitle:
    type: ClassVar[str] = "set_title"
    title: str


@dataclass(frozen=True)
class Transpose:
    """The whole song, drums excepted, by semitones."""

    type: ClassVar[str] = "transpose"
    semitones: int


Operation = (
    MoveNotes
    | SetNotes
    | AddNotes
    | RemoveNotes
    | SetVelocity
    | SetWords
    | SetExpression
    | SetChord
    | AddPart
    | SetPart
    | RemovePart
    | SetTempo
    | SetSection
    | SetTitle
    | Transpose
)
KINDS: dict[str, type] = {kind.type: kind for kind in Operation.__args__}


def read_operations(data: Any) -> tuple[Operation, ...]:
    """The operations of a patch from plain data. Raises InvalidInput with the place (field "operations.2.notes")."""
    if not isinstance(data, list) or not data:
        raise InvalidInput("A patch needs a list of at least one operation.", field="operations")
    if len(data) > MAX_OPERATIONS:
        raise InvalidInput(f"A patch holds {MAX_OPERATIONS} operations at most.", field="operations")
    return tuple(_read(one, f"operations.{number}") for number, one in enumerate(data))


def _read(data: Any, place: str) -> Operation:
    kind = KINDS.get(str(data.get("type"))) if isinstance(data, Mapping) else None
    if kind is None:
        raise InvalidInput(f"An operation is an object with a type: one of {', '.join(KINDS)}.", field=f"{place}.type")
    known = {f.name: f for f in fields(kind)}
    for name in data:
        if name != "type" and name not in known:
            raise InvalidInput(f"{kind.type} has no “{str(name)[:40]}”. It has: {', '.join(known)}.", field=place)
    values = {}
    for name, told in known.items():
        if name in data:
            values[name] = _value(str(told.type), data[name], f"{place}.{name}")
        elif told.default is MISSING:
            raise InvalidInput(f"{kind.type} needs “{name}”.", field=f"{place}.{name}")
    return kind(**values)


def _value(annotation: str, data: Any, place: str) -> Any:
    if data is None and "None" in annotation:
        return None
    readers = {
        "float": _number,
        "int": _whole,
        "bool": _truth,
        "str": _text,
        "tuple[str, ...]": _names,
        "tuple[NewNote, ...]": lambda value, at: _notes(NewNote, value, at),
        "tuple[NoteChange, ...]": lambda value, at: _notes(NoteChange, value, at),
        "Expression": _expression,
    }
    return readers[annotation.removesuffix(" | None")](data, place)


def _wrong(place: str, wanted: str) -> InvalidInput:
    return InvalidInput(f"This must be {wanted}.", field=place)


def _number(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _wrong(place, "a number")
    if abs(value) > 1e6:
        raise _wrong(place, "a number of a sensible size")
    return round(float(value), 6)


def _whole(value: Any, place: str) -> int:
    number = _number(value, place)
    if not number.is_integer():
        raise _wrong(place, "a whole number")
    return int(number)


def _truth(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, "true or false")
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str) or len(value) > 1_000:
        raise _wrong(place, "text of 1,000 characters at most")
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())


def _names(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise _wrong(place, "a list of ids, as in [“n12”]")
    if len(value) > MAX_NOTES:
        raise _wrong(place, f"a list of {MAX_NOTES:,} ids at most")
    return tuple(dict.fromkeys(value))


def _notes(kind: type, value: Any, place: str) -> tuple:
    if not isinstance(value, list) or not all(isinstance(note, Mapping) for note in value):
        raise _wrong(place, "a list of notes")
    if len(value) > MAX_NOTES:
        raise _wrong(place, f"a list of {MAX_NOTES:,} notes at most")
    return tuple(_note(kind, note, f"{place}.{number}") for number, note in enumerate(value))


def _note(kind: type, value: Given, place: str) -> Any:
    known = {f.name: str(f.type) for f in fields(kind)}
    for name in value:
        if name not in known:
            raise InvalidInput(f"A note has no “{str(name)[:40]}” here. It has: {', '.join(known)}.", field=place)
    return kind(**{name: _value(known[name], data, f"{place}.{name}") for name, data in value.items()})


def _expression(value: Any, place: str) -> Expression:
    if not isinstance(value, Mapping):
        raise _wrong(place, "an expression, or null")
    known = {f.name for f in fields(Expression)}
    for name in value:
        if name not in known:
            raise InvalidInput(
                f"An expression has no “{str(name)[:40]}”. It has: {', '.join(sorted(known))}.", field=place
            )
    try:
        return decode(Expression, dict(value))
    except (TypeError, ValueError, KeyError, AttributeError):
        raise _wrong(place, "an expression as an audition takes it") from None

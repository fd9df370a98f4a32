"""A song cut into its sections and put together again in another order: bars move whole, and nothing in them changes.

A note belongs to the section in which it is struck (human timing may strike it a little before the bar line); lines
of the lead, and what is sung around them, belong to the section that they name. Tempo, key and controllers are kept
as what holds at the section's start and what changes inside of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from generation.engine.score.editing.band import LEAN_BEATS, untangled
from generation.engine.score.editing.draft import Draft, DraftLine
from generation.engine.score.types import (
    Chord,
    ControlPoint,
    Key,
    KeyChange,
    Note,
    Score,
    Section,
    SungLine,
    TempoChange,
    TempoMap,
    VocalPart,
)

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Block:
    """A section with all that is in it, its beats counted from its own start. `notes` and `controls` by part id;
    `voices` holds the lines of each harmony and backing part."""

    section: Section
    chords: tuple[Chord, ...]
    notes: dict[int, dict[int, Note]]
    controls: dict[int, tuple[ControlPoint, ...]]
    lines: tuple[DraftLine, ...]
    harmonies: tuple[tuple[SungLine, ...], ...]
    backing: tuple[tuple[SungLine, ...], ...]
    tempi: tuple[TempoChange, ...]
    keys: tuple[KeyChange, ...]

    def beats(self, beats_per_bar: int) -> float:
        return float(self.section.bars * beats_per_bar)


def cut(draft: Draft) -> list[Block]:
    """The sections of a draft in order."""
    return [_block(draft, index) for index in range(len(draft.frame.sections))]


def _block(draft: Draft, index: int) -> Block:
    frame = draft.frame
    section = frame.sections[index]
    start = float(section.start_bar * frame.beats_per_bar)
    end = start + section.bars * frame.beats_per_bar
    is_first, is_last = index == 0, index + 1 == len(frame.sections)
    low = float("-inf") if is_first else start - LEAN_BEATS
    high = float("inf") if is_last else end - LEAN_BEATS
    notes = {
        part.number: {k: _moved(n, -start) for k, n in part.notes.items() if low <= n.start_beats < high}
        for part in draft.parts
    }
    controls = {
        part.number: tuple(_inside(part.part.controls, start, float("inf") if is_last else end)) for part in draft.parts
    }
    lines = tuple(
        DraftLine(x.number, x.line, {k: _moved(n, -start) for k, n in x.notes.items()}, x.before)
        for x in draft.lines
        if x.line.section == index
    )
    tempi = _from(frame.tempo_map.changes, start, end, lambda c: TempoChange(0.0, c.bpm))
    key_changes = (KeyChange(0.0, frame.key), *frame.key_changes)
    return Block(
        section,
        tuple(_chords_in(frame, start, end)),
        notes,
        controls,
        lines,
        tuple(_voice(part, index, start) for part in frame.harmonies),
        tuple(_voice(part, index, start) for part in frame.backing),
        tempi,
        _from(key_changes, start, end, lambda c: KeyChange(0.0, c.key)),
    )


def _moved(note: Any, beats: float) -> Any:
    return replace(note, start_beats=note.start_beats + beats)


def _chords_in(frame: Score, start: float, end: float) -> list[Chord]:
    found = []
    for chord in frame.chords:
        first, last = max(start, chord.start_beats), min(end, chord.start_beats + chord.duration_beats)
        if last - first > 1e-6:
            found.append(replace(chord, start_beats=first - start, duration_beats=last - first))
    return found


def _inside(controls: tuple[ControlPoint, ...], start: float, end: float) -> list[ControlPoint]:
    standing = {c.controller: c.value for c in controls if c.beat <= start}
    opening = [ControlPoint(0.0, controller, value) for controller, value in sorted(standing.items())]
    return opening + [replace(c, beat=c.beat - start) for c in controls if start < c.beat < end]


def _from(changes: tuple, start: float, end: float, standing: Any) -> tuple:
    """What holds at `start` as a change at 0, then the changes inside."""
    holds = next(c for c in reversed(changes) if c.beat <= start + 1e-6)
    return (standing(holds), *(replace(c, beat=c.beat - start) for c in changes if start + 1e-6 < c.beat < end - 1e-6))


def _voice(part: VocalPart, index: int, start: float) -> tuple[SungLine, ...]:
    return tuple(_line_moved(line, -start) for line in part.lines if line.section == index)


def _line_moved(line: SungLine, beats: float) -> SungLine:
    return replace(line, notes=tuple(_moved(n, beats) for n in line.notes))


def join(draft: Draft, blocks: list[Block]) -> None:
    """The draft as the song of these blocks; the parts that it has stay, also where they have nothing to play now."""
    frame, bar = draft.frame, draft.frame.beats_per_bar
    starts, bars = [], 0
    for block in blocks:
        starts.append(float(bars * bar))
        bars += block.section.bars
    placed = list(zip(blocks, starts, strict=True))
    for part in draft.parts:
        notes = {k: _moved(n, at) for b, at in placed for k, n in b.notes.get(part.number, {}).items()}
        part.notes = notes
        draft.set_part_notes(part, untangled([n for n in notes.values() if n.start_beats >= 0.0]))
        points = [replace(c, beat=c.beat + at) for b, at in placed for c in b.controls.get(part.number, ())]
        part.part = replace(part.part, controls=tuple(_thinned(points)))
    draft.lines = [_placed(line, index, at) for index, (b, at) in enumerate(placed) for line in b.lines]
    tempi = [replace(c, beat=c.beat + at) for b, at in placed for c in b.tempi]
    keys = [replace(c, beat=c.beat + at) for b, at in placed for c in b.keys]
    changes = _different([c.key for c in keys], keys)
    draft.frame = replace(
        frame,
        sections=tuple(replace(b.section, start_bar=round(at / bar)) for b, at in placed),
        chords=tuple(replace(c, start_beats=c.start_beats + at) for b, at in placed for c in b.chords),
        tempo_map=TempoMap(tuple(_different([c.bpm for c in tempi], tempi))),
        key=_first_key(changes, frame.key),
        key_changes=tuple(changes[1:]),
        harmonies=_voices(frame.harmonies, [b.harmonies for b in blocks], starts),
        backing=_voices(frame.backing, [b.backing for b in blocks], starts),
    )


def _first_key(changes: list[KeyChange], otherwise: Key) -> Key:
    return changes[0].key if changes else otherwise


def _different(values: list, things: list[Thing]) -> list[Thing]:
    """The things whose value is another than the one before."""
    return [thing for i, thing in enumerate(things) if i == 0 or values[i] != values[i - 1]]


def _thinned(points: list[ControlPoint]) -> list[ControlPoint]:
    """Points that change something; on one beat the later one holds."""
    at = {(c.beat, c.controller): c for c in points}
    last: dict[int, int] = {}
    kept = []
    for _, point in sorted(at.items()):
        if last.get(point.controller) != point.value:
            kept.append(point)
            last[point.controller] = point.value
    return kept


def _placed(line: DraftLine, index: int, at: float) -> DraftLine:
    """The line in its place; `before` moves along, so that the voices around it stay with it."""
    notes = {k: _moved(n, at) for k, n in line.notes.items()}
    placed = DraftLine(line.number, replace(line.line, section=index), notes)
    if line.before is not None:
        ordered = placed.ordered()
        shift = ordered[0][1].start_beats - line.before.notes[0].start_beats if ordered else 0.0
        placed.before = replace(_line_moved(line.before, shift), section=index)
    return placed


def _voices(
    parts: tuple[VocalPart, ...], sung: list[tuple[tuple[SungLine, ...], ...]], starts: list[float]
) -> tuple[VocalPart, ...]:
    written = []
    for number, part in enumerate(parts):
        lines = [
            replace(_line_moved(line, at), section=index)
            for index, (voices, at) in enumerate(zip(sung, starts, strict=True))
            for line in (voices[number] if number < len(voices) else ())
        ]
        written.append(replace(part, lines=tuple(lines)))
    return tuple(written)

"""An open score taken apart, so that operations change it note by note, and put together again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.open_score import OpenScore, ScoreIds
from generation.engine.score.grid import beats, quantised, ticks
from generation.engine.score.types import Note, Part, Score, SungLine, VocalNote

LEAD = "lead"


@dataclass
class DraftPart:
    number: int
    part: Part
    notes: dict[int, Note]
    muted: bool = False


@dataclass
class DraftLine:
    """`before` is the line as it was when the draft was made; None for a new one."""

    number: int
    line: SungLine
    notes: dict[int, VocalNote]
    before: SungLine | None = None

    def ordered(self) -> list[tuple[int, VocalNote]]:
        return sorted(self.notes.items(), key=lambda item: item[1].start_beats)

    def built(self) -> SungLine:
        return replace(self.line, notes=tuple(note for _, note in self.ordered()))


@dataclass
class Draft:
    """`frame` is the score without its parts and its lead: sections, chords, tempo, key, title, harmonies, backing."""

    frame: Score
    parts: list[DraftPart]
    lines: list[DraftLine]
    following: int
    told: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, score: OpenScore) -> Draft:
        ids = score.ids
        parts = [
            DraftPart(number, part, dict(zip(names, part.notes, strict=True)), number in score.muted)
            for number, names, part in zip(ids.parts, ids.notes, score.score.parts, strict=True)
        ]
        lines = [
            DraftLine(number, line, dict(zip(names, line.notes, strict=True)), line)
            for number, names, line in zip(ids.lines, ids.lead, score.score.lead.lines, strict=True)
        ]
        return cls(score.score, parts, lines, ids.following)

    def fresh(self) -> int:
        self.following += 1
        return self.following - 1

    # -- finding --
    def part(self, name: str) -> DraftPart:
        for part in self.parts:
            if f"p{part.number}" == name:
                return part
        raise BadEdit(f"There is no part “{name[:20]}” in this score.")

    def line(self, name: str) -> DraftLine:
        for line in self.lines:
            if f"l{line.number}" == name:
                return line
        raise BadEdit(f"There is no line “{name[:20]}” in the lead of this score.")

    def holder(self, name: str) -> tuple[DraftPart | DraftLine, int]:
        """What holds the note of this id, and the id as a number."""
        number = int(name[1:]) if name[:1] == "n" and name[1:].isdecimal() else -1
        for holder in self._holders():
            if number in holder.notes:
                return holder, number
        raise BadEdit(f"There is no note “{name[:20]}” in this score.")

    def _holders(self) -> Iterator[DraftPart | DraftLine]:
        yield from self.parts
        yield from self.lines

    # -- putting together --
    def score(self) -> Score:
        """The score as it stands, muted parts with their notes."""
        parts = tuple(replace(p.part, notes=tuple(note for _, note in _in_order(p))) for p in self.parts)
        lead = replace(self.frame.lead, lines=tuple(line.built() for line in self._lines_in_order()))
        return replace(self.frame, parts=parts, lead=lead)

    def settle(self) -> None:
        """Put every time on the grid that the score's files can tell (see `score.grid`)."""
        bare = replace(self.frame, parts=(), lead=replace(self.frame.lead, lines=()))
        self.frame = quantised(bare)
        for holder in self._holders():
            holder.notes = {number: _on_grid(note) for number, note in holder.notes.items()}
        for part in self.parts:
            settled = quantised(replace(bare, parts=(replace(part.part, notes=()),)))
            part.part = settled.parts[0]

    def close(self) -> OpenScore:
        lines = self._lines_in_order()
        ids = ScoreIds(
            following=self.following,
            parts=tuple(p.number for p in self.parts),
            notes=tuple(tuple(number for number, _ in _in_order(p)) for p in self.parts),
            lines=tuple(line.number for line in lines),
            lead=tuple(tuple(number for number, _ in line.ordered()) for line in lines),
        )
        return OpenScore(self.score(), ids, tuple(p.number for p in self.parts if p.muted))

    def _lines_in_order(self) -> list[DraftLine]:
        kept = [line for line in self.lines if line.notes]
        return sorted(kept, key=lambda line: line.ordered()[0][1].start_beats)

    def set_part_notes(self, part: DraftPart, notes: list[Note]) -> None:
        """Other notes for a part; one that stands where an old one stood keeps its id."""
        known = {(n.start_beats, n.midi): number for number, n in part.notes.items()}
        part.notes = {known.pop((n.start_beats, n.midi), None) or self.fresh(): n for n in notes}


def _on_grid(note: Any) -> Any:
    start = ticks(note.start_beats)
    end = ticks(note.start_beats + note.duration_beats)
    return replace(note, start_beats=beats(start), duration_beats=beats(max(1, end - start)))


def _in_order(part: DraftPart) -> list[tuple[int, Note]]:
    return sorted(part.notes.items(), key=lambda item: (item[1].start_beats, item[1].midi))

"""What the composer does for an editor, and how bars of its playing are put between bars that stay."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from generation.engine.score.editing.draft import Draft, DraftPart
from generation.engine.score.grid import TICKS_PER_BEAT
from generation.engine.score.types import ControlPoint, Note, Part, Score, SungLine, VocalPart

LEAN_BEATS = 0.12
"""Human timing puts a note up to this much before the beat that it belongs to."""
_GAP_BEATS = 0.02
_ROUNDING_BEATS = 2.1 / TICKS_PER_BEAT
"""A composed note was put on the grid after it was played to a lead that was not: so much may differ."""


class Band(Protocol):
    """The composer as an editor calls it. All of it is a pure function of the score and the song's seed."""

    def play(self, score: Score) -> tuple[Part, ...]:
        """What the style's instruments play to the score's sections, chords and lead."""

    def voices(self, score: Score) -> tuple[tuple[VocalPart, ...], tuple[VocalPart, ...]]:
        """The harmonies and the backing to the score's lead."""

    def rewrite(self, score: Score, index: int) -> Score:
        """The score with other chords and another tune to the words of a section (of all that only this one counts)."""

    def vary(self, score: Score, line: SungLine) -> SungLine:
        """A line in the same rhythm, with the same notes on strong beats and others between them."""

    def check(self, score: Score) -> None:
        """Raise BrokenScore when the score breaks a rule, the singers' compasses among them."""


def rearrange(draft: Draft, band: Band, span: tuple[float, float]) -> None:
    """The band plays the bars of `span` anew; every note outside of them stays as it is.

    Parts that the style does not have (a person's own, those of a file) stay whole.
    """
    fresh = {part.name: part for part in band.play(draft.score())}
    for holder in draft.parts:
        if (new := fresh.get(holder.part.name)) is not None:
            splice(draft, holder, new, span)


def splice(draft: Draft, holder: DraftPart, new: Part, span: tuple[float, float]) -> None:
    """`new`'s notes inside of `span` in the place of the part's own."""
    start, end = span[0] - LEAN_BEATS, span[1] - LEAN_BEATS
    old = sorted(holder.notes.values(), key=lambda n: (n.start_beats, n.midi))
    played = _recognised(new.notes, old)
    inside = [n for n in played if start <= n.start_beats < end]
    lengths = {(n.start_beats, n.midi): n.duration_beats for n in played if n.start_beats < start}
    before = [_into_span(n, span[0], lengths) for n in old if n.start_beats < start]
    after = [n for n in old if n.start_beats >= end]
    draft.set_part_notes(holder, untangled([*before, *inside, *after]))
    controls = _controls(holder.part.controls, new.controls, span)
    holder.part = replace(holder.part, controls=controls)


def _recognised(new: Iterable[Note], old: Iterable[Note]) -> list[Note]:
    """The new notes; one that is an old note but for the rounding to the grid is the old one."""
    known: dict[tuple[int, int], list[Note]] = {}
    for note in old:
        known.setdefault((note.midi, note.velocity), []).append(note)

    def same(note: Note, other: Note) -> bool:
        apart = abs(note.start_beats - other.start_beats), abs(note.duration_beats - other.duration_beats)
        return max(apart) <= _ROUNDING_BEATS

    found = []
    for note in new:
        candidates = known.get((note.midi, note.velocity), [])
        at = bisect_left(candidates, note.start_beats - _ROUNDING_BEATS, key=lambda n: n.start_beats)
        found.append(next((n for n in candidates[at : at + 2] if same(note, n)), note))
    return found


def _into_span(note: Note, start: float, lengths: dict[tuple[float, int], float]) -> Note:
    """A note that rings into bars played anew rings as long as the new playing lets it, else to their first beat."""
    if note.start_beats + note.duration_beats <= start + LEAN_BEATS:
        return note
    told = lengths.get((note.start_beats, note.midi), start - note.start_beats)
    return replace(note, duration_beats=round(max(0.05, told), 6))


def untangled(notes: list[Note]) -> list[Note]:
    """In order; a key ends before it is struck again, and is struck once at a time."""
    last: dict[int, int] = {}
    kept: list[Note | None] = []
    for note in sorted(notes, key=lambda n: (n.start_beats, n.midi, -n.velocity)):
        index = last.get(note.midi)
        if index is not None and (before := kept[index]) is not None:
            room = note.start_beats - before.start_beats
            if room < 0.06:
                continue
            if before.duration_beats > room:
                kept[index] = replace(before, duration_beats=round(room - _GAP_BEATS, 6))
        last[note.midi] = len(kept)
        kept.append(note)
    return [note for note in kept if note is not None]


def _controls(
    old: tuple[ControlPoint, ...], new: tuple[ControlPoint, ...], span: tuple[float, float]
) -> tuple[ControlPoint, ...]:
    """The new curve inside of the span; at its end every controller is back where the old one has it."""
    start, end = span
    inside = [c for c in new if start <= c.beat < end]
    opening = [
        c for c in _standing(new, start) if not any(x.beat == start and x.controller == c.controller for x in inside)
    ]
    after = [c for c in old if c.beat >= end]
    closing = [c for c in _standing(old, end) if not any(x.beat == end and x.controller == c.controller for x in after)]
    if not (opening or inside):
        closing = [] if not any(start <= c.beat < end for c in old) else closing
    found = [c for c in old if c.beat < start] + opening + inside + closing + after
    return tuple(sorted(found, key=lambda c: (c.beat, c.controller)))


def _standing(controls: tuple[ControlPoint, ...], beat: float) -> list[ControlPoint]:
    """The value that each controller has at a beat, as a point there."""
    values = {c.controller: c.value for c in controls if c.beat <= beat}
    return [ControlPoint(beat, controller, value) for controller, value in sorted(values.items())]

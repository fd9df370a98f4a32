"""Harmonies and backing follow the lead: what is sung around a changed line is written anew, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generation.engine.score.editing.band import Band
from generation.engine.score.editing.draft import Draft, DraftLine
from generation.engine.score.types import VOCALISE, Score, SungLine, VocalPart


def follow_lead(draft: Draft, band: Band) -> None:
    """Words are counted anew over the whole lead; the voices around unchanged lines keep every note."""
    old = [line for line in draft.lines if line.before is not None]
    around = {
        kind: [_by_line(part, [line.before for line in old]) for part in getattr(draft.frame, kind)]
        for kind in ("harmonies", "backing")
    }
    shifts = _count_words(draft)
    changed = {line.number for line in draft.lines if line.before is None or not _same(line.before, line.built())}
    if not (draft.frame.harmonies or draft.frame.backing):
        return
    fresh: dict[str, tuple[VocalPart, ...]] = {"harmonies": (), "backing": ()}
    if changed:
        fresh["harmonies"], fresh["backing"] = band.voices(_bare(draft))
    for kind, parts in around.items():
        old_parts = getattr(draft.frame, kind)
        written = []
        for part, lines in zip(old_parts, parts, strict=True):
            kept = {old[i].number: found for i, found in lines.items()}
            new = next((p for p in fresh[kind] if p.name == part.name), None)
            written.append(replace(part, lines=_merged(draft, kept, new, changed, shifts)))
        draft.frame = replace(draft.frame, **{kind: tuple(written)})


def _bare(draft: Draft) -> Score:
    return replace(draft.score(), harmonies=(), backing=())


def _merged(
    draft: Draft, kept: dict[int, list[SungLine]], new: VocalPart | None, changed: set[int], shifts: dict[int, int]
) -> tuple[SungLine, ...]:
    lines = sorted((line for line in draft.lines if line.notes), key=lambda x: x.ordered()[0][1].start_beats)
    fresh = _by_line(new, [line.built() for line in lines]) if new is not None else {}
    found: list[SungLine] = []
    for index, line in enumerate(lines):
        sung = kept.get(line.number, [])
        if line.number in changed:
            found += fresh.get(index, []) if sung or line.before is None else []
        else:
            found += [_shifted(one, shifts[line.number], line) for one in sung]
    return tuple(found)


def _by_line(part: VocalPart, lead: Sequence[SungLine]) -> dict[int, list[SungLine]]:
    """The part's lines by the line of the lead that each goes with: the one that it shares most time with."""
    found: dict[int, list[SungLine]] = {}
    for line in part.lines:
        index = max(range(len(lead)), key=lambda i: _overlap(line, lead[i]), default=None)
        if index is not None and _overlap(line, lead[index]) > 0.0:
            found.setdefault(index, []).append(line)
    return found


def _overlap(one: SungLine, other: SungLine) -> float:
    return min(_end(one), _end(other)) - max(one.notes[0].start_beats, other.notes[0].start_beats)


def _end(line: SungLine) -> float:
    return line.notes[-1].start_beats + line.notes[-1].duration_beats


def _count_words(draft: Draft) -> dict[int, int]:
    """Number the words of the lead from 0, in the order of the lines. Returns how far each line's words moved."""
    shifts, word = {}, -1
    for line in sorted((x for x in draft.lines if x.notes), key=lambda x: x.ordered()[0][1].start_beats):
        first = word + 1
        told = [n.syllable for _, n in line.ordered() if n.syllable is not None]
        shifts[line.number] = first - told[0].word_index if told else 0
        for number, note in line.ordered():
            if note.syllable is None:
                continue
            word += note.syllable.index_in_word == 0
            if note.syllable.word_index != word:
                line.notes[number] = replace(note, syllable=replace(note.syllable, word_index=word))
    return shifts


def _shifted(line: SungLine, words: int, lead: DraftLine) -> SungLine:
    notes = tuple(
        replace(n, syllable=replace(n.syllable, word_index=n.syllable.word_index + words))
        if words and n.syllable is not None and n.syllable.word_index != VOCALISE
        else n
        for n in line.notes
    )
    return replace(line, notes=notes, energy=_energy(line, lead))


def _energy(line: SungLine, lead: DraftLine) -> float:
    """Backing keeps its share of the lead's energy when a section's plan changes."""
    before = lead.before.energy if lead.before is not None else lead.line.energy
    if before == lead.line.energy or before <= 0.0:
        return line.energy
    return min(1.0, line.energy * lead.line.energy / before)


def _same(one: SungLine, other: SungLine) -> bool:
    """The same words on the same notes; their numbers, and how a note is performed, do not matter to the others."""
    return _told(one) == _told(other)


def _told(line: SungLine) -> tuple:
    return tuple(
        (n.start_beats, n.duration_beats, n.midi, n.syllable and replace(n.syllable, word_index=0)) for n in line.notes
    )

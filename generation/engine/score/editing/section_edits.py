"""Edits of whole sections: replaced, varied, made longer, moved, deleted. Every other bar stays as it was."""

from __future__ import annotations

from dataclasses import replace

from generation.engine.score.editing.apply import Edited, check_open, summary_of
from generation.engine.score.editing.band import Band, rearrange
from generation.engine.score.editing.blocks import Block, cut, join
from generation.engine.score.editing.draft import Draft, DraftLine
from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.following import follow_lead
from generation.engine.score.editing.open_score import OpenScore
from generation.engine.score.types import Chord, Score, Section, SungLine

MAX_NEW_BARS = 32
MAX_NAME_CHARS = 40


def replace_section(score: OpenScore, index: int, band: Band) -> Edited:
    """New chords, a new tune and new playing for a section; its words, its length and its plan stay."""
    draft, section = _draft(score, index)
    rewritten = band.rewrite(draft.score(), index)
    draft.frame = replace(draft.frame, chords=_between(draft.frame, rewritten, section))
    _take_tune(draft, index, rewritten)
    return _played(draft, index, band, f"{section.name} is written anew")


def vary_section(score: OpenScore, index: int, band: Band) -> Edited:
    """The same chords, words and rhythm; the tune keeps its strong beats and goes other ways between them, and the
    band plays otherwise."""
    draft, section = _draft(score, index)
    for line in draft.lines:
        if line.line.section == index:
            varied = band.vary(draft.score(), line.built())
            numbers = [number for number, _ in line.ordered()]
            line.notes = dict(zip(numbers, varied.notes, strict=True))
    return _played(draft, index, band, f"{section.name} is varied")


def extend_section(score: OpenScore, index: int, bars: int, band: Band) -> Edited:
    """Bars without words at the end of a section: its chords go round again, and the band plays on."""
    draft, section = _draft(score, index)
    if not 1 <= bars <= MAX_NEW_BARS:
        raise BadEdit(f"A section grows by 1 to {MAX_NEW_BARS} bars, not by {bars}.")
    blocks, bar = cut(draft), draft.frame.beats_per_bar
    block = blocks[index]
    longer = replace(
        block,
        section=replace(section, bars=section.bars + bars),
        chords=(*block.chords, *_round_again(block, float(bars * bar), bar)),
    )
    join(draft, [*blocks[:index], longer, *blocks[index + 1 :]])
    start = float((section.start_bar + section.bars) * bar)
    rearrange(draft, band, (start, start + bars * bar))
    return _finished(draft, band, f"{section.name} is {bars} {'bar' if bars == 1 else 'bars'} longer")


def move_section(score: OpenScore, index: int, to: int, band: Band) -> Edited:
    """A section to another place in the order; its bars and all others stay as they are."""
    draft, section = _draft(score, index)
    count = len(draft.frame.sections)
    if not 0 <= to < count:
        raise BadEdit(f"There is no place {to}: this song has the sections 0 to {count - 1}.")
    blocks = cut(draft)
    blocks.insert(to, blocks.pop(index))
    join(draft, blocks)
    return _finished(draft, band, f"{section.name} is section {to} now")


def delete_section(score: OpenScore, index: int, band: Band) -> Edited:
    """Take a section's bars out of the song."""
    draft, section = _draft(score, index)
    blocks = cut(draft)
    del blocks[index]
    if not any(block.lines for block in blocks):
        raise BadEdit(f"Without {section.name} nobody would sing: a song keeps at least one section with words.")
    join(draft, blocks)
    return _finished(draft, band, f"{section.name} is deleted")


def _draft(score: OpenScore, index: int) -> tuple[Draft, Section]:
    sections = score.score.sections
    if not 0 <= index < len(sections):
        raise BadEdit(f"There is no section {index}: this song has the sections 0 to {len(sections) - 1}.")
    return Draft.of(score), sections[index]


def _span(frame: Score, section: Section) -> tuple[float, float]:
    bar = frame.beats_per_bar
    return float(section.start_bar * bar), float((section.start_bar + section.bars) * bar)


def _between(frame: Score, fresh: Score, section: Section) -> tuple[Chord, ...]:
    """The score's chords, with those of `fresh` inside of the section."""
    start, end = _span(frame, section)
    kept = []
    for source, low, high in ((frame, 0.0, start), (fresh, start, end), (frame, end, frame.end_beats)):
        for chord in source.chords:
            first, last = max(low, chord.start_beats), min(high, chord.start_beats + chord.duration_beats)
            if last - first > 1e-6:
                kept.append(replace(chord, start_beats=first, duration_beats=last - first))
    return tuple(kept)


def _take_tune(draft: Draft, index: int, fresh: Score) -> None:
    """The lines of a section from another score, under the ids of the lines that they replace."""
    old = sorted((x for x in draft.lines if x.line.section == index), key=lambda x: x.ordered()[0][1].start_beats)
    new = [line for line in fresh.lead.lines if line.section == index]
    if len(old) != len(new):
        raise BadEdit("The words of this section could not be set anew.")
    for line, written in zip(old, new, strict=True):
        _take_notes(draft, line, written)


def _take_notes(draft: Draft, line: DraftLine, written: SungLine) -> None:
    numbers = [number for number, _ in line.ordered()]
    line.notes = {(numbers[i] if i < len(numbers) else draft.fresh()): note for i, note in enumerate(written.notes)}


def _round_again(block: Block, beats: float, bar: int) -> list[Chord]:
    """The section's chords from its first bar on, as far as they are wanted, behind its end."""
    end, found, at = block.beats(bar), [], 0.0
    if not block.chords:
        return []
    while at < beats - 1e-6:
        for chord in block.chords:
            length = min(chord.duration_beats, beats - at)
            if length > 1e-6:
                found.append(replace(chord, start_beats=end + at, duration_beats=length))
                at += length
    return found


def _played(draft: Draft, index: int, band: Band, told: str) -> Edited:
    draft.settle()
    follow_lead(draft, band)
    rearrange(draft, band, _span(draft.frame, draft.frame.sections[index]))
    return _finished(draft, band, told)


def _finished(draft: Draft, band: Band, told: str) -> Edited:
    draft.settle()
    follow_lead(draft, band)
    score = draft.close()
    check_open(score, band)
    return Edited(score, summary_of([told]))

"""Edits of what all share: tempo, the plan of the sections, chords, key, title."""

from __future__ import annotations

from dataclasses import replace

from generation.contracts import MAX_TITLE_CHARS
from generation.engine.score.editing.chord_names import read_chord, respelled
from generation.engine.score.editing.draft import Draft
from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.operations import SetChord, SetSection, SetTempo, SetTitle, Transpose
from generation.engine.score.keys import best_key, note_names, pitch_class
from generation.engine.score.types import Chord, Key, KeyChange, TempoChange, TempoMap

_EPS = 1e-6
Span = tuple[float, float]
"""First and last beat of what is to be played anew."""


def set_tempo(draft: Draft, asked: SetTempo) -> None:
    if not 30.0 <= asked.bpm <= 300.0:
        raise BadEdit(f"A tempo lies between 30 and 300 beats a minute, not at {asked.bpm:g}.")
    changes = draft.frame.tempo_map.changes
    if asked.start_beats is None and asked.end_beats is None:
        factor = asked.bpm / changes[0].bpm
        changed = tuple(TempoChange(c.beat, c.bpm * factor) for c in changes)
        draft.told.append(f"the tempo is {asked.bpm:g}")
    else:
        start = asked.start_beats or 0.0
        end = draft.frame.end_beats if asked.end_beats is None else asked.end_beats
        if not 0.0 <= start < end <= draft.frame.end_beats + _EPS:
            raise BadEdit(
                f"The beats {start:g} to {end:g} are no stretch of this song: it has {draft.frame.end_beats:g}."
            )
        after = next(c.bpm for c in reversed(changes) if c.beat <= end + _EPS)
        kept = [c for c in changes if c.beat < start - _EPS or c.beat > end + _EPS]
        closing = [TempoChange(end, after)] if end < draft.frame.end_beats - _EPS else []
        changed = tuple(sorted([*kept, TempoChange(start, asked.bpm), *closing], key=lambda c: c.beat))
        draft.told.append(f"the tempo is {asked.bpm:g} from beat {start:g} to {end:g}")
    draft.frame = replace(draft.frame, tempo_map=TempoMap(changed))


def set_section(draft: Draft, asked: SetSection) -> Span | None:
    sections = draft.frame.sections
    if not 0 <= asked.section < len(sections):
        raise BadEdit(f"There is no section {asked.section}: this song has the sections 0 to {len(sections) - 1}.")
    before = after = sections[asked.section]
    if asked.name is not None:
        if not 1 <= len(asked.name) <= 40:
            raise BadEdit("The name of a section has 1 to 40 characters.")
        after = replace(after, name=asked.name)
        draft.told.append(f"{before.name} is called {asked.name}")
    if asked.energy is not None:
        if not 0.0 <= asked.energy <= 1.0:
            raise BadEdit(f"The energy of a section lies between 0 and 1, not at {asked.energy:g}.")
        after = replace(after, energy=asked.energy)
        for line in draft.lines:
            if line.line.section == asked.section:
                line.line = replace(line.line, energy=asked.energy)
        draft.told.append(f"{after.name} has the energy {asked.energy:g}")
    draft.frame = replace(draft.frame, sections=(*sections[: asked.section], after, *sections[asked.section + 1 :]))
    if not asked.rearrange or after.energy == before.energy:
        return None
    bar = draft.frame.beats_per_bar
    return float(after.start_bar * bar), float((after.start_bar + after.bars) * bar)


def set_chord(draft: Draft, asked: SetChord) -> Span | None:
    chords = draft.frame.chords
    if not 0.0 <= asked.start_beats < draft.frame.end_beats - _EPS:
        raise BadEdit(f"Beat {asked.start_beats:g} lies outside the song: it has {draft.frame.end_beats:g} beats.")
    if not chords:
        raise BadEdit("This score has no chords: give it some in the file that it came from.")
    at = next(c for c in reversed(chords) if c.start_beats <= asked.start_beats + _EPS)
    end = at.start_beats + at.duration_beats
    if asked.duration_beats is not None:
        end = asked.start_beats + asked.duration_beats
    if not asked.start_beats + 0.25 <= end <= draft.frame.end_beats + _EPS:
        raise BadEdit("A chord lasts at least a quarter of a beat, and ends with the song at the latest.")
    new = read_chord(asked.name, asked.start_beats, end - asked.start_beats)
    draft.frame = replace(draft.frame, chords=_with_chord(chords, new))
    draft.told.append(f"the chord at beat {asked.start_beats:g} is {new.name}")
    if not asked.rearrange:
        return None
    bar = draft.frame.beats_per_bar
    return float(asked.start_beats // bar * bar), float(-(-(end - _EPS) // bar) * bar)


def _with_chord(chords: tuple[Chord, ...], new: Chord) -> tuple[Chord, ...]:
    start, end = new.start_beats, new.start_beats + new.duration_beats
    found: list[Chord] = []
    for chord in chords:
        last = chord.start_beats + chord.duration_beats
        if chord.start_beats < start - _EPS:
            found.append(replace(chord, duration_beats=min(last, start) - chord.start_beats))
        if last > end + _EPS:
            first = max(chord.start_beats, end)
            found.append(replace(chord, start_beats=first, duration_beats=last - first))
    return tuple(sorted([*found, new], key=lambda c: c.start_beats))


def set_title(draft: Draft, asked: SetTitle) -> None:
    if not 1 <= len(asked.title) <= MAX_TITLE_CHARS:
        raise BadEdit(f"A title has 1 to {MAX_TITLE_CHARS} characters.")
    draft.frame = replace(draft.frame, title=asked.title)
    draft.told.append(f"the title is “{asked.title}”")


def transpose(draft: Draft, asked: Transpose) -> None:
    """Everything that has a pitch, by semitones; drums and the room stay."""
    if not -24 <= asked.semitones <= 24:
        raise BadEdit("A song moves by two octaves at most: -24 to 24 semitones.")
    frame, step = draft.frame, asked.semitones
    for holder in [*(p for p in draft.parts if not p.part.is_drums), *draft.lines]:
        holder.notes = {number: replace(note, midi=note.midi + step) for number, note in holder.notes.items()}
    key = _moved(frame.key, step)
    moved = replace(
        frame,
        key=key,
        key_changes=tuple(KeyChange(c.beat, _moved(c.key, step)) for c in frame.key_changes),
        harmonies=tuple(_raised(part, step) for part in frame.harmonies),
        backing=tuple(_raised(part, step) for part in frame.backing),
    )
    chords = tuple(respelled(c, step, note_names(moved.key_at(c.start_beats))) for c in frame.chords)
    draft.frame = replace(moved, chords=chords)
    draft.told.append(f"the song stands in {key.tonic} {key.mode}")


def _moved(key: Key, semitones: int) -> Key:
    return best_key((pitch_class(key.tonic) + semitones) % 12, key.mode)


def _raised(part, semitones: int):
    lines = (replace(line, notes=tuple(replace(n, midi=n.midi + semitones) for n in line.notes)) for line in part.lines)
    return replace(part, lines=tuple(lines))

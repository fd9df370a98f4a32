"""Edits of notes: of parts, and of the lead, where every syllable keeps its note."""

from __future__ import annotations

from dataclasses import replace

from generation.engine.score.editing.draft import LEAD, Draft, DraftLine, DraftPart
from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.operations import (
    AddNotes,
    MoveNotes,
    NewNote,
    NoteChange,
    RemoveNotes,
    SetExpression,
    SetNotes,
    SetVelocity,
)
from generation.engine.score.types import Note, VocalNote

USUAL_VELOCITY = 80


def move_notes(draft: Draft, asked: MoveNotes) -> None:
    for name in asked.notes:
        holder, number = draft.holder(name)
        note = holder.notes[number]
        holder.notes[number] = replace(
            note, start_beats=_at(note.start_beats + asked.beats, name), midi=_pitch(note.midi + asked.semitones, name)
        )
    moved = [f"by {asked.beats:+g} beats"] if asked.beats else []
    moved += [f"by {asked.semitones:+d} semitones"] if asked.semitones else []
    draft.told.append(f"{_count(len(asked.notes))} moved {' and '.join(moved) or 'nowhere'}")


def set_notes(draft: Draft, asked: SetNotes) -> None:
    for change in asked.notes:
        holder, number = draft.holder(change.id)
        note = holder.notes[number]
        if isinstance(note, VocalNote):
            if change.velocity is not None:
                raise _no_velocity(change.id)
            holder.notes[number] = replace(note, **_placed(change, note))
        else:
            velocity = note.velocity if change.velocity is None else change.velocity
            holder.notes[number] = replace(note, velocity=_velocity(velocity, change.id), **_placed(change, note))
    draft.told.append(f"{_count(len(asked.notes))} changed")


def _placed(change: NoteChange, note: Note | VocalNote) -> dict:
    start = note.start_beats if change.start_beats is None else change.start_beats
    duration = note.duration_beats if change.duration_beats is None else change.duration_beats
    midi = note.midi if change.midi is None else change.midi
    return {
        "start_beats": _at(start, change.id),
        "duration_beats": _length(duration, change.id),
        "midi": _pitch(midi, change.id),
    }


def add_notes(draft: Draft, asked: AddNotes) -> None:
    if asked.part == LEAD:
        _add_sung(draft, asked)
        return
    part = draft.part(asked.part)
    for note in asked.notes:
        part.notes[draft.fresh()] = new_note(note)
    draft.told.append(f"{_count(len(asked.notes))} added to {part.part.name}")


def new_note(asked: NewNote) -> Note:
    if asked.start_beats is None or asked.duration_beats is None or asked.midi is None:
        raise BadEdit("A new note needs start_beats, duration_beats and midi.")
    velocity = USUAL_VELOCITY if asked.velocity is None else asked.velocity
    return Note(
        _at(asked.start_beats, "new"),
        _length(asked.duration_beats, "new"),
        _pitch(asked.midi, "new"),
        _velocity(velocity, "new"),
    )


def _add_sung(draft: Draft, asked: AddNotes) -> None:
    """New notes of the lead go on with the syllable before them: words come with `set_words`."""
    if not asked.line:
        raise BadEdit("A new note of the lead needs the line that it belongs to.")
    line = draft.line(asked.line)
    for note in asked.notes:
        if note.velocity is not None:
            raise _no_velocity("new")
        plain = new_note(note)
        if plain.start_beats < line.ordered()[0][1].start_beats:
            raise BadEdit(
                f"A new note at beat {plain.start_beats:g} stands before “{line.line.text}” begins: it would have no "
                "syllable. Move the first note there, and add one behind it."
            )
        line.notes[draft.fresh()] = VocalNote(plain.start_beats, plain.duration_beats, plain.midi, None)
    draft.told.append(f"{_count(len(asked.notes))} added to “{line.line.text}”")


def remove_notes(draft: Draft, asked: RemoveNotes) -> None:
    for name in asked.notes:
        holder, number = draft.holder(name)
        if isinstance(holder, DraftLine):
            _remove_sung(holder, number)
        else:
            del holder.notes[number]
    draft.told.append(f"{_count(len(asked.notes))} removed")


def _remove_sung(line: DraftLine, number: int) -> None:
    """A syllable moves on to the note that sang it on; one without such a note cannot lose its own."""
    ordered = line.ordered()
    index = next(i for i, (one, _) in enumerate(ordered) if one == number)
    told = ordered[index][1].syllable
    if told is not None:
        if index + 1 >= len(ordered) or ordered[index + 1][1].syllable is not None:
            raise BadEdit(
                f"The note n{number} is the only one of “{told.text}” in “{line.line.text}”: give the line other words "
                "(set_words) to sing fewer syllables."
            )
        follower, note = ordered[index + 1]
        line.notes[follower] = replace(note, syllable=told)
    del line.notes[number]


def set_velocity(draft: Draft, asked: SetVelocity) -> None:
    for name in asked.notes:
        holder, number = draft.holder(name)
        if not isinstance(holder, DraftPart):
            raise _no_velocity(name)
        note = holder.notes[number]
        wanted = (note.velocity if asked.velocity is None else asked.velocity) + asked.change
        velocity = _velocity(wanted, name) if asked.velocity is not None else min(127, max(1, wanted))
        holder.notes[number] = replace(note, velocity=velocity)
    draft.told.append(f"{_count(len(asked.notes))} struck otherwise")


def set_expression(draft: Draft, asked: SetExpression) -> None:
    for name in asked.notes:
        holder, number = draft.holder(name)
        if not isinstance(holder, DraftLine):
            raise BadEdit(f"The note {name} is played: only sung notes have an expression. Set its velocity instead.")
        holder.notes[number] = replace(holder.notes[number], expression=asked.expression)
    draft.told.append(f"{_count(len(asked.notes))} sung otherwise")


def _count(notes: int) -> str:
    return f"{notes} {'note' if notes == 1 else 'notes'}"


def _no_velocity(name: str) -> BadEdit:
    return BadEdit(f"The note {name} is sung, so it has no velocity: set the energy of its expression instead.")


def _at(beat: float, name: str) -> float:
    if beat < 0.0:
        raise BadEdit(f"The note {name} would begin before the song, at beat {beat:g}.")
    return round(beat, 6)


def _length(beats: float, name: str) -> float:
    if beats <= 0.0:
        raise BadEdit(f"The note {name} needs a length above 0 beats, not {beats:g}.")
    return round(beats, 6)


def _pitch(midi: int, name: str) -> int:
    if not 0 <= midi <= 127:
        raise BadEdit(f"The note {name} would have the pitch {midi}: MIDI pitches are 0 to 127.")
    return midi


def _velocity(velocity: int, name: str) -> int:
    if not 1 <= velocity <= 127:
        raise BadEdit(f"The note {name} would have the velocity {velocity}: 1 to 127 are possible.")
    return velocity

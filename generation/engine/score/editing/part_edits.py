"""Edits of parts: another instrument, another place, muted, new, gone."""

from __future__ import annotations

import re
from dataclasses import replace

from generation.engine.score.editing.draft import Draft, DraftPart
from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.note_edits import new_note
from generation.engine.score.editing.operations import AddPart, RemovePart, SetPart
from generation.engine.score.types import Part
from mixer.contracts import ChannelRole

_NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_PLAYED = tuple(role for role in ChannelRole if role not in (ChannelRole.LEAD, ChannelRole.BACKING))


def add_part(draft: Draft, asked: AddPart) -> None:
    part = Part(
        name=_name(draft, asked.name),
        program=_program(asked.program),
        role=ChannelRole.DRUMS if asked.is_drums else _role(asked.role),
        notes=(),
        is_drums=asked.is_drums,
        pan=_pan(asked.pan),
    )
    made = DraftPart(draft.fresh(), part, {})
    for note in asked.notes:
        made.notes[draft.fresh()] = new_note(note)
    draft.parts.append(made)
    draft.told.append(f"the part {part.name} added")


def set_part(draft: Draft, asked: SetPart) -> None:
    found = draft.part(asked.part)
    part, told = found.part, []
    if asked.name is not None and asked.name != part.name:
        told.append(f"{part.name} is called {asked.name}")
        part = replace(part, name=_name(draft, asked.name))
    if asked.program is not None:
        if part.is_drums:
            raise BadEdit(f"The part {part.name} is a drum kit: it has no program.")
        # Whoever chooses an instrument wants to hear it, also where the studio's synthesizer played before.
        part = replace(part, program=_program(asked.program), synth="")
        told.append(f"{part.name} has another instrument")
    if asked.role is not None:
        part = replace(part, role=_role(asked.role))
        told.append(f"{part.name} is mixed as {asked.role}")
    if asked.pan is not None:
        part = replace(part, pan=_pan(asked.pan))
        told.append(f"{part.name} stands elsewhere")
    if asked.muted is not None:
        found.muted = asked.muted
        told.append(f"{part.name} is {'muted' if asked.muted else 'heard'}")
    found.part = part
    draft.told += told


def remove_part(draft: Draft, asked: RemovePart) -> None:
    found = draft.part(asked.part)
    draft.parts.remove(found)
    draft.told.append(f"the part {found.part.name} removed")


def _name(draft: Draft, name: str) -> str:
    """Parts name files: small letters, digits and hyphens."""
    if not _NAME.match(name) or len(name) > 40:
        raise BadEdit("The name of a part has small letters, digits and hyphens, as in “strings-high”; 40 at most.")
    if any(part.part.name == name for part in draft.parts):
        raise BadEdit(f"There is a part {name} already: choose another name.")
    return name


def _program(program: int) -> int:
    if not 0 <= program <= 127:
        raise BadEdit(f"There is no General MIDI program {program}: 0 to 127 are possible.")
    return program


def _role(role: str) -> ChannelRole:
    if role not in _PLAYED:
        raise BadEdit(f"There is no role “{role[:20]}” for a part. Choose one of: {', '.join(_PLAYED)}.")
    return ChannelRole(role)


def _pan(pan: float) -> float:
    if not -1.0 <= pan <= 1.0:
        raise BadEdit(f"A part stands from -1 (left) to 1 (right), not at {pan:g}.")
    return pan

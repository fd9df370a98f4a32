"""A patch on an open score: all of its operations, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from codecraft.common.errors import InvalidInput, StudioError
from generation.contracts import MAX_LENGTH_S
from generation.engine.score.check import BrokenScore
from generation.engine.score.editing import frame_edits, note_edits, part_edits, word_edits
from generation.engine.score.editing import operations as ops
from generation.engine.score.editing.band import Band, rearrange
from generation.engine.score.editing.draft import Draft
from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.following import follow_lead
from generation.engine.score.editing.open_score import OpenScore
from generation.engine.score.timeline import vocal_line
from generation.engine.score.types import Score
from voicelab.contracts import SingSpec, VoiceStyle
from voicelab.engine.phonemes import Pronunciations
from voicelab.engine.singer.check import check_spec

MAX_SUMMARY_CHARS = 300
MAX_PARTS_NOTES = 60_000


@dataclass(frozen=True)
class Edited:
    """`summary` is one sentence on what was done."""

    score: OpenScore
    summary: str


_PLAIN: dict[type, Callable[[Draft, Any], Any]] = {
    ops.MoveNotes: note_edits.move_notes,
    ops.SetNotes: note_edits.set_notes,
    ops.AddNotes: note_edits.add_notes,
    ops.RemoveNotes: note_edits.remove_notes,
    ops.SetVelocity: note_edits.set_velocity,
    ops.SetExpression: note_edits.set_expression,
    ops.AddPart: part_edits.add_part,
    ops.SetPart: part_edits.set_part,
    ops.RemovePart: part_edits.remove_part,
    ops.SetTempo: frame_edits.set_tempo,
    ops.SetTitle: frame_edits.set_title,
    ops.Transpose: frame_edits.transpose,
    ops.SetChord: frame_edits.set_chord,
    ops.SetSection: frame_edits.set_section,
}


def apply_operations(
    score: OpenScore, operations: Sequence[ops.Operation], band: Band, said: Pronunciations = ()
) -> Edited:
    """The score after all operations, in their order; `said` are the song's own pronunciations.

    Raises InvalidInput or BadEdit with the operation's place as field ("operations.2"), BrokenScore when the result
    breaks a rule of notation: then the field names the first operation after which it does. The given score stays.
    """
    edited = _applied(score, operations, band, said)
    try:
        check_open(edited.score, band)
    except StudioError as broken:
        raise _blamed(score, operations, band, said, broken) from broken
    return edited


def _applied(score: OpenScore, operations: Sequence[ops.Operation], band: Band, said: Pronunciations) -> Edited:
    draft = Draft.of(score)
    for number, operation in enumerate(operations):
        try:
            _apply(draft, operation, band, said)
        except (InvalidInput, BadEdit) as error:
            raise _placed(error, number, operation) from error
    draft.settle()
    follow_lead(draft, band)
    return Edited(draft.close(), summary_of(draft.told))


def _apply(draft: Draft, operation: ops.Operation, band: Band, said: Pronunciations) -> None:
    if isinstance(operation, ops.SetWords):
        word_edits.set_words(draft, operation, said)
        return
    span = _PLAIN[type(operation)](draft, operation)
    if span is not None:
        rearrange(draft, band, span)


def check_open(score: OpenScore, band: Band) -> None:
    """What must hold of an edited score, its muted parts included. Raises BrokenScore or InvalidInput."""
    whole = score.score
    band.check(whole)
    if sum(len(part.notes) for part in whole.parts) > MAX_PARTS_NOTES:
        raise BrokenScore(f"The score has more than {MAX_PARTS_NOTES:,} notes.")
    if whole.duration_s > MAX_LENGTH_S + 0.05:
        raise BrokenScore(f"The song would last {whole.duration_s:.0f} s; {MAX_LENGTH_S} s are the most.")
    if not whole.lead.spoken:
        check_spec(_singing(whole))


def _singing(score: Score) -> SingSpec:
    parts = (score.lead, *score.harmonies, *score.backing)
    return SingSpec(tuple(vocal_line(part, score) for part in parts), VoiceStyle.ALTO, score.duration_s, 0)


def summary_of(told: Sequence[str]) -> str:
    text = "; ".join(told)
    if len(text) > MAX_SUMMARY_CHARS:
        text = text[: MAX_SUMMARY_CHARS - 2].rsplit(";", 1)[0] + " …"
    return text[:1].upper() + text[1:] + "." if text else "Nothing changed."


def _placed(error: StudioError, number: int, operation: ops.Operation) -> StudioError:
    """The same error with the operation that it is about."""
    field = f"operations.{number}" + (f".{error.field}" if error.field else "")
    return type(error)(f"Operation {number + 1} ({operation.type}): {error.message}", field=field, code=error.code)


def _blamed(
    score: OpenScore, operations: Sequence[ops.Operation], band: Band, said: Pronunciations, broken: StudioError
) -> StudioError:
    """The error with the first operation after which the score is broken."""
    for number in range(1, len(operations)):
        try:
            check_open(_applied(score, operations[:number], band, said).score, band)
        except StudioError as error:
            return _placed(_as_broken(error), number - 1, operations[number - 1])
    return _placed(_as_broken(broken), len(operations) - 1, operations[-1])


def _as_broken(error: StudioError) -> StudioError:
    return error if isinstance(error, BrokenScore) else BrokenScore(error.message)

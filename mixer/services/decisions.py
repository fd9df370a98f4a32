"""The assistant's decisions on a session's console: accepted, taken back and done again one by one."""

from __future__ import annotations

import uuid
from typing import Any

from codecraft.common.codec import decode, encode
from codecraft.common.errors import Conflict, InvalidInput, NotFound
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.paths import value_at, with_value
from mixer.engine.console.schema import STRIP_RANGES, checked
from mixer.engine.console.state import HIGHEST_DB, LOWEST_DB, ConsoleState, Decision
from mixer.models import MixSession
from mixer.selectors import get_session
from mixer.services.consoles import add_revision, current_state, require_revision
from rados.contracts import Person

PROPOSED, ACCEPTED, UNDONE = "proposed", "accepted", "undone"


def proposed(decision: Decision) -> dict[str, Any]:
    """A decision as a console's state keeps it."""
    return {**encode(decision), "status": PROPOSED}


def accept_decision(*, person: Person, session_id: uuid.UUID | str, decision_id: str) -> MixSession:
    """A person likes it: it stands as it is."""
    session, told = _find(person, session_id, decision_id)
    if told["status"] == UNDONE:
        raise Conflict("This decision was taken back: do it again first.", code="decision_undone")
    return _keep(session, current_state(session), decision_id, ACCEPTED, f"Accepted: {told['sentence']}", person)


def undo_decision(*, person: Person, session_id: uuid.UUID | str, decision_id: str) -> MixSession:
    """Put back what stood before a decision; all others stay. Raises Conflict when it was taken back already, or when
    its controls are not there any more."""
    session, told = _find(person, session_id, decision_id)
    if told["status"] == UNDONE:
        raise Conflict("This decision was taken back already.", code="decision_undone")
    decision = decode(Decision, told)
    changes = [(change.path, change.after, change.before) for change in reversed(decision.changes)]
    state = _moved(current_state(session), changes)
    return _keep(session, state, decision_id, UNDONE, f"Taken back: {told['sentence']}", person)


def redo_decision(*, person: Person, session_id: uuid.UUID | str, decision_id: str) -> MixSession:
    """Do again what was taken back."""
    session, told = _find(person, session_id, decision_id)
    if told["status"] != UNDONE:
        raise Conflict("This decision was not taken back.", code="decision_stands")
    decision = decode(Decision, told)
    changes = [(change.path, change.before, change.after) for change in decision.changes]
    state = _moved(current_state(session), changes)
    return _keep(session, state, decision_id, PROPOSED, f"Done again: {told['sentence']}", person)


def _moved(state: ConsoleState, changes: list[tuple[str, Any, Any]]) -> ConsoleState:
    """Each control from the first value to the second. Where it was moved on since, by hand or by another decision, a
    number goes the same way from where it stands now."""
    try:
        for path, left, value in changes:
            now = value_at(state, path)
            if now != left and all(_is_number(one) for one in (now, left, value)):
                lowest, highest = range_of(state, path)
                value = min(highest, max(lowest, now + value - left))
            state = with_value(state, path, value)
        return checked(state)
    except InvalidInput as error:
        raise Conflict(
            f"A control of this decision was taken away since: {error.message}", field=error.field, code="control_gone"
        ) from error


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def range_of(state: ConsoleState, path: str) -> tuple[float, float]:
    """The lowest and highest value of a control that is a number."""
    words = path.split("/")
    if len(words) == 2 and words[1] in STRIP_RANGES:
        return STRIP_RANGES[words[1]]
    if len(words) == 5 and words[1] == "effects" and words[3] == "params":
        kind = value_at(state, "/".join([*words[:3], "kind"]))
        param = next((param for param in EFFECT_KINDS[kind].params if param.name == words[4]), None)
        if param is not None:
            return param.lowest, param.highest
    return LOWEST_DB, HIGHEST_DB


def _find(person: Person, session_id: uuid.UUID | str, decision_id: str) -> tuple[MixSession, dict[str, Any]]:
    session = get_session(person, session_id)
    told = next((one for one in require_revision(session).decisions if one["id"] == decision_id), None)
    if told is None:
        raise NotFound("There is no such decision on this console.")
    return session, told


def _keep(
    session: MixSession, state: ConsoleState, decision_id: str, status: str, summary: str, person: Person
) -> MixSession:
    revision = require_revision(session)
    decisions = [{**one, "status": status} if one["id"] == decision_id else one for one in revision.decisions]
    add_revision(
        session, state, summary=summary, decisions=decisions, base_number=revision.number, made_by=person.user_id
    )
    return get_session(person, session.id)

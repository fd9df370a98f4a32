"""The console of a session as people move it: states that follow each other, undo, redo, names for states."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from codecraft.common.errors import Conflict, InvalidInput, NotFound
from mixer.engine.console.editing import without_channels
from mixer.engine.console.schema import checked, read_state, write_state
from mixer.engine.console.state import ConsoleState
from mixer.models import ConsoleRevision, MixSession, Snapshot
from mixer.selectors import get_session, redo_of
from rados.contracts import Person

MAX_REVISIONS = 400
_LEAST_REVISIONS = 20
_MOST_POINTS = 4_000_000
MAX_SNAPSHOTS = 50
_SUMMARY_CHARS = 320
AS_PUBLISHED = "Opened as published."


def first_revision(
    session: MixSession, state: ConsoleState, *, summary: str, decisions: Sequence[dict[str, Any]] = ()
) -> ConsoleRevision:
    """The console as a session begins; what stood before goes."""
    session.revisions.all().delete()
    revision = ConsoleRevision.objects.create(
        session=session, number=0, state=write_state(checked(state)), decisions=list(decisions), summary=summary
    )
    _show(session, revision)
    return revision


def current_state(session: MixSession) -> ConsoleState:
    """The console as people see it. Raises Conflict while the session has none yet."""
    return read_state(require_revision(session).state)


def require_revision(session: MixSession) -> ConsoleRevision:
    if session.revision is None:
        raise Conflict("The session's stems are still being prepared.", code="not_ready")
    return session.revision


def is_untouched(revision: ConsoleRevision) -> bool:
    """Whether it stands as the session was opened: nobody has moved a control yet."""
    return revision.number == 0 or revision.summary == AS_PUBLISHED


def put_console(
    *, person: Person, session_id: uuid.UUID | str, state: Any, base_revision: int, summary: str = ""
) -> MixSession:
    """A new state of the console, made from the revision of number `base_revision`. The same state makes no new one.

    Raises InvalidInput with the control as field, Conflict (`stale_revision`) when somebody was faster."""
    session = get_session(person, session_id)
    wanted = checked_for(session, state)
    add_revision(
        session, wanted, summary=summary or "Controls moved.", base_number=base_revision, made_by=person.user_id
    )
    return get_session(person, session_id)


def checked_for(session: MixSession, data: Any) -> ConsoleState:
    """A state from JSON whose channels all play stems of the session. Raises InvalidInput."""
    state = read_state(data)
    require_stems(state, session.stems.values_list("name", flat=True))
    return state


def require_stems(state: ConsoleState, names: Sequence[str]) -> None:
    """Raises InvalidInput for a channel whose stem is not there."""
    known = set(names)
    for channel in state.channels:
        if channel.stem not in known:
            what = f"“{channel.stem[:60]}”, which is not there (any more)" if channel.stem else "no stem"
            raise InvalidInput(
                f"The channel “{channel.id}” plays {what}. There are: {', '.join(sorted(known))}.",
                field=f"{channel.id}/stem",
            )


def add_revision(
    session: MixSession,
    state: ConsoleState,
    *,
    summary: str,
    decisions: Sequence[dict[str, Any]] | None = None,
    base_number: int | None = None,
    made_by: int | None = None,
) -> ConsoleRevision:
    """Put a state behind the newest one; the decisions stay where none are given."""
    with transaction.atomic():
        lock_session(session)
        newest = require_revision(session)
        _require_newest(session, base_number)
        data = write_state(state)
        told = newest.decisions if decisions is None else list(decisions)
        if data == newest.state and told == newest.decisions:
            return newest
        last = session.revisions.order_by("-number").values_list("number", flat=True).first() or 0
        revision = ConsoleRevision.objects.create(
            session=session,
            number=last + 1,
            parent=newest,
            state=data,
            decisions=told,
            summary=summary[:_SUMMARY_CHARS],
            made_by_id=made_by,
        )
        _show(session, revision)
        _forget_old(session, revision, state)
    return revision


def lock_session(session: MixSession) -> None:
    """Until the transaction ends nobody else changes the session; `session` has what stands now. Raises NotFound.

    The lock is this write: SQLite's transactions are immediate, PostgreSQL locks the row."""
    if not MixSession.objects.filter(id=session.id).update(used_at=timezone.now()):
        raise NotFound("The session was deleted.", code="session_is_gone")
    session.refresh_from_db(fields=["revision", "is_ready", "duration_s"])


def _require_newest(session: MixSession, base_number: int | None) -> None:
    newest = require_revision(session).number
    if base_number is not None and newest != base_number:
        raise Conflict(
            "The console was moved meanwhile: load it again, then move the controls once more.",
            code="stale_revision",
            details={"revision": newest},
        )


def _forget_old(session: MixSession, newest: ConsoleRevision, state: ConsoleState) -> None:
    """The oldest states go, except those with a name: a long evening at the console must not fill the database. Of
    states with very many points in their lanes fewer are kept."""
    points = sum(len(lane.points) for lane in state.lanes)
    before = newest.number - max(_LEAST_REVISIONS, min(MAX_REVISIONS, _MOST_POINTS // max(1, points)))
    if before > 0 and newest.number % 20 == 0:
        old = session.revisions.filter(number__lt=before, snapshots=None)
        old.exclude(id__in=session.jobs.exclude(revision=None).values("revision")).delete()


def _show(session: MixSession, revision: ConsoleRevision) -> None:
    session.revision = revision
    session.save(update_fields=["revision", "updated_at"])


def undo_move(*, person: Person, session_id: uuid.UUID | str, base_revision: int | None = None) -> MixSession:
    """Back to the state that the newest one was made from. Raises Conflict where there is none."""
    session = get_session(person, session_id)
    with transaction.atomic():
        lock_session(session)
        _require_newest(session, base_revision)
        before = require_revision(session).parent
        if before is None:
            raise Conflict("There is nothing to undo.", code="nothing_to_undo")
        _show(session, before)
    return get_session(person, session_id)


def redo_move(*, person: Person, session_id: uuid.UUID | str, base_revision: int | None = None) -> MixSession:
    """Forward to the newest state that was made from this one. Raises Conflict where there is none."""
    session = get_session(person, session_id)
    with transaction.atomic():
        lock_session(session)
        _require_newest(session, base_revision)
        after = redo_of(require_revision(session))
        if after is None:
            raise Conflict("There is nothing to redo.", code="nothing_to_redo")
        _show(session, after)
    return get_session(person, session_id)


def save_snapshot(*, person: Person, session_id: uuid.UUID | str, name: str) -> Snapshot:
    """Give the console's state a name; a name that is taken moves to this state. Raises InvalidInput."""
    session = get_session(person, session_id)
    plain = " ".join(name.split())[:80]
    if not plain or not plain.isprintable():
        raise InvalidInput("Give the snapshot a name.", field="name")
    is_new = not session.snapshots.filter(name=plain).exists()
    if is_new and session.snapshots.count() >= MAX_SNAPSHOTS:
        raise Conflict(f"A session has at most {MAX_SNAPSHOTS} snapshots: delete one first.", code="too_many_snapshots")
    snapshot, _ = Snapshot.objects.update_or_create(
        session=session, name=plain, defaults={"revision": require_revision(session)}
    )
    return snapshot


def restore_snapshot(*, person: Person, session_id: uuid.UUID | str, snapshot_id: uuid.UUID | str) -> MixSession:
    """The console as a snapshot has it, as a new state: undo brings back what was there before."""
    session = get_session(person, session_id)
    snapshot = _snapshot(session, snapshot_id)
    state = with_known_stems(session, read_state(snapshot.revision.state))
    add_revision(
        session,
        state,
        summary=f"Back to “{snapshot.name}”.",
        decisions=snapshot.revision.decisions,
        made_by=person.user_id,
    )
    return get_session(person, session_id)


def delete_snapshot(*, person: Person, session_id: uuid.UUID | str, snapshot_id: uuid.UUID | str) -> None:
    _snapshot(get_session(person, session_id), snapshot_id).delete()


def _snapshot(session: MixSession, snapshot_id: uuid.UUID | str) -> Snapshot:
    found = session.snapshots.select_related("revision").filter(id=snapshot_id).first()
    if found is None:
        raise NotFound("There is no such snapshot.")
    return found


def with_known_stems(session: MixSession, state: ConsoleState) -> ConsoleState:
    """Without the channels whose stems were deleted since."""
    names = set(session.stems.values_list("name", flat=True))
    for channel in state.channels:
        if channel.stem not in names:
            state = without_channel(state, channel.id)
    return state


def without_stem(session: MixSession, stem: str, *, made_by: int | None = None) -> None:
    """A new state of the console without the channels that play `stem`."""
    state = current_state(session)
    for channel in [channel for channel in state.channels if channel.stem == stem]:
        state = without_channel(state, channel.id)
    add_revision(session, state, summary=f"“{stem}” was deleted.", made_by=made_by)


def without_channel(state: ConsoleState, channel_id: str) -> ConsoleState:
    """The console without a channel: what listened to it is bypassed, its lanes go. Raises InvalidInput for the only
    one."""
    left = without_channels(state, {channel_id})
    if not left.channels:
        raise InvalidInput("A console needs at least one channel.", field="channels")
    return checked(left)


def with_channel(session: MixSession, channel: Any, *, summary: str, made_by: int | None = None) -> None:
    """A new state of the console with one more channel at the end."""
    state = current_state(session)
    add_revision(
        session, checked(replace(state, channels=(*state.channels, channel))), summary=summary, made_by=made_by
    )

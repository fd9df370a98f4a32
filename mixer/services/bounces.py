"""Renderings that people ask for: mixes, masters, figures, the assistant. Everything is checked before it is queued."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db import transaction

from codecraft.common.errors import Conflict, InvalidInput
from codecraft.common.models import JobState
from mixer.engine.console.schema import write_state
from mixer.engine.mastering import CODECS, read_chain, read_codecs, read_target
from mixer.models import AudioJob, JobKind, MixSession
from mixer.selectors import BOUNCES, choices_in_the_works, get_job, get_session, get_upload
from mixer.services.consoles import checked_for, is_untouched, require_revision
from mixer.services.job_starts import queue_job, stop_jobs
from mixer.services.sessions import open_source
from mixer.services.sources import UPLOADS, source_kinds, source_of
from mixer.services.stems import require_space
from rados.contracts import Person

AUTO = "auto"
FORMATS = ("flac", *CODECS)
MASTER_FIELDS = ("chain", "codecs", "codec_headroom", "reference", "reference_loudness", "reference_share")
_BYTES_PER_S = 48_000 * 2 * 4 * 4
"""A mix as it is rendered, as it is delivered, its master, and other forms."""


def start_mix(
    *,
    person: Person,
    where: Mapping[str, Any],
    console: Any = None,
    target: Any = None,
    stems: bool = False,
    formats: Any = None,
    into_song: bool = True,
    title: str = "",
    **mastering: Any,
) -> AudioJob:
    """Queue a mix of a session, or of a song (`where` has one of them by its kind). `console` is a state, "auto" for
    the assistant's, or None for the session's own (a song's that nobody has touched: the assistant's). With a `target`
    the mix is mastered, too, as the fields of `start_master` say.

    Raises InvalidInput with its field, NotFound, Conflict, TooManyJobs, TooMuchSound."""
    asked = _mastering(person, target, mastering) if target is not None or any_given(mastering) else None
    wanted = _formats(formats)
    session, is_song = _session(person, where)
    request = {"stems": bool(stems), "formats": wanted, "into_song": bool(into_song), "master": asked}
    revision = None
    if console is None:
        console = AUTO if is_song and (session.revision is None or is_untouched(session.revision)) else None
    if console == AUTO:
        request["console"] = AUTO
    elif console is None:
        revision = require_revision(session)
    elif isinstance(console, str):
        raise InvalidInput("The console is a state of a console, or “auto”.", field="console")
    else:
        request["console"] = write_state(checked_for(session, _after_prepare(session, console)))
    channels = 1 + (session.stems.count() if stems else 0)
    require_space(person, round(session.duration_s * _BYTES_PER_S * channels))
    return queue_job(person, JobKind.MIX, session=session, revision=revision, title=title or session.title, **request)


def start_master(
    *,
    person: Person,
    where: Mapping[str, Any],
    target: Any = None,
    formats: Any = None,
    into_song: bool = True,
    title: str = "",
    **mastering: Any,
) -> AudioJob:
    """Queue a master of a session's console as it stands, of a finished bounce, of an upload, or of a song's own mix.
    `reference` is an upload to come near to; `codecs` are tried on the master. Raises as `start_mix`."""
    asked = _mastering(person, target, mastering)
    request: dict[str, Any] = {"formats": _formats(formats), "into_song": bool(into_song), "master": asked}
    source, facts = _sound(person, where)
    session, revision = facts.pop("session"), None
    if source["kind"] == "session":
        revision = require_revision(session)
    require_space(person, round(facts.pop("duration_s") * _BYTES_PER_S))
    return queue_job(
        person,
        JobKind.MASTER,
        session=session,
        revision=revision,
        title=title or facts.pop("title"),
        source=source,
        song_kind=facts["song_kind"],
        song_id=facts["song_id"],
        song_revision=facts["song_revision"],
        **request,
    )


def start_analyse(*, person: Person, where: Mapping[str, Any]) -> AudioJob:
    """Queue the measuring of all stems of a session, or of one sound."""
    source, facts = _sound(person, where)
    return queue_job(person, JobKind.ANALYSE, session=facts["session"], title=facts["title"], source=source)


def start_assist(*, person: Person, session_id: uuid.UUID | str) -> AudioJob:
    """Queue the assistant: when it is done, the session's console has a new state with decisions."""
    session = get_session(person, session_id)
    require_revision(session)
    return queue_job(person, JobKind.ASSIST, session=session, title=session.title)


def current_mix(session: MixSession) -> str:
    """The id of the bounce that the session's song plays now, "" where it plays its own mix or there is no song."""
    if session.source_kind not in source_kinds():
        return ""
    return source_of(session.source_kind).current_mix(session.source_id)


def choose_bounce(*, person: Person, session_id: uuid.UUID | str, job_id: uuid.UUID | str) -> AudioJob:
    """Queue that the session's song plays this bounce from now on. Raises Conflict where there is no song, NotFound."""
    session = get_session(person, session_id)
    if session.source_kind not in source_kinds():
        raise Conflict("This session belongs to no song.", code="no_song")
    return start_choice(
        person=person,
        source_kind=session.source_kind,
        source_id=session.source_id,
        mix_id=str(job_id),
        title=session.title,
    )


def start_choice(*, person: Person, source_kind: str, source_id: str, mix_id: str, title: str) -> AudioJob:
    """Queue that a source (a song of the person's) plays one of its mixes, "" for its own. What was chosen before, and
    is not done yet, gives way. Raises NotFound, Conflict."""
    source_of(source_kind).require_mix(source_id, mix_id)
    with transaction.atomic():
        stop_jobs(choices_in_the_works(source_kind, source_id))
        where = {"source_kind": source_kind, "source_id": source_id}
        return queue_job(person, JobKind.CHOOSE, title=title, mix_id=mix_id, **where)


def any_given(fields: Mapping[str, Any]) -> bool:
    return any(value is not None for value in fields.values())


def _after_prepare(session: MixSession, console: Any) -> Any:
    if not session.is_ready:
        raise Conflict(
            "The song's stems are being prepared: ask again when its session is ready, or mix with “auto”.",
            code="not_ready",
        )
    return console


def _session(person: Person, where: Mapping[str, Any]) -> tuple[MixSession, bool]:
    """The session, and whether it was named by its song."""
    kind, value = _one(where, ("session", *source_kinds()))
    if kind == "session":
        return get_session(person, value), False
    return open_source(person=person, kind=kind, source_id=str(value)), True


def _sound(person: Person, where: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """What is to be heard, and what is known of it. Raises NotFound, Conflict for what is not finished."""
    kind, value = _one(where, ("session", "bounce", "upload", *source_kinds()))
    source = {"kind": kind, "id": str(value)}
    facts: dict[str, Any] = {"session": None, "song_kind": "", "song_id": "", "song_revision": ""}
    if kind == "session":
        session = get_session(person, value)
        return source, {**facts, **_of_session(session), "title": session.title, "duration_s": session.duration_s}
    if kind == "bounce":
        job = get_job(person, value)
        if job.kind not in BOUNCES or job.state != JobState.DONE or not (job.folder / "mix.wav").is_file():
            raise Conflict("Only a finished mix can be used here.", code="not_done", field="bounce")
        if job.session is not None:
            facts |= _of_session(job.session)
        return source, {**facts, "title": job.title, "duration_s": job.result["duration_s"]}
    if kind == "upload":
        upload = get_upload(person, value)
        return source, {**facts, "title": upload.name[:120], "duration_s": upload.samples / 48_000}
    info = source_of(kind).describe(person, str(value))
    source_of(kind).mix_path(str(value))  # says so where there is none
    return source, {
        **facts,
        "song_kind": kind,
        "song_id": str(value),
        "song_revision": info.revision,
        "title": info.title,
        "duration_s": info.duration_s,
    }


def _of_session(session: MixSession) -> dict[str, Any]:
    is_song = session.source_kind != UPLOADS
    return {
        "session": session,
        "song_kind": session.source_kind if is_song else "",
        "song_id": session.source_id if is_song else "",
    }


def _one(where: Mapping[str, Any], kinds: tuple[str, ...]) -> tuple[str, Any]:
    given = [(kind, where[kind]) for kind in kinds if where.get(kind) is not None]
    if len(given) != 1:
        raise InvalidInput(f"Name exactly one of: {', '.join(kinds)}.", field=kinds[0] if not given else given[1][0])
    return given[0]


def _formats(data: Any) -> list[str]:
    if data is None:
        return []
    if not isinstance(data, (list, tuple)) or any(name not in FORMATS for name in data):
        raise InvalidInput(f"The formats are a list of: {', '.join(FORMATS)}.", field="formats")
    return list(dict.fromkeys(data))


def _mastering(person: Person, target: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked of the mastering room, checked and complete: plain data for the job's row."""
    unknown = [name for name in asked if name not in MASTER_FIELDS]
    if unknown:
        raise InvalidInput(f"There is no field “{unknown[0]}”.", field=unknown[0])
    checked: dict[str, Any] = {"target": asdict(read_target(target))}
    if asked.get("chain") is not None:
        read_chain(asked["chain"])
        checked["chain"] = asked["chain"]
    if asked.get("codecs"):
        read_codecs(asked["codecs"])
        checked["codecs"] = asked["codecs"]
    for name in ("codec_headroom", "reference_loudness"):
        if asked.get(name) is not None:
            if not isinstance(asked[name], bool):
                raise InvalidInput(f"{name} is true or false.", field=name)
            checked[name] = asked[name]
    share = asked.get("reference_share")
    if share is not None:
        if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0.0 <= share <= 1.0:
            raise InvalidInput("reference_share is a number from 0 to 1.", field="reference_share")
        checked["reference_share"] = float(share)
    if asked.get("reference") is not None:
        checked["reference"] = str(get_upload(person, _uuid(asked["reference"], "reference")).id)
    return checked


def _uuid(value: Any, field: str) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise InvalidInput("This is no id of an upload.", field=field) from None

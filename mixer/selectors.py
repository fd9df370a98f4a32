"""Reads: a person's sessions, uploads and jobs, and the files that belong to them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum

from codecraft.common.errors import NotFound
from codecraft.common.models import ACTIVE_STATES, JobState
from codecraft.common.queues import is_stuck
from mixer.models import (
    AudioJob,
    AudioUpload,
    ConsoleRevision,
    JobKind,
    MixSession,
    SessionStem,
    Snapshot,
)
from rados.contracts import Person
from rados.selectors import OwnedQuerySet

BOUNCES = (JobKind.MIX, JobKind.MASTER)


def list_sessions(person: Person) -> OwnedQuerySet:
    """A person's sessions at the console, those used last first."""
    return MixSession.objects.of(person).select_related("revision").defer("revision__state", "revision__decisions")


def get_session(person: Person, session_id: uuid.UUID | str) -> MixSession:
    """One of them. Raises NotFound, also for what belongs to another."""
    found = MixSession.objects.of(person).select_related("revision", "revision__parent")
    session = found.defer("revision__parent__state", "revision__parent__decisions").filter(id=session_id).first()
    if session is None:
        raise NotFound("There is no such session, or it is not yours.")
    return session


def get_stem(session: MixSession, name: str) -> SessionStem:
    """A stem of a session with its file. Raises NotFound."""
    stem = session.stems.filter(name=name).first()
    if stem is None or not stem.path.is_file():
        raise NotFound("This session has no such stem (any more).")
    stem.session = session
    return stem


def redo_of(revision: ConsoleRevision) -> ConsoleRevision | None:
    """The newest state that was made from a revision: where "redo" goes."""
    return revision.children.defer("state", "decisions").order_by("-number").first()


def list_snapshots(session: MixSession) -> Sequence[Snapshot]:
    return list(
        session.snapshots.select_related("revision")
        .defer("revision__state", "revision__decisions")
        .order_by("created_at")
    )


def list_uploads(person: Person) -> Sequence[AudioUpload]:
    """A person's uploads, in the order in which they came."""
    return list(AudioUpload.objects.of(person))


def get_upload(person: Person, upload_id: uuid.UUID | str) -> AudioUpload:
    """One of them, its file still there. Raises NotFound."""
    found = AudioUpload.objects.of(person).filter(id=upload_id).first()
    if found is None or not found.path.is_file():
        raise NotFound("There is no such upload, or it is not yours.")
    return found


def list_jobs(person: Person, *, kind: str = "", session: MixSession | None = None) -> OwnedQuerySet:
    """A person's jobs, the newest first."""
    found = _with_number(AudioJob.objects.of(person))
    if kind:
        found = found.filter(kind=kind)
    return found if session is None else found.filter(session=session)


def list_bounces(session: MixSession) -> Sequence[AudioJob]:
    """The mixes and masters of a session, the newest first, those in the making too."""
    return list(_with_number(session.jobs.filter(kind__in=BOUNCES)))


def choices_in_the_works(source_kind: str, source_id: str) -> QuerySet[AudioJob]:
    """The job that puts another mix into a source (a song), while there is one."""
    of_the_source = {"request__source_kind": source_kind, "request__source_id": source_id}
    return AudioJob.objects.filter(kind=JobKind.CHOOSE, state__in=ACTIVE_STATES, **of_the_source)


def list_working(session: MixSession) -> Sequence[AudioJob]:
    """What is in the works on a session, the newest first, and what puts another mix into its song."""
    own = _with_number(session.jobs.filter(state__in=ACTIVE_STATES))
    return [*own, *choices_in_the_works(session.source_kind, session.source_id)]


def _with_number(jobs: OwnedQuerySet) -> OwnedQuerySet:
    """With the number of the state that each rendered; the states themselves may be large."""
    return jobs.select_related("revision").defer("revision__state", "revision__decisions")


def get_job(person: Person, job_id: uuid.UUID | str) -> AudioJob:
    """One of a person's jobs. Raises NotFound."""
    found = AudioJob.objects.of(person).filter(id=job_id).first()
    if found is None:
        raise NotFound("There is no such job, or it is not yours.")
    return found


def preparing_job(session: MixSession) -> AudioJob | None:
    """The job that makes a session's stems ready, or did last."""
    return None if session.is_ready else session.jobs.filter(kind=JobKind.PREPARE).first()


def get_job_file(job: AudioJob, name: str) -> tuple[Path, dict[str, Any]]:
    """A file of a finished job, with what is known of it. Only names that the job listed are ever opened."""
    facts = next((file for file in job.files if file["name"] == name), None)
    path = job.folder / name
    if job.state != JobState.DONE or facts is None or not path.is_file():
        raise NotFound("This job is still in the works." if job.is_active else "This job has no such file.")
    return path, facts


def next_version(session: MixSession | None) -> int:
    """The number of the next bounce of a session; 1 without one."""
    if session is None:
        return 1
    done = session.jobs.filter(kind__in=BOUNCES, state=JobState.DONE).values_list("result__version", flat=True)
    return 1 + max((number for number in done if number), default=0)


def saved_name(job: AudioJob, name: str) -> str:
    """What a file of a job is saved as: by the song's title and the number of the mix, not "mix.wav"."""
    path = Path(name)
    facts = [f"mix {job.result['version']}"] if job.result.get("version") else []
    target = (job.result.get("target") or {}).get("label", "")
    if path.stem == "master" and target:
        facts.append(target.lower())
    elif path.stem == "mix" and target:
        facts.append("before mastering")
    elif path.stem not in ("master", "mix"):
        facts.append(path.stem)
    return " - ".join(filter(None, (job.title or "sound", ", ".join(facts)))) + path.suffix


def queue_is_stuck() -> bool:
    """True when sound jobs wait and their worker does not move."""
    return is_stuck(AudioJob)


def audio_limits(person: Person) -> dict[str, int]:
    """What a person's uploads may take with all else of the mixer, and what the uploads take."""
    used = AudioUpload.objects.of(person).aggregate(total=Sum("size_bytes"))["total"] or 0
    return {"bytes": settings.MIXES_LIMIT_BYTES, "used_bytes": used}


def active_jobs(person: Person) -> int:
    return AudioJob.objects.of(person).filter(state__in=ACTIVE_STATES).count()

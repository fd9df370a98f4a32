"""Jobs on sound: queued, stopped, tried again, removed."""

from __future__ import annotations

import shutil
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from codecraft.common import queues
from codecraft.common.errors import Conflict, StudioError
from codecraft.common.live import publish_progress
from codecraft.common.models import ACTIVE_STATES, JobState
from mixer.models import MAX_TITLE_CHARS, AudioJob, ConsoleRevision, JobKind, MixSession
from mixer.selectors import active_jobs, choices_in_the_works, get_job
from mixer.services.quick_room import QUICK, quick_room
from rados.contracts import Person

RUN_TASK = "mixer.tasks.run_audio_job"


class TooManyJobs(StudioError):
    code = "too_many_jobs"
    http_status = 429


def enqueue_job(job_id: uuid.UUID) -> None:
    queues.enqueue(AudioJob, job_id, task=RUN_TASK, name="sound", lane=queues.SHORT_LANE)


def queue_job(
    person: Person,
    kind: JobKind,
    *,
    session: MixSession | None = None,
    revision: ConsoleRevision | None = None,
    title: str = "",
    **request: Any,
) -> AudioJob:
    """A new job, handed to a worker when the transaction is done. Raises TooManyJobs."""
    with transaction.atomic():
        _require_turn(person)
        job = AudioJob.objects.create(
            owner_id=person.user_id,
            guest_id=person.guest_id,
            kind=kind,
            session=session,
            revision=revision,
            title=title[:MAX_TITLE_CHARS],
            request=request,
        )
        transaction.on_commit(lambda: _begin(job))
    return AudioJob.objects.get(id=job.id)


def _require_turn(person: Person) -> None:
    limit = settings.MIXES_AT_ONCE
    if active_jobs(person) >= limit:
        raise TooManyJobs(f"You have {limit} mixes in the works already: wait for one, or cancel one.")


def _begin(job: AudioJob) -> None:
    """Short jobs have their place in this process; the sweeper finds them if it goes."""
    if job.kind not in QUICK:
        enqueue_job(job.id)
        return
    AudioJob.objects.filter(id=job.id, state=JobState.QUEUED).update(enqueued_at=timezone.now())
    quick_room().add(job.id)


def cancel_job(*, person: Person, job_id: uuid.UUID | str) -> AudioJob:
    """Stop a job; nothing of it is left. Safe to repeat."""
    job = get_job(person, job_id)
    if job.state not in (*ACTIVE_STATES, JobState.CANCELLED):
        raise Conflict("The job is finished: there is nothing to cancel.", code="already_finished")
    stop_jobs(AudioJob.objects.filter(id=job.id))
    return get_job(person, job_id)


def stop_jobs(jobs: Any) -> None:
    """Whoever works on one of them has lost its lease with this, and stops at the next report or heartbeat."""
    now = timezone.now()
    with transaction.atomic():
        active = jobs.filter(state__in=ACTIVE_STATES)
        ids = list(active.values_list("id", flat=True))
        active.update(
            state=JobState.CANCELLED, lease=None, runner="", seconds_left=None, finished_at=now, updated_at=now
        )
        transaction.on_commit(lambda: [publish_progress(job_id) for job_id in ids])


def retry_job(*, person: Person, job_id: uuid.UUID | str) -> AudioJob:
    """Do a failed or cancelled job after all. Raises Conflict for any other, TooManyJobs."""
    job = get_job(person, job_id)
    ended = AudioJob.objects.filter(id=job.id, state__in=[JobState.FAILED, JobState.CANCELLED])
    again: dict[str, Any] = {"state": JobState.QUEUED, "progress": 0.0, "attempts": 0, "stage": "", "stages": {}}
    again |= {"error": "", "error_code": "", "started_at": None, "finished_at": None, "enqueued_at": None}
    with transaction.atomic():
        if ended.exists():
            if job.kind == JobKind.CHOOSE:  # as when it was asked for: what was chosen since gives way
                stop_jobs(choices_in_the_works(job.request["source_kind"], job.request["source_id"]))
            _require_turn(person)
        if not ended.update(**again, updated_at=timezone.now()):
            raise Conflict("Only a job that failed or was cancelled can be tried again.", code="not_ended")
        transaction.on_commit(lambda: _begin(job))
    return get_job(person, job_id)


def delete_job(*, person: Person, job_id: uuid.UUID | str) -> None:
    """Remove a job and its files for good; work on it stops."""
    job = get_job(person, job_id)
    stop_jobs(AudioJob.objects.filter(id=job.id))
    AudioJob.objects.filter(id=job.id).delete()
    shutil.rmtree(job.folder, ignore_errors=True)

"""Working through queued jobs on sound: the runner, its sweeper, and what is cleaned up behind."""

from __future__ import annotations

import errno
import logging
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from codecraft.common import queues
from codecraft.common.audio import disk_full
from codecraft.common.codec import file_hash
from codecraft.common.jobs import JobRunner, LeaseLost
from codecraft.common.live import publish_progress
from codecraft.common.models import ACTIVE_STATES, JobState
from codecraft.common.progress import Progress
from mixer.events import STAGES
from mixer.models import AudioJob, JobKind
from mixer.services.job_starts import enqueue_job
from mixer.services.sources import MadeMeanwhile

log = logging.getLogger("studio.mixer")

_FULL = (errno.ENOSPC, errno.EDQUOT)
_LEAST_FREE_BYTES = 1 << 20
_TIMES_LATE = 3


@dataclass
class Outcome:
    """What a job's work leaves: `files` lie in the working folder under these names; `on_done` runs inside the
    transaction that finishes the job, `fields` go into its row; where it raises `MadeMeanwhile`, `on_late` works on and
    it is called again; `on_end` cleans up, however the job ends."""

    result: dict[str, Any] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    on_done: Callable[[], None] | None = None
    on_late: Callable[[], None] | None = None
    on_end: Callable[[], None] | None = None


class Bench:
    """Where a job works: its row, an empty folder of its own, and how far it is."""

    def __init__(self, job: AudioJob, folder: Path, report: Callable[[str, float, float], None]) -> None:
        self.job, self.folder, self._report = job, folder, report
        self._before = 0.0
        self._wanted = {name: share for name, _, share in STAGES[job.kind]}

    def leave_out(self, *stages: str) -> None:
        """Stages that this job does not have."""
        left = {name: share for name, share in self._wanted.items() if name not in stages}
        total = sum(left.values())
        self._wanted = {name: share / total for name, share in left.items()}

    def stage(self, name: str) -> Progress:
        """The progress of a stage that begins now."""
        share = self._wanted[name]
        start, self._before = self._before, self._before + share
        self._report(name, 0.0, start)
        return lambda fraction: self._report(name, fraction, min(1.0, start + share * min(1.0, max(0.0, fraction))))


class AudioRunner(JobRunner[AudioJob]):
    model = AudioJob

    def __init__(self, job_id: uuid.UUID | str) -> None:
        super().__init__(job_id)
        self._outcome = Outcome()

    def run(self) -> bool:
        try:
            return super().run()
        finally:
            if self._outcome.on_end is not None:
                self._outcome.on_end()

    def work(self) -> dict[str, Any]:
        from mixer.services.work import WORK  # late: the web process queues jobs and does not load the engines

        working = self._fresh_folder()
        try:
            self._outcome = WORK[JobKind(self.job.kind)](Bench(self.job, working, self._on_report))
            if not self._mine().exists():  # the files of whoever has the job now are not to be written over
                raise LeaseLost("The work was cancelled, or another worker took it over.")
            for name in self._outcome.files:
                (working / name).replace(self._place(name))
        except (OSError, RuntimeError) as error:  # libsndfile's errors are runtime errors and do not say why
            if getattr(error, "errno", None) in _FULL or shutil.disk_usage(working.parent).free < _LEAST_FREE_BYTES:
                raise disk_full() from error
            raise
        finally:
            shutil.rmtree(working, ignore_errors=True)
        outcome = self._outcome
        return {
            "result": outcome.result,
            "notices": outcome.notices,
            "files": [_facts(self.job.folder / name, name) for name in outcome.files],
        }

    def _fresh_folder(self) -> Path:
        """Named by the lease: a worker that lost the job, and does not know it yet, clears away nothing but its own."""
        for left in self.job.folder.parent.glob(f".{self.job.id}.*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = self.job.folder.with_name(f".{self.job.id}.{self.lease.hex}")
        folder.mkdir(parents=True)
        return folder

    def _place(self, name: str) -> Path:
        place = self.job.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def finish(self, **fields: Any) -> None:
        for _ in range(_TIMES_LATE):
            try:
                return self._finish(fields)
            except MadeMeanwhile:
                if self._outcome.on_late is None:
                    raise
                self._outcome.on_late()
        return self._finish(fields)

    def _finish(self, fields: dict[str, Any]) -> None:
        with transaction.atomic():
            if not self.hold():
                self._clear_if_nobody_has_it()
                raise LeaseLost("The work was cancelled, or another worker took it over.")
            if self._outcome.on_done is not None:
                self._outcome.on_done()
            super().finish(**{**fields, **self._outcome.fields, "result": self._outcome.result})

    def fail(self, code: str, message: str) -> None:
        if self._mine().exists():
            shutil.rmtree(self.job.folder, ignore_errors=True)
        super().fail(code, message)

    def _clear_if_nobody_has_it(self) -> None:
        going_on = (*ACTIVE_STATES, JobState.DONE)
        if not AudioJob.objects.filter(id=self.job_id, state__in=going_on).exists():
            shutil.rmtree(self.job.folder, ignore_errors=True)

    def publish(self) -> None:
        publish_progress(self.job_id)

    def _on_report(self, stage: str, fraction: float, whole: float) -> None:
        self.report(stage=stage, stage_progress=fraction, progress=whole)


def run_audio_job(*, job_id: uuid.UUID | str) -> bool:
    """Do one queued job. Safe to call twice: one caller gets the lease."""
    return AudioRunner(job_id).run()


def sweep_audio_jobs() -> int:
    """Queue again what a dead worker had, and what the broker lost. Returns how many were enqueued."""
    lane = queues.SHORT_LANE
    return queues.sweep(AudioJob, name="sound", enqueue_one=enqueue_job, publish=publish_progress, lane=lane)


def release_audio_jobs() -> int:
    """After the worker of this machine was stopped on purpose: its job waits for the next start."""
    return queues.release(AudioJob)


MEDIA_TYPES = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".opus": "audio/ogg",
    ".json": "application/json",
}


def _facts(path: Path, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "size_bytes": path.stat().st_size,
        "sha256": file_hash(path),
        "media_type": MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
    }

"""Making queued cuts: the runner, its task, and the sweeper that finds what dead workers left."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from typing import Any

from django.db import transaction

from codecraft.common import queues
from codecraft.common.codec import file_hash
from codecraft.common.jobs import JobRunner, LeaseLost
from codecraft.common.live import publish_progress
from generation.engine.pipeline import StageReport, make_cut
from generation.engine.pipeline.names import SONG_WAV
from generation.models import FilmCut
from generation.services.jobs import keep_preview, release_generations
from generation.services.mix_choices import resounded, spec_of
from generation.services.rendering import make_workshop
from mixer.services import release_audio_jobs

log = logging.getLogger("studio.generation")

RUN_TASK = "generation.tasks.run_cut"


def enqueue_cut(cut_id: uuid.UUID) -> None:
    """Hand the id to a worker. A broker that is away only delays: the sweeper enqueues again."""
    queues.enqueue(FilmCut, cut_id, task=RUN_TASK, name="film")


def run_cut(*, cut_id: uuid.UUID | str) -> bool:
    """Make one queued cut. Safe to call twice: one caller gets the lease, and finished shots are not drawn again."""
    return CutRunner(cut_id).run()


class CutRunner(JobRunner[FilmCut]):
    model = FilmCut

    def __init__(self, job_id: uuid.UUID | str) -> None:
        super().__init__(job_id)
        self._previewed_ns = 0
        self._heard = ""

    def work(self) -> dict[str, Any]:
        cut = self.job
        spec, self._heard = spec_of(cut), _master_of(cut)
        made = make_cut(spec, workshop=make_workshop(), out_path=cut.path, report=self._on_report)
        cut.duration_s = made.duration_s
        return {
            "revision": cut.generation.rendered_revision,
            "duration_s": made.duration_s,
            **_facts(made.path),
            "notices": list(made.notices),
        }

    def finish(self, **fields: Any) -> None:
        while not self._finished(fields):
            fields |= self._resounded()
        self.job.preview_path.unlink(missing_ok=True)

    def _finished(self, fields: dict[str, Any]) -> bool:
        """False where the song plays another mix by now than the one that was filmed."""
        with transaction.atomic():
            if not self._mine().exists():
                remove_files(self.job)
                raise LeaseLost("The work was cancelled, or another worker took it over.")
            if _master_of(self.job) != self._heard:
                return False
            super().finish(**fields)
        return True

    def _resounded(self) -> dict[str, Any]:
        cut = self.job
        self._heard, draft = _master_of(cut), cut.path.with_name(f".{cut.id}.{self.lease.hex}.mp4")
        try:
            resounded(cut, cut.generation.out_dir / SONG_WAV, draft).replace(cut.path)
        finally:
            draft.unlink(missing_ok=True)
        return _facts(cut.path)

    def publish(self) -> None:
        publish_progress(self.job_id)

    def _on_report(self, report: StageReport) -> None:
        self._previewed_ns = keep_preview(report.preview_path, self.job.preview_path, self._previewed_ns)
        self.report(
            stage=report.stage,
            stage_progress=report.fraction_of_stage,
            progress=report.fraction,
            was_ready=report.cached,
        )


def _master_of(cut: FilmCut) -> str:
    """The hash of the master that the song plays now."""
    return next((sha256 for (sha256,) in cut.generation.files.filter(name=SONG_WAV).values_list("sha256")), "")


def _facts(path: Path) -> dict[str, Any]:
    return {"size_bytes": path.stat().st_size, "sha256": file_hash(path)}


def remove_files(cut: FilmCut) -> None:
    """Remove what a cut has on disk."""
    for path in (cut.path, cut.poster_path, cut.preview_path):
        path.unlink(missing_ok=True)


def sweep_cuts() -> int:
    """Queue again what a dead worker had, and what the broker lost. Returns how many were enqueued."""
    return queues.sweep(FilmCut, name="film", enqueue_one=enqueue_cut, publish=publish_progress)


def release_jobs() -> int:
    """After the worker of this machine was stopped on purpose: its song, film or mix waits for the next start."""
    return release_generations() + queues.release(FilmCut) + release_audio_jobs()

"""Making queued cuts: the runner, its task, and the sweeper that finds what dead workers left."""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace
from typing import Any

from django.db import transaction

from codecraft.common import queues
from codecraft.common.codec import file_hash
from codecraft.common.errors import Conflict
from codecraft.common.jobs import JobRunner, LeaseLost
from codecraft.common.live import publish_progress
from codecraft.common.models import JobState
from generation.contracts import FilmFraming, FilmSize, FilmWords
from generation.engine.pipeline import CutResult, CutSpec, StageReport, make_cut
from generation.engine.score.editing import unpack
from generation.models import FilmCut
from generation.services.jobs import keep_preview, release_generations
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
        self._result: CutResult

    def work(self) -> dict[str, Any]:
        cut, generation = self.job, self.job.generation
        revision = generation.rendered_revision
        if generation.state != JobState.DONE or revision is None:
            raise Conflict("The song is being made anew: ask for this film when it is done.", code="not_done")
        film = replace(generation.brief.film, fps=cut.fps, framing=FilmFraming(cut.framing), words=FilmWords(cut.words))
        brief = replace(generation.brief, film_size=FilmSize(cut.size), film=film)
        spec = CutSpec(brief, unpack(revision.packed).heard, generation.out_dir, cut.trailer_s)
        made = make_cut(spec, workshop=make_workshop(), out_path=cut.path, report=self._on_report)
        return {
            "revision": revision,
            "duration_s": made.duration_s,
            "size_bytes": made.path.stat().st_size,
            "sha256": file_hash(made.path),
            "notices": list(made.notices),
        }

    def finish(self, **fields: Any) -> None:
        with transaction.atomic():
            if not self._mine().exists():
                remove_files(self.job)
                raise LeaseLost("The work was cancelled, or another worker took it over.")
            super().finish(**fields)
        self.job.preview_path.unlink(missing_ok=True)

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

"""Making queued cuts: the runner, its task, and the sweeper that finds what dead workers left."""

from __future__ import annotations

import logging
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction

from codecraft.common import queues
from codecraft.common.codec import file_hash
from codecraft.common.errors import Unavailable
from codecraft.common.files import link_or_copy
from codecraft.common.jobs import JobRunner, LeaseLost
from codecraft.common.live import publish_progress
from codecraft.common.models import JobState
from generation.engine.pipeline import StageReport, make_cut
from generation.engine.pipeline.names import METADATA, SONG_WAV, STEMS_DIR
from generation.models import FilmCut, Generation
from generation.services.film_sounds import resounded, spec_of
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
        self._heard = ""

    def work(self) -> dict[str, Any]:
        cut = self.job
        spec = spec_of(cut)
        with _held_package(cut, self.lease) as folder:
            self._heard = file_hash(folder / SONG_WAV)
            made = make_cut(
                replace(spec, song_dir=folder), workshop=make_workshop(), out_path=cut.path, report=self._on_report
            )
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
        """False where the song plays another mix by now than the one that was filmed. A film of a score that the song
        does not play any more keeps what it has."""
        cut = self.job
        with transaction.atomic():
            song = Generation.objects.select_for_update().filter(id=cut.generation_id).first()
            if not self.hold():
                remove_files(cut)
                raise LeaseLost("The work was cancelled, or another worker took it over.")
            master = cut.generation.out_dir / SONG_WAV
            is_same = song is not None and song.state == JobState.DONE and master.is_file()
            is_same = is_same and song.rendered_revision_id == cut.generation.rendered_revision_id
            if is_same and file_hash(master) != self._heard:
                return False
            super().finish(**fields)
        return True

    def _resounded(self) -> dict[str, Any]:
        cut = self.job
        with _held_package(cut, self.lease) as folder:
            self._heard = file_hash(folder / SONG_WAV)
            resounded(cut, folder / SONG_WAV, folder / "film.mp4").replace(cut.path)
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


@contextmanager
def _held_package(cut: FilmCut, lease: uuid.UUID) -> Iterator[Path]:
    """What a film needs of the song's package, under links of its own: another mix that is put into the song meanwhile,
    or another rendering, changes nothing half-way, nor what is kept in the store under the first one's hash."""
    source = cut.generation.out_dir
    _drop_held(cut)
    folder = cut.path.parent / f".{cut.id}.{lease.hex}"
    try:
        for path in [source / SONG_WAV, source / METADATA, *(source / STEMS_DIR).glob("*.wav")]:
            if path.is_file():
                target = folder / path.relative_to(source)
                target.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(path, target)
        if not (folder / SONG_WAV).is_file():
            raise Unavailable("The song's own files are not there any more: render it once more.", code="song_is_gone")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _drop_held(cut: FilmCut) -> None:
    """What a worker that died left."""
    for left in cut.path.parent.glob(f".{cut.id}.*"):
        shutil.rmtree(left, ignore_errors=True)


def _facts(path: Path) -> dict[str, Any]:
    return {"size_bytes": path.stat().st_size, "sha256": file_hash(path)}


def remove_files(cut: FilmCut) -> None:
    """Remove what a cut has on disk."""
    for path in (cut.path, cut.poster_path, cut.preview_path):
        path.unlink(missing_ok=True)
    _drop_held(cut)


def sweep_cuts() -> int:
    """Queue again what a dead worker had, and what the broker lost. Returns how many were enqueued."""
    return queues.sweep(FilmCut, name="film", enqueue_one=enqueue_cut, publish=publish_progress)


def release_jobs() -> int:
    """After the worker of this machine was stopped on purpose: its song, film or mix waits for the next start."""
    return release_generations() + queues.release(FilmCut) + release_audio_jobs()

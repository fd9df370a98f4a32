"""Making queued generations: the runner, its tasks, and the sweeper that finds what dead workers left."""

from __future__ import annotations

import logging
import mimetypes
import os
import shutil
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from codecraft.common import queues
from codecraft.common.codec import file_hash
from codecraft.common.files import link_or_copy
from codecraft.common.jobs import JobRunner, LeaseLost
from codecraft.common.live import publish_progress
from codecraft.common.models import JobState
from generation.engine.film.growing import INIT, PLAYLIST
from generation.engine.pipeline import PackageResult, StageReport
from generation.engine.pipeline.names import SONG_WAV
from generation.engine.score.editing import open_score, pack, unpack
from generation.models import Generation, GenerationFile, ScoreRevision
from generation.services.film_sounds import FilmSounds
from generation.services.rendering import read_desk, render_package, write_desk

log = logging.getLogger("studio.generation")

RUN_TASK = "generation.tasks.run_generation"
_NEW_FILMS = ".new-"
MEDIA_TYPES = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".mid": "audio/midi",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".lrc": "text/plain; charset=utf-8",
    ".srt": "application/x-subrip; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".jpg": "image/jpeg",
}


def enqueue_generation(generation_id: uuid.UUID) -> None:
    """Hand the id to a worker. A broker that is away only delays: the sweeper enqueues again."""
    queues.enqueue(Generation, generation_id, task=RUN_TASK, name="song")


def run_generation(*, generation_id: uuid.UUID | str) -> bool:
    """Make one queued song. Safe to call twice: one caller gets the lease, and finished stages do not run again."""
    return GenerationRunner(generation_id).run()


class GenerationRunner(JobRunner[Generation]):
    model = Generation

    def __init__(self, job_id: uuid.UUID | str) -> None:
        super().__init__(job_id)
        self._previewed_ns = 0
        self._result: PackageResult

    def run(self) -> bool:
        """As any job; afterwards, however it ended, nothing of the growing film is left."""
        try:
            return super().run()
        finally:
            if hasattr(self, "job"):
                shutil.rmtree(self.job.stream_dir, ignore_errors=True)

    def work(self) -> dict[str, Any]:
        known, rendered = self.job.revision, self.job.rendered_revision
        shutil.rmtree(self.job.stream_dir, ignore_errors=True)
        self._result = render_package(
            brief=self.job.brief,
            out_dir=self.job.out_dir,
            report=self._on_report,
            score=unpack(known.packed).heard if known else None,
            desk=read_desk(rendered.desk) if rendered else None,
        )
        return {**_facts(self._result), "notices": [*dict.fromkeys((*self._brought(), *self._result.notices))]}

    def _brought(self) -> list[str]:
        """What there is to know of a score that was uploaded, whenever it is rendered."""
        return next((notices for (notices,) in self.job.revisions.filter(number=0).values_list("notices")), [])

    def finish(self, **fields: Any) -> None:
        files, cuts = list_files(self.job, self._result), self.job.out_dir / "cuts"
        for left in cuts.glob(f"{_NEW_FILMS}*"):  # of a worker that died
            shutil.rmtree(left, ignore_errors=True)
        folder = cuts / f"{_NEW_FILMS}{self.lease.hex}"
        films = FilmSounds(self.job, self.job.out_dir / SONG_WAV, folder)
        try:
            while not self._finished(files, films, fields):
                folder.mkdir(parents=True, exist_ok=True)
                films.make()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.job.preview_path.unlink(missing_ok=True)

    def _has_another_sound(self, files: list[GenerationFile]) -> bool:
        """The same score as before, mixed anew or after another mix was chosen: its further films follow."""
        if self.job.revision_id is None or self.job.revision_id != self.job.rendered_revision_id:
            return False
        masters = [row.sha256 for row in (*self.job.files.all(), *files) if row.name == SONG_WAV]
        return len(set(masters)) > 1

    def _finished(self, files: list[GenerationFile], films: FilmSounds, fields: dict[str, Any]) -> bool:
        """False where further films have to get the song's new sound first."""
        with transaction.atomic():
            if not self.hold():
                raise LeaseLost("The work was cancelled, or another worker took it over.")
            follows = self._has_another_sound(files)
            if follows and films.late():
                return False
            GenerationFile.objects.filter(generation=self.job).delete()
            GenerationFile.objects.bulk_create(files)
            rendered = self.job.revision or self._first_revision()
            ScoreRevision.objects.filter(id=rendered.id).update(desk=write_desk(self._result.desk))
            # the package plays the studio's own mix again; those made at the console before stay as sounds
            self.job.mixes.update(is_current=False)
            shutil.rmtree(self.job.out_dir / "mixes" / "original", ignore_errors=True)
            super().finish(revision=rendered, rendered_revision=rendered, **fields)
            if follows:
                films.place()
        return True

    def _first_revision(self) -> ScoreRevision:
        """The score as it was composed, from which all edits go out."""
        packed = pack(open_score(self._result.score))
        return ScoreRevision.objects.create(generation=self.job, number=0, packed=packed, summary="Composed.")

    def publish(self) -> None:
        publish_progress(self.job_id)

    def _on_report(self, report: StageReport) -> None:
        self._keep_preview(report.preview_path)
        if report.stream_dir is not None:
            copy_stream(report.stream_dir, self.job.stream_dir)
        self.report(
            stage=report.stage,
            stage_progress=report.fraction_of_stage,
            progress=report.fraction,
            was_ready=report.cached,
        )

    def _keep_preview(self, source: Path | None) -> None:
        self._previewed_ns = keep_preview(source, self.job.preview_path, self._previewed_ns)


def copy_stream(source: Path, target: Path) -> None:
    """Bring what is new of a growing film to where the web process finds it: fragments first, then the playlist that
    names them. A lost fragment is no reason to stop: the next report brings it."""
    playlist = source / PLAYLIST
    try:
        told = playlist.read_bytes()
        if (target / PLAYLIST).is_file() and (target / PLAYLIST).read_bytes() == told:
            return
        target.mkdir(parents=True, exist_ok=True)
        for name in [INIT, *(line for line in told.decode().splitlines() if line and not line.startswith("#"))]:
            if not (target / name).exists():
                link_or_copy(source / name, target / name)
        draft = target / f".{PLAYLIST}.{os.getpid()}"
        draft.write_bytes(told)
        draft.replace(target / PLAYLIST)
    except OSError:
        log.debug("no stream", exc_info=True)


def keep_preview(source: Path | None, target: Path, kept_ns: int) -> int:
    """Copy the newest painted frame to where the web process finds it; returns the time of the one that is there now.
    A lost frame is no reason to stop."""
    if source is None:
        return kept_ns
    try:
        changed_ns = source.stat().st_mtime_ns
        if changed_ns - kept_ns < 700_000_000:
            return kept_ns
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}.tmp")
        shutil.copyfile(source, draft)
        draft.replace(target)
        return changed_ns
    except OSError:
        log.debug("no preview", exc_info=True)
        return kept_ns


def _facts(result: PackageResult) -> dict[str, Any]:
    """What the library shows of a song, out of its metadata."""
    data = result.metadata
    key, tempo, sections = data.get("key", {}), data.get("tempo_map", []), data.get("sections", [])
    title = data.get("title") or data.get("brief", {}).get("title") or ""
    return {
        **({"title": title[:120]} if title else {}),
        "key_name": f"{key.get('tonic', '')} {key.get('mode', '')}".strip(),
        "tempo_bpm": tempo[0]["bpm"] if tempo else None,
        "duration_s": data.get("duration_s") or (sections[-1]["end_s"] if sections else None),
        "loudness_lufs": data.get("loudness", {}).get("integrated_lufs"),
        "notices": list(result.notices),
    }


def list_files(generation: Generation, result: PackageResult) -> list[GenerationFile]:
    """Rows of all files in the package; `metadata.json` cannot hold its own hash, so it is hashed here."""
    hashes = dict(result.files)
    if "metadata.json" not in hashes:
        hashes["metadata.json"] = file_hash(result.out_dir / "metadata.json")
    return [
        GenerationFile(
            generation=generation,
            name=name,
            size_bytes=(result.out_dir / name).stat().st_size,
            sha256=sha256,
            media_type=media_type_of(name),
        )
        for name, sha256 in sorted(hashes.items())
    ]


def media_type_of(name: str) -> str:
    known = MEDIA_TYPES.get(Path(name).suffix.lower())
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


def sweep_generations() -> int:
    """Queue again what a dead worker had, and what the broker lost. Returns how many were enqueued."""
    return queues.sweep(Generation, name="song", enqueue_one=enqueue_generation, publish=publish_progress)


def release_generations() -> int:
    """After the worker of this machine was stopped on purpose: its song waits for the next start."""
    return queues.release(Generation)


def purge_generations() -> int:
    """Remove for good what was deleted longer ago than a person can undo. Returns how many."""
    long_ago = timezone.now() - timedelta(days=settings.UNDO_DAYS)
    gone = Generation.objects.filter(deleted_at__lt=long_ago).exclude(state=JobState.RUNNING)
    for generation in gone:
        shutil.rmtree(generation.out_dir, ignore_errors=True)
        generation.preview_path.unlink(missing_ok=True)
        shutil.rmtree(generation.stream_dir, ignore_errors=True)
        for cut in generation.cuts.all():
            cut.preview_path.unlink(missing_ok=True)
        generation.delete()
    return len(gone)

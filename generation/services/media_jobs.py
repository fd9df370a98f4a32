"""Making uploaded pictures and clips ready: the runner, the room in the web process, and the sweeper behind both.

Pictures are ready within the request. Clips take longer: one at a time is made ready on a thread of the web process, so
that a film in the queue never delays them; what such a process leaves unfinished goes to the worker.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from codecraft.common import queues
from codecraft.common.errors import Conflict
from codecraft.common.jobs import JobRunner, LeaseLost
from codecraft.common.live import publish_progress
from generation.engine.film.media import media_file, prepare_media, remove_media
from generation.models import FilmMedia
from generation.selectors import songs_with_media

log = logging.getLogger("studio.generation")

RUN_TASK = "generation.tasks.make_media_ready"
_ORPHAN_AFTER_S = 3600.0


class MediaRunner(JobRunner[FilmMedia]):
    model = FilmMedia
    key = ""
    """Of the prepared file, once there is one."""

    def work(self) -> dict[str, Any]:
        media = self.job
        ready = prepare_media(
            media.upload_path, name=media.name, media_dir=settings.OWN_MEDIA_DIR, progress=self._on_progress
        )
        self.key = ready.key
        return {
            "key": ready.key,
            "kind": ready.kind,
            "width": ready.width,
            "height": ready.height,
            "duration_s": ready.duration_s,
            "size_bytes": media_file(settings.OWN_MEDIA_DIR, ready).stat().st_size,
        }

    def finish(self, **fields: Any) -> None:
        try:
            with transaction.atomic():
                if not self._mine().exists():
                    raise LeaseLost("It was removed, or another worker took it over.")
                super().finish(**fields)
        except IntegrityError as error:
            raise Conflict("You have this one already, under another name.", code="media_known") from error
        self.job.upload_path.unlink(missing_ok=True)

    def fail(self, code: str, message: str) -> None:
        super().fail(code, message)
        self.job.upload_path.unlink(missing_ok=True)

    def _on_progress(self, fraction: float) -> None:
        self.report(stage="media", stage_progress=fraction, progress=fraction)


def make_media_ready(*, media_id: uuid.UUID | str) -> bool:
    """Make one upload ready. Safe to call twice: one caller gets the lease."""
    return MediaRunner(media_id).run()


class PreparingRoom:
    """A thread of this process that makes clips ready, one after another."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[uuid.UUID] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, media_id: uuid.UUID) -> None:
        self._waiting.put(media_id)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="clips", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            media_id = self._waiting.get()
            try:
                make_media_ready(media_id=media_id)
            except Exception:
                log.exception("clip %s was not made ready; the sweeper tries again", media_id)
            finally:
                connection.close()


@lru_cache(maxsize=1)
def preparing_room() -> PreparingRoom:
    return PreparingRoom()


def sweep_media() -> int:
    """Give the worker what a dead web process had in hand. Returns how many were enqueued."""
    return queues.sweep(FilmMedia, name="clip", enqueue_one=_enqueue, publish=publish_progress)


def _enqueue(media_id: uuid.UUID) -> None:
    queues.enqueue(FilmMedia, media_id, task=RUN_TASK, name="clip")


def remove_unused(key: str) -> None:
    """Remove the prepared file of a key that nobody has any more and no song shows."""
    if key and not FilmMedia.objects.filter(key=key).exists() and not songs_with_media(key).exists():
        remove_media(settings.OWN_MEDIA_DIR, key)


def purge_media() -> int:
    """Remove prepared files that nobody has and no song shows, and uploads that nothing waits for. How many keys."""
    folder, long_ago = settings.OWN_MEDIA_DIR, time.time() - _ORPHAN_AFTER_S
    if not folder.is_dir():
        return 0
    known = {str(media_id) for media_id in FilmMedia.objects.values_list("id", flat=True)}
    for upload in (folder / "incoming").glob("*"):
        if upload.name not in known and upload.stat().st_mtime < long_ago:
            upload.unlink(missing_ok=True)
    gone = 0
    for facts in folder.glob("*.json"):
        if facts.stat().st_mtime < long_ago:
            remove_unused(facts.stem)
            gone += not facts.exists()
    return gone

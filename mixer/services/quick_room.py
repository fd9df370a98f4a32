"""Where a web process does short jobs itself: somebody sits at the console and waits, and a film in the worker's queue
must not delay the assistant. One at a time; what is not begun in time goes to the worker as any job does."""

from __future__ import annotations

import logging
import queue
import threading
import uuid
from functools import lru_cache

from django.db import connection

from mixer.models import JobKind

log = logging.getLogger("studio.mixer")

QUICK = frozenset({JobKind.ASSIST, JobKind.FREEZE})


class QuickRoom:
    """A thread of this process that does jobs one after another."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[uuid.UUID] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, job_id: uuid.UUID) -> None:
        self._waiting.put(job_id)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="console", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        from mixer.services.jobs import run_audio_job  # late: the runner's room is below this one

        while True:
            job_id = self._waiting.get()
            try:
                run_audio_job(job_id=job_id)
            except Exception:
                log.exception("job %s was not done; the sweeper tries again", job_id)
            finally:
                connection.close()


@lru_cache(maxsize=1)
def quick_room() -> QuickRoom:
    return QuickRoom()

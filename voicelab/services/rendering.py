"""A little room for singing inside the web process: few at once, a short bench outside, and nobody sings for nobody.

A film in the job queue never delays an audition, because auditions do not go through the queue. The thread that serves
a request waits here for the thread that sings, and leaves when its client has gone; a rendering that nobody waits for
any more is cancelled at its next report of progress.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from codecraft.common.errors import Cancelled, Unavailable
from codecraft.common.progress import Progress

LOOK_EVERY_S = 0.1
Work = Callable[[Progress], Any]
"""Renders, reporting its progress; what it returns is the answer."""


@dataclass
class _Job:
    future: Future[Any]
    nobody_waits: threading.Event = field(default_factory=threading.Event)
    waiting: int = 1


class SingingRoom:
    """`at_once` renderings at a time, `waiting` more behind the door. The same key is rendered once for all."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._limit = at_once + waiting
        self._singers = ThreadPoolExecutor(at_once, thread_name_prefix="audition")
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def run(self, key: str, work: Work, *, is_gone: Callable[[], bool]) -> Any:
        """The answer of `work`. Raises Unavailable when too many wait, Cancelled when `is_gone` says that nobody
        listens, and whatever `work` raises."""
        job = self._enter(key, work)
        try:
            while not wait([job.future], timeout=LOOK_EVERY_S).done:
                if is_gone():
                    raise Cancelled("The client went away before the line was sung.")
            return job.future.result()
        finally:
            self._leave(key, job)

    def _enter(self, key: str, work: Work) -> _Job:
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not job.nobody_waits.is_set():
                job.waiting += 1
                return job
            if len(self._jobs) >= self._limit:
                raise Unavailable(
                    "The voices are busy with other auditions: please try again in a few seconds.", code="voices_busy"
                )
            job = _Job(Future())
            job.future = self._singers.submit(self._sing, key, work, job)
            # Two renderings of one key may overlap when the first was just given up: the newer one holds the name.
            self._jobs[key] = job
            return job

    def _sing(self, key: str, work: Work, job: _Job) -> Any:
        def report(_: float) -> None:
            if job.nobody_waits.is_set():
                raise Cancelled("Nobody waits for this audition any more.")

        try:
            report(0.0)
            return work(report)
        finally:
            with self._lock:
                if self._jobs.get(key) is job:
                    del self._jobs[key]

    def _leave(self, key: str, job: _Job) -> None:
        with self._lock:
            job.waiting -= 1
            if job.waiting:
                return
            job.nobody_waits.set()
            if job.future.cancel() and self._jobs.get(key) is job:
                del self._jobs[key]  # it had not begun

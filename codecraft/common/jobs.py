"""The one owner of a job's life: start, heartbeat, progress, finish, fail, cancel, and finding those whose worker died.

A subclass of `JobRunner` names its model and writes `work()`. Every step is a compare-and-swap on the row, so tasks may
be delivered twice, workers may die anywhere, and no transaction is held open while working.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any, ClassVar, Generic, TypeVar

from django.db import OperationalError, connection, models
from django.db.models import F, Q
from django.utils import timezone

from codecraft.common import processes
from codecraft.common.errors import Cancelled, StudioError
from codecraft.common.models import Job, JobState

log = logging.getLogger("studio.jobs")

HEARTBEAT_S = 1.0  # a cancel must take effect within 2 s, also where no progress is reported
DEAD_AFTER_S = 30.0  # thirty missed heartbeats: the process is gone or frozen, its machine perhaps too
REPORT_EVERY_S = 0.4  # SQLite has better things to do than progress
MAX_ATTEMPTS = 5
MAX_LOG_CHARS = 20_000

AnyJob = TypeVar("AnyJob", bound=Job)


class LeaseLost(Cancelled):
    """The job was cancelled, or another worker owns it now; this one stops and touches nothing."""

    code = "lease_lost"


class JobRunner(Generic[AnyJob]):
    """Runs one job in this process. `run()` returns True when it did the work, False when there was none to do."""

    model: ClassVar[type[Job]]
    fatal_codes: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, job_id: uuid.UUID | str) -> None:
        self.job_id = job_id
        self.lease = uuid.uuid4()
        self.job: AnyJob
        self._reported_s = 0.0
        self._started_s = 0.0
        self._free_progress = 0.0
        self._stage = ""
        self._stages: dict[str, float] = {}

    # -- to be written by subclasses --
    def work(self) -> dict[str, Any]:
        """Do the work, calling `report()` often. Returns fields to be saved together with the state "done"."""
        raise NotImplementedError

    def publish(self) -> None:
        """Called after the row has changed, outside of any transaction."""

    # -- the life of a job --
    def run(self) -> bool:
        if not self._claim():
            return False
        heart = _Heart(self._mine)
        heart.start()
        try:
            with _interruptible():
                result = self.work()
            self.finish(**result)
        except LeaseLost:
            log.info("%s %s was cancelled, or went to another worker", self.model.__name__, self.job_id)
        except Cancelled:
            self._close(JobState.CANCELLED)
        except StudioError as error:
            self.fail(error.code, error.message)
        except (KeyboardInterrupt, SystemExit):
            self._give_back()
            raise
        except MemoryError:
            self.fail("out_of_memory", "This machine ran out of memory; try a shorter song or a smaller film.")
        except Exception:
            log.exception("%s %s failed", self.model.__name__, self.job_id)
            self.fail("internal_error", "Something in the studio broke while making this; it was noted in the log.")
        finally:
            heart.stop()
            self.publish()
        return True

    def report(self, *, stage: str, stage_progress: float, progress: float, was_ready: bool = False) -> None:
        """Note how far the work is, at most every `REPORT_EVERY_S`. Raises LeaseLost when it is to stop."""
        now_s = time.monotonic()
        if was_ready:
            self._free_progress = max(self._free_progress, progress)
        if stage == self._stage and now_s - self._reported_s < REPORT_EVERY_S and stage_progress < 1.0:
            return
        if stage not in self._stages:
            self.note(f"{stage}: {'already there' if was_ready or stage_progress >= 1.0 else 'started'}")
        self._stage, self._reported_s = stage, now_s
        self._stages[stage] = round(stage_progress, 4)
        left_s = seconds_left(now_s - self._started_s, progress, free=self._free_progress)
        try:
            self._write(stage=stage, stages=self._stages, progress=progress, seconds_left=left_s)
        except OperationalError:
            # A busy or restarting database costs a report, not the song.
            log.warning("a report was missed", exc_info=True)
            connection.close_if_unusable_or_obsolete()
        self.publish()

    def note(self, line: str) -> None:
        """Add a line to the job's log, which people see in the admin."""
        stamp = timezone.now().strftime("%H:%M:%S")
        kept = self._mine().values_list("log", flat=True).first() or ""
        self._mine().update(log=f"{kept}{stamp} {line}\n"[-MAX_LOG_CHARS:])

    def finish(self, **fields: Any) -> None:
        self._close(JobState.DONE, progress=1.0, error="", error_code="", **fields)

    def fail(self, code: str, message: str) -> None:
        self._close(JobState.FAILED, error_code=code[:40], error=message)

    # -- compare and swap --
    def _mine(self) -> models.QuerySet:
        return self.model.objects.filter(id=self.job_id, state=JobState.RUNNING, lease=self.lease)

    def hold(self) -> bool:
        """Inside a transaction: whether the job is still this worker's; nobody cancels it until that ends."""
        return self._mine().select_for_update().values_list("id").first() is not None

    def _claim(self) -> bool:
        now = timezone.now()
        queued = self.model.objects.filter(id=self.job_id, state=JobState.QUEUED)
        claimed = queued.update(
            state=JobState.RUNNING,
            lease=self.lease,
            runner=processes.process_name(),
            heartbeat_at=now,
            started_at=models.functions.Coalesce(F("started_at"), now),
            attempts=F("attempts") + 1,
            updated_at=now,
        )
        if claimed:
            self.job = self.model.objects.get(id=self.job_id)
            self._started_s = time.monotonic()
            self.note(f"attempt {self.job.attempts} by {self.job.runner}")
        return bool(claimed)

    def _write(self, **fields: Any) -> None:
        now = timezone.now()
        if not self._mine().update(heartbeat_at=now, updated_at=now, **fields):
            raise LeaseLost("The work was cancelled, or another worker took it over.")

    def _close(self, state: JobState, **fields: Any) -> None:
        now = timezone.now()
        self.note(f"{state.value} {fields.get('error', '')}".strip())
        self._mine().update(
            state=state, lease=None, runner="", finished_at=now, updated_at=now, seconds_left=None, **fields
        )

    def _give_back(self) -> None:
        """The worker is being stopped: the next one goes on from the finished stages, and no attempt is counted."""
        self.note("the worker was stopped")
        self._mine().update(state=JobState.QUEUED, lease=None, runner="", attempts=F("attempts") - 1, enqueued_at=None)


class _Heart(threading.Thread):
    """Says every second that the process lives, however busy its main thread is, and stops work that lost its lease."""

    def __init__(self, rows: Any) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._rows = rows
        self._stopped = threading.Event()

    def run(self) -> None:
        try:
            while not self._stopped.wait(HEARTBEAT_S):
                try:
                    if not self._rows().update(heartbeat_at=timezone.now()):
                        _interrupt()
                except Exception:
                    log.exception("a heartbeat was missed")
        finally:
            connection.close()

    def stop(self) -> None:
        self._stopped.set()
        self.join()


_may_interrupt = False


@contextmanager
def _interruptible() -> Iterator[None]:
    """Inside, the heart may stop the main thread with a signal: an engine may be too busy to report for a while."""
    global _may_interrupt
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGUSR1"):
        yield
        return
    signal.signal(signal.SIGUSR1, _on_interrupt)  # stays: a late signal must find a handler
    _may_interrupt = True
    try:
        yield
    finally:
        _may_interrupt = False


def _interrupt() -> None:
    if _may_interrupt:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)


_WHOLE_OR_NOT_AT_ALL = ("<frozen importlib", "/numba/")
"""Code that leaves a broken process behind when it is cut short: imports, and numba's compiler."""


def _is_delicate(frame: FrameType | None) -> bool:
    while frame is not None:
        if any(mark in frame.f_code.co_filename for mark in _WHOLE_OR_NOT_AT_ALL):
            return True
        frame = frame.f_back
    return False


def _on_interrupt(number: int, frame: FrameType | None) -> None:
    global _may_interrupt
    if _may_interrupt and not _is_delicate(frame):  # else the heart's next beat tries again
        _may_interrupt = False  # once: the second one could hit the cleaning up
        raise LeaseLost("The work was cancelled, or another worker took it over.")


def seconds_left(elapsed_s: float, progress: float, *, free: float = 0.0) -> int | None:
    """From the speed so far. `free` is the progress that stood in the store already and cost no time."""
    earned = progress - free
    if elapsed_s < 1.0 or earned < 0.01:
        return None
    return max(0, round(elapsed_s / earned * (1.0 - progress)))


def find_dead(model: type[Job]) -> list[Job]:
    """Running jobs whose process is gone: by its name on this machine, by missed heartbeats elsewhere."""
    late = timezone.now() - timedelta(seconds=DEAD_AFTER_S)
    running = model.objects.filter(state=JobState.RUNNING)
    return [job for job in running if job.heartbeat_at < late or processes.is_surely_dead(job.runner)]


def requeue_dead(job: Job, *, count_attempt: bool = True) -> JobState | None:
    """Queue a dead worker's job again, or fail it after `MAX_ATTEMPTS`. None when someone else was faster.

    `count_attempt` False: the worker was stopped on purpose, which is no fault of the job.
    """
    row = type(job).objects.filter(Q(id=job.id, state=JobState.RUNNING, lease=job.lease))
    now = timezone.now()
    if count_attempt and job.attempts >= MAX_ATTEMPTS:
        fields: dict[str, Any] = {
            "state": JobState.FAILED,
            "finished_at": now,
            "error_code": "worker_died",
            "error": f"The worker died {job.attempts} times while making this, so we stopped trying. "
            "A shorter song or a smaller film needs less of the machine.",
        }
    else:
        fields = {"state": JobState.QUEUED, "enqueued_at": None}
    if not count_attempt and fields["state"] == JobState.QUEUED:
        fields["attempts"] = F("attempts") - 1
    changed = row.update(lease=None, runner="", heartbeat_at=None, seconds_left=None, updated_at=now, **fields)
    return fields["state"] if changed else None

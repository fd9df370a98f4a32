"""The life of a job: one owner at a time, cancelled in time, nothing lost when a worker dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone
from django_q.models import OrmQ

from codecraft.common import jobs, processes
from codecraft.common.errors import Unavailable
from codecraft.common.jobs import JobRunner, seconds_left
from codecraft.common.models import JobState
from generation import selectors, services
from generation.models import Generation
from rados.contracts import Person

pytestmark = pytest.mark.django_db(transaction=True)


class Runner(JobRunner[Generation]):
    """The real runner around work that a test describes."""

    model: type[models.Model] = Generation

    def __init__(self, job_id: uuid.UUID, task: Callable[[Runner], Any]) -> None:
        super().__init__(job_id)
        self.task = task

    def work(self) -> dict[str, Any]:
        return self.task(self) or {}


def queued(**fields: Any) -> Generation:
    given = {"theme": "x", "voice": "choir", "style": "epic", "seed": 1, "length_s": 30, "film_size": "none"}
    return Generation.objects.create(guest_id=uuid.uuid4(), **{**given, **fields})


def run(task: Callable[[Runner], Any], job: Generation | None = None) -> Generation:
    job = job or queued()
    assert Runner(job.id, task).run()
    job.refresh_from_db()
    return job


def dead_process_name() -> str:
    """The name of a process that lived on this machine and was killed."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = processes.process_name(child.pid)
    child.kill()
    child.wait()
    return name


def test_done() -> None:
    job = run(lambda runner: {"title": "Found"})
    assert (job.state, job.progress, job.title, job.attempts) == ("done", 1.0, "Found", 1)
    assert job.lease is None and job.started_at and job.finished_at and "done" in job.log


def test_a_known_failure_is_told_in_its_own_words() -> None:
    def full(runner: Runner) -> None:
        raise Unavailable("The disk is full.", code="disk_full")

    job = run(full)
    assert (job.state, job.error_code, job.error) == ("failed", "disk_full", "The disk is full.")


def test_a_mistake_of_ours_is_logged_and_told_without_secrets(caplog: pytest.LogCaptureFixture) -> None:
    job = run(lambda runner: 1 / 0)
    assert (job.state, job.error_code) == ("failed", "internal_error")
    assert "division" not in job.error and "division by zero" in caplog.text


def test_a_stopped_worker_gives_the_job_back() -> None:
    job = queued()

    def stop(runner: Runner) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Runner(job.id, stop).run()
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease) == ("queued", 0, None)


def test_a_second_start_finds_nothing_to_do() -> None:
    job, calls = queued(), []

    def inner(runner: Runner) -> None:
        calls.append(1)
        assert Runner(job.id, inner).run() is False, "while it runs"

    run(inner, job)
    assert Runner(job.id, inner).run() is False, "after it is done"
    assert calls == [1]


def test_many_starts_at_once_are_one() -> None:
    job, ran = queued(), []
    together = threading.Barrier(6)

    def start() -> None:
        together.wait()
        if Runner(job.id, lambda runner: time.sleep(0.3)).run():
            ran.append(1)
        connection.close()

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    job.refresh_from_db()
    assert (ran, job.attempts, job.state) == ([1], 1, "done")


def test_progress_is_written_and_cancel_stops_the_work() -> None:
    job, seen = queued(), []

    def work(runner: Runner) -> None:
        for step in range(2000):
            runner.report(stage="mix", stage_progress=step / 2000, progress=step / 4000)
            if step == 20:
                seen.append(Generation.objects.values_list("stage", flat=True).get(id=job.id))
                services.cancel_generation(person=Person(guest_id=job.guest_id), generation_id=job.id)
            time.sleep(0.01)

    job = run(work, job)
    assert seen == ["mix"]
    assert (job.state, job.error) == ("cancelled", "")
    assert job.progress < 0.25, "the work went on"


def test_cancel_stops_work_that_reports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_S", 0.05)
    job, cleaned = queued(), []

    def silent(runner: Runner) -> None:
        services.cancel_generation(person=Person(guest_id=job.guest_id), generation_id=job.id)
        try:
            for _ in range(2000):
                time.sleep(0.01)
        except jobs.LeaseLost:
            cleaned.append(1)
            raise
        raise AssertionError("it was not stopped")

    job = run(silent, job)
    assert (job.state, job.error, cleaned) == ("cancelled", "", [1])


def test_whoever_lost_the_lease_touches_nothing() -> None:
    job = queued()
    other = uuid.uuid4()

    def robbed(runner: Runner) -> dict[str, str]:
        Generation.objects.filter(id=job.id).update(lease=other, progress=0.5)
        runner.report(stage="film", stage_progress=1.0, progress=0.9)
        return {"title": "never"}

    job = run(robbed, job)
    assert (job.state, job.lease, job.progress, job.title) == ("running", other, 0.5, "")


def test_a_lost_lease_at_the_very_end_changes_nothing() -> None:
    job = queued()

    def robbed(runner: Runner) -> dict[str, str]:
        Generation.objects.filter(id=job.id).update(lease=uuid.uuid4())
        return {"title": "never"}

    assert run(robbed, job).title == ""


def test_the_heart_beats_beside_busy_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_S", 0.05)
    beats = set()

    def busy(runner: Runner) -> None:
        end_s = time.monotonic() + 20.0  # a disk that is busy with other files may hold a beat up for seconds
        while len(beats) < 3 and time.monotonic() < end_s:
            sum(range(20_000))
            beats.add(Generation.objects.values_list("heartbeat_at", flat=True).get(id=runner.job_id))

    run(busy)
    assert len(beats) >= 3


def running(**fields: Any) -> Generation:
    given = {"state": JobState.RUNNING, "lease": uuid.uuid4(), "heartbeat_at": timezone.now(), "attempts": 1}
    return queued(**{**given, **fields})


def test_a_killed_worker_is_noticed_at_once_and_its_song_queued_again() -> None:
    job = running(runner=dead_process_name())
    alive = running(runner=processes.process_name())
    elsewhere = running(runner="another-machine 12 34")
    assert services.sweep_generations() == 1
    states = {g.id: g.state for g in Generation.objects.all()}
    assert (states[job.id], states[alive.id], states[elsewhere.id]) == ("queued", "running", "running")
    assert OrmQ.objects.get().task["args"] == (str(job.id),)


def test_a_process_id_that_was_given_anew_is_not_the_old_worker() -> None:
    machine, pid, started = processes.process_name().rsplit(" ", 2)
    assert processes.is_surely_dead(f"{machine} {pid} {int(started) - 1}")
    assert not processes.is_surely_dead(f"{machine} {pid} {started}")
    assert not processes.is_surely_dead("nonsense")


def test_missed_heartbeats_of_another_machine() -> None:
    late = timezone.now() - timedelta(seconds=jobs.DEAD_AFTER_S + 1)
    job = running(runner="another-machine 12 34", heartbeat_at=late)
    services.sweep_generations()
    job.refresh_from_db()
    assert job.state == "queued"


def test_a_song_that_kills_its_workers_is_given_up_with_a_sentence() -> None:
    job = running(runner=dead_process_name(), attempts=jobs.MAX_ATTEMPTS)
    assert services.sweep_generations() == 0
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "worker_died")
    assert "5 times" in job.error


def test_stopping_the_studio_on_purpose_is_no_fault_of_the_song() -> None:
    job = running(runner=dead_process_name(), attempts=jobs.MAX_ATTEMPTS)
    assert services.release_generations() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", jobs.MAX_ATTEMPTS - 1)


def test_what_never_reached_the_broker_is_enqueued() -> None:
    job = queued()
    assert services.sweep_generations() == 1
    assert services.sweep_generations() == 0, "once is enough"
    job.refresh_from_db()
    assert job.enqueued_at is not None


def test_a_task_that_the_broker_lost_is_enqueued_again() -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    queued(enqueued_at=long_ago)
    assert services.sweep_generations() == 1
    Generation.objects.update(enqueued_at=long_ago)
    assert services.sweep_generations() == 0, "the broker holds its task: it only waits for its turn"


def test_a_stuck_queue() -> None:
    assert not selectors.queue_is_stuck()
    job = queued()
    assert not selectors.queue_is_stuck(), "it has only just come"
    Generation.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    assert selectors.queue_is_stuck()
    other = running(runner=processes.process_name())
    assert not selectors.queue_is_stuck(), "another song is being made"
    other.delete()
    Generation.objects.filter(id=job.id).update(state=JobState.CANCELLED)
    assert not selectors.queue_is_stuck()


@pytest.mark.parametrize(
    ("elapsed_s", "progress", "free", "expected"),
    [(0.5, 0.5, 0.0, None), (10, 0.005, 0.0, None), (10, 0.5, 0.0, 10), (10, 0.6, 0.2, 10), (60, 1.0, 0.0, 0)],
)
def test_seconds_left(elapsed_s: float, progress: float, free: float, expected: int | None) -> None:
    assert seconds_left(elapsed_s, progress, free=free) == expected

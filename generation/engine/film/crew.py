"""The film's workers: processes that paint plates and draw shots, in the order of the film, and survive a death."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import generation
from codecraft.common.errors import StudioError
from codecraft.common.progress import Progress
from generation.engine.film.types import FilmSpec, Look, Shot

_PLATES_SHARE, _FRAMES_SHARE = 0.08, 0.97
_TICK_S = 0.25
_TRIES = 2
_WORKER_ENVIRONMENT = {
    # pictures of 6 MB come and go with every frame: taken from the system anew each time, they cost 2 ms of page faults
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(96 << 20),
}


class _Worker:
    """A child process with its own group, so that it and its ffmpeg can be ended together."""

    def __init__(self, job_path: Path, answers: SimpleQueue, number: int) -> None:
        root = str(Path(generation.__file__).resolve().parents[1])
        path = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        self.log = job_path.with_suffix(f".{number}.log").open("w+b")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "generation.engine.film.worker", str(job_path)], cwd=root,
            env=dict(os.environ, PYTHONPATH=path, **_WORKER_ENVIRONMENT),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True,
        )  # fmt: skip
        self.task: Task | None = None
        Thread(target=self._read, args=(answers,), daemon=True).start()

    def _read(self, answers: SimpleQueue) -> None:
        for line in self.process.stdout:
            answers.put((self, json.loads(line)))
        answers.put((self, {"gone": True}))

    def give(self, task: Task) -> None:
        self.task = task
        with suppress(OSError):  # its reader thread reports the end
            self.process.stdin.write(json.dumps(task.facts) + "\n")
            self.process.stdin.flush()

    def end(self) -> None:
        """Kill the group: the worker and its ffmpeg."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        with suppress(OSError):
            self.process.stdin.close()
        self.log.close()
        Path(self.log.name).unlink(missing_ok=True)

    def last_words(self) -> str:
        self.log.seek(0)
        lines = self.log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {self.process.poll()}"


@dataclass
class Task:
    """What a worker is told to do. A shot waits for the plates it `needs`; `drawn` counts its frames so far."""

    facts: dict
    needs: tuple[Look, ...] = ()
    paints: Look | None = None
    drawn: int = 0
    tries: int = 0


@dataclass
class Crew:
    """Hands out plates and shots in the order of the film, so that its beginning can be watched while the rest is
    drawn, and gathers their progress. `paths` are the files of all shots of the storyboard."""

    spec: FilmSpec
    missing: list[Shot]
    paths: list[Path]
    progress: Progress
    waiting: list[Task] = field(default_factory=list)
    painted: set[Look] = field(default_factory=set)
    answers: SimpleQueue = field(default_factory=SimpleQueue)
    tasks: list[Task] = field(default_factory=list)
    told_at: float = 0.0
    told: float = 0.0
    started: int = 0

    def run(self) -> None:
        """Raises StudioError when a shot fails twice, whatever a worker reports, and what `progress` raises."""
        self.waiting = self._tasks()
        self.tasks = list(self.waiting)
        job = self.spec.work_dir / f"job-{os.getpid()}.pickle"
        job.write_bytes(pickle.dumps(self.spec))
        workers: list[_Worker] = []
        try:
            for _ in range(max(1, min(self.spec.workers, len(self.missing)))):
                workers.append(self._start(job))
            self._work(workers, job)
        finally:
            for worker in workers:
                worker.end()
            job.unlink(missing_ok=True)
            for stray in (*self.spec.work_dir.glob(".shot-*"), *self.spec.work_dir.glob(".preview.jpg.*")):
                stray.unlink(missing_ok=True)

    def _tasks(self) -> list[Task]:
        """Every look is painted once, just before the first shot that shows it."""
        tasks: list[Task] = []
        seen: set[Look] = set()
        for shot in sorted(self.missing, key=lambda shot: shot.index):
            looks = [shot.look]
            if shot.transition == "dissolve" and shot.index > 0:
                looks.append(self.spec.storyboard.shots[shot.index - 1].look)
            for look in looks:
                if look not in seen:
                    seen.add(look)
                    tasks.append(Task({"kind": "plates", "look": asdict(look)}, paints=look))
            facts = {"kind": "shot", "shot": shot.index, "path": str(self.paths[shot.index])}
            tasks.append(Task(facts, needs=tuple(looks)))
        return tasks

    def _start(self, job: Path) -> _Worker:
        self.started += 1
        return _Worker(job, self.answers, self.started)

    def _work(self, workers: list[_Worker], job: Path) -> None:
        open_tasks = len(self.tasks)
        while open_tasks:
            for worker in workers:
                if worker.task is None and (task := self._next()) is not None:
                    worker.give(task)
            try:
                worker, fact = self.answers.get(timeout=_TICK_S)
            except Empty:
                worker, fact = None, {}
            task = worker.task if worker else None
            if fact.get("gone"):
                # whatever killed it (mostly want of memory) may have passed: a new worker tries its shot once more
                words = worker.last_words()
                worker.end()
                workers.remove(worker)
                if task is not None or not workers:
                    workers.append(self._start(job))
                if task is not None:
                    self._again(task, StudioError(f"A film worker ended before its work: {words}", code="worker_died"))
            elif "failed" in fact and task is not None:
                worker.task = None
                self._again(task, StudioError(fact["message"], code=fact["code"]))
            elif "drawn" in fact and task is not None:
                task.drawn = fact["drawn"]
            elif "done" in fact:
                open_tasks -= 1
                worker.task = None
                if task.paints is not None:
                    self.painted.add(task.paints)
                    task.drawn = 1
            self._tell(finished=not open_tasks)

    def _next(self) -> Task | None:
        for place, task in enumerate(self.waiting):
            if self.painted.issuperset(task.needs):
                return self.waiting.pop(place)
        return None

    def _again(self, task: Task, error: StudioError) -> None:
        """Once more for a task whose worker or encoder died; other faults would only come back."""
        task.tries += 1
        task.drawn = 0
        if task.tries >= _TRIES or error.code not in ("worker_died", "ffmpeg_failed"):
            raise error
        self.waiting.insert(0, task)

    def _tell(self, *, finished: bool) -> None:
        now = time.monotonic()
        if now - self.told_at < _TICK_S and not finished:
            return
        self.told_at = now
        plates = [task.drawn for task in self.tasks if task.paints is not None]
        drawn = sum(task.drawn for task in self.tasks if task.paints is None)
        frames = max(1, sum(shot.frames for shot in self.missing))
        share = _PLATES_SHARE * sum(plates) / max(1, len(plates))
        share += (_FRAMES_SHARE - _PLATES_SHARE) * min(1.0, drawn / frames)
        self.told = max(self.told, share)  # a shot tried again has lost its frames; progress only grows
        self.progress(self.told)

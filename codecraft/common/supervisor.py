"""Keeps the parts of the studio running on one machine: web and worker, each in a process group of its own.

A part that dies is restarted after a pause that grows; whatever it left behind is ended with it; when the supervisor
goes, everything goes. Chores (finding songs whose worker died) run on a thread beside.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from codecraft.common import processes

log = logging.getLogger("studio.supervisor")

TICK_S = 0.2
GRACE_S = 4.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
STEADY_AFTER_S = 60.0


@dataclass(frozen=True)
class PartSpec:
    """`inherits`: file descriptors the part is given, the listening socket of the web part; `environment`: what it has
    beside the supervisor's own variables."""

    name: str
    command: Sequence[str]
    cwd: str
    inherits: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chore:
    """`run` is called every `every_s`; when `restarts` is set and it returns true, that part is restarted."""

    run: Callable[[], object]
    every_s: float
    restarts: str = ""


class Part:
    def __init__(self, spec: PartSpec) -> None:
        self.spec = spec
        self.process: subprocess.Popen[bytes] | None = None
        self.started_s = 0.0
        self.next_start_s = 0.0
        self.pause_s = FIRST_PAUSE_S

    def start(self) -> None:
        environment = {**os.environ, **self.spec.environment, processes.SUPERVISED: str(os.getpid())}
        self.process = subprocess.Popen(
            list(self.spec.command),
            cwd=self.spec.cwd,
            pass_fds=self.spec.inherits,
            env=environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
        self.started_s = time.monotonic()

    def signal(self, number: int, *, group: bool = False) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                (os.killpg if group else os.kill)(self.process.pid, number)

    def look(self) -> None:
        """Start the part when it is due; clean up and plan the next start when it has died."""
        now_s = time.monotonic()
        if self.process is None:
            if now_s >= self.next_start_s:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.signal(signal.SIGKILL, group=True)
        if now_s - self.started_s > STEADY_AFTER_S:
            self.pause_s = FIRST_PAUSE_S
        log.warning("the %s ended (%s); it starts again in %.1f s", self.spec.name, _reason(status), self.pause_s)
        self.process, self.next_start_s = None, now_s + self.pause_s
        self.pause_s = min(LONGEST_PAUSE_S, self.pause_s * 2)


def _reason(status: int) -> str:
    if status < 0:
        with suppress(ValueError):
            return signal.Signals(-status).name
    return f"status {status}"


class Supervisor:
    """`run()` returns when a person, or the system, has asked for the end. Parts are started from this thread only."""

    def __init__(self, parts: Sequence[PartSpec], chores: Sequence[Chore] = ()) -> None:
        self.parts = [Part(spec) for spec in parts]
        self.chores = chores
        self._stop_asked = threading.Event()
        self._restarts: set[str] = set()

    def run(self) -> None:
        processes.become_subreaper()
        before = {number: signal.signal(number, self._on_signal) for number in _STOP_SIGNALS}
        chores = threading.Thread(target=self._do_chores, name="chores", daemon=True)
        chores.start()
        try:
            while not self._stop_asked.is_set():
                self._restart_stuck()
                for part in self.parts:
                    part.look()
                self._end_orphans()
                self._stop_asked.wait(TICK_S)
        finally:
            self._stop_asked.set()
            self._stop_parts()
            chores.join(GRACE_S)
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        self._stop_asked.set()

    def _on_signal(self, number: int, frame: object) -> None:
        if self._stop_asked.is_set():  # the second Ctrl-C means: at once
            for part in self.parts:
                part.signal(signal.SIGKILL, group=True)
        self._stop_asked.set()

    def _restart_stuck(self) -> None:
        while self._restarts:
            name = self._restarts.pop()
            for part in self.parts:
                if part.spec.name == name:
                    log.warning("the %s does not move; it is restarted", name)
                    part.signal(signal.SIGKILL, group=True)

    def _end_orphans(self) -> None:
        """What a killed part left behind has become our child (we are the subreaper): end it."""
        own = {part.process.pid for part in self.parts if part.process is not None}
        for pid in processes.children():
            if pid not in own:
                with suppress(ProcessLookupError, PermissionError, ChildProcessError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, os.WNOHANG)

    def _stop_parts(self) -> None:
        for part in self.parts:
            part.signal(signal.SIGTERM)
        deadline_s = time.monotonic() + GRACE_S
        while time.monotonic() < deadline_s and any(p.process and p.process.poll() is None for p in self.parts):
            time.sleep(TICK_S / 4)
        for part in self.parts:
            part.signal(signal.SIGKILL, group=True)
            if part.process is not None:
                part.process.wait()
        for _ in range(20):
            self._end_orphans()
            if not processes.children():
                break
            time.sleep(TICK_S / 4)

    def _do_chores(self) -> None:
        due = dict.fromkeys(range(len(self.chores)), 0.0)
        while not self._stop_asked.wait(TICK_S):
            for index, chore in enumerate(self.chores):
                if time.monotonic() < due[index]:
                    continue
                due[index] = time.monotonic() + chore.every_s
                try:
                    outcome = chore.run()
                except Exception:
                    log.exception("a chore failed")
                    continue
                if chore.restarts and outcome:
                    self._restarts.add(chore.restarts)


_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def chores_from(table: Mapping[str, float], load: Callable[[str], Callable[[], object]]) -> list[Chore]:
    return [Chore(load(name), every_s) for name, every_s in table.items()]

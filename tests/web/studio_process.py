"""A whole studio as people run it, `manage.py studio` in a process of its own with data of its own, for tests."""

from __future__ import annotations

import http.cookiejar
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 90.0


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so: Callable[[], Any], *, within_s: float, what: str) -> Any:
    """The first true answer of `is_so`; fails the test when there is none in time (a limit, not a measurement)."""
    deadline_s = time.monotonic() + within_s
    while time.monotonic() < deadline_s:
        if answer := is_so():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"not within {within_s:.0f} s: {what}")


@dataclass
class Studio:
    data_dir: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        own = {
            "STUDIO_DATA_DIR": str(self.data_dir),
            "STUDIO_ENV_FILE": str(self.data_dir / "no.env"),
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            "FILM_WORKERS": "1",
            "SONGS_AT_ONCE": "50",
            "THROTTLE_COMPOSE": "1000/min",
        }
        return {**kept, **own, **self.extra}

    def start(self, *arguments: str) -> Studio:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "studio", *arguments],
            env=self.environment,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        return self

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip())

    def wait_ready(self) -> Studio:
        def is_ready() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, "\n".join(self.lines)
            return any("is ready" in line for line in self.lines)

        wait_until(is_ready, within_s=READY_WITHIN_S, what="the studio is ready")
        return self

    def stop(self, number: int = signal.SIGINT, *, within_s: float = 30.0) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(within_s)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.stop()
            self.process.kill()

    def processes(self) -> dict[int, str]:
        """Every live process that runs on this studio's data, with its command line."""
        mark = f"STUDIO_DATA_DIR={self.data_dir}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark not in (folder / "environ").read_bytes().split(b"\0"):
                    continue
                if (folder / "stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                    continue
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def pid_of(self, part: str) -> int:
        """The process id of a part: the leader of its group."""
        return next(
            pid for pid, command in sorted(self.processes().items()) if part in command and os.getpgid(pid) == pid
        )

    def row(self, generation_id: str) -> dict[str, Any]:
        """What the database says, for what HTTP does not tell: attempts, runner, log."""
        with closing(sqlite3.connect(self.data_dir / "studio.sqlite3", timeout=20)) as database:
            database.row_factory = sqlite3.Row
            found = database.execute(
                "SELECT * FROM generation_generation WHERE id = ?", (generation_id.replace("-", ""),)
            ).fetchone()
        return dict(found)

    def worker_pid(self, generation_id: str) -> int:
        """The process that makes this song, out of the row."""
        return int(self.row(generation_id)["runner"].split(" ")[-2])

    def visitor(self) -> Visitor:
        return Visitor(self)


class Visitor:
    """Somebody with a browser's cookies who speaks JSON."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.call("GET", "/login")  # as any page does, it leaves a CSRF cookie

    def cookie_header(self) -> str:
        return "; ".join(f"{c.name}={c.value}" for c in self.cookies)

    def raw(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        token = next((c.value for c in self.cookies if c.name == "csrftoken"), "")
        sent = {
            "Accept": "application/json",
            "X-CSRFToken": token or "",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        data = None
        if body is not None:
            data, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        request = urllib.request.Request(self.studio.url + path, data=data, method=method, headers=sent)
        try:
            with self._opener.open(request, timeout=60) as response:
                return response.status, dict(response.headers), response.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        status, _, content = self.raw(method, path, body, **headers)
        try:
            return status, json.loads(content)
        except ValueError:
            return status, content

    def compose(self, theme: str, **fields: Any) -> str:
        """Start a short song without a film; its id."""
        asked = {"theme": theme, "length_s": 30, "film_size": "none", "seed": 7, **fields}
        status, answer = self.call("POST", "/api/generations", asked)
        assert status == 202, answer
        return answer["id"]

    def look(self, generation_id: str) -> dict[str, Any]:
        status, answer = self.call("GET", f"/api/generations/{generation_id}")
        assert status == 200, answer
        return answer

    def wait_for(self, generation_id: str, *states: str, within_s: float = 300.0) -> dict[str, Any]:
        """The generation as soon as it is in one of the states; fails at once when it ended in another."""

        def is_there() -> dict[str, Any] | None:
            now = self.look(generation_id)
            if now["state"] in states:
                return now
            over = {"done", "failed", "cancelled"} - set(states)
            assert now["state"] not in over, (now["state"], now["error"], self.studio.lines[-30:])
            return None

        return wait_until(is_there, within_s=within_s, what=f"{states} ({self.studio.lines[-5:]})")

"""`manage.py studio` as people run it: what dies comes back, what ends ends wholly, and big answers stay small."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.web.studio_process import ROOT, Studio, wait_until


@dataclass(frozen=True)
class FirstRun:
    """What was seen of a studio's first run on its data, from the start to Ctrl-C."""

    studio: Studio
    lines: tuple[str, ...]
    lanes: frozenset[str]
    status: int
    left: dict[int, str]


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstRun]:
    """One start serves all who look at it: four processes import the whole studio each time."""
    studio = Studio(tmp_path_factory.mktemp("supervised"))
    try:
        studio.start().wait_ready()
        wait_until(lambda: len(leaders_of(studio, "qcluster")) == 2, within_s=60, what="two clusters run")
        wait_until(lambda: len(studio.processes()) >= 6, within_s=30.0, what="their workers run")
        lanes = frozenset(lane_of(pid) for pid in leaders_of(studio, "qcluster"))
        status = studio.stop(signal.SIGINT)
        yield FirstRun(studio, tuple(studio.lines), lanes, status, studio.processes())
    finally:
        studio.close()


@pytest.fixture(scope="module")
def second_run(first_run: FirstRun) -> Iterator[Studio]:
    """The studio again on the data of its first run, running."""
    studio = Studio(first_run.studio.data_dir)
    try:
        yield studio.start().wait_ready()
    finally:
        studio.close()


def answers(studio: Studio) -> bool:
    return studio.visitor().call("GET", "/api/health")[0] == 200


def group_of(pid: int) -> int:
    """The process group, 0 for a process that has just gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def leaders_of(studio: Studio, part: str) -> set[int]:
    """Each part is a group of its own; a cluster of workers has one for each lane."""
    return {pid for pid, command in studio.processes().items() if part in command and group_of(pid) == pid}


def lane_of(pid: int) -> str:
    pairs = Path(f"/proc/{pid}/environ").read_text(errors="replace").split("\0")
    return dict(pair.partition("=")[::2] for pair in pairs).get("Q_CLUSTER_NAME", "")


def test_ctrl_c_ends_all_of_it(first_run: FirstRun) -> None:
    assert any(f"http://127.0.0.1:{first_run.studio.port}" in line for line in first_run.lines), "it prints its address"
    assert first_run.status == 0
    assert first_run.left == {}
    assert not [line for line in first_run.lines if "Traceback" in line], first_run.lines


def test_there_is_a_worker_for_songs_and_one_for_sound(first_run: FirstRun) -> None:
    assert first_run.lanes == {"", "sound"}


def test_a_second_start_prepares_nothing_anew(first_run: FirstRun, second_run: Studio) -> None:
    for lines, expected in ((first_run.lines, True), (second_run.lines, False)):
        assert any("Preparing the database" in line for line in lines) is expected


def test_killed_parts_come_back_and_the_end_of_the_supervisor_is_the_end(second_run: Studio) -> None:
    studio = second_run
    for part in ("web_server", "qcluster"):
        killed = studio.pid_of(part)
        family = {pid for pid in studio.processes() if group_of(pid) == killed}
        leaders = len(leaders_of(studio, part))
        os.kill(killed, signal.SIGKILL)
        wait_until(
            lambda part=part, family=family, leaders=leaders: (
                not family & set(studio.processes()) and len(leaders_of(studio, part)) == leaders
            ),
            within_s=60,
            what=f"{part} is back",
        )
    assert answers(studio)
    idle_worker = max(pid for pid, command in studio.processes().items() if "qcluster" in command)
    os.kill(idle_worker, signal.SIGKILL)
    wait_until(lambda: idle_worker not in studio.processes(), within_s=20, what="the worker is gone")
    assert studio.process is not None
    studio.process.kill()
    studio.process.wait(20)
    wait_until(lambda: studio.processes() == {}, within_s=20, what="nothing outlives a killed supervisor")


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        studio = Studio(tmp_path, port=other.getsockname()[1]).start()
        assert studio.process is not None
        assert studio.process.wait(60) == 1
        wait_until(lambda: studio.lines, within_s=10, what="it says why")
    assert "taken" in studio.lines[-1] and "Traceback" not in "".join(studio.lines)


def test_a_slow_reader_costs_no_memory(tmp_path: Path) -> None:
    """300 MB to somebody who reads nothing: plain daphne would take all of it into memory."""
    big = tmp_path / "big.bin"
    with big.open("wb") as out:
        out.truncate(300 * 2**20)
    code = (
        "from pathlib import Path\n"
        "from codecraft.common.streaming import file_response\n"
        "from django.urls import path\n"
        f"big = Path({str(big)!r})\n"
        "urlpatterns = [path('big', lambda r: file_response(r, big, media_type='x/y', etag='e'))]\n"
    )
    (tmp_path / "big_urls.py").write_text(code)
    settings = "from codecraft.settings import *\nROOT_URLCONF = 'big_urls'\n"
    (tmp_path / "big_settings.py").write_text(settings)
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        environment = {
            **os.environ,
            "PYTHONPATH": f"{tmp_path}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "big_settings",
            "STUDIO_DATA_DIR": str(tmp_path),
        }
        command = ["-m", "codecraft.common.web_server", f"--fd={listener.fileno()}", "codecraft.asgi:application"]
        server = subprocess.Popen([sys.executable, *command], env=environment, pass_fds=[listener.fileno()], cwd=ROOT)
        try:
            _read_slowly(listener.getsockname(), server.pid)
        finally:
            server.kill()
            server.wait()


def _read_slowly(address: tuple[str, int], server_pid: int) -> None:
    with closing(socket.create_connection(address, timeout=60)) as reader:
        reader.sendall(b"GET /big HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        head = reader.recv(1000)
        assert head.startswith(b"HTTP/1.1 200"), head
        before = _resident_mb(server_pid)
        for _ in range(20):
            time.sleep(0.1)
            assert _resident_mb(server_pid) - before < 50
        received = len(head.partition(b"\r\n\r\n")[2])
        while piece := reader.recv(1 << 20):
            received += len(piece)
    assert received == 300 * 2**20, "and he gets all of it in the end"


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

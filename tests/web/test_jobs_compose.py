"""`manage.py compose`: sentences and exit codes for wrong input, a bar for people, lines for logs, a clean Ctrl-C."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from generation.engine.pipeline import StageReport
from generation.management.commands.compose import ProgressBar
from tests.web.studio_process import ROOT, wait_until


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), "compose", *arguments]


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    own = {"STUDIO_DATA_DIR": str(tmp_path / "data"), "STUDIO_ENV_FILE": str(tmp_path / "no.env"), "FILM_WORKERS": "1"}
    return {**kept, **own, **more}


def compose(tmp_path: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(tmp_path, **more), cwd=tmp_path, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([""], "(THEME)"),
        (["x" * 10_000], "10,000 characters"),
        (["a theme", "--style", "polka"], "(--style)"),
        (["a theme", "--voice", "tenor"], "(--voice)"),
        (["a theme", "--length-s", "0"], "(--length-s)"),
        (["a theme", "--length-s", "long"], "(--length-s)"),
        (["a theme", "--seed", "1.5"], "(--seed)"),
        (["a theme", "--film-size", "640x480"], "(--film-size)"),
        (["a theme", "--film-fps", "25"], "24, 30, 60. (--film-fps"),
        (["a theme", "--film-words", "subtitles"], "lyric_video"),
        (["a theme", "--pronounce", "Siobhan"], "(--pronounce)"),
        (["a theme", "--pronounce", "Siobhan=Ж"], "“Ж” of the word “Siobhan”"),
        (["a theme", "--pitch-semitones", "13"], "(--pitch-semitones)"),
        (["a theme", "--reverb", "spring"], "(--reverb)"),
        (["a theme", "--speech", "siri"], "(--speech)"),
        (["a theme", "--lyrics", "nowhere.txt"], "cannot be read"),
        (["a theme", "--lyrics", "binary.txt"], "UTF-8"),
        (["a theme", "--lyrics", "empty.txt"], "empty"),
        (["a theme", "--out", "binary.txt"], "not a folder"),
    ],
)
def test_wrong_input_is_one_sentence_and_status_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00\x80words")
    (tmp_path / "empty.txt").write_text(" \n")
    monkeypatch.chdir(tmp_path)
    told_people, told_programs = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("compose", *arguments, stderr=told_people, stdout=told_programs)
    assert left.value.code == 2
    assert told in told_people.getvalue() and len(told_people.getvalue().strip().splitlines()) == 1
    assert told_programs.getvalue() == ""


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [("SOUNDFONT_PATH", "/nowhere.sf3", "SoundFont"), ("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg", "ffmpeg is missing")],
)
def test_a_missing_tool_is_one_sentence_and_status_1(tmp_path: Path, variable: str, value: str, told: str) -> None:
    done = compose(tmp_path, "a theme", "--film-size", "none", **{variable: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_the_program_itself_ends_with_status_2(tmp_path: Path) -> None:
    done = compose(tmp_path, "a theme", "--style", "polka")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1


def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(tmp_path: Path) -> None:
    """The second run finds the finished stages and ends with exactly the folder that was asked for."""
    arguments = ['it\'s a "quoted" thème', "--film-size", "none", "--length-s", "30", "--seed", "5", "--out", "my song"]
    errors = (tmp_path / "errors.txt").open("w+")
    first = subprocess.Popen(
        command(*arguments), env=environment(tmp_path), cwd=tmp_path, stdout=subprocess.PIPE, stderr=errors
    )
    wait_until(lambda: "Mixing" in (tmp_path / "errors.txt").read_text(), within_s=300, what="it mixes")
    first.send_signal(signal.SIGINT)
    assert first.wait(60) == 130
    assert "goes on from there" in (tmp_path / "errors.txt").read_text()
    assert "Traceback" not in (tmp_path / "errors.txt").read_text()
    second = compose(tmp_path, *arguments)
    assert second.returncode == 0, second.stderr
    assert "Composing the score (already there)" in second.stderr
    assert second.stdout.strip() == str(tmp_path / "my song")
    names = {path.name for path in (tmp_path / "my song").iterdir()}
    assert {"song.wav", "song.flac", "song.mp3", "mix.wav", "score.mid", "metadata.json", "stems"} <= names
    assert "film.mp4" not in names


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_rewrites_one_line_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    bar = ProgressBar(terminal)
    bar._started_s = time.monotonic() - 30
    bar.show(StageReport("mix", 0.5, 0.25))
    written = terminal.getvalue()
    assert written.startswith("\r") and "\n" not in written
    assert "█" * 7 + "░" * 21 in written and "25%" in written and "Mixing" in written
    assert "1:30 left" in written
    bar.close()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_log_gets_lines_not_a_bar() -> None:
    log = io.StringIO()
    bar = ProgressBar(log)
    for step in range(101):
        bar.show(StageReport("mix", step / 100, step / 200))
    bar.show(StageReport("master", 1.0, 0.6, cached=True))
    bar.close()
    lines = log.getvalue().splitlines()
    assert "\r" not in log.getvalue() and len(lines) == 12
    assert lines[-1].endswith("(already there)")

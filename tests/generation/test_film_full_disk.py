"""A disk that fills up while the film is drawn."""

from __future__ import annotations

import pytest

from tests.generation.film_helpers import small_score, small_song
from tests.small_disk import on_small_disk

_FILM = """
import json, sys
from pathlib import Path
from codecraft.common.errors import StudioError
from generation.engine.film import FilmSpec, render_film
from tests.generation.film_helpers import FONTS, board_for, small_score
disk, song, plates, out = map(Path, sys.argv[1:])
board = board_for(small_score())
spec = FilmSpec(board, song, disk / "work", plates if plates.name == "plates" else disk / "plates", FONTS)
try:
    render_film(spec, (disk if out.name == "." else out) / "film.mp4")
    said = None
except StudioError as error:
    said = [error.code, error.message]
left = sorted(p.name for p in disk.rglob("*") if p.is_file() and (p.name.startswith(".") or "job" in p.name))
print(json.dumps({"said": said, "left": left}))
"""


@pytest.mark.parametrize(("size", "plates"), [("1m", "on the disk"), ("200k", "plates")])
def test_a_film_that_fills_the_disk_says_so_and_leaves_nothing_half_done(tmp_path, size, plates):
    """Full while the plates are painted, and while the shots are encoded."""
    small_song(small_score(), tmp_path / "song.wav")
    before = (tmp_path / "song.wav").read_bytes()
    found = on_small_disk(tmp_path / "disk", size, _FILM, tmp_path / "song.wav", tmp_path / plates, tmp_path)
    assert found["said"] is not None and found["said"][0] == "disk_full", found
    assert found["left"] == []
    assert (tmp_path / "song.wav").read_bytes() == before and not (tmp_path / "film.mp4").exists()


_SONG = """
import json, shutil, sys
from pathlib import Path
from generation.engine.pipeline import run_pipeline
from generation.engine.pipeline.brief import clean_brief
from tests.songs import make_workshop
disk = Path(sys.argv[1])
brief = clean_brief(theme="a lantern on the sea", seed=11, length_s=30, film_size="1280x720")
def report(event):
    ballast = disk / "ballast"
    if event.stage == "film" and not ballast.exists():
        with ballast.open("wb") as file:
            left = shutil.disk_usage(disk).free - (24 << 20)
            while left > 0:
                left -= file.write(bytes(min(left, 1 << 20)))
made = run_pipeline(brief, workshop=make_workshop(disk / "store"), out_dir=disk / "out", report=report)
song = sorted(made.files)
print(json.dumps({"files": song, "notices": made.notices, "there": (disk / "out" / "song.wav").stat().st_size}))
"""


@pytest.mark.slow
def test_a_song_whose_film_fills_the_disk_is_finished_without_it(tmp_path):
    found = on_small_disk(tmp_path / "disk", "900m", _SONG)
    assert "song.wav" in found["files"] and "song.mp3" in found["files"] and found["there"] > 30 * 48_000
    assert not any(name.endswith(".mp4") for name in found["files"])
    assert any("disk filled up" in notice and "complete without it" in notice for notice in found["notices"])

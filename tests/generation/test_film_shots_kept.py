"""Shots outlive their film in the store: a film of an edited song takes those that do not show the edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generation.engine.film import render_film
from generation.engine.film.types import FilmSpec
from generation.engine.pipeline.filming import KeptShots
from generation.engine.pipeline.kept_files import StoredFiles
from generation.engine.pipeline.store import AssetStore
from generation.engine.score.types import Score
from tests.generation.film_helpers import board_for, film_spec, small_score, small_song

pytestmark = pytest.mark.slow


def test_a_film_of_an_edited_song_draws_only_the_shots_that_show_it(tmp_path: Path) -> None:
    score = small_score()
    kept = StoredFiles(AssetStore(tmp_path / "store"), name="shot.mp4")
    first = film(spec_of(score, tmp_path / "one"), kept, tmp_path / "first.mp4")
    assert first.shots_rendered >= 3 and first.shots_reused == 0
    same = film(spec_of(score, tmp_path / "two"), kept, tmp_path / "same.mp4")
    assert (same.shots_rendered, same.shots_reused) == (0, first.shots_rendered)
    assert (tmp_path / "same.mp4").read_bytes() == (tmp_path / "first.mp4").read_bytes()
    last = score.lead.lines[-1]
    edited = replace(
        score,
        lead=replace(score.lead, lines=(*score.lead.lines[:-1], replace(last, text="Rise and burn for all of us"))),
    )
    other = film(spec_of(edited, tmp_path / "three"), kept, tmp_path / "other.mp4")
    assert 1 <= other.shots_rendered < first.shots_rendered


def spec_of(score: Score, folder: Path) -> FilmSpec:
    folder.mkdir()
    small_song(score, folder / "song.wav")
    return film_spec(board_for(score), folder)


def film(spec: FilmSpec, kept: StoredFiles, out_path: Path):
    shots = KeptShots(spec, kept)
    shots.lay_out()
    made = render_film(spec, out_path)
    shots.keep()
    return made

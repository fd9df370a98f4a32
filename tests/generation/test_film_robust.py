"""A place that cannot be painted, plates that were damaged, a disk that is full: the film copes, or says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generation.engine.film import FilmSpec, render_film, render_frame
from generation.engine.film.frame import FrameRenderer
from generation.engine.film.layout import layout_for
from generation.engine.film.plates import ensure_plates
from generation.engine.film.render import shot_key
from generation.engine.film.stand_ins import note_path
from generation.engine.film.types import Look, Storyboard
from generation.engine.film.worlds import SPARE_WORLD, world_class
from tests.generation.film_helpers import FONTS, board_for, film_spec, luma_frames, small_score, small_song

TINY = (160, 90)


def _board(*looks: Look) -> Storyboard:
    """A small film whose shots show `looks` in turn."""
    board = board_for(small_score(kicks=False), size=TINY)
    shots = tuple(replace(shot, look=looks[min(shot.index, len(looks) - 1)], transition="cut") for shot in board.shots)
    return replace(board, shots=shots)


CITY = Look("night_city", "neon", 0.5, 4)
NO_SUCH_PALETTE = Look("sacred_temple", "a palette nobody mixed", 0.5, 4)


@pytest.fixture(scope="module")
def plates(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("plates")


def _city() -> Look:
    return replace(CITY, palette=next(iter(world_class("night_city").casting.palettes)))


def test_a_shot_that_cannot_be_painted_shows_its_neighbour_and_the_film_says_so(tmp_path, plates):
    score = small_score(kicks=False)
    small_song(score, tmp_path / "song.wav")
    city = _city()
    board = _board(city, NO_SUCH_PALETTE, city)
    spec = replace(film_spec(board, tmp_path), cache_dir=plates)
    result = render_film(spec, tmp_path / "film.mp4")
    broken = board.shots[1]
    at = f"0:{int(broken.start_frame / board.fps):02d}"
    said = f"The sacred temple could not be painted: the shot at {at} shows the night city instead."
    assert result.notices == (said,)
    assert result.frames == board.frames == len(luma_frames(result.path, TINY))
    planned = replace(board, shots=tuple(replace(shot, look=city) for shot in board.shots))
    middle = (broken.start_frame + broken.end_frame) // 2
    shown = render_frame(board, middle, cache_dir=plates, font_dir=FONTS)
    np.testing.assert_array_equal(shown, render_frame(planned, middle, cache_dir=plates, font_dir=FONTS))
    again = render_film(spec, tmp_path / "again.mp4")
    assert again.notices == (said,) and again.shots_rendered == 0
    notes = [note_path(spec.work_dir / f"shot-{shot_key(spec, shot)}.mp4").exists() for shot in board.shots]
    assert notes == [shot.index == 1 for shot in board.shots]


def test_where_no_place_can_be_painted_there_is_a_sky(plates):
    renderer = FrameRenderer(_board(NO_SUCH_PALETTE), cache_dir=plates, font_dir=FONTS)
    pictures = [renderer.render_surely(index)[..., :3].astype(float) for index in (50, 60)]
    assert {look.world for _, _, look in renderer.replaced} == {SPARE_WORLD}
    assert 12.0 < pictures[0][10:-10].mean() < 200.0 and pictures[0].std() > 10.0
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.3


def test_damaged_plates_are_painted_anew(tmp_path, plates):
    board = _board(_city())
    good = render_frame(board, 40, cache_dir=plates, font_dir=FONTS)
    folder = ensure_plates(board.shots[0].look, layout_for(TINY, board.framing).canvas, plates)
    largest = max(folder.glob("*.npy"), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:1000])
    renderer = FrameRenderer(board, cache_dir=plates, font_dir=FONTS)
    np.testing.assert_array_equal(renderer.render(40)[..., 2::-1], good)


def test_the_cuts_of_an_earlier_section_do_not_matter_to_a_shot():
    """A shot inserted before it moves a shot's number, not its frames."""
    board = board_for(small_score())
    spec = FilmSpec(board, Path("song.wav"), Path("work"), Path("plates"), FONTS)
    first, second = board.shots[0], board.shots[1]
    middle = (first.start_frame + first.end_frame) // 2
    halves = (replace(first, end_frame=middle), replace(first, index=1, start_frame=middle, transition="cut"))
    rest = tuple(replace(shot, index=shot.index + 1) for shot in board.shots[1:])
    moved = replace(spec, storyboard=replace(board, shots=(*halves, *rest)))
    assert second.transition != "dissolve" or shot_key(moved, rest[0]) != shot_key(spec, second)
    assert [shot_key(moved, shot) for shot in rest[1:]] == [shot_key(spec, shot) for shot in board.shots[2:]]

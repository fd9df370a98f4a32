"""The painted picture: worlds and seeds differ, colour conversion is exact, lettering fits and sweeps in time."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np
import pytest

from generation.engine.film import render_poster
from generation.engine.film.brushes.finish import to_i420
from generation.engine.film.brushes.layers import Camera
from generation.engine.film.frame import FrameRenderer
from generation.engine.film.layout import layout_for
from generation.engine.film.lettering import Lettering
from generation.engine.film.plates import open_world
from generation.engine.film.types import Card, KaraokeLine, KaraokeWord, Look
from generation.engine.film.worlds import WORLDS, world_class
from generation.engine.film.worlds.base import Canvas, Moment
from tests.generation.film_helpers import FONTS, board_for, small_score


@pytest.fixture(scope="module")
def plates(tmp_path_factory):
    return tmp_path_factory.mktemp("plates")


WIDE = Canvas(320, 132)


def _picture(world: str, seed: int, plates, *, canvas: Canvas = WIDE, palette: int = 0, time_s: float = 2.0):
    look = Look(world, tuple(world_class(world).casting.palettes)[palette], 0.6, seed)
    opened = open_world(look, canvas, plates)
    drawing = opened.draw(Moment(time_s, 0.5, "wide", Camera(zoom=1.04), 0.7, 0.5))
    assert drawing.picture.shape == (canvas.height, canvas.width, 4)
    assert drawing.light.shape == (canvas.height // 4, canvas.width // 4, 3)
    assert np.isfinite(drawing.light).all()
    return drawing.picture[..., :3].astype(float)


def _distance(a: np.ndarray, b: np.ndarray) -> float:
    """Mean absolute difference of two pictures, small details left out."""
    small = [cv2.resize(picture, (64, 26), interpolation=cv2.INTER_AREA) for picture in (a, b)]
    return float(np.abs(small[0] - small[1]).mean())


def test_worlds_differ_and_so_do_two_seeds_of_one(plates):
    pictures = {name: _picture(name, 1, plates) for name in WORLDS}
    assert len(pictures) >= 3
    for a, b in combinations(pictures, 2):
        assert _distance(pictures[a], pictures[b]) > 20.0, (a, b)
    for name, picture in pictures.items():
        assert _distance(picture, _picture(name, 2, plates)) > 3.0, name
        assert 12.0 < picture.mean() < 200.0


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_moves_and_is_drawn_the_same_twice(world, plates):
    early, late = (_picture(world, 1, plates, time_s=t) for t in (2.0, 3.0))
    assert np.abs(early - late).max() > 20.0
    np.testing.assert_array_equal(early, _picture(world, 1, plates, time_s=2.0))


@pytest.mark.parametrize("world", WORLDS)
def test_every_world_fills_a_tall_picture(world, plates):
    picture = _picture(world, 1, plates, canvas=Canvas(180, 320))
    rows = picture.mean(axis=(1, 2))
    assert rows.min() > 0.5 and picture.mean() > 12.0


def test_layout_letterboxes_wide_pictures_only():
    wide, tall = layout_for((1280, 720)), layout_for((1080, 1920))
    assert wide.canvas.width / wide.canvas.height == pytest.approx(2.39, abs=0.03)
    assert wide.top == (720 - wide.canvas.height) // 2 // 2 * 2
    assert (tall.canvas.width, tall.canvas.height, tall.top) == (1080, 1920, 0)


@pytest.mark.parametrize(("bgr", "yuv"), [
    ((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128)), ((0, 0, 255), (63, 102, 240)),
    ((0, 255, 0), (173, 42, 26)), ((255, 0, 0), (32, 240, 118)),
])  # fmt: skip
def test_colours_become_bt709(bgr, yuv):
    planes = np.empty((6, 4), np.uint8)
    to_i420(np.full((4, 4, 3), bgr, np.uint8), planes)
    flat = planes.reshape(-1)
    np.testing.assert_allclose((flat[0], flat[16], flat[20]), yuv, atol=1)


def _line(text: str, start_s: float = 1.0, each_s: float = 0.5) -> KaraokeLine:
    words = tuple(
        KaraokeWord(word, start_s + each_s * i, start_s + each_s * (i + 0.9)) for i, word in enumerate(text.split())
    )
    return KaraokeLine(words, start_s - 0.5, words[-1].end_s + 0.5)


def _lettering(lines, size=(640, 360), cards=(), fonts=FONTS):
    board = replace(board_for(small_score(), size=size), lines=tuple(lines), cards=tuple(cards))
    layout = layout_for(size)
    return Lettering(board, fonts, layout.top, layout.canvas.height)


def _drawn(lettering, size, time_s):
    frame = np.zeros((size[1], size[0], 4), np.uint8)
    frame[..., 3] = 255
    lettering.lay(frame, time_s)
    return frame[..., :3].astype(int)


def _golden(frame: np.ndarray) -> np.ndarray:
    """Pixels of sung letters: bright in red, poor in blue."""
    return (frame[..., 2] > 150) & (frame[..., 2] - frame[..., 0] > 60)


def test_gold_reaches_each_word_while_it_is_sung():
    size = (640, 360)
    line = _line("we are the thunder reborn")
    lettering = _lettering([line], size)
    full = _golden(_drawn(lettering, size, line.words[-1].end_s + 0.1)).any(axis=0)
    left, right = np.flatnonzero(full)[[0, -1]]
    before = left
    for number, word in enumerate(line.words):
        middle = (word.start_s + word.end_s) / 2
        edges = []
        for time_s in (word.start_s - 0.01, middle, word.end_s + 0.01):
            columns = np.flatnonzero(_golden(_drawn(lettering, size, time_s)).any(axis=0))
            edges.append(columns[-1] if columns.size else left)
        assert edges[0] <= before + 12, number
        assert edges[0] < edges[1] < edges[2], number
        before = edges[2]
    assert before >= right - 2


@pytest.mark.parametrize("size", [(640, 360), (270, 480)])
def test_long_lines_wrap_and_stay_inside(size):
    text = "when all the burning banners of the morning rise above extraordinarily long forgotten mountains"
    line = _line(text, each_s=0.3)
    frame = _drawn(_lettering([line], size), size, 2.0).max(axis=2) > 120
    columns, rows = np.flatnonzero(frame.any(axis=0)), np.flatnonzero(frame.any(axis=1))
    assert columns[0] >= size[0] * 0.03 and columns[-1] <= size[0] * 0.97
    assert rows[-1] <= size[1] * 0.90
    bands = np.flatnonzero(np.diff(np.concatenate([[0], frame.any(axis=1).astype(int), [0]])) == 1)
    assert len(bands) == (2 if size[0] > size[1] else 3)


@pytest.mark.parametrize(
    "text", ["Ένας ήλιος", "гроза идёт", "千の風 になって", "أغنية البحر", "🔥 fire \u200b‮ x", "éàüñç", "ß"]
)
def test_any_script_is_drawn_without_a_crash(text):
    lettering = _lettering([_line(text)], cards=[Card("title", (text * 3,), 0.0, 4.0)])
    assert _drawn(lettering, (640, 360), 1.2).max() > 100


def test_missing_fonts_fall_back(tmp_path):
    assert _drawn(_lettering([_line("no fonts here")], fonts=tmp_path), (640, 360), 1.2).max() > 100


def test_poster_shows_the_title_at_film_size(plates, tmp_path):
    board = board_for(small_score(title="Ashes"))
    render_poster(board, tmp_path / "poster.png", cache_dir=plates, font_dir=FONTS)
    poster = cv2.imread(str(tmp_path / "poster.png"))
    assert poster.shape == (180, 320, 3)
    assert _golden(poster.astype(int)).sum() > 150
    assert poster[30:150].mean() > 12.0


def test_frames_do_not_depend_on_order(plates):
    board = board_for(small_score())
    one, two = (FrameRenderer(board, cache_dir=plates, font_dir=FONTS) for _ in range(2))
    forward = [one.render(index) for index in (30, 100, 150)]
    backward = [two.render(index) for index in (150, 100, 30)][::-1]
    for a, b in zip(forward, backward, strict=True):
        np.testing.assert_array_equal(a, b)

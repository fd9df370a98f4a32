"""Thumbnails and the picture of the waveform, judged by OpenCV."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from codecraft.common.audio import write_wav
from generation.engine.film.thumbnails import MAX_BYTES, render_thumbnails
from generation.engine.film.waveform import WaveSection, draw_waveform
from tests.generation.film_helpers import FONTS, board_for, small_score

RATE_HZ = 8_000


@pytest.fixture(scope="module")
def thumbnails(tmp_path_factory) -> list[np.ndarray]:
    folder = tmp_path_factory.mktemp("thumbs")
    paths = tuple(folder / f"{number}.jpg" for number in range(3))
    board = board_for(small_score(title="Iron and Salt"))
    render_thumbnails(board, paths, cache_dir=folder / "plates", font_dir=FONTS)
    assert all(path.stat().st_size < MAX_BYTES and path.read_bytes()[:3] == b"\xff\xd8\xff" for path in paths)
    return [cv2.imread(str(path)) for path in paths]


def test_three_different_pictures_of_the_right_size(thumbnails: list[np.ndarray]) -> None:
    assert [picture.shape for picture in thumbnails] == [(720, 1280, 3)] * 3
    small = [cv2.resize(picture, (64, 36), interpolation=cv2.INTER_AREA).astype(float) for picture in thumbnails]
    apart = [np.abs(a - b).mean() for n, a in enumerate(small) for b in small[n + 1 :]]
    assert min(apart) > 3.0
    assert all(25 < picture.mean() < 220 and picture.std() > 20 for picture in thumbnails)


def test_the_title_is_set_large(thumbnails: list[np.ndarray], tmp_path: Path) -> None:
    """The same picture with another title differs in a band of the frame that is wide and high."""
    other = tuple(tmp_path / f"{number}.jpg" for number in range(3))
    render_thumbnails(board_for(small_score(title="x")), other, cache_dir=tmp_path / "plates", font_dir=FONTS)
    for mine, theirs in zip(thumbnails, other, strict=True):
        changed = np.abs(mine.astype(int) - cv2.imread(str(theirs)).astype(int)).max(axis=2) > 60
        rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
        assert columns[-1] - columns[0] > 0.45 * 1280 and rows[-1] - rows[0] > 0.12 * 720


def test_the_waveform_is_loud_where_the_song_is_and_coloured_by_section(tmp_path: Path) -> None:
    """Quiet for 4 s, loud for 4 s: the painted height follows; the halves differ in hue; the bytes replay."""
    time_s = np.arange(8 * RATE_HZ) / RATE_HZ
    sound = np.where(time_s < 4.0, 0.1, 0.8) * np.sin(2 * np.pi * 220 * time_s)
    write_wav(tmp_path / "song.wav", np.stack([sound, sound]).astype(np.float32), sample_rate_hz=RATE_HZ)
    sections = (WaveSection("intro", "Intro", 0.0, 4.0), WaveSection("chorus", "Chorus", 4.0, 8.0))
    for name in ("one.png", "two.png"):
        draw_waveform(tmp_path / "song.wav", sections, tmp_path / name, font_dir=FONTS)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    picture = cv2.imread(str(tmp_path / "one.png"))
    assert picture.shape == (480, 1920, 3)
    quiet, loud = picture[74:436, 300:700], picture[74:436, 1200:1600]
    heights = [(part.max(axis=2) > 110).any(axis=1).sum() for part in (quiet, loud)]
    assert heights[1] > 5 * heights[0] > 0
    blue, _, red = quiet.reshape(-1, 3)[quiet.max(axis=2).ravel() > 110].mean(axis=0)
    assert blue > red
    blue, _, red = loud.reshape(-1, 3)[loud.max(axis=2).ravel() > 110].mean(axis=0)
    assert red > 1.3 * blue

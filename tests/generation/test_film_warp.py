"""The one-pass warp of a plate against OpenCV's warp and a blend in floating point."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numba import njit

from generation.engine.film.brushes import pixels, warp
from generation.engine.film.brushes.warp import CELL, filled_cells, warp_over

_SIZE = (181, 333)
_TURNED = np.array([[1.31, -0.02, -60.3], [0.02, 1.31, -35.7]])
_SMALLER = np.array([[0.72, 0.03, 41.2], [-0.03, 0.72, 30.4]])


def _plate(rng: np.random.Generator) -> np.ndarray:
    """Soft coloured blots, premultiplied, with clear and with solid ground between them."""
    noise = cv2.GaussianBlur(rng.random((240, 310, 4)).astype(np.float32), (0, 0), 6.0)
    noise = np.clip((noise - 0.5) * 12.0 + 0.5, 0.0, 1.0)
    noise[..., :3] *= noise[..., 3:]
    return (noise * 255.0).astype(np.uint8)


def _judged(picture: np.ndarray, plate: np.ndarray, forward: np.ndarray, *, replicate: bool) -> np.ndarray:
    border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
    above = cv2.warpAffine(plate.astype(np.float32), forward, picture.shape[1::-1], borderMode=border)
    return above + picture * (1.0 - above[..., 3:] / 255.0)


@pytest.mark.parametrize("replicate", [True, False])
@pytest.mark.parametrize("forward", [_TURNED, _SMALLER], ids=["nearer and turned", "smaller than the picture"])
def test_a_plate_lies_where_opencv_would_lay_it(forward: np.ndarray, replicate: bool) -> None:
    rng = np.random.default_rng(3)
    plate, picture = _plate(rng), rng.integers(0, 256, (*_SIZE, 4), dtype=np.uint8)
    picture[..., 3] = 255
    wanted = _judged(picture, plate, forward, replicate=replicate)
    warp_over(picture, plate, forward, (0, _SIZE[0], 0, _SIZE[1]), replicate=replicate)
    # places are rounded to 1/256 pixel and colours three times
    assert np.abs(picture - wanted).max() <= 4.0
    assert np.abs(picture - wanted).mean() <= 0.8
    assert (picture[..., 3] == 255).all()


def test_only_the_box_of_a_larger_picture_is_drawn_on() -> None:
    rng = np.random.default_rng(4)
    plate, frame = _plate(rng), rng.integers(0, 256, (*_SIZE, 4), dtype=np.uint8)
    before, part = frame.copy(), frame[20:150]
    warp_over(part, plate, _TURNED, (7, 101, 13, 270), replicate=True)
    changed = (frame != before).any(axis=-1)
    assert changed[27:121, 13:270].mean() > 0.5
    changed[27:121, 13:270] = False
    assert not changed.any()


def test_cells_without_anything_change_nothing_when_they_are_skipped() -> None:
    rng = np.random.default_rng(5)
    plate = np.zeros((9 * CELL + 5, 11 * CELL + 3, 4), np.uint8)
    plate[70:75, 200:260] = 255
    plate[250:, :] = (10, 20, 30, 255)
    filled, solid_row = filled_cells(plate)
    assert solid_row == 250
    assert filled[-1, -1] < 0.6 * (filled.shape[0] - 1) * (filled.shape[1] - 1)
    whole = rng.integers(0, 256, (*_SIZE, 4), dtype=np.uint8)
    skipped, box = whole.copy(), (0, _SIZE[0], 0, _SIZE[1])
    warp_over(whole, plate, _SMALLER, box, replicate=True)
    warp_over(skipped, plate, _SMALLER, box, replicate=True, filled=filled)
    # spans start elsewhere, and with them the rounding of places
    assert np.abs(whole.astype(int) - skipped).max() <= 2


def test_processors_without_the_quick_instructions_lay_the_same_picture(monkeypatch) -> None:
    rng = np.random.default_rng(6)
    plate = _plate(rng)
    quick = rng.integers(0, 256, (*_SIZE, 4), dtype=np.uint8)
    plain, box = quick.copy(), (0, _SIZE[0], 0, _SIZE[1])
    warp_over(quick, plate, _TURNED, box, replicate=True)
    monkeypatch.setattr(pixels, "_QUICK", False)
    monkeypatch.setattr(warp, "_QUICK", False)
    monkeypatch.setattr(warp, "_blend_on", warp._blend(True))
    monkeypatch.setattr(warp, "_warp", njit(warp._warp.py_func))
    warp_over(plain, plate, _TURNED, box, replicate=True)
    assert np.array_equal(quick, plain)

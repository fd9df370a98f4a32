"""Plates in depth: a camera, the sub-pixel warp of each plate, and the "over" of premultiplied BGRA.

Picture units: 1 is the picture's height; the origin is its centre; x grows to the right, y down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.lib.stride_tricks import as_strided

from generation.engine.film.brushes.warp import filled_cells, warp_over


@dataclass(frozen=True)
class Camera:
    """Where the eye looks at parallax 1 (`x`, `y`), how close it is (`zoom`), and a roll in radians."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0

    def zoom_at(self, depth: float) -> float:
        return 1.0 + (self.zoom - 1.0) * min(1.6, 0.16 + 0.84 * depth)

    def place(self, x: float, y: float, depth: float) -> tuple[float, float, float]:
        """A point of the plane at parallax `depth` on the screen: (x, y, size factor), in picture units."""
        zoom = self.zoom_at(depth)
        return (x - self.x * depth) * zoom, (y - self.y * depth) * zoom, zoom


@dataclass(frozen=True)
class Plate:
    """A painted layer. `image` is premultiplied BGRA uint8 (h, w, 4); its pixel
    (ox, oy) lies at the picture's origin; `scale` is its pixels per picture unit; `depth` its parallax (0 far, 1 hero).
    """

    image: np.ndarray
    scale: float
    ox: float
    oy: float
    depth: float


def plate_extent(aspect: float, depth: float, reach_x: float = 0.62, reach_y: float = 0.30) -> tuple[float, float]:
    """Half width and half height that a plate needs so that no camera of ours sees its edge."""
    return aspect * 0.5 * 1.04 + 0.02 + reach_x * depth, 0.5 * 1.04 + 0.02 + reach_y * depth


def crop_plate(image: np.ndarray, scale: float, depth: float) -> Plate:
    """A plate centred on the origin, cut to the rows that are not empty (the warp then skips the rest)."""
    height, width = image.shape[:2]
    rows = np.flatnonzero(image[..., 3].max(axis=1))
    first, last = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, 1)
    first = max(0, first - 2)
    return Plate(np.ascontiguousarray(image[first:last]), scale, width * 0.5, height * 0.5 - first, depth)


def _cells(plate: Plate) -> tuple[np.ndarray, int]:
    """(its `filled_cells`, the row from which on the plate is solid), found once."""
    known = plate.__dict__.get("_cells")
    if known is None:
        known = filled_cells(plate.image)
        object.__setattr__(plate, "_cells", known)
    return known


def filled_as(plate: Plate, other: Plate) -> None:
    """Tell of a plate that is painted anew for every frame that it is empty just where `other` is: to find that out
    costs as much as to lay it."""
    object.__setattr__(plate, "_cells", _cells(other))


def plate_matrix(
    plate: Plate, camera: Camera, size: tuple[int, int], shift: tuple[float, float], stretch: float
) -> np.ndarray:
    """The (2, 3) matrix from plate pixels to those of a picture of `size` = (height, width)."""
    height, width = size
    zoom = camera.zoom_at(plate.depth)
    ratio = height * zoom * stretch / plate.scale
    cos, sin = math.cos(camera.roll), math.sin(camera.roll)
    move_x = (shift[0] - camera.x * plate.depth) * zoom * height
    move_y = (shift[1] - camera.y * plate.depth) * zoom * height
    a, b = ratio * cos, ratio * sin
    x = width * 0.5 + move_x * cos - move_y * sin - a * plate.ox + b * plate.oy
    y = height * 0.5 + move_x * sin + move_y * cos - b * plate.ox - a * plate.oy
    return np.array([[a, -b, x], [b, a, y]])


def solid_from(plate: Plate, camera: Camera, picture: np.ndarray) -> int:
    """The row of the picture from which on a plate that reaches its lower edge hides everything behind it."""
    height, width = picture.shape[:2]
    rows, cols = plate.image.shape[:2]
    (a, b, x), (c, d, y) = plate_matrix(plate, camera, (height, width), (0.0, 0.0), 1.0).tolist()
    if max(0.0, b * rows) + x > 0 or a * cols + min(0.0, b * rows) + x < width:
        return height
    row = max(0.0, c * cols) + d * _cells(plate)[1] + y
    return int(min(height, max(0.0, row + 2.0)))


def lay(picture: np.ndarray, plate: Plate, camera: Camera, *, shift: tuple[float, float] = (0.0, 0.0),
        stretch: float = 1.0, replicate: bool = True, bottom: int | None = None) -> None:  # fmt: skip
    """Warp a plate and lay it over `picture` (h, w, 4) in place. `shift` moves it in its own plane (units).

    Nothing is drawn from row `bottom` on: what stands before it is solid there, see `solid_from`.
    """
    height, width = picture.shape[:2]
    height = height if bottom is None else min(height, bottom)
    forward = plate_matrix(plate, camera, picture.shape[:2], shift, stretch)
    rows, cols = plate.image.shape[:2]
    (a, b, x), (c, d, y) = forward.tolist()
    top = max(0, int(y + min(0.0, c * cols) + min(0.0, d * rows)) - 1)
    low = height if replicate else min(height, int(y + max(0.0, c * cols) + max(0.0, d * rows)) + 2)
    left = 0 if replicate else max(0, int(x + min(0.0, a * cols) + min(0.0, b * rows)) - 1)
    right = width if replicate else min(width, int(x + max(0.0, a * cols) + max(0.0, b * rows)) + 2)
    if low <= top or right <= left:
        return
    box = (top, low, left, right)
    warp_over(picture, plate.image, forward, box, replicate=replicate, filled=_cells(plate)[0])


def lay_enlarged(picture: np.ndarray, small: np.ndarray) -> None:
    """Lay a veil that was drawn small over `picture` (h, w, 4) in place, enlarged to its size. No colour of the veil
    exceeds its alpha."""
    ratio_y, ratio_x = picture.shape[0] / small.shape[0], picture.shape[1] / small.shape[1]
    forward = np.array([[ratio_x, 0.0, 0.5 * ratio_x - 0.5], [0.0, ratio_y, 0.5 * ratio_y - 0.5]])
    warp_over(picture, np.ascontiguousarray(small), forward, (0, picture.shape[0], 0, picture.shape[1]), replicate=True)


def over(picture: np.ndarray, layer: np.ndarray, opacity: float = 1.0, *, bounded: bool = False) -> None:
    """Premultiplied "over" in place, both BGRA uint8 of one shape, their pixels next to each other in each row.

    A colour of `layer` that exceeds its alpha adds light and stops at white. Where none does (a plate), `bounded` is
    twice as fast.
    """
    if layer.size == 0:
        return
    strides = picture.strides[0] >> 2, layer.strides[0] >> 2
    if bounded and opacity >= 1.0:
        _over_bounded(_words(picture), _words(layer), strides, layer.shape[:2])
    else:
        _over(_words(picture), _words(layer), strides, layer.shape[:2], int(min(1.0, opacity) * 256.0 + 0.5))


def _words(image: np.ndarray) -> np.ndarray:
    """(h, w, 4) bytes as one word a pixel, from the first to the last in one run, the rest of the rows of a larger
    picture between them: only what is known to lie in one run becomes vector code (four times the speed)."""
    words = image.view(np.uint32)[..., 0]
    if words.flags.c_contiguous:
        return words.reshape(-1)
    length = (words.shape[0] - 1) * (words.strides[0] >> 2) + words.shape[1]
    return as_strided(words, (length,), (4,), writeable=words.flags.writeable)


_EVEN, _ROUND, _EIGHT = np.uint32(0x00FF00FF), np.uint32(0x00800080), np.uint32(8)


@njit(inline="always")
def _under(below, alpha):
    """What is seen of `below`, two channels at a time: all of it under clear pixels, none under opaque ones."""
    keep = np.uint32(256) - alpha - (alpha >> np.uint32(7))
    even = (((below & _EVEN) * keep + _ROUND) >> _EIGHT) & _EVEN
    odd = ((((below >> _EIGHT) & _EVEN) * keep + _ROUND) >> _EIGHT) & _EVEN
    return even, odd


@njit(inline="always")
def _at_most_white(pair):
    beyond = (pair >> _EIGHT) & np.uint32(0x00010001)
    return (pair | ((beyond << _EIGHT) - beyond)) & _EVEN


@njit(cache=True, nogil=True)
def _over_bounded(picture, layer, strides, size):
    for j in range(size[0]):
        row = picture[j * strides[0] : j * strides[0] + size[1]]
        whole = layer[j * strides[1] : j * strides[1] + size[1]]
        for i in range(size[1]):
            above = whole[i]
            even, odd = _under(row[i], above >> np.uint32(24))
            row[i] = above + even + (odd << _EIGHT)


@njit(cache=True, nogil=True)
def _over(picture, layer, strides, size, opacity):
    share = np.uint32(opacity)
    for j in range(size[0]):
        row = picture[j * strides[0] : j * strides[0] + size[1]]
        whole = layer[j * strides[1] : j * strides[1] + size[1]]
        for i in range(size[1]):
            above_even = (((whole[i] & _EVEN) * share) >> _EIGHT) & _EVEN
            above_odd = ((((whole[i] >> _EIGHT) & _EVEN) * share) >> _EIGHT) & _EVEN
            even, odd = _under(row[i], above_odd >> np.uint32(16))
            row[i] = _at_most_white(even + above_even) | (_at_most_white(odd + above_odd) << _EIGHT)

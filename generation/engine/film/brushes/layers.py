"""Plates in depth: a camera, the sub-pixel warp of each plate, and the "over" of premultiplied BGRA.

Picture units: 1 is the picture's height; the origin is its centre; x grows to the right, y down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit


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
    """A painted layer. `image` is premultiplied BGRA uint8 (h, w, 4), or BGR where it covers everything; its pixel
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


def lay(picture: np.ndarray, plate: Plate, camera: Camera, *, shift: tuple[float, float] = (0.0, 0.0),
        stretch: float = 1.0, opacity: float = 1.0, replicate: bool = True) -> None:  # fmt: skip
    """Warp a plate and lay it over `picture` (h, w, 4) in place. `shift` moves it in its own plane (units)."""
    height, width = picture.shape[:2]
    zoom = camera.zoom_at(plate.depth)
    ratio = height * zoom * stretch / plate.scale
    cos, sin = math.cos(camera.roll), math.sin(camera.roll)
    # plate pixel -> screen pixel, then inverted
    move_x = (shift[0] - camera.x * plate.depth) * zoom * height
    move_y = (shift[1] - camera.y * plate.depth) * zoom * height
    forward = np.array([[ratio * cos, -ratio * sin, 0.0], [ratio * sin, ratio * cos, 0.0]])
    forward[:, 2] = (
        -forward[:, :2] @ np.array([plate.ox, plate.oy])
        + np.array([move_x * cos - move_y * sin, move_x * sin + move_y * cos])
        + np.array([width * 0.5, height * 0.5])
    )
    rows, cols = plate.image.shape[:2]
    corner_y = [forward[1] @ np.array([x, y, 1.0]) for x in (0, cols) for y in (0, rows)]
    top = max(0, int(min(corner_y)) - 1)
    bottom = height if replicate else min(height, int(max(corner_y)) + 2)
    if bottom <= top:
        return
    local = forward.copy()
    local[1, 2] -= top
    border = cv2.BORDER_REPLICATE if replicate else cv2.BORDER_CONSTANT
    size = (width, bottom - top)
    part = picture[top:bottom]
    if plate.image.shape[2] == 4 and opacity >= 1.0 and not replicate and plate.image.size < part.size // 6:
        left = max(0, int(min(forward[0] @ np.array([x, y, 1.0]) for x in (0, cols) for y in (0, rows))) - 1)
        right = min(width, int(max(forward[0] @ np.array([x, y, 1.0]) for x in (0, cols) for y in (0, rows))) + 2)
        if right <= left:
            return
        local[0, 2] -= left
        size, part = (right - left, bottom - top), part[:, left:right]
    warped = cv2.warpAffine(plate.image, local, size, flags=cv2.INTER_LINEAR, borderMode=border)
    over(part, warped, opacity)


def over(picture: np.ndarray, layer: np.ndarray, opacity: float = 1.0) -> None:
    """Premultiplied "over" in place, both BGRA uint8 of one shape, their pixels next to each other in each row.

    No colour of `layer` may exceed its alpha, except over black (where light without alpha is added).
    """
    if layer.size == 0:
        return
    if opacity < 1.0:
        _over_thin(_words(picture), _words(layer), int(opacity * 256.0 + 0.5))
    else:
        _over(_words(picture), _words(layer))


def _words(image: np.ndarray) -> np.ndarray:
    """(h, w, 4) bytes as one word a pixel (h, w), never a copy."""
    return image.view(np.uint32)[..., 0]


_EVEN, _ROUND, _EIGHT = np.uint32(0x00FF00FF), np.uint32(0x00800080), np.uint32(8)


@njit(inline="always")
def _blend(below, above):
    """Two channels at a time in one word; `keep` is 256 over clear and 0 under opaque pixels."""
    alpha = above >> np.uint32(24)
    keep = np.uint32(256) - alpha - (alpha >> np.uint32(7))
    even = (((below & _EVEN) * keep + _ROUND) >> _EIGHT) & _EVEN
    odd = (((below >> _EIGHT) & _EVEN) * keep + _ROUND) & ~_EVEN
    return above + even + odd


@njit(cache=True, nogil=True)
def _over(picture, layer):
    for j in range(layer.shape[0]):
        for i in range(layer.shape[1]):
            picture[j, i] = _blend(picture[j, i], layer[j, i])


@njit(cache=True, nogil=True)
def _over_thin(picture, layer, opacity):
    share = np.uint32(opacity)
    for j in range(layer.shape[0]):
        for i in range(layer.shape[1]):
            above = layer[j, i]
            above = ((((above & _EVEN) * share) >> _EIGHT) & _EVEN) | ((((above >> _EIGHT) & _EVEN) * share) & ~_EVEN)
            picture[j, i] = _blend(picture[j, i], above)

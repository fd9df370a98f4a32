"""Light that lies over the finished drawing: bloom, god rays, mist. All at a quarter of the picture's size."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit

from generation.engine.film.brushes.noise import fbm_plane


def quarter(picture: np.ndarray) -> np.ndarray:
    """The BGR of a picture (h, w, 4) at a quarter of its size, float32 0..1."""
    height, width = picture.shape[:2]
    small = np.empty((max(2, height // 4), max(2, width // 4), 3), np.float32)
    _quarter(picture, small)
    return small


def _halved(small: np.ndarray, threshold: float) -> np.ndarray:
    """What is brighter than `threshold`, at half the size of `small`."""
    height, width = small.shape[:2]
    half = np.empty((max(2, height // 2), max(2, width // 2), 3), np.float32)
    _bright_half(small, np.float32(threshold), half)
    return half


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _quarter(picture, small):
    """Each pixel is the mean of the four around its middle."""
    height, width = picture.shape[:2]
    rows, cols = small.shape[:2]
    share = np.float32(0.25 / 255.0)
    for j in range(rows):
        y = int((j + 0.5) * height / rows)
        above, below = picture[y - 1], picture[y]
        for i in range(cols):
            x = int((i + 0.5) * width / cols)
            for c in range(3):
                total = np.int32(above[x - 1, c]) + np.int32(above[x, c])
                total += np.int32(below[x - 1, c]) + np.int32(below[x, c])
                small[j, i, c] = np.float32(total) * share


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _bright_half(small, threshold, half):
    height, width = small.shape[:2]
    rows, cols = half.shape[:2]
    scale = np.float32(1.0) / (np.float32(1.0) - threshold)
    share, least = np.float32(0.25) * scale, threshold * scale
    for j in range(rows):
        y = j * height // rows
        above, below = small[y], small[min(y + 1, height - 1)]
        for i in range(cols):
            x = i * width // cols
            beside = min(x + 1, width - 1)
            for c in range(3):
                total = above[x, c] + above[beside, c] + below[x, c] + below[beside, c]
                half[j, i, c] = max(np.float32(0.0), total * share - least)


def bloom(small: np.ndarray, *, threshold: float, strength: float, more: np.ndarray | None = None) -> np.ndarray:
    """What is brighter than `threshold` spreads over three widths (h, w, 3) float32.

    `more` is other soft light at half the size of `small`, float32 (h // 2, w // 2, 3): it is enlarged together with
    the bloom's own, for enlarging is what costs.
    """
    bright = _halved(small, threshold)
    height = small.shape[0]
    near = cv2.GaussianBlur(bright, (0, 0), max(0.6, height * 0.006))
    half = cv2.resize(near, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    wide = cv2.GaussianBlur(half, (0, 0), max(0.8, height * 0.014))
    widest = cv2.GaussianBlur(half, (0, 0), max(0.8, height * 0.045))
    wide = cv2.addWeighted(wide, 0.5 * float(strength), widest, 0.5 * float(strength), 0.0)
    total = cv2.addWeighted(near, 0.40 * float(strength), cv2.resize(wide, near.shape[1::-1]), 1.0, 0.0)
    if more is not None:
        total += more
    return cv2.resize(total, (small.shape[1], height))


def god_rays(small: np.ndarray, source_px: tuple[float, float], *, threshold: float, length: float) -> np.ndarray:
    """Bright sky smeared away from the light (h, w, 3); what stands before it casts dark rays."""
    return cv2.resize(half_rays(small, source_px, threshold=threshold, length=length), small.shape[1::-1])


def half_rays(small: np.ndarray, source_px: tuple[float, float], *, threshold: float, length: float) -> np.ndarray:
    """As `god_rays`, at half the size of `small`: rays are soft, they are drawn there.

    Five doublings of a zoom about the source stand for 32 samples along each ray.
    """
    rays = np.ascontiguousarray(np.moveaxis(_halved(small, threshold), 2, 0))
    height, width = rays.shape[1:]
    x, y = source_px[0] * width / small.shape[1], source_px[1] * height / small.shape[0]
    distance_x = (np.arange(width, dtype=np.float32) - x) / height
    distance_y = (np.arange(height, dtype=np.float32) - y) / height
    # the fall of e^(-1.6 r^2) is the product of its rows and columns
    rays *= (np.exp(distance_y * distance_y * -1.6)[:, None] * np.exp(distance_x * distance_x * -1.6)).astype(
        np.float32
    )
    smeared = np.empty_like(rays)
    for doubling in range(5):
        _smeared(rays, x, y, 1.0 / (1.0 + length / 32.0 * (1 << doubling)), smeared)
        rays, smeared = smeared, rays
    return np.moveaxis(rays, 0, 2)


@njit(cache=True, nogil=True)
def _drawn_from(source, back, count):
    """Along one side of a picture that moves away from `source`: the pixel that each comes from, and the shares of that
    one and of the next; what lies outside the picture has none."""
    places, shares = np.empty(count, np.int64), np.zeros((2, count), np.float32)
    for i in range(count):
        place = i * back + source * (1.0 - back)
        first = math.floor(place)
        at = min(max(first, 0), count - 2)
        places[i] = at
        for step in range(2):
            slot = first + step - at
            if 0 <= slot < 2:
                shares[slot, i] = place - first if step else 1.0 - (place - first)
    return places, shares


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _smeared(rays, x, y, back, out):
    """The mean of `rays` (3, h, w) and of them moved, a little weaker."""
    height, width = rays.shape[1:]
    columns, across = _drawn_from(x, back, width)
    lines, down = _drawn_from(y, back, height)
    left, right = across[0], across[1]
    row = np.empty(width, np.float32)
    half, rest = np.float32(0.5), np.float32(0.485)
    for c in range(3):
        for j in range(height):
            top, low, here, to = rays[c, lines[j]], rays[c, lines[j] + 1], rays[c, j], out[c, j]
            above, below = down[0, j] * rest, down[1, j] * rest
            for i in range(width):
                row[i] = top[i] * above + low[i] * below
            for i in range(width):
                to[i] = here[i] * half + row[columns[i]] * left[i] + row[columns[i] + 1] * right[i]


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def shade(light, cover, share):
    """Take `share` of the light (h, w, 3) away in place where a mask (h, w, 4) uint8 stands before it."""
    weaker = np.float32(share / 255.0)
    for j in range(light.shape[0]):
        for i in range(light.shape[1]):
            if cover[j, i, 3]:
                keep = np.float32(1.0) - np.float32(cover[j, i, 3]) * weaker
                for c in range(3):
                    light[j, i, c] *= keep


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def add_beam(light, level, dust, gain, tint):
    """Add to `light` (h, w, 3) a beam in dusty air in place: `level` (h, w, 4) uint8, its blue, `dust` (h, w) 0..1."""
    blue, green, red = tint[0] * gain, tint[1] * gain, tint[2] * gain
    for j in range(light.shape[0]):
        for i in range(light.shape[1]):
            value = np.float32(level[j, i, 0]) * (np.float32(0.55) + np.float32(0.75) * dust[j, i])
            light[j, i, 0] += value * blue
            light[j, i, 1] += value * green
            light[j, i, 2] += value * red


def mist_tile(height: int, seed: int, *, stretch: float = 3.0) -> np.ndarray:
    """A seamless (height, 4 height) float32 field 0..1 of drifting mist."""
    width = height * 4
    field = fbm_plane(width + height, height, 3.0, 3.0 * stretch, 4, 1.0, seed)
    ramp = np.linspace(0.0, 1.0, height, dtype=np.float32)[None, :]
    field[:, :height] = field[:, :height] * ramp + field[:, width : width + height] * (1.0 - ramp)
    return np.clip(field[:, :width] * 0.9 + 0.45, 0.0, 1.0)


def drift(tile: np.ndarray, size: tuple[int, int], x: float, y: float = 0.0, zoom: float = 1.0) -> np.ndarray:
    """A window of a mist tile, `size` = (width, height) pixels; `x` in tile heights, wraps."""
    width, height = size
    rows, cols = tile.shape
    need = int(width / height * rows / zoom) + 2
    start = (x * rows) % cols
    first = int(start)
    columns = np.arange(first, first + need + 1) % cols
    ratio = height / rows * zoom
    matrix = np.float32([[ratio, 0, -(start - first) * ratio], [0, ratio, -y * height]])
    return cv2.warpAffine(tile[:, columns], matrix, (width, height), borderMode=cv2.BORDER_REFLECT)

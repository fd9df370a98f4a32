"""Mountains: an eroded height field, drawn column by column from front to back.

The field is fbm damped by its own slope (Quilez), which carves valleys as water does; the drawing is the voxel-space
method (front to back, each column keeps its highest row), with a sun, cast shadow, snow and air between.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit

from generation.engine.film.brushes.colour import premultiply
from generation.engine.film.brushes.noise import smooth
from generation.engine.film.brushes.noise_rows import noise_row

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_FAST)
def _carved(x, y, octaves, seed):
    """Fbm of a row of places (n,) whose steep ones receive less detail; 0..1."""
    count = x.shape[0]
    total, slope_x, slope_y = np.zeros(count, np.float32), np.zeros(count, np.float32), np.zeros(count, np.float32)
    step, weight = np.float32(0.01), np.float32(0.5)
    for octave in range(octaves):
        value = noise_row(x, y, seed + octave)
        beside, below = noise_row(x + step, y, seed + octave), noise_row(x, y + step, seed + octave)
        for i in range(count):
            slope_x[i] += (beside[i] - value[i]) * np.float32(80.0)
            slope_y[i] += (below[i] - value[i]) * np.float32(80.0)
            # ridges: the fold of the noise, damped where it is already steep
            ridge = np.float32(1.0) - abs(value[i]) * np.float32(1.7)
            steep = slope_x[i] * slope_x[i] + slope_y[i] * slope_y[i]
            total[i] += weight * ridge * ridge / (np.float32(1.0) + np.float32(0.12) * steep)
            p, q = x[i], y[i]
            x[i] = np.float32(1.6) * p - np.float32(1.2) * q + np.float32(7.1)
            y[i] = np.float32(1.2) * p + np.float32(1.6) * q + np.float32(2.3)
        weight *= np.float32(0.5)
    return total


@njit(**_FAST)
def height_field(size, cells, octaves, seed):
    """A (size, size) float32 field of eroded heights, roughly 0..1."""
    out = np.empty((size, size), np.float32)
    across = (np.arange(size) / size * cells).astype(np.float32)
    for j in range(size):
        down = np.full(size, np.float32(j / size * cells))
        massif = noise_row(across * np.float32(0.45) + np.float32(11.0), down * np.float32(0.45), seed + 77)
        out[j] = _carved(across.copy(), down, octaves, seed)
        for i in range(size):
            out[j, i] *= 0.30 + 0.95 * max(0.0, 0.5 + 0.6 * massif[i])
    return out


@njit(**_FAST)
def _at(field, x, y):
    """Bilinear sample with mirrored borders; x, y in cells of the array."""
    size = field.shape[0]
    span = 2.0 * (size - 1)
    # as the remainder, which costs more than all the rest
    x, y = x - span * math.floor(x / span), y - span * math.floor(y / span)
    x = span - x if x > size - 1 else x
    y = span - y if y > size - 1 else y
    i, j = min(int(x), size - 2), min(int(y), size - 2)
    u, v = x - i, y - j
    top = field[j, i] * (1.0 - u) + field[j, i + 1] * u
    low = field[j + 1, i] * (1.0 - u) + field[j + 1, i + 1] * u
    return top * (1.0 - v) + low * v


@njit(**_FAST)
def _sunlight(field, wx, wz, h, steep, sun):
    """(light of the sun 0..1 with cast shadow, how level the ground is 0..1) at a cell; `steep`: height a cell."""
    e = 1.6
    slope_x = (_at(field, wx + e, wz) - _at(field, wx - e, wz)) / (2.0 * e) * steep
    slope_z = (_at(field, wx, wz + e) - _at(field, wx, wz - e)) / (2.0 * e) * steep
    length = 1.0 / math.sqrt(slope_x * slope_x + slope_z * slope_z + 1.0)
    facing = (-slope_x * sun[0] + sun[1] - slope_z * sun[2]) * length
    shadow = 1.0
    for s in range(1, 9):
        reach = s * s * 1.1
        ahead = _at(field, wx + sun[0] * reach, wz + sun[2] * reach)
        over = (ahead - h) * steep - sun[1] * reach
        shadow = min(shadow, 1.0 - min(1.0, max(0.0, over * 0.35 / (0.5 + 0.12 * reach))))
    return max(0.0, facing) * shadow, length


@njit(**_FAST)
def draw_terrain(
    field, width, height, scale, horizon_y, near, far, lift, eye, sun, colours, snow, fog, steps, first_column, columns
):
    """Draw the field between distances `near` and `far`: `columns` columns of the plate from `first_column` on.

    `width`, `height`, `scale`: the plate in pixels and its pixels per picture height, centre at the picture's centre.
    `lift`: height of the peaks over the eye's plane at distance 1; `eye`: the eye's height.
    `sun`: (3,) direction to the light (right, up, away). `colours`: (5, 3) linear rock, rock in shade, snow, sun, air.
    `fog`: (2,) air at `near` and at `far`. Returns linear RGBA float32 (height, columns, 4), straight alpha.
    """
    out = np.zeros((height, columns, 4), np.float32)
    size = field.shape[0]
    grain = size / 8.0
    away = near * (far / near) ** (np.arange(steps) / steps)
    for i in range(columns):
        x_screen = (first_column + i + 0.5 - width * 0.5) / scale
        lowest = height
        for k in range(steps):
            t, z = k / steps, away[k]
            wx, wz = x_screen * z * grain + size * 0.5, z * grain
            # the range rises out of a plain, so that its near edge never shows
            h = _at(field, wx, wz) * smooth(near, near * 1.5, z)
            y = horizon_y - (h * lift - eye) / z
            row = y * scale + height * 0.5
            top = math.floor(row)
            if top >= lowest:
                continue
            light, length = _sunlight(field, wx, wz, h, lift * grain, sun)
            sky = 0.5 + 0.5 * length
            white = smooth(0.35, 0.75, length + 0.35 * (h - 0.5)) * smooth(snow - 0.12, snow + 0.12, h)
            air = fog[0] + (fog[1] - fog[0]) * t
            # valleys hold more haze than peaks
            air = min(0.97, air + (1.0 - air) * 0.5 * smooth(0.45, 0.0, h))
            first = max(0, top)
            for c in range(3):
                rock = colours[0, c] + (colours[2, c] - colours[0, c]) * white
                dim = colours[1, c] + (colours[2, c] * 0.22 - colours[1, c]) * white
                body = dim * sky + rock * colours[3, c] * light * 1.6
                shown = body * (1.0 - air) + colours[4, c] * air
                for j in range(first, lowest):
                    out[j, i, c] = shown
                if lowest < height and out[lowest, i, 3] < 1.0:
                    cover = out[lowest, i, 3]
                    out[lowest, i, c] = out[lowest, i, c] * cover + shown * (1.0 - cover)
            if lowest < height:
                out[lowest, i, 3] = 1.0
            for j in range(first, lowest):
                out[j, i, 3] = 1.0
            if top >= 0 and top < height:
                out[top, i, 3] = max(0.0, min(1.0, 1.0 - (row - top)))
            lowest = first
            if lowest <= 0:
                break
    return out


def smooth_terrain(field: np.ndarray, width: int, height: int, scale: float, *view) -> np.ndarray:
    """The field drawn at twice the size and shrunk: linear RGBA float32 (height, width, 4), premultiplied. `view` is
    what `draw_terrain` takes from `horizon_y` to `steps`. Drawn in strips, for the large picture weighs 200 MB."""
    out = np.empty((height, width, 4), np.float32)
    for left in range(0, width, 128):
        right = min(width, left + 128)
        drawn = draw_terrain(field, width * 2, height * 2, scale * 2, *view, left * 2, (right - left) * 2)
        premultiply(drawn)
        out[:, left:right] = cv2.resize(drawn, (right - left, height), interpolation=cv2.INTER_AREA)
    return out

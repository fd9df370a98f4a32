"""The ground of an airless world: a dusty plain with craters and boulders in raking light."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import skia
from numba import njit

from generation.engine.film.brushes.colour import mix
from generation.engine.film.brushes.ink import edge_light, on, silhouette_plate
from generation.engine.film.brushes.noise import noise2, smooth
from generation.engine.film.brushes.noise_rows import fbm_row
from generation.engine.film.brushes.scenery import draw_ground

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


_CELL = 0.55
"""Cells of craters, one each, a unit of the plain."""


@njit(**_FAST)
def _craters(first_x, first_z, columns, rows, seed):
    """(rows, columns, 3) float32: middle and size of the crater of each cell, in cells."""
    out = np.empty((rows, columns, 3), np.float32)
    for j in range(rows):
        for i in range(columns):
            x, z = first_x + i, first_z + j
            a = noise2(x * 1.37 + 0.5, z * 1.91 + 0.5, seed + 31)
            b = noise2(x * 1.71 + 0.2, z * 1.13 + 0.8, seed + 37)
            out[j, i, 0], out[j, i, 1], out[j, i, 2] = x + 0.5 + 0.6 * a, z + 0.5 + 0.6 * b, 0.20 + 0.30 * abs(a)
    return out


@njit(**_FAST)
def _dunes(x, z, craters, first_x, first_z, seed):
    """Heights of a dusty plain at a row of places: long swells, small stones, a few craters."""
    half, three, cell = np.float32(0.5), np.float32(3.0), np.float32(_CELL)
    swell, stones = fbm_row(x * half, z * half, 4, seed), fbm_row(x * three, z * three, 4, seed + 7)
    out = np.empty(x.shape[0], np.float32)
    for k in range(x.shape[0]):
        px, pz = x[k] * cell, z[k] * cell
        h = swell[k] * np.float32(0.9) + stones[k] * np.float32(0.16)
        i, j = math.floor(px) - first_x, math.floor(pz) - first_z
        for row in range(j - 1, j + 2):
            for column in range(i - 1, i + 2):
                dx, dz, size = px - craters[row, column, 0], pz - craters[row, column, 1], craters[row, column, 2]
                far2, reach = dx * dx + dz * dz, np.float32(1.6) * size
                if far2 < reach * reach:
                    far = math.sqrt(far2) / size
                    h += size * (0.55 * smooth(1.6, 1.0, far) - 0.95 * smooth(1.05, 0.45, far))
        out[k] = h
    return out


@njit(**_FAST)
def dust_relief(width, height, scale, ground, light_x, eye, seed):
    """Light -1..1 on a plain seen from a man's height, below its skyline `ground` (width,) in pixels from the plate's
    middle; float32 (height, width). `light_x` -1 or 1: the side of the light; `eye` how high the lens is."""
    out = np.zeros((height, width), np.float32)
    deepest = eye / 0.028
    reach = (0.5 * width / scale * deepest * 4.0 + 0.03 + 0.012 * deepest) * _CELL
    first_x, first_z = math.floor(-reach) - 2, -3
    craters = _craters(first_x, first_z, int(2.0 * reach) + 6, int((2.45 * deepest + 1.0) * _CELL) + 7, seed)
    for j in range(height):
        seen = np.flatnonzero(j >= np.floor(np.maximum(0.0, ground + height * 0.5 - 2.0)))
        count = seen.shape[0]
        x, z, steps = np.empty(4 * count, np.float32), np.empty(4 * count, np.float32), np.empty(count)
        for k in range(count):
            low = max(0.0, (j - height * 0.5 - ground[seen[k]]) / scale)
            away = eye / (low + 0.028)
            wx, wz, e = (seen[k] - width * 0.5) / scale * away * 4.0, away * 2.4, 0.03 + 0.012 * away
            x[k], x[count + k], x[2 * count + k], x[3 * count + k] = wx + light_x * e, wx - light_x * e, wx, wx
            z[k], z[count + k], z[2 * count + k], z[3 * count + k] = wz, wz, wz + e, wz - e
            steps[k] = 2.0 * e
        h = _dunes(x, z, craters, first_x, first_z, seed)
        for k in range(count):
            slope = (h[k] - h[count + k]) / steps[k]
            rise = (h[2 * count + k] - h[3 * count + k]) / steps[k]
            out[j, seen[k]] = max(-1.0, min(1.0, -slope * 0.85 + rise * 0.25))
    return out


def plain_cover(shape: tuple[int, int], ground: np.ndarray, scale: float, stones: int,
                rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Coverage 0..1 (h, w) of the plain below its skyline, with boulders along it."""
    height, width = shape

    def paint(array: np.ndarray) -> None:
        with on(array, 0.0, height * 0.5) as canvas:
            ink = skia.Paint(AntiAlias=True)
            draw_ground(canvas, ground, height, ink)
            for _ in range(stones):
                place = rng.random() * width
                size = scale * 0.016 * rng.random() ** 2.5 + scale * 0.0035
                y = float(ground[int(place)])
                path = skia.Path()
                path.addPoly(
                    [skia.Point(place + size * 1.3 * math.cos(a) * rng.uniform(0.8, 1.2),
                                y - size * 0.5 * (math.sin(a) + 0.15) * rng.uniform(0.8, 1.3))
                     for a in np.linspace(0, 2 * math.pi, 8)[:-1]], True)  # fmt: skip
                canvas.drawPath(path, ink)

    return silhouette_plate((height, width), paint)


def lit_plain(cover: np.ndarray, ground: np.ndarray, scale: float, colours: dict[str, np.ndarray], *, haze: float,
              sun_x: float, side: float, seed: int,
              rng: np.random.Generator) -> Callable[[slice], np.ndarray]:  # fmt: skip
    """What paints some rows of the plain, linear RGB (n, w, 3): relief drawn by perspective, darker toward the lens, a
    rim on its crest. `colours` needs ink, rock, air and sun; the light comes from the side -`side`, and warms the
    ground under `sun_x`."""
    height, width = cover.shape
    slope = dust_relief(width, height, scale, ground, -side, 0.16, seed)
    x = (np.arange(width, dtype=np.float32)[None, :] - width * 0.5) / scale
    warm = np.exp(-np.abs(x - sun_x) * 0.9)
    tone = mix(colours["ink"] * 1.5, mix(colours["rock"], colours["air"], 0.35), 0.55)
    grain = 1.0 + 0.10 * rng.standard_normal(cover.shape, np.float32)
    rim = edge_light(cover, (-side * 0.5, -1.0), max(1.0, scale * 0.0022))

    def painted(rows: slice) -> np.ndarray:
        place = np.arange(height, dtype=np.float32)[rows, None]
        y = (place - height * 0.5 - ground[None, :].astype(np.float32)) / scale
        level = (0.20 + 0.26 * haze) * np.exp(-np.maximum(y, 0.0) * 7.0) * (0.45 + 0.75 * warm) + 0.035
        linear = tone * (level * np.clip(1.0 + 0.95 * slope[rows], 0.12, 2.0) * grain[rows])[..., None]
        return linear + colours["sun"] * (rim[rows] * (0.12 + 0.9 * warm * warm))[..., None]

    return painted

"""The ground of an airless world: a dusty plain with craters and boulders in raking light."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import skia
from numba import njit

from generation.engine.film.brushes.colour import mix
from generation.engine.film.brushes.ink import edge_light, on, silhouette_plate
from generation.engine.film.brushes.noise import fbm2, noise2, smooth
from generation.engine.film.brushes.scenery import draw_ground

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_FAST)
def _dune(x, z, seed):
    """Height of a dusty plain: long swells, small stones, a few craters."""
    h = fbm2(x * 0.5, z * 0.5, 4, seed) * 0.9 + fbm2(x * 3.0, z * 3.0, 4, seed + 7) * 0.16
    cx, cz = math.floor(x * 0.55), math.floor(z * 0.55)
    for ny in range(-1, 2):
        for nx in range(-1, 2):
            a = noise2((cx + nx) * 1.37 + 0.5, (cz + ny) * 1.91 + 0.5, seed + 31)
            b = noise2((cx + nx) * 1.71 + 0.2, (cz + ny) * 1.13 + 0.8, seed + 37)
            size = 0.20 + 0.30 * abs(a)
            dx, dz = x * 0.55 - (cx + nx + 0.5 + 0.6 * a), z * 0.55 - (cz + ny + 0.5 + 0.6 * b)
            far = math.sqrt(dx * dx + dz * dz) / size
            if far < 1.6:
                h += size * (0.55 * smooth(1.6, 1.0, far) - 0.95 * smooth(1.05, 0.45, far))
    return h


@njit(**_FAST)
def dust_relief(width, height, scale, ground, light_x, eye, seed):
    """Light -1..1 on a plain seen from a man's height, below its skyline `ground` (width,) in pixels from the plate's
    middle; float32 (height, width). `light_x` -1 or 1: the side of the light; `eye` how high the lens is."""
    out = np.zeros((height, width), np.float32)
    for i in range(width):
        x = (i - width * 0.5) / scale
        first = int(max(0, ground[i] + height * 0.5 - 2))
        for j in range(first, height):
            low = max(0.0, (j - height * 0.5 - ground[i]) / scale)
            z = eye / (low + 0.028)
            wx, wz = x * z * 4.0, z * 2.4
            e = 0.03 + 0.012 * z
            slope = (_dune(wx + light_x * e, wz, seed) - _dune(wx - light_x * e, wz, seed)) / (2.0 * e)
            rise = (_dune(wx, wz + e, seed) - _dune(wx, wz - e, seed)) / (2.0 * e)
            out[j, i] = max(-1.0, min(1.0, -slope * 0.85 + rise * 0.25))
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

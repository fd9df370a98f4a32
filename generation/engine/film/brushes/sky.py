"""Skies: a graded vault, a sun or moon, and clouds on a plane in perspective, lit by steps toward the light.

The cloud model is the usual real-time one: density is domain-warped fbm on a plane above the eye; its light is
Beer's law along eight steps of that plane toward the sun, and scattering is strongest near the sun's direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from generation.engine.film.brushes.noise import smooth, warped_fbm2


@dataclass(frozen=True)
class SkySpec:
    """Colours are linear RGB (3,). Positions are in picture heights, x right of the centre, y down from the centre."""

    zenith: np.ndarray
    middle: np.ndarray
    horizon: np.ndarray
    sun: np.ndarray
    cloud_lit: np.ndarray
    cloud_dark: np.ndarray
    sun_xy: tuple[float, float]
    horizon_y: float
    cover: float = 0.5
    """0 clear .. 1 overcast."""
    sun_size: float = 0.035
    glow: float = 1.0
    stars: float = 0.0
    cloud_scale: float = 1.0
    seed: int = 0


def paint_sky(spec: SkySpec, width: int, height: int, px_per_unit: float) -> np.ndarray:
    """Linear float32 RGB (height, width, 3); the plate's centre is the picture's centre."""
    colours = np.stack([spec.zenith, spec.middle, spec.horizon, spec.sun, spec.cloud_lit, spec.cloud_dark])
    return _paint(
        width, height, px_per_unit, colours.astype(np.float64), spec.sun_xy[0], spec.sun_xy[1], spec.horizon_y,
        spec.cover, spec.sun_size, spec.glow, spec.stars, spec.cloud_scale, spec.seed,
    )  # fmt: skip


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _density(x, y, cover, seed):
    base = warped_fbm2(x, y, 6, 0.55, seed)
    return smooth(0.20 - 0.62 * cover, 0.62 - 0.62 * cover, base)


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _light(x, y, to_x, to_y, cover, seed):
    """Optical depth along eight steps of the cloud plane toward the sun."""
    depth = 0.0
    for step in range(1, 9):
        reach = 0.05 * step
        base = warped_fbm2(x + to_x * reach, y + to_y * reach, 3, 0.55, seed)
        depth += smooth(0.20 - 0.62 * cover, 0.62 - 0.62 * cover, base)
    return depth * 0.3


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _star(i, j, seed):
    h = (i * 374761393 + j * 668265263 + seed * 974711) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    h ^= h >> 16
    return (h & 0xFFFF) / 65535.0, ((h >> 16) & 0xFF) / 255.0


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _paint(width, height, scale, colours, sun_x, sun_y, horizon_y, cover, sun_size, glow, stars, cloud_scale, seed):
    out = np.empty((height, width, 3), np.float32)
    zenith, middle, horizon, sun, lit, dark = (colours[0], colours[1], colours[2], colours[3], colours[4], colours[5])
    sun_depth = 1.0 / (max(0.02, horizon_y - sun_y) + 0.10)
    sun_px, sun_py = sun_x * sun_depth, sun_depth * 1.2
    for j in range(height):
        y = (j - height * 0.5) / scale
        rise = horizon_y - y
        up = min(1.0, max(0.0, rise / 0.95))
        # the plane of the clouds: far near the horizon, overhead at the top
        depth = 1.0 / (max(0.0, rise) + 0.10)
        haze = smooth(0.0, 0.22, rise)
        for i in range(width):
            x = (i - width * 0.5) / scale
            dx, dy = x - sun_x, (y - sun_y) * 1.15
            far = math.sqrt(dx * dx + dy * dy)
            near_sun = math.exp(-far * 3.2)
            halo = glow * (0.85 * math.exp(-far * 7.0) + 0.30 * math.exp(-far * 2.4))
            band = glow * 0.35 * math.exp(-abs(rise - 0.03) * 9.0) * math.exp(-abs(dx) * 1.5)
            disc = glow * 9.0 * smooth(sun_size * 1.15, sun_size * 0.75, far)
            twinkle = 0.0
            if stars > 0.0 and rise > 0.02:
                a, b = _star(i, j, seed)
                if a > 0.9986:
                    twinkle = stars * (0.25 + 2.2 * b * b * b) * smooth(0.02, 0.35, rise)
            px, py = x * depth * cloud_scale, depth * 1.2 * cloud_scale
            # streaks across the wind: clouds longer sideways than deep
            cx, cy = px * 1.0, py * 1.7
            thick = _density(cx, cy, cover, seed) * haze if rise > -0.02 else 0.0
            shade = 0.0
            if thick > 0.01:
                to_x, to_y = sun_px * cloud_scale - px, sun_py * cloud_scale - py
                length = math.sqrt(to_x * to_x + to_y * to_y) + 1e-4
                shade = math.exp(-_light(cx, cy, to_x / length, to_y / length, cover, seed))
            silver = (0.30 + 1.9 * near_sun + 1.3 * math.exp(-far * 7.0) * glow) * shade
            opaque = min(0.97, thick * 1.15)
            edge = thick * (1.0 - thick) * 4.0
            for c in range(3):
                if up < 0.42:
                    vault = horizon[c] + (middle[c] - horizon[c]) * smooth(0.0, 0.42, up)
                else:
                    vault = middle[c] + (zenith[c] - middle[c]) * smooth(0.42, 1.0, up)
                clear = vault + sun[c] * (halo + band + disc) + twinkle * 0.8
                body = dark[c] * (0.55 + 0.45 * up) + lit[c] * silver + sun[c] * edge * near_sun * 0.55 * glow
                body = body * (0.35 + 0.65 * haze) + vault * 0.25
                out[j, i, c] = clear * (1.0 - opaque) + body * opaque
    return out

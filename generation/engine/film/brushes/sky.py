"""Skies: a graded vault, a sun or moon, and clouds on a plane in perspective, lit by steps toward the light.

The cloud model is the usual real-time one: density is domain-warped fbm on a plane above the eye; its light is
Beer's law along eight steps of that plane toward the sun, and scattering is strongest near the sun's direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from generation.engine.film.brushes.noise import smooth
from generation.engine.film.brushes.noise_rows import warped_row

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


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


@njit(**_FAST)
def _density(x, y, octaves, cover, seed):
    """How thick the cloud is, 0..1, at each place of a row of its plane."""
    base = warped_row(x, y, octaves, 0.55, seed)
    for i in range(base.shape[0]):
        base[i] = smooth(0.20 - 0.62 * cover, 0.62 - 0.62 * cover, base[i])
    return base


@njit(**_FAST)
def _shade(x, y, thick, sun_px, sun_py, cover, seed):
    """What light reaches the cloud at each place of a row: Beer's law along eight steps toward the sun (the plane's
    streaks are no part of that way, `y` of the plane being `y / 1.7`)."""
    inside = np.flatnonzero(thick > 0.01)
    count = inside.shape[0]
    shade = np.zeros(x.shape[0], np.float32)
    across, down = np.empty(count, np.float32), np.empty(count, np.float32)
    step_x, step_y = np.empty(count, np.float32), np.empty(count, np.float32)
    depth = np.zeros(count, np.float32)
    for k in range(count):
        i = inside[k]
        to_x, to_y = sun_px - x[i], sun_py - y[i] / 1.7
        reach = 0.05 / (math.sqrt(to_x * to_x + to_y * to_y) + 1e-4)
        step_x[k], step_y[k] = to_x * reach, to_y * reach
        across[k], down[k] = x[i], y[i]
    for _ in range(8):
        for k in range(count):
            across[k] += step_x[k]
            down[k] += step_y[k]
        depth += _density(across, down, 3, cover, seed)
    for k in range(count):
        shade[inside[k]] = math.exp(-0.3 * depth[k])
    return shade


@njit(**_FAST)
def _star(i, j, seed):
    h = (i * 374761393 + j * 668265263 + seed * 974711) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    h ^= h >> 16
    return (h & 0xFFFF) / 65535.0, ((h >> 16) & 0xFF) / 255.0


@njit(**_FAST)
def _twinkle(i, j, rise, stars, seed):
    if stars <= 0.0 or rise <= 0.02:
        return 0.0
    a, b = _star(i, j, seed)
    return stars * (0.25 + 2.2 * b * b * b) * smooth(0.02, 0.35, rise) * 0.8 if a > 0.9986 else 0.0


@njit(**_FAST)
def _vault(up, horizon, middle, zenith, out):
    """The clear sky's colour (3,) at a height of 0..1."""
    for c in range(3):
        if up < 0.42:
            out[c] = horizon[c] + (middle[c] - horizon[c]) * smooth(0.0, 0.42, up)
        else:
            out[c] = middle[c] + (zenith[c] - middle[c]) * smooth(0.42, 1.0, up)


@njit(**_FAST)
def _paint(width, height, scale, colours, sun_x, sun_y, horizon_y, cover, sun_size, glow, stars, cloud_scale, seed):
    out = np.empty((height, width, 3), np.float32)
    zenith, middle, horizon, sun, lit, dark = (colours[0], colours[1], colours[2], colours[3], colours[4], colours[5])
    sun_depth = 1.0 / (max(0.02, horizon_y - sun_y) + 0.10)
    sun_px, sun_py = sun_x * sun_depth * cloud_scale, sun_depth * 1.2 * cloud_scale
    vault = np.empty(3)
    x = (np.arange(width) - width * 0.5) / scale
    along = np.exp(-np.abs(x - sun_x) * 1.5)
    thick, shade = np.zeros(width, np.float32), np.zeros(width, np.float32)
    for j in range(height):
        y = (j - height * 0.5) / scale
        rise = horizon_y - y
        up = min(1.0, max(0.0, rise / 0.95))
        # the plane of the clouds: far near the horizon, overhead at the top
        depth = 1.0 / (max(0.0, rise) + 0.10)
        haze = smooth(0.0, 0.22, rise)
        thick[:], shade[:] = 0.0, 0.0
        if rise > -0.02 and haze > 0.0:
            # streaks across the wind: clouds longer sideways than deep
            px = (x * (depth * cloud_scale)).astype(np.float32)
            py = np.full(width, np.float32(depth * 1.2 * 1.7 * cloud_scale))
            thick[:] = _density(px, py, 6, cover, seed) * np.float32(haze)
            shade[:] = _shade(px, py, thick, sun_px, sun_py, cover, seed)
        _vault(up, horizon, middle, zenith, vault)
        low = glow * 0.35 * math.exp(-abs(rise - 0.03) * 9.0)
        for i in range(width):
            dx, dy = x[i] - sun_x, (y - sun_y) * 1.15
            far = math.sqrt(dx * dx + dy * dy)
            near_sun, close = math.exp(-far * 3.2), math.exp(-far * 7.0)
            halo = glow * (0.85 * close + 0.30 * math.exp(-far * 2.4))
            disc = glow * 9.0 * smooth(sun_size * 1.15, sun_size * 0.75, far)
            twinkle = _twinkle(i, j, rise, stars, seed)
            silver = (0.30 + 1.9 * near_sun + 1.3 * close * glow) * shade[i]
            opaque = min(0.97, thick[i] * 1.15)
            edge = thick[i] * (1.0 - thick[i]) * 4.0
            for c in range(3):
                clear = vault[c] + sun[c] * (halo + low * along[i] + disc) + twinkle
                body = dark[c] * (0.55 + 0.45 * up) + lit[c] * silver + sun[c] * edge * near_sun * 0.55 * glow
                body = body * (0.35 + 0.65 * haze) + vault[c] * 0.25
                out[j, i, c] = clear * (1.0 - opaque) + body * opaque
    return out

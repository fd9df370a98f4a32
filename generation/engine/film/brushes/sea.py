"""A sea that moves: periodic wave tiles from a wind spectrum, drawn column by column from front to back every frame.

The tiles follow Tessendorf's directional Phillips spectrum; three of them drift over one another at their own speeds.
The drawing is the voxel-space method of the mountains, with Fresnel reflection, light through the crests and foam.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


def wave_tile(
    rng: np.random.Generator, *, size: int = 256, wind: float = 0.0, peak: float = 6.0, spread: float = 2.0
) -> np.ndarray:
    """A seamless (size, size) float32 height field of unit deviation; `peak`: waves per tile."""
    kx = np.fft.fftfreq(size, 1.0 / size)[None, :]
    ky = np.fft.fftfreq(size, 1.0 / size)[:, None]
    k = np.hypot(kx, ky)
    k[0, 0] = 1.0
    along = np.abs(kx * math.sin(wind) + ky * math.cos(wind)) / k
    energy = np.exp(-((peak / k) ** 2)) / k**3.4 * along**spread
    energy[0, 0] = 0.0
    waves = np.fft.ifft2(np.fft.fft2(rng.standard_normal((size, size))) * np.sqrt(energy)).real
    waves = waves / waves.std()
    # choppy: crests are narrower than troughs
    waves = np.where(waves > 0, np.abs(waves) ** 1.25, waves * 0.8)
    return ((waves - waves.mean()) / waves.std()).astype(np.float32)


@njit(inline="always", **_FAST)
def _tile(tiles, layer, x, y):
    """Bilinear and periodic; the size of a tile is a power of two, so that wrapping is a mask."""
    mask = tiles.shape[1] - 1
    left, low = math.floor(x), math.floor(y)
    u, v = np.float32(x - left), np.float32(y - low)
    i, j = int(left) & mask, int(low) & mask
    i1, j1 = (i + 1) & mask, (j + 1) & mask
    top = tiles[layer, j, i] + (tiles[layer, j, i1] - tiles[layer, j, i]) * u
    under = tiles[layer, j1, i] + (tiles[layer, j1, i1] - tiles[layer, j1, i]) * u
    return top + (under - top) * v


@njit(**_FAST)
def wave_height(tiles, swell, x, z, t):
    """The surface at a place and a time: the long swell, waves on it, ripples where it is near."""
    big = _tile(tiles, 0, x * 17.0 + t * 2.2, z * 17.0 + t * 7.5)
    mid = _tile(tiles, 1, x * 34.0 - t * 4.0, z * 34.0 + t * 11.0)
    # short waves are lost in the distance, where a pixel is longer than they are
    return swell * (0.72 * big + 0.26 * mid / (1.0 + z * z * 0.03))


@njit(**_FAST)
def _water(
    tiles, swell, eye, horizon_y, screen_x, x, z, h, zoom, t, light_x, light_y, colours, air, foam, glow, row_colour
):
    """The colour of the water at a place into `row_colour` (3,): see `draw_sea` for what it reads."""
    fade = 1.0 / (1.0 + z * 0.10)
    e = 0.012 + z * 0.006
    slope_x = (wave_height(tiles, swell, x + e, z, t) - h) / e
    slope_z = (wave_height(tiles, swell, x, z + e, t) - h) / e
    fine = 0.17 / (1.0 + z * 0.6)
    ripple_x, ripple_z = 0.0, 0.0
    if fine > 0.02:
        ripple_x = _tile(tiles, 2, x * 70.0 + t * 9.0, z * 70.0 + t * 16.0)
        ripple_z = _tile(tiles, 2, x * 70.0 - t * 7.0 + 91.0, z * 70.0 + t * 13.0 + 37.0)
    calm = fade / (1.0 + z * z * 0.012)
    nx, nz = -slope_x * calm - ripple_x * fine, -slope_z * calm - ripple_z * fine
    scale = 1.0 / math.sqrt(nx * nx + nz * nz + 1.0)
    nx, ny, nz = nx * scale, scale, nz * scale
    # the ray from the eye to the surface, and its reflection
    vx, vy, vz = screen_x / zoom, -(eye - h) / z, 1.0
    norm = 1.0 / math.sqrt(vx * vx + vy * vy + 1.0)
    vx, vy, vz = vx * norm, vy * norm, vz * norm
    facing = max(0.0, -(vx * nx + vy * ny + vz * nz))
    rest = (1.0 - facing) * (1.0 - facing)
    fresnel = 0.03 + 0.97 * rest * rest * (1.0 - facing)
    rx, ry, rz = vx + 2.0 * facing * nx, vy + 2.0 * facing * ny, vz + 2.0 * facing * nz
    up = min(1.0, max(0.0, ry * 1.5))
    ahead = 1.0 / max(0.15, rz)
    off_x = rx * ahead - light_x
    off_y = max(0.0, ry) * ahead - (horizon_y - light_y)
    glint = math.exp(-(off_x * off_x * 9.0 + off_y * off_y * 5.0))
    spark = glint * glint * glint * glint
    crest = max(0.0, h / swell - 0.55)
    lit = min(1.0, crest * 0.55) * (0.35 + 0.65 * math.exp(-abs(screen_x - light_x) * 1.6)) * max(0.0, 0.4 - nz)
    slick = _tile(tiles, 2, x * 52.0 + t * 3.0, z * 40.0 + t * 7.0)
    # far off, foam is finer than a pixel: it pales instead of sparkling
    white = min(1.0, max(0.0, (h / swell - foam + 0.40 * slick) * 0.95)) * 0.80 / (1.0 + z * z * 0.035)
    # the sea's own fire in the crests, where the music is loud
    fire = glow * (min(1.0, crest * 1.2) * 0.55 + white * 1.1) / (1.0 + z * 0.12)
    shade = 0.55 + 0.45 * max(0.0, 0.6 - nz * 0.9)
    for c in range(3):
        sky = colours[4, c] + (colours[3, c] - colours[4, c]) * up
        value = colours[0, c] * shade * (1.0 - fresnel) + sky * fresnel * 0.85
        value += colours[5, c] * (glint * 0.35 + spark * 0.9) * (0.25 + 0.75 * fresnel)
        value += colours[1, c] * lit
        value += (colours[2, c] * (0.45 + 0.4 * shade) - value) * white
        value += colours[6, c] * fire
        value += (colours[4, c] - value) * air
        row_colour[c] = min(255.0, max(0.0, value * 255.0))


@njit(**_FAST)
def draw_sea(
    out, tiles, swell, eye, horizon_y, camera_x, zoom, t, near, far, light_x, light_y, colours, fog, foam, glows, steps
):
    """Draw the sea between distances `near` and `far` into `out`, BGRA uint8 premultiplied, turned: (w, h, 4), zero
    before. Returns the highest row that it reached.

    `colours` (7, 3) display BGR 0..1: deep water, lit crest, foam, sky high, sky at the horizon, light, the crests' own
    fire. `glows` (n,): how strongly the crests burn from the left of the picture to the right. `light_x`, `light_y`:
    the light on the screen in picture units.
    """
    width, height = out.shape[:2]
    row_colour = np.empty(3)
    growth = (far / near) ** (1.0 / steps)
    # what depends on the distance alone; no wave reaches higher than `limits`, so that most steps behind a crest end
    # there
    zs, fades, airs, limits = np.empty(steps), np.empty(steps), np.empty(steps), np.empty(steps)
    z = near / growth
    for k in range(steps):
        z *= growth
        zs[k], fades[k], airs[k] = z, 1.0 / (1.0 + z * 0.10), 1.0 - math.exp(-fog * z)
        limits[k] = (horizon_y + (eye - 3.6 * swell * fades[k]) / z * zoom) * height + height * 0.5
    highest = height
    for i in range(width):
        screen_x = (i + 0.5 - width * 0.5) / height
        at = (i + 0.5) / width * (glows.shape[0] - 1)
        band = min(int(at), glows.shape[0] - 2)
        glow = glows[band] + (glows[band + 1] - glows[band]) * (at - band)
        lowest, last_b, last_g, last_r = height, -1.0, 0.0, 0.0
        for k in range(steps):
            if limits[k] >= lowest:
                continue
            z = zs[k]
            x = screen_x * z / zoom + camera_x
            h = wave_height(tiles, swell, x, z, t)
            top = int((horizon_y + (eye - h * fades[k]) / z * zoom) * height + height * 0.5)
            if top >= lowest:
                continue
            _water(tiles, swell, eye, horizon_y, screen_x, x, z, h, zoom, t, light_x, light_y, colours,
                   airs[k], foam, glow, row_colour)  # fmt: skip
            first = max(0, top)
            if last_b < 0.0:
                last_b, last_g, last_r = row_colour[0], row_colour[1], row_colour[2]
            span = 1.0 / max(1, lowest - first)
            for j in range(first, lowest):
                blend = (lowest - j) * span
                out[i, j, 0] = np.uint8(last_b + (row_colour[0] - last_b) * blend)
                out[i, j, 1] = np.uint8(last_g + (row_colour[1] - last_g) * blend)
                out[i, j, 2] = np.uint8(last_r + (row_colour[2] - last_r) * blend)
                out[i, j, 3] = 255
            last_b, last_g, last_r = row_colour[0], row_colour[1], row_colour[2]
            lowest = first
            if lowest <= 0:
                break
        highest = min(highest, lowest)
    return highest

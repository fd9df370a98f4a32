"""Deep space: nebulae that are lit from within, worlds that turn, rings in perspective.

The gas is domain-warped fbm (after Quilez) with folded ridges for filaments; young stars inside light it, dimmed by
Beer's law along a few steps through the gas. A planet is a map wound about a sphere, looked up through angles that are
computed once; its ring is a disc seen aslant, whose lanes are the bands of the music's spectrum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from generation.engine.film.brushes.colour import STRIP_ROWS
from generation.engine.film.brushes.noise import smooth
from generation.engine.film.brushes.noise_rows import fbm_row, noise_row, warped_row

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


@dataclass(frozen=True)
class NebulaSpec:
    """Colours are linear RGB (3,); `cores` (n, 3) are x, y (picture units) and strength of the stars inside."""

    deep: np.ndarray
    outer: np.ndarray
    middle: np.ndarray
    core: np.ndarray
    dust: np.ndarray
    cores: np.ndarray
    angle: float
    cover: float
    cells: float
    seed: int


def paint_nebula(spec: NebulaSpec, width: int, height: int, px_per_unit: float) -> np.ndarray:
    """Linear float32 RGB (height, width, 3); the plate's centre is the picture's centre."""
    colours = np.stack([spec.deep, spec.outer, spec.middle, spec.core, spec.dust]).astype(np.float64)
    return _nebula(width, height, px_per_unit, colours, spec.cores.astype(np.float64), spec.angle, spec.cover,
                   spec.cells, spec.seed)  # fmt: skip


@njit(**_FAST)
def _shine(x, y, cores, cells, seed):
    """Light of the stars inside at a row of places, dimmed by the gas between."""
    count = x.shape[0]
    total = np.zeros(count, np.float32)
    scale = np.float32(cells * 2.0)
    for k in range(cores.shape[0]):
        near_x, near_y = np.float32(cores[k, 0]), np.float32(cores[k, 1])
        fall = np.float32(cores[k, 2]) / (
            np.float32(1.0) + ((near_x - x) * (near_x - x) + (near_y - y) * (near_y - y)) * np.float32(26.0)
        )
        lit = np.flatnonzero(fall >= np.float32(0.01))
        px, py, depth = x[lit], y[lit], np.zeros(lit.shape[0], np.float32)
        for step in range(1, 4):
            share = np.float32(step * 0.24)
            gas = fbm_row((px + (near_x - px) * share) * scale, (py + (near_y - py) * share) * scale, 3, seed)
            depth += np.maximum(np.float32(0.0), gas + np.float32(0.12))
        for n in range(lit.shape[0]):
            total[lit[n]] += fall[lit[n]] * math.exp(-depth[n] * 1.6)
    return total


@njit(**_FAST)
def _nebula(width, height, scale, colours, cores, angle, cover, cells, seed):
    out = np.empty((height, width, 3), np.float32)
    cos, sin = math.cos(angle), math.sin(angle)
    deep, outer, middle, core, dusty = colours[0], colours[1], colours[2], colours[3], colours[4]
    x = ((np.arange(width) - width * 0.5) / scale).astype(np.float32)
    span = np.float32(cells)
    wide, fine, thin = np.float32(1.3), np.float32(2.1), np.float32(1.1)
    for j in range(height):
        y = np.full(width, np.float32((j - height * 0.5) / scale))
        along, across = (cos * x + sin * y).astype(np.float32), (cos * y - sin * x).astype(np.float32)
        across += np.float32(0.22) * noise_row(
            along * wide + np.float32(3.0), np.full(width, np.float32(0.7)), seed + 5
        )
        wx = fbm_row(x * span + np.float32(3.1), y * span + np.float32(1.7), 4, seed + 11)
        wy = fbm_row(x * span + np.float32(8.3), y * span + np.float32(2.8), 4, seed + 23)
        px, py = x * span + np.float32(1.5) * wx, y * span + np.float32(1.5) * wy
        base = fbm_row(px * wide, py * wide, 7, seed)
        folds = fbm_row(px * fine + np.float32(4.0), py * fine + np.float32(9.0), 6, seed + 41)
        veil = fbm_row(px * thin + np.float32(31.0), py * thin + np.float32(17.0), 6, seed + 77)
        shine = _shine(x, y, cores, cells, seed)
        for i in range(width):
            band = math.exp(-across[i] * across[i] * 7.0)
            ridge = 1.0 - min(1.0, abs(folds[i]) * 3.4)
            thread = ridge * ridge * ridge
            gas = smooth(-0.26, 0.42, base[i] + 0.42 * (band - 0.55) + cover)
            dust = smooth(0.0, 0.34, veil[i] + 0.18 * band - 0.02)
            tint = smooth(-0.3, 0.3, wx[i] + 0.4 * wy[i])
            keep = math.exp(-dust * (1.9 - 0.7 * gas))
            lit = shine[i] / (1.0 + 0.55 * shine[i])
            hot = lit * lit * (0.25 + 0.75 * gas)
            for c in range(3):
                body = outer[c] * (1.0 - tint) + middle[c] * tint
                glow = body * gas * (0.26 + 0.55 * thread) * (0.42 + 1.5 * lit)
                glow += core[c] * (gas * gas * lit * (0.16 + 0.75 * thread) + hot * 0.26)
                edge = dusty[c] * dust * (1.0 - dust) * 2.4 * (0.10 + 0.55 * lit)
                out[j, i, c] = (deep[c] * (0.55 + 0.6 * band) + glow) * keep + edge
    return out


def light_air(linear: np.ndarray, scale: float, *, ground_y: float, haze: float, air: np.ndarray,
              sun_xy: tuple[float, float], sun: np.ndarray, seen: float) -> None:  # fmt: skip
    """Add to a sky (h, w, 3), in strips, the moon's own thin `air` above its horizon `ground_y` and the glow about the
    sun, `seen` 0..1 of it."""
    height, width = linear.shape[:2]
    x = (np.arange(width, dtype=np.float32)[None, :] - width * 0.5) / scale
    near = np.exp(-np.abs(x - sun_xy[0]) * 1.1)
    for top in range(0, height, STRIP_ROWS):
        part = linear[top : top + STRIP_ROWS]
        y = (np.arange(top, top + len(part), dtype=np.float32)[:, None] - height * 0.5) / scale
        rise = np.maximum(0.0, ground_y - y)
        veil = haze * (0.30 * np.exp(-rise * 3.4) + 0.45 * np.exp(-rise * 9.0) * (0.4 + near))
        part += air * veil[..., None]
        far = np.hypot(x - sun_xy[0], y - sun_xy[1])
        part += sun * (seen * (0.8 * np.exp(-far * 6.0) + 0.25 * np.exp(-far * 2.0)))[..., None]


@njit(**_FAST)
def _land(x, y, lat, kind, seed):
    """(what tone, how much accent) of a planet's row of places, 0..1; `kind` as in `planet_map`."""
    count = x.shape[0]
    value, spot = np.empty(count, np.float32), np.empty(count, np.float32)
    if kind == 0:
        scale, deep, flat = np.float32(1.2), np.float32(2.2), np.float32(4.2)
        swirl = warped_row(x * scale, y * scale, 5, 0.9, seed)
        line = np.float32(lat * 17.0) + swirl * np.float32(0.75)
        band = fbm_row(line, np.full(count, np.float32(2.7)), 4, seed + 3)
        storm = fbm_row(x * deep + band, y * flat, 4, seed + 9)
        for i in range(count):
            value[i], spot[i] = smooth(-0.42, 0.42, band[i] + 0.16 * swirl[i]), smooth(0.25, 0.42, storm[i])
    elif kind == 1:
        scale, fine = np.float32(2.0), np.float32(4.2)
        rough = warped_row(x * scale, y * scale, 7, 0.6, seed)
        fold = fbm_row(x * fine, y * fine, 6, seed + 5)
        for i in range(count):
            ridge = 1.0 - min(1.0, abs(fold[i]) * 3.0)
            value[i] = smooth(-0.34, 0.40, rough[i] + 0.16 * ridge)
            spot[i] = ridge * ridge * 0.6 + smooth(0.34, 0.46, abs(lat)) * 0.9
    else:
        scale, wide, flat = np.float32(1.8), np.float32(2.4), np.float32(3.6)
        land = warped_row(x * scale, y * scale, 7, 0.5, seed)
        cloud = warped_row(x * wide + np.float32(9.0), y * flat, 6, 1.1, seed + 31)
        for i in range(count):
            value[i] = 0.12 + 0.60 * smooth(0.02, 0.10, land[i]) + 0.25 * land[i]
            spot[i] = smooth(0.02, 0.34, cloud[i])
    return value, spot


@njit(**_FAST)
def planet_map(width, height, colours, kind, seed):
    """A world's surface unrolled, float32 (height, width, 3), seamless across; `colours` (4, 3) of dark, middle, light,
    accent; `kind` 0 banded gas, 1 rock and ice, 2 seas under clouds."""
    out = np.empty((height, width, 3), np.float32)
    turn = np.arange(width) / width * (2.0 * math.pi)
    for j in range(height):
        lat = (j + 0.5) / height - 0.5
        # near the poles the map is wound closer; noise on a circle keeps it seamless
        wind = max(0.12, math.cos(lat * math.pi)) * 1.6
        x = (np.cos(turn) * wind + 5.0).astype(np.float32)
        y = (np.sin(turn) * wind + lat * 5.0).astype(np.float32)
        value, spot = _land(x, y, lat, kind, seed)
        for i in range(width):
            accent = min(1.0, spot[i]) * 0.72
            low, high = smooth(0.0, 0.55, value[i]), smooth(0.5, 1.0, value[i])
            for c in range(3):
                tone = colours[0, c] + (colours[1, c] - colours[0, c]) * low
                tone += (colours[2, c] - tone) * high
                out[j, i, c] = tone + (colours[3, c] - tone) * accent
    return out


@njit(**_FAST)
def _ring_shadow(x, y, z, light, normal, profile, inner, outer):
    """How much of the light the ring keeps from a point of the sphere, 0..1."""
    down = light[0] * normal[0] + light[1] * normal[1] + light[2] * normal[2]
    if abs(down) < 1e-3:
        return 0.0
    reach = -(x * normal[0] + y * normal[1] + z * normal[2]) / down
    if reach <= 0.0:
        return 0.0
    qx, qy, qz = x + light[0] * reach, y + light[1] * reach, z + light[2] * reach
    far = (math.sqrt(qx * qx + qy * qy + qz * qz) - inner) / (outer - inner)
    if far <= 0.0 or far >= 1.0:
        return 0.0
    return profile[int(far * (profile.shape[0] - 1))]


@njit(**_FAST)
def sphere_maps(size, tilt, light, normal, profile, inner, outer, ringed):
    """Of a disc `size` pixels wide that holds a sphere of radius 0.86 half-sizes: (row, column) of the map as turns
    0..1, the day's light, the air's glow, and cover; float32 (size, size, 5). z points to the eye, y down."""
    out = np.zeros((size, size, 5), np.float32)
    cos, sin = math.cos(tilt), math.sin(tilt)
    for j in range(size):
        y = ((j + 0.5) / size * 2.0 - 1.0) / 0.86
        for i in range(size):
            x = ((i + 0.5) / size * 2.0 - 1.0) / 0.86
            far = math.sqrt(x * x + y * y)
            edge = 2.0 / (0.86 * size)
            cover = smooth(1.0 + edge * 0.5, 1.0 - edge * 0.5, far)
            toward = (x * light[0] + y * light[1]) / max(0.05, far)
            if far < 1.0:
                z = math.sqrt(1.0 - far * far)
                sun = x * light[0] + y * light[1] + z * light[2]
                ax, ay = cos * x + sin * y, -sin * x + cos * y
                out[j, i, 0] = math.asin(max(-1.0, min(1.0, ay))) / math.pi + 0.5
                out[j, i, 1] = math.atan2(ax, z) / (2.0 * math.pi) + 0.5
                day = smooth(-0.10, 0.55, sun)
                if ringed > 0:
                    day *= 1.0 - 0.75 * _ring_shadow(x, y, z, light, normal, profile, inner, outer)
                out[j, i, 2] = day * (0.30 + 0.58 * z**0.6)
                out[j, i, 3] = (1.0 - z) ** 3.0 * smooth(-0.35, 0.45, sun) * 1.05 + 0.05 * smooth(-0.2, 0.6, sun)
            else:
                # the air beyond the limb, brightest where the day is
                halo = 0.8 * math.exp(-(far - 1.0) * 30.0) * (1.0 - smooth(1.05, 1.16, far))
                out[j, i, 3] = halo * (0.06 + smooth(-0.75, 0.75, toward + light[2] * 0.35))
            out[j, i, 4] = cover
    return out


@njit(**_FAST)
def wind_planet(out, maps, surface, turn, air, night):
    """Wind `surface` (h, w, 4) BGR, turned by `turn` 0..1, about the sphere into `out`, premultiplied BGRA uint8.
    `air` (3,) display BGR 0..255 of the atmosphere; `night` 0..1 light on the dark side."""
    size, one, full = maps.shape[0], np.float32(1.0), np.float32(255.0)
    rows, cols = surface.shape[:2]
    tall, wide, ahead, dark = np.float32(rows - 1), np.float32(cols), np.float32(turn), np.float32(night)
    air_b, air_g, air_r = np.float32(air[0]), np.float32(air[1]), np.float32(air[2])
    for j in range(size):
        for i in range(size):
            cover, glow = maps[j, i, 4], maps[j, i, 3]
            if cover <= np.float32(0.0):
                # only the air is here, mostly nothing
                if glow < np.float32(0.004):
                    out[j, i, 0], out[j, i, 1], out[j, i, 2], out[j, i, 3] = 0, 0, 0, 0
                    continue
                b, g, r = min(full, air_b * glow), min(full, air_g * glow), min(full, air_r * glow)
            else:
                place = maps[j, i, 1] * np.float32(0.5) + ahead
                y, x = maps[j, i, 0] * tall, (place - one if place >= one else place) * wide
                y0, q0 = min(rows - 2, np.int32(y)), min(cols - 1, np.int32(x))
                v, u = y - np.float32(y0), x - np.float32(q0)
                q1 = q0 + 1 if q0 + 1 < cols else 0
                light = (maps[j, i, 2] + dark) * cover
                lower, near, far = v * light, one - u, u
                upper = light - lower
                above, below = surface[y0], surface[y0 + 1]
                b = (above[q0, 0] * near + above[q1, 0] * far) * upper + (
                    below[q0, 0] * near + below[q1, 0] * far
                ) * lower
                g = (above[q0, 1] * near + above[q1, 1] * far) * upper + (
                    below[q0, 1] * near + below[q1, 1] * far
                ) * lower
                r = (above[q0, 2] * near + above[q1, 2] * far) * upper + (
                    below[q0, 2] * near + below[q1, 2] * far
                ) * lower
                b, g, r = min(full, b + air_b * glow), min(full, g + air_g * glow), min(full, r + air_r * glow)
            out[j, i, 0], out[j, i, 1], out[j, i, 2] = np.uint8(b), np.uint8(g), np.uint8(r)
            # premultiplied: no colour may exceed its cover
            out[j, i, 3] = np.uint8(math.ceil(max(max(b, g), max(r, cover * full))))
    return 0


def ring_profile(rng: np.random.Generator, count: int = 768) -> np.ndarray:
    """(count,) float32 opacity 0..1 from the ring's inner to its outer edge: lanes, gaps, one great division."""
    x = np.linspace(0.0, 1.0, count)
    lanes = np.zeros(count)
    for cells, weight in ((9.0, 0.5), (31.0, 0.3), (90.0, 0.2)):
        knots = rng.random(int(cells) + 2)
        lanes += weight * np.interp(x * cells, np.arange(len(knots)), knots)
    gap = rng.uniform(0.58, 0.70)
    lanes *= 1.0 - np.exp(-(((x - gap) / 0.022) ** 2))
    for _ in range(4):
        lanes *= 1.0 - rng.uniform(0.3, 0.8) * np.exp(-(((x - rng.random()) / rng.uniform(0.004, 0.010)) ** 2))
    envelope = np.clip(x / 0.10, 0.0, 1.0) * np.clip((1.0 - x) / 0.07, 0.0, 1.0)
    return (np.clip(lanes * 1.35 - 0.12, 0.0, 1.0) * envelope).astype(np.float32)


@njit(**_FAST)
def draw_ring(picture, cx, cy, radius, roll, open_, front, profile, inner, outer, light, colour, bands, shine):
    """Lay half of a ring over `picture` (h, w, 4). Pixels: centre, the planet's `radius`; `roll` its lean, `open_` the
    sine of its opening; `front` 1 the half before the planet, -1 the half behind. `inner`, `outer` in planet radii;
    `light` (3,) toward the sun; `colour` (3,) display BGR; `bands` (n,) brightness of its lanes from inner to outer."""
    height, width = picture.shape[:2]
    cos, sin = math.cos(roll), math.sin(roll)
    reach_x = outer * radius * math.sqrt(cos * cos + sin * sin * open_ * open_) + 2.0
    reach_y = outer * radius * math.sqrt(sin * sin + cos * cos * open_ * open_) + 2.0
    depth = math.sqrt(max(0.0, 1.0 - open_ * open_))
    count, lanes = profile.shape[0], bands.shape[0]
    for j in range(max(0, int(cy - reach_y)), min(height, int(cy + reach_y) + 1)):
        for i in range(max(0, int(cx - reach_x)), min(width, int(cx + reach_x) + 1)):
            x, y = (i + 0.5 - cx) / radius, (j + 0.5 - cy) / radius
            a, b = cos * x + sin * y, (-sin * x + cos * y) / open_
            if b * front < 0.0:
                continue
            far2 = a * a + b * b
            if far2 < inner * inner or far2 > outer * outer:
                continue
            far = (math.sqrt(far2) - inner) / (outer - inner)
            place = far * (count - 1)
            first = int(place)
            part = place - first
            cover = profile[first] * (1.0 - part) + profile[min(count - 1, first + 1)] * part
            if cover < 0.01:
                continue
            # the planet's own shadow on the ring: points whose way to the sun meets the sphere
            px, py, pz = x, y, b * depth
            along = px * light[0] + py * light[1] + pz * light[2]
            off = far2 - along * along
            lit = 1.0 if along > 0.0 else smooth(0.92, 1.06, math.sqrt(max(0.0, off)))
            band = far * (lanes - 1)
            k = int(band)
            loud = bands[k] * (1.0 - (band - k)) + bands[min(lanes - 1, k + 1)] * (band - k)
            glow = (0.10 + 0.90 * lit) * (0.55 + 0.35 * shine + 0.42 * loud) + 0.12 * loud
            alpha = cover * min(0.96, 0.80 + 0.16 * loud)
            keep = 1.0 - alpha * 0.85
            for c in range(3):
                picture[j, i, c] = int(min(255.0, picture[j, i, c] * keep + colour[c] * glow * alpha))
    return 0

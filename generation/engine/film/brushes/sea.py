"""A sea that moves: periodic wave tiles from a wind spectrum, drawn from front to back every frame.

The tiles follow Tessendorf's directional Phillips spectrum; three of them drift over one another at their own speeds.
The drawing is the voxel-space method of the mountains, with Fresnel reflection, light through the crests and foam. It
goes from distance to distance, not from column to column: what a distance shares is then found once, and the colours of
all its water become vector code.
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


_BIG, _MID, _BIG_BEHIND, _MID_BEHIND, _RIPPLE, _CROSS, _SLICK = range(7)


@njit(**_FAST)
def _profiles(tiles, zs, steps_z, t):
    """What does not change along a row of the sea: at every distance the rows of the tiles that are read there, mixed,
    float32 (7, steps, size + 1), the first value again at the end."""
    size = tiles.shape[1]
    out = np.empty((7, len(zs), size + 1), np.float32)
    layers = (0, 1, 0, 1, 2, 2, 2)
    for kind in range(7):
        for k in range(len(zs)):
            behind = zs[k] + steps_z[k]
            y = (
                zs[k] * 17.0 + t * 7.5,
                zs[k] * 34.0 + t * 11.0,
                behind * 17.0 + t * 7.5,
                behind * 34.0 + t * 11.0,
                zs[k] * 70.0 + t * 16.0,
                zs[k] * 70.0 + t * 13.0 + 37.0,
                zs[k] * 40.0 + t * 7.0,
            )[kind]
            low = math.floor(y)
            share = np.float32(y - low)
            above = tiles[layers[kind], int(low) & (size - 1)]
            below = tiles[layers[kind], (int(low) + 1) & (size - 1)]
            row = out[kind, k]
            for i in range(size):
                row[i] = above[i] + (below[i] - above[i]) * share
            row[size] = row[0]
    return out


@njit(inline="always", **_FAST)
def _along(row, x):
    """A profile between its values, periodic."""
    left = math.floor(x)
    i = int(left) & (row.shape[0] - 2)
    return row[i] + (row[i + 1] - row[i]) * np.float32(x - left)


@njit(inline="always", **_FAST)
def _fading(u):
    """e^-u for u >= 0, within a thousandth: in products alone, so that it becomes vector code."""
    part = min(u, np.float32(24.0)) * np.float32(1.0 / 64.0)
    rest = np.float32(1.0) - part * (np.float32(1.0) - part * (np.float32(0.5) - part * np.float32(1.0 / 6.0)))
    for _ in range(6):
        rest *= rest
    return rest


@njit(**_FAST)
def _colour(waters, heights, tilts_x, tilts_z, slicks, xs, fires, crests, place, colours, far_off):
    """The colours of the water at places of one distance, as words BGRA, into `waters`: see `draw_sea` for what it
    reads. `tilts` are the slopes of the surface, `crests` how much light comes through them."""
    one, zero, full = np.float32(1.0), np.float32(0.0), np.float32(255.0)
    swell, eye, z, zoom, above, light_x, light_y, foam, air = place
    far_white, far_fire = far_off
    for m in range(waters.shape[0]):
        h = heights[m]
        ny = one / math.sqrt(tilts_x[m] * tilts_x[m] + tilts_z[m] * tilts_z[m] + one)
        nx, nz = tilts_x[m] * ny, tilts_z[m] * ny
        # the ray from the eye to the surface, and its reflection
        vx, vy = xs[m] / zoom, (h - eye) / z
        norm = one / math.sqrt(vx * vx + vy * vy + one)
        vx, vy = vx * norm, vy * norm
        facing = max(zero, -(vx * nx + vy * ny + norm * nz))
        rest = (one - facing) * (one - facing)
        fresnel = np.float32(0.03) + np.float32(0.97) * rest * rest * (one - facing)
        rx, ry, rz = vx + (facing + facing) * nx, vy + (facing + facing) * ny, norm + (facing + facing) * nz
        up = min(one, max(zero, ry * np.float32(1.5)))
        ahead = one / max(np.float32(0.15), rz)
        off_x = rx * ahead - light_x
        off_y = max(zero, ry) * ahead - above + light_y
        glint = _fading(off_x * off_x * np.float32(9.0) + off_y * off_y * np.float32(5.0))
        spark = glint * glint * glint * glint
        crest = max(zero, h / swell - np.float32(0.55))
        lit = min(one, crest * np.float32(0.55)) * crests[m] * max(zero, np.float32(0.4) - nz)
        # far off, foam is finer than a pixel: it pales instead of sparkling
        white = min(one, max(zero, (h / swell - foam + np.float32(0.40) * slicks[m]) * np.float32(0.95))) * far_white
        # the sea's own fire in the crests, where the music is loud
        fire = fires[m] * (min(one, crest * np.float32(1.2)) * np.float32(0.55) + white * np.float32(1.1)) * far_fire
        shade = np.float32(0.55) + np.float32(0.45) * max(zero, np.float32(0.6) - nz * np.float32(0.9))
        deep, shine = shade * (one - fresnel), fresnel * np.float32(0.85)
        gleam = (glint * np.float32(0.35) + spark * np.float32(0.9)) * (np.float32(0.25) + np.float32(0.75) * fresnel)
        pale = np.float32(0.45) + np.float32(0.4) * shade
        word = np.int32(-16777216)
        for c in range(3):
            value = colours[0, c] * deep + (colours[4, c] + (colours[3, c] - colours[4, c]) * up) * shine
            value += colours[5, c] * gleam + colours[1, c] * lit
            value += (colours[2, c] * pale - value) * white
            value += colours[6, c] * fire
            value += (colours[4, c] - value) * air
            word |= np.int32(min(full, max(zero, value * full))) << np.int32(8 * c)
        waters[m] = word


@njit(inline="always", **_FAST)
def _between(a, b, share):
    """Two words BGRA, the second in a share of 0..256."""
    even = (((a & 0xFF00FF) * (256 - share) + (b & 0xFF00FF) * share) >> 8) & 0xFF00FF
    return even | (((a & 0x00FF00) * (256 - share) + (b & 0x00FF00) * share) >> 8) & 0x00FF00 | 0xFF000000


@njit(**_FAST)
def _reached(found, columns, lowest, across, tiled, k, waves, shape, start, step, t):
    """Where the surface at one distance rises over all that lies nearer: how many columns, which, and in `found` (7, w)
    its height, its slopes, its slick, and what `across` (3, w) knows of the column."""
    swell, mid, mid_behind, calm, fine, e = waves
    limit, level, rise = shape
    size = tiled.shape[2] - 1.0
    count = 0
    for i in range(len(lowest)):
        if limit >= lowest[i]:
            continue
        x = start + step * i
        big_x, mid_x = x * 17.0 + t * 2.2 % size, x * 34.0 - t * 4.0 % size
        h = swell * (0.72 * _along(tiled[_BIG, k], big_x) + mid * _along(tiled[_MID, k], mid_x))
        if int(level - h * rise) >= lowest[i]:
            continue
        aside = 0.72 * _along(tiled[_BIG, k], big_x + e * 17.0) + mid * _along(tiled[_MID, k], mid_x + e * 34.0)
        behind = 0.72 * _along(tiled[_BIG_BEHIND, k], big_x) + mid_behind * _along(tiled[_MID_BEHIND, k], mid_x)
        tilt_x, tilt_z = (h - swell * aside) * calm, (h - swell * behind) * calm
        if fine > 0.02:
            tilt_x -= fine * _along(tiled[_RIPPLE, k], x * 70.0 + t * 9.0 % size)
            tilt_z -= fine * _along(tiled[_CROSS, k], x * 70.0 - t * 7.0 % size + 91.0)
        columns[count] = i
        found[0, count], found[1, count], found[2, count] = h, tilt_x, tilt_z
        found[3, count] = _along(tiled[_SLICK, k], x * 52.0 + t * 3.0 % size)
        found[4, count], found[5, count], found[6, count] = across[0, i], across[1, i], across[2, i]
        count += 1
    return count


@njit(**_FAST)
def _fill(out, columns, waters, heights, lowest, last, level, rise):
    """From the surface that was just found down to the one before it, in colours between theirs."""
    for m in range(len(waters)):
        i = columns[m]
        top = max(0, int(level - heights[m] * rise))
        word = np.int64(waters[m]) & 0xFFFFFFFF
        first = last[i] if last[i] != 0 else word
        span = 256.0 / max(1, lowest[i] - top)
        for j in range(top, lowest[i]):
            out[j, i] = np.uint32(_between(first, word, int((lowest[i] - j) * span)))
        last[i], lowest[i] = word, top


@njit(**_FAST)
def _across(width, height, glows, light_x):
    """What is known of a column at every distance, float32 (3, w): its place on the screen, its fire, and how much
    light comes through its crests."""
    out = np.empty((3, width), np.float32)
    for i in range(width):
        at = (i + 0.5) / width * (glows.shape[0] - 1)
        band = min(int(at), glows.shape[0] - 2)
        x = (i + 0.5 - width * 0.5) / height
        out[0, i], out[1, i] = x, glows[band] + (glows[band + 1] - glows[band]) * (at - band)
        out[2, i] = 0.35 + 0.65 * math.exp(-abs(x - light_x) * 1.6)
    return out


@njit(**_FAST)
def draw_sea(
    out, tiles, swell, eye, horizon_y, camera_x, zoom, t, near, far, light_x, light_y, colours, fog, foam, glows, steps
):
    """Draw the sea between distances `near` and `far` into `out`, uint32 words BGRA premultiplied (h, w), zero before.
    Returns the highest row that it reached.

    `colours` (7, 3) float32 display BGR 0..1: deep water, lit crest, foam, sky high, sky at the horizon, light, the
    crests' own fire. `glows` (n,): how strongly the crests burn from the left of the picture to the right. `light_x`,
    `light_y`: the light on the screen in picture units.
    """
    height, width = out.shape
    zs = near * ((far / near) ** (1.0 / steps)) ** np.arange(steps)
    steps_z = 0.012 + zs * 0.006
    tiled, across = _profiles(tiles, zs, steps_z, t), _across(width, height, glows, light_x)
    lowest, last = np.full(width, height), np.zeros(width, np.int64)
    columns, waters, found = np.empty(width, np.int64), np.empty(width, np.int32), np.empty((7, width), np.float32)
    f = np.float32
    for k in range(steps):
        z, e = zs[k], steps_z[k]
        fade, scale = 1.0 / (1.0 + z * 0.10), zoom / z * height
        level, rise = (horizon_y + 0.5) * height + eye * scale, fade * scale
        # no wave reaches higher than this, so that most places behind a crest end there
        limit = level - 3.6 * swell * rise
        waves = (swell, 0.26 / (1.0 + z * z * 0.03), 0.26 / (1.0 + (z + e) * (z + e) * 0.03),
                 fade / (1.0 + z * z * 0.012) / e, 0.17 / (1.0 + z * 0.6), e)  # fmt: skip
        step = z / zoom / height
        count = _reached(found, columns, lowest, across, tiled, k, waves, (limit, level, rise),
                         camera_x + (0.5 - width * 0.5) * step, step, t)  # fmt: skip
        place = (f(swell), f(eye), f(z), f(zoom), f(horizon_y), f(light_x), f(light_y), f(foam),
                 f(1.0 - math.exp(-fog * z)))  # fmt: skip
        far_off = f(0.80 / (1.0 + z * z * 0.035)), f(1.0 / (1.0 + z * 0.12))
        now = waters[:count]
        _colour(now, found[0, :count], found[1, :count], found[2, :count], found[3, :count], found[4, :count],
                found[5, :count], found[6, :count], place, colours, far_off)  # fmt: skip
        _fill(out, columns, now, found[0], lowest, last, level, rise)
    return lowest.min()

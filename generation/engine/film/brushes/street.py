"""A street between towers at night, by sphere tracing: lit windows, neon, and a wet road that mirrors them.

Metres: the road runs along z, houses stand on lots of 9 m on both sides; y = 0 is the road.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from generation.engine.film.brushes.noise import fbm2, noise2, smooth

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
EYE_Y = 1.7
LOT_M = 9.0


@njit(inline="always", **_FAST)
def _chance(a, b, seed):
    """A uniform number 0..1 of two integers."""
    h = (int(a) * 374761393 + int(b) * 668265263 + seed * 974711) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 2246822519) & 0xFFFFFFFF
    return ((h ^ (h >> 15)) & 0xFFFFFF) / 16777216.0


@njit(**_FAST)
def _field(x, y, z, seed, shape):
    """(distance, what): 0 road, 1 house, 2 neon sign, 3 awning."""
    side = 1 if x > 0.0 else -1
    ax = abs(x)
    lot = math.floor(z / LOT_M)
    local = z - lot * LOT_M - LOT_M * 0.5
    a = _chance(lot, side, seed)
    b = _chance(lot, side, seed + 7)
    front = shape[0] + shape[1] * b
    tall = shape[2] + shape[3] * a * a + 0.35 * max(0.0, z - 30.0)
    gap = LOT_M * 0.5 - 0.12
    dx, dy, dz = front - ax, y - tall, abs(local) - gap
    house = max(dx, max(dy, dz))
    # a narrower tower on top of some
    if b > 0.45:
        house = min(house, max(max(front + 1.6 - ax, y - tall * 1.45), abs(local) - gap * 0.62))
    ledge = max(max(front - 0.35 - ax, abs(y - 4.1) - 0.14), abs(local) - gap)
    best, what = y, 0
    kerb = max(shape[0] - 1.6 - ax, y - 0.16)
    best = min(best, kerb)
    if house < best:
        best, what = house, 1
    if ledge < best:
        best, what = ledge, 3
    c = _chance(lot, side, seed + 13)
    if c > shape[4]:
        at = (c - 0.68) * 9.0
        low, high = 4.9 + 1.5 * a, 7.5 + 4.5 * b
        sign = max(
            max(abs(ax - front + 0.75) - 0.55, abs(y - (low + high) * 0.5) - (high - low) * 0.5), abs(local - at) - 0.10
        )
        if sign < best:
            best, what = sign, 2
    # a step may not leap over the next lot, whose houses this one does not know
    return min(best, LOT_M * 0.5 - abs(local) + 0.25), what


@njit(**_FAST)
def _march(ox, oy, oz, dx, dy, dz, start, end, steps, seed, shape):
    t, what = start, -1
    for _ in range(steps):
        d, what = _field(ox + dx * t, oy + dy * t, oz + dz * t, seed, shape)
        if d < 0.0015 * t + 0.003:
            return t, what
        t += d * 0.9
        if t > end:
            return -1.0, -1
    return t, what


@njit(**_FAST)
def _sign(out_x, y, lot, a, b, pick, colours, seed, neon):
    """A neon sign's light into `neon` (3,); `out_x` is metres behind the house's front."""
    low, high = 4.9 + 1.5 * a, 7.5 + 4.5 * b
    v = (y - low) / (high - low)
    # glyph-like strokes within a glowing frame
    cell = math.floor(v * 5.0)
    u = (out_x + 1.3) / 1.1
    gx, gy = math.floor(u * 4.0), math.floor((v * 5.0 - cell) * 4.0)
    inside = u > 0.16 and u < 0.84 and (v * 5.0 - cell) > 0.14 and (v * 5.0 - cell) < 0.88
    stroke = 1.0 if inside and _chance(gx + 4 * gy, cell + lot * 7, seed + 31) > 0.42 else 0.0
    frame = 1.0 if min(min(u, 1.0 - u), min(v, 1.0 - v) * 3.0) < 0.07 else 0.0
    for k in range(3):
        neon[k] = colours[6 + pick, k] * (0.10 + 1.9 * max(stroke, frame))


@njit(**_FAST)
def _shop(along, y, lot, side, pick, colours, seed, wall):
    """Add a shop's light to `wall` (3,): windows behind mullions, or a rolled-down shutter."""
    u = along * 0.55 - math.floor(along * 0.55)
    bar = 0.82 if abs(y - 2.75) > 0.05 else 0.0
    pane = smooth(0.03, 0.06, abs(u - 0.5)) * smooth(0.62, 0.68, y) * smooth(3.45, 3.40, y) * bar
    trade = _chance(lot, side, seed + 41)
    if trade < 0.42:
        slat = 0.7 + 0.3 * smooth(0.1, 0.5, abs(y * 5.0 - math.floor(y * 5.0) - 0.5))
        for k in range(3):
            wall[k] += colours[3, k] * 0.8 * slat * pane
        return
    warm = 4 if trade < 0.78 else 5
    lamp = math.exp(-abs(y - 3.2) * 0.75)
    goods = smooth(-0.25, 0.35, noise2(along * 2.9, y * 3.4 + lot * 9.0, seed + 5) + 0.55 * (y - 1.5))
    inside = (0.18 + 0.62 * lamp) * (0.30 + 0.70 * goods)
    for k in range(3):
        wall[k] += (colours[warm, k] * 0.8 + colours[6 + (pick + 2) % 3, k] * 0.16) * pane * inside


@njit(**_FAST)
def _surface(x, y, z, what, colours, seed, shape, wall, neon, pane):
    """Light that leaves a house or sign: steady into `wall` (3,), neon into `neon` (3,); into `pane` (2,) how much of
    the point is a window's glass, and how high in its house it lies, 0..1."""
    pane[0] = 0.0
    side = 1 if x > 0.0 else -1
    lot = math.floor(z / LOT_M)
    local = z - lot * LOT_M - LOT_M * 0.5
    a = _chance(lot, side, seed)
    b = _chance(lot, side, seed + 7)
    front = shape[0] + shape[1] * b
    tall = (shape[2] + shape[3] * a * a + 0.35 * max(0.0, z - 30.0)) * (1.45 if b > 0.45 else 1.0)
    pick = int(_chance(lot, side, seed + 21) * 3.0) % 3
    for k in range(3):
        wall[k], neon[k] = 0.0, 0.0
    if what == 2:
        _sign(abs(x) - front, y, lot, a, b, pick, colours, seed, neon)
        return
    face = abs(x) < front + 0.06 or (abs(x) > front + 1.5 and abs(x) < front + 1.75)
    along = local if face else x
    floor_h, wide = 2.9, 1.45 + 0.9 * b
    row, column = math.floor((y - 4.3) / floor_h), math.floor(along / wide)
    fy, fx = (y - 4.3) / floor_h - row, along / wide - column
    grime = 0.7 + 0.5 * fbm2(x * 0.9 + z * 1.1, y * 0.7, 4, seed + 3)
    for k in range(3):
        wall[k] = (
            colours[3, k]
            * grime
            * (shape[5] + (1.0 - shape[5]) * math.exp(-y * 0.10))
            * (0.75 + 0.25 * smooth(0.0, 0.12, fy))
        )
    if what == 3:
        for k in range(3):
            neon[k] = colours[6 + (pick + 1) % 3, k] * 0.55
        return
    if y < 3.95:
        _shop(along, y, lot, side, pick, colours, seed, wall)
        return
    glass = smooth(0.16, 0.20, fx) * smooth(0.84, 0.80, fx) * smooth(0.24, 0.28, fy) * smooth(0.86, 0.82, fy)
    # the sash's cross
    glass *= smooth(0.012, 0.030, abs(fx - 0.5)) * smooth(0.010, 0.022, abs(fy - 0.60))
    pane[0], pane[1] = glass, min(1.0, max(0.0, (row + 0.5) * floor_h / max(4.0, min(tall, 30.0) - 4.3)))
    lit = _chance(int(row) * 131 + int(column), lot * 2 + side, seed + 51)
    if lit > shape[6]:
        warm = 4 if _chance(int(row) + 17, int(column) * 3 + lot, seed + 61) > 0.35 else 5
        draw = _chance(int(row) + 5, int(column) + lot * 3, seed + 71)
        curtain = 1.0 if draw > 0.5 else smooth(0.10, 0.16, abs(fx - 0.5) - 0.06 * draw)
        blind = (0.30 + 0.60 * fy * draw + 0.35 * smooth(0.35, 0.8, fy)) * (0.45 + 0.55 * curtain)
        for k in range(3):
            wall[k] += colours[warm, k] * glass * blind * max(0.1, lit - 0.40) * 1.7
    else:
        for k in range(3):
            wall[k] += colours[1, k] * glass * 0.10


@njit(**_FAST)
def _ambient(x, y, z, seed, shape, colours, out):
    """Neon and shop light that falls on the road and the walls near it, roughly: from the lots around."""
    lot = math.floor(z / LOT_M)
    for k in range(3):
        out[k] = 0.0
    for near in range(-1, 2):
        for side in (-1, 1):
            c = _chance(lot + near, side, seed + 13)
            if c <= shape[4]:
                continue
            pick = int(_chance(lot + near, side, seed + 21) * 3.0) % 3
            dx, dy = x - side * (shape[0] - 0.4), y - 6.5
            dz = z - ((lot + near) * LOT_M + LOT_M * 0.5 + (c - 0.68) * 9.0)
            fall = 3.0 / (3.0 + dx * dx + dy * dy + dz * dz)
            for k in range(3):
                out[k] += colours[6 + pick, k] * fall


@njit(**_FAST)
def _sky(dx, dy, dz, colours, seed, out):
    rise = max(0.0, dy / math.sqrt(dx * dx + dz * dz + 1e-6))
    cloud = 0.5 + 0.5 * fbm2(dx / (rise + 0.25) * 1.3, 1.0 / (rise + 0.25) * 1.3, 4, seed + 81)
    for k in range(3):
        low = colours[1, k] + colours[2, k] * math.exp(-rise * 5.0) * math.exp(-abs(dx) * 1.6)
        t = smooth(0.0, 1.1, rise)
        out[k] = (low + (colours[0, k] - low) * t) * (0.75 + 0.5 * cloud)


@njit(**_FAST)
def _road(x, z, dx, dy, fall, colours, fog, seed, shape, here, burn, wall, neon, pane):
    """Wet asphalt: puddles mirror, the rest smears the light toward the eye. `wall`, `neon` (3,) are scratch."""
    puddle = shape[7] * smooth(-0.05, 0.30, fbm2(x * 0.35, z * 0.22, 4, seed + 91))
    kerb = 1.0 if abs(x) > shape[0] - 1.6 else 0.0
    grit = 0.8 + 0.4 * noise2(x * 14.0, z * 14.0, seed + 93)
    line = smooth(0.10, 0.06, abs(x)) * (1.0 if (z * 0.22 - math.floor(z * 0.22)) < 0.5 else 0.0)
    for k in range(3):
        here[k] = (0.020 + 0.030 * kerb + 0.10 * line) * grit * (0.4 + fall[k] * 2.0) + colours[9, k] * 0.05
        # daylight on the road, and snow where nobody drives
        here[k] += colours[10, k] * grit * (0.10 + 0.10 * kerb) + colours[11, k] * smooth(
            -0.25, 0.35, kerb + abs(x) * 0.16 - 0.55 + 0.5 * (puddle - 0.5)
        )
        burn[k] = 0.0
    for tap in range(3):
        rough = (0.012 + 0.075 * (1.0 - puddle)) * (0.4 + 0.6 * tap)
        bend_x = noise2(x * 5.0 + tap * 13.0, z * 5.0, seed + 95) * rough * 0.35
        bend_y = noise2(x * 4.0, z * 6.0 + tap * 17.0, seed + 96) * rough + rough * (tap - 1.0) * 0.5
        rx, ry = dx + bend_x, max(0.004, -dy + bend_y)
        far, kind = _march(x, 0.03, z, rx, ry, 1.0, 0.05, 90.0, 70, seed, shape)
        if far < 0.0 or kind == 0:
            _sky(rx, ry, 1.0, colours, seed, wall)
            for k in range(3):
                neon[k] = 0.0
        else:
            _surface(x + rx * far, 0.03 + ry * far, z + far, kind, colours, seed, shape, wall, neon, pane)
            thin = math.exp(-fog * far)
            for k in range(3):
                wall[k] *= thin
                neon[k] *= thin
        graze = 1.0 - min(1.0, abs(dy) / math.sqrt(dx * dx + dy * dy + 1.0) * 2.2)
        share = (0.05 + 0.11 * shape[7] + 0.60 * puddle) * (0.35 + 0.65 * graze * graze) / 3.0 * (1.0 - 0.6 * kerb)
        for k in range(3):
            here[k] += min(2.5, wall[k] + neon[k]) * share
            burn[k] += min(2.5, neon[k]) * share


@njit(**_FAST)
def render_street(width, height, scale, view, vanish, start_z, end_z, feather, with_sky, colours, fog, seed, shape):
    """A slab of the street: linear (height, width, 4) RGBA straight, (height, width, 3) neon alone, and uint8 (height,
    width, 3) of the windows: glass 0..255, height in the house 0..255, the house's number.

    `colours` (12, 3): sky high, sky low, far glow, wall, warm window, cool window, three neons, fog, daylight on
    the ground, snow on it. `vanish`: (2,) where the street ends in the picture, in picture units. `shape` (8,): where
    house fronts stand and how much they vary (metres), height of the lowest house and of the tallest above it, how
    many lots have no sign 0..1, light of the sky on the walls 0..1, share of dark windows, how wet the road is 0..1.
    """
    out = np.zeros((height, width, 4), np.float32)
    glow = np.zeros((height, width, 3), np.float32)
    wall, neon, fall, sky = np.zeros(3), np.zeros(3), np.zeros(3), np.zeros(3)
    here, burn, pane = np.zeros(3), np.zeros(3), np.zeros(2)
    windows = np.zeros((height, width, 3), np.uint8)
    for j in range(height):
        v = (j + 0.5 - height * 0.5) / scale - vanish[1]
        for i in range(width):
            u = (i + 0.5 - width * 0.5) / scale - vanish[0]
            dx, dy = u * view, -v * view
            t, what = _march(0.0, EYE_Y, 0.0, dx, dy, 1.0, start_z, end_z, 150, seed, shape)
            if t < 0.0:
                if with_sky:
                    _sky(dx, dy, 1.0, colours, seed, sky)
                    for k in range(3):
                        out[j, i, k] = sky[k]
                    out[j, i, 3] = 1.0
                continue
            x, y, z = dx * t, EYE_Y + dy * t, t
            _ambient(x, y, z, seed, shape, colours, fall)
            if what == 0:
                _road(x, z, dx, dy, fall, colours, fog, seed, shape, here, burn, wall, neon, pane)
            else:
                _surface(x, y, z, what, colours, seed, shape, wall, neon, pane)
                windows[j, i, 0] = np.uint8(255.0 * pane[0])
                windows[j, i, 1] = np.uint8(255.0 * pane[1])
                windows[j, i, 2] = np.uint8(math.floor(z / LOT_M) * 2 + (1 if x > 0.0 else 0))
                for k in range(3):
                    here[k] = wall[k] + neon[k] + colours[3, k] * fall[k] * 4.5
                    burn[k] = neon[k]
            air = 1.0 - math.exp(-fog * z)
            for k in range(3):
                out[j, i, k] = here[k] * (1.0 - air) + colours[9, k] * air
                glow[j, i, k] = burn[k] * (1.0 - air)
            edge = smooth(end_z, end_z - feather, z) if feather > 0.0 else 1.0
            out[j, i, 3] = edge
            for k in range(3):
                glow[j, i, k] *= edge
    return out, glow, windows


@njit(**_FAST)
def light_windows(light, seen, spectrum, tones):
    """Add to `light` (h, w, 3) the windows that the music lights: `seen` (h, w, 4) is the windows' plate on the screen
    (glass, height, house, cover), `spectrum` (n,) 0..1, `tones` (3, 3) BGR of the lowest house, the highest, and what
    every window has of a lamp."""
    bands = spectrum.shape[0]
    half = bands // 2
    for j in range(light.shape[0]):
        for i in range(light.shape[1]):
            if seen[j, i, 0] < 8:
                continue
            house = np.int64(seen[j, i, 2])
            lot = min(house >> 1, half - 1)
            band = lot if house & 1 == 0 else bands - 1 - lot
            rise = seen[j, i, 1] * np.float32(1.0 / 255.0)
            full = min(
                np.float32(1.0), max(np.float32(0.0), (spectrum[band] * np.float32(1.08) - rise) * np.float32(9.0))
            )
            if full <= 0.0:
                continue
            share = np.float32(band) / np.float32(bands - 1)
            glass = seen[j, i, 0] * np.float32(0.85 / 255.0) * full
            for c in range(3):
                tone = tones[0, c] + (tones[1, c] - tones[0, c]) * share
                light[j, i, c] += (tone * np.float32(0.75) + tones[2, c] * np.float32(0.25)) * glass


@njit(**_FAST)
def tubes(glow, neon):
    """Neon (h, w, 3) float32 0..1 of a drawn glow (h, w, 4) uint8."""
    for j in range(neon.shape[0]):
        for i in range(neon.shape[1]):
            for c in range(3):
                neon[j, i, c] = np.float32(glow[j, i, c]) * np.float32(1.0 / 255.0)


@njit(**_FAST)
def add_street(light, neon, spread, haze, windows, fog, lamps, flash):
    """Add to `light` (h, w, 3) what lights a street: tubes, their wide glow, a bank of `haze` (h, w) in the colour
    `fog` (3,), windows by how dark it is (`lamps`), and lightning."""
    rows = light.shape[0]
    for j in range(rows):
        off = (j / rows - 0.62) / 0.20
        bank = np.float32(math.exp(-off * off))
        for i in range(light.shape[1]):
            air = bank * haze[j, i]
            for c in range(3):
                value = neon[j, i, c] * np.float32(0.55) + spread[j, i, c] * np.float32(0.9)
                light[j, i, c] += value + air * fog[c] + windows[j, i, c] * lamps + flash

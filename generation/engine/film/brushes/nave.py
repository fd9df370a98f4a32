"""A Gothic nave by sphere tracing a distance field (Hart 1996), with window light in the air.

Metres: floor y = 0, the axis runs along z, bays are 4 m long with pillars at z = 2, 6, 10 …; arcade at |x| = 3.2.
The plates are rendered in slabs of z, so that a camera may move through the depth.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from generation.engine.film.brushes.noise import fbm2, noise2, smooth

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
END_Z = 30.0
EYE_Y = 1.75


@njit(inline="always", **_FAST)
def _reach(x, y):
    """The hypotenuse; `math.hypot`, which minds numbers too large to square, takes most of a distance field's time."""
    return math.sqrt(x * x + y * y)


@njit(inline="always", **_FAST)
def _arch(x, y, half, spring, lean):
    """Signed distance to a pointed opening, negative inside: two circles that lean over each other."""
    ax = abs(x)
    if y < spring:
        return ax - half
    return math.sqrt((ax + lean) * (ax + lean) + (y - spring) * (y - spring)) - (half + lean)


@njit(**_FAST)
def _field(x, y, z):
    """Distance to the stone."""
    ax = abs(x)
    zc = z - 4.0 * math.floor(z * 0.25) - 2.0
    zb = z + 2.0 - 4.0 * math.floor((z + 2.0) * 0.25) - 2.0
    # floor, and the steps of the choir
    steps = 0.0
    if z > END_Z - 7.0:
        steps = 0.22 * min(3.0, math.floor((z - END_Z + 7.0) / 0.9) + 1.0)
    d = y - steps
    # pillars: a core with four shafts, base and capital
    qx = ax - 3.2
    r = math.sqrt(qx * qx + zc * zc)
    core = r - 0.38
    shaft = min(_reach(abs(qx) - 0.42, zc), _reach(qx, abs(zc) - 0.42)) - 0.125
    pillar = min(core, shaft)
    if y < 0.75:
        pillar = min(pillar, r - (0.68 if y < 0.42 else 0.60))
    if y > 4.7:
        pillar = min(pillar, r - (0.42 + min(0.32, (y - 4.7) * 0.42)))
    d = min(d, max(pillar, y - 5.5))
    # the wall over the arcade, its arches and the windows above
    wall = max(abs(qx) - 0.32, 5.3 - y)
    wall = max(wall, -_arch(zb, y, 1.50, 5.3, 0.9))
    moulding = max(abs(_arch(zb, y, 1.50, 5.3, 0.9) - 0.13) - 0.07, max(abs(qx) - 0.42, 5.3 - y))
    clerestory = max(_arch(zb, y, 0.72, 9.3, 0.6), 8.1 - y)
    wall = max(wall, -clerestory)
    d = min(d, min(wall, moulding))
    d = min(d, max(abs(qx) - 0.44, abs(y - 7.72) - 0.08))
    # shafts up the wall to the vault
    d = min(d, max(_reach(ax - 2.84, zc) - 0.15, 5.4 - y))
    # groin vault: the complement of two crossing tunnels, with ribs
    if y > 8.6:
        along = _arch(x, y, 2.95, 9.4, 1.6)
        across = _arch(zb, y, 1.92, 9.4, 1.0)
        gap = (along - across) / 0.17
        vault = max(-along, -across) - 0.13 * math.exp(-gap * gap)
        vault = min(vault, max(abs(zc) - 0.20, -along - 0.24))
        d = min(d, max(vault, 9.4 - y))
    # aisles: roof, outer wall
    d = min(d, max(3.5 - ax, 6.3 - y))
    d = min(d, 6.6 - ax)
    d = min(d, END_Z - z)
    # altar
    az = z - (END_Z - 3.0)
    altar = max(max(ax - 1.3, abs(az) - 0.45), y - 1.65)
    return min(d, altar)


@njit(**_FAST)
def _window(x, y, z):
    """Glass at a point of the outer surfaces: 0 stone .. 1 glass, tracery left out."""
    zb = z + 2.0 - 4.0 * math.floor((z + 2.0) * 0.25) - 2.0
    ax = abs(x)
    if z > END_Z - 0.15:
        centre = max(_arch(x, y, 1.0, 8.0, 0.6), 3.0 - y)
        sides = max(_arch(ax - 2.05, y, 0.72, 6.9, 0.5), 3.0 - y)
        radius = _reach(x, y - 11.0)
        rose = radius - 1.25
        d = min(min(centre, sides), rose)
        if rose < 0.0:
            angle = math.atan2(x, y - 11.0) * 12.0 / 6.28318
            spoke = abs(angle - math.floor(angle) - 0.5) * 2.0
            bars = smooth(0.10, 0.22, (1.0 - spoke) * max(0.2, radius)) * smooth(0.04, 0.09, abs(radius - 0.48))
            return smooth(0.0, -0.05, rose) * max(0.0, bars)
        mullion = abs((x + 0.25) * 2.0 - math.floor((x + 0.25) * 2.0) - 0.5)
        bars = smooth(0.045, 0.10, mullion) * smooth(0.03, 0.07, abs(y * 0.8 - math.floor(y * 0.8) - 0.5))
        return smooth(0.0, -0.06, d) * bars
    high, low = max(_arch(zb, y, 0.70, 9.3, 0.6), 8.15 - y), max(_arch(zb, y, 0.75, 4.1, 0.5), 1.6 - y)
    d = high if y > 7.8 else low
    # a mullion, and lozenges of lead between
    a, b = (zb + y) * 2.6, (zb - y) * 2.6
    lead = min(abs(a - math.floor(a) - 0.5), abs(b - math.floor(b) - 0.5))
    return smooth(0.0, -0.05, d) * smooth(0.03, 0.07, abs(zb)) * (0.35 + 0.65 * smooth(0.03, 0.09, lead))


@njit(**_FAST)
def _sunlit(x, y, z, lx, ly, lz):
    """Whether the sun reaches a point through the clerestory or an aisle window, softened at the edges."""
    side = 1.0 if lx > 0.0 else -1.0
    reach = (side * 3.4 - x) / lx
    if reach <= 0.0:
        return 0.0
    wy, wz = y + ly * reach, z + lz * reach
    if wz > END_Z or wz < -8.0:
        return 0.0
    zb = wz + 2.0 - 4.0 * math.floor((wz + 2.0) * 0.25) - 2.0
    soft = 0.03 + 0.012 * reach
    high = max(_arch(zb, wy, 0.70, 9.3, 0.6), 8.15 - wy)
    lit = smooth(soft, -soft, high) * smooth(0.0, 0.03 + soft, abs(zb))
    if lit < 0.99 and wy < 7.2:
        # through the arcade and the aisle window behind it
        arcade = _arch(zb, wy, 1.5, 5.3, 0.9)
        reach = (side * 6.6 - x) / lx
        wy, wz = y + ly * reach, z + lz * reach
        zb = wz + 2.0 - 4.0 * math.floor((wz + 2.0) * 0.25) - 2.0
        low = max(max(_arch(zb, wy, 0.75, 4.1, 0.5), 1.6 - wy), arcade)
        lit = max(lit, smooth(soft, -soft, low))
    return lit


@njit(**_FAST)
def _march(ox, oy, oz, dx, dy, dz, start, end, steps):
    t = start
    for _ in range(steps):
        d = _field(ox + dx * t, oy + dy * t, oz + dz * t)
        if d < 0.0012 * t + 0.002:
            return t
        t += d * 0.88
        if t > end:
            return -1.0
    return t


@njit(**_FAST)
def _shade(x, y, z, dx, dy, dz, sun, colours, seed, out):
    """Linear colour of the stone or glass at a point, into `out` (3,)."""
    e = 0.004
    base = _field(x, y, z)
    nx, ny, nz = _field(x + e, y, z) - base, _field(x, y + e, z) - base, _field(x, y, z + e) - base
    length = 1.0 / (math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9)
    nx, ny, nz = nx * length, ny * length, nz * length
    open_air = 1.0
    for tap in range(1, 6):
        reach = 0.11 * tap * tap * 0.55
        open_air -= max(0.0, reach - _field(x + nx * reach, y + ny * reach, z + nz * reach)) * (
            0.85 / (tap * tap * 0.75)
        )
    open_air = min(1.0, max(0.06, open_air))
    glass = 0.0
    if z > END_Z - 0.2 or abs(x) > 6.4 or (abs(x) > 3.38 and y > 7.9):
        glass = _window(x, y, z)
    # masonry: courses half a metre high, joints a shade darker, each block its own grey
    course = math.floor(y * 2.0)
    along = (z if abs(nx) > 0.5 else x) * 1.1 + 0.5 * (course - 2.0 * math.floor(course * 0.5))
    joint = min(abs(y * 2.0 - course - 0.5), 9.0)
    seam = smooth(0.5, 0.46, joint) * smooth(0.5, 0.47, abs(along - math.floor(along) - 0.5))
    block = 0.88 + 0.16 * noise2(course * 7.3, math.floor(along) * 3.1 + 0.5, seed)
    grain = 0.92 + 0.22 * fbm2(x * 3.0 + z * 2.2, y * 3.0 + z * 1.3, 4, seed + 5)
    stone = block * grain * (0.82 + 0.18 * seam)
    if ny > 0.8 and y < 0.8:
        tile_x, tile_z = math.floor(x * 0.9), math.floor(z * 0.9)
        odd = (tile_x + tile_z) - 2.0 * math.floor((tile_x + tile_z) * 0.5)
        stone = (0.55 + 0.42 * odd) * grain
    # light: sky from the windows, the choir's glow, the sun's patches, candles low down
    lx, ly, lz = -x, 6.2 - y, END_Z - 0.6 - z
    far = math.sqrt(lx * lx + ly * ly + lz * lz) + 1e-6
    choir = max(0.0, (nx * lx + ny * ly + nz * lz) / far) * 30.0 / (8.0 + far * far * 0.55)
    direct = max(0.0, nx * sun[0] + ny * sun[1] + nz * sun[2]) * _sunlit(
        x + nx * 0.05, y + ny * 0.05, z, sun[0], sun[1], sun[2]
    )
    bounce = math.exp(-max(0.0, y) * 0.30) * (0.45 - 0.25 * ny)
    for c in range(3):
        light = colours[0, c] * open_air * (0.55 + 0.25 * ny + 0.20 * abs(nx))
        light += colours[1, c] * choir * (0.35 + 0.65 * open_air)
        light += colours[2, c] * direct * 2.6
        light += colours[3, c] * bounce * open_air
        value = colours[4, c] * stone * light
        if glass > 0.0:
            # panes of other colours among the main one, as in old glass
            which = noise2(math.floor(y * 2.6) * 3.7 + 0.4, math.floor((x + z) * 2.6) * 5.1 + 0.3, seed + 9)
            pane = 0.80 + 0.35 * noise2(y * 9.0, (x + z) * 9.0, seed + 11)
            if which > 0.22:
                pane *= 0.45 + 0.75 * (c == 2)
            elif which < -0.22:
                pane *= 0.45 + 0.75 * (c == 0)
            value += (colours[5, c] * pane * (2.4 if z > END_Z - 0.2 else 0.85) - value) * glass
        out[c] = value
    return ny


@njit(**_FAST)
def render_nave(
    width, height, scale, field_of_view, horizon_y, eye_x, start_z, end_z, feather, sun, colours, fog, seed
):
    """A slab of the nave between `start_z` and `end_z` as linear RGBA float32 (height, width, 4), straight alpha.

    `colours` (7, 3): ambient, choir light, sun, candle bounce, stone, glass, air. `fog`: air a metre.
    `eye_x`: how far from the axis the eye stands (metres).
    `feather`: metres before `end_z` over which floor and vault fade, where the next slab takes over.
    """
    out = np.zeros((height, width, 4), np.float32)
    here, there = np.zeros(3), np.zeros(3)
    for j in range(height):
        v = (j + 0.5 - height * 0.5) / scale - horizon_y
        for i in range(width):
            u = (i + 0.5 - width * 0.5) / scale
            dx, dy, dz = u * field_of_view, -v * field_of_view, 1.0
            length = math.sqrt(dx * dx + dy * dy + 1.0)
            t = _march(eye_x, EYE_Y, 0.0, dx, dy, dz, start_z, end_z, 130)
            if t < 0.0:
                continue
            x, y, z = eye_x + dx * t, EYE_Y + dy * t, t
            up = _shade(x, y, z, dx / length, dy / length, dz / length, sun, colours, seed, here)
            if up > 0.85 and y < 1.0:
                # polished floor: one mirrored ray
                bounced = _march(x, y + 0.02, z, dx, -dy, dz, 0.05, END_Z, 60)
                if bounced > 0.0:
                    _shade(x + dx * bounced, y - dy * bounced, z + dz * bounced, dx, -dy, dz, sun, colours, seed, there)
                    graze = 1.0 - abs(dy) / length
                    blend = 0.10 + 0.55 * graze * graze * graze * graze * graze
                    ripple = 0.8 + 0.3 * noise2(x * 6.0, z * 6.0, seed + 3)
                    for c in range(3):
                        here[c] += min(3.0, there[c]) * blend * ripple
            air = 1.0 - math.exp(-fog * z * length)
            for c in range(3):
                out[j, i, c] = here[c] * (1.0 - air) + colours[6, c] * air
            out[j, i, 3] = smooth(end_z, end_z - feather, z) if feather > 0.0 else 1.0
    return out


@njit(**_FAST)
def render_shafts(width, height, scale, field_of_view, horizon_y, eye_x, sun, near_z, far_z, seed):
    """Sunlight scattered in the air along each pixel's ray, (height, width) float32, about 0..1."""
    out = np.zeros((height, width), np.float32)
    for j in range(height):
        v = (j + 0.5 - height * 0.5) / scale - horizon_y
        for i in range(width):
            u = (i + 0.5 - width * 0.5) / scale
            dx, dy = u * field_of_view, -v * field_of_view
            stop = _march(eye_x, EYE_Y, 0.0, dx, dy, 1.0, near_z, far_z, 70)
            stop = far_z if stop < 0.0 else stop
            total, count = 0.0, 44
            jitter = 0.5 + 0.5 * noise2(i * 0.73, j * 0.71, seed)
            for step in range(count):
                t = near_z + (far_z - near_z) * (step + jitter) / count
                if t > stop:
                    break
                x, y = eye_x + dx * t, EYE_Y + dy * t
                dust = 0.65 + 0.6 * noise2(x * 0.35 + t * 0.21, y * 0.35 - t * 0.17, seed + 1)
                total += _sunlit(x, y, t, sun[0], sun[1], sun[2]) * dust
            out[j, i] = total * (far_z - near_z) / count * 0.16
    return out

"""An eye so near that it fills the picture: iris in fibres, a pupil that opens and closes, lids, lashes, reflections.

Eye units: the iris's middle is the origin, the corners of the lids lie near x = -1.05 (by the nose) and x = 1, y down.
"""

from __future__ import annotations

import math

import numpy as np
import skia
from numba import njit

from generation.engine.film.brushes.ink import fill
from generation.engine.film.brushes.noise import fbm2, noise2, smooth

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
IRIS = 0.36
"""The iris's radius."""


@njit(inline="always", **_FAST)
def _upper(x):
    s = (x + 0.06) / 1.04
    return -0.42 * max(0.0, 1.0 - s * s) ** 1.10 + 0.055 * x - 0.02


@njit(inline="always", **_FAST)
def _lower(x):
    s = (x + 0.02) / 1.04
    return 0.265 * max(0.0, 1.0 - s * s) ** 1.15 + 0.040 * x


@njit(**_FAST)
def _flesh(x, y, seed):
    """Height of the skin about the eye."""
    dome = 0.60 * math.exp(-((x * 0.62) ** 2) - (y * 0.85) ** 2)
    above, below = _upper(x) - y, y - _lower(x)
    # what belongs to the lids ends beyond their corners
    lids = smooth(1.0, 0.66, abs(x + 0.06) / 1.04)
    crease = -0.085 * lids * math.exp(-(((above - 0.165 - 0.05 * x * x) / 0.040) ** 2))
    fold = -0.030 * lids * math.exp(-(((below - 0.20 - 0.05 * x) / 0.055) ** 2))
    bag = 0.030 * lids * math.exp(-(((below - 0.12) / 0.07) ** 2))
    brow = 0.20 * smooth(0.35, 0.95, -0.42 - y + 0.40)
    nose = 0.45 * smooth(-1.05, -2.1, x)
    # fine wrinkles run around the lids, pores lie between
    lines = 0.0040 * fbm2(x * 5.0 + y * 2.0, y * 30.0, 4, seed)
    pores = 0.0016 * fbm2(x * 31.0 + 3.0 * noise2(x * 5.0, y * 5.0, seed + 6), y * 36.0, 5, seed + 9)
    return dome + crease + fold + bag + brow + nose + lines + pores


@njit(inline="always", **_FAST)
def _shut_flesh(x, y, seed):
    """Height of the skin where the upper lid is shut over the ball: round, with folds that follow its edge."""
    above, below = _upper(x) - y, y - _lower(x)
    along = smooth(1.0, 0.55, abs(x + 0.04) / 1.04)
    ball = 0.26 * along * math.exp(-((x * 0.85) ** 2) - ((y + 0.02) / 0.30) ** 2)
    lens = 0.022 * math.exp(-(((x - 0.02) / 0.26) ** 2) - ((y - 0.06) / 0.17) ** 2)
    folds = 0.0
    for n in range(3):
        wave = 0.012 * noise2(x * 3.0 + n * 7.0, n * 3.0, seed + 21)
        folds -= (0.012 - 0.003 * n) * along * math.exp(-(((above + 0.015 + 0.055 * n + wave) / 0.014) ** 2))
    edge = -0.05 * along * math.exp(-(((below + 0.002) / 0.020) ** 2))
    return _flesh(x, y, seed) + ball + lens + folds + edge


@njit(**_FAST)
def _lit_flesh(x, y, colours, side, key, margin, shut, seed):
    """Linear RGB of the skin at a point under the candle and the window."""
    e = 0.006
    if shut:
        h = _shut_flesh(x, y, seed)
        sx, sy = (_shut_flesh(x + e, y, seed) - h) / e, (_shut_flesh(x, y + e, seed) - h) / e
    else:
        h = _flesh(x, y, seed)
        sx, sy = (_flesh(x + e, y, seed) - h) / e, (_flesh(x, y + e, seed) - h) / e
    n = 1.0 / math.sqrt(sx * sx + sy * sy + 1.0)
    warm = max(0.0, (-sx * 0.80 * side - sy * -0.10 + 0.30) * n)
    cool = max(0.0, (sx * 0.70 * side + sy * 0.45 + 0.12) * n)
    fall = math.exp(-((x - 1.1 * side) ** 2 * 0.22 + y * y * 0.30))
    gloss = warm**7 * 0.20
    tone = 1.0 + 0.10 * fbm2(x * 7.0, y * 7.0, 4, seed + 4)
    red = (
        colours[0, 0]
        * tone
        * (colours[1, 0] * (warm * key * (0.20 + 1.15 * fall)) + colours[2, 0] * cool * 0.42 + 0.018)
    )
    green = colours[0, 1] * tone * (1.0 - 0.22 * margin)
    green *= colours[1, 1] * (warm * key * (0.20 + 1.15 * fall)) + colours[2, 1] * cool * 0.42 + 0.018
    blue = colours[0, 2] * tone * (1.0 - 0.22 * margin)
    blue *= colours[1, 2] * (warm * key * (0.20 + 1.15 * fall)) + colours[2, 2] * cool * 0.42 + 0.018
    gloss *= fall * key
    return red + colours[1, 0] * gloss, green + colours[1, 1] * gloss, blue + colours[1, 2] * gloss


LID_BOX = (-1.12, 1.02, -0.66, 0.34)
"""Left, right, top and bottom of what `paint_lid` paints, in eye units."""


@njit(**_FAST)
def paint_lid(width, height, colours, side, key, seed):
    """Linear RGB (height, width, 3) of the shut upper lid and the skin over it, within `LID_BOX`; `colours` as in
    `paint_skin`. One surface in the light of the skin about it, darker only in its crease and along its edge."""
    out = np.zeros((height, width, 3), np.float32)
    left, right, top, bottom = LID_BOX
    for j in range(height):
        y = top + (j + 0.5) / height * (bottom - top)
        for i in range(width):
            x = left + (i + 0.5) / width * (right - left)
            below = _lower(x) - y
            blood = 0.9 * math.exp(-((max(0.0, below) / 0.10) ** 2))
            lit = _lit_flesh(x, y, colours, side, key, blood, True, seed)
            along = smooth(1.0, 0.80, abs(x + 0.06) / 1.04)
            shade = 1.0 - 0.45 * along * math.exp(-((max(0.0, below) / 0.022) ** 2))
            for c in range(3):
                out[j, i, c] = lit[c] * shade + colours[3, c] * 0.01
    return out


@njit(**_FAST)
def draw_lid(picture, cx, cy, unit, roll, lid, skin, pores):
    """Draw the upper lid, come down by `lid` 0..1, into `picture` (h, w, 4), over ball and skin. `skin` (h, w, 3) BGR
    uint8 of `LID_BOX`; `roll` radians; `pores` the width of one pixel in eye units, for a soft edge. The lid slides out
    from its crease; shut, it runs into the skin above without a seam."""
    height, width = picture.shape[:2]
    rows, columns = skin.shape[:2]
    left, right, up, bottom = LID_BOX
    blend = smooth(0.30, 0.95, lid)
    above = 0.16 if blend > 0.0 else 0.013
    first, last = max(0, int(cx - 1.09 * unit)), min(width, int(cx + 0.99 * unit) + 1)
    tops, lows = np.empty(max(0, last - first), np.float32), np.empty(max(0, last - first), np.float32)
    sides = np.empty(max(0, last - first), np.float32)
    for i in range(first, last):
        x = (i + 0.5 - cx) / unit
        tops[i - first], lows[i - first] = _upper(x), _lower(x)
        sides[i - first] = smooth(1.0, 0.90, abs(x + 0.05) / 1.04)
    for j in range(max(0, int(cy + (up - 0.03) * unit)), min(height, int(cy + (bottom + 0.03) * unit) + 1)):
        for i in range(first, last):
            top, low = tops[i - first], lows[i - first]
            # so small a roll is a slant
            x = (i + 0.5 - cx) / unit
            y = (j + 0.5 - cy) / unit - x * roll
            edge = top + (low - top) * lid
            if y > edge + pores or y < top - above or low <= top:
                continue
            cover = smooth(edge + pores, edge - pores, y)
            if y < top:
                fade = smooth(0.15, 0.01, top - y) * blend if blend > 0.0 else smooth(0.012, 0.0, top - y)
                cover *= fade * sides[i - first]
                if cover <= 0.0:
                    continue
            # the lid hangs by its edge: what has not come down yet is folded away in the crease
            v = (min(max(y + (low - edge), up), bottom) - up) / (bottom - up) * (rows - 1.001)
            u = (x - left) / (right - left) * (columns - 1.001)
            j0, i0 = int(v), int(u)
            fy, fx = v - j0, u - i0
            dark = 1.0 - (1.0 - blend) * 0.60 * math.exp(-max(0.0, y - top) / 0.05)
            for c in range(3):
                a = skin[j0, i0, c] * (1.0 - fx) + skin[j0, i0 + 1, c] * fx
                b = skin[j0 + 1, i0, c] * (1.0 - fx) + skin[j0 + 1, i0 + 1, c] * fx
                value = (a + (b - a) * fy) * dark
                picture[j, i, c] = np.uint8(picture[j, i, c] + (value - picture[j, i, c]) * cover)
    return 0


@njit(**_FAST)
def paint_skin(width, height, unit, ox, oy, colours, side, key, seed):
    """Linear RGBA (height, width, 4): skin with an opening for the eye. `unit` pixels an eye unit, (ox, oy) the pixel
    of the origin; `colours` (4, 3) of skin, candle, window, ink; the candle stands on `side` (-1 or 1)."""
    out = np.zeros((height, width, 4), np.float32)
    ink = colours[3]
    for j in range(height):
        y = (j + 0.5 - oy) / unit
        for i in range(width):
            x = (i + 0.5 - ox) / unit
            above, below = _upper(x) - y, y - _lower(x)
            outside = max(above, below)
            if x < -1.10 or x > 0.98:
                outside = max(outside, 0.02)
            cover = smooth(-0.006, 0.006, outside)
            if cover <= 0.0:
                continue
            margin = math.exp(-((min(abs(above), abs(below)) / 0.035) ** 2)) if abs(x) < 1.05 else 0.0
            shade = 1.0 - 0.55 * math.exp(-(max(0.0, outside) / 0.05)) * smooth(1.0, 0.80, abs(x + 0.06) / 1.04)
            lit = _lit_flesh(x, y, colours, side, key, margin, False, seed)
            for c in range(3):
                out[j, i, c] = lit[c] * shade + ink[c] * 0.01
            out[j, i, 3] = cover
    return out


@njit(**_FAST)
def paint_iris(turns, rings, colours, seed):
    """The iris unrolled: linear RGB (rings, turns, 3) from the pupil's edge to the white; `colours` (3, 3) of the outer
    part, the inner part and the ground between the fibres."""
    out = np.empty((rings, turns, 3), np.float32)
    for j in range(rings):
        r = j / (rings - 1.0)
        for i in range(turns):
            a = i / turns * 2.0 * math.pi
            # a circle of noise keeps the seam closed
            cx, cy = math.cos(a) * 7.0, math.sin(a) * 7.0
            bend = 0.9 * fbm2(cx * 0.6 + r * 0.9, cy * 0.6, 3, seed + 2)
            fibre = abs(noise2(cx * 3.1 + bend, cy * 3.1 + r * 1.1, seed)) * 1.6
            fine = abs(noise2(cx * 7.3 + r * 1.6, cy * 7.3 + bend, seed + 7)) * 1.5
            thread = 1.0 - min(1.0, 0.62 * fibre + 0.38 * fine)
            collar = math.exp(-(((r - 0.30 - 0.05 * fbm2(cx, cy, 3, seed + 5)) / 0.055) ** 2))
            crypt = smooth(0.20, 0.42, fbm2(cx * 1.5, cy * 1.5 + r * 3.0, 3, seed + 11)) * smooth(0.25, 0.5, r)
            inner = smooth(0.48, 0.12, r + 0.10 * fbm2(cx * 1.3, cy * 1.3, 3, seed + 13))
            ring = 1.0 - 0.86 * smooth(0.78, 1.0, r)
            pupil = smooth(0.0, 0.07, r)
            for c in range(3):
                base = colours[0, c] + (colours[1, c] - colours[0, c]) * inner
                tone = colours[2, c] * 0.5 + base * (0.22 + 1.25 * thread * thread + 0.45 * collar)
                out[j, i, c] = tone * ring * pupil * (1.0 - 0.55 * crypt)
    return out


@njit(inline="always", **_FAST)
def _white(x, y, light, white):
    """The white of the eye: veins toward its corners, pink by the nose."""
    vein = 0.0
    if abs(x) > 0.5:
        vein = max(0.0, 1.0 - abs(fbm2(x * 6.0, y * 9.0, 3, 77)) * 17.0) * smooth(0.5, 0.95, abs(x)) * 0.28
    pink = smooth(-0.78, -1.02, x) * 0.8 + smooth(0.80, 1.0, x) * 0.3
    return (white[0] * light * (1.0 - 0.50 * pink - vein), white[1] * light * (1.0 - 0.42 * pink - vein),
            white[2] * light * (1.0 - 0.10 * pink - 0.25 * vein))  # fmt: skip


@njit(**_FAST)
def draw_ball(picture, cx, cy, unit, iris, pupil, look_x, look_y, lid, white, side, glow, candle):
    """Draw the eyeball within its opening into `picture` (h, w, 4). Pixels: middle and eye unit; `iris` (rings, turns,
    3) BGR uint8; `pupil` its radius in eye units; `lid` 0 open .. 1 shut; `white` (3,) display BGR of the white;
    `glow` 0..1 the candle's light, `candle` (3,) display BGR, on `side`."""
    height, width = picture.shape[:2]
    rings, turns = iris.shape[:2]
    left, right = max(0, int(cx - 1.15 * unit)), min(width, int(cx + 1.08 * unit) + 1)
    tops, lows = np.empty(max(0, right - left), np.float32), np.empty(max(0, right - left), np.float32)
    for i in range(left, right):
        tops[i - left], lows[i - left] = _upper((i + 0.5 - cx) / unit), _lower((i + 0.5 - cx) / unit)
    for j in range(max(0, int(cy - 0.46 * unit)), min(height, int(cy + 0.32 * unit) + 1)):
        y = (j + 0.5 - cy) / unit
        for i in range(left, right):
            x = (i + 0.5 - cx) / unit
            top, low = tops[i - left], lows[i - left]
            if y < top - 0.015 or y > low + 0.015:
                continue
            lash = top + (low - top) * lid
            # round as a ball, in the shade of the upper lid and its lashes
            ball = max(0.0, 1.0 - (x * 0.72) ** 2 - (y * 1.2) ** 2)
            under = smooth(-0.01, 0.20, y - lash)
            light = (0.10 + 0.90 * math.sqrt(ball)) * (0.22 + 0.78 * under)
            light *= 0.42 + 0.58 * smooth(-1.1, 0.9, x * side) * (0.45 + 0.55 * glow)
            dx, dy = x - look_x, y - look_y
            far = math.sqrt(dx * dx + dy * dy)
            b, g, r = _white(x, y, light, white)
            if far < 0.37:
                a = (math.atan2(dy, dx) / 6.283185307 + 1.0) % 1.0 * turns
                p = max(0.0, (far - pupil) / (0.36 - pupil)) * (rings - 1.0)
                j0, i0 = min(rings - 2, int(p)), int(a) % turns
                i1 = (i0 + 1) % turns
                v, u = min(1.0, p - j0), a - int(a)
                # the lens gathers the candle's light on the far side of the iris
                caustic = 0.34 + glow * (0.30 + 0.75 * smooth(-0.30, 0.34, -dx * side + 0.35 * dy))
                shade = caustic * (0.30 + 0.70 * under)
                if far < pupil:
                    shade = 0.0
                edge = smooth(0.372, 0.345, far)
                t0 = iris[j0, i0, 0] * (1 - u) + iris[j0, i1, 0] * u
                l0 = iris[j0 + 1, i0, 0] * (1 - u) + iris[j0 + 1, i1, 0] * u
                t1 = iris[j0, i0, 1] * (1 - u) + iris[j0, i1, 1] * u
                l1 = iris[j0 + 1, i0, 1] * (1 - u) + iris[j0 + 1, i1, 1] * u
                t2 = iris[j0, i0, 2] * (1 - u) + iris[j0, i1, 2] * u
                l2 = iris[j0 + 1, i0, 2] * (1 - u) + iris[j0 + 1, i1, 2] * u
                b += ((t0 + (l0 - t0) * v) * shade - b) * edge
                g += ((t1 + (l1 - t1) * v) * shade - g) * edge
                r += ((t2 + (l2 - t2) * v) * shade - r) * edge
            # the wet edge of the lower lid
            wet = 0.0
            if low - y < 0.05:
                wet = (
                    math.exp(-((((low - y) - 0.016) / 0.009) ** 2)) * smooth(-0.9, 0.6, x * side) * (0.25 + 0.75 * glow)
                )
            b, g, r = b + candle[0] * wet * 0.6, g + candle[1] * wet * 0.6, r + candle[2] * wet * 0.6
            picture[j, i, 0] = np.uint8(min(255.0, max(0.0, b)))
            picture[j, i, 1] = np.uint8(min(255.0, max(0.0, g)))
            picture[j, i, 2] = np.uint8(min(255.0, max(0.0, r)))
            picture[j, i, 3] = 255
    return 0


def _margin(x: float, lid: float) -> float:
    top, low = float(_upper(x)), float(_lower(x))
    return top + (low - top) * lid


def edge_path(lid: float) -> skia.Path:
    """The edge of the upper lid, an open curve, y down."""
    path = skia.Path()
    xs = np.linspace(-1.0, 0.92, 32)
    path.addPoly([skia.Point(float(x), _margin(float(x), lid)) for x in xs], False)
    return path


def lash_path(lid: float, time_s: float, upper: bool, seed: int) -> skia.Path:
    """All lashes of a lid as one path, y down: each is a thin horn that curves away from the eye."""
    rng = np.random.default_rng([seed, int(upper)])
    path = skia.Path()
    path.setFillType(skia.PathFillType.kWinding)
    count = 74 if upper else 44
    for n in range(count):
        x = -0.86 + 1.80 * (n + float(rng.random()) * 0.8) / count
        noise = float(rng.normal())
        y = _margin(x, lid) if upper else float(_lower(x)) + 0.012
        long = (0.40 if upper else 0.15) * (0.62 + 0.38 * math.sin(math.pi * (x + 0.9) / 1.9)) * (1.0 + 0.18 * noise)
        fan = x * 0.62 + 0.10 + 0.10 * noise + 0.012 * math.sin(time_s * 1.7 + n)
        rise = (-1.0 + 1.7 * lid) if upper else 0.85
        bow = -0.42 if upper else 0.25
        tip = (x + long * fan, y + long * rise * (0.82 if upper else 0.9))
        bend = (
            x + long * fan * 0.30,
            y + long * (rise * 0.25 - bow * (1.0 - 0.8 * lid) * 0.35 + (0.22 if upper else 0.2)),
        )
        thick = 0.0085 if upper else 0.0045
        path.moveTo(x - thick, y)
        path.quadTo(bend[0] - thick * 0.6, bend[1], tip[0], tip[1])
        path.quadTo(bend[0] + thick * 0.6, bend[1], x + thick, y)
        path.close()
    return path


def draw_lashes(canvas: skia.Canvas, time_s: float, lid: float, ink: np.ndarray, side: float, seed: int) -> None:
    """The lashes of both lids and the dark edge of the upper one, in eye units on the canvas; the candle on `side`."""
    upper = lash_path(lid, time_s, True, seed)
    line = fill(ink * 0.5, 0.75)
    line.setStyle(skia.Paint.kStroke_Style)
    line.setStrokeWidth(0.016)
    canvas.drawPath(edge_path(lid), line)
    if lid > 0.5:
        # the lashes shade the cheek they come to lie on, softer the farther they are from it
        for step in (0.016, 0.030, 0.046):
            canvas.save()
            canvas.translate(-step * side, step)
            canvas.drawPath(upper, fill(ink * 0.4, 0.34 * (lid - 0.5)))
            canvas.restore()
    canvas.drawPath(upper, fill(ink * 0.5, 0.96))
    canvas.drawPath(lash_path(lid, time_s, False, seed), fill(ink, 0.7))


def brow_path(rng: np.random.Generator) -> skia.Path:
    """The hairs of the brow as one path, y down, for the painted skin."""
    path = skia.Path()
    path.setFillType(skia.PathFillType.kWinding)
    for _ in range(900):
        t = float(rng.random())
        x = -1.25 + 2.75 * t
        y = -0.86 - 0.16 * math.sin(math.pi * (t * 0.9 + 0.12)) + 0.10 * float(rng.normal()) * (1.0 - 0.6 * t)
        angle = -1.15 + 1.25 * t + 0.22 * float(rng.normal())
        long = 0.15 + 0.05 * float(rng.random())
        tip = (x + math.cos(angle) * long, y + math.sin(angle) * long)
        path.moveTo(x, y - 0.006)
        path.quadTo(x + math.cos(angle - 0.2) * long * 0.6, y + math.sin(angle - 0.2) * long * 0.6, *tip)
        path.quadTo(x + math.cos(angle - 0.1) * long * 0.5, y + math.sin(angle - 0.1) * long * 0.5, x, y + 0.006)
        path.close()
    return path

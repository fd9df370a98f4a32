"""A head and shoulders in profile: skin that turns in the light of a candle, a rim from the window, hair in strands.

Head units: the chin is at y = 0, the crown at y = 1, y up; the face looks to the right. The relief of the face is the
outline blown up like a cushion with the bones put on it; it is lit as any surface is.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import mix
from generation.engine.film.brushes.ink import edge_light, fill, on, smooth_path

_FACE = [
    (0.300, 0.885), (0.374, 0.805), (0.406, 0.725), (0.412, 0.660), (0.399, 0.612), (0.401, 0.578), (0.424, 0.530),
    (0.458, 0.470), (0.492, 0.418), (0.508, 0.392), (0.500, 0.368), (0.470, 0.354), (0.437, 0.345), (0.430, 0.318),
    (0.438, 0.292), (0.456, 0.270), (0.450, 0.252), (0.432, 0.243), (0.444, 0.229), (0.447, 0.207), (0.432, 0.182),
    (0.410, 0.160), (0.412, 0.128), (0.420, 0.086), (0.408, 0.040), (0.366, 0.008), (0.290, 0.002), (0.205, 0.012),
    (0.125, 0.000), (0.078, -0.055), (0.062, -0.160), (0.066, -0.270), (0.100, -0.350), (0.195, -0.425),
    (0.320, -0.520), (0.420, -0.680), (0.470, -0.900), (0.480, -1.20),
]  # fmt: skip
_BACK = [(-0.95, -1.20), (-0.92, -0.92), (-0.84, -0.68), (-0.66, -0.50), (-0.45, -0.385), (-0.30, -0.270),
         (-0.240, -0.130), (-0.245, 0.040), (-0.320, 0.180)]  # fmt: skip
_SKULL = [(-0.420, 0.330), (-0.470, 0.520), (-0.440, 0.720), (-0.335, 0.890), (-0.160, 0.990), (0.040, 1.000),
          (0.200, 0.955)]  # fmt: skip
_CROWN = [(0.320, 0.905), (0.210, 0.985), (0.040, 1.022), (-0.170, 1.015), (-0.360, 0.915), (-0.475, 0.740),
          (-0.500, 0.520), (-0.450, 0.330)]  # fmt: skip
_HAIRLINE = [(0.315, 0.900), (0.265, 0.800), (0.195, 0.700), (0.165, 0.600), (0.150, 0.520), (0.090, 0.470),
             (0.030, 0.420), (-0.040, 0.330), (-0.120, 0.210), (-0.215, 0.090)]  # fmt: skip
# x, y, width, height and lift of what lies under the skin: socket, cheek, brow, eyeball, nostril's wing and its furrow,
# mouth, hollow of the cheek, jaw, the shade under it, the neck's cord
_BONES = (
    (0.335, 0.585, 0.060, 0.036, -0.034), (0.260, 0.450, 0.090, 0.070, 0.026), (0.335, 0.655, 0.070, 0.024, 0.014),
    (0.345, 0.578, 0.034, 0.026, 0.024), (0.448, 0.372, 0.020, 0.020, 0.018), (0.405, 0.372, 0.016, 0.040, -0.014),
    (0.425, 0.246, 0.050, 0.010, -0.010), (0.300, 0.330, 0.050, 0.100, -0.016), (0.190, 0.100, 0.160, 0.030, 0.016),
    (0.120, -0.05, 0.120, 0.050, -0.045), (0.020, -0.22, 0.030, 0.130, 0.016),
)  # fmt: skip
HAIR = ("bun", "long", "short")


def head_path() -> skia.Path:
    return smooth_path([*_FACE, *_BACK, *_SKULL])


def hair_path(kind: str) -> skia.Path:
    """The mass of the hair."""
    top = [(0.330, 0.905), (0.225, 0.985), (0.045, 1.035), (-0.170, 1.030), (-0.365, 0.925), (-0.485, 0.740),
           (-0.515, 0.520), (-0.470, 0.310)]  # fmt: skip
    if kind == "long":
        fall = [(-0.500, 0.100), (-0.545, -0.150), (-0.600, -0.420), (-0.620, -0.720), (-0.560, -1.100),
                (-0.200, -1.100), (-0.150, -0.700), (-0.130, -0.400), (-0.120, -0.100)]  # fmt: skip
        return smooth_path([*top, *fall, *reversed(_HAIRLINE[:-2])])
    if kind == "short":
        return smooth_path([*top, (-0.390, 0.170), (-0.300, 0.075), *reversed(_HAIRLINE)])
    path = smooth_path([*top, (-0.385, 0.190), (-0.270, 0.100), *reversed(_HAIRLINE)])
    path.addPath(smooth_path([(-0.40, 0.42), (-0.50, 0.47), (-0.635, 0.43), (-0.685, 0.30), (-0.640, 0.16),
                              (-0.520, 0.10), (-0.400, 0.15), (-0.340, 0.28)]))  # fmt: skip
    return path


def _strands(kind: str, rng: np.random.Generator, count: int) -> list[list[tuple[float, float]]]:
    """Curves from the hairline over the head to where the hair is gathered, or down."""
    strands = []
    for _ in range(count):
        u = float(rng.random())
        place = u * (len(_HAIRLINE) - 1.001)
        k, f = int(place), place - int(place)
        x0 = _HAIRLINE[k][0] * (1 - f) + _HAIRLINE[k + 1][0] * f + float(rng.normal(0, 0.008))
        y0 = _HAIRLINE[k][1] * (1 - f) + _HAIRLINE[k + 1][1] * f + float(rng.normal(0, 0.008))
        lift = (1.0 - u) ** 1.2
        ex, ey = (-0.43, 0.28) if kind != "long" else (-0.40 + 0.2 * u, -0.2 - 0.9 * float(rng.random()))
        if kind == "short":
            ex, ey = -0.34 - 0.12 * lift, 0.16 + 0.25 * lift
        # hair by the brow goes over the crown, at any depth of the mass
        bow = lift * float(rng.uniform(0.12, 0.62)) + 0.05
        middle = [(x0 + (ex - x0) * t, y0 + (ey - y0) * t + bow * math.sin(math.pi * t) ** 0.9
                   + float(rng.normal(0, 0.006))) for t in (0.2, 0.45, 0.7)]  # fmt: skip
        if kind == "long":
            middle = [(-0.10 - 0.30 * lift, y0 + 0.11 * lift), (-0.36 - 0.12 * lift, 0.62 * y0 + 0.1),
                      (-0.42 - 0.05 * float(rng.normal()), 0.05)]  # fmt: skip
        strands.append([(x0, y0), *middle, (ex + float(rng.normal(0, 0.03)), ey + float(rng.normal(0, 0.03)))])
    # over the crown: the outline of the skull, drawn in toward where the hair is gathered
    gx, gy = (-0.43, 0.28) if kind != "short" else (-0.36, 0.20)
    for _ in range(count):
        inward = 1.0 - 0.80 * float(rng.random()) ** 1.2
        over = [(gx + (x - gx) * inward + float(rng.normal(0, 0.006)), gy + (y - gy) * inward) for x, y in _CROWN]
        strands.append(over)
    if kind == "bun":
        for _ in range(count // 4):
            turn, r = float(rng.random()) * 6.28, 0.06 + 0.11 * float(rng.random())
            arc = [(-0.515 + r * math.cos(turn + a), 0.285 + r * 1.05 * math.sin(turn + a)) for a in (0, 0.7, 1.4, 2.1)]
            strands.append(arc)
    return strands


def _relief(cover: np.ndarray, scale: float, ox: float, oy: float) -> np.ndarray:
    """Height (h, w) of the face over its outline, in head units."""
    height, width = cover.shape
    inside = cv2.distanceTransform((cover > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / scale
    dome = np.sqrt(np.clip(inside / 0.26, 0.0, 1.0) * (2.0 - np.clip(inside / 0.26, 0.0, 1.0))) * 0.26
    dome = cv2.GaussianBlur(dome.astype(np.float32), (0, 0), max(0.8, scale * 0.012))
    x = ((np.arange(width, dtype=np.float32) + 0.5 - ox) / scale)[None, :]
    y = ((oy - np.arange(height, dtype=np.float32) - 0.5) / scale)[:, None]
    for bx, by, sx, sy, tall in _BONES:
        dome += tall * np.exp(-(((x - bx) / sx) ** 2) - ((y - by) / sy) ** 2)
    return dome


def paint_profile(width: int, height: int, scale: float, origin: tuple[float, float], colours: dict[str, np.ndarray],
                  kind: str, *, key: float, window: float,
                  rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Linear RGB (h, w, 3) and cover (h, w). `scale` pixels a head, `origin` the pixel of the chin's line at x = 0.
    `colours`: skin, hair, cloth, ink, flame, rim, fill. `key` how strong the candle before the face is, `window` the
    light from behind."""
    cover = _covered(width, height, scale, origin, [head_path(), hair_path(kind)])
    face = _covered(width, height, scale, origin, [head_path()])
    hair = _covered(width, height, scale, origin, [hair_path(kind)])
    relief = cv2.GaussianBlur(_relief(face, scale, *origin), (0, 0), max(0.6, scale * 0.004))
    slope_x = cv2.Sobel(relief, cv2.CV_32F, 1, 0, scale=0.125) * scale
    slope_y = cv2.Sobel(relief, cv2.CV_32F, 0, 1, scale=0.125) * scale
    norm = 1.0 / np.sqrt(slope_x**2 + slope_y**2 + 1.0)
    from_candle = np.clip((-slope_x * 0.88 - slope_y * 0.30 + 0.10) * norm, 0.0, 1.0)
    from_window = np.clip((slope_x * 0.75 + slope_y * 0.45 + 0.05) * norm, 0.0, 1.0)
    y = ((origin[1] - np.arange(height, dtype=np.float32)) / scale)[:, None]
    x = ((np.arange(width, dtype=np.float32) - origin[0]) / scale)[None, :]
    # the light is near: it falls off toward the ear, and the jaw keeps it from the neck
    from_candle = from_candle * (0.10 + 0.90 * np.clip((x - 0.02) / 0.40, 0.0, 1.0) ** 1.3)
    under = np.clip((0.02 - y) / 0.03, 0.0, 1.0) * np.clip((y + 0.40) / 0.25, 0.0, 1.0)
    low = np.clip((y + 0.55) / 0.75, 0.0, 1.0) * (1.0 - 0.72 * under)
    cloth = np.clip((-0.33 - y - 0.10 * np.sin(np.arange(width)[None, :] / scale * 3.0)) / 0.012, 0.0, 1.0) * face
    candle = mix(colours["flame"], np.float32([1.0, 0.86, 0.70]), 0.50)
    skin = mix(np.broadcast_to(colours["skin"], (height, width, 3)), colours["cloth"], cloth[..., None])
    pores = 1.0 + 0.05 * cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), 1.2)
    lit = (candle * (key * 1.35 * from_candle**1.15 * (0.35 + 0.65 * low))[..., None]
           + colours["rim"] * (window * 0.35 * from_window)[..., None] + colours["fill"] * 0.10)  # fmt: skip
    # blood under the skin warms where light turns to shade
    turn = np.exp(-(((from_candle - 0.22) / 0.16) ** 2)) * (1.0 - cloth)
    linear = skin * lit * pores[..., None] + np.float32([0.05, 0.010, 0.006]) * (key * 0.5 * turn)[..., None]
    linear = mix(linear, colours["hair"] * (0.35 + lit * 0.5), hair[..., None])
    _draw_hair(linear, scale, origin, colours, kind, rng, key, window)
    _draw_eye(linear, scale, origin, colours)
    front = edge_light(cover, (1.0, 0.25), max(1.0, scale * 0.006)) * np.clip((y + 0.7) / 0.5, 0.0, 1.0)
    back = edge_light(cover, (-0.8, -0.6), max(1.0, scale * 0.007))
    linear = (
        linear + colours["flame"] * (front * key * 0.55)[..., None] + colours["rim"] * (back * window * 1.3)[..., None]
    )
    return linear.astype(np.float32), cover


def _covered(width: int, height: int, scale: float, origin: tuple[float, float], paths: list[skia.Path]) -> np.ndarray:
    array = np.zeros((height, width, 4), np.uint8)
    with on(array, *origin, scale) as canvas:
        for path in paths:
            canvas.drawPath(path, skia.Paint(AntiAlias=True))
    return array[..., 3].astype(np.float32) / 255.0


def _draw_hair(linear: np.ndarray, scale: float, origin: tuple[float, float], colours: dict[str, np.ndarray], kind: str,
               rng: np.random.Generator, key: float, window: float) -> None:  # fmt: skip
    """Strands of two lights over the mass: the window's on the crown, the candle's by the brow."""
    height, width = linear.shape[:2]
    lights = ((colours["ink"], 0.50, 200, 0.0042), (colours["rim"], 0.06 + 0.10 * window, 190, 0.0024),
              (colours["flame"], 0.15 * key, 150, 0.0024))  # fmt: skip
    for tone, strength, count, wide in lights:
        layer = np.zeros((height, width, 4), np.uint8)
        with on(layer, *origin, scale) as canvas:
            canvas.clipPath(hair_path(kind), skia.ClipOp.kIntersect, True)
            paint = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeCap=skia.Paint.kRound_Cap)
            for strand in _strands(kind, rng, count):
                paint.setAlphaf(float(rng.uniform(0.15, 0.9)))
                paint.setStrokeWidth(float(wide * rng.uniform(0.5, 1.4)))
                canvas.drawPath(smooth_path(strand, closed=False), paint)
        share = (layer[..., 3].astype(np.float32) / 255.0 * strength)[..., None]
        linear += (tone - linear) * np.minimum(share, 0.9) if tone is colours["ink"] else tone * share * 0.8


def _draw_eye(linear: np.ndarray, scale: float, origin: tuple[float, float], colours: dict[str, np.ndarray]) -> None:
    """A lowered lid with its lashes, the brow, the corner of the mouth, the nostril, the ear's shadow."""
    lines = (
        ([(0.318, 0.566), (0.338, 0.553), (0.362, 0.549), (0.384, 0.556)], 0.0085, 0.92),
        ([(0.316, 0.592), (0.342, 0.598), (0.372, 0.590)], 0.0045, 0.5),
        ([(0.285, 0.652), (0.322, 0.672), (0.362, 0.668), (0.394, 0.650)], 0.0150, 0.72),
        ([(0.396, 0.250), (0.415, 0.246), (0.434, 0.244)], 0.0060, 0.75),
        ([(0.450, 0.362), (0.464, 0.366), (0.474, 0.362)], 0.0100, 0.8),
        ([(0.424, 0.392), (0.418, 0.372), (0.430, 0.356)], 0.0045, 0.4),
        ([(0.020, 0.545), (0.055, 0.560), (0.075, 0.520), (0.060, 0.460), (0.030, 0.420)], 0.0085, 0.45),
        ([(0.035, 0.520), (0.050, 0.500), (0.040, 0.460)], 0.0100, 0.4),
    )
    height, width = linear.shape[:2]
    layer = np.zeros((height, width, 4), np.uint8)
    with on(layer, *origin, scale) as canvas:
        paint = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeCap=skia.Paint.kRound_Cap)
        for points, wide, alpha in lines:
            paint.setStrokeWidth(wide)
            paint.setAlphaf(alpha)
            canvas.drawPath(smooth_path(points, closed=False), paint)
        paint.setAlphaf(0.9)
        for k in range(9):
            x = 0.352 + 0.0042 * k
            paint.setStrokeWidth(0.0030)
            canvas.drawPath(
                smooth_path([(x, 0.551), (x + 0.016, 0.536 - 0.001 * k), (x + 0.034, 0.531)], closed=False), paint
            )
    soft = cv2.GaussianBlur(layer[..., 3].astype(np.float32) / 255.0, (0, 0), max(0.5, scale * 0.0016))
    linear += (colours["ink"] * 0.5 - linear) * (soft * 0.9)[..., None]


def loose_strands(time_s: float, kind: str, wind: float) -> list[skia.Path]:
    """Wisps that stir: at the brow, over the ear, at the nape, down the back."""
    roots = [((0.300, 0.895), (0.36, 0.90), (0.40, 0.82)), ((0.17, 0.60), (0.235, 0.52), (0.215, 0.36)),
             ((0.155, 0.56), (0.20, 0.44), (0.16, 0.27)), ((-0.20, 0.10), (-0.235, -0.02), (-0.20, -0.16)),
             ((-0.235, 0.12), (-0.30, 0.00), (-0.27, -0.12)), ((-0.15, 1.025), (-0.26, 1.06), (-0.36, 1.0)),
             ((0.05, 1.03), (-0.05, 1.075), (-0.16, 1.05))]  # fmt: skip
    if kind == "long":
        roots += [((-0.56, -0.10), (-0.68, -0.35), (-0.66, -0.62)), ((-0.60, -0.40), (-0.72, -0.6), (-0.68, -0.9)),
                  ((-0.54, 0.10), (-0.62, -0.1), (-0.64, -0.3))]  # fmt: skip
    paths = []
    for n, (a, b, c) in enumerate(roots):
        sway = (0.012 + 0.028 * wind) * math.sin(time_s * (0.9 + 0.13 * n) + n * 1.7)
        lift = (0.006 + 0.012 * wind) * math.sin(time_s * (1.4 + 0.1 * n) + n)
        path = skia.Path()
        path.moveTo(a[0], -a[1])
        path.quadTo(b[0] + sway * 0.5, -(b[1] + lift * 0.5), c[0] + sway, -(c[1] + lift))
        paths.append(path)
    return paths


def draw_loose(canvas: skia.Canvas, time_s: float, kind: str, wind: float, tone: np.ndarray, alpha: float) -> None:
    """The wisps in head units on the canvas (origin at the chin's line)."""
    paint = fill(tone, alpha)
    paint.setStyle(skia.Paint.kStroke_Style)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    for n, path in enumerate(loose_strands(time_s, kind, wind)):
        paint.setStrokeWidth(0.0042 if n % 2 else 0.0030)
        canvas.drawPath(path, paint)

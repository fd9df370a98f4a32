"""A head and shoulders in profile: skin that turns in the light of a candle, a rim from the window, hair in strands.

Head units: the chin is at y = 0, the crown at y = 1, y up; the face looks to the right. The relief of the face is the
outline blown up like a cushion with the bones put on it; it is lit as any surface is.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import STRIP_ROWS, mix
from generation.engine.film.brushes.figure_hair import hair_layer, shade_hair
from generation.engine.film.brushes.ink import edge_light, fill, on, smooth_path

_FACE = [
    (0.300, 0.885), (0.374, 0.805), (0.406, 0.725), (0.412, 0.660), (0.399, 0.612), (0.401, 0.578), (0.424, 0.530),
    (0.458, 0.470), (0.492, 0.418), (0.508, 0.392), (0.500, 0.368), (0.470, 0.354), (0.437, 0.345), (0.430, 0.318),
    (0.438, 0.292), (0.456, 0.270), (0.450, 0.252), (0.432, 0.243), (0.444, 0.229), (0.447, 0.207), (0.432, 0.182),
    (0.410, 0.160), (0.412, 0.128), (0.420, 0.086), (0.408, 0.040), (0.366, 0.008), (0.290, 0.002), (0.205, 0.012),
    (0.135, 0.000), (0.092, -0.045), (0.074, -0.110), (0.078, -0.180), (0.108, -0.240), (0.190, -0.300),
    (0.310, -0.390), (0.410, -0.550), (0.470, -0.820), (0.480, -1.20),
]  # fmt: skip
_BACK = [(-0.98, -1.20), (-0.96, -0.80), (-0.89, -0.55), (-0.74, -0.385), (-0.54, -0.285), (-0.37, -0.205),
         (-0.268, -0.105), (-0.250, 0.040), (-0.320, 0.180)]  # fmt: skip
_SKULL = [(-0.420, 0.330), (-0.470, 0.520), (-0.440, 0.720), (-0.335, 0.890), (-0.160, 0.990), (0.040, 1.000),
          (0.200, 0.955)]  # fmt: skip
# x, y, width, height and lift of what lies under the skin: socket, cheek, brow, eyeball, nostril's wing and its furrow,
# mouth, hollow of the cheek, jaw, the shade under it, the neck's cord
_BONES = (
    (0.335, 0.585, 0.060, 0.036, -0.034), (0.260, 0.450, 0.090, 0.070, 0.026), (0.335, 0.655, 0.070, 0.024, 0.014),
    (0.345, 0.578, 0.034, 0.026, 0.024), (0.448, 0.372, 0.020, 0.020, 0.018), (0.405, 0.372, 0.016, 0.040, -0.014),
    (0.425, 0.246, 0.050, 0.010, -0.010), (0.300, 0.330, 0.050, 0.100, -0.016), (0.190, 0.100, 0.160, 0.030, 0.016),
    (0.120, -0.05, 0.120, 0.050, -0.045), (0.020, -0.22, 0.030, 0.130, 0.016),
)  # fmt: skip
_EAR = [(0.048, 0.520), (0.030, 0.562), (-0.010, 0.572), (-0.046, 0.545), (-0.056, 0.495), (-0.040, 0.440),
        (-0.012, 0.392), (0.016, 0.372), (0.034, 0.392), (0.036, 0.440)]  # fmt: skip


def head_path() -> skia.Path:
    return smooth_path([*_FACE, *_BACK, *_SKULL])


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
    face = _covered(width, height, scale, origin, [head_path()])
    tone, hair = hair_layer(width, height, scale, origin, kind, rng)
    cover = np.maximum(face, hair)
    relief = cv2.GaussianBlur(_relief(face, scale, *origin), (0, 0), max(0.6, scale * 0.004))
    slope_x = cv2.Sobel(relief, cv2.CV_32F, 1, 0, scale=0.125) * scale
    slope_y = cv2.Sobel(relief, cv2.CV_32F, 0, 1, scale=0.125) * scale
    del relief
    pores = 1.0 + 0.05 * cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), 1.2)
    # hair lies on the head: it keeps the light from the skin beside it
    shade = cv2.GaussianBlur(hair, (0, 0), max(0.8, scale * 0.018))
    locks = shade_hair(tone, hair, cover, scale, origin, colours, key=key, window=window)

    def skin(rows: slice) -> tuple[np.ndarray, np.ndarray]:
        y = ((origin[1] - np.arange(height, dtype=np.float32)) / scale)[rows, None]
        x = ((np.arange(width, dtype=np.float32) - origin[0]) / scale)[None, :]
        return _lit_skin((slope_x[rows], slope_y[rows]), x, y, face[rows], scale, colours, key, window)

    # in strips: all of it at once weighs half a gigabyte
    linear, most = np.empty((height, width, 3)), 0.0
    for top in range(0, height, STRIP_ROWS):
        rows = slice(top, top + STRIP_ROWS)
        lit, blood = skin(rows)
        most = max(most, float(lit.max()))
        bare = (lit * pores[rows][..., None] + blood) * (1.0 - 0.55 * shade[rows])[..., None]
        linear[rows] = mix(bare, locks[rows], hair[rows][..., None])
    if kind != "long":
        _draw_ear(linear, skin, most, scale, origin, colours)
    _draw_eye(linear, scale, origin, colours)
    return _rimmed(linear, cover, scale, origin, colours, key, window), cover


def _rimmed(linear: np.ndarray, cover: np.ndarray, scale: float, origin: tuple[float, float],
            colours: dict[str, np.ndarray], key: float, window: float) -> np.ndarray:  # fmt: skip
    """The candle's light on the edges before it, the window's behind; float32."""
    out = np.empty(linear.shape, np.float32)
    y = ((origin[1] - np.arange(len(cover), dtype=np.float32)) / scale)[:, None]
    front = edge_light(cover, (1.0, 0.25), max(1.0, scale * 0.006)) * np.clip((y + 0.7) / 0.5, 0.0, 1.0)
    back = edge_light(cover, (-0.8, -0.6), max(1.0, scale * 0.007))
    for top in range(0, len(cover), STRIP_ROWS):
        rows = slice(top, top + STRIP_ROWS)
        before, behind = (front[rows] * key * 0.55)[..., None], (back[rows] * window * 1.3)[..., None]
        out[rows] = linear[rows] + colours["flame"] * before + colours["rim"] * behind
    return out


def _lit_skin(slopes: tuple[np.ndarray, np.ndarray], x: np.ndarray, y: np.ndarray, face: np.ndarray, scale: float,
              colours: dict[str, np.ndarray], key: float, window: float) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(skin and cloth in both lights, the blood that shines through), linear RGB (n, w, 3) of some rows."""
    slope_x, slope_y = slopes
    norm = 1.0 / np.sqrt(slope_x**2 + slope_y**2 + 1.0)
    from_candle = np.clip((-slope_x * 0.88 - slope_y * 0.30 + 0.10) * norm, 0.0, 1.0)
    from_window = np.clip((slope_x * 0.75 + slope_y * 0.45 + 0.05) * norm, 0.0, 1.0)
    # the light is near: it falls off toward the ear, and the jaw keeps it from the neck
    from_candle = from_candle * (0.10 + 0.90 * np.clip((x - 0.02) / 0.40, 0.0, 1.0) ** 1.3)
    under = np.clip((0.02 - y) / 0.03, 0.0, 1.0) * np.clip((y + 0.40) / 0.25, 0.0, 1.0)
    low = np.clip((y + 0.55) / 0.75, 0.0, 1.0) * (1.0 - 0.72 * under)
    fold = np.sin(np.arange(face.shape[1])[None, :] / scale * 3.0)
    cloth = np.clip((-0.215 - y - 0.08 * fold) / 0.012, 0.0, 1.0) * face
    candle = mix(colours["flame"], np.float32([1.0, 0.86, 0.70]), 0.50)
    skin = mix(np.broadcast_to(colours["skin"], (*face.shape, 3)), colours["cloth"], cloth[..., None])
    lit = (candle * (key * 1.35 * from_candle**1.15 * (0.35 + 0.65 * low))[..., None]
           + colours["rim"] * (window * 0.35 * from_window)[..., None] + colours["fill"] * 0.10)  # fmt: skip
    # blood under the skin warms where light turns to shade
    turn = np.exp(-(((from_candle - 0.22) / 0.16) ** 2)) * (1.0 - cloth)
    return skin * lit, np.float32([0.05, 0.010, 0.006]) * (key * 0.5 * turn)[..., None]


def _covered(width: int, height: int, scale: float, origin: tuple[float, float], paths: list[skia.Path]) -> np.ndarray:
    array = np.zeros((height, width, 4), np.uint8)
    with on(array, *origin, scale) as canvas:
        for path in paths:
            canvas.drawPath(path, skia.Paint(AntiAlias=True))
    return array[..., 3].astype(np.float32) / 255.0


def _draw_ear(linear: np.ndarray, lit_skin: Callable[[slice], tuple[np.ndarray, np.ndarray]], most: float, scale: float,
              origin: tuple[float, float], colours: dict[str, np.ndarray]) -> None:  # fmt: skip
    """The ear before the hair: a lit edge about a dark shell, its shadow on the hair behind. `most` is the brightest
    place of the skin."""
    height, width = linear.shape[:2]
    ear = _covered(width, height, scale, origin, [smooth_path(_EAR)])
    soft = cv2.GaussianBlur(ear, (0, 0), max(0.8, scale * 0.012))
    shell = np.clip(2.2 * (cv2.GaussianBlur(ear, (0, 0), max(0.8, scale * 0.016)) - 0.45), 0.0, 1.0)
    edge = edge_light(ear, (0.9, 0.35), max(1.0, scale * 0.010))
    touched = np.flatnonzero(soft.any(axis=1))
    rows = slice(int(touched[0]), int(touched[-1]) + 1)
    part, skin = linear[rows], lit_skin(rows)[0]
    part *= (1.0 - 0.6 * soft[rows] * (1.0 - ear[rows]))[..., None]
    tone = most * colours["skin"]
    body = skin * 0.55 + tone * 0.10 * (1.0 - 0.75 * shell[rows])[..., None]
    body = body + colours["flame"] * (0.10 * edge[rows])[..., None]
    part += (body - part) * ear[rows][..., None]


def _draw_eye(linear: np.ndarray, scale: float, origin: tuple[float, float], colours: dict[str, np.ndarray]) -> None:
    """A lowered lid with its lashes, the brow, the corner of the mouth, the nostril, the ear's shadow."""
    lines = (
        ([(0.318, 0.566), (0.338, 0.553), (0.362, 0.549), (0.384, 0.556)], 0.0085, 0.92),
        ([(0.316, 0.592), (0.342, 0.598), (0.372, 0.590)], 0.0045, 0.5),
        ([(0.285, 0.652), (0.322, 0.672), (0.362, 0.668), (0.394, 0.650)], 0.0150, 0.72),
        ([(0.396, 0.250), (0.415, 0.246), (0.434, 0.244)], 0.0060, 0.75),
        ([(0.450, 0.362), (0.464, 0.366), (0.474, 0.362)], 0.0100, 0.8),
        ([(0.424, 0.392), (0.418, 0.372), (0.430, 0.356)], 0.0045, 0.4),
        ([(0.022, 0.500), (0.012, 0.535), (-0.018, 0.535), (-0.030, 0.495), (-0.016, 0.445)], 0.0085, 0.45),
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
    roots = [((0.300, 0.895), (0.355, 0.905), (0.385, 0.850)), ((-0.15, 1.035), (-0.26, 1.065), (-0.37, 1.00)),
             ((0.05, 1.045), (-0.05, 1.085), (-0.17, 1.06))]  # fmt: skip
    if kind != "long":
        roots += [((0.150, 0.560), (0.185, 0.440), (0.130, 0.330)), ((-0.20, 0.13), (-0.250, 0.00), (-0.215, -0.08)),
                  ((-0.235, 0.12), (-0.30, 0.03), (-0.285, -0.06))]  # fmt: skip
    else:
        roots += [
            ((-0.56, -0.10), (-0.68, -0.35), (-0.66, -0.62)),
            ((-0.60, -0.40), (-0.70, -0.55), (-0.66, -0.75)),
            ((-0.54, 0.10), (-0.62, -0.1), (-0.64, -0.3)),
            ((0.10, 0.42), (0.15, 0.20), (0.085, -0.02)),
        ]
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

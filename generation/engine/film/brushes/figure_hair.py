"""Hair of a head in profile: clumps, locks and strands that flow together, lit as one round mass.

Head units as in `figure_profile`: chin at y = 0, crown at y = 1, y up, the face looks to the right. A style is a fan of
guide curves; every strand lies between two neighbours of the fan, so that the hair flows and never crosses itself.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import STRIP_ROWS
from generation.engine.film.brushes.ink import on, smooth_path

HAIR = ("bun", "long", "short")

_FANS = {
    # from the hairline over the head into the knot, the outline of the crown first
    "bun": (((0.325, 0.900), (0.20, 0.995), (0.03, 1.035), (-0.17, 1.020), (-0.36, 0.915), (-0.475, 0.740),
             (-0.505, 0.560), (-0.490, 0.410)),
            ((0.280, 0.820), (0.15, 0.900), (0.00, 0.935), (-0.15, 0.910), (-0.30, 0.810), (-0.400, 0.680),
             (-0.460, 0.530), (-0.480, 0.400)),
            ((0.205, 0.700), (0.10, 0.770), (-0.02, 0.790), (-0.14, 0.760), (-0.26, 0.690), (-0.360, 0.590),
             (-0.430, 0.490), (-0.470, 0.390)),
            ((0.165, 0.585), (0.08, 0.640), (-0.01, 0.650), (-0.11, 0.620), (-0.22, 0.570), (-0.320, 0.500),
             (-0.400, 0.430), (-0.470, 0.370)),
            ((0.130, 0.500), (0.05, 0.530), (-0.04, 0.530), (-0.12, 0.505), (-0.21, 0.470), (-0.300, 0.425),
             (-0.380, 0.385), (-0.460, 0.350)),
            ((-0.050, 0.360), (-0.09, 0.390), (-0.13, 0.390), (-0.18, 0.385), (-0.25, 0.370), (-0.320, 0.355),
             (-0.390, 0.345), (-0.455, 0.335)),
            ((-0.130, 0.215), (-0.17, 0.245), (-0.21, 0.265), (-0.26, 0.285), (-0.31, 0.297), (-0.360, 0.307),
             (-0.410, 0.315), (-0.450, 0.320)),
            ((-0.230, 0.095), (-0.26, 0.135), (-0.29, 0.170), (-0.32, 0.200), (-0.35, 0.230), (-0.380, 0.257),
             (-0.420, 0.285), (-0.450, 0.305))),
    # from a parting over the brow down the back and before the shoulder
    "long": (((0.325, 0.905), (0.12, 1.035), (-0.18, 1.045), (-0.42, 0.900), (-0.525, 0.620), (-0.540, 0.300),
              (-0.570, 0.000), (-0.610, -0.300), (-0.600, -0.560), (-0.560, -0.780)),
             ((0.322, 0.900), (0.14, 0.980), (-0.11, 0.970), (-0.31, 0.820), (-0.420, 0.580), (-0.450, 0.300),
              (-0.480, 0.020), (-0.520, -0.280), (-0.500, -0.560), (-0.480, -0.800)),
             ((0.320, 0.895), (0.17, 0.930), (-0.02, 0.880), (-0.18, 0.720), (-0.290, 0.500), (-0.330, 0.250),
              (-0.360, 0.000), (-0.380, -0.270), (-0.370, -0.520), (-0.360, -0.740)),
             ((0.318, 0.890), (0.21, 0.870), (0.08, 0.780), (-0.04, 0.620), (-0.120, 0.430), (-0.170, 0.220),
              (-0.200, 0.000), (-0.220, -0.240), (-0.220, -0.460), (-0.220, -0.640)),
             ((0.315, 0.880), (0.25, 0.800), (0.175, 0.690), (0.125, 0.540), (0.090, 0.370), (0.045, 0.190),
              (-0.010, 0.000), (-0.050, -0.200), (-0.060, -0.380), (-0.090, -0.540))),
    # cropped in the neck, full over the crown
    "short": (((0.335, 0.905), (0.24, 1.010), (0.06, 1.065), (-0.15, 1.055), (-0.36, 0.950), (-0.490, 0.765),
               (-0.520, 0.560), (-0.480, 0.370)),
              ((0.300, 0.845), (0.20, 0.935), (0.04, 0.965), (-0.13, 0.935), (-0.29, 0.835), (-0.400, 0.665),
               (-0.450, 0.480), (-0.430, 0.300)),
              ((0.240, 0.760), (0.14, 0.825), (0.01, 0.835), (-0.12, 0.785), (-0.25, 0.685), (-0.345, 0.545),
               (-0.390, 0.385), (-0.385, 0.220)),
              ((0.185, 0.660), (0.10, 0.695), (0.00, 0.685), (-0.10, 0.625), (-0.20, 0.535), (-0.285, 0.415),
               (-0.335, 0.290), (-0.340, 0.150)),
              ((0.155, 0.545), (0.11, 0.570), (0.04, 0.560), (-0.05, 0.505), (-0.14, 0.415), (-0.220, 0.310),
               (-0.270, 0.205), (-0.290, 0.090)),
              ((-0.055, 0.360), (-0.09, 0.340), (-0.13, 0.300), (-0.17, 0.255), (-0.20, 0.205), (-0.225, 0.155),
               (-0.240, 0.105), (-0.250, 0.050)))}  # fmt: skip
_FRINGE = (((0.00, 1.055), (0.20, 1.035), (0.345, 0.950), (0.408, 0.815)),
           ((0.03, 0.990), (0.19, 0.955), (0.300, 0.885), (0.360, 0.765)),
           ((0.06, 0.930), (0.17, 0.885), (0.245, 0.820), (0.270, 0.700)))  # fmt: skip
_KNOT = (-0.590, 0.335, 0.150)
# strands, width, how far astray, alpha: from the mass to the single hair
_PASSES = ((240, 0.040, 0.004, 1.00), (360, 0.015, 0.008, 0.80), (620, 0.0060, 0.012, 0.60), (900, 0.0026, 0.016, 0.50),
           (110, 0.0020, 0.060, 0.55))  # fmt: skip


def _strand(fan: np.ndarray, u: float, rng: np.random.Generator, wide: float, astray: float, kind: str) -> np.ndarray:
    """A curve (n, 2) between the guides about `u` (0..1), bent a little its own way."""
    place = u * (len(fan) - 1.0001)
    k, f = int(place), place - int(place)
    points = fan[k] * (1.0 - f) + fan[k + 1] * f
    t = np.linspace(0.0, 1.0, len(points))
    lean, turn = rng.normal(0.0, astray, 2), float(rng.random()) * 6.28
    points = points + np.outer(t * (0.35 + 0.65 * t), lean)
    # no two hairs begin or end together; the thick ones lie within
    first, last = 0.05 * float(rng.random()), 1.0 - (0.16 if kind == "short" else 0.06) * float(rng.random())
    inset = np.linspace(first + 0.6 * wide, last - 1.5 * wide, len(points))
    points = np.stack([np.interp(inset, t, points[:, axis]) for axis in (0, 1)], axis=1)
    points += astray * 0.30 * np.stack([np.sin(turn + 5.0 * t), np.cos(turn + 4.0 * t)], axis=1)
    if kind == "long":
        # locks wave together: their phase changes slowly across the fan
        points[:, 0] += 0.030 * np.clip((0.50 - points[:, 1]) / 0.6, 0.0, 1.0) * np.sin(points[:, 1] * 9.0 + u * 5.0)
    return points


def _knot(rng: np.random.Generator, thick: float, astray: float) -> np.ndarray:
    """A strand wound about the knot."""
    x, y, radius = _KNOT
    r = max(0.01, radius * math.sqrt(float(rng.random())) - thick * 0.5) + float(rng.normal(0.0, astray * 0.25))
    start, sweep = float(rng.random()) * 6.28, 1.2 + 1.6 * float(rng.random())
    a = start + np.linspace(0.0, sweep, 5)
    swirl = r * (1.0 - 0.22 * np.linspace(0.0, 1.0, 5))
    return np.stack([x + 0.90 * swirl * np.cos(a), y + 1.06 * swirl * np.sin(a)], axis=1)


def _tone(u: float, rng: np.random.Generator) -> float:
    """0..1: neighbours share the tone of their lock, each hair has a little of its own."""
    lock = 0.5 + 0.26 * math.sin(u * 41.0 + 1.3) + 0.16 * math.sin(u * 97.0 + 0.4)
    return float(np.clip(lock + rng.normal(0.0, 0.16), 0.04, 1.0))


def hair_layer(width: int, height: int, scale: float, origin: tuple[float, float], kind: str,
               rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(tone, cover), each (h, w) 0..1: how light each hair is, and where there is hair, its edge in single strands.
    `scale` pixels a head, `origin` the pixel of the chin's line at x = 0."""
    layer = np.zeros((height, width, 4), np.uint8)
    fans = [(np.array(_FANS[kind]), 1.0)] + ([(np.array(_FRINGE), 0.30)] if kind == "short" else [])
    with on(layer, *origin, scale) as canvas:
        paint = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeCap=skia.Paint.kRound_Cap)
        for count, wide, astray, alpha in _PASSES:
            for fan, share in fans:
                for _ in range(int(count * share)):
                    # the crown's outline is a silhouette: it needs more hairs than its share of the fan
                    u = float(rng.random()) ** 1.25
                    points = _strand(fan, u, rng, wide, astray, kind)
                    _stroke(canvas, paint, points, wide, alpha, _tone(u + share, rng), rng)
            if kind == "bun":
                for _ in range(int(count * 0.28)):
                    u = float(rng.random())
                    _stroke(canvas, paint, _knot(rng, wide, astray), wide, alpha, _tone(u, rng), rng)
    cover = layer[..., 3].astype(np.float32) / 255.0
    return layer[..., 0].astype(np.float32) / 255.0 / np.maximum(cover, 1e-3), cover


def _stroke(canvas: skia.Canvas, paint: skia.Paint, points: np.ndarray, wide: float, alpha: float, tone: float,
            rng: np.random.Generator) -> None:  # fmt: skip
    # a wide stroke lies deep: dark, and within the mass
    light = tone * (0.50 if wide > 0.03 else 0.85 if wide > 0.01 else 1.0)
    paint.setColor4f(skia.Color4f(light, light, light, alpha * float(rng.uniform(0.7, 1.0))))
    paint.setStrokeWidth(wide * float(rng.uniform(0.7, 1.3)))
    canvas.drawPath(smooth_path(points.tolist(), closed=False), paint)


def shade_hair(tone: np.ndarray, cover: np.ndarray, head: np.ndarray, scale: float, origin: tuple[float, float],
               colours: dict[str, np.ndarray], *, key: float, window: float) -> np.ndarray:  # fmt: skip
    """Linear RGB (h, w, 3) of the hair: round as the head under it, a soft band of gloss where it turns to the window,
    warm toward the candle. `head` (h, w) is the cover of face and hair together."""
    height, width = cover.shape
    inside = cv2.distanceTransform((np.maximum(head, cover) > 0.5).astype(np.uint8), cv2.DIST_L2, 5) / scale
    reach = np.clip(inside / 0.34, 0.0, 1.0)
    dome = cv2.GaussianBlur(np.sqrt(reach * (2.0 - reach)).astype(np.float32) * 0.34, (0, 0), max(0.8, scale * 0.020))
    dome += 0.010 * cv2.GaussianBlur(tone * cover, (0, 0), max(0.6, scale * 0.006))
    slope_x = cv2.Sobel(dome, cv2.CV_32F, 1, 0, scale=0.125) * scale
    slope_y = cv2.Sobel(dome, cv2.CV_32F, 0, 1, scale=0.125) * scale
    norm = 1.0 / np.sqrt(slope_x**2 + slope_y**2 + 1.0)
    x = ((np.arange(width, dtype=np.float32) - origin[0]) / scale)[None, :]
    y = ((origin[1] - np.arange(height, dtype=np.float32)) / scale)[:, None]
    candle = np.clip((-slope_x * 0.86 - slope_y * 0.10 + 0.16) * norm, 0.0, 1.0)
    candle *= 0.10 + 0.90 * np.clip((x + 0.42) / 0.75, 0.0, 1.0) ** 1.4
    behind = np.clip((slope_x * 0.60 + slope_y * 0.72 + 0.06) * norm, 0.0, 1.0)
    # gloss runs across the strands, broken up by their tones
    gloss = np.exp(-(((behind - 0.46) / 0.13) ** 2)) * tone**1.5
    warm = np.exp(-(((candle - 0.52) / 0.20) ** 2)) * tone**1.5
    deep = 0.20 + 0.80 * np.clip(inside / 0.05, 0.0, 1.0)
    low = np.clip((y + 0.85) / 0.9, 0.25, 1.0)
    metal = 0.35 + 0.65 * (colours["hair"] / max(1e-3, float(colours["hair"].max())))
    out = np.empty((height, width, 3), np.float32)
    for top in range(0, height, STRIP_ROWS):
        rows = slice(top, top + STRIP_ROWS)
        body = (colours["hair"] * 1.15 + 0.016) * (0.18 + 1.7 * tone[rows] ** 1.3)[..., None]
        light = (colours["flame"] * (key * 2.1 * candle[rows])[..., None]
                 + colours["rim"] * (window * 0.9 * behind[rows])[..., None] + colours["fill"] * 0.50
                 + 0.03)  # fmt: skip
        shine = colours["rim"] * (window * 0.26 * gloss[rows])[..., None]
        shine = (shine + colours["flame"] * (key * 0.20 * warm[rows])[..., None]) * metal
        out[rows] = (body * light + shine) * (low[rows] * deep[rows])[..., None]
    return out

"""Robed people: a hooded pilgrim seen from behind, a row of monks, candles and their flames."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.ink import fill, limb, rimmed, smooth_path

_ROBE = [(0.0, 1.0), (0.050, 0.975), (0.078, 0.915), (0.070, 0.865), (0.110, 0.835), (0.172, 0.775), (0.192, 0.66),
         (0.188, 0.52),
         (0.165, 0.42), (0.180, 0.25), (0.225, 0.03), (0.14, -0.012), (0.0, -0.018), (-0.15, -0.012), (-0.235, 0.03),
         (-0.182, 0.25), (-0.162, 0.42), (-0.190, 0.52), (-0.192, 0.66), (-0.172, 0.775), (-0.110, 0.835), (-0.070,
             0.865),
         (-0.078, 0.915), (-0.050, 0.975)]  # fmt: skip


def robe_path(time_s: float, sway: float = 1.0) -> skia.Path:
    """A hooded robe, feet at the origin, one unit tall; its hem moves a little."""
    points = []
    for x, y in _ROBE:
        loose = max(0.0, 0.5 - y) * 2.0
        points.append((x + sway * loose * 0.020 * math.sin(time_s * 1.4 + y * 5.0 + x * 9.0), y))
    return smooth_path(points, tension=0.85)


def draw_pilgrim(canvas: skia.Canvas, time_s: float, body: skia.Paint, rim: skia.Paint, fold: np.ndarray,
                 rim_width: float,
                 *, staff: bool) -> None:  # fmt: skip
    """The figure on the axis, lit from before him on both sides; `staff` puts a long staff in his hand."""
    parts = [robe_path(time_s)]
    if staff:
        parts.append(limb([(0.255, -0.01), (0.235, 1.16)], [0.020, 0.018]))
        parts.append(limb([(0.15, 0.72), (0.225, 0.60), (0.242, 0.66)], [0.09, 0.075, 0.045]))
        crook = [(0.235, 1.14), (0.24, 1.22), (0.20, 1.27), (0.155, 1.24), (0.165, 1.19)]
        parts.append(limb(crook, [0.018, 0.019, 0.019, 0.017, 0.012]))
    rimmed(canvas, parts, body, rim, -rim_width, rim_width * 0.45)
    rimmed(canvas, parts, skia.Paint(Color=0), rim, rim_width, rim_width * 0.45)
    stroke = fill(fold, 0.22)
    stroke.setStyle(skia.Paint.kStroke_Style)
    stroke.setStrokeWidth(0.014)
    stroke.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.008))
    for x, lean in ((-0.10, -0.055), (-0.03, -0.02), (0.055, 0.03), (0.115, 0.05)):
        line = smooth_path([(x * 0.8, 0.70), (x, 0.45), (x + lean * 0.6, 0.22), (x + lean, 0.03)], closed=False)
        canvas.drawPath(line, stroke)


def draw_monk(canvas: skia.Canvas, rng: np.random.Generator, paint: skia.Paint, side: float) -> tuple[float, float]:
    """A monk who faces the middle (`side` is his own side), head bowed; returns where his candle's flame stands."""
    bow = rng.uniform(0.03, 0.08)
    points = []
    for x, y in _ROBE:
        lean = -side * bow * max(0.0, y - 0.55) * 2.0
        points.append((x * rng.uniform(0.93, 1.07) + lean, y))
    canvas.drawPath(smooth_path(points, tension=0.85), paint)
    hand = (-side * 0.25, 0.60 + rng.uniform(-0.03, 0.03))
    canvas.drawPath(limb([(-side * 0.12, 0.74), (-side * 0.17, 0.58), hand], [0.10, 0.09, 0.045]), paint)
    canvas.drawPath(limb([hand, (hand[0], hand[1] + 0.13)], [0.026, 0.024]), paint)
    return hand[0], hand[1] + 0.17

"""A candle and its living flame: a body of light with a blue root, a dark wick and a tip that wavers."""

from __future__ import annotations

import math

import numpy as np
import skia
from numba import njit

from generation.engine.film.brushes.ink import colour4, fill, smooth_path

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_FAST)
def draw_flame(picture, px, py, tall, t, phase, stir, colour, gain):
    """Add a flame to `picture` (h, w, 4) in place: foot at pixel (px, py), `tall` pixels high. `stir` 0 calm .. 1 wild;
    `colour` (3,) display BGR 0..255 of its body."""
    height, width = picture.shape[:2]
    reach = tall * (0.95 + 0.05 * math.sin(t * 5.3 + phase) + 0.06 * stir * math.sin(t * 11.7 + phase * 2.0))
    half = tall * 0.145
    for j in range(max(0, int(py - reach * 1.08)), min(height, int(py + tall * 0.05) + 1)):
        v = (py - j - 0.5) / reach
        if v <= -0.05 or v >= 1.06:
            continue
        up = max(0.0, v)
        lean = (
            tall
            * (0.020 + 0.10 * stir)
            * up
            * up
            * (math.sin(t * 3.1 + phase - up * 1.6) + 0.6 * math.sin(t * 7.9 + phase * 1.7 - up * 3.0))
        )
        body = half * (max(0.0, v + 0.05) ** 0.55) * (max(0.0, 1.06 - v) ** 0.95) * 1.62
        if body < 0.2:
            continue
        for i in range(max(0, int(px + lean - body * 1.8) - 1), min(width, int(px + lean + body * 1.8) + 2)):
            far = abs(i + 0.5 - px - lean) / body
            edge = min(1.0, max(0.0, (1.25 - far) * 1.9))
            if edge <= 0.0:
                continue
            edge = edge * edge * (3.0 - 2.0 * edge)
            core = max(0.0, 1.0 - far * far)
            # the wick's dark heart, the white body above it, the red tip, the blue root
            heart = max(0.0, 1.0 - ((up - 0.14) / 0.13) ** 2) * max(0.0, 1.0 - far * 1.9)
            white = core * min(1.0, max(0.0, (up - 0.10) * 3.0)) * min(1.0, max(0.0, (1.0 - up) * 1.9))
            tip = min(1.0, max(0.0, (up - 0.55) * 2.2))
            root = max(0.0, 1.0 - up * 5.0)
            light = gain * edge * (0.35 + 0.65 * core) * (1.0 - 0.62 * heart)
            blue = colour[0] * (1.0 - 0.7 * tip) + 190.0 * white + 190.0 * root * 0.8
            green = colour[1] * (1.0 - 0.35 * tip) + 150.0 * white - 20.0 * root
            red = colour[2] + 80.0 * white - 120.0 * root
            keep = 1.0 - 0.75 * min(1.0, light)
            picture[j, i, 0] = np.uint8(min(255.0, picture[j, i, 0] * keep + max(0.0, blue) * light))
            picture[j, i, 1] = np.uint8(min(255.0, picture[j, i, 1] * keep + max(0.0, green) * light))
            picture[j, i, 2] = np.uint8(min(255.0, picture[j, i, 2] * keep + max(0.0, red) * light))
    return 0


def draw_candle(canvas: skia.Canvas, tall: float, wide: float, wax: np.ndarray, shade: np.ndarray, glow: np.ndarray,
                brass: np.ndarray, seed: int) -> None:  # fmt: skip
    """A candle whose foot is at the origin (y down), `tall` to its rim: wax that glows below the flame, runs of wax, a
    brass dish. Colours are linear RGB."""
    canvas.drawOval(skia.Rect.MakeXYWH(-wide * 1.45, -wide * 0.14, wide * 2.9, wide * 0.62), fill(brass * 0.35))
    canvas.drawOval(skia.Rect.MakeXYWH(-wide * 1.38, -wide * 0.20, wide * 2.76, wide * 0.52), fill(brass))
    canvas.drawOval(skia.Rect.MakeXYWH(-wide * 0.95, -wide * 0.12, wide * 1.9, wide * 0.32), fill(brass * 0.30))
    colors = [colour4(tone).toColor() for tone in (glow, wax, shade)]
    shader = skia.GradientShader.MakeLinear(points=[skia.Point(0, -tall), skia.Point(0, 0)], colors=colors,
                                            positions=[0.0, 0.30, 1.0])  # fmt: skip
    paint = skia.Paint(AntiAlias=True, Dither=True, Shader=shader)
    body = skia.Path()
    body.moveTo(-wide * 0.5, 0.0)
    body.lineTo(-wide * 0.47, -tall)
    body.quadTo(0.0, -tall + wide * 0.22, wide * 0.47, -tall - wide * 0.03)
    body.lineTo(wide * 0.5, 0.0)
    body.quadTo(0.0, wide * 0.2, -wide * 0.5, 0.0)
    canvas.drawPath(body, paint)
    for k in range(3):
        side = -0.36 + 0.34 * ((seed + k * 5) % 3)
        long = tall * (0.18 + 0.16 * ((seed * 3 + k * 7) % 5) / 4.0)
        run = [(side * wide - wide * 0.09, -tall + wide * 0.06), (side * wide + wide * 0.09, -tall + wide * 0.06),
               (side * wide + wide * 0.08, -tall + long), (side * wide, -tall + long + wide * 0.12),
               (side * wide - wide * 0.08, -tall + long)]  # fmt: skip
        canvas.drawPath(smooth_path(run, tension=0.6, up=False), paint)
    side_shade = skia.GradientShader.MakeLinear(
        points=[skia.Point(-wide * 0.5, 0), skia.Point(wide * 0.5, 0)],
        colors=[colour4(shade, 0.75).toColor(), colour4(shade, 0.0).toColor(), colour4(shade, 0.55).toColor()],
    )
    canvas.drawPath(body, skia.Paint(AntiAlias=True, Dither=True, Shader=side_shade))
    wick = fill(shade * 0.1)
    wick.setStyle(skia.Paint.kStroke_Style)
    wick.setStrokeWidth(wide * 0.07)
    canvas.drawLine(0.0, -tall + wide * 0.08, wide * 0.03, -tall - wide * 0.22, wick)

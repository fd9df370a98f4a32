"""What an amphitheatre wears: the gate of the fighters, sails over the seats, hanging cloths, torches."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.amphitheatre import Eye
from generation.engine.film.brushes.ink import fill, gradient_fill, limb, smooth_path, straight_path


def draw_gate(canvas: skia.Canvas, stone: np.ndarray, shade: np.ndarray, glow: np.ndarray) -> None:
    """The gate: a block of stone one unit tall with an arch, a portcullis half raised, pillars and an eagle; its foot
    in the origin, y down. `glow` shines out of the passage."""
    block = skia.Rect.MakeLTRB(-0.62, -1.0, 0.62, 0.03)
    canvas.drawRect(block, gradient_fill(stone * 1.1, stone * 0.55, -1.0, 0.0))
    for y, wide, tall in ((-1.03, 0.68, 0.06), (-0.80, 0.64, 0.025), (-0.985, 0.65, 0.02)):
        canvas.drawRect(skia.Rect.MakeXYWH(-wide, y, wide * 2, tall), fill(stone * 1.35))
    canvas.drawPath(straight_path([(-0.66, 1.02), (0.0, 1.26), (0.66, 1.02)]), fill(stone * 0.95))
    canvas.drawPath(straight_path([(-0.52, 1.045), (0.0, 1.21), (0.52, 1.045)]), fill(shade * 0.8))
    eagle = [(-0.26, 1.17), (-0.13, 1.12), (-0.03, 1.10), (-0.035, 1.06), (0.035, 1.06), (0.03, 1.10), (0.13, 1.12),
             (0.26, 1.17), (0.13, 1.18), (0.03, 1.15), (0.0, 1.19), (-0.03, 1.15), (-0.13, 1.18)]  # fmt: skip
    canvas.drawPath(smooth_path(eagle, tension=0.6), fill(stone * 1.5))
    arch = skia.Path()
    arch.moveTo(-0.32, 0.03)
    arch.lineTo(-0.32, -0.40)
    arch.arcTo(skia.Rect.MakeLTRB(-0.32, -0.72, 0.32, -0.08), 180.0, 180.0, False)
    arch.lineTo(0.32, 0.03)
    arch.close()
    edge = fill(stone * 1.4)
    edge.setStyle(skia.Paint.kStroke_Style)
    edge.setStrokeWidth(0.07)
    canvas.drawPath(arch, edge)
    canvas.drawPath(arch, gradient_fill(shade * 0.25, glow, -0.72, 0.05))
    canvas.save()
    canvas.clipPath(arch, skia.ClipOp.kIntersect, True)
    bar = fill(shade * 0.12)
    for step in range(-4, 5):
        canvas.drawRect(skia.Rect.MakeXYWH(step * 0.072 - 0.010, -0.75, 0.020, 0.43), bar)
        canvas.drawPath(
            straight_path([(step * 0.072 - 0.014, 0.32), (step * 0.072, 0.27), (step * 0.072 + 0.014, 0.32)]), bar
        )
    for y in (-0.66, -0.56, -0.46, -0.36):
        canvas.drawRect(skia.Rect.MakeXYWH(-0.34, y, 0.68, 0.018), bar)
    canvas.restore()
    for side in (-1.0, 1.0):
        pillar = skia.Rect.MakeXYWH(side * 0.49 - 0.055, -0.76, 0.11, 0.78)
        canvas.drawRect(pillar, gradient_fill(stone * 1.25, stone * 0.7, -0.76, 0.0))
        for flute in (-0.03, 0.0, 0.03):
            canvas.drawRect(skia.Rect.MakeXYWH(side * 0.49 + flute - 0.006, -0.72, 0.012, 0.70), fill(stone * 0.5, 0.5))
        canvas.drawRect(skia.Rect.MakeXYWH(side * 0.49 - 0.075, -0.80, 0.15, 0.05), fill(stone * 1.45))
        canvas.drawRect(skia.Rect.MakeXYWH(side * 0.49 - 0.075, -0.02, 0.15, 0.05), fill(stone * 1.2))


def draw_sails(canvas: skia.Canvas, eye: Eye, time_s: float, *, place, cloth: np.ndarray, second: np.ndarray,
               sun_x: float, shine: float, wind: float, count: int, furled: float) -> None:  # fmt: skip
    """The velarium: strips of cloth from the masts on the rim inward, that sag and swell; light comes between them.
    `place` maps (x, y) of the bowl's plane to the canvas; `shine` how the cloth glows; `furled` 0..1 rolled back."""
    angles = np.linspace(-1.30, 1.30, count + 1)
    inner_r, inner_h = 0.92 + 0.62 * furled, 1.20 + 0.02 * furled
    t, ropes = np.linspace(0.0, 1.0, 5), skia.Path()
    for n in range(count):
        sides = np.array([[angles[n] + 0.012], [angles[n + 1] - 0.035]])
        swell = math.sin(time_s * (0.8 + 0.5 * wind) + n * 1.9) * (0.012 + 0.022 * wind)
        sag = 0.06 * np.sin(math.pi * t) * (1.0 + 0.4 * np.sin(time_s * 1.1 + n + sides))
        x, y, _ = eye.project(1.79 + (inner_r - 1.79) * t, sides, 1.175 + (inner_h - 1.175) * t - sag + swell * t)
        edges = [[place(float(px), float(py)) for px, py in zip(x[k], y[k], strict=True)] for k in (0, 1)]
        if max(point[1] for line in edges for point in line) < -0.53:
            continue
        rim = [(0.5 * (edges[0][0][0] + edges[1][0][0]), 0.5 * (edges[0][0][1] + edges[1][0][1]) + 0.012)]
        path = smooth_path([*edges[0], *reversed(edges[1]), *rim], tension=0.5, up=False)
        middle = 0.5 * (edges[0][0][0] + edges[1][0][0])
        near = math.exp(-abs(middle - sun_x) * 1.6)
        tone = (cloth if n % 2 == 0 else second) * (0.16 + shine * (0.22 + 1.1 * near))
        top = min(point[1] for point in edges[0])
        canvas.drawPath(path, gradient_fill(tone * 0.55, tone, top, edges[0][0][1]))
        for line in edges:
            ropes.addPath(smooth_path(line, closed=False, up=False))
    # all ropes at once: a stroke costs by its path's bounds
    rope = fill(cloth * 0.04, 0.9)
    rope.setStyle(skia.Paint.kStroke_Style)
    rope.setStrokeWidth(0.0022)
    canvas.drawPath(ropes, rope)


def draw_cloth(canvas: skia.Canvas, time_s: float, phase: float, *, wide: float, tall: float, colour: np.ndarray,
               trim: np.ndarray, wind: float) -> None:  # fmt: skip
    """A cloth that hangs from a bar in the origin (y down), in units of the canvas, with a border and a wreath."""
    left, right = [], []
    for step in range(7):
        t = step / 6.0
        wave = math.sin(time_s * 2.3 + phase - t * 4.0) * wide * 0.22 * t * (0.4 + wind)
        left.append((-wide * 0.5 + wave, tall * t))
        right.append((wide * 0.5 + wave * 1.15, tall * t))
    tip = ((left[-1][0] + right[-1][0]) * 0.5, tall * 1.16)
    path = smooth_path([*left, tip, *reversed(right)], tension=0.4, up=False)
    canvas.drawPath(path, gradient_fill(colour, colour * 0.45, 0.0, tall))
    border = fill(trim, 0.8)
    border.setStyle(skia.Paint.kStroke_Style)
    border.setStrokeWidth(wide * 0.07)
    trims = skia.Path(path)
    trims.addCircle((left[3][0] + right[3][0]) * 0.5, tall * 0.48, wide * 0.22)
    canvas.drawPath(trims, border)
    canvas.drawPath(limb([(-wide * 0.6, 0.0), (wide * 0.6, 0.0)], [wide * 0.07] * 2, up=False), fill(trim * 0.5))


def torch_paints(flame: np.ndarray, ink: np.ndarray) -> list[skia.Paint]:
    """What `draw_torch` paints with: the handle, the flame's veil, its body and its core."""
    paints = [fill(ink)]
    for alpha, tone in ((0.45, 0.9), (0.75, 1.5), (1.0, 3.0)):
        paint = fill(flame * tone, alpha)
        if tone < 1.0:
            paint.setBlendMode(skia.BlendMode.kPlus)
        paints.append(paint)
    return paints


def draw_torch(canvas: skia.Canvas, time_s: float, phase: float, *, tall: float, paints: list[skia.Paint],
               power: float) -> None:  # fmt: skip
    """A torch at the origin (y down), `tall` the flame at rest; `power` 0..1 makes it leap."""
    handle = [(-0.16, -0.05), (0.16, -0.05), (0.05, -0.9), (-0.05, -0.9)]
    canvas.drawPath(straight_path([(x * tall, y * tall) for x, y in handle]), paints[0])
    lean = 0.14 * math.sin(time_s * 6.1 + phase) + 0.08 * math.sin(time_s * 13.7 + phase * 2.3)
    reach = tall * (0.95 + 0.22 * math.sin(time_s * 9.3 + phase * 1.7) + 1.7 * power)
    for paint, wide, high in zip(paints[1:], (0.30, 0.20, 0.10), (1.0, 0.72, 0.42), strict=True):
        x, y = wide * tall, high * reach
        flame = skia.Path()
        flame.moveTo(0.0, -tall * 0.02)
        flame.cubicTo(-x * 1.5, -y * 0.12, -x * 0.9 + lean * y * 0.2, -y * 0.55, lean * y * 0.6, -y)
        flame.cubicTo(x * 0.7 + lean * y * 0.2, -y * 0.50, x * 1.5, -y * 0.14, 0.0, -tall * 0.02)
        canvas.drawPath(flame, paint)

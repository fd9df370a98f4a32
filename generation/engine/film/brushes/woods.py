"""Trees as silhouettes, and the stag that walks among them. Units: y up from the root or the hooves."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.ink import limb, smooth_path


def draw_trunk(canvas: skia.Canvas, rng: np.random.Generator, ink: skia.Paint, *, width: float, tall: float,
               leafy: float) -> None:  # fmt: skip
    """A trunk from the origin upward, with roots, boughs and (`leafy` 0..1) clumps of leaves."""
    lean, bend = rng.normal(0, 0.035), rng.normal(0, 0.03)
    spine = []
    for step in range(9):
        t = step / 8.0
        spine.append((lean * t * tall + bend * math.sin(t * 4.0 + lean * 90.0), t * tall))
    widths = [width * (1.0 - 0.48 * step / 8.0) for step in range(9)]
    canvas.drawPath(limb(spine, widths), ink)
    for side in (-1.0, 1.0):
        for _ in range(2):
            reach, rise = width * rng.uniform(0.45, 1.1), width * rng.uniform(0.9, 1.6)
            root = smooth_path([(0.0, rise), (side * width * 0.44, rise), (side * width * 0.56, rise * 0.42),
                                (side * (width * 0.55 + reach), -width * 0.10), (0.0, -width * 0.15)],
                                tension=0.7)  # fmt: skip
            canvas.drawPath(root, ink)
    for _ in range(int(rng.integers(3, 7))):
        at = int(rng.integers(3, 8))
        side = rng.choice([-1.0, 1.0])
        _bough(canvas, rng, ink, spine[at], side * rng.uniform(0.45, 1.15), widths[at] * rng.uniform(0.28, 0.46),
               tall * rng.uniform(0.10, 0.24), 3, leafy)  # fmt: skip


def _bough(canvas: skia.Canvas, rng: np.random.Generator, ink: skia.Paint, start: tuple[float, float], angle: float,
           width: float, length: float, depth: int, leafy: float) -> None:  # fmt: skip
    """A bough that forks; `angle` from straight up, to the right."""
    mid_angle = angle + rng.normal(0, 0.22)
    knots, x, y = [start], start[0], start[1]
    for step in range(5):
        turn = angle + (mid_angle - angle) * (step + 0.5) / 5.0
        x, y = x + math.sin(turn) * length * 0.2, y + math.cos(turn) * length * 0.2
        knots.append((x, y))
    canvas.drawPath(limb(knots, [width * (1.0 - 0.09 * step) for step in range(6)]), ink)
    end = knots[-1]
    if leafy > 0.0 and depth <= 2:
        draw_leaves(canvas, rng, ink, end, length * 0.55, int(26 * leafy))
    if depth > 0:
        for _ in range(2):
            _bough(
                canvas,
                rng,
                ink,
                end,
                mid_angle + rng.normal(0, 0.55),
                width * 0.58,
                length * rng.uniform(0.55, 0.8),
                depth - 1,
                leafy,
            )


def draw_leaves(canvas: skia.Canvas, rng: np.random.Generator, ink: skia.Paint, centre: tuple[float, float],
                spread: float,
                count: int) -> None:  # fmt: skip
    """A loose clump of leaves around a point."""
    offsets = rng.normal(0, 1, (count, 2)) * spread * (0.62, 0.40)
    for dx, dy in offsets:
        x, y = centre[0] + float(dx), centre[1] + float(dy)
        size, turn = spread * rng.uniform(0.05, 0.13), rng.random() * 6.28
        leaf = skia.Path()
        tip = (math.cos(turn) * size, math.sin(turn) * size)
        leaf.moveTo(x - tip[0], -(y - tip[1]))
        leaf.quadTo(x - tip[1] * 0.55, -(y + tip[0] * 0.55), x + tip[0], -(y + tip[1]))
        leaf.quadTo(x + tip[1] * 0.55, -(y - tip[0] * 0.55), x - tip[0], -(y - tip[1]))
        canvas.drawPath(leaf, ink)


_STAG = [(0.625, 0.862), (0.585, 0.905), (0.530, 0.965), (0.485, 0.990), (0.440, 0.975), (0.345, 1.015), (0.405, 0.930),
         (0.360, 0.86), (0.285, 0.775), (0.19, 0.705), (0.12, 0.682), (0.0, 0.650), (-0.14, 0.642), (-0.28, 0.662),
         (-0.38, 0.648),
         (-0.440, 0.600), (-0.485, 0.545), (-0.470, 0.500), (-0.440, 0.500), (-0.452, 0.43), (-0.440, 0.36), (-0.478,
             0.265),
         (-0.476, 0.225), (-0.452, 0.15), (-0.440, 0.06), (-0.455, 0.0), (-0.385, 0.0), (-0.398, 0.06), (-0.412, 0.15),
         (-0.420, 0.225), (-0.365, 0.30), (-0.300, 0.375), (-0.22, 0.405), (-0.08, 0.385), (0.05, 0.370), (0.130,
             0.375),
         (0.145, 0.30), (0.150, 0.205), (0.140, 0.11), (0.146, 0.05), (0.135, 0.0), (0.205, 0.0), (0.193, 0.05),
         (0.186, 0.11),
         (0.205, 0.205), (0.215, 0.30), (0.250, 0.40), (0.305, 0.475), (0.340, 0.56), (0.375, 0.65), (0.430, 0.740),
         (0.490, 0.800), (0.555, 0.818), (0.615, 0.825)]  # fmt: skip
_FAR_LEGS = [
    [(-0.33, 0.42), (-0.355, 0.24), (-0.335, 0.10), (-0.325, 0.0)],
    [(0.07, 0.42), (0.055, 0.22), (0.065, 0.10), (0.075, 0.0)],
]
_ANTLERS = [
    ([(0.465, 0.98), (0.415, 1.10), (0.315, 1.20), (0.255, 1.33), (0.285, 1.47)], 0.034),
    ([(0.432, 1.06), (0.500, 1.13), (0.560, 1.145)], 0.024), ([(0.345, 1.17), (0.395, 1.28), (0.435, 1.335)], 0.022),
    ([(0.268, 1.30), (0.205, 1.38), (0.185, 1.45)], 0.020), ([(0.262, 1.36), (0.330, 1.42), (0.365, 1.475)], 0.018),
    ([(0.500, 0.98), (0.565, 1.09), (0.610, 1.21), (0.600, 1.34), (0.545, 1.45)], 0.032),
    ([(0.545, 1.06), (0.625, 1.09), (0.690, 1.135)], 0.023), ([(0.607, 1.20), (0.680, 1.28), (0.700, 1.345)], 0.021),
    ([(0.603, 1.32), (0.655, 1.40), (0.660, 1.465)], 0.018),
]  # fmt: skip


def stag_paths(time_s: float) -> list[skia.Path]:
    """A stag that looks to the right, about one unit to the brow; it breathes."""
    breath = 0.006 * math.sin(time_s * 1.6)
    body = smooth_path([(x, y + breath * (0.3 < y < 0.75)) for x, y in _STAG], tension=0.8)
    legs = [limb(points, [0.12, 0.062, 0.042, 0.055]) for points in _FAR_LEGS]
    antlers = [
        limb(points, [width * (1.0 - 0.75 * k / (len(points) - 1)) for k in range(len(points))])
        for points, width in _ANTLERS
    ]
    return [body, *legs, *antlers]

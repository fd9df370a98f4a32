"""The lone traveller among the stars: an astronaut or a cloaked wanderer seen from behind, and a ship under way.

Figures stand at the origin, one unit tall, y up; paths are Skia's (y down).
"""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.ink import fill, gradient_fill, limb, rimmed, smooth_path, straight_path

_TRUNK = [(-0.115, 0.80), (-0.060, 0.825), (0.060, 0.825), (0.115, 0.80), (0.138, 0.72), (0.128, 0.60), (0.112, 0.50),
          (0.125, 0.40), (0.060, 0.375), (0.0, 0.40), (-0.060, 0.375), (-0.125, 0.40), (-0.112, 0.50), (-0.128, 0.60),
          (-0.138, 0.72)]  # fmt: skip
_PACK = [(-0.098, 0.83), (0.098, 0.83), (0.112, 0.80), (0.112, 0.56), (0.095, 0.53), (-0.095, 0.53), (-0.112, 0.56),
         (-0.112, 0.80)]  # fmt: skip


def astronaut_parts(time_s: float) -> tuple[list[skia.Path], list[skia.Path]]:
    """(body, pack and helmet): two layers, the second lies on the first."""
    sway = 0.006 * math.sin(time_s * 0.9)
    legs = [
        limb([(side * 0.066, 0.43), (side * (0.088 + 0.02 * (side > 0)), 0.24), (side * 0.105, 0.045)],
             [0.128, 0.104, 0.092]) for side in (-1.0, 1.0)
    ]  # fmt: skip
    boots = [
        smooth_path([(s * 0.055, 0.07), (s * 0.155, 0.07), (s * 0.185, 0.01), (s * 0.17, -0.012), (s * 0.05, -0.012)])
        for s in (-1.0, 1.0)
    ]
    left = limb([(-0.125, 0.755), (-0.188 - sway, 0.60), (-0.205 - sway * 2, 0.44)], [0.105, 0.086, 0.072])
    right = limb([(0.125, 0.755), (0.192 + sway, 0.605), (0.198 + sway, 0.455)], [0.105, 0.086, 0.072])
    hands = [limb([(-0.207 - sway * 2, 0.42), (-0.203 - sway * 2, 0.39)], [0.074, 0.060]),
             limb([(0.198 + sway, 0.435), (0.196 + sway, 0.40)], [0.074, 0.060])]  # fmt: skip
    helmet = skia.Path()
    helmet.addOval(skia.Rect.MakeXYWH(-0.098 + sway, -1.012, 0.196, 0.205))
    collar = smooth_path([(-0.085, 0.85), (0.085, 0.85), (0.095, 0.815), (-0.095, 0.815)])
    mast = limb([(0.085, 0.82), (0.098, 1.02), (0.100, 1.09)], [0.010, 0.007, 0.005])
    body = [*legs, *boots, smooth_path(_TRUNK, tension=0.8), left, right, *hands]
    return body, [smooth_path(_PACK, tension=0.35), helmet, collar, mast]


def wanderer_parts(time_s: float, wind: float) -> tuple[list[skia.Path], list[skia.Path]]:
    """A hooded cloak that blows to the left, and a staff in the right hand."""
    cloak = []
    outline = [(0.0, 1.0), (0.050, 0.975), (0.074, 0.915), (0.072, 0.865), (0.125, 0.815), (0.158, 0.70),
               (0.150, 0.52), (0.150, 0.30), (0.165, 0.02), (0.05, -0.01), (-0.10, 0.015)]  # fmt: skip
    for step in range(7):
        t = step / 6.0
        wave = math.sin(time_s * 2.6 - t * 4.2) * 0.032 * (1.0 - t) + math.sin(time_s * 4.7 - t * 8.0) * 0.010
        cloak.append((-0.17 - wind * 0.40 * (1.0 - t) ** 1.5 + wave, 0.09 + 0.70 * t + wave * 0.8))
    outline += [*cloak, (-0.072, 0.865), (-0.074, 0.915), (-0.050, 0.975)]
    staff = limb([(0.262, -0.01), (0.246, 1.20)], [0.016, 0.020])
    arm = limb([(0.12, 0.76), (0.205, 0.64), (0.250, 0.70)], [0.085, 0.066, 0.042])
    crown = limb([(0.246, 1.18), (0.275, 1.24), (0.252, 1.30), (0.222, 1.27)], [0.018, 0.016, 0.014, 0.008])
    return [smooth_path(outline, tension=0.8), arm], [staff, crown]


def draw_traveller(canvas: skia.Canvas, time_s: float, kind: int, *, ink: np.ndarray, shade: np.ndarray,
                   rim: np.ndarray, dx: float, dy: float, wind: float, lamp: np.ndarray,
                   glow: float) -> None:  # fmt: skip
    """`kind` 0 the astronaut, 1 the wanderer. (dx, dy) moves the body off its lit edge, in its own units; `lamp` is the
    colour of the small light that is carried, `glow` 0..1 how bright."""
    body = gradient_fill(shade, ink, -1.0, -0.15)
    back, front = astronaut_parts(time_s) if kind == 0 else wanderer_parts(time_s, wind)
    rimmed(canvas, back, body, fill(rim), dx, dy)
    rimmed(canvas, front, gradient_fill(shade * 1.25, ink, -1.0, -0.5), fill(rim), dx, dy)
    soft = fill(rim, 0.22)
    if kind == 0:
        for part in front[:2]:
            rimmed(canvas, part, skia.Paint(Color=0), soft, dx * 2.4, dy * 2.4)
        canvas.drawCircle(-0.055, -0.70, 0.010 + 0.004 * glow, fill(lamp * (0.6 + 1.6 * glow)))
    else:
        canvas.drawCircle(0.246, -1.25, 0.018 + 0.006 * glow, fill(lamp * (1.0 + 2.0 * glow)))


def ship_parts() -> tuple[list[skia.Path], list[skia.Path], tuple[tuple[float, float], ...]]:
    """(hull and fins, windows, engines): a slender ship one unit long that flies to the right, centred."""
    hull = smooth_path([(0.52, 0.0), (0.40, 0.030), (0.16, 0.058), (-0.20, 0.062), (-0.42, 0.048), (-0.46, 0.0),
                        (-0.42, -0.046), (-0.18, -0.056), (0.18, -0.044), (0.42, -0.018)], tension=0.7)  # fmt: skip
    fins = [straight_path([(-0.16, 0.05), (-0.40, 0.185), (-0.50, 0.19), (-0.40, 0.045)]),
            straight_path([(-0.12, -0.045), (-0.42, -0.150), (-0.52, -0.150), (-0.40, -0.04)])]  # fmt: skip
    tower = smooth_path([(0.10, 0.058), (0.06, 0.105), (-0.06, 0.110), (-0.12, 0.060)], tension=0.6)
    ring = limb([(-0.02, 0.155), (-0.02, -0.150)], [0.030, 0.030])
    windows = []
    for step in range(9):
        dot = skia.Path()
        dot.addCircle(0.28 - step * 0.060, -0.012, 0.0055)
        windows.append(dot)
    return [hull, *fins, tower, ring], windows, ((-0.45, 0.026), (-0.45, -0.022))

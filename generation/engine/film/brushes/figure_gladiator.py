"""Gladiators: one from behind with helmet, sword and great shield; his opponent with a trident far off.

Figures stand at the origin, one unit tall to the helmet's bowl, y up; paths are Skia's (y down).
"""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.ink import fill, gradient_fill, limb, rimmed, smooth_path, straight_path

_TORSO = [(-0.055, 0.845), (-0.125, 0.825), (-0.185, 0.775), (-0.178, 0.71), (-0.150, 0.64), (-0.112, 0.56),
          (-0.108, 0.50), (0.108, 0.50), (0.112, 0.56), (0.150, 0.64), (0.178, 0.71), (0.185, 0.775), (0.125, 0.825),
          (0.055, 0.845)]  # fmt: skip
_HELMET = [(-0.070, 0.865), (-0.066, 0.93), (-0.048, 0.975), (0.0, 0.992), (0.048, 0.975), (0.066, 0.93),
           (0.070, 0.865)]  # fmt: skip
_BRIM = [(-0.070, 0.885), (-0.118, 0.862), (-0.110, 0.846), (0.0, 0.868), (0.110, 0.846), (0.118, 0.862),
         (0.070, 0.885)]  # fmt: skip


def _leg(side: float, stride: float) -> list[skia.Path]:
    foot = side * (0.105 + stride)
    places = ((0.060, 0.0, 0.50), (0.082, 0.3, 0.38), (0.096, 0.6, 0.27), (0.106, 0.9, 0.185), (0.105, 1.0, 0.035))
    leg = limb([(side * (x + share * stride), y) for x, share, y in places], [0.140, 0.128, 0.084, 0.098, 0.052])
    shoe = smooth_path([(foot - 0.045, 0.035), (foot + 0.045, 0.035), (foot + 0.060 * side + 0.02, 0.0),
                        (foot + 0.050 * side, -0.012), (foot - 0.050, -0.012)])  # fmt: skip
    return [leg, shoe]


def _skirt(time_s: float) -> skia.Path:
    hem = []
    for step in range(9):
        x = -0.170 + 0.340 * step / 8.0
        hem.append((x + 0.005 * math.sin(time_s * 1.8 + step), 0.365 + 0.016 * (step % 2)))
    return straight_path([(-0.112, 0.56), *hem, (0.112, 0.56)])


def crest_path(time_s: float) -> skia.Path:
    """The plume of the helmet, a fan of hair that stirs."""
    points = []
    for step in range(9):
        t = step / 8.0
        wave = 0.008 * math.sin(time_s * 3.1 + t * 5.0)
        angle = math.pi * (0.12 + 0.76 * t)
        points.append((math.cos(angle) * 0.075 + wave, 0.955 + math.sin(angle) * 0.135))
    return smooth_path([(0.030, 0.95), *points, (-0.030, 0.95)], tension=0.8)


def shield_path() -> skia.Path:
    """A legionary's great shield seen from its inner side, about its own middle."""
    return smooth_path([(-0.115, 0.25), (-0.05, 0.268), (0.05, 0.268), (0.115, 0.25), (0.128, 0.0), (0.115, -0.25),
                        (0.05, -0.268), (-0.05, -0.268), (-0.115, -0.25), (-0.128, 0.0)], tension=0.55)  # fmt: skip


def _sword(hand: tuple[float, float], turn_deg: float) -> list[skia.Path]:
    parts = [
        straight_path([(-0.020, 0.05), (-0.024, 0.30), (0.0, 0.40), (0.024, 0.30), (0.020, 0.05)]),
        straight_path([(-0.058, 0.040), (-0.058, 0.060), (0.058, 0.060), (0.058, 0.040)]),
        limb([(0.0, 0.05), (0.0, -0.050)], [0.026, 0.024]),
        limb([(0.0, -0.062), (0.0, -0.066)], [0.044, 0.044]),
    ]
    matrix = skia.Matrix.Translate(hand[0], -hand[1])
    matrix.preRotate(turn_deg)
    for path in parts:
        path.transform(matrix)
    return parts


def gladiator_parts(time_s: float, lift: float) -> tuple[list[skia.Path], list[skia.Path], list[skia.Path]]:
    """(legs and trunk, arms and sword, helmet and shield), drawn in that order; `lift` 0..1 raises the sword."""
    sway = 0.006 * math.sin(time_s * 1.2)
    elbow = (0.262 + 0.02 * lift, 0.625 + 0.27 * lift)
    hand = (0.300 + sway - 0.02 * lift, 0.465 + 0.61 * lift)
    arm = limb([(0.160, 0.775), elbow, hand], [0.118, 0.088, 0.058])
    guard = limb([((elbow[0] + hand[0]) / 2, (elbow[1] + hand[1]) / 2), hand], [0.092, 0.066])
    sword = _sword(hand, 152.0 - 140.0 * lift + 40.0 * sway)
    left = limb([(-0.160, 0.775), (-0.255, 0.640), (-0.275, 0.530)], [0.118, 0.088, 0.064])
    shield = shield_path()
    matrix = skia.Matrix.Translate(-0.300 - sway, -0.500)
    matrix.preRotate(4.0 + 60.0 * sway)
    shield.transform(matrix)
    trunk = [*_leg(-1.0, 0.035), *_leg(1.0, 0.0), smooth_path(_TORSO, tension=0.8), _skirt(time_s),
             limb([(0.0, 0.80), (0.0, 0.88)], [0.10, 0.095])]  # fmt: skip
    helmet = [smooth_path(_HELMET, tension=0.8), smooth_path(_BRIM, tension=0.6), crest_path(time_s)]
    return trunk, [arm, guard, left, *sword], [*helmet, shield]


def draw_gladiator(canvas: skia.Canvas, time_s: float, *, lift: float, ink: np.ndarray, skin: np.ndarray,
                   metal: np.ndarray, rim: np.ndarray, dx: float, dy: float) -> None:  # fmt: skip
    """From behind. `ink`, `skin`, `metal` linear RGB of shade, body and helmet; (dx, dy) as in `ink.rimmed`."""
    trunk, arms, gear = gladiator_parts(time_s, lift)
    light = fill(rim)
    rimmed(canvas, trunk, gradient_fill(skin, ink, -0.85, -0.05), light, dx, dy)
    rimmed(canvas, arms, gradient_fill(skin, ink, -1.0, -0.2), light, dx, dy)
    rimmed(canvas, gear, gradient_fill(metal, ink, -1.05, -0.25), light, dx, dy)
    line = fill(ink * 0.6, 0.42)
    line.setStyle(skia.Paint.kStroke_Style)
    line.setStrokeWidth(0.010)
    # the furrow of the back, the belt, the straps of the shield
    marks = smooth_path([(0.0, 0.80), (0.006, 0.70), (0.0, 0.57)], closed=False)
    for side in (-1.0, 1.0):
        strap = [(side * 0.03, 0.76), (side * 0.10, 0.71), (side * 0.12, 0.64)]
        marks.addPath(smooth_path(strap, closed=False))
    marks.addPath(smooth_path([(-0.112, 0.548), (0.0, 0.540), (0.112, 0.548)], closed=False))
    canvas.drawPath(marks, line)
    soft = fill(rim, 0.25)
    for path in gear[:1]:
        rimmed(canvas, path, skia.Paint(Color=0), soft, dx * 2.5, dy * 2.5)


def draw_gladiator_shape(canvas: skia.Canvas, time_s: float, *, lift: float, paint: skia.Paint) -> None:
    """His outline in one paint: a shadow, or a cover."""
    for layer in gladiator_parts(time_s, lift):
        for path in layer:
            canvas.drawPath(path, paint)


def draw_opponent(canvas: skia.Canvas, time_s: float, *, kind: int, ink: np.ndarray, rim: np.ndarray, dx: float,
                  dy: float) -> None:  # fmt: skip
    """Facing us from afar: 0 with trident and net, 1 with round shield and spear."""
    sway = 0.02 * math.sin(time_s * 1.7)
    trunk = [*_leg(-1.0, 0.05), *_leg(1.0, 0.05), smooth_path(_TORSO, tension=0.8), _skirt(time_s)]
    head = limb([(0.0, 0.86), (0.0, 0.93)], [0.085, 0.115])
    right = limb([(0.16, 0.77), (0.25, 0.64), (0.27 + sway, 0.70)], [0.11, 0.085, 0.055])
    left = limb([(-0.16, 0.77), (-0.28, 0.66), (-0.34 - sway, 0.55)], [0.11, 0.085, 0.055])
    shaft = limb([(0.24 + sway, 0.02), (0.29 + sway, 1.16)], [0.022, 0.020])
    parts = [*trunk, head, right, left, shaft]
    if kind == 0:
        for side in (-1.0, 0.0, 1.0):
            x = 0.29 + sway + side * 0.06
            parts.append(limb([(0.29 + sway, 1.10), (x, 1.15), (x + 0.004, 1.29)], [0.018, 0.018, 0.006]))
        net = [(-0.34 - sway, 0.56), (-0.42 - sway * 2, 0.35), (-0.40, 0.12), (-0.30, 0.15), (-0.27, 0.36)]
        parts.append(smooth_path(net))
    else:
        parts.append(straight_path([(0.262 + sway, 1.14), (0.294 + sway, 1.30), (0.318 + sway, 1.14)]))
        disc = skia.Path()
        disc.addCircle(-0.31 - sway, -0.56, 0.15)
        parts += [disc, crest_path(time_s)]
    rimmed(canvas, parts, gradient_fill(ink * 1.6, ink, -1.0, 0.0), fill(rim), dx, dy)

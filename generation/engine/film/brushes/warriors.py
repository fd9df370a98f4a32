"""The people of the battle: a hero with cape and sword, soldiers with spears, banners in the wind."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.ink import fill, limb, rimmed, smooth_path, straight_path

_LEG_FRONT = [
    (-0.02, 0.52),
    (0.12, 0.52),
    (0.155, 0.42),
    (0.145, 0.315),
    (0.172, 0.285),
    (0.168, 0.25),
    (0.192, 0.17),
    (0.176, 0.07),
    (0.215, 0.04),
    (0.285, 0.012),
    (0.28, -0.01),
    (0.115, -0.01),
    (0.112, 0.06),
    (0.100, 0.17),
    (0.082, 0.26),
    (0.062, 0.30),
    (0.03, 0.40),
]
_LEG_BACK = [
    (0.02, 0.52),
    (-0.12, 0.52),
    (-0.148, 0.42),
    (-0.150, 0.315),
    (-0.184, 0.285),
    (-0.182, 0.25),
    (-0.212, 0.17),
    (-0.206, 0.07),
    (-0.235, 0.04),
    (-0.29, 0.01),
    (-0.285, -0.01),
    (-0.14, -0.01),
    (-0.136, 0.06),
    (-0.118, 0.17),
    (-0.088, 0.26),
    (-0.070, 0.30),
    (-0.03, 0.40),
]
_TORSO = [
    (-0.150, 0.850),
    (-0.065, 0.880),
    (-0.045, 0.905),
    (0.045, 0.905),
    (0.065, 0.880),
    (0.150, 0.850),
    (0.168, 0.78),
    (0.140, 0.70),
    (0.108, 0.61),
    (0.120, 0.555),
    (0.150, 0.40),
    (0.115, 0.375),
    (0.105, 0.405),
    (0.055, 0.365),
    (0.045, 0.395),
    (0.0, 0.355),
    (-0.045, 0.395),
    (-0.055, 0.365),
    (-0.105, 0.405),
    (-0.115, 0.375),
    (-0.150, 0.40),
    (-0.120, 0.555),
    (-0.108, 0.61),
    (-0.140, 0.70),
    (-0.168, 0.78),
]
_HELMET = [
    (-0.056, 0.935),
    (-0.058, 0.97),
    (-0.040, 1.005),
    (0.0, 1.020),
    (0.040, 1.005),
    (0.060, 0.968),
    (0.066, 0.945),
    (0.050, 0.935),
    (0.056, 0.905),
    (0.040, 0.880),
    (0.0, 0.868),
    (-0.040, 0.885),
]


def _cape_point(t: float, across: float, time_s: float, wind: float) -> tuple[float, float]:
    """A point of the cape: `t` 0 shoulders .. 1 hem, `across` 0 the outer (windward) edge .. 1 the edge at the body."""
    outer = (-0.075 - 0.70 * wind * t, 0.875 + 0.045 * math.sin(math.pi * t) - (0.22 + 0.22 * (1.1 - wind)) * t**1.7)
    inner = (0.06 - 0.20 * t, 0.82 - 0.70 * t)
    x = outer[0] + (inner[0] - outer[0]) * across
    y = outer[1] + (inner[1] - outer[1]) * across
    # cloth sags between its edges, and waves run down and across it
    sag = math.sin(math.pi * across) * t
    wave = (
        math.sin(time_s * 3.3 - t * 4.4 - across * 2.2) * 0.050 * t
        + math.sin(time_s * 5.9 - t * 8.0 + across * 5.0) * 0.016 * t
    )
    return x - 0.10 * sag * wind, y - 0.05 * sag + wave * (1.0 - 0.55 * across)


def cape_path(time_s: float, wind: float) -> skia.Path:
    """The cape from the shoulders to the left, its hem in scallops."""
    outer = [_cape_point(step / 7.0, 0.0, time_s, wind) for step in range(8)]
    inner = [_cape_point(step / 7.0, 1.0, time_s, wind) for step in range(7, -1, -1)]
    hem = []
    for step in range(1, 16):
        across = step / 16.0
        scallop = 0.022 * math.sin(across * 31.0 + 1.3 * math.sin(time_s * 1.3)) + 0.030 * math.sin(
            time_s * 4.3 - across * 9.0
        )
        hem.append(_cape_point(1.0 + scallop, across, time_s, wind))
    return smooth_path([(0.10, 0.87), *outer, *hem, *inner])


def cape_folds(time_s: float, wind: float) -> list[skia.Path]:
    """Lines along the cape's fall, for a breath of form within the dark."""
    return [
        smooth_path([_cape_point(0.10 + 0.88 * step / 6.0, across, time_s, wind) for step in range(7)], closed=False)
        for across in (0.10, 0.17, 0.31, 0.42, 0.60, 0.69, 0.85)
    ]


def draw_hero(canvas: skia.Canvas, time_s: float, *, wind: float, body: skia.Paint, cape: skia.Paint, rim: skia.Paint,
              fold: np.ndarray, to_light: tuple[float, float], rim_width: float) -> None:  # fmt: skip
    """The hero, feet at the origin, one unit tall without the sword, facing right. y of the canvas points down."""
    length = math.hypot(*to_light) or 1.0
    dx, dy = -to_light[0] / length * rim_width, -to_light[1] / length * rim_width
    rimmed(canvas, cape_path(time_s, wind), cape, rim, dx, dy)
    # soft folds as three thin strokes over one another: a blurred stroke would cost twenty times as much
    folds = skia.Path()
    for path in cape_folds(time_s, wind):
        folds.addPath(path)
    for width in (0.026, 0.016, 0.007):
        stroke = fill(fold, 0.075)
        stroke.setStyle(skia.Paint.kStroke_Style)
        stroke.setStrokeWidth(width)
        canvas.drawPath(folds, stroke)
    parts = [smooth_path(_LEG_BACK, tension=0.8), smooth_path(_LEG_FRONT, tension=0.8), smooth_path(_TORSO,
        tension=0.7),
             limb([(-0.135, 0.80), (-0.205, 0.66), (-0.115, 0.55)], [0.085, 0.066, 0.05]), smooth_path(_HELMET,
                 tension=0.8),
             *_pauldrons(), *_raised_arm(time_s), _plume(time_s, wind)]  # fmt: skip
    rimmed(canvas, parts, body, rim, dx, dy)
    soft = skia.Paint(rim)
    soft.setAlphaf(0.28)
    for path in (*_pauldrons(), smooth_path(_TORSO, tension=0.7)):
        rimmed(canvas, path, skia.Paint(Color=0), soft, dx, dy)


def _pauldrons() -> list[skia.Path]:
    return [
        smooth_path(
            [
                (side * 0.085, 0.865),
                (side * 0.145, 0.882),
                (side * 0.198, 0.84),
                (side * 0.195, 0.775),
                (side * 0.14, 0.765),
            ],
            tension=0.8,
        )
        for side in (-1.0, 1.0)
    ]


def _raised_arm(time_s: float) -> list[skia.Path]:
    """The arm that holds the sword up, and the sword."""
    sway = 0.012 * math.sin(time_s * 1.1)
    elbow, hand = (0.255, 0.905), (0.262 + sway, 1.085)
    sword = [
        straight_path([(-0.019, 0.055), (-0.017, 0.50), (0.0, 0.60), (0.017, 0.50), (0.019, 0.055)]),
        straight_path([(-0.085, 0.048), (-0.08, 0.066), (0.0, 0.060), (0.08, 0.066), (0.085, 0.048), (0.0, 0.040)]),
        limb([(0.0, 0.055), (0.0, -0.075)], [0.024, 0.022]),
        limb([(0.0, -0.085), (0.0, -0.09)], [0.038, 0.038]),
    ]
    turn = skia.Matrix.Translate(hand[0], -hand[1])
    turn.preRotate(math.degrees(0.10 + sway * 2.0))
    for path in sword:
        path.transform(turn)
    arm = limb([(0.135, 0.815), elbow, hand], [0.095, 0.078, 0.056])
    fist = limb([hand, (hand[0] + 0.004, hand[1] + 0.01)], [0.066, 0.062])
    return [arm, fist, *sword]


def _plume(time_s: float, wind: float) -> skia.Path:
    points_out, points_in = [], []
    for step in range(6):
        t = step / 5.0
        wave = math.sin(time_s * 4.4 - t * 5.0) * 0.020 * t
        x = 0.035 - (0.13 + 0.14 * wind) * t
        points_out.append((x, 1.025 + 0.045 * math.sin(t * 2.4 + 0.3) - 0.10 * t * t + wave))
        points_in.append((x + 0.015, 1.005 - 0.03 * t - 0.085 * t * t + wave))
    return smooth_path([*points_out, *reversed(points_in)], tension=0.8)


def draw_soldier(canvas: skia.Canvas, rng: np.random.Generator, paint: skia.Paint) -> None:
    """One soldier, feet at the origin, about one unit tall, from behind; each differs in arms and stance."""
    lean, turn = rng.normal(0, 0.03), rng.choice([-1.0, 1.0])
    spread = rng.uniform(0.06, 0.12)
    hip, neck = (lean * 0.4, 0.48), (lean, 0.83)
    for side in (-1.0, 1.0):
        canvas.drawPath(limb([(hip[0] + side * 0.05, 0.5), (side * spread, 0.25), (side * spread * 1.25, 0.0)],
                             [0.13, 0.10, 0.08]), paint)  # fmt: skip
    body = [
        (hip[0] - 0.12, 0.40),
        (neck[0] - 0.17, 0.80),
        (neck[0], 0.86),
        (neck[0] + 0.17, 0.80),
        (hip[0] + 0.12, 0.40),
    ]
    canvas.drawPath(smooth_path(body), paint)
    canvas.drawCircle(neck[0], -0.935, 0.072, paint)
    helmet = [
        (neck[0] - 0.085, 0.93),
        (neck[0] - 0.06, 1.01),
        (neck[0], 1.05),
        (neck[0] + 0.06, 1.01),
        (neck[0] + 0.085, 0.93),
    ]
    canvas.drawPath(smooth_path(helmet), paint)
    if rng.random() < 0.35:
        crest = [
            (neck[0] + 0.07, 1.05),
            (neck[0], 1.12),
            (neck[0] - 0.09, 1.08),
            (neck[0] - 0.10, 1.0),
            (neck[0], 1.04),
        ]
        canvas.drawPath(smooth_path(crest), paint)
    if rng.random() < 0.6:
        canvas.drawCircle(neck[0] - turn * 0.17, -0.60, rng.uniform(0.13, 0.17), paint)
    hand = (neck[0] + turn * 0.20, rng.uniform(0.55, 0.72))
    canvas.drawPath(limb([(neck[0] + turn * 0.14, 0.78), hand], [0.09, 0.07]), paint)
    tilt, reach = rng.normal(0, 0.09), rng.uniform(1.35, 1.8)
    if rng.random() < 0.72:
        tip = (hand[0] + tilt * reach, reach)
        canvas.drawPath(limb([(hand[0] - tilt * 0.6, 0.08), tip], [0.026, 0.022]), paint)
        head = [(tip[0] - 0.035, tip[1]), (tip[0] + tilt * 0.15, tip[1] + 0.16), (tip[0] + 0.035, tip[1])]
        canvas.drawPath(straight_path(head), paint)
    else:
        canvas.drawPath(limb([hand, (hand[0] + turn * 0.16 + tilt, hand[1] + 0.62)], [0.05, 0.014]), paint)


def draw_banner(canvas: skia.Canvas, time_s: float, phase: float, *, wind: float, body: skia.Paint, rim: skia.Paint,
                cloth: skia.Paint, dx: float, dy: float, long: float = 0.62, tall: float = 0.34) -> None:  # fmt: skip
    """A swallow-tailed banner on a pole one unit tall, its foot at the origin, flying to the left."""
    top, low = [], []
    for step in range(13):
        t = step / 12.0
        wave = (
            math.sin(time_s * 4.6 + phase - t * 5.4) * 0.055 * t**0.8
            + math.sin(time_s * 7.9 + phase * 2 - t * 9.0) * 0.018 * t
        )
        squeeze = 1.0 - 0.05 * math.sin(time_s * 4.6 + phase - t * 5.4 + 1.2)
        x = -0.008 - long * wind * t * squeeze
        top.append((x, 0.965 - 0.04 * t + wave))
        low.append((x, 0.965 - tall - 0.005 * t + wave * 1.1))
    notch = (top[-1][0] + long * 0.24, (top[-1][1] + low[-1][1]) * 0.5)
    outline = [*top, notch, *reversed(low)]
    rimmed(canvas, straight_path(outline), cloth, rim, dx, dy)
    rimmed(canvas, limb([(0.0, 0.0), (0.0, 1.0)], [0.020, 0.016]), body, rim, dx, dy)
    rimmed(canvas, straight_path([(-0.016, 1.0), (0.0, 1.065), (0.016, 1.0)]), body, rim, dx, dy)

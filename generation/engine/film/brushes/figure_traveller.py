"""The lone traveller among the stars: an astronaut or a cloaked wanderer seen from behind, and a ship under way.

Figures stand at the origin, one unit tall, y up; paths are Skia's (y down).
"""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.colour import mix
from generation.engine.film.brushes.ink import fill, gradient_fill, limb, rimmed, smooth_path, straight_path

_TRUNK = [(-0.115, 0.80), (-0.060, 0.825), (0.060, 0.825), (0.115, 0.80), (0.138, 0.72), (0.128, 0.60), (0.112, 0.50),
          (0.125, 0.40), (0.060, 0.375), (0.0, 0.40), (-0.060, 0.375), (-0.125, 0.40), (-0.112, 0.50), (-0.128, 0.60),
          (-0.138, 0.72)]  # fmt: skip
_PACK = [(-0.104, 0.815), (-0.070, 0.842), (0.062, 0.842), (0.094, 0.815), (0.100, 0.690), (0.094, 0.555),
         (0.072, 0.530), (-0.082, 0.530), (-0.106, 0.555), (-0.112, 0.690)]  # fmt: skip
_VISOR = [(0.040, 0.985), (0.078, 0.966), (0.103, 0.915), (0.101, 0.872), (0.074, 0.838), (0.046, 0.836),
          (0.030, 0.872), (0.026, 0.930)]  # fmt: skip
# folds of the suit, each from, by way of, to: shoulders, elbows, wrists, hips, knees, ankles
_FOLDS = (
    ((-0.176, 0.720), (-0.150, 0.705), (-0.128, 0.715)), ((0.132, 0.715), (0.156, 0.702), (0.184, 0.716)),
    ((-0.242, 0.640), (-0.210, 0.640), (-0.184, 0.668)), ((-0.236, 0.618), (-0.205, 0.612), (-0.176, 0.632)),
    ((-0.220, 0.592), (-0.195, 0.582), (-0.170, 0.598)), ((0.158, 0.622), (0.190, 0.606), (0.232, 0.618)),
    ((0.160, 0.594), (0.195, 0.580), (0.236, 0.594)), ((0.170, 0.560), (0.200, 0.552), (0.236, 0.562)),
    ((0.172, 0.480), (0.205, 0.470), (0.240, 0.480)), ((-0.118, 0.470), (0.000, 0.446), (0.118, 0.470)),
    ((-0.118, 0.452), (0.000, 0.428), (0.120, 0.452)), ((-0.120, 0.400), (-0.080, 0.380), (-0.030, 0.398)),
    ((0.030, 0.398), (0.080, 0.378), (0.138, 0.396)), ((-0.126, 0.282), (-0.084, 0.264), (-0.030, 0.276)),
    ((-0.128, 0.254), (-0.084, 0.238), (-0.034, 0.250)), ((-0.126, 0.226), (-0.086, 0.212), (-0.040, 0.222)),
    ((0.058, 0.290), (0.110, 0.268), (0.164, 0.284)), ((0.064, 0.262), (0.116, 0.242), (0.170, 0.256)),
    ((0.072, 0.232), (0.120, 0.216), (0.168, 0.228)), ((-0.132, 0.100), (-0.088, 0.088), (-0.044, 0.098)),
    ((0.076, 0.100), (0.120, 0.088), (0.166, 0.098)),
)  # fmt: skip
# what is built into the pack: its lid, its side tanks, vents, straps to the hips
_SEAMS = (
    ((-0.100, 0.775), (-0.005, 0.765), (0.090, 0.775)), ((-0.066, 0.755), (-0.070, 0.650), (-0.066, 0.560)),
    ((0.056, 0.755), (0.060, 0.650), (0.056, 0.560)), ((-0.045, 0.612), (0.0, 0.606), (0.038, 0.612)),
    ((-0.045, 0.596), (0.0, 0.590), (0.038, 0.596)), ((-0.045, 0.580), (0.0, 0.574), (0.038, 0.580)),
    ((-0.104, 0.560), (-0.130, 0.520), (-0.112, 0.478)), ((0.094, 0.560), (0.126, 0.520), (0.108, 0.478)),
)  # fmt: skip


def astronaut_parts(time_s: float) -> tuple[list[skia.Path], list[skia.Path]]:
    """(body, pack and helmet): two layers, the second lies on the first. He stands at ease, one hand on his hip, and
    looks over his right shoulder's side, so that the visor is seen."""
    sway = 0.006 * math.sin(time_s * 0.9)
    legs = [limb([(-0.064, 0.43), (-0.080, 0.25), (-0.086, 0.050)], [0.132, 0.104, 0.090]),
            limb([(0.066, 0.43), (0.114, 0.255), (0.120, 0.050)], [0.132, 0.106, 0.090])]  # fmt: skip
    boots = [smooth_path([(x - 0.048, 0.085), (x + 0.048, 0.085), (x + 0.054, 0.030), (x + s * 0.030 + 0.052, 0.006),
                          (x + s * 0.026 + 0.046, -0.014), (x + s * 0.026 - 0.046, -0.014),
                          (x + s * 0.030 - 0.052, 0.006), (x - 0.054, 0.030)], tension=0.8)
             for x, s in ((-0.088, -1.0), (0.122, 1.0))]  # fmt: skip
    left = limb([(-0.128, 0.760), (-0.210 - sway, 0.625), (-0.140, 0.495)], [0.108, 0.086, 0.066])
    right = limb([(0.128, 0.760), (0.196 + sway, 0.605), (0.208 + sway * 2, 0.455)], [0.108, 0.086, 0.072])
    hands = [limb([(-0.146, 0.505), (-0.122, 0.480)], [0.074, 0.058]),
             limb([(0.208 + sway * 2, 0.440), (0.206 + sway * 2, 0.400), (0.196 + sway * 2, 0.380)],
                  [0.076, 0.066, 0.040])]  # fmt: skip
    helmet = skia.Path()
    helmet.addOval(skia.Rect.MakeXYWH(-0.104, -1.020, 0.212, 0.208))
    collar = smooth_path([(-0.092, 0.858), (0.090, 0.858), (0.104, 0.832), (0.096, 0.812), (-0.098, 0.812),
                          (-0.106, 0.832)], tension=0.8)  # fmt: skip
    mast = limb([(-0.085, 0.82), (-0.104, 1.03), (-0.108, 1.10)], [0.010, 0.007, 0.005])
    body = [*legs, *boots, smooth_path(_TRUNK, tension=0.8), left, right, *hands]
    return body, [smooth_path(_PACK, tension=0.8), helmet, collar, mast]


def _curves(curves: tuple) -> skia.Path:
    path = skia.Path()
    for start, by, end in curves:
        path.moveTo(start[0], -start[1])
        path.quadTo(by[0], -by[1], end[0], -end[1])
    return path


def _suit(canvas: skia.Canvas, curves: tuple, shade: np.ndarray, ink: np.ndarray) -> None:
    """Folds or seams: a dark line with light on its lower lip."""
    path = _curves(curves)
    for tone, alpha, drop in ((mix(shade, np.float32([1.0, 1.0, 1.0]), 0.12), 0.38, 0.0065), (ink, 0.62, 0.0)):
        line = fill(tone, alpha)
        line.setStyle(skia.Paint.kStroke_Style)
        line.setStrokeCap(skia.Paint.kRound_Cap)
        line.setStrokeWidth(0.0075)
        canvas.save()
        canvas.translate(0.0, drop)
        canvas.drawPath(path, line)
        canvas.restore()


def _visor(canvas: skia.Canvas, ink: np.ndarray, rim: np.ndarray, lamp: np.ndarray, glow: float) -> None:
    """The gilded visor holds the sky: the light above, the dark ground below, a glint that answers the voice."""
    visor = smooth_path(_VISOR, tension=0.9)
    gold = np.float32([1.0, 0.62, 0.22])
    canvas.drawPath(
        visor, gradient_fill(mix(lamp, gold, 0.80) * (0.62 + 0.4 * glow), mix(ink, gold, 0.16), -0.985, -0.858)
    )
    canvas.save()
    canvas.clipPath(visor, skia.ClipOp.kIntersect, True)
    # the curved horizon of the moon, and the sun low over it
    canvas.drawPath(
        smooth_path([(0.00, 0.850), (0.055, 0.868), (0.12, 0.862), (0.12, 0.80), (0.0, 0.80)]), fill(ink, 0.45)
    )
    canvas.drawOval(skia.Rect.MakeXYWH(0.070, -0.952, 0.020, 0.026), fill(rim * (0.9 + 1.4 * glow), 0.95))
    canvas.restore()
    edge = fill(mix(ink, rim, 0.30), 0.9)
    edge.setStyle(skia.Paint.kStroke_Style)
    edge.setStrokeWidth(0.0055)
    canvas.drawPath(visor, edge)


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
    back, front = astronaut_parts(time_s) if kind == 0 else wanderer_parts(time_s, wind)
    if kind == 0:
        # a pale suit keeps more of the sky's light than a cloak
        shade = mix(shade, rim, 0.11)
    rimmed(canvas, back, gradient_fill(shade, ink, -1.0, -0.15 if kind else 0.05), fill(rim), dx, dy)
    if kind == 0:
        _suit(canvas, _FOLDS, shade, ink)
    rimmed(canvas, front, gradient_fill(shade * 1.25, ink, -1.0, -0.5 if kind else -0.2), fill(rim), dx, dy)
    if kind == 0:
        soft = fill(rim, 0.22)
        for part in front[:2]:
            rimmed(canvas, part, skia.Paint(Color=0), soft, dx * 2.4, dy * 2.4)
        _suit(canvas, _SEAMS, shade, ink)
        _visor(canvas, ink, rim, lamp, glow)
        canvas.drawCircle(-0.040, -0.70, 0.010 + 0.004 * glow, fill(lamp * (0.6 + 1.6 * glow)))
        canvas.drawCircle(-0.108, -1.10, 0.007, fill(np.float32([1.0, 0.18, 0.10]) * (0.5 + 0.9 * glow)))
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

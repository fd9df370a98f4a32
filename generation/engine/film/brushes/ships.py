"""A three-masted ship under storm sails, a lighthouse on its rock, and lightning."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import skia

from generation.engine.film.brushes.colour import mix
from generation.engine.film.brushes.ink import colour4, fill, limb, rimmed, smooth_path, straight_path

_HULL = [(-0.56, 0.15), (-0.585, 0.215), (-0.50, 0.205), (-0.42, 0.16), (-0.15, 0.115), (0.25, 0.12), (0.42, 0.15),
         (0.52, 0.20),
         (0.66, 0.245), (0.60, 0.17), (0.50, 0.06), (0.40, -0.05), (-0.45, -0.05), (-0.53, 0.06)]  # fmt: skip
# x of the mast, height, foot of its lowest square sail, sail widths from below
_MASTS = ((-0.34, 0.72, 0.47, (0.25, 0.18)), (-0.02, 0.88, 0.215, (0.37, 0.32, 0.23)),
          (0.29, 0.78, 0.225, (0.32, 0.27, 0.19)))  # fmt: skip
# how the height of a mast's canvas is shared, from below
_SHARES = {2: (0.56, 0.44), 3: (0.40, 0.34, 0.26)}
_JIBS = (((0.850, 0.345), (0.335, 0.830), (0.585, 0.320)), ((0.700, 0.285), (0.330, 0.650), (0.450, 0.270)))
_TILT = 0.050
"""How far a yard's fore end lies lower for each unit of its length: the yards are braced to the wind."""


@dataclass(frozen=True)
class ShipPaths:
    """A ship one unit long or so, her waterline at y = 0, sailing to the right; Skia's y (down). `masts` stand behind
    the `sails`, `wood` (hull, yards, pennants) before them; `ropes` are lines, `seams` those of each sail, `across` the
    (start, end) of the light's way over each."""

    masts: list[skia.Path]
    sails: list[skia.Path]
    seams: list[skia.Path]
    across: list[tuple[tuple[float, float], tuple[float, float]]]
    wood: list[skia.Path]
    ropes: skia.Path


def ship_paths(time_s: float) -> ShipPaths:
    wood = [smooth_path(_HULL, tension=0.5), limb([(0.58, 0.20), (0.88, 0.36)], [0.022, 0.008])]
    ship = ShipPaths([], [], [], [], wood, skia.Path())
    for number, (x, tall, foot, widths) in enumerate(_MASTS):
        top = (x - 0.015, 0.10 + tall)
        ship.masts.append(limb([(x, 0.10), top], [0.022, 0.009]))
        low, canvas = foot, top[1] - 0.02 - foot
        for index, (width, share) in enumerate(zip(widths, _SHARES[len(widths)], strict=True)):
            high = low + canvas * share - 0.016
            head = (widths[index + 1] * 1.02 if index + 1 < len(widths) else width * 0.70) * 0.5
            belly = 0.056 + 0.012 * math.sin(time_s * 2.1 + number + index * 0.8)
            _square_sail(ship, x - 0.01, low, high, width * 0.5, head, belly)
            low = high + 0.016
        flutter = 0.02 * math.sin(time_s * 6.0 + number)
        ship.wood.append(straight_path([top, (top[0] + 0.13, top[1] - 0.012 + flutter), (top[0], top[1] - 0.035)]))
        _shrouds(ship.ropes, x, tall)
    for start, end in (((0.86, 0.35), (0.275, 0.87)), ((0.70, 0.28), (0.28, 0.66)), ((0.27, 0.86), (-0.02, 0.62)),
                       ((-0.04, 0.96), (-0.33, 0.52))):  # fmt: skip
        _line(ship.ropes, start, end)
    _fore_and_aft(ship, time_s)
    return ship


def _line(path: skia.Path, start: tuple[float, float], end: tuple[float, float], sag: float = 0.0) -> None:
    path.moveTo(start[0], -start[1])
    path.quadTo((start[0] + end[0]) * 0.5 + sag, -(start[1] + end[1]) * 0.5, end[0], -end[1])


def _square_sail(ship: ShipPaths, x: float, low: float, high: float, foot: float, head: float, belly: float) -> None:
    """A square sail full of wind, its head on a yard; `foot` and `head` half widths."""
    drop = _TILT * foot
    middle, clew = (low + high) * 0.5, belly * 0.45
    corners = (
        (x - head, high + drop),
        (x + head, high - drop),
        (x + foot + clew, low - drop),
        (x - foot + clew, low + drop),
    )
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners
    arch = low + 0.16 * (high - low)
    sail = skia.Path()
    sail.moveTo(ax, -ay)
    sail.lineTo(bx, -by)
    sail.quadTo(bx + belly * 1.5, -middle, cx, -cy)
    sail.quadTo(x + clew * 1.6, -arch, dx, -dy)
    sail.quadTo(ax + belly * 1.1, -middle, ax, -ay)
    sail.close()
    ship.sails.append(sail)
    ship.across.append(((ax, -ay), (cx + belly * 0.5, -(cy * 0.7 + middle * 0.3))))
    seams = skia.Path()
    ship.seams.append(seams)
    for t in (-0.6, -0.2, 0.2, 0.6):
        bend = belly * (1.3 + 0.2 * t)
        seams.moveTo(x + head * t, -high + drop * t)
        seams.quadTo(
            x + (head + foot) * 0.5 * t + bend, -middle, x + foot * t + clew, -low - 0.10 * (high - low) * (1 - t * t)
        )
    # two reef bands across it
    for t in (0.20, 0.38):
        half, y = 0.95 * (head + (foot - head) * t), high - (high - low) * t
        shift = belly * 2.6 * t * (1.0 - t)
        _line(seams, (x - half + shift, y + drop), (x + half + shift * 1.2, y - drop))
    reach = head + 0.022
    yard = [(x - reach, high + 0.010 + _TILT * reach), (x, high + 0.010), (x + reach, high + 0.010 - _TILT * reach)]
    ship.wood.append(limb(yard, [0.006, 0.013, 0.006]))


def _shrouds(ropes: skia.Path, x: float, tall: float) -> None:
    """Shrouds from the rail to the tops, with their ratlines, and a stay above."""
    for side in (-1.0, 1.0):
        top = (x - 0.006, 0.10 + tall * 0.52)
        for foot in (0.085, 0.125):
            _line(ropes, (x + side * foot, 0.13), top)
        for step in range(1, 6):
            t = step / 7.0
            y = 0.13 + (top[1] - 0.13) * t
            _line(ropes, (x + side * 0.085 * (1.0 - t), y), (x + side * 0.125 * (1.0 - t), y))
        _line(ropes, (x + side * 0.13, 0.13), (x - 0.012, 0.10 + tall * 0.90))


def _fore_and_aft(ship: ShipPaths, time_s: float) -> None:
    """Two jibs on their stays and the gaff sail behind the aftmost mast."""
    for number, (tack, head, clew) in enumerate(_JIBS):
        full = 0.030 + 0.008 * math.sin(time_s * 1.8 + number)
        jib = skia.Path()
        jib.moveTo(tack[0], -tack[1])
        jib.lineTo(head[0], -head[1])
        jib.quadTo((head[0] + clew[0]) * 0.5 + full, -(head[1] + clew[1]) * 0.5 + full, clew[0], -clew[1])
        jib.quadTo((tack[0] + clew[0]) * 0.5, -(tack[1] + clew[1]) * 0.5 + 0.022, tack[0], -tack[1])
        jib.close()
        ship.sails.append(jib)
        ship.across.append(((clew[0], -(head[1] + clew[1]) * 0.5), (tack[0] * 0.8 + head[0] * 0.2, -tack[1])))
        ship.seams.append(skia.Path())
        for t in (0.25, 0.5, 0.75):
            on_stay = (tack[0] + (head[0] - tack[0]) * t, tack[1] + (head[1] - tack[1]) * t)
            on_leech = (clew[0] + (head[0] - clew[0]) * t, clew[1] + (head[1] - clew[1]) * t)
            _line(ship.seams[-1], on_stay, on_leech)
    gaff, sway = (-0.585, 0.545), 0.006 * math.sin(time_s * 1.3)
    spanker = skia.Path()
    spanker.moveTo(-0.352, -0.43)
    spanker.lineTo(gaff[0], -gaff[1])
    spanker.quadTo(-0.575 + sway, -0.40, -0.640 + sway, -0.262)
    spanker.quadTo(-0.49, -0.225, -0.352, -0.235)
    spanker.close()
    ship.sails.append(spanker)
    ship.across.append(((-0.36, -0.50), (-0.62, -0.25)))
    ship.seams.append(skia.Path())
    for t in (0.3, 0.55, 0.8):
        _line(ship.seams[-1], (-0.352 - 0.233 * t, 0.43 + 0.115 * t), (-0.352 - 0.288 * t, 0.235 + 0.027 * t))
    ship.wood.append(limb([(-0.335, 0.425), (-0.615, 0.563)], [0.010, 0.005]))
    ship.wood.append(limb([(-0.335, 0.228), (-0.665, 0.255)], [0.010, 0.006]))


def draw_ship(canvas: skia.Canvas, time_s: float, *, ink: np.ndarray, cloth: tuple[np.ndarray, np.ndarray],
              rim: np.ndarray, light: np.ndarray, dx: float, dy: float) -> None:  # fmt: skip
    """The ship near: `cloth` the sails' tones above and below, `light` what shines through them; (dx, dy) moves a
    shape off its lit edge, in the ship's own units."""
    ship = ship_paths(time_s)
    high, low = cloth
    rope = fill(mix(ink, high, 0.3), 0.9)
    rope.setStyle(skia.Paint.kStroke_Style)
    rope.setStrokeWidth(0.0036)
    canvas.drawPath(ship.ropes, rope)
    rimmed(canvas, ship.masts, fill(ink), fill(rim * 0.6), dx, dy)
    seam = fill(ink, 0.42)
    seam.setStyle(skia.Paint.kStroke_Style)
    seam.setStrokeWidth(0.0030)
    tones = [colour4(tone).toColor() for tone in (mix(high, light, 0.26), high, mix(low, ink, 0.35))]
    for sail, seams, (start, end) in zip(ship.sails, ship.seams, ship.across, strict=True):
        # thin canvas: the light shines through where it stands full, the lee side turns away from it
        shader = skia.GradientShader.MakeLinear([skia.Point(*start), skia.Point(*end)], tones, [0.0, 0.5, 1.0])
        rimmed(canvas, sail, skia.Paint(AntiAlias=True, Dither=True, Shader=shader), fill(rim), dx, dy)
        canvas.drawPath(seams, seam)
    rimmed(canvas, ship.wood, fill(ink), fill(rim * 0.6), dx, dy)


def lighthouse_paths() -> tuple[list[skia.Path], tuple[float, float]]:
    """A tower one unit high on its rock, and where its lamp is."""
    tower = straight_path([(-0.085, 0.0), (-0.055, 0.74), (0.055, 0.74), (0.085, 0.0)])
    gallery = straight_path([(-0.085, 0.74), (-0.085, 0.775), (0.085, 0.775), (0.085, 0.74)])
    cage = [limb([(x, 0.775), (x, 0.885)], [0.010, 0.010]) for x in (-0.05, 0.0, 0.05)]
    roof = straight_path([(-0.075, 0.885), (0.0, 0.99), (0.075, 0.885)])
    return [tower, gallery, *cage, roof], (0.0, 0.83)


def rock_path(rng: np.random.Generator, width: float, tall: float) -> skia.Path:
    """A crag from x = -width to the right edge, its top near x = 0 at `tall`."""
    points = [(-width, -0.4)]
    for step in range(22):
        t = step / 21.0
        x = -width + t * width * 2.6
        rise = tall - (tall + 0.4) * abs(x / width) ** 1.4 if x < 0 else tall * (1.0 - 0.10 * x)
        points.append((x, max(-0.4, rise) + float(rng.normal(0, 0.022)) * (abs(x) > 0.10)))
    points.append((width * 1.8, -0.4))
    return straight_path(points)


def stack_paths(rng: np.random.Generator) -> list[skia.Path]:
    """Three needles of rock that stand in the sea, the tallest about one unit; far ones first."""
    needles = []
    for number in range(3):
        x, tall, wide = rng.uniform(-0.8, 0.8), rng.uniform(0.5, 1.05) * (1.0 - 0.15 * number), rng.uniform(0.22, 0.42)
        left, right = [], []
        for step in range(10):
            t = step / 9.0
            half = wide * (1.0 - t) ** 0.55 * (0.75 + 0.35 * rng.random()) + 0.02
            left.append((x - half + 0.10 * t, t * tall))
            right.append((x + half * rng.uniform(0.7, 1.1) + 0.10 * t, t * tall))
        needles.append(straight_path([(x - wide, -0.3), *left, *reversed(right), (x + wide, -0.3)]))
    return needles

"""A three-masted ship under storm sails, a lighthouse on its rock, and lightning."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.ink import limb, smooth_path, straight_path

_HULL = [(-0.56, 0.15), (-0.585, 0.215), (-0.50, 0.205), (-0.42, 0.16), (-0.15, 0.115), (0.25, 0.12), (0.42, 0.15),
         (0.52, 0.20),
         (0.66, 0.245), (0.60, 0.17), (0.50, 0.06), (0.40, -0.05), (-0.45, -0.05), (-0.53, 0.06)]  # fmt: skip
# x of the mast, height, sail widths from below
_MASTS = ((-0.34, 0.72, (0.26, 0.22, 0.16)), (-0.02, 0.88, (0.34, 0.29, 0.22)), (0.29, 0.78, (0.29, 0.25, 0.18)))


def ship_paths(time_s: float) -> tuple[list[skia.Path], list[skia.Path]]:
    """(hull and rigging, sails) of a ship one unit long or so, her waterline at y = 0, sailing to the right."""
    wood = [smooth_path(_HULL, tension=0.5), limb([(0.58, 0.20), (0.88, 0.36)], [0.022, 0.008])]
    sails = []
    for number, (x, tall, widths) in enumerate(_MASTS):
        wood.append(limb([(x, 0.10), (x - 0.015, 0.10 + tall)], [0.022, 0.009]))
        low = 0.22
        for index, width in enumerate(widths):
            high = low + (0.10 + tall - 0.22) / len(widths) - 0.018
            belly = 0.055 + 0.012 * math.sin(time_s * 2.1 + number + index * 0.8)
            half_low, half_high = width * 0.5, (widths[index + 1] if index + 1 < len(widths) else width * 0.72) * 0.5
            sails.append(smooth_path([
                (x - half_high, high), (x + half_high * 0.9, high), (x + half_low + belly, (low + high) * 0.5),
                (x + half_low * 0.95, low), (x + belly * 0.3, low + 0.035), (x - half_low, low),
                (x - half_low * 0.75 + belly, (low + high) * 0.5),
            ], tension=0.7))  # fmt: skip
            wood.append(
                limb([(x - half_high - 0.02, high + 0.008), (x + half_high + 0.02, high + 0.008)], [0.009, 0.009])
            )
            low = high + 0.018
        top = (x - 0.015, 0.10 + tall)
        flutter = 0.02 * math.sin(time_s * 6.0 + number)
        pennant = [top, (top[0] + 0.13, top[1] - 0.012 + flutter), (top[0], top[1] - 0.035)]
        wood.append(straight_path(pennant))
        for side in (-1.0, 1.0):
            wood.append(limb([(x + side * 0.13, 0.12), (x - 0.01, 0.10 + tall * 0.86)], [0.005, 0.004]))
    wood.append(limb([(0.86, 0.35), (0.275, 0.86)], [0.005, 0.004]))
    # two jibs, slim, on the stays between the bowsprit and the foremast
    for jib in ([(0.84, 0.355), (0.345, 0.80), (0.60, 0.335)], [(0.615, 0.275), (0.325, 0.62), (0.43, 0.275)]):
        sails.append(smooth_path(jib, tension=0.15))
    return wood, sails


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

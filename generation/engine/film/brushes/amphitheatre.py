"""A Roman amphitheatre from its sand: the bowl as a surface of revolution, seen by an eye inside it.

The cross-section is a line of (radius, height) corners; every column of the picture walks it from the podium to the
cornice, and each place is built of stone by its height and its angle: courses, arches, niches, stairs, seats.
Lengths are in radii of the arena's floor; z points to the far gate, the eye stands at z = -`back`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit

from generation.engine.film.brushes.colour import premultiply
from generation.engine.film.brushes.noise import fbm2, noise2, smooth

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}

# radius, height and kind (what leads up to the corner): 0 wall of the podium, 1 seats, 2 wall with doors, 3 arcade,
# 4 cornice
PROFILE = np.array([
    (1.00, 0.00, 0), (1.00, 0.125, 0), (1.05, 0.125, 4), (1.30, 0.32, 1), (1.30, 0.40, 2), (1.56, 0.62, 1),
    (1.56, 0.73, 2), (1.74, 0.90, 1), (1.78, 0.90, 4), (1.78, 1.10, 3), (1.78, 1.15, 4),
])  # fmt: skip
SEATS = ((1.06, 0.13, 1.29, 0.312, 9), (1.32, 0.40, 1.55, 0.612, 10), (1.58, 0.73, 1.73, 0.892, 7))
"""Blocks of seats: radius and height of the lowest and the highest row, and how many rows."""


@dataclass(frozen=True)
class Eye:
    """`focal` in picture heights; `horizon_y` the picture's row of the eye's height; `height` over the sand."""

    focal: float
    horizon_y: float
    back: float = 0.72
    height: float = 0.085

    def project(self, radius: np.ndarray, angle: np.ndarray, height: np.ndarray) -> tuple[np.ndarray, ...]:
        """(x, y, z): places by radius, angle from the far gate and height, in picture units and their distance."""
        z = np.maximum(0.05, radius * np.cos(angle) + self.back)
        x = self.focal * radius * np.sin(angle) / z
        return x, self.horizon_y - self.focal * (np.asarray(height) - self.height) / z, z


def smooth_bowl(eye: Eye, width: int, height: int, px_per_unit: float, colours: np.ndarray, *, sun_x: float,
                low_sun: float, haze: float, lamps: float, seed: int) -> np.ndarray:  # fmt: skip
    """Linear RGBA (height, width, 4), premultiplied, drawn at twice the size: sand and bowl below the sky. `colours`
    (7, 3) of stone, shade, sand, air, sun, fill, lamp; `sun_x` where the light stands (-1..1 of the far half),
    `low_sun` 0 high .. 1 at the rim; `haze` and `lamps` 0..1. In strips, for the large picture weighs 200 MB."""
    out = np.empty((height, width, 4), np.float32)
    tones = colours.astype(np.float64)
    for left in range(0, width, 128):
        right = min(width, left + 128)
        drawn = _bowl(width * 2, height * 2, px_per_unit * 2, tones, PROFILE, eye.focal, eye.horizon_y, eye.back,
                      eye.height, sun_x, low_sun, haze, lamps, seed, left * 2, (right - left) * 2)  # fmt: skip
        premultiply(drawn)
        out[:, left:right] = cv2.resize(drawn, (right - left, height), interpolation=cv2.INTER_AREA)
    return out


@njit(inline="always", **_FAST)
def _arch(across, up, half, spring):
    """Inside an arched opening: 1 inside .. 0 outside. `across` from its middle, `up` from its sill."""
    if up < 0.0:
        return 0.0
    far = abs(across) / half
    if up > spring:
        rise = (up - spring) / half
        far = math.sqrt(far * far + rise * rise)
    return smooth(1.04, 0.94, far)


@njit(inline="always", **_FAST)
def _courses(a, h, seed):
    """Blocks of stone: a tone about 1, darker in the joints."""
    row = math.floor(h * 34.0)
    shift = (row % 2.0) * 0.5
    cell = a * 15.0 + shift
    joint = min(h * 34.0 - row, 1.0) * 10.0
    side = (cell - math.floor(cell)) * 22.0
    tone = 0.88 + 0.34 * noise2(math.floor(cell) * 1.7 + 0.3, row * 2.3 + 0.6, seed)
    return tone * (0.66 + 0.34 * min(1.0, min(joint, side)))


@njit(**_FAST)
def _stone(kind, r, h, t, theta, seed):
    """(tone of the stone, depth of an opening 0..1, share of seats) at a place; `t` 0..1 along its stretch."""
    arc = theta * r
    wear = 1.0 + 0.55 * fbm2(arc * 9.0 + 3.0, h * 16.0, 5, seed + 3)
    # rain has run down the walls
    wear *= 1.0 - 0.22 * smooth(0.0, 0.5, fbm2(arc * 26.0, h * 2.0, 3, seed + 8))
    if kind == 0:
        panel = (theta * 24.0 / math.pi) % 1.0
        frame = min(min(panel, 1.0 - panel) * 9.0, min(t, 1.0 - t) * 5.0)
        tone = _courses(arc, h, seed) * (0.80 if frame < 0.5 else 1.0)
        if t > 0.90 or t < 0.08:
            tone = 1.25
        gate = (theta * 5.0 / math.pi + 0.5) % 1.0 - 0.5
        hole = _arch(gate * math.pi / 5.0, h, 0.026, 0.050) if abs(theta) > 0.2 else 0.0
        return tone * wear, hole, 0.0
    if kind == 1:
        stair = abs((theta * 18.0 / math.pi) % 1.0 - 0.5)
        step = (t * 10.0) % 1.0
        tone = 0.70 + 0.42 * smooth(0.35, 0.65, step)
        if stair > 0.468:
            return (0.95 + 0.3 * smooth(0.3, 0.5, (t * 22.0) % 1.0)) * wear, 0.0, 0.0
        return tone * wear * 0.86, 0.0, 1.0
    if kind == 2:
        door = (theta * 18.0 / math.pi + 0.5) % 1.0 - 0.5
        hole = _arch(door * math.pi / 18.0 * r, t * 0.085, 0.022, 0.040)
        edge = 1.30 if t > 0.86 else 1.0
        return _courses(arc, h, seed) * wear * edge, hole, 0.0
    if kind == 3:
        bay = (theta * 30.0 / math.pi + 0.5) % 1.0 - 0.5
        hole = _arch(bay * math.pi / 30.0 * r, t * 0.20 - 0.012, 0.060, 0.085)
        pier = 1.22 if abs(bay) > 0.44 else 1.0
        return _courses(arc * 0.8, h * 0.8, seed) * wear * pier, hole, 0.0
    return 1.30 * wear, 0.0, 0.0


@njit(**_FAST)
def _sand(wx, wz, z, sun_x, low_sun, haze, seed):
    """(grain and tracks, the sun's light, the air before it, distance from the middle) at a place of the floor."""
    grit = fbm2(wx * 34.0, wz * 20.0, 6, seed + 21)
    rake = fbm2(wx * 5.0, wz * 4.0, 4, seed + 22)
    mark = smooth(0.16, 0.34, fbm2(wx * 11.0 + 7.0, wz * 8.0, 5, seed + 23))
    toward = math.exp(-((wx - sun_x * 0.5) ** 2) * 3.5)
    level = (0.62 + 0.50 * grit + 0.55 * rake) * (1.0 - 0.34 * mark)
    beam = 0.30 + 0.75 * toward * (0.4 + 0.6 * low_sun) + 0.25 * (1.0 - low_sun)
    # the wall's shade lies on the far sand when the sun is low behind it
    rim = math.sqrt(wx * wx + wz * wz)
    beam *= 1.0 - 0.55 * low_sun * smooth(0.66, 0.92, rim + 0.03 * rake)
    return level, beam, haze * (0.25 + 0.5 * smooth(0.2, 1.9, z)), rim


@njit(**_FAST)
def _bowl(
    width, height, scale, colours, profile, focal, horizon, back, eye, sun_x, low_sun, haze, lamps, seed, first, columns
):
    out = np.zeros((height, columns, 4), np.float32)
    stone, shade, sand, air = colours[0], colours[1], colours[2], colours[3]
    sun, fill, lamp = colours[4], colours[5], colours[6]
    for i in range(columns):
        x = (first + i + 0.5 - width * 0.5) / scale
        a = (x / focal) ** 2 + 1.0
        z0 = (back + math.sqrt(max(1e-6, back * back - a * (back * back - 1.0)))) / a
        foot = int((horizon + focal * eye / z0) * scale + height * 0.5)
        # ---- the sand, from the wall's foot to the lens
        for j in range(max(0, foot), height):
            y = (j + 0.5 - height * 0.5) / scale
            z = focal * eye / max(1e-3, y - horizon)
            wx, wz = x / focal * z, z - back
            level, beam, veil, rim = _sand(wx, wz, z, sun_x, low_sun, haze, seed)
            for c in range(3):
                lit = sand[c] * level * (sun[c] * beam * 0.85 + fill[c] * 0.42)
                lit += lamp[c] * lamps * 0.060 * rim**6 * level
                out[j, i, c] = lit * (1.0 - veil) + air[c] * veil
            out[j, i, 3] = 1.0
        # ---- the bowl, upward
        lowest = min(height, max(0, foot))
        for k in range(1, profile.shape[0]):
            r0, h0, r1, h1 = profile[k - 1, 0], profile[k - 1, 1], profile[k, 0], profile[k, 1]
            kind = int(profile[k, 2])
            z1 = (back + math.sqrt(max(1e-6, back * back - a * (back * back - r1 * r1)))) / a
            top = (horizon - focal * (h1 - eye) / z1) * scale + height * 0.5
            za = (back + math.sqrt(max(1e-6, back * back - a * (back * back - r0 * r0)))) / a
            low = (horizon - focal * (h0 - eye) / za) * scale + height * 0.5
            for j in range(lowest - 1, max(-1, math.floor(top)), -1):
                t = min(1.0, max(0.0, (low - (j + 0.5)) / max(1e-3, low - top)))
                # perspective along the stretch
                t = t * za / (z1 + t * (za - z1))
                r, h = r0 + (r1 - r0) * t, h0 + (h1 - h0) * t
                z = za + (z1 - za) * t
                theta = math.atan2(x / focal * z, z - back)
                tone, hole, seats = _stone(kind, r, h, t, theta, seed + k * 13)
                # the half that faces the sun is lit, more so its upper rows when the sun is low
                facing = 0.5 - 0.5 * math.cos(theta - math.asin(max(-1.0, min(1.0, sun_x))))
                side = smooth(0.10, 0.75, facing + 0.16 * (1.0 - low_sun))
                line = smooth(0.0, 0.12, h - 0.55 * low_sun * (1.0 - facing) + 0.02 * math.sin(theta * 36.0))
                direct = side * line * (0.55 + 0.45 * (1.0 - seats))
                glow = lamps * math.exp(-abs(h - 0.17) * 7.0) * (0.55 + 0.45 * math.cos(theta * 32.0))
                under = math.exp(-max(0.0, 0.06 - t * 0.2) * 14.0)
                veil = min(0.93, haze * (0.12 + 0.40 * smooth(0.5, 2.6, z)) + 0.16 * smooth(1.4, 2.6, z)
                           * (0.4 + math.exp(-(x - sun_x * 0.5) ** 2 * 3.0)))  # fmt: skip
                for c in range(3):
                    lit = stone[c] * (sun[c] * direct * 0.95 + fill[c] * 0.36 * under + lamp[c] * glow * 0.55)
                    lit = (lit + shade[c] * 0.16 + lamp[c] * glow * 0.085) * tone
                    dark = shade[c] * (0.03 + 0.04 * t) + lamp[c] * lamps * 0.022
                    lit += (dark - lit) * hole
                    out[j, i, c] = lit * (1.0 - veil) + air[c] * veil
                out[j, i, 3] = 1.0
            lowest = min(lowest, max(0, math.floor(top) + 1))
            if lowest <= 0:
                break
    return out

"""Thousands of people in rows: small sprites in a handful of poses that bob, wave and throw up their arms."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import skia
from numba import njit

from generation.engine.film.brushes.ink import limb, on, smooth_path

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
POSES = 6
_TALL_PX, _WIDE_PX = 64, 48
_LEVELS = 3


def crowd_sprites() -> np.ndarray:
    """(levels, poses, 64, 48) uint8 coverage of people from the hips up, feet at the lower edge; each level is half as
    large as the one before it, in the upper left corner. Poses go from quiet to both arms thrown up."""
    full = np.zeros((POSES, _TALL_PX, _WIDE_PX), np.uint8)
    arms = (
        ((-0.20, 0.22), (0.20, 0.22)), ((-0.13, 0.30), (0.15, 0.28)), ((-0.20, 0.24), (0.26, 0.78)),
        ((-0.22, 0.74), (0.20, 0.30)), ((-0.24, 0.82), (0.22, 0.86)), ((-0.34, 0.66), (0.34, 0.70)),
    )  # fmt: skip
    for pose, (left, right) in enumerate(arms):
        array = np.zeros((_TALL_PX, _WIDE_PX, 4), np.uint8)
        with on(array, _WIDE_PX * 0.5, float(_TALL_PX), float(_TALL_PX)) as canvas:
            ink = skia.Paint(AntiAlias=True)
            body = [(-0.13, -0.05), (-0.155, 0.30), (-0.12, 0.44), (0.0, 0.48), (0.12, 0.44), (0.155, 0.30),
                    (0.13, -0.05)]  # fmt: skip
            canvas.drawPath(smooth_path(body), ink)
            canvas.drawOval(skia.Rect.MakeXYWH(-0.070, -0.66, 0.14, 0.175), ink)
            for side, hand in ((-1.0, left), (1.0, right)):
                elbow = ((hand[0] + side * 0.16) * 0.55 + side * 0.07, (hand[1] + 0.40) * 0.5 - 0.03)
                canvas.drawPath(limb([(side * 0.11, 0.40), elbow, hand], [0.095, 0.075, 0.060]), ink)
        full[pose] = array[..., 3]
    levels = np.zeros((_LEVELS, POSES, _TALL_PX, _WIDE_PX), np.uint8)
    for level in range(_LEVELS):
        size = (_WIDE_PX >> level, _TALL_PX >> level)
        for pose in range(POSES):
            small = cv2.resize(full[pose], size, interpolation=cv2.INTER_AREA)
            levels[level, pose, : size[1], : size[0]] = small
    return levels


@dataclass(frozen=True)
class Crowd:
    """People ordered from far to near. `places` (n, 4) float32: x, y (feet, picture units), size, angle; `traits`
    (n, 4) uniform; `colours` (n, 3) display BGR 0..255."""

    places: np.ndarray
    traits: np.ndarray
    colours: np.ndarray


def draw_crowd(picture: np.ndarray, crowd: Crowd, sprites: np.ndarray, time_s: float, *, offset: tuple[float, float],
               zoom: float, excited: float, wave: float, jump: float, gain: float = 1.0) -> None:  # fmt: skip
    """Lay the crowd over `picture` in place. `offset` is the camera at the crowd's depth; `excited` 0..1 how many throw
    up their arms, `wave` 0..1 how strong the wave is that runs round, `jump` 0..1 a beat that lifts all."""
    words = picture.view(np.uint32)[..., 0]
    _draw(words, crowd.places, crowd.traits, crowd.colours, sprites, time_s, offset[0], offset[1], zoom, excited, wave,
          jump, gain)  # fmt: skip


@njit(**_FAST)
def _draw(picture, places, traits, colours, sprites, t, cam_x, cam_y, zoom, excited, wave, jump, gain):
    height, width = picture.shape[:2]
    aspect = width / height
    for n in range(places.shape[0]):
        sx, sy = (places[n, 0] - cam_x) * zoom, (places[n, 1] - cam_y) * zoom
        size = places[n, 2] * zoom * (0.88 + 0.24 * traits[n, 0])
        if abs(sx) > aspect * 0.5 + size or sy < -0.52 or sy - size > 0.52:
            continue
        run = 0.5 + 0.5 * math.cos(places[n, 3] * 2.0 - t * 1.9)
        lift = wave * run**6
        heat = excited * (0.55 + 0.45 * math.sin(t * (0.5 + traits[n, 1]) + traits[n, 2] * 6.2832)) + lift
        pose = 0
        if heat > traits[n, 3]:
            pose = 2 + int((traits[n, 0] * 7.0 + t * (0.4 + 0.5 * traits[n, 1])) % 4.0)
        elif traits[n, 2] > 0.5:
            pose = 1
        bob = 0.05 * excited * abs(math.sin(t * (2.2 + 1.5 * traits[n, 1]) + traits[n, 2] * 6.0))
        bob += 0.16 * lift + 0.10 * jump * (0.4 + 0.6 * traits[n, 1])
        tall = size * height
        level = 0 if tall > 36.0 else 1 if tall > 18.0 else 2
        rows, cols = 64 >> level, 48 >> level
        ratio = rows / max(1.0, tall)
        foot = (sy + 0.5) * height - bob * tall
        left, top = (sx / aspect + 0.5) * width - cols * 0.5 / ratio, foot - tall
        turn = traits[n, 2] >= 0.5
        # only the columns that a pose fills: arms are thrown wide, folded ones are not
        spare = (12 >> level) if pose < 2 else (5 >> level)
        x0, x1 = max(0, int(left + spare / ratio)), min(width, int(left + (cols - spare) / ratio) + 1)
        blue, green, red = colours[n, 0], colours[n, 1], colours[n, 2]
        # along a row in 1/256 of a sprite's pixel
        step, first = int(ratio * 256.0), int(((x0 + 0.5 - left) * ratio - 0.5) * 256.0)
        for j in range(max(0, int(top)), min(height, int(foot) + 1)):
            v = (j + 0.5 - top) * ratio - 0.5
            if v < 0.0 or v >= rows - 1:
                continue
            v0 = int(v)
            low = int((v - v0) * 256.0)
            # shoulders and heads catch the light, the lower rows stand in the others' shade
            shade = gain * (1.55 - 1.15 * v / rows)
            even = int(min(255.0, blue * shade)) | int(min(255.0, red * shade)) << 16
            odd = int(min(255.0, green * shade))
            above, below, row = sprites[level, pose, v0], sprites[level, pose, v0 + 1], picture[j]
            for i in range(x0, x1):
                u = first + (i - x0) * step
                if turn:
                    u = ((cols - 1) << 8) - u
                u0, right = u >> 8, u & 255
                if u0 < 0 or u0 >= cols - 1:
                    continue
                a0 = above[u0] * (256 - right) + above[u0 + 1] * right
                a1 = below[u0] * (256 - right) + below[u0 + 1] * right
                alpha = (a0 * (256 - low) + a1 * low) >> 16
                if alpha == 0:
                    continue
                alpha += alpha >> 7
                word, keep = np.int64(row[i]), 256 - alpha
                mixed = (((word & 0xFF00FF) * keep + even * alpha) >> 8) & 0xFF00FF
                mixed |= (((word >> 8) & 0xFF) * keep + odd * alpha) & 0xFF00
                row[i] = np.uint32(mixed | 0xFF000000)
    return 0

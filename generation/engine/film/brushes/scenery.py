"""What several worlds share: skylines of ground, grass and ferns, banks of lit mist."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.layers import Camera, lay_enlarged
from generation.engine.film.brushes.light import drift


def draw_ground(canvas: skia.Canvas, skyline: np.ndarray, height: int, ink: skia.Paint, step: int = 3) -> None:
    """Fill below a skyline (width,), rows in pixels of the canvas."""
    width = len(skyline)
    points = [skia.Point(i, float(skyline[min(i, width - 1)])) for i in range(0, width + step, step)]
    path = skia.Path()
    path.addPoly([*points, skia.Point(width + step, height * 2), skia.Point(0, height * 2)], True)
    canvas.drawPath(path, ink)


def draw_grass(canvas: skia.Canvas, skyline: np.ndarray, scale: float, rng: np.random.Generator, ink: skia.Paint,
               size: float) -> None:  # fmt: skip
    """Blades along a skyline, up to `size` units tall, blown to the left."""
    for x in range(0, len(skyline), max(2, int(scale * 0.004))):
        reach = size * scale * rng.random() ** 2
        lean = rng.normal(-0.25, 0.35) * reach
        y = float(skyline[x]) + 2.0
        blade = skia.Path()
        blade.moveTo(x - 1.2, y)
        blade.quadTo(x, y - reach * 0.6, x + lean, y - reach)
        blade.quadTo(x + 1.0, y - reach * 0.5, x + 1.4, y)
        canvas.drawPath(blade, ink)


def draw_fern(canvas: skia.Canvas, rng: np.random.Generator, ink: skia.Paint) -> None:
    """A fern about one unit tall, its root at the origin; y points down."""
    for _ in range(int(rng.integers(5, 9))):
        spread = rng.normal(0, 0.75)
        reach = rng.uniform(0.7, 1.1)
        for step in range(1, 15):
            t = step / 14.0
            x = spread * t * (0.4 + 0.6 * t) * reach
            y = -reach * (t - 0.42 * abs(spread) * t * t)
            leaf = (1.0 - t) ** 0.7 * 0.20 * reach + 0.015
            slope = math.atan2(-(1.0 - 0.84 * abs(spread) * t), spread * (0.4 + 1.2 * t) + 1e-6)
            for side in (-1.0, 1.0):
                angle = slope + side * 1.15
                tip = (x + math.cos(angle) * leaf, y + math.sin(angle) * leaf)
                path = skia.Path()
                path.moveTo(x, y)
                path.quadTo(x + math.cos(angle - 0.35) * leaf * 0.6, y + math.sin(angle - 0.35) * leaf * 0.6, *tip)
                path.quadTo(x + math.cos(angle + 0.35) * leaf * 0.6, y + math.sin(angle + 0.35) * leaf * 0.6, x, y)
                canvas.drawPath(path, ink)


def lay_mist(picture: np.ndarray, tile: np.ndarray, camera: Camera, *, drift_x: float, y: float, tall: float,
             opacity: float,
             depth: float, air_bgr: np.ndarray, light_bgr: np.ndarray, light_x: float) -> None:  # fmt: skip
    """A drifting bank of mist `tall` units high, centred on height `y` of the plane at `depth`, warm below the light.

    `air_bgr`, `light_bgr`: display colours 0..1; `light_x`: the light's x on the screen in picture units.
    """
    height, width = picture.shape[:2]
    _, centre, zoom = camera.place(0.0, y, depth)
    top = int(max(0, (centre + 0.5 - tall * zoom * 0.5) * height)) // 8 * 8
    low = int(min(height, (centre + 0.5 + tall * zoom * 0.5) * height)) // 8 * 8
    if low - top < 16:
        return
    size = (width // 8, (low - top) // 8)
    field = drift(tile, size, drift_x + camera.x * depth * 2.0 + 7.0)
    full = np.linspace((top / height - 0.5 - centre), (low / height - 0.5 - centre), size[1], dtype=np.float32)[:, None]
    shape = np.cos(np.clip(full / (tall * zoom * 0.5), -1.0, 1.0) * np.float32(np.pi * 0.5)) ** 2
    alpha = field * shape * np.float32(opacity * 255.0)
    x = (np.arange(size[0], dtype=np.float32) / size[0] - 0.5) * (width / height) - light_x
    warm = 0.55 * np.exp(-np.abs(x) * 2.2)[None, :, None]
    layer = np.empty((size[1], size[0], 4), np.uint8)
    colour = np.minimum(1.0, air_bgr * (1 - warm) + light_bgr * warm).astype(np.float32)
    layer[..., :3] = colour * alpha[..., None]
    layer[..., 3] = np.ceil(alpha)
    lay_enlarged(picture[top:low], layer)

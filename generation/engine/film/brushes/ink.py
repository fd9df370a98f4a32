"""Vector drawing with Skia on numpy arrays: smooth outlines, and dark figures with a rim of light.

Every array is premultiplied BGRA uint8. Points are (x, y) pairs with y up from the figure's feet, unless said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import lru_cache

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import display_bgr

Points = Sequence[tuple[float, float]]
BGRA = skia.ColorType.kBGRA_8888_ColorType


@contextmanager
def on(array: np.ndarray, x: float = 0.0, y: float = 0.0, scale: float = 1.0):
    """A Skia canvas over `array`; the origin is moved to pixel (x, y), one unit is `scale` pixels."""
    surface = skia.Surface(array, colorType=BGRA, alphaType=skia.AlphaType.kPremul_AlphaType)
    canvas = surface.getCanvas()
    canvas.translate(x, y)
    canvas.scale(scale, scale)
    yield canvas
    surface.flushAndSubmit()


def smooth_path(points: Points, *, closed: bool = True, tension: float = 0.5, up: bool = True) -> skia.Path:
    """A Catmull-Rom curve through the points as cubics; `up` flips y so that figures grow upward."""
    knots = [(x, -y) for x, y in points] if up else [(x, y) for x, y in points]
    k = tension / 3.0
    path = skia.Path()
    path.moveTo(*knots[0])
    around = [knots[-1], *knots, knots[0], knots[1 % len(knots)]] if closed else [knots[0], *knots, knots[-1]]
    curve = path.cubicTo
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(around, around[1:], around[2:], around[3:], strict=False):
        curve(bx + (cx - ax) * k, by + (cy - ay) * k, cx - (dx - bx) * k, cy - (dy - by) * k, cx, cy)
    if closed:
        path.close()
    return path


def straight_path(points: Points, *, up: bool = True) -> skia.Path:
    path = skia.Path()
    path.addPoly([skia.Point(x, -y if up else y) for x, y in points], True)
    return path


def limb(points: Points, widths: Sequence[float], *, up: bool = True) -> skia.Path:
    """A tapered limb along the points: the union of discs and the hulls between neighbours."""
    path = skia.Path()
    path.setFillType(skia.PathFillType.kWinding)
    knots = [(x, -y if up else y) for x, y in points]
    for (x, y), width in zip(knots, widths, strict=True):
        path.addCircle(x, y, width * 0.5)
    for (ax, ay), (bx, by), wa, wb in zip(knots, knots[1:], widths, widths[1:], strict=False):
        length = float(np.hypot(bx - ax, by - ay)) or 1.0
        nx, ny = -(by - ay) / length * 0.5, (bx - ax) / length * 0.5
        hull = [(ax + nx * wa, ay + ny * wa), (bx + nx * wb, by + ny * wb), (bx - nx * wb, by - ny * wb),
                (ax - nx * wa, ay - ny * wa)]  # fmt: skip
        # clockwise like the discs (y down): with the winding rule, opposite turns would cut holes
        path.addPoly([skia.Point(*corner) for corner in reversed(hull)], True)
    return path


def colour4(linear: np.ndarray, alpha: float = 1.0) -> skia.Color4f:
    """A linear RGB colour, developed, as Skia takes it."""
    linear = np.asarray(linear)
    return skia.Color4f(*_developed(linear.tobytes(), linear.dtype.char), alpha)


@lru_cache(maxsize=4096)
def _developed(linear: bytes, kind: str) -> tuple[float, float, float]:
    """Most colours of a place are the same in every frame."""
    b, g, r = display_bgr(np.frombuffer(linear, kind)).tolist()
    return r / 255.0, g / 255.0, b / 255.0


def fill(linear: np.ndarray, alpha: float = 1.0) -> skia.Paint:
    paint = skia.Paint(colour4(linear, alpha))
    paint.setAntiAlias(True)
    return paint


def gradient_fill(top: np.ndarray, low: np.ndarray, y_top: float, y_low: float) -> skia.Paint:
    """A vertical gradient in the canvas's own units (y down). Dithered, Skia fills it in a third of the time."""
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(0, y_top), skia.Point(0, y_low)],
        colors=[colour4(top).toColor(), colour4(low).toColor()],
    )
    return skia.Paint(AntiAlias=True, Dither=True, Shader=shader)


def rimmed(canvas: skia.Canvas, paths: skia.Path | Sequence[skia.Path], body: skia.Paint, rim: skia.Paint, dx: float,
           dy: float) -> None:  # fmt: skip
    """A dark body with light on the edges that face (-dx, -dy): what the body, moved by (dx, dy), leaves free.

    Several overlapping paths are lit as one: light runs around the whole figure, not around each part. With a clear
    body only the light is drawn, for a second rim on the other side.
    """
    paths = [paths] if isinstance(paths, skia.Path) else list(paths)
    if body.getAlphaf() > 0.0:
        # the lit shape first, then the dark one a hair aside: half the work of cutting the rim out
        for path in paths:
            canvas.drawPath(path, rim)
        canvas.save()
        canvas.translate(dx, dy)
        for path in paths:
            canvas.drawPath(path, body)
        canvas.restore()
        return
    bounds = skia.Rect.MakeEmpty()
    for path in paths:
        bounds.join(path.getBounds())
    bounds.outset(abs(dx) * 2.0, abs(dy) * 2.0)
    erase = skia.Paint(AntiAlias=True, BlendMode=skia.BlendMode.kDstOut)
    canvas.saveLayer(bounds, skia.Paint())
    for path in paths:
        canvas.drawPath(path, rim)
    canvas.translate(dx, dy)
    for path in paths:
        canvas.drawPath(path, erase)
    canvas.restore()


def silhouette_plate(shape: tuple[int, int], paint: Callable[[np.ndarray], None]) -> np.ndarray:
    """Coverage 0..1 float32 (h, w) of what `paint` draws in any opaque colour on an empty BGRA array."""
    array = np.zeros((*shape, 4), np.uint8)
    paint(array)
    return array[..., 3].astype(np.float32) / 255.0


def edge_light(cover: np.ndarray, to_light: tuple[float, float], width_px: float) -> np.ndarray:
    """Where a silhouette's edge faces the light, float32 0..1; `to_light` is a screen direction, y down."""
    length = float(np.hypot(*to_light)) or 1.0
    dx, dy = to_light[0] / length * width_px, to_light[1] / length * width_px
    moved = cv2.warpAffine(cover, np.float32([[1, 0, -dx], [0, 1, -dy]]), cover.shape[::-1],
                           borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    return np.clip(cover - moved, 0.0, 1.0)

"""Colour. Plates are painted in linear light as float32 RGB and developed once by ACES to 8-bit BGRA."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

Touch = Callable[[slice, np.ndarray], np.ndarray]
RGB = tuple[float, float, float]


def rgb(code: str) -> np.ndarray:
    """ "#rrggbb" as linear float32 RGB (3,)."""
    values = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255.0
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


def mix(a: np.ndarray, b: np.ndarray, t: float | np.ndarray) -> np.ndarray:
    return a + (b - a) * t


def smoothstep(low: float, high: float, x: np.ndarray | float) -> np.ndarray:
    t = np.clip((np.asarray(x) - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def aces(linear: np.ndarray) -> np.ndarray:
    """Narkowicz's fit of the ACES film curve, then the sRGB transfer; float 0..1."""
    x = np.maximum(linear, 0.0)
    x = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0)
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * np.power(np.maximum(x, 1e-6), 1 / 2.4) - 0.055)


_FIRST_BITS, _LAST_BITS, _STEP_BITS = 111 << 23, 133 << 23, 15
"""The curve is kept between 2^-16 (a hundredth of a level) and 2^6 (white), 256 steps to each doubling: the upper bits
of a float32 count them."""


def _curve() -> np.ndarray:
    """`aces` * 255 at the steps, float32."""
    steps = np.arange(_FIRST_BITS, _LAST_BITS + (2 << _STEP_BITS), 1 << _STEP_BITS, dtype=np.int64)
    return (aces(steps.astype(np.int32).view(np.float32).astype(np.float64)) * 255.0).astype(np.float32)


_CURVE = _curve()

STRIP_ROWS = 64
"""Rows that are painted and developed together: in linear light they weigh ten times what stays of them."""


def develop(linear: np.ndarray, alpha: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Linear RGB (h, w, 3), alpha (h, w) or None, to premultiplied BGRA uint8, dithered against banding."""
    return develop_rows(linear.shape[:2], lambda rows: linear[rows], alpha, rng)


def develop_rows(shape: tuple[int, int], linear: Callable[[slice], np.ndarray], alpha: np.ndarray | None,
                 rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """As `develop`, of a plate (h, w) whose linear RGB is never whole: `linear` paints the rows it is asked for."""
    height, width = shape
    out = np.zeros((height, width, 4), np.uint8)
    for top in range(0, height, STRIP_ROWS):
        rows = slice(top, min(height, top + STRIP_ROWS))
        part = out[rows]
        dither = rng.random(part.shape[:2], np.float32)
        if alpha is not None and not np.any(alpha[rows] > 0.0):
            continue
        light = np.ascontiguousarray(linear(rows), np.float32)
        if alpha is None:
            _shown(light, np.ones((1, 1), np.float32), dither, _CURVE, part)
        else:
            _shown(light, np.ascontiguousarray(alpha[rows], np.float32), dither, _CURVE, part)
    return out


@njit(cache=True, nogil=True)
def _shown(light, cover, dither, curve, out):
    """Rows of linear RGB to premultiplied BGRA; a `cover` of one pixel is that of all."""
    bits = light.view(np.int32)
    one, white = np.float32(1.0), np.float32(255.0)
    share = np.float32(1.0 / (1 << _STEP_BITS))
    everywhere = cover.shape[1] != light.shape[1]
    for j in range(light.shape[0]):
        for i in range(light.shape[1]):
            solid = one if everywhere else min(one, max(np.float32(0.0), cover[j, i]))
            alpha = np.uint8(solid * white + np.float32(0.5))
            lift = dither[j, i] if solid > np.float32(0.02) else np.float32(0.0)
            for c in range(3):
                # below the curve's first step it is a line to black, beyond its last one everything is white
                place = min(max(bits[j, i, c], np.int32(0)), np.int32(_LAST_BITS)) - _FIRST_BITS
                if place < 0:
                    level = max(np.float32(0.0), light[j, i, c]) * np.float32(1 << 16) * curve[0]
                else:
                    step = place >> _STEP_BITS
                    part = np.float32(place & ((1 << _STEP_BITS) - 1)) * share
                    level = curve[step] + (curve[step + 1] - curve[step]) * part
                out[j, i, 2 - c] = min(alpha, np.uint8(min(white, (level + lift) * solid)))
            out[j, i, 3] = alpha


@njit(fastmath=True, cache=True, nogil=True)
def premultiply(straight):
    """Linear RGBA (h, w, 4), straight alpha, to premultiplied, in place."""
    for j in range(straight.shape[0]):
        for i in range(straight.shape[1]):
            for c in range(3):
                straight[j, i, c] *= straight[j, i, 3]


@njit(fastmath=True, cache=True, nogil=True)
def _straight(premultiplied):
    out = np.empty((premultiplied.shape[0], premultiplied.shape[1], 3), np.float32)
    for j in range(out.shape[0]):
        for i in range(out.shape[1]):
            share = np.float32(1.0) / max(premultiplied[j, i, 3], np.float32(1e-4))
            for c in range(3):
                out[j, i, c] = premultiplied[j, i, c] * share
    return out


def develop_premultiplied(
    linear: np.ndarray, rng: np.random.Generator, *, solid: bool = False, touch: Touch | None = None
) -> np.ndarray:
    """Linear RGBA (h, w, 4), premultiplied, to BGRA uint8; `solid` leaves no pixel clear. `touch` changes the straight
    colours of some rows before they are developed."""

    def straight(rows: slice) -> np.ndarray:
        colours = _straight(linear[rows])
        return colours if touch is None else touch(rows, colours)

    return develop_rows(linear.shape[:2], straight, None if solid else linear[..., 3], rng)


def display_bgr(linear: np.ndarray) -> np.ndarray:
    """One linear colour (3,) as display BGR float32 0..255, for light and particles."""
    # as `aces`, number by number: for three of them arrays take ten times as long, a hundred times a frame
    return np.array([255.0 * _displayed(value) for value in np.asarray(linear).tolist()[::-1]], np.float32)


def _displayed(value: float) -> float:
    value = max(value, 0.0)
    value = min(1.0, value * (2.51 * value + 0.03) / (value * (2.43 * value + 0.59) + 0.14))
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055

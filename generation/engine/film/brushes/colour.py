"""Colour. Plates are painted in linear light as float32 RGB and developed once by ACES to 8-bit BGRA."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

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
    """Narkowicz's fit of the ACES film curve, then the sRGB transfer; float32 0..1."""
    x = np.maximum(linear, 0.0)
    x = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0.0, 1.0)
    return np.where(x <= 0.0031308, x * 12.92, 1.055 * np.power(np.maximum(x, 1e-6), 1 / 2.4) - 0.055)


STRIP_ROWS = 64
"""Rows that are painted and developed together: in linear light they weigh ten times what stays of them."""


def develop(linear: np.ndarray, alpha: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Linear RGB (h, w, 3), alpha (h, w) or None, to premultiplied BGRA uint8, dithered against banding."""
    return develop_rows(linear.shape[:2], lambda rows: linear[rows], alpha, rng)


def develop_rows(shape: tuple[int, int], linear: Callable[[slice], np.ndarray], alpha: np.ndarray | None,
                 rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """As `develop`, of a plate (h, w) whose linear RGB is never whole: `linear` paints the rows it is asked for."""
    height, width = shape
    out = np.empty((height, width, 4), np.uint8)
    for top in range(0, height, STRIP_ROWS):
        rows = slice(top, min(height, top + STRIP_ROWS))
        part = out[rows]
        shown = aces(linear(rows))[..., ::-1] * 255.0
        dither = rng.random((*part.shape[:2], 1), np.float32)
        if alpha is None:
            part[..., :3] = np.minimum(shown + dither, 255.0)
            part[..., 3] = 255
            continue
        cover = np.clip(alpha[rows], 0.0, 1.0)[..., None].astype(np.float32)
        part[..., :3] = np.minimum((shown + dither * (cover > 0.02)) * cover, 255.0)
        part[..., 3] = (cover[..., 0] * 255.0 + 0.5).astype(np.uint8)
        np.minimum(part[..., :3], part[..., 3:], out=part[..., :3])
    return out


def premultiply(straight: np.ndarray) -> None:
    """Linear RGBA (h, w, 4), straight alpha, to premultiplied, in place and in strips."""
    for top in range(0, len(straight), STRIP_ROWS):
        part = straight[top : top + STRIP_ROWS]
        part[..., :3] *= part[..., 3:]


def develop_premultiplied(
    linear: np.ndarray, rng: np.random.Generator, *, solid: bool = False, touch: Touch | None = None
) -> np.ndarray:
    """Linear RGBA (h, w, 4), premultiplied, to BGRA uint8; `solid` leaves no pixel clear. `touch` changes the straight
    colours of some rows before they are developed."""

    def straight(rows: slice) -> np.ndarray:
        part = linear[rows]
        colours = part[..., :3] / np.maximum(part[..., 3], 1e-4)[..., None]
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

"""Colour. Plates are painted in linear light as float32 RGB and developed once by ACES to 8-bit BGRA."""

from __future__ import annotations

import numpy as np

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


def develop(linear: np.ndarray, alpha: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Linear RGB (h, w, 3), alpha (h, w) or None, to premultiplied BGRA uint8, dithered against banding."""
    shown = aces(linear)[..., ::-1] * 255.0
    height, width = shown.shape[:2]
    out = np.empty((height, width, 4), np.uint8)
    dither = rng.random((height, width, 1), np.float32)
    if alpha is None:
        out[..., :3] = np.minimum(shown + dither, 255.0)
        out[..., 3] = 255
        return out
    cover = np.clip(alpha, 0.0, 1.0)[..., None].astype(np.float32)
    out[..., :3] = np.minimum((shown + dither * (cover > 0.02)) * cover, 255.0)
    out[..., 3] = (cover[..., 0] * 255.0 + 0.5).astype(np.uint8)
    np.minimum(out[..., :3], out[..., 3:], out=out[..., :3])
    return out


def display_bgr(linear: np.ndarray) -> np.ndarray:
    """One linear colour (3,) as display BGR float32 0..255, for light and particles."""
    return (aces(np.asarray(linear, np.float32))[::-1] * 255.0).astype(np.float32)

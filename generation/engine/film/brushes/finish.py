"""The last kernel of a picture: exposure, light, split tone, vignette, grain; and the way to BT.709 I420."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit


@dataclass(frozen=True)
class Grade:
    """How a picture is developed. Tints are BGR offsets near 0."""

    shadow_tint: tuple[float, float, float] = (0.020, 0.0, 0.004)
    light_tint: tuple[float, float, float] = (-0.030, 0.0, 0.025)
    contrast: float = 0.30
    saturation: float = 1.06
    vignette: float = 0.42
    grain: float = 1.3


@dataclass(frozen=True)
class Exposure:
    """What changes from frame to frame: `gain` on the picture, `flash` toward white, `fade` 0 (black) .. 1."""

    gain: float = 1.0
    flash: float = 0.0
    fade: float = 1.0
    grain_xy: tuple[int, int] = (0, 0)


def grain_tile(rng: np.random.Generator, size: int = 512) -> np.ndarray:
    """Soft unit-variance noise (size, size) float32, wraps."""
    noise = rng.standard_normal((size, size)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 0.75, borderType=cv2.BORDER_REFLECT)
    return soft / soft.std()


def finish(
    picture: np.ndarray, light: np.ndarray, grade: Grade, exposure: Exposure, grain: np.ndarray, out: np.ndarray
) -> None:
    """Develop a drawn BGRA picture (h, w, 4) with additive light (h/4, w/4, 3) into `out`, BGRA uint8 (h, w, 4)."""
    height, width = picture.shape[:2]
    packed = np.clip(light * 128.0, 0.0, 255.0).astype(np.uint8)
    large = cv2.resize(packed, (width, height), interpolation=cv2.INTER_LINEAR)
    tints = np.array([grade.shadow_tint, grade.light_tint], np.float32)
    _finish(
        picture, large, out, tints, np.float32(grade.contrast), np.float32(grade.saturation),
        np.float32(grade.vignette),
        np.float32(grade.grain / 255.0), np.float32(exposure.gain), np.float32(exposure.flash),
        np.float32(exposure.fade),
        exposure.grain_xy[0], exposure.grain_xy[1], grain,
    )  # fmt: skip


@njit(fastmath=True, cache=True, nogil=True)
def _finish(picture, light, out, tints, contrast, saturation, vignette, grain, gain, flash, fade, gx, gy, tile):
    height, width = picture.shape[:2]
    size = tile.shape[0] - 1
    one, half = np.float32(1.0), np.float32(0.5)
    to_unit = np.float32(1.0 / 255.0)
    from_light = np.float32(1.0 / 128.0)
    for j in range(height):
        v = np.float32((j + 0.5) / height - 0.5)
        grains = tile[(j + gy) & size]
        for i in range(width):
            u = np.float32((i + 0.5) / width - 0.5)
            b = picture[j, i, 0] * to_unit * gain
            g = picture[j, i, 1] * to_unit * gain
            r = picture[j, i, 2] * to_unit * gain
            # screen keeps highlights from clipping hard
            lb = light[j, i, 0] * from_light
            lg = light[j, i, 1] * from_light
            lr = light[j, i, 2] * from_light
            b = b + lb * max(np.float32(0.0), one - half * b)
            g = g + lg * max(np.float32(0.0), one - half * g)
            r = r + lr * max(np.float32(0.0), one - half * r)
            # shoulder above 0.75
            b = b if b < 0.75 else np.float32(0.75) + (b - np.float32(0.75)) / (one + (b - np.float32(0.75)) * 3.0)
            g = g if g < 0.75 else np.float32(0.75) + (g - np.float32(0.75)) / (one + (g - np.float32(0.75)) * 2.6)
            r = r if r < 0.75 else np.float32(0.75) + (r - np.float32(0.75)) / (one + (r - np.float32(0.75)) * 2.2)
            y = np.float32(0.0722) * b + np.float32(0.7152) * g + np.float32(0.2126) * r
            b, g, r = y + (b - y) * saturation, y + (g - y) * saturation, y + (r - y) * saturation
            low = (one - y) * (one - y)
            high = y * y
            bend = contrast * (y - np.float32(0.45)) * (one - abs(y + y - one)) * np.float32(2.0)
            dim = (
                one - vignette * min(one, (u * u * np.float32(1.5) + v * v * np.float32(1.1)) * np.float32(1.6))
            ) * fade
            noise = grains[(i + gx) & size] * grain * (np.float32(0.45) + np.float32(0.55) * (one - abs(y * 2 - one)))
            b = (b + tints[0, 0] * low + tints[1, 0] * high + bend) * dim
            g = (g + tints[0, 1] * low + tints[1, 1] * high + bend) * dim
            r = (r + tints[0, 2] * low + tints[1, 2] * high + bend) * dim
            b = b + (one - b) * flash + noise
            g = g + (one - g) * flash + noise
            r = r + (one - r) * flash + noise
            out[j, i, 0] = np.uint8(max(np.float32(0.0), min(np.float32(255.0), b * np.float32(255.0) + half)))
            out[j, i, 1] = np.uint8(max(np.float32(0.0), min(np.float32(255.0), g * np.float32(255.0) + half)))
            out[j, i, 3] = 255
            out[j, i, 2] = np.uint8(max(np.float32(0.0), min(np.float32(255.0), r * np.float32(255.0) + half)))


def to_i420(bgr: np.ndarray, out: np.ndarray) -> None:
    """BGR or BGRA (h, w, ...), even sizes, to BT.709 limited-range planes in `out` (h * 3 / 2, w) uint8."""
    height, width = bgr.shape[:2]
    flat = out.reshape(-1)
    luma = flat[: height * width].reshape(height, width)
    quarter = height * width // 4
    blue = flat[height * width : height * width + quarter].reshape(height // 2, width // 2)
    red = flat[height * width + quarter :].reshape(height // 2, width // 2)
    _i420(bgr, luma, blue, red)


@njit(cache=True, nogil=True)
def _i420(bgr, luma, blue, red):
    # 16-bit fixed point of the BT.709 matrix at 219/224 levels
    height, width = bgr.shape[:2]
    for j in range(0, height, 2):
        for i in range(0, width, 2):
            sb, sg, sr = 0, 0, 0
            for dj in range(2):
                for di in range(2):
                    b = int(bgr[j + dj, i + di, 0])
                    g = int(bgr[j + dj, i + di, 1])
                    r = int(bgr[j + dj, i + di, 2])
                    luma[j + dj, i + di] = (4064 * b + 40254 * g + 11966 * r + 1081344) >> 16
                    sb += b
                    sg += g
                    sr += r
            blue[j >> 1, i >> 1] = (28784 * sb - 22188 * sg - 6596 * sr + 33685504) >> 18
            red[j >> 1, i >> 1] = (-2642 * sb - 26145 * sg + 28787 * sr + 33685504) >> 18

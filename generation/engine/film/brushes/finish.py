"""The last kernel of a picture: exposure, light, split tone, vignette, grain; and the way to BT.709 I420."""

from __future__ import annotations

import math
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


def grain_tile(rng: np.random.Generator, width: int, size: int = 512) -> np.ndarray:
    """Soft unit-variance noise (size, width + size) float32 with a period of `size` both ways: a row of a picture up
    to `width` wide is one run of it, wherever it starts."""
    noise = np.pad(rng.standard_normal((size, size)).astype(np.float32), 8, mode="wrap")
    soft = cv2.GaussianBlur(noise, (0, 0), 0.75)[8:-8, 8:-8]
    soft = soft / soft.std()
    return np.ascontiguousarray(np.take(soft, np.arange(width + size) % size, axis=1))


def finish(
    picture: np.ndarray, light: np.ndarray, grade: Grade, exposure: Exposure, grain: np.ndarray, out: np.ndarray
) -> None:
    """Develop a drawn BGRA picture (h, w, 4) with additive light (h/4, w/4, 3) into `out`, BGRA uint8 (h, w, 4).

    `grain` is a `grain_tile` at least as wide as the picture. `out` may be rows of a larger frame, or `picture`.
    """
    width = picture.shape[1]
    # across here, down in the kernel: in float all the way, for eight bits of light show as bands in a dark sky
    wide = np.empty((3, light.shape[0], width), np.float32)
    for channel, plane in zip(wide, cv2.split(np.asarray(light, np.float32)), strict=True):
        cv2.resize(plane, (width, light.shape[0]), dst=channel)
    tints = np.array([grade.shadow_tint, grade.light_tint], np.float32)
    across = (((np.arange(width) + 0.5) / width - 0.5) ** 2 * 1.5).astype(np.float32)
    levels = np.float32([
        grade.contrast, grade.saturation, grade.vignette, grade.grain / 255.0, exposure.gain / 255.0, exposure.flash,
        exposure.fade,
    ])  # fmt: skip
    _finish(_words(picture), wide, _words(out), across, tints, levels, *exposure.grain_xy, grain)


def _words(bgra: np.ndarray) -> np.ndarray:
    """(h, w, 4) bytes as one int32 a pixel (h, w), never a copy: what is written there must arrive."""
    return bgra.view(np.int32)[..., 0]


def _rows(image: np.ndarray) -> np.ndarray:
    """(h, w, c) as rows of bytes (h, w c), never a copy: what is written there must arrive."""
    rows = image.view()
    rows.shape = (image.shape[0], image.shape[1] * image.shape[2])
    return rows


# The loops below are written so that the compiler makes vectors of them (six times the speed): a pixel is one word, a
# channel at a time in float32 rows, nothing wrapped or masked inside, choices as min and max.
@njit(fastmath=True, error_model="numpy", cache=True, nogil=True)
def _lit(pixels, shift, gain, above, below, share, soft, out):
    """One channel of a row in float: light screened over it (which spares highlights), and a shoulder."""
    zero, half, one, knee = np.float32(0.0), np.float32(0.5), np.float32(1.0), np.float32(0.75)
    for i in range(out.shape[0]):
        value = np.float32((pixels[i] >> shift) & np.int32(255)) * gain
        value += (above[i] + (below[i] - above[i]) * share) * max(zero, one - half * value)
        over = max(zero, value - knee)
        out[i] = min(value, knee) + over / (one + over * soft)


@njit(fastmath=True, error_model="numpy", cache=True, nogil=True)
def _tone(b, g, r, across, down, grains, tints, levels):
    """Saturation, contrast, split tone, vignette, flash and grain of one row, to 0..255 in place."""
    zero, half, one, full = np.float32(0.0), np.float32(0.5), np.float32(1.0), np.float32(255.0)
    contrast, saturation, vignette, grain = levels[0], levels[1], levels[2], levels[3]
    flash, fade = levels[5], levels[6]
    low_b, low_g, low_r = tints[0, 0], tints[0, 1], tints[0, 2]
    high_b, high_g, high_r = tints[1, 0], tints[1, 1], tints[1, 2]
    for i in range(b.shape[0]):
        y = np.float32(0.0722) * b[i] + np.float32(0.7152) * g[i] + np.float32(0.2126) * r[i]
        low, high = (one - y) * (one - y), y * y
        middle = one - abs(y + y - one)
        bend = contrast * (y - np.float32(0.45)) * middle * np.float32(2.0)
        dim = (one - vignette * min(one, (across[i] + down) * np.float32(1.6))) * fade * (one - flash)
        add = grains[i] * grain * (np.float32(0.45) + np.float32(0.55) * middle) + flash
        blue = (y + (b[i] - y) * saturation + low_b * low + high_b * high + bend) * dim + add
        green = (y + (g[i] - y) * saturation + low_g * low + high_g * high + bend) * dim + add
        red = (y + (r[i] - y) * saturation + low_r * low + high_r * high + bend) * dim + add
        b[i] = max(zero, min(one, blue)) * full + half
        g[i] = max(zero, min(one, green)) * full + half
        r[i] = max(zero, min(one, red)) * full + half


@njit(fastmath=True, error_model="numpy", cache=True, nogil=True)
def _finish(picture, light, out, across, tints, levels, gx, gy, tile):
    height, width = picture.shape
    rows, size = light.shape[1], tile.shape[0]
    b, g, r = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    for j in range(height):
        place = (j + 0.5) * rows / height - 0.5
        first = min(max(math.floor(place), 0), rows - 1)
        second = min(first + 1, rows - 1)
        share = np.float32(min(max(place - first, 0.0), 1.0))
        v = (j + 0.5) / height - 0.5
        # the greens and reds hold on a little longer than the blues
        _lit(picture[j], 0, levels[4], light[0, first], light[0, second], share, np.float32(3.0), b)
        _lit(picture[j], 8, levels[4], light[1, first], light[1, second], share, np.float32(2.6), g)
        _lit(picture[j], 16, levels[4], light[2, first], light[2, second], share, np.float32(2.2), r)
        _tone(b, g, r, across, np.float32(v * v * 1.1), tile[(j + gy) % size, gx:], tints, levels)
        row = out[j]
        for i in range(width):
            row[i] = np.int32(b[i]) | (np.int32(g[i]) << 8) | (np.int32(r[i]) << 16) | -16777216


def to_i420(bgr: np.ndarray, out: np.ndarray) -> None:
    """BGR or BGRA (h, w, ...), even sizes, to BT.709 limited-range planes in `out` (h * 3 / 2, w) uint8."""
    height, width = bgr.shape[:2]
    if bgr.shape[2] == 3:
        bgr = cv2.cvtColor(bgr, cv2.COLOR_BGR2BGRA)
    flat = out.reshape(-1)
    luma = flat[: height * width].reshape(height, width)
    quarter = height * width // 4
    blue = flat[height * width : height * width + quarter].reshape(height // 2, width // 2)
    red = flat[height * width + quarter :].reshape(height // 2, width // 2)
    _i420(_rows(bgr), luma, blue, red)


# BT.709 (Rec. ITU-R BT.709-6) at 219/224 levels; chroma from the sum of four pixels
_LUMA = tuple(np.float32(share * 219.0 / 255.0) for share in (0.0722, 0.7152, 0.2126))
_BLUE = tuple(np.float32(share * 56.0 / 255.0) for share in (0.5, -0.7152 / 1.8556, -0.2126 / 1.8556))
_RED = tuple(np.float32(share * 56.0 / 255.0) for share in (-0.0722 / 1.5748, -0.7152 / 1.5748, 0.5))
_LUMA_FLOOR, _CHROMA_FLOOR = np.float32(16.5), np.float32(128.5)


@njit(fastmath=True, error_model="numpy", cache=True, nogil=True)
def _i420(bgra, luma, blue, red):
    height, width = luma.shape
    for j in range(0, height, 2):
        for step in range(2):
            row, target = bgra[j + step], luma[j + step]
            for i in range(width):
                level = _LUMA[0] * np.float32(row[4 * i]) + _LUMA[1] * np.float32(row[4 * i + 1])
                level += _LUMA[2] * np.float32(row[4 * i + 2]) + _LUMA_FLOOR
                target[i] = np.uint8(np.int32(level))
        top, low, to_blue, to_red = bgra[j], bgra[j + 1], blue[j >> 1], red[j >> 1]
        for i in range(width >> 1):
            b = np.float32(top[8 * i]) + np.float32(top[8 * i + 4])
            b += np.float32(low[8 * i]) + np.float32(low[8 * i + 4])
            g = np.float32(top[8 * i + 1]) + np.float32(top[8 * i + 5])
            g += np.float32(low[8 * i + 1]) + np.float32(low[8 * i + 5])
            r = np.float32(top[8 * i + 2]) + np.float32(top[8 * i + 6])
            r += np.float32(low[8 * i + 2]) + np.float32(low[8 * i + 6])
            to_blue[i] = np.uint8(np.int32(_BLUE[0] * b + _BLUE[1] * g + _BLUE[2] * r + _CHROMA_FLOOR))
            to_red[i] = np.uint8(np.int32(_RED[0] * b + _RED[1] * g + _RED[2] * r + _CHROMA_FLOOR))

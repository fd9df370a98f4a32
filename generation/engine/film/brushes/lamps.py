"""Small lights that people and creatures keep: flames, glows, and how loud the music is in one of them.

Rows are one light each; pixels are those of the array that is drawn on. `level` 0..1.5 is how high it burns.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


def band_level(spectrum: np.ndarray, share: float) -> float:
    """The spectrum (n,) read between its bands; `share` 0 (lowest) .. 1 (highest)."""
    at = min(1.0, max(0.0, share)) * (len(spectrum) - 1)
    low = int(at)
    high = min(low + 1, len(spectrum) - 1)
    return float(spectrum[low] + (spectrum[high] - spectrum[low]) * (at - low))


def band_levels(spectrum: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """`band_level` of many places at once, float32."""
    return np.interp(shares, np.linspace(0.0, 1.0, len(spectrum)), spectrum).astype(np.float32)


def draw_flames(picture: np.ndarray, flames: np.ndarray, time_s: float, core_bgr: np.ndarray,
                halo_bgr: np.ndarray, *, tongues: int = 1) -> None:  # fmt: skip
    """Burning flames over `picture` BGRA (h, w, 4) in place. `flames` (n, 5): x, y of the foot, height in pixels,
    phase, level; colours are display BGR 0..255. A candle has
    one tongue, a fire several that rise and fall beside each other."""
    if len(flames):
        _flames(picture, np.ascontiguousarray(flames, np.float32), time_s, core_bgr.astype(np.float32),
                halo_bgr.astype(np.float32), tongues)  # fmt: skip


@njit(**_FAST)
def _flames(picture, flames, t, core, halo, tongues):
    height, width = picture.shape[:2]
    for each in range(flames.shape[0] * tongues):
        n, tongue = each // tongues, each % tongues
        aside = (tongue % 2 * 2.0 - 1.0) * ((tongue + 1) // 2) * 0.15
        px, py, phase = flames[n, 0] + aside * flames[n, 2], flames[n, 1], flames[n, 3] + tongue * 2.1
        level = flames[n, 4] * (1.0 - 0.8 * abs(aside) * (2.2 + math.sin(t * 4.1 + phase)))
        tall = flames[n, 2] * (0.45 + 0.75 * level) * (1.0 + 0.10 * math.sin(t * 9.0 + phase * 3.0))
        if tall < 1.0:
            continue
        lean = 0.10 * math.sin(t * 6.1 + phase) + 0.06 * math.sin(t * 13.0 + phase * 2.0)
        wide = 0.19 * flames[n, 2] * (0.8 + 0.3 * level) + 0.4
        for j in range(max(0, int(py - tall * 1.05)), min(height, int(py + wide * 0.6) + 1)):
            v = (py - j - 0.5) / tall
            up = min(1.0, max(0.0, v))
            # round at the foot, drawn out to a point that leans and curls
            body = wide * math.sqrt(max(0.02, 1.0 - (1.0 - up * 3.2) ** 2)) if up < 0.31 else wide * (1.45 - 1.45 * up)
            if up >= 0.31:
                body = wide * ((1.0 - up) / 0.69) ** 0.8
            if v < 0.0:
                body = wide * max(0.0, 0.2 + v * tall / wide)
            body = max(body, 0.35)
            curl = tall * (lean * up * up + 0.03 * up * math.sin(up * 7.0 - t * 11.0 + phase))
            for i in range(max(0, int(px + curl - body * 1.6) - 1), min(width, int(px + curl + body * 1.6) + 2)):
                far = abs(i + 0.5 - px - curl) / body
                share = min(1.0, max(0.0, (1.5 - far) * 1.5)) * min(1.0, (1.04 - up) * 4.0)
                if v < -0.02:
                    share *= max(0.0, 1.0 + (v + 0.02) * tall / (wide * 0.5))
                if share <= 0.01:
                    continue
                heart = min(1.0, max(0.0, (1.05 - far) * 1.6)) * min(1.0, max(0.0, (0.92 - up) * 2.5))
                for c in range(3):
                    tone = halo[c] + (core[c] - halo[c]) * heart
                    value = np.float32(picture[j, i, c])
                    picture[j, i, c] = np.uint8(value + (max(tone, value) - value) * share + np.float32(0.5))


def add_glows(light: np.ndarray, glows: np.ndarray, colour: np.ndarray) -> None:
    """Round glows added to `light` float32 (h, w, 3) in place. `glows` (n, 4): x, y, radius in pixels, level; `colour`
    (3,) is what level 1 adds at the middle. Each falls off as a lamp in mist does: a bright heart, a long skirt."""
    if len(glows):
        _glows(light, np.ascontiguousarray(glows, np.float32), colour.astype(np.float32))


@njit(**_FAST)
def _glows(light, glows, colour):
    height, width = light.shape[:2]
    for n in range(glows.shape[0]):
        px, py, radius, level = glows[n, 0], glows[n, 1], max(np.float32(0.5), glows[n, 2]), glows[n, 3]
        if level < 0.01:
            continue
        reach = radius * 2.6
        for j in range(max(0, int(py - reach)), min(height, int(py + reach) + 1)):
            for i in range(max(0, int(px - reach)), min(width, int(px + reach) + 1)):
                dx, dy = (i + np.float32(0.5) - px) / radius, (j + np.float32(0.5) - py) / radius
                far = dx * dx + dy * dy
                rest = max(np.float32(0.0), np.float32(1.0) - far * np.float32(0.148))
                value = (
                    level
                    * rest
                    * rest
                    * (np.float32(0.30) + np.float32(0.70) / (np.float32(1.0) + far * np.float32(5.0)))
                )
                for c in range(3):
                    light[j, i, c] += colour[c] * value

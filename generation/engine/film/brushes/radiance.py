"""Soft light for a world that can afford little: rays, a lens's flare, round glows, beams, at an eighth of the picture.

Every function takes and gives a layer at an eighth of the picture; `light.bloom` enlarges their sum with its own.
Places are in picture units from the centre; tints are BGR 0..1.
"""

from __future__ import annotations

import cv2
import numpy as np

from generation.engine.film.brushes.light import god_rays


def eighth(small: np.ndarray) -> np.ndarray:
    """The picture at an eighth (h, w, 3) from the one at a quarter."""
    height, width = small.shape[:2]
    return cv2.resize(small, (max(2, width // 2), max(2, height // 2)), interpolation=cv2.INTER_AREA)


def radiance(tiny: np.ndarray, source: tuple[float, float], tint: np.ndarray, *, rays: float, flare: float = 0.0,
             threshold: float = 0.55, length: float = 1.2, streak: float = 0.32) -> np.ndarray:  # fmt: skip
    """Light of one source over `tiny` (h, w, 3): rays `rays` strong, and a flare of core, halo and anamorphic
    streak."""
    rows, cols = tiny.shape[:2]
    x, y = source[0] * rows + cols * 0.5, (source[1] + 0.5) * rows
    out = god_rays(tiny, (x, y), threshold=threshold, length=length) * rays if rays > 0.01 else np.zeros_like(tiny)
    if flare > 0.01:
        dx = (np.arange(cols, dtype=np.float32)[None, :] - x) / rows
        dy = (np.arange(rows, dtype=np.float32)[:, None] - y) / rows
        far2 = dx * dx + dy * dy
        glow = 1.5 * np.exp(-far2 * 900.0) + 0.40 * np.exp(-np.sqrt(far2) * 9.0)
        glow += streak * np.exp(-np.abs(dy) * 70.0) * np.exp(-np.abs(dx) * 2.6)
        out += (glow * flare)[..., None]
    return out * tint.astype(np.float32)


def glows(shape: tuple[int, int], spots: list[tuple[float, float, float, float]], tint: np.ndarray) -> np.ndarray:
    """Round glows (h, w, 3) float32: spots of (x, y, reach, strength), as lamps and flames give."""
    rows, cols = shape
    level = np.zeros((rows, cols), np.float32)
    for x, y, reach, strength in spots:
        # a glow narrower than a pixel of this layer is spread over one, and so much weaker
        px, py, radius = x * rows + cols * 0.5, (y + 0.5) * rows, max(1.0, reach * rows)
        strength *= min(1.0, reach * rows) ** 2
        x0, x1 = max(0, int(px - 3 * radius)), min(cols, int(px + 3 * radius) + 1)
        y0, y1 = max(0, int(py - 3 * radius)), min(rows, int(py + 3 * radius) + 1)
        if x1 <= x0 or y1 <= y0 or strength <= 0.0:
            continue
        dx = (np.arange(x0, x1, dtype=np.float32)[None, :] - px) / radius
        dy = (np.arange(y0, y1, dtype=np.float32)[:, None] - py) / radius
        far2 = dx * dx + dy * dy
        wide = np.maximum(0.0, 1.0 - np.sqrt(far2) / 3.0)
        level[y0:y1, x0:x1] += strength * (np.exp(-far2 * 1.6) + 0.5 * wide * wide * wide)
    return level[..., None] * tint.astype(np.float32)


def shafts(shape: tuple[int, int], source: tuple[float, float], tint: np.ndarray, *, time_s: float, gain: float,
           count: float = 11.0, phase: float = 0.0) -> np.ndarray:  # fmt: skip
    """Beams (h, w, 3) that fan out of a light above, through gaps that slowly shift; they fade with distance and do
    not rise above the source."""
    rows, cols = shape
    dx = (np.arange(cols, dtype=np.float32)[None, :] + 0.5 - cols * 0.5) / rows - source[0]
    dy = (np.arange(rows, dtype=np.float32)[:, None] + 0.5) / rows - 0.5 - source[1] + 0.12
    angle = np.arctan2(dx, np.maximum(dy, 1e-3))
    beams = 0.5 + 0.5 * np.sin(angle * count + (phase + 0.10 * time_s))
    beams *= 0.55 + 0.45 * np.sin(angle * (count * 2.7) + (phase * 3.0 - 0.16 * time_s))
    level = np.maximum(0.0, beams) ** 1.5 * np.exp(-np.hypot(dx, dy) * 1.9) * np.clip(dy * 9.0, 0.0, 1.0) * gain
    return level.astype(np.float32)[..., None] * tint.astype(np.float32)


def comfort(picture: np.ndarray, light: np.ndarray, gain: float, most: float = 0.60) -> tuple[np.ndarray, float]:
    """(light, gain) of a frame, both turned down together where they would make the whole picture glare, as an eye
    narrows: `most` is the mean brightness (0..1) from which it does."""
    base, glow = (
        float(np.dot(cv2.mean(np.ascontiguousarray(part))[:3], (0.0722, 0.7152, 0.2126)))
        for part in (picture[::16, ::16], light[::4, ::4])
    )
    base *= gain / 255.0
    level = base + glow * max(0.3, 1.0 - 0.5 * base)
    share = 1.0 if level <= most else (most + 0.25 * (level - most)) / level
    return light * np.float32(share), gain * share

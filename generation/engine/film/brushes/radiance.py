"""Soft light for a world that can afford little: rays, a lens's flare and round glows, at an eighth of the picture."""

from __future__ import annotations

import cv2
import numpy as np

from generation.engine.film.brushes.light import god_rays


def radiance(small: np.ndarray, source: tuple[float, float], tint: np.ndarray, *, rays: float, flare: float = 0.0,
             threshold: float = 0.55, length: float = 1.2, streak: float = 0.32) -> np.ndarray:  # fmt: skip
    """Light of one source over `small` (h, w, 3), the picture at a quarter: rays `rays` strong, and a flare of core,
    halo and anamorphic streak. `source` in picture units from the centre; `tint` BGR 0..1."""
    height, width = small.shape[:2]
    half = cv2.resize(small, (max(2, width // 2), max(2, height // 2)), interpolation=cv2.INTER_AREA)
    rows, cols = half.shape[:2]
    x, y = source[0] * rows + cols * 0.5, (source[1] + 0.5) * rows
    out = god_rays(half, (x, y), threshold=threshold, length=length) * rays if rays > 0.01 else np.zeros_like(half)
    if flare > 0.01:
        dx = (np.arange(cols, dtype=np.float32)[None, :] - x) / rows
        dy = (np.arange(rows, dtype=np.float32)[:, None] - y) / rows
        far2 = dx * dx + dy * dy
        glow = 1.5 * np.exp(-far2 * 900.0) + 0.40 * np.exp(-np.sqrt(far2) * 9.0)
        glow += streak * np.exp(-np.abs(dy) * 70.0) * np.exp(-np.abs(dx) * 2.6)
        out += (glow * flare)[..., None]
    return cv2.resize(out * tint.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)


def glows(shape: tuple[int, int], spots: list[tuple[float, float, float, float]], tint: np.ndarray) -> np.ndarray:
    """Round glows for a light layer of `shape` (h, w): spots of (x, y, reach, strength) in picture units from the
    centre, as lamps and flames give; (h, w, 3) float32. `tint` BGR 0..1."""
    height, width = shape
    rows, cols = max(2, height // 2), max(2, width // 2)
    level = np.zeros((rows, cols), np.float32)
    for x, y, reach, strength in spots:
        px, py, radius = x * rows + cols * 0.5, (y + 0.5) * rows, max(1.0, reach * rows)
        x0, x1 = max(0, int(px - 3 * radius)), min(cols, int(px + 3 * radius) + 1)
        y0, y1 = max(0, int(py - 3 * radius)), min(rows, int(py + 3 * radius) + 1)
        if x1 <= x0 or y1 <= y0 or strength <= 0.0:
            continue
        dx = (np.arange(x0, x1, dtype=np.float32)[None, :] - px) / radius
        dy = (np.arange(y0, y1, dtype=np.float32)[:, None] - py) / radius
        far2 = dx * dx + dy * dy
        level[y0:y1, x0:x1] += strength * np.maximum(0.0, np.exp(-far2 * 1.6) - 5e-7) + strength * 0.5 * np.maximum(
            0.0, 1.0 - np.sqrt(far2) / 3.0) ** 3  # fmt: skip
    large = cv2.resize(level, (width, height), interpolation=cv2.INTER_LINEAR)
    return large[..., None] * tint.astype(np.float32)

"""A room by night: the window far out of focus, the table with a letter in the candle's light."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import mix, smoothstep
from generation.engine.film.brushes.ink import on
from generation.engine.film.brushes.noise import fbm_plane, line_noise


def paint_window(width: int, height: int, scale: float, colours: dict[str, np.ndarray], *, window: float, key: float,
                 light_x: float, bars: tuple[float, ...], fog: bool, seed: int) -> np.ndarray:  # fmt: skip
    """Linear RGB (h, w, 3), the picture's centre in its middle: sky and roofs behind the pane, the window's bars, the
    wall, all blurred by the lens. `bars` are x of the upright bars; the candle warms the wall about `light_x`."""
    x = ((np.arange(width, dtype=np.float32) + 0.5 - width * 0.5) / scale)[None, :]
    y = ((np.arange(height, dtype=np.float32) + 0.5 - height * 0.5) / scale)[:, None]
    rise = np.clip((0.26 - y) / 0.80, 0.0, 1.0)[..., None]
    sky = mix(mix(colours["horizon"], colours["middle"], smoothstep(0.0, 0.45, rise)), colours["zenith"],
              smoothstep(0.45, 1.0, rise))  # fmt: skip
    clouds = fbm_plane(width // 4 + 1, height // 4 + 1, 2.2, 4.5, 5, 0.8, seed)
    clouds = cv2.resize(clouds, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
    sky = sky * (0.75 + 1.2 * np.clip(clouds + 0.12, -0.3, 0.7)) * (0.55 + 0.75 * window)
    roofs = np.zeros((height, width), np.float32)
    for layer, (low, tall, cells) in enumerate(((0.12, 0.20, 9.0), (0.20, 0.14, 15.0))):
        line = line_noise(width, cells * width / scale / 2.4, 2, seed + layer * 5 + 1)
        steps = np.repeat(line[:: max(1, int(scale * 0.05))], max(1, int(scale * 0.05)))[:width]
        top = low - tall * steps
        roofs = np.maximum(
            roofs, np.clip((y - top[None, :].astype(np.float32)) * 40.0, 0.0, 1.0) * (0.55 + 0.3 * layer)
        )
    roofs = cv2.GaussianBlur(roofs, (0, 0), max(0.8, scale * 0.020))[..., None]
    out = mix(sky, colours["middle"] * 0.25 + colours["horizon"] * 0.10, roofs * (0.5 if fog else 0.85))
    frame = np.zeros((height, width), np.float32)
    for bar in bars:
        frame = np.maximum(frame, (np.abs(x - bar) < 0.028).astype(np.float32) * np.ones_like(y))
    frame = np.maximum(frame, (np.abs(y + 0.13) < 0.018).astype(np.float32) * np.ones_like(x))
    frame = np.maximum(frame, (y > 0.30).astype(np.float32) * np.ones_like(x))
    frame = cv2.GaussianBlur(frame, (0, 0), max(0.8, scale * 0.012))[..., None]
    warm = np.exp(-(((x - light_x) / 0.55) ** 2) - ((y - 0.28) / 0.42) ** 2)[..., None]
    wood = colours["wood"] * (0.10 + 0.10 * window) + colours["flame"] * colours["wood"] * warm * key * 0.65
    out = mix(out, wood + colours["ink"] * 0.3, frame * 0.92)
    out = out + colours["flame"] * (warm * key * 0.035)
    return out.astype(np.float32)


def paint_table(width: int, height: int, scale: float, colours: dict[str, np.ndarray], *, key: float, window: float,
                rim: np.ndarray, light_x: float, letter_x: float, rng: np.random.Generator,
                seed: int) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(linear RGB (h, w, 3), cover (h, w)) of the table from its far edge (0.02 units below the upper row) to the lens:
    boards in perspective, a gloss under the candle, a written letter."""
    x = ((np.arange(width, dtype=np.float32) + 0.5 - width * 0.5) / scale)[None, :]
    y = ((np.arange(height, dtype=np.float32) + 0.5) / scale)[:, None] - 0.02
    z = 0.20 / np.maximum(y + 0.10, 0.02)
    wide = x * z * 2.2
    grain = cv2.resize(fbm_plane(width // 2 + 1, height // 2 + 1, 2.5, 26.0, 6, 0.9, seed), (width, height),
                       interpolation=cv2.INTER_CUBIC)  # fmt: skip
    board = np.abs((wide * 0.9) % 1.0 - 0.5)
    seam = np.clip((0.5 - board) * 60.0 / np.maximum(z, 0.3), 0.0, 1.0)
    tone = (0.75 + 1.1 * grain) * (0.45 + 0.55 * seam)
    far = np.hypot((x - light_x) * 0.8, (y - 0.06) * 1.5)
    warm = np.exp(-far * 3.0) * 1.2 + 0.10
    gloss = np.exp(-(((x - light_x) / (0.045 + 0.10 * y)) ** 2)) * np.exp(-np.maximum(y, 0.0) * 6.0)
    linear = colours["wood"] * (tone * warm * key)[..., None] * colours["flame"] * 1.35
    linear = linear + colours["wood"] * rim * (tone * window * 0.10)[..., None]
    linear = linear + colours["flame"] * (gloss * key * 0.30 * (0.7 + 0.6 * grain))[..., None]
    linear = linear + rim * (np.exp(-np.abs(y) * 60.0) * window * 0.22)[..., None]
    page, ink = _letter(width, height, scale, letter_x, rng)
    paper = colours["paper"] * (warm * key * 1.25)[..., None] * mix(colours["flame"], np.float32([1, 1, 1]), 0.35)
    paper = paper + colours["paper"] * rim * (0.08 * window)
    linear = mix(linear, mix(paper, colours["ink"] * 0.5, ink[..., None]), page[..., None])
    cover = np.clip((y + 0.004) * scale * 0.5, 0.0, 1.0) * np.ones_like(x)
    return linear.astype(np.float32), cover.astype(np.float32)


def _letter(
    width: int, height: int, scale: float, at_x: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(page, ink), coverage 0..1 each: a sheet that lies askew, its lines of handwriting shortened by perspective."""
    page, ink = np.zeros((height, width, 4), np.uint8), np.zeros((height, width, 4), np.uint8)
    turn = float(rng.uniform(-0.25, 0.25))

    def place(u: float, v: float) -> tuple[float, float]:
        a, b = u * 0.30 + v * turn * 0.3, v
        y = 0.025 + 0.105 * b + 0.03 * turn * u
        return at_x + a * (0.72 + 2.4 * y), y

    corners = [place(u, v) for u, v in ((-0.5, 0.0), (0.5, 0.0), (0.5, 1.0), (-0.5, 1.0))]
    with on(page, width * 0.5, 0.02 * scale, scale) as canvas:
        path = skia.Path()
        path.addPoly([skia.Point(*corner) for corner in corners], True)
        canvas.drawPath(path, skia.Paint(AntiAlias=True))
    with on(ink, width * 0.5, 0.02 * scale, scale) as canvas:
        pen = skia.Paint(AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=0.0016)
        for row in range(9):
            v, end = 0.12 + row * 0.095, 0.42 if row < 8 else 0.05
            path, u = skia.Path(), -0.42
            path.moveTo(*place(u, v))
            while u < end:
                step = 0.009 + 0.006 * float(rng.random())
                lift = 0.030 * math.sin(u * 140.0) * float(rng.random())
                u += step
                (path.moveTo if rng.random() < 0.10 else path.lineTo)(*place(u, v + lift))
            canvas.drawPath(path, pen)
    return page[..., 3].astype(np.float32) / 255.0, ink[..., 3].astype(np.float32) / 255.0

"""Stars with depth that twinkle, grains that orbit, meteors: points of light added to a picture, closed in time."""

from __future__ import annotations

import math

import numpy as np
import skia
from numba import njit

from codecraft.common.seeds import generator
from generation.engine.film.brushes.colour import display_bgr, rgb
from generation.engine.film.brushes.ink import fill, on

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
_RING_S = 0.75
"""The decay of a crash's envelope, see `cues.DECAY_S`."""
_TONES = ("#9db8ff", "#cfdcff", "#ffffff", "#fff0d8", "#ffd2a0", "#ff9a70")


def make_stars(rng: np.random.Generator, count: int) -> np.ndarray:
    """(count, 10) float32: x, y 0..1, depth, magnitude 0..1 (few are bright), phase, rate, display BGR 0..255, lane."""
    stars = rng.random((count, 10), dtype=np.float32)
    stars[:, 2] = 0.02 + 0.30 * stars[:, 2] ** 3
    stars[:, 3] = stars[:, 3] ** 7
    tones = np.stack([display_bgr(rgb(code)) for code in _TONES])
    chosen = rng.choice(len(_TONES), size=count, p=(0.15, 0.25, 0.28, 0.17, 0.10, 0.05))
    stars[:, 6:9] = tones[chosen]
    return stars


_MOST_WIDE = 64
"""Pixels: twice as wide as the largest star at 3840x2160."""


@njit(**_FAST)
def _splat(picture, px, py, radius, blue, green, red, shine):
    height, width = picture.shape[:2]
    reach = radius * 2.6 + 1.0
    x0, x1 = max(0, int(px - reach)), min(width, int(px + reach) + 2)
    # a round blot is the product of its rows and columns
    across = np.empty(_MOST_WIDE, np.float32)
    x1 = min(x1, x0 + _MOST_WIDE)
    for i in range(x0, x1):
        dx = (i + 0.5 - px) / radius
        across[i - x0] = math.exp(-dx * dx)
    least = np.float32(0.004)
    for j in range(max(0, int(py - reach)), min(height, int(py + reach) + 2)):
        dy = (j + 0.5 - py) / radius
        down, row = np.float32(math.exp(-dy * dy) * shine), picture[j]
        if down < least:
            continue
        for i in range(x0, x1):
            light = across[i - x0] * down
            if light < least:
                continue
            row[i, 0] = min(255, int(row[i, 0] + np.float32(blue) * light))
            row[i, 1] = min(255, int(row[i, 1] + np.float32(green) * light))
            row[i, 2] = min(255, int(row[i, 2] + np.float32(red) * light))
    return 0


@njit(**_FAST)
def draw_stars(picture, stars, t, drift, cam_x, cam_y, zoom, horizon, bands, gain, spikes):
    """Add stars above row `horizon` (picture units). `drift`: heights a second at depth 1; `bands` (n,) 0..1: what each
    star's lane sounds like; the brightest bear a cross of light `spikes` heights long."""
    height, width = picture.shape[:2]
    aspect = width / height
    span_x, span_y = aspect + 0.5, 1.4
    for n in range(stars.shape[0]):
        depth, magnitude = stars[n, 2], stars[n, 3]
        near = 1.0 + (zoom - 1.0) * (0.16 + 0.84 * depth)
        x = (stars[n, 0] * span_x + t * drift * depth - cam_x * depth) % span_x - span_x * 0.5
        y = (stars[n, 1] * span_y - cam_y * depth) % span_y - span_y * 0.5
        x, y = x * near, y * near
        if y > horizon:
            continue
        wave = 0.5 + 0.5 * math.sin(t * (1.2 + 4.0 * stars[n, 5]) + stars[n, 4] * 6.2832)
        loud = bands[int(stars[n, 9] * (bands.shape[0] - 0.01))]
        shine = gain * (0.16 + 0.84 * magnitude) * (0.60 + 0.40 * wave) * (1.0 + 1.3 * loud)
        # what is smaller than a pixel is dimmer instead
        fine = (0.00060 + 0.0026 * magnitude) * height
        radius = max(0.62, fine)
        shine *= 1.15 * (fine / radius) ** 1.5
        px, py = (x / aspect + 0.5) * width, (y + 0.5) * height
        if px < -20.0 or px > width + 20.0:
            continue
        blue, green, red = stars[n, 6], stars[n, 7], stars[n, 8]
        _splat(picture, px, py, radius, blue, green, red, min(1.6, shine))
        if magnitude > 0.35 and spikes > 0.0:
            long = spikes * height * magnitude * (0.7 + 0.5 * wave + 0.8 * loud)
            steps = int(long)
            for k in range(-steps, steps + 1):
                share = 1.0 - abs(k) / max(1.0, long)
                light = 0.50 * shine * share * share * share
                if light < 0.01:
                    continue
                _splat(picture, px + k, py, 0.55 + radius * 0.10, blue, green, red, light)
                _splat(picture, px, py + k, 0.55 + radius * 0.10, blue, green, red, light * 0.8)
    return 0


@njit(**_FAST)
def draw_orbits(picture, grains, t, cx, cy, radius, roll, open_, front, inner, outer, colour, bands, size, gain):
    """Grains on circular orbits (Kepler: the inner ones are faster). `grains` (n, 4) uniform: radius, phase, glint,
    lift. The rest is as in `cosmic.draw_ring`; `size` in pixels."""
    cos, sin = math.cos(roll), math.sin(roll)
    height, width = picture.shape[:2]
    for n in range(grains.shape[0]):
        far = inner + (outer - inner) * grains[n, 0]
        angle = grains[n, 1] * 6.2832 + t * 0.20 / far**1.5
        a, b = far * math.cos(angle), far * math.sin(angle)
        if b * front < 0.0 or (front < 0.0 and a * a + b * b * open_ * open_ < 1.0):
            continue
        y0 = b * open_ + (grains[n, 3] - 0.5) * 0.03
        px, py = cx + (cos * a - sin * y0) * radius, cy + (sin * a + cos * y0) * radius
        if px < -4.0 or py < -4.0 or px > width + 4.0 or py > height + 4.0:
            continue
        loud = bands[int(grains[n, 0] * (bands.shape[0] - 0.01))]
        wave = 0.5 + 0.5 * math.sin(t * (2.0 + 5.0 * grains[n, 2]) + grains[n, 1] * 40.0)
        shine = gain * (0.12 + 0.45 * wave * wave + 1.1 * loud)
        near = 1.0 + 0.35 * math.sin(angle)
        fine = size * near * (0.6 + 0.8 * grains[n, 2])
        shine *= min(1.0, (fine / 0.6) ** 2)
        _splat(picture, px, py, max(0.6, fine), colour[0], colour[1], colour[2], min(1.5, shine))
    return 0


def draw_meteor(canvas: skia.Canvas, head: tuple[float, float], way: tuple[float, float], long: float, thick: float,
                colour: np.ndarray, alpha: float) -> None:  # fmt: skip
    """A meteor in the canvas's units (y down): a bright head at `head` that flies along `way` and leaves a tail."""
    length = math.hypot(*way) or 1.0
    dx, dy = way[0] / length, way[1] / length
    tail = (head[0] - dx * long, head[1] - dy * long)
    for wide, strength in ((3.2, 0.22), (1.4, 0.55), (0.6, 1.0)):
        path = skia.Path()
        half = thick * wide * 0.5
        path.moveTo(*tail)
        path.lineTo(head[0] - dy * half, head[1] + dx * half)
        path.quadTo(head[0] + dx * half * 2.4, head[1] + dy * half * 2.4, head[0] + dy * half, head[1] - dx * half)
        path.close()
        bright = fill(colour).getColor4f()
        near = skia.Color4f(bright.fR, bright.fG, bright.fB, min(1.0, alpha * strength)).toColor()
        far = skia.Color4f(bright.fR, bright.fG, bright.fB, 0.0).toColor()
        shader = skia.GradientShader.MakeLinear(points=[skia.Point(*tail), skia.Point(*head)], colors=[far, near])
        canvas.drawPath(path, skia.Paint(AntiAlias=True, Dither=True, Shader=shader, BlendMode=skia.BlendMode.kPlus))


def draw_meteors(picture: np.ndarray, time_s: float, *, every_s: float, crash: float, count: int, side: float,
                 seed: int, glare: np.ndarray) -> None:  # fmt: skip
    """One each `every_s` seconds, and a fan of `count` while a crash rings (its envelope 0..1). Each flight is a closed
    form of its own stroke, so that every frame of it agrees. They fly toward -`side`; `glare` is linear RGB."""
    height, width = picture.shape[:2]
    flights: list[tuple[float, np.random.Generator, float]] = []
    for back in range(1 + int(1.1 / every_s)):
        number = int(time_s / every_s) - back
        age = (time_s - number * every_s) / 1.1
        if 0.0 <= age < 1.0:
            flights.append((age, generator(seed, "meteor", number), 0.75))
    if crash > 0.05:
        age_s = -_RING_S * math.log(crash)
        stroke = int((time_s - age_s + 60.0137) * 4.0)
        flights += [(age_s / 1.6, generator(seed, "crash", stroke, n), 1.3) for n in range(count)]
    if not flights:
        return
    with on(picture, width * 0.5, height * 0.5, height) as canvas:
        for age, rng, bright in flights:
            x, y = float(rng.uniform(-0.6, 0.6)) * width / height, float(rng.uniform(-0.62, -0.05))
            way = (-side * float(rng.uniform(0.5, 1.0)), float(rng.uniform(0.25, 0.5)))
            fade = math.sin(math.pi * min(1.0, max(0.0, age))) ** 0.6
            draw_meteor(canvas, (x + way[0] * age * 0.85, y + way[1] * age * 0.85), way,
                        0.10 + 0.16 * float(rng.random()), 0.0036 * bright, glare, fade * min(1.0, bright))  # fmt: skip

"""Particles as closed forms of time: embers, dust, snow, rain, fireflies. No state, so any frame can be drawn first."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit


@dataclass(frozen=True)
class Swarm:
    """Particles in the screen's plane. Speeds in picture heights a second; sizes in picture heights."""

    seeds: np.ndarray
    """(n, 6) float32 uniform numbers 0..1, see `make_swarm`."""
    wind: tuple[float, float]
    sway: float
    size: float
    colour: np.ndarray
    """Display BGR float32 (3,) 0..255."""
    streak_s: float = 0.0
    """Exposure: how long a streak each particle leaves."""
    twinkle: float = 0.0
    soft: float = 1.0
    """1 a sharp dot, larger a blurred disc (bokeh)."""


def make_swarm(rng: np.random.Generator, count: int) -> np.ndarray:
    """(count, 6): x, y, nearness, phase, rate, brightness."""
    return rng.random((count, 6), dtype=np.float32)


def draw_swarm(picture: np.ndarray, swarm: Swarm, time_s: float, *, camera_xy: tuple[float, float] = (0.0, 0.0),
               zoom: float = 1.0, gain: float = 1.0) -> None:  # fmt: skip
    """Add the particles to `picture` (h, w, 4) in place."""
    _draw(
        picture, swarm.seeds, time_s, swarm.wind[0], swarm.wind[1], swarm.sway, swarm.size,
        swarm.colour.astype(np.float64),
        swarm.streak_s, swarm.twinkle, swarm.soft, camera_xy[0], camera_xy[1], zoom, gain,
    )  # fmt: skip


@njit(fastmath=True, cache=True, nogil=True, error_model="numpy")
def _draw(picture, seeds, t, wind_x, wind_y, sway, size, colour, streak, twinkle, soft, cam_x, cam_y, zoom, gain):
    height, width = picture.shape[:2]
    aspect = width / height
    # sizes are meant for wide pictures; a tall one is high, not near
    size = size * min(1.0, 0.42 + 0.5 * aspect * 0.66)
    streak = streak * min(1.0, 0.42 + 0.5 * aspect * 0.66)
    span_x, span_y = aspect + 0.3, 1.3
    for n in range(seeds.shape[0]):
        near = 0.35 + 1.15 * seeds[n, 2] * seeds[n, 2]
        phase, rate = seeds[n, 3] * 6.2832, 0.5 + seeds[n, 4]
        vx = wind_x * near * (0.6 + 0.8 * seeds[n, 4]) + sway * rate * 1.7 * math.cos(t * rate * 1.7 + phase)
        vy = wind_y * near * (0.6 + 0.8 * seeds[n, 5]) + sway * rate * 1.1 * math.sin(t * rate * 1.1 + phase * 2.0)
        x = seeds[n, 0] * span_x + wind_x * near * (0.6 + 0.8 * seeds[n, 4]) * t
        y = seeds[n, 1] * span_y + wind_y * near * (0.6 + 0.8 * seeds[n, 5]) * t
        x += sway * math.sin(t * rate * 1.7 + phase) - cam_x * near
        y += -sway * math.cos(t * rate * 1.1 + phase * 2.0) - cam_y * near
        x, y = (x % span_x) - span_x * 0.5, (y % span_y) - span_y * 0.5
        px, py = (x * zoom / aspect + 0.5) * width, (y * zoom + 0.5) * height
        shine = gain * (0.35 + 0.65 * seeds[n, 5])
        if twinkle > 0.0:
            wave = 0.5 + 0.5 * math.sin(t * (1.5 + 4.0 * seeds[n, 4]) + phase * 3.0)
            shine *= 1.0 - twinkle + twinkle * wave * wave
        if shine < 0.01:
            continue
        radius = max(0.55, size * height * near * zoom)
        tail_x, tail_y = vx * streak * height * zoom, vy * streak * height * zoom
        length = math.sqrt(tail_x * tail_x + tail_y * tail_y)
        reach = radius * (1.0 + soft)
        x0, x1 = int(px - abs(tail_x) - reach - 1), int(px + abs(tail_x) + reach + 2)
        y0, y1 = int(py - abs(tail_y) - reach - 1), int(py + abs(tail_y) + reach + 2)
        x0, y0, x1, y1 = max(0, x0), max(0, y0), min(width, x1), min(height, y1)
        # long streaks share one particle's light
        shine /= 1.0 + length / (radius * 6.0)
        for j in range(y0, y1):
            for i in range(x0, x1):
                dx, dy = i + 0.5 - px, j + 0.5 - py
                if length > 0.01:
                    along = min(1.0, max(-1.0, (dx * tail_x + dy * tail_y) / (length * length)))
                    dx -= along * tail_x
                    dy -= along * tail_y
                far = math.sqrt(dx * dx + dy * dy) / radius
                if soft > 1.5:
                    # a defocused disc: flat, a little brighter at its rim
                    edge = min(1.0, max(0.0, (1.0 + 0.12 * soft - far) * 5.0))
                    light = edge * (0.75 + 0.25 * far * far)
                else:
                    light = math.exp(-far * far * 1.1)
                light *= shine
                if light < 0.004:
                    continue
                for c in range(3):
                    picture[j, i, c] = min(255, int(picture[j, i, c] + colour[c] * light))

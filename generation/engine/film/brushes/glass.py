"""A window pane: lights out of focus behind it, drops that stand and drops that run, each a lens on what lies behind.

Everything is a closed form of time, in picture heights.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numba import njit

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


def make_lights(rng: np.random.Generator, count: int, aspect: float, colours: np.ndarray, low_y: float) -> np.ndarray:
    """(count, 9) float32 lights of a street far out of focus: x, y, radius, display BGR 0..255, phase, rate, lane 0..1.
    They gather in two bands above `low_y`; `colours` (n, 3) display BGR to choose from."""
    lights = np.empty((count, 9), np.float32)
    lights[:, 0] = (rng.random(count) - 0.5) * (aspect + 0.5)
    band = rng.random(count) < 0.62
    lights[:, 1] = np.where(band, low_y - 0.06 - np.abs(rng.normal(0, 0.10, count)), rng.uniform(-0.5, low_y, count))
    lights[:, 2] = (0.014 + 0.050 * rng.random(count) ** 1.6) * np.where(band, 1.0, 0.75)
    lights[:, 3:6] = colours[rng.integers(len(colours), size=count)]
    lights[:, 6:] = rng.random((count, 3))
    return lights


def draw_lights(picture: np.ndarray, lights: np.ndarray, time_s: float, *, camera_xy: tuple[float, float], zoom: float,
                bands: np.ndarray, gain: float, swell: float) -> None:  # fmt: skip
    """Add discs of light, a little brighter at their rims; each listens to its lane of `bands` (n,) 0..1."""
    height, width = picture.shape[:2]
    aspect, count = width / height, len(bands)
    x, y, radius, phase, rate, lane = (lights[:, column] for column in (0, 1, 2, 6, 7, 8))
    loud = bands[(lane * (count - 0.01)).astype(np.int64)]
    slow = 0.5 + 0.5 * np.sin(time_s * (0.25 + 0.6 * rate) + phase * 6.2832)
    size = radius * zoom * (1.0 + 0.35 * swell + 0.30 * loud)
    shine = gain * (0.20 + 0.22 * slow + 0.65 * loud)
    discs = np.stack([((x - camera_xy[0]) * zoom / aspect + 0.5) * width, ((y - camera_xy[1]) * zoom + 0.5) * height,
                      size * height, np.minimum(0.9, shine), np.minimum(0.9, shine * 0.55)], axis=1)  # fmt: skip
    _discs(picture, discs.astype(np.float32), np.ascontiguousarray(lights[:, 3:6], np.float32))


@njit(inline="always", **_FAST)
def _add(pixel, b, g, r, share):
    pixel[0] = min(255, int(pixel[0] + b * share + np.float32(0.5)))
    pixel[1] = min(255, int(pixel[1] + g * share + np.float32(0.5)))
    pixel[2] = min(255, int(pixel[2] + r * share + np.float32(0.5)))


@njit(**_FAST)
def _discs(picture, discs, colours):
    """Discs (n, 5): centre and radius in pixels, the light of their faces and, added to it, of their rims."""
    height, width = picture.shape[:2]
    half = np.float32(0.5)
    for n in range(len(discs)):
        px, py, radius, face, edge = discs[n]
        b, g, r = colours[n]
        middle, band = radius * np.float32(0.95), radius * np.float32(0.05)
        reach = radius + np.float32(1.0)
        # within this all is face: the same for every pixel
        inner = max(np.float32(0.0), middle - band - np.float32(1.0))
        bb, gg, rr = int(b * face + half), int(g * face + half), int(r * face + half)
        for j in range(max(0, int(py - reach)), min(height, int(py + reach) + 2)):
            dy, row = j + half - py, picture[j]
            wide = reach * reach - dy * dy
            if wide <= 0.0:
                continue
            wide, flat = math.sqrt(wide), math.sqrt(max(np.float32(0.0), inner * inner - dy * dy))
            first, last = max(0, int(px - wide)), min(width, int(px + wide) + 1)
            left, right = max(first, int(px - flat) + 1), min(last, int(px + flat))
            if right <= left:
                left = right = last
            for i in range(left, right):
                row[i, 0] = min(255, row[i, 0] + bb)
                row[i, 1] = min(255, row[i, 1] + gg)
                row[i, 2] = min(255, row[i, 2] + rr)
            for start, end in ((first, left), (right, last)):
                for i in range(start, end):
                    dx = i + half - px
                    far = math.sqrt(dx * dx + dy * dy)
                    share = face * min(np.float32(1.0), max(np.float32(0.0), radius + half - far))
                    share += edge * min(np.float32(1.0), max(np.float32(0.0), band + half - abs(far - middle)))
                    if share > np.float32(0.0):
                        _add(row[i], b, g, r, share)


def make_drops(rng: np.random.Generator, beads: int, runners: int) -> tuple[np.ndarray, np.ndarray]:
    """Beads (n, 4) and runners (n, 5), uniform 0..1."""
    return rng.random((beads, 4), dtype=np.float32), rng.random((runners, 5), dtype=np.float32)


def draw_drops(picture: np.ndarray, drops: tuple[np.ndarray, np.ndarray], time_s: float, *,
               camera_xy: tuple[float, float], zoom: float, speed: float, gain: float) -> None:  # fmt: skip
    """Drops on the pane over `picture` in place; they show what is behind them upside down."""
    height, width = picture.shape[:2]
    if width % 8 or height % 8:
        behind = cv2.resize(picture, (max(2, width // 8), max(2, height // 8)), interpolation=cv2.INTER_AREA)
    else:
        behind = np.empty((height // 8, width // 8, 4), np.uint8)
        _eighth(picture.reshape(height, width * 4), behind)
    _drops(picture, behind, drops[0], drops[1], time_s, camera_xy[0], camera_xy[1], zoom, speed, gain)


@njit(**_FAST)
def _eighth(rows, out):
    """The means of eight by eight pixels of BGRA rows (h, 4 w): row after row, which becomes vector code."""
    total = np.empty(rows.shape[1], np.uint16)
    for j in range(out.shape[0]):
        total[:] = 32
        for step in range(8):
            row = rows[8 * j + step]
            for i in range(len(total)):
                total[i] += row[i]
        for i in range(out.shape[1]):
            for c in range(4):
                mean = np.int32(0)
                for step in range(8):
                    mean += total[32 * i + 4 * step + c]
                out[j, i, c] = (mean - 224) >> 6


@njit(**_FAST)
def _lens(picture, behind, px, py, radius, tall, gain):
    height, width = picture.shape[:2]
    rows, cols = behind.shape[:2]
    for j in range(max(0, int(py - radius * tall) - 1), min(height, int(py + radius * tall) + 2)):
        dy = (j + 0.5 - py) / (radius * tall)
        for i in range(max(0, int(px - radius) - 1), min(width, int(px + radius) + 2)):
            dx = (i + 0.5 - px) / radius
            # a drop is round below and drawn out above
            far = math.sqrt(dx * dx * (1.0 + 0.45 * max(0.0, -dy)) + dy * dy)
            cover = min(1.0, max(0.0, (1.0 - far) * radius * 0.9))
            if cover <= 0.0:
                continue
            bend = 9.0 + 16.0 * far * far
            sx = min(cols - 1, max(0, int((px - dx * radius * bend) * cols / width)))
            sy = min(rows - 1, max(0, int((py - dy * radius * bend * 1.1) * rows / height)))
            # bright from below, dark at the upper edge, a glint where the light stands
            shade = (0.85 + 1.25 * max(0.0, dy) * far) * (1.0 - 0.65 * max(0.0, -dy) * far) * gain
            glint = 190.0 * max(0.0, 1.0 - math.sqrt((dx + 0.32) ** 2 + (dy + 0.38) ** 2) * 4.5) * gain
            for c in range(3):
                shown = min(255.0, behind[sy, sx, c] * shade + glint)
                picture[j, i, c] = np.uint8(picture[j, i, c] * (1.0 - cover) + shown * cover)
    return 0


@njit(**_FAST)
def _drops(picture, behind, beads, runners, t, cam_x, cam_y, zoom, speed, gain):
    height, width = picture.shape[:2]
    aspect = width / height
    span_x, span_y = aspect + 0.5, 1.5
    for n in range(beads.shape[0]):
        x = (beads[n, 0] * span_x - span_x * 0.5 - cam_x) * zoom
        y = (beads[n, 1] * span_y - span_y * 0.5 - cam_y) * zoom
        # a bead grows until it breaks away, then a new one begins
        life = (t * (0.018 + 0.03 * beads[n, 3]) * speed + beads[n, 2] * 7.0) % 1.0
        size = (0.0022 + 0.0068 * beads[n, 2] ** 3) * (0.35 + 0.65 * min(1.0, life * 3.0)) * zoom * height
        if size < 0.8:
            continue
        _lens(picture, behind, (x / aspect + 0.5) * width, (y + 0.5) * height, size, 1.15, gain)
    for n in range(runners.shape[0]):
        pace = (0.045 + 0.10 * runners[n, 2]) * speed
        # in fits and starts: it waits, then slips
        clock = t * pace + runners[n, 1] * 3.0
        slip = clock + 0.055 * math.sin(clock * 37.0 + runners[n, 3] * 6.0)
        fall = slip % 1.0
        turn = math.floor(slip)
        x0 = (runners[n, 0] + turn * 0.381) % 1.0
        y = fall * span_y - span_y * 0.5
        size = (0.0050 + 0.0045 * runners[n, 4]) * zoom * height
        for k in range(18):
            # the head, then the beads that its trail leaves
            back = 0.0 if k == 0 else 0.016 + 0.021 * k + 0.006 * math.sin(k * 5.1 + runners[n, 3] * 9.0)
            yy = y - back
            wobble = 0.006 * math.sin(yy * 21.0 + runners[n, 3] * 9.0) + 0.003 * math.sin(yy * 57.0)
            sx = (x0 * span_x - span_x * 0.5 + wobble - cam_x) * zoom
            sy = (yy - cam_y) * zoom
            part = size if k == 0 else size * 0.42 * (1.0 - k / 19.0)
            if part < 0.7 or abs(sx) > aspect * 0.5 + 0.05 or abs(sy) > 0.55:
                continue
            _lens(picture, behind, (sx / aspect + 0.5) * width, (sy + 0.5) * height, part, 1.5 if k == 0 else 1.1, gain)
    return 0

"""Gradient noise and its sums, compiled. Noise values lie near -1..1, sums of octaves are kept in that range."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from generation.engine.film.brushes.noise_rows import warped_row

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}


@njit(inline="always", **_FAST)
def _hash(ix, iy, seed):
    """A 32-bit mix of two lattice coordinates (xxhash-style avalanche)."""
    h = (ix * 374761393 + iy * 668265263 + seed * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 3266489917) & 0xFFFFFFFF
    return (h ^ (h >> 16)) & 0xFFFFFFFF


@njit(inline="always", **_FAST)
def _corner(ix, iy, dx, dy, seed):
    """Dot product with one of 16 gradients of the lattice point."""
    h = _hash(ix, iy, seed) & 15
    gx = (h & 3) - 1.5
    gy = (h >> 2) - 1.5
    return gx * dx + gy * dy


@njit(**_FAST)
def noise2(x, y, seed):
    """Perlin's gradient noise with his quintic fade, about -1..1."""
    fx, fy = math.floor(x), math.floor(y)
    ix, iy = int(fx), int(fy)
    dx, dy = x - fx, y - fy
    u = dx * dx * dx * (dx * (dx * 6.0 - 15.0) + 10.0)
    v = dy * dy * dy * (dy * (dy * 6.0 - 15.0) + 10.0)
    a = _corner(ix, iy, dx, dy, seed)
    b = _corner(ix + 1, iy, dx - 1.0, dy, seed)
    c = _corner(ix, iy + 1, dx, dy - 1.0, seed)
    d = _corner(ix + 1, iy + 1, dx - 1.0, dy - 1.0, seed)
    top = a + (b - a) * u
    low = c + (d - c) * u
    return (top + (low - top) * v) * 0.85


@njit(**_FAST)
def fbm2(x, y, octaves, seed):
    """Octaves of noise at doubling frequency and halving weight; each octave is turned to hide the lattice."""
    total, weight, norm = 0.0, 1.0, 0.0
    for octave in range(octaves):
        total += weight * noise2(x, y, seed + octave)
        norm += weight
        weight *= 0.5
        x, y = 1.62 * x + 1.18 * y + 3.7, -1.18 * x + 1.62 * y + 1.9
    return total / norm


@njit(**_FAST)
def smooth(low, high, value):
    """GLSL's smoothstep."""
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3.0 - 2.0 * t)


@njit(**_FAST)
def fbm_plane(width, height, scale_x, scale_y, octaves, warp, seed):
    """A (height, width) float32 field of warped fbm; `scale_*` are lattice cells over the field's height."""
    out = np.empty((height, width), np.float32)
    across = (np.arange(width) / height * scale_x).astype(np.float32)
    for j in range(height):
        out[j] = warped_row(across, np.full(width, np.float32(j / height * scale_y)), octaves, warp, seed)
    return out


def line_noise(count: int, cells: float, octaves: int, seed: int) -> np.ndarray:
    """A (count,) float64 curve of fbm, `cells` lattice cells long."""
    return _line(count, cells, octaves, seed)


@njit(**_FAST)
def _line(count, cells, octaves, seed):
    out = np.empty(count)
    for i in range(count):
        out[i] = fbm2(i / count * cells, 0.37, octaves, seed)
    return out

"""What the console does to every sample: gains that move in lines, and sums in double precision."""

from __future__ import annotations

import numpy as np
from numba import njit

from mixer.engine.console.automation import GRID_SAMPLES

_NOTHING = np.float32(1e-30)
_FINITE = np.finfo(np.float32).max


def place(block: np.ndarray, matrix: np.ndarray, phase: int) -> np.ndarray:
    """(2, samples) float32 through matrices (4, cells) that stand at the grid's points; `phase` is the place of the
    block's first sample after the first point. One matrix (4, 1) stands still."""
    if matrix.shape[1] > 1:
        out = np.empty(block.shape, np.float32)
        _place_moving(block, matrix.astype(np.float32), phase, out)
        return out
    near, far, turned, other = matrix[:, 0].astype(np.float32)
    if (near, far, turned, other) == (1.0, 0.0, 0.0, 1.0):
        return block
    out = np.empty(block.shape, np.float32)
    _place(block, near, far, turned, other, out)
    return out


def add(total: np.ndarray, block: np.ndarray, gains: np.ndarray, phase: int) -> None:
    """Add (2, samples) float32 times gains (cells,) on the grid, or times one gain (1,), to `total` (float64)."""
    if len(gains) > 1:
        _add_moving(total, block, gains, phase)
    elif gains[0] != 0.0:
        _add(total, block, gains[0])


def unwoven(frames: np.ndarray, out: np.ndarray, loudest: float) -> None:
    """Frames (samples, 1 or 2) float32 as a file has them into (2, samples); NaN, infinity and what is below 1e-30 (so
    near the denormals, on which processors are slow, that a fader makes them of it) become silence, what is louder
    than `loudest` as loud as that."""
    _unwoven(frames, out, np.float32(loudest))


@njit(cache=True, nogil=True)
def _place(block, near, far, turned, other, out):  # pragma: no cover - compiled
    left, right = block[0], block[1]
    for at in range(len(left)):
        out[0, at] = near * left[at] + far * right[at]
        out[1, at] = turned * left[at] + other * right[at]


@njit(cache=True, nogil=True)
def _place_moving(block, matrix, phase, out):  # pragma: no cover - compiled
    samples = block.shape[1]
    index, cell = 0, 0
    while index < samples:
        first = phase + index - cell * GRID_SAMPLES
        end = min(samples, index + GRID_SAMPLES - first)
        left, right = block[0, index:end], block[1, index:end]
        out_left, out_right = out[0, index:end], out[1, index:end]
        a, b, c, d = matrix[0, cell], matrix[1, cell], matrix[2, cell], matrix[3, cell]
        da, db = matrix[0, cell + 1] - a, matrix[1, cell + 1] - b
        dc, dd = matrix[2, cell + 1] - c, matrix[3, cell + 1] - d
        for at in range(end - index):
            share = np.float32(first + at) * np.float32(1.0 / GRID_SAMPLES)
            out_left[at] = (a + share * da) * left[at] + (b + share * db) * right[at]
            out_right[at] = (c + share * dc) * left[at] + (d + share * dd) * right[at]
        index = end
        cell += 1


@njit(cache=True, nogil=True)
def _add(total, block, gain):  # pragma: no cover - compiled
    for side in range(2):
        for at in range(block.shape[1]):
            total[side, at] += gain * block[side, at]


@njit(cache=True, nogil=True)
def _add_moving(total, block, gains, phase):  # pragma: no cover - compiled
    samples = block.shape[1]
    index, cell = 0, 0
    while index < samples:
        first = phase + index - cell * GRID_SAMPLES
        end = min(samples, index + GRID_SAMPLES - first)
        gain, rise = gains[cell], (gains[cell + 1] - gains[cell]) / GRID_SAMPLES
        for side in range(2):
            heard, sum_so_far = block[side, index:end], total[side, index:end]
            for at in range(end - index):
                sum_so_far[at] += (gain + (first + at) * rise) * heard[at]
        index = end
        cell += 1


@njit(cache=True, nogil=True)
def _unwoven(frames, out, loudest):  # pragma: no cover - compiled
    last = frames.shape[1] - 1
    for side in range(2):
        column, row = frames[:, min(side, last)], out[side]
        for at in range(len(row)):  # choices instead of branches, so that it runs on vectors
            value = column[at]
            size = abs(value)
            bounded = value if size <= loudest else loudest if value > 0.0 else -loudest
            row[at] = bounded if (size >= _NOTHING) & (size <= _FINITE) else np.float32(0.0)

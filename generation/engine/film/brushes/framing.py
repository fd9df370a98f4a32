"""A picture of any shape in a canvas of another: what is worth seeing in it, and how it fills the canvas."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

MOST_CROPPED = 0.40
"""Where covering the canvas would lose more than this share, the picture stands before a blur of itself."""
_CROPPED_IN_FRONT, _MOST_CROPPED_IN_FRONT = 0.22, 0.60
_LEAST_IN_FRONT = 0.42
"""The share of the canvas that a picture in front fills at least, if cropping it can do that."""
_MAP_SIDE_PX = 96


@dataclass(frozen=True)
class Fit:
    """How a picture lies in a canvas, in picture units (canvas height 1). `width` x `height` is the whole picture;
    (`x`, `y`) 0..1 is the point of it at the canvas's centre; `extended`: the canvas is wider, or taller, than it."""

    width: float
    height: float
    x: float
    y: float
    extended: bool


def saliency(bgr: np.ndarray) -> np.ndarray:
    """Where people look first: the spectral residual of a small picture (Hou and Zhang, CVPR 2007), with the habit of
    photographers to put things near the middle. Float32 0..1, at most 96 pixels a side."""
    height, width = bgr.shape[:2]
    factor = _MAP_SIDE_PX / max(width, height)
    small = cv2.resize(
        bgr, (max(8, round(width * factor)), max(8, round(height * factor))), interpolation=cv2.INTER_AREA
    )
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    total = sum(_residual(lab[..., channel]) for channel in range(3))
    rows, cols = total.shape
    y, x = (np.arange(rows) + 0.5) / rows - 0.5, (np.arange(cols) + 0.5) / cols - 0.5
    middle = np.exp(-(x[None, :] ** 2 + y[:, None] ** 2) * 3.0)
    seen = cv2.GaussianBlur(total, (0, 0), 3.0) * middle.astype(np.float32)
    return (seen / max(1e-9, float(seen.max()))).astype(np.float32)


def _residual(plane: np.ndarray) -> np.ndarray:
    spectrum = np.fft.fft2(plane - plane.mean())
    amplitude = np.log(np.abs(spectrum) + 1e-3)
    residual = amplitude - cv2.blur(amplitude, (3, 3), borderType=cv2.BORDER_REFLECT)
    back = np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))
    return (np.abs(back) ** 2).astype(np.float32) * float(plane.std())


def fit_in(aspect: float, canvas_aspect: float, interest: np.ndarray) -> Fit:
    """The frame for a picture of `aspect`: it covers the canvas about what is of interest; where that would lose more
    than MOST_CROPPED of it, it stands in front of its own blur with a fifth cropped, a strip with more."""
    height = max(1.0, canvas_aspect / aspect)
    lost = 1.0 - canvas_aspect / (aspect * height * height)
    extended = lost > MOST_CROPPED
    if extended:
        fills = min(aspect / canvas_aspect, canvas_aspect / aspect)
        cropped = min(_MOST_CROPPED_IN_FRONT, max(_CROPPED_IN_FRONT, 1.0 - fills / _LEAST_IN_FRONT))
        shown = 1.0 - cropped
        height = 1.0 / shown if aspect < canvas_aspect else canvas_aspect / shown / aspect
    width = aspect * height
    x = _best(interest.sum(axis=0), min(1.0, canvas_aspect / width))
    y = _best(interest.sum(axis=1), min(1.0, 1.0 / height))
    return Fit(width, height, x, y, extended)


def _best(profile: np.ndarray, share: float) -> float:
    """The centre, 0..1, of the window of `share` that holds most of a profile; of equals the one nearest the middle."""
    if share > 0.995:
        return 0.5
    count = profile.size
    span = max(1, round(share * count))
    sums = np.convolve(profile, np.ones(span), "valid")
    starts = np.arange(sums.size)
    pull = 1.0 - 0.15 * np.abs((starts + span / 2) / count - 0.5)
    return float((int(np.argmax(sums * pull)) + span / 2) / count)


def peak(interest: np.ndarray, fit: Fit, canvas_aspect: float) -> tuple[float, float]:
    """Where the most interesting point lies, in picture units from the canvas's centre, kept inside the canvas."""
    soft = cv2.GaussianBlur(interest, (0, 0), 4.0)
    row, col = np.unravel_index(int(np.argmax(soft)), soft.shape)
    x = ((col + 0.5) / soft.shape[1] - fit.x) * fit.width
    y = ((row + 0.5) / soft.shape[0] - fit.y) * fit.height
    reach_x, reach_y = min(canvas_aspect, fit.width) * 0.34, min(1.0, fit.height) * 0.34
    return float(np.clip(x, -reach_x, reach_x)), float(np.clip(y, -reach_y, reach_y))


def veil(width: int, height: int, *, sideways: bool) -> np.ndarray:
    """How much of a picture in front is seen: 1 inside, falling to 0 over its last 7 % at two sides. Float32 (h, w)."""
    count = width if sideways else height
    at = (np.arange(count, dtype=np.float32) + 0.5) / count
    edge = np.clip(np.minimum(at, 1.0 - at) / 0.07, 0.0, 1.0)
    edge = edge * edge * (3.0 - 2.0 * edge)
    return np.broadcast_to(edge[None, :] if sideways else edge[:, None], (height, width)).astype(np.float32)


def backdrop(bgr: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture stretched over `size` (width, height), out of focus and stepping back; BGR uint8."""
    width, height = size
    small = cv2.resize(bgr, (max(8, width // 16), max(8, height // 16)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), max(1.0, min(small.shape[:2]) * 0.09), borderType=cv2.BORDER_REFLECT)
    back = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.float32) * 0.70
    grey = back.mean(axis=2, keepdims=True)
    return np.clip(grey + (back - grey) * 1.25, 0.0, 255.0).astype(np.uint8)


def exposure_table(mean: float) -> np.ndarray:
    """A tone curve (256,) uint8 that brings a picture of mean luma 0..1 to where a film's shots lie."""
    mean = min(0.98, max(0.02, mean))
    target = min(0.50, max(0.20, mean))
    gamma = min(2.4, max(0.45, np.log(target) / np.log(mean)))
    levels = np.arange(256, dtype=np.float32) / 255.0
    return np.clip(levels**gamma * 255.0 + 0.5, 0.0, 255.0).astype(np.uint8)

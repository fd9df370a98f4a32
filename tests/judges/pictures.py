"""How unlike two pictures are, by two independent measures.

SSIM: Wang, Bovik, Sheikh, Simoncelli 2004 ("Image quality assessment: from error visibility to structural similarity",
IEEE Trans. Image Processing 13, 600), Gaussian window of sigma 1.5, K1 0.01, K2 0.03. The hash follows the idea of
Facebook's PDQ (2019): the sign of 16 x 16 low DCT coefficients of a 64 x 64 luminance picture against their median;
PDQ calls two pictures the same below 31 of 256 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import cv2
import numpy as np

HASH_BITS = 256
_SIZE = (128, 54)


def luminance(bgr: np.ndarray) -> np.ndarray:
    """BT.709 luma of BGR(A) uint8 (h, w, ...), float32 0..255."""
    return (bgr[..., :3].astype(np.float32) @ np.float32([0.0722, 0.7152, 0.2126])).astype(np.float32)


def limited_luma(bgr: np.ndarray) -> float:
    """The mean luma of a picture as a video carries it, 16 (black) .. 235."""
    return 16.0 + 219.0 / 255.0 * float(luminance(bgr).mean())


def ssim_distance(a: np.ndarray, b: np.ndarray) -> float:
    """1 - SSIM of two pictures reduced to 128 x 54: 0 the same .. about 1 nothing in common."""
    x, y = (cv2.resize(luminance(picture), _SIZE, interpolation=cv2.INTER_AREA) for picture in (a, b))

    def mean(field: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(field, (11, 11), 1.5)

    mean_x, mean_y = mean(x), mean(y)
    var_x, var_y = mean(x * x) - mean_x**2, mean(y * y) - mean_y**2
    both = mean(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255.0) ** 2, (0.03 * 255.0) ** 2
    similar = (2 * mean_x * mean_y + c1) * (2 * both + c2) / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
    return 1.0 - float(similar.mean())


def perceptual_hash(picture: np.ndarray) -> np.ndarray:
    """(256,) bits."""
    small = cv2.resize(luminance(picture), (64, 64), interpolation=cv2.INTER_AREA)
    low = cv2.dct(small)[1:17, 1:17]
    return (low > np.median(low)).reshape(-1)


def hash_distance(a: np.ndarray, b: np.ndarray) -> int:
    """How many of the 256 bits of their hashes differ; about 128 for pictures that have nothing in common."""
    return int((perceptual_hash(a) != perceptual_hash(b)).sum())


def mean_distances(pictures: Mapping[str, np.ndarray]) -> tuple[float, float, float, int]:
    """Over all pairs: mean and least SSIM distance, mean and least hash distance."""
    pairs = [(pictures[a], pictures[b]) for a, b in combinations(pictures, 2)]
    structure = [ssim_distance(a, b) for a, b in pairs]
    bits = [hash_distance(a, b) for a, b in pairs]
    return float(np.mean(structure)), min(structure), float(np.mean(bits)), min(bits)

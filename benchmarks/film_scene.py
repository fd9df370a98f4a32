"""One scene drawn twice: by moviepy's CompositeVideoClip and by the film's own layers, from the same pictures.

1920x800 (the picture of a 1080p film): an opaque sky, three plates with transparency, all with a slow sub-pixel zoom,
and 150 small soft sprites that drift. The film's own side adds what moviepy has not: development and conversion.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from moviepy import CompositeVideoClip, ImageClip, VideoClip

from generation.engine.film.brushes.finish import Exposure, Grade, finish, grain_tile, to_i420
from generation.engine.film.brushes.layers import Camera, Plate, lay, over

SIZE, SPRITES, LENGTH_S = (1920, 800), 150, 10.0
_ZOOM_PER_S = 0.012


class BenchScene:
    """Pictures with straight alpha, RGBA, as both sides take them."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        rng = np.random.default_rng(1)
        width, height = SIZE
        self.layers = [self._plate(rng, top) for top in (0.0, 0.45, 0.62, 0.78)]
        y, x = np.mgrid[-12:12, -12:12] + 0.5
        self.sprite = np.zeros((24, 24, 4), np.uint8)
        self.sprite[..., :3] = (255, 190, 110)
        self.sprite[..., 3] = np.exp(-(x * x + y * y) / 30.0) * 230
        self.places = rng.random((SPRITES, 4)) * (width, height, 40.0, 6.28)
        self.plates = [
            Plate(_premultiplied(layer), layer.shape[0] / 1.2, layer.shape[1] / 2, layer.shape[0] / 2, 1.0)
            for layer in self.layers
        ]
        self.small = _premultiplied(self.sprite)
        self.grain = grain_tile(rng, width)
        self.planes = np.empty((height * 3 // 2, width), np.uint8)
        self.light = np.full((height // 4, width // 4, 3), 0.05, np.float32)

    def _plate(self, rng: np.random.Generator, top: float) -> np.ndarray:
        """A picture 1.2 times the scene's size: clouds of noise, below a ragged line where `top` is above 0."""
        width, height = int(SIZE[0] * 1.2), int(SIZE[1] * 1.2)
        noise = rng.random((24, 48, 3)).astype(np.float32)
        colour = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
        image = np.empty((height, width, 4), np.uint8)
        image[..., :3] = np.clip(colour * (180.0 - 140.0 * top) + 20.0, 0.0, 255.0)
        line = cv2.resize(rng.random((1, 60)).astype(np.float32), (width, 1), interpolation=cv2.INTER_CUBIC)[0]
        edge = (top + 0.12 * line) * height
        cover = np.clip(np.arange(height)[:, None] - edge[None, :], 0.0, 1.0) if top else 1.0
        image[..., 3] = np.broadcast_to(cover * 255.0, (height, width))
        return image

    def _place(self, index: int, t: float) -> tuple[float, float]:
        x, y, speed, phase = self.places[index]
        return (x + speed * t) % SIZE[0] - 12.0, y + 14.0 * math.sin(t * 1.7 + phase) - 12.0

    def draw_ours(self, t: float) -> np.ndarray:
        """One frame as the film makes it, to I420 planes."""
        width, height = SIZE
        picture = np.empty((height, width, 4), np.uint8)
        for index, plate in enumerate(self.plates):
            lay(picture, plate, Camera(zoom=1.02 + _ZOOM_PER_S * (1 + index) * t))
        for index in range(SPRITES):
            x, y = (round(value) for value in self._place(index, t))
            left, top, right, low = max(0, x), max(0, y), min(width, x + 24), min(height, y + 24)
            if right > left and low > top:
                over(picture[top:low, left:right], self.small[top - y : low - y, left - x : right - x])
        finish(picture, self.light, Grade(), Exposure(), self.grain, picture)
        to_i420(picture, self.planes)
        return self.planes

    def moviepy_clip(self) -> VideoClip:
        clips = []
        for index, layer in enumerate(self.layers):
            rate = _ZOOM_PER_S * (1 + index)
            clip = ImageClip(layer, duration=LENGTH_S).resized(lambda t, rate=rate: (1.02 + rate * t) / 1.2)
            clips.append(clip.with_position("center"))
        for index in range(SPRITES):
            sprite = ImageClip(self.sprite, duration=LENGTH_S)
            clips.append(sprite.with_position(lambda t, index=index: self._place(index, t)))
        return CompositeVideoClip(clips, size=SIZE).with_duration(LENGTH_S)


def _premultiplied(rgba: np.ndarray) -> np.ndarray:
    alpha = rgba[..., 3:].astype(np.float32) / 255.0
    out = np.empty_like(rgba)
    out[..., :3] = rgba[..., 2::-1] * alpha
    out[..., 3] = rgba[..., 3]
    return out

"""A sky at dusk with slow bands of cloud: what stands in where another world cannot be painted.

It needs nothing but arithmetic, no other brush than the laying of a plate, so that it works when they do not.
"""

from __future__ import annotations

import cv2
import numpy as np

from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.layers import Plate, lay, plate_extent
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

_DEPTHS = {"sky": 0.04, "cloud": 0.22}
_TOP, _MIDDLE, _LOW = (58.0, 30.0, 24.0), (112.0, 66.0, 92.0), (118.0, 168.0, 238.0)
"""Display BGR of the gradient."""


class OpenSky(World):
    name = "open_sky"
    casting = Casting(words=(), styles={}, palettes={"dusk": ()}, hours=("dusk",), weathers=("clear",))

    def paint(self) -> dict[str, Plate]:
        return {"sky": self._sky(), "cloud": self._clouds()}

    def _grid(self, depth: float) -> tuple[np.ndarray, np.ndarray, float]:
        half_w, half_h = plate_extent(self.canvas.aspect, depth)
        scale = float(self.canvas.height)
        x = np.linspace(-half_w, half_w, int(half_w * 2 * scale), dtype=np.float32)
        y = np.linspace(-half_h, half_h, int(half_h * 2 * scale), dtype=np.float32)
        return x, y, scale

    def _plate(self, bgra: np.ndarray, scale: float, depth: float) -> Plate:
        height, width = bgra.shape[:2]
        # half a level of noise, for a gradient this wide would show its steps
        noisy = bgra + self.rng("dither", depth).random((height, width, 1), dtype=np.float32) - 0.5
        image = np.clip(noisy + 0.5, 0.0, 255.0).astype(np.uint8)
        return Plate(image, scale, width * 0.5, height * 0.5, depth)

    def _sky(self) -> Plate:
        x, y, scale = self._grid(_DEPTHS["sky"])
        sun = np.exp(-(((x[None, :] - 0.12) / 0.75) ** 2) - ((y[:, None] - 0.30) / 0.34) ** 2)
        columns = [np.interp(y, (-0.5, 0.0, 0.42), levels) for levels in zip(_TOP, _MIDDLE, _LOW, strict=True)]
        sky = np.stack([np.broadcast_to(column[:, None], sun.shape) for column in columns], axis=-1)
        sky = sky + sun[..., None] * np.array([30.0, 74.0, 96.0])
        solid = np.full((*sun.shape, 1), 255.0)
        return self._plate(np.concatenate([sky, solid], axis=-1).astype(np.float32), scale, _DEPTHS["sky"])

    def _clouds(self) -> Plate:
        """Long streaks: noise stretched sideways in four octaves, dense toward the horizon."""
        x, y, scale = self._grid(_DEPTHS["cloud"])
        rng = self.rng("clouds")
        field = np.zeros((y.size, x.size), np.float32)
        for octave in range(4):
            cells = (5 << octave, 3 << octave)
            noise = rng.standard_normal((cells[0] * 2, cells[1])).astype(np.float32)
            field += cv2.resize(noise, (x.size, y.size), interpolation=cv2.INTER_CUBIC) * 0.6**octave
        cover = np.clip((field - 0.25) * 0.55, 0.0, 0.72) * np.clip(1.1 - np.abs(y[:, None] - 0.16) * 1.6, 0.0, 1.0)
        lit = np.clip(0.35 + y[:, None] * 1.3, 0.0, 1.0)[..., None]
        colour = np.array([74.0, 46.0, 66.0]) * (1.0 - lit) + np.array([128.0, 158.0, 232.0]) * lit
        bgra = np.concatenate([colour * cover[..., None], cover[..., None] * 255.0], axis=-1)
        return self._plate(bgra.astype(np.float32), scale, _DEPTHS["cloud"])

    def prepare(self) -> None:
        self.grade = Grade()

    def focus(self, size: str, variant: int) -> Focus:
        return Focus(0.06 * (variant % 3 - 1), 0.04, {"wide": 1.0, "mid": 1.12}.get(size, 1.25))

    def draw(self, moment: Moment) -> Drawing:
        height, width = self.canvas.height, self.canvas.width
        picture = np.empty((height, width, 4), np.uint8)
        lay(picture, self.plates["sky"], moment.camera)
        lay(picture, self.plates["cloud"], moment.camera, shift=(0.05 * np.sin(moment.time_s * 0.05), 0.0))
        light = np.zeros((height // 4, width // 4, 3), np.float32)
        x = (np.arange(width // 4) + 0.5) * 4.0 / height - self.canvas.aspect * 0.5 - 0.12
        y = (np.arange(height // 4) + 0.5) * 4.0 / height - 0.5 - 0.30
        glow = np.exp(-((x[None, :] / 0.6) ** 2) - (y[:, None] / 0.3) ** 2)
        strength = 0.06 + 0.16 * moment.kick + 0.20 * moment.crash + 0.10 * moment.swell
        light += (glow * strength)[..., None] * np.array([0.42, 0.72, 1.0])
        return Drawing(picture, light, 1.0 + 0.05 * moment.kick)

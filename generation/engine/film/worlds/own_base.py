"""What a person's own pictures and clips share: where the camera may go, and the film's light that falls on them."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from codecraft.common.errors import NotFound
from generation.engine.film.brushes.colour import display_bgr, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.framing import Fit
from generation.engine.film.brushes.layers import Camera
from generation.engine.film.brushes.light import bloom, drift, mist_tile, quarter
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.media.library import find_media, media_file
from generation.engine.film.types import HOURS, OwnMedia
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

# the colour of what leaks into the lens; BGR tints of shadows and lights; contrast, saturation
_PALETTES: Mapping[str, tuple[str, tuple[float, float, float], tuple[float, float, float], float, float]] = {
    "natural": ("#ffc890", (0.010, 0.000, 0.000), (-0.012, 0.000, 0.010), 0.26, 1.04),
    "gold": ("#ffb050", (0.018, 0.000, 0.006), (-0.050, 0.004, 0.036), 0.32, 1.04),
    "ember": ("#ff6a30", (0.026, 0.000, 0.000), (-0.060, -0.010, 0.050), 0.38, 1.00),
    "silver": ("#a8c4ff", (0.030, 0.008, -0.004), (0.022, 0.004, -0.012), 0.40, 0.66),
    "teal": ("#ff9a60", (0.036, 0.016, -0.016), (-0.034, 0.000, 0.034), 0.34, 1.06),
    "rose": ("#ff90a8", (0.018, -0.004, 0.012), (-0.012, -0.006, 0.034), 0.24, 1.02),
    "emerald": ("#c8ff90", (0.014, 0.018, -0.010), (-0.036, 0.018, 0.008), 0.30, 1.04),
}
# what the palettes of painted places come nearest to, so that a photograph stands between them as of one film
_LIKE = {
    "moon": "silver", "steel": "silver", "crimson": "ember", "dawn": "rose", "violet": "rose", "dusk": "gold",
    "amber": "gold", "tempest": "teal", "neon": "teal", "azure": "teal",
}  # fmt: skip
# BGR added to the shadows' tint, and gain
_HOURS = {
    "dawn": ((0.006, -0.004, 0.012), 0.98),
    "day": ((0.0, 0.0, 0.0), 1.02),
    "dusk": ((-0.004, -0.004, 0.014), 0.97),
    "night": ((0.034, 0.006, -0.010), 0.80),
}
_LEAKS = ((-0.62, -0.30, 0.50, 0.05), (0.66, 0.12, 0.42, 0.037), (0.10, -0.66, 0.36, 0.029))


class OwnWorld(World):
    """A picture or clip of the person's own in the film's light. It is placed by the planner, never cast by words."""

    casting: ClassVar[Casting] = Casting(
        words=(),
        styles={},
        palettes={
            "natural": ("pop", "fantasy"),
            "gold": ("epic", "gladiator", "gregorian"),
            "ember": ("gladiator", "epic", "dark"),
            "silver": ("dark", "gregorian"),
            "teal": ("pop", "epic"),
            "rose": ("emotional", "pop"),
            "emerald": ("fantasy",),
        },
        hours=("day", *(hour for hour in HOURS if hour != "day")),
        weathers=("clear", "fog"),
    )
    fit: Fit

    def own_file(self) -> tuple[OwnMedia, str]:
        """What is shown, and the path of its prepared file. Raises NotFound when it is no longer there."""
        found, missing = find_media(self.media_dir, (self.look.media,))
        if missing or self.media_dir is None:
            raise NotFound("A picture or clip of your own is no longer in the studio.", code="media_gone")
        return found[0], str(media_file(self.media_dir, found[0]))

    def set_light(self) -> None:
        """The grade of the palette and hour, and all that moves in the light."""
        leak, shadow, high, contrast, saturation = _PALETTES.get(
            _LIKE.get(self.look.palette, self.look.palette), _PALETTES["natural"]
        )
        tint, self.hour_gain = _HOURS.get(self.look.hour, _HOURS["day"])
        shadow = tuple(a + b for a, b in zip(shadow, tint, strict=True))
        self.grade = Grade(shadow, high, contrast, saturation, vignette=0.46)
        self.leak_bgr = (display_bgr(rgb(leak)) / 255.0).astype(np.float32)
        rng = self.rng("light")
        self.phases = rng.random(len(_LEAKS)) * 2.0 * math.pi
        self.dust = make_swarm(rng, 170)
        self.discs = make_swarm(rng, 14)
        self.mist = mist_tile(64, self.noise_seed("mist")) if self.look.weather == "fog" else None

    def focus(self, size: str, variant: int) -> Focus:
        x, y = self.subject
        if size == "close":
            return Focus(x, y, 1.62 if variant % 2 else 1.46)
        if size == "mid":
            return Focus(x * 0.6, y * 0.6, 1.26)
        return Focus(0.0, 0.0, 1.06)

    @property
    @abstractmethod
    def subject(self) -> tuple[float, float]:
        """The most interesting point, in picture units."""

    def inside(self, camera: Camera) -> Camera:
        """The camera, held where the picture covers the whole canvas; it slows down before it would see an edge."""
        zoom = max(1.02, camera.zoom)
        left, right = self._reach(self.fit.width, self.fit.x, self.canvas.aspect, zoom)
        top, bottom = self._reach(self.fit.height, self.fit.y, 1.0, zoom)
        return Camera(_soft(camera.x, left, right), _soft(camera.y, top, bottom), zoom, camera.roll * 0.5)

    def _reach(self, length: float, centre: float, seen: float, zoom: float) -> tuple[float, float]:
        """How far the camera may go to either side along one axis."""
        if length < seen:  # the picture stands in front of its blur, which goes on beyond it
            slack = 0.10 * seen + (seen - seen / zoom) * 0.5
            return -slack, slack
        half = seen / zoom * 0.5 + 0.012
        return min(0.0, -centre * length + half), max(0.0, (1.0 - centre) * length - half)

    def develop(self, picture: np.ndarray, moment: Moment) -> Drawing:
        """Dust, light leaks and bloom over a picture, as the music wants them."""
        heard, t = moment.heard, moment.time_s
        camera = moment.camera
        lift = 0.5 * moment.swell + 0.4 * heard.strings + 0.3 * heard.choir
        motes = Swarm(self.dust, (0.006, -0.008), 0.02, 0.0013, self.leak_bgr * 120.0, twinkle=0.8)
        draw_swarm(picture, motes, t, camera_xy=(camera.x * 0.5, camera.y * 0.5), zoom=camera.zoom_at(0.8),
                   gain=0.55 + 0.5 * moment.kick + 0.5 * lift)  # fmt: skip
        small = quarter(picture)
        # what is bright all over (a letter, snow) would only lose its drawing
        bright = float(np.clip((small.mean(axis=2) - 0.6) * 2.5, 0.0, 1.0).mean())
        strength = (0.40 + 0.35 * moment.kick + 0.35 * moment.crash + 0.25 * lift) / (1.0 + 8.0 * bright)
        light = bloom(small, threshold=0.66, strength=strength)
        light = light + self._leaks(small.shape[:2], moment, lift)
        if self.mist is not None:
            fog = drift(self.mist, (small.shape[1], small.shape[0]), t * 0.03, zoom=1.0)
            light = light + (fog * 0.22)[..., None] * np.float32([1.0, 0.98, 0.95])
        gain = self.hour_gain * (1.0 + 0.09 * moment.kick + 0.10 * moment.crash + 0.05 * lift - 0.16 * moment.hush)
        return Drawing(picture, light, gain)

    def _leaks(self, shape: tuple[int, int], moment: Moment, lift: float) -> np.ndarray:
        """Soft light from beyond the frame (h, w, 3); the low drums open it, the voice warms its middle."""
        height, width = shape
        aspect, t, heard = self.canvas.aspect, moment.time_s, moment.heard
        x = ((np.arange(width, dtype=np.float32) + 0.5) / width - 0.5) * aspect
        y = (np.arange(height, dtype=np.float32) + 0.5) / height - 0.5
        total = np.zeros((height, width), np.float32)
        bands = np.asarray(heard.spectrum, np.float32)
        for index, (at_x, at_y, spread, rate) in enumerate(_LEAKS):
            phase = self.phases[index] + t * rate * 2.0 * math.pi
            px = at_x * aspect + 0.10 * aspect * math.sin(phase)
            py = at_y + 0.12 * math.cos(phase * 0.8)
            band = float(bands[index * 8 : index * 8 + 8].mean()) if bands.size >= 24 else 0.0
            open_ = 0.10 + 0.06 * math.sin(phase * 1.7) + 0.20 * moment.energy * moment.kick + 0.22 * band + 0.16 * lift
            wide = spread * (1.0 + 0.4 * min(1.0, aspect - 0.5))
            total += open_ * np.exp(-(((x[None, :] - px) / wide) ** 2) - ((y[:, None] - py) / (spread * 1.1)) ** 2)
        total += 0.05 * heard.voice * np.exp(-((x[None, :] / (0.45 * aspect)) ** 2) - (y[:, None] / 0.42) ** 2)
        return total[..., None] * self.leak_bgr


def _soft(value: float, low: float, high: float) -> float:
    """`value`, bent so that it never leaves low..high and never stops dead."""
    if value >= 0.0:
        return high * math.tanh(value / high) if high > 1e-6 else 0.0
    return low * math.tanh(value / low) if low < -1e-6 else 0.0

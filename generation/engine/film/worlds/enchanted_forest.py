"""A deep forest where the light falls through the crowns: a stag in the clearing, ferns, fireflies, drifting mist."""

from __future__ import annotations

import numpy as np
import skia

from generation.engine.film.brushes.colour import display_bgr, mix
from generation.engine.film.brushes.ink import fill, gradient_fill, on, rimmed
from generation.engine.film.brushes.lamps import add_glows, band_levels
from generation.engine.film.brushes.layers import Camera, lay, solid_from
from generation.engine.film.brushes.light import bloom, half_rays, mist_tile, quarter
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.scenery import lay_mist
from generation.engine.film.brushes.weather import draw_fall, draw_fog, make_weather
from generation.engine.film.brushes.woods import stag_paths
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment
from generation.engine.film.worlds.forest_plates import DeepForest

_STAG_DEPTH = 0.60
_LAMPS = 30


class EnchantedForest(DeepForest):
    name = "enchanted_forest"
    casting = Casting(
        words=tuple(
            (
                "forest tree wood magic fairy elf elves dragon moon wolf deer dream river flower child mother home "
                "grandmother spring snow witch spell leaf leaves garden lullaby"
            ).split()
        ),
        styles={"gregorian": 0.625, "fantasy": 1.0, "pop": 0.25, "dark": 0.25, "emotional": 1.0},
        realms=("ancient", "dream"),
        palettes={
            "emerald": ("fantasy", "gregorian"),
            "amber": ("emotional", "gregorian", "epic"),
            "moon": ("dark", "fantasy"),
            "violet": ("fantasy", "pop", "dark"),
            "dawn": ("emotional", "fantasy", "pop"),
        },
        hours=("dusk", "dawn", "day", "night"),
        weathers=("fog", "clear", "rain", "snow", "cloud"),
    )

    # ---- frames -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self._setup()
        c, rng = self.colours, self.rng("moving")
        self.flies = make_swarm(rng, 150)
        self.pollen = make_swarm(rng, 260)
        self.bokeh = make_swarm(rng, 18)
        self.mist = mist_tile(64, self.noise_seed("mist"))
        self.air_bgr = (display_bgr(mix(c["air"], c["glow"], 0.35)) / 255.0).astype(np.float32)
        self.glow_bgr = (display_bgr(c["glow"]) / 255.0).astype(np.float32)
        self.light_bgr = (display_bgr(c["light"]) / 255.0).astype(np.float32)
        self.spark_bgr = display_bgr(c["spark"])
        self.weather = make_weather(self.look.weather, seed=self.noise_seed("weather"), side=self.side,
                                    air=mix(c["air"], c["glow"], 0.35), light=c["light"])  # fmt: skip
        # mushrooms from left to right are the bands of the spectrum, low to high: x, y, depth, phase, order, band
        shares = (np.arange(_LAMPS) + 0.5) / _LAMPS
        self.lamps = np.stack([
            (shares * 2.0 - 1.0) * self.canvas.aspect * 0.56 + rng.normal(0, 0.02, _LAMPS),
            rng.uniform(0.30, 0.44, _LAMPS), rng.uniform(0.4, 0.9, _LAMPS), rng.random(_LAMPS) * 6.28,
            rng.permutation(_LAMPS) / _LAMPS, shares,
        ], axis=1)  # fmt: skip

    def focus(self, size: str, variant: int) -> Focus:
        x, _ = self.stag_xy
        if size == "close":
            if variant % 3 == 2:
                return Focus(self.side * 0.35, 0.20, 1.75)
            return Focus((x - self.side * 0.03) / 0.75, 0.06 if not self.canvas.tall else 0.09, 2.0)
        if size == "mid":
            return Focus(x * 0.5, 0.07, 1.32)
        return Focus(0.0, 0.0, 1.0)

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t, plates = moment.camera, moment.time_s, self.plates
        # from the front: where the ground of a nearer row is solid, nothing behind it need be drawn
        bottoms, lowest = {}, height
        for name in ("row5", "row4", "row3", "row2"):
            bottoms[name] = lowest
            lowest = min(lowest, solid_from(plates[name], camera, picture))
        haze = 0.45 + 0.55 * self.sky.haze
        lay(picture, plates["sky"], camera, bottom=lowest)
        lay(picture, plates["row2"], camera, bottom=bottoms["row2"])
        self._mist(picture, camera, t * 1.3 + 40, 0.18, 0.30, 0.55 * haze, 0.2)
        lay(picture, plates["row3"], camera, bottom=bottoms["row3"])
        self._mist(picture, camera, t * 1.6 + 90, 0.26, 0.18, 0.30 * haze, 0.45)
        lay(picture, plates["row4"], camera, bottom=bottoms["row4"])
        if self.look.weather == "fog":
            light_x, _, _ = camera.place(*self.light_xy, 0.03)
            draw_fog(picture, self.weather, camera, t, amount=0.34, depth=0.5, ground_y=0.34, reach=0.5,
                     light_x=light_x)  # fmt: skip
        self._stag(picture, moment)
        self._mist(picture, camera, t * 2.1 + 17, 0.37, 0.12, 0.24 * haze, 0.7)
        mushrooms = self._mushrooms(moment)
        self._lamps(picture, mushrooms)
        lay(picture, plates["row5"], camera)
        lay(picture, plates["front"], camera)
        light = self._light(picture, moment)
        size = mushrooms[:, 2] * 0.25
        glows = np.stack([mushrooms[:, 0] * 0.25, mushrooms[:, 1] * 0.25 - size * 0.7, size * (1.3 + mushrooms[:, 3]),
                          0.38 * mushrooms[:, 3]], axis=1)  # fmt: skip
        add_glows(light, glows, self.spark_bgr / 255.0)
        self._creatures(picture, light, moment)
        draw_fall(picture, self.weather, camera, t, amount=0.5 + 0.5 * moment.growth)
        gain = 1.0 + 0.12 * moment.kick + 0.08 * moment.crash + 0.10 * moment.swell - 0.16 * moment.hush
        return Drawing(picture, light, gain)

    def _creatures(self, picture: np.ndarray, light: np.ndarray, moment: Moment) -> None:
        """Pollen in the light, fireflies that dance in columns over the ground: a column is a band of the spectrum and
        rises with it."""
        camera, t = moment.camera, moment.time_s
        zoom = camera.zoom_at(0.8)
        pollen = Swarm(self.pollen, (0.006, 0.006), 0.02, 0.0011, self.light_bgr * 130.0, twinkle=0.7)
        draw_swarm(picture, pollen, t, camera_xy=(camera.x, camera.y), zoom=zoom,
                   gain=0.8 + 0.4 * moment.kick + 0.5 * moment.heard.strings)  # fmt: skip
        count = int((40 + 60 * moment.energy + 50 * moment.growth) * (1.0 - 0.6 * moment.hush))
        flies = Swarm(self.flies[:count], (0.012, -0.008), 0.05, 0.0026, self.spark_bgr, twinkle=0.95)
        draw_swarm(picture, flies, t, camera_xy=(camera.x, camera.y), zoom=zoom, gain=0.9 + 0.7 * moment.kick)
        add_glows(light, self._dancers(moment), self.spark_bgr / 255.0 * 1.3)
        discs = Swarm(self.bokeh, (0.008, -0.006), 0.04, 0.013, self.spark_bgr * 0.16, soft=2.0, twinkle=0.7)
        draw_swarm(picture, discs, t + 9.0, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(1.2))

    def _dancers(self, moment: Moment) -> np.ndarray:
        """(n, 4) glows at a quarter of the picture: six fireflies a mushroom, above it as high as its band is loud."""
        camera, t, height = moment.camera, moment.time_s, self.canvas.height
        lamps = np.repeat(self.lamps, 6, axis=0)
        number = np.tile(np.arange(6.0), len(self.lamps))
        phase = lamps[:, 3] * (1.0 + number)
        level = band_levels(moment.heard.spectrum, lamps[:, 5])
        rise = 0.025 + 0.012 * number + 0.40 * level * (0.25 + 0.15 * number)
        x = lamps[:, 0] + 0.020 * np.sin(t * (0.9 + 0.2 * number) + phase)
        y = lamps[:, 1] - rise * (1.0 + 0.12 * np.sin(t * 1.7 + phase))
        zoom = 1.0 + (camera.zoom - 1.0) * np.minimum(1.6, 0.16 + 0.84 * lamps[:, 2])
        px = ((x - camera.x * lamps[:, 2]) * zoom + self.canvas.aspect * 0.5) * height
        py = ((y - camera.y * lamps[:, 2]) * zoom + 0.5) * height
        blink = np.clip(0.5 + 0.9 * np.sin(t * 2.3 + phase * 2.0), 0.0, 1.0)
        shine = (0.25 + 0.95 * level) * blink * (1.0 - 0.7 * moment.hush) * (lamps[:, 4] < 0.35 + 0.65 * moment.growth)
        size = np.full(len(px), max(0.45, 0.0034 * self.fine * height * 0.25 * camera.zoom))
        return np.stack([px * 0.25, py * 0.25, size * (1.0 + 0.5 * level), shine], axis=1)

    def _mist(
        self, picture: np.ndarray, camera: Camera, t: float, y: float, tall: float, opacity: float, depth: float
    ) -> None:
        light_x, _, _ = camera.place(*self.light_xy, 0.03)
        lay_mist(picture, self.mist, camera, drift_x=t * 0.02, y=y, tall=tall, opacity=opacity, depth=depth,
                 air_bgr=self.air_bgr,
                 light_bgr=self.glow_bgr, light_x=light_x)  # fmt: skip

    def _stag(self, picture: np.ndarray, moment: Moment) -> None:
        height, c, camera = self.canvas.height, self.colours, moment.camera
        sx, sy, zoom = camera.place(*self.stag_xy, _STAG_DEPTH)
        unit = self.stag_size * zoom * height
        with on(picture, (sx + self.canvas.aspect * 0.5) * height, (sy + 0.5) * height, unit) as canvas:
            if self.side < 0:
                canvas.scale(-1.0, 1.0)
            body = gradient_fill(mix(c["ink"], c["air"], 0.04), c["ink"] * 0.7, -1.0, -0.1)
            rim = fill(c["rim"] * (0.95 + 0.6 * moment.kick + 0.5 * moment.heard.voice))
            width = (1.3 * self.fine * height / 536.0 + 0.5) / unit
            rimmed(canvas, stag_paths(moment.time_s), body, rim, -width * 0.8, width)

    def _mushrooms(self, moment: Moment) -> np.ndarray:
        """(n, 4) on the screen: x, y, size in pixels, glow. More shine as the place grows, each with its band."""
        camera, height = moment.camera, self.canvas.height
        x, y, depth, phase, _, band = self.lamps[self.lamps[:, 4] <= 0.30 + 0.70 * moment.growth].T
        zoom = 1.0 + (camera.zoom - 1.0) * np.minimum(1.6, 0.16 + 0.84 * depth)
        px = ((x - camera.x * depth) * zoom + self.canvas.aspect * 0.5) * height
        py = ((y - camera.y * depth) * zoom + 0.5) * height
        glow = 0.50 + 0.20 * np.sin(moment.time_s * 1.7 + phase) + 0.4 * moment.kick + 0.3 * moment.swell
        glow = glow * (1.0 - 0.5 * moment.hush) + 0.95 * band_levels(moment.heard.spectrum, band)
        return np.stack([px, py, 0.050 * self.fine * depth * zoom * height, glow], axis=1)

    def _lamps(self, picture: np.ndarray, mushrooms: np.ndarray) -> None:
        """Glowing mushrooms in the grass."""
        c = self.colours
        with on(picture) as canvas:
            for px, py, unit, glow in mushrooms:
                canvas.save()
                canvas.translate(float(px), float(py))
                canvas.scale(float(unit), float(unit))
                stalk, cap_tone = fill(c["spark"] * 0.22 * glow), fill(c["spark"] * 0.85 * glow)
                caps = skia.Path()
                for dx, size in ((0.0, 1.0), (0.55, 0.62), (-0.42, 0.50)):
                    caps.moveTo(dx - 0.34 * size, -0.55 * size)
                    caps.quadTo(dx, -1.30 * size, dx + 0.34 * size, -0.55 * size)
                    caps.quadTo(dx, -0.40 * size, dx - 0.34 * size, -0.55 * size)
                    canvas.drawRect(skia.Rect.MakeXYWH(dx - 0.05 * size, -0.6 * size, 0.10 * size, 0.65 * size), stalk)
                canvas.drawPath(caps, cap_tone)
                canvas.restore()

    def _light(self, picture: np.ndarray, moment: Moment) -> np.ndarray:
        small = quarter(picture)
        height, width = small.shape[:2]
        sx, sy, _ = moment.camera.place(*self.light_xy, 0.03)
        source = ((sx / self.canvas.aspect + 0.5) * width, (sy + 0.5) * height)
        strength = 0.62 + 0.25 * moment.energy + 0.75 * moment.kick + 0.5 * moment.crash + 0.5 * moment.heard.choir
        strength = (strength + 0.5 * moment.swell) * (1.0 - 0.5 * moment.hush) * (0.4 + 0.6 * self.sky.beam)
        open_light = 0.35 + 0.65 * self.sky.bloom
        rays = half_rays(small, source, threshold=0.58, length=2.0)
        rays *= (self.light_bgr * (strength * open_light)).astype(np.float32)
        power = (0.45 + 0.30 * moment.kick + 0.35 * moment.crash) * open_light
        return bloom(small, threshold=0.60, strength=float(power), more=rays)

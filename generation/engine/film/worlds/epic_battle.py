"""A field before the battle: a hero with raised sword on a hill, an army under banners, mountains, a burning sky."""

from __future__ import annotations

import math

import numpy as np

from generation.engine.film.brushes.colour import display_bgr, mix
from generation.engine.film.brushes.ink import fill, gradient_fill, on
from generation.engine.film.brushes.lamps import add_glows, band_levels, draw_flames
from generation.engine.film.brushes.layers import Camera, lay, solid_from
from generation.engine.film.brushes.light import bloom, half_rays, mist_tile, quarter
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.scenery import lay_mist
from generation.engine.film.brushes.warriors import draw_banner, draw_hero
from generation.engine.film.brushes.weather import draw_bolt, draw_fall, draw_fog, lightning, make_weather
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment
from generation.engine.film.worlds.epic_plates import HERO_DEPTH, BattleField

_FIRES = 30


class EpicBattle(BattleField):
    name = "epic_battle"
    casting = Casting(
        words=tuple(
            (
                "war battle sword king army hero fight soldier warrior knight victor shield blood thunder enemy "
                "enemies crown conquer legend spartan viking banner siege castle horse march"
            ).split()
        ),
        styles={"epic": 1.0, "gladiator": 0.75, "fantasy": 0.5, "dark": 0.3},
        realms=("ancient",),
        palettes={
            "ember": ("epic", "gladiator", "fantasy"),
            "crimson": ("dark", "gladiator", "epic"),
            "dawn": ("emotional", "fantasy", "pop"),
            "steel": ("dark", "gregorian"),
        },
        hours=("dusk", "dawn", "day", "night"),
        weathers=("cloud", "clear", "storm", "fog", "rain", "snow"),
    )

    def prepare(self) -> None:
        self._setup()
        c, rng = self.colours, self.rng("moving")
        self.embers = make_swarm(rng, 420)
        self.bokeh = make_swarm(rng, 26)
        self.mist = mist_tile(64, self.noise_seed("mist"))
        spread = self.canvas.aspect * 0.72
        self.banners = [
            (float(x), 0.43 + 0.06 * float(rng.random()), 0.50 + 0.28 * float(rng.random()), float(rng.random() * 6.28),
             float(rng.uniform(0.20, 0.36)), float(rng.random()))
            for x in (np.linspace(-spread, spread, 13) + rng.normal(0, 0.06, 13))
        ]  # fmt: skip
        self.banners.sort(key=lambda banner: banner[2])
        self.ember_bgr, self.rim_bgr = display_bgr(c["ember"]), display_bgr(c["rim"])
        self.air_bgr = display_bgr(mix(c["air"], c["sun"], 0.25)) / 255.0
        self.sun_bgr = display_bgr(c["sun"]) / 255.0
        self.weather = make_weather(self.look.weather, seed=self.noise_seed("weather"), side=self.facing,
                                    air=c["air"] * 0.9, light=c["sun"])  # fmt: skip
        self.fires = self._place_fires()

    def _place_fires(self) -> np.ndarray:
        """(n, 6) camp fires and torches along both lines of the army, far ones first: x, y, depth, size, phase, band.

        Left to right they are the bands of the spectrum, low to high; growth lights them from the middle outward.
        """
        rng = self.rng("fires")
        reach = self.canvas.aspect * 0.5 + 0.12
        fires = []
        for index in range(_FIRES):
            share = (index + 0.5) / _FIRES
            far = index % 2 == 0
            x = (share * 2.0 - 1.0) * reach + float(rng.normal(0, 0.02))
            y, depth = (0.215, 0.28) if far else (0.345, 0.52)
            size = (0.026 if far else 0.046) * (0.8 + 0.4 * float(rng.random())) * (0.72 if self.canvas.tall else 1.0)
            lift = 0.02 if self.canvas.tall else 0.0
            fires.append(
                (x, y + lift + float(rng.uniform(-0.006, 0.02)), depth, size, float(rng.random() * 6.28), share)
            )
        return np.float32(sorted(fires, key=lambda fire: fire[2]))

    def focus(self, size: str, variant: int) -> Focus:
        x, y = self.hero_xy
        chest = y - self.hero_size * (0.72 if not self.canvas.tall else 0.62)
        if size == "close":
            if variant % 2 == 0:
                return Focus(x + self.facing * 0.16, chest - 0.03, 2.05)
            if self.canvas.tall:
                return Focus(self.facing * 0.04, 0.17, 1.75)
            # the army alone: so far ahead of the hero that no move of the camera cuts his legs into the frame
            half = self.canvas.aspect * 0.5 / (1.75 if self.canvas.aspect >= 1.5 else 1.5)
            ahead = max(0.22, x * self.facing + 0.3 * self.hero_size + half + 0.1)
            return Focus(self.facing * ahead, 0.17, 1.75)
        if size == "mid":
            return Focus(x + self.facing * (0.26 if not self.canvas.tall else 0.05), chest + 0.05, 1.45)
        return Focus(0.0, 0.0, 1.0)

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t, plates = moment.camera, moment.time_s, self.plates
        near_row = solid_from(plates["army"], camera, picture)
        far_row = min(near_row, solid_from(plates["far_army"], camera, picture))
        wind = 0.0035 * math.sin(t * 0.05) + 0.0016 * (t % 97.0 - 48.0) * 0.2
        lay(picture, plates["sky"], camera, shift=(wind, 0.0),
            bottom=min(far_row, solid_from(plates["far_range"], camera, picture)))  # fmt: skip
        stroke = lightning(self.weather, t, moment.crash)
        if stroke:
            draw_bolt(picture, stroke, top_y=-0.54, foot_y=self.horizon_y, colour=self.colours["rim"])
        lay(picture, plates["far_range"], camera, bottom=far_row)
        lay(picture, plates["near_range"], camera, bottom=far_row)
        self._mist(picture, camera, t, 0.10, 0.26, 0.42, 0.15)
        self._fog(picture, moment, 0.60, 0.16, 0.20)
        lay(picture, plates["far_army"], camera, bottom=near_row)
        fires = self._fire_places(moment)
        self._burn(picture, fires, t, 0.0, 0.4)
        self._banners(picture, moment, 0.0, 0.62)
        self._mist(picture, camera, t * 1.4 + 31.0, 0.24, 0.20, 0.34, 0.4)
        self._fog(picture, moment, 0.45, 0.40, 0.32)
        lay(picture, plates["army"], camera)
        self._burn(picture, fires, t, 0.4, 9.0)
        self._banners(picture, moment, 0.62, 9.0)
        lay(picture, plates["hill"], camera)
        self._hero(picture, moment)
        if not self.canvas.tall:
            lay(picture, plates["front"], camera)
        flash = stroke.level if stroke else 0.0
        light = self._light(picture, moment, fires, flash)
        self._sparks(picture, moment)
        draw_fall(picture, self.weather, camera, t, amount=0.6 + 0.4 * moment.growth, lit=flash)
        gain = 1.0 + 0.13 * moment.kick + 0.10 * moment.crash + 0.10 * moment.swell - 0.16 * moment.hush + 0.35 * flash
        return Drawing(picture, light, gain)

    def _sparks(self, picture: np.ndarray, moment: Moment) -> None:
        camera, t = moment.camera, moment.time_s
        dry = {"rain": 0.3, "storm": 0.3, "snow": 0.4}.get(self.look.weather, 1.0) * (1.0 - 0.5 * moment.hush)
        count = int((160 + 140 * moment.energy + 100 * moment.growth + 20 * moment.swell) * dry)
        zoom = min(1.5, camera.zoom)
        swarm = Swarm(self.embers[:count], (-0.07 * self.facing, -0.055), 0.030, 0.0017, self.ember_bgr,
                      streak_s=0.024, twinkle=0.5)  # fmt: skip
        draw_swarm(picture, swarm, t, camera_xy=(camera.x, camera.y), zoom=zoom,
                   gain=1.0 + 0.5 * moment.kick + 0.4 * moment.heard.drums)  # fmt: skip
        discs = Swarm(self.bokeh, (-0.05 * self.facing, -0.03), 0.03, 0.010, self.ember_bgr * 0.16 * dry, soft=2.0,
                      twinkle=0.6)  # fmt: skip
        draw_swarm(picture, discs, t + 11.0, camera_xy=(camera.x, camera.y), zoom=zoom)

    def _fog(self, picture: np.ndarray, moment: Moment, amount: float, ground_y: float, depth: float) -> None:
        if self.sky.haze < 0.2:
            return
        light_x, _, _ = moment.camera.place(*self.sun_xy, 0.03)
        draw_fog(picture, self.weather, moment.camera, moment.time_s, amount=amount * self.sky.haze, depth=depth,
                 ground_y=ground_y, reach=0.55, light_x=light_x)  # fmt: skip

    def _fire_places(self, moment: Moment) -> np.ndarray:
        """(n, 6) on the screen: x, y, height in pixels, phase, level, depth. More burn as the place grows; each leaps
        with its band of the spectrum, all with the drums."""
        height, camera = self.canvas.height, moment.camera
        x, y, depth, size, phase, band = self.fires.T
        zoom = 1.0 + (camera.zoom - 1.0) * np.minimum(1.6, 0.16 + 0.84 * depth)
        px = ((x - camera.x * depth) * zoom + self.canvas.aspect * 0.5) * height
        py = ((y - camera.y * depth) * zoom + 0.5) * height
        order = np.abs(band - 0.5) * 2.0 * 0.7 + 0.3 * ((phase * 7.3) % 1.0)
        lit = np.clip((0.35 + 0.75 * moment.growth - order) * 6.0, 0.0, 1.0)
        steady = 0.34 + 0.10 * np.sin(moment.time_s * 5.3 + phase) + 0.20 * moment.energy
        level = steady * (1.0 - 0.5 * moment.hush) + 1.05 * band_levels(moment.heard.spectrum, band)
        level = (level + 0.25 * moment.kick + 0.25 * moment.swell) * lit
        return np.stack([px, py, size * zoom * height, phase, level, depth], axis=1)

    @staticmethod
    def _burn(picture: np.ndarray, fires: np.ndarray, time_s: float, near: float, far: float) -> None:
        chosen = fires[(fires[:, 5] >= near) & (fires[:, 5] < far) & (fires[:, 4] > 0.02)]
        core = np.float32([150.0, 225.0, 255.0])
        draw_flames(picture, chosen[:, :5], time_s, core, np.float32([40.0, 130.0, 250.0]), tongues=5)

    def _mist(
        self, picture: np.ndarray, camera: Camera, t: float, y: float, tall: float, opacity: float, depth: float
    ) -> None:
        light_x, _, _ = camera.place(*self.sun_xy, 0.03)
        lay_mist(picture, self.mist, camera, drift_x=t * 0.045, y=y, tall=tall, opacity=opacity, depth=depth,
                 air_bgr=self.air_bgr, light_bgr=self.sun_bgr, light_x=light_x)  # fmt: skip

    def _to_light(self, camera: Camera, x: float, y: float) -> tuple[float, float]:
        sun_x, sun_y, _ = camera.place(*self.sun_xy, 0.03)
        return sun_x - x, min(-0.12, sun_y - y) * 1.2

    def _banners(self, picture: np.ndarray, moment: Moment, near: float, far: float) -> None:
        height = picture.shape[0]
        c, camera = self.colours, moment.camera
        shown = 6 + int(7 * moment.growth + 2 * moment.energy)
        for index, (x, y, depth, phase, size, order) in enumerate(self.banners):
            if not near <= depth < far or order > shown / 13.0:
                continue
            size *= 0.8 if self.canvas.tall else 1.0
            sx, sy, zoom = camera.place(x, y, depth)
            unit = size * zoom * height
            if abs(sx) > self.canvas.aspect * 0.5 + size * zoom:
                continue
            pale = float(np.clip(0.62 - depth, 0.0, 0.3)) * 1.6
            ink = mix(c["ink"], c["air"] * 0.6, pale)
            dx, dy = self._to_light(camera, sx, sy)
            length = math.hypot(dx, dy)
            rim_px = 1.5 * height / 804.0 + 0.6
            with on(picture, (sx + self.canvas.aspect * 0.5) * height, (sy + 0.5) * height, unit) as canvas:
                if self.facing < 0:
                    canvas.scale(-1.0, 1.0)
                    dx = -dx
                draw_banner(canvas, moment.time_s * (0.9 + 0.03 * index), phase, wind=0.92 + 0.12 * moment.energy,
                            body=fill(ink),
                            rim=fill(c["rim"] * (0.85 + 0.5 * moment.kick + 0.7 * moment.heard.brass)),
                            cloth=fill(mix(ink, c["dark"], 0.35)), dx=-dx / length * rim_px / unit,
                            dy=-dy / length * rim_px / unit)  # fmt: skip

    def _hero(self, picture: np.ndarray, moment: Moment) -> None:
        height = picture.shape[0]
        c, camera = self.colours, moment.camera
        sx, sy, zoom = camera.place(*self.hero_xy, HERO_DEPTH)
        unit = self.hero_size * zoom * height
        to_x, to_y = self._to_light(camera, sx, sy - self.hero_size * zoom * 0.6)
        with on(picture, (sx + self.canvas.aspect * 0.5) * height, (sy + 0.5) * height, unit) as canvas:
            if self.facing < 0:
                canvas.scale(-1.0, 1.0)
                to_x = -to_x
            body = gradient_fill(mix(c["ink"], c["dark"], 0.55), c["ink"] * 0.6, -1.0, -0.1)
            cape = gradient_fill(mix(c["ink"], c["dark"], 0.95), c["ink"], -0.9, -0.15)
            rim = fill(c["rim"] * (1.0 + 0.5 * moment.kick + 0.5 * moment.heard.voice))
            draw_hero(canvas, moment.time_s, wind=0.82 + 0.18 * moment.energy, body=body, cape=cape, rim=rim,
                      fold=mix(c["dark"], c["rim"], 0.35), to_light=(to_x, to_y),
                      rim_width=(1.9 * height / 804.0 + 0.5) / unit)  # fmt: skip

    def _light(self, picture: np.ndarray, moment: Moment, fires: np.ndarray, flash: float) -> np.ndarray:
        small = quarter(picture)
        height, width = small.shape[:2]
        sx, sy, _ = moment.camera.place(*self.sun_xy, 0.03)
        source = ((sx / self.canvas.aspect + 0.5) * width, (sy + 0.5) * height)
        strength = 0.55 + 0.20 * moment.energy + 0.55 * moment.kick + 0.5 * moment.crash + 0.35 * moment.heard.choir
        strength = (strength + 0.5 * moment.swell) * (1.0 - 0.5 * moment.hush) * self.sky.bloom
        rays = half_rays(small, source, threshold=0.60, length=1.3) * (self.sun_bgr * strength).astype(np.float32)
        rays += (flash * 0.10 * np.float32([1.0, 0.92, 0.85])).astype(np.float32)
        power = (0.40 + 0.25 * moment.kick + 0.35 * moment.crash) * self.sky.bloom
        light = bloom(small, threshold=0.62, strength=float(power), more=rays)
        dark = 0.35 + 0.65 * self.sky.lamps
        size = fires[:, 2] * 0.25
        glows = np.stack([fires[:, 0] * 0.25, fires[:, 1] * 0.25 - size * 0.4, size * (1.0 + 0.9 * fires[:, 4]),
                          fires[:, 4] * 0.42 * dark], axis=1)  # fmt: skip
        add_glows(light, glows, np.float32([0.16, 0.46, 1.0]))
        return light

"""A ship in a storm: moving seas under torn clouds, a lighthouse that sweeps the dark, lightning on crashes."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, display_bgr, mix, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.hours import sky_of, turn
from generation.engine.film.brushes.ink import fill, gradient_fill, on, rimmed
from generation.engine.film.brushes.lamps import add_glows
from generation.engine.film.brushes.layers import Plate, lay, lay_enlarged, plate_extent
from generation.engine.film.brushes.light import bloom, half_rays, mist_tile, quarter
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.scenery import lay_mist
from generation.engine.film.brushes.sea import draw_sea, wave_height, wave_tile
from generation.engine.film.brushes.ships import draw_ship, lighthouse_paths, rock_path, ship_paths, stack_paths
from generation.engine.film.brushes.sky import SkySpec, paint_sky
from generation.engine.film.brushes.weather import draw_bolt, draw_fall, draw_fog, lightning, make_weather
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

# zenith, middle, horizon, sun, cloud lit, cloud dark, deep water, lit crest, foam, ink, rim
_PALETTES = {
    "tempest": "#0a141c #22404a #8aa898 #fff0c8 #b8c8bc #18242c #06181e #2c8078 #d8e8e4 #05090c #ffeec8",
    "moon": "#060a1c #14285a #5a80b8 #dce8ff #90b0e0 #101834 #040c20 #2060a0 #c8dcff #03050c #c8e0ff",
    "dusk": "#160c24 #54284c #e07848 #ffc078 #f08860 #261430 #0c0c20 #a04868 #ffd8c8 #08050c #ffb878",
    "dawn": "#1c2c48 #5a7898 #f0b898 #ffe4b8 #ffc8b0 #384860 #0c2434 #3c9490 #fff0e4 #080c12 #ffdcb0",
}
_ROLES = {"zenith": "zenith", "middle": "middle", "horizon": "horizon", "sun": "sun", "lit": "lit", "dark": "dark",
          "deep": "shade", "crest": "fill", "foam": "snow", "rim": "rim"}  # fmt: skip
# how high the sea goes under each weather
_SWELL = {"storm": 1.0, "rain": 0.72, "cloud": 0.60, "fog": 0.42, "clear": 0.50, "snow": 0.6}
_SHIP_Z, _NEAR_Z, _FAR_Z = 2.7, 0.42, 34.0


class OceanStorm(World):
    name = "ocean_storm"
    casting = Casting(
        words=tuple(
            (
                "sea ocean ship sail storm wave harbour harbor captain lighthouse shore tide island sailor drown rain "
                "deep wreck whale anchor coast"
            ).split()
        ),
        styles={"epic": 0.625, "gladiator": 0.25, "gregorian": 0.25, "pop": 0.625, "dark": 1.0, "emotional": 0.625},
        realms=("ancient", "dream"),
        palettes={
            "tempest": ("dark", "epic", "gladiator"),
            "moon": ("dark", "fantasy"),
            "dusk": ("emotional", "pop"),
            "dawn": ("emotional", "fantasy", "pop"),
        },
        hours=("dusk", "night", "dawn", "day"),
        weathers=("storm", "cloud", "clear", "fog", "rain"),
    )

    def _setup(self) -> None:
        keys = "zenith middle horizon sun lit dark deep crest foam ink rim".split()
        look, tall = self.look, self.canvas.tall
        plain = dict(zip(keys, map(rgb, _PALETTES[look.palette].split()), strict=True))
        self.colours = turn(plain, _ROLES, hour=look.hour, weather=look.weather, usual_hour="dusk",
                            usual_weather="storm")  # fmt: skip
        self.sky = sky_of(look.hour, look.weather)
        rng = self.rng("layout")
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        wide = min(1.0, self.canvas.aspect / 2.2)
        self.horizon_y = float(rng.uniform(0.03, 0.12)) if not tall else 0.06
        self.eye = 0.40 if not tall else 0.44
        self.swell = (0.072 + 0.030 * look.density) * _SWELL[look.weather]
        self.sun_xy = (
            self.side * rng.uniform(-0.10, 0.55) * (0.35 if tall else wide),
            self.horizon_y - rng.uniform(0.55, 1.0) * (0.10 + 0.7 * self.sky.rise),
        )
        self.ship_x = -self.side * (rng.uniform(0.25, 1.05) * wide if not tall else 0.10)
        self.ship_size = float(rng.uniform(0.36, 0.54)) if not tall else 0.27
        self.coast = ("lighthouse", "lighthouse", "stacks")[int(rng.integers(3))]
        self.rock_x = self.side * (self.canvas.aspect * 0.5 - rng.uniform(0.12, 0.42) * wide if not tall else 0.22)
        # ships far behind: x at their distance, distance, size, order
        self.fleet = [
            (float(rng.uniform(-0.45, 0.45)) * self.canvas.aspect, float(rng.uniform(5.0, 9.0)),
             float(rng.uniform(0.8, 1.1)), order)
            for order in np.linspace(0.15, 0.95, 2 + int(4 * look.density))
        ]  # fmt: skip
        self.grade = Grade(vignette=0.46, contrast=0.28, shadow_tint=(0.026, 0.006, -0.004))

    def paint(self) -> dict[str, Plate]:
        self._setup()
        half_w, half_h = plate_extent(self.canvas.aspect, 0.03)
        scale = float(self.canvas.height)
        width, height = int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2
        c, rng = self.colours, self.rng("sky")
        spec = SkySpec(
            c["zenith"], c["middle"], c["horizon"], c["sun"], c["lit"], c["dark"], self.sun_xy, self.horizon_y,
            cover=min(0.95, self.sky.cover * 0.88 + 0.10 * rng.random()), glow=0.45 + 0.5 * (self.sky.glow - 0.45),
            sun_size=self.sky.size * 0.85, stars=self.sky.stars, cloud_scale=rng.uniform(0.80, 1.4),
            seed=self.noise_seed("sky"),
        )  # fmt: skip
        image = develop(paint_sky(spec, width, height, scale), None, rng)
        return {"sky": Plate(image, scale, width * 0.5, height * 0.5, 0.03)}

    def prepare(self) -> None:
        self._setup()
        c, rng = self.colours, self.rng("moving")
        self.tiles = np.stack([
            wave_tile(self.rng("swell"), wind=0.35 * self.side, peak=5.0, spread=3.0),
            wave_tile(self.rng("waves"), wind=-0.25, peak=9.0, spread=1.5),
            wave_tile(self.rng("ripples"), wind=0.1, peak=14.0, spread=0.5),
        ])  # fmt: skip
        self.weather = make_weather(self.look.weather, seed=self.noise_seed("weather"), side=self.side,
                                    air=mix(c["horizon"], c["dark"], 0.35), light=c["sun"])  # fmt: skip
        self.spray = make_swarm(rng, 170)
        self.mist = mist_tile(64, self.noise_seed("mist"))
        tones = [
            c["deep"],
            c["crest"],
            c["foam"],
            mix(c["middle"], c["zenith"], 0.4),
            mix(c["horizon"], c["dark"], 0.25),
            c["sun"],
            mix(c["crest"], rgb("#58f0ff"), 0.55) * 1.3,
        ]
        self.sea_colours = np.stack([display_bgr(tone) / 255.0 for tone in tones]).astype(np.float32)
        self.sun_bgr = (display_bgr(c["sun"]) / 255.0).astype(np.float32)
        self.air_bgr = (display_bgr(mix(c["horizon"], c["dark"], 0.35)) / 255.0).astype(np.float32)
        self.foam_bgr = display_bgr(c["foam"])
        self.lamp_bgr = (display_bgr(rgb("#ffe0a0")) / 255.0).astype(np.float32)
        self.rock = rock_path(self.rng("rock"), 0.62, 0.16)
        self.tower, self.lamp = lighthouse_paths()
        self.needles = stack_paths(self.rng("stacks"))

    def focus(self, size: str, variant: int) -> Focus:
        if size == "close":
            if variant % 3 == 2:
                return Focus(self.side * 0.40, -0.02, 1.8)
            return Focus(self.ship_x * 0.62, -0.02, 2.1)
        if size == "mid":
            return Focus(self.ship_x * 0.34, 0.0, 1.42)
        return Focus(0.0, 0.0, 1.0)

    # ---- projection of the sea ----------------------------------------------------------------------------------

    def _zoom(self, moment: Moment) -> float:
        return 1.0 + (moment.camera.zoom - 1.0) * 0.72

    def _horizon(self, moment: Moment) -> float:
        return self.horizon_y * (1.0 + (self._zoom(moment) - 1.0) * 0.4) - moment.camera.y * 0.5

    def _project(self, moment: Moment, x: float, y: float, z: float) -> tuple[float, float, float]:
        """A point over the sea to the screen: picture units and the size of one unit there."""
        unit = self._zoom(moment) / z
        return (x - moment.camera.x * 1.3) * unit, self._horizon(moment) + (self.eye - y) * unit, unit

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t = moment.camera, moment.time_s
        edge = min(height, int((self._horizon(moment) + 0.53) * height))
        picture[edge:] = 0
        shift = (0.004 * math.sin(t * 0.06) - 0.0009 * (t % 60.0 - 30.0), 0.0)
        lay(picture, self.plates["sky"], camera, shift=shift, bottom=edge)
        stroke = lightning(self.weather, t, moment.crash)
        if stroke:
            foot = self._horizon(moment) + 0.01
            draw_bolt(picture, stroke, top_y=-0.52, foot_y=foot, colour=self.colours["rim"])
        self._sea(picture, moment, _SHIP_Z, _FAR_Z, 0.8)
        self._mist(picture, moment, 0.15, 0.16, 0.30 + 0.45 * self.sky.haze)
        self._far_ships(picture, moment)
        self._coast(picture, moment)
        self._fog(picture, moment, 0.70, 0.16)
        self._ship(picture, moment)
        self._sea(picture, moment, _NEAR_Z, _SHIP_Z, 1.0)
        self._mist(picture, moment, 0.26, 0.16, 0.15 + 0.35 * self.sky.haze)
        self._fog(picture, moment, 0.40, 0.45)
        flash = stroke.level if stroke else 0.0
        light = self._light(picture, moment, flash)
        draw_fall(picture, self.weather, camera, t, amount=0.55 + 0.45 * moment.growth, lit=flash)
        spray = Swarm(self.spray, (-0.20 * self.side, -0.015), 0.07, 0.0014, self.foam_bgr * 0.45, streak_s=0.012,
                      twinkle=0.9)  # fmt: skip
        draw_swarm(picture, spray, t, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(0.6),
                   gain=(0.6 + 0.7 * moment.kick) * _SWELL[self.look.weather])  # fmt: skip
        gain = 1.0 + 0.14 * moment.kick + 0.10 * moment.crash + 0.10 * moment.swell - 0.16 * moment.hush + 0.30 * flash
        return Drawing(picture, light, gain)

    def _fog(self, picture: np.ndarray, moment: Moment, amount: float, ground_y: float) -> None:
        light_x, _, _ = moment.camera.place(*self.sun_xy, 0.03)
        if self.look.weather == "fog":
            draw_fog(picture, self.weather, moment.camera, moment.time_s, amount=amount, depth=0.2, ground_y=ground_y,
                     reach=0.6, light_x=light_x)  # fmt: skip

    def _sea(self, picture: np.ndarray, moment: Moment, near: float, far: float, fine: float) -> None:
        height, width = picture.shape[:2]
        steps = int(min(300, max(90, height / 4.2)) * fine)
        layer = np.zeros((height // 2, width // 2, 4), np.uint8)
        sx, sy, _ = moment.camera.place(*self.sun_xy, 0.03)
        loud = 0.10 * moment.energy + 0.25 * moment.kick + 0.3 * moment.swell
        glows = (loud + 0.95 * moment.heard.spectrum) * (0.35 + 0.65 * self.sky.lamps) * (1.0 - 0.6 * moment.hush)
        swell = self.swell * (0.9 + 0.25 * moment.energy + 0.18 * moment.swell)
        top = draw_sea(
            layer.view(np.uint32)[..., 0], self.tiles, swell, self.eye,
            self._horizon(moment), moment.camera.x * 1.3, self._zoom(moment), moment.time_s, near, far, sx, sy,
            self.sea_colours, 0.052 + 0.10 * self.sky.haze, 1.55 - 0.35 * moment.energy, glows, steps,
        )  # fmt: skip
        top = max(0, int(top) - 1)
        if top >= height // 2 - 1:
            return
        # every column stands for itself: a light blur across them closes the joints
        layer = cv2.blur(layer[top:], (3, 1))
        lay_enlarged(picture[2 * top :], layer)

    def _mist(self, picture: np.ndarray, moment: Moment, y: float, tall: float, opacity: float) -> None:
        light_x, _, _ = moment.camera.place(*self.sun_xy, 0.03)
        lift = self._horizon(moment) - self.horizon_y
        lay_mist(picture, self.mist, moment.camera, drift_x=moment.time_s * 0.05 + y * 50.0, y=y + lift, tall=tall,
                 opacity=opacity,
                 depth=0.0, air_bgr=self.air_bgr, light_bgr=self.sun_bgr, light_x=light_x)  # fmt: skip

    def _rim(self, moment: Moment, sx: float, sy: float, unit: float) -> tuple[float, float]:
        """How far to move a body so that its lit edge stays free, in its own units."""
        light_x, light_y, _ = moment.camera.place(*self.sun_xy, 0.03)
        dx, dy = light_x - sx, light_y - sy - 0.15
        length = math.hypot(dx, dy) or 1.0
        width = (1.2 * self.canvas.height / 536.0 * (0.6 if self.canvas.tall else 1.0) + 0.5) / unit
        return -dx / length * width, -dy / length * width

    def _ship(self, picture: np.ndarray, moment: Moment) -> None:
        c, t, height = self.colours, moment.time_s, self.canvas.height
        x = self.ship_x + 0.012 * (t % 120.0) * self.side * 0.3
        rise = float(wave_height(self.tiles, self.swell, x, _SHIP_Z, t))
        ahead = float(wave_height(self.tiles, self.swell, x + 0.25, _SHIP_Z, t))
        sx, sy, unit = self._project(moment, x, rise * 0.8, _SHIP_Z)
        size = self.ship_size * unit * _SHIP_Z * height
        roll = math.degrees(math.atan2((rise - ahead) * self.side, 0.30)) * 0.7 + 2.5 * math.sin(t * 0.9)
        with on(picture, (sx + self.canvas.aspect * 0.5) * height, (sy + 0.5) * height, size) as canvas:
            if self.side < 0:
                canvas.scale(-1.0, 1.0)
            canvas.rotate(roll)
            dx, dy = self._rim(moment, sx, sy, size)
            cloth = mix(c["ink"], c["horizon"], 0.26), mix(c["ink"], c["dark"], 0.7)
            draw_ship(canvas, t, ink=mix(c["ink"], c["horizon"], 0.05), cloth=cloth,
                      rim=c["rim"] * (0.8 + 0.5 * moment.kick), light=mix(c["horizon"], c["rim"], 0.4),
                      dx=dx * self.side, dy=dy)  # fmt: skip
            lamp = fill(np.float32([1.0, 0.60, 0.22]) * (0.9 + 0.2 * math.sin(t * 9.0)))
            for px in (-0.53, -0.47, -0.41):
                canvas.drawRect(skia.Rect.MakeXYWH(px, -0.128, 0.017, 0.024), lamp)

    def _far_ships(self, picture: np.ndarray, moment: Moment) -> None:
        """Other sails on the horizon; more come into sight as the place grows."""
        c, t, height = self.colours, moment.time_s, self.canvas.height
        with on(picture) as canvas:
            for x, z, size, order in self.fleet:
                if order > 0.25 + 0.75 * moment.growth:
                    continue
                rise = float(wave_height(self.tiles, self.swell, x * z, z, t))
                sx, sy, unit = self._project(moment, x * z, rise * 0.5, z)
                scale = size * 0.30 * unit * _SHIP_Z * height * (0.6 if self.canvas.tall else 1.0)
                canvas.save()
                canvas.translate((sx + self.canvas.aspect * 0.5) * height, (sy + 0.5) * height)
                canvas.scale(scale * (-1.0 if self.side < 0 else 1.0), scale)
                canvas.rotate(2.0 * math.sin(t * 0.7 + order * 9.0))
                ship = ship_paths(t + order * 7.0)
                tone = fill(mix(c["ink"], c["horizon"], 0.22 + 0.045 * z))
                whole = skia.Path()
                for path in (*ship.sails, *ship.masts, *ship.wood):
                    whole.addPath(path)
                canvas.drawPath(whole, tone)
                canvas.restore()

    def _tower_at(self, moment: Moment) -> tuple[float, float, float]:
        """Screen place of the tower's foot, and its height in picture units."""
        zoom = 1.0 + (moment.camera.zoom - 1.0) * 0.45
        x = (self.rock_x - moment.camera.x * 0.38) * zoom
        tall = (0.30 if not self.canvas.tall else 0.20) * zoom
        return x, self._horizon(moment) + 0.055 * zoom - 0.16 * tall * 1.1, tall

    def _coast(self, picture: np.ndarray, moment: Moment) -> None:
        if self.coast == "stacks":
            self._stacks(picture, moment)
            return
        c, height = self.colours, self.canvas.height
        x, y, tall = self._tower_at(moment)
        unit = tall * height
        ink = mix(c["ink"], c["horizon"], 0.04)
        with on(picture, (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, unit) as canvas:
            dx, dy = self._rim(moment, x, y, unit)
            canvas.save()
            canvas.translate(0.0, 0.17)
            canvas.scale(self.side * 1.15, 1.1)
            rimmed(
                canvas,
                self.rock,
                gradient_fill(ink, mix(c["ink"], c["horizon"], 0.10), -0.2, 0.25),
                fill(c["rim"] * 0.5),
                dx * self.side,
                dy,
            )
            canvas.restore()
            rimmed(canvas, self.tower, fill(ink), fill(c["rim"] * 0.6), dx, dy)
            lamp = fill(np.float32([1.0, 0.86, 0.55]) * 2.0)
            canvas.drawCircle(self.lamp[0], -self.lamp[1], 0.045, lamp)

    def _stacks(self, picture: np.ndarray, moment: Moment) -> None:
        """Needles of rock in the surf instead of a lighthouse."""
        c, height = self.colours, self.canvas.height
        x, y, tall = self._tower_at(moment)
        unit = tall * height
        with on(picture, (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height + unit * 0.16, unit) as canvas:
            dx, dy = self._rim(moment, x, y, unit)
            for number, path in enumerate(self.needles):
                ink = mix(c["ink"], c["horizon"], 0.16 - 0.05 * number)
                rimmed(canvas, path, fill(ink), fill(c["rim"] * 0.55), dx, dy)

    def _light(self, picture: np.ndarray, moment: Moment, flash: float) -> np.ndarray:
        small = quarter(picture)
        height, width = small.shape[:2]
        sx, sy, _ = moment.camera.place(*self.sun_xy, 0.03)
        source = ((sx / self.canvas.aspect + 0.5) * width, (sy + 0.5) * height)
        strength = 0.30 + 0.16 * moment.energy + 0.55 * moment.kick + 0.5 * moment.crash + 0.4 * moment.heard.choir
        strength = (strength + 0.4 * moment.swell) * (1.0 - 0.5 * moment.hush)
        rays = half_rays(small, source, threshold=0.66, length=1.5)
        rays *= (self.sun_bgr * (strength * self.sky.bloom)).astype(np.float32)
        rays += np.float32(flash * 0.12)
        if self.coast == "lighthouse":
            rays += self._beam(moment, *rays.shape[1::-1])
        power = (0.50 + 0.25 * moment.kick + 0.55 * moment.crash) * self.sky.bloom
        light = bloom(small, threshold=0.62, strength=float(power), more=rays)
        self._lanterns(light, moment)
        return light

    def _lanterns(self, light: np.ndarray, moment: Moment) -> None:
        """Glow around the stern windows of the ship and the lamps of the far ones; the strings make them warmer."""
        height, t = light.shape[0], moment.time_s
        level = (0.40 + 0.60 * moment.heard.strings + 0.3 * moment.heard.voice) * (0.3 + 0.7 * self.sky.lamps)
        rise = float(wave_height(self.tiles, self.swell, self.ship_x, _SHIP_Z, t))
        sx, sy, unit = self._project(moment, self.ship_x + 0.012 * (t % 120.0) * self.side * 0.3, rise * 0.8, _SHIP_Z)
        size = self.ship_size * unit * _SHIP_Z
        glows = [(sx - self.side * 0.47 * size, sy - 0.12 * size, 0.10 * size, level)]
        for x, z, _, order in self.fleet:
            if order <= 0.25 + 0.75 * moment.growth:
                fx, fy, far = self._project(moment, x * z, 0.0, z)
                glows.append((fx, fy - 0.05 * far, 0.06 * far * _SHIP_Z, level * 0.7))
        places = np.float32(glows)
        places[:, 0] = (places[:, 0] + self.canvas.aspect * 0.5) * height
        places[:, 1] = (places[:, 1] + 0.5) * height
        places[:, 2] *= height
        add_glows(light, places, np.float32([0.25, 0.62, 1.0]))

    def _beam(self, moment: Moment, small_w: int, small_h: int) -> np.ndarray:
        """The lighthouse's beam (small_h, small_w, 3), turning once in eight seconds; the voice and the brass make it
        bright."""
        x, y, tall = self._tower_at(moment)
        rows = (np.arange(small_h, dtype=np.float32)[:, None] + 0.5) / small_h - 0.5 - (y - self.lamp[1] * tall)
        columns = ((np.arange(small_w, dtype=np.float32)[None, :] + 0.5) / small_w - 0.5) * self.canvas.aspect - x
        far = np.sqrt(columns * columns + rows * rows)
        loud = 0.30 + 0.25 * moment.kick + 0.45 * moment.heard.voice + 0.35 * moment.heard.brass + 0.3 * moment.swell
        layer = 0.55 * np.exp(far * -16.0) + 0.12 * np.exp(far * -4.5)
        for half in (0.0, math.pi):
            angle = moment.time_s * 2.0 * math.pi / 8.0 + half
            across, toward = math.cos(angle), math.sin(angle)
            along = columns * math.copysign(1.0, across)
            spread = 0.004 + (0.020 + 0.09 * max(0.0, -toward)) * np.maximum(along, 0.0) / (0.05 + abs(across))
            off = (rows - np.abs(columns) * 0.03 / (0.10 + abs(across))) / spread
            strength = loud * (0.30 + 0.70 * max(0.0, 0.5 - 0.5 * toward)) * min(1.0, abs(across) * 4.0)
            layer += strength * np.exp(off * off * -1.0 - far * 1.2) * (along > 0.0)
        return layer.astype(np.float32)[..., None] * (self.lamp_bgr * np.float32(0.4 + 0.6 * self.sky.lamps))

"""A Roman amphitheatre from its sand: a gladiator before the gate, thousands who rise, torches, sails, dust."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.amphitheatre import SEATS, Eye, smooth_bowl
from generation.engine.film.brushes.arena_dress import draw_cloth, draw_gate, draw_sails, draw_torch, torch_paints
from generation.engine.film.brushes.colour import develop, develop_premultiplied, develop_rows, display_bgr, mix, rgb
from generation.engine.film.brushes.crowd import Crowd, crowd_sprites, draw_crowd
from generation.engine.film.brushes.figure_gladiator import draw_gladiator, draw_gladiator_shape, draw_opponent
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.hours import sky_of, turn
from generation.engine.film.brushes.ink import fill, on
from generation.engine.film.brushes.layers import Plate, crop_plate, lay, plate_extent
from generation.engine.film.brushes.light import bloom, mist_tile, quarter
from generation.engine.film.brushes.moonscape import dust_relief
from generation.engine.film.brushes.noise import line_noise
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.radiance import comfort, eighth, glows, radiance, shafts
from generation.engine.film.brushes.scenery import lay_mist
from generation.engine.film.brushes.sky import SkySpec, paint_sky
from generation.engine.film.brushes.weather import (
    draw_bolt,
    draw_fall,
    draw_fog,
    draw_splashes,
    lightning,
    make_weather,
)
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

_KEYS = "zenith middle horizon sun lit dark stone shade sand air rim ink flame cloth second".split()
_ROLES = {
    "zenith": "zenith", "middle": "middle", "horizon": "horizon", "sun": "sun", "lit": "lit", "dark": "dark",
    "stone": "ground", "shade": "shade", "sand": "ground", "air": "air", "rim": "rim",
}  # fmt: skip
# zenith, middle, horizon, sun, lit, dark, stone, shade, sand, air, rim, ink, flame, cloth, second cloth
_PALETTES = {
    "bronze": "#1c1420 #6c3828 #e09850 #ffc878 #ffb070 #38202c #c09068 #4c2c28 #d0a070 #c08050 "
    "#ffc070 #0c0706 #ff9a3c #b82418 #e8d0a0",
    "crimson": "#160a14 #58141c #c04828 #ff9858 #f07048 #280c18 #a86858 #3c1c24 #b87858 #984038 "
    "#ff9050 #0a0406 #ff7a30 #8c0c14 #301018",
    "marble": "#24385c #7890b0 #f0d8b8 #fff0d0 #fff0e0 #586080 #d8d0c0 #58585c #e0d0b0 #c8b8a0 "
    "#fff0d0 #0a0a0c #ffb060 #28509c #f0ece0",
    "olive": "#101c1c #38524a #c8b878 #fff0b0 #d8d098 #1c2c28 #a0a080 #343c30 #b0a878 #98a080 "
    "#f8e8a0 #060a08 #ffb850 #2c6848 #d8c890",
    "iron": "#0c1018 #303c50 #98a0a8 #f0ece0 #b8c0c8 #1c2028 #8c9098 #2c3038 #98948c #788088 "
    "#f0e8d8 #05070a #ff9448 #78202c #888c94",
}
_BOWL, _HERO, _RIVAL, _TORCHES = 0.16, 1.0, 0.42, 24


class Arena(World):
    name = "arena"
    casting = Casting(
        words=tuple(
            "arena gladiator crowd rome roman lion colosseum coliseum caesar emperor empire sand fight sword shield "
            "glory victor triumph cheer stadium champion honor honour salute legion spartacus duel challenge".split()
        ),
        styles={"gladiator": 1.0, "epic": 0.8125, "dark": 0.25, "pop": 0.125},
        realms=("ancient",),
        palettes={
            "bronze": ("gladiator", "epic"),
            "crimson": ("gladiator", "dark", "epic"),
            "marble": ("epic", "pop", "emotional"),
            "olive": ("fantasy", "gladiator"),
            "iron": ("dark", "gregorian"),
        },
        hours=("dusk", "day", "dawn", "night"),
        weathers=("clear", "cloud", "fog", "rain", "snow", "storm"),
    )

    def _setup(self) -> None:
        usual = dict(zip(_KEYS, map(rgb, _PALETTES[self.look.palette].split()), strict=True))
        hour, weather = self.look.hour, self.look.weather
        self.colours = turn(usual, _ROLES, hour=hour, weather=weather, usual_hour="dusk", usual_weather="clear")
        if hour in ("day", "night"):
            # stone and air under a blue sky or moon are nearer to grey than the sky is
            for key in ("stone", "shade", "sand", "air"):
                grey = float(self.colours[key] @ np.float32([0.3, 0.6, 0.1]))
                warm = np.float32([1.06, 1.0, 0.88]) if hour == "day" else np.float32([0.90, 1.0, 1.25])
                self.colours[key] = mix(self.colours[key], grey * warm, 0.55)
        self.sky = sky_of(hour, weather)
        # what the whole sky gives: its brightness, but cooler and greyer than its colour, so that shade is not sunlit
        sky = mix(self.colours["middle"], self.colours["air"], 0.6)
        self.fill = mix(sky, np.float32([0.80, 0.90, 1.25]) * float(sky @ np.float32([0.3, 0.6, 0.1])), 0.68)
        rng, tall = self.rng("layout"), self.canvas.tall
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        narrow = 0.45 if tall else 1.0
        self.eye = Eye(0.93 if not tall else 0.74, 0.145 if not tall else 0.13, float(rng.uniform(0.66, 0.78)))
        self.sun_at = self.side * float(rng.uniform(0.22, 0.40)) * narrow
        self.low_sun = {"day": 0.25, "night": 0.45}.get(hour, 1.0)
        self.rim_y = float(self.eye.project(np.float64(1.78), np.float64(0.0), np.float64(1.15))[1])
        self.sun_xy = (self.sun_at, self.rim_y - {"day": 0.20, "night": 0.12}.get(hour, 0.015))
        self.hero_x = -self.side * float(rng.uniform(0.16, 0.34)) * (0.25 if tall else 1.0)
        self.hero_size = (0.42 if not tall else 0.30) * float(rng.uniform(0.95, 1.06))
        self.ground_y = 0.405 if not tall else 0.36
        self.rival_x, self.rival_kind = float(rng.uniform(-0.10, 0.10)), int(rng.integers(2))
        self.strips = int(rng.integers(9, 15))
        self.furled = {"storm": 0.92, "rain": 0.35, "snow": 0.5}.get(weather, float(rng.uniform(0.0, 0.35)))
        self.grade = Grade(vignette=0.42, contrast=0.30)

    # ---- plates -------------------------------------------------------------------------------------------------

    def paint(self) -> dict[str, Plate]:
        self._setup()
        return {"sky": self._paint_sky(), "bowl": self._paint_bowl(), "sand": self._paint_sand()}

    def _pixels(self, depth: float, sharp: float = 1.0) -> tuple[int, int, float]:
        half_w, half_h = plate_extent(self.canvas.aspect, depth)
        scale = self.canvas.height * sharp
        return int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2, scale

    def _paint_sky(self) -> Plate:
        width, height, scale = self._pixels(0.03)
        c, rng = self.colours, self.rng("sky")
        spec = SkySpec(
            c["zenith"], c["middle"], c["horizon"], c["sun"], c["lit"], c["dark"], self.sun_xy, self.rim_y + 0.10,
            cover=self.sky.cover, glow=self.sky.glow, sun_size=self.sky.size, stars=self.sky.stars,
            cloud_scale=float(rng.uniform(0.9, 1.3)), seed=self.noise_seed("sky"),
        )  # fmt: skip
        image = develop(paint_sky(spec, width, height, scale), None, rng)
        # the bowl hides what lies below its rim
        seen = int((self.rim_y + 0.16) * scale + height * 0.5)
        return Plate(np.ascontiguousarray(image[:seen]), scale, width * 0.5, height * 0.5, 0.03)

    def _paint_bowl(self) -> Plate:
        width, height, scale = self._pixels(_BOWL)
        c, rng = self.colours, self.rng("bowl")
        sun = c["sun"] * (0.30 + 0.85 * self.sky.beam) * (0.40 if self.look.hour == "night" else 1.0)
        around = self.fill * 1.1 + 0.03
        colours = np.stack([c["stone"], c["shade"], c["sand"], mix(c["air"], c["horizon"], 0.4) * 0.75, sun, around,
                            c["flame"]])  # fmt: skip
        haze = 0.20 + 0.55 * self.sky.haze
        small = smooth_bowl(self.eye, width, height, scale, colours, sun_x=self.sun_at * 1.6,
                         low_sun=self.low_sun, haze=haze, lamps=self.sky.lamps**2 * 1.6,
                         seed=self.noise_seed("bowl"))  # fmt: skip
        image = develop_premultiplied(small, rng)
        x, y, z = (float(v) for v in self.eye.project(np.float64(1.0), np.float64(0.0), np.float64(0.0)))
        stone = mix(c["stone"] * (0.30 + 0.35 * around), c["air"] * 0.6, 0.18 + 0.3 * haze)
        with on(
            image, (x * scale + width * 0.5), y * scale + height * 0.5, 0.34 * self.eye.focal / z * scale
        ) as canvas:
            draw_gate(canvas, stone, c["shade"] * 0.5, c["flame"] * (0.15 + 0.45 * self.sky.lamps))
        return crop_plate(image, scale, _BOWL)

    def _paint_sand(self) -> Plate:
        """The sand at the gladiator's feet: ridges in raking light that melt into the arena's floor."""
        width, height, scale = self._pixels(_HERO)
        c, rng = self.colours, self.rng("sand")
        x = (np.arange(width) - width * 0.5) / scale
        knots = np.arange(-8.0, 8.0, 1.0 / 256.0)
        line = np.interp(x, knots, line_noise(len(knots), 16.0, 4, self.noise_seed("sand")))
        ground = (self.ground_y - 0.045 + 0.016 * line) * scale
        y = (np.arange(height, dtype=np.float32)[:, None] - height * 0.5 - ground[None, :].astype(np.float32)) / scale
        cover = np.clip(y / 0.055, 0.0, 1.0) ** 0.8
        slope = dust_relief(width, height, scale, ground, self.side, 0.12, self.noise_seed("relief"))
        toward = np.exp(-np.abs(x - self.sun_at) * 1.1).astype(np.float32)[None, :]
        lamp = self.sky.lamps * 0.25
        level = (0.16 + 0.55 * toward * self.sky.beam * (0.35 if self.look.hour == "night" else 1.0))[..., None]
        light = c["sun"] * level + self.fill * 0.35 + c["flame"] * lamp
        grain = 1.0 + 0.14 * rng.standard_normal(y.shape, np.float32)

        def painted(rows: slice) -> np.ndarray:
            dark = np.exp(-np.maximum(y[rows], 0.0) * (3.2 + 2.0 * self.low_sun))
            relief = np.clip(1.0 + 0.9 * slope[rows], 0.15, 2.0)
            return (c["sand"] * light * (dark * relief * grain[rows])[..., None]).astype(np.float32)

        return crop_plate(develop_rows(y.shape, painted, cover, rng), scale, _HERO)

    # ---- frames -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self._setup()
        c, rng = self.colours, self.rng("moving")
        self.sprites = crowd_sprites()
        self.crowd = self._people()
        self.mist = mist_tile(64, self.noise_seed("mist"))
        self.dust = make_swarm(rng, 320)
        self.petals = make_swarm(rng, 260)
        self.weather = make_weather(self.look.weather, seed=self.noise_seed("weather"), side=self.side, air=c["air"],
                                    light=c["sun"])  # fmt: skip
        self.sun_bgr = display_bgr(c["sun"]) / 255.0
        self.air_bgr = display_bgr(mix(c["air"], c["sun"], 0.2)) / 255.0
        self.flame_bgr = display_bgr(c["flame"]) / 255.0
        self.dust_bgr = display_bgr(mix(c["sand"], c["sun"], 0.5))
        angles = np.linspace(-1.25, 1.25, _TORCHES)
        self.torches = [tuple(float(v) for v in self.eye.project(1.02, a, 0.135)) for a in angles]
        self.cloths = [(*(float(v) for v in self.eye.project(1.30, a, 0.395)), float(rng.random() * 6.28))
                       for a in np.linspace(-1.15, 1.15, 14)]  # fmt: skip

    def _people(self) -> Crowd:
        """Who sits where: every row of seats, thinned by density, with gaps at the stairs; far ones first."""
        c, rng = self.colours, self.rng("people")
        found = []
        for r0, h0, r1, h1, rows in SEATS:
            for row in range(rows):
                t = (row + 0.5) / rows
                r, h = r0 + (r1 - r0) * t, h0 + (h1 - h0) * t
                count = int(2.9 * r / 0.030)
                angle = np.linspace(-1.45, 1.45, count) + rng.normal(0, 0.004, count)
                stair = np.abs((angle * 18.0 / math.pi) % 1.0 - 0.5) < 0.462
                keep = stair & (rng.random(count) < 0.52 + 0.46 * self.look.density)
                x, y, z = self.eye.project(np.full(count, r), angle, np.full(count, h))
                size = 0.055 * self.eye.focal / z
                inside = keep & (np.abs(x) < self.canvas.aspect * 0.5 + 0.35) & (y > -0.75)
                found.append(np.stack([x, y + size * 0.12, size, angle, z, np.full(count, h)], 1)[inside])
        people = np.concatenate(found)
        people = people[np.argsort(-people[:, 4], kind="stable")]
        count = len(people)
        robes = np.stack([c["stone"], mix(c["stone"], np.float32([1, 1, 1]), 0.4), c["cloth"], c["second"], c["shade"],
                          c["sand"] * 0.7])  # fmt: skip
        robe = robes[rng.choice(6, size=count, p=(0.26, 0.22, 0.13, 0.12, 0.17, 0.10))]
        facing = 0.5 - 0.5 * np.cos(people[:, 3] - math.asin(max(-0.9, min(0.9, self.sun_at * 1.6))))
        direct = np.clip((facing - 0.10) / 0.65, 0.0, 1.0) * np.clip((people[:, 5] - 0.5 * self.low_sun * (1 - facing))
                                                                     / 0.12, 0.0, 1.0)  # fmt: skip
        beam = self.sky.beam * (0.4 if self.look.hour == "night" else 1.0)
        light = c["sun"] * (0.95 * beam * direct)[:, None] + self.fill * 0.50
        light = light + c["flame"] * (self.sky.lamps * 0.8 * np.exp(-np.abs(people[:, 5] - 0.17) * 6.0))[:, None]
        veil = np.clip(0.10 + 0.20 * (people[:, 4] - 0.8) + 0.35 * self.sky.haze, 0.0, 0.75)[:, None]
        linear = robe * light * rng.uniform(0.55, 1.1, (count, 1)) * (1.0 - veil) + c["air"] * 0.55 * veil
        colours = np.stack([display_bgr(tone) for tone in linear.astype(np.float32)])
        places = people[:, :4].astype(np.float32)
        return Crowd(places, rng.random((count, 4), dtype=np.float32), colours.astype(np.float32))

    def focus(self, size: str, variant: int) -> Focus:
        chest = self.ground_y - self.hero_size * 0.78
        if size == "close":
            if variant % 3 == 0:
                return Focus(self.hero_x + 0.10 * self.side, chest + 0.01, 2.35)
            if variant % 3 == 1:
                return Focus(-self.side * 0.30 * min(1.0, self.canvas.aspect), -0.05, 2.6)
            return Focus(self.rival_x * 0.4, 0.04, 2.3)
        if size == "mid":
            return Focus(self.hero_x * 0.55, 0.05 if variant % 2 else 0.02, 1.45)
        return Focus(0.0, 0.0, 1.0)

    def draw(self, moment: Moment) -> Drawing:
        camera, t, heard = moment.camera, moment.time_s, moment.heard
        picture = np.zeros((self.canvas.height, self.canvas.width, 4), np.uint8)
        lay(picture, self.plates["sky"], camera, shift=(0.010 * math.sin(t * 0.04), 0.0), replicate=False)
        stroke = lightning(self.weather, t, moment.crash)
        if stroke is not None:
            draw_bolt(picture, stroke, top_y=-0.52, foot_y=self.rim_y + 0.05, colour=self.colours["rim"])
        self._sails(picture, moment)
        lay(picture, self.plates["bowl"], camera)
        excited = min(1.0, 0.10 + 0.42 * moment.energy * (0.6 + 0.6 * moment.growth) + 0.4 * heard.choir
                      + 0.5 * moment.crash + 0.35 * moment.swell) * (1.0 - 0.85 * moment.hush)  # fmt: skip
        draw_crowd(picture, self.crowd, self.sprites, t, offset=(camera.x * _BOWL, camera.y * _BOWL),
                   zoom=camera.zoom_at(_BOWL), excited=excited, wave=(0.35 + 0.65 * moment.growth) * moment.energy,
                   jump=moment.kick, gain=1.0 + 0.25 * moment.crash)  # fmt: skip
        self._dress(picture, moment)
        self._mist(picture, moment, self.eye.horizon_y + 0.075, 0.16, 0.34 + 0.30 * heard.drums, 0.3)
        self._rival(picture, moment)
        if self.look.weather == "fog":
            draw_fog(picture, self.weather, camera, t, amount=0.72, depth=0.5, ground_y=0.42, reach=0.85,
                     light_x=self.sun_at)  # fmt: skip
        lay(picture, self.plates["sand"], camera)
        self._hero(picture, moment)
        self._mist(picture, moment, self.ground_y + 0.02, 0.20, 0.16 + 0.34 * moment.kick + 0.2 * moment.crash, 0.9)
        self._air(picture, moment, stroke.level if stroke else 0.0)
        light = self._light(picture, moment, stroke.level if stroke else 0.0)
        gain = 1.0 + 0.10 * moment.kick + 0.12 * moment.crash - 0.22 * moment.hush
        return Drawing(picture, *comfort(picture, light, gain))

    def _mist(self, picture: np.ndarray, moment: Moment, y: float, tall: float, opacity: float, depth: float) -> None:
        light_x, _, _ = moment.camera.place(*self.sun_xy, 0.03)
        lay_mist(picture, self.mist, moment.camera, drift_x=moment.time_s * 0.05 + depth * 9.0, y=y, tall=tall,
                 opacity=opacity, depth=depth, air_bgr=self.air_bgr * 0.85, light_bgr=self.sun_bgr,
                 light_x=light_x)  # fmt: skip

    def _sails(self, picture: np.ndarray, moment: Moment) -> None:
        c, height = self.colours, self.canvas.height
        if moment.camera.zoom_at(_BOWL) * (self.rim_y - moment.camera.y * _BOWL) < -0.56:
            return
        night = self.look.hour == "night"
        shine = (0.20 if night else 0.75) * (0.35 + 0.65 * self.sky.beam) * (1.0 + 0.35 * moment.heard.strings)
        with on(picture, self.canvas.aspect * 0.5 * height, 0.5 * height, height) as canvas:
            draw_sails(canvas, self.eye, moment.time_s, place=lambda x, y: moment.camera.place(x, y, _BOWL)[:2],
                       cloth=c["cloth"], second=c["second"], sun_x=self.sun_at, shine=shine,
                       wind=0.3 + 0.7 * moment.energy, count=self.strips, furled=self.furled)  # fmt: skip

    def _dress(self, picture: np.ndarray, moment: Moment) -> None:
        """Cloths over the doors, and the torches on the podium: from left to right they are the spectrum's bands."""
        c, height, t = self.colours, self.canvas.height, moment.time_s
        light = 0.30 + 0.55 * self.sky.beam * (0.35 if self.look.hour == "night" else 1.0)
        half = self.canvas.aspect * 0.5
        with on(picture, half * height, 0.5 * height, height) as canvas:
            for index, (x, y, z, phase) in enumerate(self.cloths):
                sx, sy, zoom = moment.camera.place(x, y, _BOWL)
                unit = self.eye.focal / z * zoom
                if abs(sx) > half + 0.1 * unit:
                    continue
                canvas.save()
                canvas.translate(sx, sy)
                cloth = c["cloth"] if index % 2 else mix(c["cloth"], c["second"], 0.7)
                draw_cloth(canvas, t, phase, wide=0.060 * unit, tall=0.110 * unit, colour=cloth * light,
                           trim=c["second"] * light, wind=0.4 + 0.6 * moment.energy)  # fmt: skip
                canvas.restore()
            wax = torch_paints(c["flame"], c["ink"])
            for index, (x, y, z) in enumerate(self.torches):
                sx, sy, zoom = moment.camera.place(x, y, _BOWL)
                if abs(sx) > half + 0.05:
                    continue
                canvas.save()
                canvas.translate(sx, sy)
                tall = 0.040 * self.eye.focal / z * zoom
                draw_torch(canvas, t, index * 1.7, tall=tall, paints=wax, power=float(moment.heard.spectrum[index]))
                canvas.restore()

    def _lit_edge(self, moment: Moment, x: float, y: float, unit: float) -> tuple[float, float]:
        sun_x, sun_y, _ = moment.camera.place(*self.sun_xy, 0.03)
        dx, dy = x - sun_x, max(0.15, y - sun_y)
        width = (1.5 * self.canvas.height / 804.0 + 0.5) / unit / math.hypot(dx, dy)
        return dx * width, dy * width

    def _rival(self, picture: np.ndarray, moment: Moment) -> None:
        """His opponent steps out of the gate as the film grows."""
        c, height = self.colours, self.canvas.height
        near = 0.35 + 0.65 * moment.growth
        x, y, zoom = moment.camera.place(self.rival_x, self.eye.horizon_y + 0.055 * (1.0 + near), _RIVAL)
        unit = (0.085 + 0.055 * near) * zoom * height * (0.8 if self.canvas.tall else 1.0)
        with on(picture, (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, unit) as canvas:
            dx, dy = self._lit_edge(moment, x, y - 0.1, unit)
            ink = mix(c["ink"], c["air"], 0.10)
            draw_opponent(canvas, moment.time_s, kind=self.rival_kind, ink=ink, rim=c["rim"] * 0.9, dx=dx, dy=dy)

    @staticmethod
    def _lift(moment: Moment) -> float:
        """He raises the sword as the music swells and on crashes."""
        lift = min(1.0, 1.3 * moment.crash + 0.9 * moment.swell)
        return lift * lift * (3.0 - 2.0 * lift)

    def _hero(self, picture: np.ndarray, moment: Moment) -> None:
        c, height = self.colours, self.canvas.height
        x, y, zoom = moment.camera.place(self.hero_x, self.ground_y, _HERO)
        unit = self.hero_size * zoom * height
        lift = self._lift(moment)
        with on(picture, (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, unit) as canvas:
            shadow = math.copysign(0.55, self.hero_x - self.sun_at)
            canvas.save()
            # his shadow lies on the sand, toward the lens
            canvas.concat(skia.Matrix.MakeAll(1.0, -shadow, 0.0, 0.0, -0.22, 0.0, 0.0, 0.0, 1.0))
            draw_gladiator_shape(canvas, moment.time_s, lift=lift, paint=fill(c["ink"], 0.85))
            canvas.restore()
            dx, dy = self._lit_edge(moment, x, y - self.hero_size * 0.6, unit)
            warm = c["flame"] * self.sky.lamps * 0.05
            draw_gladiator(canvas, moment.time_s, lift=lift, ink=c["ink"], skin=mix(c["ink"], c["shade"], 0.30) + warm,
                           metal=mix(c["ink"], c["stone"], 0.07) + warm, rim=c["rim"] * (1.0 + 0.5 * moment.kick),
                           dx=dx, dy=dy)  # fmt: skip

    def _air(self, picture: np.ndarray, moment: Moment, flash: float) -> None:
        camera, t = moment.camera, moment.time_s
        draw_fall(picture, self.weather, camera, t, amount=0.6 + 0.4 * moment.energy, lit=flash)
        draw_splashes(picture, self.weather, camera, t, horizon_y=self.eye.horizon_y, eye=0.16, near=0.5, far=3.0)
        place = {"camera_xy": (camera.x, camera.y), "zoom": min(1.5, camera.zoom)}
        shown = int(120 + 120 * moment.energy + 80 * moment.growth)
        grains = Swarm(self.dust[:shown], (-0.06 * self.side, -0.020), 0.03, 0.0016, self.dust_bgr, twinkle=0.5)
        draw_swarm(picture, grains, t, gain=0.45 + 0.5 * moment.snare + 0.3 * moment.kick, **place)
        if moment.growth > 0.6 and self.look.weather in ("clear", "cloud"):
            # the crowd throws petals when the film has grown
            colour = display_bgr(self.colours["cloth"] * 1.2)
            shown = int(260 * (moment.growth - 0.5) * 2.0)
            petals = Swarm(self.petals[:shown], (-0.03 * self.side, 0.10), 0.04, 0.0028, colour, twinkle=0.6)
            draw_swarm(picture, petals, t, gain=1.0, **place)

    def _light(self, picture: np.ndarray, moment: Moment, flash: float) -> np.ndarray:
        heard, small = moment.heard, quarter(picture)
        sx, sy, _ = moment.camera.place(*self.sun_xy, 0.03)
        beat = 0.45 * moment.kick + 0.45 * moment.crash + 0.30 * heard.brass
        tiny = eighth(small)
        shape = tiny.shape[:2]
        light = radiance(tiny, (sx, sy), self.sun_bgr, rays=(0.35 + 0.25 * moment.energy + beat) * self.sky.beam,
                         threshold=0.58, length=1.5)  # fmt: skip
        spots = []
        for index, (x, y, z) in enumerate(self.torches):
            tx, ty, zoom = moment.camera.place(x, y, _BOWL)
            near = self.eye.focal / z * zoom
            loud = float(heard.spectrum[index]) + 0.4 * heard.voice
            spots.append((tx, ty - 0.03 * near, 0.055 * near, (0.12 + 0.30 * self.sky.lamps) * (0.6 + 0.8 * loud)))
        light += glows(shape, spots, self.flame_bgr) * (1.0 - self._hero_cover(moment, shape))
        light += shafts(shape, (sx, sy), self.sun_bgr, time_s=moment.time_s, phase=self.look.seed % 7,
                        gain=(0.30 + 0.16 * moment.energy + 0.35 * beat) * self.sky.beam)  # fmt: skip
        if flash > 0.0:
            light += glows(shape, [(0.0, -0.3, 0.6, 0.6 * flash)], self.air_bgr)
        power = 0.40 + 0.2 * moment.kick + 0.3 * moment.crash + 0.2 * heard.strings
        return bloom(small, threshold=0.60, strength=power, more=light)

    def _hero_cover(self, moment: Moment, shape: tuple[int, int]) -> np.ndarray:
        """Where the gladiator stands before the torches: 0..1 (h, w, 1)."""
        cover = np.zeros((*shape, 4), np.uint8)
        x, y, zoom = moment.camera.place(self.hero_x, self.ground_y, _HERO)
        unit = self.hero_size * zoom * shape[0]
        with on(cover, (x + self.canvas.aspect * 0.5) * shape[0], (y + 0.5) * shape[0], unit) as canvas:
            draw_gladiator_shape(canvas, moment.time_s, lift=self._lift(moment), paint=fill(self.colours["ink"]))
        return cover[..., 3:].astype(np.float32) / 255.0

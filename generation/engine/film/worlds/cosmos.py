"""Deep space from a barren moon: a ringed planet that turns, lit nebulae, a lone traveller, meteors on crashes."""

from __future__ import annotations

import math

import numpy as np

from generation.engine.film.brushes.colour import develop, develop_rows, display_bgr, mix, rgb, smoothstep
from generation.engine.film.brushes.cosmic import (
    NebulaSpec,
    draw_ring,
    light_air,
    paint_nebula,
    planet_map,
    ring_profile,
    sphere_maps,
    wind_planet,
)
from generation.engine.film.brushes.figure_traveller import draw_traveller, ship_parts
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.ink import fill, on, rimmed
from generation.engine.film.brushes.layers import Plate, crop_plate, filled_as, lay, plate_extent
from generation.engine.film.brushes.light import bloom, mist_tile, quarter
from generation.engine.film.brushes.moonscape import lit_plain, plain_cover
from generation.engine.film.brushes.noise import line_noise
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.radiance import comfort, eighth, glows, radiance
from generation.engine.film.brushes.scenery import lay_mist
from generation.engine.film.brushes.starfield import draw_meteor, draw_meteors, draw_orbits, draw_stars, make_stars
from generation.engine.film.brushes.terrain import draw_terrain, height_field
from generation.engine.film.brushes.weather import draw_fall, draw_fog, lightning, make_weather
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

_KEYS = "deep outer middle core dust sun air ring dark low high accent rock ink".split()
_PALETTES = {
    "violet": "#100a2c #4a2aa0 #c8489c #ffd8f0 #6a3450 #ffe2c0 #8ab4ff "
    "#e8c8a8 #3a2450 #a8648c #f0c8b0 #fff0e0 #8a7898 #07060f",
    "emerald": "#04181c #0e6a6a #48b890 #e8ffd8 #6a5a30 #fff4d0 #7af0d8 "
    "#d8d8a8 #123c40 #3c8c7c #c8e0a8 #fff8e0 #78908c #040a0c",
    "ember": "#1a0a0c #8a2c20 #e87838 #ffe8b0 #70301c #ffe0a0 #ff9c68 "
    "#f0c890 #4a1c14 #b8603c #f0b870 #fff0c8 #987868 #0c0606",
    "azure": "#061030 #1850b0 #58a8f0 #f0f8ff #40486c #fff8f0 #78b8ff "
    "#d0d8e8 #102c5c #2c6cb0 #a8d0e8 #ffffff #8090a8 #05080f",
    "gold": "#140e10 #5c3c50 #e0a050 #fff4d0 #6c4424 #fff0c8 #ffd090 "
    "#f8e0b0 #44302c #a87c48 #f0d898 #fff8e8 #948474 #0a0808",
}
# how far the sun stands toward the eye, how bright the gas, the sky above the plain, the stars
_HOURS = {
    "dawn": (-0.30, 0.85, 0.55, 0.9),
    "day": (0.62, 1.30, 1.00, 0.6),
    "dusk": (0.12, 1.00, 0.45, 1.0),
    "night": (-0.62, 0.60, 0.10, 1.5),
}
_NEBULA_DEPTH, _PLANET_DEPTH, _HERO_DEPTH, _SPIN_S = 0.03, 0.07, 1.0, 150.0


class Cosmos(World):
    name = "cosmos"
    casting = Casting(
        words=tuple(
            "star space universe moon planet galaxy galaxies dream sky skies infinite infinity cosmos cosmic comet "
            "orbit heaven eternal eternity constellation nebula astronaut rocket gravity saturn mars aurora".split()
        ),
        styles={"fantasy": 0.875, "epic": 0.625, "pop": 0.75, "dark": 0.5, "emotional": 0.375, "gregorian": 0.25},
        realms=("dream", "modern"),
        palettes={
            "violet": ("fantasy", "pop", "emotional"),
            "emerald": ("fantasy", "dark"),
            "ember": ("epic", "gladiator", "dark"),
            "azure": ("pop", "emotional", "epic"),
            "gold": ("gregorian", "epic", "gladiator"),
        },
        hours=("dusk", "dawn", "day", "night"),
        weathers=("clear", "cloud", "fog", "snow", "storm", "rain"),
    )

    def _setup(self) -> None:
        self.colours = dict(zip(_KEYS, map(rgb, _PALETTES[self.look.palette].split()), strict=True))
        rng, tall = self.rng("layout"), self.canvas.tall
        toward, self.gas, self.haze, self.star_gain = _HOURS.get(self.look.hour, _HOURS["dusk"])
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        reach = min(1.0, self.canvas.aspect / 2.2)
        self.planet_r = float(rng.uniform(0.20, 0.27)) * (0.72 if tall else 1.0)
        self.planet_xy = (
            self.side * rng.uniform(0.20, 0.42) * reach * (0.3 if tall else 1.0),
            -rng.uniform(0.10, 0.16) - (0.06 if tall else 0.0),
        )
        flat = math.sqrt(max(0.0, 1.0 - toward * toward))
        lean = rng.uniform(0.15, 0.55)
        self.light = np.array([-self.side * flat * math.cos(lean), -flat * math.sin(lean), toward])
        self.roll = float(rng.uniform(-0.42, 0.42))
        self.open = float(rng.uniform(0.20, 0.36))
        self.ring = (float(rng.uniform(1.22, 1.36)), float(rng.uniform(2.0, 2.35)))
        self.kind = int(rng.integers(3))
        self.ground_y = 0.30 if not tall else 0.27
        self.hero_x = -self.side * rng.uniform(0.34, 0.52) * reach if not tall else -self.side * 0.06
        self.hero_size = 0.21 if not tall else 0.15
        self.traveller = int(rng.integers(2))
        # the sun breaks over the limb
        # (at dawn), hides behind the disc (at night: an eclipse), or hangs in the sky
        far = self.planet_r * (0.25 if toward < -0.5 else 1.02 if toward < 0.0 else 3.2)
        self.sun_xy = (self.planet_xy[0] + self.light[0] * far, self.planet_xy[1] + self.light[1] * far)
        self.grade = Grade(vignette=0.38, contrast=0.30, saturation=1.10, shadow_tint=(0.030, 0.006, 0.012))

    # ---- plates -------------------------------------------------------------------------------------------------

    def paint(self) -> dict[str, Plate]:
        self._setup()
        return {
            "nebula": self._paint_nebula(),
            "surface": self._paint_surface(),
            "range": self._paint_range(),
            "plain": self._paint_plain(),
        }

    def _pixels(self, depth: float) -> tuple[int, int, float]:
        half_w, half_h = plate_extent(self.canvas.aspect, depth)
        scale = float(self.canvas.height)
        return int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2, scale

    def _paint_nebula(self) -> Plate:
        width, height, scale = self._pixels(_NEBULA_DEPTH)
        c, rng = self.colours, self.rng("nebula")
        spread = self.canvas.aspect * 0.42
        cores = np.array([
            [rng.uniform(-spread, spread), rng.uniform(-0.42, 0.12), rng.uniform(0.45, 1.0)]
            for _ in range(3 + int(self.look.density * 3))
        ])  # fmt: skip
        cover = {"cloud": 0.30, "storm": 0.18, "fog": 0.08}.get(self.look.weather, 0.0) + 0.16 * self.look.density
        spec = NebulaSpec(
            c["deep"] * self.gas, c["outer"] * self.gas, c["middle"] * self.gas, c["core"] * self.gas, c["dust"],
            cores, float(rng.uniform(-0.6, 0.6)), cover - 0.10, float(rng.uniform(1.0, 1.5)), self.noise_seed("nebula"),
        )  # fmt: skip
        linear = paint_nebula(spec, width, height, scale)
        seen = 0.22 if self.light[2] < -0.5 or self.light[2] > 0.0 else 0.55
        light_air(linear, scale, ground_y=self.ground_y, sun_xy=self.sun_xy, sun=c["sun"], seen=seen,
                  air=(mix(c["air"], c["sun"], 0.35) * 0.75), haze=self.haze)  # fmt: skip
        self._paint_far_stars(linear, scale, rng)
        return Plate(develop(linear, None, rng), scale, width * 0.5, height * 0.5, _NEBULA_DEPTH)

    def _paint_far_stars(self, linear: np.ndarray, scale: float, rng: np.random.Generator) -> None:
        """Thousands of faint stars, denser where the gas is thin: points placed in picture units."""
        height, width = linear.shape[:2]
        count = int((2600 + 2600 * self.look.density) * self.star_gain * width / height / 2.4)
        px, py = rng.random(count) * (width - 3) + 1, rng.random(count) * (height - 3) + 1
        bright = 0.05 + 0.55 * rng.random(count) ** 6
        tint = mix(np.float32([0.7, 0.8, 1.0]), np.float32([1.0, 0.85, 0.7]), rng.random((count, 1)))
        # a star is a point: on fewer pixels it is dimmer, so that every size shows one sky
        size = min(1.6, (scale / 800.0) ** 1.5)
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            share = np.abs(1 - dx - px % 1) * np.abs(1 - dy - py % 1)
            np.add.at(linear, (py.astype(int) + dy, px.astype(int) + dx), tint * (bright * share * size)[:, None])

    def _paint_surface(self) -> Plate:
        c = self.colours
        rows = int(np.clip(self.canvas.height * 0.75, 96, 640))
        colours = np.stack([c["dark"], c["low"], c["high"], c["accent"]]).astype(np.float64)
        surface = develop(planet_map(rows * 2, rows, colours, self.kind, self.noise_seed("surface")), None,
                          self.rng("surface"))  # fmt: skip
        return Plate(surface, 1.0, 0.0, 0.0, 0.0)

    def _paint_range(self) -> Plate:
        """Crags on the horizon, lit by the sun, washed by the air."""
        depth = 0.22
        width, height, scale = self._pixels(depth)
        c, rng = self.colours, self.rng("range")
        field = height_field(512, rng.uniform(6.0, 9.0), 7, self.noise_seed("range"))
        sun = np.array([-self.side * 0.75, 0.34, 0.45 if self.light[2] < 0.3 else -0.4])
        colours = np.stack([c["rock"] * 0.8, mix(c["rock"], c["deep"], 0.65) * 0.45, c["rock"], c["sun"] * 1.1,
                            mix(c["air"], c["outer"], 0.5) * (0.12 + 0.38 * self.haze)]).astype(np.float64)  # fmt: skip
        lift = 0.20 + 0.12 * self.look.density
        drawn = draw_terrain(field, width, height, scale, self.ground_y - 0.075, 0.8, 2.6, lift, 0.085,
                             sun / np.linalg.norm(sun), colours, 2.0, np.array([0.10, 0.62]), 420, 0,
                             width)  # fmt: skip
        return crop_plate(develop(drawn[..., :3], drawn[..., 3], rng), scale, depth)

    def _paint_plain(self) -> Plate:
        """The ground under the traveller: a swell of dust with boulders and craters, a rim of light on its crest."""
        width, height, scale = self._pixels(_HERO_DEPTH)
        rng = self.rng("plain")
        x, top = self._crest()
        ground = (top - np.exp(-(((x - self.hero_x) / 0.30) ** 2)) * 0.10) * scale
        cover = plain_cover((height, width), ground, scale, int(26 + 50 * self.look.density), rng)
        painted = lit_plain(cover, ground, scale, self.colours, haze=self.haze, sun_x=self.sun_xy[0], side=self.side,
                            seed=self.noise_seed("dust"), rng=rng)  # fmt: skip
        return crop_plate(develop_rows(cover.shape, painted, cover, rng), scale, _HERO_DEPTH)

    # ---- frames -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self._setup()
        c, rng = self.colours, self.rng("moving")
        self.stars = make_stars(rng, int((900 + 900 * self.look.density) * self.star_gain))
        self.grains = rng.random((1100, 4), dtype=np.float32)
        self.drift = make_swarm(rng, 420)
        self.motes = make_swarm(rng, 90)
        thin = mix(c["air"], c["outer"], 0.6) * (0.25 + 0.5 * self.haze)
        self.glare = mix(c["sun"], c["air"], 0.3) * 1.5
        self.weather = make_weather(
            self.look.weather, seed=self.noise_seed("weather"), side=self.side, air=thin, light=c["sun"]
        )
        self.mist = mist_tile(64, self.noise_seed("mist"))
        self.profile = ring_profile(self.rng("ring"))
        size = int(min(1100, 2.0 * self.planet_r / 0.86 * self.canvas.height * 1.25)) // 2 * 2
        depth = math.sqrt(1.0 - self.open**2)
        normal = np.array([-math.sin(self.roll) * depth, math.cos(self.roll) * depth, -self.open])
        self.maps = sphere_maps(size, self.roll, self.light, normal, self.profile, *self.ring, 1)
        seen = (self.maps[..., 4] > 0.0) | (self.maps[..., 3] >= 0.004)
        self.disc = Plate(np.repeat(np.uint8(seen * 255)[..., None], 4, axis=2), 1.0, 0.0, 0.0, 0.0)
        self.air_bgr, self.sun_bgr = display_bgr(c["air"]), display_bgr(c["sun"]) / 255.0
        self.ring_bgr = display_bgr(c["ring"] * 0.8).astype(np.float64)
        self.grain_bgr = display_bgr(mix(c["ring"], np.float32([1, 1, 1]), 0.5)).astype(np.float64)
        self.gas_bgr = display_bgr(mix(c["outer"], c["middle"], 0.5) * 0.8) / 255.0
        self.hero_y = float(np.interp(self.hero_x, *self._crest())) - 0.10
        self.ship_hull, self.ship_windows, self.ship_engines = ship_parts()

    def _crest(self) -> tuple[np.ndarray, np.ndarray]:
        """(x, y) of the plain's skyline in picture units, without the mound under the traveller."""
        width, _, scale = self._pixels(_HERO_DEPTH)
        x = (np.arange(width) - width * 0.5) / scale
        # sampled by place, not by pixel: the crest is the same at every size
        knots = np.arange(-8.0, 8.0, 1.0 / 256.0)
        line = line_noise(len(knots), 20.8, 5, self.noise_seed("plain"))
        return x, self.ground_y + 0.10 + 0.030 * np.interp(x, knots, line)

    def focus(self, size: str, variant: int) -> Focus:
        if size == "close":
            if variant % 3 == 0:
                return Focus(self.hero_x + self.side * 0.05, self.hero_y - self.hero_size * 0.80, 2.6)
            return Focus(self.hero_x * 0.5, -0.10, 1.9)
        if size == "mid":
            return Focus(self.hero_x * 0.72, 0.03, 1.5)
        return Focus(0.0, 0.0, 1.0)

    def _planet_at(self, moment: Moment) -> tuple[float, float, float]:
        """Screen centre (picture units) and radius. Close shots fly past the planet: it fills the picture."""
        x, y, zoom = moment.camera.place(*self.planet_xy, _PLANET_DEPTH)
        radius = self.planet_r * zoom * (1.0 + 0.10 * moment.growth)
        if self._near(moment):
            grow = 1.9 + 0.25 * moment.phase
            side = 1.0 if moment.seed % 2 else -1.0
            x, y = x * 0.3 + side * 0.22 * min(1.0, self.canvas.aspect), y * 0.4 + 0.16
            radius = self.planet_r * grow * (0.90 + 0.20 * moment.growth)
        return x, y, radius

    @staticmethod
    def _near(moment: Moment) -> bool:
        return moment.size == "close" and moment.seed % 7 % 3 != 0

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t = moment.camera, moment.time_s
        heard = moment.heard
        bands = np.ascontiguousarray(heard.spectrum, np.float64)
        lay(picture, self.plates["nebula"], camera,
            shift=(0.004 * math.sin(t * 0.05), 0.003 * math.cos(t * 0.043)))  # fmt: skip
        calm = 1.0 - 0.35 * moment.hush
        draw_stars(picture, self.stars, t, 0.020 + 0.03 * moment.energy, camera.x, camera.y, camera.zoom, 0.6, bands,
                   (0.75 + 0.5 * moment.snare) * calm, 0.028 + 0.02 * moment.growth)  # fmt: skip
        self._planet(picture, moment, bands)
        every_s = {"storm": 0.45, "rain": 0.22}.get(self.look.weather, 4.1)
        draw_meteors(
            picture,
            t,
            every_s=every_s,
            crash=moment.crash,
            count=5 + int(6 * moment.growth),
            side=self.side,
            seed=self.look.seed,
            glare=self.glare,
        )
        if not self._near(moment):
            self._ship(picture, moment)
            lay(picture, self.plates["range"], camera)
            self._veil(picture, moment)
            lay(picture, self.plates["plain"], camera)
            self._hero(picture, moment)
        self._dust(picture, moment)
        light = self._light(picture, moment)
        gain = (1.0 + 0.10 * moment.kick + 0.14 * moment.crash + 0.08 * moment.swell) * calm
        return Drawing(picture, *comfort(picture, light, gain))

    def _planet(self, picture: np.ndarray, moment: Moment, bands: np.ndarray) -> None:
        height = self.canvas.height
        x, y, radius = self._planet_at(moment)
        cx, cy, r = (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, radius * height
        heard = moment.heard
        shine = 0.35 * heard.strings + 0.25 * moment.kick + 0.3 * moment.swell
        disc = np.empty((*self.maps.shape[:2], 4), np.uint8)
        air = self.air_bgr * (0.85 + 0.5 * heard.voice + 0.35 * heard.choir + 0.25 * moment.kick)
        wind_planet(disc, self.maps, self.plates["surface"].image, (moment.time_s / _SPIN_S) % 1.0,
                    air.astype(np.float64), 0.035 + 0.03 * heard.strings)  # fmt: skip
        ring = (self.profile, *self.ring)
        grain = (0.7 + 0.5 * moment.growth) * (1.0 + 0.8 * moment.snare)
        size = 0.0012 * height * math.sqrt(radius / 0.25)
        for front in (-1.0, 1.0):
            draw_ring(picture, cx, cy, r, self.roll, self.open, front, *ring, self.light, self.ring_bgr, bands, shine)
            draw_orbits(picture, self.grains[: int(500 + 600 * moment.growth)], moment.time_s, cx, cy, r, self.roll,
                        self.open, front, *self.ring, self.grain_bgr, bands, size, grain)  # fmt: skip
            if front < 0.0:
                side = self.maps.shape[0]
                plate = Plate(disc, side * 0.86 * 0.5 / radius, side * 0.5, side * 0.5, 0.0)
                filled_as(plate, self.disc)
                still = type(moment.camera)(0.0, 0.0, 1.0, 0.0)
                lay(picture, plate, still, shift=(x, y), replicate=False)

    def _ship(self, picture: np.ndarray, moment: Moment) -> None:
        """A ship crosses the sky once in fifty seconds; its engines answer the drums."""
        c, height = self.colours, self.canvas.height
        span = self.canvas.aspect + 0.5
        way = (moment.time_s / 50.0 + (self.look.seed % 13) / 13.0) % 1.0
        x0 = (way - 0.5) * span * self.side
        x, y, zoom = moment.camera.place(x0, -0.24 + 0.05 * math.sin(way * 3.0) - 0.06 * way, 0.12)
        unit = 0.085 * zoom * height * (0.7 + 0.3 * min(1.0, self.canvas.aspect))
        power = 0.55 + 0.8 * moment.kick + 0.5 * moment.heard.drums
        with on(picture, (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, unit) as canvas:
            canvas.scale(self.side, 1.0)
            canvas.rotate(-4.0)
            for ex, ey in self.ship_engines:
                for long, alpha in ((0.9, 0.30), (0.45, 0.7)):
                    draw_meteor(canvas, (ex, -ey), (1.0, 0.0), long * power, 0.045, c["air"] * 1.4, alpha)
            body = mix(c["ink"], c["rock"], 0.30)
            toward = math.copysign(1.0, self.sun_xy[0] - x0) * self.side
            rimmed(canvas, self.ship_hull, fill(body), fill(c["sun"] * 0.9), -toward * 1.2 / unit, 1.3 / unit)
            for window in self.ship_windows:
                canvas.drawPath(window, fill(c["sun"] * (0.7 + moment.heard.voice)))

    def _hero(self, picture: np.ndarray, moment: Moment) -> None:
        c, height, camera = self.colours, self.canvas.height, moment.camera
        x, y, zoom = camera.place(self.hero_x, self.hero_y + 0.006, _HERO_DEPTH)
        unit = self.hero_size * zoom * height
        sun_x, sun_y, _ = camera.place(*self.sun_xy, _PLANET_DEPTH)
        dx, dy = sun_x - x, min(-0.1, sun_y - y + self.hero_size * 0.6)
        width = (1.3 * height / 804.0 + 0.5) / unit / math.hypot(dx, dy)
        glow = min(1.0, 0.35 + 0.65 * moment.heard.voice + 0.15 * math.sin(moment.time_s * 2.1))
        with on(picture, (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, unit) as canvas:
            canvas.scale(-self.side, 1.0)
            draw_traveller(canvas, moment.time_s, self.traveller, ink=c["ink"], shade=mix(c["ink"], c["rock"], 0.22),
                           rim=c["sun"] * (0.85 + 0.4 * moment.kick), dx=dx * width * self.side, dy=-dy * width,
                           wind=0.6 + 0.5 * moment.energy, lamp=c["air"], glow=glow)  # fmt: skip

    def _veil(self, picture: np.ndarray, moment: Moment) -> None:
        """Dust that hangs before the crags."""
        dense = {"fog": 0.80, "storm": 0.5, "cloud": 0.42}.get(self.look.weather, 0.24)
        light_x, _, _ = moment.camera.place(*self.sun_xy, _PLANET_DEPTH)
        colour = mix(self.gas_bgr, self.air_bgr / 255.0 * 0.6, 0.3 + 0.5 * self.haze) * (0.35 + 0.65 * self.haze)
        tall = 0.30 if self.look.weather != "fog" else 0.62
        lay_mist(picture, self.mist, moment.camera, drift_x=moment.time_s * 0.03, y=self.ground_y - 0.02, tall=tall,
                 opacity=dense * (1.0 + 0.3 * moment.heard.strings), depth=0.3, air_bgr=colour,
                 light_bgr=self.sun_bgr * (0.3 + 0.5 * self.haze), light_x=light_x)  # fmt: skip

    def _dust(self, picture: np.ndarray, moment: Moment) -> None:
        camera, t = moment.camera, moment.time_s
        place = {"camera_xy": (camera.x, camera.y), "zoom": min(1.5, camera.zoom)}
        pale = display_bgr(mix(self.colours["sun"], self.colours["air"], 0.5))
        if self.look.weather == "rain":
            # a fine rain of light
            draw_fall(picture, self.weather, camera, t, amount=0.22 + 0.2 * moment.energy)
        elif self.look.weather == "snow":
            draw_fall(picture, self.weather, camera, t, amount=0.55 + 0.35 * moment.energy + 0.1 * moment.snare)
        elif self.look.weather == "storm":
            swarm = Swarm(self.drift, (0.75 * -self.side, 0.10), 0.02, 0.0022, pale * 0.6, streak_s=0.02, twinkle=0.5)
            draw_swarm(picture, swarm, t, gain=0.9 + 0.6 * moment.snare, **place)
        elif self.look.weather == "fog":
            draw_fog(picture, self.weather, camera, t, amount=0.72, depth=0.5, ground_y=0.45, reach=0.8,
                     light_x=self.sun_xy[0])  # fmt: skip
        motes = Swarm(self.motes, (0.012 * -self.side, -0.010), 0.012, 0.0016, pale * 0.6, twinkle=0.8)
        draw_swarm(picture, motes, t, gain=0.5 + 0.6 * moment.kick + 0.5 * moment.heard.brass, **place)

    def _light(self, picture: np.ndarray, moment: Moment) -> np.ndarray:
        heard = moment.heard
        small = quarter(picture)
        if self._near(moment):
            x, y, radius = self._planet_at(moment)
            sx, sy = x + self.light[0] * radius * 1.05, y + self.light[1] * radius * 1.05
        else:
            sx, sy, _ = moment.camera.place(*self.sun_xy, _PLANET_DEPTH)
        pulse = 0.45 * moment.kick + 0.5 * moment.crash + 0.3 * heard.brass
        seen = float(smoothstep(0.35, -0.25, self.light[2])) * (0.0 if self.light[2] < -0.5 else 1.0)
        flare = seen * (0.70 + 0.5 * pulse + 0.3 * heard.brass) * (1.0 - 0.5 * moment.hush)
        tiny = eighth(small)
        rays = radiance(tiny, (sx, sy), self.sun_bgr, rays=0.28 + 0.45 * pulse, flare=flare)
        strength = 0.42 + 0.25 * moment.kick + 0.40 * moment.crash + 0.22 * heard.strings + 0.25 * moment.swell
        stroke = lightning(self.weather, moment.time_s, moment.crash)
        if stroke is not None:
            place = [(stroke.x * 0.5 * self.canvas.aspect, -0.15, 0.35, 0.5 * stroke.level)]
            rays += glows(tiny.shape[:2], place, self.air_bgr / 255.0)
        return bloom(small, threshold=0.50, strength=strength, more=rays)

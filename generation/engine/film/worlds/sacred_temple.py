"""A cathedral at the hour of prayer: sunlight falls through high windows on a lone pilgrim between candles."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop_premultiplied, display_bgr, mix, premultiply, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.hours import sky_of, turn
from generation.engine.film.brushes.ink import fill, gradient_fill, on
from generation.engine.film.brushes.lamps import add_glows, band_levels, draw_flames
from generation.engine.film.brushes.layers import Camera, Plate, crop_plate, lay, plate_extent, solid_from
from generation.engine.film.brushes.light import add_beam, bloom, drift, half_rays, mist_tile, quarter, shade
from generation.engine.film.brushes.nave import END_Z, EYE_Y, render_nave, render_shafts
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.robed import draw_monk, draw_pilgrim, robe_path
from generation.engine.film.brushes.weather import draw_fog, lightning, make_weather
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

# ambient, choir, sun, bounce, stone, glass, air, candle
_PALETTES = {
    "gold": "#38415e #ffb468 #ffcf8c #ff9040 #b8a68c #ffc878 #6a5648 #ffb25a",
    "moon": "#24365e #7aa0e8 #b0ccff #ff9048 #8c98b0 #8cb8ff #2c3c60 #ffae58",
    "crimson": "#3a2434 #ff7850 #ffa070 #ff6030 #a88878 #ff6c48 #5a2c30 #ff9a50",
    "emerald": "#24403c #90e0b0 #e8ffc0 #ffa850 #9cac90 #98f0c0 #30504a #ffc060",
}
_ROLES = {"ambient": "fill", "choir": "sun", "sun": "sun", "glass": "horizon", "air": "air"}
_NEAR_Z = 5.4
# start, end, feather (metres), parallax, supersampling
_SLABS = {
    "far": (11.0, END_Z + 0.2, 0.0, 0.22, 1.3),
    "mid": (7.0, 12.5, 1.2, 0.48, 1.2),
    "near": (2.6, 8.6, 1.2, 0.85, 1.1),
}


class SacredTemple(World):
    name = "sacred_temple"
    casting = Casting(
        words=tuple(
            (
                "god pray prayer temple church cathedral monk holy angel heaven soul sacred candle hymn saint faith "
                "forgiv altar bless eternal sanctus grace cloister light"
            ).split()
        ),
        styles={"epic": 0.25, "gladiator": 0.625, "gregorian": 1.0, "fantasy": 0.25, "dark": 0.625},
        realms=("ancient", "intimate"),
        palettes={
            "gold": ("gregorian", "epic", "gladiator", "emotional"),
            "moon": ("dark", "fantasy"),
            "crimson": ("dark", "gladiator", "epic"),
            "emerald": ("fantasy", "gregorian"),
        },
        hours=("day", "dawn", "dusk", "night"),
        weathers=("clear", "cloud", "fog", "storm"),
    )

    def _setup(self) -> None:
        keys = "ambient choir sun bounce stone glass air candle".split()
        look, tall = self.look, self.canvas.tall
        plain = dict(zip(keys, map(rgb, _PALETTES[look.palette].split()), strict=True))
        self.colours = turn(plain, _ROLES, hour=look.hour, weather=look.weather, usual_hour="day",
                            usual_weather="clear")  # fmt: skip
        self.sky = sky_of(look.hour, look.weather)
        # what comes through the windows: the moon is no sun
        self.daylight = {"day": 1.0, "dawn": 0.80, "dusk": 0.85, "night": 0.62}[look.hour] * (
            0.35 + 0.65 * self.sky.beam
        )
        rng = self.rng("layout")
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        low = look.hour in ("dawn", "dusk")
        sun = np.array([self.side * rng.uniform(0.46, 0.66), 0.50 if low else 0.80, rng.uniform(-0.30, 0.02)])
        self.sun = sun / np.linalg.norm(sun)
        self.view = float(rng.uniform(0.66, 0.92)) if not tall else 0.94
        self.horizon_y = float(rng.uniform(0.14, 0.23)) if not tall else 0.16
        # the eye stands a little off the axis, the pilgrim a little on the other side
        self.eye_x = float(rng.uniform(-1.15, 1.15)) * min(1.0, self.canvas.aspect / 2.2) if not tall else 0.0
        self.figure_x = -0.35 * self.eye_x
        self.figure_z = float(rng.uniform(7.4, 10.5)) if not tall else 8.6
        self.grade = Grade(vignette=0.50, contrast=0.22, shadow_tint=(0.022, 0.002, 0.0))

    def _screen(self, x: float, y: float, z: float) -> tuple[float, float, float, float]:
        """Metres of the nave to picture units at rest, parallax, and picture units a metre."""
        unit = 1.0 / (z * self.view)
        return (x - self.eye_x) * unit, self.horizon_y + (EYE_Y - y) * unit, min(1.3, _NEAR_Z / z), unit

    def paint(self) -> dict[str, Plate]:
        self._setup()
        plates = {name: self._paint_slab(name) for name in _SLABS}
        plates["shafts"] = self._paint_shafts()
        plates["monks"] = self._paint_monks()
        return plates

    def _pixels(self, depth: float, sharp: float) -> tuple[int, int, float]:
        half_w, half_h = plate_extent(self.canvas.aspect, depth, 0.50, 0.36)
        scale = self.canvas.height * sharp
        return int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2, scale

    def _paint_slab(self, name: str) -> Plate:
        start, end, feather, depth, over_sample = _SLABS[name]
        width, height, scale = self._pixels(depth, 1.0)
        c = self.colours
        colours = np.stack([
            c["ambient"] * 1.25, c["choir"] * 1.25 * self.daylight, c["sun"] * 2.3 * self.daylight,
            c["bounce"] * (0.35 + 0.45 * self.sky.lamps), c["stone"], c["glass"] * 0.95 * self.daylight,
            c["air"] * 0.55,
        ]).astype(np.float64)  # fmt: skip
        wide, tall = int(width * over_sample), int(height * over_sample)
        drawn = render_nave(wide, tall, scale * wide / width, self.view, self.horizon_y, self.eye_x, start, end,
                            feather, self.sun, colours, 0.016 + 0.026 * self.sky.haze,
                            self.noise_seed("stone"))  # fmt: skip
        premultiply(drawn)
        small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
        del drawn
        image = develop_premultiplied(small, self.rng("slab", name), solid=name == "far")
        if name == "far":
            return Plate(np.ascontiguousarray(image), scale, width * 0.5, height * 0.5, depth)
        return crop_plate(image, scale, depth)

    def _paint_shafts(self) -> Plate:
        """Light in the air, as grey; at half size, it is soft."""
        width, height, scale = self._pixels(0.45, 0.5)
        field = render_shafts(
            width,
            height,
            scale,
            self.view,
            self.horizon_y,
            self.eye_x,
            self.sun,
            1.5,
            END_Z - 1.0,
            self.noise_seed("air"),
        )
        field = cv2.GaussianBlur(field, (0, 0), height * 0.006)
        grey = np.clip(field * 255.0, 0, 255).astype(np.uint8)
        return Plate(np.ascontiguousarray(np.dstack([grey] * 4)), scale, width * 0.5, height * 0.5, 0.45)

    def _monk_places(self) -> list[tuple[float, float, float]]:
        """(x, z, side) of the monks on both sides of the aisle."""
        rng = self.rng("monks")
        places = []
        count = 5 + int(4 * self.look.density)
        for side in (-1.0, 1.0):
            for index in range(count):
                z = 11.6 + index * (1.5 + 0.3 * rng.random()) + rng.normal(0, 0.1)
                places.append((side * (1.85 + rng.normal(0, 0.07)), min(z, END_Z - 8.0), side))
        return sorted(places, key=lambda place: -place[1])

    def _paint_monks(self) -> Plate:
        depth, sharp = 0.40, 1.25
        width, height, scale = self._pixels(depth, sharp)
        array = np.zeros((height, width, 4), np.uint8)
        c, rng = self.colours, self.rng("monk shapes")
        for x, z, side in self._monk_places():
            sx, sy, _, unit = self._screen(x, 0.0, z)
            air = 1.0 - math.exp(-0.030 * z)
            ink = mix(c["ambient"] * 0.05, c["air"] * 0.75, air)
            with on(array, width * 0.5 + sx * scale, height * 0.5 + sy * scale, unit * 1.75 * scale) as canvas:
                lit = fill(mix(ink, c["choir"], 0.28))
                shape = int(rng.integers(1 << 30))
                draw_monk(canvas, np.random.default_rng(shape), lit, side)
                # the same figure a hair toward the lens leaves a rim of the choir's light
                canvas.translate(side * 0.015, 0.012)
                draw_monk(canvas, np.random.default_rng(shape), fill(ink), side)
        return crop_plate(array, scale, depth)

    # ---- frames -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self._setup()
        c, rng = self.colours, self.rng("moving")
        self.dust = make_swarm(rng, 300)
        self.bokeh = make_swarm(rng, 22)
        self.mist = mist_tile(64, self.noise_seed("mist"))
        self.sun_bgr = (display_bgr(c["sun"]) / 255.0).astype(np.float32)
        self.candle_bgr = display_bgr(c["candle"])
        self.choir_bgr = (display_bgr(c["choir"]) / 255.0).astype(np.float32)
        self.candles = self._place_candles(rng)
        self.weather = make_weather(self.look.weather, seed=self.noise_seed("weather"), side=self.side, air=c["air"],
                                    light=c["choir"])  # fmt: skip

    def _place_candles(self, rng: np.random.Generator) -> np.ndarray:
        """(n, 6): x, z, height in metres, phase, order, band, from the back to the front. Low orders burn first; both
        rows are the spectrum, its low bands near the lens, its high ones toward the choir."""
        candles = []
        for z in np.arange(4.2, 21.0, 0.55):
            for side in (-1.0, 1.0):
                for _ in range(1 + int(2.2 * self.look.density)):
                    x = side * rng.uniform(1.18, 1.62 if z < 11 else 1.45)
                    candles.append((float(x), float(z + rng.normal(0, 0.2)), float(rng.uniform(0.10, 0.34)),
                                    float(rng.random() * 6.28), float(rng.random()), (z - 4.2) / 16.8))  # fmt: skip
        return np.float32(sorted(candles, key=lambda candle: -candle[1]))

    def focus(self, size: str, variant: int) -> Focus:
        lift = 0.0 if not self.canvas.tall else -0.02
        x, y, depth, _ = self._screen(self.figure_x, 1.2, self.figure_z)
        if size == "close":
            if variant % 3 < 2:
                return Focus(x / depth, (y - 0.02) / depth + lift, 1.95)
            return Focus(self.side * -0.30, 0.26 + lift, 1.7)
        if size == "mid":
            return Focus(x / depth + (0.12 if variant % 2 else -0.12) * self.side, 0.13 + lift, 1.34)
        return Focus(0.0, 0.0, 1.0)

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t, plates = moment.camera, moment.time_s, self.plates
        near_row = solid_from(plates["near"], camera, picture)
        mid_row = min(near_row, solid_from(plates["mid"], camera, picture))
        burning = self._burning(moment)
        lay(picture, plates["far"], camera, bottom=mid_row)
        self._burn(picture, moment, burning, 14.0, 99.0)
        lay(picture, plates["monks"], camera, replicate=False)
        lay(picture, plates["mid"], camera, bottom=near_row)
        self._fog(picture, moment, 0.55, 0.4)
        self._burn(picture, moment, burning, self.figure_z, 14.0)
        self._pilgrim(picture, moment)
        lay(picture, plates["near"], camera)
        self._burn(picture, moment, burning, 0.0, self.figure_z)
        self._fog(picture, moment, 0.35, 0.8)
        stroke = lightning(self.weather, t, moment.crash)
        flash = stroke.level if stroke else 0.0
        light = self._light(picture, moment, burning, flash)
        count = int(140 + 160 * moment.growth)
        motes = Swarm(self.dust[:count], (0.004, -0.006), 0.022, 0.0012, self.sun_bgr * 120.0, twinkle=0.8)
        draw_swarm(picture, motes, t, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(0.7),
                   gain=0.8 + 0.6 * moment.kick + 0.6 * moment.heard.strings)  # fmt: skip
        discs = Swarm(self.bokeh, (0.006, -0.004), 0.02, 0.012, self.candle_bgr * 0.13, soft=2.0, twinkle=0.5)
        draw_swarm(picture, discs, t + 5.0, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(0.9))
        gain = 1.02 + 0.12 * moment.kick + 0.08 * moment.crash + 0.10 * moment.swell - 0.16 * moment.hush + 0.3 * flash
        return Drawing(picture, light, gain)

    def _fog(self, picture: np.ndarray, moment: Moment, amount: float, depth: float) -> None:
        """Incense, in the weather of fog."""
        if self.look.weather == "fog":
            draw_fog(picture, self.weather, moment.camera, moment.time_s, amount=amount, depth=depth, ground_y=0.42,
                     reach=0.8)  # fmt: skip

    def _on_screen(self, camera: Camera, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Pixel x, pixel y, pixels a metre."""
        height = self.canvas.height
        sx, sy, depth, unit = self._screen(x, y, z)
        px, py, zoom = camera.place(sx, sy, depth)
        return (px + self.canvas.aspect * 0.5) * height, (py + 0.5) * height, unit * zoom * height

    def _burning(self, moment: Moment) -> np.ndarray:
        """(n, 7) candles that burn, back to front: pixel x, pixel y of the foot, pixels a metre, height in metres,
        phase, level, z. More burn as the place grows; each flame rises with its band of the spectrum."""
        height, camera = self.canvas.height, moment.camera
        share = 0.30 + 0.70 * moment.growth
        x, z, tall, phase, _, band = self.candles[self.candles[:, 4] <= share].T
        unit = 1.0 / (z * self.view)
        depth = np.minimum(1.3, _NEAR_Z / z)
        zoom = 1.0 + (camera.zoom - 1.0) * np.minimum(1.6, 0.16 + 0.84 * depth)
        px = (((x - self.eye_x) * unit - camera.x * depth) * zoom + self.canvas.aspect * 0.5) * height
        py = ((self.horizon_y + EYE_Y * unit - camera.y * depth) * zoom + 0.5) * height
        level = (0.62 + 0.08 * np.sin(moment.time_s * 3.1 + phase) + 0.15 * moment.kick) * (1.0 - 0.55 * moment.hush)
        level = level + 1.05 * band_levels(moment.heard.spectrum, band) + 0.3 * moment.swell
        rows = np.stack([px, py, unit * zoom * height, tall, phase, level, z], axis=1)
        metre = rows[:, 2]
        return rows[(px > -metre) & (px < self.canvas.width + metre) & (py < height + metre * 0.6)]

    def _burn(self, picture: np.ndarray, moment: Moment, burning: np.ndarray, near: float, far: float) -> None:
        """The candles between two distances."""
        chosen = burning[(burning[:, 6] >= near) & (burning[:, 6] < far)]
        if not len(chosen):
            return
        c = self.colours
        dishes, sticks = skia.Path(), skia.Path()
        for px, py, metre, tall, *_ in chosen.tolist():
            dishes.addOval(skia.Rect.MakeXYWH(px - 0.10 * metre, py - 0.02 * metre, 0.20 * metre, 0.05 * metre))
            sticks.addRect(skia.Rect.MakeXYWH(px - 0.045 * metre, py - tall * metre, 0.09 * metre, tall * metre))
        with on(picture) as canvas:
            canvas.drawPath(dishes, fill(c["ambient"] * 0.04))
            canvas.drawPath(sticks, fill(mix(c["stone"], c["candle"], 0.5) * 0.50))
        flames = np.stack([chosen[:, 0], chosen[:, 1] - chosen[:, 3] * chosen[:, 2], chosen[:, 2] * 0.20, chosen[:, 4],
                           chosen[:, 5]], axis=1)  # fmt: skip
        draw_flames(picture, flames, moment.time_s, np.float32([175.0, 235.0, 255.0]), self.candle_bgr)

    def _pilgrim(self, picture: np.ndarray, moment: Moment) -> None:
        c = self.colours
        px, py, metre = self._on_screen(moment.camera, self.figure_x, 0.0, self.figure_z)
        unit = metre * 1.85
        with on(picture, px, py, unit) as canvas:
            # the shadow he throws toward the lens
            shade = skia.GradientShader.MakeLinear([skia.Point(0, 0), skia.Point(0, 0.62)], [0xC8000000, 0x00000000])
            shadow = skia.Paint(AntiAlias=True, Dither=True, Shader=shade)
            shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.035))
            path = skia.Path()
            path.addPoly(
                [skia.Point(-0.20, -0.01), skia.Point(0.20, -0.01), skia.Point(0.30, 0.62), skia.Point(-0.30, 0.62)],
                True,
            )
            canvas.drawPath(path, shadow)
            body = gradient_fill(mix(c["ambient"] * 0.05, c["choir"], 0.035), c["ambient"] * 0.02, -1.0, -0.2)
            rim = fill(c["choir"] * (0.25 + 0.37 * self.daylight + 0.5 * moment.kick + 0.4 * moment.heard.voice))
            draw_pilgrim(canvas, moment.time_s, body, rim, c["choir"] * 0.25,
                         (0.9 * self.canvas.height / 536.0 + 0.5) / unit,
                         staff=self.look.seed % 2 == 0)  # fmt: skip

    def _light(self, picture: np.ndarray, moment: Moment, burning: np.ndarray, flash: float) -> np.ndarray:
        camera, t, heard = moment.camera, moment.time_s, moment.heard
        small = quarter(picture)
        height, width = small.shape[:2]
        shafts = np.zeros((height, width, 4), np.uint8)
        lay(shafts, self.plates["shafts"], camera)
        dust = drift(self.mist, (width, height), t * 0.02 + 3.0, zoom=1.0)
        breath = 0.85 + 0.10 * math.sin(t * 0.5) + 0.30 * moment.energy + 0.75 * moment.kick + 0.5 * moment.crash
        breath = (breath + 0.9 * heard.choir + 0.5 * moment.swell) * (1.0 - 0.55 * moment.hush)
        breath = breath * self.daylight * (1.0 + 0.5 * self.sky.haze) + 1.4 * flash
        spill = 0.75 + 0.35 * moment.kick + 0.35 * moment.crash
        px, py, _ = self._on_screen(camera, 0.0, 7.0, END_Z)
        rays = half_rays(small, (px / 4.0, py / 4.0), threshold=0.62, length=1.2)
        strength = 0.7 + 0.5 * moment.kick + 0.5 * heard.brass + 0.4 * heard.voice + 1.5 * flash
        rays *= (self.choir_bgr * strength).astype(np.float32)
        light = bloom(small, threshold=0.60, strength=float(spill), more=rays)
        add_beam(light, shafts, dust, np.float32(breath * 1.25 / 255.0), self.sun_bgr.astype(np.float32))
        light += self._candle_light(moment, burning, width, height)
        return light

    def _candle_light(self, moment: Moment, burning: np.ndarray, width: int, height: int) -> np.ndarray:
        """The glow of the candles (h, w, 3); the pilgrim stands before those behind him."""
        metre, z = burning[:, 2] * 0.25, burning[:, 6]
        # far candles stand close together on the screen: each gives less, or the rows would burn out
        level = 0.20 * burning[:, 5] * (0.55 + 0.45 * self.sky.lamps) * np.clip((5.0 / z) ** 1.4, 0.0, 1.0)
        size = metre * (0.36 + 0.20 * burning[:, 5])
        glows = np.stack([burning[:, 0] * 0.25, burning[:, 1] * 0.25 - metre * 0.30, size, level], axis=1)
        light = np.zeros((height, width, 3), np.float32)
        colour = self.candle_bgr / 255.0
        add_glows(light, glows[z >= self.figure_z], colour)
        mask = np.zeros((height, width, 4), np.uint8)
        px, py, unit = self._on_screen(moment.camera, self.figure_x, 0.0, self.figure_z)
        with on(mask, px * 0.25, py * 0.25, unit * 1.85 * 0.25) as canvas:
            canvas.drawPath(robe_path(moment.time_s), fill(np.float32([1, 1, 1])))
        shade(light, mask, 0.8)
        add_glows(light, glows[z < self.figure_z], colour)
        return light

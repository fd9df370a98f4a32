"""A cathedral at the hour of prayer: sunlight falls through high windows on a lone pilgrim between candles."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, display_bgr, mix, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.ink import fill, gradient_fill, on
from generation.engine.film.brushes.layers import Camera, Plate, crop_plate, lay, plate_extent
from generation.engine.film.brushes.light import bloom, drift, god_rays, mist_tile, quarter
from generation.engine.film.brushes.nave import END_Z, EYE_Y, render_nave, render_shafts
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.robed import draw_candle, draw_flame, draw_monk, draw_pilgrim
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

# ambient, choir, sun, bounce, stone, glass, air, candle
_PALETTES = {
    "gold": "#38415e #ffb468 #ffcf8c #ff9040 #b8a68c #ffc878 #6a5648 #ffb25a",
    "moon": "#24365e #7aa0e8 #b0ccff #ff9048 #8c98b0 #8cb8ff #2c3c60 #ffae58",
    "crimson": "#3a2434 #ff7850 #ffa070 #ff6030 #a88878 #ff6c48 #5a2c30 #ff9a50",
    "emerald": "#24403c #90e0b0 #e8ffc0 #ffa850 #9cac90 #98f0c0 #30504a #ffc060",
}
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
        palettes={
            "gold": ("gregorian", "epic", "gladiator", "emotional"),
            "moon": ("dark", "fantasy"),
            "crimson": ("dark", "gladiator", "epic"),
            "emerald": ("fantasy", "gregorian"),
        },
        hours=("day",),
        weathers=("clear",),
    )

    def _setup(self) -> None:
        keys = "ambient choir sun bounce stone glass air candle".split()
        self.colours = dict(zip(keys, map(rgb, _PALETTES[self.look.palette].split()), strict=True))
        rng = self.rng("layout")
        tall = self.canvas.tall
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        sun = np.array([self.side * rng.uniform(0.50, 0.60), 0.80, rng.uniform(-0.22, -0.05)])
        self.sun = sun / np.linalg.norm(sun)
        self.view, self.horizon_y = (0.80, 0.19) if not tall else (0.94, 0.16)
        self.figure_z = 8.6
        self.grade = Grade(vignette=0.50, contrast=0.22, shadow_tint=(0.022, 0.002, 0.0))

    def _screen(self, x: float, y: float, z: float) -> tuple[float, float, float, float]:
        """Metres of the nave to picture units at rest, parallax, and picture units a metre."""
        unit = 1.0 / (z * self.view)
        return x * unit, self.horizon_y + (EYE_Y - y) * unit, min(1.3, _NEAR_Z / z), unit

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
            c["ambient"] * 1.25, c["choir"] * 1.25, c["sun"] * 2.3, c["bounce"] * 0.55, c["stone"],
            c["glass"] * 0.95, c["air"] * 0.55,
        ]).astype(np.float64)  # fmt: skip
        wide, tall = int(width * over_sample), int(height * over_sample)
        drawn = render_nave(wide, tall, scale * wide / width, self.view, self.horizon_y, start, end, feather,
                            self.sun, colours,
                            0.016, self.noise_seed("stone"))  # fmt: skip
        drawn[..., :3] *= drawn[..., 3:]
        small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
        alpha = small[..., 3]
        linear = small[..., :3] / np.maximum(alpha, 1e-4)[..., None]
        image = develop(linear, None if name == "far" else alpha, self.rng("slab", name))
        if name == "far":
            return Plate(np.ascontiguousarray(image), scale, width * 0.5, height * 0.5, depth)
        return crop_plate(image, scale, depth)

    def _paint_shafts(self) -> Plate:
        """Light in the air, as grey; at half size, it is soft."""
        width, height, scale = self._pixels(0.45, 0.5)
        field = render_shafts(
            width, height, scale, self.view, self.horizon_y, self.sun, 1.5, END_Z - 1.0, self.noise_seed("air")
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

    def _place_candles(self, rng: np.random.Generator) -> list[tuple[float, float, float, float, float]]:
        """(x, z, height in metres, phase, order) from the back to the front; low orders burn first."""
        candles = []
        for z in np.arange(4.2, 21.0, 0.55):
            for side in (-1.0, 1.0):
                for _ in range(1 + int(2.2 * self.look.density)):
                    x = side * rng.uniform(1.18, 1.62 if z < 11 else 1.45)
                    candles.append((float(x), float(z + rng.normal(0, 0.2)), float(rng.uniform(0.10, 0.34)),
                                    float(rng.random() * 6.28), float(rng.random())))  # fmt: skip
        return sorted(candles, key=lambda candle: -candle[1])

    def focus(self, size: str, variant: int) -> Focus:
        lift = 0.0 if not self.canvas.tall else -0.02
        if size == "close":
            return Focus(0.0, 0.25 + lift, 1.95) if variant % 3 < 2 else Focus(self.side * -0.30, 0.26 + lift, 1.7)
        if size == "mid":
            return Focus((0.12 if variant % 2 else -0.12) * self.side, 0.13 + lift, 1.34)
        return Focus(0.0, 0.0, 1.0)

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t = moment.camera, moment.time_s
        lay(picture, self.plates["far"], camera)
        self._burn(picture, moment, 14.0, 99.0)
        lay(picture, self.plates["monks"], camera, replicate=False)
        lay(picture, self.plates["mid"], camera)
        self._burn(picture, moment, self.figure_z, 14.0)
        self._pilgrim(picture, moment)
        lay(picture, self.plates["near"], camera)
        self._burn(picture, moment, 0.0, self.figure_z)
        light = self._light(picture, moment)
        motes = Swarm(
            self.dust[: int(140 + 160 * moment.growth)],
            (0.004, -0.006),
            0.022,
            0.0012,
            self.sun_bgr * 120.0,
            twinkle=0.8,
        )
        draw_swarm(
            picture, motes, t, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(0.7), gain=0.8 + 0.6 * moment.kick
        )
        discs = Swarm(self.bokeh, (0.006, -0.004), 0.02, 0.012, self.candle_bgr * 0.13, soft=2.0, twinkle=0.5)
        draw_swarm(picture, discs, t + 5.0, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(0.9))
        return Drawing(picture, light, 1.02 + 0.12 * moment.kick + 0.08 * moment.crash)

    def _on_screen(self, camera: Camera, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Pixel x, pixel y, pixels a metre."""
        height = self.canvas.height
        sx, sy, depth, unit = self._screen(x, y, z)
        px, py, zoom = camera.place(sx, sy, depth)
        return (px + self.canvas.aspect * 0.5) * height, (py + 0.5) * height, unit * zoom * height

    def _burn(self, picture: np.ndarray, moment: Moment, near: float, far: float) -> None:
        """Candles between two distances. More of them burn as the place grows."""
        lit = 0.30 + 0.70 * moment.growth
        c = self.colours
        wax, ink = fill(mix(c["stone"], c["candle"], 0.5) * 0.55), fill(c["ambient"] * 0.04)
        core, halo = fill(np.float32([1.0, 0.80, 0.42]) * 1.8), fill(c["candle"] * 0.9, 0.8)
        with on(picture) as canvas:
            for x, z, tall, phase, order in self.candles:
                if order > lit or not near <= z < far:
                    continue
                px, py, metre = self._on_screen(moment.camera, x, 0.0, z)
                if not (-20 < px < self.canvas.width + 20) or py > self.canvas.height + metre * 0.6:
                    continue
                canvas.save()
                canvas.translate(px, py)
                canvas.scale(metre, metre)
                draw_candle(canvas, tall, wax, ink)
                canvas.translate(0.0, -tall)
                canvas.scale(0.62, 0.62)
                draw_flame(canvas, moment.time_s, phase, core, halo)
                canvas.restore()

    def _pilgrim(self, picture: np.ndarray, moment: Moment) -> None:
        c = self.colours
        px, py, metre = self._on_screen(moment.camera, 0.0, 0.0, self.figure_z)
        unit = metre * 1.85
        with on(picture, px, py, unit) as canvas:
            # the shadow he throws toward the lens
            shade = skia.GradientShader.MakeLinear([skia.Point(0, 0), skia.Point(0, 0.62)], [0xC8000000, 0x00000000])
            shadow = skia.Paint(AntiAlias=True, Shader=shade)
            shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.035))
            path = skia.Path()
            path.addPoly(
                [skia.Point(-0.20, -0.01), skia.Point(0.20, -0.01), skia.Point(0.30, 0.62), skia.Point(-0.30, 0.62)],
                True,
            )
            canvas.drawPath(path, shadow)
            body = gradient_fill(mix(c["ambient"] * 0.05, c["choir"], 0.035), c["ambient"] * 0.02, -1.0, -0.2)
            rim = fill(c["choir"] * (0.62 + 0.5 * moment.kick))
            draw_pilgrim(canvas, moment.time_s, body, rim, c["choir"] * 0.25,
                         (0.9 * self.canvas.height / 536.0 + 0.5) / unit,
                         staff=self.look.seed % 2 == 0)  # fmt: skip

    def _light(self, picture: np.ndarray, moment: Moment) -> np.ndarray:
        camera, t = moment.camera, moment.time_s
        small = quarter(picture)
        height, width = small.shape[:2]
        shafts = np.zeros((height, width, 4), np.uint8)
        lay(shafts, self.plates["shafts"], camera)
        dust = drift(self.mist, (width, height), t * 0.02 + 3.0, zoom=1.0)
        breath = 0.85 + 0.10 * math.sin(t * 0.5) + 0.30 * moment.energy + 0.75 * moment.kick + 0.5 * moment.crash
        beam = shafts[..., 0].astype(np.float32) * (1.0 / 255.0) * (0.55 + 0.75 * dust) * breath
        glow = bloom(small, threshold=0.60, strength=0.75 + 0.35 * moment.kick + 0.35 * moment.crash)
        px, py, _ = self._on_screen(camera, 0.0, 7.0, END_Z)
        rays = god_rays(small, (px / 4.0, py / 4.0), threshold=0.62, length=1.2) * self.choir_bgr
        warm = self._candle_light(camera, moment, width, height)
        return glow + beam[..., None] * self.sun_bgr * 1.25 + rays * (0.7 + 0.5 * moment.kick) + warm

    def _candle_light(self, camera: Camera, moment: Moment, width: int, height: int) -> np.ndarray:
        """The pools of light that the two rows of candles make."""
        x = (np.arange(width, dtype=np.float32) / width - 0.5) * self.canvas.aspect
        y = np.arange(height, dtype=np.float32) / height - 0.5
        total = np.zeros((height, width), np.float32)
        lit = 0.30 + 0.70 * moment.growth
        for side in (-1.0, 1.0):
            for z in (5.2, 7.5, 11.0):
                sx, sy, depth, unit = self._screen(side * 1.4, 0.25, z)
                px, py, zoom = camera.place(sx, sy, depth)
                flicker = 0.9 + 0.1 * math.sin(moment.time_s * 6.3 + z * 5.0 + side)
                spread = unit * zoom * 1.15
                total += (
                    np.exp(-(((x[None, :] - px) / spread) ** 2) - ((y[:, None] - py) / (spread * 0.75)) ** 2)
                    * 0.20
                    * flicker
                    * lit
                )
        return total[..., None] * (self.candle_bgr / 255.0).astype(np.float32)

"""A field before the battle: a hero with raised sword on a hill, an army under banners, mountains, a burning sky."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, display_bgr, mix, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.ink import edge_light, fill, gradient_fill, limb, on, silhouette_plate
from generation.engine.film.brushes.layers import Camera, Plate, crop_plate, lay, plate_extent
from generation.engine.film.brushes.light import bloom, god_rays, mist_tile, quarter
from generation.engine.film.brushes.noise import line_noise
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.scenery import draw_grass, draw_ground, lay_mist
from generation.engine.film.brushes.sky import SkySpec, paint_sky
from generation.engine.film.brushes.terrain import draw_terrain, height_field
from generation.engine.film.brushes.warriors import draw_banner, draw_hero, draw_soldier
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

# zenith, middle, horizon, sun, cloud lit, cloud dark, rock lit, rock dark, snow, air, ink, rim, ember
_PALETTES = {
    "ember": "#1a0d22 #5c2030 #d8803c #ffb868 #ff9a58 #2c1228 #a8664c #47233c #ffd0b0 #b0654f #0c0509 #ffb060 #ffb45a",
    "crimson": "#12060f #4e0f1e #b8401f #ff8c4a #f0603a #220812 #8a3a34 #34142a #f0b0a0 #8a3434 #0a0307 "
    "#ff8448 #ff8a40",
    "dawn": "#101c3c #44507e #e8a080 #ffd0a0 #ffb8a0 #2c2c50 #8a7a90 #34304e #ffe8e0 #a08a98 #060810 #ffd0a8 #ffd9a0",
    "steel": "#0c141c #34424c #a8aa98 #fff0d0 #c8ccc0 #1c242c #78808a #242c36 #f0f4f8 #828c90 #05080a #f0e8d0 #ffc890",
}
_FAR, _MIDDLE, _HERO_DEPTH = 0.28, 0.52, 1.0


class EpicBattle(World):
    name = "epic_battle"
    casting = Casting(
        words=tuple(
            (
                "war battle sword king army hero fight soldier warrior gladiator knight victor empire shield blood "
                "thunder glory arena enemy enemies crown conquer legend rome spartan viking banner"
            ).split()
        ),
        styles={"epic": 1.0, "gladiator": 1.0, "fantasy": 0.625},
        palettes={
            "ember": ("epic", "gladiator", "fantasy"),
            "crimson": ("dark", "gladiator", "epic"),
            "dawn": ("emotional", "fantasy", "pop"),
            "steel": ("dark", "gregorian"),
        },
        hours=("dusk",),
        weathers=("cloud",),
    )

    def _setup(self) -> None:
        keys = ("zenith middle horizon sun lit dark rock rock_dark snow air ink rim ember").split()
        self.colours = dict(zip(keys, map(rgb, _PALETTES[self.look.palette].split()), strict=True))
        rng = self.rng("layout")
        side = 1.0 if rng.random() < 0.75 else -1.0
        tall = self.canvas.tall
        self.horizon_y = 0.10 if not tall else 0.06
        self.sun_xy = (
            side * rng.uniform(0.10, 0.26) * (0.35 if tall else 1.0),
            self.horizon_y - rng.uniform(0.04, 0.075),
        )
        self.hero_size = 0.42 if not tall else 0.27
        self.hero_xy = (-side * rng.uniform(0.50, 0.62) if not tall else -side * 0.02, 0.20 if not tall else 0.19)
        self.facing = side
        self.grade = Grade(vignette=0.46)

    # ---- plates -------------------------------------------------------------------------------------------------

    def paint(self) -> dict[str, Plate]:
        self._setup()
        return {
            "sky": self._paint_sky(),
            "far_range": self._paint_range("far", 0.05, 1.6, 4.0, 1.05, (0.40, 0.88)),
            "near_range": self._paint_range("near", 0.12, 0.75, 1.5, 0.36, (0.12, 0.55)),
            "far_army": self._paint_army("far", _FAR, 0.185, 0.045, 190),
            "army": self._paint_army("mid", _MIDDLE, 0.315, 0.088, 80),
            "hill": self._paint_hill(),
            "front": self._paint_front(),
        }

    def _pixels(self, depth: float, sharp: float = 1.0) -> tuple[int, int, float]:
        half_w, half_h = plate_extent(self.canvas.aspect, depth)
        scale = self.canvas.height * sharp
        return int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2, scale

    def _paint_sky(self) -> Plate:
        width, height, scale = self._pixels(0.03)
        c, rng = self.colours, self.rng("sky")
        spec = SkySpec(
            c["zenith"], c["middle"], c["horizon"], c["sun"], c["lit"], c["dark"], self.sun_xy, self.horizon_y,
            cover=0.50 + 0.22 * rng.random(), glow=0.80, cloud_scale=rng.uniform(0.85, 1.15),
            seed=self.noise_seed("sky"),
        )  # fmt: skip
        image = develop(paint_sky(spec, width, height, scale), None, rng)
        return Plate(np.ascontiguousarray(image), scale, width * 0.5, height * 0.5, 0.03)

    def _paint_range(
        self, name: str, depth: float, near: float, far: float, lift: float, fog: tuple[float, float]
    ) -> Plate:
        width, height, scale = self._pixels(depth)
        c, rng = self.colours, self.rng("range", name)
        field = height_field(768, rng.uniform(5.5, 7.5), 8, self.noise_seed("range", name))
        away = np.array([self.facing * 0.72, 0.36, 0.42])
        colours = np.stack([c["rock"], c["rock_dark"], c["snow"], c["sun"], c["air"]]).astype(np.float64)
        drawn = draw_terrain(field, width * 2, height * 2, scale * 2, self.horizon_y + 0.02, near, far, lift, 0.10,
                             away / np.linalg.norm(away), colours, 0.5, np.array(fog), 620)  # fmt: skip
        drawn[..., :3] *= drawn[..., 3:]
        small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
        alpha = small[..., 3]
        linear = small[..., :3] / np.maximum(alpha, 1e-4)[..., None]
        # the sun's haze spills over the ranges beneath it
        x = (np.arange(width) - width * 0.5) / scale - self.sun_xy[0]
        y = (np.arange(height) - height * 0.5) / scale - self.sun_xy[1]
        haze = np.exp(-np.hypot(x[None, :] * 0.8, y[:, None]) * 5.0)[..., None].astype(np.float32)
        linear = mix(linear, c["sun"] * 0.9, haze * (0.50 if name == "far" else 0.30))
        return crop_plate(develop(linear, alpha, rng), scale, depth)

    def _ground(self, width: int, scale: float, top: float, swell: float, name: str) -> np.ndarray:
        """Rows of a hill's skyline (width,), in pixels from the plate's centre."""
        cells = width / scale * 1.6
        return (top + swell * line_noise(width, cells, 4, self.noise_seed("ground", name))) * scale

    def _paint_army(self, name: str, depth: float, top: float, size: float, count: int) -> Plate:
        width, height, scale = self._pixels(depth, 1.1)
        rng = self.rng("army", name)
        if self.canvas.tall:
            top, size = top + 0.02, size * 0.72
        ground = self._ground(width, scale, top, 0.05, name)
        count = int(count * (0.6 + 0.8 * self.look.density) * width / scale / 2.6)

        def paint(array: np.ndarray) -> None:
            with on(array, 0.0, height * 0.5) as canvas:
                ink = skia.Paint(AntiAlias=True)
                draw_ground(canvas, ground, height, ink)
                draw_grass(canvas, ground, scale, rng, ink, 0.012 if name == "far" else 0.022)
                clumps = rng.random(9) * width
                for _ in range(count):
                    x = rng.choice(clumps) + rng.normal(0, width * 0.07) if rng.random() < 0.7 else rng.random() * width
                    i = int(np.clip(x, 0, width - 1))
                    canvas.save()
                    canvas.translate(float(x), float(ground[i]) + scale * (0.004 + size * 0.25 * rng.random()))
                    canvas.scale(scale * size * rng.uniform(0.88, 1.1), scale * size * rng.uniform(0.92, 1.08))
                    draw_soldier(canvas, rng, ink)
                    canvas.restore()

        cover = silhouette_plate((height, width), paint)
        return self._lit_silhouette(cover, ground, scale, depth, 0.50 if name == "far" else 0.14, rng)

    def _lit_silhouette(self, cover: np.ndarray, ground: np.ndarray, scale: float, depth: float, air: float,
                        rng: np.random.Generator) -> Plate:  # fmt: skip
        """Ink that pales with distance and with haze from below, and a rim toward the sun."""
        height, width = cover.shape
        c = self.colours
        y = (np.arange(height)[:, None] - height * 0.5 - ground[None, :]) / scale
        veil = air * np.exp(-np.maximum(y, -0.05) * 5.0).astype(np.float32)[..., None]
        x = (np.arange(width)[None, :] - width * 0.5) / scale - self.sun_xy[0]
        warm = np.exp(-np.abs(x) * 1.8)[..., None].astype(np.float32)
        linear = mix(c["ink"][None, None], mix(c["air"], c["sun"], 0.35 * warm) * 0.75, np.clip(veil, 0.0, 0.9))
        rim = edge_light(cover, (self.facing * 0.45, -1.0), max(1.0, scale * 0.0019))[..., None]
        linear = linear + c["rim"] * rim * (0.10 + 0.75 * warm * warm)
        return crop_plate(develop(linear, cover, rng), scale, depth)

    def _paint_hill(self) -> Plate:
        width, height, scale = self._pixels(_HERO_DEPTH, 1.15)
        rng = self.rng("hill")
        x = (np.arange(width) - width * 0.5) / scale - self.hero_xy[0]
        wide = 0.30 if not self.canvas.tall else 0.22
        mound = np.exp(-((x / wide) ** 2)) * 0.27 + 0.04 * np.exp(-((x / 0.09) ** 2))
        base = 0.505 if not self.canvas.tall else 0.44
        noise = line_noise(width, width / scale * 5.0, 5, self.noise_seed("hill"))
        top = base - mound + 0.016 * noise * (1.0 - np.exp(-((x / 0.10) ** 2)) * 0.8)
        top += (self.hero_xy[1] + 0.006) - float(np.interp(0.0, x, top))
        ground = top * scale

        def paint(array: np.ndarray) -> None:
            with on(array, 0.0, height * 0.5) as canvas:
                ink = skia.Paint(AntiAlias=True)
                draw_ground(canvas, ground, height, ink)
                for _ in range(3):
                    draw_grass(canvas, ground, scale, rng, ink, 0.034)

        cover = silhouette_plate((height, width), paint)
        return self._lit_silhouette(cover, ground, scale, _HERO_DEPTH, 0.10, rng)

    def _paint_front(self) -> Plate:
        """Spears and grass close to the lens, out of focus, at the picture's lower corners."""
        depth = 1.55
        width, height, scale = self._pixels(depth, 0.6)
        rng = self.rng("front")

        def paint(array: np.ndarray) -> None:
            with on(array, width * 0.5, height * 0.5, scale) as canvas:
                ink = skia.Paint(AntiAlias=True)
                for _ in range(10):
                    side = rng.choice([-1.0, 1.0])
                    x = side * self.canvas.aspect * rng.uniform(0.36, 0.80)
                    tilt = rng.normal(0, 0.05)
                    reach = rng.uniform(0.10, 0.34)
                    canvas.drawPath(limb([(x, 0.95), (x + tilt, 0.52 - reach)], [0.012, 0.009], up=False), ink)
                    head = skia.Path()
                    tip = 0.52 - reach
                    head.addPoly([skia.Point(x + tilt - 0.016, tip), skia.Point(x + tilt * 1.3, tip - 0.075),
                                  skia.Point(x + tilt + 0.016, tip)], True)  # fmt: skip
                    canvas.drawPath(head, ink)

        cover = cv2.GaussianBlur(silhouette_plate((height, width), paint), (0, 0), scale * 0.006)
        linear = np.broadcast_to(self.colours["ink"] * 0.7, (height, width, 3)).astype(np.float32)
        return crop_plate(develop(linear, cover * 0.96, rng), scale, depth)

    # ---- frames -------------------------------------------------------------------------------------------------

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

    def focus(self, size: str, variant: int) -> Focus:
        x, y = self.hero_xy
        chest = y - self.hero_size * (0.72 if not self.canvas.tall else 0.62)
        if size == "close":
            if variant % 2 == 0:
                return Focus(x + self.facing * 0.16, chest - 0.03, 2.05)
            return Focus(self.facing * (0.22 if not self.canvas.tall else 0.04), 0.17, 1.75)
        if size == "mid":
            return Focus(x + self.facing * (0.26 if not self.canvas.tall else 0.05), chest + 0.05, 1.45)
        return Focus(0.0, 0.0, 1.0)

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t = moment.camera, moment.time_s
        lay(
            picture,
            self.plates["sky"],
            camera,
            shift=(0.0035 * math.sin(t * 0.05) + 0.0016 * (t % 97.0 - 48.0) * 0.2, 0.0),
        )
        lay(picture, self.plates["far_range"], camera)
        lay(picture, self.plates["near_range"], camera)
        self._mist(picture, camera, t, 0.10, 0.26, 0.50, 0.15)
        lay(picture, self.plates["far_army"], camera)
        self._banners(picture, moment, 0.0, 0.62)
        self._mist(picture, camera, t * 1.4 + 31.0, 0.24, 0.20, 0.34, 0.4)
        lay(picture, self.plates["army"], camera)
        self._banners(picture, moment, 0.62, 9.0)
        lay(picture, self.plates["hill"], camera)
        self._hero(picture, moment)
        if not self.canvas.tall:
            lay(picture, self.plates["front"], camera)
        light = self._light(picture, moment)
        swarm = Swarm(self.embers[: int(160 + 160 * moment.energy + 100 * moment.growth)], (-0.07 * self.facing,
            -0.055), 0.030,
                      0.0017, self.ember_bgr, streak_s=0.024, twinkle=0.5)  # fmt: skip
        draw_swarm(
            picture, swarm, t, camera_xy=(camera.x, camera.y), zoom=min(1.5, camera.zoom), gain=1.0 + 0.5 * moment.kick
        )
        discs = Swarm(
            self.bokeh, (-0.05 * self.facing, -0.03), 0.03, 0.010, self.ember_bgr * 0.16, soft=2.0, twinkle=0.6
        )
        draw_swarm(picture, discs, t + 11.0, camera_xy=(camera.x, camera.y), zoom=min(1.5, camera.zoom))
        return Drawing(picture, light, 1.0 + 0.13 * moment.kick + 0.10 * moment.crash)

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
                            rim=fill(c["rim"]), cloth=fill(mix(ink, c["dark"], 0.35)), dx=-dx / length * rim_px / unit,
                            dy=-dy / length * rim_px / unit)  # fmt: skip

    def _hero(self, picture: np.ndarray, moment: Moment) -> None:
        height = picture.shape[0]
        c, camera = self.colours, moment.camera
        sx, sy, zoom = camera.place(*self.hero_xy, _HERO_DEPTH)
        unit = self.hero_size * zoom * height
        to_x, to_y = self._to_light(camera, sx, sy - self.hero_size * zoom * 0.6)
        with on(picture, (sx + self.canvas.aspect * 0.5) * height, (sy + 0.5) * height, unit) as canvas:
            if self.facing < 0:
                canvas.scale(-1.0, 1.0)
                to_x = -to_x
            body = gradient_fill(mix(c["ink"], c["dark"], 0.55), c["ink"] * 0.6, -1.0, -0.1)
            cape = gradient_fill(mix(c["ink"], c["dark"], 0.95), c["ink"], -0.9, -0.15)
            rim = fill(c["rim"] * (1.0 + 0.5 * moment.kick))
            draw_hero(canvas, moment.time_s, wind=0.82 + 0.18 * moment.energy, body=body, cape=cape, rim=rim,
                      fold=mix(c["dark"], c["rim"], 0.35), to_light=(to_x, to_y),
                      rim_width=(1.9 * height / 804.0 + 0.5) / unit)  # fmt: skip

    def _light(self, picture: np.ndarray, moment: Moment) -> np.ndarray:
        small = quarter(picture)
        height, width = small.shape[:2]
        sx, sy, _ = moment.camera.place(*self.sun_xy, 0.03)
        source = ((sx / self.canvas.aspect + 0.5) * width, (sy + 0.5) * height)
        rays = god_rays(small, source, threshold=0.60, length=1.3)
        tint = self.sun_bgr.astype(np.float32)
        strength = 0.55 + 0.20 * moment.energy + 0.55 * moment.kick + 0.5 * moment.crash
        glow = bloom(small, threshold=0.62, strength=0.40 + 0.25 * moment.kick + 0.35 * moment.crash)
        return glow + rays * tint * strength

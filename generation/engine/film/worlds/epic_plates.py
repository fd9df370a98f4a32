"""The plates of the battlefield: sky, ranges, the army on its hills, the hero's hill, spears before the lens."""

from __future__ import annotations

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, develop_premultiplied, develop_rows, mix, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.hours import sky_of, turn
from generation.engine.film.brushes.ink import edge_light, limb, on, silhouette_plate
from generation.engine.film.brushes.layers import Plate, crop_plate, plate_extent
from generation.engine.film.brushes.noise import line_noise
from generation.engine.film.brushes.scenery import draw_grass, draw_ground
from generation.engine.film.brushes.sky import SkySpec, paint_sky
from generation.engine.film.brushes.terrain import height_field, smooth_terrain
from generation.engine.film.brushes.warriors import draw_soldier
from generation.engine.film.worlds.base import World

# zenith, middle, horizon, sun, cloud lit, cloud dark, rock lit, rock dark, snow, air, ink, rim, ember
PALETTES = {
    "ember": "#1a0d22 #5c2030 #d8803c #ffb868 #ff9a58 #2c1228 #a8664c #47233c #ffd0b0 #b0654f #0c0509 #ffb060 #ffb45a",
    "crimson": "#12060f #4e0f1e #b8401f #ff8c4a #f0603a #220812 #8a3a34 #34142a #f0b0a0 #8a3434 #0a0307 "
    "#ff8448 #ff8a40",
    "dawn": "#101c3c #44507e #e8a080 #ffd0a0 #ffb8a0 #2c2c50 #8a7a90 #34304e #ffe8e0 #a08a98 #060810 #ffd0a8 #ffd9a0",
    "steel": "#0c141c #34424c #a8aa98 #fff0d0 #c8ccc0 #1c242c #78808a #242c36 #f0f4f8 #828c90 #05080a #f0e8d0 #ffc890",
}
_ROLES = {"zenith": "zenith", "middle": "middle", "horizon": "horizon", "sun": "sun", "lit": "lit", "dark": "dark",
          "rock": "ground", "rock_dark": "shade", "snow": "snow", "air": "air", "rim": "rim"}  # fmt: skip
FAR, MIDDLE, HERO_DEPTH = 0.28, 0.52, 1.0


class BattleField(World):
    """Where everything stands, and the plates; the world itself draws the frames."""

    def _setup(self) -> None:
        keys = ("zenith middle horizon sun lit dark rock rock_dark snow air ink rim ember").split()
        look, tall = self.look, self.canvas.tall
        plain = dict(zip(keys, map(rgb, PALETTES[look.palette].split()), strict=True))
        self.colours = turn(plain, _ROLES, hour=look.hour, weather=look.weather, usual_hour="dusk",
                            usual_weather="cloud")  # fmt: skip
        self.sky = sky_of(look.hour, look.weather)
        rng = self.rng("layout")
        side = 1.0 if rng.random() < 0.5 else -1.0
        # narrower pictures draw everything toward the middle
        wide = min(1.0, self.canvas.aspect / 2.2)
        self.horizon_y = float(rng.uniform(0.06, 0.13)) if not tall else 0.06
        self.sun_xy = (
            side * rng.uniform(0.04, 0.52) * (0.35 if tall else wide),
            self.horizon_y - self.sky.rise * rng.uniform(0.75, 1.15),
        )
        self.hero_size = float(rng.uniform(0.34, 0.46)) if not tall else 0.27
        self.hero_xy = (-side * rng.uniform(0.34, 0.74) * wide if not tall else -side * 0.02,
                        0.17 + 0.10 * self.hero_size if not tall else 0.19)  # fmt: skip
        # how the ranges stand: alps, hills, or one great peak
        self.lift = float(rng.uniform(0.72, 1.35))
        self.mound = float(rng.uniform(0.22, 0.40))
        self.facing = side
        self.grade = Grade(vignette=0.46)

    # ---- plates -------------------------------------------------------------------------------------------------

    def paint(self) -> dict[str, Plate]:
        self._setup()
        return {
            "sky": self._paint_sky(),
            "far_range": self._paint_range("far", 0.05, 1.6, 4.0, 1.05 * self.lift, (0.36, 0.86)),
            "near_range": self._paint_range("near", 0.12, 0.75, 1.5, 0.36 * (1.9 - 0.8 * self.lift), (0.06, 0.46)),
            "far_army": self._paint_army("far", FAR, 0.185, 0.045, 190),
            "army": self._paint_army("mid", MIDDLE, 0.315, 0.088, 80),
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
            cover=min(0.97, self.sky.cover + 0.14 * (rng.random() - 0.5)), glow=self.sky.glow,
            sun_size=self.sky.size, stars=self.sky.stars, cloud_scale=rng.uniform(0.75, 1.30),
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
        small = smooth_terrain(field, width, height, scale, self.horizon_y + 0.02, near, far, lift, 0.10,
                               away / np.linalg.norm(away), colours, 0.5, np.array(fog), 620)  # fmt: skip
        # the sun's haze spills over the ranges beneath it
        x = (np.arange(width) - width * 0.5) / scale - self.sun_xy[0]
        y = (np.arange(height) - height * 0.5) / scale - self.sun_xy[1]
        glow = self.sky.glow / 0.8 * (0.5 + 0.5 * self.sky.beam)

        def hazed(rows: slice, linear: np.ndarray) -> np.ndarray:
            haze = np.exp(-np.hypot(x[None, :] * 0.8, y[rows, None]) * 5.0)[..., None].astype(np.float32)
            linear = mix(linear, c["sun"] * 0.9, haze * (0.46 if name == "far" else 0.24) * min(1.0, glow))
            return mix(linear, c["air"], self.sky.haze * (0.55 if name == "far" else 0.35))

        return crop_plate(develop_premultiplied(small, rng, touch=hazed), scale, depth)

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
        return self._lit_silhouette(
            cover, ground, scale, depth, min(0.8, (0.50 if name == "far" else 0.14) + 0.30 * self.sky.haze), rng
        )

    def _lit_silhouette(self, cover: np.ndarray, ground: np.ndarray, scale: float, depth: float, air: float,
                        rng: np.random.Generator) -> Plate:  # fmt: skip
        """Ink that pales with distance and with haze from below, and a rim toward the sun."""
        height, width = cover.shape
        c = self.colours
        x = (np.arange(width)[None, :] - width * 0.5) / scale - self.sun_xy[0]
        warm = np.exp(-np.abs(x) * 1.8)[..., None].astype(np.float32)
        rim = edge_light(cover, (self.facing * 0.45, -1.0), max(1.0, scale * 0.0019))[..., None]

        def painted(rows: slice) -> np.ndarray:
            y = (np.arange(height)[rows, None] - height * 0.5 - ground[None, :]) / scale
            veil = air * np.exp(-np.maximum(y, -0.05) * 5.0).astype(np.float32)[..., None]
            linear = mix(c["ink"][None, None], mix(c["air"], c["sun"], 0.35 * warm) * 0.75, np.clip(veil, 0.0, 0.9))
            linear = linear + c["rim"] * rim[rows] * (0.12 + 0.75 * warm * warm)
            return self._snowed(linear, cover[rows], y) if self.look.weather == "snow" else linear

        return crop_plate(develop_rows((height, width), painted, cover, rng), scale, depth)

    def _snowed(self, linear: np.ndarray, cover: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Snow on the ground of a silhouette (below its skyline), thinner downhill, in the light of the air."""
        ground = np.clip(y * 60.0, 0.0, 1.0) * np.exp(-np.maximum(y, 0.0) * 4.0) * cover
        patch = np.clip(0.75 + 0.5 * line_noise(cover.shape[1], 60.0, 4, self.noise_seed("snow")), 0.0, 1.0)
        white = mix(self.colours["snow"], self.colours["air"], 0.45) * 0.40
        return mix(linear, white, (0.55 * ground * patch[None, :])[..., None]).astype(np.float32)

    def _paint_hill(self) -> Plate:
        width, height, scale = self._pixels(HERO_DEPTH, 1.15)
        rng = self.rng("hill")
        x = (np.arange(width) - width * 0.5) / scale - self.hero_xy[0]
        wide = self.mound if not self.canvas.tall else 0.22
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
        return self._lit_silhouette(cover, ground, scale, HERO_DEPTH, 0.10, rng)

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
        linear = np.broadcast_to((self.colours["ink"] * 0.7).astype(np.float32), (height, width, 3))
        return crop_plate(develop(linear, cover * 0.96, rng), scale, depth)

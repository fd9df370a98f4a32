"""The plates of the forest: the light behind it, rows of trunks with ferns and crowns, leaves before the lens."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, develop_rows, mix, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.hours import sky_of, turn
from generation.engine.film.brushes.ink import edge_light, on, silhouette_plate
from generation.engine.film.brushes.layers import Plate, crop_plate, over, plate_extent
from generation.engine.film.brushes.noise import fbm_plane, line_noise
from generation.engine.film.brushes.scenery import draw_fern, draw_grass, draw_ground
from generation.engine.film.brushes.woods import draw_leaves, draw_trunk
from generation.engine.film.worlds.base import World

# crowns (top), air, glow around the light, light, ink, rim, spark
PALETTES = {
    "emerald": "#0a2230 #347468 #c8dc98 #fff0b8 #04100e #e8ff9c #ffe07a",
    "amber": "#26102a #8a4a38 #f0b060 #fff0c0 #0e0608 #ffc068 #fff09a",
    "moon": "#081026 #2a4a80 #88b0e0 #e0f0ff #03060f #a0d0ff #ffdc8a",
    "violet": "#0c1038 #4a3c90 #e08cc8 #ffe0f0 #07040f #ff9cd8 #7af0ff",
    "dawn": "#2a2034 #8a6a80 #f8c0a0 #fff0d8 #0c080e #ffd0a0 #ffe4a0",
}
# name: parallax, ink 0..1, ground y, trunk width, trunks a unit, clearing half width
ROWS = {
    "row1": (0.06, 0.20, 0.13, 0.016, 9.0, 0.05),
    "row2": (0.16, 0.40, 0.17, 0.026, 5.5, 0.09),
    "row3": (0.30, 0.64, 0.22, 0.042, 3.4, 0.20),
    "row4": (0.50, 0.86, 0.29, 0.070, 1.9, 0.36),
    "row5": (0.95, 0.97, 0.42, 0.125, 1.15, 0.60),
}
_ROLES = {"crowns": "zenith", "air": "air", "glow": "horizon", "light": "sun", "rim": "rim"}


class DeepForest(World):
    """Where everything stands, and the plates; the world itself draws the frames."""

    def _setup(self) -> None:
        keys = "crowns air glow light ink rim spark".split()
        look, tall = self.look, self.canvas.tall
        plain = dict(zip(keys, map(rgb, PALETTES[look.palette].split()), strict=True))
        self.colours = turn(plain, _ROLES, hour=look.hour, weather=look.weather, usual_hour="dusk", usual_weather="fog")
        if look.hour == "day" and look.weather != "snow":
            # noon falls through leaves
            self.colours["crowns"] = mix(self.colours["crowns"], rgb("#22402c"), 0.70)
            self.colours["air"] = mix(self.colours["air"], rgb("#4c8450"), 0.50)
            self.colours["glow"] = mix(self.colours["glow"], rgb("#dce6a0"), 0.60)
        self.sky = sky_of(look.hour, look.weather)
        rng = self.rng("layout")
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        wide = min(1.0, self.canvas.aspect / 2.2)
        high = -0.10 - 0.16 * float(rng.random()) - 0.25 * (self.sky.rise - 0.055)
        self.light_xy = (self.side * rng.uniform(0.02, 0.42) * (0.4 if tall else wide), high - (0.06 if tall else 0.0))
        aside = self.light_xy[0] * 0.6 - self.side * float(rng.uniform(0.10, 0.42)) * wide
        self.stag_xy = (aside, 0.335) if not tall else (-self.side * 0.04, 0.30)
        self.stag_size = float(rng.uniform(0.24, 0.36)) if not tall else 0.20
        # an old wood of few great trunks, or a young one of many slim ones
        self.age = float(rng.uniform(0.70, 1.45))
        self.fine = 1.0 if not tall else 0.6
        # the moon and the noon sun are small in the crowns; low suns drown the wood
        self.spread = {"dusk": 1.0, "dawn": 0.85, "day": 1.15, "night": 1.5}[look.hour]
        self.grade = Grade(vignette=0.48, contrast=0.26, saturation=1.10)

    def _pixels(self, depth: float, sharp: float = 1.0) -> tuple[int, int, float]:
        half_w, half_h = plate_extent(self.canvas.aspect, depth)
        scale = self.canvas.height * sharp
        return int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2, scale

    def paint(self) -> dict[str, Plate]:
        self._setup()
        plates = {"sky": self._paint_sky()}
        for name in ROWS:
            plates[name] = self._paint_row(name)
        # the farthest row stands in the sky's own plate: one warp less a frame
        far, sky = plates.pop("row1"), plates["sky"]
        first = round(sky.oy - far.oy)
        over(sky.image[first : first + len(far.image)], far.image)
        plates["front"] = self._paint_front()
        return plates

    def _distances(self, width: int, height: int, scale: float, rows: slice) -> np.ndarray:
        """Distance of each pixel of some rows of a plate from the light, in units (n, w)."""
        x = (np.arange(width) - width * 0.5) / scale - self.light_xy[0]
        y = (np.arange(height)[rows] - height * 0.5) / scale - self.light_xy[1]
        return np.hypot(x[None, :], y[:, None] * 0.85).astype(np.float32)

    def _paint_sky(self) -> Plate:
        width, height, scale = self._pixels(ROWS["row1"][0])
        clouds = fbm_plane(width // 2, height // 2, 4.0, 5.0, 5, 0.8, self.noise_seed("sky"))
        clouds = cv2.resize(clouds, (width, height))[..., None]

        def painted(rows: slice) -> np.ndarray:
            return self._vault(self._distances(width, height, scale, rows)[..., None], clouds[rows])

        image = develop_rows((height, width), painted, None, self.rng("sky"))
        return Plate(image, scale, width * 0.5, height * 0.5, ROWS["row1"][0])

    def _vault(self, far: np.ndarray, cloud: np.ndarray) -> np.ndarray:
        """Linear RGB of some rows of the light behind the wood; `far` (n, w, 1) is the distance from its source."""
        c = self.colours
        linear = mix(c["crowns"], c["air"] * 0.8, np.exp(-far * 1.5 * self.spread))
        linear = mix(linear, c["glow"], np.clip(np.exp(-far * 4.2 * self.spread) * (0.80 + 0.45 * cloud), 0, 1))
        linear = linear + c["light"] * (
            np.exp(-far * 11.0 * self.spread) * 0.55 + 1.6 * np.exp(-((far / self.sky.size / 1.25) ** 2))
        )
        # crowns far off, as dappled shade
        linear = linear * (1.0 - 0.35 * np.clip(cloud * 1.6 + 0.1, 0, 1) * np.clip(far * 1.5, 0, 1))
        return linear.astype(np.float32)

    def _paint_row(self, name: str) -> Plate:
        depth, ink_share, ground_y, trunk_width, per_unit, clearing = ROWS[name]
        tall = self.canvas.tall
        if tall:
            clearing, trunk_width, ground_y = clearing * 0.42, trunk_width * 0.62, ground_y + 0.02
        width, height, scale = self._pixels(depth, 1.1 if depth > 0.4 else 1.0)
        rng = self.rng("row", name)
        units = width / scale
        skyline = (ground_y + 0.035 * line_noise(width, units * 2.2, 4, self.noise_seed(name))) * scale + height * 0.5

        def paint(array: np.ndarray) -> None:
            ink = skia.Paint(AntiAlias=True)
            with on(array) as canvas:
                draw_ground(canvas, skyline, height, ink)
                draw_grass(canvas, skyline, scale, rng, ink, 0.014 + 0.030 * depth)
                self._ferns(canvas, rng, skyline, scale, depth, ink)
                count = int(units * per_unit / self.age * (0.75 + 0.5 * self.look.density) * (1.5 if tall else 1.0))
                for index in range(count):
                    x = (index + rng.uniform(0.1, 0.9)) / count * units - units * 0.5
                    hides_stag = depth > 0.6 and abs(x - self.stag_xy[0]) < self.stag_size * 0.5 + trunk_width * 1.2
                    if abs(x - self.light_xy[0] * depth) < clearing * rng.uniform(0.75, 1.1) or hides_stag:
                        continue
                    row = float(skyline[int(np.clip((x + units * 0.5) * scale, 0, width - 1))])
                    canvas.save()
                    canvas.translate((x + units * 0.5) * scale, row + scale * 0.01)
                    canvas.scale(scale, scale)
                    size = trunk_width * self.age * rng.uniform(0.6, 1.35)
                    leafy = (1.0 if depth < 0.6 else 0.5) * (0.25 if self.look.weather == "snow" else 1.0)
                    draw_trunk(canvas, rng, ink, width=size, tall=rng.uniform(0.95, 1.25) + ground_y * 0.4, leafy=leafy)
                    canvas.restore()
                self._crowns(canvas, rng, width, height, scale, depth, ink)

        cover = silhouette_plate((height, width), paint)
        return self._lit(cover, depth, ink_share, scale, rng)

    def _ferns(self, canvas: skia.Canvas, rng: np.random.Generator, skyline: np.ndarray, scale: float, depth: float,
               ink: skia.Paint) -> None:  # fmt: skip
        width = len(skyline)
        for _ in range(int(width / scale * (9.0 if depth < 0.6 else 6.0) * (0.6 + self.look.density))):
            i = int(rng.integers(0, width))
            size = scale * self.fine * (0.022 + 0.085 * depth) * rng.uniform(0.6, 1.3)
            canvas.save()
            canvas.translate(i, float(skyline[i]) + size * 0.1)
            canvas.scale(size, size)
            draw_fern(canvas, rng, ink)
            canvas.restore()

    def _crowns(self, canvas: skia.Canvas, rng: np.random.Generator, width: int, height: int, scale: float,
                depth: float,
                ink: skia.Paint) -> None:  # fmt: skip
        """Leaves that hang from the top, thinner over the clearing."""
        if depth < 0.12 or self.look.weather == "snow":
            return
        units = width / scale
        canvas.save()
        canvas.translate(width * 0.5, height * 0.5)
        canvas.scale(scale, scale)
        for _ in range(int(units * (26 + 40 * depth) / self.fine)):
            x = rng.uniform(-units * 0.5, units * 0.5)
            open_sky = math.exp(-(((x - self.light_xy[0] * depth) / (0.35 * self.canvas.aspect * 0.6)) ** 2))
            y = 0.53 - rng.random() ** 1.4 * (0.34 - 0.27 * open_sky) + 0.10 * depth
            draw_leaves(canvas, rng, ink, (x, y), (0.05 + 0.06 * depth) * self.fine, int(24 + 20 * depth))
        canvas.restore()

    def _lit(self, cover: np.ndarray, depth: float, ink_share: float, scale: float, rng: np.random.Generator) -> Plate:
        """Silhouettes that drown in the glow: the nearer the light and the farther away, the paler."""
        height, width = cover.shape
        centre_x = np.float64(width * 0.5 + self.light_xy[0] * scale)
        reach = max(1.0, scale * self.fine * (0.0012 + 0.0020 * depth))
        # the light stands behind the wood: left halves are lit from the right, right halves from the left
        columns = np.arange(width, dtype=np.float32)[None, :]
        rightward = np.clip(0.5 - (columns - centre_x) / (0.25 * scale), 0.0, 1.0)
        right, left = edge_light(cover, (1.0, -0.35), reach), edge_light(cover, (-1.0, -0.35), reach)
        snow = self._snow(cover, scale, depth) if self.look.weather == "snow" else None

        def painted(rows: slice) -> np.ndarray:
            far = self._distances(width, height, scale, rows)[..., None]
            y = ((np.arange(height)[rows] - height * 0.5) / scale)[:, None, None]
            linear = self._hazed(far, y, depth, ink_share)
            strength = (0.12 + 0.95 * np.exp(-far[..., 0] * 2.4)) * (0.35 + 0.65 * depth)
            rim = (right[rows] * rightward + left[rows] * (1.0 - rightward)).astype(np.float32)
            linear = linear + self.colours["rim"] * (rim * strength)[..., None]
            return linear if snow is None else self._snowed(linear, snow[rows], depth)

        return crop_plate(develop_rows((height, width), painted, cover, rng), scale, depth)

    def _hazed(self, far: np.ndarray, y: np.ndarray, depth: float, ink_share: float) -> np.ndarray:
        """Linear RGB of some rows of ink behind the air that lies before it."""
        c = self.colours
        haze = mix(c["air"], c["glow"], np.clip(np.exp(-far * 3.2 * self.spread), 0, 1))
        share = np.clip(ink_share - (1.0 - depth) * (0.16 + 0.14 * self.sky.haze) * np.exp(-far * 2.6), 0.0, 1.0)
        share = np.clip(share - 0.16 * (1.0 - depth) * np.exp(-np.abs(y - 0.22) * 6.0), 0.0, 1.0)
        return mix(haze * 0.46, c["ink"], share).astype(np.float32)

    @staticmethod
    def _snow(cover: np.ndarray, scale: float, depth: float) -> np.ndarray:
        """How much snow lies on the ground and on every upper edge, (h, w)."""
        height = cover.shape[0]
        y = ((np.arange(height) - height * 0.5) / scale)[:, None]
        solid = cover * (cv2.boxFilter(cover, -1, (31, 3)) > 0.97)
        lying = np.clip((y - 0.06 - 0.25 * depth) * 30.0, 0.0, 1.0) * solid
        top = edge_light(cover, (0.0, -1.0), max(1.5, height * 0.004))
        return np.clip(0.62 * lying + 0.75 * top, 0.0, 0.85)

    def _snowed(self, linear: np.ndarray, share: np.ndarray, depth: float) -> np.ndarray:
        """Some rows under their snow, which is lit by the air."""
        white = mix(mix(self.colours["glow"], np.float32([1, 1, 1]), 0.4), self.colours["air"], 0.35)
        return mix(linear, white * (0.45 - 0.18 * depth), share[..., None]).astype(np.float32)

    def _paint_front(self) -> Plate:
        """Leaves and a bough close to the lens, out of focus, that frame the picture."""
        depth = 1.5
        width, height, scale = self._pixels(depth, 0.55)
        rng = self.rng("front")

        def paint(array: np.ndarray) -> None:
            ink = skia.Paint(AntiAlias=True)
            reach = self.canvas.aspect * 0.5
            with on(array, width * 0.5, height * 0.5, scale) as canvas:
                for side in (-1.0, 1.0):
                    for _ in range(7):
                        x = side * (reach * rng.uniform(0.75, 1.5) + 0.05)
                        draw_leaves(canvas, rng, ink, (x, rng.uniform(0.36, 0.75)), 0.16, 40)
                        canvas.save()
                        canvas.translate(x, rng.uniform(0.52, 0.70))
                        canvas.scale(0.24, 0.24)
                        draw_fern(canvas, rng, ink)
                        canvas.restore()

        cover = cv2.GaussianBlur(silhouette_plate((height, width), paint), (0, 0), scale * 0.007)
        linear = np.broadcast_to((self.colours["ink"] * 0.6).astype(np.float32), (height, width, 3))
        return crop_plate(develop(linear, cover * 0.96, rng), scale, depth)

"""A deep forest where the light falls through the crowns: a stag in the clearing, ferns, fireflies, drifting mist."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, display_bgr, mix, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.ink import edge_light, fill, gradient_fill, on, rimmed, silhouette_plate
from generation.engine.film.brushes.layers import Camera, Plate, crop_plate, lay, plate_extent
from generation.engine.film.brushes.light import bloom, god_rays, mist_tile, quarter
from generation.engine.film.brushes.noise import fbm_plane, line_noise
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.scenery import draw_fern, draw_grass, draw_ground, lay_mist
from generation.engine.film.brushes.woods import draw_leaves, draw_trunk, stag_paths
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

# crowns (top), air, glow around the light, light, ink, rim, spark
_PALETTES = {
    "emerald": "#0a2230 #347468 #c8dc98 #fff0b8 #04100e #e8ff9c #ffe07a",
    "amber": "#26102a #8a4a38 #f0b060 #fff0c0 #0e0608 #ffc068 #fff09a",
    "moon": "#081026 #2a4a80 #88b0e0 #e0f0ff #03060f #a0d0ff #ffdc8a",
    "violet": "#0c1038 #4a3c90 #e08cc8 #ffe0f0 #07040f #ff9cd8 #7af0ff",
    "dawn": "#2a2034 #8a6a80 #f8c0a0 #fff0d8 #0c080e #ffd0a0 #ffe4a0",
}
# name: parallax, ink 0..1, ground y, trunk width, trunks a unit, clearing half width
_ROWS = {
    "row1": (0.08, 0.20, 0.13, 0.016, 9.0, 0.05),
    "row2": (0.16, 0.40, 0.17, 0.026, 5.5, 0.09),
    "row3": (0.30, 0.64, 0.22, 0.042, 3.4, 0.20),
    "row4": (0.50, 0.86, 0.29, 0.070, 1.9, 0.36),
    "row5": (0.95, 0.97, 0.42, 0.125, 1.15, 0.60),
}
_STAG_DEPTH = 0.60


class EnchantedForest(World):
    name = "enchanted_forest"
    casting = Casting(
        words=tuple(
            (
                "forest tree wood magic fairy elf elves dragon moon wolf deer dream river flower child mother home "
                "grandmother spring snow witch spell leaf leaves garden lullaby"
            ).split()
        ),
        styles={"gregorian": 0.625, "fantasy": 1.0, "pop": 0.25, "dark": 0.25, "emotional": 1.0},
        palettes={
            "emerald": ("fantasy", "gregorian"),
            "amber": ("emotional", "gregorian", "epic"),
            "moon": ("dark", "fantasy"),
            "violet": ("fantasy", "pop", "dark"),
            "dawn": ("emotional", "fantasy", "pop"),
        },
        hours=("dusk",),
        weathers=("fog",),
    )

    def _setup(self) -> None:
        keys = "crowns air glow light ink rim spark".split()
        self.colours = dict(zip(keys, map(rgb, _PALETTES[self.look.palette].split()), strict=True))
        rng = self.rng("layout")
        tall = self.canvas.tall
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        self.light_xy = (self.side * rng.uniform(0.02, 0.16) * (0.4 if tall else 1.0), -0.20 - (0.06 if tall else 0.0))
        self.stag_xy = (-self.side * (0.20 if not tall else 0.04), 0.335 if not tall else 0.30)
        self.stag_size = 0.30 if not tall else 0.20
        self.fine = 1.0 if not tall else 0.6
        self.grade = Grade(vignette=0.48, contrast=0.26, saturation=1.10)

    def _pixels(self, depth: float, sharp: float = 1.0) -> tuple[int, int, float]:
        half_w, half_h = plate_extent(self.canvas.aspect, depth)
        scale = self.canvas.height * sharp
        return int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2, scale

    def paint(self) -> dict[str, Plate]:
        self._setup()
        plates = {"sky": self._paint_sky()}
        for name in _ROWS:
            plates[name] = self._paint_row(name)
        plates["front"] = self._paint_front()
        return plates

    def _distances(self, width: int, height: int, scale: float) -> np.ndarray:
        """Distance of each pixel of a plate from the light, in units (h, w)."""
        x = (np.arange(width) - width * 0.5) / scale - self.light_xy[0]
        y = (np.arange(height) - height * 0.5) / scale - self.light_xy[1]
        return np.hypot(x[None, :], y[:, None] * 0.85).astype(np.float32)

    def _paint_sky(self) -> Plate:
        width, height, scale = self._pixels(0.03)
        c = self.colours
        far = self._distances(width, height, scale)[..., None]
        cloud = fbm_plane(width // 2, height // 2, 4.0, 5.0, 5, 0.8, self.noise_seed("sky"))
        cloud = cv2.resize(cloud, (width, height))[..., None]
        linear = mix(c["crowns"], c["air"] * 0.8, np.exp(-far * 1.5))
        linear = mix(linear, c["glow"], np.clip(np.exp(-far * 4.2) * (0.80 + 0.45 * cloud), 0, 1))
        linear = linear + c["light"] * (np.exp(-far * 11.0) * 0.55 + 1.6 * np.exp(-((far / 0.045) ** 2)))
        # crowns far off, as dappled shade
        linear = linear * (1.0 - 0.35 * np.clip(cloud * 1.6 + 0.1, 0, 1) * np.clip(far * 1.5, 0, 1))
        return Plate(develop(linear.astype(np.float32), None, self.rng("sky")), scale, width * 0.5, height * 0.5, 0.03)

    def _paint_row(self, name: str) -> Plate:
        depth, ink_share, ground_y, trunk_width, per_unit, clearing = _ROWS[name]
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
                count = int(units * per_unit * (0.75 + 0.5 * self.look.density) * (1.5 if tall else 1.0))
                for index in range(count):
                    x = (index + rng.uniform(0.1, 0.9)) / count * units - units * 0.5
                    if abs(x - self.light_xy[0] * depth) < clearing * rng.uniform(0.75, 1.1):
                        continue
                    row = float(skyline[int(np.clip((x + units * 0.5) * scale, 0, width - 1))])
                    canvas.save()
                    canvas.translate((x + units * 0.5) * scale, row + scale * 0.01)
                    canvas.scale(scale, scale)
                    size = trunk_width * rng.uniform(0.6, 1.35)
                    leafy = 1.0 if depth < 0.6 else 0.5
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
        if depth < 0.12:
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
        c = self.colours
        far = self._distances(width, height, scale)[..., None]
        haze = mix(c["air"], c["glow"], np.clip(np.exp(-far * 3.2), 0, 1))
        share = np.clip(ink_share - (1.0 - depth) * 0.30 * np.exp(-far * 2.6), 0.0, 1.0)
        y = ((np.arange(height) - height * 0.5) / scale)[:, None, None]
        share = np.clip(share - 0.16 * (1.0 - depth) * np.exp(-np.abs(y - 0.22) * 6.0), 0.0, 1.0)
        linear = mix(haze * 0.46, c["ink"], share).astype(np.float32)
        centre = np.array([width * 0.5 + self.light_xy[0] * scale, height * 0.5 + self.light_xy[1] * scale])
        rim = np.zeros_like(cover)
        reach = max(1.0, scale * self.fine * (0.0012 + 0.0020 * depth))
        # the light stands behind the wood: left halves are lit from the right, right halves from the left
        columns = np.arange(width, dtype=np.float32)[None, :]
        rightward = np.clip(0.5 - (columns - centre[0]) / (0.25 * scale), 0.0, 1.0)
        rim += edge_light(cover, (1.0, -0.35), reach) * rightward + edge_light(cover, (-1.0, -0.35), reach) * (
            1.0 - rightward
        )
        strength = (0.12 + 0.95 * np.exp(-far[..., 0] * 2.4)) * (0.35 + 0.65 * depth)
        linear = linear + c["rim"] * (rim * strength)[..., None]
        return crop_plate(develop(linear, cover, rng), scale, depth)

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
        linear = np.broadcast_to(self.colours["ink"] * 0.6, (height, width, 3)).astype(np.float32)
        return crop_plate(develop(linear, cover * 0.96, rng), scale, depth)

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
        self.lamps = [(float(rng.uniform(-0.9, 0.9)) * self.canvas.aspect * 0.6, float(rng.uniform(0.30, 0.44)),
                       float(rng.uniform(0.4, 0.9)),
                       float(rng.random() * 6.28), float(rng.random())) for _ in range(26)]  # fmt: skip

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
        camera, t = moment.camera, moment.time_s
        lay(picture, self.plates["sky"], camera)
        lay(picture, self.plates["row1"], camera)
        self._mist(picture, camera, t, 0.15, 0.30, 0.42, 0.12)
        lay(picture, self.plates["row2"], camera)
        self._mist(picture, camera, t * 1.3 + 40, 0.20, 0.22, 0.34, 0.25)
        lay(picture, self.plates["row3"], camera)
        self._mist(picture, camera, t * 1.6 + 90, 0.26, 0.18, 0.30, 0.45)
        lay(picture, self.plates["row4"], camera)
        self._stag(picture, moment)
        self._mist(picture, camera, t * 2.1 + 17, 0.37, 0.12, 0.22, 0.7)
        self._lamps(picture, moment)
        lay(picture, self.plates["row5"], camera)
        lay(picture, self.plates["front"], camera)
        light = self._light(picture, moment)
        zoom = camera.zoom_at(0.8)
        pollen = Swarm(self.pollen, (0.006, 0.006), 0.02, 0.0011, self.light_bgr * 130.0, twinkle=0.7)
        draw_swarm(picture, pollen, t, camera_xy=(camera.x, camera.y), zoom=zoom, gain=0.8 + 0.4 * moment.kick)
        count = int(40 + 60 * moment.energy + 50 * moment.growth)
        flies = Swarm(self.flies[:count], (0.012, -0.008), 0.05, 0.0026, self.spark_bgr, twinkle=0.95)
        draw_swarm(picture, flies, t, camera_xy=(camera.x, camera.y), zoom=zoom, gain=0.9 + 0.7 * moment.kick)
        discs = Swarm(self.bokeh, (0.008, -0.006), 0.04, 0.013, self.spark_bgr * 0.16, soft=2.0, twinkle=0.7)
        draw_swarm(picture, discs, t + 9.0, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(1.2))
        return Drawing(picture, light, 1.0 + 0.12 * moment.kick + 0.08 * moment.crash)

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
            rim = fill(c["rim"] * (0.95 + 0.6 * moment.kick))
            width = (1.3 * self.fine * height / 536.0 + 0.5) / unit
            rimmed(canvas, stag_paths(moment.time_s), body, rim, -width * 0.8, width)

    def _lamps(self, picture: np.ndarray, moment: Moment) -> None:
        """Glowing mushrooms in the grass; more of them as the place grows."""
        height, c, camera = self.canvas.height, self.colours, moment.camera
        lit = 0.25 + 0.75 * moment.growth
        with on(picture) as canvas:
            for x, y, depth, phase, order in self.lamps:
                if order > lit:
                    continue
                sx, sy, zoom = camera.place(x, y, depth)
                glow = 0.65 + 0.25 * math.sin(moment.time_s * 1.7 + phase) + 0.5 * moment.kick
                unit = 0.050 * self.fine * depth * zoom * height
                canvas.save()
                canvas.translate((sx + self.canvas.aspect * 0.5) * height, (sy + 0.5) * height)
                canvas.scale(unit, unit)
                for dx, size in ((0.0, 1.0), (0.55, 0.62), (-0.42, 0.50)):
                    cap = skia.Path()
                    cap.moveTo(dx - 0.34 * size, -0.55 * size)
                    cap.quadTo(dx, -1.30 * size, dx + 0.34 * size, -0.55 * size)
                    cap.quadTo(dx, -0.40 * size, dx - 0.34 * size, -0.55 * size)
                    canvas.drawRect(
                        skia.Rect.MakeXYWH(dx - 0.05 * size, -0.6 * size, 0.10 * size, 0.65 * size),
                        fill(c["spark"] * 0.22 * glow),
                    )
                    canvas.drawPath(cap, fill(c["spark"] * 0.85 * glow))
                canvas.restore()

    def _light(self, picture: np.ndarray, moment: Moment) -> np.ndarray:
        small = quarter(picture)
        height, width = small.shape[:2]
        sx, sy, _ = moment.camera.place(*self.light_xy, 0.03)
        source = ((sx / self.canvas.aspect + 0.5) * width, (sy + 0.5) * height)
        rays = god_rays(small, source, threshold=0.58, length=2.0) * self.light_bgr
        glow = bloom(small, threshold=0.60, strength=0.45 + 0.30 * moment.kick + 0.35 * moment.crash)
        return glow + rays * (0.62 + 0.25 * moment.energy + 0.75 * moment.kick + 0.5 * moment.crash)

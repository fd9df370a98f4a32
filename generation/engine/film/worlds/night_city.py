"""A street in the rain at night: neon on wet asphalt, towers of lit windows, one person under an umbrella."""

from __future__ import annotations

import math

import cv2
import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, develop_premultiplied, display_bgr, mix, premultiply, rgb
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.hours import sky_of, turn
from generation.engine.film.brushes.ink import fill, gradient_fill, limb, on, rimmed, smooth_path
from generation.engine.film.brushes.lamps import add_glows
from generation.engine.film.brushes.layers import Plate, crop_plate, lay, plate_extent, plate_matrix, solid_from
from generation.engine.film.brushes.light import bloom, drift, mist_tile, quarter, shade
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.street import EYE_Y, add_street, light_windows, render_street, tubes
from generation.engine.film.brushes.weather import draw_fall, draw_fog, draw_splashes, lightning, make_weather
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

# sky high, sky low, far glow, wall, warm window, cool window, neon x3, fog
_PALETTES = {
    "neon": "#060818 #2a1450 #ff5098 #2c2c40 #ffb868 #70c8ff #ff2e88 #22d8ff #a848ff #3a1c58",
    "azure": "#040a1c #103060 #60b8ff #283448 #ffd090 #90d8ff #2e8cff #30f0e0 #7a8cff #14345c",
    "violet": "#0a0620 #3c1868 #ff70c0 #302840 #ffa878 #b890ff #c03cff #ff4c9c #4c6cff #3c1c60",
    "dusk": "#1a1438 #6c2c58 #ff9858 #383040 #ffb060 #a0b0ff #ff6038 #ffb430 #ff3c8c #5c2c50",
}
_NEAR_Z = 5.6
_SLABS = {
    "far": (24.0, 150.0, 0.0, 0.20, 1.25),
    "mid": (10.5, 27.5, 2.5, 0.45, 1.15),
    "near": (2.5, 13.0, 2.0, 0.85, 1.05),
}
_FIGURE_Z = 7.6
_ROLES = {"sky_high": "zenith", "sky_low": "middle", "glow": "horizon", "wall": "ground", "fog": "air"}
_UMBRELLAS = ("rain", "storm", "snow")

_HIDDEN = 0.8
"""How much of the street's glow the person keeps from the lens."""


class NightCity(World):
    name = "night_city"
    casting = Casting(
        words=tuple(
            (
                "city neon street night car drive club dance train robot rain taxi skyline tower radio phone lonely "
                "midnight summer party lights urban"
            ).split()
        ),
        styles={"pop": 1.0, "emotional": 0.25},
        realms=("modern",),
        palettes={
            "neon": ("pop",),
            "azure": ("pop", "emotional"),
            "violet": ("fantasy", "pop", "dark"),
            "dusk": ("emotional", "pop"),
        },
        hours=("night", "dusk", "dawn", "day"),
        weathers=("rain", "clear", "fog", "snow", "storm"),
    )

    def _setup(self) -> None:
        keys = "sky_high sky_low glow wall warm cool neon1 neon2 neon3 fog".split()
        look, tall = self.look, self.canvas.tall
        plain = dict(zip(keys, map(rgb, _PALETTES[look.palette].split()), strict=True))
        self.colours = turn(plain, _ROLES, hour=look.hour, weather=look.weather, usual_hour="night",
                            usual_weather="rain")  # fmt: skip
        self.sky = sky_of(look.hour, look.weather)
        rng = self.rng("layout")
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        self.view = float(rng.uniform(0.84, 1.12)) if not tall else 1.0
        self.horizon_y = float(rng.uniform(0.09, 0.21)) if not tall else 0.15
        # the street ends left or right of the middle, the person stands on the other side
        self.vanish_x = (
            self.side * float(rng.uniform(0.0, 0.42)) * (min(1.0, self.canvas.aspect / 2.2) if not tall else 0.2)
        )
        self.figure_x = -self.side * (rng.uniform(0.2, 1.7) if not tall else 0.05)
        dark = {"night": 0.60, "dusk": 0.54, "dawn": 0.72, "day": 0.86}[look.hour]
        daylight = {"night": 0.30, "dusk": 0.50, "dawn": 0.62, "day": 0.95}[look.hour]
        wet = {"rain": 1.0, "storm": 1.0, "snow": 0.45, "fog": 0.60, "clear": 0.40, "cloud": 0.40}[look.weather]
        self.shape = np.array([
            rng.uniform(6.2, 9.4), rng.uniform(0.6, 2.2), rng.uniform(6.0, 16.0), rng.uniform(14.0, 40.0),
            rng.uniform(0.22, 0.60), daylight, dark, wet,
        ])  # fmt: skip
        self.grade = Grade(vignette=0.48, contrast=0.24, saturation=1.12, shadow_tint=(0.030, 0.0, 0.010),
                           light_tint=(-0.01, 0.0, 0.01))  # fmt: skip

    def _screen(self, x: float, y: float, z: float) -> tuple[float, float, float, float]:
        """Metres of the street to picture units at rest, parallax, and picture units a metre."""
        unit = 1.0 / (z * self.view)
        return self.vanish_x + x * unit, self.horizon_y + (EYE_Y - y) * unit, min(1.3, _NEAR_Z / z), unit

    def _street_colours(self) -> np.ndarray:
        """The (12, 3) that `render_street` takes."""
        c, look = self.colours, self.look
        neon = 0.35 + 1.15 * self.sky.lamps
        day = {"night": 0.0, "dusk": 0.10, "dawn": 0.22, "day": 0.80}[look.hour]
        snow = mix(c["fog"], c["sky_low"], 0.5) * (0.5 + day) + 0.02 if look.weather == "snow" else c["fog"] * 0.0
        tones = [c["sky_high"] * 0.8, c["sky_low"] * 0.75, c["glow"] * (1.1 if look.hour == "night" else 0.7),
                 c["wall"] * 0.8, c["warm"] * 1.5, c["cool"] * 1.4, c["neon1"] * neon, c["neon2"] * neon,
                 c["neon3"] * neon, c["fog"] * 0.62, c["sky_low"] * day, snow]  # fmt: skip
        return np.stack(tones).astype(np.float64)

    def paint(self) -> dict[str, Plate]:
        self._setup()
        plates: dict[str, Plate] = {}
        colours, vanish = self._street_colours(), np.array([self.vanish_x, self.horizon_y])
        for name, (start, end, feather, depth, over_sample) in _SLABS.items():
            half_w, half_h = plate_extent(self.canvas.aspect, depth, 0.50, 0.34)
            scale = float(self.canvas.height)
            width, height = int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2
            wide, tall = int(width * over_sample), int(height * over_sample)
            drawn, glow, windows = render_street(
                wide, tall, scale * wide / width, self.view, vanish, start, end, feather, name == "far", colours,
                0.016 + 0.030 * self.sky.haze, self.noise_seed("street"), self.shape,
            )  # fmt: skip
            # the largest first out of the way: a slab at its full size weighs 90 MB
            size = (width // 3, height // 3)
            glow = cv2.resize(glow, size, interpolation=cv2.INTER_AREA)
            cover = np.uint8(cv2.resize(drawn[..., 3], size, interpolation=cv2.INTER_NEAREST) * 255.0)
            premultiply(drawn)
            small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
            del drawn
            image = develop_premultiplied(small, self.rng("slab", name), solid=name == "far")
            del small
            if name == "far":
                plates[name] = Plate(np.ascontiguousarray(image), scale, width * 0.5, height * 0.5, depth)
            else:
                plates[name] = crop_plate(image, scale, depth)
            lit = cv2.GaussianBlur(glow, (0, 0), height / 3 * 0.006)
            shown = np.dstack([develop(lit, None, self.rng("glow", name))[..., :3], np.zeros(lit.shape[:2], np.uint8)])
            plates[f"{name}_glow"] = Plate(np.ascontiguousarray(shown), scale / 3.0, width / 6.0, height / 6.0, depth)
            # glass, height in the house and the house's number, for the houses that light up with the music
            glass = cv2.resize(windows[..., 0], size, interpolation=cv2.INTER_AREA)
            place = cv2.resize(windows[..., 1:], size, interpolation=cv2.INTER_NEAREST)
            plates[f"{name}_windows"] = Plate(np.dstack([glass, place, cover]), scale / 3.0, width / 6.0, height / 6.0,
                                              depth)  # fmt: skip
        return plates

    def prepare(self) -> None:
        self._setup()
        rng = self.rng("moving")
        c = self.colours
        self.weather = make_weather(self.look.weather, seed=self.noise_seed("weather"), side=self.side, air=c["fog"],
                                    light=mix(c["glow"], c["sky_low"], 0.5))  # fmt: skip
        self.bokeh = [make_swarm(rng, 9) for _ in range(3)]
        self.mist = mist_tile(64, self.noise_seed("mist"))
        self.neons = [display_bgr(self.colours[name]) for name in ("neon1", "neon2", "neon3")]
        self.fog_bgr = (display_bgr(mix(self.colours["fog"], self.colours["glow"], 0.3)) / 255.0).astype(np.float32)
        self.cars = [(float(rng.uniform(0, 90)), float(rng.uniform(5.5, 9.5)), float(rng.random())) for _ in range(12)]

    def focus(self, size: str, variant: int) -> Focus:
        x, _, _, _ = self._screen(self.figure_x, 0.0, _FIGURE_Z)
        if size == "close":
            if variant % 3 == 2:
                return Focus(self.side * 0.34, 0.06, 1.7)
            return Focus(x * 1.25, 0.21, 1.95)
        if size == "mid":
            return Focus(x * 0.9, 0.10, 1.34)
        return Focus(0.0, 0.0, 1.0)

    def draw(self, moment: Moment) -> Drawing:
        width, height = self.canvas.width, self.canvas.height
        picture = np.empty((height, width, 4), np.uint8)
        camera, t, plates = moment.camera, moment.time_s, self.plates
        lamps: list[tuple[float, float, float, float, bool]] = []
        near_row = solid_from(plates["near"], camera, picture)
        mid_row = min(near_row, solid_from(plates["mid"], camera, picture))
        lay(picture, plates["far"], camera, bottom=mid_row)
        stroke = lightning(self.weather, t, moment.crash)
        lamps += self._traffic(picture, moment, 24.0, 99.0)
        lay(picture, plates["mid"], camera, bottom=near_row)
        self._fog(picture, moment, 0.55, 0.3)
        lamps += self._traffic(picture, moment, _FIGURE_Z, 24.0)
        lay(picture, plates["near"], camera)
        self._figure(picture, moment)
        lamps += self._traffic(picture, moment, 2.0, _FIGURE_Z)
        self._fog(picture, moment, 0.35, 0.8)
        flash = stroke.level if stroke else 0.0
        person = self._person_cover(moment, width // 4, height // 4)
        light = self._light(picture, moment, person, flash)
        self._car_glows(light, moment, lamps, person)
        draw_splashes(picture, self.weather, camera, t, horizon_y=self.horizon_y, eye=EYE_Y / self.view, near=2.2,
                      far=13.0, amount=0.5 + 0.5 * moment.growth)  # fmt: skip
        draw_fall(picture, self.weather, camera, t, amount=0.55 + 0.45 * moment.growth, lit=flash)
        for number, seeds in enumerate(self.bokeh):
            discs = Swarm(seeds, (0.012, 0.004), 0.02, 0.018, self.neons[number] * 0.15 * self.sky.lamps, soft=2.0,
                          twinkle=0.5)  # fmt: skip
            draw_swarm(picture, discs, t + number * 7.0, camera_xy=(camera.x, camera.y), zoom=camera.zoom_at(1.1),
                       gain=0.8 + 0.8 * moment.kick)  # fmt: skip
        gain = 1.0 + 0.09 * moment.kick + 0.08 * moment.crash + 0.08 * moment.swell - 0.16 * moment.hush + 0.45 * flash
        return Drawing(picture, light, gain)

    def _fog(self, picture: np.ndarray, moment: Moment, amount: float, depth: float) -> None:
        if self.look.weather in ("fog", "snow"):
            draw_fog(picture, self.weather, moment.camera, moment.time_s, amount=amount * self.sky.haze, depth=depth,
                     ground_y=0.45, reach=1.1, light_x=self.vanish_x)  # fmt: skip

    def _on_screen(self, moment: Moment, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Pixel x, pixel y, pixels a metre."""
        height = self.canvas.height
        sx, sy, depth, unit = self._screen(x, y, z)
        px, py, zoom = moment.camera.place(sx, sy, depth)
        return (px + self.canvas.aspect * 0.5) * height, (py + 0.5) * height, unit * zoom * height

    def _traffic(
        self, picture: np.ndarray, moment: Moment, near: float, far: float
    ) -> list[tuple[float, float, float, float, bool]]:
        """Cars as their lights and a dark body: white ones come on the left, red ones go on the right. Returns where
        their lamps are: pixel x, y, pixels a metre, clearness of the air, whether they come."""
        seen = []
        shown = 0.35 + 0.65 * moment.growth
        with on(picture) as canvas:
            for start, speed, order in self.cars:
                if order > shown:
                    continue
                coming = order * 1000 % 1.0 < 0.5
                way = (start + speed * moment.time_s) % 90.0
                z = 92.0 - way if coming else 3.0 + way
                if not near <= z < far or z < 4.0:
                    continue
                lane = (-2.9 if coming else 2.9) * self.side
                px, py, metre = self._on_screen(moment, lane, 0.0, z)
                if not -metre * 2 < px < self.canvas.width + metre * 2:
                    continue
                clear = math.exp(-0.020 * z)
                self._car(canvas, px, py, metre, coming, clear)
                seen += [(px + side * 0.72 * metre, py - 0.68 * metre, metre, clear, coming) for side in (-1.0, 1.0)]
        return seen

    def _car_glows(
        self,
        light: np.ndarray,
        moment: Moment,
        lamps: list[tuple[float, float, float, float, bool]],
        person: np.ndarray,
    ) -> None:
        """The glare of the cars' lamps; the person hides that of cars behind."""
        before = self._on_screen(moment, self.figure_x, 0.0, _FIGURE_Z)[2]
        behind = np.zeros_like(light)
        for coming, colour in ((True, (0.80, 0.93, 1.0)), (False, (0.05, 0.08, 1.0))):
            for target, near in ((behind, False), (light, True)):
                rows = [(x * 0.25, y * 0.25, metre * 0.11, 0.85 * clear) for x, y, metre, clear, way in lamps
                        if way == coming and (metre > before) == near]  # fmt: skip
                add_glows(target, np.float32(rows).reshape(-1, 4), np.float32(colour))
        if any(lamp[2] <= before for lamp in lamps):
            shade(behind, person, _HIDDEN)
            light += behind

    def _car(self, canvas: skia.Canvas, px: float, py: float, metre: float, coming: bool, clear: float) -> None:
        tone = np.float32([1.0, 0.93, 0.80]) if coming else np.float32([1.0, 0.06, 0.04])
        canvas.save()
        canvas.translate(px, py)
        canvas.scale(metre, metre)
        body = smooth_path([(-0.95, 0.15), (-0.97, 0.75), (-0.72, 0.95), (-0.58, 1.42), (0.58, 1.42), (0.72, 0.95),
                            (0.97, 0.75),
                            (0.95, 0.15)], tension=0.4)  # fmt: skip
        canvas.drawPath(body, fill(self.colours["wall"] * 0.12, 0.9 * clear))
        lamp = fill(tone * 1.8, clear)
        streak = skia.GradientShader.MakeLinear(
            [skia.Point(0, 0.0), skia.Point(0, 2.3)], [fill(tone, 0.40 * clear).getColor(), fill(tone, 0.0).getColor()]
        )
        mirrored = skia.Paint(AntiAlias=True, Dither=True, Shader=streak)
        for side in (-1.0, 1.0):
            canvas.drawOval(skia.Rect.MakeXYWH(side * 0.72 - 0.15, -0.68 - 0.105, 0.30, 0.21), lamp)
            canvas.drawRect(skia.Rect.MakeXYWH(side * 0.72 - 0.10, 0.05, 0.20, 2.3), mirrored)
        canvas.restore()

    def _figure(self, picture: np.ndarray, moment: Moment) -> None:
        c, t = self.colours, moment.time_s
        px, py, metre = self._on_screen(moment, self.figure_x, 0.0, _FIGURE_Z)
        unit = metre * 1.82
        with on(picture, px, py, unit) as canvas:
            shade = skia.GradientShader.MakeLinear([skia.Point(0, 0), skia.Point(0, 0.55)], [0xB0000000, 0x00000000])
            shadow = skia.Paint(AntiAlias=True, Dither=True, Shader=shade)
            shadow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.03))
            path = skia.Path()
            path.addPoly(
                [skia.Point(-0.13, 0), skia.Point(0.13, 0), skia.Point(0.22, 0.55), skia.Point(-0.22, 0.55)], True
            )
            canvas.drawPath(path, shadow)
            paths = _person(t, self.side, self.look.weather in _UMBRELLAS)
            width = (1.0 * self.canvas.height / 536.0 * (0.6 if self.canvas.tall else 1.0) + 0.5) / unit
            body = gradient_fill(c["wall"] * 0.10, c["wall"] * 0.03, -1.2, 0.0)
            clear = skia.Paint(Color=0)
            rimmed(
                canvas,
                paths,
                body,
                fill(c["neon1"] * (0.40 + 0.6 * moment.kick + 0.4 * moment.heard.voice)),
                width,
                width * 0.4,
            )
            rimmed(canvas, paths, clear, fill(c["neon2"] * (0.35 + 0.5 * moment.kick)), -width, width * 0.4)

    def _person_cover(self, moment: Moment, width: int, height: int) -> np.ndarray:
        """Where the person stands before the street's glow (h, w, 4)."""
        mask = np.zeros((height, width, 4), np.uint8)
        px, py, metre = self._on_screen(moment, self.figure_x, 0.0, _FIGURE_Z)
        with on(mask, px / 4.0, py / 4.0, metre * 1.82 / 4.0) as canvas:
            for path in _person(moment.time_s, self.side, self.look.weather in _UMBRELLAS):
                canvas.drawPath(path, fill(np.float32([1, 1, 1])))
        return mask

    def _light(self, picture: np.ndarray, moment: Moment, person: np.ndarray, flash: float) -> np.ndarray:
        small = quarter(picture)
        height, width = small.shape[:2]
        glow = np.zeros((height, width, 4), np.uint8)
        for number, name in enumerate(_SLABS):
            part = np.zeros((height, width, 4), np.uint8)
            lay(part, self.plates[f"{name}_glow"], moment.camera)
            # each depth answers the drums in its own way
            drums = 0.6 * moment.heard.drums
            beat = max(drums, (moment.snare, moment.kick, moment.kick)[number])
            level = 0.30 + 0.25 * moment.energy + 0.85 * beat + 0.4 * moment.crash + 0.3 * moment.swell
            # tubes that fail for an instant when the music holds its breath
            level *= (1.0 - 0.6 * moment.hush) * (0.25 + 0.75 * self.sky.lamps)
            cv2.addWeighted(glow, 1.0, part, min(1.35, level), 0.0, dst=glow)
        # what the music lights is all behind the person
        neon = np.empty((height, width, 3), np.float32)
        tubes(glow, neon)
        shade(neon, person, _HIDDEN)
        # the wide glow is drawn at a quarter of the light's size: the same look for a tenth of the time
        little = cv2.resize(neon, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
        spread = cv2.resize(cv2.GaussianBlur(little, (0, 0), max(0.6, height * 0.0125)), (width, height))
        haze = drift(self.mist, (width, height), moment.time_s * 0.03 + 2.0)
        windows = self._windows(moment, width, height)
        shade(windows, person, _HIDDEN)
        strength = (0.65 + 0.3 * moment.kick + 0.3 * moment.crash) * self.sky.bloom
        light = bloom(small, threshold=0.55, strength=strength)
        fog = (self.fog_bgr * 0.22 * self.sky.bloom).astype(np.float32)
        add_street(light, neon, spread, haze, windows, fog, np.float32(0.35 + 0.65 * self.sky.lamps),
                   np.float32(0.10 * flash))  # fmt: skip
        return light

    def _windows(self, moment: Moment, width: int, height: int) -> np.ndarray:
        """The houses as the music's spectrum: each is a band (the nearest on the left the lowest, along that side to
        the street's end and back on the right to the highest), and its windows light up to its level."""
        seen = np.zeros((height, width, 4), np.uint8)
        for name in _SLABS:
            plate = self.plates[f"{name}_windows"]
            matrix = plate_matrix(plate, moment.camera, (height, width), (0.0, 0.0), 1.0)
            part = cv2.warpAffine(plate.image, matrix, (width, height), flags=cv2.INTER_NEAREST)
            np.copyto(seen, part, where=part[..., 3:] > 127)
        light = np.zeros((height, width, 3), np.float32)
        tones = np.stack([display_bgr(self.colours[name]) / 255.0 for name in ("neon1", "neon2", "warm")])
        light_windows(light, seen, moment.heard.spectrum.astype(np.float32), tones.astype(np.float32))
        return light


def _person(time_s: float, side: float, umbrella_up: bool) -> list[skia.Path]:
    """Someone in a long coat, under an umbrella or not, from behind, feet at the origin, one unit to the crown."""
    sway = 0.006 * math.sin(time_s * 1.3)
    coat = [(-0.062, 0.875), (-0.130, 0.820), (-0.158, 0.70), (-0.142, 0.56), (-0.128, 0.50), (-0.158, 0.30),
            (-0.182, 0.135), (-0.09, 0.118),
            (0.0, 0.128), (0.09, 0.118), (0.182, 0.135), (0.158, 0.30), (0.128, 0.50), (0.142, 0.56), (0.158, 0.70),
            (0.130, 0.820),
            (0.062, 0.875)]  # fmt: skip
    legs = [limb([(x, 0.22), (x * 1.02, 0.10), (x * 1.08, 0.01)], [0.100, 0.080, 0.066]) for x in (-0.058, 0.058)]
    shoes = [limb([(x * 1.08, 0.012), (x * 1.35, 0.002)], [0.062, 0.055]) for x in (-0.058, 0.058)]
    head = [(-0.052, 0.92), (-0.050, 0.975), (0.0, 1.005), (0.050, 0.975), (0.052, 0.92), (0.03, 0.865), (-0.03, 0.865)]
    if not umbrella_up:
        return [smooth_path(coat, tension=0.7), *legs, *shoes, smooth_path(head)]
    grip = (side * 0.12, 0.74)
    arm = limb([(side * 0.115, 0.79), (side * 0.165, 0.66), grip], [0.085, 0.075, 0.05])
    tip = (side * 0.05 + sway, 1.30)
    rod = limb([grip, tip], [0.012, 0.010])
    reach = 0.37
    dome = [(tip[0] - reach, 1.08)]
    for step in range(1, 10):
        angle = math.pi * (1.0 - step / 10.0)
        dome.append((tip[0] + math.cos(angle) * reach, 1.08 + math.sin(angle) * 0.205))
    dome.append((tip[0] + reach, 1.08))
    for step in range(1, 4):
        x = tip[0] + reach * (1.0 - step / 2.0)
        dome += [(x + reach * 0.25, 1.115), (x, 1.085)]
    umbrella = smooth_path(dome[:-2], tension=0.6)
    return [
        smooth_path(coat, tension=0.7),
        *legs,
        *shoes,
        smooth_path(head),
        arm,
        rod,
        umbrella,
        limb([tip, (tip[0], 1.325)], [0.012, 0.008]),
    ]

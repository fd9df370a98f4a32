"""Alone by the window: a face in profile before a candle, lights of a city through wet glass, an eye that fills all."""

from __future__ import annotations

import math

import numpy as np
import skia

from generation.engine.film.brushes.colour import develop, display_bgr, mix, rgb
from generation.engine.film.brushes.figure_eye import (
    LID_BOX,
    brow_path,
    draw_ball,
    draw_lashes,
    draw_lid,
    paint_iris,
    paint_lid,
    paint_skin,
)
from generation.engine.film.brushes.figure_hair import HAIR
from generation.engine.film.brushes.figure_profile import draw_loose, paint_profile
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.flame import draw_candle, draw_flame
from generation.engine.film.brushes.glass import draw_drops, draw_lights, make_drops, make_lights
from generation.engine.film.brushes.hours import turn
from generation.engine.film.brushes.ink import fill, on
from generation.engine.film.brushes.layers import Plate, lay, plate_extent
from generation.engine.film.brushes.light import bloom, quarter
from generation.engine.film.brushes.particles import Swarm, draw_swarm, make_swarm
from generation.engine.film.brushes.radiance import comfort, eighth, glows
from generation.engine.film.brushes.tabletop import paint_table, paint_window
from generation.engine.film.brushes.weather import draw_fall, draw_fog, lightning, make_weather
from generation.engine.film.worlds.base import Casting, Drawing, Focus, Moment, World

_KEYS = "zenith middle horizon rim ink skin hair cloth flame wood paper iris lamp_a lamp_b lamp_c".split()
_ROLES = {"zenith": "zenith", "middle": "middle", "horizon": "horizon", "rim": "rim"}
# zenith, middle, horizon, window's light, ink, skin, hair, cloth, flame, wood, paper, iris, three lamps outside
_PALETTES = {
    "amber": "#0c1228 #1c2c50 #4a5888 #90b0e8 #0a0608 #d8a080 #2a1610 #40202c #ffb060 #5c3420 #f0dcb8 #7a9c58 "
    "#ffb050 #ff7848 #ffe0a0",
    "blue_hour": "#060e2c #143068 #4878b8 #a0d0ff #04060c #c8a090 #14141c #1c2c4c #ffa858 #33303c #dcdce0 #4888c0 "
    "#68a8ff #ffb068 #a8e0ff",
    "rose": "#180c24 #482048 #a85878 #ffb0c8 #0c0408 #e0a898 #381a1c #581c34 #ffb078 #50283c #f8e0d8 #8a6848 "
    "#ff78a0 #ffb078 #d088ff",
    "teal": "#04141c #0c3c48 #388088 #90e8e0 #030808 #d0a488 #18120e #103438 #ffa84c #40342c #e8e0c8 #3c9078 "
    "#48d0c0 #ffa048 #a0f0c8",
    "silver": "#0e1014 #30343c #80868e #e0e8f0 #060607 #c8bab0 #202024 #303036 #ffd8a8 #3c3a3a #ecebe8 #78868e "
    "#e0e4ea #ffd8a8 #a8b4c4",
}
# light of the window, of the candle, of the lamps outside
_HOURS = {"dawn": (0.90, 0.75, 0.60), "day": (1.35, 0.50, 0.42), "dusk": (0.70, 0.90, 0.95), "night": (0.42, 1.0, 1.0)}
_BACK, _TABLE, _FACE = 0.10, 0.92, 1.0


class EmotionalCloseup(World):
    name = "emotional_closeup"
    casting = Casting(
        words=tuple(
            "love heart tear goodbye mother father face eye candle letter alone lonely remember memory memories kiss "
            "miss cry farewell window whisper forgive sorrow lost embrace hand breath silence home "
            "sister brother child".split()
        ),
        styles={"emotional": 1.0, "dark": 0.5, "pop": 0.625, "gregorian": 0.375, "fantasy": 0.125},
        realms=("intimate", "modern", "dream"),
        palettes={
            "amber": ("emotional", "gregorian"),
            "blue_hour": ("pop", "dark"),
            "rose": ("emotional", "pop"),
            "teal": ("dark", "fantasy"),
            "silver": ("gregorian", "dark", "epic"),
        },
        hours=("night", "dusk", "dawn", "day"),
        weathers=("rain", "clear", "cloud", "fog", "snow", "storm"),
    )

    def _setup(self) -> None:
        usual = dict(zip(_KEYS, map(rgb, _PALETTES[self.look.palette].split()), strict=True))
        self.colours = turn(usual, _ROLES, hour=self.look.hour, weather=self.look.weather, usual_hour="night",
                            usual_weather="rain")  # fmt: skip
        self.window, self.key, self.lamps = _HOURS.get(self.look.hour, _HOURS["night"])
        c, rng, tall = self.colours, self.rng("layout"), self.canvas.tall
        bright = float(c["rim"].max())
        self.rim = c["rim"] * (min(1.0, 0.55 / max(0.05, bright)) + 0.4)
        self.side = 1.0 if rng.random() < 0.5 else -1.0
        self.hair = HAIR[int(rng.integers(3))]
        self.head = float(rng.uniform(0.50, 0.56)) if not tall else 0.33
        reach = min(1.0, self.canvas.aspect / 2.2)
        self.face_xy = (-self.side * float(rng.uniform(0.40, 0.52)) * reach if not tall else -self.side * 0.06, 0.135)
        self.candle_x = self.side * float(rng.uniform(0.20, 0.34)) * reach if not tall else self.side * 0.17
        self.table_y = 0.37 if not tall else 0.33
        self.candle_tall = float(rng.uniform(0.15, 0.23)) * (0.8 if tall else 1.0)
        spread = [float(v) for v in rng.uniform(-0.05, 0.05, 6)]
        self.others = [(self.candle_x + self.side * dx * reach + spread[n], scale, float(rng.uniform(0.08, 0.17)))
                       for n, (dx, scale) in enumerate(((0.17, 0.85), (0.34, 0.75), (-0.13, 0.70), (0.50, 0.80),
                                                        (0.26, 0.6), (0.64, 0.7)))]  # fmt: skip
        self.eye_unit = 0.62 * min(1.0, self.canvas.aspect / 1.75)
        self.iris_tint = float(rng.uniform(0.0, 1.0))
        self.grade = Grade(vignette=0.44, contrast=0.26, saturation=1.04, shadow_tint=(0.028, 0.008, 0.006))

    # ---- plates -------------------------------------------------------------------------------------------------

    def paint(self) -> dict[str, Plate]:
        self._setup()
        plates = {"back": self._paint_back(), "table": self._paint_table(), "face": self._paint_face()}
        plates["skin"], plates["lid"], plates["iris"] = self._paint_skin(), self._paint_lid(), self._paint_iris()
        return plates

    def _paint_back(self) -> Plate:
        """Out of focus: half the pixels are plenty."""
        half_w, half_h = plate_extent(self.canvas.aspect, _BACK)
        scale = self.canvas.height * 0.5
        width, height = int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2
        linear = paint_window(width, height, scale, self.colours, window=self.window, key=self.key,
                              light_x=self.candle_x, bars=(-0.62 * self.side, 0.10 * self.side, 0.95 * self.side),
                              fog=self.look.weather == "fog", seed=self.noise_seed("window"))  # fmt: skip
        return Plate(develop(linear, None, self.rng("back")), scale, width * 0.5, height * 0.5, _BACK)

    def _paint_table(self) -> Plate:
        half_w, half_h = plate_extent(self.canvas.aspect, _TABLE)
        scale = float(self.canvas.height)
        width, height = int(half_w * 2 * scale) // 2 * 2, int((half_h - self.table_y + 0.02) * scale)
        linear, cover = paint_table(width, height, scale, self.colours, key=self.key, window=self.window, rim=self.rim,
                                    light_x=self.candle_x, letter_x=self.candle_x - self.side * 0.20,
                                    rng=self.rng("table"), seed=self.noise_seed("table"))  # fmt: skip
        image = develop(linear, cover, self.rng("table dither"))
        return Plate(image, scale, width * 0.5, -(self.table_y - 0.02) * scale, _TABLE)

    def _paint_face(self) -> Plate:
        scale = self.canvas.height * 1.5 * self.head
        width, height = int(1.78 * scale), int(2.36 * scale)
        origin = (1.05 * scale, 1.10 * scale)
        c = self.colours
        tones = {"skin": c["skin"], "hair": c["hair"], "cloth": c["cloth"], "ink": c["ink"], "flame": c["flame"],
                 "rim": self.rim, "fill": mix(c["middle"], c["horizon"], 0.5)}  # fmt: skip
        linear, cover = paint_profile(width, height, scale, origin, tones, self.hair, key=self.key, window=self.window,
                                      rng=self.rng("face"))  # fmt: skip
        image = develop(linear, cover, self.rng("face dither"))
        if self.side < 0:
            image, origin = np.ascontiguousarray(image[:, ::-1]), (width - origin[0], origin[1])
        # the plate's own origin is the picture's: the chin's line is moved to where the face stands
        pixels = self.canvas.height * 1.5
        return Plate(image, pixels, origin[0] - self.face_xy[0] * pixels, origin[1] - self.face_xy[1] * pixels, _FACE)

    def _paint_skin(self) -> Plate:
        half_w, half_h = plate_extent(self.canvas.aspect, 0.5, 0.22, 0.16)
        scale = self.canvas.height * 0.9
        width, height = int(half_w * 2 * scale) // 2 * 2, int(half_h * 2 * scale) // 2 * 2
        c, rng = self.colours, self.rng("skin")
        unit = self.eye_unit * scale
        drawn = paint_skin(width, height, unit, width * 0.5, height * 0.5, self._flesh_colours(), self.side, 1.25,
                           self.noise_seed("skin"))  # fmt: skip
        image = develop(drawn[..., :3], drawn[..., 3], rng)
        with on(image, width * 0.5, height * 0.5, unit) as canvas:
            canvas.drawPath(brow_path(rng), fill(mix(c["hair"], c["ink"], 0.4), 0.85))
        return Plate(image, scale, width * 0.5, height * 0.5, 0.5)

    def _flesh_colours(self) -> np.ndarray:
        c = self.colours
        candle = mix(c["flame"], np.float32([1.0, 0.84, 0.66]), 0.55)
        tones = [c["skin"] * 0.80, candle * (0.4 + 0.6 * self.key), self.rim * self.window, c["ink"]]
        return np.stack(tones).astype(np.float64)

    def _paint_lid(self) -> Plate:
        unit = self.eye_unit * self.canvas.height * 0.9
        width, height = int((LID_BOX[1] - LID_BOX[0]) * unit), int((LID_BOX[3] - LID_BOX[2]) * unit)
        drawn = paint_lid(width, height, self._flesh_colours(), self.side, 1.25, self.noise_seed("skin"))
        return Plate(develop(drawn, None, self.rng("lid")), 1.0, 0.0, 0.0, 0.0)

    def _paint_iris(self) -> Plate:
        c, rng = self.colours, self.rng("iris")
        own = mix(c["iris"], rgb(("#4c7cb8", "#6c8c4c", "#8a5c30", "#8c949c")[int(self.iris_tint * 3.99)]), 0.5)
        colours = np.stack([own, mix(own, c["flame"], 0.32), own * 0.12]).astype(np.float64)
        rows = int(np.clip(self.canvas.height * 0.22, 48, 256))
        iris = paint_iris(rows * 4, rows, colours, self.noise_seed("iris"))
        return Plate(develop(iris * 0.95, None, rng), 1.0, 0.0, 0.0, 0.0)

    # ---- frames -------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        self._setup()
        c, rng = self.colours, self.rng("moving")
        lamps = np.stack([display_bgr(c[name] * 0.55) for name in ("lamp_a", "lamp_b", "lamp_c", "rim")])
        self.lights = make_lights(rng, int(34 + 50 * self.look.density), self.canvas.aspect, lamps, 0.22)
        wet = {"rain": (420, 24), "storm": (620, 44), "fog": (520, 7), "snow": (130, 3), "cloud": (90, 0)}
        beads, runners = wet.get(self.look.weather, (26, 0))
        self.drops = make_drops(rng, int(beads * (0.6 + 0.6 * self.look.density)), runners)
        self.motes = make_swarm(rng, 110)
        self.sparks = make_swarm(rng, 80)
        self.weather = make_weather(self.look.weather, seed=self.noise_seed("weather"), side=self.side,
                                    air=mix(c["middle"], c["horizon"], 0.6), light=c["rim"])  # fmt: skip
        self.flame_bgr = display_bgr(c["flame"]).astype(np.float64)
        self.flame_tint, self.rim_tint = self.flame_bgr / 255.0, display_bgr(self.rim) / 255.0
        self.white_bgr = display_bgr(mix(np.float32([0.80, 0.78, 0.75]), c["flame"], 0.12) * 0.8).astype(np.float64)

    @staticmethod
    def _subject(size: str, variant: int) -> str:
        if size == "close":
            return ("eye", "candle", "face")[variant % 3]
        return "face" if size == "mid" else "room"

    def focus(self, size: str, variant: int) -> Focus:
        subject = self._subject(size, variant)
        x, y = self.face_xy
        look = self.side * self.head * 0.20
        if subject == "eye":
            return Focus(0.0, 0.0, 1.06 + 0.04 * (variant % 2))
        if subject == "candle":
            return Focus(self.candle_x - self.side * 0.05, self.table_y - self.candle_tall * 0.55 - 0.02, 1.9)
        if size == "close":
            return Focus(x + look * 1.25, y - self.head * 0.42, 2.05)
        if size == "mid":
            shift = self.side * (0.14 if variant % 2 else 0.05) * (0.3 if self.canvas.tall else 1.0)
            return Focus(x + look * 0.6 + shift, y - self.head * 0.29, 1.24)
        return Focus(0.0, 0.0, 1.0)

    def _flicker(self, t: float, phase: float = 0.0) -> float:
        return 0.90 + 0.06 * math.sin(t * 7.3 + phase) + 0.04 * math.sin(t * 12.9 + phase * 2.0)

    def draw(self, moment: Moment) -> Drawing:
        height, width = self.canvas.height, self.canvas.width
        picture = np.empty((height, width, 4), np.uint8)
        heard = moment.heard
        if self._subject(moment.size, moment.seed % 7) == "eye":
            light = self._draw_eye(picture, moment)
        else:
            self._draw_room(picture, moment)
            light = self._room_light(picture, moment)
        gain = 1.0 + 0.10 * moment.kick + 0.10 * moment.crash + 0.06 * heard.drums - 0.20 * moment.hush
        return Drawing(picture, *comfort(picture, light, gain))

    def _draw_room(self, picture: np.ndarray, moment: Moment) -> None:
        camera, t, heard = moment.camera, moment.time_s, moment.heard
        lay(picture, self.plates["back"], camera, shift=(0.003 * math.sin(t * 0.21), 0.0))
        zoom = camera.zoom_at(_BACK) * (1.0 + 0.25 * (camera.zoom - 1.0))
        view = (camera.x * _BACK, camera.y * _BACK)
        pulse = 0.55 * moment.kick + 0.45 * moment.snare + 0.9 * moment.crash
        gain = self.lamps * (0.72 + 0.5 * moment.growth + 0.35 * pulse)
        draw_lights(picture, self.lights, t, camera_xy=view, zoom=zoom, bands=heard.spectrum, gain=gain,
                    swell=moment.swell + 0.3 * pulse)  # fmt: skip
        if self.look.weather == "snow":
            draw_fall(picture, self.weather, camera, t, amount=0.35 + 0.3 * moment.energy)
        if self.look.weather == "fog":
            draw_fog(picture, self.weather, camera, t, amount=0.55, depth=0.2, ground_y=0.5, reach=1.1)
        speed = 1.0 + 1.4 * moment.energy + (0.8 if self.look.weather == "storm" else 0.0)
        draw_drops(picture, self.drops, t, camera_xy=view, zoom=zoom, speed=speed, gain=1.0 + 0.5 * moment.crash)
        self._face(picture, moment)
        lay(picture, self.plates["table"], camera, replicate=False)
        self._candles(picture, moment)
        self._dust(picture, moment)

    def _face(self, picture: np.ndarray, moment: Moment) -> None:
        """The profile breathes; loose hair stirs; the candle's light on it trembles (see `_room_light`)."""
        camera, t, height = moment.camera, moment.time_s, self.canvas.height
        breath = math.sin(t * 2.0 * math.pi / 4.4) * (0.0030 + 0.0030 * moment.heard.voice)
        nod = 0.0035 * math.sin(t * 0.47)
        lay(picture, self.plates["face"], camera, shift=(nod, -breath), replicate=False)
        x, y, zoom = camera.place(self.face_xy[0] + nod, self.face_xy[1] - breath, _FACE)
        if abs(x) > self.canvas.aspect * 0.5 + self.head * zoom:
            return
        unit = self.head * zoom * height
        with on(picture, (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, unit) as canvas:
            canvas.rotate(math.degrees(camera.roll))
            canvas.scale(self.side, 1.0)
            tone = mix(self.colours["hair"] * 0.8, self.rim * self.window, 0.45)
            draw_loose(canvas, t, self.hair, 0.4 + 0.6 * moment.energy, tone, 0.5)

    def _flames(self, moment: Moment) -> list[tuple[float, float, float, float]]:
        """(x, foot y of the candle, scale, height of its wax) of the candles that burn: more as the film grows."""
        lit = 1 + int(len(self.others) * min(1.0, 0.25 * self.look.density + 0.9 * moment.growth))
        return [(self.candle_x, self.table_y + 0.045, 1.0, self.candle_tall)] + [
            (x, self.table_y + 0.020, scale, tall) for x, scale, tall in self.others[: lit - 1]
        ]

    def _candles(self, picture: np.ndarray, moment: Moment) -> None:
        c, height, half = self.colours, self.canvas.height, self.canvas.aspect * 0.5
        heard = moment.heard
        stir = min(1.0, 0.12 + 0.5 * moment.kick + 0.6 * moment.crash + 0.25 * moment.energy)
        grow = (1.0 + 0.50 * heard.voice + 0.20 * moment.kick + 0.25 * moment.swell) * (1.0 - 0.45 * moment.hush)
        small = 0.8 if self.canvas.tall else 1.0
        for n, (x, y, scale, tall) in reversed(list(enumerate(self._flames(moment)))):
            sx, sy, zoom = moment.camera.place(x, y, _TABLE)
            if abs(sx) > half + 0.1 * zoom:
                continue
            unit = zoom * height
            px, py = (sx + half) * height, (sy + 0.5) * height
            with on(picture, px, py, unit) as canvas:
                draw_candle(canvas, tall, 0.046 * scale * small, c["paper"] * (0.30 + 0.12 * self.window),
                            mix(c["paper"], c["ink"], 0.72) * 0.30, mix(c["paper"], c["flame"], 0.6) * 0.9,
                            mix(c["wood"], c["flame"], 0.35) * 0.5, self.look.seed % 97 + n)  # fmt: skip
            high = 0.115 * scale * small * grow * self._flicker(moment.time_s, n * 2.1)
            foot = py - (tall + 0.004) * unit
            draw_flame(
                picture, px + 0.001 * unit, foot, high * unit, moment.time_s, n * 1.9, stir, self.flame_bgr, 1.05
            )

    def _dust(self, picture: np.ndarray, moment: Moment) -> None:
        camera, t = moment.camera, moment.time_s
        place = {"camera_xy": (camera.x, camera.y), "zoom": min(1.6, camera.zoom)}
        warm = self.flame_bgr.astype(np.float32)
        motes = Swarm(self.motes, (0.010 * self.side, -0.012), 0.018, 0.0013, warm * 0.55, twinkle=0.7)
        draw_swarm(picture, motes, t, gain=0.6 + 0.5 * moment.heard.strings + 0.4 * moment.snare, **place)
        if moment.crash > 0.03 or moment.growth > 0.7:
            rise = Swarm(self.sparks, (0.02 * self.side, -0.16), 0.03, 0.0015, warm, streak_s=0.02, twinkle=0.5)
            draw_swarm(
                picture, rise, t, gain=min(1.0, 0.9 * moment.crash + 0.5 * max(0.0, moment.growth - 0.7)), **place
            )

    def _blink(self, moment: Moment) -> float:
        """How far the lid is down: a quick blink every few seconds, heavy while the music holds its breath."""
        age_s = (moment.time_s / 4.7 + (moment.seed % 11) * 0.13) % 1.0 * 4.7 - 3.9
        # the lid falls in 0.07 s and rises in 0.13 s
        reach = age_s / 0.07 if age_s < 0.07 else (0.20 - age_s) / 0.13
        shut = math.sin(0.5 * math.pi * min(1.0, max(0.0, reach))) ** 2
        return max(shut, 0.30 * moment.hush, 0.05 + 0.03 * math.sin(moment.time_s * 0.6))

    def _draw_eye(self, picture: np.ndarray, moment: Moment) -> np.ndarray:
        """An eye that fills the picture, the candle and the window in it; the pupil answers the music."""
        t, height, heard, camera = moment.time_s, self.canvas.height, moment.heard, moment.camera
        x, y, zoom = camera.place(0.0, 0.0, 0.5)
        cx, cy, unit = (x + self.canvas.aspect * 0.5) * height, (y + 0.5) * height, self.eye_unit * zoom * height
        picture[...] = (12, 10, 14, 255)
        lid = self._blink(moment)
        pupil = 0.115 + 0.012 * math.sin(t * 0.5) - 0.040 * moment.kick - 0.02 * heard.drums + 0.045 * moment.swell
        pupil = min(0.20, max(0.06, pupil + 0.035 * heard.voice + 0.03 * moment.hush - 0.03 * moment.crash))
        look = (0.030 * math.sin(t * 0.37) + 0.012 * math.sin(t * 1.9), 0.012 * math.sin(t * 0.53) - 0.02)
        glow = self.key * self._flicker(t) * (0.66 + 0.40 * heard.voice + 0.35 * moment.kick) + 0.15 * heard.strings
        glow = min(1.25, glow * (0.80 + 0.45 * moment.growth))
        draw_ball(picture, cx, cy, unit, self.plates["iris"].image[..., :3], pupil, *look, lid,
                  self.white_bgr * (0.80 + 0.25 * self.window), self.side, glow, self.flame_bgr)  # fmt: skip
        self._reflections(picture, moment, (cx, cy, unit), look)
        lay(picture, self.plates["skin"], camera)
        draw_lid(picture, cx, cy, unit, camera.roll, lid, self.plates["lid"].image[..., :3], 1.5 / unit)
        with on(picture, cx, cy, unit) as canvas:
            canvas.rotate(math.degrees(camera.roll))
            draw_lashes(canvas, t, lid, self.colours["ink"], self.side, self.look.seed % 9973)
        self._dust(picture, moment)
        small = quarter(picture)
        tiny = eighth(small)
        power = (0.08 + 0.17 * moment.growth) * glow * (1.0 + 0.8 * moment.crash)
        spots = [(x + self.side * self.eye_unit * zoom * 1.25, y + 0.05, 0.40, power)]
        light = glows(tiny.shape[:2], spots, self.flame_tint)
        light += glows(tiny.shape[:2], [(-self.side * 0.7, -0.4, 0.45, 0.10 * self.window + 0.25 * heard.choir)],
                       self.rim_tint)  # fmt: skip
        power = 0.45 + 0.3 * moment.kick + 0.35 * moment.crash + 0.25 * heard.strings
        return bloom(small, threshold=0.55, strength=power, more=light)

    def _reflections(self, picture: np.ndarray, moment: Moment, eye: tuple[float, float, float],
                     look: tuple[float, float]) -> None:  # fmt: skip
        """On the cornea: the window's panes, the candle's flame; more flames as the film grows."""
        cx, cy, unit = eye
        heard, t = moment.heard, moment.time_s
        with on(picture, cx, cy, unit) as canvas:
            pane = fill(self.rim * (0.55 + 0.9 * self.window), min(0.9, 0.40 + 0.25 * self.window + 0.2 * heard.choir))
            pane.setBlendMode(skia.BlendMode.kPlus)
            pane.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, 0.006))
            for column in (0, 1):
                for row in (0, 1):
                    left = look[0] - self.side * 0.20 - 0.066 + column * 0.068
                    canvas.drawRect(skia.Rect.MakeXYWH(left, look[1] - 0.205 + row * 0.062, 0.058, 0.052), pane)
        grow = (1.0 + 0.5 * heard.voice + 0.3 * moment.kick) * (1.0 - 0.4 * moment.hush)
        stir = min(1.0, 0.15 + 0.5 * moment.kick + 0.5 * moment.crash)
        for n in range(1 + int(4 * moment.growth)):
            scale = 1.0 if n == 0 else 0.5
            px = cx + (look[0] + self.side * (0.125 + 0.055 * n)) * unit
            draw_flame(picture, px, cy + (look[1] + 0.075 - 0.012 * n) * unit, 0.16 * scale * grow * unit, t, n * 2.3,
                       stir, self.flame_bgr, 1.1)  # fmt: skip

    def _room_light(self, picture: np.ndarray, moment: Moment) -> np.ndarray:
        heard, camera = moment.heard, moment.camera
        small = quarter(picture)
        tiny = eighth(small)
        beat = 1.0 + 0.55 * moment.kick + 0.5 * moment.crash + 0.45 * heard.voice + 0.3 * moment.swell
        spots = []
        for n, (x, y, scale, tall) in enumerate(self._flames(moment)):
            sx, sy, zoom = camera.place(x, y - tall - 0.05 * scale, _TABLE)
            power = self._flicker(moment.time_s, n * 2.1) * beat * (0.35 + 0.45 * self.key) * (1.0 - 0.4 * moment.hush)
            spots += [(sx, sy, 0.050 * zoom * scale, 0.55 * power), (sx, sy, 0.20 * zoom * scale, 0.16 * power)]
        fx, fy, zoom = camera.place(self.face_xy[0] + self.side * self.head * 0.45, self.face_xy[1] - self.head * 0.45,
                                    _FACE)  # fmt: skip
        spots.append((fx, fy, 0.20 * zoom, 0.10 * self.key * beat * self._flicker(moment.time_s)))
        light = glows(tiny.shape[:2], spots, self.flame_tint)
        halo = 0.05 * self.window + 0.20 * heard.choir + 0.14 * heard.strings
        hx, hy, zoom = camera.place(
            self.face_xy[0] - self.side * self.head * 0.25, self.face_xy[1] - self.head * 0.6, _FACE
        )
        spots = [(hx, hy, 0.30 * zoom, halo)]
        stroke = lightning(self.weather, moment.time_s, moment.crash)
        if stroke is not None:
            spots.append((stroke.x * 0.5 * self.canvas.aspect, -0.2, 0.5, 0.75 * stroke.level))
        light += glows(tiny.shape[:2], spots, self.rim_tint)
        power = 0.45 + 0.25 * moment.kick + 0.3 * moment.crash + 0.30 * heard.strings
        return bloom(small, threshold=0.55, strength=power, more=light)

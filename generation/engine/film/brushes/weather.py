"""Weather before the lens: rain in depth with its splashes, snow, fog, and lightning.

All of it is a closed form of time (no state, any frame first), measured in picture heights, and blended rather than
added, so that it reads against a bright sky as well as against the night. Room for every world: `make_weather` once
per process, then `draw_fog` before what stands near, `draw_fall` after everything, `draw_splashes` on wet ground, and
`lightning` for the sky and the gain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import skia
from numba import njit

from codecraft.common.seeds import generator
from generation.engine.film.brushes.colour import display_bgr, mix
from generation.engine.film.brushes.ink import colour4, on
from generation.engine.film.brushes.layers import Camera, lay_enlarged
from generation.engine.film.brushes.light import drift, mist_tile

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
FALLING = {"rain": 2600, "storm": 4000, "snow": 3200}
_EVERY_S = 9.0
_RING_S = 0.75
"""The decay of a crash's envelope, see `cues.DECAY_S`: a bolt finds the time of its stroke by it."""


@dataclass(frozen=True)
class Weather:
    """What falls and drifts at one place. `side`: -1 or 1, whence the wind does not blow; colours are display BGR."""

    kind: str
    seed: int
    side: float
    drops: np.ndarray
    """(n, 5) float32 uniform: x, y, nearness, phase, brightness."""
    tile: np.ndarray
    drop_bgr: np.ndarray
    fog_bgr: np.ndarray
    glow_bgr: np.ndarray


@dataclass(frozen=True)
class Lightning:
    """A stroke at one frame: `level` 0..1 is its light, `x` -1..1 where in the picture, `stroke` names it."""

    level: float
    x: float
    stroke: int
    seed: int


def make_weather(kind: str, *, seed: int, side: float, air: np.ndarray, light: np.ndarray) -> Weather:
    """`air`, `light`: linear RGB (3,) of the air and of sun, moon or lamps."""
    rng = generator(seed, "weather")
    white = np.float32([0.75, 0.80, 0.88])
    drop = mix(mix(air, light, 0.35), white, 0.35 if kind != "snow" else 0.60)
    return Weather(
        kind, seed, side, rng.random((FALLING.get(kind, 0), 5), dtype=np.float32), mist_tile(64, seed % 9973),
        display_bgr(drop), (display_bgr(mix(air, light, 0.12)) / 255.0).astype(np.float32),
        (display_bgr(mix(air, light, 0.65)) / 255.0).astype(np.float32),
    )  # fmt: skip


# ---- what falls ---------------------------------------------------------------------------------------------------


def draw_fall(picture: np.ndarray, weather: Weather, camera: Camera, time_s: float, *, amount: float = 1.0,
              lit: float = 0.0) -> None:  # fmt: skip
    """Rain or snow over `picture` (h, w, 4) in place, nothing in other weathers. `amount` 0..1 how much falls, `lit`
    0..1 a flash that lights it."""
    if not len(weather.drops):
        return
    shown = weather.drops[: int(len(weather.drops) * min(1.0, max(0.0, amount)))]
    colour = np.minimum(255.0, weather.drop_bgr * (1.0 + 0.6 * lit)).astype(np.float32)
    view = (camera.x, camera.y, camera.zoom_at(0.7))
    words, packed = picture.view(np.uint32)[..., 0], _packed(colour)
    if weather.kind == "snow":
        _snow(words, shown, time_s, weather.side, *view, packed)
    else:
        heavy = weather.kind == "storm"
        slant = (-0.62 if heavy else -0.16) * weather.side
        _rain(words, shown, time_s, slant, 2.6 if heavy else 2.1, *view, packed, 0.50 + 0.25 * lit)


@njit(inline="always", **_FAST)
def _toward(words, j, i, colour, share):
    """A pixel of words BGRA toward `colour` (blue and red in one word, green)."""
    word, part = np.int64(words[j, i]), int(share * np.float32(256.0) + np.float32(0.5))
    even = (((word & 0xFF00FF) * (256 - part) + colour[0] * part + 0x800080) >> 8) & 0xFF00FF
    odd = (((word >> 8) & 0xFF) * (256 - part) + colour[1] * part + 0x80) & 0xFF00
    words[j, i] = np.uint32(even | odd | (word & 0xFF000000))


def _packed(colour: np.ndarray) -> tuple[int, int]:
    """Display BGR 0..255 as `_toward` takes it."""
    blue, green, red = (round(min(255.0, max(0.0, float(value)))) for value in colour)
    return blue | red << 16, green


@njit(**_FAST)
def _rain(picture, drops, t, slant, speed, cam_x, cam_y, zoom, colour, strength):
    height, width = picture.shape[:2]
    aspect = width / height
    narrow = min(1.0, 0.45 + 0.3 * aspect)
    span_x, span_y = aspect + 0.6, 1.4
    for n in range(drops.shape[0]):
        near = 0.30 + 1.25 * drops[n, 2] * drops[n, 2] * drops[n, 2]
        fall = speed * near * (0.9 + 0.2 * drops[n, 3])
        x = drops[n, 0] * span_x + slant * fall * t - cam_x * near
        y = drops[n, 1] * span_y + fall * t - cam_y * near
        x, y = x % span_x - span_x * 0.5, y % span_y - span_y * 0.5
        # an exposure of a 45th of a second
        length = fall * narrow / 45.0 * zoom * height
        half = max(0.55, 0.00085 * near * narrow * zoom * height)
        share = strength * (0.30 + 0.70 * drops[n, 4]) * min(1.0, 0.38 + 0.5 * near)
        px, py = (x * zoom / aspect + 0.5) * width, (y * zoom + 0.5) * height
        first, last = max(0, int(py - length)), min(height - 1, int(py))
        for j in range(first, last + 1):
            along = (py - j) / length
            if along < 0.0 or along > 1.0:
                continue
            # brightest at its lower third
            body = share * min(1.0, along * 5.0) * min(1.0, (1.0 - along) * 1.6)
            centre = px - slant * (py - j)
            for i in range(max(0, int(centre - half - 0.5)), min(width - 1, int(centre + half + 0.5)) + 1):
                edge = half + 0.5 - abs(i + 0.5 - centre)
                if edge > 0.0:
                    _toward(picture, j, i, colour, np.float32(body * min(1.0, edge)))


@njit(**_FAST)
def _snow(picture, flakes, t, side, cam_x, cam_y, zoom, colour):
    height, width = picture.shape[:2]
    aspect = width / height
    narrow = min(1.0, 0.45 + 0.3 * aspect)
    span_x, span_y = aspect + 0.4, 1.3
    for n in range(flakes.shape[0]):
        near = 0.28 + 1.5 * flakes[n, 2] ** 4
        phase = flakes[n, 3] * 6.2832
        sway = 0.022 * near * math.sin(t * (0.6 + flakes[n, 4]) + phase)
        x = flakes[n, 0] * span_x - side * 0.085 * near * t + sway - cam_x * near
        y = flakes[n, 1] * span_y + (0.13 + 0.07 * flakes[n, 4]) * near * t - cam_y * near
        x, y = x % span_x - span_x * 0.5, y % span_y - span_y * 0.5
        px, py = (x * zoom / aspect + 0.5) * width, (y * zoom + 0.5) * height
        # the nearest flakes are out of focus: large and thin
        soft = max(0.0, near - 0.9)
        radius = max(0.7, (0.0022 * near + 0.0060 * soft) * narrow * zoom * height)
        share = (0.55 + 0.45 * flakes[n, 4]) * (0.85 - 0.42 * min(1.0, soft * 1.6))
        for j in range(max(0, int(py - radius * 1.5)), min(height, int(py + radius * 1.5) + 2)):
            for i in range(max(0, int(px - radius * 1.5)), min(width, int(px + radius * 1.5) + 2)):
                dx, dy = (i + 0.5 - px) / radius, (j + 0.5 - py) / radius
                body = share * min(1.0, max(0.0, (1.35 - math.sqrt(dx * dx + dy * dy)) * 1.4))
                if body > 0.01:
                    _toward(picture, j, i, colour, np.float32(body))


def draw_splashes(picture: np.ndarray, weather: Weather, camera: Camera, time_s: float, *, horizon_y: float,
                  eye: float, near: float = 0.8, far: float = 8.0, amount: float = 1.0) -> None:  # fmt: skip
    """Drops that break on level ground: small rings with a spray, on a plane `eye` units below the lens, between two
    distances (a point at distance z lies eye / z under the horizon, in picture heights)."""
    if weather.kind not in ("rain", "storm"):
        return
    _splashes(picture.view(np.uint32)[..., 0], int(260 * amount), weather.seed % 100003, time_s, camera.x,
              camera.y * 0.6 - horizon_y, camera.zoom_at(0.7), eye, near, far, _packed(weather.drop_bgr))  # fmt: skip


@njit(inline="always", **_FAST)
def _chance(a, b, c):
    h = (a * 374761393 + b * 668265263 + c * 974711) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 2246822519) & 0xFFFFFFFF
    return ((h ^ (h >> 15)) & 0xFFFFFF) / 16777216.0


@njit(**_FAST)
def _splashes(picture, count, seed, t, cam_x, lift, zoom, eye, near, far, colour):
    height, width = picture.shape[:2]
    aspect = width / height
    for n in range(count):
        # each place is struck again and again, elsewhere every time
        life = 0.22 + 0.16 * _chance(n, 3, seed)
        clock = t / life + _chance(n, 5, seed) * 9.0
        turn = math.floor(clock)
        age = clock - turn
        z = near + (far - near) * _chance(n, int(turn), seed) ** 1.6
        x = (_chance(n, int(turn), seed + 7) - 0.5) * (aspect + 0.4)
        px = ((x - cam_x / z) * zoom / aspect + 0.5) * width
        py = ((eye / z - lift) * zoom + 0.5) * height
        radius = 0.024 / z * (0.25 + 0.75 * age) * zoom * height
        if py < 2.0 or py >= height - 2.0 or radius < 0.7:
            continue
        share = 0.60 * (1.0 - age) ** 1.5
        flat = radius * 0.34
        rise = 0.028 / z * math.sin(age * 3.1416) * zoom * height
        for j in range(max(0, int(py - flat - rise) - 2), min(height, int(py + flat) + 3)):
            for i in range(max(0, int(px - radius) - 2), min(width, int(px + radius) + 3)):
                dx, dy = (i + 0.5 - px) / radius, (j + 0.5 - py) / flat
                ring = abs(math.sqrt(dx * dx + dy * dy) - 0.8) * flat
                body = max(0.0, 1.0 - ring)
                # the crown: a few drops thrown up
                up = (py - j - 0.5) / (rise + 0.5)
                if up > 0.0 and up < 1.0 and abs(i + 0.5 - px) < 0.5 + radius * 0.22 * up:
                    body = max(body, 0.9 * (1.0 - up * 0.6))
                if body > 0.02:
                    _toward(picture, j, i, colour, np.float32(body * share))


# ---- what hangs in the air ----------------------------------------------------------------------------------------


def draw_fog(picture: np.ndarray, weather: Weather, camera: Camera, time_s: float, *, amount: float, depth: float,
             ground_y: float = 0.5, reach: float = 0.7, light_x: float = 0.0) -> None:  # fmt: skip
    """A veil that is thick at `ground_y` (picture units, at parallax `depth`) and thins over `reach` above it.

    `amount` 0..1 its thickness at the ground; banks drift in it; it is brighter under the light at `light_x`.
    """
    if amount <= 0.004:
        return
    height, width = picture.shape[:2]
    _, ground, zoom = camera.place(0.0, ground_y, depth)
    size = (max(2, width // 8), max(2, height // 8))
    speed = 0.030 * (0.4 + depth) * -weather.side
    banks = drift(weather.tile, size, time_s * speed + camera.x * depth * 1.2 + depth * 17.0, zoom=1.0 + depth)
    y = np.linspace(-0.5, 0.5, size[1], dtype=np.float32)[:, None] - ground
    tall = np.clip(1.0 + y / (reach * zoom), 0.0, 1.0)
    alpha = np.minimum(0.96, amount * tall * tall * (3.0 - 2.0 * tall) * (0.55 + 0.65 * banks))
    x = (np.arange(size[0], dtype=np.float32) / size[0] - 0.5) * (width / height) - light_x
    warm = (0.75 * np.exp(-np.abs(x) * 1.7))[None, :, None]
    layer = np.empty((size[1], size[0], 4), np.uint8)
    layer[..., :3] = (weather.fog_bgr + (weather.glow_bgr - weather.fog_bgr) * warm) * (alpha * 255.0)[..., None]
    layer[..., 3] = np.ceil(alpha * 255.0)
    top = int(max(0.0, (ground - reach * zoom + 0.5) * height)) // 8 * 8
    rows = layer[top // 8 :]
    if len(rows) > 1:
        lay_enlarged(picture[top:], rows)


# ---- lightning ----------------------------------------------------------------------------------------------------


def lightning(weather: Weather, time_s: float, crash: float) -> Lightning | None:
    """The stroke that is seen at a moment of a storm: each crash of the drums strikes, and rarely the sky itself."""
    if weather.kind != "storm":
        return None
    if crash > 0.16:
        # the crash's own time, up to a constant: every frame of one crash finds the same stroke
        stroke = int((time_s + _RING_S * math.log(crash) + 60.0137) * 4.0)
        return _stroke(weather, stroke, crash, -_RING_S * math.log(crash))
    turn = int(time_s // _EVERY_S)
    rng = generator(weather.seed, "sky stroke", turn)
    age = time_s - (turn + 0.15 + 0.7 * float(rng.random())) * _EVERY_S
    if not 0.0 <= age < 0.9:
        return None
    return _stroke(weather, -1 - turn, 0.7 * math.exp(-age / 0.28), age)


def _stroke(weather: Weather, stroke: int, ring: float, age_s: float) -> Lightning:
    rng = generator(weather.seed, "stroke", stroke)
    level = ring * (0.72 + 0.28 * math.cos(age_s * 47.0))
    return Lightning(min(1.0, level), float(rng.uniform(-0.80, 0.80)), stroke, weather.seed)


def draw_bolt(picture: np.ndarray, stroke: Lightning, *, top_y: float, foot_y: float, colour: np.ndarray) -> None:
    """The bolt behind what stands before the sky, from `top_y` down to `foot_y` (picture units); `colour` linear."""
    height, width = picture.shape[:2]
    rng = generator(stroke.seed, "bolt", stroke.stroke)
    x = stroke.x * 0.5 * width / height
    foot = (x + float(rng.normal(0, 0.12)), foot_y)
    trunk = _jagged(rng, (x, top_y), foot, 6)
    bolts = [(trunk, 1.0)]
    for _ in range(5):
        at = trunk[int(rng.integers(8, len(trunk) - 10))]
        tip = (at[0] + float(rng.normal(0, 0.13)), at[1] + float(rng.uniform(0.05, 0.18)))
        bolts.append((_jagged(rng, at, tip, 4), 0.45))
    white = mix(colour, np.float32([1, 1, 1]), 0.75)
    with on(picture, width * 0.5, height * 0.5, height) as canvas:
        for points, weight in bolts:
            path = skia.Path()
            path.addPoly([skia.Point(*point) for point in points], False)
            for thick, alpha in ((0.018, 0.14), (0.0065, 0.45), (0.0024, 1.0)):
                paint = skia.Paint(colour4(white * 1.5, min(1.0, alpha * stroke.level * (0.4 + 0.6 * weight))))
                paint.setAntiAlias(True)
                paint.setStyle(skia.Paint.kStroke_Style)
                paint.setStrokeWidth(thick * (0.35 + 0.65 * weight))
                paint.setStrokeJoin(skia.Paint.kRound_Join)
                canvas.drawPath(path, paint)


def _jagged(
    rng: np.random.Generator, start: tuple[float, float], end: tuple[float, float], depth: int
) -> list[tuple[float, float]]:
    """A line from `start` to `end` whose midpoints are thrown aside `depth` times."""
    points = [start, end]
    for level in range(depth):
        finer = [points[0]]
        for a, b in zip(points, points[1:], strict=False):
            throw = math.hypot(b[0] - a[0], b[1] - a[1]) * (0.16 if level < 3 else 0.11)
            finer += [((a[0] + b[0]) * 0.5 + float(rng.normal(0, throw)),
                       (a[1] + b[1]) * 0.5 + float(rng.normal(0, throw * 0.4))), b]  # fmt: skip
        points = finer
    return points

"""The last kernel of a picture: exposure, light, split tone, vignette, grain; and the way to BT.709 I420."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from generation.engine.film.brushes.lanes import (
    LANES,
    Floats,
    Lanes,
    constant,
    counted,
    everywhere,
    loaded,
    start_of,
    store,
)
from generation.engine.film.brushes.pixels import any_of
from generation.engine.film.brushes.warp import flat_words

_SHOULDERS = (3.0, 2.6, 2.2)
"""How soon blue, green and red bend toward white: the greens and reds hold on a little longer than the blues."""


@dataclass(frozen=True)
class Grade:
    """How a picture is developed. Tints are BGR offsets near 0."""

    shadow_tint: tuple[float, float, float] = (0.020, 0.0, 0.004)
    light_tint: tuple[float, float, float] = (-0.030, 0.0, 0.025)
    contrast: float = 0.30
    saturation: float = 1.06
    vignette: float = 0.42
    grain: float = 1.3


@dataclass(frozen=True)
class Exposure:
    """What changes from frame to frame: `gain` on the picture, `flash` toward white, `fade` 0 (black) .. 1."""

    gain: float = 1.0
    flash: float = 0.0
    fade: float = 1.0
    grain_xy: tuple[int, int] = (0, 0)


def grain_tile(rng: np.random.Generator, width: int, size: int = 512) -> np.ndarray:
    """Soft unit-variance noise (size, width + size) float32 with a period of `size` both ways: a row of a picture up
    to `width` wide is one run of it, wherever it starts."""
    noise = np.pad(rng.standard_normal((size, size)).astype(np.float32), 8, mode="wrap")
    soft = cv2.GaussianBlur(noise, (0, 0), 0.75)[8:-8, 8:-8]
    soft = soft / soft.std()
    return np.ascontiguousarray(np.take(soft, np.arange(width + size) % size, axis=1))


def finish(
    picture: np.ndarray, light: np.ndarray, grade: Grade, exposure: Exposure, grain: np.ndarray, out: np.ndarray
) -> None:
    """Develop a drawn BGRA picture (h, w, 4) with additive light (h/4, w/4, 3) into `out`, BGRA uint8 (h, w, 4).

    `grain` is a `grain_tile` at least as wide as the picture. `out` may be rows of a larger frame, or `picture`.
    """
    height, width = picture.shape[:2]
    planes = _planes(light, width)
    across = (((np.arange(width) + 0.5) / width - 0.5) ** 2 * 1.5).astype(np.float32)
    levels = np.float32([
        exposure.gain / 255.0, grade.contrast, grade.saturation, grade.vignette, grade.grain / 255.0, exposure.flash,
        exposure.fade, *grade.shadow_tint, *grade.light_tint,
    ])  # fmt: skip
    words, stride = flat_words(picture, writeable=True)
    out_words, out_stride = flat_words(out, writeable=True)
    _finish(words, stride, out_words, out_stride, (height, width), planes, across, grain, exposure.grain_xy, levels)


def _rows(image: np.ndarray) -> np.ndarray:
    """(h, w, c) as rows of bytes (h, w c), never a copy: what is written there must arrive."""
    rows = image.view()
    rows.shape = (image.shape[0], image.shape[1] * image.shape[2])
    return rows


def _planes(light: np.ndarray, width: int) -> np.ndarray:
    """Blue, green and red of the light (3, h, w / 4 + 2) float32, its outermost columns twice: each pixel of it belongs
    to four of the picture."""
    columns = -(-width // 4)
    if light.shape[1] != columns:
        light = cv2.resize(light, (columns, light.shape[0]))
    planes = np.empty((3, light.shape[0], columns + 2), np.float32)
    planes[:, :, 1:-1] = np.moveaxis(light, 2, 0)
    planes[:, :, 0], planes[:, :, -1] = planes[:, :, 1], planes[:, :, -2]
    return planes


# of sixteen pixels: beside which of the six columns of light that reach into them each lies, and how near the next
_BESIDE = [(4 * at + 10) // 16 for at in range(LANES)]
_NEARNESS = [(at + 2.5) / 4.0 % 1.0 for at in range(LANES)]


def _widened(row: Floats) -> Floats:
    """From six neighbours of the light to sixteen pixels, smoothly and in float all the way: eight bits of light show
    as bands in a dark sky."""
    left, right = (row.sorted([at + step for at in _BESIDE]) for step in (0, 1))
    return left + (right - left) * Floats.numbers(row.builder, _NEARNESS)


def _lit(value: Floats, light: Floats) -> Floats:
    """One channel: light screened over it (which spares highlights)."""
    return value + light * (1.0 - value * 0.5).at_least(0.0)


def _shouldered(channels: list[Floats]) -> list[Floats]:
    """What is bright bends toward white. Few places are: elsewhere nobody divides."""
    build = channels[0].builder
    highest = channels[0].at_least(channels[1]).at_least(channels[2])
    before = build.basic_block
    with build.if_then(any_of(build, highest.beyond(0.75))):
        bent = []
        for value, soft in zip(channels, _SHOULDERS, strict=True):
            beyond = (value - 0.75).at_least(0.0)
            bent.append(value.at_most(0.75) + beyond / (beyond * soft + 1.0))
        bright = build.basic_block
    return [value.or_from(before, other, bright) for value, other in zip(channels, bent, strict=True)]


def _toned(channels: list[Floats], dim: Floats, grain: Floats, tones: Sequence[Floats]) -> Lanes:
    """Saturation, contrast, split tone, vignette, flash and grain, to words BGRA. `tones`: contrast, saturation, flash,
    then the shadows' tint and the lights'."""
    contrast, saturation, flash, *tints = tones
    b, g, r = channels
    y = b * 0.0722 + g * 0.7152 + r * 0.2126
    rest = 1.0 - y
    low, high = rest * rest, y * y
    middle = 1.0 - (y + y - 1.0).at_least(1.0 - (y + y))
    # what all channels get: grey's share of the saturation, and the bend of the contrast
    common = y - y * saturation + contrast * (y - 0.45) * middle * 2.0
    grains = grain * (middle * 0.55 + 0.45) + flash
    word = constant(b.builder, 0xFF000000)
    for place, (value, shadow, light) in enumerate(zip(channels, tints[:3], tints[3:], strict=True)):
        shown = (common + value * saturation + shadow * low + light * high) * dim + grains
        word = word | ((shown.at_most(1.0).at_least(0.0) * 255.0 + 0.5).whole() << (8 * place))
    return word


@intrinsic
def _develop(_context, picture, first, out, to, light, beside, reach, across, at, grain, speck, rest, numbers):
    """Sixteen pixels (or `rest`) of `picture` from `first` on, to `out` from `to` on. The blue of their light is at
    `beside` in `light`, the green and the red `reach` and twice `reach` further on."""
    index = types.int64
    signature = types.void(
        picture, index, out, index, light, index, index, across, index, grain, index, types.int32, numbers
    )

    def generate(context, build, signature, arguments):
        picture, first, out, to, light, beside, reach, across, at, grain, speck, rest, numbers = arguments
        kinds = signature.args
        lane = counted(build)
        where = build.icmp_signed("<", lane.value, everywhere(build, rest).value)
        six = build.icmp_signed("<", lane.value, constant(build, 6).value)
        told = [everywhere(build, build.extract_value(numbers, place)) for place in range(len(kinds[-1]))]
        gain, down, vignette, shown, rough, *tones = told
        pixels = loaded(build, start_of(context, build, kinds[0], picture, first), where)
        channels = []
        for channel in range(3):
            value = ((pixels >> (8 * channel)) & 255).real() * gain
            six_of = loaded(build, start_of(context, build, kinds[4], light, beside), six, real=True)
            channels.append(_lit(value, _widened(six_of)))
            beside = build.add(beside, reach)
        far = loaded(build, start_of(context, build, kinds[7], across, at), where, real=True) + down
        dim = (1.0 - vignette * (far * 1.6).at_most(1.0)) * shown
        grains = loaded(build, start_of(context, build, kinds[9], grain, speck), where, real=True) * rough
        made = _toned(_shouldered(channels), dim, grains, tones)
        store(start_of(context, build, kinds[2], out, to), made, where)
        return context.get_dummy_value()

    return signature, generate


@njit(nogil=True, cache=True)
def _finish(picture, stride, out, out_stride, size, light, across, tile, grain_xy, levels):
    height, width = size
    rows, reach, period = light.shape[1], light.shape[2], tile.shape[0]
    row, grain = np.empty((3, reach), np.float32), tile.reshape(-1)
    lights = row.reshape(-1)
    gain, contrast, saturation, vignette = levels[0], levels[1], levels[2], levels[3]
    rough, flash, fade = levels[4], levels[5], levels[6]
    for j in range(height):
        place = (j + 0.5) * rows / height - 0.5
        first = min(max(math.floor(place), 0), rows - 1)
        second = min(first + 1, rows - 1)
        v = (j + 0.5) / height - 0.5
        share = np.float32(min(max(place - first, 0.0), 1.0))
        for c in range(3):
            above, below, to = light[c, first], light[c, second], row[c]
            for i in range(reach):
                to[i] = above[i] + (below[i] - above[i]) * share
        numbers = (gain, np.float32(v * v * 1.1), vignette,
                   fade * (np.float32(1.0) - flash), rough, contrast, saturation, flash, levels[7], levels[8],
                   levels[9], levels[10], levels[11], levels[12])  # fmt: skip
        specks = (j + grain_xy[1]) % period * tile.shape[1] + grain_xy[0]
        for i in range(0, width, LANES):
            _develop(picture, j * stride + i, out, j * out_stride + i, lights, i >> 2, reach, across, i, grain,
                     specks + i, np.int32(width - i), numbers)  # fmt: skip


def to_i420(bgr: np.ndarray, out: np.ndarray) -> None:
    """BGR or BGRA (h, w, ...), even sizes, to BT.709 limited-range planes in `out` (h * 3 / 2, w) uint8."""
    height, width = bgr.shape[:2]
    if bgr.shape[2] == 3:
        bgr = cv2.cvtColor(bgr, cv2.COLOR_BGR2BGRA)
    flat = out.reshape(-1)
    luma = flat[: height * width].reshape(height, width)
    quarter = height * width // 4
    blue = flat[height * width : height * width + quarter].reshape(height // 2, width // 2)
    red = flat[height * width + quarter :].reshape(height // 2, width // 2)
    _i420(_rows(bgr), luma, blue, red)


# BT.709 (Rec. ITU-R BT.709-6) at 219/224 levels; chroma from the sum of four pixels
_LUMA = tuple(np.float32(share * 219.0 / 255.0) for share in (0.0722, 0.7152, 0.2126))
_BLUE = tuple(np.float32(share * 56.0 / 255.0) for share in (0.5, -0.7152 / 1.8556, -0.2126 / 1.8556))
_RED = tuple(np.float32(share * 56.0 / 255.0) for share in (-0.0722 / 1.5748, -0.7152 / 1.5748, 0.5))
_LUMA_FLOOR, _CHROMA_FLOOR = np.float32(16.5), np.float32(128.5)


@njit(fastmath=True, error_model="numpy", cache=True, nogil=True)
def _i420(bgra, luma, blue, red):
    height, width = luma.shape
    for j in range(0, height, 2):
        for step in range(2):
            row, target = bgra[j + step], luma[j + step]
            for i in range(width):
                level = _LUMA[0] * np.float32(row[4 * i]) + _LUMA[1] * np.float32(row[4 * i + 1])
                level += _LUMA[2] * np.float32(row[4 * i + 2]) + _LUMA_FLOOR
                target[i] = np.uint8(np.int32(level))
        top, low, to_blue, to_red = bgra[j], bgra[j + 1], blue[j >> 1], red[j >> 1]
        for i in range(width >> 1):
            b = np.float32(top[8 * i]) + np.float32(top[8 * i + 4])
            b += np.float32(low[8 * i]) + np.float32(low[8 * i + 4])
            g = np.float32(top[8 * i + 1]) + np.float32(top[8 * i + 5])
            g += np.float32(low[8 * i + 1]) + np.float32(low[8 * i + 5])
            r = np.float32(top[8 * i + 2]) + np.float32(top[8 * i + 6])
            r += np.float32(low[8 * i + 2]) + np.float32(low[8 * i + 6])
            to_blue[i] = np.uint8(np.int32(_BLUE[0] * b + _BLUE[1] * g + _BLUE[2] * r + _CHROMA_FLOOR))
            to_red[i] = np.uint8(np.int32(_RED[0] * b + _RED[1] * g + _RED[2] * r + _CHROMA_FLOOR))

"""The sung line at the foot of the picture: each word fills exactly while it is sung, and its light breathes with the
voice. Both states of a line are drawn once; a frame only lays them side by side at the sweep's edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generation.engine.film.lettering.letters import Placed, draw_letters, draw_light
from generation.engine.film.lettering.ornaments import draw_band, draw_initial, has_initial
from generation.engine.film.lettering.page import (
    Page,
    Row,
    WordAt,
    break_line,
    ease,
    lay_light,
    lay_sprite,
    light_share,
)
from generation.engine.film.types import KaraokeLine

_ENTER_S, _LEAVE_S = 0.26, 0.22
_SAFE = 0.90
_PAD_EM, _PITCH_EM, _INITIAL_EM = 0.80, 1.34, 1.62


@dataclass(frozen=True)
class _Word:
    """A word in the sprite: pixels `left`..`right` of a row, `first`..`last` being its share of the row."""

    left: float
    right: float
    first: float
    last: float
    start_s: float
    end_s: float
    backward: bool

    def sung(self, time_s: float) -> float:
        return min(1.0, max(0.0, (time_s - self.start_s) / max(1e-3, self.end_s - self.start_s)))

    def spans(self, time_s: float) -> list[tuple[float, float, bool]]:
        """What of its share is sung at a time: (first, last, sung) from left to right."""
        share = self.sung(time_s)
        if share in (0.0, 1.0):
            return [(self.first, self.last, share == 1.0)]
        reach = (self.right - self.left) * share
        if self.backward:
            return [(self.first, self.right - reach, False), (self.right - reach, self.last, True)]
        return [(self.first, self.left + reach, True), (self.left + reach, self.last, False)]


@dataclass(frozen=True)
class _Row:
    """A row's words in the sprite's rows `first`..`last`, and the light of them all, which begins at `light_top` and
    reaches into the rows beside."""

    first: int
    last: int
    words: tuple[_Word, ...]
    light: np.ndarray
    light_top: int


@dataclass(frozen=True)
class SetLine:
    """A line's two sprites (not sung, sung), their corner in the frame, and its rows."""

    rest: np.ndarray
    sung: np.ndarray
    left: int
    top: int
    size: float
    rows: tuple[_Row, ...]


def set_line(page: Page, line: KaraokeLine) -> SetLine:
    """Draw a line's sprites at the foot of the picture."""
    texts = [page.shown(word.text) for word in line.words]
    wanted = page.unit * 0.066 * page.hand.size * (1.16 if page.width < page.height * 1.2 else 1.0)
    initial = page.hand.initial and has_initial(texts[0])
    taken = wanted * _INITIAL_EM * 0.9 if initial else 0.0
    rows, size = break_line(page, texts, wanted, page.width * _SAFE - taken, 3 if page.tall else 2)
    pad, pitch = size * _PAD_EM, size * _PITCH_EM
    crown = size * 0.34 if initial else 0.0
    width = int(min(page.width, max(row.width for row in rows) * size + 2 * pad + 2 * taken)) // 2 * 2
    height = int(pitch * (len(rows) - 1) + size * 1.1 + 2 * pad + crown)
    sprites = [np.zeros((height, width, 4), np.uint8) for _ in range(2)]
    edges = [0, *(int(pad + crown + pitch * number - size * 0.16) for number in range(1, len(rows))), height]
    made, every = [], []
    for number, row in enumerate(rows):
        boxed = initial and number == 0
        baseline = pad + crown + pitch * number + size * 0.84
        x = (width - row.width * size + (size * _INITIAL_EM * 0.62 if boxed else 0.0)) * 0.5
        placed = [Placed(word.text, x + word.left * size, baseline, size) for word in row.words]
        lead = _draw_boxed(page, sprites, texts[0], placed, size) if boxed else None
        every += placed
        light, light_top = _light(page, placed, width)
        words = _words(row.words, placed, line, width, lead)
        made.append(_Row(edges[number], edges[number + 1], words, light, light_top))
    _draw(page, sprites, rows, every)
    foot = page.top + page.picture_height * (0.955 if not page.tall else 0.86)
    top = int(min(foot, page.height - 2) - height + pad * 0.75) // 2 * 2
    return SetLine(*sprites, (page.width - width) // 2, top, size, tuple(made))


def _draw_boxed(page: Page, sprites: list[np.ndarray], text: str, placed: list[Placed], size: float) -> float:
    """The line's first letter in its box; the rest of the first word moves up to it. Returns the box's left edge."""
    first = placed[0]
    letter = page.set(text[0])
    shift = letter.width * size
    rest = page.set(text[1:]) if len(text) > 1 else page.set(" ")
    side = size * _INITIAL_EM
    left = first.x + shift - side - size * 0.06
    for sprite, lit in zip(sprites, (False, True), strict=True):
        draw_initial(sprite, letter, left, first.baseline, side, lit=lit)
    placed[0] = Placed(rest, first.x + shift + size * 0.04, first.baseline, size)
    return left


def _draw(page: Page, sprites: list[np.ndarray], rows: Sequence[Row], placed: Sequence[Placed]) -> None:
    hand = page.hand
    if hand.block:
        start = 0
        for row in rows:
            band = placed[start : start + len(row.words)]
            draw_band(sprites[0], band, (0x0D0A18, 0x0D0A18), 0.55)
            draw_band(sprites[1], band, hand.block, 0.96)
            start += len(row.words)
    draw_letters(sprites[0], placed, hand.rest, halo=0.4 if hand.block else 1.0)
    draw_letters(sprites[1], placed, hand.sung, halo=0.3 if hand.block else 1.0)


def _light(page: Page, placed: Sequence[Placed], width: int) -> tuple[np.ndarray, int]:
    """The light of a row's words, and its first row in the line's sprites."""
    size, baseline = placed[0].size, placed[0].baseline
    top = int(baseline - size * 1.75)
    light = np.zeros((int(size * 2.9), width, 4), np.uint8)
    low = [Placed(item.text, item.x, item.baseline - top, item.size) for item in placed]
    draw_light(light, low, page.hand.glow, strength=0.7 if page.hand.block else 1.0)
    return light, top


def _words(
    words: Sequence[WordAt], placed: Sequence[Placed], line: KaraokeLine, width: int, lead: float | None
) -> tuple[_Word, ...]:
    """The boxes of a row's words from left to right; between two words the row is shared in the middle."""
    lefts, rights = [item.x for item in placed], [item.right for item in placed]
    if lead is not None:
        lefts[0] = lead
    shares = [0.0, *((a + b) * 0.5 for a, b in zip(rights, lefts[1:], strict=False)), float(width)]
    return tuple(
        _Word(
            lefts[n], rights[n], shares[n], shares[n + 1], line.words[word.index].start_s,
            line.words[word.index].end_s, word.backward,
        )
        for n, word in enumerate(words)
    )  # fmt: skip


def lay_line(frame: np.ndarray, setting: SetLine, line: KaraokeLine, time_s: float, voice: float) -> None:
    """The line over the full BGRA frame as it is at `time_s`; `voice` 0..1 is how loud the singer is."""
    enter, leave = ease((time_s - line.show_s) / _ENTER_S), ease((line.hide_s - time_s) / _LEAVE_S)
    opacity = min(enter, leave)
    top = setting.top + round(setting.size * (0.30 * (1.0 - enter) - 0.16 * (1.0 - leave)))
    height, width = setting.rest.shape[:2]
    shining = light_share(frame, setting.left, top, width, height) * opacity * (0.38 + 0.62 * voice)
    rows = [(row, _merged([span for word in row.words for span in word.spans(time_s)])) for row in setting.rows]
    for row, spans in rows:
        for first, last, sung in spans:
            sprite = (setting.sung if sung else setting.rest)[row.first : row.last]
            _lay_columns(frame, sprite, setting.left, top + row.first, first, last, opacity)
    for row, spans in rows:
        for index, (first, last, sung) in enumerate(spans):
            if sung:
                ends = index > 0, index + 1 < len(spans)
                _lay_shine(frame, row.light, setting, top + row.light_top, (first, last), ends, shining)


def _merged(spans: list[tuple[float, float, bool]]) -> list[tuple[float, float, bool]]:
    merged: list[tuple[float, float, bool]] = []
    for first, last, sung in spans:
        if last <= first:
            continue
        if merged and merged[-1][2] == sung:
            merged[-1] = (merged[-1][0], last, sung)
        else:
            merged.append((first, last, sung))
    return merged


def _lay_columns(
    frame: np.ndarray, sprite: np.ndarray, left: int, top: int, first: float, last: float, opacity: float
) -> None:
    """Columns first..last of a sprite; those at both ends in the share in which they belong to it.

    A column that two spans share is laid by both, the right one over the left one in its own share."""
    a, b = int(first), int(np.ceil(last))
    inner = int(np.ceil(first))
    if inner > a:
        lay_sprite(frame, sprite[:, a:inner], left + a, top, opacity * (inner - first))
    lay_sprite(frame, sprite[:, inner:b], left + inner, top, opacity)


def _lay_shine(
    frame: np.ndarray, light: np.ndarray, setting: SetLine, top: int, span: tuple[float, float],
    ends: tuple[bool, bool], strength: float,
) -> None:  # fmt: skip
    """The light of a sung span; toward what is not sung it fades within half a letter, so that no edge shows."""
    first, last = int(span[0]), int(span[1])
    ramp = max(1, int(setting.size * 0.5))
    step = max(1, ramp // 6)
    a = min(last, first + ramp) if ends[0] else first
    b = max(a, last - ramp) if ends[1] else last
    lay_light(frame, light[:, a:b], setting.left + a, top, strength)
    for start in range(first, a, step):
        end = min(a, start + step)
        lay_light(frame, light[:, start:end], setting.left + start, top, strength * (start - first + 0.5) / ramp)
    for start in range(b, last, step):
        end = min(last, start + step)
        lay_light(frame, light[:, start:end], setting.left + start, top, strength * (last - start - 0.5) / ramp)

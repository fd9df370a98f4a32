"""Titles, the end card and the credits: set once, then shown with a slow push, in the way of the hand.

A `Card` of kind title or end has its largest line first. One of kind credits has rows "what<TAB>who", and plain ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.engine.film.brushes.ink import on
from generation.engine.film.lettering.letters import Placed, draw_glint, draw_letters, draw_light
from generation.engine.film.lettering.ornaments import draw_initial, draw_ornament, has_initial
from generation.engine.film.lettering.page import Page, ease, lay_light, lay_sprite, soft_shade
from generation.engine.film.lettering.shaping import is_right_to_left
from generation.engine.film.types import Card

_LARGE_EM = 0.150
_FLICKER = (0.0, 0.85, 0.25, 0.9, 0.1, 0.0, 0.7, 1.0, 0.45, 1.0)
"""A neon tube that starts, in steps of 60 ms."""


@dataclass(frozen=True)
class SetCard:
    """The card's sprites (letters, their light, their glint), their corner, and the size of its largest letters."""

    letters: np.ndarray
    light: np.ndarray
    glint: np.ndarray
    top: int
    size: float


def set_card(page: Page, card: Card) -> SetCard:
    """Draw a card as sprites that are as wide as the frame."""
    return _set_credits(page, card) if card.kind == "credits" else _set_title(page, card)


def lay_card(frame: np.ndarray, setting: SetCard, card: Card, page: Page, time_s: float, voice: float) -> None:
    """The card over the full BGRA frame as it is at `time_s`."""
    age_s, left_s = time_s - card.start_s, card.end_s - time_s
    enter_s, leave_s = (1.1, 0.8) if card.kind == "title" else (0.9, 0.35)
    enter, leave = ease(age_s / enter_s), ease(left_s / leave_s)
    arrival, grand = page.hand.arrival, card.kind != "credits"
    phase = age_s / max(0.1, card.end_s - card.start_s)
    scale = 0.985 + 0.035 * phase if grand else 1.0
    if grand and arrival == "slam":
        scale += 0.16 * (1.0 - ease(age_s / 0.7)) ** 2
    lit = 0.55 + 0.25 * voice
    if grand and arrival == "bounce":
        step = int(age_s / 0.06)
        lit = (_FLICKER[step] if step < len(_FLICKER) else 1.0) * (0.85 + 0.15 * voice)
        enter = min(1.0, age_s / 0.2) * (0.30 + 0.70 * lit) if step < len(_FLICKER) else 1.0
    letters = setting.letters
    if grand and arrival == "blur" and enter < 1.0:
        letters = _blurred(letters, setting.size * 0.22 * (1.0 - enter))
    if grand and arrival == "write" and enter_s + 0.5 > age_s:
        _lay_written(frame, setting, age_s / (enter_s + 0.5), leave, scale, page)
        return
    rise = round(setting.size * 0.22 * (1.0 - enter)) if arrival in ("rise", "drift") else 0
    _lay_scaled(frame, letters, setting.top + rise, scale, enter * leave)
    _lay_scaled(frame, setting.light, setting.top + rise, scale, enter * leave * lit, light=True)
    if page.hand.title.bevel and grand:
        _lay_glint(frame, setting, scale, (age_s - 0.8) / 1.5, enter * leave)


def _lay_scaled(
    frame: np.ndarray, sprite: np.ndarray, top: int, scale: float, opacity: float, *, light: bool = False
) -> None:
    if opacity <= 0.0:
        return
    if abs(scale - 1.0) > 1e-4:
        height, width = sprite.shape[:2]
        shift = ((1.0 - scale) * width * 0.5, (1.0 - scale) * height * 0.5)
        matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
        sprite = cv2.warpAffine(sprite, matrix, (width, height), flags=cv2.INTER_LINEAR)
    (lay_light if light else lay_sprite)(frame, sprite, 0, top, opacity)


def _blurred(sprite: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(sprite, (0, 0), sigma) if sigma > 0.4 else sprite


def _lay_written(
    frame: np.ndarray, setting: SetCard, share: float, opacity: float, scale: float, page: Page
) -> None:  # fmt: skip
    """Revealed from where reading begins, with a soft edge, as if written."""
    width = setting.letters.shape[1]
    inked = np.flatnonzero(setting.letters[..., 3].max(axis=0))
    first, last = (int(inked[0]), int(inked[-1])) if inked.size else (0, width)
    soft = setting.size * 1.2
    edge = first + (last + soft - first) * ease(share)
    weight = np.clip((edge - np.arange(width)) / soft, 0.0, 1.0)
    for sprite, strength, light in ((setting.letters, 1.0, False), (setting.light, 0.6, True)):
        masked = (sprite * weight[None, :, None]).astype(np.uint8)
        _lay_scaled(frame, masked, setting.top, scale, opacity * strength, light=light)


def _lay_glint(frame: np.ndarray, setting: SetCard, scale: float, share: float, opacity: float) -> None:
    """A band of light that runs once over the letters."""
    if not 0.0 < share < 1.0:
        return
    height, width = setting.glint.shape[:2]
    middle = width * (share * 1.2 - 0.1)
    columns = np.arange(width)[None, :] + np.arange(height)[:, None] * 0.45 - height * 0.22
    weight = np.exp(-(((columns - middle) / (setting.size * 0.55)) ** 2)) * 0.62
    left, right = max(0, int(middle - setting.size * 2.2)), min(width, int(middle + setting.size * 2.2))
    window = np.zeros_like(setting.glint)
    window[:, left:right] = setting.glint[:, left:right] * weight[:, left:right, None]
    _lay_scaled(frame, window, setting.top, scale, opacity, light=True)


# ---- setting --------------------------------------------------------------------------------------------------------


def _set_title(page: Page, card: Card) -> SetCard:
    hand = page.hand
    base = page.unit * _LARGE_EM * hand.display_size
    rows = _title_rows(page, card.lines[0], base)
    small = [(page.set(page.shown(text)), base * 0.30 / hand.display_size * hand.size) for text in card.lines[1:]]
    boxed = hand.initial and has_initial(rows[0][0])
    crown = base * 0.5
    height = crown + sum(size * 1.18 for _, size in rows) + base * 0.74 + sum(size * 1.75 for _, size in small) + crown
    sprites = [soft_shade(page.width, int(height), 0.40), *np.zeros((2, int(height), page.width, 4), np.uint8)]
    large, y = [], crown
    for number, (text, size) in enumerate(rows):
        y += size * 0.92
        large += _title_row(page, sprites[0], text, size, y, boxed=boxed and number == 0)
        y += size * 0.26
    y += base * 0.26
    with on(sprites[0]) as canvas:
        draw_ornament(canvas, hand, page.width * 0.5, y, base * 1.3 / hand.display_size)
    y += base * 0.34
    lines = []
    for text, size in small:
        y += size * 1.2
        size *= min(1.0, page.width * 0.88 / max(1.0, text.width * size))
        lines.append(Placed(text, (page.width - text.width * size) * 0.5, y, size))
        y += size * 0.5
    draw_letters(sprites[0], large, hand.title, halo=1.15)
    draw_letters(sprites[0], lines, hand.rest)
    draw_light(sprites[1], large, hand.glow, strength=0.7)
    draw_glint(sprites[2], large)
    middle = page.top + page.picture_height * (0.44 if card.kind == "title" else 0.50)
    top = int(max(0, min(page.height - height, middle - height * 0.5)))
    return SetCard(sprites[0], sprites[1], sprites[2], top, base)


def _title_rows(page: Page, title: str, base: float) -> list[tuple[str, float]]:
    """The title in one to three rows of nearly equal width, each with its size."""
    words = page.shown(title).split() or [" "]
    joint = " · " if page.hand.points and len(words) > 1 else " "
    limit = page.width * 0.88

    def width(first: int, last: int) -> float:
        return page.set(joint.join(words[first:last]), display=True).width

    count = len(words)
    for rows in range(1, min(3, count) + 1):
        cuts = [round(count * number / rows) for number in range(1, rows)]
        if rows == 2:
            cuts = [min(range(1, count), key=lambda cut: max(width(0, cut), width(cut, count)))]
        edges = [0, *cuts, count]
        pairs = list(zip(edges, edges[1:], strict=False))
        widest = max(width(a, b) for a, b in pairs)
        if widest * base <= limit or rows == min(3, count):
            break
    size = base * min(1.0, limit / (widest * base))
    return [(joint.join(words[a:b]), size) for a, b in pairs]


def _title_row(page: Page, sprite: np.ndarray, text: str, size: float, baseline: float, *, boxed: bool) -> list[Placed]:
    if not boxed or is_right_to_left(text):
        row = page.set(text, display=True)
        return [Placed(row, (page.width - row.width * size) * 0.5, baseline, size)]
    rest = page.set(text[1:].lstrip() or " ", display=True)
    side = size * 1.30
    total = side + size * 0.08 + rest.width * size
    squeeze = min(1.0, page.width * 0.88 / total)
    side, size, total = side * squeeze, size * squeeze, total * squeeze
    left = (page.width - total) * 0.5
    draw_initial(sprite, page.set(text[0], display=True), left, baseline + size * 0.06, side, lit=True)
    return [Placed(rest, left + side + size * 0.08, baseline, size)]


def _set_credits(page: Page, card: Card) -> SetCard:
    """Two columns around the middle: what, in the paler ink, and who or how much."""
    size = page.unit * 0.058 * page.hand.size
    rows = [line.partition("\t") for line in card.lines]
    texts = [(page.set(page.shown(a)), page.set(page.shown(b)) if b else None) for a, _, b in rows]
    reach = max((max(a.width * 0.86, b.width) for a, b in texts if b), default=1.0)
    whole = max((a.width for a, b in texts if not b), default=0.0)
    size *= min(1.0, page.width * 0.44 / (reach * size + size * 0.5), page.width * 0.9 / max(1.0, whole * size))
    pitch = min(size * 1.72, page.picture_height * 0.86 / max(1, len(rows)))
    height = int(pitch * len(rows) + size * 1.8)
    sprites = [soft_shade(page.width, height, 0.5), np.zeros((height, page.width, 4), np.uint8)]
    centre, gap = page.width * 0.5, size * 0.42
    what, who = [], []
    for number, (label, value) in enumerate(texts):
        y = size * 1.5 + pitch * number
        if value is None:
            who.append(Placed(label, centre - label.width * size * 0.5, y, size))
        else:
            what.append(Placed(label, centre - gap - label.width * size * 0.86, y, size * 0.86))
            who.append(Placed(value, centre + gap, y, size))
    draw_letters(sprites[0], what, page.hand.rest)
    draw_letters(sprites[0], who, page.hand.sung)
    draw_light(sprites[1], who, page.hand.glow, strength=0.25)
    top = int(page.top + (page.picture_height - height) * 0.5)
    return SetCard(sprites[0], sprites[1], sprites[1], max(0, top), size)

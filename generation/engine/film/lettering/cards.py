"""Titles, the end card and the credits, set once: rows, ornaments, and the sprites that `card_motion` shows.

A `Card` of kind title or end has its largest line first. One of kind credits has rows "what<TAB>who", and plain ones.
"""

from __future__ import annotations

import numpy as np

from generation.engine.film.brushes.ink import on
from generation.engine.film.lettering.card_motion import SetCard, Sheet
from generation.engine.film.lettering.letters import Placed, draw_glint, draw_letters, draw_light
from generation.engine.film.lettering.ornaments import draw_initial, draw_ornament, has_initial
from generation.engine.film.lettering.page import Page, soft_shade
from generation.engine.film.lettering.shaping import is_right_to_left
from generation.engine.film.types import Card

_LARGE_EM = 0.150


def set_card(page: Page, card: Card) -> SetCard:
    """Draw a card as sprites that are as wide as the frame."""
    return _set_credits(page, card) if card.kind == "credits" else _set_title(page, card)


def _set_title(page: Page, card: Card) -> SetCard:
    hand = page.hand
    base = page.unit * _LARGE_EM * hand.display_size
    rows = _title_rows(page, card.lines[0], base)
    small = [(page.set(page.shown(text)), base * 0.30 / hand.display_size * hand.size) for text in card.lines[1:]]
    boxed = hand.initial and has_initial(rows[0][0])
    crown = base * 0.5
    height = crown + sum(size * 1.18 for _, size in rows) + base * 0.74 + sum(size * 1.75 for _, size in small) + crown
    sprites = np.zeros((3, int(height), page.width, 4), np.uint8)
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
    shade = soft_shade(page.width, int(height), 0.40)
    return SetCard(shade, *(Sheet.cut(sprite) for sprite in sprites), top, base, is_right_to_left(card.lines[0]))


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
    sprites = np.zeros((3, height, page.width, 4), np.uint8)
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
    shade = soft_shade(page.width, height, 0.5)
    return SetCard(shade, *(Sheet.cut(sprite) for sprite in sprites), max(0, top), size)

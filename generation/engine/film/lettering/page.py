"""The page that lettering is set on: where the picture lies, how large letters are, and how lines break on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import cv2
import numpy as np

from generation.engine.film.brushes.layers import over
from generation.engine.film.lettering.fonts import FontBook
from generation.engine.film.lettering.hands import Hand
from generation.engine.film.lettering.shaping import SetText, is_right_to_left, set_text, visual_order, word_levels

_SHADE_BGR = (14.0, 5.0, 11.0)
"""A warm darkness: plain black turns a bright sky to olive."""


@dataclass(frozen=True)
class Page:
    """`width` x `height` is the frame, `top` and `picture_height` the picture in it (pixels)."""

    width: int
    height: int
    top: int
    picture_height: int
    hand: Hand
    book: FontBook

    @property
    def tall(self) -> bool:
        return self.height > self.width

    @property
    def unit(self) -> float:
        """What letters are measured by: the same size to the eye on a wide, a square and a tall picture, pixels."""
        return float(min(self.picture_height, self.width * 0.70))

    def shown(self, text: str) -> str:
        """`text` without letters that cannot be printed, in the hand's case."""
        # directions of its own in a text could turn a whole card around
        clean = "".join(c for c in text if c.isprintable() or (unicodedata.category(c) == "Cf" and c in "\u200c\u200d"))
        clean = " ".join(clean.split()) or " "
        return clean.upper() if self.hand.capitals else clean

    def set(self, text: str, *, display: bool = False) -> SetText:
        tracking = self.hand.display_tracking if display else self.hand.tracking
        return _set(self.book, text, tracking, display)

    @property
    def space_em(self) -> float:
        return self.set("n n").width - self.set("nn").width


@lru_cache(maxsize=512)
def _set(book: FontBook, text: str, tracking: float, display: bool) -> SetText:
    return set_text(book, text, tracking=tracking, display=display)


@dataclass(frozen=True)
class WordAt:
    """The word `index` of a line in its row, from `left` em; `backward` where it is read from right to left."""

    index: int
    text: SetText
    left: float
    backward: bool


@dataclass(frozen=True)
class Row:
    """Words from left to right as they are seen; `width` in em."""

    words: tuple[WordAt, ...]
    width: float = field(default=0.0)


def set_row(page: Page, texts: Sequence[str], indices: Sequence[int], base: bool) -> Row:
    """The words `indices` of a line side by side, in the order in which its scripts are read."""
    order = visual_order(word_levels([texts[index] for index in indices], base))
    words, x = [], 0.0
    for place in order:
        index = indices[place]
        text = page.set(texts[index])
        words.append(WordAt(index, text, x, is_right_to_left(texts[index])))
        x += text.width + page.space_em
    return Row(tuple(words), max(0.0, x - page.space_em))


def break_line(page: Page, texts: Sequence[str], size: float, limit: float, most: int) -> tuple[list[Row], float]:
    """Rows of nearly equal width that fit `limit` pixels at `size`; smaller letters only where `most` rows are too few.

    Returns the rows and the size that was needed."""
    count = len(texts)
    base = is_right_to_left(" ".join(texts))
    widths = np.array([page.set(text).width for text in texts])
    sums = np.concatenate([[0.0], np.cumsum(widths + page.space_em)])

    def widest(cuts: Sequence[int]) -> float:
        edges = [0, *cuts, count]
        return max(float(sums[b] - sums[a]) - page.space_em for a, b in zip(edges, edges[1:], strict=False))

    best: tuple[int, ...] = ()
    for rows in range(1, min(most, count) + 1):
        best = min(combinations(range(1, count), rows - 1), key=widest)
        if widest(best) * size <= limit:
            break
    edges = [0, *best, count]
    made = [set_row(page, texts, range(a, b), base) for a, b in zip(edges, edges[1:], strict=False)]
    return made, size * min(1.0, limit / (widest(best) * size))


def lay_sprite(frame: np.ndarray, sprite: np.ndarray, left: int, top: int, opacity: float = 1.0) -> None:
    """A sprite over the frame, in place; what lies outside is cut. No colour of a sprite exceeds its alpha."""
    below, above = _common(frame, sprite, left, top)
    if below.size and opacity > 0.0:
        over(below, above, min(1.0, opacity), bounded=True)


def lay_light(frame: np.ndarray, light: np.ndarray, left: int, top: int, strength: float = 1.0) -> None:
    """Light (its alpha is 0) added to the frame, in place, up to white; what lies outside is cut."""
    below, above = _common(frame, light, left, top)
    if below.size and strength > 0.0:
        below[...] = cv2.addWeighted(below, 1.0, above, strength, 0.0)


def light_share(frame: np.ndarray, left: int, top: int, width: int, height: int) -> float:
    """How much light letters may shed on this part of the frame: all on a dark picture, little on a bright one, where
    it would eat the darkness that they are read by."""
    ground = frame[max(0, top) : max(0, top + height) : 8, max(0, left) : max(0, left + width) : 8, 1]
    return float(np.clip(1.30 - ground.mean() / 130.0, 0.10, 1.0)) if ground.size else 1.0


def _common(frame: np.ndarray, sprite: np.ndarray, left: int, top: int) -> tuple[np.ndarray, np.ndarray]:
    """What of the frame a sprite covers whose corner is at (left, top), and what of the sprite lies there."""
    height, width = sprite.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = max(x0, min(frame.shape[1], left + width)), max(y0, min(frame.shape[0], top + height))
    return frame[y0:y1, x0:x1], sprite[y0 - top : y1 - top, x0 - left : x1 - left]


def soft_shade(width: int, height: int, strength: float) -> np.ndarray:
    """A darkness without edges (height, width, 4), drawn small and enlarged."""
    rows, columns = max(4, height // 8), max(4, width // 8)
    y = 1.0 - np.abs(np.linspace(-1.0, 1.0, rows, dtype=np.float32))[:, None]
    x = 1.0 - np.abs(np.linspace(-1.0, 1.0, columns, dtype=np.float32))[None, :]
    down, across = np.clip(y * 1.7, 0.0, 1.0), np.clip(x * 2.4, 0.0, 1.0)
    alpha = strength * down * down * (3.0 - 2.0 * down) * across * across * (3.0 - 2.0 * across)
    large = np.clip(cv2.resize(alpha, (width, height), interpolation=cv2.INTER_CUBIC), 0.0, 1.0)
    return (large[..., None] * np.array([*_SHADE_BGR, 255.0], np.float32)).astype(np.uint8)


def ease(share: float) -> float:
    """0..1 with rest at both ends."""
    share = min(1.0, max(0.0, share))
    return share * share * (3.0 - 2.0 * share)

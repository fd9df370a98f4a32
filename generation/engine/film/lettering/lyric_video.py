"""The lyric video: words are the picture's first subject. A line is set as a block in the middle, its long and held
words larger; each word arrives at its own time in the way of the hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from generation.engine.film.lettering.letters import Placed, draw_letters, draw_light
from generation.engine.film.lettering.ornaments import draw_band
from generation.engine.film.lettering.page import Page, ease, lay_light, lay_sprite, light_share, soft_shade
from generation.engine.film.lettering.shaping import SetText, is_right_to_left, visual_order, word_levels
from generation.engine.film.types import KaraokeLine, KaraokeWord

_LEAD_S, _SETTLE_S, _LEAVE_S = 0.09, 0.20, 0.32
"""A word begins to come this much before its time, stands this much after; a block goes in the last seconds."""
_LARGEST_EM, _UNEVEN = 0.27, 2.1
_PAD_EM = 0.55


@dataclass(frozen=True)
class BlockWord:
    """A word's sprites (sung now, sung before, its light) with their corner in the frame, its size and its time."""

    sung: np.ndarray
    rest: np.ndarray
    light: np.ndarray
    left: int
    top: int
    size: float
    word: KaraokeWord
    side: int


@dataclass(frozen=True)
class Block:
    """A line as set; `shade` darkens the picture behind it."""

    words: tuple[BlockWord, ...]
    shade: np.ndarray
    left: int
    top: int


def set_block(page: Page, line: KaraokeLine) -> Block:
    """Break a line into rows that fill one width, and draw each word by itself."""
    texts = [page.set(page.shown(word.text)) for word in line.words]
    base = is_right_to_left(" ".join(word.text for word in line.words))
    width = page.width * (0.60 if page.width > page.height * 1.2 else 0.82)
    tallest = page.picture_height * (0.62 if page.width > page.height * 1.2 else 0.46)
    rows = _rows(page, line, texts, width, tallest)
    total = sum(size * _pitch(page) for _, size in rows)
    y = page.top + (page.picture_height - total) * (0.5 if not page.tall else 0.47)
    top, words = y, []
    for indices, size in rows:
        baseline = y + size * (_pitch(page) * 0.5 + 0.30)
        words += _row_words(page, line, texts, indices, size, baseline, base)
        y += size * _pitch(page)
    return Block(tuple(words), *_shade(page, width, top, total))


def _pitch(page: Page) -> float:
    return 1.06 if page.hand.capitals else 1.16


def _weights(line: KaraokeLine) -> np.ndarray:
    """How much each word weighs in its line: held and long words more, short quick ones less."""
    seconds = np.array([max(0.05, word.end_s - word.start_s) for word in line.words])
    letters = np.array([sum(letter.isalnum() for letter in word.text) for word in line.words])
    held = np.clip(seconds / max(0.05, float(np.median(seconds))), 0.6, 2.2)
    return held**0.5 * np.where(letters <= 3, 0.82, np.where(letters >= 6, 1.15, 1.0))


def _rows(
    page: Page, line: KaraokeLine, texts: Sequence[SetText], width: float, tallest: float
) -> list[tuple[range, float]]:
    """The best of all ways to break a line into one to five rows: large letters, and weighty words the largest."""
    count, weights = len(texts), _weights(line)
    space, largest = page.space_em, page.unit * _LARGEST_EM * page.hand.size
    best: tuple[float, list[tuple[range, float]]] | None = None
    for rows in range(1, min(5, count) + 1):
        for cuts in combinations(range(1, count), rows - 1):
            edges = [0, *cuts, count]
            spans = [range(a, b) for a, b in zip(edges, edges[1:], strict=False)]
            sizes = np.array([
                width / (sum(texts[i].width for i in span) + space * (len(span) - 1) + 0.1) for span in spans
            ])  # fmt: skip
            sizes = np.minimum(np.minimum(sizes, largest), sizes.min() * _UNEVEN)
            sizes *= min(1.0, tallest / (sizes.sum() * _pitch(page)))
            sized = zip(sizes, spans, strict=True)
            fit = sum(np.log(size) * weights[span.start : span.stop].sum() for size, span in sized)
            if best is None or fit > best[0]:
                best = (fit, [(span, float(size)) for span, size in zip(spans, sizes, strict=True)])
    return best[1]


def _row_words(
    page: Page, line: KaraokeLine, texts: Sequence[SetText], indices: range, size: float, baseline: float, base: bool
) -> list[BlockWord]:
    order = [indices[place] for place in visual_order(word_levels([line.words[i].text for i in indices], base))]
    total = (sum(texts[i].width for i in order) + page.space_em * (len(order) - 1)) * size
    x, made = (page.width - total) * 0.5, []
    for index in order:
        made.append(_draw_word(page, line.words[index], texts[index], x, baseline, size, index))
        x += (texts[index].width + page.space_em) * size
    return made


def _draw_word(
    page: Page, word: KaraokeWord, text: SetText, x: float, baseline: float, size: float, index: int
) -> BlockWord:
    hand, pad = page.hand, size * _PAD_EM
    left, top = int(x - pad), int(baseline - size - pad)
    shape = (int(size * 1.35 + 2 * pad), int(text.width * size + 2 * pad) + 2, 4)
    sung, rest, light = (np.zeros(shape, np.uint8) for _ in range(3))
    placed = [Placed(text, x - left, baseline - top, size)]
    if hand.block:
        draw_band(sung, placed, hand.block[index % 2 : index % 2 + 2], 0.96, pad_em=0.17)
    draw_letters(sung, placed, hand.sung, halo=0.9 if not hand.block else 0.3, wide=False)
    draw_letters(rest, placed, hand.rest, halo=0.9, wide=False)
    draw_light(light, placed, hand.glow, strength=0.8)
    return BlockWord(sung, rest, light, left, top, size, word, 1 if index % 2 else -1)


def _shade(page: Page, width: float, top: float, total: float) -> tuple[np.ndarray, int, int]:
    reach = page.unit * 0.26
    wide = int(min(page.width, width + 3 * reach))
    shade = soft_shade(wide, int(total + 2 * reach), 0.52)
    return shade, (page.width - wide) // 2, int(top - reach)


def lay_block(frame: np.ndarray, block: Block, line: KaraokeLine, page: Page, time_s: float, voice: float) -> None:
    """The block over the full BGRA frame as it is at `time_s`."""
    leave = ease((line.hide_s - time_s) / _LEAVE_S)
    first_s = min(word.start_s for word in line.words)
    shaded = ease((time_s - min(line.show_s, first_s - 0.25)) / 0.4) * leave
    picture = frame[page.top : page.top + page.picture_height]
    lay_sprite(picture, block.shade, block.left, block.top - page.top, shaded)
    lift = -round(page.unit * 0.035 * (1.0 - leave))
    for item in block.words:
        come = (time_s - item.word.start_s + _LEAD_S) / (_LEAD_S + _SETTLE_S)
        if come <= 0.0:
            continue
        # what was sung cools down to the ink of the line
        cool = ease((time_s - item.word.end_s) / 0.35)
        _lay_word(frame, item, page, min(1.0, come), cool, leave, lift, voice)


def _lay_word(
    frame: np.ndarray, item: BlockWord, page: Page, come: float, cool: float, leave: float, lift: int, voice: float
) -> None:
    arrival = page.hand.arrival
    seen = min(1.0, come / 0.62)
    opacity = seen * leave
    settle = 1.0 - (1.0 - come) ** 3
    dx, dy, scale, blur, reveal = 0.0, float(lift), 1.0, 0.0, 1.0
    if arrival == "slam":
        scale = 1.0 + 0.42 * (1.0 - settle)
    elif arrival == "bounce":
        scale = 1.0 - 0.45 * (1.0 - come) ** 2 * np.cos(come * 4.2)
    elif arrival == "blur":
        blur = item.size * 0.14 * (1.0 - settle)
    elif arrival == "write":
        reveal, opacity = come, leave
    elif arrival == "drift":
        dx = item.side * item.size * 0.55 * (1.0 - settle)
    else:
        dy += item.size * 0.32 * (1.0 - settle)
    move = dx, dy, scale, blur, reveal
    if cool > 0.0:
        _lay_moved(frame, item.rest, item, move, opacity)
    if cool < 1.0:
        height, width = item.light.shape[:2]
        shining = light_share(frame, item.left, item.top, width, height) * (0.40 + 0.60 * voice)
        _lay_moved(frame, item.sung, item, move, opacity * (1.0 - cool))
        _lay_moved(frame, item.light, item, move, opacity * (1.0 - cool) * shining, light=True)


def _lay_moved(
    frame: np.ndarray, sprite: np.ndarray, item: BlockWord, move: tuple[float, float, float, float, float],
    opacity: float, *, light: bool = False,
) -> None:  # fmt: skip
    dx, dy, scale, blur, reveal = move
    left, top = item.left + dx, item.top + dy
    if reveal < 1.0:
        width = sprite.shape[1]
        soft = max(4.0, item.size * 0.5)
        columns = np.arange(width)[:: -1 if is_right_to_left(item.word.text) else 1]
        weight = np.clip((reveal * (width + soft) - columns) / soft, 0.0, 1.0)
        sprite = (sprite * weight[None, :, None]).astype(np.uint8)
    if blur > 0.5:
        sprite = cv2.GaussianBlur(sprite, (0, 0), blur)
    if abs(scale - 1.0) > 0.004:
        height, width = sprite.shape[:2]
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        sprite = cv2.resize(sprite, (wide, high), interpolation=cv2.INTER_LINEAR)
        left, top = left + (width - wide) * 0.5, top + (height - high) * 0.5
    (lay_light if light else lay_sprite)(frame, sprite, round(left), round(top), opacity)

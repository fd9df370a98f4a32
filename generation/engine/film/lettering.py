"""Words over the picture: the karaoke line that fills with gold as it is sung, the title and the end card.

A line's letters are drawn once as two sprites (unsung, sung); a frame only lays them side by side at the sweep's edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import skia

from generation.engine.film.brushes.ink import on
from generation.engine.film.brushes.layers import over
from generation.engine.film.fonts import CAPITALS, FontBook, Run, glyph_positions, measure
from generation.engine.film.types import Card, KaraokeLine, Storyboard

_FADE_S = 0.22
_SAFE = 0.90
"""Share of the picture's width that lettering may use."""


@dataclass(frozen=True)
class _Word:
    """A word as set: its box in the sprite, and when it is sung."""

    row: int
    left: float
    right: float
    start_s: float
    end_s: float


@dataclass(frozen=True)
class _Setting:
    """Both sprites of a line (premultiplied BGRA), where their corner lies, and each row's band of pixels."""

    unsung: np.ndarray
    sung: np.ndarray
    left: int
    top: int
    bands: tuple[tuple[int, int], ...]
    words: tuple[_Word, ...]


class Lettering:
    """All lettering of one storyboard at its size. `bottom` is the lowest pixel row that text may use."""

    def __init__(self, storyboard: Storyboard, font_dir: Path, picture_top: int, picture_height: int) -> None:
        self.board = storyboard
        self.book = FontBook(font_dir, storyboard.style)
        self.width, self.height = storyboard.size
        self.top, self.picture_height = picture_top, picture_height
        self.tall = self.height > self.width
        self.capitals = storyboard.style in CAPITALS
        self._settings: dict[int, _Setting] = {}
        self._card = lru_cache(maxsize=4)(self._set_card)

    def lay(self, frame: np.ndarray, time_s: float) -> None:
        """Draw what is shown at `time_s` over the full BGRA frame (height, width, 4), in place."""
        for card in self.board.cards:
            if card.start_s <= time_s < card.end_s:
                self._lay_card(frame, card, time_s)
        for index, line in enumerate(self.board.lines):
            if line.show_s <= time_s < line.hide_s:
                self._lay_line(frame, index, line, time_s)

    # ---- karaoke ------------------------------------------------------------------------------------------------

    def _lay_line(self, frame: np.ndarray, index: int, line: KaraokeLine, time_s: float) -> None:
        if index not in self._settings:
            if len(self._settings) > 6:
                self._settings.clear()
            self._settings[index] = self._set_line(line)
        setting = self._settings[index]
        opacity = min(1.0, (time_s - line.show_s) / _FADE_S, (line.hide_s - time_s) / _FADE_S)
        height, width = setting.unsung.shape[:2]
        region = frame[setting.top : setting.top + height, setting.left : setting.left + width]
        for row, (top, low) in enumerate(setting.bands):
            edge = self._edge(setting, row, time_s)
            part = region[top:low]
            whole = int(edge)
            if whole > 0:
                over(part[:, :whole], setting.sung[top:low, :whole], opacity)
            if whole < width:
                over(part[:, whole:], setting.unsung[top:low, whole:], opacity)
                # the column under the edge is partly sung
                over(part[:, whole : whole + 1], setting.sung[top:low, whole : whole + 1], opacity * (edge - whole))

    @staticmethod
    def _edge(setting: _Setting, row: int, time_s: float) -> float:
        """The sweep's x in a row, in pixels of the sprite."""
        edge = 0.0
        width = float(setting.unsung.shape[1])
        words = [word for word in setting.words if word.row == row]
        for number, word in enumerate(words):
            if time_s >= word.end_s:
                edge = width if number + 1 == len(words) else (word.right + words[number + 1].left) * 0.5
            elif time_s > word.start_s:
                share = (time_s - word.start_s) / max(1e-3, word.end_s - word.start_s)
                edge = word.left + (word.right - word.left) * share
        return min(edge, width)

    def _set_line(self, line: KaraokeLine) -> _Setting:
        texts = [self._shown(word.text) for word in line.words]
        size = (0.066 if not self.tall else 0.036) * self.picture_height
        limit = self.width * _SAFE
        rows, size = self._rows(texts, size, limit)
        tracking = size * 0.035
        pad = int(size * 0.7)
        pitch = size * 1.32
        widths = [measure(self.book.runs(" ".join(texts[a:b])), size, tracking) for a, b in rows]
        width = int(min(self.width, max(widths) + 2 * pad)) // 2 * 2
        height = int(pitch * len(rows) + 2 * pad * 0.8)
        sprites = [np.zeros((height, width, 4), np.uint8) for _ in range(2)]
        words: list[_Word] = []
        for row, (first, last) in enumerate(rows):
            baseline = pad * 0.7 + pitch * row + size * 0.86
            self._draw_text(sprites[0], " ".join(texts[first:last]), size, tracking, baseline, False)
            self._draw_text(sprites[1], " ".join(texts[first:last]), size, tracking, baseline, True)
            x = (width - widths[row]) * 0.5
            for index in range(first, last):
                end = measure(self.book.runs(texts[index]), size, tracking)
                words.append(_Word(row, x, x + end - tracking, line.words[index].start_s, line.words[index].end_s))
                x += end + measure(self.book.runs(texts[index] + " "), size, tracking) - end
        bottom = self.top + self.picture_height * (0.945 if not self.tall else 0.86)
        top = int(min(bottom, self.height - 2) - height + pad * 0.5) // 2 * 2
        cuts = [0, *(int(pad * 0.7 + pitch * row) for row in range(1, len(rows))), height]
        return _Setting(
            *sprites, (self.width - width) // 2, top, tuple(zip(cuts, cuts[1:], strict=False)), tuple(words)
        )

    def _shown(self, text: str) -> str:
        clean = "".join(letter for letter in text if letter.isprintable()) or " "
        return clean.upper() if self.capitals else clean

    def _rows(self, texts: list[str], size: float, limit: float) -> tuple[list[tuple[int, int]], float]:
        """One row where it fits, else two of nearly equal width, smaller where even those are too wide."""

        def width(first: int, last: int) -> float:
            return measure(self.book.runs(" ".join(texts[first:last])), size, size * 0.035) + size * 1.4

        count = len(texts)
        if width(0, count) <= limit or (count == 1):
            return [(0, count)], size * min(1.0, limit / width(0, count))
        best = min(range(1, count), key=lambda cut: max(width(0, cut), width(cut, count)))
        widest = max(width(0, best), width(best, count))
        return [(0, best), (best, count)], size * min(1.0, limit / widest)

    def _draw_text(
        self, sprite: np.ndarray, text: str, size: float, tracking: float, baseline: float, sung: bool
    ) -> None:
        runs = self.book.runs(text)
        x = (sprite.shape[1] - measure(runs, size, tracking)) * 0.5
        with on(sprite) as canvas:
            for run in runs:
                font, glyphs, positions, advance = glyph_positions(run, size, tracking)
                if not glyphs:
                    continue
                builder = skia.TextBlobBuilder()
                builder.allocRunPosH(font, glyphs, positions, 0.0)
                blob = builder.make()
                for paint in _letter_paints(size, baseline, sung):
                    canvas.drawTextBlob(blob, x, baseline, paint)
                x += advance

    # ---- cards --------------------------------------------------------------------------------------------------

    def _lay_card(self, frame: np.ndarray, card: Card, time_s: float) -> None:
        sprite, top = self._card(card)
        fade_in, fade_out = (1.1, 0.8) if card.kind == "title" else (0.9, 0.35)
        opacity = min(1.0, (time_s - card.start_s) / fade_in, (card.end_s - time_s) / fade_out)
        opacity = opacity * opacity * (3.0 - 2.0 * opacity)
        left = (self.width - sprite.shape[1]) // 2
        over(frame[top : top + sprite.shape[0], left : left + sprite.shape[1]], sprite, opacity)

    def _set_card(self, card: Card) -> tuple[np.ndarray, int]:
        """The card as one sprite and its top row."""
        base = self.picture_height * (0.150 if not self.tall else 0.062)
        sizes = [base if number == 0 else base * 0.30 for number in range(len(card.lines))]
        rows: list[tuple[list[Run], float, float]] = []
        for number, text in enumerate(card.lines):
            for part in self._wrapped(text, sizes[number], number == 0):
                runs = self.book.runs(part, display=number == 0)
                tracking = sizes[number] * (0.06 if number == 0 else 0.16)
                squeeze = min(1.0, self.width * 0.88 / max(1.0, measure(runs, sizes[number], tracking)))
                rows.append((runs, sizes[number] * squeeze, tracking * squeeze))
        gap = base * 0.34
        total = sum(size * 1.22 for _, size, _ in rows) + gap
        sprite = np.zeros((int(total + base * 0.9), self.width, 4), np.uint8)
        y = base * 0.40
        with on(sprite) as canvas:
            for number, (runs, size, tracking) in enumerate(rows):
                large = size > base * 0.45
                y += size * 1.0
                x = (self.width - measure(runs, size, tracking) + tracking) * 0.5
                for run in runs:
                    x = self._card_run(canvas, run, size, tracking, x, y, large)
                if large and (number + 1 == len(rows) or rows[number + 1][1] <= base * 0.45):
                    _rule(canvas, self.width * 0.5, y + size * 0.34, base)
                    y += gap
                y += size * 0.22
        middle = self.top + self.picture_height * (0.44 if card.kind == "title" else 0.50)
        top = int(max(0, min(self.height - sprite.shape[0], middle - sprite.shape[0] * 0.5)))
        return sprite, top

    def _card_run(
        self, canvas: skia.Canvas, run: Run, size: float, tracking: float, x: float, y: float, large: bool
    ) -> float:
        font, glyphs, positions, advance = glyph_positions(run, size, tracking)
        if glyphs:
            builder = skia.TextBlobBuilder()
            builder.allocRunPosH(font, glyphs, positions, 0.0)
            blob = builder.make()
            for paint in _letter_paints(size, y, large, soft=1.6 if large else 1.0):
                canvas.drawTextBlob(blob, x, y, paint)
        return x + advance

    def _wrapped(self, text: str, size: float, display: bool) -> list[str]:
        words = self._shown(text).split() or [" "]

        def width(first: int, last: int) -> float:
            return measure(self.book.runs(" ".join(words[first:last]), display=display), size, size * 0.06)

        count, limit = len(words), self.width * 0.86
        if count == 1 or width(0, count) <= limit:
            return [" ".join(words)]
        # two or three rows of nearly equal width; what is still too wide is set smaller
        third = max(1, count // 3)
        best = min(range(1, count), key=lambda cut: max(width(0, cut), width(cut, count)))
        if count < 5 or max(width(0, best), width(best, count)) <= limit:
            return [" ".join(words[:best]), " ".join(words[best:])]
        return [" ".join(words[:third]), " ".join(words[third : 2 * third]), " ".join(words[2 * third :])]


def _letter_paints(size: float, baseline: float, gold: bool, soft: float = 1.0) -> list[skia.Paint]:
    """From below: a dark halo that keeps letters readable on any picture, the glow, the letter's own gradient."""
    dark = skia.Paint(AntiAlias=True, Color=0xC4000000)
    dark.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, size * 0.13 * soft))
    dark.setStyle(skia.Paint.kStrokeAndFill_Style)
    dark.setStrokeWidth(size * 0.16)
    paints = [dark]
    if gold:
        glow = skia.Paint(AntiAlias=True, Color=0x90FF9A2E)
        glow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, size * 0.16 * soft))
        paints.append(glow)
    colours = [0xFFFFF2C4, 0xFFF6C65B, 0xFFC98A2B] if gold else [0xFFFFFFFF, 0xFFF2F2F4, 0xFFC9CDD6]
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(0, baseline - size * 0.78), skia.Point(0, baseline + size * 0.06)],
        colors=colours, positions=[0.0, 0.55, 1.0])  # fmt: skip
    paints.append(skia.Paint(AntiAlias=True, Shader=shader))
    return paints


def _rule(canvas: skia.Canvas, x: float, y: float, base: float) -> None:
    """A thin golden line that fades at both ends, with a lozenge in the middle."""
    reach = base * 1.9
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(x - reach, y), skia.Point(x + reach, y)], colors=[0x00F6C65B, 0xFFF6C65B,
            0x00F6C65B])  # fmt: skip
    line = skia.Paint(AntiAlias=True, Shader=shader)
    canvas.drawRect(skia.Rect.MakeXYWH(x - reach, y - max(0.6, base * 0.008), reach * 2, max(1.2, base * 0.016)), line)
    side = base * 0.055
    lozenge = skia.Path()
    lozenge.addPoly(
        [skia.Point(x - side, y), skia.Point(x, y - side), skia.Point(x + side, y), skia.Point(x, y + side)], True
    )
    canvas.drawPath(lozenge, skia.Paint(AntiAlias=True, Color=0xFFF6C65B))

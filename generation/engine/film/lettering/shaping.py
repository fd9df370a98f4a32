"""Letters of any script set in order: faces chosen, directions resolved, glyphs joined and kerned by HarfBuzz.

Directions follow the two levels of UAX #9 that a line of lyrics needs: a base direction from the first strong letter,
and runs of the other direction (and numbers) inside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import skia
import uharfbuzz as harfbuzz

from generation.engine.film.lettering.fonts import Face, FontBook

_RIGHT_TO_LEFT = ("R", "AL")
_JOINED = ("ARABIC", "SYRIAC", "MONGOLIAN", "NKO", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL",
           "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "THAI", "LAO", "TIBETAN", "MYANMAR", "KHMER")  # fmt: skip
"""Scripts whose letters hang together: space between them would tear words."""


@dataclass(frozen=True)
class Piece:
    """Glyphs of one face from left to right; places in em from the text's start, y down."""

    face: Face
    glyphs: tuple[int, ...]
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class SetText:
    """A text as set, in em. `width` has no space after the last letter."""

    pieces: tuple[Piece, ...]
    width: float

    def blobs(self, size: float) -> list[skia.TextBlob]:
        """What Skia draws at `size` pixels an em; the origin is the start of the baseline."""
        made = []
        for piece in self.pieces:
            font = skia.Font(piece.face.typeface, size)
            font.setSubpixel(True)
            font.setEdging(skia.Font.Edging.kAntiAlias)
            font.setHinting(skia.FontHinting.kNone)
            builder = skia.TextBlobBuilder()
            builder.allocRunPos(font, list(piece.glyphs), [skia.Point(x * size, y * size) for x, y in piece.places])
            made.append(builder.make())
        return made


def is_right_to_left(text: str) -> bool:
    """The base direction: that of the first strong letter."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind == "L" or kind in _RIGHT_TO_LEFT:
            return kind in _RIGHT_TO_LEFT
    return False


def visual_order(levels: Sequence[int]) -> list[int]:
    """Indices from left to right (UAX #9, rule L2) of items with these levels (odd: right to left)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        for inside, run in groupby([levels[index] >= level for index in order]):
            count = len(list(run))
            if inside:
                order[start : start + count] = order[start : start + count][::-1]
            start += count
    return order


def letter_levels(text: str, base: bool) -> list[int]:
    """The level of each letter: even runs left to right. Neutral letters join what surrounds them, else the base."""
    outer = 1 if base else 0
    levels: list[int | None] = []
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in _RIGHT_TO_LEFT:
            levels.append(1)
        elif kind == "L":
            levels.append(2 if base else 0)
        elif kind in ("EN", "AN"):
            levels.append(2 if base or 1 in levels else 0)
        else:
            levels.append(None)
    for index, level in enumerate(levels):
        if level is None:
            before = levels[index - 1] if index else outer
            after = next((later for later in levels[index + 1 :] if later is not None), outer)
            levels[index] = before if before == after else outer
    return [outer if level is None else level for level in levels]


def word_levels(words: Sequence[str], base: bool) -> list[int]:
    """The level of each word of a line, as a whole."""
    inner = {True: 1, False: 2 if base else 0}
    return [inner[is_right_to_left(word)] if _is_strong(word) else (1 if base else 0) for word in words]


def _is_strong(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("L", *_RIGHT_TO_LEFT) for letter in text)


def set_text(book: FontBook, text: str, *, tracking: float = 0.0, display: bool = False) -> SetText:
    """`text` in em; `tracking` em after each letter of scripts that stand apart."""
    text = unicodedata.normalize("NFC", text)
    levels = letter_levels(text, is_right_to_left(text))
    runs: list[tuple[Face, int, str]] = []
    for letter, level in zip(text, levels, strict=True):
        stays = runs and runs[-1][1] == level and (_clings(letter) or runs[-1][0] is _face(book, letter, display))
        if stays:
            runs[-1] = (runs[-1][0], level, runs[-1][2] + letter)
        else:
            runs.append((_face(book, letter, display), level, letter))
    pieces, x = [], 0.0
    for index in visual_order([level for _, level, _ in runs]):
        face, level, letters = runs[index]
        piece, x = _shaped(face, letters, level % 2 == 1, x, 0.0 if _joined(letters) else tracking)
        if piece.glyphs:
            pieces.append(piece)
    apart = tracking if runs and not _joined(runs[-1][2]) else 0.0
    return SetText(tuple(pieces), max(0.0, x - apart))


def _face(book: FontBook, letter: str, display: bool) -> Face:
    return book.face_for(letter, display=display)


def _clings(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Mn", "Mc", "Me", "Cf")


def _joined(letters: str) -> bool:
    return any(unicodedata.name(letter, "").split(" ")[0] in _JOINED for letter in letters)


def _shaped(face: Face, letters: str, backward: bool, x: float, tracking: float) -> tuple[Piece, float]:
    buffer = harfbuzz.Buffer()
    buffer.add_str(letters)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if backward else "ltr"
    # a ligature inside spaced letters would look like a mistake
    harfbuzz.shape(face.shaper, buffer, {"liga": tracking <= 0.03, "clig": tracking <= 0.03})
    em = face.units_per_em
    glyphs, places = [], []
    for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        glyphs.append(glyph.codepoint)
        places.append((x + place.x_offset / em, -place.y_offset / em))
        x += place.x_advance / em + (tracking if place.x_advance else 0.0)
    return Piece(face, tuple(glyphs), tuple(places)), x

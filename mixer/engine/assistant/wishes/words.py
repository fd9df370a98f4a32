"""The studio's own grammar of wishes: English phrases about a mix, taken apart without a language model.

A wish is split at commas, full stops and "and"; each piece names a quality ("warmer", "too loud", "more reverb"), a
target ("the strings"; none: the whole mix), an amount ("a touch", "much", "2 dB") and perhaps a section. What a piece
leaves out it takes from its neighbour: "bass and drums louder", "the voice warmer and closer".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from mixer.engine.assistant.wishes.types import LEAST, MOST, Quality, Wanted
from mixer.engine.assistant.wishes.vocabulary import (
    BREAK,
    COMMAND,
    FILLER,
    LARGE,
    LESS,
    LEVEL,
    NOT_ENOUGH,
    PATTERNS,
    PLAINTS,
    SECTION,
    SECTION_NAMES,
    SIDES,
    SMALL,
    TONE_OF,
    TOO,
)

Targets = Callable[[str], tuple[tuple[str, ...], str]]
"""Finds the strips that a piece names: their ids, and the piece without their names."""


@dataclass(frozen=True)
class _Piece:
    text: str
    wanted: Wanted | None
    target: tuple[str, ...]
    breaks_before: bool


def parse(text: str, targets: Targets) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """What is wanted, in order, and the pieces of the text that say nothing known."""
    pieces = [_piece(words, breaks, targets) for words, breaks in _split(text)]
    found: list[Wanted] = []
    unknown: list[str] = []
    for index, piece in enumerate(pieces):
        if piece.wanted is None:
            wanted = _from_neighbour(pieces, index)
            if wanted is not None:
                found.append(wanted)
            elif FILLER.sub("", piece.text).strip(" '-"):
                unknown.append(piece.text)
            continue
        target, section = (piece.target, "") if piece.target else _inherited(pieces, index)
        found.append(replace(piece.wanted, target=target, section=piece.wanted.section or section))
    return tuple(found), tuple(unknown)


def _split(text: str) -> list[tuple[str, bool]]:
    """Pieces with whether a comma or a stop stands before each."""
    text = re.sub(r"[’`]", "'", text.lower())
    text = re.sub(r"(\d)[.,](\d)", r"\1·\2", text)
    pieces, breaks, start = [], True, 0
    for match in BREAK.finditer(text):
        pieces.append((text[start : match.start()], breaks))
        breaks = match.group(1) is not None or (breaks and not text[start : match.start()].strip())
        start = match.end()
    pieces.append((text[start:], breaks))
    return [(words.replace("·", ".").strip(), b) for words, b in pieces if words.strip(" '\"-")]


def _piece(words: str, breaks: bool, targets: Targets) -> _Piece:
    section = _section(words)
    # “chorus” names a section here; as an effect or a choir it comes with a word of its own.
    rest = SECTION.sub(" ", words) if section else words
    tone = TONE_OF.search(rest)
    if tone:
        target, _ = targets(tone.group(2))
        without = tone.group(1) if target else rest
    else:
        target, without = targets(rest)
    wanted = _wanted(rest, without, bool(target))
    if wanted is not None:
        wanted = replace(wanted, section=section, text=words)
    return _Piece(words, wanted, target, breaks)


def _wanted(rest: str, without: str, has_target: bool) -> Wanted | None:
    for pattern, place in SIDES:
        if has_target and pattern.search(without):
            return Wanted(Quality.PAN, place)
    named = _quality(without if has_target else rest)
    if named is None and has_target and re.search(r"\b(more|bass|low end)\b", rest):
        named = _quality(rest)
    if named is None:
        return None
    quality, sign, said = named
    level_db = None
    if level := LEVEL.search(without):
        level_db = float(level.group(2).replace(",", "."))
        sign = -1.0 if level.group(1) == "-" else sign
    return Wanted(quality, _amount(without, quality, sign, said), level_db=level_db)


def _quality(text: str) -> tuple[Quality, float, str] | None:
    for patterns in (PLAINTS, PATTERNS):
        for quality, sign, pattern in patterns:
            if match := pattern.search(text):
                return quality, sign, match.group(0)
    return None


def _amount(text: str, quality: Quality, sign: float, said: str) -> float:
    around = re.sub(r"\b(so|too|as|that) much\b", "too", text.replace(said, " ", 1))
    size = 0.5 if SMALL.search(around) else 2.0 if LARGE.search(around) else 1.0
    if quality in (Quality.MUTE, Quality.SOLO):
        return sign
    if not any(q is quality and pattern.search(text) for q, _, pattern in PLAINTS):
        lacking = NOT_ENOUGH.search(around) and "enough" in around
        if not lacking and (TOO.search(around) or LESS.search(around)):
            sign = -sign
    return min(MOST, max(LEAST, sign * size))


def _section(text: str) -> str:
    match = SECTION.search(text)
    if match is None or re.search(r"chorus (effect|pedal)|\bsings?\b", text):
        return ""
    order, name, number = (part.strip() if part else "" for part in match.groups())
    order = {"every": "", "all": "", "final": "last"}.get(order, order) or number
    return f"{order} {SECTION_NAMES.get(name, name)}".strip()


def _from_neighbour(pieces: list[_Piece], index: int) -> Wanted | None:
    """A piece that only names a target takes its quality from the one it is joined with."""
    piece = pieces[index]
    if not piece.target:
        return None
    if index + 1 < len(pieces) and not pieces[index + 1].breaks_before:
        for other in pieces[index + 1 :]:
            if other.wanted is not None:
                return replace(other.wanted, target=piece.target)
    for other in reversed(pieces[:index]):
        if other.wanted is not None and not piece.breaks_before:
            return replace(other.wanted, target=piece.target)
    return None


def _inherited(pieces: list[_Piece], index: int) -> tuple[tuple[str, ...], str]:
    """A piece that names no target speaks of the one before it, if it is joined with “and”, or by a comma in a row
    that begins with a command: “make the voice warmer, closer and louder”. The same holds for the section."""
    if pieces[index].wanted is not None and pieces[index].wanted.section:
        return (), ""
    for back in range(index, 0, -1):
        if pieces[back].breaks_before and not _in_a_row(pieces, back):
            break
        before = pieces[back - 1]
        section = before.wanted.section if before.wanted is not None else ""
        if before.target or section:
            return before.target, section
    return (), ""


def _in_a_row(pieces: list[_Piece], index: int) -> bool:
    first = next((p for p in reversed(pieces[:index]) if p.target), None)
    return first is not None and bool(COMMAND.match(first.text))

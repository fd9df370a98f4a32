"""A song's own way to say a written line: words of one kind stand for each other.

Nothing of a line's sound changes: what takes a word's place has its syllables and its stresses.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache

from generation.engine.lyrics.readings import Reading, word_stress
from generation.engine.lyrics.units import MATERIAL

_WORD = re.compile(r"[A-Za-z'’]+")
_PEOPLE = re.compile(r"\b(he|she|his|her|him|hers)\b", re.IGNORECASE)
_KIN = frozenset("mother father sister brother uncle boy lad kid girl child".split())
_FIRST = {
    "And": ("And", "And", "Oh,", "Now"),
    "But": ("But", "Yet"),
    "So": ("So", "And", "Oh,"),
    "Then": ("Then", "And"),
}
_NOW_BARS = re.compile(r"\b(was|were|then|had|came|went|said|took|gave|would|now|did|ed)\b|\w+ed\b", re.IGNORECASE)
_POINTING = {
    "one": {"the": ("the", "the", "that", "one", "our"), "a": ("a", "a", "one", "the", "that")},
    "many": {"the": ("the", "the", "those", "our", "some")},
}
_POINTABLE = re.compile(r"\b(the|a) (?=([a-z]+)\b)", re.IGNORECASE)
_NO_POINT = re.compile(r"\b(not|like|as|is|was|be|been|into|without|than|such|what|from)\s*$", re.IGNORECASE)
_BEFORE_OUR = re.compile(r"\b(my|mine|your|yours|our|his|her|their|its|other|same|of)\b", re.IGNORECASE)
_BEFORE_VERB = frozenset("i you we they he she to will can could would i'll we'll you'll they'll".split())
_THERE = re.compile(r"\bthere's (?!no\b|not|nothing|nobody|never|nowhere|more|less|always|only|been)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _nouns() -> dict[str, str]:
    """{noun: "one" or "many"} of what a song may point at."""
    rows = (MATERIAL / "nouns.txt").read_text("utf-8").splitlines()
    pairs = (row.split(":") for row in rows if row.strip() and not row.startswith("#"))
    return {noun: number for number, nouns in pairs for noun in nouns.split()}


@lru_cache(maxsize=1)
def _sets() -> dict[tuple[str, str], tuple[str, ...]]:
    """{(word, next word or ""): the words that may stand for it, itself among them}, all as long and as heavy."""
    table: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in (MATERIAL / "swaps.txt").read_text("utf-8").splitlines():
        if row.strip() and not row.startswith("#"):
            key, *others = row.split()
            first, _, after = key.partition("+")
            alike = [w for w in others if _weight(w) == _weight(first)]
            for follows in after.split(","):
                table[first, follows] = (first, *alike)
    return table


def _weight(word: str) -> str:
    return word_stress(word).replace("1", "2")


def varied(reading: Reading, own: str, unit_text: str, keep: frozenset[str]) -> Reading:
    """The line with this song's own choice among words of one kind.

    `own` names the song and the unit, so that both lines of a unit choose alike; `keep` are words that stay (the
    theme's and the title's). The last word stays too: it carries the rhyme.
    """
    people = bool(_PEOPLE.search(unit_text))
    pieces = list(_WORD.finditer(reading.text))
    text = reading.text
    for at in range(len(pieces) - 2, -1, -1):
        found = pieces[at]
        word = found.group(0)
        choices = _choices(word.lower(), pieces[at + 1].group(0).lower())
        if not choices or word.lower() in keep or (people and word.lower() in _KIN):
            continue
        before = pieces[at - 1].group(0).lower() if at else ""
        if before in _BEFORE_VERB and word.lower() in _nouns():  # "I cup the flame" is no cup
            continue
        new = choices[zlib.crc32(f"{own}|{word.lower()}".encode()) % len(choices)]
        if new == word.lower() or not _fits(before, new, text):
            continue
        text = (
            text[: found.start()] + (new.capitalize() if word[0].isupper() and at == 0 else new) + text[found.end() :]
        )
    return Reading(_opened(_pointed(text, own, keep), own), reading.stress, reading.cost, reading.fills)


@lru_cache(maxsize=4096)
def _choices(word: str, after: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_sets().get((word, ""), ()), *_sets().get((word, after), ()))))


def _pointed(text: str, own: str, keep: frozenset[str]) -> str:
    """ "that", "one" or "our" for an article, "here's" for "there's": the song points at what it tells of."""

    def turn(found: re.Match[str]) -> str:
        article, noun = found.group(1), found.group(2).lower()
        choices = _POINTING.get(_nouns().get(noun, ""), {}).get(article.lower(), ())
        if article.lower() == "a" and _NO_POINT.search(text[: found.start()]):
            return found.group(0)
        if not choices or {article.lower(), noun} & keep:
            return found.group(0)
        after_of = text[: found.start()].lower().endswith("of ") or bool(_BEFORE_OUR.search(text))
        new = choices[zlib.crc32(f"{own}|{article}|{text}|{noun}".encode()) % len(choices)]
        if (new in ("our", "one", "some") and after_of) or new in text.lower().split():
            return found.group(0)
        return (new.capitalize() if article[0].isupper() else new) + " "

    text = _POINTABLE.sub(turn, text, count=2)
    there = _THERE.search(text)
    if there and zlib.crc32(f"{own}|there|{text}".encode()) % 3 == 0:
        text = text[: there.start()] + ("Here's " if there.group(0)[0] == "T" else "here's ") + text[there.end() :]
    return text


def _fits(before: str, new: str, text: str) -> bool:
    """Whether "a" or "an" before it is still right, and the line does not have the word already."""
    vowel = new[0] in "aeiou"
    if (before == "a" and vowel) or (before == "an" and not vowel):
        return False
    return new not in text.lower().split()


def _opened(text: str, own: str) -> str:
    """Another small word to set out with, where the line starts with one."""
    first, _, rest = text.partition(" ")
    choices = _FIRST.get(first)
    if not choices:
        return text
    new = choices[zlib.crc32(f"{own}|{rest}".encode()) % len(choices)]
    if new == "Now" and _NOW_BARS.search(rest):
        new = first
    return f"{new} {rest}"

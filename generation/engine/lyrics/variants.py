"""A song's own way to say a written line: words of one kind stand for each other, "I" may become "we".

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
WE = {
    "i": "we", "i'm": "we're", "i've": "we've", "i'd": "we'd", "i'll": "we'll", "my": "our", "me": "us", "mine": "ours",
    "myself": "ourselves", "am": "are",
}  # fmt: skip
YOU = {
    "i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "my": "your", "me": "you",
    "mine": "yours", "myself": "yourself", "am": "are",
}  # fmt: skip
THEY = {
    "i": "they", "i'm": "they're", "i've": "they've", "i'd": "they'd", "i'll": "they'll", "my": "their", "me": "them",
    "mine": "theirs", "myself": "themselves", "am": "are",
}  # fmt: skip


_THE = re.compile(
    r"\bthe (?=(?:worn|dog|hound|door|gate|lamp|light|wall|fence|coat|cloak|road|lane|hill|slope|field|house|"
    r"candle|window|table|boy|lad|man|bird|lark|crow|wren|river|roof|step|stair|chair|bench|stool|song|tune|key|bell|"
    r"snow|rain|wind|fire|floor|street|town|stone|rock|tree|garden|orchard|ship|sea|sand|moon|clock)\b)",
    re.IGNORECASE,
)


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
        new = choices[zlib.crc32(f"{own}|{word.lower()}".encode()) % len(choices)]
        if new == word.lower() or not _fits(before, new, text):
            continue
        text = (
            text[: found.start()] + (new.capitalize() if word[0].isupper() and at == 0 else new) + text[found.end() :]
        )
    return Reading(_opened(_pointed(text, own, keep), own), reading.stress, reading.cost, reading.fills)


def _choices(word: str, after: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_sets().get((word, ""), ()), *_sets().get((word, after), ()))))


def _pointed(text: str, own: str, keep: frozenset[str]) -> str:
    """ "that" for a line's first "the" now and then: the song points at what it tells of."""
    found = _THE.search(text)
    if found is None or "the" in keep or zlib.crc32(f"{own}|the|{text}".encode()) % 3:
        return text
    return text[: found.start()] + ("That" if found.group(0)[0] == "T" else "that") + text[found.start() + 3 :]


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


def as_many(reading: Reading, pronouns: dict[str, str]) -> Reading:
    """The line of several people (`WE` or `THEY`): "I wake" -> "We wake"; English verbs stay as they are."""

    def turn(found: re.Match[str]) -> str:
        word = found.group(0)
        new = pronouns.get(word.lower().replace("’", "'"), word)
        return new.capitalize() if found.start() == 0 else new

    text = _WORD.sub(turn, reading.text)
    text = re.sub(r"\b(we|you|they) was\b", r"\1 were", text, flags=re.IGNORECASE)
    return Reading(text, reading.stress, reading.cost, reading.fills)

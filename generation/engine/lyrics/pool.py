"""Every line that the material can make for one theme, by length, beat and rhyme.

A line is a pattern whose slots are filled with phrases of the theme's lexical fields or with the theme's own words, so
there is no line that stands anywhere as a whole. On top of it each theme owns a share of all possible lines (by a
checksum of line and theme), so that two themes which call the same field do not come to share one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from generation.engine.lyrics.fields import (
    PART_TYPES,
    Pattern,
    Phrase,
    all_fields,
    frames,
    hooks,
    mains,
    tails,
    theme_frames,
)
from generation.engine.lyrics.rhyme import Sound, plain_word, sound_of
from generation.engine.lyrics.theme import ThemePhrase

SHARES = 5
_SLOT = re.compile(r"(\{\w+\})")
_MINE = {"my": "our", "me": "us", "mine": "ours", "myself": "ourselves"}
_SMALL = frozenset(
    "the a an and or but of to in on at by for from with into out up down my me i we you your our is are was be it its "
    "that this no not so as when while all i'm i'll we'll i'd can will".split()
)


@dataclass(frozen=True)
class Part:
    """A phrase that can fill a slot, with its sound. `field` is empty for what belongs to no field."""

    text: str
    mood: int
    field: str
    sound: Sound
    key: str


@dataclass(frozen=True)
class Candidate:
    """A possible line. `parts` are keys of its phrases (each is used once a song), `phrase` the theme's own words."""

    text: str
    frame: str
    parts: tuple[str, ...]
    moods: tuple[int, ...]
    fields: tuple[str, ...]
    rhyme: str
    onset: str
    last_word: str
    stress: str
    phrase: str = ""

    @property
    def syllables(self) -> int:
        return len(self.stress)

    @cached_property
    def content(self) -> frozenset[str]:
        """The words that carry meaning, cut to five letters so that "burn" and "burning" are one."""
        return frozenset(w[:5] for w in map(plain_word, self.text.split()) if w not in _SMALL)


class LinePool:
    """The lines that a theme can have. `fields` are those it calls; `phrases` its own words."""

    def __init__(self, fields: tuple[str, ...], phrases: tuple[ThemePhrase, ...], theme_key: str) -> None:
        self.fields = fields
        self._phrases = phrases
        self._owner = zlib.crc32(theme_key.encode()) % SHARES
        self._parts = _parts_of(fields)
        self._patterns = [*frames(), *theme_frames()]
        self._made: dict[tuple[str, int], tuple[Candidate, ...]] = {}

    def lines(self, beat: str, syllables: int) -> tuple[Candidate, ...]:
        """All lines of a beat ("s", "t", "r", "c") with exactly so many syllables that this theme owns."""
        key = (beat, syllables)
        if key not in self._made:
            patterns = (p for p in self._patterns if beat in p.beats)
            found = (c for p in patterns for q, own in self._with_theme(p) for c in self._fill(p, q, own, beat, syllables))
            self._made[key] = tuple({c.text: c for c in found if self._owns(c.text)}.values())
        return self._made[key]

    def hook_lines(self, title: str, syllables: int) -> tuple[Candidate, ...]:
        """Lines that hold the title, word for word."""
        spoken = title.strip().rstrip(".,;:")
        patterns = [*hooks(), *(Pattern(f"{{X}}, {{{slot}}}", "c", 0, "hook") for slot in ("img", "place", "see"))]
        found: dict[str, Candidate] = {}
        for pattern in patterns:
            filled = pattern.text.replace("{X}", spoken)
            for candidate in self._fill(pattern, filled, spoken, "c", syllables):
                found.setdefault(candidate.text, candidate)
        owned = tuple(c for c in found.values() if self._owns(c.text))
        return owned if len(owned) > 4 else tuple(found.values())

    def any_line(self, syllables: int, taken: set[str]) -> Candidate:
        """A line of this length by all means: any beat, and for odd lengths two lines in one."""
        for beat in "csrt":
            for line in self.lines(beat, syllables):
                if line_key(line.text) not in taken:
                    return line
        for split in range(syllables - 2, 1, -1):
            for first in self.lines("s", split):
                for second in self.lines("s", syllables - split):
                    both = _joined(first, second)
                    if line_key(both.text) not in taken:
                        return both
        return self._hummed(syllables)

    def _hummed(self, syllables: int) -> Candidate:
        text = " ".join(["oh"] * syllables).capitalize()
        return _candidate(Pattern(text, "c", 0), [text], (), "")

    def _owns(self, text: str) -> bool:
        return zlib.crc32(line_key(text).encode()) % SHARES == self._owner

    def _with_theme(self, pattern: Pattern) -> Iterator[tuple[str, str]]:
        """(text, the theme's phrase in it): the pattern itself, or once for each phrase that it can take."""
        if not pattern.kind:
            yield pattern.text, ""
            return
        for phrase in self._phrases:
            if phrase.kind == pattern.kind and _agrees(pattern.text, phrase):
                text = pattern.text.replace("{T}", phrase.the).replace("{A}", phrase.an).replace("{B}", phrase.bare)
                yield text, phrase.bare

    def _fill(self, pattern: Pattern, text: str, phrase: str, beat: str, syllables: int) -> Iterator[Candidate]:
        pieces = [p for p in _SLOT.split(text) if p.strip()]
        fixed = sum(sound_of(p).syllables for p in pieces if not p.startswith("{"))
        slots = [p[1:-1] for p in pieces if p.startswith("{")]
        for fills in self._fills(slots, beat, syllables - fixed, ()):
            yield _candidate(pattern, pieces, fills, phrase)

    def _fills(self, slots: list[str], beat: str, left: int, so_far: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
        """All ways to fill the slots with phrases of one field (and free clauses) that use up `left` syllables."""
        if not slots:
            if left == 0:
                yield so_far
            return
        field = next((p.field for p in so_far if p.field), "")
        by_length = self._parts.get((slots[0].rstrip("2"), beat if _is_free(slots[0]) else ""), {})
        lengths = [left] if len(slots) == 1 else [n for n in by_length if n < left]
        for length in lengths:
            for part in by_length.get(length, ()):
                if (not field or not part.field or part.field == field) and part not in so_far:
                    yield from self._fills(slots[1:], beat, left - length, (*so_far, part))


def _joined(first: Candidate, second: Candidate) -> Candidate:
    return Candidate(
        text=f"{first.text}, {second.text[:1].lower()}{second.text[1:]}",
        frame=f"{first.frame}, {second.frame}",
        parts=first.parts + second.parts,
        moods=first.moods + second.moods,
        fields=first.fields + second.fields,
        rhyme=second.rhyme,
        onset=second.onset,
        last_word=second.last_word,
        stress=first.stress + second.stress,
        phrase=first.phrase or second.phrase,
    )


def line_key(text: str) -> str:
    """What makes two lines the same: their words."""
    return " ".join(plain_word(w) for w in text.split())


def _is_free(slot: str) -> bool:
    return slot in ("tail", "main_p", "main_s")


def _agrees(text: str, phrase: ThemePhrase) -> bool:
    """Number: a plural takes no "is", and nobody says "a soldiers"."""
    if not phrase.plural:
        return True
    return "{A}" not in text and not re.search(r"\{[TB]\} (is|has|comes|means|came to town)\b", text)


def _parts_of(fields: tuple[str, ...]) -> dict[tuple[str, str], dict[int, list[Part]]]:
    """(slot, beat) -> syllables -> phrases. Only free clauses depend on the beat; the rest stands under ""."""
    table: dict[tuple[str, str], dict[int, list[Part]]] = {}

    def add(slot: str, beat: str, text: str, mood: int, field: str, key: str) -> None:
        part = Part(text, mood, field, sound_of(text), key)
        table.setdefault((slot, beat), {}).setdefault(part.sound.syllables, []).append(part)

    for name in fields:
        for kind in PART_TYPES:
            for phrase in all_fields()[name].parts[kind]:
                add(kind, "", phrase.text, phrase.mood, name, phrase.text)
                if kind == "do":
                    add("wedo", "", _ours(phrase), phrase.mood, name, phrase.text)
                    if not {"my", "me", "your", "you", "i"} & set(phrase.text.lower().split()):
                        add("dox", "", phrase.text, phrase.mood, name, phrase.text)
    for beats, phrase in tails():
        for beat in beats:
            add("tail", beat, phrase.text, phrase.mood, "", phrase.text)
    for beats, joins, phrase in mains():
        for beat in beats:
            for join in joins:
                add(f"main_{join}", beat, phrase.text, phrase.mood, "", phrase.text)
    return table


def _ours(phrase: Phrase) -> str:
    return " ".join(_MINE.get(w, w) for w in phrase.text.split())


def _candidate(pattern: Pattern, pieces: list[str], fills: tuple[Part, ...], phrase: str) -> Candidate:
    texts, stresses, rest, last = [], [], list(fills), None
    for piece in pieces:
        if piece.startswith("{"):
            part = rest.pop(0)
            texts.append(part.text)
            last = part.sound
        else:
            texts.append(piece.strip(" "))
            last = sound_of(piece) if piece.strip(" ,") else last
            if not piece.strip(" ,"):
                continue
        stresses.append(last.stress)
    text = re.sub(r"\s+([,!?])", r"\1", " ".join(texts))
    return Candidate(
        text=text[:1].upper() + text[1:],
        frame=pattern.text,
        parts=tuple(p.key for p in fills),
        moods=(pattern.mood, *(p.mood for p in fills)),
        fields=tuple(p.field for p in fills if p.field),
        rhyme=last.rhyme,
        onset=last.onset,
        last_word=last.last_word,
        stress="".join(stresses),
        phrase=phrase,
    )

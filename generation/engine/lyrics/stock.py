"""The units that one theme can have, read in the lengths that a tune asks for."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from generation.engine.lyrics.blocklist import blocked_words
from generation.engine.lyrics.fields import all_fields
from generation.engine.lyrics.moods import emotion_weights, modern_weight
from generation.engine.lyrics.nearness import nearness_of_units
from generation.engine.lyrics.person import ONE, THEY, WE, as_many, as_one, person_of, without_its_i
from generation.engine.lyrics.readings import Reading, places_of, readings
from generation.engine.lyrics.rhyme import sound_of
from generation.engine.lyrics.slots import image_fills, theme_fills
from generation.engine.lyrics.theme import ThemeReading
from generation.engine.lyrics.units import THEME_KINDS, Unit, all_units, openers
from generation.engine.lyrics.variants import varied
from voicelab.engine.phonemes import Pronunciations

OWNERS = 12
OWNED = 3.0
"""A song likes best those readings of a line that a checksum gives to it, and by how much: two seldom share any."""
WAYS = 6
"""How many ways a song tries to say a reading, until one is its own."""
TRIES = 16
EVERYWHERE = frozenset(
    "sea fire night winter summer garden autumn home time moon forest journey mountain river rain storm dream light "
    "bird hope peace stars child family".split()
)
"""Fields whose images any song may borrow for a picture of its own."""
_FIELD_WEIGHT = (3.2, 2.6, 2.0, 0.8, 0.3, 0.1)
_ELSEWHERE = -0.2
NEAR = 1.5
MAX_NEAR = 2.5
"""What a standard deviation of nearness in meaning is worth, and how many count."""
_WORDS = re.compile(r"[\w'’]+")
_YOU = re.compile(r"\b(you|your|you're|you'll)\b", re.IGNORECASE)
_TOLD = frozenset("str")
"""The beats of verses, which tell of somebody; elsewhere that somebody speaks."""
_I = re.compile(r"\b(I|I'm|I've|I'd|I'll|me|my|mine|myself)\b")
_OTHERS = re.compile(r"\b(he|she|his|her|him|hers|he's|she's|we|us|our)\b|\{(hero|a_hero)\}", re.IGNORECASE)
_ALONE = re.compile(r"\b(alone|myself|he|she|one of us|our|us|we|they|them|their)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Pair:
    """Two sung lines of one unit. `rhyme` is the sound that the second ends in, `ends` the last words."""

    unit: Unit
    first: Reading
    second: Reading
    rhyme: str
    ends: tuple[str, str]
    weight: float

    @property
    def lines(self) -> tuple[Reading, Reading]:
        return self.first, self.second


@lru_cache(maxsize=32768)
def line_key(text: str) -> str:
    """What makes two lines the same: their words."""
    return " ".join(_WORDS.findall(text.lower()))


class Stock:
    """The units that suit a theme, with a weight for each; pairs of lines are made when they are asked for."""

    def __init__(
        self,
        reading: ThemeReading,
        fields: tuple[str, ...],
        style: str,
        title: str,
        theme_key: str,
        said: Pronunciations = (),
    ) -> None:
        self.fields, self._said, self._key = fields, said, theme_key
        self.owner = zlib.crc32(theme_key.encode())
        self._emotions = emotion_weights(reading, fields, style)
        self._modern = modern_weight(reading, style)
        self._near = nearness_of_units(reading.words)
        self._theme = theme_fills(reading)
        many = [re.escape(p.the) for p in reading.phrases if p.plural] or ["(?!)"]
        self._plural = re.compile(rf"\b({'|'.join(many)}) (is|was|has|doesn't|comes|isn't|walks)\b", re.IGNORECASE)
        called = tuple(name for name, _ in reading.fields)
        self._called = frozenset(f for f in fields if f in called[:3]) or frozenset(fields[:2])
        self._names = {w for f in self._called for w in (*all_fields()[f].triggers, f)}
        self._images = image_fills(tuple(f for f in fields if f in called)[:3] or fields[:2])
        self._title = {"X": (title,)}
        self._keep = frozenset(
            w for t in (title, *(t for v in self._theme.values() for t in v)) for w in t.lower().split()
        )
        words = set(reading.words)
        self._we = bool(words & {"we", "our", "us"})
        heroes = [p for p in reading.phrases if p.kind == "person"][:1]
        self._pronouns = WE if self._we else (THEY if heroes and heroes[0].plural else self._person(reading, words))
        self._units = tuple((u, w) for u in all_units() if (w := self._weight(u)) is not None)
        self._true: dict[str, str] = {}
        self._made: dict[tuple[str, int, int], tuple[Pair, ...]] = {}

    def _person(self, reading: ThemeReading, words: set[str]) -> dict[str, str]:
        """Who the verses are about; "my" makes it the singer's own song."""
        if words & {"my", "i", "me", "mine"}:
            return {}
        heroes = [p for p in reading.phrases if p.kind == "person"]
        found = person_of(words, has_hero=bool(heroes), chance=self.owner)
        owned = any("my " in text for texts in self._theme.values() for text in texts)
        return found if found in ONE or not owned else {}

    @property
    def has_theme_units(self) -> bool:
        return bool(self._theme)

    def _weight(self, unit: Unit) -> float | None:
        """How well a unit suits the theme; None where it cannot be used."""
        if unit.kind == "image" and unit.field not in self.fields and unit.field not in EVERYWHERE:
            return None
        own = {"any": "it"}.get(unit.kind, unit.kind)
        if unit.kind in THEME_KINDS and not all(slot in self._theme for slot in {own, *_slots(unit)}):
            return None
        weight = 1.2 * self._emotions.get(unit.emotion, 0.0)
        if unit.kind == "image":
            weight += _FIELD_WEIGHT[self.fields.index(unit.field)] if unit.field in self.fields else _ELSEWHERE
        if not self._theme and self._names & set(_WORDS.findall(" ".join(unit.lines).lower())):
            weight += 6.0  # nothing but its fields' own words says what such a song is about
        weight += {"field": 0.35}.get(unit.kind, 0.25 if unit.has_theme else 0.0)
        weight += self._modern * unit.modern
        weight += NEAR * max(-MAX_NEAR, min(MAX_NEAR, self._near.get(unit.key, 0.0)))
        if self._we:
            weight += {"w": 0.5, "y": -0.9}.get(unit.who, 0.0)
        elif self._pronouns and unit.who == "y":
            weight -= 0.8
        if self._pronouns in ONE and unit.who in "yw" and set(unit.beats) & _TOLD:
            weight -= 3.0  # a song of somebody does not turn to "you" in its verses
        return weight

    def nearness(self, unit: Unit) -> int:
        """2 for the theme's own words, 1 for images of the fields that it calls, 0 for neither."""
        if unit.has_theme:
            return 2
        return int(unit.kind == "field" or (unit.kind == "image" and unit.field in self._called))

    def pairs(self, letters: str, scheme: str, first: int, second: int) -> Iterator[Pair]:
        """Every pair of lines of these beats with these lengths, best reading first."""
        for unit, weight in self._units:
            if unit.scheme == scheme and any(letter in unit.beats for letter in letters):
                yield from self._pairs_of(unit, weight, first, second)

    def _pairs_of(self, unit: Unit, weight: float, first: int, second: int) -> tuple[Pair, ...]:
        key = (unit.key, first, second)
        if key not in self._made:
            self._made[key] = tuple(self._make(unit, weight, first, second))
        return self._made[key]

    def _make(self, unit: Unit, weight: float, first: int, second: int) -> Iterator[Pair]:
        fills = {**self._theme, **self._images, **self._title}
        one = self._readings(unit, 0, first, fills, frozenset())
        if not one:
            return
        two = self._readings(unit, 1, second, fills, frozenset(one[0].fills))
        if not two:
            return
        for lead, answer in zip(one, [*two, *two, *two, *two], strict=False):
            ends = (_last_word(lead.text), _last_word(answer.text))
            a, b = sound_of(ends[0], self._said), sound_of(ends[1], self._said)
            if unit.scheme == "xA" or (a.rhyme == b.rhyme and ends[0] != ends[1]):
                yield Pair(
                    unit, lead, answer, b.rhyme, ends, weight - lead.cost - answer.cost + self._owned(lead, answer)
                )

    def _readings(
        self, unit: Unit, index: int, syllables: int, fills: dict[str, tuple[str, ...]], taken: frozenset[str]
    ) -> list[Reading]:
        """The readings of a line, those of this theme's own first."""
        letter = unit.beats[0] if unit.beats[0] in "strbp" else "c"
        rng = np.random.default_rng(_seed(f"{self._key}|{unit.key}|{index}"))
        lead = tuple(openers().get(letter, ())) if index == 0 or unit.scheme == "AA" else ()
        line = unit.lines[index]
        mine = {
            k: tuple(rng.permutation([t for t in v if t not in taken]))
            for k, v in fills.items()
            if "{" + k + "}" in line
        }
        places = places_of(line, {k: tuple(str(t) for t in v) for k, v in mine.items()}, _shuffled(lead, rng))
        if not places:
            return []
        found: dict[str, Reading] = {}
        for _ in range(3):
            for reading in readings(places, syllables, rng.random(8), TRIES):
                found.setdefault(reading.text, reading)
        own = (self._own(unit, index, r) for r in found.values() if not self._plural.search(r.text))
        agreeing = [r for r in own if r is not None]
        return sorted(agreeing, key=lambda r: (r.cost + OWNED * (not self.owns(r.text)), _seed(r.text + self._key)))[:4]

    def _own(self, unit: Unit, index: int, reading: Reading) -> Reading | None:
        """The line as this song says it; None where it cannot say it."""
        whole = " ".join(unit.lines)
        told = self._pronouns and unit.kind != "chorus"
        if told and self._pronouns in ONE:
            if set(unit.beats) & _TOLD and (_I.search(whole) or _I.search(reading.text)):
                elided = without_its_i(unit.lines[index], reading.text)
                turned = as_one(reading, self._pronouns, elided=elided)
                if turned is None or _YOU.search(whole) or _OTHERS.search(whole):
                    return None
                reading = turned
        elif told and unit.who == "i" and not _YOU.search(whole) and not _ALONE.search(whole):
            reading = as_many(reading, self._pronouns)
        ways = (varied(reading, f"{self._key}|{unit.family or unit.key}|{n}", whole, self._keep) for n in range(WAYS))
        first = next(ways)
        return next((way for way in (first, *ways) if self.owns(way.text)), first)

    def is_true(self, pair: Pair) -> bool:
        """Whether both lines, pronounced whole, have the syllables and the rhyme that word by word they promised."""
        for line in pair.lines:
            if line.text not in self._true:
                sound = sound_of(line.text, self._said)
                whole = sound.syllables == len(line.stress) and not blocked_words(line.text)
                self._true[line.text] = sound.rhyme if whole else ""
        first, second = (self._true[line.text] for line in pair.lines)
        return bool(first) and second == pair.rhyme and (pair.unit.scheme == "xA" or first == second)

    def _owned(self, *lines: Reading) -> float:
        return OWNED * sum(self.owns(line.text) for line in lines)

    def owns(self, text: str) -> bool:
        return (zlib.crc32(line_key(text).encode()) - self.owner) % OWNERS == 0


def _slots(unit: Unit) -> set[str]:
    return {s for line in unit.lines for s in re.findall(r"\{(\w+)\}", line)} - {"X"}


def _shuffled(words: tuple[str, ...], rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(words[i] for i in rng.permutation(len(words)))


def _seed(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def _last_word(text: str) -> str:
    return _WORDS.findall(text.lower())[-1]

"""One section of a song: which pairs of lines stand in it, chosen by several counts at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from generation.engine.lyrics.moods import VALENCE
from generation.engine.lyrics.rhyme import metre_roughness, sound_of, stress_distance
from generation.engine.lyrics.stock import Pair, Stock, line_key
from generation.engine.lyrics.story import Beat
from generation.engine.lyrics.types import SectionKind

CHANCE = 0.25
OWN_CHANCE = 2.6
"""How much a song's own chance decides among units that fit: once for all its attempts, so that themes differ."""
SHORTLIST = 24
AGAINST_TUNE = 9.0
"""What a line costs whose stresses all lie elsewhere than those of the line that has its melody already."""
_LEAD_IN = frozenset(["And", "But", "So", "Then"])
_COMMON = frozenset(
    "the a an and or but of to in on at by for from with into out up down my me i we you your our is are was be it its "
    "that this no not so as when while all i'm i'll i've i'd can will there's they they're has have had do don't there "
    "then now who what how one if it's where still only never just like over through".split()
)


@dataclass
class Memory:
    """What the song has said so far."""

    units: set[str] = field(default_factory=set)
    families: dict[str, set[int]] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)
    fills: dict[str, int] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    rhymes: dict[str, int] = field(default_factory=dict)
    stress: dict[tuple[str, int], str] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    score: float = 0.0

    def note(self, pair: Pair, section: str, at: int) -> None:
        self.units.add(pair.unit.key)
        if pair.unit.family:
            self.families.setdefault(pair.unit.family, set()).add(pair.unit.half)
        self.rhymes[pair.rhyme] = self.rhymes.get(pair.rhyme, 0) + 1
        self.fields[pair.unit.field] = self.fields.get(pair.unit.field, 0) + 1
        self.kinds[pair.unit.kind] = self.kinds.get(pair.unit.kind, 0) + 1
        for offset, line in enumerate(pair.lines):
            self.lines.add(line_key(line.text))
            self.stress.setdefault((section, at + offset), line.stress)
            for fill in line.fills:
                self.fills[fill] = self.fills.get(fill, 0) + 1
            for word in content(line.text):
                self.words[word] = self.words.get(word, 0) + 1


@lru_cache(maxsize=32768)
def content(text: str) -> frozenset[str]:
    """The words that carry meaning, cut to five letters so that "burn" and "burning" are one."""
    return frozenset(w[:5] for w in line_key(text).split() if w not in _COMMON)


@dataclass(frozen=True)
class Ask:
    """Two neighbouring lines that are wanted: of which beat letter, where, and how long."""

    letter: str
    section: str
    at: int
    syllables: tuple[int, int]
    beat: Beat
    nearness: int = 0
    """What a pair must have of the theme where any has it: 2 its own words, 1 an image of its fields, 0 nothing."""


class Chooser:
    """Picks pairs for a song. `rng` is this attempt's chance."""

    def __init__(self, stock: Stock, memory: Memory, rng: np.random.Generator, liking: dict[str, float]) -> None:
        self._stock, self.memory, self._rng, self._liking = stock, memory, rng, liking

    def couplets(self, asks: list[Ask]) -> tuple[Pair, ...] | None:
        """The best one or two rhymed couplets in a row, or None where no unit can be read in these lengths."""
        ranked = [self._ranked(ask, "AA") for ask in asks]
        near = [self._near(ask, found) for ask, found in zip(asks, ranked, strict=True)]
        for choice in (near, [near[0], *ranked[1:]], [ranked[0], *near[1:]], ranked):
            if found := self._first_true(_couplet_groups(choice)):
                return found
        return None

    def ballad(self, first: Ask, second: Ask) -> tuple[Pair, ...] | None:
        """The best two pairs whose second lines rhyme; the halves of one written quatrain like each other."""
        ones, twos = self._ranked(first, "xA"), self._near_first(second, self._ranked(second, "xA"))
        near = self._near(first, ones)
        own = self._near(second, twos) if second.nearness == 2 else twos
        for leads, answers in ((near, own), (ones, own), (near, twos), (ones, twos)):
            if found := self._first_true(_ballad_groups(leads, answers)):
                return found
        return None

    def turn(self, ask: Ask, after: str) -> Pair | None:
        """The best pair that turns a refrain: a couplet, or lines that answer the line `after` in its rhyme."""
        ranked = self._ranked(ask, "xA" if after else "AA")
        if after:
            sound = sound_of(after)
            ranked = [x for x in ranked if x[1].rhyme == sound.rhyme and x[1].ends[1] != sound.last_word]
        found = self._first_true([(score, (pair,)) for score, pair in ranked])
        return found[0] if found else None

    def _near_first(self, ask: Ask, ranked: list[tuple[float, Pair]]) -> list[tuple[float, Pair]]:
        """All of them, those that are as near as is asked for with a lead: a rhyme must still be found."""
        return [
            (score + 1.6 * ask.nearness * (self._stock.nearness(pair.unit) >= ask.nearness > 0), pair)
            for score, pair in ranked
        ]

    def _first_true(self, groups: list[tuple[float, tuple[Pair, ...]]]) -> tuple[Pair, ...] | None:
        """The best group whose lines, read whole, sound as their words promised."""
        groups.sort(key=lambda g: (-g[0], g[1][0].unit.key, g[1][-1].unit.key))
        for score, pairs in groups[:60]:
            if all(self._stock.is_true(pair) for pair in pairs):
                self.memory.score += score
                return pairs
        return None

    def _ranked(self, ask: Ask, scheme: str) -> list[tuple[float, Pair]]:
        found: dict[str, tuple[float, Pair]] = {}
        for pair in self._stock.pairs(ask.letter, scheme, *ask.syllables):
            if self._is_fresh(pair):
                score = self._score(pair, ask)
                if pair.unit.key not in found or score > found[pair.unit.key][0]:
                    found[pair.unit.key] = (score, pair)
        return sorted(found.values(), key=lambda x: (-x[0], x[1].unit.key))

    def _near(self, ask: Ask, ranked: list[tuple[float, Pair]]) -> list[tuple[float, Pair]]:
        """Those that are as near to the theme as is asked for, or the nearest there are."""
        for wanted in range(ask.nearness, 0, -1):
            near = [x for x in ranked if self._stock.nearness(x[1].unit) >= wanted]
            if near:
                return near
        return ranked

    def _is_fresh(self, pair: Pair) -> bool:
        if pair.unit.key in self.memory.units or any(line_key(x.text) in self.memory.lines for x in pair.lines):
            return False
        return line_key(pair.first.text) != line_key(pair.second.text)

    def _score(self, pair: Pair, ask: Ask) -> float:
        """Several counts, none of which decides alone. Higher is better."""
        memory, unit = self.memory, pair.unit
        score = pair.weight + self._liking.get(unit.key, 0.0)
        score -= 0.5 * abs(VALENCE.get(unit.emotion, 0.0) - ask.beat.mood)
        score += (0.6 if ask.nearness else 0.0) * unit.has_theme - 0.5 * max(0, memory.kinds.get(unit.kind, 0) - 1)
        score += 0.25 * ask.beat.field_weights.get(unit.field, 0.0)
        score -= 0.2 * memory.fields.get(unit.field, 0) if unit.field else 0.0
        score -= 0.5 * memory.kinds.get(unit.kind, 0) if unit.kind == "field" else 0.0
        score -= 0.45 * memory.rhymes.get(pair.rhyme, 0)
        for offset, line in enumerate(pair.lines):
            score -= 0.25 * metre_roughness(line.stress) + self._against_tune(ask, offset, line.stress)
            score -= sum(0.6 * memory.fills.get(fill, 0) for fill in line.fills)
            score -= 0.25 * sum(min(2, memory.words.get(w, 0)) for w in content(line.text))
        if ask.at == 0 and pair.first.text.split()[0] in _LEAD_IN:
            score -= 0.7
        return score

    def _against_tune(self, ask: Ask, offset: int, stress: str) -> float:
        """How far a line's stresses lie from those that the same line of an earlier like section had."""
        before = self.memory.stress.get((ask.section, ask.at + offset))
        if before is None or len(before) != len(stress):
            return 0.0
        return AGAINST_TUNE * stress_distance(stress, before)


_Ranked = list[tuple[float, Pair]]
_Groups = list[tuple[float, tuple[Pair, ...]]]


def _couplet_groups(ranked: list[_Ranked]) -> _Groups:
    if len(ranked) == 1:
        return [(score, (pair,)) for score, pair in ranked[0][:SHORTLIST]]
    return [
        (s1 + s2 + _together(one, two), (one, two))
        for s1, one in ranked[0][:SHORTLIST]
        for s2, two in ranked[1][:SHORTLIST]
        if _can_stand_together(one, two) and one.rhyme != two.rhyme
    ]


def _ballad_groups(ones: _Ranked, twos: _Ranked) -> _Groups:
    by_rhyme: dict[str, _Ranked] = {}
    for score, pair in twos:
        by_rhyme.setdefault(pair.rhyme, []).append((score, pair))
    return [
        (score + other + _together(one, two), (one, two))
        for score, one in ones
        for other, two in by_rhyme.get(one.rhyme, ())
        if _can_stand_together(one, two)
    ]


def _together(one: Pair, two: Pair) -> float:
    """What makes two pairs one stanza: the halves of a quatrain, one field, one feeling, one person."""
    a, b = one.unit, two.unit
    if a.family and a.family == b.family:
        return 2.6 if (a.half, b.half) == (0, 1) else -9.0
    bonus = -3.0 * (a.half == 1) - 0.6 * (b.half == 0 and bool(b.family))
    bonus += 0.4 * (a.field == b.field and bool(a.field)) + 0.3 * (a.who == b.who)
    return bonus - 0.4 * abs(VALENCE.get(a.emotion, 0.0) - VALENCE.get(b.emotion, 0.0))


def _can_stand_together(one: Pair, two: Pair) -> bool:
    if one.unit.key == two.unit.key or one.ends[1] == two.ends[1]:
        return False
    return not {line_key(x.text) for x in one.lines} & {line_key(x.text) for x in two.lines}


SECTION_LETTERS = {
    SectionKind.PRE_CHORUS: "p",
    SectionKind.BRIDGE: "b",
    SectionKind.CHORUS: "c",
    SectionKind.OUTRO: "r",
}


def letter_of(kind: SectionKind, beat: Beat) -> str:
    """The beat letter that a section's units carry."""
    return SECTION_LETTERS.get(kind, beat.letter if beat.letter in "str" else "s")

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
    all_fields,
    frames,
    hooks,
    is_small_clause,
    leads,
    mains,
    tails,
    theme_frames,
)
from generation.engine.lyrics.rhyme import Sound, plain_word, sound_of
from generation.engine.lyrics.theme import ThemePhrase
from voicelab.engine.phonemes import Pronunciations

SHARES = (60, 30, 15)
"""A song has first choice among one in 60 of all lines; where those do not rhyme, in 30, in 15."""
_RARITY = {0: 6.0, 1: 5.0, 2: 2.4, 3: 0.8}
"""Patterns of one slot make few lines, which themes would come to share, so a song owns fewer of those; lines with the
theme's own words are seldom another theme's, so it owns nearly all."""
_THIN = 3
_WORDS = re.compile(r"[\w'’]+")
_SLOT = re.compile(r"(\{\w+\})")
_AWKWARD = re.compile(r"\b(let (me|us) let|learn(ed)? to learn|(in|on|at|by) (in|on|at|by)|help me help)\b", re.I)
_I_AM = re.compile(
    r"\b(I am|I'm|I was|we all are|they called me|call me|came here as|grew up to be|me,) (more than )?\{[TAB]\}"
)
_OURS = {"my": "our", "me": "us", "mine": "ours", "myself": "ourselves"}
_YOURS = {"my": "your", "me": "you", "mine": "yours", "myself": "yourself", "I": "you", "am": "are"}
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
    is_hook: bool = False
    slots: int = 1

    @property
    def syllables(self) -> int:
        return len(self.stress)

    @property
    def echoes(self) -> bool:
        """Whether a word that carries meaning comes twice ("under the gulls the gulls fly low")."""
        words = [w for w in map(plain_word, self.text.split()) if w not in _SMALL and w != "oh"]
        return not self.is_hook and len(set(words)) < len(words)

    @cached_property
    def content(self) -> frozenset[str]:
        """The words that carry meaning, cut to five letters so that "burn" and "burning" are one."""
        return frozenset(w[:5] for w in map(plain_word, self.text.split()) if w not in _SMALL)


class LinePool:
    """The lines that a theme can have. `fields` are those it calls; `phrases` its own words."""

    def __init__(
        self, fields: tuple[str, ...], phrases: tuple[ThemePhrase, ...], theme_key: str, said: Pronunciations = ()
    ) -> None:
        self.fields = fields
        self._said = said
        self._phrases = phrases
        self._owner = zlib.crc32(theme_key.encode())
        self._parts = _parts_of(fields, said)
        self._thinned = {key: _thin(lengths, theme_key) for key, lengths in self._parts.items() if _is_free(key[0])}
        self._patterns = [*frames(), *theme_frames()]
        self._made: dict[tuple[str, int], tuple[tuple[Candidate, ...], ...]] = {}

    def lines(self, beat: str, syllables: int, level: int = 0) -> tuple[Candidate, ...]:
        """The lines of a beat ("s", "t", "r", "c") with exactly so many syllables that this theme owns.

        A higher `level` has more of them.
        """
        key = (beat, syllables)
        if key not in self._made:
            patterns = (p for p in self._patterns if beat in p.beats)
            filled = ((p, text, own) for p in patterns for text, own in self._with_theme(p))
            found = (c for p, text, own in filled for c in self._fill(p, text, own, beat, syllables, self._owner))
            self._made[key] = _by_level(found, self._owner)
        return self._made[key][level]

    def as_line(self, text: str) -> Candidate:
        """Words as a line of their own, whatever their length."""
        pattern = Pattern(text, "c", 0, "hook")
        return next(iter(self._fill(pattern, text, text, "c", sound_of(text, self._said).syllables)))

    def hook_lines(self, title: str, syllables: int, *, first: bool = False) -> tuple[Candidate, ...]:
        """Lines that hold the title, word for word (as their first words where `first`)."""
        spoken = title.strip().rstrip(".,;:")
        found: dict[str, Candidate] = {}
        for pattern in hooks():
            if first and not pattern.text.startswith("{X}"):
                continue
            filled = pattern.text.replace("{X}", spoken)
            for candidate in self._fill(pattern, filled, spoken, "c", syllables):
                found.setdefault(candidate.text, candidate)
        return tuple(found.values())

    def any_line(self, syllables: int, taken: set[str]) -> Candidate:
        """A line of this length by all means: any beat, and for odd lengths two lines in one."""
        for beat in "csrt":
            for line in self.lines(beat, syllables, len(SHARES) - 1):
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
        return _candidate(Pattern(text, "c", 0), [text], (), "", self._said)

    def _with_theme(self, pattern: Pattern) -> Iterator[tuple[str, str]]:
        """(text, the theme's phrase in it): the pattern itself, or once for each phrase that it can take."""
        if not pattern.kind:
            yield pattern.text, ""
            return
        for phrase in self._phrases:
            if phrase.kind == pattern.kind and _agrees(pattern.text, phrase):
                text = pattern.text.replace("{T}", phrase.the).replace("{A}", phrase.an).replace("{B}", phrase.bare)
                yield text, phrase.bare

    def _fill(
        self, pattern: Pattern, text: str, phrase: str, beat: str, syllables: int, owner: int | None = None
    ) -> Iterator[Candidate]:
        """The lines of a pattern; with an owner only those that it owns at the last level of SHARES."""
        pieces = [p for p in _SLOT.split(text) if p.strip()]
        fixed = sum(sound_of(p, self._said).syllables for p in pieces if not p.startswith("{"))
        slots = [p[1:-1] for p in pieces if p.startswith("{")]
        for fills in self._fills(slots, beat, syllables - fixed, ()):
            share = 1 if owner is None else _share(SHARES[-1], len(fills), phrase)
            if share > 1 and (_checksum(_words(pieces, fills)) - owner) % share:
                continue  # most lines go here, so nothing more is made of them
            line = _candidate(pattern, pieces, fills, phrase, self._said)
            if not _AWKWARD.search(line.text):
                yield line

    def _fills(self, slots: list[str], beat: str, left: int, so_far: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
        """All ways to fill the slots with phrases of one field (and free clauses) that use up `left` syllables."""
        if not slots:
            if left == 0:
                yield so_far
            return
        field = next((p.field for p in so_far if p.field), "")
        thin = len(slots) + len(so_far) > 2 and _is_free(slots[0])
        table = self._thinned if thin else self._parts
        by_length = table.get((slots[0].rstrip("2"), beat if _is_free(slots[0]) else ""), {})
        lengths = [left] if len(slots) == 1 else [n for n in by_length if n < left]
        for length in lengths:
            for part in by_length.get(length, ()):
                if (not field or not part.field or part.field == field) and part not in so_far:
                    yield from self._fills(slots[1:], beat, left - length, (*so_far, part))


def _checksum(text: str) -> int:
    return zlib.crc32(line_key(text).encode())


def _share(shares: int, slots: int, phrase: str) -> int:
    """A song owns one in so many of the lines of a pattern."""
    return max(1, round(shares * (0.05 if phrase else _RARITY[min(slots, 3)])))


def _words(pieces: list[str], fills: tuple[Part, ...]) -> str:
    rest = iter(fills)
    return " ".join(next(rest).text if piece.startswith("{") else piece for piece in pieces)


def _by_level(found: Iterator[Candidate], owner: int) -> tuple[tuple[Candidate, ...], ...]:
    """The lines that an owner has at each level of SHARES (each level holds the one before)."""
    levels: list[dict[str, Candidate]] = [{} for _ in SHARES]
    for candidate in found:
        checksum = _checksum(candidate.text) - owner
        for lines, shares in zip(levels, SHARES, strict=True):
            if checksum % _share(shares, candidate.slots, candidate.phrase) == 0:
                lines.setdefault(candidate.text, candidate)
    return tuple(tuple(lines.values()) for lines in levels)


def _thin(lengths: dict[int, list[Part]], theme_key: str) -> dict[int, list[Part]]:
    """One phrase in three, others for each theme: patterns of three slots would else have too many lines."""
    return {
        n: [p for p in parts if zlib.crc32(f"{theme_key}|{p.text}".encode()) % _THIN == 0]
        for n, parts in lengths.items()
    }


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
    return " ".join(_WORDS.findall(text.lower()))


def _is_free(slot: str) -> bool:
    return slot == "tail" or slot.startswith(("main_", "lead", "close"))


def _agrees(text: str, phrase: ThemePhrase) -> bool:
    """Whether a phrase can stand in a pattern: a plural takes no "is", and the singer is the hero, not his foe."""
    if _I_AM.search(text) and (phrase.the.startswith("my ") or phrase.weight < 0.8):
        return False
    if phrase.kind == "act" and phrase.bare.startswith("learn") and re.search(r"teach|taught|learn", text):
        return False
    if not phrase.plural:
        return True
    return "{A}" not in text and not re.search(r"\{[TB]\} (is|has|comes|means|came to town)\b", text)


def _parts_of(fields: tuple[str, ...], said: Pronunciations) -> dict[tuple[str, str], dict[int, list[Part]]]:
    """(slot, beat) -> syllables -> phrases. Only free clauses depend on the beat; the rest stands under ""."""
    table: dict[tuple[str, str], dict[int, list[Part]]] = {}

    def add(slot: str, beat: str, text: str, mood: int, field: str, key: str) -> None:
        part = Part(text, mood, field, sound_of(text, said), key)
        table.setdefault((slot, beat), {}).setdefault(part.sound.syllables, []).append(part)

    for name in fields:
        for kind in PART_TYPES:
            for phrase in all_fields()[name].parts[kind]:
                for slot, text in _slots_for(kind, phrase.text):
                    add(slot, "", text, phrase.mood, name, phrase.text)
    for beats, phrase in tails():
        for beat in beats:
            add("tail", beat, phrase.text, phrase.mood, "", phrase.text)
    for slot, beats, phrase in leads():
        for beat in beats:
            add(slot, beat, phrase.text, phrase.mood, "", "")
    for beats, joins, phrase in mains():
        for beat in beats:
            for join in joins:
                add(f"main_{join}", beat, phrase.text, phrase.mood, "", phrase.text)
    return table


def _slots_for(kind: str, text: str) -> Iterator[tuple[str, str]]:
    """(slot, text) for each slot that a phrase can fill, its pronouns turned to the slot's person."""
    if kind in ("see", "hear"):
        yield f"{kind}ing", text
    if kind in ("see", "hear") and is_small_clause(text):
        return
    yield kind, text
    if kind in ("see", "hear", "hold") and text.startswith(("a ", "an ")):
        yield f"a{kind}", text
    if kind == "do":
        words = text.split()
        if not {"I", "me"} & set(words):
            yield "wedo", " ".join(_OURS.get(w, w) for w in words)
        if not {"you", "your", "I", "me"} & set(words):
            yield "youdo", " ".join(_YOURS.get(w, w) for w in words)
        if not {"my", "me", "your", "you", "I", "us"} & set(words):
            yield "dox", text


def _candidate(
    pattern: Pattern, pieces: list[str], fills: tuple[Part, ...], phrase: str, said: Pronunciations
) -> Candidate:
    texts, stresses, rest, last = [], [], list(fills), None
    for piece in pieces:
        if piece.startswith("{"):
            part = rest.pop(0)
            texts.append(part.text)
            last = part.sound
        else:
            texts.append(piece.strip(" "))
            last = sound_of(piece, said) if piece.strip(" ,") else last
            if not piece.strip(" ,"):
                continue
        stresses.append(last.stress)
    text = re.sub(r"\s+([,!?])", r"\1", " ".join(texts))
    text = re.sub(r"(?<=[^,]) oh,", ", oh,", text)
    return Candidate(
        text=text[:1].upper() + text[1:],
        frame=pattern.text,
        parts=tuple(p.key for p in fills if p.key),
        moods=(pattern.mood, *(p.mood for p in fills)),
        fields=tuple(p.field for p in fills if p.field),
        rhyme=last.rhyme,
        onset=last.onset,
        last_word=last.last_word,
        stress="".join(stresses),
        phrase=phrase,
        is_hook=pattern.kind == "hook",
        slots=len(fills),
    )

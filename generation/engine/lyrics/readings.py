"""Every way in which a written line can be read, by its length.

A line of the material has optional words ("[And ]the [old ]lamp"), choices ("(rain|snow)") and slots ("{act}"); a
reading is one choice for each. Lengths and stresses come from the singer's own lexicon, word by word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from voicelab.engine.phonemes import has_sound, pronounce_word

_PARTS = re.compile(r"\[([^\]]*)\]|\(([^)]*)\)|(\{\w+\})")
_FUNCTION = frozenset(
    "a an the and or but of to in on at by for from with into my your his her their our its me i you he she it we us "
    "them they is are was were be been am as than that so if i'm i've i'd i'll it's we'll we've we'd you're you'd he's "
    "she's there's they're can could will would shall had has have do did does some any no not nor".split()
)
_NO_OPENER = re.compile(
    r"^(\W*)(and|but|or|so|then|oh|if|what|who|how|why|do|did|is|was|would|does|some|body|as|to|in|with|by|at|of|"
    r"for|from|on|under|beneath|across|till|until|like|where|when|come|call|stay|close|here\'s|there\'s|it\'s|that|"
    r"each|not|only|no|so|nobody|again|before|after|above|below|behind|last|next|late|one|never|without)\b",
    re.IGNORECASE,
)


_LINKS = frozenset("and but so then oh still or now you'll".split()) | {"oh, oh"}
_LIGHT = frozenset("i i'm i've i'd i'll we we'd we'll it's there's been some".split())


@dataclass(frozen=True)
class Choice:
    """One way to fill a place of a line. `cost` is what it takes from the line's naturalness."""

    text: str
    stress: str
    cost: float = 0.0


@dataclass(frozen=True)
class Reading:
    """A line in one of its readings: its words, "0/1/2" a syllable, its cost, the fills of its slots."""

    text: str
    stress: str
    cost: float
    fills: tuple[str, ...] = ()


@lru_cache(maxsize=32768)
def word_stress(word: str) -> str:
    """ "0/1/2" a syllable; a function word of one syllable is weak."""
    if not has_sound(word):
        return ""
    bare = word.strip('.,;:!?"“”').lower()
    stress = "".join(str(s.stress) for s in pronounce_word(bare or word).syllables)
    return "0" if len(stress) == 1 and bare in _FUNCTION else stress


def phrase_stress(text: str) -> str:
    return "".join(word_stress(word) for word in text.split())


def places_of(line: str, fills: Mapping[str, Sequence[str]], openings: Sequence[str] = ()) -> list[tuple[Choice, ...]]:
    """The places of a line with the choices for each; [] where a slot has nothing to fill it."""
    places: list[tuple[Choice, ...]] = []
    at = 0
    for match in _PARTS.finditer(line):
        if match.start() > at:
            places.append((_choice(line[at : match.start()]),))
        at = match.end()
        if match.group(1) is not None:
            options = [_choice(x, 0.03) for x in match.group(1).split("|")]
            cost = _cost_of_leaving(match.group(1)) if not places else 0.0
            places.append(tuple(options) if cost is None else (*options, Choice("", "", cost)))
        elif match.group(2) is not None:
            places.append(tuple(_choice(x) for x in match.group(2).split("|")))
        else:
            found = fills.get(match.group(3)[1:-1], ())
            if not found:
                return []
            places.append(tuple(_choice(text) for text in found))
    if at < len(line):
        places.append((_choice(line[at:]),))
    return _with_openings(line, places, openings)


def _cost_of_leaving(words: str) -> float | None:
    """A line may well set out without its "and" or "I", but not without its "the"."""
    first = words.split("|")[0].strip(" ,").lower()
    return 0.0 if first in _LINKS else (0.8 if first in _LIGHT else None)


def _with_openings(line: str, places: list[tuple[Choice, ...]], openings: Sequence[str]) -> list[tuple[Choice, ...]]:
    plain = line.lstrip("[(")
    if not openings or "{X}" in plain or plain.startswith("{") or _NO_OPENER.match(plain):
        return places
    nothing = Choice("", "")
    return [(nothing, *(_choice(text + " ", 2.2) for text in openings)), *places]


@lru_cache(maxsize=65536)
def _choice(text: str, cost: float = 0.0) -> Choice:
    return Choice(text, phrase_stress(text), cost)


def readings(places: list[tuple[Choice, ...]], syllables: int, order: Sequence[float], most: int) -> list[Reading]:
    """Up to `most` readings with exactly so many syllables, in the order that `order` (chance, 0..1) gives them."""
    reach = _reachable(places, syllables)
    found: list[Reading] = []
    opener = len(places) > 1 and len(places[0]) > 1 and places[0][0].text == "" and places[0][0].cost == 0.0

    def walk(index: int, left: int, chosen: tuple[Choice, ...]) -> None:
        if len(found) >= most:
            return
        if index == len(places):
            found.append(_reading(chosen, places))
            return
        options = [c for c in places[index] if left - len(c.stress) in reach[index + 1]]
        if opener and index == 1 and chosen[0].text:
            options = [c for c in options if c.text] or ([] if len(places[1]) > 1 else options)
        start = int(order[index % len(order)] * len(options)) if options else 0
        turned = (
            sorted(options[start:] + options[:start], key=lambda c: c.cost)
            if index == 0
            else options[start:] + options[:start]
        )
        for option in turned:
            if option.text.strip() and any(option.text == c.text for c in chosen if len(c.stress) > 2):
                continue
            walk(index + 1, left - len(option.stress), (*chosen, option))

    if syllables in reach[0]:
        walk(0, syllables, ())
    return found


def _reachable(places: list[tuple[Choice, ...]], syllables: int) -> list[frozenset[int]]:
    """For each place the numbers of syllables that it and what follows can take up."""
    reach = [frozenset([0])]
    for place in reversed(places):
        lengths = {len(c.stress) for c in place}
        reach.append(frozenset(n + rest for n in lengths for rest in reach[-1] if n + rest <= syllables))
    return reach[::-1]


def _small(text: str) -> str:
    """Without its capital, unless it starts with "I"."""
    return text if re.match(r"I\b", text) else text[:1].lower() + text[1:]


def _reading(chosen: tuple[Choice, ...], places: list[tuple[Choice, ...]]) -> Reading:
    opened = chosen[0].text.endswith(" ") and len(chosen) > 1 and chosen[0].cost > 0.5
    texts = [c.text for c in chosen]
    if opened:
        at = next(i for i, text in enumerate(texts) if i and text)
        texts[at] = _small(texts[at])
    text = " ".join("".join(texts).split())
    text = re.sub(r"\s+([,!?])", r"\1", re.sub(r"^[,\s]+", "", text))
    fills = tuple(c.text for c, place in zip(chosen, places, strict=True) if len(place) > 3 and c.text.strip())
    return Reading(text[:1].upper() + text[1:], "".join(c.stress for c in chosen), sum(c.cost for c in chosen), fills)

"""The hand-written material: lexical fields with their phrases, and the patterns they go into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MATERIAL = Path(__file__).parent / "material"
PART_TYPES = ("img", "place", "see", "hold", "hear", "sim", "do")
_MOODS = {"+": 1, "-": -1}


@dataclass(frozen=True)
class Phrase:
    """A written phrase and its mood: +1 hopeful, -1 dark, 0 neutral."""

    text: str
    mood: int


@dataclass(frozen=True)
class Field:
    """A lexical field. `triggers` are the words of a theme that call it, `related` the fields that go with it."""

    name: str
    triggers: frozenset[str]
    related: tuple[str, ...]
    parts: dict[str, tuple[Phrase, ...]]


@dataclass(frozen=True)
class Pattern:
    """A whole-line pattern with `{slots}`. `beats` are letters: s scene, t turn, r resolution, c chorus."""

    text: str
    beats: str
    mood: int
    kind: str = ""


@lru_cache(maxsize=1)
def all_fields() -> dict[str, Field]:
    fields: dict[str, Field] = {}
    for path in sorted(MATERIAL.glob("fields_*.txt")):
        for block in path.read_text("utf-8").split("\n== ")[1:]:
            field = _field(block)
            fields[field.name] = field
    return fields


def _field(block: str) -> Field:
    lines = [line for line in block.splitlines() if line.strip() and not line.startswith("#")]
    name, _, related = lines[0].partition(">")
    rows = {key.strip(): value for key, _, value in (line.partition(":") for line in lines[1:])}
    parts = {kind: tuple(_phrase(p) for p in rows.get(kind, "").split(";") if p.strip()) for kind in PART_TYPES}
    return Field(name.strip(), frozenset(rows["words"].split()) | {name.strip()}, tuple(related.split()), parts)


# In "the lilies droop" a bare verb follows a noun: it can be seen or heard, but is no noun phrase.
_BARE_VERBS = frozenset(
    "come go start begin call fall talk sing fight run cry slam move swing give pass quit break burn crack ring "
    "drip hit dip settle breathe grow rise hum count pick open wake land turn close strike laugh sleep reply "
    "climb spill bark creak wind tick roll clear drop get snap stand beat play lie speak tip meet shake knock "
    "draw scrape rush hiss fill leave squeak pull tap tune bend bang moan roar howl line log hang click carry "
    "meet fade pour cross shine reach droop crash sigh rock".split()
)
_BEFORE_NOUN = frozenset(
    "a an the my your our his her their of in on at to from with and one no old last first slow long small own some "
    "school half far white black red low high under over by for as into through".split()
)


def is_small_clause(text: str) -> bool:
    """Whether what is seen or heard holds a bare verb ("the neighbors fight") and so cannot stand as a noun."""
    words = text.split()
    return any(w in _BARE_VERBS and words[i - 1] not in _BEFORE_NOUN for i, w in enumerate(words) if i)


def _phrase(text: str) -> Phrase:
    text = text.strip()
    mood = _MOODS.get(text[0], 0)
    return Phrase(text.lstrip("+-").strip(), mood)


def fields_called(words: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """(field, weight) for each field that a theme's words call, heaviest first; earlier words weigh a little more."""
    weights: dict[str, float] = {}
    for place, word in enumerate(words):
        for field in all_fields().values():
            if word in field.triggers:
                weights[field.name] = weights.get(field.name, 0.0) + (1.5 if word == field.name else 1.0) - 0.03 * place
    return tuple(sorted(weights.items(), key=lambda item: (-item[1], item[0])))


@lru_cache(maxsize=8)
def rows_of(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a material file, cut at their bars."""
    lines = (MATERIAL / name).read_text("utf-8").splitlines()
    return tuple(tuple(c.strip() for c in line.split("|")) for line in lines if line.strip() and line[0] != "#")


def mains() -> tuple[tuple[str, str, Phrase], ...]:
    """(beats, joins, clause) of the clauses that a person sings."""
    return tuple((beats, joins, _phrase(text)) for beats, joins, text in rows_of("mains.txt"))


def tails() -> tuple[tuple[str, Phrase], ...]:
    """(beats, clause) of what follows an image."""
    return tuple((beats, _phrase(text)) for beats, text in rows_of("tails.txt"))


def leads() -> tuple[tuple[str, str, Phrase], ...]:
    """(slot, beats, words) of what leads into a clause and what closes it."""
    return tuple((slot, beats, _phrase(text)) for slot, beats, text in rows_of("leads.txt"))


def frames() -> tuple[Pattern, ...]:
    return tuple(
        Pattern(p.text, beats, p.mood) for beats, p in ((b, _phrase(text)) for b, text in rows_of("frames.txt"))
    )


def theme_frames() -> tuple[Pattern, ...]:
    rows = ((kind, beats, _phrase(text)) for kind, beats, text in rows_of("theme_frames.txt"))
    return tuple(Pattern(p.text, beats, p.mood, kind) for kind, beats, p in rows)


def hooks() -> tuple[Pattern, ...]:
    return tuple(Pattern(text, "c", 0, "hook") for (text,) in rows_of("hooks.txt"))

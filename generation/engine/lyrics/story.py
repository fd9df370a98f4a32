"""The story of a song: which beat each section tells, in which mood, and with which of the theme's images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generation.engine.lyrics.fields import all_fields
from generation.engine.lyrics.theme import ThemeReading
from generation.engine.lyrics.types import SectionKind, SectionPlan

MAX_FIELDS = 5
_STYLE_MOOD = {
    "epic": 0.2, "pop": 0.3, "dark": -0.7, "gregorian": 0.0, "fantasy": 0.3, "gladiator": 0.0, "emotional": -0.1,
}  # fmt: skip
_STYLE_FIELDS = {
    "epic": ("sword", "mountain"), "pop": ("city", "night"), "dark": ("shadow", "night"),
    "gregorian": ("faith", "light"), "fantasy": ("magic", "forest"), "gladiator": ("arena", "war"),
    "emotional": ("home", "rain"),
}  # fmt: skip
_OPEN_FIELDS = ("night", "journey", "light", "home", "sea", "stars", "time", "dream", "city", "rain", "river", "fire")
_BEAT_MOOD = {"s": 0.0, "t": -0.5, "r": 0.7, "c": 0.6}


@dataclass(frozen=True)
class Beat:
    """What a section tells. `letter` as in the material; `mood` -1..1; `field_weights` say which images come first."""

    letter: str
    mood: float
    field_weights: dict[str, float]


def fields_for(reading: ThemeReading, *, style: str, rng: np.random.Generator) -> tuple[str, ...]:
    """The lexical fields of a song, nearest to the theme first: those it calls, their kin, and one of the style."""
    called = [name for name, _ in reading.fields][:4]
    fields = all_fields()
    if not called:
        mine = [f for f in (*_STYLE_FIELDS.get(style, ()), *_OPEN_FIELDS) if f in fields]
        called = [mine[int(rng.integers(len(mine)))], mine[int(rng.integers(len(mine)))]]
    related = [r for name in called for r in fields[name].related if r in fields]
    flavour = [f for f in _STYLE_FIELDS.get(style, ()) if f in fields][:1]
    chosen = dict.fromkeys([*called, *related[:2], *flavour, *related[2:]])
    return tuple(chosen)[:MAX_FIELDS]


def plan_story(plans: Sequence[SectionPlan], *, style: str, mood: float, fields: tuple[str, ...]) -> tuple[Beat, ...]:
    """One beat a section: verses go from scene to turn to resolution, the bridge turns, the chorus declares."""
    verses = [i for i, p in enumerate(plans) if p.kind in (SectionKind.VERSE, SectionKind.INTRO)]
    beats = []
    for index, plan in enumerate(plans):
        letter = _letter(plan.kind, verses.index(index) if index in verses else 0, len(verses))
        target = _BEAT_MOOD[letter] + 0.6 * _STYLE_MOOD.get(style, 0.0) + 0.2 * mood
        beats.append(Beat(letter, max(-1.0, min(1.0, target)), _weights(fields, plan.kind, index)))
    return tuple(beats)


def _letter(kind: SectionKind, verse: int, verses: int) -> str:
    if kind is SectionKind.CHORUS:
        return "c"
    if kind is SectionKind.OUTRO:
        return "r"
    if kind in (SectionKind.PRE_CHORUS, SectionKind.BRIDGE):
        return "t"
    if verses <= 2:
        return "st"[verse] if verse < 2 else "r"
    return "s" if verse == 0 else ("r" if verse == verses - 1 else "t")


def _weights(fields: tuple[str, ...], kind: SectionKind, index: int) -> dict[str, float]:
    """The theme's own fields weigh most; each verse and the bridge brings another one forward."""
    weights = {name: (1.6, 1.2, 0.6, 0.2, 0.0)[min(i, 4)] for i, name in enumerate(fields)}
    if kind is not SectionKind.CHORUS and len(fields) > 1 and index > 0:
        forward = fields[1 + (index // 2) % (len(fields) - 1)]
        weights[forward] += 0.5
    return weights

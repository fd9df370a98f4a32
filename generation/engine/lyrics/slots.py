"""What the theme puts into the slots of the material: its people, places, things and acts, and its fields' images."""

from __future__ import annotations

from collections.abc import Iterable

from generation.engine.lyrics.blocklist import blocked_words
from generation.engine.lyrics.fields import all_fields, is_small_clause
from generation.engine.lyrics.theme import ThemePhrase, ThemeReading
from generation.engine.lyrics.word_lists import TOWNS

_IMAGE_SLOTS = {"img": "img", "at": "place", "see": "see", "hold": "hold", "hear": "hear", "do": "do"}
MAX_HERO_WEIGHT_GAP = 0.3


def theme_fills(reading: ThemeReading) -> dict[str, tuple[str, ...]]:
    """{slot: texts} of the theme's own words, each in the form that its slot takes."""
    fills: dict[str, list[str]] = {}

    def add(slot: str, text: str) -> None:
        if text and not blocked_words(text) and text not in fills.setdefault(slot, []):
            fills[slot].append(text)

    people = [p for p in reading.phrases if p.kind == "person"]
    for phrase in reading.phrases:
        for slot, text in _forms(phrase, people):
            add(slot, text)
    return {slot: tuple(texts) for slot, texts in fills.items()}


def _forms(phrase: ThemePhrase, people: list[ThemePhrase]) -> Iterable[tuple[str, str]]:
    if phrase.kind == "act":
        yield "act", phrase.the
        return
    if phrase.kind == "name":
        town = phrase.bare.split()[-1].lower() in TOWNS
        yield ("town" if town else "name"), phrase.bare
        yield "it", phrase.bare
        return
    yield "it", phrase.the
    if phrase.kind == "person":
        if phrase.the.startswith(("my ", "our ")) or (
            people and phrase.weight <= people[0].weight - MAX_HERO_WEIGHT_GAP
        ):
            yield "other", phrase.the
        else:
            yield "hero", phrase.the
            if not phrase.plural:
                yield "a_hero", phrase.an
    elif phrase.kind == "place":
        yield "spot", phrase.the
    elif phrase.kind == "mass":
        yield "mass", phrase.bare
    else:
        yield "thing", phrase.the


def image_fills(fields: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """{slot: phrases} of the lexical fields, in their order; what holds a bare verb is no noun phrase."""
    fills: dict[str, list[str]] = {slot: [] for slot in _IMAGE_SLOTS}
    for name in fields:
        for slot, part in _IMAGE_SLOTS.items():
            for phrase in all_fields()[name].parts[part]:
                if slot in ("see", "hear") and is_small_clause(phrase.text):
                    continue
                fills[slot].append(phrase.text)
    return {slot: tuple(texts) for slot, texts in fills.items() if texts}

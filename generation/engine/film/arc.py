"""The film's light and weather over the song: an arc of hours that the words decide, and a storm where it breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.engine.film.places import Cast, section_texts
from generation.engine.film.types import HOURS, StoryboardSpec
from generation.engine.film.vocabulary import (
    HOUR_WORDS,
    WEATHER_WORDS,
    casting_of,
    found_words,
    nearest_hour,
    nearest_weather,
)
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score, Section

ARCS: tuple[tuple[str, str, str], ...] = (
    ("night", "dawn", "day"),
    ("night", "night", "dawn"),
    ("dusk", "night", "dawn"),
    ("dawn", "day", "dusk"),
    ("day", "dusk", "night"),
    ("dusk", "dusk", "night"),
    ("dusk", "night", "night"),
    ("day", "day", "dusk"),
    ("dawn", "dawn", "day"),
    ("dawn", "day", "day"),
)
_STYLE_ARCS: dict[str, tuple[int, ...]] = {
    "epic": (2, 0, 3),
    "pop": (4, 2, 6),
    "dark": (5, 6, 4),
    "gregorian": (0, 8, 1),
    "fantasy": (2, 1, 4),
    "gladiator": (3, 7, 0),
    "emotional": (8, 9, 3),
}
"""Arcs of each style, the most usual first."""
_DRAMATIC = frozenset(("epic", "dark", "fantasy", "gladiator"))
_HOPEFUL = frozenset(("epic", "pop", "fantasy", "gladiator", "emotional", "gregorian"))
_BREAKING = {"pop": "rain", "emotional": "rain", "gregorian": "fog"}
_FIGURE = re.compile(r"\b(?:like|as|than)\s+(?:an?\s+|the\s+|my\s+|your\s+)?\w+", re.IGNORECASE)
"""A figure of speech: "white as snow" is no weather."""
PHASES = (0.36, 0.74)
"""Shares of the song at which its first and second thirds, as a story, end."""


@dataclass(frozen=True)
class Light:
    """Hours and weathers of the sections as their worlds can paint them, and `wanted`, the arc itself."""

    hours: tuple[str, ...]
    weathers: tuple[str, ...]
    wanted: tuple[str, str, str]


def phase_of(score: Score, section: Section) -> int:
    """0, 1 or 2: the part of the story a section belongs to. The last chorus and what follows it is always the end."""
    final = final_chorus(score)
    if final is not None and section.start_bar >= score.sections[final].start_bar:
        return 2
    start_s, end_s = score.section_span_s(section)
    share = 0.5 * (start_s + end_s) / max(1e-6, score.duration_s)
    return 0 if share < PHASES[0] else 1 if share < PHASES[1] else 2


def final_chorus(score: Score) -> int | None:
    """The number of the last chorus."""
    numbers = [n for n, section in enumerate(score.sections) if section.kind is SectionKind.CHORUS]
    return numbers[-1] if numbers else None


def plan_light(spec: StoryboardSpec, cast: Cast) -> Light:
    """Hours and weathers of all sections. Deterministic in the spec."""
    score, texts = spec.score, section_texts(spec.score)
    phases = [phase_of(score, section) for section in score.sections]
    arc = _arc(spec, cast, texts, phases)
    hours = []
    for section, world, text, phase in zip(score.sections, cast.worlds, texts, phases, strict=True):
        hours.append(nearest_hour(_own_hour(section, text) or arc[phase], casting_of(world).hours))
    theme_weather, _ = _told(f"{spec.theme} {spec.title}", WEATHER_WORDS)
    weathers = []
    for number, world in enumerate(cast.worlds):
        offered = casting_of(world).weathers
        wanted = _weather(spec, number, phases[number], texts[number], theme_weather)
        weathers.append(nearest_weather(wanted or _usual(spec.style, offered), offered))
    for number, section in enumerate(score.sections):
        # a pre-chorus that stays in the verse's place stays in its hour and weather too
        if number and section.kind is SectionKind.PRE_CHORUS and cast.worlds[number - 1] == cast.worlds[number]:
            hours[number], weathers[number] = hours[number - 1], weathers[number - 1]
    return Light(tuple(hours), tuple(weathers), arc)


def _usual(style: str, offered: tuple[str, ...]) -> str:
    """A world's usual weather; songs that are not dramatic have it calmer where it usually storms."""
    return "cloud" if offered[0] == "storm" and style not in _DRAMATIC else offered[0]


def _told(text: str, vocabulary: dict[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    """What most of a text's words tell ("" where none does), and these words."""
    text = _FIGURE.sub(" ", text)
    found = {name: tuple(dict.fromkeys(found_words(text, stems))) for name, stems in vocabulary.items()}
    best = max(found, key=lambda name: len(found[name]))
    return (best, found[best]) if found[best] else ("", ())


def _arc(spec: StoryboardSpec, cast: Cast, texts: list[str], phases: list[int]) -> tuple[str, str, str]:
    """The arc that the style likes, the words tell and the worlds can paint."""
    theme = f"{spec.theme} {spec.title}"
    usual = _STYLE_ARCS.get(spec.style, ())
    votes = [dict.fromkeys(HOURS, 0.0) for _ in range(3)]
    for text, phase in zip(texts, phases, strict=True):
        for hour, stems in HOUR_WORDS.items():
            votes[phase][hour] += 0.25 * min(3, len(found_words(text, stems)))
    for hour, stems in HOUR_WORDS.items():
        told = min(2, len(found_words(theme, stems)))
        for phase in range(3):
            votes[phase][hour] += 1.1 * told

    def value(number: int) -> float:
        arc = ARCS[number]
        score = 1.5 - 0.5 * usual.index(number) if number in usual else 0.0
        score += sum(min(2.0, votes[phase][hour]) for phase, hour in enumerate(arc))
        painted = sum(arc[phase] in casting_of(world).hours for phase, world in zip(phases, cast.worlds, strict=True))
        return score + 0.8 * painted / len(phases)

    return ARCS[max(range(len(ARCS)), key=lambda number: (value(number), -number))]


def _own_hour(section: Section, text: str) -> str:
    """The hour that the words of a verse or a bridge name twice; choruses keep to the arc."""
    if section.kind is SectionKind.CHORUS:
        return ""
    hour, words = _told(text, HOUR_WORDS)
    return hour if len(words) >= 2 else ""


def _weather(spec: StoryboardSpec, number: int, phase: int, text: str, theme_weather: str) -> str:
    """The weather a section wants, or "" for what is usual in its world."""
    section = spec.score.sections[number]
    told, words = _told(text, WEATHER_WORDS)
    if section.kind is SectionKind.CHORUS:
        final = final_chorus(spec.score)
        if final is not None and number >= final and spec.style in _HOPEFUL and theme_weather not in ("snow", "storm"):
            return "clear"
        return theme_weather
    if section.kind is SectionKind.BRIDGE or (section.kind is SectionKind.INSTRUMENTAL and phase > 0):
        breaking = "storm" if spec.style in _DRAMATIC else _BREAKING.get(spec.style, "")
        return told or ("storm" if theme_weather in ("rain", "snow") else breaking)
    if words:
        return told
    return theme_weather

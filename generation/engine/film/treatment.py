"""The film's idea: each section's world, palette, hour and weather, with a sentence that says why."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.film.arc import Light, final_chorus, plan_light
from generation.engine.film.places import Cast, cast_places
from generation.engine.film.types import SectionTreatment, StoryboardSpec, Treatment
from generation.engine.film.vocabulary import casting_of, found_words, hour_said, place_said, weather_said
from generation.engine.lyrics.types import SectionKind

_SECONDS_A_LOOK = 22.0
"""Each place at each hour is painted anew, which takes seconds of its own: so many looks a song of that length has."""
_PALETTE_HOURS = {"moon": "night", "dawn": "dawn", "dusk": "dusk", "neon": "night", "gold": "day"}


def plan_treatment(spec: StoryboardSpec) -> Treatment:
    """The studio's own treatment, one entry for each section of the score in order. Deterministic in the spec."""
    cast = cast_places(spec)
    light = plan_light(spec, cast)
    palettes = {world: _palette(spec, world, cast, light) for world in dict.fromkeys(cast.worlds)}
    sections = tuple(
        SectionTreatment(number, world, palettes[world], light.hours[number], light.weathers[number])
        for number, world in enumerate(cast.worlds)
    )
    sections = limit_looks(sections, spec)
    sections = tuple(replace(entry, why=_why(spec, cast, entry)) for entry in sections)
    return Treatment(sections)


def limit_looks(sections: tuple[SectionTreatment, ...], spec: StoryboardSpec) -> tuple[SectionTreatment, ...]:
    """As many different looks as a film of this length can paint: what matters most keeps its own, the rest takes the
    nearest one of its place."""
    most = max(3, math.floor(spec.score.duration_s / _SECONDS_A_LOOK))
    kept: dict[tuple[str, str, str, str], None] = {}
    settled: dict[int, SectionTreatment] = {}
    for number in sorted(range(len(sections)), key=lambda n: (-_weight(spec, n), n)):
        entry = sections[number]
        look = (entry.world, entry.palette, entry.hour, entry.weather)
        same_place = [other for other in kept if other[:2] == look[:2]]
        if look not in kept and len(kept) >= most and same_place:
            # the same hour in other weather is nearer than another hour
            _, _, hour, weather = max(same_place, key=lambda o: 2 * (o[2] == look[2]) + (o[3] == look[3]))
            entry = replace(entry, hour=hour, weather=weather)
        kept.setdefault((entry.world, entry.palette, entry.hour, entry.weather))
        settled[number] = entry
    return tuple(settled[number] for number in range(len(sections)))


def _weight(spec: StoryboardSpec, number: int) -> int:
    kind = spec.score.sections[number].kind
    first = next((n for n, s in enumerate(spec.score.sections) if s.kind is kind), number) == number
    if kind is SectionKind.CHORUS:
        return 9 if number == final_chorus(spec.score) else 8 if first else 4
    if kind is SectionKind.VERSE:
        return 7 if first else 5
    return 6 if kind is SectionKind.BRIDGE else 3 if kind is SectionKind.INSTRUMENTAL else 2


def _palette(spec: StoryboardSpec, world: str, cast: Cast, light: Light) -> str:
    """A palette for a place, kept through the film: by style, by the hour it is mostly seen at, and by the seed."""
    seen = [hour for hour, there in zip(light.hours, cast.worlds, strict=True) if there == world]
    palettes = casting_of(world).palettes
    weights = []
    for name, styles in palettes.items():
        hour = _PALETTE_HOURS.get(name)
        weights.append(
            (2.0 if spec.style in styles else 0.06) * (1.0 if hour is None else 1.6 if hour in seen else 0.15)
        )
    rng = generator(spec.seed, "look", world)
    return str(rng.choice(list(palettes), p=np.array(weights) / sum(weights)))


def _why(spec: StoryboardSpec, cast: Cast, entry: SectionTreatment) -> str:
    section = spec.score.sections[entry.section]
    seen = f"{place_said(entry.world)} {hour_said(entry.hour)}"
    if entry.weather != casting_of(entry.world).weathers[0]:
        seen += f", {weather_said(entry.weather)}"
    return f"{section.name}: {seen}, because {reason_for(spec, cast, entry.section)}."


def reason_for(spec: StoryboardSpec, cast: Cast, number: int) -> str:
    """Why a section plays where it does, as the end of a sentence."""
    world, section = cast.worlds[number], spec.score.sections[number]
    theme = tuple(dict.fromkeys(found_words(f"{spec.theme} {spec.title}", casting_of(world).words)))
    if cast.words[number]:
        return f"its words say {_quoted(cast.words[number])}"
    if section.kind is SectionKind.CHORUS and theme:
        return f"the theme says {_quoted(theme)}"
    before = cast.worlds[number - 1] if number else None
    if world == before:
        return "the story stays where it was"
    if number and world in cast.worlds[:number]:
        return "the film comes back to it"
    if theme:
        return f"the theme says {_quoted(theme)}"
    return f"it suits {'an' if spec.style[0] in 'aeiou' else 'a'} {spec.style} song"


def _quoted(words: tuple[str, ...]) -> str:
    shown = [f"“{word}”" for word in words[:3]]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

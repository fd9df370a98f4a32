"""A treatment that someone else proposes, accepted or repaired: what cannot be painted becomes what is nearest."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from codecraft.common.structured import ProviderFailed
from generation.engine.film.places import MOST_PLACES
from generation.engine.film.treatment import limit_looks, plan_treatment
from generation.engine.film.types import HOURS, WEATHERS, SectionTreatment, StoryboardSpec, Treatment
from generation.engine.film.vocabulary import (
    HOUR_WORDS,
    WEATHER_WORDS,
    castable_worlds,
    casting_of,
    found_words,
    nearest_hour,
    nearest_weather,
    nearest_world,
    place_said,
    world_scores,
)
from generation.engine.lyrics.types import SectionKind

_MOST_CHARS = 220


@dataclass(frozen=True)
class ProposedSection:
    """One section as it came: nothing in it is trusted yet. `section` is the label it was asked under."""

    section: str
    world: str
    palette: str
    hour: str
    weather: str
    imagery: str
    why: str


class TreatmentProvider(Protocol):
    """Proposes a treatment. `name` becomes `Treatment.source`."""

    name: str

    def propose(self, spec: StoryboardSpec) -> tuple[ProposedSection, ...]:
        """One entry for each section of the score, in order. Raises ProviderFailed."""
        ...


def propose_treatment(spec: StoryboardSpec, provider: TreatmentProvider) -> Treatment:
    """The provider's treatment, with what was repaired as notices; or the studio's own, which says why, where the
    provider failed or what came cannot be used."""
    local = plan_treatment(spec)
    try:
        proposed = provider.propose(spec)
        if not proposed:
            raise ProviderFailed("its treatment was empty")
    except ProviderFailed as failed:
        notice = f"The studio chose the film's places itself, because {failed.reason}."
        return replace(local, notices=(notice,))
    entries, notices = _fitted(proposed, local, spec)
    repair = _Repair(spec, local)
    sections = repair.sections(entries)
    limited = limit_looks(sections, spec)
    notices += repair.notices()
    if changed := sum(before != after for before, after in zip(sections, limited, strict=True)):
        notices.append(
            f"{changed} sections take the hour and weather that their place has elsewhere, as a film of this length "
            "can paint only so many."
        )
    return Treatment(limited, provider.name, tuple(notices))


def _fitted(
    proposed: Sequence[ProposedSection], local: Treatment, spec: StoryboardSpec
) -> tuple[list[ProposedSection | None], list[str]]:
    """One proposal for each section: by the order when their number is right, else by their labels; None: our own."""
    sections = spec.score.sections
    if len(proposed) == len(sections):
        return list(proposed), []
    entries: list[ProposedSection | None] = []
    waiting = list(proposed)
    for section in sections:
        found = next((entry for entry in waiting if _plain(entry.section) == _plain(section.name)), None)
        if found is not None:
            waiting.remove(found)
        elif section.kind is SectionKind.CHORUS:  # given once, meant for all
            found = next((entry for entry in proposed if _plain(entry.section).startswith("chorus")), None)
        entries.append(found)
    own = sum(entry is None for entry in entries)
    said = f"The proposed film had {len(proposed)} sections for a song of {len(sections)}"
    return entries, [f"{said}; {own} were planned by the studio." if own else f"{said}: they were matched by name."]


def _plain(text: str) -> str:
    return " ".join("".join(c for c in text.lower() if c.isalnum() or c == " ").split())


class _Repair:
    """Turns proposals into sections that can be painted, and keeps count of what it changed."""

    def __init__(self, spec: StoryboardSpec, local: Treatment) -> None:
        self.spec, self.local = spec, local
        lyric = " ".join(line.text for line in spec.score.lead.lines)
        self.scores = world_scores(spec.style, f"{spec.theme} {spec.title}", lyric)
        self.renamed: dict[str, str] = {}
        self.palettes = self.lights = 0
        self.one_chorus = False
        self.merged = 0

    def sections(self, entries: Sequence[ProposedSection | None]) -> tuple[SectionTreatment, ...]:
        found = [
            self._section(number, entry) if entry is not None else self.local.sections[number]
            for number, entry in enumerate(entries)
        ]
        return tuple(self._few_places(self._one_home(found)))

    def _section(self, number: int, entry: ProposedSection) -> SectionTreatment:
        world = entry.world.strip().lower().replace(" ", "_").replace("-", "_")
        if world not in castable_worlds():
            world = nearest_world(f"{entry.world} {entry.imagery}", self.scores)
            self.renamed.setdefault(_clean(entry.world)[:40] or "nothing", world)
        casting = casting_of(world)
        hour, weather = self._light(entry.hour, HOURS, HOUR_WORDS), self._light(entry.weather, WEATHERS, WEATHER_WORDS)
        painted = nearest_hour(hour or casting.hours[0], casting.hours)
        under = nearest_weather(weather or casting.weathers[0], casting.weathers)
        self.lights += (painted, under) != (hour, weather)
        palette = entry.palette.strip().lower()
        if palette not in casting.palettes:
            self.palettes += 1
            palette = self._own_palette(world)
        why = _clean(". ".join(part.strip().rstrip(".") for part in (entry.imagery, entry.why) if part.strip()))
        return SectionTreatment(number, world, palette, painted, under, why)

    @staticmethod
    def _light(said: str, known: tuple[str, ...], vocabulary: dict[str, tuple[str, ...]]) -> str:
        """An hour or weather as it was meant ("golden evening" is dusk), or "" where nothing is."""
        plain = said.strip().lower()
        if plain in known:
            return plain
        return next((name for name, stems in vocabulary.items() if found_words(plain, stems)), "")

    def _own_palette(self, world: str) -> str:
        ours = next((entry.palette for entry in self.local.sections if entry.world == world), None)
        palettes = casting_of(world).palettes
        return ours or next(
            (name for name, styles in palettes.items() if self.spec.style in styles), next(iter(palettes))
        )

    def _one_home(self, found: list[SectionTreatment]) -> list[SectionTreatment]:
        """Choruses come back to one place: the one most of them have, and of equals the first."""
        kinds = [section.kind for section in self.spec.score.sections]
        places = [(e.world, e.palette) for e in found if kinds[e.section] is SectionKind.CHORUS]
        if len(set(places)) < 2:
            return found
        self.one_chorus = True
        world, palette = max(dict.fromkeys(places), key=places.count)
        casting = casting_of(world)
        return [
            replace(
                entry, world=world, palette=palette, hour=nearest_hour(entry.hour, casting.hours),
                weather=nearest_weather(entry.weather, casting.weathers),
            )
            if kinds[entry.section] is SectionKind.CHORUS
            else entry
            for entry in found
        ]  # fmt: skip

    def _few_places(self, found: list[SectionTreatment]) -> list[SectionTreatment]:
        """A place has one palette through the film, and no film has more than five places: the least seen give way."""
        bars = [section.bars for section in self.spec.score.sections]
        seen: dict[str, int] = {}
        palette: dict[str, str] = {}
        for entry in found:
            seen[entry.world] = seen.get(entry.world, 0) + bars[entry.section]
            palette.setdefault(entry.world, entry.palette)
        kept = sorted(seen, key=lambda world: -seen[world])[:MOST_PLACES]
        settled = []
        for entry in found:
            if entry.world not in kept:
                self.merged += 1
                before = settled[-1] if settled else next(other for other in found if other.world in kept)
                entry = replace(before, section=entry.section, why=entry.why)
            settled.append(replace(entry, palette=palette[entry.world]))
        return settled

    def notices(self) -> list[str]:
        told = [
            f"There is no world “{name}”: the film shows {place_said(world)} instead."
            for name, world in list(self.renamed.items())[:3]
        ]
        if self.palettes:
            told.append(f"{self.palettes} of the proposed palettes do not belong to their worlds and were replaced.")
        if self.lights:
            told.append(f"{self.lights} sections have the nearest hour or weather that their world can paint.")
        if self.one_chorus:
            told.append("The proposed choruses differed; all now come back to one place.")
        if self.merged:
            told.append(f"{self.merged} sections share a place, because a film has {MOST_PLACES} places at most.")
        return told


def _clean(text: str) -> str:
    """A foreign sentence as one line of bounded length, without control characters."""
    plain = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    return plain if len(plain) <= _MOST_CHARS else plain[: _MOST_CHARS - 1].rstrip() + "…"

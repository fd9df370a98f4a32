"""What was decided for the film and why, as sentences a person reads."""

from __future__ import annotations

from collections.abc import Sequence

from generation.engine.film.arc import final_chorus, phase_of
from generation.engine.film.editing import phrase_bars
from generation.engine.film.places import cast_places
from generation.engine.film.treatment import reason_for
from generation.engine.film.types import SectionTreatment, Shot, StoryboardSpec, Treatment
from generation.engine.film.vocabulary import (
    HOUR_WORDS,
    casting_of,
    found_words,
    hour_said,
    place_in,
    place_said,
    weather_said,
)
from generation.engine.lyrics.types import SectionKind


def choices_of(spec: StoryboardSpec, treatment: Treatment, shots: Sequence[Shot]) -> tuple[str, ...]:
    """The places, their light, the cutting and the biggest picture of a film."""
    sentences = list(_places(spec, treatment))
    sentences.append(_light(spec, treatment))
    sentences += _cutting(spec, shots)
    own = {media.key for media in spec.media}
    shown = sum(shot.look.media in own for shot in shots)
    painted = sum(bool(shot.look.media) for shot in shots) - shown
    if shown:
        verb = "is" if shown == 1 else "are"
        sentences.append(f"{shown} of your own pictures and clips {verb} shown, in the verses first.")
    if painted:
        verb = "was" if painted == 1 else "were"
        sentences.append(f"{painted} of the shots {verb} painted by the image model.")
    return tuple(sentence for sentence in sentences if sentence)


def _places(spec: StoryboardSpec, treatment: Treatment) -> list[str]:
    """The choruses' place first, then each other place with the sections that play there."""
    sections, entries = spec.score.sections, treatment.sections
    choruses = [entry for entry in entries if sections[entry.section].kind is SectionKind.CHORUS]
    sentences, told = [], set()
    if choruses:
        world = choruses[0].world
        told.add(world)
        hours = _in_turn([hour_said(hour) for hour in dict.fromkeys(entry.hour for entry in choruses)])
        what = f"The choruses return to {place_said(world)}, {hours}, and it grows each time"
        if len(choruses) == 1:
            what = f"The chorus plays {place_in(world)}, {hours}"
        sentences.append(_because(what, spec, treatment, choruses[0]))
    for entry in entries:
        if entry.world in told:
            continue
        told.add(entry.world)
        names = list(dict.fromkeys(sections[other.section].name for other in entries if other.world == entry.world))
        plural = "play" if len(names) > 1 else "plays"
        sentences.append(_because(f"{_listed(names)} {plural} {place_in(entry.world)}", spec, treatment, entry))
    return sentences


def _because(what: str, spec: StoryboardSpec, treatment: Treatment, entry: SectionTreatment) -> str:
    if treatment.source != "local":
        return f"{what}: {entry.why.rstrip('.')}." if entry.why else f"{what}."
    cast = cast_places(spec)
    if cast.worlds[entry.section] != entry.world:
        return f"{what}."
    return f"{what}, because {reason_for(spec, cast, entry.section)}."


def _light(spec: StoryboardSpec, treatment: Treatment) -> str:
    """The way of the hours through the song, and the weather that is not what its place usually has."""
    sections = spec.score.sections
    mostly = []
    for phase in range(3):
        there = [entry.hour for entry in treatment.sections if phase_of(spec.score, sections[entry.section]) == phase]
        mostly += [max(dict.fromkeys(there), key=there.count)] if there else []
    hours = list(dict.fromkeys(mostly))
    said = f"It is {hours[0]} all through" if len(hours) == 1 else f"Over the song {hours[0]} turns to {hours[1]}"
    said += f" and at last to {hours[2]}" if len(hours) > 2 else ""
    if treatment.source == "local":
        stems = [stem for hour in hours for stem in HOUR_WORDS[hour]]
        words = list(dict.fromkeys(found_words(f"{spec.theme} {spec.title}", stems)))
        if words:
            said += f", as the theme says {_listed([f'“{word}”' for word in words[:3]])}"
    weathers: dict[str, list[str]] = {}
    for entry in treatment.sections:
        if entry.weather != casting_of(entry.world).weathers[0]:
            last = entry.section == final_chorus(spec.score)
            weathers.setdefault(entry.weather, []).append("the last chorus" if last else sections[entry.section].name)
    for weather, found in weathers.items():
        names = list(dict.fromkeys(found))
        if len(names) <= 3:
            said += f"; {_listed(names)} {'play' if len(names) > 1 else 'plays'} {weather_said(weather)}"
    return said + "."


def _cutting(spec: StoryboardSpec, shots: Sequence[Shot]) -> list[str]:
    phrases = phrase_bars(spec.score)
    cuts = shots[1:]
    on_lines = sum(shot.start_bar in phrases for shot in cuts)
    loud = [shot.frames / spec.fps for shot in shots if shot.energy > 0.75]
    calm = [shot.frames / spec.fps for shot in shots if shot.energy < 0.5]
    said = f"{len(shots)} shots: every cut falls on the first frame of a bar"
    if cuts and on_lines:
        said += f", {on_lines} of {len(cuts)} where a sung line starts"
    if loud and calm:
        said += (
            f"; a shot lasts {sum(calm) / len(calm):.1f} s in the calm parts and {sum(loud) / len(loud):.1f} s in the "
            "loud ones"
        )
    sentences = [said + "."]
    final = final_chorus(spec.score)
    if final is not None:
        sentences.append("The last chorus is the biggest picture: it opens wide, fully grown, in the best light.")
    return sentences


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _in_turn(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', then '.join(names[:-1])} and at last {names[-1]}"

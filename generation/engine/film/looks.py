"""From a treatment to what is painted: a look for each section, checked against what the worlds can do."""

from __future__ import annotations

from codecraft.common.errors import InvalidInput
from codecraft.common.seeds import derive_seed, generator
from generation.engine.film.types import Look, StoryboardSpec, Treatment
from generation.engine.film.vocabulary import castable_worlds, casting_of

_SEED = 0xFFFFFFFF


def looks_of(treatment: Treatment, spec: StoryboardSpec) -> tuple[Look, ...]:
    """One look for each section. A place is the same place (seed, fullness) whenever it is seen; louder music fills
    its places more."""
    energies: dict[str, list[float]] = {}
    for entry in treatment.sections:
        energies.setdefault(entry.world, []).append(spec.score.sections[entry.section].energy)
    density = {
        world: round(min(0.95, max(0.3, 0.25 + 0.6 * max(values) + float(_luck(spec, world)))), 3)
        for world, values in energies.items()
    }
    return tuple(
        Look(
            world=entry.world,
            palette=entry.palette,
            density=density[entry.world],
            seed=derive_seed(spec.seed, "plates", entry.world) & _SEED,
            hour=entry.hour,
            weather=entry.weather,
        )
        for entry in treatment.sections
    )


def _luck(spec: StoryboardSpec, world: str) -> float:
    return generator(spec.seed, "density", world).uniform(-0.18, 0.12)


def checked_treatment(treatment: Treatment, spec: StoryboardSpec) -> Treatment:
    """A given treatment, if each of its sections can be painted. Raises InvalidInput for one made for another score
    or with a world, palette, hour or weather that does not exist there."""
    if [entry.section for entry in treatment.sections] != list(range(len(spec.score.sections))):
        raise InvalidInput("The treatment must have one entry for each section of the score.", field="treatment")
    for entry in treatment.sections:
        if entry.world not in castable_worlds():
            raise InvalidInput(f"There is no world “{entry.world}”.", field="treatment")
        casting = casting_of(entry.world)
        for name, value, offered in (
            ("palette", entry.palette, casting.palettes),
            ("hour", entry.hour, casting.hours),
            ("weather", entry.weather, casting.weathers),
        ):
            if value not in offered:
                raise InvalidInput(f"The world “{entry.world}” has no {name} “{value}”.", field="treatment")
    return treatment

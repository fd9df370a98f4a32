"""The registry of worlds: a new world is one module and one line here."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from generation.engine.film.types import Look
from generation.engine.film.worlds.base import Canvas, World

WORLDS: dict[str, str] = {
    "epic_battle": "generation.engine.film.worlds.epic_battle:EpicBattle",
    "sacred_temple": "generation.engine.film.worlds.sacred_temple:SacredTemple",
    "enchanted_forest": "generation.engine.film.worlds.enchanted_forest:EnchantedForest",
    "ocean_storm": "generation.engine.film.worlds.ocean_storm:OceanStorm",
    "night_city": "generation.engine.film.worlds.night_city:NightCity",
    "cosmos": "generation.engine.film.worlds.cosmos:Cosmos",
    "emotional_closeup": "generation.engine.film.worlds.emotional_closeup:EmotionalCloseup",
    "arena": "generation.engine.film.worlds.arena:Arena",
}

SPARE_WORLD = "open_sky"
"""Never cast; it stands in where another world cannot be painted."""
_SPARE = {SPARE_WORLD: "generation.engine.film.worlds.open_sky:OpenSky"}
OWN_WORLDS: dict[str, str] = {
    "own_picture": "generation.engine.film.worlds.own_picture:OwnPicture",
    "own_clip": "generation.engine.film.worlds.own_clip:OwnClip",
}
"""What shows a person's own pictures and clips: placed by the planner, never cast."""


def world_class(name: str) -> type[World]:
    module, attribute = {**WORLDS, **_SPARE, **OWN_WORLDS}[name].split(":")
    return getattr(import_module(module), attribute)


def make_world(look: Look, canvas: Canvas, media_dir: Path | None = None) -> World:
    """A world without its plates yet. Raises KeyError for a name that is not registered."""
    return world_class(look.world)(look=look, canvas=canvas, media_dir=media_dir)

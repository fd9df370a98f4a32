"""What words say to the film: which world, which hour, which weather; and how these are called in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from generation.engine.film.types import HOURS
from generation.engine.film.worlds import WORLDS, world_class
from generation.engine.film.worlds.base import Casting

_WORD = re.compile(r"[^\W\d_]+")
_STYLE_WEIGHT = 2.4
_LONG_STEM = 5
_ENDINGS = frozenset(
    " s es d ed ing er ers y ies n en ly ful less or ors man men dom light lit fall side shore bound".split(" ")
)
"""What may follow a short stem: "sea" finds "seaside" and not "season", "war" not "warm"."""
HOUR_WORDS: dict[str, tuple[str, ...]] = {
    "dawn": ("dawn", "morning", "sunrise", "daybreak", "awake", "waking", "cockcrow", "matins", "lauds"),
    "day": ("day", "days", "noon", "sun", "sunny", "bright", "daylight"),
    "dusk": ("dusk", "evening", "sunset", "twilight", "ember", "vesper", "autumn", "nightfall", "sundown", "gloaming"),
    "night": ("night", "midnight", "moon", "star", "dark", "dream", "asleep", "lantern", "shadow", "neon", "compline"),
}
WEATHER_WORDS: dict[str, tuple[str, ...]] = {
    "clear": ("clear", "sunny", "cloudless", "sunshine", "sunlight"),
    "cloud": ("cloud", "grey", "gray", "overcast", "wind", "autumn"),
    "fog": ("fog", "mist", "haze", "smoke", "veil", "ghost"),
    "rain": ("rain", "drizzle", "puddle", "umbrella", "downpour", "raindrop"),
    "snow": ("snow", "winter", "frost", "frozen", "ice", "icy", "blizzard", "december"),
    "storm": ("storm", "thunder", "lightning", "tempest", "gale", "hurricane", "shipwreck", "wreck", "rage"),
}
_NEAR_WEATHERS: dict[str, tuple[str, ...]] = {
    "clear": ("cloud", "fog"),
    "cloud": ("clear", "fog", "rain"),
    "fog": ("cloud", "rain", "snow"),
    "rain": ("storm", "cloud", "fog"),
    "snow": ("cloud", "fog", "storm"),
    "storm": ("rain", "snow", "cloud", "fog"),
}
_PLACES = {
    "epic_battle": "battlefield",
    "sacred_temple": "temple",
    "enchanted_forest": "enchanted forest",
    "ocean_storm": "open sea",
    "night_city": "city",
    "arena": "arena",
    "cosmos": "cosmos",
    "emotional_closeup": "candlelit room",
}
_OPEN = frozenset(("epic_battle", "ocean_storm"))
_HOURS_SAID = {"dawn": "at dawn", "day": "by day", "dusk": "at dusk", "night": "at night"}
_WEATHERS_SAID = {
    "clear": "under a clear sky",
    "cloud": "under clouds",
    "fog": "in fog",
    "rain": "in the rain",
    "snow": "in snow",
    "storm": "in a storm",
}


def castable_worlds() -> tuple[str, ...]:
    """The worlds that words and styles may choose."""
    return tuple(WORLDS)


def casting_of(world: str) -> Casting:
    return world_class(world).casting


def are_kin(world: str, other: str) -> bool:
    """May the two stand in one story without a reason? A world of no realm may stand in any."""
    one, two = casting_of(world).realms, casting_of(other).realms
    return not one or not two or not set(one).isdisjoint(two)


def world_scores(style: str, theme: str, lyric: str) -> dict[str, float]:
    """How well each world suits: up to 2.4 for the style, 1.2 a word of the theme, 0.15 a new word of the lyric."""
    scores = {name: _STYLE_WEIGHT * casting_of(name).styles.get(style, 0.0) for name in castable_worlds()}
    for text, weight, most in ((theme, 1.2, 3.6), (lyric, 0.15, 1.2)):
        for name in scores:
            scores[name] += min(most, weight * len(set(found_words(text, casting_of(name).words))))
    return scores


def found_words(text: str, stems: Iterable[str]) -> list[str]:
    """The words of a text that belong to one of the stems, in order, in lower case."""
    stems = tuple(stems)
    return [word for word in map(str.lower, _WORD.findall(text)) if _belongs(word, stems)]


@lru_cache(maxsize=65_536)
def _belongs(word: str, stems: tuple[str, ...]) -> bool:
    return any(
        word.startswith(stem) and (len(stem) >= _LONG_STEM or word[len(stem) :] in _ENDINGS or word == stem)
        for stem in stems
    )


def nearest_hour(hour: str, offered: tuple[str, ...]) -> str:
    """The offered hour that is nearest on the clock's round; of two equally near, the earlier one."""
    if hour in offered or not offered:
        return hour
    wanted = HOURS.index(hour)

    def distance(other: str) -> tuple[int, int]:
        back = (wanted - HOURS.index(other)) % 4
        return min(back, 4 - back), back

    return min(offered, key=distance)


def nearest_weather(weather: str, offered: tuple[str, ...]) -> str:
    """The offered weather that looks most like it, or else the world's usual one."""
    if weather in offered or not offered:
        return weather
    return next((other for other in _NEAR_WEATHERS[weather] if other in offered), offered[0])


def nearest_world(text: str, scores: dict[str, float]) -> str:
    """The world that a made-up name or description means most: by its words, then by how well it suits the song."""
    plain = text.replace("_", " ").replace("-", " ")

    def meant(world: str) -> tuple[float, float, str]:
        own = (*casting_of(world).words, *world.split("_"), *_PLACES.get(world, "").split())
        return float(len(found_words(plain, own))), scores.get(world, 0.0), world

    return max(castable_worlds(), key=meant)


def place_said(world: str) -> str:
    """A world's name in a sentence: "the open sea"."""
    return "the " + _PLACES.get(world, world.replace("_", " "))


def place_in(world: str) -> str:
    """Where something plays, in a sentence: "on the open sea", "in the temple"."""
    return f"{'on' if world in _OPEN else 'in'} {place_said(world)}"


def hour_said(hour: str) -> str:
    return _HOURS_SAID[hour]


def weather_said(weather: str) -> str:
    return _WEATHERS_SAID[weather]

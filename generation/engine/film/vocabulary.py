"""Which worlds suit which music and which words. Words are stems: "sail" also finds "sailor"."""

from __future__ import annotations

import re

STYLE_WORLDS: dict[str, tuple[str, ...]] = {
    "epic": ("epic_battle", "ocean_storm", "sacred_temple"),
    "gladiator": ("epic_battle", "sacred_temple", "ocean_storm"),
    "gregorian": ("sacred_temple", "enchanted_forest", "ocean_storm"),
    "fantasy": ("enchanted_forest", "epic_battle", "sacred_temple"),
    "pop": ("night_city", "ocean_storm", "enchanted_forest"),
    "dark": ("ocean_storm", "sacred_temple", "enchanted_forest"),
    "emotional": ("enchanted_forest", "ocean_storm", "night_city"),
}
WORLD_WORDS: dict[str, tuple[str, ...]] = {
    "epic_battle": tuple(
        (
            "war battle sword king army hero fight soldier warrior gladiator knight victor empire shield blood "
            "thunder glory arena enemy enemies crown conquer legend rome spartan viking banner"
        ).split()
    ),
    "sacred_temple": tuple(
        (
            "god pray prayer temple church cathedral monk holy angel heaven soul sacred candle hymn saint faith "
            "forgiv altar bless eternal sanctus grace cloister light"
        ).split()
    ),
    "ocean_storm": tuple(
        (
            "sea ocean ship sail storm wave harbour harbor captain lighthouse shore tide island sailor drown rain "
            "deep wreck whale anchor coast"
        ).split()
    ),
    "enchanted_forest": tuple(
        (
            "forest tree wood magic fairy elf elves dragon moon wolf deer dream river flower child mother home "
            "grandmother spring snow witch spell leaf leaves garden lullaby"
        ).split()
    ),
    "night_city": tuple(
        (
            "city neon street night car drive club dance train robot rain taxi skyline tower radio phone lonely "
            "midnight summer party lights urban"
        ).split()
    ),
}
_WORD = re.compile(r"[^\W\d_]+")


def world_scores(style: str, theme: str, lyric: str) -> dict[str, float]:
    """How well each world suits: its rank for the style, 1.2 a word of the theme, 0.15 a word of the lyric."""
    rank = STYLE_WORLDS.get(style, STYLE_WORLDS["epic"])
    scores = {name: (2.4 - 0.9 * rank.index(name)) if name in rank else 0.0 for name in WORLD_WORDS}
    for text, weight, most in ((theme, 1.2, 3.6), (lyric, 0.15, 1.2)):
        words = [word.lower() for word in _WORD.findall(text)]
        for name, stems in WORLD_WORDS.items():
            hits = sum(any(word.startswith(stem) for stem in stems) for word in words)
            scores[name] += min(most, weight * hits)
    return scores

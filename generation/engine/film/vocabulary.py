"""Which worlds suit which music and which words: what each world says of itself, put to use."""

from __future__ import annotations

import re

from generation.engine.film.worlds import WORLDS, world_class

_WORD = re.compile(r"[^\W\d_]+")
_STYLE_WEIGHT = 2.4


def world_scores(style: str, theme: str, lyric: str) -> dict[str, float]:
    """How well each world suits: up to 2.4 for the style, 1.2 a word of the theme, 0.15 a word of the lyric."""
    castings = {name: world_class(name).casting for name in WORLDS}
    scores = {name: _STYLE_WEIGHT * casting.styles.get(style, 0.0) for name, casting in castings.items()}
    for text, weight, most in ((theme, 1.2, 3.6), (lyric, 0.15, 1.2)):
        words = [word.lower() for word in _WORD.findall(text)]
        for name, casting in castings.items():
            hits = sum(any(word.startswith(stem) for stem in casting.words) for word in words)
            scores[name] += min(most, weight * hits)
    return scores

"""What makes one chant another than the next: its turns of phrase, the degrees that it passes over, its strophes.

A chant has few intervals, so two of them are told apart by which successions of moves they favour (the formulas that
centonisation joins: Apel, "Gregorian Chant", 1958), by the gaps of their scale (the pentatonic frames under the church
modes, and the northern dialect that leaps where the southern one steps: Wagner, "Gregorianische Formenlehre", 1921),
and they keep to themselves by taking their tunes up again on other words: the pairs of lines of psalm and sequence.
"""

from __future__ import annotations

import numpy as np

from codecraft.common.seeds import generator

_FAVOURED = 20
"""Turns of phrase (two moves in a row) that a chant has for its own."""
_WIDEST = 7
"""Semitones that the two moves of a favoured turn cover at most."""
_UNUSUAL, _TASTE, _ROCKING = 3.0, 1.0, 1.0
"""What a turn costs that is not the chant's own, the small differences between turns, and going back and forth."""
_MAY_BE_PASSED_OVER = (1, 3, 5, 6)
"""Degrees of the scale that a frame of five or six notes leaves out: neither final, third nor fifth."""
_PASSED_OVER = 2
_GAP = 1.0
"""What it costs to sing a degree that the frame leaves out; as a chord's note on a beat it is sung all the same."""
CLOSE = 4
"""Syllables of a line's close, which a chant keeps when it takes up a tune."""


def turns_of_phrase(rng: np.random.Generator) -> np.ndarray:
    """(25, 25) costs of each two moves in a row, from 12 semitones down to 12 up: a handful of turns comes easily."""
    costs = _UNUSUAL + rng.uniform(0.0, _TASTE, (25, 25))
    small = [
        (a, b)
        for a in range(-5, 6)
        for b in range(-5, 6)
        if 0 < abs(a) + abs(b) <= _WIDEST and a + b != 0 and not (abs(a) > 2 and abs(b) > 2 and a * b > 0)
    ]
    for index in rng.permutation(len(small))[:_FAVOURED]:
        first, second = small[int(index)]
        costs[first + 12, second + 12] -= _UNUSUAL
    back = np.arange(25)
    costs[back, 24 - back] += np.where(back == 12, 0.0, _ROCKING)
    return costs


def passed_over(seed: int, key_pcs: tuple[int, ...]) -> np.ndarray:
    """(128,) costs of the pitches that lie outside of the chant's frame."""
    degrees = generator(seed, "frame").permutation(_MAY_BE_PASSED_OVER)[:_PASSED_OVER]
    return np.where(np.isin(np.arange(128) % 12, [key_pcs[int(d)] for d in degrees]), _GAP, 0.0)


def taken_up(tune: list[int], count: int) -> list[float]:
    """A tune sung again on `count` syllables: its beginning and close are kept, syllables more or less are told in the
    middle."""
    tail = min(CLOSE, count, len(tune))
    middle = np.linspace(0, max(0, len(tune) - 1 - tail), count - tail)
    places = [*(round(float(m)) for m in middle), *range(len(tune) - tail, len(tune))]
    return [float(tune[p]) for p in places]

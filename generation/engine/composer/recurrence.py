"""How often a tune's figures come back: a motif is one only when it is heard again.

A figure is three moves in scale steps, as it is or upside down; a line that returns with its words counts once. Three
statements are what a listener needs to take a figure for the piece's own (Margulis, "On Repeat", 2014; Schoenberg,
"Fundamentals of Musical Composition", ch. 3).
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from generation.engine.composer.keyplan import KeyPlan
from generation.engine.composer.theory import pitch_class, scale_pcs
from generation.engine.score.types import SungLine

ENOUGH = 3
_MOVES = 3


def recurrence(lines: tuple[SungLine, ...], keys: KeyPlan) -> int:
    """In how many different lines the most frequent figure stands."""
    told = {line.text: _steps(line, keys) for line in lines}
    found: Counter[tuple[int, ...]] = Counter()
    for steps in told.values():
        moves = [b - a for a, b in pairwise(steps)]
        figures = {tuple(moves[i : i + _MOVES]) for i in range(len(moves) - _MOVES + 1)}
        found.update({max(f, tuple(-m for m in f)) for f in figures if sum(m != 0 for m in f) >= 2})
    return max(found.values(), default=0)


def can_recur(lines: tuple[SungLine, ...]) -> bool:
    """Whether there are enough different lines for a motif to come back in."""
    return len({line.text for line in lines}) >= ENOUGH


def _steps(line: SungLine, keys: KeyPlan) -> list[int]:
    steps = []
    for note in line.notes:
        if note.syllable is None:
            continue
        key = keys.at(note.start_beats)
        tonic = pitch_class(key.tonic)
        above = (note.midi - tonic) % 12
        degree = max(i for i, pc in enumerate(scale_pcs(key)) if (pc - tonic) % 12 <= above)
        steps.append(7 * ((note.midi - tonic) // 12) + degree)
    return steps

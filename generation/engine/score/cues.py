"""Moments of the score that the film answers."""

from __future__ import annotations

from generation.engine.score.types import Score

KICKS = frozenset({35, 36})
CRASHES = frozenset({49, 57})
BELLS = frozenset({14})
"""General MIDI programs that stand in where no drum is played: tubular bells."""


def kick_beats(score: Score) -> list[float]:
    """Beats of bass drum strokes; without drums the bell strokes, and without bells the first beat of each bar."""
    struck = _drum_beats(score, KICKS) or _bell_beats(score)
    return struck or [float(bar * score.beats_per_bar) for bar in range(score.bars)]


def crash_beats(score: Score) -> list[float]:
    """Beats of crash cymbals; without cymbals the starts of the sections."""
    return _drum_beats(score, CRASHES) or [float(s.start_bar * score.beats_per_bar) for s in score.sections]


def _drum_beats(score: Score, keys: frozenset[int]) -> list[float]:
    return sorted({n.start_beats for part in score.parts if part.is_drums for n in part.notes if n.midi in keys})


def _bell_beats(score: Score) -> list[float]:
    bells = [part for part in score.parts if not part.is_drums and part.program in BELLS]
    return sorted({n.start_beats for part in bells for n in part.notes})

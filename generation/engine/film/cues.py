"""The score's events that the film answers, and their envelopes."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from generation.engine.film.types import Cue
from generation.engine.score.cues import KICKS, kick_beats
from generation.engine.score.types import Score

SNARES, CRASHES = frozenset((38, 40)), frozenset((49, 52, 55, 57))
DECAY_S = {"kick": 0.16, "snare": 0.13, "crash": 0.75, "section": 0.9}
_CLOSEST_S = 0.03


def find_cues(score: Score) -> tuple[Cue, ...]:
    """Kicks, snares and crashes of the drum parts, and the starts of the sections, in order of time.

    A style without drums (chant, ballad) is answered softly on its bells, or else on the first beat of each bar.
    """
    cues: list[Cue] = []
    for part in score.parts:
        if not part.is_drums:
            continue
        for note in part.notes:
            kind = _kind(note.midi)
            if kind:
                cues.append(Cue(kind, score.tempo_map.seconds_at(note.start_beats), note.velocity / 127.0))
    if not any(cue.kind == "kick" for cue in cues):
        cues += [Cue("kick", score.tempo_map.seconds_at(beat), 0.45) for beat in kick_beats(score)]
    for section in score.sections:
        cues.append(Cue("section", score.section_span_s(section)[0], section.energy))
    cues.sort(key=lambda cue: (cue.time_s, cue.kind))
    return tuple(_thinned(cues))


def _kind(midi: int) -> str | None:
    if midi in KICKS:
        return "kick"
    if midi in SNARES:
        return "snare"
    return "crash" if midi in CRASHES else None


def _thinned(cues: Sequence[Cue]) -> list[Cue]:
    """Two strokes of one kind at nearly one time are one stroke."""
    kept: list[Cue] = []
    last: dict[str, int] = {}
    for cue in cues:
        index = last.get(cue.kind)
        if index is not None and cue.time_s - kept[index].time_s < _CLOSEST_S:
            if cue.strength > kept[index].strength:
                kept[index] = Cue(cue.kind, kept[index].time_s, cue.strength)
            continue
        last[cue.kind] = len(kept)
        kept.append(cue)
    return kept


class Pulse:
    """Envelopes of one kind of cue: up at once, down exponentially."""

    def __init__(self, cues: Sequence[Cue], kind: str) -> None:
        chosen = [cue for cue in cues if cue.kind == kind]
        self._times = [cue.time_s for cue in chosen]
        self._strengths = [cue.strength for cue in chosen]
        self._decay_s = DECAY_S[kind]

    def at(self, time_s: float) -> float:
        """The envelope 0..1 at a time."""
        index = bisect_right(self._times, time_s + 1e-9) - 1
        level = 0.0
        while index >= 0:
            age = time_s - self._times[index]
            if age > self._decay_s * 6.0:
                break
            level = max(level, self._strengths[index] * math.exp(-age / self._decay_s))
            index -= 1
        return level

"""The score's events that the film answers, and their envelopes."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from generation.engine.film.dynamics import stops, swells
from generation.engine.film.types import Cue
from generation.engine.score.cues import KICKS, kick_beats
from generation.engine.score.types import Score

SNARES, CRASHES = frozenset((38, 40)), frozenset((49, 52, 55, 57))
KINDS = ("kick", "snare", "crash", "section", "swell", "stop")
DECAY_S = {"kick": 0.16, "snare": 0.13, "crash": 0.75, "section": 0.9, "swell": 0.22, "stop": 0.10}
_LASTING = frozenset(("swell", "stop"))
_CLOSEST_S = 0.03


def find_cues(score: Score) -> tuple[Cue, ...]:
    """Kicks, snares and crashes of the drum parts, the starts of the sections, swells and stops, in order of time.

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
    cues += [*swells(score), *stops(score)]
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
        if index is not None and cue.kind not in _LASTING and cue.time_s - kept[index].time_s < _CLOSEST_S:
            if cue.strength > kept[index].strength:
                kept[index] = Cue(cue.kind, kept[index].time_s, cue.strength)
            continue
        last[cue.kind] = len(kept)
        kept.append(cue)
    return kept


class Pulse:
    """Envelopes 0..1 of one kind of cue: a stroke is up at once and decays; a swell rises toward its time over its
    length; a stop holds from its time for its length."""

    def __init__(self, cues: Sequence[Cue], kind: str) -> None:
        self._cues = sorted((cue for cue in cues if cue.kind == kind), key=lambda cue: cue.time_s)
        self._times = [cue.time_s for cue in self._cues]
        self._decay_s = DECAY_S[kind]
        self._level = {"swell": self._swell, "stop": self._stop}.get(kind, self._stroke)
        self._longest_s = max((cue.length_s for cue in self._cues), default=0.0)

    def at(self, time_s: float) -> float:
        """The envelope at a time."""
        near = self._near(time_s, time_s)
        return max((cue.strength * self._level(cue, time_s) for cue in near), default=0.0)

    def over(self, start_s: float, end_s: float) -> float:
        """The envelope as a frame shows it that stands from `start_s` to `end_s`: strokes by their mean over the
        frame, as through a shutter that is open all the time; what lasts longer than frames at the frame's middle.

        At 24 frames a second the nearest frame lies up to 20.8 ms beside a stroke. So a stroke a share f into a frame
        gives that frame 1 - f of its light and the next one the rest, and is held for one frame before it decays:
        the centroid of the rise in brightness, over the two frames' own times, is then the stroke's time (within
        4 ms, as the decay takes a little from the second frame). The frame with the largest rise stays the nearest.
        """
        if self._level != self._stroke:
            return self.at((start_s + end_s) * 0.5)
        length_s = end_s - start_s
        level = 0.0
        for cue in self._near(start_s, end_s):
            light_s = self._light_s(end_s - cue.time_s, length_s) - self._light_s(start_s - cue.time_s, length_s)
            level = max(level, cue.strength * light_s / length_s)
        return level

    def _near(self, start_s: float, end_s: float) -> list[Cue]:
        """The cues that may sound at these times: six decays after a cue nothing is left of it."""
        first = bisect_left(self._times, start_s - self._longest_s - self._decay_s * 6.0 - (end_s - start_s))
        return self._cues[first : bisect_right(self._times, end_s + self._longest_s + 1e-9)]

    def _light_s(self, age_s: float, hold_s: float) -> float:
        """The light of a stroke until `age_s` after it: held for `hold_s`, then decaying."""
        if age_s <= 0.0:
            return 0.0
        return min(age_s, hold_s) + self._decay_s * (1.0 - math.exp(-max(0.0, age_s - hold_s) / self._decay_s))

    def _stroke(self, cue: Cue, time_s: float) -> float:
        age_s = time_s - cue.time_s
        return math.exp(-age_s / self._decay_s) if age_s >= -1e-9 else 0.0

    def _swell(self, cue: Cue, time_s: float) -> float:
        """From nothing, faster towards the end, and gone soon after it."""
        if time_s >= cue.time_s:
            return math.exp(-(time_s - cue.time_s) / self._decay_s)
        share = 1.0 - (cue.time_s - time_s) / cue.length_s if cue.length_s > 0.0 else 0.0
        return max(0.0, share) ** 2

    def _stop(self, cue: Cue, time_s: float) -> float:
        """There within 60 ms, held until the music goes on, let go at once (the downbeat itself answers)."""
        age_s = time_s - cue.time_s
        if age_s < 0.0:
            return 0.0
        if age_s <= cue.length_s:
            return min(1.0, age_s / 0.06)
        return math.exp(-(age_s - cue.length_s) / self._decay_s)

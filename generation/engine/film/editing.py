"""Where the film cuts: on bars, where lines start, quicker with energy and before a climax."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass

from generation.engine.film.types import Cue
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score, Section

_PACE = {
    "pop": 0.82,
    "gladiator": 0.88,
    "epic": 0.95,
    "fantasy": 1.0,
    "dark": 1.12,
    "emotional": 1.28,
    "gregorian": 1.5,
}
_MULTIPLES = (1, 2, 4, 8)
"""Musical lengths in bars; eight only where bars are short."""
_SHORTEST_S, _LONGEST_S = 1.15, 11.0
_OPENING = 1.35
"""The first shot in a new place stays a third longer: the eye has to arrive."""


@dataclass(frozen=True)
class Span:
    """Bars `first`..`last` (exclusive) of one shot. `tension` 0..1 is how close the music is to its next height."""

    first: int
    last: int
    tension: float


def phrase_bars(score: Score) -> frozenset[int]:
    """Bars on which a sung line starts. A line with a pickup starts on the bar line nearest to its first note."""
    bars = set()
    for line in score.lead.lines:
        if line.notes:
            bars.add(round(line.notes[0].start_beats / score.beats_per_bar))
    return frozenset(bars)


class Editor:
    """Cuts sections into shots. `swells` are the score's swells: the cutting quickens toward their height."""

    def __init__(self, score: Score, style: str, cues: tuple[Cue, ...]) -> None:
        self.score, self.pace = score, _PACE.get(style, 1.0)
        self.phrases = phrase_bars(score)
        self.swells = [cue for cue in cues if cue.kind == "swell"]
        self.stops = sorted(cue.time_s + cue.length_s for cue in cues if cue.kind == "stop")

    def bar_s(self, bar: int) -> float:
        return self.score.tempo_map.seconds_at(float(bar * self.score.beats_per_bar))

    def spans(self, section: Section, following: Section | None, *, arrives: bool, luck: float) -> list[Span]:
        """The shots of a section: of all ways to cut it into 1, 2, 4 or 8 bars the one that keeps the wanted lengths
        and the lines' starts best. `arrives`: the section opens in a new place. `luck` 0..1 varies the lengths."""
        start, stop = section.start_bar, section.start_bar + section.bars
        # from the back: what the rest of the section costs from each bar on, and where its first shot ends
        costs, ends = {stop: 0.0}, {}
        for bar in range(stop - 1, start - 1, -1):
            lengths = {bars for bars in _MULTIPLES if bar + bars <= stop} | ({stop - bar} if stop - bar < 8 else set())
            opens = arrives and bar == start
            options = [
                (self._cost(section, following, bar, bar + bars, opens, luck) + costs[bar + bars], bar + bars)
                for bars in sorted(lengths)
            ]
            costs[bar], ends[bar] = min(options)
        bounds = [start]
        while bounds[-1] < stop:
            bounds.append(ends[bounds[-1]])
        return [
            Span(first, last, self.tension(section, following, first))
            for first, last in zip(bounds, bounds[1:], strict=False)
        ]

    def tension(self, section: Section, following: Section | None, bar: int) -> float:
        """How near and how high the next height is, seen from a bar: what leads up to a louder section, and swells."""
        share = (bar + 0.5 - section.start_bar) / section.bars
        rise = max(0.0, following.energy - section.energy) if following is not None else 0.0
        building = section.kind in (SectionKind.PRE_CHORUS, SectionKind.INSTRUMENTAL) or "build" in section.name.lower()
        leading = min(1.0, rise * 2.6 + (0.35 if building else 0.0)) * share
        start_s, end_s = self.bar_s(bar), self.bar_s(bar + 1)
        near = [cue for cue in self.swells if cue.time_s - cue.length_s < end_s - 0.1 and cue.time_s > start_s + 0.1]
        swelling = max((cue.strength for cue in near), default=0.0)
        return min(1.0, max(leading, 0.8 * swelling))

    def wanted_s(self, section: Section, following: Section | None, bar: int, *, opens: bool) -> float:
        """How long a shot from this bar should be: 7 s at rest, 2.4 s at full energy, less before a climax."""
        wanted = (7.2 - 4.8 * section.energy) * self.pace
        wanted *= 1.0 - 0.45 * self.tension(section, following, bar)
        return wanted * (_OPENING if opens else 1.0)

    def _cost(
        self, section: Section, following: Section | None, first: int, last: int, opens: bool, luck: float
    ) -> float:
        seconds = self.bar_s(last) - self.bar_s(first)
        wobble = 1.0 + 0.24 * (math.sin(first * 2.4 + luck * 40.0))
        wanted = self.wanted_s(section, following, first, opens=opens) * wobble
        cost = math.log(seconds / wanted) ** 2
        if last - first not in _MULTIPLES:
            cost += 0.5
        if seconds < _SHORTEST_S or seconds > _LONGEST_S:
            cost += 3.0 * abs(math.log(seconds / (_SHORTEST_S if seconds < _SHORTEST_S else _LONGEST_S))) + 0.5
        if last < section.start_bar + section.bars:
            cost += self._cut_cost(last)
        return cost

    def _cut_cost(self, bar: int) -> float:
        """A cut where a line starts, or where the music comes in after a stop, is worth a shot of another length."""
        if self._ends_stop(bar):
            return -0.6
        if bar in self.phrases:
            return -0.45
        near = bar - 1 in self.phrases or bar + 1 in self.phrases
        return 0.25 if near and self.phrases else 0.0

    def _ends_stop(self, bar: int) -> bool:
        time_s = self.bar_s(bar)
        place = bisect_left(self.stops, time_s - 0.06)
        return place < len(self.stops) and abs(self.stops[place] - time_s) < 0.06

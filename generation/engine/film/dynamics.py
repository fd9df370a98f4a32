"""Where the music swells and where it holds its breath, read from the score: risers, expression, energy, rests."""

from __future__ import annotations

from generation.engine.film.types import Cue
from generation.engine.score.types import Part, Score

_EXPRESSION = 11
_LEAST_RISE = 50
"""Steps of controller 11 that make a crescendo (of 127): the breathing of a held pad stays below."""
_ENERGY_RISE = 0.14
_SAME_S = 0.35
"""Two swells that reach their height this close together are one."""


def swells(score: Score) -> list[Cue]:
    """Crescendos with the time they reach (`time_s`) and their length: the studio's own risers, rising expression of
    held parts, and the bar or two that lead into a section that is much louder than the one before."""
    found = [*_risers(score), *_crescendos(score), *_into_sections(score)]
    found.sort(key=lambda swell: (swell[1], swell[0]))
    merged: list[tuple[float, float, float]] = []
    for start, end, strength in found:
        end_s = score.tempo_map.seconds_at(end)
        if merged and end_s - score.tempo_map.seconds_at(merged[-1][1]) < _SAME_S:
            start, strength = min(start, merged[-1][0]), max(strength, merged[-1][2])
            merged[-1] = (start, end, strength)
        else:
            merged.append((start, end, strength))
    longest = 4.0 * score.beats_per_bar
    cues = []
    for start, end, strength in merged:
        start_s, end_s = (score.tempo_map.seconds_at(beat) for beat in (max(start, end - longest), end))
        if end_s - start_s >= 0.4:
            cues.append(Cue("swell", end_s, min(1.0, strength), end_s - start_s))
    return cues


def _risers(score: Score) -> list[tuple[float, float, float]]:
    """(start, end, strength) in beats: the synthesizer's risers grow until their note ends."""
    return [
        (note.start_beats, min(score.end_beats, note.start_beats + note.duration_beats), note.velocity / 110.0)
        for part in score.parts
        if part.synth == "riser"
        for note in part.notes
    ]


def _crescendos(score: Score) -> list[tuple[float, float, float]]:
    """Runs of rising expression, over sounding notes, that rise far enough within four bars."""
    found = []
    for part in score.parts:
        points = [point for point in part.controls if point.controller == _EXPRESSION]
        if not points:
            continue
        run = points[:1]
        for point in [*points[1:], None]:
            if point is not None and point.value >= run[-1].value and point.beat - run[-1].beat <= score.beats_per_bar:
                run.append(point)
                continue
            rise = run[-1].value - run[0].value
            length = run[-1].beat - run[0].beat
            if rise >= _LEAST_RISE and 1.0 <= length <= 4.0 * score.beats_per_bar and _sounds(part, run[-1].beat):
                bar = score.beats_per_bar
                # the curve is told in steps: it means to arrive on the bar that follows
                end = -(-(run[-1].beat + 1e-6) // bar) * bar if length > 1.5 else run[-1].beat
                found.append((run[0].beat, min(end, score.end_beats), rise / 110.0))
            run = [point] if point is not None else run
    return found


def _sounds(part: Part, beat: float) -> bool:
    return any(n.start_beats <= beat + 0.01 and beat - 1.0 <= n.start_beats + n.duration_beats for n in part.notes)


def _into_sections(score: Score) -> list[tuple[float, float, float]]:
    found = []
    for before, section in zip(score.sections, score.sections[1:], strict=False):
        rise = section.energy - before.energy
        if rise < _ENERGY_RISE:
            continue
        bars = 2 if rise > 0.25 and before.bars >= 4 else 1
        end = float(section.start_bar * score.beats_per_bar)
        found.append((end - bars * score.beats_per_bar, end, 0.35 + 1.4 * rise))
    return found


def stops(score: Score) -> list[Cue]:
    """General pauses: for half a beat or longer no part sounds, sung or played, until one comes in again.

    A drum rings on a little after it is struck, and drums alone that play on are no pause.
    """
    pitched, strokes = _sounding(score)
    cues: list[Cue] = []
    reached = None
    for start, end in pitched:
        if reached is not None and start - reached >= 0.5:
            inside = [beat for beat in strokes if reached - 1e-6 < beat < start - 1e-6]
            first = min([*inside, start])
            if first - reached >= 0.5:
                start_s, end_s = score.tempo_map.seconds_at(reached), score.tempo_map.seconds_at(first)
                cues.append(Cue("stop", start_s, min(1.0, 0.55 + 0.25 * (first - reached)), end_s - start_s))
        reached = end if reached is None else max(reached, end)
    return cues


def _sounding(score: Score) -> tuple[list[tuple[float, float]], list[float]]:
    """(start, end) in beats of every note that has a pitch, in order, and the beats of drum strokes."""
    spans = [
        (note.start_beats, note.start_beats + note.duration_beats)
        for part in score.parts
        if not part.is_drums
        for note in part.notes
    ]
    for part in (score.lead, *score.harmonies, *score.backing):
        spans += [(n.start_beats, n.start_beats + n.duration_beats) for line in part.lines for n in line.notes]
    strokes = sorted({note.start_beats for part in score.parts if part.is_drums for note in part.notes})
    return sorted(spans), strokes

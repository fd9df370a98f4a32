"""Under and between the lines: a counter-melody of guide tones while somebody sings, and answers in the gaps.

The counter-melody moves slowly where the tune moves fast, in contrary motion, on thirds and sevenths of the chords
(Piston, "Counterpoint", ch. 4; guide tones as arrangers teach them: Pease, "Jazz Composition", 2003). An answer takes
up the last notes of the line that it follows.
"""

from __future__ import annotations

import numpy as np

from generation.engine.composer.band.stage import Block, Stage, Tone, into, loud
from generation.engine.composer.profile import PartPlan
from generation.engine.score.types import Chord, SungLine

_HEAT = 0.5
"""From this energy on there is a counter-melody."""
_LAST_NOTES = 5


def guide_line(stage: Stage, plan: PartPlan, block: Block, sung: list[SungLine]) -> list[Tone]:
    """One long tone for each chord (two for a long chord) while the lines of the block are sung."""
    if block.energy < _HEAT:
        return []
    tones: list[Tone] = []
    before = (plan.low + plan.high) // 2
    for line in sung:
        last = line.notes[-1]
        end = min(block.end, last.start_beats + 0.5)
        for chord, start, until in stage.chord_spans(block):
            start, until = max(start, np.ceil(line.notes[0].start_beats)), min(until, end)
            for at, stop in _halves(float(start), float(until)):
                rises = _motion(line, at, stop)
                before = _guide(stage, plan, chord, before, rises, line)
                tones.append(Tone(at, (stop - at) * 0.97, before, loud(plan, block.energy) * 0.8))
    return tones


def _halves(start: float, until: float) -> list[tuple[float, float]]:
    if until - start < 0.9:
        return []
    if until - start < 3.5:
        return [(start, until)]
    middle = start + round((until - start) / 2)
    return [(start, middle), (middle, until)]


def _motion(line: SungLine, start: float, until: float) -> int:
    heard = [n.midi for n in line.notes if start - 0.1 <= n.start_beats < until]
    return int(np.sign(heard[-1] - heard[0])) if len(heard) > 1 else 0


def _guide(stage: Stage, plan: PartPlan, chord: Chord, before: int, rises: int, line: SungLine) -> int:
    """A tone of the chord near the one before, rather its third or seventh, against the tune's motion, outside of the
    singer's register where the instrument can."""
    low, high = min(n.midi for n in line.notes), max(n.midi for n in line.notes)
    choices = [p for p in range(plan.low, plan.high + 1) if p % 12 in chord.pitch_classes]

    def cost(pitch: int) -> float:
        above_root = (pitch - chord.root) % 12
        guide = 0.0 if above_root in (3, 4, 9, 10, 11) else 1.0 if above_root else 1.6
        contrary = 0.8 if rises and np.sign(pitch - before) == rises else 0.0
        crossed = 3.0 if low - 1 <= pitch <= high + 1 else 0.0
        return 0.45 * abs(pitch - before) + (0.7 if pitch == before else 0.0) + guide + contrary + crossed

    return min(choices, key=cost) if choices else into(chord.root + 60, plan.low, plan.high)


def last_steps(line: SungLine, count: int) -> tuple[int, ...]:
    """The contour of a line's last notes in steps of the scale, from the first of them."""
    pitches = [n.midi for n in line.notes][-min(count, _LAST_NOTES) :]
    return tuple(round((p - pitches[0]) / 1.75) for p in pitches)

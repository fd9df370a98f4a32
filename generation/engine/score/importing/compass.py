"""A tune of any height moved by octaves to where the singer has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generation.engine.score.types import Score, SungLine, VocalPart
from voicelab.contracts import VoiceRange

_SHIFTS = range(-60, 61, 12)


def into_compass(score: Score, compass: VoiceRange | None) -> tuple[Score, list[str]]:
    """The lead (and those who sing with it) in the singer's compass, with a sentence on what was done.

    As a whole where it fits, else line by line; single notes are moved only where a line is wider than the voice.
    """
    pitches = [n.midi for line in score.lead.lines for n in line.notes]
    if compass is None or score.lead.spoken or _outside(pitches, compass) == 0:
        return score, []
    whole = _best_shift(pitches, compass)
    if _outside([p + whole for p in pitches], compass) == 0:
        moved = replace(
            score,
            lead=_moved(score.lead, whole),
            harmonies=tuple(_moved(v, whole) for v in score.harmonies),
            backing=tuple(_moved(v, whole) for v in score.backing),
        )
        return moved, [f"The tune is moved {_octaves(whole)} into the singer's range."]
    shifts = [_best_shift([n.midi for n in line.notes], compass) for line in score.lead.lines]
    lines, folded = [], 0
    for line, shift in zip(score.lead.lines, shifts, strict=True):
        lines.append(_into(line, shift, compass))
        folded += _outside([n.midi + shift for n in line.notes], compass)
    notice = "The tune is wider than the singer's range: its lines are moved by octaves"
    notice += f", and {folded} notes by themselves." if folded else "."
    return replace(score, lead=replace(score.lead, lines=tuple(lines)), harmonies=(), backing=()), [notice]


def _outside(pitches: Sequence[int], compass: VoiceRange) -> int:
    return sum(not compass.lowest <= p <= compass.highest for p in pitches)


def _best_shift(pitches: Sequence[int], compass: VoiceRange) -> int:
    """Octaves that leave the fewest notes outside, then the most of them comfortable, then the least change."""
    low, high = compass.comfortable
    middle = sorted(pitches)[len(pitches) // 2]

    def cost(shift: int) -> tuple[int, float, int]:
        return _outside([p + shift for p in pitches], compass), abs(middle + shift - (low + high) / 2), abs(shift)

    return min(_SHIFTS, key=cost)


def _moved(part: VocalPart, shift: int) -> VocalPart:
    return replace(part, lines=tuple(_by(line, [shift] * len(line.notes)) for line in part.lines))


def _into(line: SungLine, shift: int, compass: VoiceRange) -> SungLine:
    shifts = []
    for note in line.notes:
        own = shift
        while note.midi + own < compass.lowest:
            own += 12
        while note.midi + own > compass.highest:
            own -= 12
        shifts.append(own)
    return _by(line, shifts)


def _by(line: SungLine, shifts: Sequence[int]) -> SungLine:
    notes = (replace(n, midi=min(127, max(0, n.midi + s))) for n, s in zip(line.notes, shifts, strict=True))
    return replace(line, notes=tuple(notes))


def _octaves(shift: int) -> str:
    count = abs(shift) // 12
    return f"{'up' if shift > 0 else 'down'} by {'an octave' if count == 1 else f'{count} octaves'}"

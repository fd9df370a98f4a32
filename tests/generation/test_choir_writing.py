"""Four parts under one tune, by the rules that a choirmaster would mark in red."""

from __future__ import annotations

import pytest

from generation.contracts import MusicStyle
from generation.engine.composer.choir import RANGES
from generation.engine.score.types import Score
from tests.generation.composing import chord_at, parallels, song
from voicelab.contracts import VOICE_RANGES, VoiceStyle

SEEDS = (1, 2, 3)


def rows_of(score: Score) -> list[list[tuple[int, ...]]]:
    """For each line its chords, bass first."""
    parts = [*reversed(score.harmonies), score.lead]
    return [
        [tuple(p.lines[i].notes[k].midi for p in parts) for k in range(len(line.notes))]
        for i, line in enumerate(score.lead.lines)
    ]


@pytest.mark.parametrize("style", list(MusicStyle))
def test_four_parts_keep_the_rules(style):
    notes = unison = wide = bare = 0
    for seed in SEEDS:
        score = song(style, VoiceStyle.CHOIR, 60.0, seed)
        assert [h.name for h in score.harmonies] == ["alto", "tenor", "bass"]
        for line, rows in zip(score.lead.lines, rows_of(score), strict=True):
            assert parallels(rows) == 0
            for row, note in zip(rows, line.notes, strict=True):
                assert list(row) == sorted(row), "voices cross"
                notes += 1
                unison += len(set(row)) < 4
                wide += row[3] - row[2] > 12 or row[2] - row[1] > 12
                chord = chord_at(score, note.start_beats)
                third = {(chord.root + 3) % 12, (chord.root + 4) % 12} & set(chord.pitch_classes)
                bare += bool(third) and not third & {p % 12 for p in row}
    assert unison / notes < 0.03 and wide / notes < 0.03 and bare / notes < 0.02


@pytest.mark.parametrize("style", list(MusicStyle))
def test_everybody_stays_in_a_singers_compass(style):
    score = song(style, VoiceStyle.CHOIR, 60.0, SEEDS[0])
    compass = VOICE_RANGES[VoiceStyle.CHOIR]
    for part in score.harmonies:
        low, high = RANGES[part.name]
        assert all(low <= n.midi <= high for line in part.lines for n in line.notes), part.name
    assert all(compass.lowest <= n.midi <= compass.highest for line in score.lead.lines for n in line.notes)


def test_inner_voices_move_little():
    score = song(MusicStyle.EMOTIONAL, VoiceStyle.CHOIR, 60.0, 2)
    for part in score.harmonies[:2]:
        moves = [abs(b.midi - a.midi) for line in part.lines for a, b in zip(line.notes, line.notes[1:], strict=False)]
        assert sum(moves) / len(moves) < 2.5

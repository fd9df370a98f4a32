"""The lead: words on beats, pitches in chords and compass, motifs, breaths; the choir under it."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from generation.contracts import MusicStyle
from generation.engine.composer.choir import RANGES
from generation.engine.lyrics.types import SectionKind
from tests.generation.composing import (
    breaths_s,
    parallels,
    planned_lyrics,
    song,
    stress_share,
    strong_beat_share,
    syllable_seconds,
)
from voicelab.contracts import VOICE_RANGES, VoiceStyle

STYLE_LIST = list(MusicStyle)


@pytest.mark.parametrize("style", STYLE_LIST)
@pytest.mark.parametrize("voice", list(VoiceStyle))
def test_every_syllable_is_sung_in_order_and_in_the_singer_s_range(style, voice):
    score = song(style, voice)
    words = [w for s in planned_lyrics(style, 60.0, 1).sections for line in s.lines for w in line.words]
    sung = [n.syllable for line in score.lead.lines for n in line.notes if n.syllable]
    assert [(s.word_index, s.index_in_word) for s in sung] == [
        (i, k) for i, word in enumerate(words) for k in range(len(word.syllables))
    ]
    assert [s.onset + s.nucleus + s.coda for s in sung] == [s.phonemes for w in words for s in w.syllables]
    pitches = [n.midi for line in score.lead.lines for n in line.notes]
    assert VOICE_RANGES[voice].lowest <= min(pitches) and max(pitches) <= VOICE_RANGES[voice].highest
    low, high = VOICE_RANGES[voice].comfortable
    assert np.mean([low <= p <= high for p in pitches]) >= 0.8


@pytest.mark.parametrize("style", STYLE_LIST)
def test_words_stand_where_they_are_stressed_and_on_the_chords(style):
    scores = [song(style, VoiceStyle.HEROIC_MALE, 90.0, seed) for seed in (1, 2, 3)]
    assert np.mean([stress_share(s) for s in scores]) >= 0.9
    assert np.mean([strong_beat_share(s) for s in scores]) >= 0.95


@pytest.mark.parametrize("style", STYLE_LIST)
def test_the_words_can_be_understood_and_the_singer_can_breathe(style):
    for seed in (1, 2):
        score = song(style, VoiceStyle.SOPRANO, 90.0, seed)
        held = syllable_seconds(score)
        assert np.median(held) >= 0.25 and min(held) >= 0.119
        assert min(breaths_s(score)) >= 0.3


@pytest.mark.parametrize("style", STYLE_LIST)
def test_leaps_are_singable_and_there_is_one_climax(style):
    score = song(style, VoiceStyle.WHISPER, 90.0, 2)
    lines = [line.notes for line in score.lead.lines]
    steps = [abs(b.midi - a.midi) for notes in lines for a, b in zip(notes, notes[1:], strict=False)]
    assert max(steps) <= 12
    assert np.mean([s <= 4 for s in steps]) >= 0.7
    notes = [(n.midi, line.section) for line in score.lead.lines for n in line.notes]
    top = max(notes)
    assert [m for m, _ in notes].count(top[0]) == 1
    sung = {line.section for line in score.lead.lines}
    assert score.sections[top[1]].energy == max(score.sections[i].energy for i in sung)


def test_the_chorus_comes_back_as_one_thing():
    score = song(MusicStyle.POP, VoiceStyle.SOPRANO, 120.0, 3)
    choruses: dict[int, list] = {}
    for line in score.lead.lines:
        if score.sections[line.section].kind is SectionKind.CHORUS:
            start = score.sections[line.section].start_bar * score.beats_per_bar
            choruses.setdefault(line.section, []).extend(
                (round(n.start_beats - start, 3), n.midi) for n in line.notes if n.syllable
            )
    assert len(choruses) >= 2
    first, *others = choruses.values()
    for other in others:
        assert np.mean([a == b for a, b in zip(first, other, strict=True)]) >= 0.8


def _line_moves(score) -> list[list[int]]:
    """For each different line the moves between its syllables, as size classes: repeat 0, step 1, leap 2, signed."""
    told = {}
    for line in score.lead.lines:
        sung = [n.midi for n in line.notes if n.syllable]
        moves = [b - a for a, b in zip(sung, sung[1:], strict=False)]
        told[line.text] = [int(np.sign(m)) * (0 if m == 0 else 1 if abs(m) <= 2 else 2) for m in moves]
    return list(told.values())


def _recurrence(lines: list[list[int]]) -> int:
    """In how many different lines the best figure of four moves stands (lines of a returning chorus count once)."""
    figures = [{tuple(m[i : i + 4]) for i in range(len(m) - 3)} for m in lines]
    return max(Counter(f for found in figures for f in found).values())


def test_motifs_come_back_more_than_chance_would_bring_them():
    rng = np.random.default_rng(0)
    songs = {style: [song(style, VoiceStyle.SOPRANO, 90.0, seed) for seed in range(1, 6)] for style in STYLE_LIST}
    for style, scores in songs.items():
        contours = [[[int(np.sign(m)) for m in moves] for moves in _line_moves(s)] for s in scores]
        assert np.mean([_recurrence(c) for c in contours]) >= 2.6, style
    lines = [_line_moves(s) for scores in songs.values() for s in scores]
    chance = [_recurrence([list(rng.permutation(m)) for m in song_lines]) for song_lines in lines for _ in range(5)]
    assert np.mean([_recurrence(song_lines) for song_lines in lines]) > 1.25 * np.mean(chance)


@pytest.mark.parametrize("style", STYLE_LIST)
def test_seeds_bring_other_tunes(style):
    scores = [song(style, VoiceStyle.SOPRANO, 90.0, seed) for seed in range(1, 6)]
    tunes = []
    for score in scores:
        pitches = [n.midi for line in score.lead.lines for n in line.notes]
        moves = np.diff(pitches)
        tunes.append({tuple(moves[i : i + 6]) for i in range(len(moves) - 5)})
    for a, b in combinations(tunes, 2):
        assert len(a & b) / min(len(a), len(b)) < 0.1


@pytest.mark.parametrize("style", STYLE_LIST)
def test_the_choir_sings_in_parts_that_neither_cross_nor_run_parallel(style):
    score = song(style, VoiceStyle.CHOIR, 60.0, 2)
    assert [h.name for h in score.harmonies] == ["alto", "tenor", "bass"]
    found = moves = 0
    for index, line in enumerate(score.lead.lines):
        parts = [h.lines[index] for h in reversed(score.harmonies)]
        rows = list(zip(*[[n.midi for n in p.notes] for p in (*parts, line)], strict=True))
        assert all(a <= b <= c <= d for a, b, c, d in rows)
        assert [n.syllable for n in parts[0].notes] == [n.syllable for n in line.notes]
        for part, name in zip(parts, ("bass", "tenor", "alto"), strict=True):
            assert RANGES[name][0] <= min(n.midi for n in part.notes)
            assert max(n.midi for n in part.notes) <= RANGES[name][1]
        found += parallels(rows)
        moves += len(rows)
    assert found <= 0.005 * moves


def test_other_voices_sing_alone():
    assert song(MusicStyle.EPIC, VoiceStyle.SOPRANO).harmonies == ()

"""The chant: groups of notes from a book of its own, tunes taken up again, and seeds that do not sing alike."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from generation.contracts import MusicStyle
from generation.engine.composer.chant import CLOSE, taken_up
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Score
from tests.generation.composing import song
from tests.judges.composition import tune
from voicelab.contracts import VoiceStyle

SEEDS = (1, 2, 3, 4, 5, 6)
MOST_GROUPS = 5
"""Two inside of lines, two for last syllables, and the suspension."""


def chant(seed: int) -> Score:
    return song(MusicStyle.GREGORIAN, VoiceStyle.SOPRANO, 120.0, seed)


def groups(score: Score) -> list[tuple[int, ...]]:
    """The direction of each move inside of the syllables that are sung on several notes."""
    found = []
    for line in score.lead.lines:
        starts = [i for i, n in enumerate(line.notes) if n.syllable] + [len(line.notes)]
        for a, b in pairwise(starts):
            if b - a > 1:
                found.append(tuple(int(np.sign(y.midi - x.midi)) for x, y in pairwise(line.notes[a:b])))
    return found


def test_a_chant_sings_few_kinds_of_groups_often_and_each_chant_its_own():
    books = []
    for seed in SEEDS:
        sung = groups(chant(seed))
        assert len(set(sung)) <= MOST_GROUPS < len(sung)
        assert any(len(g) >= 3 for g in sung), "nothing but ornaments of two or three notes"
        books.append(frozenset(sung))
    assert len(set(books)) >= len(SEEDS) - 1, "by their directions alone two books may look alike"


def test_a_tune_is_taken_up_again_where_a_section_returns():
    returned, others = [], []
    for seed in SEEDS:
        score = chant(seed)
        for kind in (K.VERSE, K.CHORUS):
            sections = [i for i, s in enumerate(score.sections) if s.kind is kind]
            tunes = [[_opening(score, line) for line in score.lead.lines if line.section == i] for i in sections]
            for first, again in combinations(tunes, 2):
                returned += [a == b for a, b in zip(first, again, strict=False)]
            others += [a == b for a, b in pairwise(tunes[0])]
    assert np.mean(returned) >= 0.5 > np.mean(others) + 0.3


def _opening(score: Score, line) -> tuple[int, ...]:
    """The first four syllables from the line's downbeat on."""
    bar = score.beats_per_bar
    down = bar * np.ceil(line.notes[0].start_beats / bar - 0.3)
    return tuple(n.midi for n in line.notes if n.syllable and n.start_beats >= down - 1e-6)[:4]


@pytest.mark.parametrize("count", [1, 3, 7, 11, 14])
def test_a_tune_fits_more_and_fewer_syllables_and_keeps_its_close(count):
    tune_sung = [60, 62, 64, 65, 67, 65, 64, 62, 64, 62, 60]
    again = taken_up(tune_sung, count)
    assert len(again) == count
    assert again[-min(CLOSE, count) :] == tune_sung[-min(CLOSE, count) :]
    assert count <= CLOSE or again[0] == tune_sung[0]


def test_seeds_share_few_figures():
    tunes = [tune(chant(seed)) for seed in SEEDS]
    assert max(len(a & b) / len(a | b) for a, b in combinations(tunes, 2)) < 0.1

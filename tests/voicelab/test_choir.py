"""The choir: sections and seats, its place in the room, and whether its words are understood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import read_wav
from tests.judges.speech import transcribe, word_errors
from tests.voicelab.verses import line_of, text_of
from voicelab.contracts import SingSpec, VocalLine, VoiceStyle
from voicelab.engine.choir import SECTIONS, choir_seats
from voicelab.engine.singer import sing
from voicelab.engine.singer.phrasing import end_s, singable, start_s

VERSE = "heroes"
SHIFTS = (0, -2, -4, -7)
"""Scale steps of soprano, alto, tenor and bass under the tune."""


def four_parts(name: str, *, seed: int = 7) -> SingSpec:
    lines = [line_of(name, 62, degree_shift=shift) for shift in SHIFTS]
    return SingSpec(tuple(line for line, _ in lines), VoiceStyle.CHOIR, lines[0][1] + 1.0, seed)


@pytest.fixture(scope="module")
def verse(tmp_path_factory) -> Path:
    return sing(four_parts(VERSE), tmp_path_factory.mktemp("choir") / "verse.wav").path


@pytest.mark.parametrize("lines", [1, 2, 3, 4, 5, 8])
def test_twelve_or_more_people_of_whom_no_two_are_alike(lines):
    seats = choir_seats(lines)
    singers = [s for line in seats for s in line]
    assert len(seats) == lines and len(singers) >= 12 and all(len(line) >= 3 for line in seats)
    for what in ("name", "formant_scale", "detune_cents", "delay_s", "vibrato_hz", "pan"):
        assert len({getattr(s, what) for s in singers}) == len(singers), what
    assert choir_seats(lines) == seats, "a choir is the same choir each time"


def test_four_parts_are_women_and_men_at_their_written_pitch():
    soprano, alto, tenor, bass = choir_seats(4)
    assert {s.transpose for line in (soprano, alto, tenor, bass) for s in line} == {0}
    tracts = [max(s.formant_scale for s in line) for line in (soprano, alto, tenor, bass)]
    assert tracts == sorted(tracts, reverse=True)
    assert min(s.formant_scale for s in alto) > max(s.formant_scale for s in tenor) + 0.03, "women and men"


def test_one_line_is_sung_by_women_with_men_an_octave_below():
    (seats,) = choir_seats(1)
    assert sorted(s.transpose for s in seats) == [-12] * 6 + [0] * 6
    assert all((s.transpose == -12) == (s.formant_scale < 0.93) for s in seats)


def test_singers_of_a_section_stand_together_and_match_their_vowels():
    for section, seats in zip(SECTIONS, choir_seats(4), strict=True):
        formants = [s.formant_scale for s in seats]
        assert max(formants) / min(formants) < 1.06
        assert all(abs(s.pan - section.middle) < 0.3 for s in seats)
        assert max(s.delay_s for s in seats) - min(s.delay_s for s in seats) < 0.03


def test_the_choir_fills_the_stage_and_survives_mono(verse):
    left, right = read_wav(verse)[0]
    middle, side = (left + right) / 2.0, (left - right) / 2.0
    width_db = 10.0 * np.log10(np.mean(side**2) / np.mean(middle**2))
    assert -14.0 < width_db < -5.0
    assert 0.5 < np.corrcoef(left, right)[0, 1] < 0.93
    balance_db = 10.0 * np.log10(np.mean(left**2) / np.mean(right**2))
    assert abs(balance_db) < 2.0
    lost_db = 10.0 * np.log10((np.mean(left**2) + np.mean(right**2)) / 2.0 / np.mean(middle**2))
    assert lost_db < 1.5, "folding to mono loses part of the choir"


def test_a_phrase_of_the_choir_sounds_the_same_alone_as_in_the_song(verse, tmp_path):
    spec = four_parts(VERSE)
    alone = replace(spec, lines=tuple(VocalLine((line.phrases[2],)) for line in spec.lines))
    phrase = singable(spec.lines[0])[2].phrase
    here, rate_hz = read_wav(sing(alone, tmp_path / "alone.wav").path)
    song, _ = read_wav(verse)
    span = slice(int((start_s(phrase) - 0.02) * rate_hz), int(end_s(phrase) * rate_hz))
    assert np.abs(here[:, span]).max() > 0.05
    assert np.array_equal(here[:, span], song[:, span])


def words_heard(folder: Path, names: tuple[str, ...]) -> tuple[float, list[str]]:
    errors = words = 0
    heard = []
    for name in names:
        text, _ = transcribe(sing(four_parts(name), folder / f"{name}.wav").path)
        wrong, count = word_errors(text_of(name), text)
        errors, words = errors + wrong, words + count
        heard.append(f"{name}: {text}")
    return errors / words, heard


def test_the_words_of_four_parts_are_heard_in_mono(tmp_path):
    share, heard = words_heard(tmp_path, ("city", "heroes"))
    assert share <= 0.10, heard


@pytest.mark.slow
def test_the_words_of_a_dozen_verses_are_heard_in_mono(tmp_path):
    names = ("city", "dragon", "forgive", "gladiator", "grief", "heroes", "home", "love", "monks", "night", "rise")
    share, heard = words_heard(tmp_path, (*names, "storm"))
    assert share <= 0.10, heard

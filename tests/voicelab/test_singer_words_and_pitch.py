"""The singer as people hear it, by the bounds of `make bench-singer`: words, notes, levels, starts, whose voice it is.

Three verses here, as each run of the suite can afford them; all the tuning verses are a slow test.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.singer.figures import intended, onsets_of, steady_vowels, syllables_of
from tests.judges.level import vowel_levels_db
from tests.judges.pitch import (
    note_errors_cents,
    pitch_track,
    share_in_tune,
    vowel_frame_errors_cents,
    vowel_spans,
    where_voiced,
)
from tests.judges.sex import male_leaning
from tests.judges.spectrum import natural_treble_db, treble_db
from tests.judges.speech import transcribe, word_errors
from tests.judges.timing import start_errors_s
from tests.voicelab.verses import NAMES, line_of, notes_of, spec_of, text_of
from voicelab.contracts import SingSpec, VoiceStyle
from voicelab.engine.singer import sing

MAN, SOPRANO, ALTO, WHISPER = VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO, VoiceStyle.ALTO, VoiceStyle.WHISPER
LEADS = (MAN, SOPRANO, ALTO)
FEW = ("rise", "heroes", "city")
DOZEN = (*FEW, "dragon", "forgive", "gladiator", "grief", "home", "love", "monks", "night", "storm")
MOST_WORD_ERRORS = {MAN: 0.05, SOPRANO: 0.05, ALTO: 0.05, WHISPER: 0.07}
LEAST_FRAMES, LEAST_NOTES = 0.96, 0.97
WITHIN_CENTS = 25.0
MOST_OFF_DB = 12.0
MOST_LATE_S, FARTHEST_LATE_S = 0.020, 0.060
LOW_TONIC = 54
"""F sharp 3: tunes up to 370 Hz."""


@pytest.fixture(scope="module")
def sung(tmp_path_factory):
    """Sings each verse once for all judges of this file."""
    folder, done = tmp_path_factory.mktemp("verses"), {}

    def take(name: str, voice: VoiceStyle) -> tuple[SingSpec, Path]:
        if (name, voice) not in done:
            spec = spec_of(name, voice)
            done[name, voice] = spec, sing(spec, folder / f"{name}-{voice}.wav").path
        return done[name, voice]

    return take


@cache
def tracked(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Harvest is the slowest judge: each take is tracked once."""
    return pitch_track(path)


def share_of_wrong_words(sung, names, voice: VoiceStyle) -> tuple[float, list[str]]:
    errors = words = 0
    heard = []
    for name in names:
        text, _ = transcribe(sung(name, voice)[1])
        wrong, count = word_errors(text_of(name), text)
        errors, words = errors + wrong, words + count
        heard.append(f"{name}: {text}")
    return errors / words, heard


def all_note_errors(sung, names, voice: VoiceStyle) -> np.ndarray:
    takes = [sung(name, voice) for name in names]
    return np.concatenate([note_errors(path, notes_of(spec)) for spec, path in takes])


def note_errors(path: Path, notes) -> np.ndarray:
    time_s, f0_hz = tracked(path)
    return note_errors_cents(time_s, where_voiced(path, time_s, f0_hz), notes)


def all_frame_errors(sung, names, voice: VoiceStyle) -> np.ndarray:
    takes = [sung(name, voice) for name in names]
    return np.concatenate([frame_errors(spec, path) for spec, path in takes])


def frame_errors(spec: SingSpec, path: Path) -> np.ndarray:
    return vowel_frame_errors_cents(*tracked(path), vowel_spans(syllables_of(spec)), intended(spec))


@pytest.mark.parametrize("voice", (*LEADS, WHISPER))
def test_words_are_heard(sung, voice):
    share, heard = share_of_wrong_words(sung, FEW, voice)
    assert share <= MOST_WORD_ERRORS[voice], heard


@pytest.mark.parametrize("voice", (MAN, SOPRANO))
def test_notes_are_in_tune(sung, voice):
    assert share_in_tune(all_note_errors(sung, FEW, voice), within_cents=WITHIN_CENTS) >= LEAST_NOTES


@pytest.mark.parametrize("voice", (MAN, SOPRANO))
def test_vowels_follow_the_curve_that_the_singer_means(sung, voice):
    errors = all_frame_errors(sung, FEW, voice)
    assert np.mean(np.abs(errors) <= 50.0) >= LEAST_FRAMES
    assert np.median(np.abs(errors)) < 10.0


@pytest.mark.parametrize("voice", (*LEADS, WHISPER))
def test_no_vowel_is_swallowed(sung, voice):
    """A silent vowel would pass the judge of words as a guess: every note is within 12 dB of the verse's median."""
    for name in FEW:
        spec, path = sung(name, voice)
        assert np.abs(vowel_levels_db(path, notes_of(spec))).max() <= MOST_OFF_DB, name


@pytest.mark.parametrize("voice", LEADS)
def test_vowels_start_on_their_notes(sung, voice):
    late_s = np.concatenate([start_errors_s(path, onsets_of(spec)) for spec, path in (sung(n, voice) for n in FEW)])
    assert len(late_s) >= 30
    assert np.median(np.abs(late_s)) <= MOST_LATE_S
    assert np.percentile(np.abs(late_s), 95) <= FARTHEST_LATE_S


HIGH_FORMANTS = "singer 7: .92 here, 15 of 20 verses a man's in `make bench-singer`; singer 6: -1.01 and 15 of 20"


def leanings_of(sung, voice: VoiceStyle) -> list[float]:
    return [male_leaning(path, steady_vowels(spec)) for spec, path in (sung(name, voice) for name in FEW)]


def test_the_man_is_heard_as_one_and_the_alto_is_not(sung):
    """By formants alone."""
    assert min(leanings_of(sung, MAN)) > 0.0
    assert np.mean(leanings_of(sung, ALTO)) < 0.0


@pytest.mark.xfail(reason=HIGH_FORMANTS, strict=True)
def test_the_soprano_is_not_heard_as_a_man_in_her_own_key(sung):
    assert np.mean(leanings_of(sung, SOPRANO)) < 0.0


@pytest.mark.parametrize("voice", [SOPRANO, ALTO])
def test_the_women_are_not_heard_as_men_in_a_low_key(voice, tmp_path):
    """By formants alone, where harmonics lie close enough to show them."""
    leanings = []
    for name in FEW:
        line, end_s = line_of(name, LOW_TONIC)
        spec = SingSpec(lines=(line,), voice=voice, duration_s=end_s + 1.0, seed=7)
        assert sing(spec, tmp_path / "low.wav").notices == (), "nothing was moved by octaves"
        leanings.append(male_leaning(tmp_path / "low.wav", steady_vowels(spec)))
    assert np.mean(leanings) < 0.0


@pytest.mark.parametrize("voice", LEADS)
def test_treble_is_as_strong_as_in_natural_voices(sung, voice):
    assert abs(np.mean([treble_db(sung(name, voice)[1]) for name in FEW]) - natural_treble_db()) <= 6.0


@pytest.mark.slow
@pytest.mark.parametrize("voice", LEADS)
def test_vowels_of_all_tuning_verses_follow_the_meant_curve(sung, voice):
    """Words, notes and starts of all verses are the bench's to tell."""
    assert np.mean(np.abs(all_frame_errors(sung, NAMES, voice)) <= 50.0) >= LEAST_FRAMES


@pytest.mark.slow
@pytest.mark.parametrize("voice", (*LEADS, WHISPER))
def test_words_of_the_first_dozen_verses_are_heard(sung, voice):
    """The guard since the first singer, on the verses that it was written for."""
    share, heard = share_of_wrong_words(sung, DOZEN, voice)
    assert share <= 0.10, heard


def test_the_judge_of_pitch_hears_wrong_notes(sung):
    """A judge that passes everything judges nothing: the same take against a melody a tone higher fails."""
    spec, path = sung(FEW[0], SOPRANO)
    shifted = [replace(n, midi=n.midi + 1.0) for n in notes_of(spec)]
    assert share_in_tune(note_errors(path, shifted)) < 0.2
    meant = intended(spec)
    wrong = vowel_frame_errors_cents(*tracked(path), vowel_spans(syllables_of(spec)), lambda at_s: meant(at_s) + 1.0)
    assert np.mean(np.abs(wrong) <= 50.0) < 0.1


def test_the_judge_of_words_hears_wrong_words(sung):
    text, _ = transcribe(sung(FEW[0], SOPRANO)[1])
    wrong, count = word_errors(text_of("grief"), text)
    assert wrong / count > 0.7


@pytest.mark.slow
def test_the_judge_of_words_neither_loops_nor_changes_its_mind(sung):
    """At temperature 0 alone this verse's last "oh" was written to the decoder's limit; sampling must not be chance."""
    path = sung("lala", MAN)[1]
    text, _ = transcribe(path)
    wrong, count = word_errors(text_of("lala"), text)
    assert wrong < count / 2, text
    assert transcribe(path)[0] == text


def test_the_judge_of_starts_hears_a_late_singer(sung):
    spec, path = sung(FEW[0], MAN)
    own = np.median(start_errors_s(path, onsets_of(spec)))
    early_score = [(consonants, beat_s - 0.05, midi) for consonants, beat_s, midi in onsets_of(spec)]
    assert np.median(start_errors_s(path, early_score)) == pytest.approx(own + 0.05, abs=0.015)

"""What a person sets on a note is what is heard: pitch, vibrato, level, sounds; and the automatic values behind it."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from codecraft.common.errors import InvalidInput
from tests.voicelab.verses import spec_of
from tests.voicelab.words import Heard, held, phrase_of, spec_of_phrases, spec_of_words, sung_word
from voicelab.contracts import Expression, PitchPoint, SungNote, Vibrato, VocalLine, VoiceStyle
from voicelab.engine.singer import intended_pitch, interpret
from voicelab.engine.voices import ALTO, SOPRANO

FLAT = (PitchPoint(0.0, 0.0),)
STILL = Vibrato(0.0, 5.5, 0.3)


def notes_in(phrase) -> list[SungNote]:
    return [n for w in phrase.words for s in w.syllables for n in s.notes]


def swing_of(time_s: np.ndarray, cents: np.ndarray, rate_hz: float) -> float:
    """The peak deviation at one rate, in cents: a sine fitted to the track."""
    wave = np.exp(-2j * np.pi * rate_hz * time_s)
    return float(2.0 * np.abs(np.mean((cents - cents.mean()) * wave)))


def test_vibrato_has_the_depth_rate_and_onset_that_were_asked_for(tmp_path):
    note = held(0.5, 4.5, 64.0, vibrato=Vibrato(60.0, 5.0, 1.2), pitch_curve=FLAT)
    heard = Heard(spec_of_words(sung_word("ah", "", "ɑ", "", note), duration_s=5.0), tmp_path / "v.wav")
    _, before = heard.cents(0.7, 1.65, midi=64.0)
    assert np.abs(before).max() < 20.0, "no vibrato before its onset"
    late = heard.cents(3.4, 4.2, midi=64.0)
    rates = np.arange(3.5, 7.0, 0.05)
    depths = [swing_of(*late, rate) for rate in rates]
    assert rates[int(np.argmax(depths))] == pytest.approx(5.15, abs=0.35)
    assert 45.0 < max(depths) < 70.0
    early = heard.cents(1.8, 2.4, midi=64.0)
    assert max(swing_of(*early, rate) for rate in rates) < 0.6 * max(depths), "it grows with the note"


def test_a_pitch_curve_is_sung(tmp_path):
    curve = (PitchPoint(0.0, -300.0), PitchPoint(0.15, 0.0), PitchPoint(0.7, 0.0), PitchPoint(1.0, -200.0))
    note = held(0.5, 2.5, 64.0, pitch_curve=curve, vibrato=STILL)
    heard = Heard(spec_of_words(sung_word("la", "l", "ɑ", "", note), duration_s=3.5), tmp_path / "c.wav")
    assert np.median(heard.cents(0.5, 0.56, midi=64.0)[1]) < -180.0
    assert np.abs(np.median(heard.cents(1.0, 1.8, midi=64.0)[1])) < 12.0
    assert np.median(heard.cents(2.25, 2.35, midi=64.0)[1]) < -80.0


def test_energy_is_level(tmp_path):
    words = [sung_word("ah", "", "ɑ", "", held(a, a + 1.0, 64.0, energy=e)) for a, e in ((0.5, 0.3), (1.5, 0.9))]
    heard = Heard(spec_of_words(*words, duration_s=3.5), tmp_path / "e.wav")
    assert heard.level_db(1.7, 2.2) - heard.level_db(0.7, 1.2) == pytest.approx(7.2, abs=2.0)


def test_phonemes_replace_the_sounds_of_a_syllable(tmp_path):
    asked = sung_word("hat", "h", "æ", "t", held(0.5, 1.5, 64.0, phonemes="hɑrt"))
    same = sung_word("hat", "h", "ɑ", "ɹt", held(0.5, 1.5, 64.0))
    other = sung_word("hat", "h", "æ", "t", held(0.5, 1.5, 64.0))
    takes = (Heard(spec_of_words(w), tmp_path / f"{i}.wav") for i, w in enumerate((asked, same, other)))
    sounds = [heard.between(0.8, 1.1) for heard in takes]
    spectra = [np.log(np.abs(np.fft.rfft(s[0] * np.hanning(s.shape[1])))[:1500] + 1e-3) for s in sounds]
    near, far = (np.abs(np.convolve(spectra[0] - x, np.ones(60) / 60, "valid")).mean() for x in spectra[1:])
    assert near < 0.5 * far


def test_what_is_heard_is_rendered_from_the_expressions_alone(tmp_path):
    spec = spec_of("rise", VoiceStyle.SOPRANO)
    spec = replace(spec, lines=(VocalLine(spec.lines[0].phrases[:1]),), duration_s=7.0)
    told = tuple(interpret(p, SOPRANO, seed=spec.seed) for p in spec.lines[0].phrases)
    automatic = Heard(spec, tmp_path / "automatic.wav").audio
    written = Heard(replace(spec, lines=(VocalLine(told),)), tmp_path / "written.wav").audio
    assert np.array_equal(automatic, written)


def test_every_note_gets_a_full_expression_and_a_persons_values_win():
    phrase = spec_of("honey", VoiceStyle.ALTO).lines[0].phrases[0]
    for note in notes_in(interpret(phrase, ALTO, seed=1)):
        assert all(getattr(note.expression, f.name) is not None for f in fields(Expression) if f.name != "phonemes")
    first = phrase.words[0].syllables[0]
    told = replace(first, notes=(replace(first.notes[0], expression=Expression(breath=0.77)), *first.notes[1:]))
    words = (replace(phrase.words[0], syllables=(told, *phrase.words[0].syllables[1:])), *phrase.words[1:])
    plain, edited = (notes_in(interpret(p, ALTO, seed=1)) for p in (phrase, replace(phrase, words=words)))
    assert edited[0].expression == replace(plain[0].expression, breath=0.77)
    assert edited[1:] == plain[1:], "the rest stays as it was"


def test_interpreting_twice_changes_nothing_and_names_the_sounds():
    phrase = spec_of("cathedral", VoiceStyle.ALTO).lines[0].phrases[0]
    once = interpret(phrase, ALTO, seed=1)
    assert interpret(once, ALTO, seed=1) == once
    syllable = once.words[0].syllables[0]
    assert syllable.notes[0].expression.phonemes == syllable.onset + syllable.nucleus + syllable.coda


def test_a_returning_phrase_is_the_same_performance_and_another_take_is_another():
    def at(start_s: float, take: int = 0):
        words = [sung_word("ah", "", "ɑ", "", held(start_s + k, start_s + k + 1.0, 60.0 + 4 * k)) for k in range(3)]
        return [n.expression for n in notes_in(interpret(phrase_of(*words, take=take), ALTO, seed=1))]

    assert at(1.0) == at(100.0 / 3.0)
    assert at(1.0) != at(1.0, take=1)


def test_the_intended_pitch_is_the_sung_pitch(tmp_path):
    spec = spec_of("rise", VoiceStyle.ALTO)
    spec = replace(spec, lines=(VocalLine(spec.lines[0].phrases[:1]),), duration_s=7.0)
    time_s, f0_hz = intended_pitch(spec)
    heard = Heard(spec, tmp_path / "i.wav")
    errors = []
    for note in notes_in(spec.lines[0].phrases[0]):
        at_s, cents = heard.cents(note.start_s + 0.03, 0.5 * (note.start_s + note.end_s), midi=note.midi)
        meant = 1200.0 * np.log2(np.interp(at_s, time_s, f0_hz) / 440.0) - 100.0 * (note.midi - 69.0)
        errors.append(np.abs(cents - meant))
    errors = np.concatenate(errors)
    assert np.mean(errors < 50.0) > 0.95 and np.median(errors) < 10.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tension", 1.5),
        ("breath", -0.1),
        ("energy", float("nan")),
        ("pitch_curve", (PitchPoint(0.5, 0.0), PitchPoint(0.2, 0.0))),
        ("pitch_curve", (PitchPoint(0.5, 5_000.0),)),
        ("vibrato", Vibrato(-1.0, 5.0, 0.2)),
        ("vibrato", Vibrato(30.0, 50.0, 0.2)),
        ("vibrato", Vibrato(30.0, 5.0, -0.2)),
        ("phonemes", "htt"),
        ("phonemes", "h3ɑ"),
        ("phonemes", "hɑlO"),
    ],
)
def test_values_out_of_bounds_are_refused_by_name(name, value, tmp_path):
    spec = spec_of_words(sung_word("ah", "", "ɑ", "", held(0.5, 1.5, 64.0, **{name: value})))
    with pytest.raises(InvalidInput) as caught:
        Heard(spec, tmp_path / "bad.wav")
    assert caught.value.field == f"lines[0].expression.{name}" and caught.value.message.endswith(".")
    assert not list(tmp_path.iterdir())


def test_a_slurred_note_has_no_sounds_of_its_own(tmp_path):
    word = sung_word("ah", "", "ɑ", "", held(0.5, 1.0, 64.0), held(1.0, 1.5, 66.0, phonemes="lɑ"))
    with pytest.raises(InvalidInput, match="goes on"):
        Heard(spec_of_phrases(phrase_of(word)), tmp_path / "bad.wav")

"""Tunes that fit any line: where it breathes, where its stresses fall, how it ends; and four parts under it."""

from __future__ import annotations

import pytest

from voicelab.contracts import VOICE_RANGES, VoiceStyle
from voicelab.engine.harmony import Key, find_key, four_parts
from voicelab.engine.melodies import (
    MAJOR,
    MINOR,
    MOST_SYLLABLES_A_PHRASE,
    TUNES,
    MelodyNote,
    Tune,
    cut_phrases,
    fit_tune,
)
from voicelab.engine.phonemes import pronounce_line

LINES = (
    "la",
    "go home",
    "The fire that I carried through the winter still remembers your name",
    "Silver mountain, remember me; the river and the rain have carried every word that I could not say",
    "of the and to a in the of",
    "incomprehensibilities internationalization characteristically uncontrollably",
)


@pytest.fixture(params=list(TUNES.values()), ids=lambda tune: tune.name)
def tune(request: pytest.FixtureRequest) -> Tune:
    return request.param


def starts_of(notes: tuple[MelodyNote, ...]) -> list[float]:
    at, starts = 0.0, []
    for note in notes:
        starts.append(at + note.rest_beats)
        at = starts[-1] + note.beats
    return starts


@pytest.mark.parametrize("line", LINES)
def test_every_syllable_has_a_note_in_the_compass_of_every_voice(tune: Tune, line: str):
    phrases = cut_phrases(pronounce_line(line))
    syllables = sum(len(word.syllables) for phrase in phrases for word in phrase)
    for voice in VoiceStyle:
        notes, _ = fit_tune(tune, phrases, voice)
        assert sum(not note.slur for note in notes) == syllables
        assert not notes[0].slur
        compass = VOICE_RANGES[voice]
        assert all(compass.lowest <= note.midi <= compass.highest for note in notes)
        assert all(note.beats > 0 and note.rest_beats >= 0 for note in notes)
        low, high = compass.comfortable
        assert sum(low - 2 <= note.midi <= high + 2 for note in notes) >= 0.8 * len(notes)


@pytest.mark.parametrize("line", LINES[1:4])
def test_stresses_fall_on_pulses_and_phrases_end_on_long_notes(tune: Tune, line: str):
    phrases = cut_phrases(pronounce_line(line))
    notes, _ = fit_tune(tune, phrases, VoiceStyle.ALTO)
    starts = starts_of(notes)
    firsts = [k for k, note in enumerate(notes) if not note.slur]
    stresses = [s.stress for phrase in phrases for word in phrase for s in word.syllables]
    strong = [starts[k] for k, stress in zip(firsts, stresses, strict=True) if stress == 2]
    assert len({round((start - strong[0]) % tune.pulse_beats, 6) for start in strong}) == 1
    ends = [*firsts[1:], len(notes)]
    at = 0
    for phrase in phrases:
        at += sum(len(word.syllables) for word in phrase)
        held = sum(note.beats for note in notes[firsts[at - 1] : ends[at - 1]])
        assert held >= tune.end_beats - 1e-6
        assert at == len(firsts) or notes[firsts[at]].rest_beats > 0  # a place to breathe


def test_a_tune_closes_on_its_tonic(tune: Tune):
    notes, tonic = fit_tune(tune, cut_phrases(pronounce_line(LINES[2])), VoiceStyle.SOPRANO)
    assert (notes[-1].midi - tonic) % 12 == 0


def test_a_long_line_breathes_where_its_words_allow():
    phrases = cut_phrases(pronounce_line(LINES[2]))
    assert [" ".join(w.text for w in p) for p in phrases] == [
        "The fire that I carried",
        "through the winter still remembers your name",
    ]
    for line in LINES:
        for phrase in cut_phrases(pronounce_line(line)):
            assert sum(len(w.syllables) for w in phrase) <= MOST_SYLLABLES_A_PHRASE or len(phrase) == 1


def test_four_parts_are_triads_of_the_key_and_do_not_cross(tune: Tune):
    notes, tonic = fit_tune(tune, cut_phrases(pronounce_line(LINES[3])), VoiceStyle.CHOIR)
    parts = four_parts(notes, Key(tonic, tune.scale))
    assert parts[0] == tuple(note.midi for note in notes)
    scale = {(tonic + step) % 12 for step in tune.scale}
    for chord in zip(*parts, strict=True):
        assert list(chord) == sorted(chord, reverse=True)
        assert {int(m) % 12 for m in chord} <= scale
        assert len({int(m) % 12 for m in chord}) == 3
    assert (parts[3][-1] - tonic) % 12 == 0  # home in the bass, too
    leaps = [abs(b - a) for a, b in zip(parts[3], parts[3][1:], strict=False)]
    assert max(leaps) <= 12


@pytest.mark.parametrize(
    ("midi", "scale"), [((60, 64, 67, 65, 62, 59, 60), MAJOR), ((57, 60, 64, 65, 62, 59, 57), MINOR)]
)
def test_the_key_of_a_melody_is_found(midi: tuple[int, ...], scale: tuple[int, ...]):
    key = find_key(tuple(MelodyNote(float(m), 1.0) for m in midi))
    assert (key.tonic, key.scale) == (midi[-1] % 12, scale)

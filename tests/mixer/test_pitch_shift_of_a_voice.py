"""A sung verse moved up and down: in tune, in time, with its vowels and its words. Judges: WORLD, Praat, Whisper."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from codecraft.common.audio import read_wav, write_wav
from mixer.engine.effects.de_esser import DeEsser
from mixer.engine.effects.pitch_shift import VoicePitchShift
from mixer.engine.effects.pitch_track import track_pitch
from mixer.engine.effects.section_shift import SectionPitchShift
from tests.judges.pitch import pitch_track
from tests.judges.speech import transcribe, word_errors
from tests.mixer.material import RATE_HZ, harmonic, rms_db
from tests.voicelab.verses import spec_of
from voicelab.contracts import VocalLine, VoiceStyle
from voicelab.engine.singer import sing

VERSE = "heroes"
SHIFTS = (-12.0, -5.0, 3.0, 7.0, 12.0)


@pytest.fixture(scope="module")
def verse(tmp_path_factory) -> Path:
    """The first two lines, sung by a man."""
    folder = tmp_path_factory.mktemp("verse")
    spec = spec_of(VERSE, VoiceStyle.HEROIC_MALE)
    phrases = spec.lines[0].phrases[:2]
    last = phrases[-1].words[-1].syllables[-1].notes[-1]
    spec = replace(spec, lines=(VocalLine(phrases),), duration_s=last.end_s + 0.6)
    return sing(spec, folder / "sung.wav").path


@pytest.fixture(scope="module")
def moved(verse) -> dict[float, Path]:
    audio, _ = read_wav(verse)
    paths = {0.0: verse}
    for semitones in SHIFTS:
        paths[semitones] = verse.parent / f"{semitones:+}.wav"
        write_wav(
            paths[semitones],
            VoicePitchShift(semitones).process(audio, sample_rate_hz=RATE_HZ),
            sample_rate_hz=RATE_HZ,
            subtype="FLOAT",
        )
    return paths


def _praat(path: Path):
    import parselmouth

    audio, rate_hz = read_wav(path)
    return parselmouth.Sound(audio.mean(axis=0).astype(np.float64), rate_hz).resample(12_000.0)


@lru_cache(maxsize=8)
def _world_pitch_hz(path: Path) -> np.ndarray:
    f0_hz = pitch_track(path, lowest_hz=50.0, highest_hz=700.0)[1]
    return np.where(f0_hz > 0.0, f0_hz, np.nan)


def _praat_pitch_hz(path: Path) -> np.ndarray:
    """Every 10 ms, NaN where Praat hears none."""
    found = _praat(path).to_pitch(0.01, 50.0, 700.0).selected_array["frequency"]
    return np.where(found > 0.0, found, np.nan)


def _formants_hz(path: Path, at_s: np.ndarray) -> np.ndarray:
    formant = _praat(path).to_formant_burg(0.01, 5, 5_000.0, 0.03, 50.0)
    return np.array([[formant.get_value_at_time(number, time_s) for time_s in at_s] for number in (1, 2, 3)])


@pytest.fixture(scope="module")
def vowels_s(verse) -> np.ndarray:
    """Moments, 30 ms apart, where Praat hears a pitch."""
    pitch = _praat(verse).to_pitch(0.01, 50.0, 700.0)
    return pitch.xs()[pitch.selected_array["frequency"] > 0.0][::3]


@pytest.mark.parametrize("semitones", [-12.0, 3.0, 12.0])
def test_a_phrase_is_in_tune_by_two_judges(moved, semitones):
    """Median within 5 cents, and nearly every moment that both hear moved by as much as was asked."""
    both = np.stack([_world_pitch_hz(moved[shift]) for shift in (0.0, semitones)])
    praat = np.stack([_praat_pitch_hz(moved[0.0]), _praat_pitch_hz(moved[semitones])])
    for before, after in (both, praat):
        cents = 1200.0 * np.log2(after / before) - 100.0 * semitones
        cents = cents[np.isfinite(cents)]
        assert len(cents) > 300
        assert abs(np.median(cents)) < 5.0
        assert np.mean(np.abs(cents) < 50.0) > 0.85
    assert np.isfinite(praat[1]).sum() > 0.9 * np.isfinite(praat[0]).sum()


@pytest.mark.parametrize("semitones", [-12.0, -5.0, 3.0])
def test_the_vowels_formants_stay_within_5_percent(moved, vowels_s, semitones):
    """Where the waves stay close enough for Praat to find the first formant; farther up: see the next test."""
    before, after = _formants_hz(moved[0.0], vowels_s), _formants_hz(moved[semitones], vowels_s)
    off = np.nanmedian(np.abs(after / before - 1.0), axis=1)
    assert (off < 0.05).all(), off


@pytest.mark.parametrize("semitones", [7.0, 12.0])
def test_the_higher_formants_stay_where_the_first_is_lost_between_partials(moved, vowels_s, semitones):
    before, after = _formants_hz(moved[0.0], vowels_s), _formants_hz(moved[semitones], vowels_s)
    off = np.nanmedian(np.abs(after / before - 1.0), axis=1)
    assert (off < np.array([0.10, 0.05, 0.05])).all(), off
    assert np.all(off < 0.3 * (2.0 ** (semitones / 12.0) - 1.0)), "they moved with the pitch"


def test_the_words_are_understood_at_every_shift(moved):
    words = " ".join(
        word.text for phrase in spec_of(VERSE, VoiceStyle.HEROIC_MALE).lines[0].phrases[:2] for word in phrase.words
    )
    errors = [word_errors(words, transcribe(moved[shift])[0]) for shift in (-12.0, 7.0)]
    assert sum(wrong for wrong, _ in errors) <= 0.05 * sum(count for _, count in errors), errors


@pytest.mark.parametrize("semitones", SHIFTS)
def test_nothing_moves_in_time_and_nothing_in_loudness(moved, semitones):
    """Levels of 20 ms follow each other without any lag; what is sung stays as loud; rests stay silent."""
    before, after = (read_wav(moved[shift])[0][0] for shift in (0.0, semitones))
    assert before.shape == after.shape
    assert rms_db(after) == pytest.approx(rms_db(before), abs=0.7)
    smooth = np.ones(960) / 960
    envelopes = [np.sqrt(np.convolve(x**2, smooth, mode="same"))[::8] for x in (before, after)]
    envelopes = [x - x.mean() for x in envelopes]
    lags = range(-60, 61)
    likeness = [float(np.dot(envelopes[0][100:-100], np.roll(envelopes[1], lag)[100:-100])) for lag in lags]
    assert abs(lags[int(np.argmax(likeness))]) * 8 <= 48  # one millisecond: an octave's waves are farther apart
    assert likeness[60] / np.prod([np.linalg.norm(x[100:-100]) for x in envelopes]) > 0.97


@pytest.mark.parametrize("semitones", [-5.0, 7.0])
def test_consonants_without_pitch_are_not_touched(verse, moved, semitones):
    """Sample by sample the same in the middle of s, t, f and of rests."""
    before, after = (read_wav(moved[shift])[0][0] for shift in (0.0, semitones))
    voiced = track_pitch(before, sample_rate_hz=RATE_HZ).f0_hz > 0.0
    near = np.convolve(voiced, np.ones(11), mode="same") > 0.0  # a period of the voice and the grains' slopes
    away = np.repeat(~near, round(0.005 * RATE_HZ))[: len(before)]
    assert away.mean() > 0.1
    assert np.array_equal(before[: len(away)][away], after[: len(away)][away])


@pytest.mark.parametrize("midi", [45.0, 57.3, 69.0, 81.0])
def test_a_steady_tone_is_tracked_and_moved_to_the_cent(midi):
    tone = 0.2 * harmonic(midi, 1.5).astype(np.float32)[np.newaxis]
    f0_hz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    track = track_pitch(tone[0], sample_rate_hz=RATE_HZ)
    assert np.allclose(track.f0_hz[40:-40], f0_hz, rtol=0.003)
    raised = VoicePitchShift(3.0).process(tone, sample_rate_hz=RATE_HZ)[0]
    spectrum = np.abs(np.fft.rfft(raised[RATE_HZ // 4 : RATE_HZ * 5 // 4] * np.hanning(RATE_HZ), 16 * RATE_HZ))
    wanted_hz = f0_hz * 2.0**0.25
    region = slice(round(16 * wanted_hz * 0.95), round(16 * wanted_hz * 1.05))
    found_hz = (region.start + np.argmax(spectrum[region])) / 16.0
    assert abs(1200.0 * np.log2(found_hz / wanted_hz)) < 1.5


@pytest.mark.parametrize("semitones", [-4.0, 5.0])
def test_a_chord_moves_as_a_whole(semitones):
    """Three voices at once, unlike sides: every partial of the lowest octave arrives, within 5 cents, sides apart."""
    midis = (55.0, 62.0, 67.0)
    chord = 0.1 * np.stack([sum(harmonic(midi, 2.0) for midi in part) for part in (midis[:2], midis[1:])])
    shifted = SectionPitchShift(semitones).process(chord.astype(np.float32), sample_rate_hz=RATE_HZ)
    assert rms_db(shifted) == pytest.approx(rms_db(chord), abs=1.5)
    for side, part in zip(shifted, (midis[:2], midis[1:]), strict=True):
        spectrum = np.abs(np.fft.rfft(side[RATE_HZ // 2 : RATE_HZ * 3 // 2] * np.hanning(RATE_HZ), 8 * RATE_HZ))
        for midi in part:
            wanted_hz = 440.0 * 2.0 ** ((midi + semitones - 69.0) / 12.0)
            region = slice(round(8 * wanted_hz * 0.97), round(8 * wanted_hz * 1.03))
            found_hz = (region.start + np.argmax(spectrum[region])) / 8.0
            assert abs(1200.0 * np.log2(found_hz / wanted_hz)) < 5.0
            assert spectrum[region].max() > 0.05 * spectrum.max()


def test_a_de_esser_softens_the_sibilants_of_a_sung_verse_alone(verse):
    """Judged by a band of the test's own: where 5 to 9 kHz outweighs the voice it falls; 40 ms away nothing does."""
    audio, _ = read_wav(verse)
    softer = DeEsser(1.0).process(audio, sample_rate_hz=RATE_HZ)
    high = butter(4, [5_000.0, 9_000.0], "band", fs=RATE_HZ, output="sos")
    low = butter(4, [150.0, 4_000.0], "band", fs=RATE_HZ, output="sos")

    def frames_db(sound: np.ndarray, sos: np.ndarray) -> np.ndarray:
        band = sosfiltfilt(sos, sound[0].astype(np.float64))
        return 10.0 * np.log10((band[: len(band) // 960 * 960].reshape(-1, 960) ** 2).mean(axis=1) + 1e-12)

    before_db, body_db = frames_db(audio, high), frames_db(audio, low)
    change_db = frames_db(softer, high) - before_db
    sibilant = (before_db > body_db + 6.0) & (before_db > -45.0)
    near = np.convolve(before_db > body_db - 6.0, np.ones(5), mode="same") > 0.0
    sung = (body_db > -35.0) & (before_db < body_db - 15.0) & ~near
    assert sibilant.sum() > 5
    assert sung.sum() > 100
    assert np.median(change_db[sibilant]) < -8.0
    assert np.abs(change_db[sung]).mean() < 0.1
    assert np.mean(change_db[sung] < -1.0) < 0.02
    assert np.abs(frames_db(softer, low) - body_db)[sung].max() < 0.2

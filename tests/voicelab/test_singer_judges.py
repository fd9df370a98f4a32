"""The judges themselves, on material whose truth is known: a judge that passes everything judges nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import lfilter

from codecraft.common.audio import write_wav
from tests.judges.pitch import note_errors_cents, pitch_track, where_voiced
from tests.judges.speech import word_errors
from tests.judges.timing import start_errors_s
from tests.judges.words import normalised
from voicelab.contracts import SungNote


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("Now I'm 33 and standing", "Now I'm thirty-three and standing."),
        ("nineteen eighty-four on highway sixty-one", "1984 on Highway 61"),
        ("in nineteen twenty-nine we lost the farm", "In 1929, we lost the farm."),
        ("20,000, 1,500 or a million", "twenty thousand, one thousand five hundred or one million"),
        ("I've counted 20,000 days", "I've counted twenty thousand days"),
        ("a hundred miles", "100 miles"),
        ("At 82nd street", "At eighty second street"),
        ("O Lord", "Oh, Lord"),
        ("la la la", "Lalala"),
        ("they're rollin' on", "They're rolling on"),
        ("my father's song", "my fathers song"),
        ("a half-forgotten color", "A half forgotten colour"),
        ("it’s all right", "It's alright"),
    ],
)
def test_one_spelling_for_what_sounds_the_same(written, heard):
    assert word_errors(written, heard)[0] == 0


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("we're here", "were here"),
        ("I'll go", "ill go"),
        ("33", "30"),
        ("sing", "sin"),
        ("la la", "la la la"),
        ("don't let it go", "do let it go"),
    ],
)
def test_what_sounds_different_stays_different(written, heard):
    assert word_errors(written, heard)[0] >= 1
    assert normalised(written) != normalised(heard)


RATE_HZ = 16_000


def mouth(source: np.ndarray, *formants_hz: float) -> np.ndarray:
    for hz in formants_hz:
        radius = np.exp(-np.pi * 90.0 / RATE_HZ)
        angle = 2.0 * np.pi * hz / RATE_HZ
        source = lfilter([1.0], [1.0, -2.0 * radius * np.cos(angle), radius**2], source)
    return source


def known_start(path: Path, consonant: str, start_s: float) -> Path:
    """A Klatt-like syllable whose vowel starts at `start_s`: after a burst louder than the breath between, or a hum."""
    time_s = np.arange(int((start_s + 0.5) * RATE_HZ)) / RATE_HZ
    folds = np.diff(np.floor(150.0 * time_s), prepend=0.0)
    noise = np.random.default_rng(5).standard_normal(len(time_s))
    opened = np.clip((time_s - start_s) / 0.01 + 0.5, 0.0, 1.0)
    wave = mouth(opened * folds, 650.0, 1_200.0, 2_600.0)
    if consonant == "t":
        burst = ((time_s > start_s - 0.06) & (time_s < start_s - 0.05)) * noise
        breath = ((time_s >= start_s - 0.05) & (time_s < start_s)) * noise
        wave += mouth(0.05 * burst + 0.004 * breath, 650.0, 1_200.0, 2_600.0)
    else:
        hum = ((time_s >= start_s - 0.1) & (time_s < start_s)) * folds
        wave += mouth(0.2 * hum, 250.0)
    write_wav(path, (0.3 * wave / np.abs(wave).max())[None].astype(np.float32), sample_rate_hz=RATE_HZ)
    return path


@pytest.mark.parametrize("consonant", ["t", "m"])
@pytest.mark.parametrize("late_s", [-0.04, 0.0, 0.04])
def test_the_start_of_a_vowel_is_heard_where_it_is(tmp_path, consonant, late_s):
    path = known_start(tmp_path / "known.wav", consonant, 0.5)
    assert start_errors_s(path, [(consonant, 0.5 - late_s, 50.0)]) == pytest.approx([late_s], abs=0.012)


def test_a_consonant_that_never_closes_has_no_start(tmp_path):
    time_s = np.arange(RATE_HZ) / RATE_HZ
    wave = mouth(np.diff(np.floor(150.0 * time_s), prepend=0.0), 650.0, 1_200.0)
    write_wav(tmp_path / "open.wav", (0.3 * wave / np.abs(wave).max())[None].astype(np.float32), sample_rate_hz=RATE_HZ)
    assert len(start_errors_s(tmp_path / "open.wav", [("d", 0.5, 50.0)])) == 0


@pytest.mark.parametrize("off_cents", [0.0, 40.0, -40.0])
def test_the_pitch_of_a_quick_note_is_that_of_its_vowel(tmp_path, off_cents):
    """Syllables of 0.23 s of which the vowel is 0.1 s, the rest a stop, its burst and a hiss: what quick notes are."""
    time_s = np.arange(int(1.9 * RATE_HZ)) / RATE_HZ
    midi = 52.0 + 2.0 * (np.floor((time_s - 0.3) / 0.23) % 2)
    hz = 440.0 * 2.0 ** ((midi + off_cents / 100.0 - 69.0) / 12.0)
    folds = np.diff(np.floor(np.cumsum(hz) / RATE_HZ), prepend=0.0)
    since = (time_s - 0.3) % 0.23
    noise = np.random.default_rng(8).standard_normal(len(time_s))
    inside = (time_s > 0.3) & (time_s < 0.3 + 6 * 0.23)
    voiced, hiss = inside & (since < 0.1), inside & (since > 0.13) & (since < 0.21)
    wave = mouth(voiced * folds, 450.0, 1_900.0, 2_600.0)
    wave = wave / np.abs(wave).max() + 0.02 * hiss * np.diff(noise, prepend=0.0) + 0.001 * noise
    write_wav(tmp_path / "quick.wav", (0.3 * wave)[None].astype(np.float32), sample_rate_hz=RATE_HZ)
    notes = [SungNote(0.3 + 0.23 * k, 0.53 + 0.23 * k, 52.0 + 2.0 * (k % 2)) for k in range(6)]
    track = pitch_track(tmp_path / "quick.wav")
    errors = note_errors_cents(track[0], where_voiced(tmp_path / "quick.wav", *track), notes)
    assert errors == pytest.approx([off_cents] * 6, abs=12.0)

"""Whose voice it is: formants by Praat, spectra by Fourier, a whisper without tones, tone that is heard."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import welch

from codecraft.common.audio import read_wav
from tests.voicelab.verses import spec_of
from voicelab.contracts import (
    Expression,
    SingSpec,
    SungNote,
    SungSyllable,
    SungWord,
    VocalLine,
    VocalPhrase,
    VoiceStyle,
)
from voicelab.engine.singer import sing
from voicelab.engine.singer.breath import breath_wave
from voicelab.engine.singer.colour import shade_of
from voicelab.engine.singer.network import mended
from voicelab.engine.singer.tone import neutral_tone
from voicelab.engine.voices import SOLOISTS

VERSE = "rise"
STEADY = Expression(tension=0.0, breath=0.2, energy=0.6)
MEN = {  # Hz of F1, F3, F4: Hillenbrand et al. 1995, table V
    "i": (342, 3000, 3657),
    "ɛ": (580, 2605, 3677),
    "ɑ": (768, 2522, 3687),
    "u": (378, 2343, 3357),
    "ʌ": (623, 2550, 3557),
}
WOMEN = {
    "i": (437, 3372, 4352),
    "ɛ": (731, 2979, 4294),
    "ɑ": (936, 2815, 4299),
    "u": (459, 2735, 4115),
    "ʌ": (753, 2933, 4092),
}
SPEECH_TREBLE_DB = -7.5
"""12 to 18 kHz against 4 to 12 kHz of the long-term average speech spectrum of Byrne et al. 1994 (their universal
table: 45.6, 44.5, 44.3, 43.7, 43.4, 41.3, 40.7 dB in thirds of octaves from 4 to 16 kHz)."""


def sung(tmp_path: Path, voice: VoiceStyle, *syllables: tuple[str, str, str, float], length_s: float = 0.8, how=STEADY):
    """Each (onset, vowel, coda, midi) is a phrase of its own; gives the mono wave and the notes' starts."""
    phrases, starts, at_s = [], [], 0.6
    for onset, vowel, coda, midi in syllables:
        note = SungNote(at_s, at_s + length_s, midi, how)
        phrases.append(VocalPhrase((SungWord("x", (SungSyllable("x", onset, vowel, coda, 2, (note,)),)),)))
        starts.append(at_s)
        at_s += 2.0 * length_s
    spec = SingSpec((VocalLine(tuple(phrases)),), voice, at_s + 0.5, seed=7)
    audio, rate_hz = read_wav(sing(spec, tmp_path / "sung.wav").path)
    return audio[0], rate_hz, starts


def formants(tmp_path: Path, voice: VoiceStyle, midi: float, ceiling_hz: float) -> np.ndarray:
    """Medians of F1, F3, F4 over each vowel, (vowels, 3)."""
    import parselmouth

    wave, rate_hz, starts = sung(tmp_path, voice, *(("h", v, "d", midi) for v in MEN))
    track = parselmouth.Sound(wave.astype(float), rate_hz).to_formant_burg(0.01, 5.0, ceiling_hz, 0.025, 50.0)
    times = [np.arange(s + 0.15, s + 0.5, 0.02) for s in starts]
    return np.array([[np.nanmedian([track.get_value_at_time(k, t) for t in at]) for k in (1, 3, 4)] for at in times])


def distance(found: np.ndarray, means: dict) -> np.ndarray:
    return np.abs(np.log(found / np.array(list(means.values()))).mean(axis=0))


def band_db(wave: np.ndarray, rate_hz: int, low_hz: float, high_hz: float) -> float:
    hz, power = welch(wave, rate_hz, nperseg=4096)
    return float(10.0 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].sum() + 1e-20))


@pytest.fixture(scope="module")
def verses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("timbre")
    done = {v: read_wav(sing(spec_of(VERSE, v), folder / f"{v}.wav").path) for v in SOLOISTS}
    return {voice: (audio[0], rate_hz) for voice, (audio, rate_hz) in done.items()}


def test_the_man_has_the_formants_and_the_tract_of_a_man(tmp_path):
    found = formants(tmp_path, VoiceStyle.HEROIC_MALE, 50, 5_000.0)
    assert (distance(found, MEN) < distance(found, WOMEN)).all()
    tract_cm = np.mean(np.array([5, 7]) * 35_000.0 / 4.0 / found[:, 1:])
    assert 16.0 < tract_cm < 19.5


def test_the_alto_has_the_formants_of_a_woman(tmp_path):
    found = formants(tmp_path, VoiceStyle.ALTO, 53, 5_500.0)
    assert (distance(found, WOMEN)[1:] < distance(found, MEN)[1:]).all()


def test_the_man_rings_where_singers_do_and_the_alto_does_not(verses):
    def ring_db(voice: VoiceStyle) -> float:
        wave, rate_hz = verses[voice]
        return band_db(wave, rate_hz, 2_400, 3_200) - band_db(wave, rate_hz, 200, 1_000)

    assert -20.0 < ring_db(VoiceStyle.HEROIC_MALE) < -4.0
    assert ring_db(VoiceStyle.HEROIC_MALE) > ring_db(VoiceStyle.ALTO) + 4.0


@pytest.mark.parametrize("voice", list(SOLOISTS))
def test_the_top_octave_is_as_strong_as_in_nature(verses, voice):
    wave, rate_hz = verses[voice]
    treble_db = band_db(wave, rate_hz, 12_000, 18_000) - band_db(wave, rate_hz, 4_000, 12_000)
    assert abs(treble_db - SPEECH_TREBLE_DB) < 6.0
    assert band_db(wave, rate_hz, 20_500, 24_000) < band_db(wave, rate_hz, 12_000, 18_000) - 20.0


def test_the_top_octave_is_sibilance_more_than_vowel(tmp_path):
    wave, rate_hz, (start_s,) = sung(tmp_path, VoiceStyle.ALTO, ("s", "ɑ", "", 60))
    hiss = wave[int((start_s - 0.12) * rate_hz) : int((start_s - 0.03) * rate_hz)]
    vowel = wave[int((start_s + 0.2) * rate_hz) : int((start_s + 0.6) * rate_hz)]
    hiss_db, vowel_db = (10.0 * np.log10(10 ** (band_db(w, rate_hz, 12_000, 18_000) / 10) * 1.0) for w in (hiss, vowel))
    assert hiss_db > vowel_db + 10.0


def periodicity(wave: np.ndarray, rate_hz: int) -> float:
    """Median over 60 ms pieces of the highest autocorrelation from 2 to 12.5 ms."""
    count = round(0.06 * rate_hz)
    window = np.hanning(count)
    of_window = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * count)) ** 2)
    found = []
    for piece in wave[: len(wave) // count * count].reshape(-1, count):
        if np.mean(piece**2) > 1e-5:
            lags = np.fft.irfft(np.abs(np.fft.rfft(piece * window, 2 * count)) ** 2) / of_window
            found.append(lags[int(0.002 * rate_hz) : int(0.0125 * rate_hz)].max() / lags[0])
    return float(np.median(found))


def test_a_whisper_has_no_pitch_and_no_lines(verses):
    from scipy.ndimage import median_filter

    wave, rate_hz = verses[VoiceStyle.WHISPER]
    assert periodicity(wave, rate_hz) < 0.3
    assert periodicity(*verses[VoiceStyle.ALTO]) > 0.6
    hz, power = welch(wave, rate_hz, nperseg=9600, noverlap=7200)
    level_db = 10.0 * np.log10(power + 1e-20)
    above_db = (level_db - median_filter(level_db, 81))[(hz > 150) & (hz < 11_000)]
    assert above_db.max() < 6.0


def slope_db(wave: np.ndarray, rate_hz: int) -> float:
    return band_db(wave, rate_hz, 1_500, 5_000) - band_db(wave, rate_hz, 200, 1_000)


def held(tmp_path: Path, voice: VoiceStyle = VoiceStyle.ALTO, midi: float = 60.0, vowel: str = "ɑ", **how: float):
    expression = Expression(**{"tension": 0.0, "breath": 0.2, "energy": 0.6, **how})
    wave, rate_hz, (start_s,) = sung(tmp_path, voice, ("", vowel, "", midi), length_s=1.5, how=expression)
    return wave[int((start_s + 0.4) * rate_hz) : int((start_s + 1.0) * rate_hz)], rate_hz


def test_the_singers_own_tone_changes_nothing():
    assert shade_of(neutral_tone(20), SOLOISTS[VoiceStyle.ALTO]) is None


def test_tension_and_effort_lift_the_highs(tmp_path):
    slack, own, pressed = (slope_db(*held(tmp_path, tension=t)) for t in (-1.0, 0.0, 1.0))
    assert slack + 2.0 < own < pressed - 2.0
    soft, full = (slope_db(*held(tmp_path, energy=e)) for e in (0.2, 1.0))
    assert soft + 4.0 < full


def test_breath_puts_noise_for_harmonics(tmp_path):
    clean, own, airy, air = (periodicity(*held(tmp_path, breath=b)) for b in (0.0, 0.2, 0.7, 1.0))
    assert clean >= own - 0.02 and own > airy > air
    assert air < 0.5


def test_a_soprano_keeps_her_vowels_full_on_high_notes(tmp_path):
    pitches = (64, 69, 74, 79, 81)
    for vowel in "iu":
        wave, rate_hz, starts = sung(tmp_path, VoiceStyle.SOPRANO, *(("", vowel, "", p) for p in pitches))
        levels = [
            band_db(wave[int((s + 0.2) * rate_hz) : int((s + 0.6) * rate_hz)], rate_hz, 100, 8_000) for s in starts
        ]
        assert max(levels) - min(levels) < 8.0, (vowel, levels)


def test_a_held_vowel_is_never_still(tmp_path):
    wave, rate_hz, (start_s,) = sung(tmp_path, VoiceStyle.ALTO, ("", "ɑ", "", 57), length_s=4.0)
    thirds = [(400, 800), (800, 1_250), (1_250, 2_000), (2_000, 3_150)]
    pieces = [wave[int((start_s + t) * rate_hz) :][: rate_hz // 3] for t in np.arange(0.8, 3.0, 0.4)]
    levels = np.array([[band_db(p, rate_hz, *band) for band in thirds] for p in pieces])
    shape = levels - levels.mean(axis=1, keepdims=True)
    assert all(np.abs(b - a).max() > 0.2 for a, b in pairwise(shape))
    assert np.ptp(shape, axis=0).max() < 10.0


def test_a_breath_is_broad_noise_shaped_by_the_mouth_that_draws_it():
    def spectrum(voice: VoiceStyle) -> tuple[np.ndarray, float]:
        wave = breath_wave(0.42, SOLOISTS[voice], level=0.01, rng=np.random.default_rng(3))
        edges = (200, 1_000, 3_000, 6_000, 12_000, 18_000)
        bands = np.array([band_db(wave, 48_000, *pair) for pair in pairwise(edges)])
        hz, power = welch(wave, 48_000, nperseg=2048)
        return bands, float((hz * power).sum() / power.sum())

    (man, man_hz), (woman, woman_hz) = spectrum(VoiceStyle.HEROIC_MALE), spectrum(VoiceStyle.SOPRANO)
    for bands in (man, woman):
        assert np.ptp(bands[:4]) < 25.0 and bands[4] < bands[3]
    assert man_hz < woman_hz


def test_holes_are_filled_and_peaks_are_kept():
    envelope = np.tile(np.linspace(2.0, -2.0, 601, dtype=np.float32)[:, None], (1, 3))
    broken = envelope.copy()
    broken[50], broken[79] = -8.0, -12.0
    whole = mended(envelope)
    assert np.abs(mended(broken) - whole)[17:].max() < 0.2
    peaked = envelope.copy()
    peaked[100] += 1.0
    assert (mended(peaked) - whole)[100] == pytest.approx(1.0, abs=0.05)

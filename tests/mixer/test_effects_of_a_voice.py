"""The effects that a person may ask for, against the physics they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from mixer.contracts import Space
from mixer.engine.effects.bass import BassBoost
from mixer.engine.effects.colour import Saturation
from mixer.engine.effects.de_esser import DeEsser
from mixer.engine.effects.decay_time import OCTAVES_HZ
from mixer.engine.effects.doubler import Doubler
from mixer.engine.effects.fdn_reverb import AlgorithmicReverb
from mixer.engine.effects.pitch_shift import VoicePitchShift
from mixer.engine.effects.reverb import ACOUSTICS
from mixer.engine.effects.section_shift import SectionPitchShift
from tests.mixer import material
from tests.mixer.material import RATE_HZ, db, noise, rms_db, sine


@pytest.mark.parametrize("seed", [4, 9])
@pytest.mark.parametrize("space", list(Space))
def test_the_delay_network_rings_as_long_as_its_room(space, seed):
    """T30 by Schroeder's backward integral within 10 % of what was asked, in whole octaves."""
    room = ACOUSTICS[space]
    click = np.zeros((2, round(1.15 * max(room.rt60_s) * RATE_HZ)), np.float32)
    click[:, 0] = 1.0
    answer = AlgorithmicReverb(space, seed).process(click, sample_rate_hz=RATE_HZ)
    for centre_hz, wanted_s in zip(OCTAVES_HZ, room.rt60_s, strict=True):
        measured_s = np.mean([_t30_s(side, centre_hz) for side in answer])
        assert measured_s == pytest.approx(wanted_s, rel=0.10), centre_hz
    assert np.sum(answer.astype(np.float64) ** 2) == pytest.approx(2.0, abs=0.01)
    assert abs(np.corrcoef(answer)[0, 1]) < 0.2
    assert not answer[:, : round(room.predelay_s * RATE_HZ)].any()


def _t30_s(response: np.ndarray, centre_hz: float) -> float:
    band = butter(3, [centre_hz / 2.0**0.5, centre_hz * 2.0**0.5], "band", fs=RATE_HZ, output="sos")
    left = np.cumsum(sosfiltfilt(band, response.astype(np.float64))[::-1] ** 2)[::-1]
    decay_db = 10.0 * np.log10(left / left[0] + 1e-12)
    return 2.0 * (np.argmax(decay_db < -35.0) - np.argmax(decay_db < -5.0)) / RATE_HZ


def test_the_networks_tail_is_dense():
    """From a tenth of a second on the echoes run together: amplitudes as spread as those of noise (kurtosis 3)."""
    click = np.zeros((2, RATE_HZ), np.float32)
    click[:, 0] = 1.0
    answer = AlgorithmicReverb(Space.HALL, 4).process(click, sample_rate_hz=RATE_HZ)[0, RATE_HZ // 10 : RATE_HZ // 2]
    level = answer / np.sqrt(np.convolve(answer**2, np.ones(480) / 480, mode="same"))
    assert np.mean(level**4) / np.mean(level**2) ** 2 < 4.0


def test_the_network_is_the_same_for_a_seed_and_another_for_another():
    wave = noise(0.5, seed=3)
    first, again, other = (
        AlgorithmicReverb(Space.CHAMBER, seed).process(wave, sample_rate_hz=RATE_HZ) for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert abs(np.corrcoef(first[0], other[0])[0, 1]) < 0.3


@pytest.mark.parametrize("gain_db", [3.0, 9.0])
def test_bass_boost_is_the_cookbooks_low_shelf(gain_db):
    """Against the analogue shelf of the cookbook, A (s^2 + sqrt(A)/Q s + A) / (A s^2 + sqrt(A)/Q s + 1)."""
    corner_hz, amplitude = 120.0, 10.0 ** (gain_db / 40.0)
    boost = BassBoost(gain_db, corner_hz)
    for frequency_hz in (20.0, 60.0, 120.0, 240.0, 2_000.0):
        s = 1j * frequency_hz / corner_hz
        slope = np.sqrt(2.0 * amplitude) * s
        wanted = amplitude * (s * s + slope + amplitude) / (amplitude * s * s + slope + 1.0)
        wave = sine(frequency_hz, 2.0, -20.0)
        boosted = boost.process(wave, sample_rate_hz=RATE_HZ)
        assert rms_db(boosted[:, RATE_HZ:]) - rms_db(wave[:, RATE_HZ:]) == pytest.approx(db(abs(wanted)), abs=0.1)


def test_doubles_come_late_and_low_and_the_voice_does_not_move():
    blip = np.zeros((2, RATE_HZ // 4), np.float32)
    blip[:, 904:1_097] = np.hanning(193) * np.cos(2.0 * np.pi * 1_500.0 * np.arange(-96, 97) / RATE_HZ)
    doubled = Doubler(1.0, seed=5).process(blip, sample_rate_hz=RATE_HZ)
    assert np.argmax(np.abs(doubled), axis=1).tolist() == [1_000, 1_000]
    for side in doubled:
        late = np.argmax(np.abs(side[1_300:])) + 300
        assert 0.012 < late / RATE_HZ < 0.035
        assert db(np.abs(side[1_300:]).max() / side[1_000]) == pytest.approx(-8.0, abs=0.7)


@pytest.mark.parametrize("seed", range(3))
def test_a_doubled_voice_is_as_loud_in_stereo_and_in_mono(seed):
    """No third octave of the mono sum loses more than 2 dB over a melody; no comb."""
    voice = material.singer(6.0)
    doubled = Doubler(1.0, seed).process(voice, sample_rate_hz=RATE_HZ)
    assert rms_db(doubled) == pytest.approx(rms_db(voice), abs=1.0)
    before, after = (np.abs(np.fft.rfft(x.mean(axis=0))) ** 2 for x in (voice, doubled))
    frequencies = np.fft.rfftfreq(voice.shape[1], 1.0 / RATE_HZ)
    for centre_hz in 400.0 * 2.0 ** (np.arange(12) / 3.0):
        band = np.abs(np.log2(np.maximum(frequencies, 1.0) / centre_hz)) < 1.0 / 6.0
        assert abs(10.0 * np.log10(after[band].sum() / before[band].sum())) < 2.0, centre_hz
    assert np.corrcoef(doubled)[0, 1] > 0.5


def test_the_doubles_detune_stays_within_a_few_cents():
    """The doubles alone of a long tone: their pitch wanders, by less than 15 cents, to both sides."""
    tone = sine(1_000.0, 8.0, -6.0)
    alone = Doubler(1.0, seed=2).process(tone, sample_rate_hz=RATE_HZ)
    alone = alone - tone * np.float32(1.0 / np.sqrt(1.0 + 10.0 ** (-8.0 / 10.0)))
    for side in alone[:, RATE_HZ:-RATE_HZ]:
        crossings = np.flatnonzero((side[:-1] < 0.0) & (side[1:] >= 0.0))
        at = crossings + side[crossings] / (side[crossings] - side[crossings + 1])
        pitch_hz = 100.0 * RATE_HZ / (at[100:] - at[:-100])  # means over a tenth of a second
        cents = 1200.0 * np.log2(pitch_hz / 1_000.0)
        assert 3.0 < cents.max() < 15.0
        assert -15.0 < cents.min() < -3.0


@pytest.mark.parametrize("frequency_hz", [3_000.0, 5_000.0, 7_000.0])
def test_saturation_folds_nothing_back(frequency_hz):
    """A strong tone at full amount: whatever is not a harmonic lies 90 dB under it."""
    warm = Saturation.of_amount(1.0).process(sine(frequency_hz, 1.0, -3.0), sample_rate_hz=RATE_HZ)[0]
    spectrum = np.abs(np.fft.rfft(warm[4_800:43_200] * np.blackman(38_400)))
    tone = round(frequency_hz * 38_400 / RATE_HZ)
    others = np.ones(len(spectrum), bool)
    for harmonic in range(tone, len(spectrum), tone):
        others[harmonic - 6 : harmonic + 7] = False
    assert db(spectrum[others].max() / spectrum[tone]) < -90.0


def test_saturation_grows_with_its_amount_and_keeps_the_level():
    wave = sine(400.0, 1.0, -12.0)
    thirds_db = []
    for amount in (0.25, 0.5, 1.0):
        warm = Saturation.of_amount(amount).process(wave, sample_rate_hz=RATE_HZ)
        assert rms_db(warm) == pytest.approx(rms_db(wave), abs=0.1)
        spectrum = np.abs(np.fft.rfft(warm[0] * np.hanning(RATE_HZ)))
        thirds_db.append(db(spectrum[1_200] / spectrum[400]))
    assert thirds_db[0] < thirds_db[1] - 3.0 < thirds_db[2] - 6.0
    assert -30.0 < thirds_db[2] < -10.0


def test_saturation_has_no_seams_between_its_blocks():
    wave = noise(2.0, seed=6)
    effect = Saturation.of_amount(0.8)
    whole = effect.process(wave, sample_rate_hz=RATE_HZ)
    moved = effect.process(np.roll(wave, 5_000, axis=1), sample_rate_hz=RATE_HZ)
    inside = slice(200, -5_200)
    assert np.abs(np.roll(moved, -5_000, axis=1)[:, inside] - whole[:, inside]).max() < 1e-5


def test_a_de_esser_leaves_what_has_no_sibilants_bit_for_bit():
    voice = material.singer(2.0)
    assert np.array_equal(DeEsser(1.0).process(voice, sample_rate_hz=RATE_HZ), voice)


@pytest.mark.parametrize("level_db", [-10.0, -40.0])
def test_a_de_esser_takes_a_hiss_by_its_amount_however_loud_the_voice(level_db):
    """Hiss of 5 to 9 kHz in the rests of a voice: the corner passes half, the band within it loses 14 dB at most."""
    hiss = sosfiltfilt(butter(4, [5_500.0, 8_500.0], "band", fs=RATE_HZ, output="sos"), noise(2.0, -10.0, seed=4))
    voice = 0.5 * material.singer(2.0)
    time_s = material.seconds(2.0)
    sibilant = (time_s % 0.5 > 0.35) & (time_s % 0.5 < 0.45)
    whole = (np.where(sibilant, hiss, voice) * 10.0 ** (level_db / 20.0)).astype(np.float32)
    for amount in (0.5, 1.0):
        softer = DeEsser(amount).process(whole, sample_rate_hz=RATE_HZ)
        middle = (time_s % 0.5 > 0.37) & (time_s % 0.5 < 0.44)
        away = (time_s % 0.5 < 0.30) & (time_s > 0.1)
        assert rms_db(softer[:, middle]) - rms_db(whole[:, middle]) == pytest.approx(-14.0 * amount, abs=0.7)
        assert rms_db(softer[:, away]) == pytest.approx(rms_db(whole[:, away]), abs=0.02)


EVERY = [
    AlgorithmicReverb(Space.STUDIO, 1),
    BassBoost(6.0),
    Doubler(0.7, 1),
    DeEsser(1.0),
    Saturation.of_amount(0.5),
    VoicePitchShift(3.0),
    SectionPitchShift(-3.0),
]


@pytest.mark.parametrize("effect", EVERY, ids=lambda effect: type(effect).__name__)
def test_shapes_stay_silence_stays_and_what_was_given_is_not_written_to(effect):
    for samples in (0, 1, 700):
        out = effect.process(np.zeros((2, samples), np.float32), sample_rate_hz=RATE_HZ)
        assert (out.shape, out.dtype, out.any()) == ((2, samples), np.float32, False)
    wave = material.singer(1.0)
    before = wave.copy()
    out = effect.process(wave, sample_rate_hz=RATE_HZ)
    assert (out.shape, out.dtype) == (wave.shape, np.float32)
    assert np.array_equal(wave, before)
    assert np.isfinite(out).all()
    assert np.array_equal(out, effect.process(wave, sample_rate_hz=RATE_HZ))


@pytest.mark.parametrize(
    "effect",
    [BassBoost(), Doubler(), DeEsser(), Saturation.of_amount(0.0), VoicePitchShift(), SectionPitchShift()],
    ids=lambda effect: type(effect).__name__,
)
def test_neutral_settings_change_no_bit(effect):
    wave = noise(0.2, seed=1)
    assert np.array_equal(effect.process(wave, sample_rate_hz=RATE_HZ), wave)


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 96_000])
def test_other_sample_rates_are_served(rate_hz):
    """A tone at 220 Hz, moved up a fifth by both shifters; the others keep their shape."""
    time_s = np.arange(rate_hz) / rate_hz
    tone = 0.1 * sum(np.sin(2.0 * np.pi * 220.0 * k * time_s) / k for k in range(1, 8))
    wave = np.stack([tone, tone]).astype(np.float32)
    for effect in EVERY:
        out = effect.process(wave, sample_rate_hz=rate_hz)
        assert out.shape == wave.shape
        assert 0.0 < np.abs(out).max() < 2.0
    for shifter in (VoicePitchShift(7.0), SectionPitchShift(7.0)):
        moved = shifter.process(wave, sample_rate_hz=rate_hz)[0]
        spectrum = np.abs(np.fft.rfft(moved * np.hanning(rate_hz), 8 * rate_hz))
        found_hz = (8 * 300 + np.argmax(spectrum[8 * 300 : 8 * 360])) / 8.0
        assert abs(1200.0 * np.log2(found_hz / (220.0 * 2.0 ** (7.0 / 12.0)))) < 3.0

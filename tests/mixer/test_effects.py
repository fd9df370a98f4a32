"""The effects against the physics they promise."""

from __future__ import annotations

import numpy as np
import pytest

from codecraft.common.audio import write_wav
from mixer.contracts import Space
from mixer.engine.console.automation import placed as gains_of
from mixer.engine.console.kernels import place
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq, response_db
from mixer.engine.effects.colour import Saturation
from mixer.engine.effects.decay_time import OCTAVES_HZ
from mixer.engine.effects.ducker import Ducker
from mixer.engine.effects.dynamics import Compressor
from mixer.engine.effects.limiter import TruePeakLimiter, inter_sample_peaks
from mixer.engine.effects.reverb import ACOUSTICS, ConvolutionReverb, impulse_response
from mixer.engine.effects.stereo import StereoWidth
from mixer.engine.meters import judge
from tests.mixer.material import RATE_HZ, db, noise, rms_db, sine, song

HALF = slice(RATE_HZ // 2, None)  # after every filter and envelope has settled


def _gain_db(effect, frequency_hz: float, level_db: float = -20.0) -> float:
    wave = sine(frequency_hz, 1.0, level_db)
    return rms_db(effect.process(wave, sample_rate_hz=RATE_HZ)[:, HALF]) - rms_db(wave[:, HALF])


@pytest.mark.parametrize("kind", [BandKind.HIGH_PASS, BandKind.LOW_PASS])
@pytest.mark.parametrize("cutoff_hz", [40.0, 120.0, 1_000.0, 8_000.0])
def test_pass_filters_take_3_db_at_their_cutoff_and_12_db_per_octave(kind, cutoff_hz):
    eq = ParametricEq((Band(kind, cutoff_hz),))
    assert _gain_db(eq, cutoff_hz) == pytest.approx(-3.01, abs=0.05)
    away = 0.25 if kind is BandKind.HIGH_PASS else 4.0
    if cutoff_hz < 8_000.0:
        assert _gain_db(eq, cutoff_hz * away) == pytest.approx(-24.1, abs=0.9)
        assert _gain_db(eq, cutoff_hz / away) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("gain_db", [-9.0, -3.0, 4.5])
def test_bell_and_shelves_reach_their_gain_and_leave_the_rest(gain_db):
    bell = ParametricEq((Band(BandKind.BELL, 1_000.0, gain_db, 1.0),))
    assert _gain_db(bell, 1_000.0) == pytest.approx(gain_db, abs=0.03)
    assert abs(_gain_db(bell, 60.0)) < 0.15
    low = ParametricEq((Band(BandKind.LOW_SHELF, 200.0, gain_db),))
    high = ParametricEq((Band(BandKind.HIGH_SHELF, 5_000.0, gain_db),))
    for shelf, inside_hz, corner_hz, outside_hz in ((low, 30, 200, 4_000), (high, 20_000, 5_000, 200)):
        assert _gain_db(shelf, inside_hz) == pytest.approx(gain_db, abs=0.2)
        assert _gain_db(shelf, corner_hz) == pytest.approx(gain_db / 2.0, abs=0.1)
        assert abs(_gain_db(shelf, outside_hz)) < 0.2


def test_the_stated_response_is_the_real_one():
    bands = (
        Band(BandKind.HIGH_PASS, 90.0),
        Band(BandKind.BELL, 2_200.0, -4.0, 0.7),
        Band(BandKind.HIGH_SHELF, 9e3, 2.5),
    )
    for frequency_hz in (50.0, 400.0, 2_200.0, 12_000.0):
        stated = response_db(bands, np.array([frequency_hz]), sample_rate_hz=RATE_HZ)[0]
        assert _gain_db(ParametricEq(bands), frequency_hz) == pytest.approx(stated, abs=0.03)


@pytest.mark.parametrize("ratio", [1.6, 3.0, 8.0])
def test_compressor_keeps_its_ratio(ratio):
    """20 dB over the threshold come out 20 / ratio over it; a sine counts with its peak."""
    compressor = Compressor(threshold_db=-30.0, ratio=ratio)
    assert _gain_db(compressor, 1_000.0, -10.0) == pytest.approx(-20.0 * (1.0 - 1.0 / ratio), abs=0.4)
    assert _gain_db(compressor, 1_000.0, -40.0) == pytest.approx(0.0, abs=0.01)


def test_compressor_takes_its_attack_and_release_time():
    step = np.concatenate([sine(1_000.0, 0.5, -50.0), sine(1_000.0, 0.5, -10.0), sine(1_000.0, 1.0, -50.0)], axis=1)
    gain = Compressor(-30.0, 4.0, attack_s=0.02, release_s=0.2).gain(step, sample_rate_hz=RATE_HZ)
    full_db = db(gain[RATE_HZ - 1])
    reached = np.argmax(20.0 * np.log10(gain) < 0.632 * full_db) / RATE_HZ - 0.5
    assert reached == pytest.approx(0.02, abs=0.008)
    back = np.argmax(20.0 * np.log10(gain[RATE_HZ:]) > 0.368 * full_db) / RATE_HZ
    assert back == pytest.approx(0.2, abs=0.04)


@pytest.mark.parametrize("material", [lambda: song(12.0), lambda: noise(6.0, -20.0)], ids=["song", "white noise"])
def test_limiter_holds_its_ceiling_18_db_into_it(tmp_path, material):
    wave = material()
    wave = wave * np.float32(10.0 ** (17.0 / 20.0) / np.abs(wave).max())
    limited = TruePeakLimiter(-1.1).process(wave, sample_rate_hz=RATE_HZ)
    assert limited.shape == wave.shape
    write_wav(tmp_path / "limited.wav", limited, sample_rate_hz=RATE_HZ)
    assert -1.6 <= judge(tmp_path / "limited.wav").true_peak_dbtp <= -1.0


def test_limiter_leaves_alone_what_is_under_the_ceiling():
    wave = sine(440.0, 0.5, -3.0)
    assert np.array_equal(TruePeakLimiter(-1.0).process(wave, sample_rate_hz=RATE_HZ), wave)


def test_limiter_forgets_a_short_peak_at_once_and_a_long_one_slowly():
    quiet = sine(440.0, 2.0, -12.0)
    short, long = quiet.copy(), quiet.copy()
    short[:, RATE_HZ : RATE_HZ + 100] *= 16.0
    long[:, RATE_HZ // 2 : RATE_HZ + 100] *= 16.0
    later = RATE_HZ + 100 + round(0.1 * RATE_HZ)
    gains = [
        TruePeakLimiter(-1.0).gain(inter_sample_peaks(w), drive=1.0, sample_rate_hz=RATE_HZ) for w in (short, long)
    ]
    assert db(gains[0][later]) > -1.5
    assert db(gains[1][later]) < -6.0


def test_peaks_between_samples_are_found():
    """A quarter of the sample rate at 45 degrees: every sample at -3 dB, the wave at 0."""
    wave = np.sin(2.0 * np.pi * 0.25 * np.arange(4_800) + np.pi / 4.0)[np.newaxis].astype(np.float32)
    assert np.abs(wave).max() < 0.71
    assert db(inter_sample_peaks(wave)[100:-100].max()) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("space", list(Space))
def test_each_room_decays_as_it_should(space):
    """T30 of Schroeder's backward integral (ISO 3382), octave by octave where people hear rooms."""
    response = impulse_response(space, seed=4, sample_rate_hz=RATE_HZ)
    wanted = dict(zip(OCTAVES_HZ, ACOUSTICS[space].rt60_s, strict=True))
    for centre_hz in (500.0, 1_000.0, 2_000.0):
        measured = np.mean([_t30_s(channel, centre_hz) for channel in response])
        assert measured == pytest.approx(wanted[centre_hz], rel=0.10), centre_hz
    assert np.sum(response[0] ** 2) == pytest.approx(1.0, abs=0.01)
    assert abs(np.corrcoef(response)[0, 1]) < 0.15
    first = np.argmax(np.abs(response[0]) > 0.01 * np.abs(response[0]).max()) / RATE_HZ
    assert first == pytest.approx(ACOUSTICS[space].predelay_s, abs=0.02)


def _t30_s(response: np.ndarray, centre_hz: float) -> float:
    from scipy.signal import butter, sosfiltfilt

    edges = [centre_hz / 2**0.5, centre_hz * 2**0.5]
    octave = sosfiltfilt(butter(3, edges, "band", fs=RATE_HZ, output="sos"), response.astype(np.float64))
    left = np.cumsum(octave[::-1] ** 2)[::-1]
    decay_db = 10.0 * np.log10(left / left[0] + 1e-12)
    start, end = np.argmax(decay_db < -5.0), np.argmax(decay_db < -35.0)
    return 2.0 * (end - start) / RATE_HZ


def test_reverb_is_the_convolution_with_its_room_however_long_the_sound():
    """Across the borders of its blocks, against scipy's direct convolution."""
    from scipy.signal import fftconvolve

    wave = noise(12.0, seed=8)
    wet = ConvolutionReverb(Space.CHAMBER, 5).process(wave, sample_rate_hz=RATE_HZ)
    response = impulse_response(Space.CHAMBER, seed=5, sample_rate_hz=RATE_HZ)
    crossed = 0.7 * wave + 0.3 * wave[::-1]
    wanted = fftconvolve(crossed.astype(np.float64), response, axes=1)[:, : wave.shape[1]]
    assert rms_db(wet - wanted) < rms_db(wanted) - 100.0


def test_rooms_differ_by_seed_and_repeat_for_one():
    rooms = [impulse_response(Space.HALL, seed=seed, sample_rate_hz=RATE_HZ) for seed in (1, 2)]
    impulse_response.cache_clear()
    assert np.array_equal(rooms[0], impulse_response(Space.HALL, seed=1, sample_rate_hz=RATE_HZ))
    assert abs(np.corrcoef(rooms[0][0], rooms[1][0])[0, 1]) < 0.1


@pytest.mark.parametrize("depth_db", [1.5, 3.0, 6.0])
def test_ducking_reaches_its_depth_and_lets_go(depth_db):
    voice = np.concatenate([sine(300.0, 1.0, -120.0), sine(300.0, 1.5, -12.0), sine(300.0, 2.5, -120.0)], axis=1)
    bed = sine(700.0, 5.0, -20.0)
    ducked = Ducker(depth_db, threshold_db=-18.0).process(bed, sample_rate_hz=RATE_HZ, key=voice)

    def change_db(start_s: float, end_s: float) -> float:
        part = slice(round(start_s * RATE_HZ), round(end_s * RATE_HZ))
        return rms_db(ducked[:, part]) - rms_db(bed[:, part])

    assert change_db(0.1, 0.9) == pytest.approx(0.0, abs=0.01)
    assert change_db(1.5, 2.4) == pytest.approx(-depth_db, abs=0.1)
    assert change_db(4.5, 5.0) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("pan", [-1.0, -0.4, 0.0, 0.6])
def test_pan_moves_a_sound_at_equal_power(pan):
    wave = noise(0.5, seed=3)
    wave[1] = wave[0]
    placed = place(wave, gains_of(np.array([1.0]), np.array([pan]), np.array([1.0])), 0)
    assert rms_db(placed) == pytest.approx(rms_db(wave), abs=0.05)
    left, right = (10.0 ** (rms_db(side) / 20.0) for side in placed)
    assert 4.0 * np.arctan2(right, left) / np.pi - 1.0 == pytest.approx(pan, abs=0.01)


def test_bass_stays_in_the_middle():
    out_of_phase = sine(60.0, 1.0) * np.array([[1.0], [-1.0]], np.float32)
    placed = StereoWidth(mono_below_hz=150.0).process(out_of_phase, sample_rate_hz=RATE_HZ)
    assert rms_db(placed[:, HALF]) < -14.0 + rms_db(out_of_phase)


def test_saturation_adds_odd_overtones_and_keeps_the_level():
    wave = sine(80.0, 1.0, -18.0)
    warm = Saturation(drive_db=9.0, share=0.5).process(wave, sample_rate_hz=RATE_HZ)
    spectrum = np.abs(np.fft.rfft(warm[0] * np.hanning(RATE_HZ)))
    third_db, second_db = (db(spectrum[80 * k] / spectrum[80]) for k in (3, 2))
    assert -45.0 < third_db < -20.0
    assert second_db < -80.0
    assert rms_db(warm) == pytest.approx(rms_db(wave), abs=1.5)


@pytest.mark.parametrize(
    "effect",
    [
        ParametricEq((Band(BandKind.BELL, 1e3, 6.0),)),
        Compressor(-30.0, 4.0),
        TruePeakLimiter(-1.0),
        ConvolutionReverb(Space.STUDIO, 1),
        Saturation(),
        StereoWidth(0.5),
    ],
    ids=lambda effect: type(effect).__name__,
)
def test_silence_stays_silence_and_lengths_stay(effect):
    for samples in (0, 1, 700):
        out = effect.process(np.zeros((2, samples), np.float32), sample_rate_hz=RATE_HZ)
        assert out.shape == (2, samples)
        assert out.dtype == np.float32
        assert not out.any()


def test_effects_do_not_write_into_what_they_were_given():
    wave = song(1.0)
    before = wave.copy()
    for effect in (ParametricEq((Band(BandKind.HIGH_PASS, 90.0),)), Compressor(-40.0, 4.0), TruePeakLimiter(-20.0)):
        effect.process(wave, sample_rate_hz=RATE_HZ)
    Ducker(6.0, threshold_db=-20.0).process(wave, sample_rate_hz=RATE_HZ, key=wave)
    assert np.array_equal(wave, before)

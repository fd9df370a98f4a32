"""What the catalogue's effects promise, measured: curves, times, levels, decays."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, resample_poly, sosfilt, sosfreqz

from codecraft.common.audio import write_wav
from mixer.contracts import Space
from mixer.engine.console.building import effect_of
from mixer.engine.console.state import EffectSlot
from mixer.engine.effects.decay_time import OCTAVES_HZ
from mixer.engine.effects.reverb import ACOUSTICS
from mixer.engine.effects.streaming import run
from mixer.engine.meters import judge
from tests.mixer.material import RATE_HZ, db, noise, rms_db, seconds, sine, song, stereo


def _process(kind: str, wave: np.ndarray, key: np.ndarray | None = None, *, seed: int = 5, **params) -> np.ndarray:
    return run(effect_of(EffectSlot("it", kind, params), seed=seed), wave, sample_rate_hz=RATE_HZ, key=key)


def _response_db(kind: str, frequencies_hz: list[float], **params) -> np.ndarray:
    """From the answer to a click, which must be linear: a quieter click is answered alike."""
    click = np.zeros((2, RATE_HZ), np.float32)
    click[:, 0] = 0.5
    answer = _process(kind, click, **params)[0].astype(np.float64) / 0.5
    turns = np.exp(-2j * np.pi * np.outer(frequencies_hz, np.arange(RATE_HZ)) / RATE_HZ)
    return 20.0 * np.log10(np.abs(turns @ answer))


def _analogue_db(shape: str, frequencies_hz: list[float], corner_hz: float, gain_db: float, q: float) -> np.ndarray:
    """The cookbook's analogue prototypes at the frequencies that the bilinear transform maps to."""
    warp = np.tan(np.pi * np.array(frequencies_hz) / RATE_HZ) / np.tan(np.pi * corner_hz / RATE_HZ)
    s, a = 1j * warp, 10.0 ** (gain_db / 40.0)
    if shape == "bell":
        response = (s * s + s * a / q + 1.0) / (s * s + s / (a * q) + 1.0)
    elif shape == "low":
        response = a * (s * s + s * a**0.5 / q + a) / (a * s * s + s * a**0.5 / q + 1.0)
    else:
        response = a * (a * s * s + s * a**0.5 / q + 1.0) / (s * s + s * a**0.5 / q + a)
    return 20.0 * np.log10(np.abs(response))


FIVE_HZ = [60.0, 250.0, 1_000.0, 4_000.0, 12_000.0]


@pytest.mark.parametrize(
    ("shape", "params", "prototype"),
    [
        ("bell", {"bell_2_hz": 1_000.0, "bell_2_db": -9.0, "bell_2_q": 0.5}, (1_000.0, -9.0, 0.5)),
        ("bell", {"bell_4_hz": 4_000.0, "bell_4_db": 12.0, "bell_4_q": 4.0}, (4_000.0, 12.0, 4.0)),
        ("bell", {"bell_1_hz": 60.0, "bell_1_db": 6.0, "bell_1_q": 1.0}, (60.0, 6.0, 1.0)),
        ("low", {"low_shelf_hz": 250.0, "low_shelf_db": 8.0}, (250.0, 8.0, 0.5**0.5)),
        ("high", {"high_shelf_hz": 4_000.0, "high_shelf_db": -12.0}, (4_000.0, -12.0, 0.5**0.5)),
    ],
)
def test_the_equaliser_follows_the_analytic_curve(shape, params, prototype):
    wanted = _analogue_db(shape, FIVE_HZ, *prototype)
    assert np.abs(_response_db("eq", FIVE_HZ, **params) - wanted).max() < 0.1


@pytest.mark.parametrize("slope", ["12", "24", "48"])
@pytest.mark.parametrize("cut", ["low_cut", "high_cut"])
def test_cuts_are_butterworths(cut, slope):
    """Against scipy's own design of that order, where it passes anything at all."""
    corner_hz, side = (200.0, "high") if cut == "low_cut" else (5_000.0, "low")
    sos = butter(int(slope) // 6, corner_hz, side, fs=RATE_HZ, output="sos")
    frequencies_hz = [corner_hz * ratio for ratio in (0.4, 0.7, 1.0, 1.4, 2.5)]
    wanted = 20.0 * np.log10(np.abs(sosfreqz(sos, frequencies_hz, fs=RATE_HZ)[1]))
    found = _response_db("eq", frequencies_hz, **{cut: True, f"{cut}_hz": corner_hz, f"{cut}_slope": slope})
    assert np.abs(found - wanted).max() < 0.1
    assert found[2] == pytest.approx(-3.01, abs=0.02)


def test_all_bands_together_are_the_sum_of_each():
    params = [
        {"low_cut": True, "low_cut_hz": 40.0, "low_cut_slope": "24"},
        {"low_shelf_db": 3.0},
        *({f"bell_{number}_db": 6.0 - 3.0 * number} for number in (1, 2, 3, 4)),
        {"high_shelf_db": 5.0},
        {"high_cut": True, "high_cut_hz": 14_000.0},
    ]
    together = _response_db("eq", FIVE_HZ, **{name: value for one in params for name, value in one.items()})
    assert np.abs(together - sum(_response_db("eq", FIVE_HZ, **one) for one in params)).max() < 0.01


@pytest.mark.parametrize(("ratio", "knee_db"), [(2.0, 6.0), (4.0, 0.0), (20.0, 24.0), (3.0, 12.0)])
def test_the_compressors_static_curve(ratio, knee_db):
    """A sine counts with its peak; the curve is a line, a parabola in the knee, another line."""
    for level_db in (-50.0, -36.0, -31.0, -29.0, -24.0, -6.0):
        wave = sine(997.0, 1.2, level_db)
        settings = {"threshold_db": -30.0, "ratio": ratio, "knee_db": knee_db, "makeup_db": 2.0, "detector_s": 0.05}
        out = _process("compressor", wave, **settings)
        over, half = level_db + 30.0, knee_db / 2.0
        inside = min(max(over + half, 0.0), knee_db)
        line = (inside**2 / (2.0 * knee_db) if knee_db else 0.0) + max(over - half, 0.0)
        wanted_db = 2.0 - (1.0 - 1.0 / ratio) * line
        settled = slice(RATE_HZ, None)
        assert rms_db(out[:, settled]) - rms_db(wave[:, settled]) == pytest.approx(wanted_db, abs=0.1), level_db


def _steps(*levels_db: float) -> np.ndarray:
    """A square wave, whose power is the same in every sample, half a second at each level."""
    wave = np.sign(np.sin(2.0 * np.pi * 400.0 * seconds(0.5) + 0.1))
    return stereo(np.concatenate([10.0 ** (level_db / 20.0) * wave for level_db in levels_db]))


def _reached_s(change_db: np.ndarray, target: float) -> float:
    """When a curve that moves from 0 towards its last value has covered this share of the way."""
    return float(np.argmax(change_db / change_db[-1] > target)) / RATE_HZ


@pytest.mark.parametrize(("attack_s", "release_s"), [(0.005, 0.050), (0.030, 0.1)])
def test_the_compressors_times_are_within_5_percent(attack_s, release_s):
    """63 % of the way in dB; the detector is set so fast that it counts for nothing."""
    wave = _steps(-50.0, -13.0, -50.0)
    times = {"attack_s": attack_s, "release_s": release_s, "detector_s": 0.0001}
    out = _process("compressor", wave, threshold_db=-33.0, ratio=4.0, knee_db=0.0, **times)
    gain_db = 20.0 * np.log10(np.abs(out[0] / wave[0]))
    half = RATE_HZ // 2
    assert gain_db[2 * half - 1] == pytest.approx(-0.75 * 23.0, abs=0.1)
    share = 1.0 - np.exp(-1.0)
    assert _reached_s(gain_db[half : 2 * half] - gain_db[half - 1], share) == pytest.approx(attack_s, rel=0.05)
    assert _reached_s(gain_db[2 * half :] - gain_db[2 * half - 1], share) == pytest.approx(release_s, rel=0.05)


def test_a_compressor_hears_its_key_and_only_above_the_low_cut():
    wave, key = sine(997.0, 1.0, -20.0), sine(60.0, 1.0, -6.0)
    settings = {"threshold_db": -30.0, "ratio": 4.0, "detector_s": 0.1}
    end = slice(RATE_HZ // 2, None)

    def change_db(**more) -> float:
        return rms_db(_process("compressor", wave, key, **settings, **more)[:, end]) - rms_db(wave[:, end])

    assert change_db() == pytest.approx(-0.75 * 24.0, abs=0.4)
    assert change_db(key_low_cut_hz=1_000.0) == pytest.approx(0.0, abs=0.01)
    assert change_db(mix=0.0) == 0.0
    # Half of it dry: 20 log10((1 + g) / 2).
    assert change_db(mix=0.5) == pytest.approx(db((1.0 + 10.0 ** (-18.0 / 20.0)) / 2.0), abs=0.2)


def test_a_gate_opens_holds_and_closes_when_it_should():
    """Threshold, range and hysteresis to .1 dB; attack and release within 5 % (63 % in dB); the hold to 2 ms."""
    wave = _steps(-60.0, -20.0, -60.0)
    settings = {"threshold_db": -40.0, "range_db": 30.0, "hysteresis_db": 6.0}
    times = {"attack_s": 0.004, "hold_s": 0.100, "release_s": 0.050}
    out = _process("gate", wave, **settings, **times)
    gain_db = 20.0 * np.log10(np.abs(out[0] / wave[0]))
    half, share = RATE_HZ // 2, 1.0 - np.exp(-1.0)
    assert gain_db[half - 1] == pytest.approx(-30.0, abs=0.1)
    assert np.array_equal(out[:, 2 * half - 1_000 : 2 * half], wave[:, 2 * half - 1_000 : 2 * half])
    assert _reached_s(gain_db[half : 2 * half] + 30.0, share) == pytest.approx(0.004, rel=0.05)
    closing = gain_db[2 * half :]
    fallen_s = float(np.argmax(closing < -1e-3)) / RATE_HZ
    # The level falls from -20 to -46 dB by 8.7 dB per 10 ms, then the hold runs.
    assert fallen_s == pytest.approx(0.010 * np.log(10.0 ** (26.0 / 20.0)) + 0.100, abs=0.002)
    assert _reached_s(closing[round(fallen_s * RATE_HZ) :], share) == pytest.approx(0.050, rel=0.05)


@pytest.mark.parametrize(("level_db", "stays"), [(-44.0, True), (-48.0, False)])
def test_a_gate_that_is_open_stays_open_within_its_hysteresis(level_db, stays):
    wave = _steps(-20.0, level_db)
    out = _process("gate", wave, threshold_db=-40.0, range_db=30.0, hysteresis_db=6.0, hold_s=0.0, release_s=0.02)
    lost_db = rms_db(wave[:, -4_800:]) - rms_db(out[:, -4_800:])
    assert lost_db == pytest.approx(0.0 if stays else 30.0, abs=0.1)


@pytest.mark.parametrize("depth_db", [3.0, 12.0])
def test_a_ducker_lowers_all_or_a_bell_by_its_depth(depth_db):
    key = sine(300.0, 1.0, -12.0)
    for band, at_hz, wanted_db in (
        ("all", 5_000.0, -depth_db),
        ("bell", 2_000.0, -depth_db),
        ("bell", 100.0, 0.0),
    ):
        wave = sine(at_hz, 1.0, -20.0)
        settings = {"depth_db": depth_db, "band": band, "bell_hz": 2_000.0, "bell_q": 1.0}
        out = _process("ducker", wave, key, **settings)
        end = slice(RATE_HZ * 3 // 4, None)
        assert rms_db(out[:, end]) - rms_db(wave[:, end]) == pytest.approx(wanted_db, abs=0.1), (band, at_hz)
        assert np.array_equal(_process("ducker", wave, np.zeros_like(wave), **settings), wave)


def test_a_ducker_bridges_rests_as_long_as_its_hold():
    key = np.concatenate([sine(300.0, 0.5, -12.0), np.zeros((2, RATE_HZ), np.float32)], axis=1)
    wave = sine(700.0, 1.5, -20.0)
    held, let_go = (_process("ducker", wave, key, depth_db=6.0, hold_s=hold_s, release_s=0.05) for hold_s in (0.6, 0.0))
    rest = slice(round(0.85 * RATE_HZ), round(0.95 * RATE_HZ))
    assert rms_db(held[:, rest]) - rms_db(wave[:, rest]) == pytest.approx(-6.0, abs=0.1)
    assert rms_db(let_go[:, rest]) - rms_db(wave[:, rest]) == pytest.approx(0.0, abs=0.2)
    assert rms_db(held[:, -4_800:]) - rms_db(wave[:, -4_800:]) == pytest.approx(0.0, abs=0.1)


def _hard(name: str) -> np.ndarray:
    time_s, rng = seconds(2.0), np.random.default_rng(0)
    fade = np.clip(np.minimum(time_s, 2.0 - time_s) / 0.02, 0.0, 1.0)
    waves = {
        "song": song(2.0),
        "white noise": noise(2.0, -12.0),
        "square": stereo(np.sign(np.sin(2.0 * np.pi * 997.0 * time_s))),
        "low square": stereo(np.sign(np.sin(2.0 * np.pi * 40.0 * time_s))),
        "a quarter of the rate": stereo(np.sin(2.0 * np.pi * 12_000.0 * time_s + np.pi / 4.0)),
        "clicks": stereo((rng.random(len(time_s)) < 0.001) * rng.choice([-1.0, 1.0], len(time_s))),
        "random signs": stereo(rng.choice([-1.0, 1.0], len(time_s))),
    }
    wave = waves[name] * fade
    return (wave / np.abs(wave).max()).astype(np.float32)


@pytest.mark.parametrize(
    "name", ["song", "white noise", "square", "low square", "a quarter of the rate", "clicks", "random signs"]
)
def test_the_limiter_never_lets_anything_over_its_ceiling(name, tmp_path):
    """18 dB into it, judged at eight times the rate and by ffmpeg; no more than half a dB is given away to ffmpeg."""
    limited = _process("limiter", _hard(name), gain_db=18.0, ceiling_dbtp=-1.0)
    fine = resample_poly(limited.astype(np.float64), 8, 1, axis=1)
    assert db(np.abs(fine).max()) <= -1.0
    write_wav(tmp_path / "limited.wav", limited, sample_rate_hz=RATE_HZ, subtype="FLOAT")
    assert -1.6 <= judge(tmp_path / "limited.wav").true_peak_dbtp <= -1.0


REVERBS = ("convolution_reverb", "algorithmic_reverb")


@pytest.mark.parametrize("kind", REVERBS)
@pytest.mark.parametrize(
    ("space", "decay"),
    [(Space.STUDIO, 0.25), (Space.STUDIO, 2.0), (Space.CHAMBER, 0.5), (Space.HALL, 1.0), (Space.CATHEDRAL, 0.25)],
)
def test_a_room_decays_in_its_time_scaled(kind, space, decay):
    """T30 of Schroeder's backward integral (ISO 3382) in all whole octaves, both sides' mean, within 10 %."""
    _keeps_its_times(kind, space, decay, seed=0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", REVERBS)
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("decay", [0.25, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("space", list(Space))
def test_every_room_decays_in_its_time_scaled(kind, space, decay, seed):
    _keeps_its_times(kind, space, decay, seed=seed)


def _keeps_its_times(kind: str, space: Space, decay: float, *, seed: int) -> None:
    rt60_s = np.array(ACOUSTICS[space].rt60_s) * decay
    click = np.zeros((2, round((1.1 * rt60_s.max() + 0.1) * RATE_HZ)), np.float32)
    click[:, 0] = 1.0
    answer = _process(kind, click, seed=seed, space=space.value, decay=decay)
    for centre_hz, wanted_s in zip(OCTAVES_HZ, rt60_s, strict=True):
        measured_s = np.mean([_t30_s(side, centre_hz) for side in answer])
        assert measured_s == pytest.approx(wanted_s, rel=0.10), centre_hz
    assert np.sum(answer.astype(np.float64) ** 2) == pytest.approx(2.0, abs=0.1)


def _t30_s(response: np.ndarray, centre_hz: float) -> float:
    """The filter runs backwards in time, so that its own ringing is not in the decay (ISO 3382-1: B T over 4)."""
    band = butter(3, [centre_hz / 2.0**0.5, centre_hz * 2.0**0.5], "band", fs=RATE_HZ, output="sos")
    left = np.cumsum(sosfilt(band, response[::-1].astype(np.float64)) ** 2)[::-1]
    decay_db = 10.0 * np.log10(left / left[0] + 1e-12)
    falling = (decay_db <= -5.0) & (decay_db >= -35.0)
    return -60.0 / np.polyfit(np.flatnonzero(falling) / RATE_HZ, decay_db[falling], 1)[0]


@pytest.mark.parametrize("kind", REVERBS)
def test_a_rooms_predelay_cuts_and_mix(kind):
    click = np.zeros((2, RATE_HZ // 2), np.float32)
    click[:, 0] = 1.0
    plain, late = (_process(kind, click, space="studio", predelay_s=time_s) for time_s in (0.0, 0.1))
    assert np.abs(late[:, 4_800:] - plain[:, :-4_800]).max() < 1e-6
    assert np.abs(late[:, :4_800]).max() < 1e-6
    half = _process(kind, click, space="studio", mix=0.5)
    assert np.abs(half - 0.5 * click - 0.5 * plain).max() < 1e-6
    cut = _process(kind, click, space="studio", low_cut_hz=1_000.0)
    high = butter(2, 1_000.0, "high", fs=RATE_HZ, output="sos")
    assert np.abs(cut - sosfilt(high, plain)).max() < 1e-3 * np.abs(plain).max()


def test_echoes_come_in_time_and_fall_by_their_feedback():
    click = np.zeros((2, RATE_HZ), np.float32)
    click[:, 0] = 1.0
    settings = {"left_s": 0.1, "right_s": 0.15, "low_cut_hz": 20.0, "high_cut_hz": 20_000.0, "feedback": 0.5}
    echoes = _process("delay", click, **settings)
    for side, apart in ((0, 4_800), (1, 7_200)):
        at = np.flatnonzero(echoes[side])
        assert at.tolist() == list(range(apart, RATE_HZ, apart))
        assert echoes[side, at] == pytest.approx(0.5 ** np.arange(len(at)))
    bounced = _process("delay", click, **settings, cross=1.0)
    assert [np.flatnonzero(side)[:2].tolist() for side in bounced] == [[4_800, 16_800], [12_000, 24_000]]
    assert bounced[1, 12_000] == pytest.approx(0.5)


def test_a_chorus_bends_the_pitch_by_its_depth_and_rate():
    """The delay swings by d sin(2 pi r t), so the pitch swings by the factor 1 - 2 pi r d cos(2 pi r t)."""
    rate_hz, depth_s, tone_hz = 2.0, 0.002, 1_000.0
    wet = _process("chorus", sine(tone_hz, 3.0, -6.0), rate_hz=rate_hz, depth_s=depth_s, mix=1.0, spread=1.0)
    swings = []
    for side in wet[:, RATE_HZ // 2 :].astype(np.float64):
        at = np.flatnonzero((side[:-1] < 0.0) & (side[1:] >= 0.0))
        exact = at + side[at] / (side[at] - side[at + 1])
        pitch_hz = 20.0 * RATE_HZ / (exact[20:] - exact[:-20])
        assert pitch_hz.max() / tone_hz - 1.0 == pytest.approx(2.0 * np.pi * rate_hz * depth_s, rel=0.05)
        assert 1.0 - pitch_hz.min() / tone_hz == pytest.approx(2.0 * np.pi * rate_hz * depth_s, rel=0.05)
        swings.append(np.interp(np.arange(0, 100_000, 480), exact[:-20], pitch_hz) - tone_hz)
    assert np.corrcoef(swings)[0, 1] < -0.95  # a whole half turn apart
    assert rms_db(wet[:, 9_600:]) == pytest.approx(rms_db(sine(tone_hz, 1.0, -6.0)), abs=0.1)


@pytest.mark.parametrize("gain_db", [-9.0, 9.0])
def test_a_transient_shaper_moves_onsets_or_ends_and_nothing_steady(gain_db):
    """Hits that ring for 150 ms, twice a second, and a steady tone."""
    time_s = seconds(2.0) % 0.5
    hits = stereo(0.3 * np.sin(2.0 * np.pi * 500.0 * time_s) * np.exp(-time_s / 0.15))
    attack = _process("transient_shaper", hits, attack_db=gain_db)
    sustain = _process("transient_shaper", hits, sustain_db=gain_db)

    def change_db(out: np.ndarray, start_s: float, end_s: float) -> float:
        part = (time_s >= start_s) & (time_s < end_s) & (seconds(2.0) > 0.5)
        return rms_db(out[:, part]) - rms_db(hits[:, part])

    assert change_db(attack, 0.001, 0.010) * np.sign(gain_db) > 0.6 * abs(gain_db)
    assert abs(change_db(attack, 0.15, 0.4)) < 0.1
    assert abs(change_db(sustain, 0.003, 0.010)) < 0.3
    assert change_db(sustain, 0.35, 0.45) * np.sign(gain_db) > 0.6 * abs(gain_db)
    for kind in ({"attack_db": gain_db}, {"sustain_db": gain_db}):
        for tone_hz in (50.0, 1_000.0):
            tone = sine(tone_hz, 1.0, -12.0)
            assert np.array_equal(
                _process("transient_shaper", tone, **kind)[:, RATE_HZ // 2 :], tone[:, RATE_HZ // 2 :]
            )


def test_tubes_add_even_overtones_tape_only_odd_ones_and_neither_a_direct_current():
    wave = sine(100.0, 2.0, -6.0)
    spectra = {}
    for character in ("tape", "tube"):
        warm = _process("saturation", wave, drive_db=9.0, character=character)[0, RATE_HZ:]
        spectra[character] = np.abs(np.fft.rfft(warm * np.hanning(RATE_HZ)))
        assert abs(warm.mean()) < 1e-4
    for character, second_db in (("tape", -90.0), ("tube", -20.0)):
        level_db = db(spectra[character][200] / spectra[character][100])
        assert level_db < second_db if character == "tape" else level_db > -35.0
        assert -35.0 < db(spectra[character][300] / spectra[character][100]) < -10.0
    soft = sine(100.0, 1.0, -60.0)
    assert rms_db(_process("saturation", soft, drive_db=12.0)[:, 4_800:]) == pytest.approx(rms_db(soft), abs=0.05)


def test_dither_makes_the_error_a_noise_that_knows_nothing_of_the_sound():
    """Triangular dither: power q^2 / 4 at any level, no mean, and a tone under one step survives without overtones."""
    step = 2.0**-15
    for wave in (
        sine(997.0, 2.0, -20.0),
        sine(997.0, 2.0, 20.0 * np.log10(0.4 * step)),
        np.full((2, 96_000), 0.3 * step),
    ):
        out = _process("dither", wave.astype(np.float32))
        steps = out.astype(np.float64) / step
        assert np.array_equal(steps, np.round(steps))
        error = out.astype(np.float64) - wave
        assert np.mean(error**2) == pytest.approx(step**2 / 4.0, rel=0.03)
        assert abs(error.mean()) < 0.01 * step
    tone = np.abs(np.fft.rfft(_process("dither", sine(1_000.0, 2.0, 20.0 * np.log10(0.4 * step)))[0]))
    assert db(tone[2_000] / (0.2 * step * 96_000)) == pytest.approx(0.0, abs=1.0)
    assert db(max(tone[4_000], tone[6_000]) / tone[2_000]) < -20.0


def test_shaped_dither_moves_the_noise_to_where_nobody_hears_it():
    wave = np.zeros((2, 2 * RATE_HZ), np.float32)
    flat, shaped = (np.abs(np.fft.rfft(_process("dither", wave, shaped=shaped)[0])) ** 2 for shaped in (False, True))
    ears = slice(2 * 1_000, 2 * 6_000)
    assert 10.0 * np.log10(shaped[ears].sum() / flat[ears].sum()) < -8.0
    assert shaped.sum() > flat.sum()


def test_clipped_words_stay_words():
    loud = _process("dither", sine(997.0, 0.2, 6.0), bits="24")
    assert loud.max() == 1.0 - 2.0**-23
    assert loud.min() == -1.0


def test_width_moves_the_sides_alone_and_keeps_the_bass_in_the_middle():
    wave = noise(0.5, -20.0, seed=2)
    for width in (0.0, 0.5, 2.0):
        out = _process("stereo_width", wave, width=width)
        assert np.abs(out.sum(axis=0) - wave.sum(axis=0)).max() < 1e-6
        assert np.abs((out[0] - out[1]) - width * (wave[0] - wave[1])).max() < 1e-6
    apart = sine(50.0, 1.0) * np.array([[1.0], [-1.0]], np.float32)
    assert rms_db(_process("stereo_width", apart, mono_below_hz=200.0)[:, 24_000:]) < -20.0 + rms_db(apart)

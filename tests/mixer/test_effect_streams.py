"""Every effect of the catalogue as a stream: blocks of any size, exact latency, no bit changed at neutral settings,
no click when a parameter moves."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from codecraft.common.errors import InvalidInput
from mixer.engine.console.building import effect_of
from mixer.engine.console.catalogue import EFFECT_KINDS, Param
from mixer.engine.console.state import EffectSlot
from mixer.engine.effects.effect import Effect, Stream
from mixer.engine.effects.phrases import PhraseStream
from mixer.engine.effects.pitch_track import track_pitch
from mixer.engine.effects.streaming import run
from tests.mixer.material import RATE_HZ, noise, rms_db, sine, song

BUSY = {
    "eq": {"low_cut": True, "low_cut_slope": "48", "bell_1_db": 6.0, "bell_3_db": -9.0, "high_shelf_db": 4.0},
    "compressor": {"threshold_db": -30.0, "ratio": 4.0, "makeup_db": 3.0, "key_low_cut_hz": 100.0, "mix": 0.8},
    "gate": {"threshold_db": -20.0},
    "ducker": {"band": "bell", "depth_db": 9.0},
    "de_esser": {"amount": 1.0, "threshold_db": -12.0},
    "saturation": {"drive_db": 12.0, "character": "tube"},
    "delay": {"left_s": 0.011, "right_s": 0.017, "feedback": 0.7, "cross": 0.5},
    "doubler": {"amount": 0.8},
    "convolution_reverb": {"space": "studio", "mix": 0.5, "predelay_s": 0.01, "low_cut_hz": 200.0},
    "algorithmic_reverb": {"space": "studio", "mix": 0.5, "high_cut_hz": 6_000.0},
    "stereo_width": {"width": 1.6, "mono_below_hz": 120.0},
    "transient_shaper": {"attack_db": 8.0, "sustain_db": -6.0},
    "bass_boost": {"gain_db": 6.0},
    "pitch_shift": {"semitones": 3.0, "material": "instrument"},
    "limiter": {"gain_db": 18.0},
    "dither": {"shaped": True},
}
NEUTRAL = {
    "compressor": {"ratio": 1.0},
    "gate": {"range_db": 0.0},
    "ducker": {"depth_db": 0.0},
    "de_esser": {"amount": 0.0},
    "saturation": {"mix": 0.0},
    "delay": {"mix": 0.0},
    "chorus": {"mix": 0.0},
    "doubler": {"amount": 0.0},
    "convolution_reverb": {"space": "studio", "mix": 0.0},
    "algorithmic_reverb": {"space": "studio", "mix": 0.0},
}
KEY = np.roll(song(1.2), 20_000, axis=1)


def _effect(kind: str, **params) -> Effect:
    return effect_of(EffectSlot("it", kind, params), seed=5)


def _run(stream: Stream, wave: np.ndarray, sizes: list[int]) -> np.ndarray:
    out, start, turn = [], 0, 0
    while start < wave.shape[1]:
        end = min(wave.shape[1], start + sizes[turn % len(sizes)])
        out.append(stream.process(wave[:, start:end], KEY[:, start:end]))
        start, turn = end, turn + 1
    return np.concatenate(out, axis=1)


def _material() -> np.ndarray:
    """Music, a rest, noise: filters ring into silence and wake again."""
    wave = song(1.2)
    wave[:, 12_000:16_000] = 0.0
    wave[:, 40_000:45_000] = noise(1.2, -12.0)[:, 40_000:45_000]
    return wave


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_the_size_of_the_blocks_does_not_matter(kind):
    wave, effect = _material(), _effect(kind, **BUSY.get(kind, {}))
    whole = _run(effect.open(sample_rate_hz=RATE_HZ), wave, [wave.shape[1]])
    assert whole.shape == wave.shape
    assert whole.dtype == np.float32
    assert not np.array_equal(whole, wave)
    for sizes, samples in (([1], 1_500), ([7], 8_000), ([480, 64], 30_000), ([4096, 1, 333, 64, 7, 20_000], 57_600)):
        parts = _run(effect.open(sample_rate_hz=RATE_HZ), wave[:, :samples], sizes)
        assert np.abs(parts - whole[:, :samples]).max() <= 1e-6, sizes


@pytest.mark.parametrize("kind", [kind for kind in EFFECT_KINDS if kind != "dither"])
def test_neutral_settings_give_the_same_bits_exactly_as_late_as_the_stream_says(kind):
    """Dither has no neutral setting: rounding is what it is for."""
    wave = 0.5 * _material()
    stream = _effect(kind, **NEUTRAL.get(kind, {})).open(sample_rate_hz=RATE_HZ)
    late = stream.latency_samples
    out = _run(stream, wave, [4096, 100])
    assert np.array_equal(out[:, late:], wave[:, : wave.shape[1] - late])
    assert not out[:, :late].any()


@pytest.mark.parametrize("kind", ["de_esser", "saturation", "pitch_shift", "convolution_reverb"])
def test_what_an_effect_changes_is_late_by_its_latency_as_well(kind):
    """Two neighbouring pulses of noise: their energy's centre of gravity, in and out, with the effect at work."""
    wave = np.zeros((2, 60_000), np.float32)
    wave[:, 9_000:19_000] = noise(1.0, -20.0, seed=4)[:, :10_000] * np.hanning(10_000).astype(np.float32)
    settings = {"convolution_reverb": {"space": "studio", "mix": 0.1}}.get(kind, BUSY[kind])
    stream = _effect(kind, **settings).open(sample_rate_hz=RATE_HZ)
    out = _run(stream, wave, [4096])
    centres = [float(np.sum(np.arange(60_000) * x**2) / np.sum(x**2)) for x in (wave.astype(float), out.astype(float))]
    assert centres[1] - centres[0] == pytest.approx(stream.latency_samples, abs=RATE_HZ * 0.003)


@pytest.mark.parametrize("kind", EFFECT_KINDS)
def test_after_the_tail_nothing_sounds(kind):
    """Half a second of noise, then as much silence as the stream says: what comes later lies 60 dB lower."""
    stream = _effect(kind, **BUSY.get(kind, {})).open(sample_rate_hz=RATE_HZ)
    wave = noise(0.5, -12.0)
    stream.process(wave, wave)
    quiet = np.zeros((2, stream.latency_samples + stream.tail_samples), np.float32)
    stream.process(quiet, quiet)
    rest = np.zeros((2, 4_800), np.float32)
    assert rms_db(stream.process(rest, rest)) < -12.0 - 60.0


def _between(param: Param, share: float) -> float:
    if param.logarithmic:
        return param.lowest * (param.highest / param.lowest) ** share
    return param.lowest + share * (param.highest - param.lowest)


AUTOMATED = [(kind.kind, param) for kind in EFFECT_KINDS.values() for param in kind.params if param.automatable]


@pytest.mark.parametrize(("kind", "param"), AUTOMATED, ids=[f"{kind}-{param.name}" for kind, param in AUTOMATED])
def test_a_parameter_moves_without_clicks(kind, param):
    """A low tone while the parameter goes there and back in the grid's steps, and once in a jump: above 8 kHz nothing
    appears that lies within 70 dB of the tone (80 for the slow way), or 6 dB over what it has without moving."""
    tone = sine(180.0, 0.5, -16.0) * np.array([[1.0], [0.6]], np.float32)
    others = {**BUSY.get(kind, {}), **({"drive_db": 3.0, "character": "tape"} if kind == "saturation" else {})}

    def heard(values: list[float], samples: int) -> float:
        effects = [_effect(kind, **{**others, param.name: value}) for value in values]
        stream = effects[0].open(sample_rate_hz=RATE_HZ)
        out = []
        for at, effect in zip(range(0, tone.shape[1], samples), effects, strict=False):
            stream.retune(effect)
            out.append(stream.process(tone[:, at : at + samples], tone[:, at : at + samples]))
        high = sosfilt(butter(8, 8_000.0, "high", fs=RATE_HZ, output="sos"), np.concatenate(out, axis=1))
        return rms_db(high[:, 10_000:])

    low, high = _between(param, 0.35), _between(param, 0.6)
    still_db = max(heard([value] * 3, 8_000) for value in (low, high))
    slow = [low + (high - low) * np.sin(np.pi * step / 375.0) ** 2 for step in range(375)]
    assert heard(slow, 64) < max(-16.0 - 80.0, still_db + 6.0)
    assert heard([low, high, low], 8_000) < max(-16.0 - 70.0, still_db + 6.0)


def test_phrases_are_cut_where_they_are_softest_and_joined_without_a_seam():
    """Bursts of noise with rests: what is worked on has silence at its ends; the whole is only late."""
    rate_hz, rng = 1_000, np.random.default_rng(3)
    time_s = np.arange(30_000) / rate_hz
    wave = (rng.standard_normal((2, 30_000)) * (time_s % 2.9 < 2.5)).astype(np.float32)
    lengths = []

    def louder(heard: np.ndarray) -> np.ndarray:
        lengths.append(heard.shape[1] / rate_hz)
        return 2.0 * heard

    stream = PhraseStream(louder, sample_rate_hz=rate_hz, channels=2)
    out = np.concatenate([stream.process(wave[:, at : at + 77]) for at in range(0, 30_000, 77)], axis=1)
    late = stream.latency_samples
    assert np.array_equal(out[:, late:], 2.0 * wave[:, : 30_000 - late])
    assert all(5.0 <= length_s <= 9.0 for length_s in lengths)
    assert len(lengths) >= 3


def test_every_kind_is_built_with_its_defaults_and_others_are_refused_by_name():
    for kind in EFFECT_KINDS:
        assert isinstance(_effect(kind), Effect)
    with pytest.raises(InvalidInput, match="There is no effect “echo”"):
        _effect("echo")


@pytest.mark.slow
def test_a_voice_moved_phrase_by_phrase_is_in_tune_and_in_time():
    """Twenty seconds of a melody with rests and breath: the pitch by a fifth within 5 cents; breath not touched."""
    rate_hz = 16_000
    time_s = np.arange(20 * rate_hz) / rate_hz
    tone_hz = 220.0 * 2.0 ** (np.array([0, 2, 4, 5, 7])[(time_s // 0.7).astype(int) % 5] / 12.0)
    turn = 2.0 * np.pi * np.cumsum(tone_hz) / rate_hz
    sung = sum(np.sin(k * turn) / k for k in range(1, 9)) * (time_s % 5.0 < 4.2)
    breath = np.random.default_rng(1).standard_normal(len(time_s)) * (time_s % 5.0 > 4.4)
    wave = (0.1 * sung + 0.001 * breath)[np.newaxis].repeat(2, axis=0).astype(np.float32)
    effect = _effect("pitch_shift", semitones=7.0)
    moved = run(effect, wave, sample_rate_hz=rate_hz)
    before, after = (track_pitch(x[0], sample_rate_hz=rate_hz).f0_hz for x in (wave, moved))
    both = (before > 0.0) & (after > 0.0)
    cents = 1200.0 * np.log2(after[both] / before[both])
    assert both.sum() > 0.9 * (before > 0.0).sum()
    assert np.median(cents) == pytest.approx(700.0, abs=5.0)
    off = (cents - 700.0 + 600.0) % 1200.0 - 600.0  # the judge hears some of these tones an octave lower
    assert np.mean(np.abs(off) < 30.0) > 0.95
    rest = time_s % 5.0 > 4.6
    rest &= time_s % 5.0 < 4.9
    assert np.array_equal(moved[:, rest], wave[:, rest])

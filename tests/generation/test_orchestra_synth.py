"""The studio's own synthesizer: in time to the sample, in tune, band-limited, local, and each sound what it is for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.errors import InvalidInput
from generation.engine.orchestra import OrchestraSpec, render_stems
from generation.engine.orchestra.synth import SOUNDS, SynthPlayer
from generation.engine.orchestra.synth.kernels import add_saw
from generation.engine.score.types import ControlPoint, Note, Part, TempoChange, TempoMap
from mixer.contracts import ChannelRole
from tests.songs import SOUNDFONT

RATE_HZ = 48_000
TEMPO = TempoMap((TempoChange(0.0, 97.0), TempoChange(4.0, 120.0)))


def _part(sound: str, notes: list[tuple[float, float, int]], velocity: int = 100, **more) -> Part:
    played = tuple(Note(start, beats, midi, velocity) for start, beats, midi in notes)
    return Part(sound, 89, ChannelRole.PAD, played, synth=sound, **more)


def _spec(*parts: Part, duration_s: float = 6.0, seed: int = 3) -> OrchestraSpec:
    return OrchestraSpec(parts, TEMPO, duration_s, SOUNDFONT, seed)


def _play(part: Part, **more) -> np.ndarray:
    return SynthPlayer(_spec(part, **more)).play(part, lambda fraction: None)


def _db(audio: np.ndarray) -> float:
    return 10.0 * float(np.log10(np.mean(np.square(audio.astype(float))) + 1e-20))


def _centroid_hz(audio: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(audio.mean(axis=0) * np.hanning(audio.shape[1]))) ** 2
    return float((np.fft.rfftfreq(audio.shape[1], 1.0 / RATE_HZ) * power).sum() / power.sum())


@pytest.mark.parametrize("sound", list(SOUNDS))
def test_a_sound_begins_at_its_sample_and_ends(sound):
    """Nothing before the note's own sample, something within a hundredth of a second of it, silence in the end."""
    start = round(TEMPO.seconds_at(1.337) * RATE_HZ)
    audio = _play(_part(sound, [(1.337, 2.0, 48)]), duration_s=7.0)
    assert audio.dtype == np.float32 and audio.shape == (2, 7 * RATE_HZ)
    assert not audio[:, :start].any()
    assert audio[:, start : start + RATE_HZ // 50].any()
    assert not audio[:, round(6.8 * RATE_HZ) :].any()
    assert np.isfinite(audio).all() and 0.01 < np.abs(audio).max() < 0.9
    assert np.abs(audio.mean(axis=1)).max() < 1e-3


@pytest.mark.parametrize(("sound", "midi"), [("sub_bass", 33), ("super_saw", 69), ("glass_pad", 69), ("drone", 45)])
def test_a_sound_is_in_tune(sound, midi):
    audio = _play(_part(sound, [(0.0, 6.0, midi)]), duration_s=4.0)
    wave = audio.mean(axis=0)[RATE_HZ // 2 : 3 * RATE_HZ]
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 1 << 20))
    hz = np.fft.rfftfreq(1 << 20, 1.0 / RATE_HZ)
    wanted_hz = 440.0 * 2.0 ** ((midi - 69) / 12.0)
    near = (hz > wanted_hz * 0.96) & (hz < wanted_hz * 1.04)
    heard_hz = float((hz[near] * spectrum[near] ** 2).sum() / (spectrum[near] ** 2).sum())
    assert abs(1_200.0 * np.log2(heard_hz / wanted_hz)) < 5.0


def test_a_saw_is_band_limited():
    """At 2.5 kHz a plain saw folds back at -20 dB under its first partial; ours stays 45 dB below up to 6 kHz."""
    cycles = 2_517.0 / RATE_HZ
    out = np.zeros((2, RATE_HZ))
    add_saw(out, np.full(RATE_HZ, cycles), 0.0, 1.0, 1.0)
    plain = 2.0 * (np.arange(RATE_HZ) * cycles % 1.0) - 1.0

    def folded_db(wave: np.ndarray) -> float:
        spectrum = np.abs(np.fft.rfft(wave * np.blackman(RATE_HZ)))
        others = spectrum[:6_000].copy()
        for number in (1, 2):
            others[2_517 * number - 8 : 2_517 * number + 9] = 0.0
        return 20.0 * float(np.log10(others[20:].max() / spectrum[2_517]))

    assert folded_db(plain) > -30.0
    assert folded_db(out[0]) < -45.0


def test_risers_rise_impacts_fall_and_sub_basses_stay_below():
    riser = _play(_part("riser", [(0.0, 6.0, 60)]), duration_s=3.4)
    third = riser.shape[1] // 3
    thirds = [riser[:, i * third : (i + 1) * third] for i in range(3)]
    assert _db(thirds[2]) > _db(thirds[1]) + 6.0 and _db(thirds[1]) > _db(thirds[0]) + 6.0
    assert _centroid_hz(thirds[2]) > 1.5 * _centroid_hz(thirds[0])
    impact = _play(_part("impact", [(0.0, 1.0, 60)]), duration_s=4.0)
    seconds = [_db(impact[:, i * RATE_HZ : (i + 1) * RATE_HZ]) for i in range(3)]
    assert seconds[0] > seconds[1] + 6.0 > seconds[2] + 12.0
    assert np.abs(impact[:, : RATE_HZ // 10]).max() == np.abs(impact).max()
    assert _centroid_hz(_play(_part("sub_bass", [(0.0, 4.0, 33)]), duration_s=3.0)) < 110.0
    pads = [_play(_part(sound, [(0.0, 6.0, 60)]), duration_s=3.0) for sound in ("dark_pad", "air_pad")]
    assert _centroid_hz(pads[0]) < 0.75 * _centroid_hz(pads[1])


def test_velocity_expression_and_seed_are_heard():
    part = _part("air_pad", [(0.0, 8.0, 60)])
    fading = replace(part, controls=(ControlPoint(0.0, 11, 127), ControlPoint(4.0, 11, 40)))
    loud, soft, faded = _play(part), _play(_part("air_pad", [(0.0, 8.0, 60)], velocity=40)), _play(fading)
    late = slice(3 * RATE_HZ, 4 * RATE_HZ)
    assert _db(soft) < _db(loud) - 6.0
    assert _db(faded[:, late]) < _db(loud[:, late]) - 12.0
    assert np.array_equal(faded[:, :RATE_HZ], loud[:, :RATE_HZ])
    assert np.array_equal(loud, _play(part)) and not np.array_equal(loud, _play(part, seed=4))


def test_a_note_hears_no_other_note():
    """The sum of two notes is each of them alone: what an edit does not touch stays the same to the bit."""
    first, second = (0.0, 2.0, 50), (6.0, 2.0, 57)
    both = _play(_part("braam", [first, second]))
    start = round(TEMPO.seconds_at(6.0) * RATE_HZ)
    assert np.array_equal(both[:, :start], _play(_part("braam", [first]))[:, :start])
    assert np.array_equal(both[:, start:], _play(_part("braam", [second]))[:, start:])


def test_synthesized_parts_stand_among_the_others(tmp_path):
    piano = Part("piano", 0, ChannelRole.KEYS, (Note(0.0, 1.0, 60, 90),))
    boom = _part("impact", [(1.0, 1.0, 36)])
    made = render_stems(_spec(piano, boom, duration_s=3.0), tmp_path / "two")
    assert [path.name for path in made.stem_paths] == ["01-piano.wav", "02-impact.wav"]
    assert {sf.info(path).frames for path in made.stem_paths} == {3 * RATE_HZ}
    alone = render_stems(_spec(boom, duration_s=3.0), tmp_path / "one")
    assert alone.stem_paths[0].read_bytes() == made.stem_paths[1].read_bytes()
    with pytest.raises(InvalidInput):
        render_stems(_spec(replace(boom, synth="kazoo")), Path(tmp_path) / "none")

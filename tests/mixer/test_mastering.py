"""Every kind of mix reaches -14 LUFS and -1 dBTP, judged by ffmpeg's ebur128."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.errors import Cancelled, InvalidInput
from mixer.contracts import MasterSpec
from mixer.engine.auto_mix import master
from mixer.engine.meters import judge
from tests.mixer import material
from tests.mixer.material import RATE_HZ, rms_db

MATERIAL = {
    "song": lambda: material.song(40.0),
    "plainchant": lambda: material.plainchant(30.0),
    "whisper": lambda: material.whisper(30.0),
    "whisper over a swell": lambda: material.whisper(30.0) + 0.3 * material.swell(30.0),
    "drums": lambda: material.drums(30.0),
    "swell": lambda: material.swell(60.0),
    "noise": lambda: material.noise(30.0),
    "chords, two seconds": lambda: material.chords(2.0),
    "far too quiet": lambda: 0.003 * material.song(30.0),
    "clipped": lambda: np.clip(30.0 * material.song(30.0), -1.0, 1.0),
}


@pytest.mark.parametrize("name", MATERIAL)
def test_loudness_true_peak_and_length(tmp_path, name):
    mix = MATERIAL[name]()
    write_wav(tmp_path / "mix.wav", mix, sample_rate_hz=RATE_HZ)
    made = master(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    judged = judge(tmp_path / "song.wav")
    assert judged == made.loudness
    assert judged.integrated_lufs == pytest.approx(-14.0, abs=0.3)
    assert judged.true_peak_dbtp <= -1.0
    info = sf.info(made.path)
    assert (info.samplerate, info.subtype, info.channels, info.frames) == (48_000, "PCM_24", 2, mix.shape[1])
    assert len(made.decisions) >= 3


def test_other_targets_are_met_too(tmp_path):
    write_wav(tmp_path / "mix.wav", material.song(20.0), sample_rate_hz=RATE_HZ)
    made = master(MasterSpec(tmp_path / "mix.wav", target_lufs=-12.0, ceiling_dbtp=-2.0), tmp_path / "song.wav")
    assert made.loudness.integrated_lufs == pytest.approx(-12.0, abs=0.3)
    assert made.loudness.true_peak_dbtp <= -2.0


def test_dc_and_rumble_are_gone_and_the_song_keeps_its_dynamics(tmp_path):
    mix = material.song(30.0) + material.sine(8.0, 30.0, -25.0) + np.float32(0.02)
    write_wav(tmp_path / "mix.wav", mix, sample_rate_hz=RATE_HZ)
    master(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    audio, _ = read_wav(tmp_path / "song.wav")
    assert np.abs(audio.mean(axis=1)).max() < 1e-4
    spectrum = np.abs(np.fft.rfft(audio[0]))
    before = np.abs(np.fft.rfft(mix[0]))
    at_8_hz, at_440_hz = 8 * 30, 440 * 30
    kept = spectrum[at_440_hz - 90 : at_440_hz + 90].max() / before[at_440_hz - 90 : at_440_hz + 90].max()
    assert spectrum[at_8_hz] / before[at_8_hz] < 0.15 * kept
    half = audio.shape[1] // 2
    step_before = rms_db(mix[:, half:] - 0.02) - rms_db(mix[:, :half] - 0.02)
    step_after = rms_db(audio[:, half:]) - rms_db(audio[:, :half])
    assert step_after > 0.6 * step_before


def test_the_same_mix_gives_the_same_bytes(tmp_path):
    write_wav(tmp_path / "mix.wav", material.song(10.0), sample_rate_hz=RATE_HZ)
    digests = set()
    for name in ("a.wav", "b.wav"):
        master(MasterSpec(tmp_path / "mix.wav"), tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_silence_is_passed_on_with_a_sentence(tmp_path):
    write_wav(tmp_path / "mix.wav", np.zeros((2, RATE_HZ), np.float32), sample_rate_hz=RATE_HZ)
    made = master(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    assert "silent" in made.decisions[0].sentence
    assert not read_wav(made.path)[0].any()


def test_what_cannot_be_loud_comes_as_near_as_it_may_and_says_so(tmp_path):
    clicks = np.zeros((2, 12 * RATE_HZ), np.float32)
    clicks[:, :: 2 * RATE_HZ] = 0.5
    write_wav(tmp_path / "mix.wav", clicks, sample_rate_hz=RATE_HZ)
    made = master(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    assert made.loudness.true_peak_dbtp <= -1.0
    assert made.loudness.integrated_lufs < -14.5
    assert not made.reached
    assert made.decisions[-1].sentence == made.refusal
    assert "-14.0 LUFS asked for" in made.refusal


def test_cancelled_and_broken_masters_leave_nothing(tmp_path):
    def cancel(fraction: float) -> None:
        if fraction > 0.4:
            raise Cancelled("stop")

    write_wav(tmp_path / "mix.wav", material.song(5.0), sample_rate_hz=RATE_HZ)
    with pytest.raises(Cancelled):
        master(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav", progress=cancel)
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    with pytest.raises(InvalidInput):
        master(MasterSpec(tmp_path / "broken.wav"), tmp_path / "song.wav")
    with pytest.raises(InvalidInput):
        master(MasterSpec(tmp_path / "missing.wav"), tmp_path / "song.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.wav", "mix.wav"]

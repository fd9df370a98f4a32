"""Our own quick meters against ffmpeg's ebur128 and against known values."""

from __future__ import annotations

import numpy as np
import pytest

from codecraft.common.audio import write_wav
from codecraft.common.errors import StudioError
from mixer.contracts import MasterSpec
from mixer.engine import meters
from mixer.engine.intake import measure_file
from mixer.engine.mastering import master_file
from tests.mixer import material
from tests.mixer.material import RATE_HZ, sine

MATERIAL = {
    "song": material.song,
    "plainchant": material.plainchant,
    "whisper": material.whisper,
    "drums": material.drums,
    "swell": material.swell,
}


@pytest.mark.parametrize("name", MATERIAL)
def test_own_meters_agree_with_ebur128(tmp_path, name):
    audio = MATERIAL[name](20.0)
    write_wav(tmp_path / "a.wav", audio, sample_rate_hz=RATE_HZ)
    judged = meters.judge(tmp_path / "a.wav")
    assert meters.integrated_lufs(audio, sample_rate_hz=RATE_HZ) == pytest.approx(judged.integrated_lufs, abs=0.1)
    assert meters.true_peak_dbtp(audio) == pytest.approx(judged.true_peak_dbtp, abs=0.15)
    power = meters.hop_power(audio, sample_rate_hz=RATE_HZ)
    assert meters.loudness_range_lu(power) == pytest.approx(judged.lra_lu, abs=0.7)


def test_the_reference_tone_of_ebu_tech_3341_reads_its_loudness():
    """A 1 kHz stereo sine at -23 dBFS peak reads -23 LUFS; at 44.1 kHz too."""
    for rate_hz in (48_000, 44_100):
        wave = 10.0 ** (-23.0 / 20.0) * np.sin(2.0 * np.pi * 1_000.0 * np.arange(5 * rate_hz) / rate_hz)
        audio = np.stack([wave, wave]).astype(np.float32)
        assert meters.integrated_lufs(audio, sample_rate_hz=rate_hz) == pytest.approx(-23.0, abs=0.1)


def test_gate_leaves_rests_out_of_the_loudness():
    tone = sine(1_000.0, 5.0, -20.0)
    with_rests = np.concatenate([tone, np.zeros((2, 20 * RATE_HZ), np.float32)], axis=1)
    assert meters.integrated_lufs(with_rests, sample_rate_hz=RATE_HZ) == pytest.approx(-20.0, abs=0.3)


def test_silence_and_very_short_sounds_have_a_reading(tmp_path):
    for samples in (100, RATE_HZ):
        silence = np.zeros((2, samples), np.float32)
        assert meters.integrated_lufs(silence, sample_rate_hz=RATE_HZ) == meters.SILENCE_LUFS
        assert meters.true_peak_dbtp(silence) == -120.0
        write_wav(tmp_path / "s.wav", silence, sample_rate_hz=RATE_HZ)
        assert meters.judge(tmp_path / "s.wav").integrated_lufs == meters.SILENCE_LUFS


def test_a_file_that_is_no_sound_is_an_error(tmp_path):
    (tmp_path / "a.wav").write_text("not sound")
    with pytest.raises(StudioError):
        meters.judge(tmp_path / "a.wav")


def test_an_uploads_figures_a_masters_and_the_judges_are_one_truth_for_mono_too(tmp_path):
    """A mono file is heard from both sides: it reads what the same sound on two channels does, whoever measures."""
    stereo = material.song(8.0)
    mono = stereo[:1]
    for name, audio in {"mono": mono, "twice": np.repeat(mono, 2, axis=0), "stereo": stereo}.items():
        write_wav(tmp_path / f"{name}.wav", audio, sample_rate_hz=RATE_HZ)
    read = {}
    for name in ("mono", "twice", "stereo"):
        path = tmp_path / f"{name}.wav"
        measured, judged = measure_file(path), meters.judge(path)
        before = master_file(MasterSpec(path), tmp_path / "song.wav").before
        assert measured.integrated_lufs == pytest.approx(judged.integrated_lufs, abs=0.1), name
        assert before.integrated_lufs == pytest.approx(judged.integrated_lufs, abs=0.1), name
        assert measured.true_peak_dbtp == pytest.approx(judged.true_peak_dbtp, abs=0.15), name
        assert measured.lra_lu == pytest.approx(judged.lra_lu, abs=0.7), name
        read[name] = measured
    assert read["mono"].integrated_lufs == pytest.approx(read["twice"].integrated_lufs, abs=0.01)
    assert read["mono"].short_term_max_lufs == pytest.approx(read["twice"].short_term_max_lufs, abs=0.01)

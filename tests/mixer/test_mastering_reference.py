"""A master that comes near to a reference, and one that has been through every codec."""

from __future__ import annotations

import pytest
from scipy.signal import butter, sosfilt

from codecraft.common.audio import write_wav
from codecraft.common.codec import decode
from codecraft.common.codec import encode as encode_data
from mixer.contracts import CodecSpec, MasterResult, MasterSpec
from mixer.engine.mastering import CODECS, encode, master_file
from mixer.engine.meters import judge
from tests.mixer import material
from tests.mixer.material import RATE_HZ


def test_spectrum_width_and_loudness_come_near_to_the_reference(tmp_path):
    """The reference is the same song, darker and with more bass (by less than the 6 dB that a band may move), wider,
    and louder."""
    mix = material.song(12.0) + material.noise(12.0, -50.0)
    dark = mix + 0.7 * sosfilt(butter(1, 150.0, "low", fs=RATE_HZ, output="sos"), mix, axis=1)
    dark = 0.5 * dark + 0.5 * sosfilt(butter(1, 4_000.0, "low", fs=RATE_HZ, output="sos"), dark, axis=1)
    middle, side = dark.mean(axis=0), 0.7 * (dark[0] - dark[1])
    reference = 1.6 * material.stereo(middle)
    reference[0] += 1.6 * side
    reference[1] -= 1.6 * side
    write_wav(tmp_path / "mix.wav", mix, sample_rate_hz=RATE_HZ)
    write_wav(tmp_path / "reference.wav", reference, sample_rate_hz=RATE_HZ, subtype="FLOAT")
    spec = MasterSpec(
        tmp_path / "mix.wav",
        reference_path=tmp_path / "reference.wav",
        reference_loudness=True,
        reference_share=1.0,
    )
    made = master_file(spec, tmp_path / "song.wav")
    near, wanted = made.reference, judge(tmp_path / "reference.wav")
    assert near.spectrum_after_db < 0.4 * near.spectrum_before_db
    assert abs(near.width_after_db - near.width_db) < 0.35 * abs(near.width_before_db - near.width_db)
    assert made.loudness.integrated_lufs == pytest.approx(wanted.integrated_lufs, abs=0.2001)
    assert made.target_lufs == pytest.approx(wanted.integrated_lufs)
    assert any("the reference has" in decision.sentence for decision in made.decisions)
    assert decode(MasterResult, encode_data(made)) == made


def test_a_reference_out_of_all_bounds_moves_nothing_beyond_them(tmp_path):
    write_wav(tmp_path / "mix.wav", material.song(12.0), sample_rate_hz=RATE_HZ)
    hiss = sosfilt(butter(4, 6_000.0, "high", fs=RATE_HZ, output="sos"), material.noise(12.0, -3.0), axis=1)
    write_wav(tmp_path / "reference.wav", hiss, sample_rate_hz=RATE_HZ, subtype="FLOAT")
    spec = MasterSpec(tmp_path / "mix.wav", reference_path=tmp_path / "reference.wav", reference_loudness=True)
    made = master_file(spec, tmp_path / "song.wav")
    assert -20.0 <= made.target_lufs <= -8.0
    gains = [d.measures["gain_db"] for d in made.decisions if "difference_db" in d.measures]
    assert gains
    assert max(abs(gain) for gain in gains) <= 6.0
    assert judge(tmp_path / "song.wav").true_peak_dbtp <= -1.0


def test_codecs_are_measured_and_get_the_headroom_they_need(tmp_path):
    mix = material.song(10.0) + 0.3 * material.drums(10.0)
    write_wav(tmp_path / "mix.wav", mix, sample_rate_hz=RATE_HZ)
    codecs = tuple(CodecSpec(name) for name in CODECS)
    plain = master_file(MasterSpec(tmp_path / "mix.wav", codecs=codecs), tmp_path / "plain.wav")
    assert [report.name for report in plain.codecs] == list(CODECS)
    assert max(report.over_db for report in plain.codecs) > 0.0
    for report in plain.codecs:
        encode(tmp_path / "plain.wav", CodecSpec(report.name), tmp_path / f"again{CODECS[report.name].suffix}")
        again = judge(tmp_path / f"again{CODECS[report.name].suffix}")
        assert report.loudness == again
        assert report.over_db == pytest.approx(max(0.0, again.true_peak_dbtp + 1.0), abs=0.01)
        assert report.bandwidth_hz > 15_000.0
        assert report.error_db < -12.0
    careful = MasterSpec(tmp_path / "mix.wav", codecs=codecs, codec_headroom=True)
    made = master_file(careful, tmp_path / "careful.wav")
    assert max(report.loudness.true_peak_dbtp for report in made.codecs) <= -1.0
    assert made.ceiling_dbtp < -1.0
    assert made.loudness.integrated_lufs == pytest.approx(-14.0, abs=0.2001)
    assert any("Ceiling lowered" in decision.sentence for decision in made.decisions)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".m4a", ".mp3", ".opus", ".wav", ".wav", ".wav"]

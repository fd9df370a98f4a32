"""Masters of sounds that are made to fool a mastering room, of every shape of file, and what is refused."""

from __future__ import annotations

import resource

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.errors import InvalidInput
from mixer.contracts import Compression, EqBand, Loudness, MasterChain, MasterSpec
from mixer.engine.mastering import TARGETS, master_file, read_chain, read_codecs, read_target
from mixer.engine.mastering.compare import compared
from mixer.engine.mastering.multiband import CROSSOVERS_HZ, MultibandCompressor
from mixer.engine.meters import judge
from tests.mixer import material
from tests.mixer.material import RATE_HZ, rms_db
from tests.mixer.torture import TORTURE


@pytest.mark.parametrize("target", ["streaming", "club"])
@pytest.mark.parametrize("name", TORTURE)
def test_torture_keeps_every_bound_or_is_refused(tmp_path, name, target):
    write_wav(tmp_path / "mix.wav", TORTURE[name](12.0), sample_rate_hz=RATE_HZ, subtype="FLOAT")
    wanted = TARGETS[target]
    made = master_file(MasterSpec(tmp_path / "mix.wav", wanted.lufs, wanted.ceiling_dbtp), tmp_path / "song.wav")
    heard = judge(tmp_path / "song.wav")
    assert heard.true_peak_dbtp <= wanted.ceiling_dbtp
    if made.reached:
        assert heard.integrated_lufs == pytest.approx(wanted.lufs, abs=0.2001)
    else:
        assert f"{heard.integrated_lufs:.1f} LUFS" in made.refusal
        assert f"{wanted.lufs:.1f} LUFS asked for" in made.refusal
    assert np.abs(read_wav(tmp_path / "song.wav")[0].mean(axis=1, dtype=np.float64)).max() < 1e-4


@pytest.mark.parametrize("name", ["streaming", "podcast", "broadcast"])
def test_a_song_keeps_its_range_at_every_target(tmp_path, name):
    write_wav(tmp_path / "mix.wav", material.song(20.0), sample_rate_hz=RATE_HZ)
    target = TARGETS[name]
    made = master_file(MasterSpec(tmp_path / "mix.wav", target.lufs, target.ceiling_dbtp), tmp_path / "song.wav")
    heard = judge(tmp_path / "song.wav")
    assert made.reached
    assert heard.integrated_lufs == pytest.approx(target.lufs, abs=0.2001)
    assert heard.lra_lu == pytest.approx(judge(tmp_path / "mix.wav").lra_lu, abs=2.0)


def test_a_range_may_be_given_up_for_loudness_but_only_when_asked(tmp_path):
    write_wav(tmp_path / "mix.wav", material.song(20.0), sample_rate_hz=RATE_HZ)
    kept = master_file(MasterSpec(tmp_path / "mix.wav", -9.0, -0.5), tmp_path / "kept.wav")
    loud = MasterSpec(tmp_path / "mix.wav", -9.0, -0.5, chain=MasterChain(keep_range=False))
    levelled = master_file(loud, tmp_path / "loud.wav")
    assert not kept.reached
    assert "soft and loud passages" in kept.refusal
    assert abs(kept.loudness.lra_lu - kept.before.lra_lu) <= 2.0
    assert levelled.reached
    assert levelled.loudness.integrated_lufs == pytest.approx(-9.0, abs=0.2001)
    assert levelled.loudness.true_peak_dbtp <= -0.5


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 44_100, 96_000])
def test_any_rate_and_mono(tmp_path, rate_hz):
    time_s = np.arange(6 * rate_hz) / rate_hz
    mono = 0.2 * np.sin(2 * np.pi * 440.0 * time_s) * (0.6 + 0.4 * np.sin(2 * np.pi * 1.5 * time_s))
    write_wav(tmp_path / "mix.wav", mono[np.newaxis].astype(np.float32), sample_rate_hz=rate_hz)
    master_file(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    info, heard = sf.info(tmp_path / "song.wav"), judge(tmp_path / "song.wav")
    assert (info.samplerate, info.channels, info.frames) == (rate_hz, 2, 6 * rate_hz)
    assert heard.integrated_lufs == pytest.approx(-14.0, abs=0.2001)
    assert heard.true_peak_dbtp <= -1.0


def test_what_is_no_number_is_silence_and_huge_numbers_are_turned_down(tmp_path):
    mix = 40_000.0 * material.song(6.0)
    mix[:, 1_000:1_020] = np.nan
    mix[0, 90_000] = np.inf
    write_wav(tmp_path / "mix.wav", mix, sample_rate_hz=RATE_HZ, subtype="FLOAT")
    made = master_file(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    assert made.loudness.integrated_lufs == pytest.approx(-14.0, abs=0.2001)
    assert np.isfinite(read_wav(tmp_path / "song.wav")[0]).all()


def test_a_moment_that_is_too_short_to_judge_is_mastered_all_the_same(tmp_path):
    write_wav(tmp_path / "mix.wav", material.chords(2.0)[:, : RATE_HZ // 5], sample_rate_hz=RATE_HZ)
    made = master_file(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    assert judge(tmp_path / "song.wav").true_peak_dbtp <= -1.0
    assert made.loudness.integrated_lufs == pytest.approx(-14.0, abs=0.3)


def test_files_that_cannot_be_mastered_are_named(tmp_path):
    many = np.zeros((6, 4_800), np.float32)
    write_wav(tmp_path / "many.wav", many, sample_rate_hz=RATE_HZ)
    write_wav(tmp_path / "empty.wav", many[:2, :0], sample_rate_hz=RATE_HZ)
    write_wav(tmp_path / "silent.wav", many[:2], sample_rate_hz=RATE_HZ)
    write_wav(tmp_path / "mix.wav", material.chords(2.0), sample_rate_hz=RATE_HZ)
    for name, word in (("many.wav", "6 channels"), ("empty.wav", "no sound")):
        with pytest.raises(InvalidInput, match=word):
            master_file(MasterSpec(tmp_path / name), tmp_path / "song.wav")
    for name in ("missing.wav", "silent.wav"):
        with pytest.raises(InvalidInput) as caught:
            spec = MasterSpec(tmp_path / "mix.wav", reference_path=tmp_path / name)
            master_file(spec, tmp_path / "song.wav")
        assert caught.value.field == "reference"
    assert not (tmp_path / "song.wav").exists()


def test_the_multiband_compressor_is_flat_until_it_compresses():
    """Linkwitz-Riley bands sum to an all-pass: within 0.1 dB was asked, the rounding of float32 is reached."""
    impulse = np.zeros((2, 1 << 16), np.float32)
    impulse[:, 0] = 1.0
    out = MultibandCompressor((0.0,) * 4).open(sample_rate_hz=RATE_HZ).process(impulse)
    level_db = 20.0 * np.log10(np.abs(np.fft.rfft(out[0].astype(np.float64))))
    frequencies = np.fft.rfftfreq(1 << 16, 1.0 / RATE_HZ)
    audible = (frequencies >= 10.0) & (frequencies <= 22_000.0)
    assert np.abs(level_db[audible]).max() < 0.001


def test_each_band_of_the_multiband_compressor_is_six_db_down_where_they_cross():
    impulse = np.zeros((1, 1 << 16), np.float32)
    impulse[:, 0] = 1.0
    stream = MultibandCompressor((0.0,) * 4).open(sample_rate_hz=RATE_HZ, channels=1)
    bands = np.abs(np.fft.rfft(stream.bands(impulse)[:, 0].astype(np.float64), axis=1))
    for number, corner_hz in enumerate(CROSSOVERS_HZ):
        at = round(corner_hz * (1 << 16) / RATE_HZ)
        for band in (number, number + 1):
            assert 20.0 * np.log10(bands[band, at]) == pytest.approx(-6.02, abs=0.1)


def test_the_multiband_compressor_holds_one_band_and_leaves_the_others():
    bass, treble = material.sine(30.0, 4.0, -6.0), material.sine(8_000.0, 4.0, -30.0)
    effect = MultibandCompressor((-24.0,) * 4, ratio=3.0, knee_db=0.0)
    out = effect.open(sample_rate_hz=RATE_HZ).process(bass + treble)[:, 2 * RATE_HZ :]
    spectrum = np.abs(np.fft.rfft(out[0]))
    level_db = 20.0 * np.log10(spectrum / (out.shape[1] / 2.0))
    # The bass's mean square is -9 dB, 15 dB over: at 3:1 it is lowered by 10 dB. The treble's lies under -24 dB.
    assert level_db[30 * 2] == pytest.approx(-16.0, abs=0.3)
    assert level_db[8_000 * 2] == pytest.approx(-30.0, abs=0.1)


def test_the_multiband_compressor_does_not_know_of_blocks():
    noise = material.noise(1.0, -12.0)
    effect = MultibandCompressor((-40.0,) * 4)
    whole = effect.open(sample_rate_hz=RATE_HZ).process(noise)
    stream, parts, start = effect.open(sample_rate_hz=RATE_HZ), [], 0
    for size in (1, 7, 64, 480, 4_096, 13, RATE_HZ):
        parts.append(stream.process(noise[:, start : start + size]))
        start += size
    assert np.abs(np.concatenate(parts, axis=1) - whole).max() < 1e-6


def test_the_chain_does_what_it_is_asked_for(tmp_path):
    mix = material.noise(8.0, -26.0)
    write_wav(tmp_path / "mix.wav", mix, sample_rate_hz=RATE_HZ)
    chain = MasterChain(
        high_pass_hz=0.0,
        eq=(EqBand("bell", 1_000.0, 6.0, 1.0),),
        compression=Compression.OFF,
        width=0.0,
        density=False,
    )
    made = master_file(MasterSpec(tmp_path / "mix.wav", -24.0, -1.0, chain=chain), tmp_path / "song.wav")
    audio, _ = read_wav(tmp_path / "song.wav")
    assert np.abs(audio[0] - audio[1]).max() < 1e-6
    power = np.abs(np.fft.rfft(audio[0])) ** 2
    around = {hz: 10.0 * np.log10(power[int(hz * 7.6) : int(hz * 8.4)].mean()) for hz in (1_000, 12_000)}
    assert around[1_000] - around[12_000] == pytest.approx(6.0, abs=0.6)
    assert any("as asked" in decision.sentence for decision in made.decisions)
    for other in (MasterChain(compression=Compression.MULTIBAND), MasterChain(saturation=0.8)):
        again = master_file(MasterSpec(tmp_path / "mix.wav", chain=other), tmp_path / "other.wav")
        assert again.loudness.integrated_lufs == pytest.approx(-14.0, abs=0.2001)


@pytest.mark.slow
def test_a_long_mix_takes_no_more_memory_than_a_short_one(tmp_path):
    """Half an hour is 690 MB as float32; the work is done in blocks, and on grains of a sixteenth."""
    write_wav(tmp_path / "short.wav", material.song(8.0), sample_rate_hz=RATE_HZ)
    master_file(MasterSpec(tmp_path / "short.wav"), tmp_path / "song.wav")
    with sf.SoundFile(tmp_path / "mix.wav", "w", RATE_HZ, 2, "PCM_16") as out:
        minute = np.ascontiguousarray(material.song(60.0).T)
        for _ in range(30):
            out.write(minute)
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    master_file(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb) / 1024.0
    assert grown_mb < 400.0


def test_mix_master_and_reference_are_compared_at_one_loudness():
    gains = compared(Loudness(-20.0, -3.0, 6.0), Loudness(-14.0, -1.0, 5.0), Loudness(-11.0, -0.5, 4.0))
    assert (gains.mix_gain_db, gains.master_gain_db, gains.reference_gain_db) == (0.0, -6.0, -9.0)


def test_targets_are_read_and_refused_with_their_field():
    assert read_target(None) == read_target("streaming")
    assert read_target({"lufs": -12, "ceiling_dbtp": -2}).lufs == -12.0
    for data, field in (
        ("radio", "target"),
        ({"lufs": 3}, "target/lufs"),
        ({"lufs": float("nan")}, "target/lufs"),
        ({"ceiling_dbtp": True}, "target/ceiling_dbtp"),
        ({"loud": 1}, "target/loud"),
        ([], "target"),
    ):
        with pytest.raises(InvalidInput) as caught:
            read_target(data)
        assert caught.value.field == field


def test_chains_are_read_and_refused_with_their_setting():
    read = read_chain({"width": 1.2, "compression": "multiband", "eq": [{"kind": "bell", "frequency_hz": 300}]})
    assert read == MasterChain(width=1.2, compression=Compression.MULTIBAND, eq=(EqBand("bell", 300.0),))
    assert read_chain(None) == MasterChain()
    for data, field in (
        ({"wide": 1}, "chain/wide"),
        ({"width": 3}, "chain/width"),
        ({"density": 1}, "chain/density"),
        ({"compression": "much"}, "chain/compression"),
        ({"eq": [{"kind": "bell"}]}, "chain/eq/0"),
        ({"eq": [{"kind": "bell", "frequency_hz": 300, "gain_db": 40}]}, "chain/eq/0/gain_db"),
        ({"eq": [{"kind": "notch", "frequency_hz": 300}]}, "chain/eq/0/kind"),
        ("loud", "chain"),
    ):
        with pytest.raises(InvalidInput) as caught:
            read_chain(data)
        assert caught.value.field == field


def test_codecs_are_read_and_refused():
    assert [codec.name for codec in read_codecs(["mp3", {"name": "opus", "kbps": 96}])] == ["mp3", "opus"]
    for data, field in (
        (["wma"], "codecs/0"),
        (["mp3", {"name": "aac", "kbps": 5_000}], "codecs/1/kbps"),
        ([{"name": "mp3", "kbps": "x"}], "codecs/0/kbps"),
        (["mp3"] * 7, "codecs"),
        ([[]], "codecs/0"),
    ):
        with pytest.raises(InvalidInput) as caught:
            read_codecs(data)
        assert caught.value.field == field


def test_the_level_of_a_softer_half_stays_where_it_was(tmp_path):
    mix = material.song(16.0)
    write_wav(tmp_path / "mix.wav", mix, sample_rate_hz=RATE_HZ)
    master_file(MasterSpec(tmp_path / "mix.wav"), tmp_path / "song.wav")
    audio, _ = read_wav(tmp_path / "song.wav")
    half = mix.shape[1] // 2
    steps = [rms_db(sound[:, half:]) - rms_db(sound[:, :half]) for sound in (mix, audio)]
    assert steps[1] == pytest.approx(steps[0], abs=2.0)

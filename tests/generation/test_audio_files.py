"""FLAC, MP3 and the waveform of a master."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.audio import run_ffmpeg, write_wav
from codecraft.common.errors import InvalidInput, StudioError
from generation.engine.package.audio_files import encode_flac, encode_mp3, waveform_peaks
from mixer.engine.meters import judge
from tests.mixer import material
from tests.mixer.material import RATE_HZ

TITLE = 'It\'s "gold" = fire; née\nMoût'


@pytest.fixture(scope="module")
def wav(tmp_path_factory):
    path = tmp_path_factory.mktemp("wav") / "song.wav"
    write_wav(path, material.song(6.0), sample_rate_hz=RATE_HZ)
    return path


def test_flac_holds_the_same_24_bits(wav, tmp_path):
    encode_flac(wav, tmp_path / "song.flac", title=TITLE)
    info = sf.info(tmp_path / "song.flac")
    assert (info.format, info.subtype, info.samplerate, info.frames) == ("FLAC", "PCM_24", RATE_HZ, 6 * RATE_HZ)
    before, after = (sf.read(path, dtype="int32")[0] for path in (wav, tmp_path / "song.flac"))
    assert np.array_equal(before, after)


@pytest.mark.parametrize("bitrate_kbps", [256, 320])
def test_mp3_has_its_bit_rate_and_sounds_the_same(wav, tmp_path, bitrate_kbps):
    encode_mp3(wav, tmp_path / "song.mp3", bitrate_kbps=bitrate_kbps, title=TITLE)
    size = (tmp_path / "song.mp3").stat().st_size
    assert size * 8 / 6.0 == pytest.approx(bitrate_kbps * 1_000, rel=0.03)
    assert judge(tmp_path / "song.mp3").integrated_lufs == pytest.approx(judge(wav).integrated_lufs, abs=0.1)
    decoded, rate_hz = sf.read(tmp_path / "song.mp3")
    assert rate_hz == RATE_HZ
    assert len(decoded) / RATE_HZ == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize(("encode", "name"), [(encode_flac, "song.flac"), (encode_mp3, "song.mp3")])
def test_bytes_replay_and_carry_title_and_artist_alone(wav, tmp_path, encode, name):
    digests = set()
    for run in ("a", "b"):
        (tmp_path / run).mkdir()
        encode(wav, tmp_path / run / name, title=TITLE)
        digests.add(hashlib.sha256((tmp_path / run / name).read_bytes()).hexdigest())
        assert [path.name for path in (tmp_path / run).iterdir()] == [name]
    assert len(digests) == 1
    run_ffmpeg(["-i", tmp_path / "a" / name, "-f", "ffmetadata", tmp_path / "tags.txt"])
    tags = (tmp_path / "tags.txt").read_text(encoding="utf-8").lower()
    assert "artist=codecraft studio" in tags
    assert "née mo" in tags
    assert "date" not in tags


def test_what_cannot_be_encoded_is_refused_and_leaves_nothing(wav, tmp_path):
    with pytest.raises(InvalidInput) as raised:
        encode_mp3(wav, tmp_path / "song.mp3", bitrate_kbps=1_000)
    assert raised.value.field == "bitrate_kbps"
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    with pytest.raises(StudioError):
        encode_flac(tmp_path / "broken.wav", tmp_path / "song.flac")
    assert [path.name for path in tmp_path.iterdir()] == ["broken.wav"]


def test_waveform_follows_the_sound(tmp_path):
    """A ramp of noise, half a second of silence at its end; more buckets than samples work too."""
    ramp = material.noise(2.0, -20.0) * np.linspace(0.0, 1.0, 2 * RATE_HZ, dtype=np.float32)
    audio = np.clip(np.concatenate([ramp, np.zeros((2, RATE_HZ // 2), np.float32)], axis=1), -1.0, 1.0)
    write_wav(tmp_path / "a.wav", audio, sample_rate_hz=RATE_HZ)
    peaks = waveform_peaks(tmp_path / "a.wav", 10)
    assert len(peaks) == 10
    assert peaks[:8] == sorted(peaks[:8])
    assert peaks[8:] == [0.0, 0.0]
    assert max(peaks) == pytest.approx(float(np.abs(audio).max()), abs=0.001)
    write_wav(tmp_path / "b.wav", audio[:, :50], sample_rate_hz=RATE_HZ)
    assert len(waveform_peaks(tmp_path / "b.wav", 200)) == 200
    with pytest.raises(InvalidInput):
        waveform_peaks(tmp_path / "a.wav", 0)

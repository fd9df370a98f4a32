"""Stems as they come: any rate, mono, broken numbers, other formats; resampling that a sine cannot be told from."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile as sf
from scipy.signal import get_window

from codecraft.common.audio import run_ffmpeg
from codecraft.common.errors import InvalidInput
from mixer.engine.console.stems_in import LOUDEST, StemReader, as_readable
from tests.mixer.material import RATE_HZ, db, rms_db


def _sine(rate_hz: int, frequency_hz: float, duration_s: float = 0.3) -> np.ndarray:
    return 0.5 * np.sin(2.0 * np.pi * frequency_hz * np.arange(round(duration_s * rate_hz)) / rate_hz)


def _read(path, **settings) -> np.ndarray:
    reader = StemReader(path, sample_rate_hz=RATE_HZ, **settings)
    try:
        return reader.read(reader.samples)
    finally:
        reader.close()


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000, 96_000, 192_000, 44_101])
@pytest.mark.parametrize("share", [0.1, 0.9])
def test_any_rate_becomes_48_khz_as_if_it_had_been_sampled_so(tmp_path, rate_hz, share):
    frequency_hz = share * 0.5 * min(rate_hz, RATE_HZ)
    sf.write(tmp_path / "a.wav", _sine(rate_hz, frequency_hz), rate_hz, subtype="FLOAT")
    audio = _read(tmp_path / "a.wav")
    assert audio.shape == (2, 14_400)
    assert np.array_equal(audio[0], audio[1])
    away = 3_000  # samples: the filter rings where the sine breaks off
    error = audio[0] - _sine(RATE_HZ, frequency_hz)
    assert db(np.abs(error[away:-away]).max()) < -96.0


@pytest.mark.parametrize(("rate_hz", "frequency_hz"), [(96_000, 25_000.0), (192_000, 60_000.0), (192_000, 24_500.0)])
def test_nothing_folds_back(tmp_path, rate_hz, frequency_hz):
    sf.write(tmp_path / "a.wav", _sine(rate_hz, frequency_hz), rate_hz, subtype="FLOAT")
    assert db(np.abs(_read(tmp_path / "a.wav")[:, 1_000:-1_000]).max()) < -96.0


def test_images_of_a_slow_file_are_gone(tmp_path):
    sf.write(tmp_path / "a.wav", _sine(16_000, 3_000.0, 0.5), 16_000, subtype="FLOAT")
    audio = _read(tmp_path / "a.wav")[0]
    spectrum = np.abs(np.fft.rfft(audio * get_window(("kaiser", 20.0), len(audio))))
    hz = np.fft.rfftfreq(len(audio), 1.0 / RATE_HZ)
    assert db(spectrum[hz > 8_000.0].max() / spectrum.max()) < -100.0


def test_what_is_read_does_not_depend_on_the_blocks(tmp_path):
    noise = 0.1 * np.random.default_rng(1).standard_normal((9_001, 2))
    sf.write(tmp_path / "a.wav", noise, 44_100, subtype="FLOAT")
    for offset in (0, 777, -1_234):
        whole = _read(tmp_path / "a.wav", offset_samples=offset)
        reader = StemReader(tmp_path / "a.wav", sample_rate_hz=RATE_HZ, offset_samples=offset)
        sizes = [1, 7, 480, 64, 4_099]
        pieces, total = [], 0
        while total < whole.shape[1]:
            pieces.append(reader.read(min(sizes[len(pieces) % 5], whole.shape[1] - total)))
            total += pieces[-1].shape[1]
        assert np.array_equal(np.concatenate(pieces, axis=1), whole), offset
        assert not reader.read(500).any()
        reader.close()


def test_offsets_are_silence_before_or_a_later_beginning(tmp_path):
    audio = np.random.default_rng(2).standard_normal((1_000, 2)).astype(np.float32)
    sf.write(tmp_path / "a.wav", audio, RATE_HZ, subtype="FLOAT")
    later, earlier = (_read(tmp_path / "a.wav", offset_samples=offset) for offset in (300, -300))
    assert not later[:, :300].any() and np.array_equal(later[:, 300:], audio.T)
    assert np.array_equal(earlier, audio.T[:, 300:])
    assert _read(tmp_path / "a.wav", offset_samples=-2_000).shape == (2, 0)


def test_nan_infinity_and_absurd_numbers_become_sound(tmp_path):
    audio = np.full((1_000, 2), 0.25, np.float32)
    audio[10:20, 0], audio[30, 1], audio[40, 1], audio[50, 0] = np.nan, np.inf, -np.inf, 1e30
    sf.write(tmp_path / "a.wav", audio, RATE_HZ, subtype="FLOAT")
    read = _read(tmp_path / "a.wav")
    assert np.isfinite(read).all() and read.max() == LOUDEST
    assert not read[0, 10:20].any() and read[1, 30] == read[1, 40] == 0.0
    audio[:, 0] = np.geomspace(1e-44, 1e-20, 1_000)
    sf.write(tmp_path / "c.wav", audio, RATE_HZ, subtype="FLOAT")
    heard = _read(tmp_path / "c.wav")[0]
    assert not heard[audio[:, 0] < 1e-30].any() and np.array_equal(heard[-400:], audio[-400:, 0])
    sf.write(tmp_path / "b.wav", audio, 44_100, subtype="FLOAT")
    assert np.isfinite(_read(tmp_path / "b.wav")).all()


@pytest.mark.parametrize("name", ["a.flac", "a.ogg", "a.mp3", "a.aiff", "a.m4a"])
def test_formats_that_people_have_are_read(tmp_path, name):
    sf.write(tmp_path / "a.wav", np.stack([_sine(44_100, 440.0, 1.0)] * 2, axis=1), 44_100)
    run_ffmpeg(["-i", tmp_path / "a.wav", tmp_path / name])
    audio = _read(as_readable(tmp_path / name, tmp_path))
    assert audio.shape[1] >= RATE_HZ
    middle = audio[0, 12_000:36_000] * np.hanning(24_000)
    assert np.argmax(np.abs(np.fft.rfft(middle))) == 220
    run_ffmpeg(["-i", tmp_path / name, "-c:a", "pcm_f32le", tmp_path / "judge.wav"])
    judged = sf.read(tmp_path / "judge.wav")[0][:, 0]
    assert rms_db(audio[:1, 12_000:36_000]) == pytest.approx(rms_db(judged[11_025:33_075]), abs=0.01)


def test_what_is_no_stem_is_refused(tmp_path):
    (tmp_path / "text.wav").write_bytes(b"no sound at all")
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "bare.raw").write_bytes(b"no header" * 50)
    sf.write(tmp_path / "many.wav", np.zeros((10, 6)), RATE_HZ)
    for name, words in (
        ("text.wav", "as sound"),
        ("bare.raw", "as sound"),
        ("empty.wav", "as sound"),
        ("gone.wav", "not there any more"),
    ):
        with pytest.raises(InvalidInput, match=words):
            as_readable(tmp_path / name, tmp_path)
    with pytest.raises(InvalidInput, match="6 channels"):
        StemReader(tmp_path / "many.wav", sample_rate_hz=RATE_HZ)


def test_two_files_of_one_name_that_must_be_decoded_are_kept_apart(tmp_path):
    for folder, frequency_hz in (("a", 440.0), ("b", 880.0)):
        (tmp_path / folder).mkdir()
        sf.write(tmp_path / "in.wav", _sine(RATE_HZ, frequency_hz, 0.5), RATE_HZ)
        run_ffmpeg(["-i", tmp_path / "in.wav", tmp_path / folder / "take.m4a"])
    first, second = (as_readable(tmp_path / folder / "take.m4a", tmp_path) for folder in ("a", "b"))
    peaks = [
        np.argmax(np.abs(np.fft.rfft(_read(path)[0, 6_000:18_000] * np.hanning(12_000)))) for path in (first, second)
    ]
    assert peaks == [110, 220]


def test_a_file_that_shrinks_while_it_is_read_goes_on_as_silence(tmp_path):
    path = tmp_path / "a.wav"
    sf.write(path, np.full((20_000, 2), 0.25), RATE_HZ, subtype="FLOAT")
    reader = StemReader(path, sample_rate_hz=RATE_HZ)
    assert reader.read(5_000).min() == 0.25
    with path.open("r+b") as file:
        file.truncate(10_000 * 8)
    rest = reader.read(15_000)
    assert rest.shape == (2, 15_000) and not rest[:, 5_100:].any()
    reader.close()

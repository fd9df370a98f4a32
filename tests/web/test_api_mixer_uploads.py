"""What people bring to the console: every format, and every bad file, each with a sentence and nothing left behind."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from django.test import Client
from PIL import Image

from codecraft.common.audio import run_ffmpeg
from mixer.models import AudioUpload
from tests.mixer.sounds import bring, encoded, read, tone, wav

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MIXES_DIR = tmp_path / "mixes"
    yield


def heard(client: Client, upload: dict[str, Any]) -> np.ndarray:
    audio, rate_hz = sf.read(io.BytesIO(read(client.get(upload["audio_url"]))), always_2d=True)
    assert rate_hz == 48_000
    return audio


@pytest.mark.parametrize(
    ("ending", "options", "told"),
    [
        ("wav", (), "wav"),
        ("flac", (), "flac"),
        ("mp3", (), "mp3"),
        ("ogg", ("-c:a", "libvorbis"), "ogg"),
        ("opus", ("-c:a", "libopus"), "ogg"),
        ("m4a", ("-c:a", "aac", "-b:a", "192k"), "m4a"),
        ("m4a", ("-c:a", "alac"), "m4a"),
        ("aiff", (), "aiff"),
    ],
)
def test_every_format_is_told_by_its_content_and_stays_aligned(
    client: Client, tmp_path: Path, ending: str, options: tuple[str, ...], told: str
) -> None:
    burst = np.convolve(np.random.default_rng(5).uniform(-0.5, 0.5, 9_600), np.hanning(16) / 8.0, "same")
    audio = np.zeros((24_000, 2), np.float32)
    audio[4_800:14_400] = burst[:, np.newaxis]
    answer = bring(client, encoded(tmp_path, ending, *options, audio=audio), "no-ending")
    assert answer.status_code == 201, answer.content
    upload = answer.json()
    assert (upload["format"], upload["channels"]) == (told, 2)
    got = heard(client, upload)[: len(audio), 0]
    likeness = np.correlate(got, burst, "valid")
    assert int(np.argmax(likeness)) == 4_800, "nothing comes late"
    assert likeness.max() == pytest.approx(float(burst @ burst), rel=0.12)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 44_100, 96_000, 192_000])
def test_rates_are_converted_well(client: Client, rate_hz: int) -> None:
    upload = bring(client, wav(tone(1_000.0, rate_hz=rate_hz), rate_hz=rate_hz, subtype="FLOAT")).json()
    assert upload["source_rate_hz"] == rate_hz and upload["duration_s"] == pytest.approx(1.0, abs=1e-3)
    got = heard(client, upload)[4_800:43_200, 0]
    error = got - tone(1_000.0)[4_800:43_200, 0]
    assert 20.0 * np.log10(np.abs(error).max() / 0.25) < -100.0


def film(folder: Path) -> bytes:
    path = folder / "film.mp4"
    run_ffmpeg(
        ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-f", "lavfi", "-i", "sine=d=1", "-shortest", path]
    )
    return path.read_bytes()


def long_wav(seconds: float, rate_hz: int = 8_000) -> bytes:
    """A header and silence of 8 bits: three hours in 86 MB, an hour in 29."""
    size = round(seconds * rate_hz)
    head = (
        b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate_hz, rate_hz, 1, 8)
    )
    return head + b"data" + struct.pack("<I", size) + b"\x80" * size


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG")
    return stream.getvalue()


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("a.wav", b"x")
    return stream.getvalue()


BAD = {
    "empty": (lambda _: b"", "empty_sound", "0 bytes"),
    "header only": (lambda _: wav(np.zeros((0, 1), np.float32)), "empty_sound", "not one sample"),
    "noise": (lambda _: np.random.default_rng(1).bytes(5_000), "unknown_sound", "no sound that we know"),
    "96 channels": (lambda _: wav(np.zeros((480, 96), np.float32)), "channels", "96 channels"),
    "5.1": (lambda _: wav(np.zeros((480, 6), np.float32)), "channels", "6 channels"),
    "4 kHz": (lambda _: wav(tone(rate_hz=4_000), rate_hz=4_000), "sample_rate", "4000 samples a second"),
    "384 kHz": (lambda _: wav(tone(0.1, 0.1, rate_hz=384_000), rate_hz=384_000), "sample_rate", "384000"),
    "three hours": (lambda _: long_wav(10_800), "too_long", "180 minutes"),
    "a picture called wav": (lambda _: picture(), "unknown_sound", "a picture"),
    "a zip called mp3": (lambda _: archive(), "unknown_sound", "a zip archive"),
    "a page called flac": (lambda _: b"<!DOCTYPE html><html>", "unknown_sound", "a web page"),
    "a playlist": (lambda _: b"#EXTM3U\nhttp://127.0.0.1/a.ts\n", "unknown_sound", "a playlist"),
    "a film": (film, "unknown_sound", "is a film"),
    "midi": (lambda _: b"MThd\x00\x00\x00\x06" + bytes(40), "unknown_sound", "notes, but no sound"),
    "flac of noise": (lambda _: b"fLaC" + np.random.default_rng(2).bytes(9_000), "broken_sound", "damaged"),
    "mp3 of noise": (lambda _: b"ID3\x04" + np.random.default_rng(3).bytes(9_000), "broken_sound", "damaged"),
    "flac cut off": (lambda f: encoded(f, "flac", audio=_loud())[:9_000], "broken_sound", ""),
    "m4a without its index": (lambda f: encoded(f, "m4a")[:3_000], "broken_sound", "damaged"),
    "wav cut off early": (lambda _: wav(tone())[:9_000], "broken_sound", "cut off"),
}


def _loud() -> np.ndarray:
    return np.random.default_rng(4).uniform(-0.5, 0.5, (48_000, 1)).astype(np.float32)


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_refused_in_one_sentence_and_leaves_nothing(
    client: Client, tmp_path: Path, settings: Any, name: str
) -> None:
    make, code, told = BAD[name]
    answer = bring(client, make(tmp_path), f"{name}.wav")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, code, "file"), error
    assert told in error["message"] and name in error["message"]
    assert not AudioUpload.objects.exists()
    assert not [path for path in settings.MIXES_DIR.rglob("*") if path.is_file()]


def test_what_is_no_number_is_silent_and_told(client: Client) -> None:
    audio = tone(channels=2)
    audio[100:200, 0], audio[300, 1], audio[400] = np.nan, np.inf, -np.inf
    upload = bring(client, wav(audio, subtype="FLOAT")).json()
    assert "103 samples were no numbers" in upload["notices"][0]
    got = heard(client, upload)
    assert np.isfinite(got).all() and not got[100:200, 0].any()
    assert np.abs(got[500:] - audio[500:]).max() == 0.0, "the rest is untouched"


def test_whole_numbers_in_float_clothes_are_brought_down(client: Client) -> None:
    upload = bring(client, wav(tone() * 32_768.0, subtype="FLOAT")).json()
    assert "times full scale" in upload["notices"][0]
    assert upload["measures"]["peak_dbfs"] == pytest.approx(0.0, abs=0.01)


def test_a_file_a_little_cut_off_is_taken_and_told(client: Client) -> None:
    data = wav(tone())
    upload = bring(client, data[: -len(data) // 5]).json()
    assert "cut off" in upload["notices"][0] and upload["duration_s"] == pytest.approx(0.8, abs=0.01)


def test_wrong_lengths_are_put_on_one_timeline(client: Client) -> None:
    from tests.mixer.sounds import post

    ids = [bring(client, wav(tone(440.0, length_s))).json()["id"] for length_s in (0.3, 1.0, 2.0)]
    session = post(client, "/api/audio/sessions", uploads=ids).json()
    assert session["duration_s"] == 2.0 and [stem["duration_s"] for stem in session["stems"]] == [0.3, 1.0, 2.0]
    names = [stem["name"] for stem in session["stems"]]
    assert len(set(names)) == 3, "three files of one name are three channels"


def test_names_are_cleaned(client: Client) -> None:
    upload = bring(client, wav(tone()), "../../etc/Lead \u0007 Vöcal (final).wav").json()
    assert upload["name"] == "Lead  Vöcal (final).wav"
    from tests.mixer.sounds import post

    session = post(client, "/api/audio/sessions", uploads=[upload["id"]]).json()
    assert session["stems"][0]["name"] == "Lead-V-cal-final"


def test_limits_are_told(client: Client, settings: Any) -> None:
    settings.MIXES_LIMIT_BYTES = 100_000
    answer = bring(client, wav(tone()))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "too_much_sound")
    assert client.post("/api/audio/uploads", {}).json()["error"]["field"] == "file"
    from tests.mixer.sounds import post

    many = post(client, "/api/audio/sessions", uploads=[f"00000000-0000-4000-8000-{n:012d}" for n in range(33)])
    assert (many.status_code, many.json()["error"]["field"]) == (400, "uploads")

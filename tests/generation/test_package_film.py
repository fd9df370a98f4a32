"""The film of a finished song, probed by PyAV: codecs, size, length, colour, and that it tells the same song."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest
import soundfile as sf


@pytest.fixture(scope="module")
def film(filmed_song):
    with av.open(str(filmed_song.folder / "film.mp4")) as container:
        yield container


def test_streams_are_h264_and_aac_at_the_size_asked(film):
    video, audio = film.streams.video[0], film.streams.audio[0]
    assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
    assert (video.width, video.height) == (1280, 720)
    assert video.codec_context.pix_fmt == "yuv420p" and video.codec_context.colorspace == 1  # 1 is BT.709
    assert audio.sample_rate == 48_000 and audio.channels == 2


def test_film_is_as_long_as_the_song(film, filmed_song):
    video = film.streams.video[0]
    song_s = sf.info(filmed_song.folder / "song.wav").duration
    frame_s = 1 / filmed_song.metadata["film"]["fps"]
    assert abs(float(video.duration * video.time_base) - song_s) <= frame_s
    assert abs(song_s - filmed_song.brief.length_s) <= 0.05 * filmed_song.brief.length_s


def test_the_index_comes_first_so_that_a_browser_starts_at_once(filmed_song):
    head = (filmed_song.folder / "film.mp4").read_bytes()[: 1 << 20]
    assert 0 < head.find(b"moov") < (head.find(b"mdat") if b"mdat" in head else len(head))


def test_shots_cover_the_song_and_cut_on_bars(filmed_song):
    meta = filmed_song.metadata
    shots, fps = meta["film"]["shots"], meta["film"]["fps"]
    assert shots[0]["start_s"] == 0
    assert all(a["end_s"] == b["start_s"] for a, b in zip(shots, shots[1:], strict=False))
    bars = {round(bar * fps) for bar in meta["bars_s"]}
    assert {round(shot["start_s"] * fps) for shot in shots[1:]} <= bars


def test_poster_is_a_picture_of_the_same_size(filmed_song):
    poster = cv2.imread(str(filmed_song.folder / "poster.png"))
    assert poster.shape == (720, 1280, 3) and poster.std() > 10


def test_a_film_changes_nothing_of_the_sound(filmed_song, song):
    ours, theirs = filmed_song.metadata["files"], song.metadata["files"]
    assert ours["song.wav"] == theirs["song.wav"] and ours.keys() - theirs.keys() == {
        "film.mp4",
        "poster.png",
        "thumbnail-1.jpg",
        "thumbnail-2.jpg",
        "thumbnail-3.jpg",
    }


def test_sound_starts_with_the_picture(filmed_song):
    with av.open(str(filmed_song.folder / "film.mp4")) as container:
        frames = [f.to_ndarray() for f in container.decode(audio=0)]
    heard = np.concatenate(frames, axis=1).mean(axis=0)
    song_audio, _ = sf.read(filmed_song.folder / "song.wav", dtype="float32", frames=480_000)
    ours = song_audio.mean(axis=1)
    n = min(len(ours), len(heard))
    spectrum = np.fft.rfft(heard[:n], 2 * n) * np.conj(np.fft.rfft(ours[:n], 2 * n))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    assert filmed_song.metadata["film"]["song_offset_s"] == 0.0
    assert lag == 0

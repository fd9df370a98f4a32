"""The film while it grows: its fragments are those of the finished beginning, to the frame, with the song's sound."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.audio import ffmpeg_path
from generation.engine.film.encode import SegmentEncoder
from generation.engine.film.growing import PLAYLIST, GrowingFilm
from generation.engine.film.types import FilmSpec
from tests.generation.film_helpers import SIZE, board_for, film_spec, small_score, small_song

LENGTHS = (60, 50, 130)  # frames of the three shots: 240 of 24 a second


@pytest.fixture
def spec(tmp_path: Path) -> FilmSpec:
    score = small_score()
    small_song(score, tmp_path / "song.wav")
    return film_spec(board_for(score), tmp_path)


def encode_shot(path: Path, first: int, count: int) -> None:
    """Frames of one flat grey each, by which they are known again."""
    encoder = SegmentEncoder(path, size=SIZE, fps=24, preset="ultrafast", crf=18)
    for index in range(first, first + count):
        encoder.write(np.full((SIZE[1], SIZE[0], 4), 30 + index % 180, np.uint8))
    encoder.close()


def decoded(playlist: Path) -> tuple[np.ndarray, str]:
    """The mean luma of each frame, and what ffmpeg says of the stream."""
    command = [ffmpeg_path(), "-hide_banner", "-i", str(playlist), "-map", "0:v", "-vf", "scale=16:16", "-fps_mode",
               "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, 256).mean(axis=1), done.stderr.decode()


def test_the_beginning_can_be_watched_and_the_rest_follows(spec: FilmSpec, tmp_path: Path) -> None:
    shots, folder = [tmp_path / f"{number}.mp4" for number in range(3)], tmp_path / "stream"
    starts = np.cumsum([0, *LENGTHS[:-1]])
    with GrowingFilm(spec, shots, folder) as film:
        film.offer()
        assert not (folder / PLAYLIST).exists()
        encode_shot(shots[2], int(starts[2]), LENGTHS[2])
        film.offer()  # a later shot waits for those before it
        assert not any(folder.iterdir())
        encode_shot(shots[0], int(starts[0]), LENGTHS[0])
        film.offer()
        encode_shot(shots[1], int(starts[1]), LENGTHS[1])
        film.offer()
        film.finish()
    told = (folder / PLAYLIST).read_text()
    assert "#EXT-X-ENDLIST" in told and told.count("#EXTINF") >= 5
    luma, said = decoded(folder / PLAYLIST)
    assert len(luma) == sum(LENGTHS) and "854x480" in said and "aac" in said
    ramp = 30 + np.arange(sum(LENGTHS)) % 180
    assert np.abs(luma - ramp).max() < 8  # each frame is the one of its number, within what coarse coding does to it


def test_its_sound_is_the_song_from_its_first_sample(spec: FilmSpec, tmp_path: Path) -> None:
    shots, folder = [tmp_path / "0.mp4"], tmp_path / "stream"
    encode_shot(shots[0], 0, 240)
    with GrowingFilm(spec, shots, folder) as film:
        film.offer()
        film.finish()
    command = [ffmpeg_path(), "-v", "error", "-i", str(folder / PLAYLIST), "-map", "0:a", "-af",
               "aresample=async=1:first_pts=0", "-f", "f32le", "-ac", "1", "-ar", "48000", "-"]  # fmt: skip
    heard = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)[:240_000]
    song = sf.read(spec.audio_path, frames=240_000, always_2d=True)[0].mean(axis=1)
    spectrum = np.fft.rfft(heard, 2 * heard.size) * np.conj(np.fft.rfft(song, 2 * heard.size))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    lag = lag if lag < heard.size else lag - 2 * heard.size
    assert abs(lag) <= 48  # a millisecond


def test_leaving_in_the_middle_leaves_no_process(spec: FilmSpec, tmp_path: Path) -> None:
    shots, folder = [tmp_path / "0.mp4", tmp_path / "never.mp4"], tmp_path / "stream"
    encode_shot(shots[0], 0, 60)
    with pytest.raises(KeyboardInterrupt), GrowingFilm(spec, shots, folder) as film:
        film.offer()
        raise KeyboardInterrupt
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert json.dumps(str(spec.audio_path)).strip('"') not in running

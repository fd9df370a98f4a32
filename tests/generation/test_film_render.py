"""A whole small film, judged from the mp4 alone: timing, sync, colour tags, sound, life in every second."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import ffmpeg_path, read_wav
from codecraft.common.errors import Cancelled, InvalidInput, StudioError
from generation.engine.film import render_film, render_frame
from generation.engine.film.render import shot_key
from tests.generation.film_helpers import (
    FONTS,
    RATE_HZ,
    ROOT,
    SIZE,
    atoms,
    board_for,
    describe,
    film_spec,
    frame_times_s,
    luma_frames,
    small_score,
    small_song,
)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    folder = tmp_path_factory.mktemp("film")
    score = small_score()
    small_song(score, folder / "song.wav")
    board = board_for(score)
    told: list[float] = []
    spec = film_spec(board, folder)
    result = render_film(spec, folder / "film.mp4", progress=told.append)
    return score, board, spec, result, told


def test_lasts_as_long_as_the_song_and_every_frame_has_its_time(film):
    score, board, _, result, _ = film
    times = frame_times_s(result.path)
    assert result.frames == board.frames == len(times)
    assert abs(result.duration_s - score.duration_s) <= 1.0 / board.fps
    assert result.song_offset_s == 0.0
    np.testing.assert_allclose(times, np.arange(len(times)) / board.fps, atol=2e-4)


def test_container_is_tagged_and_starts_playing_at_once(film):
    result = film[3]
    said = describe(result.path)
    assert "bt709" in said and "tv, bt709" in said and "yuv420p" in said and "320x180" in said
    assert "aac" in said and "h264" in said
    names = atoms(result.path)
    assert names.index("moov") < names.index("mdat")


def test_the_words_are_a_soft_track_at_their_times(film):
    _, board, _, result, _ = film
    said = describe(result.path)
    track = said[said.index("Subtitle:") - 40 :]
    assert "(eng)" in track and "mov_text" in track and "(default)" not in track and "Lyrics" in track
    command = [ffmpeg_path(), "-v", "error", "-i", str(result.path), "-map", "0:s", "-f", "srt", "-"]
    cues = subprocess.run(command, capture_output=True, check=True).stdout.decode().strip().split("\n\n")
    assert len(cues) == len(board.lines)
    for cue, line in zip(cues, board.lines, strict=True):
        _, times, text = cue.split("\n")
        start, end = (sum(float(v) * 60**n for n, v in enumerate(t.replace(",", ".").split(":")[::-1]))
                      for t in times.split(" --> "))  # fmt: skip
        assert text == " ".join(word.text for word in line.words)
        assert abs(start - line.words[0].start_s) < 0.002 and abs(end - line.words[-1].end_s) < 0.002


def test_song_sounds_at_its_own_time(film):
    _, _, spec, result, _ = film
    command = [ffmpeg_path(), "-v", "error", "-i", str(result.path), "-map", "0:a", "-af",
               "aresample=async=1:first_pts=0",
               "-ac", "1", "-ar", str(RATE_HZ), "-f", "f32le", "-"]  # fmt: skip
    heard = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)
    song = read_wav(spec.audio_path)[0].mean(axis=0)
    length = min(len(heard), len(song), 4 * RATE_HZ)
    spectrum = np.fft.rfft(heard[:length], 2 * length) * np.conj(np.fft.rfft(song[:length], 2 * length))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    assert lag == 0


def test_kicks_flash_on_their_frame(film):
    score, board, _, result, _ = film
    luma = luma_frames(result.path)[:, 40:105].astype(float).mean(axis=(1, 2))
    rise = np.diff(luma, prepend=luma[0])
    offsets = []
    for cue in board.cues:
        near = round(cue.time_s * board.fps)
        # where a shot begins the whole picture changes, and at both ends the film fades
        if cue.kind != "kick" or any(abs(near - shot.start_frame) < 3 for shot in board.shots):
            continue
        if not 1.3 < cue.time_s < score.duration_s - 2.0:
            continue
        # a stroke's light falls on two frames (see `Pulse.over`): its time is the centroid of their rise
        frames = np.arange(near - 3, near + 4)
        window = np.maximum(0.0, rise[frames] - 0.15 * rise[frames].max())
        assert rise[frames].max() > 0.5
        offsets.append((np.sum(window * frames) / np.sum(window) / board.fps - cue.time_s) * 1000.0)
    assert len(offsets) >= 3
    assert abs(np.mean(offsets)) <= 10.0
    assert np.max(np.abs(offsets)) <= 20.0


def test_cuts_fall_on_the_bar_frame_exactly(film):
    score, board, _, result, _ = film
    luma = luma_frames(result.path)[:, 24:150].astype(float)
    change = np.abs(np.diff(luma, axis=0)).mean(axis=(1, 2))
    hard = [shot for shot in board.shots if shot.index and shot.transition in ("cut", "flash", "whip")]
    assert hard
    for shot in board.shots[1:]:
        assert shot.start_frame == round(score.tempo_map.seconds_at(4.0 * shot.start_bar) * board.fps)
    for shot in hard:
        around = change[shot.start_frame - 4 : shot.start_frame + 3]
        assert int(np.argmax(around)) == 3


def test_no_second_is_black_or_frozen(film):
    _, board, _, result, _ = film
    luma = luma_frames(result.path)[:, 24:156].astype(float)
    inner = luma[int(1.2 * board.fps) : board.frames - int(1.7 * board.fps)]
    assert inner.mean(axis=(1, 2)).min() > 12.0
    assert inner.mean(axis=(1, 2)).max() < 200.0
    still = np.abs(np.diff(inner, axis=0)).mean(axis=(1, 2))
    for start in range(0, len(still) - board.fps, board.fps // 2):
        assert still[start : start + board.fps].max() > 0.3


def test_progress_only_grows_and_a_preview_was_left(film):
    _, _, spec, _, told = film
    assert told[0] == 0.0 and told[-1] == 1.0 and told == sorted(told)
    assert (spec.work_dir / "preview.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_frames_are_the_same_whatever_the_workers(film, tmp_path):
    _, board, spec, result, _ = film
    again = render_film(replace(spec, work_dir=tmp_path / "work", workers=1), tmp_path / "again.mp4")
    assert again.path.read_bytes() == result.path.read_bytes()
    frame = render_frame(board, 60, cache_dir=spec.cache_dir, font_dir=FONTS)
    assert frame.shape == (SIZE[1], SIZE[0], 3)
    luma = frame @ np.array([0.2126, 0.7152, 0.0722])
    shown = luma_frames(result.path)[60]
    assert np.abs(luma - shown).mean() < 3.0


def test_finished_shots_are_not_drawn_again(film, tmp_path):
    _, board, spec, _, _ = film
    kept = spec.work_dir / f"shot-{shot_key(spec, board.shots[0])}.mp4"
    stamp = kept.stat().st_mtime_ns
    (spec.work_dir / f"shot-{shot_key(spec, board.shots[-1])}.mp4").unlink()
    result = render_film(spec, tmp_path / "resumed.mp4")
    assert (result.shots_rendered, result.shots_reused) == (1, len(board.shots) - 1)
    assert kept.stat().st_mtime_ns == stamp


def test_an_edited_word_redraws_only_the_shots_that_show_it(film):
    _, board, spec, _, _ = film
    line = board.lines[-1]
    words = (replace(line.words[0], text="Fall"), *line.words[1:])
    edited = replace(spec, storyboard=replace(board, lines=(*board.lines[:-1], replace(line, words=words))))
    same = [shot_key(spec, shot) == shot_key(edited, shot) for shot in board.shots]
    shown = [
        shot.end_frame / board.fps >= line.show_s and shot.start_frame / board.fps <= line.hide_s
        for shot in board.shots
    ]
    assert not any(kept and seen for kept, seen in zip(same, shown, strict=True))
    assert any(same)


def _children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def _alive(pid: int) -> bool:
    try:
        return (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]) != "Z"
    except OSError:
        return False


def test_cancel_ends_every_process(film, tmp_path):
    _, _, spec, _, _ = film
    seen: set[int] = set()
    others = set(_children_of(os.getpid()))  # of earlier tests, not of this film

    def stop(fraction: float) -> None:
        for child in set(_children_of(os.getpid())) - others:
            seen.update([child, *_children_of(child)])
        if fraction > 0.15:
            raise Cancelled("Enough.")

    work = tmp_path / "work"
    with pytest.raises(Cancelled):
        render_film(replace(spec, work_dir=work), tmp_path / "film.mp4", progress=stop)
    assert len(seen) >= 3
    deadline = time.monotonic() + 3.0
    while any(_alive(pid) for pid in seen) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in seen if _alive(pid)]
    assert not (tmp_path / "film.mp4").exists()
    assert not [*work.glob(".shot-*"), *work.glob("job-*"), *work.glob(".song-*")]


def _kill_workers(work: Path, times: int) -> threading.Thread:
    """Kills `times` workers, one after the other, each while it writes a segment."""

    def kill() -> None:
        killed: set[int] = set()
        while len(killed) < times:
            busy = {int(path.name.split(".")[-2]) for path in work.glob(".shot-*.mp4")} - killed
            for pid in sorted(busy)[: times - len(killed)]:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            time.sleep(0.02)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    return killer


def test_a_shot_whose_worker_is_killed_is_drawn_by_another(film, tmp_path):
    _, board, spec, first, _ = film
    work = tmp_path / "work"
    killer = _kill_workers(work, 1)
    told: list[float] = []
    result = render_film(replace(spec, work_dir=work), tmp_path / "film.mp4", progress=told.append)
    killer.join(timeout=5.0)
    assert not killer.is_alive() and result.shots_rendered == len(board.shots)
    assert told == sorted(told)
    assert not list(work.glob(".shot-*")) and not list(work.glob("job-*"))
    assert result.path.read_bytes() == first.path.read_bytes()


def test_a_shot_that_kills_two_workers_is_an_error_and_leaves_no_half_of_it(film, tmp_path):
    _, _, spec, _, _ = film
    work = tmp_path / "work"
    _kill_workers(work, 2)
    with pytest.raises(StudioError, match="worker ended") as caught:
        render_film(replace(spec, work_dir=work, workers=1), tmp_path / "film.mp4")
    assert caught.value.code == "worker_died"
    assert not list(work.glob(".shot-*")) and not (tmp_path / "film.mp4").exists()
    finished = len(list(work.glob("shot-*.mp4")))
    result = render_film(replace(spec, work_dir=work), tmp_path / "film.mp4")
    assert result.shots_reused == finished


def test_sound_that_is_no_sound_is_refused(film, tmp_path):
    spec = film[2]
    broken = tmp_path / "song.wav"
    broken.write_bytes(b"not a song")
    with pytest.raises(InvalidInput) as caught:
        render_film(replace(spec, audio_path=broken), tmp_path / "film.mp4")
    assert caught.value.field == "audio_path"


def test_a_killed_parent_takes_its_painters_along_and_the_next_run_goes_on(film, tmp_path):
    _, _, spec, _, _ = film
    work = tmp_path / "work"
    job = tmp_path / "spec.pickle"
    job.write_bytes(pickle.dumps(replace(spec, work_dir=work)))
    code = (
        "import pickle, sys; from pathlib import Path; from generation.engine.film import render_film;"
        "render_film(pickle.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(job), str(tmp_path / "film.mp4")], cwd=ROOT)
    seen: set[int] = set()
    while not list(work.glob("shot-*.mp4")):
        for child in _children_of(parent.pid):
            seen.update([child, *_children_of(child)])
        assert parent.poll() is None
        time.sleep(0.02)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 5.0
    while any(_alive(pid) for pid in seen) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert seen and not [pid for pid in seen if _alive(pid)]
    result = render_film(replace(spec, work_dir=work), tmp_path / "film.mp4")
    assert result.shots_reused >= 1
    assert result.path.read_bytes() == film[3].path.read_bytes()

"""The film while it grows: its finished beginning with the song's sound, at 480 rows, as an HLS playlist (RFC 8216).

One ffmpeg process lives as long as the film is rendered: finished shots are poured into it one after the other, as
H.264 without a container, and it writes fragments of two seconds. Between shots it waits and costs nothing.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType

from codecraft.common.audio import ffmpeg_path
from codecraft.common.errors import StudioError
from generation.engine.film.encode import die_with_parent
from generation.engine.film.types import FilmSpec

PLAYLIST, INIT, PART = "stream.m3u8", "init.mp4", "part-%04d.m4s"
_ROWS, _FRAGMENT_S, _MOST_FPS = 480, 2, 30
_PATIENCE_S = 5.0
_SOUND = "aresample=48000,atrim=start_sample=1024,asetpts=PTS-STARTPTS"
"""AAC begins with a frame of 1024 samples that a fragmented file cannot tell players to drop: the song gives it up."""


class GrowingFilm:
    """Context manager. `offer()` takes what is finished by now; it returns at once. Where anything fails the preview
    ends and the film goes on: a preview is never a reason to stop."""

    def __init__(self, spec: FilmSpec, shots: Sequence[Path], folder: Path) -> None:
        self._spec, self._folder = spec, folder
        self._waiting = list(shots)
        self._ready: SimpleQueue[Path | None] = SimpleQueue()
        self._encoder: subprocess.Popen[bytes] | None = None
        self._pourer: subprocess.Popen[bytes] | None = None
        self._thread: Thread | None = None
        self._is_over = False

    def __enter__(self) -> GrowingFilm:
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.iterdir():
            old.unlink()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._is_over = True
        for process in (self._encoder, self._pourer):
            if process is not None and process.poll() is None:
                process.kill()
        self._ready.put(None)
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    def offer(self) -> None:
        """Pass on the shots that are finished, as far as none before them is missing."""
        while self._waiting and self._waiting[0].exists():
            self._ready.put(self._waiting.pop(0))
            if self._thread is None:
                self._thread = Thread(target=self._run, name="growing film", daemon=True)
                self._thread.start()
            if not self._waiting:
                self._ready.put(None)

    def finish(self) -> None:
        """Wait until all that was offered is written; for films that are ready sooner than their preview."""
        if self._thread is not None and not self._waiting:
            self._thread.join()

    def _run(self) -> None:
        with contextlib.suppress(OSError, StudioError):
            self._encoder = self._start()
            while not self._is_over and (shot := self._ready.get()) is not None:
                self._pour(shot)
            with contextlib.suppress(OSError):
                self._encoder.stdin.close()
            self._encoder.wait()

    def _pour(self, shot: Path) -> None:
        command = [
            ffmpeg_path(), "-v", "error", "-nostdin", "-i", str(shot), "-map", "0:v:0", "-c", "copy",
            "-bsf:v", "h264_mp4toannexb", "-f", "h264", "pipe:1",
        ]  # fmt: skip
        assert self._encoder is not None
        self._pourer = _child(command, stdout=self._encoder.stdin)
        self._pourer.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        board = self._spec.storyboard
        every = max(1, round(board.fps / _MOST_FPS))
        fps = board.fps / every
        width, height = board.size
        wide = f"-2:{_ROWS}" if width >= height else f"{_ROWS}:-2"
        picture = f"setpts=N/({board.fps}*TB),framestep={every},scale={wide}:flags=fast_bilinear"
        command = [
            ffmpeg_path(), "-v", "error", "-y", "-threads", "1", "-f", "h264", "-r", str(board.fps), "-i", "pipe:0",
            "-i", str(self._spec.audio_path.resolve()), "-map", "0:v", "-map", "1:a", "-vf", picture,
            "-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "baseline", "-crf",
            "28", "-level", "3.1", "-threads", "1", "-g", str(round(fps * _FRAGMENT_S)), "-keyint_min", str(round(fps)),
            "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-af", _SOUND, "-c:a", "aac", "-b:a", "96k", "-ac", "2",
            "-ar", "48000", "-t", f"{board.duration_s:.6f}", "-f", "hls", "-hls_time", str(_FRAGMENT_S),
            "-hls_playlist_type", "event", "-hls_segment_type", "fmp4", "-hls_flags", "independent_segments+temp_file",
            "-hls_fmp4_init_filename", INIT, "-hls_segment_filename", PART, PLAYLIST,
        ]  # fmt: skip
        return _child(command, stdin=subprocess.PIPE, cwd=self._folder)


def _child(command: list[str], **options: object) -> subprocess.Popen[bytes]:
    """A process that gives way to the painters and ends with this one."""

    def prepare() -> None:
        die_with_parent()
        os.nice(5)

    return subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=prepare, **options)

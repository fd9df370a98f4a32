"""Frames to H.264 through a pipe of BT.709 I420, and finished segments with the song to one file."""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from codecraft.common.audio import disk_full, ffmpeg_path, run_ffmpeg
from codecraft.common.errors import StudioError
from generation.engine.film.brushes.finish import to_i420
from generation.engine.film.frame_pipe import FramePipe
from generation.engine.film.mp4 import disable_tracks

TIMESCALE = 90_000
_LEAST_FREE_BYTES = 64 << 10
_COLOUR = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]


def die_with_parent() -> None:
    """Linux: the kernel ends this process when its parent ends (prctl PR_SET_PDEATHSIG). Elsewhere: nothing."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)


def _steady(crf: int, size: tuple[int, int], fps: int) -> float:
    """The rate factor that shows frames of every size and rate as true as `crf` does at 1080p and 30 fps.

    x264 spends less on frames that pass sooner: 2.4 steps for each doubling of the rate (2.5 of VMAF at 60 fps). And a
    small picture is enlarged when it is watched.
    """
    return crf - 2.4 * max(0.0, math.log2(fps / 30.0)) - (0.6 if min(size) < 1000 else 0.0)


class SegmentEncoder:
    """One video segment, written under a temporary name and renamed when whole: one that exists is finished."""

    def __init__(self, path: Path, *, size: tuple[int, int], fps: int, preset: str, crf: int) -> None:
        self.path = path
        self._was_full = False
        self._scratch = path.with_name(f".{path.stem}.{os.getpid()}.mp4")
        width, height = size
        command = [
            ffmpeg_path(), "-hide_banner", "-loglevel", "error", "-y",
            "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", str(fps), *_COLOUR, "-i",
            "pipe:0",
            "-an", "-c:v", "libx264", "-preset", preset, "-crf", f"{_steady(crf, size, fps):.1f}",
            "-threads", "1", "-pix_fmt", "yuv420p",
            "-profile:v", "high", "-g", str(fps * 2), "-bf", "2", "-fps_mode", "passthrough", *_COLOUR,
            "-video_track_timescale", str(TIMESCALE), "-f", "mp4", str(self._scratch),
        ]  # fmt: skip
        self._errors = path.with_name(f".{path.stem}.{os.getpid()}.log").open("w+b")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stderr=self._errors, preexec_fn=die_with_parent
        )
        self._pipe = FramePipe(self._process.stdin, (height * 3 // 2, width))

    def write(self, frame: np.ndarray) -> None:
        """Encode one BGRA frame (height, width, 4). Raises StudioError when ffmpeg has gone."""
        to_i420(frame, self._pipe.planes)
        try:
            self._pipe.send()
        except (BrokenPipeError, OSError) as error:
            self.abort()
            raise self._failure() from error

    def close(self) -> None:
        """Finish the file and give it its name. Raises StudioError when ffmpeg failed."""
        self._process.stdin.close()
        if self._process.wait() != 0:
            failure = self._failure()
            self.abort()
            raise failure
        self._scratch.replace(self.path)
        self._forget_log()

    def abort(self) -> None:
        """End ffmpeg and remove the unfinished file."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._failed_with = self._read_log()
        self._was_full = self._is_full()
        self._scratch.unlink(missing_ok=True)
        self._forget_log()

    def _read_log(self) -> str:
        if self._errors.closed:
            return getattr(self, "_failed_with", "")
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def _failure(self) -> StudioError:
        printed = self._read_log()
        # on a full disk there is no room for ffmpeg's words either
        if "No space left" in printed or self._was_full or self._is_full():
            return disk_full()
        return StudioError(
            "The film's encoder failed: " + " / ".join(printed.strip().splitlines()[-2:]), code="ffmpeg_failed"
        )

    def _is_full(self) -> bool:
        return shutil.disk_usage(self.path.parent).free < _LEAST_FREE_BYTES

    def _forget_log(self) -> None:
        if not self._errors.closed:
            self._errors.close()
            Path(self._errors.name).unlink(missing_ok=True)


def join_segments(
    segments: list[Path], song_path: Path, out_path: Path, *, duration_s: float, work_dir: Path, subtitles: str = ""
) -> None:
    """Segments one after another and the song (AAC), neither encoded again, the index first (faststart).

    `subtitles` is SubRip text: it becomes a soft track (3GPP timed text) that players offer and do not show unasked.
    """
    listing = work_dir / "segments.txt"
    listing.write_text("".join(f"file '{segment.resolve().as_posix()}'\n" for segment in segments))
    scratch = out_path.with_name(f".{out_path.stem}.{os.getpid()}.mp4")
    given, mapped = _soft_track(subtitles, work_dir)
    try:
        run_ffmpeg([
            "-f", "concat", "-safe", "0", "-i", listing, "-i", song_path, *given, "-map", "0:v:0", "-map", "1:a:0",
            *mapped, "-c:v", "copy", *_COLOUR, "-c:a", "copy", "-t", f"{duration_s:.6f}",
            "-video_track_timescale", str(TIMESCALE), "-movflags", "+faststart", "-map_metadata", "-1",
            "-fflags", "+bitexact", scratch,
        ])  # fmt: skip
        if mapped:
            disable_tracks(scratch, handler="sbtl")
        scratch.replace(out_path)
    finally:
        scratch.unlink(missing_ok=True)


def _soft_track(subtitles: str, work_dir: Path) -> tuple[list[str | Path], list[str]]:
    """What ffmpeg is told of the subtitles as its third input, and of their track."""
    if not subtitles.strip():
        return [], []
    path = work_dir / "subtitles.srt"
    path.write_text(subtitles, encoding="utf-8")
    name = "title=Lyrics", "handler_name=Lyrics", "language=eng"
    told = [word for fact in name for word in ("-metadata:s:s:0", fact)]
    return ["-f", "srt", "-i", path], ["-map", "2:s:0", "-c:s", "mov_text", *told]


def save_preview(frame: np.ndarray, path: Path, encode: Callable[[np.ndarray], bytes]) -> None:
    """A small JPEG of a frame, swapped in at once so that nobody reads half of it."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(encode(frame))
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)

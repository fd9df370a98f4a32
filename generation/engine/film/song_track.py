"""The song as AAC, encoded while the picture is drawn: at the film's end it would hold up two idle cores."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import TracebackType

from codecraft.common.audio import disk_full, ffmpeg_path
from codecraft.common.errors import StudioError
from generation.engine.film.encode import die_with_parent


class SongTrack:
    """Context manager. Encodes `duration_s` seconds of a song into `work_dir` beside whatever runs, and gives way to
    it; `finished` waits for the file, which is gone after the context."""

    def __init__(self, audio_path: Path, work_dir: Path, *, duration_s: float) -> None:
        self._path = work_dir / f".song-{os.getpid()}.m4a"
        self._log = self._path.with_suffix(".log")
        self._command = [
            ffmpeg_path(), "-v", "error", "-nostdin", "-y", "-i", str(audio_path.resolve()), "-map", "0:a:0",
            "-c:a", "aac", "-b:a", "192k", "-ac", "2", "-t", f"{duration_s:.6f}", "-map_metadata", "-1",
            "-fflags", "+bitexact", "-flags:a", "+bitexact", str(self._path),
        ]  # fmt: skip

    def __enter__(self) -> SongTrack:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=_give_way
            )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for stray in self._path.parent.glob(".song-*"):  # and those of an attempt that was killed
            stray.unlink(missing_ok=True)

    def finished(self) -> Path:
        """The encoded song. Raises Unavailable for a full disk, StudioError when ffmpeg failed otherwise."""
        if self._process.wait() != 0:
            printed = self._log.read_text(errors="replace")
            if "No space left on device" in printed:
                raise disk_full()
            raise StudioError("ffmpeg failed: " + " / ".join(printed.strip().splitlines()[-3:]), code="ffmpeg_failed")
        return self._path


def _give_way() -> None:
    die_with_parent()
    os.nice(5)

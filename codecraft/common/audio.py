"""Audio files and the ffmpeg program, in one place. Free of Django, so that engines may use it.

Conventions: float32 arrays of shape (channels, samples), full scale 1.0; `sample_rate_hz` goes beside every array.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.errors import StudioError, Unavailable

BLOCK_SAMPLES = 1 << 16
_SFC_SET_ADD_PEAK_CHUNK = 0x1050
_SFE_SYSTEM = 2
_FULL = (errno.ENOSPC, errno.EDQUOT)


@lru_cache(maxsize=1)
def ffmpeg_path() -> str:
    """The ffmpeg that imageio-ffmpeg ships (or `IMAGEIO_FFMPEG_EXE`). Raises Unavailable when there is none."""
    import imageio_ffmpeg

    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        program = ""
    found = shutil.which(program) if program else None
    if found is None:
        raise Unavailable(
            "ffmpeg is missing: install imageio-ffmpeg, or set IMAGEIO_FFMPEG_EXE to the path of an ffmpeg program.",
            code="ffmpeg_missing",
        )
    return found


def run_ffmpeg(arguments: Sequence[str | Path], *, input_bytes: bytes | None = None) -> str:
    """Run ffmpeg to its end and return what it printed. Raises StudioError with its last lines when it fails."""
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", "-y", *map(str, arguments)]
    if input_bytes is not None:
        command.remove("-nostdin")
    done = subprocess.run(command, input=input_bytes, capture_output=True, check=False)
    printed = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        if "No space left on device" in printed:
            raise disk_full()
        raise StudioError("ffmpeg failed: " + " / ".join(printed.strip().splitlines()[-3:]), code="ffmpeg_failed")
    return printed


def disk_full() -> Unavailable:
    return Unavailable(
        "The disk is full: free some space, then start the song again; what was finished is kept.", code="disk_full"
    )


def write_wav(path: Path, audio: np.ndarray, *, sample_rate_hz: int, subtype: str = "PCM_24") -> None:
    """Write (channels, samples) to a WAV file. `subtype` "PCM_24" for people, "FLOAT" between stages."""
    with open_wav_writer(path, channels=audio.shape[0], sample_rate_hz=sample_rate_hz, subtype=subtype) as out:
        out.write(np.ascontiguousarray(audio.T))


class _WavWriter(sf.SoundFile):
    """Says why it could not write: libsndfile's own errors tell no more than that the system refused."""

    def write(self, data: np.ndarray) -> None:
        try:
            super().write(data)
        except (sf.LibsndfileError, AssertionError) as error:  # the latter: fewer samples were taken than given
            if _is_told_full(error, self._file) or _is_full(Path(self.name)):
                raise disk_full() from error
            raise


def open_wav_writer(path: Path, *, channels: int, sample_rate_hz: int, subtype: str = "PCM_24") -> sf.SoundFile:
    """A streaming writer; write blocks of shape (samples, channels). A full disk is Unavailable (`disk_full`)."""
    try:
        writer = _WavWriter(path, "w", samplerate=sample_rate_hz, channels=channels, subtype=subtype, format="WAV")
        # libsndfile puts the time of day into the PEAK chunk of float files: same sound, other bytes.
        sf._snd.sf_command(writer._file, _SFC_SET_ADD_PEAK_CHUNK, sf._ffi.NULL, 0)
        return writer
    except (OSError, sf.LibsndfileError) as error:
        if getattr(error, "errno", None) in _FULL or _is_told_full(error) or _is_full(path):
            raise disk_full() from error
        raise


def _is_told_full(error: Exception, file: object = sf._ffi.NULL) -> bool:
    """Whether the system told libsndfile so about a file (NULL: about the one that it could not open)."""
    if getattr(error, "code", None) != _SFE_SYSTEM:
        return False
    told = sf._ffi.string(sf._snd.sf_strerror(file)).decode("utf-8", "replace")
    return any(os.strerror(number) in told for number in _FULL)


def _is_full(path: Path) -> bool:
    try:
        stat = os.statvfs(path.parent)
    except OSError:
        return False
    return stat.f_bavail * stat.f_frsize < 1 << 20


def read_wav(path: Path) -> tuple[np.ndarray, int]:
    """The whole file as (channels, samples) float32, and its sample rate."""
    audio, sample_rate_hz = sf.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(audio.T), sample_rate_hz


def iter_wav(path: Path, *, block_samples: int = BLOCK_SAMPLES) -> Iterator[np.ndarray]:
    """The file in blocks of shape (channels, samples)."""
    for block in sf.blocks(path, blocksize=block_samples, dtype="float32", always_2d=True):
        yield np.ascontiguousarray(block.T)

"""Stems as a console reads them: any sound file, block by block, in stereo at the console's rate, clean of NaN and
denormals."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.audio import run_ffmpeg
from codecraft.common.errors import InvalidInput, StudioError, Unavailable
from mixer.engine.console.kernels import unwoven
from mixer.engine.console.resampling import Resampler

_UNREADABLE = (OSError, ValueError, TypeError, sf.LibsndfileError)
LOUDEST = 1_000.0
"""Samples beyond +60 dBFS are no sound: a broken file must not blow up what is mixed with it."""


class StemReader:
    """One stem from where it begins on the song's timeline: `offset_samples` of silence before it, or so many of its
    samples left out (below 0). `samples` is where it ends."""

    def __init__(self, path: Path, *, sample_rate_hz: int, offset_samples: int = 0) -> None:
        self._file = _opened(path)
        rate_hz = self._file.samplerate
        self.samples = max(0, -(-self._file.frames * sample_rate_hz // rate_hz) + offset_samples)
        self._silence = max(0, offset_samples)
        self._frames_held = np.empty((0, self._file.channels), np.float32)
        self._resampler = None
        if rate_hz != sample_rate_hz:
            self._resampler = Resampler(self._frames, from_hz=rate_hz, to_hz=sample_rate_hz)
        self._left = self.samples - self._silence
        self._skip(-min(0, offset_samples))

    def read(self, samples: int) -> np.ndarray:
        """The next (2, samples) float32; silence before the stem and after it."""
        silence = min(self._silence, samples)
        self._silence -= silence
        wanted = min(samples - silence, self._left)
        if wanted == samples:
            self._left -= wanted
            block = self._next(wanted)
            if block.shape[1] == samples:
                return block
            return np.pad(block, ((0, 0), (0, samples - block.shape[1])))
        out = np.zeros((2, samples), np.float32)
        if wanted > 0:
            block = self._next(wanted)
            out[:, silence : silence + block.shape[1]] = block
            self._left -= wanted
        return out

    def close(self) -> None:
        self._file.close()

    def _skip(self, samples: int) -> None:
        if samples and self._resampler is None:
            self._file.seek(min(samples, self._file.frames))
        elif samples:
            for first in range(0, samples, 1 << 16):
                self._resampler.read(min(1 << 16, samples - first))

    def _next(self, samples: int) -> np.ndarray:
        return self._frames(samples) if self._resampler is None else self._resampler.read(samples)

    def _frames(self, frames: int) -> np.ndarray:
        """(2, up to so many) float32 in the file's own rate: mono is doubled."""
        try:
            if len(self._frames_held) < frames:
                self._frames_held = np.empty((frames, self._file.channels), np.float32)
            frames_read = self._file.read(out=self._frames_held[:frames])
        except (OSError, sf.LibsndfileError) as error:
            raise InvalidInput(f"The stem {Path(self._file.name).name} broke off while it was read.") from error
        block = np.empty((2, len(frames_read)), np.float32)
        unwoven(frames_read, block, LOUDEST)
        return block


def length_of(path: Path, *, sample_rate_hz: int) -> int:
    """How many samples a sound file has at that rate. Raises InvalidInput for what is no sound."""
    reader = StemReader(path, sample_rate_hz=sample_rate_hz)
    reader.close()
    return reader.samples


def as_readable(path: Path, working: Path) -> Path:
    """The file itself where libsndfile reads it (WAV, FLAC, OGG, MP3, AIFF); else (M4A) decoded into `working` by
    ffmpeg, in its own rate. Raises InvalidInput for what is no sound."""
    if not path.is_file():
        raise InvalidInput(f"The stem {path.name} is not there any more.")
    try:
        with sf.SoundFile(path):
            return path
    except _UNREADABLE:
        pass
    # Two files of one name may come from two folders: each gets a name of its own.
    decoded = Path(tempfile.mkdtemp(dir=working)) / "decoded.wav"
    try:
        run_ffmpeg(
            ["-protocol_whitelist", "file", "-i", path, "-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "wav", decoded]
        )
        with sf.SoundFile(decoded):
            return decoded
    except Unavailable:  # a full disk is no fault of the stem's
        raise
    except (StudioError, *_UNREADABLE) as error:
        raise InvalidInput(f"The stem {path.name} cannot be read as sound.") from error


def _opened(path: Path) -> sf.SoundFile:
    try:
        file = sf.SoundFile(path)
    except _UNREADABLE as error:
        raise InvalidInput(f"The stem {path.name} cannot be read as sound.") from error
    if file.channels > 2:
        channels = file.channels
        file.close()
        raise InvalidInput(f"The stem {path.name} has {channels} channels; a stem has one or two.")
    return file

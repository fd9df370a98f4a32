"""The mix as the mastering room reads it: stereo blocks from the file, cleaned, however long it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress
from mixer.engine.console.kernels import unwoven
from mixer.engine.meters import HOP_S

_GRAINS_PER_BLOCK = 4096
_MOST_GRAIN_SAMPLES = 16
_MOST = 1e6


@dataclass(frozen=True)
class Sound:
    """A file of sound. `grain_samples` (16 at 48 kHz) is the greatest step up to 16 that fits a meter's 100 ms."""

    path: Path
    sample_rate_hz: int
    samples: int
    channels: int

    @property
    def grain_samples(self) -> int:
        hop = round(HOP_S * self.sample_rate_hz)
        return max(step for step in range(1, _MOST_GRAIN_SAMPLES + 1) if hop % step == 0)

    @property
    def duration_s(self) -> float:
        return self.samples / self.sample_rate_hz

    def blocks(self, progress: Progress) -> Iterator[np.ndarray]:
        """(2, samples) float32, whole grains in all but the last; mono in both channels, what is no number as 0."""
        with sf.SoundFile(self.path) as file:
            done = 0
            while done < self.samples:
                read = file.read(self.grain_samples * _GRAINS_PER_BLOCK, dtype="float32", always_2d=True)
                if len(read) == 0:
                    raise InvalidInput(f"The sound in {self.path.name} breaks off before its end.", field="mix_path")
                stereo = np.empty((2, len(read)), np.float32)
                unwoven(read, stereo, _MOST)
                yield stereo
                done += len(read)
                progress(done / self.samples)


def open_sound(path: Path, *, field: str) -> Sound:
    """Raises InvalidInput for what is no sound, has none in it, or has more than two channels."""
    try:
        info = sf.info(path)
    except (OSError, RuntimeError) as error:
        raise InvalidInput(f"The file {path.name} cannot be read as sound.", field=field) from error
    if info.frames == 0:
        raise InvalidInput(f"There is no sound in {path.name}.", field=field)
    if info.channels > 2:
        raise InvalidInput(f"{path.name} has {info.channels} channels; mono and stereo can be mastered.", field=field)
    if not 8_000 <= info.samplerate <= 192_000:
        raise InvalidInput(f"{path.name} has {info.samplerate} Hz; 8 to 192 kHz can be mastered.", field=field)
    return Sound(path, info.samplerate, info.frames, info.channels)

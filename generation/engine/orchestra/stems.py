"""The stem files while they grow: written under a working name, published together or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codecraft.common.audio import open_wav_writer
from codecraft.common.errors import StudioError
from generation.engine.orchestra.events import Passage
from generation.engine.score.types import Part

_BLOCK_SAMPLES = 1 << 16


@dataclass(frozen=True)
class StemJob:
    """`key` is the content key of what will be heard in the stem."""

    part: Part
    path: Path
    passages: tuple[Passage, ...]
    key: str

    @property
    def working_path(self) -> Path:
        return self.path.with_name(self.path.name + ".part")


class StemFiles:
    """A context: `write` or `take` makes a stem, `publish` gives all stems their names; leaving without it removes
    them."""

    def __init__(self, jobs: list[StemJob], *, sample_rate_hz: int) -> None:
        self._jobs = jobs
        self._sample_rate_hz = sample_rate_hz

    def __enter__(self) -> StemFiles:
        return self

    def write(self, job: StemJob, sound: np.ndarray) -> None:
        """Write the whole stem: (2, samples) float32."""
        with open_wav_writer(
            job.working_path, channels=2, sample_rate_hz=self._sample_rate_hz, subtype="FLOAT"
        ) as file:
            for first in range(0, sound.shape[1], _BLOCK_SAMPLES):
                block = np.ascontiguousarray(sound[:, first : first + _BLOCK_SAMPLES].T)
                if not np.isfinite(block).all():
                    raise StudioError(f"The synthesizer gave no usable sound for {job.part.name}.")
                file.write(block)

    def take(self, job: StemJob, kept: Path) -> None:
        """A kept stem as this one: the same file under another name where the disk can do that."""
        job.working_path.unlink(missing_ok=True)
        try:
            os.link(kept, job.working_path)
        except OSError:
            shutil.copyfile(kept, job.working_path)

    def publish(self) -> None:
        for job in self._jobs:
            job.working_path.replace(job.path)

    def __exit__(self, *exc_info: object) -> None:
        for job in self._jobs:
            job.working_path.unlink(missing_ok=True)

"""The stem files while they grow: written under a working name, published together or not at all."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codecraft.common.audio import open_wav_writer
from codecraft.common.errors import StudioError
from generation.engine.orchestra.events import Event
from generation.engine.score.types import Part


@dataclass(frozen=True)
class StemJob:
    part: Part
    path: Path
    events: tuple[Event, ...]

    @property
    def working_path(self) -> Path:
        return self.path.with_name(self.path.name + ".part")


class StemWriters:
    """A context: `write` appends to a stem, `publish` gives all stems their names; leaving without it removes them."""

    def __init__(self, jobs: list[StemJob], *, sample_rate_hz: int) -> None:
        self._jobs = jobs
        self._sample_rate_hz = sample_rate_hz
        self._stack = ExitStack()
        self._files: list = []

    def __enter__(self) -> StemWriters:
        try:
            for job in self._jobs:
                writer = open_wav_writer(
                    job.working_path, channels=2, sample_rate_hz=self._sample_rate_hz, subtype="FLOAT"
                )
                self._files.append(self._stack.enter_context(writer))
        except BaseException:
            self.__exit__()
            raise
        return self

    def write(self, stem: int, block: np.ndarray) -> None:
        """Append `block` of shape (samples, 2), float32, to stem number `stem`."""
        if not np.isfinite(block).all():
            raise StudioError(f"The synthesizer gave no usable sound for {self._jobs[stem].part.name}.")
        self._files[stem].write(block)

    def publish(self) -> None:
        self._stack.close()
        for job in self._jobs:
            job.working_path.replace(job.path)

    def __exit__(self, *exc_info: object) -> None:
        self._stack.close()
        for job in self._jobs:
            job.working_path.unlink(missing_ok=True)

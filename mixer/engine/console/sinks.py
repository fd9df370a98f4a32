"""Where a console's sound goes: a file that begins when the song does and ends when it should."""

from __future__ import annotations

import numpy as np
import soundfile as sf

_AUDIBLE = 10.0 ** (-96.0 / 20.0)


class _Nowhere:
    def write(self, frames: np.ndarray) -> None:
        """What is only measured is not kept."""

    def truncate(self, frames: int) -> None:
        """There is nothing to leave out."""


NOWHERE = _Nowhere()
"""In a file's place."""


class Sink:
    """A file of `samples` samples. What comes first, `late_samples` of it, lies before the song and is left out; the
    last `fade_samples` are faded out."""

    def __init__(
        self, writer: sf.SoundFile | _Nowhere, late_samples: int, samples: int, *, fade_samples: int = 0
    ) -> None:
        self._writer = writer
        self._late, self._samples = late_samples, samples
        self._fade = min(fade_samples, samples)
        self._written = -late_samples
        self._peak = 0.0
        self.sounds_until = 0

    @property
    def console_samples(self) -> int:
        """How long the console must run until the file is full."""
        return self._late + self._samples

    @property
    def peak_dbfs(self) -> float:
        return 20.0 * float(np.log10(max(1e-6, self._peak)))

    def write(self, block: np.ndarray) -> None:
        """The next (2, samples) float32 of the console's time."""
        first = max(0, -self._written)
        last = min(block.shape[1], self._samples - self._written)
        at = self._written + first
        self._written += block.shape[1]
        if last <= first:
            return
        piece = self._faded(block[:, first:last], at)
        loud = np.abs(piece).max(axis=0)
        self._peak = max(self._peak, float(loud.max()))
        heard = np.flatnonzero(loud > _AUDIBLE)
        if len(heard):
            self.sounds_until = at + int(heard[-1]) + 1
        self._writer.write(np.ascontiguousarray(piece.T))

    def end_at(self, samples: int) -> None:
        """Leave out what was written from there on."""
        if samples < self._samples:
            self._writer.truncate(samples)

    def _faded(self, piece: np.ndarray, at: int) -> np.ndarray:
        left = self._samples - at - np.arange(piece.shape[1])
        if self._fade == 0 or left[-1] > self._fade:
            return piece
        return piece * np.sin(0.5 * np.pi * np.minimum(1.0, left / self._fade)).astype(np.float32) ** 2

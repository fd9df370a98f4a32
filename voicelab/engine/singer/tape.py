"""The tape that phrases are laid on: sums in memory what may still change, and writes what is finished."""

from __future__ import annotations

import numpy as np
import soundfile as sf

CEILING = 0.88
KNEE = 0.6


class Tape:
    """Adds pieces of sound in order of their start and writes what no later piece can touch."""

    MARGIN_S = 4.0
    """A later phrase may begin before its first note by its consonants and its breath; never by this much."""

    def __init__(self, out: sf.SoundFile, channels: int, samples: int) -> None:
        self._out, self._samples = out, samples
        self._written = 0
        self._open = np.zeros((channels, 0), np.float32)
        self._margin = int(self.MARGIN_S * out.samplerate)

    def lay(self, wave: np.ndarray, start: int) -> None:
        if start < 0:
            wave, start = wave[:, -start:], 0
        self._flush(start - self._margin)
        wave = wave[:, : max(0, self._samples - start)]
        stop = start + wave.shape[1] - self._written
        if stop > self._open.shape[1]:
            self._open = np.pad(self._open, ((0, 0), (0, stop - self._open.shape[1])))
        self._open[:, start - self._written : stop] += wave

    def finish(self) -> None:
        self._flush(self._samples)

    def _flush(self, until: int) -> None:
        count = min(until, self._samples) - self._written
        if count <= 0:
            return
        ready = self._open[:, :count]
        self._out.write(np.ascontiguousarray(_soft_ceiling(ready).T))
        for block in range(ready.shape[1], count, 1 << 16):
            self._out.write(np.zeros((min(1 << 16, count - block), ready.shape[0]), np.float32))
        self._open = self._open[:, count:].copy()
        self._written += count


def _soft_ceiling(wave: np.ndarray) -> np.ndarray:
    """Leaves everything below `KNEE` alone and bends what is above, so that nothing passes `CEILING`."""
    over = np.abs(wave) - KNEE
    if not (over > 0).any():
        return wave
    span = np.float32(CEILING - KNEE)
    return np.where(over > 0, np.sign(wave) * (KNEE + span * np.tanh(over / span)), wave).astype(np.float32)

"""Effects that need to hear a whole phrase, as streams: the sound is cut at its quietest moments, and much later."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import uniform_filter1d

_SHORTEST_S, _LONGEST_S = 4.0, 8.0
_CONTEXT_S = 0.5
_FADE_S = 0.010
_QUIET_S = 0.030


class PhraseStream:
    """`work` maps (channels, samples) float32 to the same shape, moving nothing in time.

    A phrase is 4 to 8 s long and ends where 30 ms are softest. `work` hears half a second more on both sides, and what
    it gives for neighbours is faded over in 10 ms. Where phrases end depends on the sound alone, not on the blocks.
    """

    def __init__(self, work: Callable[[np.ndarray], np.ndarray], *, sample_rate_hz: int, channels: int) -> None:
        self._work = work
        lengths_s = (_SHORTEST_S, _LONGEST_S, _CONTEXT_S, _FADE_S, _QUIET_S)
        lengths = [round(length_s * sample_rate_hz) for length_s in lengths_s]
        self._shortest, self._longest, self._context, _, self._quiet = lengths
        self._fade = max(2, lengths[3] // 2 * 2)
        self.latency_samples = self._longest + self._context + self._fade
        self.tail_samples = 0
        # From `context` before the phrase's beginning; the first has silence before it.
        self._heard = [np.zeros((channels, self._context), np.float32)]
        self._count = 0
        self._needed = self._longest + self._context
        self._ready = [np.zeros((channels, self.latency_samples - self._fade // 2), np.float32)]
        self._end: np.ndarray | None = None

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        done = 0
        while done < block.shape[1]:
            length = min(block.shape[1] - done, self._needed - self._count)
            self._heard.append(block[:, done : done + length].astype(np.float32))
            self._count += length
            done += length
            if self._count == self._needed:
                self._finish_phrase()
        return self._take(block.shape[1])

    def retune(self, effect: object) -> None:
        """Nothing of these effects can be automated."""

    def _finish_phrase(self) -> None:
        heard = np.concatenate(self._heard, axis=1)
        cut = self._quietest(heard)
        half = self._fade // 2
        begin, end = self._context, self._context + cut
        moved = self._work(heard[:, : end + self._context]) if heard.any() else np.zeros_like(heard)
        rise = np.linspace(0.0, 1.0, self._fade, dtype=np.float32)
        first = moved[:, begin - half : begin + half]
        last = first if self._end is None else self._end
        seam = np.where(first == last, first, last + rise * (first - last))
        self._ready += [seam, moved[:, begin + half : end - half]]
        self._end = moved[:, end - half : end + half].copy()
        self._heard = [heard[:, cut:].copy()]
        self._count -= cut

    def _quietest(self, heard: np.ndarray) -> int:
        """Where this phrase ends, in samples after its beginning."""
        power = np.square(heard, dtype=np.float64).sum(axis=0)
        smooth = uniform_filter1d(power, self._quiet, mode="constant")
        start = self._context + self._shortest
        return self._shortest + int(np.argmin(np.round(smooth[start : self._context + self._longest], 12)))

    def _take(self, samples: int) -> np.ndarray:
        taken: list[np.ndarray] = []
        while samples > 0:
            first = self._ready[0]
            taken.append(first[:, :samples])
            samples -= taken[-1].shape[1]
            if taken[-1].shape[1] == first.shape[1]:
                self._ready.pop(0)
            else:
                self._ready[0] = first[:, taken[-1].shape[1] :]
        return np.concatenate(taken, axis=1) if taken else np.zeros((len(self._ready[0]), 0), np.float32)

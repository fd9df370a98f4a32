"""What all effects share: running one over a whole sound, numbers that glide, sounds that come later."""

from __future__ import annotations

import numpy as np
from numba import njit

from mixer.engine.effects.effect import Effect

GLIDE_SAMPLES = 64
"""A parameter that is changed reaches its new value in so many samples, in a straight line: the console's control
grid. So automation is a broken line to the sample, and a jump is no click."""

_BLOCK_SAMPLES = 1 << 15


def run(effect: Effect, audio: np.ndarray, *, sample_rate_hz: int, key: np.ndarray | None = None) -> np.ndarray:
    """(channels, samples) float32 through the effect's own stream, its latency taken back; the tail is cut off."""
    stream = effect.open(sample_rate_hz=sample_rate_hz, channels=audio.shape[0])
    samples, late = audio.shape[1], stream.latency_samples
    out = np.empty(audio.shape, np.float32)
    if samples == 0:
        return out
    for start in range(0, samples + late, _BLOCK_SAMPLES):
        end = min(samples + late, start + _BLOCK_SAMPLES)
        block = _part(audio, start, end)
        wet = stream.process(block, None if key is None else _part(key, start, end))
        first = max(start, late)
        if first < end:
            out[:, first - late : end - late] = wet[:, first - start :]
    return out


def _part(audio: np.ndarray, start: int, end: int) -> np.ndarray:
    """(channels, end - start) of a sound that is followed by silence."""
    if end <= audio.shape[1]:
        return np.ascontiguousarray(audio[:, start:end], np.float32)
    block = np.zeros((audio.shape[0], end - start), np.float32)
    if start < audio.shape[1]:
        block[:, : audio.shape[1] - start] = audio[:, start:]
    return block


class Glide:
    """Numbers on their way: compiled loops read `now`, and step it towards `goal` while `left[0]` samples are left.

    One step is `now += (goal - now) / left; left -= 1`, and at the last one `now = goal`.
    """

    def __init__(self, *values: float) -> None:
        self.goal = np.array(values, np.float64)
        self.now = self.goal.copy()
        self.left = np.zeros(1, np.int64)

    def to(self, *values: float) -> None:
        goal = np.array(values, np.float64)
        if not np.array_equal(goal, self.goal):
            self.goal[:] = goal
            self.left[0] = GLIDE_SAMPLES


@njit(cache=True, nogil=True, error_model="numpy")
def step(now, goal, left):  # pragma: no cover - compiled
    """One sample of a Glide, for compiled loops."""
    for k in range(len(now)):
        now[k] = goal[k] if left[0] == 1 else now[k] + (goal[k] - now[k]) / left[0]
    left[0] -= 1


@njit(cache=True, nogil=True, error_model="numpy")
def glide_gain(now, goal, left, out):  # pragma: no cover - compiled
    """The first number of a Glide, sample by sample."""
    for index in range(len(out)):
        if left[0] > 0:
            step(now, goal, left)
        out[index] = now[0]


class DelayLine:
    """The same sound `samples` later, whatever the sizes of the blocks."""

    def __init__(self, channels: int, samples: int) -> None:
        self._held = np.zeros((channels, samples), np.float32)

    def process(self, block: np.ndarray) -> np.ndarray:
        held, late, samples = self._held, self._held.shape[1], block.shape[1]
        if late == 0:
            return block
        out = np.empty(block.shape, np.float32)
        if samples >= late:
            out[:, :late] = held
            out[:, late:] = block[:, : samples - late]
            held[:] = block[:, samples - late :]
        else:
            out[:] = held[:, :samples]
            held[:, : late - samples] = held[:, samples:]
            held[:, late - samples :] = block
        return out


@njit(cache=True, nogil=True)
def sounds(block):  # pragma: no cover - compiled
    """Whether there is anything but silence in (channels, samples)."""
    for channel in range(block.shape[0]):
        for index in range(block.shape[1]):
            if block[channel, index] != 0.0:
                return True
    return False


def contiguous(block: np.ndarray) -> np.ndarray:
    """The block as compiled loops want it: rows of float32 without gaps."""
    return np.ascontiguousarray(block, np.float32)


def seconds_to_samples(time_s: float, sample_rate_hz: int) -> int:
    return round(time_s * sample_rate_hz)


def pole(time_s: float, rate_hz: float) -> float:
    """The coefficient of a one-pole smoother that covers 63 % of a step in `time_s`."""
    return float(np.exp(-1.0 / max(1e-9, time_s * rate_hz)))


class Unchanged:
    """The stream of an effect that does nothing."""

    latency_samples = 0
    tail_samples = 0

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        return np.array(block, np.float32)

    def retune(self, effect: object) -> None:
        """There is nothing to tune."""

"""One sound steps back for another: as a whole, or round one frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.dynamics import CONTROL_SAMPLES, follow_presence
from mixer.engine.effects.fast_math import OCTAVES_PER_DB, exp2
from mixer.engine.effects.streaming import Glide, contiguous, pole, run, step

_DETECTOR_S = 0.020


@dataclass(frozen=True)
class Ducker:
    """Lowers by `depth_db` where the key is fully there: from `threshold_db` (its mean square) up; not at all from
    `range_db` below that. `hold_s` bridges the key's rests. Without a key it does nothing.

    Every CONTROL_SAMPLES samples: p, the key's mean square over them, smoothed by 20 ms; wanted = clip(1 + (10 log10 p
    - threshold) / range, 0, 1); v follows wanted by one pole (attack up; after the hold, release down); the gain
    10^(-depth v / 20) is reached in a straight line over the next CONTROL_SAMPLES. With `bell_hz` only a bell is
    lowered: x + (gain - 1) b, b the sound through a band-pass of that centre, `bell_q` and unity gain.
    """

    depth_db: float = 3.0
    threshold_db: float = -26.0
    range_db: float = 15.0
    attack_s: float = 0.040
    hold_s: float = 0.0
    release_s: float = 0.350
    bell_hz: float | None = None
    bell_q: float = 0.8

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> DuckerStream:
        return DuckerStream(self, sample_rate_hz, channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int, key: np.ndarray | None = None) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        return run(self, audio, sample_rate_hz=sample_rate_hz, key=key)


class DuckerStream:
    latency_samples = 0
    tail_samples = 0

    def __init__(self, effect: Ducker, sample_rate_hz: int, channels: int) -> None:
        self._rate_hz = sample_rate_hz
        self._bell = Glide(*_band_pass(effect, sample_rate_hz))
        self._state = np.zeros((channels, 2))
        # Sum of squares so far, samples summed, level, presence, hold left, gain at the last grid point and the next.
        self._follower = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0])
        self._settings = np.zeros(7)
        self.retune(effect)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        block = contiguous(block)
        heard = np.zeros_like(block) if key is None else contiguous(key)
        gain = np.empty(block.shape[1])
        _follow_key(heard, self._settings, self._follower, gain)
        if not self._is_bell:
            return block * gain.astype(np.float32)
        out = np.empty(block.shape, np.float32)
        bell = self._bell
        _lower_bell(block, gain, bell.now, bell.goal, bell.left, self._state, out)
        return out

    def retune(self, effect: Ducker) -> None:
        rate_hz = self._rate_hz / CONTROL_SAMPLES
        times_s = (_DETECTOR_S, effect.attack_s, effect.release_s)
        poles = [pole(time_s, rate_hz) for time_s in times_s]
        self._settings[:] = [effect.depth_db, effect.threshold_db, effect.range_db, *poles, effect.hold_s * rate_hz]
        self._is_bell = effect.bell_hz is not None
        self._bell.to(*_band_pass(effect, self._rate_hz))


def _band_pass(effect: Ducker, sample_rate_hz: int) -> tuple[float, float, float]:
    """b0 (b1 = 0, b2 = -b0), a1, a2 of the cookbook's band-pass with unity gain at its centre."""
    omega = 2.0 * np.pi * min(effect.bell_hz or 1_000.0, 0.49 * sample_rate_hz) / sample_rate_hz
    alpha = np.sin(omega) / (2.0 * effect.bell_q)
    return alpha / (1.0 + alpha), -2.0 * np.cos(omega) / (1.0 + alpha), (1.0 - alpha) / (1.0 + alpha)


@njit(cache=True, nogil=True, error_model="numpy")
def _follow_key(key, settings, follower, gain):  # pragma: no cover - compiled
    depth, full_db, range_db, detector, attack, release, hold = settings
    for index in range(key.shape[1]):
        share = follower[1] / CONTROL_SAMPLES
        gain[index] = follower[5] + (follower[6] - follower[5]) * share
        for channel in range(key.shape[0]):
            follower[0] += float(key[channel, index]) * float(key[channel, index])
        follower[1] += 1.0
        if follower[1] == CONTROL_SAMPLES:
            power = follower[0] / (CONTROL_SAMPLES * key.shape[0])
            follow_presence(power, full_db, range_db, detector, attack, release, hold, follower[2:5])
            follower[0] = follower[1] = 0.0
            follower[5] = follower[6]
            follower[6] = 1.0 if follower[3] == 0.0 else exp2(-OCTAVES_PER_DB * depth * follower[3])


@njit(cache=True, nogil=True, error_model="numpy")
def _lower_bell(block, gain, now, goal, left, state, out):  # pragma: no cover - compiled
    channels, samples = block.shape
    for index in range(samples):
        if left[0] > 0:
            step(now, goal, left)
        for channel in range(channels):
            x = float(block[channel, index])
            band = now[0] * x + state[channel, 0]
            state[channel, 0] = state[channel, 1] - now[1] * band
            state[channel, 1] = -now[0] * x - now[2] * band
            out[channel, index] = x + (gain[index] - 1.0) * band
    for channel in range(channels):
        if abs(state[channel, 0]) + abs(state[channel, 1]) < 1e-15:
            state[channel] = 0.0

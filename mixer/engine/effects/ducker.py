"""One sound steps back for another: as a whole, or round one frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.biquad import ring_samples
from mixer.engine.effects.dynamics import CONTROL_SAMPLES, follow_presence
from mixer.engine.effects.fast_math import OCTAVES_PER_DB, exp2
from mixer.engine.effects.streaming import Glide, contiguous, pole, run, sounds, step

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

    def __init__(self, effect: Ducker, sample_rate_hz: int, channels: int) -> None:
        self._rate_hz = sample_rate_hz
        poles = np.array([1.0, *_band_pass(effect, sample_rate_hz)[1:]])
        self.tail_samples = 0 if effect.bell_hz is None else ring_samples(poles, sample_rate_hz)
        self._bell = Glide(*_band_pass(effect, sample_rate_hz))
        self._state = np.zeros((channels, 2))
        # Sum of squares so far, samples summed, level, presence, hold left, gain at the last grid point and the next.
        self._follower = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0])
        self._settings = np.zeros(7)
        self.retune(effect)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        block = contiguous(block)
        heard = np.zeros_like(block) if key is None else contiguous(key)
        if self._bell.left[0] == 0 and not self._state.any() and not sounds(block):
            _only_listen(heard, self._settings, self._follower)
            return np.zeros(block.shape, np.float32)
        out = np.empty(block.shape, np.float32)
        if not self._is_bell:
            _duck(block, heard, self._settings, self._follower, out)
        else:
            bell = self._bell
            _duck_bell(block, heard, self._settings, self._follower, bell.now, bell.goal, bell.left, self._state, out)
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
def _listen(key, index, settings, follower, left):  # pragma: no cover - compiled
    """Hear the key from `index` up to the next grid point, at most `left` samples. Gives how many they are, and the
    line of the gain over them: its first value and its rise."""
    depth, full_db, range_db, detector, attack, release, hold = settings
    done = int(follower[1])
    length = min(CONTROL_SAMPLES - done, left)
    rise = (follower[6] - follower[5]) / CONTROL_SAMPLES
    first = follower[5] + rise * done
    total = follower[0]
    if key.shape[0] == 2:
        one, other = key[0, index : index + length], key[1, index : index + length]
        for k in range(length):
            total += float(one[k]) * float(one[k]) + float(other[k]) * float(other[k])
    else:
        for k in range(index, index + length):
            for channel in range(key.shape[0]):
                total += float(key[channel, k]) * float(key[channel, k])
    follower[0] = total
    follower[1] = done + length
    if done + length == CONTROL_SAMPLES:
        power = total / (CONTROL_SAMPLES * key.shape[0])
        follow_presence(power, full_db, range_db, detector, attack, release, hold, follower[2:5])
        follower[0] = follower[1] = 0.0
        follower[5] = follower[6]
        follower[6] = 1.0 if follower[3] == 0.0 else exp2(-OCTAVES_PER_DB * depth * follower[3])
    return length, first, rise


@njit(cache=True, nogil=True, error_model="numpy")
def _only_listen(key, settings, follower):  # pragma: no cover - compiled
    """The follower goes on while there is nothing to lower."""
    index = 0
    while index < key.shape[1]:
        index += _listen(key, index, settings, follower, key.shape[1] - index)[0]


@njit(cache=True, nogil=True, error_model="numpy")
def _duck(block, key, settings, follower, out):  # pragma: no cover - compiled
    index, samples = 0, block.shape[1]
    while index < samples:
        length, first, rise = _listen(key, index, settings, follower, samples - index)
        for channel in range(block.shape[0]):
            dry, wet = block[channel, index : index + length], out[channel, index : index + length]
            for k in range(length):
                wet[k] = dry[k] * np.float32(first + rise * k)
        index += length


@njit(cache=True, nogil=True, error_model="numpy")
def _duck_bell(block, key, settings, follower, now, goal, left, state, out):  # pragma: no cover - compiled
    channels, samples = block.shape
    index = 0
    while index < samples:
        length, first, rise = _listen(key, index, settings, follower, samples - index)
        if left[0] == 0 and channels == 2:
            _lower_both(block[:, index : index + length], first - 1.0, rise, now, state, out[:, index : index + length])
        else:
            for k in range(length):
                if left[0] > 0:
                    step(now, goal, left)
                for channel in range(channels):
                    x = float(block[channel, index + k])
                    band = now[0] * x + state[channel, 0]
                    state[channel, 0] = state[channel, 1] - now[1] * band
                    state[channel, 1] = -now[0] * x - now[2] * band
                    out[channel, index + k] = x + (first + rise * k - 1.0) * band
        index += length
    for channel in range(channels):
        if abs(state[channel, 0]) + abs(state[channel, 1]) < 1e-15:
            state[channel] = 0.0


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _lower_both(block, first, rise, now, state, out):  # pragma: no cover - compiled
    """Two channels side by side: neither waits for the other's recursion."""
    b0, a1, a2 = now[0], now[1], now[2]
    s0, s1, t0, t1 = state[0, 0], state[0, 1], state[1, 0], state[1, 1]
    dry_left, dry_right, wet_left, wet_right = block[0], block[1], out[0], out[1]
    for k in range(len(dry_left)):
        x, y = float(dry_left[k]), float(dry_right[k])
        left, right = b0 * x + s0, b0 * y + t0
        s0, t0 = s1 - a1 * left, t1 - a1 * right
        s1, t1 = -b0 * x - a2 * left, -b0 * y - a2 * right
        more = first + rise * k
        wet_left[k] = x + more * left
        wet_right[k] = y + more * right
    state[0, 0], state[0, 1], state[1, 0], state[1, 1] = s0, s1, t0, t1

"""True-peak limiter: look-ahead, four times oversampled detection.

The peaks between samples are found with a polyphase interpolator after ITU-R BS.1770-5, annex 2. They scale with the
gain before the limiter, so they are found once, and any number of drives can be tried on them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numba import njit
from scipy.signal import firwin

from mixer.engine.effects.streaming import DelayLine, Glide, contiguous, glide_gain, run

_PHASES = 4
_STREAM_PHASES = 8
SAFETY_DB = 0.1
"""Between the eighths, and where the gain moves, a stream's peaks may be a little higher than what was found."""
_TAPS_PER_PHASE = 24
_BEFORE, _AHEAD = _TAPS_PER_PHASE // 2 - 1, _TAPS_PER_PHASE // 2
_PEAK_BLOCK = 1024


@dataclass(frozen=True)
class TruePeakLimiter:
    """Two releases: after a short peak the gain is back in `release_s`; limiting that lasts longer than `settle_s`
    lowers a slow gain, which the quick one does not rise above and which recovers in `recover_s`. So a drum hit does
    not duck what follows it, and a sustained chord is not distorted by a gain that follows its waves.

    As a stream: x times `gain_db`; p, the largest magnitude of all channels at and just after each sample (8 phases of
    a windowed sinc of 24 taps); c = min(1, ceiling / p), the ceiling 0.1 dB lower than asked; l, the lowest c of the
    last W = look-ahead samples; s = l + q (s - l), q the pole of `settle_s` where l < s, else of `recover_s`; h = l
    where l < h, else min(l, g + r (h - g)), g = min(l, s), r the pole of `release_s`; x is heard W + 11 samples late,
    times the mean of the last W values of h.
    """

    ceiling_dbtp: float
    lookahead_s: float = 0.003
    release_s: float = 0.025
    settle_s: float = 0.080
    recover_s: float = 0.400
    gain_db: float = 0.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> LimiterStream:
        return LimiterStream(self, sample_rate_hz, channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out, same length, no delay."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)

    def gain(self, peaks: np.ndarray, *, drive: float, sample_rate_hz: int) -> np.ndarray:
        """Linear gain (samples,) float32 for a signal whose `inter_sample_peaks` were multiplied by `drive`.

        The drive is part of the gain: `audio * gain` is what comes out.
        """
        ride = _GainRide(self, float(drive), sample_rate_hz)
        late = ride.window - 1
        return ride.follow(np.concatenate([peaks, np.zeros(late, np.float32)]))[late:]


class _GainRide:
    """Lowest gain over the look-ahead (a monotonic queue), the two releases, then the mean over the same window.

    Every value that enters the mean at a sample has seen that sample's peak, so the mean never exceeds what it allows.
    The gain for a sample is known `window` - 1 samples after it.
    """

    def __init__(self, effect: TruePeakLimiter, drive: float, sample_rate_hz: int) -> None:
        self.window = max(2, round(effect.lookahead_s * sample_rate_hz))
        self._rate_hz = sample_rate_hz
        self._drive = drive
        self._queue_at = np.zeros(self.window + 1, np.int64)
        self._queue_gain = np.zeros(self.window + 1)
        self._counts = np.zeros(3, np.int64)  # head and size of the queue, samples so far
        self._ring = np.full(self.window, drive)
        self._levels = np.array([drive * self.window, drive, drive])  # sum of the ring, held, slow
        self.set(effect)

    def set(self, effect: TruePeakLimiter) -> None:
        self._ceiling = 10.0 ** (effect.ceiling_dbtp / 20.0)
        times_s = (effect.release_s, effect.settle_s, effect.recover_s)
        self._poles = np.array([np.exp(-1.0 / (time_s * self._rate_hz)) for time_s in times_s])

    def follow(self, peaks: np.ndarray) -> np.ndarray:
        out = np.empty(len(peaks), np.float32)
        setting = (self._drive, self._ceiling, self._poles)
        _limit(peaks, *setting, self._queue_at, self._queue_gain, self._counts, self._ring, self._levels, out)
        return out


class LimiterStream:
    """Late by the look-ahead and by what the interpolator needs of the future."""

    def __init__(self, effect: TruePeakLimiter, sample_rate_hz: int, channels: int) -> None:
        self._ride = _GainRide(_safer(effect), 1.0, sample_rate_hz)
        self.latency_samples = self._ride.window - 1 + _AHEAD
        self.tail_samples = self.latency_samples
        self._heard = np.zeros((channels, _TAPS_PER_PHASE - 1), np.float32)
        self._dry = DelayLine(channels, self.latency_samples)
        self._drive = Glide(10.0 ** (effect.gain_db / 20.0))

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        driven = self._driven(contiguous(block))
        whole = np.concatenate([self._heard, driven], axis=1)
        peaks = np.empty(driven.shape[1], np.float32)
        _peaks(whole, _interpolator(_STREAM_PHASES), peaks)
        self._heard = whole[:, driven.shape[1] :].copy()
        return self._dry.process(driven) * self._ride.follow(peaks)

    def retune(self, effect: TruePeakLimiter) -> None:
        self._drive.to(10.0 ** (effect.gain_db / 20.0))
        self._ride.set(_safer(effect))

    def _driven(self, block: np.ndarray) -> np.ndarray:
        drive = self._drive
        if drive.left[0] == 0:
            return block if drive.now[0] == 1.0 else block * np.float32(drive.now[0])
        gain = np.empty(block.shape[1], np.float32)
        glide_gain(drive.now, drive.goal, drive.left, gain)
        return block * gain


def _safer(effect: TruePeakLimiter) -> TruePeakLimiter:
    return replace(effect, ceiling_dbtp=effect.ceiling_dbtp - SAFETY_DB)


def inter_sample_peaks(audio: np.ndarray) -> np.ndarray:
    """(samples,) float32: the largest magnitude of all channels at and just after each sample, between samples too."""
    out = np.empty(audio.shape[1], np.float32)
    _peaks(np.pad(contiguous(audio), ((0, 0), (_BEFORE, _AHEAD))), _interpolator(_PHASES), out)
    return out


@lru_cache(maxsize=2)
def _interpolator(phases: int) -> np.ndarray:
    """(phases 1.., taps): windowed sinc; phase 0 is the sample itself."""
    length = phases * _TAPS_PER_PHASE + 1
    taps = firwin(length, 1.0 / phases, window=("kaiser", 5.0)) * phases
    rows = [taps[phase : phase + phases * _TAPS_PER_PHASE : phases] for phase in range(1, phases)]
    return np.array(rows, np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def _peaks(whole, phases, out):  # pragma: no cover - compiled
    """Tap by tap over blocks of samples, so that the inner loop runs on vectors. `whole` has _BEFORE samples more
    before and _AHEAD more after those that `out` is about."""
    taps = phases.shape[1]
    total = np.empty(_PEAK_BLOCK, np.float32)
    out[:] = 0.0
    for channel in range(whole.shape[0]):
        for start in range(0, len(out), _PEAK_BLOCK):
            length = min(_PEAK_BLOCK, len(out) - start)
            most, here = out[start:], whole[channel, start + _BEFORE :]
            for index in range(length):
                most[index] = max(most[index], abs(here[index]))
            for phase in range(phases.shape[0]):
                total[:length] = 0.0
                for tap in range(taps):
                    weight, late = phases[phase, tap], whole[channel, start + taps - 1 - tap :]
                    for index in range(length):
                        total[index] += weight * late[index]
                for index in range(length):
                    most[index] = max(most[index], abs(total[index]))


@njit(cache=True, nogil=True, error_model="numpy")
def _limit(
    peaks, drive, ceiling, poles, queue_at, queue_gain, counts, ring, levels, out
):  # pragma: no cover - compiled
    """`out` is the gain for the sample that lies `window` - 1 before the one of `peaks`."""
    window = len(ring)
    room = window + 1
    head, size, now = counts
    total, held, slow = levels
    for index in range(len(peaks)):
        gain = drive
        if peaks[index] * drive > ceiling:
            gain = ceiling / peaks[index]
        while size > 0:
            last = head + size - 1
            last = last - room if last >= room else last
            if queue_gain[last] < gain:
                break
            size -= 1
        last = head + size
        last = last - room if last >= room else last
        queue_at[last] = now
        queue_gain[last] = gain
        size += 1
        if queue_at[head] <= now - window:
            head = head + 1 if head + 1 < room else 0
            size -= 1
        lowest = queue_gain[head]
        pole = poles[1] if lowest < slow else poles[2]
        slow = lowest + pole * (slow - lowest)
        goal = min(lowest, slow)
        held = lowest if lowest < held else min(lowest, goal + poles[0] * (held - goal))
        slot = now % window
        total += held - ring[slot]
        ring[slot] = held
        out[index] = min(total / window, drive)
        now += 1
    counts[0], counts[1], counts[2] = head, size, now
    levels[0], levels[1], levels[2] = total, held, slow

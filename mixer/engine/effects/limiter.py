"""True-peak limiter: look-ahead, four times oversampled detection.

The peaks between samples are found with a polyphase interpolator after ITU-R BS.1770-5, annex 2. They scale with the
gain before the limiter, so they are found once, and any number of drives can be tried on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.signal import firwin

_PHASES = 4
_TAPS_PER_PHASE = 24
_PEAK_BLOCK = 4096


@dataclass(frozen=True)
class TruePeakLimiter:
    """Two releases: after a short peak the gain is back in `release_s`; limiting that lasts longer than `settle_s`
    lowers a slow gain, which the quick one does not rise above and which recovers in `recover_s`. So a drum hit does
    not duck what follows it, and a sustained chord is not distorted by a gain that follows its waves.
    """

    ceiling_dbtp: float
    lookahead_s: float = 0.003
    release_s: float = 0.025
    settle_s: float = 0.080
    recover_s: float = 0.400

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out, same length, no delay."""
        gain = self.gain(inter_sample_peaks(audio), drive=1.0, sample_rate_hz=sample_rate_hz)
        return audio * gain

    def gain(self, peaks: np.ndarray, *, drive: float, sample_rate_hz: int) -> np.ndarray:
        """Linear gain (samples,) float32 for a signal whose `inter_sample_peaks` were multiplied by `drive`.

        The drive is part of the gain: `audio * gain` is what comes out.
        """
        ceiling = 10.0 ** (self.ceiling_dbtp / 20.0)
        window = max(2, round(self.lookahead_s * sample_rate_hz))
        times_s = (self.release_s, self.settle_s, self.recover_s)
        poles = np.array([np.exp(-1.0 / (time_s * sample_rate_hz)) for time_s in times_s])
        out = np.empty(len(peaks), np.float32)
        _limit(peaks, float(drive), ceiling, window, poles, out)
        return out


def inter_sample_peaks(audio: np.ndarray) -> np.ndarray:
    """(samples,) float32: the largest magnitude of all channels at and just after each sample, between samples too."""
    out = np.empty(audio.shape[1], np.float32)
    _peaks(np.ascontiguousarray(audio, np.float32), _interpolator(), out)
    return out


def _interpolator() -> np.ndarray:
    """(phases 1..3, taps): windowed sinc; phase 0 is the sample itself."""
    length = _PHASES * _TAPS_PER_PHASE + 1
    taps = firwin(length, 1.0 / _PHASES, window=("kaiser", 5.0)) * _PHASES
    rows = [taps[phase : phase + _PHASES * _TAPS_PER_PHASE : _PHASES] for phase in range(1, _PHASES)]
    return np.array(rows, np.float32)


@njit(cache=True, nogil=True)
def _peaks(audio, phases, out):  # pragma: no cover - compiled
    """Tap by tap over blocks of samples, so that the inner loop runs on vectors."""
    channels, samples = audio.shape
    taps = phases.shape[1]
    half = taps // 2
    total = np.empty(_PEAK_BLOCK, np.float32)
    padded = np.zeros(_PEAK_BLOCK + taps, np.float32)
    out[:] = 0.0
    for channel in range(channels):
        for start in range(0, samples, _PEAK_BLOCK):
            length = min(_PEAK_BLOCK, samples - start)
            for index in range(length + taps):
                at = start + index + half - taps + 1
                padded[index] = audio[channel, at] if 0 <= at < samples else np.float32(0.0)
            for index in range(length):
                out[start + index] = max(out[start + index], abs(audio[channel, start + index]))
            for phase in range(phases.shape[0]):
                total[:length] = 0.0
                for tap in range(taps):
                    weight = phases[phase, tap]
                    shift = taps - 1 - tap
                    for index in range(length):
                        total[index] += weight * padded[index + shift]
                for index in range(length):
                    out[start + index] = max(out[start + index], abs(total[index]))


@njit(cache=True, nogil=True)
def _limit(peaks, drive, ceiling, window, poles, out):  # pragma: no cover - compiled
    """Lowest gain over the look-ahead (a monotonic queue), the two releases, then the mean over the same window.

    Every value that enters the mean at a sample has seen that sample's peak, so the mean never exceeds what it allows.
    """
    samples = peaks.shape[0]
    queue_at = np.empty(window + 1, np.int64)
    queue_gain = np.empty(window + 1, np.float64)
    head, size = 0, 0
    ring = np.full(window, drive)
    total = drive * window
    held = drive
    slow = drive
    for index in range(samples + window - 1):
        gain = drive
        if index < samples and peaks[index] * drive > ceiling:
            gain = ceiling / peaks[index]
        while size > 0 and queue_gain[(head + size - 1) % (window + 1)] >= gain:
            size -= 1
        queue_at[(head + size) % (window + 1)] = index
        queue_gain[(head + size) % (window + 1)] = gain
        size += 1
        if queue_at[head] <= index - window:
            head = (head + 1) % (window + 1)
            size -= 1
        lowest = queue_gain[head]
        pole = poles[1] if lowest < slow else poles[2]
        slow = lowest + pole * (slow - lowest)
        goal = min(lowest, slow)
        held = lowest if lowest < held else min(lowest, goal + poles[0] * (held - goal))
        slot = index % window
        total += held - ring[slot]
        ring[slot] = held
        if index >= window - 1:
            out[index - window + 1] = min(total / window, drive)

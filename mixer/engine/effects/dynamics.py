"""Compression, and the ducking of one sound by another.

Source of the compressor: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design", JAES 60(6), 2012:
feed-forward, level in dB, soft knee, smoothing of the gain with separate attack and release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.ndimage import maximum_filter1d, uniform_filter1d

CONTROL_SAMPLES = 64
"""Envelopes for ducking are kept once per so many samples, and interpolated."""


@dataclass(frozen=True)
class Compressor:
    """Channels are linked. The level is a running mean square (`detector_s`), so a sine counts with its RMS + 3 dB."""

    threshold_db: float
    ratio: float
    attack_s: float = 0.010
    release_s: float = 0.150
    knee_db: float = 6.0
    makeup_db: float = 0.0
    detector_s: float = 0.005

    def gain(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """The linear gain (samples,) float32 that `process` multiplies with, make-up included."""
        out = np.empty(audio.shape[1], np.float32)
        times = (self.detector_s, self.attack_s, self.release_s)
        detector, attack, release = (_pole(time_s, sample_rate_hz) for time_s in times)
        slope = 1.0 / self.ratio - 1.0
        _compress(audio, self.threshold_db, slope, self.knee_db, self.makeup_db, detector, attack, release, out)
        return out

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        return audio * self.gain(audio, sample_rate_hz=sample_rate_hz)


@dataclass(frozen=True)
class Presence:
    """How much a sound is there, 0..1, once per CONTROL_SAMPLES samples: the key of a side-chain."""

    values: np.ndarray

    def gain(self, samples: int, *, depth_db: float) -> np.ndarray:
        """Linear gain (samples,) float32 that lowers by `depth_db` where the sound is fully there."""
        control = np.power(10.0, -depth_db / 20.0 * self.values.astype(np.float64))
        positions = np.arange(len(control)) * CONTROL_SAMPLES
        return np.interp(np.arange(samples), positions, control).astype(np.float32)

    def widened(self, *, sample_rate_hz: int, bridge_s: float = 1.5, fade_s: float = 0.8) -> Presence:
        """The same without short gaps: it stays up through rests of less than `bridge_s`, and moves in `fade_s`."""
        rate_hz = sample_rate_hz / CONTROL_SAMPLES
        bridged = maximum_filter1d(self.values, max(1, round((bridge_s + fade_s) * rate_hz)), mode="nearest")
        return Presence(uniform_filter1d(bridged, max(1, round(fade_s * rate_hz)), mode="nearest"))

    def duck(self, audio: np.ndarray, *, depth_db: float) -> np.ndarray:
        return audio * self.gain(audio.shape[1], depth_db=depth_db)


def presence(
    audio: np.ndarray,
    *,
    sample_rate_hz: int,
    full_db: float,
    range_db: float = 15.0,
    attack_s: float = 0.040,
    release_s: float = 0.350,
) -> Presence:
    """The presence of (channels, samples): 1 from `full_db` (mean square, dB) up, 0 from `range_db` below it."""
    samples = audio.shape[1]
    count = samples // CONTROL_SAMPLES + 2
    power = np.zeros(count)
    whole = samples // CONTROL_SAMPLES
    blocks = audio[:, : whole * CONTROL_SAMPLES].reshape(audio.shape[0], whole, CONTROL_SAMPLES)
    power[:whole] = np.einsum("cbs,cbs->b", blocks, blocks, dtype=np.float64) / (CONTROL_SAMPLES * audio.shape[0])
    rate_hz = sample_rate_hz / CONTROL_SAMPLES
    values = np.empty(count, np.float32)
    _follow(
        power, full_db, range_db, _pole(0.020, rate_hz), _pole(attack_s, rate_hz), _pole(release_s, rate_hz), values
    )
    return Presence(values)


def _pole(time_s: float, rate_hz: float) -> float:
    """The coefficient of a one-pole smoother that covers 63 % of a step in `time_s`."""
    return float(np.exp(-1.0 / max(1e-9, time_s * rate_hz)))


@njit(cache=True, nogil=True)
def _compress(audio, threshold, slope, knee, makeup, detector, attack, release, out):  # pragma: no cover - compiled
    power = 0.0
    reduction = 0.0
    for index in range(audio.shape[1]):
        peak = 0.0
        for channel in range(audio.shape[0]):
            peak = max(peak, float(audio[channel, index]) * float(audio[channel, index]))
        power = detector * power + (1.0 - detector) * peak
        over = 10.0 * np.log10(2.0 * power + 1e-12) - threshold
        if over <= -knee / 2.0:
            wanted = 0.0
        elif over < knee / 2.0:
            wanted = slope * (over + knee / 2.0) ** 2 / (2.0 * knee)
        else:
            wanted = slope * over
        pole = attack if wanted < reduction else release
        reduction = pole * reduction + (1.0 - pole) * wanted
        if reduction > -1e-6:
            reduction = 0.0
        out[index] = 10.0 ** ((reduction + makeup) / 20.0)


@njit(cache=True, nogil=True)
def _follow(power, full_db, range_db, detector, attack, release, out):  # pragma: no cover - compiled
    level = 0.0
    value = 0.0
    for index in range(power.shape[0]):
        level = detector * level + (1.0 - detector) * power[index]
        wanted = min(1.0, max(0.0, 1.0 + (10.0 * np.log10(level + 1e-12) - full_db) / range_db))
        pole = attack if wanted > value else release
        value = pole * value + (1.0 - pole) * wanted
        out[index] = value

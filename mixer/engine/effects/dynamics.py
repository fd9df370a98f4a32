"""Compression, and how a side-chain is followed.

Source of the compressor: Giannoulis, Massberg, Reiss, "Digital Dynamic Range Compressor Design", JAES 60(6), 2012:
feed-forward, level in dB, soft knee, smoothing of the gain with separate attack and release.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.fast_math import DB_PER_OCTAVE_OF_POWER, OCTAVES_PER_DB, exp2, log2
from mixer.engine.effects.streaming import Glide, contiguous, pole, run, step

CONTROL_SAMPLES = 64
"""A ducker hears its key once per so many samples, and moves in straight lines between."""


@dataclass(frozen=True)
class Compressor:
    """Channels are linked. The level is a running mean square (`detector_s`), so a sine counts with its RMS + 3 dB.

    `key_low_cut_hz` keeps what lies below out of the detector (20: nothing); `mix` 0..1 is the share of what was
    compressed. Per sample, with the mean square p of the louder channel and r, the reduction in dB:
    over = 10 log10(2 p) - threshold; wanted = 0 below -knee/2, (1/ratio - 1) over above knee/2, between them
    (1/ratio - 1) (over + knee/2)^2 / (2 knee); r follows wanted by one pole (attack down, release up); the gain is
    1 - mix + mix 10^((r + makeup) / 20).
    """

    threshold_db: float
    ratio: float
    attack_s: float = 0.010
    release_s: float = 0.150
    knee_db: float = 6.0
    makeup_db: float = 0.0
    detector_s: float = 0.005
    key_low_cut_hz: float = 20.0
    mix: float = 1.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> CompressorStream:
        return CompressorStream(self, sample_rate_hz, channels)

    def gain(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """The linear gain (samples,) float32 that `process` multiplies with, make-up included."""
        return self.open(sample_rate_hz=sample_rate_hz, channels=audio.shape[0]).gain(audio)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int, key: np.ndarray | None = None) -> np.ndarray:
        return run(self, audio, sample_rate_hz=sample_rate_hz, key=key)


class CompressorStream:
    latency_samples = 0
    tail_samples = 0

    def __init__(self, effect: Compressor, sample_rate_hz: int, channels: int) -> None:
        self._rate_hz = sample_rate_hz
        self._state = np.zeros(2)
        self._work = np.empty(256)
        self._poles = np.zeros(3)
        self._glide = Glide(*_numbers(effect))
        self._key_cut = _key_cut(effect.key_low_cut_hz).open(sample_rate_hz=sample_rate_hz, channels=channels)
        self.retune(effect)

    def gain(self, key: np.ndarray) -> np.ndarray:
        """Linear gain (samples,) float32 for what the detector hears next."""
        heard = self._key_cut.process(contiguous(key))
        out = np.empty(key.shape[1], np.float32)
        glide = self._glide
        _compress(heard, glide.now, glide.goal, glide.left, self._poles, self._state, self._work, out)
        return out

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        return block * self.gain(block if key is None else key)

    def retune(self, effect: Compressor) -> None:
        self._glide.to(*_numbers(effect))
        times_s = (effect.detector_s, effect.attack_s, effect.release_s)
        self._poles[:] = [pole(time_s, self._rate_hz) for time_s in times_s]
        self._key_cut.retune(_key_cut(effect.key_low_cut_hz))


def _numbers(effect: Compressor) -> tuple[float, ...]:
    return effect.threshold_db, 1.0 / effect.ratio - 1.0, effect.knee_db, effect.makeup_db, effect.mix


def _key_cut(frequency_hz: float) -> ParametricEq:
    """The lowest setting means none: a band that does nothing."""
    return ParametricEq((Band(BandKind.HIGH_PASS if frequency_hz > 20.0 else BandKind.BELL, frequency_hz),))


@njit(cache=True, nogil=True, error_model="numpy")
def _compress(key, now, goal, left, poles, state, work, out):  # pragma: no cover - compiled
    """`now`: threshold, slope, knee, make-up (dB), mix. In short stretches, so that logarithms run on vectors."""
    samples = key.shape[1]
    start = 0
    while start < samples:
        length = min(len(work), samples - start)
        if left[0] > 0:
            step(now, goal, left)
            length = 1
        _levels(key, start, length, poles[0], state, work)
        _wanted(work, length, now[0], now[1], now[2])
        _smooth(work, length, poles[1], poles[2], state)
        makeup, mix = now[3], now[4]
        for index in range(length):
            out[start + index] = 1.0 + mix * (exp2(OCTAVES_PER_DB * (work[index] + makeup)) - 1.0)
        start += length


@njit(cache=True, nogil=True, error_model="numpy")
def _levels(key, start, length, one_pole, state, work):  # pragma: no cover - compiled
    for index in range(length):
        work[index] = float(key[0, start + index]) ** 2
    for channel in range(1, key.shape[0]):
        for index in range(length):
            work[index] = max(work[index], float(key[channel, start + index]) ** 2)
    power = state[0]
    for index in range(length):
        power = one_pole * power + (1.0 - one_pole) * work[index]
        work[index] = power
    state[0] = power if power > 1e-30 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _wanted(work, length, threshold, slope, knee):  # pragma: no cover - compiled
    """The static curve without branches: the knee's parabola up to its end, a straight line from there."""
    half = 0.5 * knee
    bend = slope / (2.0 * knee) if knee > 0.0 else 0.0
    for index in range(length):
        over = DB_PER_OCTAVE_OF_POWER * log2(2.0 * work[index] + 1e-12) - threshold + half
        inside = min(max(over, 0.0), knee)
        work[index] = bend * inside * inside + slope * max(over - knee, 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _smooth(work, length, attack, release, state):  # pragma: no cover - compiled
    reduction, in_attack, in_release = state[1], 1.0 - attack, 1.0 - release
    for index in range(length):
        wanted = work[index]
        down = attack * reduction + in_attack * wanted
        up = release * reduction + in_release * wanted
        reduction = down if wanted < reduction else up
        work[index] = reduction if reduction < -1e-6 else 0.0
    state[1] = reduction if reduction < -1e-12 else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def follow_presence(power, full_db, range_db, detector, attack, release, hold, state):  # pragma: no cover - compiled
    """One step of the control grid: `state` is the level, the presence 0..1, and how many steps it is still held."""
    state[0] = detector * state[0] + (1.0 - detector) * power
    wanted = min(1.0, max(0.0, 1.0 + (10.0 * np.log10(state[0] + 1e-12) - full_db) / range_db))
    if wanted >= state[1]:
        state[1] = attack * state[1] + (1.0 - attack) * wanted
        state[2] = hold
    elif state[2] > 0.0:
        state[2] -= 1.0
    else:
        state[1] = release * state[1] + (1.0 - release) * wanted
        if state[1] < 1e-9:
            state[1] = 0.0

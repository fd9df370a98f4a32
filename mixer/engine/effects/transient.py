"""Harder or softer onsets, longer or shorter ends, however loud the sound is: by the distance of envelopes.

Source of the idea: the "differential envelope technology" of SPL's Transient Designer (1998): envelopes that follow
the same sound at different speeds part at its onsets and in its ends, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.fast_math import DB_PER_OCTAVE_OF_POWER, OCTAVES_PER_DB, exp2, log2
from mixer.engine.effects.streaming import Glide, contiguous, pole, run, step

_FALL_S, _LAG_S, _LONG_S, _SMOOTH_S = 0.050, 0.020, 0.600, 0.001
_DEAF_DB, _SPAN_DB = 2.0, 10.0
_FLOOR = 1e-5


@dataclass(frozen=True)
class TransientShaper:
    """`attack_db` on onsets, `sustain_db` on what rings after. Channels are linked; what is steady passes bit for bit.

    e = max(|x|, e exp(-1 / (50 ms rate))); the onset's reference a follows e up by one pole of 20 ms and falls with it;
    the end's reference b is max(e, b exp(-1 / (600 ms rate))). Each says r(d) = clip((d - 2 dB) / 10 dB, 0, 1) of
    its distance d in dB, from e over a and from b over e (1e-5 of full scale is added to each); the gain in dB is
    attack r(e / a) + sustain r(b / e), smoothed by one pole of 1 ms.
    """

    attack_db: float = 0.0
    sustain_db: float = 0.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> TransientShaperStream:
        return TransientShaperStream(self, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class TransientShaperStream:
    latency_samples = 0
    tail_samples = 0

    def __init__(self, effect: TransientShaper, sample_rate_hz: int) -> None:
        self._poles = np.array([pole(time_s, sample_rate_hz) for time_s in (_FALL_S, _LAG_S, _LONG_S, _SMOOTH_S)])
        self._state = np.zeros(4)
        self._glide = Glide(effect.attack_db, effect.sustain_db)

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        gain = np.empty(block.shape[1], np.float32)
        glide = self._glide
        _shape(contiguous(block), glide.now, glide.goal, glide.left, self._poles, self._state, gain)
        return block * gain

    def retune(self, effect: TransientShaper) -> None:
        self._glide.to(effect.attack_db, effect.sustain_db)


@njit(cache=True, nogil=True, error_model="numpy")
def _shape(block, now, goal, left, poles, state, out):  # pragma: no cover - compiled
    fast, onset, end, gain_db = state
    fall, lag, long, smooth = poles
    for index in range(block.shape[1]):
        if left[0] > 0:
            step(now, goal, left)
        fast *= fall
        for channel in range(block.shape[0]):
            fast = max(fast, abs(float(block[channel, index])))
        onset = fast + lag * (onset - fast) if fast > onset else fast
        end = max(fast, end * long)
        here = log2(fast + _FLOOR)
        rise_db = 2.0 * DB_PER_OCTAVE_OF_POWER * (here - log2(onset + _FLOOR))
        ring_db = 2.0 * DB_PER_OCTAVE_OF_POWER * (log2(end + _FLOOR) - here)
        wanted = now[0] * min(1.0, max(0.0, (rise_db - _DEAF_DB) / _SPAN_DB))
        wanted += now[1] * min(1.0, max(0.0, (ring_db - _DEAF_DB) / _SPAN_DB))
        gain_db = wanted + smooth * (gain_db - wanted)
        if abs(gain_db) < 1e-6:
            gain_db = 0.0
        out[index] = 1.0 if gain_db == 0.0 else exp2(OCTAVES_PER_DB * gain_db)
    state[0], state[1], state[2], state[3] = fast, onset, end, gain_db
    for k in range(3):
        if state[k] < 1e-15:
            state[k] = 0.0

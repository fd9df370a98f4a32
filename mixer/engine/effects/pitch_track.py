"""The pitch of one voice over time: normalised square differences, and the likeliest path through their peaks.

Sources: McLeod & Wyvill, "A smarter way to find pitch", ICMC 2005 (the normalised function); Boersma, "Accurate
short-term analysis ...", IFA Proceedings 17, 1993 (candidates, costs of octaves and of voicing, Viterbi).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import firwin, resample_poly

HOP_S = 0.005
_WINDOW_S = 0.040
_TRACK_RATE_HZ = 16_000
_LOW_PASS_HZ = 3_500.0
"""What lies above is mostly breath, which would hide the pitch of a soft note."""
_CANDIDATES = 6
_FRAMES_AT_ONCE = 512
_QUIET_DB = -56.0


@dataclass(frozen=True, eq=False)
class PitchTrack:
    """`f0_hz` (frames,) every HOP_S from 0 s on, 0 where no pitch is heard; `clarity` (frames,) 0..1."""

    f0_hz: np.ndarray
    clarity: np.ndarray


def track_pitch(
    mono: np.ndarray, *, sample_rate_hz: int, lowest_hz: float = 65.0, highest_hz: float = 1_200.0
) -> PitchTrack:
    """Of (samples,) float32, which should hold one voice at a time."""
    factor = max(1, round(sample_rate_hz / _TRACK_RATE_HZ))
    rate_hz = sample_rate_hz / factor
    low_pass = firwin(2 * 12 * factor + 1, min(_LOW_PASS_HZ, 0.45 * rate_hz), fs=sample_rate_hz)
    wave = resample_poly(mono, 1, factor, window=low_pass).astype(np.float32)
    window, frames = round(_WINDOW_S * rate_hz), int(len(mono) / (HOP_S * sample_rate_hz)) + 1
    padded = np.concatenate([np.zeros(window // 2, np.float32), wave, np.zeros(2 * window, np.float32)])
    starts = np.round(np.arange(frames) * HOP_S * rate_hz).astype(int)
    lags = np.zeros((frames, _CANDIDATES))
    heights = np.zeros((frames, _CANDIDATES))
    power = np.zeros(frames)
    shortest, longest = max(2, int(rate_hz / highest_hz)), min(window - 2, int(rate_hz / lowest_hz) + 1)
    for first in range(0, frames, _FRAMES_AT_ONCE):
        span = slice(first, min(frames, first + _FRAMES_AT_ONCE))
        block = padded[starts[span, np.newaxis] + np.arange(window)]
        curve, power[span] = _normalised_square_difference(block, longest + 2)
        _pick_peaks(curve, shortest, longest, lags[span], heights[span])
    loud = power > 10.0 ** (_QUIET_DB / 10.0) * np.percentile(power, 98)
    path = np.empty(frames, np.int64)
    _likeliest_path(lags, heights, loud & (power > 1e-10), path)
    chosen = np.maximum(path, 0)
    rows = np.arange(frames)
    f0_hz = np.where(path >= 0, rate_hz / np.maximum(lags[rows, chosen], 1.0), 0.0)
    return PitchTrack(f0_hz, np.where(path >= 0, heights[rows, chosen], 0.0))


def _normalised_square_difference(block: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """(frames, lags) from (frames, window), 1 where the frame repeats itself exactly; and the power (frames,)."""
    window = block.shape[1]
    block = block - block.mean(axis=1, keepdims=True)
    length = next_fast_len(window + lags, real=True)
    spectrum = rfft(block, length, axis=1)
    shared = irfft(spectrum.real**2 + spectrum.imag**2, length, axis=1)[:, :lags]
    squares = np.zeros((len(block), window + 1))
    np.cumsum(np.square(block, dtype=np.float64), axis=1, out=squares[:, 1:])
    tau = np.arange(lags)
    energy = squares[:, window - tau] + squares[:, -1:] - squares[:, tau]
    return 2.0 * shared / (energy + 1e-9), squares[:, -1] / window


@njit(cache=True, nogil=True)
def _pick_peaks(curve, shortest, longest, lags, heights):  # pragma: no cover - compiled
    """The highest peaks of each row, between its samples, best first."""
    most = lags.shape[1]
    for row in range(curve.shape[0]):
        found = 0
        for lag in range(shortest, longest + 1):
            left, here, right = curve[row, lag - 1], curve[row, lag], curve[row, lag + 1]
            if here < 0.3 or here < left or here <= right:
                continue
            bend = left - 2.0 * here + right
            shift = 0.5 * (left - right) / bend if bend < -1e-12 else 0.0
            height = here - 0.25 * (left - right) * shift
            at = found
            while at > 0 and heights[row, at - 1] < height:
                at -= 1
            if at >= most:
                continue
            found = min(most, found + 1)
            for move in range(found - 1, at, -1):
                heights[row, move] = heights[row, move - 1]
                lags[row, move] = lags[row, move - 1]
            heights[row, at] = height
            lags[row, at] = lag + shift


@njit(cache=True, nogil=True)
def _likeliest_path(lags, heights, loud, path):  # pragma: no cover - compiled
    """Viterbi over (candidates + unvoiced); longer lags cost a little, or every tone would be heard octaves low."""
    frames, most = lags.shape
    states = most + 1
    cost = np.zeros(states)
    back = np.zeros((frames, states), np.int64)
    for frame in range(frames):
        fresh = np.empty(states)
        for state in range(states):
            if state < most:
                if heights[frame, state] <= 0.0 or not loud[frame]:
                    fresh[state] = 1e9
                    continue
                own = 1.0 - min(1.0, heights[frame, state]) + 0.03 * np.log2(lags[frame, state])
            else:
                own = 0.60 if loud[frame] else 0.0
            best, best_from = 1e12, most
            for before in range(states):
                total = cost[before]
                if frame > 0:
                    if (state < most) != (before < most):
                        total += 0.15
                    elif state < most:
                        total += 0.8 * abs(np.log2(lags[frame, state] / max(1.0, lags[frame - 1, before])))
                if total < best:
                    best, best_from = total, before
            fresh[state] = best + own
            back[frame, state] = best_from
        cost = fresh - fresh.min()
    state = int(np.argmin(cost))
    for frame in range(frames - 1, -1, -1):
        path[frame] = state if state < most else -1
        state = back[frame, state]

"""An independent ear for pitch: WORLD's Harvest (pyworld), notes judged by the median of their voiced frames."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav

JUDGE_RATE_HZ = 16_000
FRAME_S = 0.005


def pitch_track(path: Path, *, lowest_hz: float = 70.0, highest_hz: float = 1_100.0) -> tuple[np.ndarray, np.ndarray]:
    """Times in s and f0 in Hz (0 where unvoiced) of a sound file."""
    import pyworld
    from scipy.signal import resample_poly

    audio, rate_hz = read_wav(path)
    mono = resample_poly(audio.mean(axis=0), JUDGE_RATE_HZ, rate_hz).astype(np.float64)
    f0_hz, time_s = pyworld.harvest(
        mono, JUDGE_RATE_HZ, f0_floor=lowest_hz, f0_ceil=highest_hz, frame_period=FRAME_S * 1000
    )
    return time_s, f0_hz


def note_errors_cents(time_s: np.ndarray, f0_hz: np.ndarray, notes: Iterable) -> np.ndarray:
    """Median error of each note in cents (signed); infinite when nothing voiced is heard in its middle.

    `notes` have `start_s`, `end_s`, `midi`. The first 60 ms (the glide) and the last fifth (the coda) are left out.
    """
    return np.array([_note_error(time_s, f0_hz, note) for note in notes])


def _note_error(time_s: np.ndarray, f0_hz: np.ndarray, note) -> float:
    length = note.end_s - note.start_s
    inside = (time_s >= note.start_s + min(0.06, 0.25 * length)) & (time_s <= note.end_s - 0.2 * length) & (f0_hz > 0)
    if not inside.any():
        return float("inf")
    return float(np.median(1200.0 * np.log2(f0_hz[inside] / 440.0) - 100.0 * (note.midi - 69.0)))


def share_in_tune(errors_cents: np.ndarray, *, within_cents: float = 50.0) -> float:
    return float(np.mean(np.abs(errors_cents) <= within_cents))

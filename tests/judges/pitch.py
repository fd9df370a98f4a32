"""An independent ear for pitch: WORLD's Harvest (pyworld), note by note and frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import gcd
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav

JUDGE_RATE_HZ = 16_000
FRAME_S = 0.005
GLIDE_S = 0.08
"""A note may be reached by a glide or a scoop: so long after its start it must be there."""
NEXT_CONSONANTS_S = 0.2
"""The coda and the next syllable's onset are sung before the next beat: the last part of a note is not its vowel."""


def pitch_track(path: Path, *, lowest_hz: float = 70.0, highest_hz: float = 1_100.0) -> tuple[np.ndarray, np.ndarray]:
    """Times in s and f0 in Hz (0 where unvoiced) of a sound file."""
    import pyworld
    from scipy.signal import resample_poly

    audio, rate_hz = read_wav(path)
    divisor = gcd(rate_hz, JUDGE_RATE_HZ)
    mono = resample_poly(audio.mean(axis=0), JUDGE_RATE_HZ // divisor, rate_hz // divisor).astype(np.float64)
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


def vowel_frame_errors_cents(
    time_s: np.ndarray,
    f0_hz: np.ndarray,
    notes: Iterable,
    intended_midi: Callable[[np.ndarray], np.ndarray] | None = None,
) -> np.ndarray:
    """Error in cents of every frame (5 ms) in the middle of the notes; infinite where the voice is not heard at all.

    From the score alone: the first 80 ms of a note (at most 30 %) are its glide, the last 200 ms (at most 35 %) may be
    consonants; between them the vowel stands. Against the written note, or against `intended_midi(time_s)`.
    """
    errors = []
    for note in notes:
        length = note.end_s - note.start_s
        first = note.start_s + min(GLIDE_S, 0.3 * length)
        last = note.end_s - min(NEXT_CONSONANTS_S, 0.35 * length)
        inside = (time_s >= first) & (time_s <= last)
        wanted = intended_midi(time_s[inside]) if intended_midi else note.midi
        with np.errstate(divide="ignore"):
            cents = 1200.0 * np.log2(f0_hz[inside] / 440.0) - 100.0 * (wanted - 69.0)
        errors.append(np.where(f0_hz[inside] > 0, cents, np.inf))
    return np.concatenate(errors) if errors else np.zeros(0)

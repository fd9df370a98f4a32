"""Where syllables are heard to start, against the score: landmarks in the sound, without our timing code.

A singer puts the vowel on the beat and the consonants before it (Sundberg, "The Science of the Singing Voice", 1987).
After a voiceless consonant the vowel's start is where Harvest hears the voice set in; after a voiced stop, fricative
or nasal it is the steepest rise of the level between 500 and 3500 Hz, where a closed mouth lets nothing through
(the landmarks of Stevens 2002, J. Acoust. Soc. Am. 111, 1872). Glides (l r w j) have no landmark and are not judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav

VOICELESS = frozenset("ptkfθsʃʧ")
CLOSED = frozenset("bdɡmnʒʤ")
VOICE_HZ, MOUTH_HZ = (80.0, 400.0), (500.0, 3_500.0)
REACH_S = 0.1
"""A landmark is looked for so far to both sides of the beat; none within counts as so late."""
RISE_SPAN_S = 0.03
LEAST_RISE_DB = 6.0
HOP_S = 0.0025
WINDOW_S = 0.015


def start_errors_s(path: Path, onsets: Iterable[tuple[str, float]]) -> np.ndarray:
    """How late each vowel with a landmark before it starts (signed). `onsets` are (consonants before it, beat in s)."""
    levels = {VOICELESS: _level_db(path, VOICE_HZ), CLOSED: _level_db(path, MOUTH_HZ)}
    errors = []
    for consonants, beat_s in onsets:
        for kind, level_db in levels.items():
            if consonants and consonants[-1] in kind:
                errors.append(_rise(level_db, beat_s))
    return np.array([e for e in errors if e is not None])


def _level_db(path: Path, band_hz: tuple[float, float]) -> np.ndarray:
    """Level of a band every 2.5 ms."""
    from scipy.signal import butter, sosfiltfilt

    audio, rate_hz = read_wav(path)
    band = sosfiltfilt(butter(4, band_hz, "bandpass", fs=rate_hz, output="sos"), audio.mean(axis=0))
    width = int(WINDOW_S * rate_hz)
    power = np.convolve(band**2, np.hanning(width) / np.hanning(width).sum(), mode="same")
    return 10.0 * np.log10(power[:: int(HOP_S * rate_hz)] + 1e-10)


def _rise(level_db: np.ndarray, beat_s: float) -> float | None:
    """The steepest rise near the beat, None where nothing opens (a consonant swallowed, or murmured)."""
    half = int(RISE_SPAN_S / 2 / HOP_S)
    at = round(beat_s / HOP_S) + np.arange(-int(REACH_S / HOP_S), int(REACH_S / HOP_S) + 1)
    at = at[(at >= half) & (at < len(level_db) - half)]
    rises = level_db[at + half] - level_db[at - half]
    if not len(rises) or rises.max() < LEAST_RISE_DB:
        return None
    return float(at[int(np.argmax(rises))] * HOP_S - beat_s)

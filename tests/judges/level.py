"""How loud each sung vowel is. A silent vowel would pass every judge of pitch: nothing voiced, nothing wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav


def vowel_levels_db(path: Path, notes: Iterable) -> np.ndarray:
    """Level of each note's vowel against the median of them all, in dB.

    `notes` have `start_s`, `end_s`: from 20 ms after the beat to three fifths of the note, where codas begin.
    """
    audio, rate_hz = read_wav(path)
    mono, levels = audio.mean(axis=0), []
    for note in notes:
        first, last = note.start_s + 0.02, 0.4 * note.start_s + 0.6 * note.end_s
        middle = mono[int(first * rate_hz) : int(last * rate_hz)]
        levels.append(10.0 * np.log10(np.mean(middle**2) + 1e-12))
    return np.array(levels) - np.median(levels)

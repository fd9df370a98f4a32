"""What each frame hears: the envelopes of the stems and the spectrum of their sum, for worlds and lettering."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

SPECTRUM_BANDS = 24


def _silence() -> np.ndarray:
    return np.zeros(SPECTRUM_BANDS, np.float32)


@dataclass(frozen=True)
class Heard:
    """What sounds at one frame, each 0..1: groups of stems, and the bands of the spectrum from low to high."""

    drums: float = 0.0
    strings: float = 0.0
    brass: float = 0.0
    choir: float = 0.0
    voice: float = 0.0
    spectrum: np.ndarray = field(default_factory=_silence)


SILENT = Heard()

"""What a pitch shift has to do with: one voice with a pitch, several at once, or a whisper that has none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mixer.engine.assistant.hearing import StemMeasures
from mixer.engine.console.stems_in import StemReader
from mixer.engine.effects.pitch_track import track_pitch

_RATE_HZ = 48_000
_ONE_VOICE_SIDE_DB = -40.0
"""A soloist is recorded in the middle; a section is spread."""
_PITCHED_SHARE = 0.1


@dataclass(frozen=True)
class Voicing:
    """`share` of a single voice's energy that has a pitch, 0..1; of several voices it is not asked."""

    is_one_voice: bool
    share: float = 1.0

    @property
    def can_move(self) -> bool:
        return not self.is_one_voice or self.share >= _PITCHED_SHARE

    @property
    def told(self) -> str:
        if not self.is_one_voice:
            return "several voices together"
        if not self.can_move:
            return f"only {self.share:.0%} of the voice has a pitch, as in a whisper"
        return f"{self.share:.0%} of the voice has a pitch"


def voicing(path: Path, measures: StemMeasures) -> Voicing:
    """Listen to a whole stem for it. Raises InvalidInput for what is no sound."""
    if measures.side_db > _ONE_VOICE_SIDE_DB:
        return Voicing(False)
    reader = StemReader(path, sample_rate_hz=_RATE_HZ)
    try:
        return Voicing(True, pitched_share(reader.read(reader.samples), _RATE_HZ))
    finally:
        reader.close()


def pitched_share(audio: np.ndarray, sample_rate_hz: int) -> float:
    """The part of the energy of (channels, samples) that lies where a pitch is heard, 0..1."""
    if audio.shape[1] == 0:
        return 0.0
    mono = audio.mean(axis=0, dtype=np.float32)
    voiced = track_pitch(mono, sample_rate_hz=sample_rate_hz).f0_hz > 0.0
    hop = len(mono) / max(1, len(voiced))
    frames = np.add.reduceat(np.square(mono, dtype=np.float64), (np.arange(len(voiced)) * hop).astype(int))
    return float(frames[voiced].sum() / max(1e-12, frames.sum()))

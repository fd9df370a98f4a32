"""What crosses the border of the mixer: dry stems in, levelled stems, a mix and a master out.

The mixer knows stems, not songs. Levels in dB, loudness in LUFS, true peak in dBTP.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ChannelRole(StrEnum):
    LEAD = "lead"
    CHOIR = "choir"
    STRINGS = "strings"
    BRASS = "brass"
    WOODWIND = "woodwind"
    KEYS = "keys"
    PLUCKED = "plucked"
    PAD = "pad"
    BASS = "bass"
    DRUMS = "drums"
    EFFECTS = "effects"


class Space(StrEnum):
    """The room that everything sounds in."""

    STUDIO = "studio"
    CHAMBER = "chamber"
    HALL = "hall"
    CATHEDRAL = "cathedral"


@dataclass(frozen=True)
class StemInput:
    """A dry stem file. `pan` -1 (left) .. 1 (right). `name` becomes the file name of the levelled stem."""

    name: str
    path: Path
    role: ChannelRole
    pan: float = 0.0


@dataclass(frozen=True)
class MixSpec:
    stems: tuple[StemInput, ...]
    space: Space
    seed: int
    sample_rate_hz: int = 48_000


@dataclass(frozen=True)
class MixDecision:
    """One thing the mixer did, with the measure that made it do so, as a sentence a person reads."""

    channel: str
    sentence: str


@dataclass(frozen=True)
class MixResult:
    mix_path: Path
    stem_paths: tuple[Path, ...]
    decisions: tuple[MixDecision, ...]


@dataclass(frozen=True)
class MasterSpec:
    mix_path: Path
    target_lufs: float = -14.0
    ceiling_dbtp: float = -1.0


@dataclass(frozen=True)
class Loudness:
    integrated_lufs: float
    true_peak_dbtp: float
    lra_lu: float


@dataclass(frozen=True)
class MasterResult:
    path: Path
    loudness: Loudness
    decisions: tuple[MixDecision, ...]

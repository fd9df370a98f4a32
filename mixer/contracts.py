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
    BACKING = "backing"
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


class ReverbKind(StrEnum):
    CONVOLUTION = "convolution"
    ALGORITHMIC = "algorithmic"


@dataclass(frozen=True)
class VoiceEffects:
    """What a person asks of a voice on top of what the mixer does by itself. The defaults ask for nothing.

    `reverb_db` -12..12 more or less of the room than usual; `reverb` which kind of room; `bass_boost_db` 0..9;
    `pitch_semitones` -12..12, formants kept; `doubler`, `saturation`, `de_esser` 0..1 are amounts.
    """

    reverb_db: float = 0.0
    reverb: ReverbKind = ReverbKind.CONVOLUTION
    bass_boost_db: float = 0.0
    pitch_semitones: float = 0.0
    doubler: float = 0.0
    saturation: float = 0.0
    de_esser: float = 0.0


@dataclass(frozen=True)
class StemInput:
    """A dry stem file. `pan` -1 (left) .. 1 (right). `name` becomes the file name of the levelled stem."""

    name: str
    path: Path
    role: ChannelRole
    pan: float = 0.0
    effects: VoiceEffects | None = None


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

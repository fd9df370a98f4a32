"""What crosses the border of the voice lab: lines to be sung, and what became of them.

Conventions: times in seconds from the start of the stem; pitches as MIDI numbers (69 = A4 = 440 Hz, fractions
allowed); phonemes in the misaki alphabet that hibari-tts speaks (one character a phoneme, stress marks apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class VoiceStyle(StrEnum):
    HEROIC_MALE = "heroic_male"
    SOPRANO = "soprano"
    CHOIR = "choir"
    WHISPER = "whisper"


@dataclass(frozen=True)
class VoiceRange:
    """The compass a composer may write for a voice, as MIDI numbers; `comfortable` is where most notes belong."""

    lowest: int
    highest: int
    comfortable: tuple[int, int]


VOICE_RANGES: dict[VoiceStyle, VoiceRange] = {
    VoiceStyle.HEROIC_MALE: VoiceRange(45, 67, (50, 62)),
    VoiceStyle.SOPRANO: VoiceRange(60, 81, (64, 76)),
    VoiceStyle.CHOIR: VoiceRange(55, 76, (60, 72)),
    VoiceStyle.WHISPER: VoiceRange(52, 72, (55, 67)),
}


@dataclass(frozen=True)
class SungNote:
    start_s: float
    end_s: float
    midi: float


@dataclass(frozen=True)
class SungSyllable:
    """One syllable on one note, or on several (a melisma). `notes` are in order and do not overlap."""

    text: str
    onset: str
    nucleus: str
    coda: str
    stress: int
    notes: tuple[SungNote, ...]


@dataclass(frozen=True)
class SungWord:
    text: str
    syllables: tuple[SungSyllable, ...]


@dataclass(frozen=True)
class VocalPhrase:
    """Words sung on one breath. `energy` 0..1 is how loud and intense the section is."""

    words: tuple[SungWord, ...]
    energy: float = 0.6


@dataclass(frozen=True)
class VocalLine:
    """One monophonic line over the whole song."""

    phrases: tuple[VocalPhrase, ...]


@dataclass(frozen=True)
class SingSpec:
    """What to sing. `lines[0]` is the lead; a choir divides its singers over all `lines`, a soloist sings `lines[0]`.

    The written stem starts at 0 s and is `duration_s` long (rounded to whole samples).
    """

    lines: tuple[VocalLine, ...]
    voice: VoiceStyle
    duration_s: float
    seed: int
    sample_rate_hz: int = 48_000


@dataclass(frozen=True)
class Take:
    """A rendered performance: a dry float32 WAV (mono for a soloist, stereo for the choir)."""

    path: Path
    sample_rate_hz: int
    samples: int
    channels: int
    notices: tuple[str, ...] = ()

"""What crosses the border of the voice lab: lines to be sung, and what became of them.

Conventions: times in seconds from the start of the stem; pitches as MIDI numbers (69 = A4 = 440 Hz, fractions
allowed); phonemes in the misaki alphabet that hibari-tts speaks (one character a phoneme, stress marks apart).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class VoiceStyle(StrEnum):
    """`SPOKEN` is a narrator: the words are spoken over the music, not sung."""

    HEROIC_MALE = "heroic_male"
    SOPRANO = "soprano"
    ALTO = "alto"
    CHOIR = "choir"
    WHISPER = "whisper"
    SPOKEN = "spoken"


class SpeechSource(StrEnum):
    """Who speaks. The local voice needs nothing; the others need the network (and OpenAI a key)."""

    LOCAL = "local"
    GTTS = "gtts"
    OPENAI = "openai"


@dataclass(frozen=True)
class VoiceRange:
    """The compass a composer may write for a voice, as MIDI numbers; `comfortable` is where most notes belong."""

    lowest: int
    highest: int
    comfortable: tuple[int, int]


VOICE_RANGES: dict[VoiceStyle, VoiceRange] = {
    VoiceStyle.HEROIC_MALE: VoiceRange(45, 67, (50, 62)),
    VoiceStyle.SOPRANO: VoiceRange(60, 81, (64, 76)),
    VoiceStyle.ALTO: VoiceRange(53, 74, (57, 69)),
    VoiceStyle.CHOIR: VoiceRange(55, 76, (60, 72)),
    VoiceStyle.WHISPER: VoiceRange(52, 72, (55, 67)),
    VoiceStyle.SPOKEN: VoiceRange(53, 74, (57, 69)),
}

BACKING_VOICES: dict[VoiceStyle, tuple[VoiceStyle, ...]] = {
    VoiceStyle.HEROIC_MALE: (VoiceStyle.HEROIC_MALE, VoiceStyle.ALTO, VoiceStyle.HEROIC_MALE),
    VoiceStyle.SOPRANO: (VoiceStyle.SOPRANO, VoiceStyle.SOPRANO, VoiceStyle.ALTO),
    VoiceStyle.ALTO: (VoiceStyle.ALTO, VoiceStyle.SOPRANO, VoiceStyle.HEROIC_MALE),
    VoiceStyle.WHISPER: (VoiceStyle.WHISPER, VoiceStyle.ALTO, VoiceStyle.HEROIC_MALE),
    VoiceStyle.CHOIR: (),
    VoiceStyle.SPOKEN: (),
}
"""Behind each lead: the voice that doubles it, the one above and the one below, in the order of a backing group's
lines. A choir is a group already, and a narrator stands alone."""


@dataclass(frozen=True)
class PitchPoint:
    """A point of a note's own pitch curve: at a share 0..1 of the note, `cents` away from the written pitch."""

    at: float
    cents: float


@dataclass(frozen=True)
class Vibrato:
    """`onset_s` counts from the start of the note; the depth (peak, not peak to peak) grows from there."""

    depth_cents: float
    rate_hz: float
    onset_s: float


@dataclass(frozen=True)
class Expression:
    """How a note is performed. None, or an empty text, leaves it to the singer.

    `pitch_curve` is joined by straight lines and added to the written pitch (scoops, falls, blue notes).
    `tension` -1 (slack, soft) .. 1 (pressed); `breath` 0 (clean) .. 1 (all air); `energy` 0 (barely) .. 1 (full).
    `phonemes` replaces the sounds of the syllable that starts on the note ("hɑɹt").
    """

    pitch_curve: tuple[PitchPoint, ...] | None = None
    vibrato: Vibrato | None = None
    tension: float | None = None
    breath: float | None = None
    energy: float | None = None
    phonemes: str = ""


@dataclass(frozen=True)
class SungNote:
    start_s: float
    end_s: float
    midi: float
    expression: Expression | None = None


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
    """Words sung on one breath. `energy` 0..1 is how loud and intense the section is. `take` counts the returns of the
    same phrase: the seed of a performance knows the words, the notes and the take, never the place in the song."""

    words: tuple[SungWord, ...]
    energy: float = 0.6
    take: int = 0


@dataclass(frozen=True)
class VocalLine:
    """One monophonic line over the whole song."""

    phrases: tuple[VocalPhrase, ...]


class VocalGroup(StrEnum):
    """`LEAD`: who carries the tune (a soloist, or the whole choir). `BACKING`: doubles and harmonies around a lead."""

    LEAD = "lead"
    BACKING = "backing"


@dataclass(frozen=True)
class SingSpec:
    """What to sing. A lead soloist sings `lines[0]`; a choir divides its singers over all `lines`, highest first
    (soprano, alto, tenor, bass); of a backing group each line is sung by singers of its own, spread in the room.

    The written stem starts at 0 s and is `duration_s` long (rounded to whole samples).
    """

    lines: tuple[VocalLine, ...]
    voice: VoiceStyle
    duration_s: float
    seed: int
    sample_rate_hz: int = 48_000
    group: VocalGroup = VocalGroup.LEAD


@dataclass(frozen=True)
class Take:
    """A rendered performance: a dry float32 WAV (mono for a soloist, stereo for the choir and a backing group)."""

    path: Path
    sample_rate_hz: int
    samples: int
    channels: int
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpeakSpec:
    """Text to be spoken. `rate` 0.5..2 is the pace against the voice's own; `voice` as for singing."""

    text: str
    voice: VoiceStyle
    seed: int
    rate: float = 1.0
    sample_rate_hz: int = 48_000


@dataclass(frozen=True)
class SpokenWord:
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Speech:
    """Rendered speech: a mono float32 WAV from 0 s. `source` is who really spoke; `notices` tell of a fall-back."""

    path: Path
    sample_rate_hz: int
    samples: int
    words: tuple[SpokenWord, ...]
    source: SpeechSource
    notices: tuple[str, ...] = ()

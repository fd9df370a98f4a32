"""What the composer takes in, and the form it plans before a word is written."""

from __future__ import annotations

from dataclasses import dataclass

from generation.contracts import MusicStyle
from generation.engine.lyrics.types import SectionKind, SectionPlan
from voicelab.contracts import VoiceStyle
from voicelab.engine.phonemes import PronouncedWord

SUNG_KINDS = frozenset({SectionKind.VERSE, SectionKind.PRE_CHORUS, SectionKind.CHORUS, SectionKind.BRIDGE})


@dataclass(frozen=True)
class ComposeSpec:
    """`length_s` 30..300 is the length of the whole song, its tail included."""

    title: str
    style: MusicStyle
    voice: VoiceStyle
    seed: int
    length_s: float


@dataclass(frozen=True)
class PlannedSection:
    """`lines` is 0 where nobody sings. `syllables` holds a target for each line."""

    kind: SectionKind
    name: str
    bars: int
    energy: float
    line_beats: float = 0.0
    syllables: tuple[int, ...] = ()

    @property
    def lines(self) -> int:
        return len(self.syllables)


@dataclass(frozen=True)
class FormPlan:
    """The plan of a song: sections with bars and energies, and a steady tempo that makes it `length_s` long."""

    style: MusicStyle
    length_s: float
    seed: int
    bpm: float
    beats_per_bar: int
    tail_s: float
    sections: tuple[PlannedSection, ...]

    @property
    def sung(self) -> tuple[SectionPlan, ...]:
        """The sections that the lyric writer fills."""
        return tuple(
            SectionPlan(kind=s.kind, label=s.name, lines=s.lines, syllables=s.syllables)
            for s in self.sections
            if s.lines
        )


@dataclass(frozen=True)
class Phrase:
    """Words sung on one breath, and the beats they may take, counted from the start of their section."""

    text: str
    words: tuple[PronouncedWord, ...]
    first_word_index: int
    start_beats: float = 0.0
    beats: float = 0.0

    @property
    def syllable_count(self) -> int:
        return sum(len(word.syllables) for word in self.words)


@dataclass(frozen=True)
class FormSection:
    """A section with its words in place. `occurrence` counts sections of its kind from 0, of `occurrences`."""

    kind: SectionKind
    name: str
    start_bar: int
    bars: int
    energy: float
    phrases: tuple[Phrase, ...] = ()
    occurrence: int = 0
    occurrences: int = 1


@dataclass(frozen=True)
class Form:
    """The form that the song has in the end. `rate_limit` is the syllables a second that the words were fitted at."""

    bpm: float
    beats_per_bar: int
    tail_s: float
    sections: tuple[FormSection, ...]
    dense: bool = False

    @property
    def bars(self) -> int:
        return sum(s.bars for s in self.sections)

"""The score: the one source of everything that is heard, seen and exported.

Conventions: beats are quarter notes counted from 0 at the start of the song; bars hold `beats_per_bar` beats;
pitches are MIDI numbers; velocities 1..127. Times in seconds come from the `TempoMap` alone.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from generation.engine.lyrics.types import SectionKind
from mixer.contracts import ChannelRole
from voicelab.contracts import Expression


@dataclass(frozen=True)
class TempoChange:
    beat: float
    bpm: float


@dataclass(frozen=True)
class TempoMap:
    """Piecewise constant tempo. The first change stands at beat 0."""

    changes: tuple[TempoChange, ...]

    @cached_property
    def _anchors(self) -> tuple[list[float], list[float]]:
        beats, seconds = [0.0], [0.0]
        for before, after in zip(self.changes, self.changes[1:], strict=False):
            seconds.append(seconds[-1] + (after.beat - before.beat) * 60.0 / before.bpm)
            beats.append(after.beat)
        return beats, seconds

    def seconds_at(self, beat: float) -> float:
        beats, seconds = self._anchors
        index = max(0, bisect_right(beats, beat) - 1)
        return seconds[index] + (beat - beats[index]) * 60.0 / self.changes[index].bpm

    def beat_at(self, time_s: float) -> float:
        beats, seconds = self._anchors
        index = max(0, bisect_right(seconds, time_s) - 1)
        return beats[index] + (time_s - seconds[index]) * self.changes[index].bpm / 60.0


@dataclass(frozen=True)
class Key:
    """`tonic` as a name ("C", "F#", "Bb"); `mode` one of ionian, dorian, phrygian, lydian, mixolydian, aeolian."""

    tonic: str
    mode: str


@dataclass(frozen=True)
class KeyChange:
    """From this beat on the music stands in `key`."""

    beat: float
    key: Key


@dataclass(frozen=True)
class Section:
    """`energy` 0..1 is the section's place on the song's energy curve. Kept in bars: `start_bar` counts from 0."""

    kind: SectionKind
    name: str
    start_bar: int
    bars: int
    energy: float


@dataclass(frozen=True)
class Chord:
    """`name` as people write it ("Dm", "Bb/F"); pitch classes 0..11 with C = 0."""

    name: str
    root: int
    pitch_classes: tuple[int, ...]
    bass: int
    start_beats: float
    duration_beats: float


@dataclass(frozen=True)
class Note:
    start_beats: float
    duration_beats: float
    midi: int
    velocity: int


@dataclass(frozen=True)
class ControlPoint:
    """A MIDI controller value at a beat (11 = expression, 1 = modulation)."""

    beat: float
    controller: int
    value: int


@dataclass(frozen=True)
class Part:
    """One instrument. `program` is General MIDI 0..127 (ignored for drums, which use the GM percussion map).

    `synth` names a sound of the studio's own synthesizer that plays the part instead; empty: the SoundFont plays."""

    name: str
    program: int
    role: ChannelRole
    notes: tuple[Note, ...]
    is_drums: bool = False
    pan: float = 0.0
    controls: tuple[ControlPoint, ...] = ()
    synth: str = ""


VOCALISE = -1
"""The word index of a syllable that is no word of the lyrics (an "ooh" behind the lead)."""


@dataclass(frozen=True)
class Syllable:
    """A sung syllable. `word_index` counts the words of the whole song from 0; phonemes as in `voicelab`."""

    text: str
    word: str
    word_index: int
    index_in_word: int
    onset: str
    nucleus: str
    coda: str
    stress: int


@dataclass(frozen=True)
class VocalNote:
    """`syllable` is None on a note that goes on singing the syllable before it (a melisma). `expression` is how the
    note is to be performed, where a person said so; None leaves it to the singer."""

    start_beats: float
    duration_beats: float
    midi: int
    syllable: Syllable | None
    expression: Expression | None = None


@dataclass(frozen=True)
class SungLine:
    """One line of lyrics with its notes, sung on one breath. `section` is an index into `Score.sections`."""

    section: int
    text: str
    notes: tuple[VocalNote, ...]
    energy: float


@dataclass(frozen=True)
class VocalPart:
    """A singer's part: "lead", a harmony line that sings the same syllables on other pitches, or a backing part.

    `spoken`: the words are said in this rhythm, and the pitches mean nothing."""

    name: str
    lines: tuple[SungLine, ...]
    spoken: bool = False


@dataclass(frozen=True)
class Score:
    title: str
    style: str
    key: Key
    beats_per_bar: int
    tempo_map: TempoMap
    sections: tuple[Section, ...]
    chords: tuple[Chord, ...]
    parts: tuple[Part, ...]
    lead: VocalPart
    harmonies: tuple[VocalPart, ...] = ()
    backing: tuple[VocalPart, ...] = ()
    """Doubles and harmonies around the lead, only where they sing (a part need not have every line of the lead)."""
    tail_s: float = 1.5
    """Seconds after the last bar in which everything rings out; part of the song's length."""
    choices: tuple[str, ...] = ()
    """What the composer decided and why, as sentences a person reads."""
    key_changes: tuple[KeyChange, ...] = ()
    """Modulations after the first key, in order of their beats."""

    def key_at(self, beat: float) -> Key:
        """The key that holds at a beat."""
        return next((c.key for c in reversed(self.key_changes) if c.beat <= beat + 1e-6), self.key)

    @property
    def bars(self) -> int:
        last = self.sections[-1]
        return last.start_bar + last.bars

    @property
    def end_beats(self) -> float:
        return float(self.bars * self.beats_per_bar)

    @property
    def duration_s(self) -> float:
        return self.tempo_map.seconds_at(self.end_beats) + self.tail_s

    def section_span_s(self, section: Section) -> tuple[float, float]:
        """Start and end of a section in seconds."""
        first = section.start_bar * self.beats_per_bar
        last = (section.start_bar + section.bars) * self.beats_per_bar
        return self.tempo_map.seconds_at(first), self.tempo_map.seconds_at(last)

"""What every player sees: the form, the chords and their voicings, the lead, and how hot each stretch is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.hook import Hook, find_hook
from generation.engine.composer.profile import PartPlan, StyleProfile
from generation.engine.composer.spec import Form, FormSection
from generation.engine.composer.voicing import VoicingSpec, voice_chords
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Chord, Key, KeyChange, SungLine

_QUARTET = VoicingSpec(((36, 52), (48, 63), (55, 70), (62, 79)), 71.0)


@dataclass(frozen=True)
class Tone:
    """A note before it is made human. `velocity` may be fractional."""

    start: float
    length: float
    midi: int
    velocity: float


@dataclass(frozen=True)
class Block:
    """A stretch of a section (all of it, or half of a long one) with one energy. Beats of the song."""

    section: FormSection
    index: int
    start: float
    end: float
    energy: float
    opens: bool
    closes: bool


@dataclass(frozen=True)
class Stage:
    """The song as the band hears it before it plays."""

    profile: StyleProfile
    form: Form
    key: Key
    chords: ChordTrack
    lead: tuple[SungLine, ...]
    seed: int
    key_changes: tuple[KeyChange, ...] = ()

    def key_at(self, beat: float) -> Key:
        """The key that holds at a beat of the song; `key` is the first one."""
        return next((c.key for c in reversed(self.key_changes) if c.beat <= beat + 1e-6), self.key)

    @cached_property
    def hook(self) -> Hook | None:
        """What people remember: the first line of the first chorus (else of the first section that is sung)."""
        return find_hook(self.form, self.lead, self.key_at)

    @property
    def bar(self) -> int:
        return self.form.beats_per_bar

    @property
    def end(self) -> float:
        return float(self.form.bars * self.bar)

    @property
    def last_bar(self) -> float:
        return self.end - self.bar

    @cached_property
    def _voicings(self) -> dict[float, tuple[int, ...]]:
        voiced = voice_chords(self.chords.chords, _QUARTET)
        return {c.start_beats: v for c, v in zip(self.chords.chords, voiced, strict=True)}

    def voicing(self, chord: Chord) -> tuple[int, ...]:
        """Bass, tenor, alto, soprano for a chord of the track."""
        return self._voicings[chord.start_beats]

    def chord_spans(self, block: Block) -> list[tuple[Chord, float, float]]:
        """(chord, start, end) cut to the block."""
        return [
            (c, max(c.start_beats, block.start), min(c.start_beats + c.duration_beats, block.end))
            for c in self.chords.between(block.start, block.end)
        ]

    def rng(self, plan: PartPlan, *names: object) -> np.random.Generator:
        return generator(self.seed, plan.name, *names)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Sections, long ones in halves: layers enter in the second half where a section grows."""
        found = []
        for index, section in enumerate(self.form.sections):
            start, beats = float(section.start_bar * self.bar), float(section.bars * self.bar)
            if section.bars < 6:
                found.append(Block(section, index, start, start + beats, section.energy, True, True))
                continue
            half = start + (section.bars // 2) * self.bar
            lift = 0.07 if section.kind is not K.OUTRO else -0.1
            first, second = max(0.05, section.energy - lift), min(1.0, section.energy + max(lift, -0.05))
            found.append(Block(section, index, start, half, first, True, False))
            found.append(Block(section, index, half, start + beats, second, False, True))
        return tuple(found)

    def lines_in(self, block: Block) -> list[SungLine]:
        return [line for line in self.lead if block.start - 1.0 <= line.notes[0].start_beats < block.end - 1.0]

    def bars_in(self, block: Block) -> list[float]:
        count = round((block.end - block.start) / self.bar)
        return [block.start + i * self.bar for i in range(count)]


def loud(plan: PartPlan, energy: float) -> float:
    """A part's velocity at an energy."""
    return plan.velocity * (0.66 + 0.4 * energy)


def into(midi: int, low: int, high: int) -> int:
    """A pitch moved by octaves into a compass (at least an octave wide)."""
    while midi < low:
        midi += 12
    while midi > high:
        midi -= 12
    return midi

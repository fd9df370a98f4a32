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

_LIFTS = {K.OUTRO: -0.08, K.PRE_CHORUS: 0.1, K.INSTRUMENTAL: 0.1, K.BRIDGE: 0.1}
"""How far the first and the last stretch of a section lie from its energy."""


@dataclass(frozen=True)
class Tone:
    """A note before it is made human. `velocity` may be fractional."""

    start: float
    length: float
    midi: int
    velocity: float


@dataclass(frozen=True)
class Block:
    """A stretch of a section (all of it, or about four bars of a long one) with one energy. Beats of the song."""

    section: FormSection
    index: int
    start: float
    end: float
    energy: float
    opens: bool
    closes: bool


@dataclass(frozen=True)
class Sung:
    """A line of the lead as the band hears it: from beat to beat, its lowest and highest pitch, a semitone around."""

    start: float
    end: float
    low: int
    high: int


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
        """Sections, long ones in stretches of about four bars: layers enter from one to the next where a section
        grows, most of all where it builds towards something."""
        found = []
        for index, section in enumerate(self.form.sections):
            start = float(section.start_bar * self.bar)
            count = 1 if section.bars < 6 else max(2, round(section.bars / 4))
            edges = [start + round(i * section.bars / count) * self.bar for i in range(count + 1)]
            for number in range(count):
                share = 2.0 * number / (count - 1) - 1.0 if count > 1 else 0.0
                energy = min(1.0, max(0.05, section.energy + share * self._lift(section.kind)))
                opens, closes = number == 0, number + 1 == count
                found.append(Block(section, index, edges[number], edges[number + 1], energy, opens, closes))
        return tuple(found)

    def _lift(self, kind: K) -> float:
        drops = kind is K.INSTRUMENTAL and self.profile.rhythm == "syncopated"  # a drop is all there at once
        return 0.02 if drops else _LIFTS.get(kind, 0.07)

    def after(self, block: Block) -> FormSection | None:
        """The section that follows the block's own; None at the end of the song."""
        return self.form.sections[block.index + 1] if block.index + 1 < len(self.form.sections) else None

    def jump(self, block: Block) -> float:
        """How much hotter the next section is than the block's own; very much colder at the end of the song."""
        following = self.after(block)
        return -1.0 if following is None else following.energy - block.section.energy

    @cached_property
    def sung(self) -> tuple[Sung, ...]:
        """Where the lead sings, line by line."""
        found = []
        for line in self.lead:
            pitches, last = [n.midi for n in line.notes], line.notes[-1]
            end = last.start_beats + last.duration_beats
            found.append(Sung(line.notes[0].start_beats, end, min(pitches) - 1, max(pitches) + 1))
        return tuple(found)

    def lines_in(self, block: Block) -> list[SungLine]:
        return [line for line in self.lead if block.start - 1.0 <= line.notes[0].start_beats < block.end - 1.0]

    def bars_in(self, block: Block) -> list[float]:
        count = round((block.end - block.start) / self.bar)
        return [block.start + i * self.bar for i in range(count)]


def plays(plan: PartPlan, block: Block) -> bool:
    """Whether an instrument is in at the heat of a block."""
    if block.section.kind in plan.never or (plan.only and block.section.kind not in plan.only):
        return False
    low, high = plan.energy
    return block.section.kind in plan.always or low <= block.energy <= high


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

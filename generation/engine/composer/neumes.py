"""Neumes: the small groups of notes that a chant sings on one syllable, and the book of them that a song keeps to.

Chant is made of few groups that come back: a melody has its own favourites, on accents and above all at its cadences
(Apel, "Gregorian Chant", 1958, on neumes and on centonisation; Cardine, "Gregorian Semiology", 1982, for their names).
So a seed takes a handful of each length for its book and a melody is told from two others by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.rhythm import metric_weight
from generation.engine.composer.theory import local_scale
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import VocalNote

Shape = tuple[int, ...]
"""Scale steps from the syllable's own note, which stands first."""

_TWO: tuple[Shape, ...] = ((0, 1), (0, -1), (0, 2), (0, -2), (0, 3))
"""Pes and clivis."""
_THREE: tuple[Shape, ...] = (
    *((0, 1, 0), (0, 1, -1), (0, 2, 1), (0, 2, 0), (0, 1, -2), (0, 3, 2)),  # torculus
    *((0, -1, 0), (0, -2, 0), (0, -1, 1), (0, -2, -1), (0, -1, 2)),  # porrectus
    *((0, -1, -2), (0, -2, -3), (0, -1, -3)),  # climacus
    *((0, 1, 2), (0, 2, 3), (0, 1, 3)),  # scandicus
)
_FOUR: tuple[Shape, ...] = (
    *((0, 1, 0, -1), (0, 2, 1, 0), (0, 2, 1, -1), (0, 3, 2, 1), (0, 1, -1, -2)),  # pes subbipunctis
    *((0, 1, -1, 0), (0, 2, 0, 1), (0, 1, -1, 1), (0, 2, 1, 2)),  # torculus resupinus
    *((0, -1, 1, 0), (0, -2, 0, -1), (0, -2, -1, -3), (0, -1, 2, 1)),  # porrectus flexus
    *((0, -1, -2, -1), (0, -1, -2, 0), (0, -2, -3, -2)),  # climacus resupinus
    *((0, 1, 2, 1), (0, 1, 3, 2), (0, 2, 3, 1), (0, 2, 3, 2)),  # scandicus flexus
)
_CLOSING: tuple[Shape, ...] = (
    *((0, 1, -1, 0), (0, 2, 1, 0), (0, -1, 1, 0), (0, -2, -1, 0), (0, -1, -2, 0), (0, 1, 2, 0), (0, 2, -1, 0)),
    *((0, 1, 2, 1, 0), (0, -1, -2, -1, 0), (0, 2, 0, 1, 0), (0, -2, 0, -1, 0), (0, 2, 1, -1, 0), (0, 1, -1, -2, 0)),
    *((0, -2, -1, 1, 0), (0, 3, 2, 1, 0), (0, 1, 3, 1, 0), (0, -1, 1, 2, 0), (0, 2, 3, 1, 0), (0, -1, -3, -1, 0)),
)
"""What a last syllable sings before it rests on its own note."""
_INNER_TAKEN, _CLOSING_TAKEN = ((_TWO, 1), (_THREE, 1), (_FOUR, 0)), 2
_UNIT_BEATS = 0.25
_SHORTEST_S = 0.2
_CLOSING_HOLD_S = 0.5
"""How long a last syllable still rests after its neume."""
_SHARES = (0.0, 0.3, 0.6)
"""How willingly an unstressed, a half stressed and a stressed syllable takes a neume."""
_RICHNESS = {K.VERSE: 0.75, K.CHORUS: 1.0, K.BRIDGE: 1.15}
"""Verses are the more syllabic: psalmody against its antiphon."""
_ONWARD = (0.9, 0.0, 0.0, 0.3, 0.5, 1.2, 3.0, 1.6)
"""What it costs to go on from a neume by so many semitones."""
_FREEDOM = 0.15
"""How often a syllable is sung otherwise when its line returns."""
STRONG = 0.55
"""Metric weight from which on a foreign note wants its preparation and its resolution."""


@dataclass(frozen=True)
class NeumeBook:
    """The groups that a song keeps to: on syllables inside of a line, and on its last one."""

    inner: tuple[Shape, ...]
    closing: tuple[Shape, ...]


def make_book(seed: int) -> NeumeBook:
    """The song's own neumes."""
    rng = generator(seed, "neumes")
    inner = [stock[int(i)] for stock, count in _INNER_TAKEN for i in rng.permutation(len(stock))[:count]]
    return NeumeBook(tuple(inner), tuple(_CLOSING[int(i)] for i in rng.permutation(len(_CLOSING))[:_CLOSING_TAKEN]))


@dataclass(frozen=True)
class NeumeScribe:
    """Sets neumes on the lines of a song. `richness` is the chance of a stressed syllable in a chorus."""

    book: NeumeBook
    chords: ChordTrack
    bpm: float
    beats_per_bar: int
    richness: float
    seed: int

    def adorn(
        self,
        notes: list[VocalNote],
        key_pcs: tuple[int, ...],
        walls: tuple[int, int],
        place: tuple[K, int, int],
        more: float,
    ) -> list[VocalNote]:
        """The line with its neumes; the first note of each syllable stays. `place` is the kind of the section, the
        number of the line and the section's index: a line returns with its neumes but for a few. `walls` are lowest and
        highest pitch, `more` raises the richness."""
        kind, number, section = place
        draws = generator(self.seed, "neume", kind.value, number).random((len(notes), 2))
        fresh = generator(self.seed, "neume", kind.value, number, section).random((len(notes), 3))
        draws = np.where(fresh[:, :1] < _FREEDOM, fresh[:, 1:], draws)
        richness = self.richness * _RICHNESS.get(kind, 1.0) * more
        sung: list[VocalNote] = []
        for index, note in enumerate(notes):
            last = index + 1 == len(notes)
            plain = note.syllable is not None and (last or notes[index + 1].syllable is not None)
            wanted = plain and note.syllable.nucleus != "ᵊ"  # a suspension has its second note already
            if not wanted or draws[index, 0] >= richness * (1.0 if last else _SHARES[note.syllable.stress]):
                sung.append(note)
                continue
            following = None if last else notes[index + 1]
            sung.extend(self._group(note, following, key_pcs, walls, float(draws[index, 1])))
        return sung

    def _group(
        self,
        note: VocalNote,
        following: VocalNote | None,
        key_pcs: tuple[int, ...],
        walls: tuple[int, int],
        draw: float,
    ) -> list[VocalNote]:
        """The syllable's notes: of the book's groups that fit, one that goes on well to the next syllable; `draw`
        (0..1) tells which is tried first."""
        if _UNIT_BEATS * 60.0 / self.bpm < _SHORTEST_S:
            return [note]
        scale = local_scale(key_pcs, self.chords.at(note.start_beats).pitch_classes)
        stock = self.book.inner if following is not None else self.book.closing
        turn = int(draw * len(stock))
        best: tuple[float, list[VocalNote]] = (2.5, [note])
        for rank in range(len(stock)):
            shape = stock[(turn + rank) % len(stock)]
            pitches = [_stepped(scale, note.midi, step) for step in shape]
            room = note.duration_beats - _UNIT_BEATS * (len(shape) - 1)
            rest = _UNIT_BEATS if following is not None else _CLOSING_HOLD_S * self.bpm / 60.0
            if room < rest - 1e-9 or not all(walls[0] <= p <= walls[1] for p in pitches):
                continue
            onward = 0.0 if following is None else _onward(pitches[-1], following.midi)
            group = _spelt(note, pitches)
            cost = onward + 0.35 * rank - 0.25 * len(shape)
            if cost < best[0] and self._sounds(group if following is None else [*group, following]):
                best = (cost, group)
        return best[1]

    def _sounds(self, notes: list[VocalNote]) -> bool:
        """No note stands on a beat against its chord without a step to it and from it."""
        for i, note in enumerate(notes):
            foreign = note.midi % 12 not in self.chords.at(note.start_beats).pitch_classes
            if not foreign or metric_weight(note.start_beats, self.beats_per_bar) < STRONG:
                continue
            prepared = i == 0 or abs(note.midi - notes[i - 1].midi) <= 2
            resolved = i + 1 == len(notes) or 0 < abs(notes[i + 1].midi - note.midi) <= 2
            if not prepared or not resolved:
                return False
        return True


def _spelt(note: VocalNote, pitches: list[int]) -> list[VocalNote]:
    """Short notes, the last of which takes what is left of the syllable."""
    room = note.duration_beats - _UNIT_BEATS * (len(pitches) - 1)
    lengths = [_UNIT_BEATS] * (len(pitches) - 1) + [room]
    group = [replace(note, duration_beats=lengths[0])]
    for i in range(1, len(pitches)):
        group.append(VocalNote(note.start_beats + i * _UNIT_BEATS, lengths[i], pitches[i], None))
    return group


def _onward(last: int, following: int) -> float:
    size = abs(following - last)
    return _ONWARD[size] if size < len(_ONWARD) else 4.0


def _stepped(scale: frozenset[int], midi: int, steps: int) -> int:
    pitch, direction = midi, 1 if steps > 0 else -1
    for _ in range(abs(steps)):
        pitch += direction
        while pitch % 12 not in scale:
            pitch += direction
    return pitch

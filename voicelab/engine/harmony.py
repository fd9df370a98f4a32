"""Four parts under a tune: simple diatonic harmony, so that a choir can be heard as a choir.

Conventions: pitches are MIDI numbers; a chord is the scale step 0..6 of its root, always the triad of the scale.
Every melody note gets a triad that holds it; the chain of chords is the cheapest one (Viterbi) by the strength of root
movements (Piston, "Harmony", ch. 3, the table of usual progressions). Voices lie close below the tune, the bass on
the root.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicelab.engine.melodies import DORIAN, MAJOR, MINOR, MelodyNote

USUAL = {  # from the root's step to the next root's step: what it costs
    0: {0: 0.4, 3: 0.2, 4: 0.2, 5: 0.6, 1: 0.8, 2: 1.2, 6: 1.6},
    1: {4: 0.1, 6: 1.2, 1: 0.5, 0: 1.4, 3: 1.0, 5: 1.3, 2: 1.5},
    2: {5: 0.3, 3: 0.5, 2: 0.7, 0: 1.4, 1: 1.4, 4: 1.2, 6: 1.8},
    3: {0: 0.4, 4: 0.1, 1: 0.5, 3: 0.5, 5: 1.2, 2: 1.5, 6: 1.6},
    4: {0: 0.0, 5: 0.6, 4: 0.4, 3: 1.4, 1: 1.6, 2: 1.6, 6: 1.6},
    5: {3: 0.2, 1: 0.2, 4: 0.5, 5: 0.6, 0: 1.0, 2: 1.0, 6: 1.7},
    6: {0: 0.4, 2: 0.8, 4: 1.0, 6: 1.4, 5: 1.2, 3: 1.4, 1: 1.6},
}
COLOUR = {0: 0.0, 3: 0.1, 4: 0.1, 5: 0.3, 1: 0.35, 2: 0.9, 6: 1.5}
BASS_LOWEST, BASS_HIGHEST = 41, 55
FOREIGN = 3.0
"""The cost of a chord that does not hold the note (chromatic notes have no triad of their own)."""


@dataclass(frozen=True)
class Key:
    """`tonic` is a pitch class or a MIDI number; `scale` seven semitone steps above it."""

    tonic: int
    scale: tuple[int, ...]


def find_key(notes: tuple[MelodyNote, ...]) -> Key:
    """The scale that holds most of the tune, by length; the last note likes to be the tonic."""

    def fit(key: Key) -> float:
        inside = {(key.tonic + step) % 12 for step in key.scale}
        held = sum(n.beats for n in notes if round(n.midi) % 12 in inside)
        total = sum(n.beats for n in notes)
        ends_home = round(notes[-1].midi) % 12 == key.tonic
        return held / total + (0.2 if ends_home else 0.0) - 0.01 * (MAJOR, MINOR, DORIAN).index(key.scale)

    return max((Key(tonic, scale) for scale in (MAJOR, MINOR, DORIAN) for tonic in range(12)), key=fit)


def four_parts(notes: tuple[MelodyNote, ...], key: Key) -> tuple[tuple[float, ...], ...]:
    """The pitches of soprano, alto, tenor and bass for each note of a tune: (4, notes), highest first."""
    roots = _chords([round(n.midi) for n in notes], key)
    rows: list[tuple[float, ...]] = []
    bass = (BASS_LOWEST + BASS_HIGHEST) / 2.0
    for note, root in zip(notes, roots, strict=True):
        triad = {(key.tonic + key.scale[(root + third) % 7]) % 12 for third in (0, 2, 4)}
        alto = _next_below(round(note.midi), triad)
        tenor = _next_below(alto, triad)
        low = (key.tonic + key.scale[root]) % 12
        choices = [m for m in range(BASS_LOWEST, BASS_HIGHEST + 1) if m % 12 == low and m <= tenor]
        bass = min(choices or [_next_below(tenor, {low})], key=lambda m: abs(m - bass))
        rows.append((note.midi, float(alto), float(tenor), float(bass)))
    return tuple(zip(*rows, strict=True))


def _next_below(midi: int, pitch_classes: set[int]) -> int:
    return next(m for m in range(midi - 1, midi - 13, -1) if m % 12 in pitch_classes)


def _chords(midi: list[int], key: Key) -> list[int]:
    steps = range(7)
    own = np.array([[_cost(m, root, key) for root in steps] for m in midi])
    own[-1] += [0.0 if root == 0 else 1.0 for root in steps]
    move = np.array([[USUAL[a][b] for b in steps] for a in steps])
    best, came = own[0].copy(), []
    for costs in own[1:]:
        through = best[:, None] + move
        came.append(through.argmin(axis=0))
        best = through.min(axis=0) + costs
    root = int(best.argmin())
    roots = [root]
    for back in reversed(came):
        root = int(back[root])
        roots.append(root)
    return roots[::-1]


def _cost(midi: int, root: int, key: Key) -> float:
    triad = {(key.tonic + key.scale[(root + third) % 7]) % 12 for third in (0, 2, 4)}
    diminished = _is_diminished(root, key)
    return COLOUR[root] + (0.0 if midi % 12 in triad else FOREIGN) + (0.8 if diminished else 0.0)


def _is_diminished(root: int, key: Key) -> bool:
    fifth = key.scale[(root + 4) % 7] - key.scale[root] + (12 if root + 4 >= 7 else 0)
    return fifth == 6

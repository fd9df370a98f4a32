"""Melismas: a held syllable that moves through a few notes before it rests, or a suspension that sinks into its chord
(the note before is held over the beat and resolves down by step: Fux, "Gradus ad Parnassum", 1725, fourth species)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.theory import local_scale
from generation.engine.score.types import VocalNote

_SHORTEST_S = 0.2
_SUSPENDED_S = 1.0
"""A last syllable at least this long can wait for its resolution."""


def adorn(
    notes: list[VocalNote],
    chords: ChordTrack,
    key_pcs: tuple[int, ...],
    bpm: float,
    chance: float,
    rng: np.random.Generator,
    walls: tuple[int, int],
    *,
    dense: bool,
    suspends: bool = False,
) -> list[VocalNote]:
    """Some long syllables become melismas; what was sung on which beat stays. `walls` are lowest and highest pitch."""
    if dense:
        return notes
    adorned: list[VocalNote] = []
    for index, note in enumerate(notes):
        last = index + 1 == len(notes)
        draw = rng.random()
        held_s = note.duration_beats * 60.0 / bpm
        wanted = chance if last else 0.45 * chance
        if last and suspends and index > 0 and (waiting := _suspension(notes[index - 1], note, chords, bpm)):
            adorned.extend(waiting)
            continue
        if draw >= wanted or held_s < (0.95 if last else 0.62) or note.syllable is None or note.syllable.nucleus == "ᵊ":
            adorned.append(note)
            continue
        target = None if last else notes[index + 1].midi
        adorned.extend(_turn(note, target, chords, key_pcs, bpm, rng, walls))
    return adorned


def _suspension(before: VocalNote, note: VocalNote, chords: ChordTrack, bpm: float) -> list[VocalNote]:
    """The note before, a step above and foreign to the new chord, held over a beat before the last note is reached."""
    chord = chords.at(note.start_beats)
    long = note.duration_beats * 60.0 / bpm >= _SUSPENDED_S
    above = before.midi - note.midi in (1, 2) and before.midi % 12 not in chord.pitch_classes
    if not long or not above or note.start_beats % 1.0 or note.midi % 12 not in chord.pitch_classes:
        return []
    wait = 1.0 if note.duration_beats >= 2.5 else 0.5
    return [
        replace(note, duration_beats=wait, midi=before.midi),
        VocalNote(note.start_beats + wait, note.duration_beats - wait, note.midi, None),
    ]


def _turn(
    note: VocalNote,
    target: int | None,
    chords: ChordTrack,
    key_pcs: tuple[int, ...],
    bpm: float,
    rng: np.random.Generator,
    walls: tuple[int, int],
) -> list[VocalNote]:
    """A neighbour and back on a last syllable; a passing note towards the next pitch inside of a line."""
    scale = local_scale(key_pcs, chords.at(note.start_beats).pitch_classes)
    up = 1 if rng.random() < 0.6 else -1
    if target is not None and target != note.midi:
        up = 1 if target > note.midi else -1
    neighbour = _next_in(scale, note.midi, up)
    if not walls[0] <= neighbour <= walls[1]:
        return [note]
    short = _short_beats(note.duration_beats, bpm)
    if short is None:
        return [note]
    if target is not None:
        first = note.duration_beats - short
        return [
            replace(note, duration_beats=first),
            VocalNote(note.start_beats + first, short, neighbour, None),
        ]
    return [
        replace(note, duration_beats=short),
        VocalNote(note.start_beats + short, short, neighbour, None),
        VocalNote(note.start_beats + 2 * short, note.duration_beats - 2 * short, note.midi, None),
    ]


def _short_beats(duration_beats: float, bpm: float) -> float | None:
    for beats in (0.5, 0.25, 1.0):
        if beats * 60.0 / bpm >= _SHORTEST_S and 3 * beats <= duration_beats + 1e-9:
            return beats
    return None


def _next_in(scale: frozenset[int], midi: int, direction: int) -> int:
    pitch = midi + direction
    while pitch % 12 not in scale:
        pitch += direction
    return pitch

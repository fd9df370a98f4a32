"""A second voice to a tune: a dynamic program over intervals, and chords held behind a line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.melody import retune
from generation.engine.composer.pitches import firmness
from generation.engine.composer.theory import local_scale
from generation.engine.composer.voicing import best_path
from generation.engine.score.types import VOCALISE, SungLine, Syllable, VocalNote
from voicelab.contracts import VoiceRange

_LEAST_GAP, _MOST_GAP = 3, 12
_GAP_COST = {3: 0.0, 4: 0.0, 5: 1.6, 7: 2.0, 8: 0.5, 9: 0.5, 12: 2.6}
_FOREIGN_GAP = 9.0
_PARALLEL = 40.0
_LONG_BEATS = 1.5
_MOST_FORCED = 0.15
"""Share of a line's notes that may have no good interval before the voice keeps silent."""
_SOUNDS = {"ooh": "u", "ah": "ɑ"}
_PAD_ENERGY = 0.8


@dataclass(frozen=True)
class Harmony:
    """One voice: above or below the tune, its compass, and its favourite interval in semitones (3: thirds, 8: sixths).
    In `organum` the favourite is a fourth or a fifth, and going in parallel is the rule."""

    above: bool
    compass: VoiceRange
    key_pcs: tuple[int, ...]
    beats_per_bar: int
    favourite: int = 3
    organum: bool = False


def harmonise(
    line: SungLine, chords: ChordTrack, harmony: Harmony, others: tuple[SungLine, ...] = ()
) -> SungLine | None:
    """The line's words on a voice of its own, clear of `others`; None where the compass leaves no good notes."""
    pitches = np.arange(harmony.compass.lowest, harmony.compass.highest + 1)
    lead = np.array([n.midi for n in line.notes])
    voices = [lead, *(np.array([n.midi for n in other.notes]) for other in others)]
    own = [_own_cost(i, line, pitches, chords, harmony, voices) for i in range(len(lead))]
    if np.mean([cost.min() >= _FOREIGN_GAP for cost in own]) > _MOST_FORCED:
        return None
    total, came = own[0], []
    for i in range(1, len(lead)):
        table = total[:, None] + _move_cost(pitches, i, voices, harmony)
        came.append(np.argmin(table, axis=0))
        total = table.min(axis=0) + own[i]
    at = int(np.argmin(total))
    path = [at]
    for origin in reversed(came):
        at = int(origin[at])
        path.append(at)
    return retune(line, [int(pitches[k]) for k in reversed(path)])


def _own_cost(
    index: int, line: SungLine, pitches: np.ndarray, chords: ChordTrack, harmony: Harmony, voices: list[np.ndarray]
) -> np.ndarray:
    """What each pitch costs at one note by itself."""
    note = line.notes[index]
    chord = chords.at(note.start_beats)
    gap = (pitches - note.midi) * (1 if harmony.above else -1)
    inside = (gap >= _LEAST_GAP) & (gap <= _MOST_GAP)
    if harmony.organum:
        gaps = np.where(gap == harmony.favourite, 0.0, np.where(np.isin(gap, (5, 7)), 2.0, 5.0))
    else:
        gaps = np.array([_GAP_COST.get(int(g), _FOREIGN_GAP) for g in gap])
        wanted = (8, 9) if harmony.favourite == 8 else (3, 4)
        gaps = gaps + np.where(np.isin(gap, wanted), 0.0, 0.7)
    cost = np.where(inside, gaps, 30.0 + 3.0 * np.abs(gap - 4))
    pcs = pitches % 12
    scale = sorted(local_scale(harmony.key_pcs, chord.pitch_classes))
    cost = cost + np.where(np.isin(pcs, scale), 0.0, 12.0)
    if not harmony.organum:
        firm = firmness(note.start_beats, note.duration_beats, harmony.beats_per_bar, _LONG_BEATS)
        cost = cost + np.where(np.isin(pcs, chord.pitch_classes), 0.0, firm)
    low, high = harmony.compass.comfortable
    cost = cost + 0.35 * np.maximum(0, low - pitches) + 0.35 * np.maximum(0, pitches - high)
    for other in voices[1:]:
        rub = np.isin((pitches - other[index]) % 12, (1, 2, 6, 10, 11))
        cost = cost + 3.0 * rub + 2.0 * ((pitches - other[index]) % 12 == 0)
    return cost


def _move_cost(pitches: np.ndarray, index: int, voices: list[np.ndarray], harmony: Harmony) -> np.ndarray:
    """(P, P) cost of moving to note `index`: small steps, no parallel fifths or octaves with anybody."""
    moved = pitches[None, :] - pitches[:, None]
    cost = 0.12 * np.abs(moved) + 0.5 * np.maximum(0, np.abs(moved) - 5)
    for voice in voices:
        if voice[index] == voice[index - 1] or harmony.organum:
            continue
        before, after = np.abs(pitches - voice[index - 1]) % 12, np.abs(pitches - voice[index]) % 12
        perfect = (before[:, None] == after[None, :]) & np.isin(before, (0, 7))[:, None]
        cost = cost + _PARALLEL * (perfect & (moved != 0))
    return cost


def hold_chords(
    line: SungLine, chords: ChordTrack, vowel: str, compasses: dict[str, VoiceRange]
) -> list[tuple[str, SungLine]]:
    """Each voice holds a chord tone on one vowel behind the line and moves where the chord does."""
    start = line.notes[0].start_beats
    end = line.notes[-1].start_beats + line.notes[-1].duration_beats
    spans = _chord_spans(chords, start, end)
    pitches = _held_pitches(spans, list(compasses.values()))
    return [(name, _vocalise(line, vowel, spans, row)) for name, row in zip(compasses, pitches, strict=True)]


def _chord_spans(chords: ChordTrack, start: float, end: float) -> list[tuple[float, float, tuple[int, ...]]]:
    found: list[tuple[float, float, tuple[int, ...]]] = []
    for chord in chords.between(start, end):
        first, last = max(start, chord.start_beats), min(end, chord.start_beats + chord.duration_beats)
        if found and last - first < 1.0:  # too short to move to
            found[-1] = (found[-1][0], last, found[-1][2])
        else:
            found.append((first, last, chord.pitch_classes))
    if len(found) > 1 and found[0][1] - found[0][0] < 1.0:
        found[:2] = [(found[0][0], found[1][1], found[1][2])]
    return found


def _held_pitches(spans: list[tuple[float, float, tuple[int, ...]]], compasses: list[VoiceRange]) -> list[list[int]]:
    """For each voice its pitches, by the dynamic program of `voicing`: common tones stay, the rest moves little and
    never in parallel fifths or octaves."""
    layers = []
    for _, _, pcs in spans:
        choices = [[p for p in range(c.comfortable[0], c.comfortable[1] + 1) if p % 12 in pcs] for c in compasses]
        rows = [row for row in product(*choices) if len(set(row)) == len(row)] or list(product(*choices))
        layers.append((np.array(rows, dtype=np.int64), np.array([_held_cost(row, pcs, compasses) for row in rows])))
    return [[int(p) for p in voice] for voice in zip(*best_path(layers), strict=True)]


def _held_cost(row: tuple[int, ...], pcs: tuple[int, ...], compasses: list[VoiceRange]) -> float:
    cost = 1.5 * (len(row) - len({p % 12 for p in row})) + 0.4 * (pcs[0] not in {p % 12 for p in row})
    return cost + sum(0.06 * abs(p - sum(c.comfortable) / 2.0) for p, c in zip(row, compasses, strict=True))


def _vocalise(line: SungLine, vowel: str, spans, pitches: list[int]) -> SungLine:
    sound = Syllable(vowel, vowel, VOCALISE, 0, "", _SOUNDS[vowel], "", 2)
    notes: list[VocalNote] = []
    for (start, end, _), pitch in zip(spans, pitches, strict=True):
        if notes and notes[-1].midi == pitch:
            notes[-1] = replace(notes[-1], duration_beats=end - notes[-1].start_beats)
        else:
            notes.append(VocalNote(start, end - start, pitch, None if notes else sound))
    return replace(line, text=vowel, notes=tuple(notes), energy=_PAD_ENERGY * line.energy)

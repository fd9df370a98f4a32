"""Judges of a score on paper: voice leading, dissonance, motifs, stress, compass, and how alike two tunes are.

They read the `Score` alone and know nothing of how it was composed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from itertools import pairwise

import numpy as np

from generation.engine.composer.rhythm import metric_weight
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.keys import pitch_class, scale_pcs
from generation.engine.score.types import Chord, Part, Score, SungLine, VocalNote
from mixer.contracts import ChannelRole

STRONG = 0.55
"""Metric weight from which on a note stands on a beat."""


def chord_at(score: Score, beat: float) -> Chord:
    starts = [c.start_beats for c in score.chords]
    return score.chords[bisect_right(starts, beat + 1e-6) - 1]


# --- voice leading ---


def parallels(voices: list[tuple[int, ...]]) -> int:
    """Parallel fifths, octaves and unisons in a row of voicings: the same interval, both voices moved to other notes (a
    chord that is only set an octave away leads no voices: Aldwell and Schachter, "Harmony and Voice Leading", ch. 5).
    """
    found = 0
    for before, after in pairwise(voices):
        for low in range(len(before)):
            for high in range(low + 1, len(before)):
                first, second = (before[high] - before[low]) % 12, (after[high] - after[low]) % 12
                moved = before[low] != after[low] and before[high] != after[high]
                other = (after[low] - before[low]) % 12 != 0
                found += first == second and first in (0, 7) and moved and other
    return found


def choir_rows(score: Score) -> list[list[tuple[int, ...]]]:
    """For each line of a choir its chords, bass first, the lead on top."""
    parts = [*reversed(score.harmonies), score.lead]
    return [
        [tuple(p.lines[i].notes[k].midi for p in parts) for k in range(len(line.notes))]
        for i, line in enumerate(score.lead.lines)
    ]


def choir_parallels(score: Score) -> int:
    return sum(parallels(rows) for rows in choir_rows(score))


def held_rows(score: Score, part: Part) -> list[list[tuple[int, ...]]]:
    """What a part of held chords sounds a little after each chord begins, from the lowest note up, cut where the part
    rests, where a section begins, or where the number of its notes changes (then no voice can be followed)."""
    starts = {float(s.start_bar * score.beats_per_bar) for s in score.sections}
    runs: list[list[tuple[int, ...]]] = [[]]
    for chord in score.chords:
        at = chord.start_beats + min(0.3, chord.duration_beats / 2)
        row = tuple(sorted(n.midi for n in part.notes if n.start_beats <= at < n.start_beats + n.duration_beats))
        if chord.start_beats in starts or (runs[-1] and len(row) != len(runs[-1][-1])):
            runs.append([])
        if row:
            runs[-1].append(row)
    return [run for run in runs if len(run) > 1]


def is_held(score: Score, part: Part) -> bool:
    """A string or choir part that plays held chords: several notes at a time, about one for each chord."""
    if part.role not in (ChannelRole.STRINGS, ChannelRole.CHOIR) or not part.notes:
        return False
    rows = [row for run in held_rows(score, part) for row in run]
    return bool(rows) and np.mean([len(r) for r in rows]) >= 1.9 and len(part.notes) < 4 * len(score.chords)


def string_parallels(score: Score) -> tuple[int, int]:
    """(parallels, moves) in the string and choir parts of the band as they are written."""
    found = moves = 0
    for part in score.parts:
        if is_held(score, part):
            for run in held_rows(score, part):
                found += parallels(run)
                moves += len(run) - 1
    return found, moves


# --- melody ---


def strong_notes(score: Score) -> list[bool]:
    """For each note of the lead on a beat: a chord tone, or a dissonance that is prepared (the pitch or a step before
    it) and resolved by step."""
    found = []
    for line in score.lead.lines:
        for i, note in enumerate(line.notes):
            if metric_weight(note.start_beats, score.beats_per_bar) < STRONG:
                continue
            prepared = i > 0 and abs(note.midi - line.notes[i - 1].midi) <= 2
            resolved = i + 1 < len(line.notes) and 0 < abs(line.notes[i + 1].midi - note.midi) <= 2
            chord = chord_at(score, note.start_beats)
            found.append(note.midi % 12 in chord.pitch_classes or (prepared and resolved))
    return found


def stress_kept(score: Score) -> list[bool]:
    """For each word of several syllables with a main stress: it stands on a stronger beat than its neighbours in the
    word."""
    found = []
    for line in score.lead.lines:
        words: dict[int, list[VocalNote]] = {}
        for note in line.notes:
            if note.syllable:
                words.setdefault(note.syllable.word_index, []).append(note)
        for notes in words.values():
            main = [i for i, n in enumerate(notes) if n.syllable.stress == 2]
            if len(notes) < 2 or not main:
                continue
            weights = [metric_weight(n.start_beats, score.beats_per_bar) for n in notes]
            beside = {j for i in main for j in (i - 1, i + 1) if 0 <= j < len(notes) and j not in main}
            kept = all(weights[i] > weights[j] for i in main for j in beside if abs(i - j) == 1)
            found.append(kept)
    return found


def sung(line: SungLine) -> list[VocalNote]:
    return [n for n in line.notes if n.syllable]


def scale_steps(score: Score, line: SungLine) -> list[int]:
    """The line's syllables on the ladder of its key: a step for a scale degree, an altered note with its neighbour."""
    steps = []
    for note in sung(line):
        key = score.key_at(note.start_beats)
        pcs = scale_pcs(key)
        above = (note.midi - pcs[0]) % 12
        degree = max(i for i, pc in enumerate(pcs) if (pc - pcs[0]) % 12 <= above)
        steps.append(7 * ((note.midi - pcs[0]) // 12) + degree)
    return steps


def motif_recurrence(score: Score, *, moves: int = 3) -> int:
    """In how many different lines the most frequent figure of `moves` scale-step moves stands (not all repeats), as it
    is or inverted. A line that returns with its words counts once."""
    told = {line.text: scale_steps(score, line) for line in score.lead.lines}
    found: Counter[tuple[int, ...]] = Counter()
    for steps in told.values():
        jumps = [b - a for a, b in pairwise(steps)]
        figures = {tuple(jumps[i : i + moves]) for i in range(len(jumps) - moves + 1)}
        figures = {max(f, tuple(-j for j in f)) for f in figures if sum(j != 0 for j in f) >= 2}
        found.update(figures)
    return max(found.values(), default=0)


def tune(score: Score, *, size: int = 4) -> set[tuple[int, ...]]:
    """Every figure of `size` successive intervals in semitones, inside of lines, melismas included."""
    found = set()
    for line in score.lead.lines:
        jumps = [b.midi - a.midi for a, b in pairwise(line.notes)]
        found |= {tuple(jumps[i : i + size]) for i in range(len(jumps) - size + 1)}
    return found


def overlap(a: set, b: set) -> float:
    """Shared figures over those of the smaller tune."""
    return len(a & b) / max(1, min(len(a), len(b)))


def section_tunes(score: Score) -> list[tuple[SectionKind, str, np.ndarray]]:
    """(kind, words, the tune sampled each half beat as semitones above the key's tonic, nan in rests) of sung
    sections."""
    found = []
    for index, section in enumerate(score.sections):
        lines = [line for line in score.lead.lines if line.section == index]
        if not lines:
            continue
        first = section.start_bar * score.beats_per_bar
        beats = first + 0.5 * np.arange(section.bars * score.beats_per_bar * 2) + 0.1
        row = np.full(len(beats), np.nan)
        for line in lines:
            for n in line.notes:
                tonic = _tonic(score, n.start_beats)
                row[(beats >= n.start_beats) & (beats < n.start_beats + n.duration_beats)] = n.midi - tonic
        found.append((section.kind, " / ".join(line.text for line in lines), row))
    return found


def _tonic(score: Score, beat: float) -> int:
    first, now = pitch_class(score.key.tonic), pitch_class(score.key_at(beat).tonic)
    lift = (now - first + 5) % 12 - 5
    return 48 + first + lift


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Share of half beats in which two sections sing the same degree (or both rest), over the shorter one."""
    size = min(len(a), len(b))
    same = (a[:size] == b[:size]) | (np.isnan(a[:size]) & np.isnan(b[:size]))
    return float(same.mean())


def returns(score: Score) -> tuple[list[float], list[float]]:
    """Likeness of sections of one kind, and of sections of different kinds."""
    rows, same, other = section_tunes(score), [], []
    for i, (kind, _, a) in enumerate(rows):
        for kind_b, _, b in rows[i + 1 :]:
            (same if kind is kind_b else other).append(likeness(a, b))
    return same, other

"""Alto, tenor and bass under the lead of a choir: the same words and rhythm on chord tones, voices never crossing."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np

from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.melody import retune
from generation.engine.composer.voicing import best_path
from generation.engine.score.types import Chord, SungLine, VocalPart

RANGES = {"bass": (40, 60), "tenor": (46, 67), "alto": (52, 74)}
_NAMES = ("bass", "tenor", "alto")


def write_choir(lead: tuple[SungLine, ...], chords: ChordTrack) -> tuple[VocalPart, ...]:
    """Alto, tenor and bass parts. Their rhythm is the lead's; each line is led on its own after a breath."""
    voices: dict[str, list[SungLine]] = {name: [] for name in _NAMES}
    for line in lead:
        layers = [_layer(note.midi, chords.at(note.start_beats)) for note in line.notes]
        path = best_path(layers)
        for column, name in enumerate(_NAMES):
            voices[name].append(retune(line, [int(row[column]) for row in path]))
    return tuple(VocalPart(name, tuple(voices[name])) for name in reversed(_NAMES))


def _layer(lead: int, chord: Chord) -> tuple[np.ndarray, np.ndarray]:
    return _cached_layer(lead, chord.pitch_classes, chord.bass, chord.root)


@lru_cache(maxsize=4096)
def _cached_layer(lead: int, pcs: tuple[int, ...], bass: int, root: int) -> tuple[np.ndarray, np.ndarray]:
    """Voicings (bass, tenor, alto, lead) under a sung pitch, and their own costs."""
    choices = [[p for p in range(RANGES[n][0], RANGES[n][1] + 1) if p % 12 in pcs and p <= lead] for n in _NAMES]
    rows = [r for r in product(*choices) if r[0] < r[1] < r[2] <= lead]
    if not rows:  # a very low lead: the others sing with it in unison
        rows = [(lead, lead, lead)]
    full = [(*r, lead) for r in rows]
    costs = [_cost(r, pcs, bass, root) for r in full]
    kept = np.argsort(costs, kind="stable")[:60]
    return np.array(full, dtype=np.int64)[kept], np.array(costs)[kept]


def _cost(row: tuple[int, ...], pcs: tuple[int, ...], bass: int, root: int) -> float:
    present = {p % 12 for p in row}
    cost = 2.5 * len(set(pcs[:3]) - present)
    cost += 0.0 if row[0] % 12 == bass else 0.8 if row[0] % 12 == root else 1.6
    cost += 2.0 * max(0, row[3] - row[2] - 12) + 2.0 * max(0, row[2] - row[1] - 12) + 0.2 * max(0, row[1] - row[0] - 16)
    return cost + (4.0 if row[2] == row[3] else 0.0)

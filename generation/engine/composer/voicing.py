"""Voice leading by dynamic programming over voicings of several voices.

Each chord offers many voicings; the path of least motion through them wins, and parallel fifths and octaves, hidden
behind no amount of charm, cost more than any leap (rules after Aldwell and Schachter, "Harmony and Voice Leading";
least motion after Tymoczko, "A Geometry of Music", 2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from generation.engine.score.types import Chord

_PARALLEL = 40.0
_KEPT = 90


@dataclass(frozen=True)
class VoicingSpec:
    """`ranges` from the lowest voice up, as (low, high) MIDI numbers. `centre` is where the top voice likes to be."""

    ranges: tuple[tuple[int, int], ...]
    centre: float


def voice_chords(chords: tuple[Chord, ...], spec: VoicingSpec) -> list[tuple[int, ...]]:
    """One voicing (lowest voice first) for each chord."""
    known: dict[tuple, tuple[np.ndarray, np.ndarray]] = {}
    layers = []
    for chord in chords:
        key = (chord.pitch_classes, chord.bass)
        if key not in known:
            known[key] = _candidates(chord, spec)
        layers.append(known[key])
    return [tuple(int(p) for p in voicing) for voicing in best_path(layers)]


def _candidates(chord: Chord, spec: VoicingSpec) -> tuple[np.ndarray, np.ndarray]:
    (bass_low, bass_high), *upper = spec.ranges
    basses = [p for p in range(bass_low, bass_high + 1) if p % 12 == chord.bass]
    choices = [[p for p in range(low, high + 1) if p % 12 in chord.pitch_classes] for low, high in upper]
    rows = [row for row in product(basses, *choices) if all(a < b for a, b in zip(row, row[1:], strict=False))]
    voicings = np.array(rows, dtype=np.int64)
    costs = np.array([_still_cost(row, chord, spec) for row in rows])
    kept = np.argsort(costs, kind="stable")[:_KEPT]
    return voicings[kept], costs[kept]


def _still_cost(row: tuple[int, ...], chord: Chord, spec: VoicingSpec) -> float:
    """How a voicing sounds by itself: complete, well spaced, in a good place."""
    present = {p % 12 for p in row}
    cost = 3.0 * len(set(chord.pitch_classes[:3]) - present) + 1.0 * len(set(chord.pitch_classes) - present)
    if len(chord.pitch_classes) > 2:
        thirds = sum((p - chord.root) % 12 in (3, 4) for p in row)
        cost += 1.5 * max(0, thirds - 1)
    cost += sum(0.4 * max(0, b - a - 12) for a, b in zip(row[1:], row[2:], strict=False))
    cost += sum(1.0 for a, b in zip(row, row[1:], strict=False) if b - a < 3 and a < 55)
    return cost + 0.08 * abs(row[-1] - spec.centre)


def best_path(layers: list[tuple[np.ndarray, np.ndarray]]) -> list[np.ndarray]:
    """The cheapest path. Each layer is (voicings of shape (K, voices), their own costs of shape (K,))."""
    voicings, total = layers[0][0], layers[0][1].astype(float)
    came: list[np.ndarray] = []
    for following, costs in layers[1:]:
        table = total[:, None] + motion_cost(voicings, following)
        origin = np.argmin(table, axis=0)
        total = table[origin, np.arange(len(following))] + costs
        came.append(origin)
        voicings = following
    at = int(np.argmin(total))
    path = [at]
    for origin in reversed(came):
        at = int(origin[at])
        path.append(at)
    return [layer[0][index] for layer, index in zip(layers, reversed(path), strict=True)]


def motion_cost(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(K1, K2) cost of moving from each voicing to each other: motion, leaps, overlaps and parallels."""
    moved = after[None, :, :] - before[:, None, :]
    size = np.abs(moved)
    cost = 0.22 * size.sum(axis=2) + 0.5 * np.maximum(0, size[:, :, 1:] - 5).sum(axis=2)
    voices = before.shape[1]
    for low, high in combinations(range(voices), 2):
        gap_before = (before[:, high] - before[:, low])[:, None] % 12
        gap_after = (after[:, high] - after[:, low])[None, :] % 12
        both = (moved[:, :, low] != 0) & (moved[:, :, high] != 0)
        same = (gap_before == gap_after) & ((gap_before == 0) | (gap_before == 7))
        cost = cost + _PARALLEL * (both & same)
    for low in range(voices - 1):
        overlap = (after[None, :, low] > before[:, None, low + 1]) | (after[None, :, low + 1] < before[:, None, low])
        cost = cost + 0.6 * overlap
    return cost

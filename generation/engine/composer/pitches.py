"""Pitches for a line of notes: a second-order dynamic program.

What pulls: the motif's contour, chord tones on strong beats, singable steps, leaps that turn back, a chosen last note
(gap fill and step inertia after Larson, "Musical Forces", 2012; Huron, "Sweet Anticipation", 2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.engine.composer.harmony import ChordTrack
from generation.engine.composer.rhythm import metric_weight
from generation.engine.composer.theory import local_scale

_FORBIDDEN = 60.0
_INTERVAL_COST = np.array([1.1, 0.0, 0.0, 0.6, 0.8, 1.7, 3.6, 2.3, 4.2, 4.4, 6.5, 8.0, 4.6])


@dataclass(frozen=True)
class PitchSpec:
    """`lowest`..`highest` are hard walls, `comfortable` soft ones. `targets` are wished pitches, one for each onset.

    `end_tones` are the pitch classes that the last note may have, best first. `taste` seeds small differences.
    """

    lowest: int
    highest: int
    comfortable: tuple[float, float]
    targets: tuple[float, ...]
    bonds: tuple[float, ...]
    """How firmly each move from a note to the next keeps the wished one: firm inside of a motif."""
    end_tones: tuple[int, ...]
    key_pcs: tuple[int, ...]
    beats_per_bar: int
    peak: int | None = None
    """Index of the note that should be the song's highest."""
    long_beats: float = 1.5
    """Notes as long as this are held, and belong to their chord wherever they stand."""
    pull: float = 0.28
    """What each semitone away from its target costs a note."""
    end_rank: float = 0.9
    """What it costs to end on the next best of `end_tones`."""
    intervals: tuple[float, ...] = (0.0,) * 25
    """The song's own taste for each move from 12 semitones down to 12 up: small costs that set its tunes apart."""
    turns: np.ndarray | None = None
    """(25, 25): the same for each two moves in a row, its own turns of phrase."""
    before: int | None = None
    """The pitch sung last, which the first note should be near to."""


def choose_pitches(
    onsets: list[float], durations: list[float], chords: ChordTrack, spec: PitchSpec, taste: np.ndarray
) -> list[int]:
    """One MIDI pitch for each onset (absolute beats). `taste` is (n, 128): a small cost for each pitch."""
    pitches = np.arange(spec.lowest, spec.highest + 1)
    places = [_place(i, onsets, durations, chords, spec, pitches) for i in range(len(onsets))]
    own = [cost + taste[i % len(taste)][pitches] for i, (cost, _) in enumerate(places)]
    foreign = [tones for _, tones in places]
    leap = _leaps(pitches, np.array(spec.intervals))
    if spec.before is not None:
        own[0] = own[0] + 0.6 * leap[np.clip(spec.before, spec.lowest, spec.highest) - spec.lowest]
    if len(onsets) == 1:
        return [int(pitches[np.argmin(own[0])])]
    steps = [_step_cost(i, leap, pitches, spec, foreign) for i in range(len(onsets) - 1)]
    return [int(pitches[i]) for i in _second_order(own, steps, _turns(pitches, spec.turns))]


def firmness(beat: float, duration_beats: float, beats_per_bar: int, long_beats: float) -> float:
    """What a note foreign to its chord costs: most on strong beats and when it is held."""
    weight = metric_weight(beat, beats_per_bar)
    return 7.0 if weight >= 0.75 or duration_beats >= long_beats else 5.0 if weight >= 0.55 else 0.5


def _place(
    index: int, onsets: list[float], durations: list[float], chords: ChordTrack, spec: PitchSpec, pitches: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Cost of each pitch for one note by itself, and what it costs each to be reached or left by a leap: a note foreign
    to its chord is prepared and resolved by step, most of all on a strong beat (Aldwell and Schachter, ch. 21)."""
    chord = chords.at(onsets[index])
    pcs = pitches % 12
    in_chord = np.isin(pcs, chord.pitch_classes)
    in_scale = np.isin(pcs, sorted(local_scale(spec.key_pcs, chord.pitch_classes)))
    firm = firmness(onsets[index], durations[index], spec.beats_per_bar, spec.long_beats)
    cost = np.where(in_scale, 0.0, _FORBIDDEN) + np.where(in_chord, 0.0, firm)
    low, high = spec.comfortable
    cost += 0.7 * np.maximum(0, low - pitches) + 0.7 * np.maximum(0, pitches - high)
    cost += spec.pull * np.abs(pitches - spec.targets[index])
    if index + 1 == len(onsets):
        rank = {pc: i for i, pc in enumerate(spec.end_tones)}
        cost += np.array([spec.end_rank * rank[pc] if pc in rank else 6.0 for pc in pcs])
    if spec.peak is not None:
        at_top = pitches == spec.highest
        cost += 400.0 * (~at_top if index == spec.peak else at_top)
    leapt = np.where(in_chord, 0.0, 4.0 if firm < 4.0 else 12.0)
    if index == 0:
        cost += 0.6 * leapt
    return cost, leapt


def _leaps(pitches: np.ndarray, taste: np.ndarray) -> np.ndarray:
    moved = pitches[None, :] - pitches[:, None]
    size = np.abs(moved)
    return np.where(size <= 12, _INTERVAL_COST[np.minimum(size, 12)] + taste[np.clip(moved, -12, 12) + 12], 30.0)


def _step_cost(
    index: int, leap: np.ndarray, pitches: np.ndarray, spec: PitchSpec, foreign: list[np.ndarray]
) -> np.ndarray:
    """Interval cost from note `index` to the next: the contour kept, foreign notes reached and left by step."""
    moved = pitches[None, :] - pitches[:, None]
    wished = spec.targets[index + 1] - spec.targets[index]
    far = np.abs(moved) > 2
    unresolved = far | (moved == 0) if foreign[index].max() > 4.0 else far
    by_leap = unresolved * foreign[index][:, None] + far * foreign[index + 1][None, :]
    return leap + spec.bonds[index] * np.abs(moved - wished) + by_leap


def _turns(pitches: np.ndarray, taste: np.ndarray | None) -> np.ndarray:
    """(previous, current, next) cost: a leap wants to turn back, two leaps one way are harsh, three of a pitch
    and rocking back and forth are dull."""
    first = (pitches[None, :] - pitches[:, None])[:, :, None]
    second = (pitches[None, :] - pitches[:, None])[None, :, :]
    onward = (np.abs(first) >= 5) & (first * second > 0)
    still = (first == 0) & (second == 0)
    rocking = (first + second == 0) & (first != 0)
    cost = 0.9 * onward + 1.2 * (onward & (np.abs(second) > 2)) + 0.5 * still + 0.6 * rocking
    if taste is not None:
        cost = cost + taste[np.clip(first, -12, 12) + 12, np.clip(second, -12, 12) + 12]
    return cost


def _second_order(own: list[np.ndarray], steps: list[np.ndarray], turns: np.ndarray) -> list[int]:
    total = own[0][:, None] + steps[0] + own[1][None, :]
    came = []
    for index in range(1, len(steps)):
        table = total[:, :, None] + turns
        origin = np.argmin(table, axis=0)
        total = np.min(table, axis=0) + steps[index] + own[index + 1][None, :]
        came.append(origin)
    before, at = np.unravel_index(int(np.argmin(total)), total.shape)
    path = [int(at), int(before)]
    for origin in reversed(came):
        path.append(int(origin[path[-1], path[-2]]))
    return path[::-1]

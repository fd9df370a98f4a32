"""When each syllable of a line is sung.

A dynamic program over a grid of onsets: stressed syllables on strong beats, unstressed ones off them, an even flow at
the line's own pace, a long last syllable, and a rest to breathe (stress to metre after Lerdahl and Jackendoff, "A
Generative Theory of Tonal Music", 1983, and Palmer and Kelly, "Linguistic prosody and musical meter in song", Journal
of Memory and Language 31, 1992). Lines of a section lean towards the first line's rhythm, which makes it a motif.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generation.engine.composer.spec import Phrase

MIN_SYLLABLE_S = 0.12
_INF = 1e9


@dataclass(frozen=True)
class RhythmSpec:
    """`span_beats` usable from `origin_beats` (beat of the window's start inside its bar; a pickup starts before it).

    `taste` holds a small cost for each grid slot of a bar; `motif` onsets (in beats from the window) that are cheaper.
    """

    bpm: float
    beats_per_bar: int
    origin_beats: float
    pickup_beats: float
    span_beats: float
    feel: str
    taste: tuple[float, ...]
    motif: frozenset[float] = frozenset()


def metric_weight(beat: float, beats_per_bar: int) -> float:
    """How strong a beat is, 0..1, by its place in the bar."""
    place = round((beat % beats_per_bar) * 16) / 16 % beats_per_bar
    if place == 0:
        return 1.0
    if place % 1.0 == 0:
        if beats_per_bar == 4:
            return 0.8 if place == 2 else 0.6
        return 0.62 if place == beats_per_bar - 1 else 0.58
    if place % 0.5 == 0:
        return 0.35
    return 0.18 if place % 0.25 == 0 else 0.06


def syllable_strengths(phrase: Phrase) -> list[float]:
    """0..1 for each syllable: lexical stress; a word of one unstressed syllable ("the") is weak."""
    return [(0.12, 0.5, 1.0)[s.stress] for word in phrase.words for s in word.syllables]


def place_syllables(phrase: Phrase, spec: RhythmSpec) -> list[float]:
    """Onsets in beats from the window's start (a pickup is negative), one for each syllable, strictly rising.

    The last syllable ends at `span_beats - pickup_beats` at the latest. Falls back on an even spread when no grid fits.
    """
    strengths = syllable_strengths(phrase)
    for step in _steps(spec, len(strengths)):
        onsets = _search(phrase, strengths, spec, step)
        if onsets is not None:
            return onsets
    hold = 0.12 * spec.span_beats
    pace = (spec.span_beats - hold) / max(1, len(strengths))
    return [i * pace - spec.pickup_beats for i in range(len(strengths))]


def _steps(spec: RhythmSpec, count: int) -> list[float]:
    """Grids from coarse to fine, each with a slot for each syllable, none shorter than the shortest vowel."""
    beat_s = 60.0 / spec.bpm
    usable = max(0.25, spec.span_beats - 0.6 / beat_s)
    wanted = usable / max(1, count)
    steps = [s for s in (0.5, 0.25, 0.125) if s * beat_s >= MIN_SYLLABLE_S - 1e-9]
    first = [s for s in steps if s <= wanted * 1.02] or steps[-1:]
    return [*first, *[s for s in steps if s < first[0] and s not in first]]


def _search(phrase: Phrase, strengths: list[float], spec: RhythmSpec, step: float) -> list[float] | None:
    count, slots = len(strengths), round(spec.span_beats / step)
    if slots < count:
        return None
    beats = np.arange(slots) * step - spec.pickup_beats
    weights = np.array([metric_weight(spec.origin_beats + b, spec.beats_per_bar) for b in beats])
    place = _place_costs(strengths, weights, beats, spec)
    place[0] += _start_costs(beats, spec)
    longest = min(slots, max(2, round(_longest_gap(spec) / step)))
    gaps = _gap_costs(phrase, strengths, spec, step, longest)
    best, came = _forward(place, gaps, weights, _word_relations(phrase), longest)
    end = spec.span_beats - spec.pickup_beats
    best = best + _hold_costs(beats, end, spec, count)
    at = int(np.argmin(best))
    if best[at] >= _INF / 2:
        return None
    path = [at]
    for index in range(count - 1, 0, -1):
        at -= int(came[index][at])
        path.append(at)
    return [float(beats[i]) for i in reversed(path)]


def _longest_gap(spec: RhythmSpec) -> float:
    return max(2.5, 1.6 * spec.bpm / 60.0)


def _place_costs(strengths: list[float], weights: np.ndarray, beats: np.ndarray, spec: RhythmSpec) -> np.ndarray:
    power = np.array(strengths)[:, None]
    cost = np.where(power >= 0.5, (1.0 - weights) * 1.5 * power, np.maximum(0.0, weights - 0.3) * 1.1)
    taste = np.array(
        [spec.taste[int(((spec.origin_beats + b) % spec.beats_per_bar) * 8) % len(spec.taste)] for b in beats]
    )
    motif = np.array([0.0 if not spec.motif or round(float(b), 3) in spec.motif else 0.35 for b in beats])
    return cost + taste + motif


def _start_costs(beats: np.ndarray, spec: RhythmSpec) -> np.ndarray:
    late = np.maximum(0.0, beats - 0.5)
    return 0.5 * late + np.where(beats > spec.beats_per_bar, 3.0, 0.0)


def _gap_costs(phrase: Phrase, strengths: list[float], spec: RhythmSpec, step: float, longest: int) -> np.ndarray:
    """Cost of each distance in steps (column 0 unused) from a syllable to the next."""
    count = len(strengths)
    pace = min(spec.span_beats * 0.86 / max(1, count), 0.62 * spec.bpm / 60.0)
    sizes = np.arange(longest + 1) * step
    spread = {"chant": 2.4, "straight": 1.0, "march": 0.8, "lilt": 0.9, "syncopated": 1.2}[spec.feel]
    pauses = _pauses(phrase)
    costs = np.full((count, longest + 1), _INF)
    for index in range(count - 1):
        wanted = pace * (1.2 if strengths[index] >= 0.5 else 0.85) * (1.8 if pauses[index] else 1.0)
        ratio = np.log2(np.maximum(sizes[1:], 1e-6) / wanted)
        costs[index, 1:] = spread * ratio**2 + np.where(sizes[1:] * 60.0 / spec.bpm < 0.2, 1.2, 0.0)
        costs[index, 1:] += np.where((sizes[1:] > 2.2 * pace + step) & (not pauses[index]), 0.8, 0.0)
    return costs


def _pauses(phrase: Phrase) -> list[bool]:
    """True at the last syllable of a word that ends with a comma or its like."""
    flags: list[bool] = []
    for word in phrase.words:
        flags.extend([False] * (len(word.syllables) - 1))
        flags.append(word.text.rstrip("\"'”’)").endswith((",", ";", ":", ".", "!", "?", "…")))
    return flags


def _word_relations(phrase: Phrase) -> list[int]:
    """Between syllable i and i + 1: 1 when the first must be the stronger, -1 the second, 0 no matter.

    2 and -2 inside of a word, where a wrong stress is heard most.
    """
    found: list[int] = []
    flat = [(w, s.stress) for w, word in enumerate(phrase.words) for s in word.syllables]
    for (word_a, a), (word_b, b) in zip(flat, flat[1:], strict=False):
        inside = 2 if word_a == word_b else 1
        found.append(inside if a > b else -inside if b > a else 0)
    return found


def _forward(
    place: np.ndarray, gaps: np.ndarray, weights: np.ndarray, relations: list[int], longest: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Cheapest cost of the last syllable at each slot, and for each syllable the gap that led to the slot."""
    slots = len(weights)
    best, came = place[0].copy(), [np.zeros(slots, dtype=np.int64)]
    price = {2: 2.6, 1: 0.5, 0: 0.0}
    for index, relation in enumerate(relations):
        fresh = np.full(slots, _INF)
        origin = np.zeros(slots, dtype=np.int64)
        sign, cost = (1.0 if relation > 0 else -1.0), price[abs(relation)]
        for gap in range(1, min(longest, slots - 1) + 1):
            wrong = (weights[:-gap] - weights[gap:]) * sign <= 1e-9
            value = best[:-gap] + gaps[index, gap] + (cost * wrong if cost else 0.0)
            better = value < fresh[gap:]
            fresh[gap:][better] = value[better]
            origin[gap:][better] = gap
        best = np.minimum(fresh + place[index + 1], _INF)
        came.append(origin)
    return best, came


def _hold_costs(beats: np.ndarray, end: float, spec: RhythmSpec, count: int) -> np.ndarray:
    """The last syllable wants about a second (twice the pace in a hurried line), and at least a third of one."""
    wanted_s = min(1.25, max(0.45, 2.2 * spec.span_beats / count * 60.0 / spec.bpm))
    left_s = (end - beats) * 60.0 / spec.bpm
    cost = 0.6 * np.log2(np.maximum(left_s, 1e-3) / wanted_s) ** 2
    return cost + np.where(left_s < 0.32, 6.0, 0.0) + np.where(left_s < 0.6, 1.0, 0.0)

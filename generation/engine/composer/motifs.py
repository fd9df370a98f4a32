"""Motifs and what becomes of them in the lines of a section: repeated, sequenced, inverted, augmented, broken up.

A section kind owns one motif of a few scale steps. The plan of its lines says how each line treats it, so that the ear
hears one thing developed: a sentence states an idea, repeats it, breaks it up and closes; a period asks and answers
with the same beginning (Schoenberg, "Fundamentals of Musical Composition", 1967; Caplin, "Classical Form", 1998).
What makes a motif singable is Huron's: small steps, a rare leap that turns back, a small compass ("Sweet
Anticipation", 2006, ch. 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.profile import StyleProfile
from generation.engine.lyrics.types import SectionKind as K

_Plan = tuple[tuple[str, int], ...]
_PLANS: dict[str, tuple[_Plan, ...]] = {
    "sentence": (
        (("as", 0), ("as", 1), ("tail", 2), ("as", 0)),
        (("as", 0), ("as", 2), ("invert", 1), ("as", 0)),
        (("as", 0), ("as", -1), ("fragment", 1), ("augment", 0)),
        (("as", 0), ("as", 1), ("fragment", 2), ("invert", 1)),
    ),
    "period": (
        (("as", 0), ("invert", 1), ("as", 0), ("tail", 0)),
        (("as", 0), ("tail", 1), ("as", 0), ("invert", 0)),
        (("as", 0), ("fragment", 1), ("as", 0), ("augment", -1)),
    ),
    "rise": (
        (("as", 0), ("as", 0), ("as", 2), ("as", 0)),
        (("as", 0), ("as", 1), ("as", 3), ("tail", 1)),
        (("as", 0), ("as", 0), ("fragment", 2), ("as", 0)),
    ),
    "ladder": ((("as", 0), ("as", 1), ("as", 2), ("as", 3)), (("as", 0), ("as", 2), ("fragment", 3), ("as", 4))),
    "answer": (
        (("invert", 0), ("as", 0), ("invert", 1), ("tail", 0)),
        (("augment", 0), ("augment", 1), ("as", 2), ("as", 0)),
        (("tail", 0), ("tail", 1), ("as", 2), ("invert", 0)),
    ),
}
_BY_KIND = {
    K.VERSE: ("sentence", "period"),
    K.CHORUS: ("rise", "sentence"),
    K.PRE_CHORUS: ("ladder",),
    K.BRIDGE: ("answer", "period"),
}
_CADENCES = (
    (2, 1, 0),
    (-2, -1, 0),
    (1, -1, 0),
    (-1, 1, 0),
    (2, 2, 0),
    (0, 1, 0),
    (3, 1, 0),
    (-1, -1, 0),
    (0, 0, 0),
    (2, -1, 0),
    (-2, 1, 0),
    (1, 1, 0),
)
"""How a line may come to its last note, in scale steps from it: the closing formula is part of the song's idea."""
_CANDIDATES = 120
_KEPT = 36
"""Of so many motifs bent from the style's shapes, the seed takes one of the most singable."""


@dataclass(frozen=True)
class Motif:
    """`steps` are scale steps from the first note; `plan` one (treatment, transposition) for each line of four."""

    steps: tuple[int, ...]
    plan: _Plan
    start_degree: int
    fragment: tuple[int, ...] = (0, 1, 0)
    """A piece of the motif as moves around its first note: what a line goes on with."""
    cadence: tuple[int, ...] = (2, 1, 0)

    def line(self, number: int, count: int = 4) -> tuple[int, ...]:
        """The motif as line `number` of a section of `count` lines treats it, in scale steps from the base note. The
        last line has the last treatment, however many there are."""
        last = number + 1 == count and count > 1
        treatment, shift = self.plan[3 if last else number % len(self.plan)]
        steps = _TREATMENTS[treatment](self.steps)
        return tuple(int(s) + shift + self.start_degree for s in steps)


def _inverted(steps: tuple[int, ...]) -> list[int]:
    return [max(0, steps[0]) - s for s in steps]


def _tail(steps: tuple[int, ...]) -> list[int]:
    tail = list(steps[len(steps) // 2 :])
    return [*tail, *(s - 1 for s in tail)]


def _augmented(steps: tuple[int, ...]) -> list[int]:
    """Each step held over two syllables."""
    return [s for s in steps[:4] for _ in (0, 1)]


def _fragmented(steps: tuple[int, ...]) -> list[int]:
    """The head, and the head again a step higher."""
    head = list(steps[:3])
    return [*head, *(s + 1 for s in head)]


_TREATMENTS = {"as": list, "invert": _inverted, "tail": _tail, "augment": _augmented, "fragment": _fragmented}


def make_motif(profile: StyleProfile, kind: K, seed: int) -> Motif:
    """The motif of a kind of section: one of the style's shapes, bent by the seed into something singable."""
    return _motif_of(profile.shapes, kind, seed)


@lru_cache(maxsize=64)  # a song asks for its few motifs at every section and part
def _motif_of(shapes: tuple[tuple[int, ...], ...], kind: K, seed: int) -> Motif:
    rng = generator(seed, "motif", kind.value)
    taken = generator(seed, "shapes").permutation(len(shapes))
    order = {K.CHORUS: 0, K.VERSE: 1, K.BRIDGE: 2, K.PRE_CHORUS: 3}.get(kind, 4)
    shape = shapes[int(taken[order % len(taken)])]
    bent = {_bent(shape, rng) for _ in range(_CANDIDATES)}
    best = sorted(bent, key=lambda steps: (_harshness(steps), steps))[:_KEPT]
    steps = best[int(rng.integers(len(best)))]
    names = _BY_KIND.get(kind, ("sentence",))
    plans = _PLANS[names[int(rng.integers(len(names)))]]
    start = int(rng.choice((-1, 0, 0, 1, 2, 3, 4) if kind is not K.CHORUS else (0, 1, 2, 3, 4, 4)))
    cadence = _CADENCES[int(rng.integers(len(_CADENCES)))]
    return Motif(steps, plans[int(rng.integers(len(plans)))], start, _fragment(steps, rng), cadence)


def _fragment(steps: tuple[int, ...], rng: np.random.Generator) -> tuple[int, ...]:
    """Three or four notes of the motif, from anywhere in it, as they are or upside down."""
    size = 3 + int(rng.integers(2))
    at = int(rng.integers(max(1, len(steps) - size + 1)))
    sign = 1 if rng.random() < 0.65 else -1
    return tuple(int(np.clip(sign * (s - steps[at]), -3, 3)) for s in steps[at : at + size])


def _bent(shape: tuple[int, ...], rng: np.random.Generator) -> tuple[int, ...]:
    steps = list(shape)
    for _ in range(1 + int(rng.integers(3))):
        steps[1 + int(rng.integers(len(steps) - 1))] += int(rng.choice((-2, -1, 1, 2)))
    if rng.random() < 0.45:
        at = 1 + int(rng.integers(len(steps) - 1))
        steps.insert(at, round((steps[at - 1] + steps[at]) / 2) + int(rng.integers(-1, 2)))
    return tuple(steps)


def _harshness(steps: tuple[int, ...]) -> float:
    """What speaks against a motif: leaps that do not turn back, a wide compass, a figure that only rocks or rests."""
    moves = np.diff(steps)
    leaps = np.abs(moves) >= 3
    cost = 0.8 * max(0, int(leaps.sum()) - 1) + 2.5 * float(np.sum(np.abs(moves) > 4))
    for i in np.flatnonzero(leaps):
        turned = i + 1 < len(moves) and moves[i] * moves[i + 1] < 0 and abs(moves[i + 1]) <= 2
        cost += 0.0 if turned or i + 1 == len(moves) else 0.9
    cost += 0.7 * max(0, max(steps) - min(steps) - 5) + 1.5 * (len(set(steps)) < 3)
    rocking = sum(a == -b and a != 0 for a, b in zip(moves, moves[1:], strict=False))
    cost += 0.9 * rocking + 0.6 * max(0, int(np.sum(moves == 0)) - 1)
    turns = sum(a * b < 0 for a, b in zip(moves, moves[1:], strict=False))
    return cost + 0.4 * max(0, turns - 2) + (0.5 if turns == 0 and len(moves) > 3 else 0.0)


def stretch(
    steps: tuple[int, ...],
    pickups: int,
    count: int,
    end_step: int,
    fragment: tuple[int, ...] = (0, 1, 0),
    cadence: tuple[int, ...] = (2, 1, 0),
) -> list[float]:
    """Wished scale steps for `count` syllables: pickups lead in from below, then the motif; a piece of it goes on
    towards the end, which is reached by the closing formula."""
    wished: list[float] = [steps[0] - (1 if pickups == 1 else 2) + min(i, 1) for i in range(pickups)]
    wished.extend(steps)
    rest = count - len(wished)
    if rest <= 0:
        wished = wished[:count]
        wished[-1] = float(end_step)
        if count > 2:
            wished[-2] = (wished[-3] + end_step) / 2
        return wished
    return [*wished, *_continued(steps[-1], rest, end_step, fragment, cadence)]


def _continued(
    start: int, rest: int, end_step: int, fragment: tuple[int, ...], cadence: tuple[int, ...]
) -> list[float]:
    closing = min(len(cadence), rest)
    middle = rest - closing
    target = end_step + cadence[-closing]
    through = [
        float(round(start + (target - start) * (i + 1) / (middle + 1)) + fragment[i % len(fragment)])
        for i in range(middle)
    ]
    return [*through, *(float(end_step + step) for step in cadence[-closing:])]

"""Motifs and what becomes of them in the lines of a section: repeated, sequenced, inverted, varied.

A section kind owns one motif of a few scale steps. The plan of its lines says how each line treats it, so that the ear
hears one thing developed (Schoenberg, "Fundamentals of Musical Composition": sentence and period).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.profile import StyleProfile
from generation.engine.lyrics.types import SectionKind as K

_PLANS: dict[str, tuple[tuple[tuple[str, int], ...], ...]] = {
    "sentence": ((("as", 0), ("as", 1), ("tail", 2), ("as", 0)), (("as", 0), ("as", 2), ("invert", 1), ("as", 0))),
    "period": ((("as", 0), ("invert", 0), ("as", 0), ("as", -1)), (("as", 0), ("tail", 1), ("as", 0), ("invert", 0))),
    "rise": ((("as", 0), ("as", 0), ("as", 2), ("as", 0)), (("as", 0), ("as", 1), ("as", 3), ("tail", 1))),
    "ladder": ((("as", 0), ("as", 1), ("as", 2), ("as", 3)), (("as", 0), ("as", 2), ("tail", 3), ("as", 4))),
    "answer": (
        (("invert", 0), ("as", 0), ("invert", 1), ("tail", 0)),
        (("tail", 0), ("tail", 1), ("as", 2), ("as", 0)),
    ),
}
_BY_KIND = {
    K.VERSE: ("sentence", "period"),
    K.CHORUS: ("rise", "sentence"),
    K.PRE_CHORUS: ("ladder",),
    K.BRIDGE: ("answer", "period"),
}


@dataclass(frozen=True)
class Motif:
    """`steps` are scale steps from the first note; `plan` one (treatment, transposition) for each line of four."""

    steps: tuple[int, ...]
    plan: tuple[tuple[str, int], ...]
    start_degree: int

    def line(self, number: int) -> tuple[int, ...]:
        """The motif as line `number` of a section treats it, in scale steps from the section's base note."""
        treatment, shift = self.plan[number % len(self.plan)]
        steps = np.array(self.steps)
        if treatment == "invert":
            steps = -steps + max(0, int(self.steps[0]))
        elif treatment == "tail":
            tail = steps[len(steps) // 2 :]
            steps = np.concatenate([tail, tail - 1])
        return tuple(int(s) + shift + self.start_degree for s in steps)


def make_motif(profile: StyleProfile, kind: K, seed: int) -> Motif:
    """The motif of a kind of section: one of the style's shapes, bent by the seed."""
    rng = generator(seed, "motif", kind.value)
    taken = generator(seed, "shapes").permutation(len(profile.shapes))
    order = {K.CHORUS: 0, K.VERSE: 1, K.BRIDGE: 2, K.PRE_CHORUS: 3}.get(kind, 4)
    steps = list(profile.shapes[int(taken[order % len(taken)])])
    for _ in range(1 + int(rng.integers(2))):
        steps[1 + int(rng.integers(len(steps) - 1))] += int(rng.choice((-2, -1, 1, 2)))
    if rng.random() < 0.5:
        steps.insert(1 + int(rng.integers(len(steps) - 1)), int(rng.integers(-1, 5)))
    for i in range(1, len(steps)):  # a motif that people can sing back: no leap above a fifth, a sixth in all
        steps[i] = max(-1, min(4, steps[i], steps[i - 1] + 4), steps[i - 1] - 4)
    names = _BY_KIND.get(kind, ("sentence",))
    plans = _PLANS[names[int(rng.integers(len(names)))]]
    start = int(rng.choice((0, 0, 2, 4) if kind is not K.CHORUS else (0, 2, 4, 4)))
    return Motif(tuple(steps), plans[int(rng.integers(len(plans)))], start)


def stretch(steps: tuple[int, ...], pickups: int, count: int, end_step: int) -> list[float]:
    """Wished scale steps for `count` syllables: pickups lead in from below, then the motif, its sequence, and home."""
    wished: list[float] = [steps[0] - (1 if pickups == 1 else 2) + min(i, 1) for i in range(pickups)]
    round_number = 0
    while len(wished) < count:
        wished.extend(s - round_number for s in steps)
        round_number += 1
    wished = wished[:count]
    bend = min(3, count - 1)
    for back in range(bend + 1):
        share = 1.0 - back / (bend + 1)
        wished[count - 1 - back] += (end_step - wished[count - 1 - back]) * share
    return wished

"""A grammar of chord progressions: phrases are derived from functions, and elaborated by rewriting.

A phrase is a tonic region that is prepared by dominants and they by subdominants, recursively (TR -> DR t,
DR -> SR d, and each region may be prolonged: Rohrmeier, "Towards a generative syntax of tonal harmony", Journal of
Mathematics and Music 5/1, 2011). Any chord may be preceded by its own dominant (X -> D(X) X: Steedman, "A generative
grammar for jazz chord sequences", Music Perception 2/1, 1984). Rock and film music take their loops as they are and
change their ends (de Clercq and Temperley, "A corpus analysis of rock harmony", Popular Music 30/1, 2011; Lehman,
"Hollywood Harmony", 2018); which chord carries which function is the dialect of a style and mode.

A progression here is a tuple of bars, a bar a tuple of chord names (see `theory.parse_roman`).
"""

from __future__ import annotations

import numpy as np

from generation.engine.composer.profile import Dialect
from generation.engine.composer.theory import parse_roman

Bars = tuple[tuple[str, ...], ...]

_ROOTS = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")


def derive(bars: int, dialect: Dialect, rng: np.random.Generator, *, closes: bool) -> Bars:
    """A phrase of `bars` >= 1 bars that begins on its tonic and ends on it (`closes`) or open, on a dominant."""
    functions = _tonic_region(bars, rng) if closes else _open_phrase(bars, rng)
    surface: list[str] = []
    for number, function in enumerate(functions):
        surface.append(_surface(function, dialect, rng, first=number == 0, before=surface[-1] if surface else ""))
    if closes:
        surface[-1] = dialect.tonics[0]
    return tuple((name,) for name in surface)


def _open_phrase(bars: int, rng: np.random.Generator) -> list[str]:
    """A half cadence: a tonic region and its dominant, mostly prepared by a subdominant."""
    prepared = 1 if bars >= 3 and rng.random() < 0.7 else 0
    return [*_tonic_region(bars - 1 - prepared, rng), *["s"] * prepared, "d"]


def _tonic_region(bars: int, rng: np.random.Generator) -> list[str]:
    if bars <= 1:
        return ["t"] * bars
    if bars == 2:  # prolonged by its substitute, by a plagal or by a dominant neighbour
        return ["t", str(rng.choice(("t", "s", "d"), p=(0.45, 0.35, 0.2)))]
    if bars >= 4 and rng.random() < 0.4:  # TR -> TR TR
        first = int(rng.integers(1, bars - 1))
        return [*_tonic_region(first, rng), *_tonic_region(bars - first, rng)]
    return ["t", *_dominant_region(bars - 2, rng), "t"]


def _dominant_region(bars: int, rng: np.random.Generator) -> list[str]:
    if bars <= 0:
        return []
    if bars == 1:
        return ["d"] if rng.random() < 0.6 else ["s"]
    dominants = 1 if bars == 2 or rng.random() < 0.7 else 2
    return [*["s"] * (bars - dominants), *["d"] * dominants]


def _surface(function: str, dialect: Dialect, rng: np.random.Generator, *, first: bool, before: str) -> str:
    if first and function == "t":
        return dialect.tonics[0]
    names = {"t": dialect.tonics, "s": dialect.subdominants, "d": dialect.dominants}[function]
    stays = [bool(before) and _same_root(name, before) for name in names]
    weights = np.array([(0.03 if same else 1.0) / (1 + i) for i, same in enumerate(stays)])
    return names[int(rng.choice(len(names), p=weights / weights.sum()))]


def elaborate(bars: Bars, dialect: Dialect, rng: np.random.Generator, following: str = "") -> Bars:
    """The same progression, told again: a chord exchanged for one of its function, a bar shared with the dominant of
    what follows or with a borrowed chord. Where it begins and ends stays."""
    told = list(bars)
    heads = [bar[0] for bar in told] + [following or told[0][0]]
    for i in range(1, len(told)):
        if len(told[i]) > 1:
            continue
        name, ahead = told[i][0], heads[i + 1]
        draw = rng.random()
        if draw < dialect.applied and (dominant := applied_dominant(ahead, name)):
            told[i] = (name, dominant)
        elif draw < dialect.applied + dialect.borrowing and name in dict(dialect.borrowed):
            told[i] = (name, dict(dialect.borrowed)[name])
        elif draw < dialect.applied + dialect.borrowing + dialect.exchange and i + 1 < len(told):
            told[i] = (_exchanged(name, dialect, rng, heads[i - 1], ahead),)
    return tuple(told)


def applied_dominant(target: str, before: str) -> str:
    """ "vi" -> "III7", the dominant seventh a fifth above a chord; "" where it says nothing new or has no tonic."""
    chord = parse_roman(target)
    if chord.suffix in ("dim", "m7b5", "5") or chord.root == 0:
        return ""
    root = (chord.root + 7) % 12
    return "" if root == parse_roman(before).root else _ROOTS[root] + "7"


def _exchanged(name: str, dialect: Dialect, rng: np.random.Generator, before: str, after: str) -> str:
    for names in (dialect.subdominants, dialect.dominants, dialect.tonics[1:]):
        if name in names:
            others = [n for n in names if not any(_same_root(n, other) for other in (name, before, after))]
            return others[int(rng.integers(len(others)))] if others else name
    return name


def _same_root(a: str, b: str) -> bool:
    return parse_roman(a).root == parse_roman(b).root


def over_pedal(bars: Bars) -> Bars:
    """The progression above a held tonic in the bass; a chord that fights it (a tritone above) keeps its own bass."""
    return tuple(tuple(_on_tonic(name) for name in bar) for bar in bars)


def _on_tonic(name: str) -> str:
    head = name.split("/")[0]
    root = parse_roman(head).root
    return head if root in (0, 6) else f"{head}/1"

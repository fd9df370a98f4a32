"""The table: figures down, voices across, the bound of issue 3 at the end, a star where a voice misses it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.singer.figures import Figures
from benchmarks.singer.takes import Cost
from tests.judges.spectrum import natural_treble_db

NATURAL_DB = natural_treble_db()
SOLO = ("heroic_male", "soprano", "alto")
SUNG = (*SOLO, "whisper", "choir")


@dataclass(frozen=True)
class Line:
    """`bounds` by voice: (lowest, highest) that passes."""

    title: str
    value: Callable[[Figures, Cost], float]
    bound: str
    bounds: Mapping[str, tuple[float, float]]
    form: str = "{:.1f}"


def _for(voices: tuple[str, ...], low: float, high: float) -> dict[str, tuple[float, float]]:
    return dict.fromkeys(voices, (low, high))


_MOST = math.inf
LINES = (
    Line(
        "word errors %",
        lambda f, c: f.word_errors,
        "5 lead, 7 whisper, 10 choir",
        {**_for(SOLO, 0, 5), "whisper": (0, 7), "choir": (0, 10)},
    ),
    Line("vowel frames within 50 cents %", lambda f, c: f.frames_in_tune, ">= 96", _for(SOLO, 96, 100)),
    Line("notes within 25 cents %", lambda f, c: f.notes_in_tune, ">= 97", _for(SOLO, 97, 100)),
    Line("vowels within 12 dB %", lambda f, c: f.levels_within, "100", _for(SUNG, 100, 100)),
    Line("farthest vowel, dB", lambda f, c: f.worst_level_db, "<= 12", _for(SUNG, 0, 12)),
    Line("vowel starts off by, median ms", lambda f, c: f.start_median_ms, "<= 20", _for(SOLO, 0, 20), "{:.0f}"),
    Line("vowel starts off by, 95 % ms", lambda f, c: f.start_p95_ms, "<= 60", _for(SOLO, 0, 60), "{:.0f}"),
    Line(
        "DNSMOS OVRL",
        lambda f, c: f.dnsmos,
        ">= 3.1 man and alto, 2.8 soprano",
        {"heroic_male": (3.1, 5), "alto": (3.1, 5), "soprano": (2.8, 5)},
        "{:.2f}",
    ),
    Line(
        "verses judged a man's %", lambda f, c: f.judged_male, ">= 90 heroic_male", {"heroic_male": (90, 100)}, "{:.0f}"
    ),
    Line(
        "12-18 kHz against 4-12 kHz, dB",
        lambda f, c: f.treble_db,
        f"within 6 of {NATURAL_DB:.1f}",
        _for(SOLO, NATURAL_DB - 6, NATURAL_DB + 6),
    ),
    Line(
        "CPU s per s",
        lambda f, c: c.cpu_per_s,
        "<= 0.05 solo, 0.3 choir",
        {**_for((*SOLO, "whisper"), 0, 0.05), "choir": (0, 0.3)},
        "{:.3f}",
    ),
    Line("peak memory, MB", lambda f, c: c.peak_mb, "<= 400", _for(SUNG, 0, 400), "{:.0f}"),
)


def told(figures: Mapping[str, Figures], costs: Mapping[str, Cost]) -> str:
    rows = tuple(figures)
    lines = [f"{'':32}" + "".join(f"{row:>13}" for row in rows) + "   at most / at least"]
    for line in LINES:
        cells = "".join(_cell(line, row, line.value(figures[row], costs[row])) for row in rows)
        lines.append(f"{line.title:32}{cells}   {line.bound}")
    return "\n".join([*lines, "* misses the bound"])


def _cell(line: Line, row: str, value: float) -> str:
    if math.isnan(value):
        return f"{'-':>13}"
    low, high = line.bounds.get(row, (-_MOST, _MOST))
    missed = not low <= value <= high
    return f"{line.form.format(value) + ('*' if missed else ' '):>13}"

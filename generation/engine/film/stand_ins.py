"""When a place cannot be painted: the places that may stand in for it, and what is said of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from generation.engine.film.types import Look, Shot, Storyboard
from generation.engine.film.worlds import SPARE_WORLD


class PainterFailed(Exception):
    """A world could not be painted, opened or drawn for a shot."""

    def __init__(self, shot: Shot, look: Look) -> None:
        super().__init__(f"{look.world} failed in shot {shot.index}")
        self.shot, self.look = shot, look


def stand_ins(board: Storyboard, shot: Shot) -> Iterator[Look]:
    """The places of the nearest shots in other worlds, the earlier of two first; at last a sky that needs no more than
    a gradient. The same board gives the same order, whichever worker asks."""
    tried = {shot.look.world}
    for other in sorted(board.shots, key=lambda other: (abs(other.index - shot.index), other.index)):
        if other.look.world not in tried:
            tried.add(other.look.world)
            yield other.look
    yield Look(SPARE_WORLD, "dusk", 0.5, shot.seed)


def note_path(segment: Path) -> Path:
    """Beside a segment that shows a stand-in lies a note; without one, it shows what was planned."""
    return segment.with_suffix(".note.json")


def write_note(segment: Path, replaced: Iterable[tuple[Shot, Look, Look]], fps: int) -> None:
    """`replaced`: shots with the place that was planned and the one that is shown."""
    facts = [
        {"world": planned.world, "instead": shown.world, "start_s": shot.start_frame / fps}
        for shot, planned, shown in replaced
    ]
    if facts:
        note_path(segment).write_text(json.dumps(facts))


def read_notices(segments: Iterable[Path]) -> tuple[str, ...]:
    """One sentence for each place that could not be painted and what is shown instead."""
    times: dict[tuple[str, str], list[float]] = {}
    for segment in segments:
        if note_path(segment).is_file():
            for fact in json.loads(note_path(segment).read_text()):
                starts = times.setdefault((fact["world"], fact["instead"]), [])
                if fact["start_s"] not in starts:
                    starts.append(fact["start_s"])
    return tuple(_sentence(world, instead, starts) for (world, instead), starts in times.items())


def _sentence(world: str, instead: str, starts_s: list[float]) -> str:
    shown = [f"{int(start) // 60}:{int(start) % 60:02d}" for start in sorted(starts_s)]
    where = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
    what = "the shot at" if len(shown) == 1 else "the shots at"
    planned, other = world.replace("_", " "), instead.replace("_", " ")
    verb = "shows" if len(shown) == 1 else "show"
    return f"The {planned} could not be painted: {what} {where} {verb} the {other} instead."

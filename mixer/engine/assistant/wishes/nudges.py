"""Moves of single controls, kept within what is safe, for the whole song or a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from codecraft.common.codec import encode
from codecraft.common.errors import InvalidInput
from mixer.engine.assistant.types import SongSection
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.paths import value_at, with_value
from mixer.engine.console.schema import MAX_EFFECTS, lane_range
from mixer.engine.console.state import LOWEST_DB, Change, ConsoleState, EffectSlot, Lane, Point

_RAMP_S = 0.15
_FIRST_SEND_DB = -21.0
"""A silent send that is to be heard starts here."""


@dataclass(frozen=True)
class Nudge:
    """Move the number at `path` by `delta`, never beyond `lowest` and `highest`; with `exactly` set what stands there.
    `slot` is put into its strip first where it is missing. `what` names the control in a sentence (none: unsaid)."""

    path: str
    delta: float = 0.0
    lowest: float = 0.0
    highest: float = 0.0
    what: str = ""
    unit: str = "dB"
    slot: EffectSlot | None = None
    exactly: Any = None


class Bench:
    """A state being moved, with the changes that did it and how a sentence tells them."""

    def __init__(self, state: ConsoleState) -> None:
        self.state = state
        self.changes: list[Change] = []
        self.told: list[str] = []
        self.furthest_db = 0.0
        """The largest step of a control in decibels, to be held against what a person named."""

    def move(self, nudge: Nudge, windows: Sequence[SongSection] = ()) -> None:
        """Do it; nothing is changed where the control stands at its bound already, or cannot move in time."""
        if nudge.slot is not None and not self._has_room_for(nudge):
            return
        if nudge.exactly is not None:
            if value_at(self.state, nudge.path) != nudge.exactly:
                self.set(nudge.path, nudge.exactly)
            return
        before = number_at(self.state, nudge.path)
        if before <= LOWEST_DB and nudge.path.endswith("/level_db"):
            if nudge.delta <= 0.0:
                return
            before = _FIRST_SEND_DB
        after = min(max(before + nudge.delta, min(before, nudge.lowest)), max(before, nudge.highest))
        moved = round(after - before, 3)
        if abs(moved) < 1e-6:
            return
        lane = f"lanes/{nudge.path}"
        standing = value_at(self.state, lane)
        if windows:
            if not self._moves_in_time(nudge.path):
                return
            self.set(lane, _raised(standing, before, moved, windows))
        elif standing is not None:
            self.set(lane, _shifted(standing, moved, *lane_range(self.state, nudge.path)))
        else:
            self.set(nudge.path, round(before + moved, 3))
        if nudge.unit == "dB":
            self.furthest_db = max(self.furthest_db, abs(moved))
        if nudge.what:
            self.told.append(f"{nudge.what} {moved:+.1f} dB" if nudge.unit else f"{nudge.what} {moved:+.2f}")

    def set(self, path: str, after: Any) -> None:
        self.changes.append(Change(path, value_at(self.state, path), after))
        self.state = with_value(self.state, path, after)

    def _has_room_for(self, nudge: Nudge) -> bool:
        strip_id, _, _ = nudge.path.partition("/")
        path = f"{strip_id}/effects/{nudge.slot.id}"
        standing = value_at(self.state, path)
        if standing is None:
            if len(value_at(self.state, f"{strip_id}/effects")) >= MAX_EFFECTS:
                return False
            self.set(path, encode(nudge.slot))
        elif standing["bypass"]:
            self.set(f"{path}/bypass", False)
        return True

    def _moves_in_time(self, path: str) -> bool:
        try:
            lane_range(self.state, path)
        except InvalidInput:
            return False
        return True


def number_at(state: ConsoleState, path: str) -> float:
    """The number of a control, its default where an effect leaves it out."""
    value = value_at(state, path)
    if value is None and "/params/" in path:
        kind = EFFECT_KINDS[value_at(state, path.partition("/params/")[0])["kind"]]
        value = next(param.default for param in kind.params if param.name == path.rpartition("/")[2])
    return float(value)


def _points(standing: list[dict[str, float]]) -> list[Point]:
    return [Point(point["at_s"], point["value"]) for point in standing]


def _shifted(standing: list[dict[str, float]], moved: float, lowest: float, highest: float) -> list[dict[str, float]]:
    return [encode(replace(p, value=round(min(highest, max(lowest, p.value + moved)), 3))) for p in _points(standing)]


def _raised(
    standing: list[dict[str, float]] | None, base: float, moved: float, windows: Sequence[SongSection]
) -> list[dict[str, float]]:
    """A lane that is higher by `moved` within the windows, with short ramps at their borders."""
    lane = Lane("", tuple(_points(standing)) if standing else (Point(0.0, base),))
    times = {point.at_s for point in lane.points}
    for window in windows:
        for border_s in (window.start_s, window.end_s):
            times |= {round(max(0.0, border_s + side), 3) for side in (-_RAMP_S, _RAMP_S)}
    return [
        {"at_s": at_s, "value": round(_value(lane, at_s) + moved * _share(at_s, windows), 3)} for at_s in sorted(times)
    ]


def _value(lane: Lane, at_s: float) -> float:
    """The lane's value at a time: straight lines between its points."""
    before = [p for p in lane.points if p.at_s <= at_s]
    after = [p for p in lane.points if p.at_s > at_s]
    if not before or not after:
        return (before[-1] if before else after[0]).value
    a, b = before[-1], after[0]
    return a.value + (b.value - a.value) * (at_s - a.at_s) / (b.at_s - a.at_s)


def _share(at_s: float, windows: Sequence[SongSection]) -> float:
    """How far a time lies within the windows: 1 inside, 0 outside, between on the ramps."""
    return max(
        min(1.0, max(0.0, min(at_s - w.start_s + _RAMP_S, w.end_s + _RAMP_S - at_s) / (2.0 * _RAMP_S)))
        if w.start_s > 0.0
        else min(1.0, max(0.0, (w.end_s + _RAMP_S - at_s) / (2.0 * _RAMP_S)))
        for w in windows
    )

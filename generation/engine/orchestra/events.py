"""From notes and controls in beats to synthesizer events on a grid of samples, in passages that stand alone.

A passage holds the notes that begin in one stretch of four beats, with every controller as it stands when the first of
them begins. It is played from there until its sound has died, and the stem is the sum of its passages: so a changed
note can be heard in its own passage and nowhere else, bit for bit, and a part needs no other part to sound right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from codecraft.common.seeds import derive_seed
from generation.engine.orchestra.types import OrchestraSpec
from generation.engine.score.types import Note, Part

GRID_SAMPLES = 64
"""Both synthesizers work in blocks of 64 samples: an event between two blocks would wait for the next one."""
PASSAGE_BEATS = 4.0
LAYERS = 3
"""Round robin: a key struck again soon is played by another layer, a few cents away, as no two strokes are alike."""
_AGAIN_S = 1.5
_EPS_BEATS = 1e-6

# Bank select would change the instrument; pan, reverb and chorus belong to the mixer; 120.. are channel mode messages.
_REFUSED_CONTROLLERS = frozenset({0, 10, 32, 91, 92, 93, 94, 95})
# Exclusive classes of the General MIDI percussion map: the long sound first, then those that cut it off.
_CHOKES = {46: (42, 44, 46), 72: (71, 72), 74: (73, 74), 79: (78, 79), 81: (80, 81)}


class EventKind(IntEnum):
    """The order in which events at the same moment are played: a note ends before it is struck again."""

    NOTE_OFF = 0
    CONTROL = 1
    NOTE_ON = 2


@dataclass(frozen=True, order=True)
class Event:
    """`tick` counts grid steps from 0 s; (a, b) is (key, velocity) or (controller, value)."""

    tick: int
    kind: EventKind
    a: int
    b: int
    layer: int = 0


@dataclass(frozen=True)
class Passage:
    """Events in playing order; the first ones set the controllers, at the tick of the first note."""

    events: tuple[Event, ...]

    @property
    def start_tick(self) -> int:
        return self.events[0].tick

    @property
    def key(self) -> int:
        """A key that surely sounds on this instrument."""
        return next(event.a for event in self.events if event.kind is EventKind.NOTE_ON)


@dataclass(frozen=True)
class _Strike:
    start: int
    end: int
    note: Note
    layer: int

    @property
    def passage(self) -> int:
        return int((self.note.start_beats + _EPS_BEATS) // PASSAGE_BEATS)


def part_passages(part: Part, spec: OrchestraSpec) -> tuple[Passage, ...]:
    """The passages of one part in order. Notes that start after the end are left out."""
    end_tick = -(-spec.total_samples // GRID_SAMPLES)

    def tick_at(beat: float) -> int:
        return max(0, round(spec.tempo_map.seconds_at(beat) * spec.sample_rate_hz / GRID_SAMPLES))

    strikes = [s for s in _strikes(part.notes, tick_at, spec) if s.start < end_tick]
    controls = _controls(part, tick_at)
    by_passage: dict[int, list[_Strike]] = defaultdict(list)
    for strike in strikes:
        by_passage[strike.passage].append(strike)
    chokes = _chokes(strikes) if part.is_drums else {}
    return tuple(Passage(_events(members, controls, chokes, end_tick)) for _, members in sorted(by_passage.items()))


def _controls(part: Part, tick_at: Callable[[float], int]) -> list[Event]:
    found = [
        Event(tick_at(c.beat), EventKind.CONTROL, c.controller, _clip(c.value, 0))
        for c in part.controls
        if c.controller not in _REFUSED_CONTROLLERS and 0 <= c.controller < 120
    ]
    return sorted(found, key=lambda event: event.tick)


def _events(
    members: list[_Strike], controls: list[Event], chokes: dict[_Strike, int], end_tick: int
) -> tuple[Event, ...]:
    first, last = min(s.start for s in members), max(s.end for s in members)
    found: list[Event] = []
    for strike in members:
        key = strike.note.midi
        found.append(Event(strike.start, EventKind.NOTE_ON, key, _clip(strike.note.velocity, 1), strike.layer))
        found.append(Event(strike.end, EventKind.NOTE_OFF, key, 0, strike.layer))
        if strike in chokes:
            found.append(Event(chokes[strike], EventKind.NOTE_ON, _CHOKES[key][0], 1, strike.layer))
            last = max(last, chokes[strike])
    standing: dict[int, int] = {}
    for control in controls:
        if control.tick <= first:
            standing[control.a] = control.b
        elif control.tick <= last + _AFTERGLOW_TICKS:
            found.append(control)
    opening = [Event(first, EventKind.CONTROL, controller, value) for controller, value in sorted(standing.items())]
    return (*opening, *sorted(event for event in found if event.tick < end_tick))


_AFTERGLOW_TICKS = 1_500
"""Two seconds at 48 kHz: how long after the last note a release still follows the controllers."""


def _strikes(notes: tuple[Note, ...], tick_at: Callable[[float], int], spec: OrchestraSpec) -> list[_Strike]:
    """A key that is struck again ends first; of two strikes at once the louder counts.

    Without this the end of the first note would silence the second, as MIDI knows a note by its key alone.
    """
    by_key: dict[int, dict[int, tuple[int, Note]]] = {}
    for note in notes:
        if not 0 <= note.midi <= 127 or note.velocity <= 0:
            continue
        start = tick_at(note.start_beats)
        end = max(start + 1, tick_at(note.start_beats + note.duration_beats))
        strikes = by_key.setdefault(note.midi, {})
        if start in strikes:
            other_end, other = strikes[start]
            end, note = max(end, other_end), max(other, note, key=lambda strike: strike.velocity)
        strikes[start] = (end, note)
    again = round(_AGAIN_S * spec.sample_rate_hz / GRID_SAMPLES)
    found: list[_Strike] = []
    for key, strikes in by_key.items():
        starts = sorted(strikes)
        before: int | None = None
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            end, note = strikes[start]
            layer = _layer(spec.seed, key, start, before if before is not None and start - before < again else None)
            found.append(_Strike(start, end if following is None else min(end, following), note, layer))
            before = start
    return found


def _layer(seed: int, key: int, start: int, before: int | None) -> int:
    """The plain layer for a fresh key, for a repeated one a layer drawn for this moment, never that of the stroke
    before. It hangs on these two moments alone, so an edit elsewhere leaves it as it is."""
    if before is None:
        return 0
    drawn, last = (derive_seed(seed, "round robin", key, moment) % LAYERS for moment in (start, before))
    return drawn if drawn != last else (drawn + 1) % LAYERS


def _chokes(strikes: list[_Strike]) -> dict[_Strike, int]:
    """Where a long drum sound of one passage is cut off by a stroke of another passage: {strike: tick}."""
    found = {}
    ordered = sorted(strikes, key=lambda s: s.start)
    for index, strike in enumerate(ordered):
        cutting = _CHOKES.get(strike.note.midi, ())
        following = next((s for s in ordered[index + 1 :] if s.note.midi in cutting and s.start > strike.start), None)
        if following is not None and following.passage != strike.passage:
            found[strike] = following.start
    return found


def _clip(value: int, low: int) -> int:
    return min(127, max(low, int(value)))

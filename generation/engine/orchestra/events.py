"""From notes and controls in beats to synthesizer events on a grid of samples."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from generation.engine.orchestra.types import OrchestraSpec
from generation.engine.score.types import Note, Part

GRID_SAMPLES = 64
"""Both synthesizers work in blocks of 64 samples: an event between two blocks would wait for the next one."""

# Bank select would change the instrument; pan, reverb and chorus belong to the mixer; 120.. are channel mode messages.
_REFUSED_CONTROLLERS = frozenset({0, 10, 32, 91, 92, 93, 94, 95})


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


def part_events(part: Part, spec: OrchestraSpec) -> tuple[Event, ...]:
    """All events of one part in playing order. Notes that start after the end are left out."""
    end_tick = -(-spec.total_samples // GRID_SAMPLES)

    def tick_at(beat: float) -> int:
        return max(0, round(spec.tempo_map.seconds_at(beat) * spec.sample_rate_hz / GRID_SAMPLES))

    events: list[Event] = []
    for control in part.controls:
        if control.controller in _REFUSED_CONTROLLERS or not 0 <= control.controller < 120:
            continue
        events.append(Event(tick_at(control.beat), EventKind.CONTROL, control.controller, _clip(control.value, 0)))
    for start, end, note in _note_spans(part.notes, tick_at):
        if start < end_tick:
            events.append(Event(start, EventKind.NOTE_ON, note.midi, _clip(note.velocity, 1)))
            events.append(Event(end, EventKind.NOTE_OFF, note.midi, 0))
    return tuple(sorted(event for event in events if event.tick < end_tick))


def _note_spans(notes: tuple[Note, ...], tick_at) -> list[tuple[int, int, Note]]:
    """(start tick, end tick, note). A key that is struck again ends first; of two strikes at once the louder counts.

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
    spans: list[tuple[int, int, Note]] = []
    for strikes in by_key.values():
        starts = sorted(strikes)
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            end, note = strikes[start]
            spans.append((start, end if following is None else min(end, following), note))
    return spans


def _clip(value: int, low: int) -> int:
    return min(127, max(low, int(value)))

"""Performed notes as written ones: on a grid, in bars, with ties, rests and lyrics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from generation.engine.score.grid import TICKS_PER_BEAT, ticks
from generation.engine.score.types import Note, Part, Score, SungLine, VocalNote, VocalPart

DIVISIONS = 8
"""Grid steps in a quarter note: thirty-second notes."""
STEP_TICKS = TICKS_PER_BEAT // DIVISIONS
_PLAIN = {
    32: ("whole", False),
    24: ("half", True),
    16: ("half", False),
    12: ("quarter", True),
    8: ("quarter", False),
    6: ("eighth", True),
    4: ("eighth", False),
    3: ("16th", True),
    2: ("16th", False),
    1: ("32nd", False),
}


@dataclass(frozen=True)
class Lyric:
    text: str
    syllabic: str
    extends: bool = False
    ends_line: bool = False


@dataclass(frozen=True)
class Played:
    """How a written note is really played: its ticks, and its velocity where it has one."""

    start: int
    end: int
    velocity: int | None = None


@dataclass(frozen=True)
class Event:
    """A note, chord or rest (no pitches), in grid steps. Tied pitches go on from or into the neighbours. `played` goes
    with `pitches`; `sung` is the singer's note, and its line where the line begins on it."""

    start: int
    length: int
    pitches: tuple[int, ...]
    lyric: Lyric | None = None
    tied_from: frozenset[int] = frozenset()
    tied_to: frozenset[int] = frozenset()
    fills_bar: bool = False
    played: tuple[Played, ...] = ()
    sung: tuple[VocalNote, SungLine | None] | None = None

    @property
    def note_type(self) -> str:
        return _PLAIN[self.length][0]

    @property
    def dotted(self) -> bool:
        return _PLAIN[self.length][1]


def vocal_events(part: VocalPart) -> tuple[Event, ...]:
    """A singer's notes in order."""
    notes = [(note, line) for line in part.lines for note in line.notes]
    starts = _grid_starts([n.start_beats for n, _ in notes])
    counts: dict[int, int] = {}
    for note, _ in notes:
        if note.syllable:
            counts[note.syllable.word_index] = note.syllable.index_in_word
    events = []
    for index, (note, line) in enumerate(notes):
        following = starts[index + 1] if index + 1 < len(starts) else 1 << 30
        end = min(following, max(starts[index] + 1, round((note.start_beats + note.duration_beats) * DIVISIONS)))
        lyric = None
        if note.syllable:
            extends = index + 1 < len(notes) and notes[index + 1][0].syllable is None
            place = _syllabic(note.syllable.index_in_word, counts[note.syllable.word_index])
            closes = not any(n.syllable for n in line.notes[line.notes.index(note) + 1 :])
            lyric = Lyric(note.syllable.text, place, extends, closes)
        played = Played(ticks(note.start_beats), ticks(note.start_beats + note.duration_beats))
        sung = (note, line if note is line.notes[0] else None)
        events.append(Event(starts[index], end - starts[index], (note.midi,), lyric, played=(played,), sung=sung))
    return tuple(events)


def _grid_starts(beats: list[float]) -> list[int]:
    """The nearest grid steps, each later than the one before: quick speech may have two syllables in one step."""
    starts: list[int] = []
    for beat in beats:
        starts.append(max(round(beat * DIVISIONS), starts[-1] + 1 if starts else 0))
    return starts


def _syllabic(index: int, last: int) -> str:
    if last == 0:
        return "single"
    return "begin" if index == 0 else "end" if index == last else "middle"


_Span = tuple[int, int, int, Played]
"""(start, stop, midi) on the grid, and how that is played."""


def part_layers(part: Part, score: Score, *, clipped: bool) -> tuple[tuple[Event, ...], ...]:
    """A part as voices of chords, nearly always one. `clipped`: notes end where the next begins; else what sounds on is
    tied on. A key that is struck twice on one step of the grid has its second stroke in a further voice, so that every
    note that is played is written."""
    end = round(score.end_beats * DIVISIONS)
    layers, left = [], list(part.notes)
    while left or not layers:
        spans, left = _spans(left, end)
        layers.append(_chords(_clip(spans) if clipped else spans))
    return tuple(layers)


def _chords(spans: list[_Span]) -> tuple[Event, ...]:
    """Spans as chords that change where any of their notes begins or ends."""
    edges = sorted({e for start, stop, *_ in spans for e in (start, stop)})
    starting: dict[int, list[_Span]] = {}
    for span in spans:
        starting.setdefault(span[0], []).append(span)
    events: list[Event] = []
    sounding: dict[int, _Span] = {}
    for begin, stop in pairwise(edges):
        sounding = {m: s for m, s in sounding.items() if s[1] > begin}
        fresh = starting.get(begin, [])
        tied_from = frozenset(set(sounding) - {s[2] for s in fresh})
        sounding |= {s[2]: s for s in fresh}
        tied_to = frozenset(m for m, s in sounding.items() if s[1] > stop)
        if sounding:
            pitches = tuple(sorted(sounding))
            played = tuple(sounding[m][3] for m in pitches)
            events.append(Event(begin, stop - begin, pitches, None, tied_from & set(pitches), tied_to, played=played))
    return tuple(events)


def _spans(notes: list[Note], end: int) -> tuple[list[_Span], list[Note]]:
    """Notes on the grid: sixteenths where one is near, else thirty-seconds; and those whose place is taken. What is
    struck behind the last bar is written at its end."""
    spans: dict[tuple[int, int], _Span] = {}
    left = []
    for note in notes:
        start = min(end - 1, _snap(note.start_beats))
        stop = min(end, max(start + 1, _snap(note.start_beats + note.duration_beats)))
        if (start, note.midi) in spans:
            left.append(note)
            continue
        played = Played(ticks(note.start_beats), ticks(note.start_beats + note.duration_beats), note.velocity)
        spans[start, note.midi] = (start, stop, note.midi, played)
    by_pitch: dict[int, list[_Span]] = {}
    for (_, midi), span in sorted(spans.items(), key=lambda item: item[0]):
        by_pitch.setdefault(midi, []).append(span)
    cut: list[_Span] = []
    for members in by_pitch.values():
        limits = [m[0] for m in members[1:]] + [end]
        cut.extend((s[0], min(s[1], limit), *s[2:]) for s, limit in zip(members, limits, strict=True))
    return sorted(cut, key=lambda s: s[:3]), left


def _snap(beats: float) -> int:
    """The nearest sixteenth when it is near (played times are human), else the nearest thirty-second."""
    sixteenth = round(beats * 4) * 2
    return sixteenth if abs(beats * DIVISIONS - sixteenth) < 0.6 else round(beats * DIVISIONS)


def _clip(spans: list[_Span]) -> list[_Span]:
    following = dict(pairwise(sorted({s[0] for s in spans})))
    return [(s[0], min(s[1], following.get(s[0], s[1])), *s[2:]) for s in spans]


def bar_events(events: tuple[Event, ...], bars: int, beats_per_bar: int) -> list[list[tuple[int, Event]]]:
    """For each bar its (start, event) list: rests put in, notes cut at barlines and into plain lengths, all tied."""
    size = beats_per_bar * DIVISIONS
    filled: list[list[tuple[int, Event]]] = [[] for _ in range(bars)]
    at = 0
    for event in events:
        _rest(filled, at, event.start, size)
        _cut(filled, event, size)
        at = event.start + event.length
    _rest(filled, at, bars * size, size)
    return filled


def _rest(filled: list[list[tuple[int, Event]]], start: int, stop: int, size: int) -> None:
    while start < stop:
        end = min(stop, (start // size + 1) * size)
        if end - start == size:
            filled[start // size].append((start, Event(start, size, (), fills_bar=True)))
        else:
            for begin, length in _pieces(start, end, size):
                filled[start // size].append((begin, Event(begin, length, ())))
        start = end


def _cut(filled: list[list[tuple[int, Event]]], event: Event, size: int) -> None:
    pieces, start, stop = [], event.start, event.start + event.length
    while start < stop:
        end = min(stop, (start // size + 1) * size)
        pieces.extend(_pieces(start, end, size))
        start = end
    everything = frozenset(event.pitches)
    for index, (begin, length) in enumerate(pieces):
        first, last = index == 0, index + 1 == len(pieces)
        if begin // size >= len(filled):
            return
        piece = replace(
            event,
            start=begin,
            length=length,
            lyric=event.lyric if first else None,
            sung=event.sung if first else None,
            tied_from=event.tied_from if first else everything,
            tied_to=event.tied_to if last else everything,
        )
        filled[begin // size].append((begin, piece))


def _pieces(start: int, stop: int, size: int) -> list[tuple[int, int]]:
    """Plain lengths from `start` to `stop` inside of one bar; off the beat they reach the next beat first."""
    pieces = []
    while start < stop:
        room = stop - start
        place = start % size
        if place % DIVISIONS and room not in _PLAIN:
            room = min(room, DIVISIONS - place % DIVISIONS)
        length = max(n for n in _PLAIN if n <= room)
        pieces.append((start, length))
        start += length
    return pieces

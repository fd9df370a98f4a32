"""Performed notes as written ones: on a grid, in bars, with ties, rests and lyrics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from generation.engine.score.types import Note, Part, Score, VocalPart

DIVISIONS = 8
"""Grid steps in a quarter note: thirty-second notes."""
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


@dataclass(frozen=True)
class Event:
    """A note, chord or rest (no pitches), in grid steps. Tied pitches go on from or into the neighbours."""

    start: int
    length: int
    pitches: tuple[int, ...]
    lyric: Lyric | None = None
    tied_from: frozenset[int] = frozenset()
    tied_to: frozenset[int] = frozenset()
    fills_bar: bool = False

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
    for index, (note, _) in enumerate(notes):
        following = starts[index + 1] if index + 1 < len(starts) else 1 << 30
        end = min(following, max(starts[index] + 1, round((note.start_beats + note.duration_beats) * DIVISIONS)))
        lyric = None
        if note.syllable:
            extends = index + 1 < len(notes) and notes[index + 1][0].syllable is None
            place = _syllabic(note.syllable.index_in_word, counts[note.syllable.word_index])
            lyric = Lyric(note.syllable.text, place, extends)
        events.append(Event(starts[index], end - starts[index], (note.midi,), lyric))
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


def part_events(part: Part, score: Score, *, clipped: bool) -> tuple[Event, ...]:
    """A part as one voice of chords. `clipped`: notes end where the next begins; else what sounds on is tied on."""
    end = round(score.end_beats * DIVISIONS)
    spans = _spans(part.notes, end)
    if clipped:
        spans = _clip(spans)
    edges = sorted({e for start, stop, _ in spans for e in (start, stop)})
    starting: dict[int, list[tuple[int, int]]] = {}
    for start, stop, midi in spans:
        starting.setdefault(start, []).append((stop, midi))
    events, sounding = [], {}
    for begin, stop in pairwise(edges):
        sounding = {m: s for m, s in sounding.items() if s > begin}
        fresh = starting.get(begin, [])
        tied_from = frozenset(set(sounding) - {m for _, m in fresh})
        for until, midi in fresh:
            sounding[midi] = max(until, sounding.get(midi, 0))
        tied_to = frozenset(m for m, s in sounding.items() if s > stop and not _restruck(starting, stop, m))
        if sounding:
            pitches = tuple(sorted(sounding))
            events.append(Event(begin, stop - begin, pitches, None, tied_from & set(pitches), tied_to))
    return tuple(events)


def _restruck(starting: dict[int, list[tuple[int, int]]], at: int, midi: int) -> bool:
    return any(m == midi for _, m in starting.get(at, []))


def _spans(notes: tuple[Note, ...], end: int) -> list[tuple[int, int, int]]:
    """(start, stop, midi) on the grid: sixteenths where the note stands near one, else thirty-seconds."""
    spans: dict[tuple[int, int], int] = {}
    for note in notes:
        start = _snap(note.start_beats)
        stop = min(end, max(start + 1, _snap(note.start_beats + note.duration_beats)))
        if start < end:
            spans[start, note.midi] = max(stop, spans.get((start, note.midi), 0))
    by_pitch: dict[int, list[tuple[int, int]]] = {}
    for (start, midi), stop in sorted(spans.items()):
        by_pitch.setdefault(midi, []).append((start, stop))
    cut = []
    for midi, members in by_pitch.items():
        limits = [m[0] for m in members[1:]] + [end]
        cut.extend((start, min(stop, limit), midi) for (start, stop), limit in zip(members, limits, strict=True))
    return sorted(cut)


def _snap(beats: float) -> int:
    """The nearest sixteenth when it is near (played times are human), else the nearest thirty-second."""
    sixteenth = round(beats * 4) * 2
    return sixteenth if abs(beats * DIVISIONS - sixteenth) < 0.6 else round(beats * DIVISIONS)


def _clip(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    onsets = sorted({start for start, _, _ in spans})
    following = dict(pairwise(onsets))
    return [(start, min(stop, following.get(start, stop)), midi) for start, stop, midi in spans]


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

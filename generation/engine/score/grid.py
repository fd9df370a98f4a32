"""The grid on which a score can be told in every form: 960 ticks in a quarter note, whole microseconds in its tempo.

960 is what sequencers use (it holds triplets, thirty-seconds and their halves exactly); a Standard MIDI File tells a
tempo as microseconds per quarter note ("Standard MIDI Files 1.0", MMA RP-001, meta event 51). A score on this grid
comes back from its MIDI and MusicXML files as the same score, number for number.
"""

from __future__ import annotations

from dataclasses import replace

from generation.engine.score.types import (
    Chord,
    ControlPoint,
    KeyChange,
    Note,
    Part,
    Score,
    TempoChange,
    TempoMap,
    VocalPart,
)

TICKS_PER_BEAT = 960
MICROSECONDS_PER_MINUTE = 60_000_000


def ticks(beats: float) -> int:
    """The nearest tick to a beat."""
    return max(0, round(beats * TICKS_PER_BEAT))


def beats(tick: int) -> float:
    """The one float that tells a tick."""
    return tick / TICKS_PER_BEAT


def tempo_us(bpm: float) -> int:
    """Microseconds in a quarter note."""
    return round(MICROSECONDS_PER_MINUTE / bpm)


def bpm_of(microseconds: int) -> float:
    """The one float that tells a tempo of whole microseconds."""
    return MICROSECONDS_PER_MINUTE / microseconds


def quantised(score: Score) -> Score:
    """The same score with every time on the grid. It is as long as before, to the microsecond: the tail makes up for
    the rounding of the tempo. A score on the grid is left as it is."""
    tempo_map = TempoMap(_tempi(score.tempo_map.changes))
    before_s = score.tempo_map.seconds_at(score.end_beats)
    tail_s = score.tail_s + before_s - tempo_map.seconds_at(score.end_beats)
    return replace(
        score,
        tempo_map=tempo_map,
        chords=tuple(_chord(c) for c in score.chords),
        parts=tuple(_part(p) for p in score.parts),
        lead=_vocal(score.lead),
        harmonies=tuple(_vocal(v) for v in score.harmonies),
        backing=tuple(_vocal(v) for v in score.backing),
        tail_s=max(0.0, round(tail_s, 6)),
        key_changes=tuple(KeyChange(beats(ticks(c.beat)), c.key) for c in score.key_changes),
    )


def _tempi(changes: tuple[TempoChange, ...]) -> tuple[TempoChange, ...]:
    """Of two changes on one tick the later holds."""
    at = {ticks(c.beat): c.bpm for c in changes}
    return tuple(TempoChange(beats(tick), bpm_of(tempo_us(bpm))) for tick, bpm in sorted(at.items()))


def _span(start_beats: float, duration_beats: float) -> tuple[float, float]:
    """Start and length with both ends on the grid; at least one tick long."""
    start = ticks(start_beats)
    return beats(start), beats(max(1, ticks(start_beats + duration_beats) - start))


def _chord(chord: Chord) -> Chord:
    start, length = _span(chord.start_beats, chord.duration_beats)
    return replace(chord, start_beats=start, duration_beats=length)


def _part(part: Part) -> Part:
    notes = [_note(n) for n in part.notes]
    controls = [ControlPoint(beats(ticks(c.beat)), c.controller, c.value) for c in part.controls]
    return replace(
        part,
        notes=tuple(sorted(notes, key=lambda n: (n.start_beats, n.midi))),
        controls=tuple(sorted(controls, key=lambda c: (c.beat, c.controller))),
    )


def _note(note: Note) -> Note:
    start, length = _span(note.start_beats, note.duration_beats)
    return replace(note, start_beats=start, duration_beats=length)


def _vocal(part: VocalPart) -> VocalPart:
    lines = []
    for line in part.lines:
        notes = []
        for note in line.notes:
            start, length = _span(note.start_beats, note.duration_beats)
            notes.append(replace(note, start_beats=start, duration_beats=length))
        lines.append(replace(line, notes=tuple(notes)))
    return replace(part, lines=tuple(lines))

"""Which track of a file is sung, and what the others are in the band."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from generation.engine.score.grid import beats
from generation.engine.score.importing.raw import RawNote, RawTrack
from generation.engine.score.importing.voices import one_at_a_time
from generation.engine.score.midi import pan_value
from generation.engine.score.types import ControlPoint, Note, Part
from mixer.contracts import ChannelRole as R

MAX_BAND = 32
_LEADS = re.compile(
    r"vocal|vox|voc\b|lead|melod|sing|sopran|discant|tune|\bair\b|cantus|canto\b|narrator", re.IGNORECASE
)
_VOICES = re.compile(r"voice|\balto|tenor|bariton|gesang|stimme|chant|solo", re.IGNORECASE)
_FAMILIES = (
    R.KEYS, R.KEYS, R.KEYS, R.PLUCKED, R.BASS, R.STRINGS, R.STRINGS, R.BRASS,
    R.WOODWIND, R.WOODWIND, R.PAD, R.PAD, R.EFFECTS, R.PLUCKED, R.DRUMS, R.EFFECTS,
)  # fmt: skip
_SINGLE = {
    46: R.PLUCKED,
    45: R.STRINGS,
    47: R.DRUMS,
    52: R.CHOIR,
    53: R.CHOIR,
    54: R.CHOIR,
    55: R.EFFECTS,
    14: R.EFFECTS,
}
_POLYPHONIC = 0.15


@dataclass(frozen=True)
class Choice:
    """The track that is sung, why, and whether it has more voices than one (then it also plays on)."""

    index: int
    reason: str
    plays_on: bool


def choose_sung(tracks: Sequence[RawTrack]) -> Choice | None:
    """The track with the words; else one that is named as a voice; else the most melodic one. None without a tune."""
    tuneful = [i for i, t in enumerate(tracks) if t.notes and not t.is_drums]
    if not tuneful:
        return None
    worded = [i for i in tuneful if tracks[i].lyrics]
    named = [i for i in tuneful if _LEADS.search(tracks[i].name)]
    named = named or [i for i in tuneful if _VOICES.search(tracks[i].name)]
    if worded:
        best, reason = max(worded, key=lambda i: (len(tracks[i].lyrics), -i)), "its words stand there"
    elif named:
        best, reason = max(named, key=lambda i: (melodic(tracks[i]), -i)), "its name says so"
    else:
        best, reason = max(tuneful, key=lambda i: (melodic(tracks[i]), -i)), "it is the most melodic one"
    return Choice(best, reason, _overlap(tracks[best].notes) > _POLYPHONIC)


def melodic(track: RawTrack) -> float:
    """How much a track is like a tune: one note at a time, in a singer's compass, moving by steps and small leaps,
    with notes of many pitches, and there for much of the song (features after Rizo et al., "A pattern recognition
    approach for melody track selection in MIDI files", ISMIR 2006)."""
    notes = one_at_a_time(track.notes)
    if len(notes) < 2:
        return -1.0
    pitches = [n.midi for n in notes]
    middle = sorted(pitches)[len(pitches) // 2]
    steps = [abs(b - a) for a, b in pairwise(pitches)]
    near = sum(s <= 4 for s in steps) / len(steps)
    still = sum(s == 0 for s in steps) / len(steps)
    compass = 1.0 - min(1.0, max(0, 55 - middle, middle - 84) / 12)
    variety = min(1.0, len(set(pitches)) / 8)
    sounding = sum(n.end - n.start for n in notes) / max(1, notes[-1].end - notes[0].start)
    enough = min(1.0, len(notes) / 24)
    return near - 0.8 * still + compass + variety + 0.5 * sounding + enough - 1.5 * _overlap(track.notes)


def _overlap(notes: Sequence[RawNote]) -> float:
    """The share of notes that begin while another one sounds."""
    ordered = sorted(notes, key=lambda n: (n.start, n.end))
    latest, under = 0, 0
    for note in ordered:
        under += note.start < latest - 30
        latest = max(latest, note.end)
    return under / max(1, len(ordered))


def band_of(tracks: Sequence[RawTrack]) -> tuple[tuple[Part, ...], list[str]]:
    """The parts with names of their own; too many are gathered by instrument. Silent tracks are left out."""
    notices: list[str] = []
    heard = [t for t in tracks if t.notes]
    if len(heard) > MAX_BAND:
        gathered = _gathered(heard)
        notices.append(f"{len(heard)} tracks are gathered by instrument into {len(gathered)}.")
        heard = gathered
    if len(heard) > MAX_BAND:
        kept = sorted(range(len(heard)), key=lambda i: (-len(heard[i].notes), i))[:MAX_BAND]
        notices.append(f"Of {len(heard)} instruments the {MAX_BAND} that play most are kept.")
        heard = [heard[i] for i in sorted(kept)]
    names: set[str] = set()
    parts = []
    for track in heard:
        parts.append(_part(track, names))
        names.add(parts[-1].name)
    return tuple(parts), notices


def _gathered(tracks: list[RawTrack]) -> list[RawTrack]:
    found: dict[tuple[int, bool], RawTrack] = {}
    for track in tracks:
        place = (track.program, track.is_drums)
        before = found.get(place)
        if before is None:
            found[place] = track
        else:
            notes = sorted((*before.notes, *track.notes), key=lambda n: (n.start, n.midi))
            found[place] = replace(before, notes=tuple(notes))
    return list(found.values())


def _part(track: RawTrack, taken: set[str]) -> Part:
    told = track.mark("part") or {}
    name = base = (track.name or ("drums" if track.is_drums else f"part {len(taken) + 1}"))[:60]
    number = 2
    while name in taken:
        name, number = f"{base} {number}", number + 1
    program = track.program
    if track.is_drums and type(told.get("program")) is int and 0 <= told["program"] <= 127:
        program = told["program"]
    controls = sorted(track.controls, key=lambda c: (c[0], c[1]))
    return Part(
        name=name,
        program=program,
        role=_role(track, told),
        notes=_clean(track.notes),
        is_drums=track.is_drums,
        pan=_pan(track.pan, told),
        controls=tuple(ControlPoint(beats(tick), controller, value) for tick, controller, value in controls),
        synth=told["synth"] if isinstance(told.get("synth"), str) and len(told["synth"]) <= 60 else "",
    )


def _role(track: RawTrack, told: dict[str, Any]) -> R:
    try:
        return R(told["role"])
    except (KeyError, ValueError, TypeError):
        pass
    if track.is_drums:
        return R.DRUMS
    return _SINGLE.get(track.program, _FAMILIES[track.program // 8])


def _pan(pan: float, told: dict[str, Any]) -> float:
    """Our own number where the file's controller still says the same, to the step it can tell."""
    exact = told.get("pan")
    if isinstance(exact, int | float) and -1 <= exact <= 1 and pan_value(exact) == pan_value(pan):
        return float(exact)
    return round(pan, 3)


def _clean(notes: Sequence[RawNote]) -> tuple[Note, ...]:
    """In order; a key ends before it is struck again, and of two strikes at once the longer one counts."""
    last: dict[int, int] = {}
    kept: list[RawNote | None] = []
    for note in sorted(notes, key=lambda n: (n.start, n.midi, -n.end)):
        index = last.get(note.midi)
        before = kept[index] if index is not None else None
        if before is not None and before.start == note.start:
            continue
        if before is not None and before.end > note.start:
            kept[index] = replace(before, end=note.start)
        last[note.midi] = len(kept)
        kept.append(note)
    return tuple(Note(beats(n.start), beats(n.end - n.start), n.midi, n.velocity) for n in kept if n is not None)

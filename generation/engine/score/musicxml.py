"""The score as MusicXML 4.0 (score-partwise): the lead with lyrics and chord symbols, choir voices, then the band.

Written times stand on a grid of thirty-second notes; notes that cross a barline or have no plain length are tied. What
rings on in plucked and keyed parts is written up to the next note, as players expect to read it. How a note is really
played stands in its attributes (`musicxml_notes`), what MusicXML has no word for in directions that are not printed and
in miscellaneous fields (`annotations`): `importing.read_musicxml` reads the same score back.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generation.engine.score import annotations as notes_on
from generation.engine.score.grid import TICKS_PER_BEAT, ticks
from generation.engine.score.keys import key_fifths
from generation.engine.score.musicxml_notes import NoteStyle, add_event, add_harmony, add_hidden, add_move
from generation.engine.score.notation import STEP_TICKS, Event, bar_events, part_layers, vocal_events
from generation.engine.score.spelling import Speller
from generation.engine.score.types import Chord, ControlPoint, Key, Score, VocalPart
from mixer.contracts import ChannelRole


@dataclass(frozen=True)
class _Staff:
    """`layers` are the voices of the staff; `told` is our annotation of it as (kind, data)."""

    name: str
    program: int
    layers: tuple[tuple[Event, ...], ...]
    told: tuple[str, dict[str, Any]]
    is_drums: bool = False
    leads: bool = False
    spoken: bool = False
    pan: float = 0.0
    controls: tuple[ControlPoint, ...] = field(default=())

    @property
    def pitches(self) -> list[int]:
        return [p for events in self.layers for e in events for p in e.pitches]


def write_musicxml(score: Score, path: Path) -> None:
    """Write the score to `path`."""
    root = ET.Element("score-partwise", version="4.0")
    ET.SubElement(ET.SubElement(root, "work"), "work-title").text = score.title
    identification = ET.SubElement(root, "identification")
    ET.SubElement(ET.SubElement(identification, "encoding"), "software").text = "CodeCraft Studio"
    told = ET.SubElement(identification, "miscellaneous")
    _field(told, "codecraft-song", "song", notes_on.song_data(score))
    for number, choice in enumerate(score.choices, start=1):
        _field(told, f"codecraft-choice-{number}", "choice", {"text": choice})
    staves = _staves(score)
    names = ET.SubElement(root, "part-list")
    for number, staff in enumerate(staves, start=1):
        _part_name(names, f"P{number}", staff)
    for number, staff in enumerate(staves, start=1):
        _write_part(ET.SubElement(root, "part", id=f"P{number}"), score, staff)
    tree = ET.ElementTree(root)
    ET.indent(tree, space=" ")
    head = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 '
        b'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
    )
    path.write_bytes(head + ET.tostring(root, encoding="utf-8") + b"\n")


def _field(parent: ET.Element, name: str, kind: str, data: dict[str, Any]) -> None:
    ET.SubElement(parent, "miscellaneous-field", name=name).text = notes_on.said(kind, data)


def _staves(score: Score) -> list[_Staff]:
    staves = [_lead_staff(score)]
    staves += [_choir_staff(h, "harmony", f"vocal-{h.name}") for h in score.harmonies]
    staves += [_choir_staff(b, "backing", f"backing-{b.name}") for b in score.backing if b.lines]
    for part in score.parts:
        clipped = part.role in (ChannelRole.KEYS, ChannelRole.PLUCKED, ChannelRole.EFFECTS) or part.is_drums
        staves.append(
            _Staff(
                part.name,
                part.program,
                part_layers(part, score, clipped=clipped),
                ("part", notes_on.part_data(part)),
                is_drums=part.is_drums,
                pan=part.pan,
                controls=part.controls,
            )
        )
    return staves


def _lead_staff(score: Score) -> _Staff:
    """A narrator is written as rhythm with cross-shaped heads on one line, as spoken parts are."""
    told = ("voice", notes_on.voice_data(score.lead, "lead"))
    if score.lead.spoken:
        return _Staff("narrator", 115, (vocal_events(score.lead),), told, leads=True, spoken=True)
    return _Staff("lead-vocal", 53, (vocal_events(score.lead),), told, leads=True)


def _choir_staff(part: VocalPart, place: str, name: str) -> _Staff:
    return _Staff(name, 53, (vocal_events(part),), ("voice", notes_on.voice_data(part, place)))


def _part_name(names: ET.Element, part_id: str, staff: _Staff) -> None:
    told = ET.SubElement(names, "score-part", id=part_id)
    own = ET.SubElement(ET.SubElement(told, "identification"), "miscellaneous")
    _field(own, f"codecraft-{staff.told[0]}", *staff.told)
    ET.SubElement(told, "part-name").text = staff.name
    if staff.is_drums or staff.spoken:
        pitches = sorted(set(staff.pitches))
        for midi in pitches:
            instrument = ET.SubElement(told, "score-instrument", id=f"{part_id}-I{midi}")
            ET.SubElement(instrument, "instrument-name").text = f"percussion {midi}"
        for midi in pitches:
            device = ET.SubElement(told, "midi-instrument", id=f"{part_id}-I{midi}")
            if staff.is_drums:
                ET.SubElement(device, "midi-channel").text = "10"
            ET.SubElement(device, "midi-unpitched").text = str(midi + 1)
            ET.SubElement(device, "pan").text = f"{90 * staff.pan!r}"
        return
    ET.SubElement(ET.SubElement(told, "score-instrument", id=f"{part_id}-I1"), "instrument-name").text = staff.name
    device = ET.SubElement(told, "midi-instrument", id=f"{part_id}-I1")
    ET.SubElement(device, "midi-program").text = str(staff.program + 1)
    ET.SubElement(device, "pan").text = f"{90 * staff.pan!r}"


def _write_part(part: ET.Element, score: Score, staff: _Staff) -> None:
    bars = [bar_events(events, score.bars, score.beats_per_bar) for events in staff.layers]
    size, speller = score.beats_per_bar * TICKS_PER_BEAT, Speller(score.key)
    for bar in range(score.bars):
        measure = ET.SubElement(part, "measure", number=str(bar + 1))
        if bar == 0:
            _attributes(measure, score, staff)
        for change in [c for c in score.key_changes if bar == int(c.beat // score.beats_per_bar)]:
            speller = Speller(change.key)
            _key(ET.SubElement(measure, "attributes"), change.key)
            if staff.leads:
                add_hidden(measure, "key", notes_on.key_data(change.key), ticks(change.beat) - bar * size)
        if staff.leads:
            _directions(measure, score, bar)
        _controls(measure, staff, bar, score)
        style = NoteStyle(part.get("id", ""), 1, staff.is_drums, staff.spoken)
        _first_voice(measure, bars[0][bar], _chords_of_bar(score, bar) if staff.leads else [], speller, style)
        for voice, layer in enumerate(bars[1:], start=2):
            if any(event.pitches for _, event in layer[bar]):
                add_move(measure, "backup", size)
                for _, event in layer[bar]:
                    add_event(measure, event, speller, NoteStyle(style.part_id, voice, staff.is_drums, staff.spoken))
        if bar + 1 == score.bars:
            ET.SubElement(ET.SubElement(measure, "barline", location="right"), "bar-style").text = "light-heavy"


def _first_voice(
    measure: ET.Element, events: list[tuple[int, Event]], marks: list[Chord], speller: Speller, style: NoteStyle
) -> None:
    """The notes of a bar with the chord symbols where they stand."""
    for at, event in events:
        for chord in [c for c in marks if ticks(c.start_beats) < (at + event.length) * STEP_TICKS]:
            add_harmony(measure, chord, ticks(chord.start_beats) - at * STEP_TICKS)
            marks.remove(chord)
        add_event(measure, event, speller, style)


def _attributes(measure: ET.Element, score: Score, staff: _Staff) -> None:
    told = ET.SubElement(measure, "attributes")
    ET.SubElement(told, "divisions").text = str(TICKS_PER_BEAT)
    _key(told, score.key)
    time = ET.SubElement(told, "time")
    ET.SubElement(time, "beats").text = str(score.beats_per_bar)
    ET.SubElement(time, "beat-type").text = "4"
    sign, line, octave = _clef(staff)
    clef = ET.SubElement(told, "clef")
    ET.SubElement(clef, "sign").text = sign
    if line:
        ET.SubElement(clef, "line").text = str(line)
    if octave:
        ET.SubElement(clef, "clef-octave-change").text = str(octave)


def _key(told: ET.Element, music_key: Key) -> None:
    key = ET.SubElement(told, "key")
    ET.SubElement(key, "fifths").text = str(key_fifths(music_key))
    ET.SubElement(key, "mode").text = {"ionian": "major", "aeolian": "minor"}.get(music_key.mode, music_key.mode)


def _clef(staff: _Staff) -> tuple[str, int, int]:
    if staff.is_drums or staff.spoken:
        return "percussion", 0, 0
    pitches = staff.pitches
    middle = sum(pitches) / len(pitches) if pitches else 60.0
    if staff.name in ("lead-vocal", "vocal-tenor") and 50 <= middle < 60:
        return "G", 2, -1
    return ("G", 2, 0) if middle >= 59 else ("F", 4, 0)


def _directions(measure: ET.Element, score: Score, bar: int) -> None:
    """Section names as rehearsal marks, and the tempo where it changes."""
    first, last = bar * score.beats_per_bar, (bar + 1) * score.beats_per_bar
    for section in score.sections:
        if section.start_bar == bar:
            told = ET.SubElement(measure, "direction", placement="above")
            ET.SubElement(ET.SubElement(told, "direction-type"), "rehearsal").text = section.name
            add_hidden(measure, "section", notes_on.section_data(section))
    for change in score.tempo_map.changes:
        if first <= change.beat < last or (bar + 1 == score.bars and change.beat >= last):
            told = ET.SubElement(measure, "direction", placement="above")
            mark = ET.SubElement(ET.SubElement(told, "direction-type"), "metronome")
            ET.SubElement(mark, "beat-unit").text = "quarter"
            ET.SubElement(mark, "per-minute").text = f"{change.bpm:.4g}"
            if change.beat > first:
                ET.SubElement(told, "offset", sound="yes").text = str(ticks(change.beat - first))
            ET.SubElement(told, "sound", tempo=repr(change.bpm))


def _controls(measure: ET.Element, staff: _Staff, bar: int, score: Score) -> None:
    """Controllers of a bar as [ticks into the bar, controller, value]; the last bar has those of the tail as well."""
    size = score.beats_per_bar * TICKS_PER_BEAT
    own = [c for c in staff.controls if min(ticks(c.beat) // size, score.bars - 1) == bar]
    if own:
        rows = [[ticks(c.beat) - bar * size, c.controller, c.value] for c in own]
        add_hidden(measure, "controls", {"at": rows})


def _chords_of_bar(score: Score, bar: int) -> list[Chord]:
    first, last = bar * score.beats_per_bar, (bar + 1) * score.beats_per_bar
    return [c for c in score.chords if first <= c.start_beats < last]

"""The score as MusicXML 4.0 (score-partwise): the lead with lyrics and chord symbols, choir voices, then the band.

Performed times are written on a grid of thirty-second notes; notes that cross a barline or have no plain length are
tied. What rings on in plucked and keyed parts is written up to the next note, as players expect to read it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from generation.engine.score.keys import key_fifths
from generation.engine.score.notation import DIVISIONS, Event, bar_events, part_events, vocal_events
from generation.engine.score.spelling import Speller
from generation.engine.score.types import Chord, Score
from mixer.contracts import ChannelRole

_KINDS = {
    "": "major",
    "m": "minor",
    "7": "dominant",
    "maj7": "major-seventh",
    "m7": "minor-seventh",
    "dim": "diminished",
    "m7b5": "half-diminished",
    "sus4": "suspended-fourth",
    "sus2": "suspended-second",
    "5": "power",
    "6": "major-sixth",
    "m6": "minor-sixth",
    "add9": "major",
    "madd9": "minor",
    "mmaj7": "major-minor",
}
_LETTERS_OF_DRUMS = {
    35: "E4",
    36: "F4",
    37: "C5",
    38: "C5",
    39: "D5",
    41: "A4",
    45: "B4",
    48: "D5",
    42: "G5",
    46: "G5",
    51: "F5",
    49: "A5",
    57: "B5",
    54: "E5",
    70: "E5",
}


@dataclass(frozen=True)
class _Staff:
    name: str
    program: int
    events: tuple[Event, ...]
    is_drums: bool = False
    leads: bool = False
    spoken: bool = False


def write_musicxml(score: Score, path: Path) -> None:
    """Write the score to `path`."""
    root = ET.Element("score-partwise", version="4.0")
    ET.SubElement(ET.SubElement(root, "work"), "work-title").text = score.title
    encoding = ET.SubElement(ET.SubElement(root, "identification"), "encoding")
    ET.SubElement(encoding, "software").text = "CodeCraft Studio"
    staves = _staves(score)
    names = ET.SubElement(root, "part-list")
    for number, staff in enumerate(staves, start=1):
        _part_name(names, number, staff)
    for number, staff in enumerate(staves, start=1):
        _write_part(ET.SubElement(root, "part", id=f"P{number}"), score, staff)
    tree = ET.ElementTree(root)
    ET.indent(tree, space=" ")
    head = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 '
        b'Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">\n'
    )
    path.write_bytes(head + ET.tostring(root, encoding="utf-8") + b"\n")


def _staves(score: Score) -> list[_Staff]:
    staves = [_lead_staff(score)]
    staves += [_Staff(f"vocal-{h.name}", 53, vocal_events(h)) for h in score.harmonies]
    staves += [_Staff(f"backing-{b.name}", 53, vocal_events(b)) for b in score.backing if b.lines]
    for part in score.parts:
        clipped = part.role in (ChannelRole.KEYS, ChannelRole.PLUCKED, ChannelRole.EFFECTS) or part.is_drums
        staves.append(_Staff(part.name, part.program, part_events(part, score, clipped=clipped), part.is_drums))
    return staves


def _lead_staff(score: Score) -> _Staff:
    """A narrator is written as rhythm with cross-shaped heads on one line, as spoken parts are."""
    events = vocal_events(score.lead)
    if score.lead.spoken:
        return _Staff("narrator", 115, events, leads=True, spoken=True)
    return _Staff("lead-vocal", 53, events, leads=True)


def _part_name(names: ET.Element, number: int, staff: _Staff) -> None:
    told = ET.SubElement(names, "score-part", id=f"P{number}")
    ET.SubElement(told, "part-name").text = staff.name
    if staff.is_drums:
        for midi in sorted({p for e in staff.events for p in e.pitches}):
            instrument = ET.SubElement(told, "score-instrument", id=f"P{number}-I{midi}")
            ET.SubElement(instrument, "instrument-name").text = f"percussion {midi}"
        for midi in sorted({p for e in staff.events for p in e.pitches}):
            device = ET.SubElement(told, "midi-instrument", id=f"P{number}-I{midi}")
            ET.SubElement(device, "midi-channel").text = "10"
            ET.SubElement(device, "midi-unpitched").text = str(midi + 1)
        return
    ET.SubElement(ET.SubElement(told, "score-instrument", id=f"P{number}-I1"), "instrument-name").text = staff.name
    device = ET.SubElement(told, "midi-instrument", id=f"P{number}-I1")
    ET.SubElement(device, "midi-program").text = str(staff.program + 1)


def _write_part(part: ET.Element, score: Score, staff: _Staff) -> None:
    speller = Speller(score.key)
    number = part.get("id")
    for bar, events in enumerate(bar_events(staff.events, score.bars, score.beats_per_bar)):
        measure = ET.SubElement(part, "measure", number=str(bar + 1))
        if bar == 0:
            _attributes(measure, score, staff)
        if staff.leads:
            _directions(measure, score, bar)
        marks = _chords_of_bar(score, bar) if staff.leads else []
        for at, event in events:
            for chord in [c for c in marks if c.start_beats * DIVISIONS < at + event.length]:
                _harmony(measure, chord, speller, round(chord.start_beats * DIVISIONS) - at)
                marks.remove(chord)
            _event(measure, event, speller, staff, number)
        if bar + 1 == score.bars:
            ET.SubElement(ET.SubElement(measure, "barline", location="right"), "bar-style").text = "light-heavy"


def _attributes(measure: ET.Element, score: Score, staff: _Staff) -> None:
    told = ET.SubElement(measure, "attributes")
    ET.SubElement(told, "divisions").text = str(DIVISIONS)
    key = ET.SubElement(told, "key")
    ET.SubElement(key, "fifths").text = str(key_fifths(score.key))
    ET.SubElement(key, "mode").text = {"ionian": "major", "aeolian": "minor"}.get(score.key.mode, score.key.mode)
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


def _clef(staff: _Staff) -> tuple[str, int, int]:
    if staff.is_drums or staff.spoken:
        return "percussion", 0, 0
    pitches = [p for e in staff.events for p in e.pitches]
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
    for change in score.tempo_map.changes:
        if first <= change.beat < last:
            told = ET.SubElement(measure, "direction", placement="above")
            mark = ET.SubElement(ET.SubElement(told, "direction-type"), "metronome")
            ET.SubElement(mark, "beat-unit").text = "quarter"
            ET.SubElement(mark, "per-minute").text = f"{change.bpm:.4g}"
            if change.beat > first:
                ET.SubElement(told, "offset", sound="yes").text = str(round((change.beat - first) * DIVISIONS))
            ET.SubElement(told, "sound", tempo=f"{change.bpm:.6g}")


def _chords_of_bar(score: Score, bar: int) -> list[Chord]:
    first, last = bar * score.beats_per_bar, (bar + 1) * score.beats_per_bar
    return [c for c in score.chords if first <= c.start_beats < last]


def _harmony(measure: ET.Element, chord: Chord, speller: Speller, offset: int) -> None:
    told = ET.SubElement(measure, "harmony")
    root = ET.SubElement(told, "root")
    name, _, bass_name = chord.name.partition("/")
    tonic = name[:2] if name[1:2] in ("#", "b") else name[:1]
    ET.SubElement(root, "root-step").text = tonic[0]
    if len(tonic) > 1:
        ET.SubElement(root, "root-alter").text = "1" if tonic[1] == "#" else "-1"
    suffix = name[len(tonic) :]
    ET.SubElement(told, "kind", text=suffix).text = _KINDS.get(suffix, "major")
    if bass_name:
        bass = ET.SubElement(told, "bass")
        ET.SubElement(bass, "bass-step").text = bass_name[0]
        if len(bass_name) > 1:
            ET.SubElement(bass, "bass-alter").text = "1" if bass_name[1] == "#" else "-1"
    if suffix.endswith("add9"):
        degree = ET.SubElement(told, "degree")
        ET.SubElement(degree, "degree-value").text = "9"
        ET.SubElement(degree, "degree-alter").text = "0"
        ET.SubElement(degree, "degree-type").text = "add"
    if offset > 0:
        ET.SubElement(told, "offset").text = str(offset)


def _event(measure: ET.Element, event: Event, speller: Speller, staff: _Staff, part_id: str | None) -> None:
    """One rest, note or chord."""
    if not event.pitches:
        note = ET.SubElement(measure, "note")
        if event.fills_bar:
            ET.SubElement(note, "rest", measure="yes")
        else:
            ET.SubElement(note, "rest")
        _length(note, event)
        return
    for index, midi in enumerate(event.pitches):
        note = ET.SubElement(measure, "note")
        if index:
            ET.SubElement(note, "chord")
        if staff.is_drums or staff.spoken:
            spot = ET.SubElement(note, "unpitched")
            letter = _LETTERS_OF_DRUMS.get(midi, "C5") if staff.is_drums else "B4"
            ET.SubElement(spot, "display-step").text = letter[0]
            ET.SubElement(spot, "display-octave").text = letter[1]
        else:
            _pitch(note, midi, speller)
        ET.SubElement(note, "duration").text = str(event.length)
        ties = [kind for kind, pitches in (("stop", event.tied_from), ("start", event.tied_to)) if midi in pitches]
        for kind in ties:
            ET.SubElement(note, "tie", type=kind)
        if staff.is_drums:
            ET.SubElement(note, "instrument", id=f"{part_id}-I{midi}")
        _length(note, event, with_duration=False)
        if staff.spoken:
            ET.SubElement(note, "notehead").text = "x"
        if ties:
            notations = ET.SubElement(note, "notations")
            for kind in ties:
                ET.SubElement(notations, "tied", type=kind)
        if index == 0 and event.lyric is not None:
            _lyric(note, event)


def _pitch(note: ET.Element, midi: int, speller: Speller) -> None:
    step, alter, octave = speller.spell(midi)
    pitch = ET.SubElement(note, "pitch")
    ET.SubElement(pitch, "step").text = step
    if alter:
        ET.SubElement(pitch, "alter").text = str(alter)
    ET.SubElement(pitch, "octave").text = str(octave)


def _length(note: ET.Element, event: Event, *, with_duration: bool = True) -> None:
    if with_duration:
        ET.SubElement(note, "duration").text = str(event.length)
    ET.SubElement(note, "voice").text = "1"
    if not event.fills_bar:
        ET.SubElement(note, "type").text = event.note_type
        if event.dotted:
            ET.SubElement(note, "dot")


def _lyric(note: ET.Element, event: Event) -> None:
    lyric = ET.SubElement(note, "lyric", number="1")
    if event.lyric.text:
        ET.SubElement(lyric, "syllabic").text = event.lyric.syllabic
        ET.SubElement(lyric, "text").text = event.lyric.text
    if event.lyric.extends or not event.lyric.text:
        ET.SubElement(lyric, "extend")

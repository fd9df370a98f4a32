"""Notes, rests, lyrics and chord symbols as MusicXML elements.

The written note is what people read; how it is played stands in its attributes `attack`, `release` (in divisions) and
`dynamics` (a percentage of velocity 90), as MusicXML 4.0 has them for "information that is specific to a performance".
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from generation.engine.score import annotations as notes_on
from generation.engine.score.notation import STEP_TICKS, Event
from generation.engine.score.spelling import Speller
from generation.engine.score.types import Chord

FORTE = 90
"""The velocity of 100 % (MusicXML 4.0, attribute `dynamics` of `note`)."""
KINDS = {
    "": "major",
    "m": "minor",
    "7": "dominant",
    "maj7": "major-seventh",
    "m7": "minor-seventh",
    "dim": "diminished",
    "dim7": "diminished-seventh",
    "m7b5": "half-diminished",
    "aug": "augmented",
    "+": "augmented",
    "sus4": "suspended-fourth",
    "sus2": "suspended-second",
    "5": "power",
    "6": "major-sixth",
    "m6": "minor-sixth",
    "9": "dominant-ninth",
    "maj9": "major-ninth",
    "m9": "minor-ninth",
    "11": "dominant-11th",
    "13": "dominant-13th",
    "add9": "major",
    "madd9": "minor",
    "mmaj7": "major-minor",
}
_NAME = re.compile(r"^([A-G])([#b]?)(.*?)(?:/([A-G])([#b]?))?$")
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
class NoteStyle:
    """How the notes of a staff look. `part_id` names the instruments of drums."""

    part_id: str
    voice: int = 1
    is_drums: bool = False
    spoken: bool = False


def add_hidden(measure: ET.Element, kind: str, data: dict, offset: int = 0) -> None:
    """One of our annotations as a direction that is not printed."""
    told = ET.SubElement(measure, "direction")
    hidden = ET.SubElement(ET.SubElement(told, "direction-type"), "other-direction", {"print-object": "no"})
    hidden.text = notes_on.said(kind, data)
    if offset > 0:
        ET.SubElement(told, "offset", sound="yes").text = str(offset)


def add_harmony(measure: ET.Element, chord: Chord, offset: int) -> None:
    """A chord symbol `offset` ticks behind the place in the measure."""
    add_hidden(measure, "chord", notes_on.chord_data(chord), offset)
    found = _NAME.match(chord.name)
    if not found:
        return
    step, sign, suffix, bass_step, bass_sign = found.groups()
    told = ET.SubElement(measure, "harmony")
    _step(ET.SubElement(told, "root"), "root", step, sign)
    ET.SubElement(told, "kind", text=suffix).text = KINDS.get(suffix, "other")
    if bass_step:
        _step(ET.SubElement(told, "bass"), "bass", bass_step, bass_sign)
    if suffix.endswith("add9"):
        degree = ET.SubElement(told, "degree")
        ET.SubElement(degree, "degree-value").text = "9"
        ET.SubElement(degree, "degree-alter").text = "0"
        ET.SubElement(degree, "degree-type").text = "add"
    if offset > 0:
        ET.SubElement(told, "offset").text = str(offset)


def _step(parent: ET.Element, name: str, step: str, sign: str) -> None:
    ET.SubElement(parent, f"{name}-step").text = step
    if sign:
        ET.SubElement(parent, f"{name}-alter").text = "1" if sign == "#" else "-1"


def add_event(measure: ET.Element, event: Event, speller: Speller, style: NoteStyle) -> None:
    """One rest, note or chord. Rests of a further voice are passed over."""
    if not event.pitches and style.voice > 1:
        add_move(measure, "forward", event.length * STEP_TICKS, style.voice)
        return
    if not event.pitches:
        note = ET.SubElement(measure, "note")
        if event.fills_bar:
            ET.SubElement(note, "rest", measure="yes")
        else:
            ET.SubElement(note, "rest")
        _length(note, event, style)
        return
    for index in range(len(event.pitches)):
        _note(measure, event, index, speller, style)


def add_move(measure: ET.Element, kind: str, length: int, voice: int = 0) -> None:
    """`kind` "forward" or "backup", by ticks."""
    move = ET.SubElement(measure, kind)
    ET.SubElement(move, "duration").text = str(length)
    if voice and kind == "forward":
        ET.SubElement(move, "voice").text = str(voice)


def _note(measure: ET.Element, event: Event, index: int, speller: Speller, style: NoteStyle) -> None:
    midi = event.pitches[index]
    note = ET.SubElement(measure, "note", _performance(event, index))
    if index:
        ET.SubElement(note, "chord")
    if style.is_drums or style.spoken:
        spot = ET.SubElement(note, "unpitched")
        letter = _LETTERS_OF_DRUMS.get(midi, "C5") if style.is_drums else "B4"
        ET.SubElement(spot, "display-step").text = letter[0]
        ET.SubElement(spot, "display-octave").text = letter[1]
    else:
        _pitch(note, midi, speller)
    ET.SubElement(note, "duration").text = str(event.length * STEP_TICKS)
    ties = [kind for kind, pitches in (("stop", event.tied_from), ("start", event.tied_to)) if midi in pitches]
    for kind in ties:
        ET.SubElement(note, "tie", type=kind)
    if style.is_drums or style.spoken:
        ET.SubElement(note, "instrument", id=f"{style.part_id}-I{midi}")
    _length(note, event, style, with_duration=False)
    if style.spoken:
        ET.SubElement(note, "notehead").text = "x"
    if ties:
        notations = ET.SubElement(note, "notations")
        for kind in ties:
            ET.SubElement(notations, "tied", type=kind)
    if index == 0 and event.lyric is not None:
        _lyric(note, event)
    if event.sung is not None:
        _sung(note, event)


def _performance(event: Event, index: int) -> dict[str, str]:
    """`attack` where a note begins, `release` where it ends (a note with a tie has only one of them), `dynamics`."""
    midi, played = event.pitches[index], event.played[index]
    told = {}
    if midi not in event.tied_from:
        early = played.start - event.start * STEP_TICKS
        told |= {"attack": str(early)} if early else {}
        told |= {"dynamics": f"{played.velocity * 100 / FORTE:.2f}"} if played.velocity is not None else {}
    if midi not in event.tied_to:
        late = played.end - (event.start + event.length) * STEP_TICKS
        told |= {"release": str(late)} if late else {}
    return told


def _pitch(note: ET.Element, midi: int, speller: Speller) -> None:
    step, alter, octave = speller.spell(midi)
    pitch = ET.SubElement(note, "pitch")
    ET.SubElement(pitch, "step").text = step
    if alter:
        ET.SubElement(pitch, "alter").text = str(alter)
    ET.SubElement(pitch, "octave").text = str(octave)


def _length(note: ET.Element, event: Event, style: NoteStyle, *, with_duration: bool = True) -> None:
    if with_duration:
        ET.SubElement(note, "duration").text = str(event.length * STEP_TICKS)
    ET.SubElement(note, "voice").text = str(style.voice)
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
    if event.lyric.ends_line:
        ET.SubElement(lyric, "end-line")


def _sung(note: ET.Element, event: Event) -> None:
    """The sounds of a syllable, the line that begins and the manner asked for, for players that know them."""
    sung, line = event.sung
    told = []
    if line is not None:
        told.append(notes_on.said("line", notes_on.line_data(line)))
    if sung.syllable is not None:
        told.append(notes_on.said("sung", notes_on.sung_data(sung.syllable)))
    if sung.expression is not None:
        told.append(notes_on.said("manner", notes_on.manner_data(sung.expression)))
    if told:
        play = ET.SubElement(note, "play")
        for text in told:
            ET.SubElement(play, "other-play", type="codecraft").text = text

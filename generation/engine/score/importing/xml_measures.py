"""One measure of MusicXML at a time: notes with their performance and lyrics, chord symbols, directions."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Any

from generation.engine.score.annotations import heard
from generation.engine.score.grid import TICKS_PER_BEAT
from generation.engine.score.importing.raw import RawChord
from generation.engine.score.importing.types import BadScoreFile
from generation.engine.score.importing.xml_harmony import chord_symbol

MAX_POSITION = 4_000_000
"""Ticks in one measure, and the largest number of anything else."""
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_LEVELS = {
    "pppp": 10, "ppp": 16, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 120, "ffff": 126,
    "sf": 112, "sfz": 112, "fp": 96, "fz": 112,
}  # fmt: skip
_UNITS = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
_SECTION_WORDS = re.compile(
    r"^\s*(verse|chorus|refrain|bridge|intro|outro|coda|pre-?chorus|interlude|instrumental|solo)\b", re.IGNORECASE
)


@dataclass
class XmlNote:
    """A written note in ticks from its measure. `attack` and `release` move its ends when it is played. `lyrics` maps
    verse numbers to (text, begins a word, ends a line)."""

    start: int
    end: int
    midi: int
    voice: str
    velocity: int
    tie_from: bool
    tie_to: bool
    attack: int
    release: int
    lyrics: dict[str, tuple[str, bool, bool]]
    marks: list[tuple[str, dict[str, Any]]]


@dataclass
class Measure:
    """What stands in a measure of one part; places in ticks from its start."""

    notes: list[XmlNote] = field(default_factory=list)
    chords: list[RawChord] = field(default_factory=list)
    tempi: list[tuple[int, int]] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    keys: list[tuple[int, int, str]] = field(default_factory=list)
    marks: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    meter: tuple[int, int] = (4, 4)
    length: int = 0
    implicit: bool = False
    graces: int = 0

    @property
    def nominal(self) -> int:
        return self.meter[0] * 4 * TICKS_PER_BEAT // self.meter[1]


def number(text: str | None, default: float = 0.0) -> float:
    """A number of a file, finite and of a size that music has; anything else is the default."""
    try:
        value = float(text) if text else default
    except ValueError:
        return default
    return value if math.isfinite(value) and abs(value) <= MAX_POSITION else default


class PartReader:
    """Reads the measures of a part in written order: divisions, meter, transposition and loudness hold on."""

    def __init__(self, unpitched: dict[str, int]) -> None:
        self._unpitched = unpitched
        self._scale = float(TICKS_PER_BEAT)
        self._meter = (4, 4)
        self._transpose, self._velocity = 0, 80

    def read(self, element: ET.Element) -> Measure:
        self._measure = Measure(implicit=element.get("implicit") == "yes")
        self._at = self._before = 0.0
        furthest = 0.0
        for child in element:
            reader = getattr(self, f"_{child.tag.replace('-', '_')}", None) if child.tag in _READ else None
            if reader is not None:
                reader(child)
            furthest = max(furthest, self._at)
            if not 0 <= self._at <= MAX_POSITION:
                raise BadScoreFile(f"Measure {element.get('number', '?')[:12]} of the file has an impossible length.")
        self._measure.meter = self._meter
        self._measure.length = round(furthest)
        return self._measure

    def _ticks(self, text: str | None) -> float:
        return number(text) * self._scale

    def _attributes(self, element: ET.Element) -> None:
        divisions = number(element.findtext("divisions"), 0.0)
        if divisions > 0:
            self._scale = TICKS_PER_BEAT / divisions
        key = element.find("key")
        if key is not None and key.find("fifths") is not None:
            fifths = round(number(key.findtext("fifths")))
            mode = (key.findtext("mode") or "").strip().lower()
            if -7 <= fifths <= 7:
                mode = {"major": "ionian", "minor": "aeolian"}.get(mode, mode)
                self._measure.keys.append((round(self._at), fifths, mode))
        time = element.find("time")
        if time is not None:
            beats = sum(int(number(b)) for b in (time.findtext("beats") or "").split("+"))
            unit = int(number(time.findtext("beat-type")))
            if 0 < beats <= 64 and unit in (1, 2, 4, 8, 16, 32, 64):
                self._meter = (beats, unit)
        transpose = element.find("transpose")
        if transpose is not None:
            octaves = number(transpose.findtext("octave-change"))
            self._transpose = round(number(transpose.findtext("chromatic")) + 12 * octaves)

    def _backup(self, element: ET.Element) -> None:
        self._at = max(0.0, self._at - self._ticks(element.findtext("duration")))

    def _forward(self, element: ET.Element) -> None:
        self._at += max(0.0, self._ticks(element.findtext("duration")))

    def _note(self, element: ET.Element) -> None:
        length = max(0.0, self._ticks(element.findtext("duration")))
        if element.find("grace") is not None:
            self._measure.graces += 1
            return
        start = self._before if element.find("chord") is not None else self._at
        self._before = start
        self._at = max(self._at, start + length)
        midi = self._pitch(element)
        if midi is None or element.find("cue") is not None or length <= 0:
            return
        ties = {t.get("type") for t in element.findall("tie")}
        loud = element.get("dynamics")
        velocity = round(number(loud) * 0.9) if loud is not None else self._velocity
        self._measure.notes.append(
            XmlNote(
                start=round(start),
                end=round(start + length),
                midi=midi,
                voice=element.findtext("voice") or "1",
                velocity=min(127, max(1, velocity)),
                tie_from="stop" in ties,
                tie_to="start" in ties,
                attack=round(self._ticks(element.get("attack"))),
                release=round(self._ticks(element.get("release"))),
                lyrics=_lyrics(element),
                marks=[m for p in element.iterfind("play/other-play") if (m := heard((p.text or "").strip()))],
            )
        )

    def _pitch(self, element: ET.Element) -> int | None:
        if element.find("unpitched") is not None:
            instrument = element.find("instrument")
            return self._unpitched.get(instrument.get("id", "") if instrument is not None else "", 38)
        pitch = element.find("pitch")
        step = (pitch.findtext("step") or "").strip() if pitch is not None else ""
        if step not in _STEPS:
            return None
        octave, alter = number(pitch.findtext("octave"), 4.0), number(pitch.findtext("alter"))
        midi = round(12 * (octave + 1) + _STEPS[step] + alter) + self._transpose
        return midi if 0 <= midi <= 127 else None

    def _harmony(self, element: ET.Element) -> None:
        place = max(0, round(self._at + self._ticks(element.findtext("offset"))))
        chord = chord_symbol(element, place)
        if chord is not None:
            self._measure.chords.append(chord)

    def _direction(self, element: ET.Element) -> None:
        offset = element.find("offset")
        moved = self._ticks(offset.text) if offset is not None else 0.0
        place = max(0, round(self._at + moved))
        for hidden in element.iterfind("direction-type/other-direction"):
            mark = heard((hidden.text or "").strip())
            if mark is not None:
                self._measure.marks.append((place, *mark))
        for named in element.iterfind("direction-type/rehearsal"):
            self._measure.sections.append((place, (named.text or "").strip()))
        for words in element.iterfind("direction-type/words"):
            if _SECTION_WORDS.match(words.text or ""):
                self._measure.sections.append((place, (words.text or "").strip()))
        for level in element.iterfind("direction-type/dynamics/*"):
            self._velocity = _LEVELS.get(level.tag, self._velocity)
        sound = element.find("sound")
        if sound is not None:
            self._sound(sound, place)
        if sound is None or sound.get("tempo") is None:
            for mark in element.iterfind("direction-type/metronome"):
                self._metronome(mark, place)

    def _sound(self, element: ET.Element, place: int | None = None) -> None:
        place = round(self._at) if place is None else place
        bpm = number(element.get("tempo"))
        if bpm > 0:
            self._tempo(place, bpm)
        loud = number(element.get("dynamics"))
        if loud > 0:
            self._velocity = min(127, max(1, round(loud * 0.9)))

    def _metronome(self, element: ET.Element, place: int) -> None:
        found = re.search(r"\d+(\.\d+)?", (element.findtext("per-minute") or "")[:40])
        unit = _UNITS.get((element.findtext("beat-unit") or "").strip())
        if found and unit:
            unit *= 1.5 if element.find("beat-unit-dot") is not None else 1.0
            self._tempo(place, float(found.group()) * unit)

    def _tempo(self, place: int, bpm: float) -> None:
        if 1.0 <= bpm <= 2000.0:
            self._measure.tempi.append((place, round(60_000_000 / bpm)))


_READ = frozenset({"attributes", "backup", "forward", "note", "harmony", "direction", "sound"})


def _lyrics(element: ET.Element) -> dict[str, tuple[str, bool, bool]]:
    """Verse number -> (text, begins a word, ends a line)."""
    found = {}
    for lyric in element.findall("lyric"):
        text = " ".join((t.text or "").strip() for t in lyric.findall("text")).strip()
        begins = (lyric.findtext("syllabic") or "single").strip() in ("single", "begin")
        ends = lyric.find("end-line") is not None or lyric.find("end-paragraph") is not None
        if text or ends:
            found[lyric.get("number", "1")] = (text, begins, ends)
    return found

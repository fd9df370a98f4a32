"""A MusicXML file as tracks on the grid of 960 ticks: parts, repeats, ties, verses."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field, replace
from typing import Any

from generation.engine.score.annotations import heard
from generation.engine.score.importing.raw import RawChord, RawLyric, RawMark, RawNote, RawSong, RawTrack
from generation.engine.score.importing.smf import MAX_TRACKS
from generation.engine.score.importing.types import BadScoreFile
from generation.engine.score.importing.xml_measures import Measure, PartReader, XmlNote, number
from generation.engine.score.importing.xml_repeats import MAX_MEASURES, played_order
from generation.engine.score.importing.xml_safe import read_xml


@dataclass
class _Part:
    """A part with what the part list tells of it."""

    name: str
    program: int = 0
    is_drums: bool = False
    pan: float = 0.0
    marks: list[RawMark] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)


@dataclass
class _Open:
    """A note that a tie goes on from."""

    start: int
    end: int
    release: int
    note: XmlNote


def read_musicxml_song(data: bytes) -> RawSong:
    """The parts of a file as they are played, repeats and endings and all."""
    root = read_xml(data)
    if root.tag not in ("score-partwise", "score-timewise"):
        raise BadScoreFile(f"This is not a MusicXML score: its root is <{root.tag[:40]}>.")
    columns = _columns(root)
    if not columns:
        raise BadScoreFile("The MusicXML file holds no part.")
    if len(columns) > MAX_TRACKS:
        raise BadScoreFile(f"The MusicXML file has {len(columns)} parts; {MAX_TRACKS} are the most.")
    longest = max(columns.values(), key=len)
    if len(longest) > MAX_MEASURES:
        raise BadScoreFile(f"The MusicXML file has {len(longest):,} measures; {MAX_MEASURES:,} are the most.")
    parts = [_read_part(root, part_id, measures) for part_id, measures in columns.items()]
    order = played_order(next(iter(columns.values())))
    starts, end, pickup = _places(parts, order)
    return _song(root, parts, order, starts, end, pickup)


def _columns(root: ET.Element) -> dict[str, list[ET.Element]]:
    """Part id -> its measures; a timewise score is turned round."""
    columns: dict[str, list[ET.Element]] = {}
    if root.tag == "score-partwise":
        for part in root.findall("part"):
            columns.setdefault(part.get("id", ""), []).extend(part.findall("measure"))
        return columns
    for measure in root.findall("measure"):
        for part in measure.findall("part"):
            part.attrib |= {k: v for k, v in measure.attrib.items() if k in ("number", "implicit")}
            columns.setdefault(part.get("id", ""), []).append(part)
    return columns


def _read_part(root: ET.Element, part_id: str, measures: list[ET.Element]) -> _Part:
    told = next((p for p in root.iterfind("part-list/score-part") if p.get("id") == part_id), None)
    part, unpitched = _Part(part_id[:60]), {}
    if told is not None:
        part.name = (told.findtext("part-name") or part_id).strip()[:60]
        part.marks = _fields(told)
        for device in told.findall("midi-instrument"):
            if device.find("midi-unpitched") is not None:
                key = round(number(device.findtext("midi-unpitched"), 39.0)) - 1
                unpitched[device.get("id", "")] = min(127, max(0, key))
            part.is_drums = part.is_drums or (device.findtext("midi-channel") or "").strip() == "10"
        device = told.find("midi-instrument")
        if device is not None:
            part.program = min(127, max(0, round(number(device.findtext("midi-program"), 1.0)) - 1))
            part.pan = min(1.0, max(-1.0, number(device.findtext("pan")) / 90.0))
    reader = PartReader(unpitched)
    part.measures = [reader.read(m) for m in measures]
    return part


def _fields(element: ET.Element) -> list[RawMark]:
    texts = element.iterfind("identification/miscellaneous/miscellaneous-field")
    found = [heard((t.text or "").strip()) for t in texts]
    return [RawMark(0, *mark) for mark in found if mark]


def _places(parts: list[_Part], order: list[tuple[int, int]]) -> tuple[list[int], int, int]:
    """The tick at which each played measure starts, the end, and the length of the upbeat."""
    count = max(i for i, _ in order) + 1
    same = [[p.measures[i] for p in parts if i < len(p.measures)] for i in range(count)]
    full = [max((m.length for m in column), default=0) for column in same]
    lengths = [_length(i, same, full) for i in range(count)]
    starts, at = [], 0
    for index, _ in order:
        starts.append(at)
        at += lengths[index]
    first = order[0][0]
    nominal = parts[0].measures[first].nominal if parts[0].measures else 0
    pickup = lengths[first] if lengths[first] < nominal else 0
    return starts, at, pickup


def _length(index: int, same: list[list[Measure]], full: list[int]) -> int:
    """A measure is as long as its meter says, or as what stands in it where that is more. It is shorter where it is
    marked so, where the piece begins with an upbeat, and where it makes a whole bar with that or with its neighbour
    (a bar that a repeat sign parts)."""
    nominal = same[index][0].nominal if same[index] else 0
    if full[index] >= nominal or full[index] == 0:
        return max(full[index], nominal)
    partners = {full[0], *full[max(0, index - 1) : index], *full[index + 1 : index + 2]}
    marked = index == 0 or any(m.implicit for m in same[index])
    return full[index] if marked or nominal - full[index] in partners else nominal


def _song(
    root: ET.Element, parts: list[_Part], order: list[tuple[int, int]], starts: list[int], end: int, pickup: int
) -> RawSong:
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    tempi: dict[int, int] = {}
    keys: dict[int, tuple[int, str]] = {}
    sections: dict[int, str] = {}
    chords: dict[int, RawChord] = {}
    meters: list[tuple[int, int, int]] = []
    marks = _fields(root)
    for part in reversed(parts):  # what the first part says holds
        for (index, _), start in zip(order, starts, strict=True):
            if index >= len(part.measures):
                continue
            measure = part.measures[index]
            tempi |= {start + tick: us for tick, us in measure.tempi}
            sections |= {start + tick: name for tick, name in measure.sections if name}
            chords |= {start + c.tick: replace(c, tick=start + c.tick) for c in measure.chords}
            marks += [RawMark(start + tick, kind, data) for tick, kind, data in measure.marks if kind != "controls"]
    for (index, _), start in zip(order, starts, strict=True):
        if index < len(parts[0].measures):
            measure = parts[0].measures[index]
            keys |= {start + tick: (fifths, mode) for tick, fifths, mode in measure.keys}
            if not meters or meters[-1][1:] != measure.meter:
                meters.append((start, *measure.meter))
    graces = sum(m.graces for p in parts for m in p.measures)
    return RawSong(
        title=title.strip(),
        tracks=tuple(_track(part, order, starts) for part in parts),
        end=end,
        tempi=tuple(sorted(tempi.items())),
        meters=tuple(meters),
        keys=tuple((tick, *key) for tick, key in sorted(_told_places(keys, marks).items())),
        sections=tuple(sorted(sections.items())),
        chords=tuple(c for _, c in sorted(chords.items())),
        marks=tuple(marks),
        pickup=pickup,
        notices=(f"{graces} grace notes are left out.",) if graces else (),
    )


def _told_places(keys: dict[int, tuple[int, str]], marks: list[RawMark]) -> dict[int, tuple[int, str]]:
    """A change of key is written at its bar; our annotation tells the beat."""
    moved = {}
    told = sorted(m.tick for m in marks if m.kind == "key")[:200]
    for tick, key in sorted(keys.items()):
        after = [t for t in told if 0 <= t - tick < 16 * 960 and t not in moved]
        moved[after[0] if after and tick else tick] = key
    return moved


def _track(part: _Part, order: list[tuple[int, int]], starts: list[int]) -> RawTrack:
    walk = _Walk({v for m in part.measures for n in m.notes for v in n.lyrics})
    controls = []
    for (index, verse), start in zip(order, starts, strict=True):
        if index >= len(part.measures):
            continue
        measure = part.measures[index]
        for note in sorted(measure.notes, key=lambda n: n.start):
            walk.take(note, start, verse)
        for tick, kind, data in measure.marks:
            if kind == "controls":
                controls += _controls(start + tick, data)
    walk.close()
    return RawTrack(
        name=part.name,
        program=part.program,
        is_drums=part.is_drums,
        pan=part.pan,
        notes=tuple(sorted(walk.notes, key=lambda n: (n.start, n.midi))),
        controls=tuple(controls),
        lyrics=tuple(_parted_words(sorted(walk.lyrics, key=lambda x: x.tick))),
        marks=(*part.marks, *walk.marks),
    )


def _parted_words(lyrics: list[RawLyric]) -> list[RawLyric]:
    """Some programs call every syllable the middle of a word: then the hyphens of the texts tell, if they do."""
    if len(lyrics) < 8 or sum(x.starts_word for x in lyrics) > len(lyrics) // 10:
        return lyrics
    found, joins = [], False
    for lyric in lyrics:
        found.append(replace(lyric, text=lyric.text.rstrip("-") or lyric.text, starts_word=not joins))
        joins = lyric.text.endswith("-")
    return found


def _controls(start: int, data: dict[str, Any]) -> list[tuple[int, int, int]]:
    rows = data.get("at")
    found = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, list) and len(row) == 3 and all(type(v) is int for v in row):
            tick, controller, value = row
            if 0 <= tick <= 1_000_000 and 0 <= controller < 120 and 0 <= value <= 127:
                found.append((start + tick, controller, value))
    return found


class _Walk:
    """Goes through a part as it is played: joins ties, gathers the lyrics of the verse."""

    def __init__(self, verses: set[str]) -> None:
        self._verses = verses
        self._open: dict[tuple[int, str], _Open] = {}
        self._ends_line = False
        self.notes: list[RawNote] = []
        self.lyrics: list[RawLyric] = []
        self.marks: list[RawMark] = []

    def take(self, note: XmlNote, start: int, verse: int) -> None:
        begin, end = start + note.start, start + note.end
        before = self._open.get((note.midi, note.voice)) if note.tie_from else None
        if before is not None and before.end == begin:
            before.end, before.release = end, note.release
            if not note.tie_to:
                self._finish(self._open.pop((note.midi, note.voice)))
            return
        exact = max(0, begin + note.attack)
        self.marks += [RawMark(exact, kind, data) for kind, data in note.marks]
        self._lyric(note, exact, verse)
        opened = _Open(exact, end, note.release, note)
        if note.tie_to:
            if (stale := self._open.pop((note.midi, note.voice), None)) is not None:
                self._finish(stale)
            self._open[note.midi, note.voice] = opened
        else:
            self._finish(opened)

    def _lyric(self, note: XmlNote, exact: int, verse: int) -> None:
        """The lyric of the verse, or of the first one where the file has no such verse."""
        chosen = str(verse) if str(verse) in self._verses else "1"
        lyric = note.lyrics.get(chosen)
        if lyric is None and chosen not in self._verses and note.lyrics:
            lyric = next(iter(note.lyrics.values()))
        if lyric is None:
            return
        text, begins, ends = lyric
        if text:
            self.lyrics.append(RawLyric(exact, text, begins, self._ends_line, text))
            self._ends_line = False
        self._ends_line = self._ends_line or ends

    def _finish(self, done: _Open) -> None:
        end = max(done.start + 1, done.end + done.release)
        self.notes.append(RawNote(done.start, end, done.note.midi, done.note.velocity))

    def close(self) -> None:
        for opened in self._open.values():
            self._finish(opened)
        self._open.clear()

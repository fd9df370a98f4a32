"""A singer's track as lines: one note at a time, syllables on their notes, words, breaths."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from codecraft.common.codec import decode
from codecraft.common.errors import InvalidInput
from generation.engine.score.check import MIN_NOTE_S
from generation.engine.score.grid import TICKS_PER_BEAT, beats
from generation.engine.score.importing.raw import RawLyric, RawMark, RawNote, RawTrack
from generation.engine.score.importing.syllables import LA, Sung, give_sounds, language_of, valid_told
from generation.engine.score.types import SungLine, Syllable, TempoMap, VocalNote
from voicelab.contracts import (
    Expression,
    SingSpec,
    SungNote,
    SungSyllable,
    SungWord,
    VocalLine,
    VocalPhrase,
    VoiceStyle,
)
from voicelab.engine.phonemes import Pronunciations, pronounce_word
from voicelab.engine.singer.check import check_spec

_NEAR = TICKS_PER_BEAT // 2
"""A syllable or a line belongs to a note that was moved by no more than this."""
_BREATH_S = 0.35
_LONGEST_LINE_S, _USUAL_LINE_S = 11.0, 5.0
_ENERGY = 0.6


@dataclass
class RawLine:
    """A line on its way into the score. `told` is our own annotation of it, where it still stands."""

    notes: list[Sung]
    told: dict[str, Any] | None = None

    @property
    def start(self) -> int:
        return self.notes[0].start

    @property
    def end(self) -> int:
        return self.notes[-1].end


@dataclass(frozen=True)
class ReadVoice:
    """`words` is whether the file has any; `lost` counts syllables that found no note, `short` notes left out."""

    lines: list[RawLine]
    words: bool
    lost: int = 0
    short: int = 0


def one_at_a_time(notes: Sequence[RawNote]) -> list[RawNote]:
    """The highest of what begins together, each note ending where the next begins.

    The skyline of Uitdenbogerd and Zobel ("Melodic matching techniques for large music databases", ACM Multimedia
    1999): of several voices the upper one is heard as the tune. A lower note that begins under a longer one is no part
    of it.
    """
    kept: list[RawNote] = []
    for note in sorted(notes, key=lambda n: (n.start, -n.midi, -n.end)):
        before = kept[-1] if kept else None
        if before is not None and note.start < before.end:
            under = note.midi < before.midi and before.end - note.start > TICKS_PER_BEAT // 8
            if note.start == before.start or under:
                continue
            kept[-1] = replace(before, end=note.start)
        kept.append(note)
    return kept


def read_voice(
    track: RawTrack, tempo_map: TempoMap, pronunciations: Pronunciations = (), *, renumber: bool = True
) -> ReadVoice:
    """The lines of a track. Words count from 0; without `renumber` annotated words keep the numbers they tell."""
    notes, short = [], 0
    for note in one_at_a_time(track.notes):
        length_s = tempo_map.seconds_at(beats(note.end)) - tempo_map.seconds_at(beats(note.start))
        if length_s < MIN_NOTE_S:
            short += 1
        else:
            notes.append(Sung(note.start, note.end, note.midi))
    if not notes:
        return ReadVoice([], words=False, short=short)
    lyrics = _all_lyrics(track)
    lost = _place_lyrics(notes, lyrics, track.marks)
    worded = any(n.lyric is not None for n in notes)
    if not worded:
        for note in notes:
            note.lyric = RawLyric(note.start, LA, starts_word=True, starts_line=False)
    lines = _lines(notes, track.marks, tempo_map, worded=worded)
    language = language_of(lyrics) if any(n.told is None and n.lyric for n in notes) and worded else None
    index = 0
    for line in lines:
        index = give_sounds(line.notes, index, pronunciations, language, renumber=renumber)
        index = _begin_with_sound(line, index)
    return ReadVoice(lines, worded, lost, short)


def _all_lyrics(track: RawTrack) -> list[RawLyric]:
    """The syllables, with those that are told to be empty (the second one of "7")."""
    empty = [RawLyric(m.tick, "", False, False) for m in track.marks if m.kind == "sung" and m.data.get("text") == ""]
    return sorted([*track.lyrics, *empty], key=lambda lyric: lyric.tick) if empty else list(track.lyrics)


def _place_lyrics(notes: list[Sung], lyrics: list[RawLyric], marks: tuple[RawMark, ...]) -> int:
    """Each syllable to the note at its tick, else to the nearest free one; the number of those that find none."""
    starts = [n.start for n in notes]
    at = {n.start: n for n in notes}
    told = {m.tick: m.data for m in marks if m.kind == "sung"}
    left = []
    for lyric in lyrics:
        note = at.get(lyric.tick)
        if note is not None and note.lyric is None:
            _put(note, lyric, told)
        else:
            left.append(lyric)
    lost = 0
    for lyric in left:
        first = bisect_left(starts, lyric.tick - _NEAR)
        near = [n for n in notes[first : first + 16] if n.lyric is None and abs(n.start - lyric.tick) <= _NEAR]
        if near:
            _put(min(near, key=lambda n: abs(n.start - lyric.tick)), lyric, told)
        else:
            lost += 1
    for mark in marks:
        if mark.kind == "manner" and mark.tick in at:
            at[mark.tick].manner = mark.data
    return lost


def _put(note: Sung, lyric: RawLyric, told: dict[int, dict[str, Any]]) -> None:
    note.lyric = lyric
    data = told.get(lyric.tick)
    note.told = data if valid_told(data, lyric) else None


def _lines(notes: list[Sung], marks: tuple[RawMark, ...], tempo_map: TempoMap, *, worded: bool) -> list[RawLine]:
    """Lines by our annotations and by what the words say, else by breaths."""
    told = {m.tick: m.data for m in marks if m.kind == "line"}
    ticks = sorted(told)
    begins = [i for i, n in enumerate(notes) if i == 0 or n.start in told or _opens_line(n)]
    if len(begins) == 1 and not told:
        begins = _verse_lines(notes) if worded else []
        begins = begins if len(begins) > 1 else _breaths(notes, tempo_map, worded=worded)
    lines = []
    for first, stop in zip(begins, [*begins[1:], len(notes)], strict=True):
        lines.append(RawLine(notes[first:stop], _nearest(told, ticks, notes[first].start)))
    return lines if told else [part for line in lines for part in _breathing(line, tempo_map, worded=worded)]


def _nearest(told: dict[int, dict[str, Any]], ticks: list[int], tick: int) -> dict[str, Any] | None:
    """The annotation that stands nearest to a tick, if it is near."""
    at = bisect_left(ticks, tick)
    near = [t for t in ticks[max(0, at - 1) : at + 1] if abs(t - tick) <= _NEAR]
    return told[min(near, key=lambda t: abs(t - tick))] if near else None


def _opens_line(note: Sung) -> bool:
    """As the words say; a line does not begin inside of a word that we annotated."""
    return note.lyric is not None and note.lyric.starts_line and (note.told is None or note.told["k"] == 0)


def _verse_lines(notes: list[Sung]) -> list[int]:
    """Where lines of verse begin: a capital letter behind a long note, a rest or a mark of punctuation."""
    lengths = sorted(n.end - n.start for n in notes)
    usual, text = lengths[len(lengths) // 2], ""
    begins = [0]
    for i, note in enumerate(notes):
        if note.lyric is None:
            continue
        letter = next((c for c in note.lyric.text if c.isalpha()), "")
        stop = text.endswith((".", ",", ";", ":", "!", "?"))
        said_i = note.lyric.text == "I" or note.lyric.text.startswith(("I'", "I’"))  # a capital anywhere
        pause = stop or (note.start - notes[i - 1].start > 1.25 * usual and not said_i)
        if i and letter.isupper() and note.lyric.starts_word and pause and i - begins[-1] > 2:
            begins.append(i)
        text = note.lyric.text
    return begins


def _breathing(line: RawLine, tempo_map: TempoMap, *, worded: bool) -> list[RawLine]:
    """A line that is too long for one breath, in several."""
    if _seconds(tempo_map, line.notes[0].start, line.notes[-1].end) <= _LONGEST_LINE_S:
        return [line]
    begins = _breaths(line.notes, tempo_map, worded=worded)
    return [RawLine(line.notes[a:b]) for a, b in zip(begins, [*begins[1:], len(line.notes)], strict=True)]


def _breaths(notes: list[Sung], tempo_map: TempoMap, *, worded: bool) -> list[int]:
    """Where lines begin: behind rests, and behind the longest note of a stretch that is too long.

    Rests and long notes close groups (Lerdahl and Jackendoff, "A Generative Theory of Tonal Music", 1983, grouping
    preference rule 2; Cambouropoulos, "The local boundary detection model", ICMC 2001).
    """
    begins = [0]
    for i in range(1, len(notes)):
        if worded and (notes[i].lyric is None or not notes[i].lyric.starts_word):
            continue
        rest_s = _seconds(tempo_map, notes[i - 1].end, notes[i].start)
        length_s = _seconds(tempo_map, notes[begins[-1]].start, notes[i - 1].end)
        if rest_s >= _BREATH_S and length_s >= 1.2:
            begins.append(i)
    found = []
    for first, stop in zip(begins, [*begins[1:], len(notes)], strict=True):
        found += _cut(notes, first, stop, tempo_map, worded=worded)
    return found


def _cut(notes: list[Sung], first: int, stop: int, tempo_map: TempoMap, *, worded: bool) -> list[int]:
    if _seconds(tempo_map, notes[first].start, notes[stop - 1].end) <= _LONGEST_LINE_S or stop - first < 4:
        return [first]
    options = [i for i in range(first + 2, stop - 1) if not worded or (notes[i].lyric and notes[i].lyric.starts_word)]
    if not options:
        return [first]

    def ease(i: int) -> float:
        pause_s = _seconds(tempo_map, notes[i - 1].start, notes[i].start)
        off_s = abs(_seconds(tempo_map, notes[first].start, notes[i].start) - _USUAL_LINE_S)
        return pause_s - 0.25 * off_s

    best = max(options, key=ease)
    return [first, *_cut(notes, best, stop, tempo_map, worded=worded)]


def _seconds(tempo_map: TempoMap, start: int, end: int) -> float:
    return tempo_map.seconds_at(beats(end)) - tempo_map.seconds_at(beats(start))


def _begin_with_sound(line: RawLine, index: int) -> int:
    """A line that begins before its words begins on "la": the words behind it move on by one."""
    first = line.notes[0]
    if first.syllable is not None:
        return index
    numbers = [n.syllable.word_index for n in line.notes if n.syllable is not None]
    place = min(numbers, default=index)
    for note in line.notes:
        if note.syllable is not None:
            note.syllable = replace(note.syllable, word_index=note.syllable.word_index + 1)
    sounds = pronounce_word(LA).syllables[0]
    first.syllable = Syllable(LA, LA, place, 0, sounds.onset, sounds.nucleus, sounds.coda, sounds.stress)
    return index + 1


def finished(line: RawLine, section: int) -> SungLine:
    """The line as the score keeps it: its own text and energy where it is still whole."""
    notes = tuple(
        VocalNote(
            beats(n.start),
            beats(n.end - n.start),
            n.midi,
            n.syllable,
            _expression(n.manner, begins=n.syllable is not None),
        )
        for n in line.notes
    )
    told, energy, text = line.told or {}, _ENERGY, _words(line)
    if isinstance(told.get("energy"), int | float) and 0 <= told["energy"] <= 1:
        energy = float(told["energy"])
    sung = [n for n in line.notes if n.syllable]
    whole = told.get("sung") == len(sung) and all(n.told is not None for n in sung)
    if whole and isinstance(told.get("text"), str):
        text = told["text"]
    return SungLine(section, text, notes, energy)


def _words(line: RawLine) -> str:
    found = [n.syllable for n in line.notes if n.syllable]
    return " ".join(s.word for s in found if s.index_in_word == 0)


def _expression(manner: dict[str, Any] | None, *, begins: bool) -> Expression | None:
    """How a person wished the note sung, where a singer can do that; `begins`: a syllable begins on the note."""
    if manner is None:
        return None
    try:
        told = decode(Expression, manner)
        note = SungNote(1.0, 2.0, 60.0, told)
        notes = (note,) if begins else (SungNote(0.0, 1.0, 60.0), note)
        phrase = VocalPhrase((SungWord(LA, (SungSyllable(LA, "l", "ɑ", "", 2, notes),)),))
        check_spec(SingSpec((VocalLine((phrase,)),), VoiceStyle.ALTO, 3.0, 0))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, InvalidInput):
        return None
    return told

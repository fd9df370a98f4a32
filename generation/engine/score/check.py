"""What must hold of every score before anything is made of it."""

from __future__ import annotations

from math import isfinite

from codecraft.common.errors import StudioError
from generation.engine.score.keys import MODES, SHARP_NAMES
from generation.engine.score.types import VOCALISE, Note, Part, Score, SungLine, VocalNote, VocalPart
from voicelab.contracts import VoiceRange

MIN_NOTE_S = 0.045
"""Shorter sung notes than this cannot hold a vowel."""
MAX_PARTS = 48
_EPS = 1e-6
_MOST_BEATS = 100_000.0
_MOST_TAIL_S = 60.0


class BrokenScore(StudioError):
    """The score breaks a rule of notation; the sentence says which, for which note, and in which bar (as people count:
    the first bar and the first beat of a bar are 1)."""

    code = "broken_score"
    http_status = 422


def check_score(
    score: Score, voice_range: VoiceRange | None = None, backing_ranges: tuple[VoiceRange, ...] = ()
) -> None:
    """Raise BrokenScore when the score breaks a rule. `voice_range` is the compass that the lead must keep,
    `backing_ranges` those of the backing parts in order."""
    _check_frame(score)
    _check_chords(score)
    for part in score.parts:
        _check_part(part, score)
    _check_vocal(score.lead, score)
    if voice_range is not None:
        _check_compass(score.lead, voice_range, score)
    _check_words(score.lead)
    for harmony in score.harmonies:
        _check_vocal(harmony, score)
        if _word_order(harmony) != _word_order(score.lead):
            raise BrokenScore(f"The harmony {harmony.name} does not sing the words of the lead.")
    for part in score.backing:
        _check_vocal(part, score)
        _check_backing_words(part, score.lead)
    for part, compass in zip(score.backing, backing_ranges, strict=False):
        _check_compass(part, compass, score)


def place(score: Score, beat: float) -> str:
    """ "in bar 5 at beat 2.5": where people find a beat of the song."""
    if not isfinite(beat):
        return "at no beat"
    bar = int((beat + _EPS) // score.beats_per_bar)
    return f"in bar {bar + 1} at beat {round(beat - bar * score.beats_per_bar + 1, 3):g}"


def pitch_name(midi: int) -> str:
    """ "A4" for 69 (middle C is C4)."""
    return f"{SHARP_NAMES[midi % 12]}{midi // 12 - 1}"


def _sung(note: VocalNote, line: SungLine, score: Score) -> str:
    """ "The note on “heart” in bar 5 at beat 2.5 (“the fire in our hearts”)"."""
    told = next((n.syllable for n in reversed(line.notes[: line.notes.index(note) + 1]) if n.syllable), None)
    word = f" on “{told.word}”" if told is not None else ""
    return f"The note{word} {place(score, note.start_beats)} (“{line.text}”)"


def _impossible(note: Note) -> str:
    if not 0 <= note.midi <= 127:
        return f"pitch {note.midi}, outside of 0 to 127"
    if not 1 <= note.velocity <= 127:
        return f"velocity {note.velocity}, outside of 1 to 127"
    return f"a length of {note.duration_beats:g} beats"


def _check_frame(score: Score) -> None:
    changes = score.tempo_map.changes
    if not changes or changes[0].beat != 0.0:
        raise BrokenScore("The tempo map must begin at beat 0.")
    if any(b.beat <= a.beat for a, b in zip(changes, changes[1:], strict=False)):
        raise BrokenScore("The tempo changes are not in order.")
    if any(not 10.0 <= c.bpm <= 400.0 for c in changes):
        raise BrokenScore("A tempo lies outside 10..400 beats a minute.")
    if any(b.beat <= a.beat for a, b in zip(score.key_changes, score.key_changes[1:], strict=False)):
        raise BrokenScore("The key changes are not in order.")
    if any(c.key.mode not in MODES for c in score.key_changes):
        raise BrokenScore("A key change names a mode that is none.")
    if not score.sections or score.beats_per_bar < 1:
        raise BrokenScore("A score needs at least one section and one beat in a bar.")
    bar = 0
    for section in score.sections:
        if section.start_bar != bar or section.bars < 1:
            raise BrokenScore(f"The section {section.name} does not begin where the one before it ends.")
        bar += section.bars
    if not 0.0 <= score.tail_s <= _MOST_TAIL_S:
        raise BrokenScore(f"The tail lasts {score.tail_s:g} s; it may last from 0 to {_MOST_TAIL_S:g} s.")
    if len(score.parts) > MAX_PARTS:
        raise BrokenScore(f"A score holds {MAX_PARTS} parts at most, not {len(score.parts)}.")
    names = [p.name for p in score.parts]
    if len(set(names)) != len(names):
        raise BrokenScore("Two parts have one name.")


def _check_chords(score: Score) -> None:
    at = 0.0
    for chord in score.chords:
        if abs(chord.start_beats - at) > _EPS or chord.duration_beats <= 0:
            where = place(score, chord.start_beats)
            raise BrokenScore(f"The chord {chord.name} {where} leaves a gap or overlaps.")
        if chord.root not in chord.pitch_classes:
            raise BrokenScore(f"The chord {chord.name} {place(score, chord.start_beats)} lacks its root.")
        at = chord.start_beats + chord.duration_beats
    if score.chords and abs(at - score.end_beats) > _EPS:
        raise BrokenScore("The chords do not end with the last bar.")


def _check_part(part: Part, score: Score) -> None:
    if not 0 <= part.program <= 127:
        raise BrokenScore(f"The part {part.name} has no General MIDI program.")
    last_end: dict[int, float] = {}
    before = 0.0
    for note in part.notes:
        if not note.start_beats >= before - _EPS:  # so written, what is no number fails too
            raise BrokenScore(f"The notes of {part.name} are not in order {place(score, note.start_beats)}.")
        before = note.start_beats
        if not 0 <= note.midi <= 127 or not 1 <= note.velocity <= 127 or not 0 < note.duration_beats < _MOST_BEATS:
            where = place(score, note.start_beats)
            raise BrokenScore(f"A note of {part.name} {where} has an impossible value: {_impossible(note)}.")
        if note.start_beats < last_end.get(note.midi, -1.0) - _EPS:
            where = place(score, note.start_beats)
            raise BrokenScore(f"{part.name} strikes {pitch_name(note.midi)} {where} while it sounds.")
        last_end[note.midi] = note.start_beats + note.duration_beats
        if score.tempo_map.seconds_at(note.start_beats) > score.duration_s:
            raise BrokenScore(f"{part.name} plays after the end of the song, {place(score, note.start_beats)}.")
    if any(b.beat < a.beat - _EPS for a, b in zip(part.controls, part.controls[1:], strict=False)):
        raise BrokenScore(f"The controls of {part.name} are not in order.")


def _check_vocal(part: VocalPart, score: Score) -> None:
    end = 0.0
    for line in part.lines:
        _check_line(line, part.name, score)
        if line.notes[0].start_beats < end - _EPS:
            where = place(score, line.notes[0].start_beats)
            raise BrokenScore(f"The line “{line.text}” begins before the one before it ends, {where}.")
        end = line.notes[-1].start_beats + line.notes[-1].duration_beats
    if end > score.end_beats + _EPS:
        raise BrokenScore("The singer goes on after the last bar.")


def _check_line(line: SungLine, name: str, score: Score) -> None:
    if not line.notes or line.notes[0].syllable is None:
        raise BrokenScore(f"A line of {name} does not begin with a syllable.")
    if not 0 <= line.section < len(score.sections):
        raise BrokenScore(f"The line “{line.text}” belongs to no section.")
    section = score.sections[line.section]
    first = section.start_bar * score.beats_per_bar
    last = (section.start_bar + section.bars) * score.beats_per_bar
    end = max(0.0, float(first - score.beats_per_bar))  # an upbeat may come before its section
    for note in line.notes:
        if not (note.start_beats >= end - _EPS and note.start_beats + note.duration_beats <= last + _EPS):
            told = _sung(note, line, score)
            raise BrokenScore(f"{told} overlaps another or leaves its section, {section.name}.")
        end = note.start_beats + note.duration_beats
        if score.tempo_map.seconds_at(end) - score.tempo_map.seconds_at(note.start_beats) < MIN_NOTE_S:
            raise BrokenScore(
                f"{_sung(note, line, score)} is too short to sing: {MIN_NOTE_S * 1000:.0f} ms are needed."
            )
        if not 0 <= note.midi <= 127:
            raise BrokenScore(f"{_sung(note, line, score)} has the pitch {note.midi}, which is no MIDI pitch.")


def _check_compass(part: VocalPart, compass: VoiceRange, score: Score) -> None:
    for line in part.lines:
        for note in line.notes:
            if not compass.lowest <= note.midi <= compass.highest:
                low, high = pitch_name(compass.lowest), pitch_name(compass.highest)
                raise BrokenScore(
                    f"{_sung(note, line, score)} asks for {pitch_name(note.midi)}, outside the singer's range "
                    f"({low} to {high})."
                )


def _word_order(part: VocalPart) -> list[tuple[int, int]]:
    return [(n.syllable.word_index, n.syllable.index_in_word) for line in part.lines for n in line.notes if n.syllable]


def _check_words(part: VocalPart) -> None:
    """Words count up from 0 without a gap, and the syllables of each from 0."""
    word, syllable = -1, 0
    for word_index, index_in_word in _word_order(part):
        fresh = index_in_word == 0 and word_index == word + 1
        if not fresh and not (word_index == word and index_in_word == syllable + 1):
            raise BrokenScore(f"The syllables are out of order at word {word_index}.")
        word, syllable = word_index, index_in_word


def _check_backing_words(part: VocalPart, lead: VocalPart) -> None:
    """Backing singers join in on syllables of the lead, in its order, or sing no words at all."""
    heard = {place: number for number, place in enumerate(_word_order(lead))}
    before = -1
    for place in _word_order(part):
        if place[0] == VOCALISE:
            continue
        if heard.get(place, -1) <= before:
            raise BrokenScore(f"The backing part {part.name} leaves the words of the lead at word {place[0]}.")
        before = heard[place]

"""What must hold of every score before anything is made of it."""

from __future__ import annotations

from codecraft.common.errors import StudioError
from generation.engine.score.types import VOCALISE, Part, Score, SungLine, VocalPart
from voicelab.contracts import VoiceRange

MIN_NOTE_S = 0.045
"""Shorter sung notes than this cannot hold a vowel."""
MAX_PARTS = 48
_EPS = 1e-6


class BrokenScore(StudioError):
    """The score breaks a rule of notation; the sentence says which and where."""

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
        _check_compass(score.lead, voice_range)
    _check_words(score.lead)
    for harmony in score.harmonies:
        _check_vocal(harmony, score)
        if _word_order(harmony) != _word_order(score.lead):
            raise BrokenScore(f"The harmony {harmony.name} does not sing the words of the lead.")
    for part in score.backing:
        _check_vocal(part, score)
        _check_backing_words(part, score.lead)
    for part, compass in zip(score.backing, backing_ranges, strict=False):
        _check_compass(part, compass)


def _check_frame(score: Score) -> None:
    changes = score.tempo_map.changes
    if not changes or changes[0].beat != 0.0:
        raise BrokenScore("The tempo map must begin at beat 0.")
    if any(b.beat <= a.beat for a, b in zip(changes, changes[1:], strict=False)):
        raise BrokenScore("The tempo changes are not in order.")
    if any(not 10.0 <= c.bpm <= 400.0 for c in changes):
        raise BrokenScore("A tempo lies outside 10..400 beats a minute.")
    if not score.sections or score.beats_per_bar < 1:
        raise BrokenScore("A score needs at least one section and one beat in a bar.")
    bar = 0
    for section in score.sections:
        if section.start_bar != bar or section.bars < 1:
            raise BrokenScore(f"The section {section.name} does not begin where the one before it ends.")
        bar += section.bars
    if len(score.parts) > MAX_PARTS:
        raise BrokenScore(f"A score holds {MAX_PARTS} parts at most, not {len(score.parts)}.")
    names = [p.name for p in score.parts]
    if len(set(names)) != len(names):
        raise BrokenScore("Two parts have one name.")


def _check_chords(score: Score) -> None:
    at = 0.0
    for chord in score.chords:
        if abs(chord.start_beats - at) > _EPS or chord.duration_beats <= 0:
            raise BrokenScore(f"The chord {chord.name} at beat {chord.start_beats:g} leaves a gap or overlaps.")
        if chord.root not in chord.pitch_classes:
            raise BrokenScore(f"The chord {chord.name} lacks its root.")
        at = chord.start_beats + chord.duration_beats
    if score.chords and abs(at - score.end_beats) > _EPS:
        raise BrokenScore("The chords do not end with the last bar.")


def _check_part(part: Part, score: Score) -> None:
    if not 0 <= part.program <= 127:
        raise BrokenScore(f"The part {part.name} has no General MIDI program.")
    last_end: dict[int, float] = {}
    before = 0.0
    for note in part.notes:
        if note.start_beats < before - _EPS:
            raise BrokenScore(f"The notes of {part.name} are not in order.")
        before = note.start_beats
        if not 0 <= note.midi <= 127 or not 1 <= note.velocity <= 127 or note.duration_beats <= 0:
            raise BrokenScore(f"A note of {part.name} at beat {note.start_beats:g} has an impossible value.")
        if note.start_beats < last_end.get(note.midi, -1.0) - _EPS:
            raise BrokenScore(f"{part.name} strikes the key {note.midi} at beat {note.start_beats:g} while it sounds.")
        last_end[note.midi] = note.start_beats + note.duration_beats
        if score.tempo_map.seconds_at(note.start_beats) > score.duration_s:
            raise BrokenScore(f"{part.name} plays after the end of the song.")
    if any(b.beat < a.beat - _EPS for a, b in zip(part.controls, part.controls[1:], strict=False)):
        raise BrokenScore(f"The controls of {part.name} are not in order.")


def _check_vocal(part: VocalPart, score: Score) -> None:
    end = 0.0
    for line in part.lines:
        _check_line(line, part.name, score)
        if line.notes[0].start_beats < end - _EPS:
            raise BrokenScore(f"The line “{line.text}” begins before the one before it ends.")
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
        if note.start_beats < end - _EPS or note.start_beats + note.duration_beats > last + _EPS:
            raise BrokenScore(f"A note of “{line.text}” overlaps another or leaves its section.")
        end = note.start_beats + note.duration_beats
        if score.tempo_map.seconds_at(end) - score.tempo_map.seconds_at(note.start_beats) < MIN_NOTE_S:
            raise BrokenScore(f"A note of “{line.text}” is too short to sing.")
        if not 0 <= note.midi <= 127:
            raise BrokenScore(f"A note of “{line.text}” is no MIDI pitch.")


def _check_compass(part: VocalPart, compass: VoiceRange) -> None:
    for line in part.lines:
        for note in line.notes:
            if not compass.lowest <= note.midi <= compass.highest:
                raise BrokenScore(f"“{line.text}” asks for the pitch {note.midi}, outside the singer's range.")


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

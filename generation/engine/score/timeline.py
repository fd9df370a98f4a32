"""The score in seconds: what the singer sings, and what film, karaoke and metadata read.

Times come from the score's tempo map alone and are seconds from the start of the song.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import groupby

from generation.engine.score.types import Key, Score, SungLine, VocalNote, VocalPart
from voicelab.contracts import SungNote, SungSyllable, SungWord, VocalLine, VocalPhrase
from voicelab.engine.phonemes import SyllableSounds, fit_to_note


@dataclass(frozen=True)
class NamedSpan:
    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class TimedKey:
    """From this time on the music stands in `key`."""

    start_s: float
    key: Key


@dataclass(frozen=True)
class TimedNote:
    """`syllable` is empty on a note that goes on singing the syllable before it."""

    start_s: float
    end_s: float
    midi: int
    syllable: str
    word: str


@dataclass(frozen=True)
class TimedWord:
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class TimedLine:
    """A line of the lyrics; `section` is an index into `Score.sections`."""

    text: str
    start_s: float
    end_s: float
    section: int
    words: tuple[TimedWord, ...]


def key_changes(score: Score) -> tuple[TimedKey, ...]:
    """Where the song leaves its first key, and for which."""
    return tuple(TimedKey(score.tempo_map.seconds_at(c.beat), c.key) for c in score.key_changes)


def vocal_line(part: VocalPart, score: Score) -> VocalLine:
    """A vocal part as the voice lab sings it: beats become seconds, melismas become several notes of a syllable.

    A line that returns with the same words and notes is another take each time, as a person would sing it.
    """
    returns: Counter[tuple] = Counter()
    phrases = []
    for line in part.lines:
        if line.notes:
            sung = _identity(line)
            phrases.append(_phrase(line, score, take=returns[sung]))
            returns[sung] += 1
    return VocalLine(tuple(phrases))


def _identity(line: SungLine) -> tuple:
    """Words and notes from the line's start, to a thousandth of a beat."""
    first = line.notes[0].start_beats
    return tuple(
        (
            (n.syllable.word, n.syllable.text) if n.syllable else None,
            round(n.start_beats - first, 3),
            round(n.duration_beats, 3),
            n.midi,
        )
        for n in line.notes
    )


def _phrase(line: SungLine, score: Score, *, take: int) -> VocalPhrase:
    words, groups = [], _word_groups(line)
    for group in groups:
        syllables = tuple(_sung_syllable(notes, score) for notes in _syllable_groups(group))
        if len(syllables) == 1:
            syllables = (_fitted(syllables[0], group[0].syllable.word, is_last=group is groups[-1]),)
        words.append(SungWord(group[0].syllable.word, syllables))
    return VocalPhrase(tuple(words), energy=line.energy, take=take)


def _fitted(sung: SungSyllable, word: str, *, is_last: bool) -> SungSyllable:
    """A function word slurred on a short note, full on a long one."""
    sounds = SyllableSounds(sung.onset, sung.nucleus, sung.coda, sung.stress)
    length_s = sung.notes[-1].end_s - sung.notes[0].start_s
    fitted = fit_to_note(word, sounds, length_s, is_last=is_last)
    return replace(sung, onset=fitted.onset, nucleus=fitted.nucleus, coda=fitted.coda)


def _sung_syllable(notes: list[VocalNote], score: Score) -> SungSyllable:
    at = score.tempo_map.seconds_at
    told = notes[0].syllable
    sung = tuple(
        SungNote(at(n.start_beats), at(n.start_beats + n.duration_beats), float(n.midi), n.expression) for n in notes
    )
    return SungSyllable(told.text, told.onset, told.nucleus, told.coda, told.stress, sung)


def _syllable_groups(notes: list[VocalNote]) -> list[list[VocalNote]]:
    """Notes gathered into syllables: a note without a syllable goes on with the one before it."""
    groups: list[list[VocalNote]] = []
    for note in notes:
        if note.syllable is not None or not groups:
            groups.append([note])
        else:
            groups[-1].append(note)
    return groups


def _word_groups(line: SungLine) -> list[list[VocalNote]]:
    groups = []
    for _, members in groupby(_syllable_groups(list(line.notes)), key=lambda g: g[0].syllable.word_index):
        groups.append([note for group in members for note in group])
    return groups


def vocal_notes(score: Score) -> list[TimedNote]:
    """The notes of the lead in order."""
    at = score.tempo_map.seconds_at
    found = []
    for line in score.lead.lines:
        told = None
        for note in line.notes:
            told = note.syllable or told
            fragment = note.syllable.text if note.syllable else ""
            end_s = at(note.start_beats + note.duration_beats)
            found.append(TimedNote(at(note.start_beats), end_s, note.midi, fragment, told.word if told else ""))
    return found


def timed_lines(score: Score) -> list[TimedLine]:
    """The lines of the lead with the times of their words."""
    at = score.tempo_map.seconds_at
    lines = []
    for line in score.lead.lines:
        words = []
        for group in _word_groups(line):
            last = group[-1]
            end_s = at(last.start_beats + last.duration_beats)
            words.append(TimedWord(group[0].syllable.word, at(group[0].start_beats), end_s))
        if words:
            lines.append(TimedLine(line.text, words[0].start_s, words[-1].end_s, line.section, tuple(words)))
    return lines


def timed_words(score: Score) -> list[TimedWord]:
    """The words of the lead in order."""
    return [word for line in timed_lines(score) for word in line.words]


def beats_s(score: Score) -> list[float]:
    """Every beat of the song up to the end of its last bar, the end not included."""
    return [score.tempo_map.seconds_at(float(beat)) for beat in range(round(score.end_beats))]


def bars_s(score: Score) -> list[float]:
    """The first beat of every bar."""
    return [score.tempo_map.seconds_at(float(bar * score.beats_per_bar)) for bar in range(score.bars)]


def chord_spans(score: Score) -> list[NamedSpan]:
    at = score.tempo_map.seconds_at
    return [NamedSpan(c.name, at(c.start_beats), at(c.start_beats + c.duration_beats)) for c in score.chords]


def section_spans(score: Score) -> list[NamedSpan]:
    """The sections; the last one holds the tail as well."""
    spans = [NamedSpan(section.name, *score.section_span_s(section)) for section in score.sections]
    return [*spans[:-1], NamedSpan(spans[-1].name, spans[-1].start_s, score.duration_s)]

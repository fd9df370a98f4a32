"""An audition: one line, one voice, a small melody. From what a person asked to what the singer sings.

Conventions: seconds from the start of the audio; pitches as MIDI numbers; a note belongs to one syllable, a slurred one
to the syllable of the note before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from codecraft.common.errors import InvalidInput
from voicelab.contracts import (
    VOICE_RANGES,
    Expression,
    SingSpec,
    SungNote,
    SungSyllable,
    SungWord,
    VocalLine,
    VocalPhrase,
    VoiceStyle,
)
from voicelab.engine.harmony import Key, find_key, four_parts
from voicelab.engine.language import foreign_notice, language_of
from voicelab.engine.melodies import TUNES, MelodyNote, cut_phrases, fit_tune
from voicelab.engine.phonemes import (
    PronouncedWord,
    Pronunciations,
    SyllableSounds,
    fit_to_note,
    has_sound,
    marked_word,
    pronounce_line,
    tokens_of,
    word_key,
)
from voicelab.engine.spelling import split_word

MAX_TEXT_CHARS, MAX_SYLLABLES, MAX_DURATION_S = 200, 60, 90.0
LEAD_IN_S, TAIL_S = 0.7, 1.2
"""Room for the breath and the consonants before the first note, and for the last one to fade."""
_PARTS = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)
PART_NAMES = ("soprano", "alto", "tenor", "bass")


class AuditionMode(StrEnum):
    SING = "sing"
    SAY = "say"


@dataclass(frozen=True)
class Audition:
    """What is asked. `notes` replace the tune `melody`; `expressions` are pairs (index of a note, how); `rate` is the
    pace of speech against the voice's own. `text` may hold `{word|sounds}`."""

    voice: VoiceStyle
    text: str
    mode: AuditionMode = AuditionMode.SING
    melody: str = "hymn"
    notes: tuple[MelodyNote, ...] = ()
    tempo_bpm: float | None = None
    seed: int = 1
    rate: float = 1.0
    expressions: tuple[tuple[int, Expression], ...] = ()
    pronunciations: Pronunciations = ()


@dataclass(frozen=True)
class PlacedNote:
    """`text` is the written syllable (empty on a slur), `phonemes` its sounds."""

    syllable: int
    word: int
    text: str
    phonemes: str
    start_s: float
    end_s: float
    melody: MelodyNote
    expression: Expression | None


@dataclass(frozen=True)
class SungPlan:
    """What will be sung. `parts` are the pitches of the notes in each line, highest first; a soloist has one line."""

    spec: SingSpec
    notes: tuple[PlacedNote, ...]
    parts: tuple[tuple[float, ...], ...]
    tempo_bpm: float
    notices: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """One syllable of the line: which word it belongs to, how it is written, how it sounds."""

    word: int
    text: str
    sounds: SyllableSounds


def read_line(text: str, pronunciations: Pronunciations = ()) -> tuple[PronouncedWord, ...]:
    """The words of a line as they will sound. Raises InvalidInput (field "text") when there is nothing to sing, or more
    than an audition holds."""
    if not text.strip():
        raise InvalidInput("Write a line to be sung or said.", field="text")
    if not has_sound(text):
        raise InvalidInput("There is no word in this line, only signs: write at least one word.", field="text")
    words = pronounce_line(text, pronunciations, language_of(text))
    syllables = sum(len(word.syllables) for word in words)
    if syllables > MAX_SYLLABLES:
        raise InvalidInput(
            f"An audition takes up to {MAX_SYLLABLES} syllables; this line has {syllables}.", field="text"
        )
    return words


def plan_sung(audition: Audition) -> SungPlan:
    """Where each syllable is sung. Raises InvalidInput with the field that cannot be used."""
    if audition.voice is VoiceStyle.SPOKEN:
        raise InvalidInput(
            "The narrator only speaks: choose another voice to sing, or let it say the line.", field="voice"
        )
    words = read_line(audition.text, audition.pronunciations)
    phrases = cut_phrases(words)
    notes, key, tempo_bpm = _melody(audition, phrases)
    notes, moved = _in_compass(notes, audition.voice)
    places = _places(phrases)
    placed = _place(notes, places, tempo_bpm, dict(audition.expressions))
    duration_s = placed[-1].end_s + TAIL_S
    if duration_s > MAX_DURATION_S:
        raise InvalidInput(
            f"This would take {duration_s:.0f} s: an audition lasts {MAX_DURATION_S:.0f} s at most. "
            "Take a faster tempo or a shorter line.",
            field="tempo_bpm",
        )
    parts = four_parts(notes, key) if audition.voice is VoiceStyle.CHOIR else (tuple(n.midi for n in notes),)
    lines = tuple(_line(phrases, placed, part) for part in parts)
    notices = (*foreign_notice(audition.text), *moved)
    placed = _as_sung(placed, lines[0])
    return SungPlan(SingSpec(lines, audition.voice, duration_s, audition.seed), placed, parts, tempo_bpm, notices)


def _melody(
    audition: Audition, phrases: tuple[tuple[PronouncedWord, ...], ...]
) -> tuple[tuple[MelodyNote, ...], Key, float]:
    tune = TUNES[audition.melody]
    tempo_bpm = audition.tempo_bpm or tune.tempo_bpm
    if not audition.notes:
        notes, tonic = fit_tune(tune, phrases, audition.voice)
        return notes, Key(tonic, tune.scale), tempo_bpm
    return audition.notes, find_key(audition.notes), tempo_bpm


def _in_compass(notes: tuple[MelodyNote, ...], voice: VoiceStyle) -> tuple[tuple[MelodyNote, ...], tuple[str, ...]]:
    """The notes, those outside of the compass moved by octaves, and a sentence about it."""
    compass = VOICE_RANGES[voice]
    moved = []
    for note in notes:
        midi = note.midi
        while midi > compass.highest:
            midi -= 12.0
        while midi < compass.lowest:
            midi += 12.0
        moved.append(replace(note, midi=midi))
    count = sum(a.midi != b.midi for a, b in zip(notes, moved, strict=True))
    if not count:
        return notes, ()
    subject = "A note was" if count == 1 else f"{count} notes were"
    told = f"{note_name(compass.lowest)} to {note_name(compass.highest)}"
    return tuple(moved), (f"{subject} moved by octaves into what this voice can sing ({told}).",)


def note_name(midi: float) -> str:
    """69 -> "A4"."""
    number = round(midi)
    return f"{'C C♯ D D♯ E F F♯ G G♯ A A♯ B'.split()[number % 12]}{number // 12 - 1}"


def _places(phrases: tuple[tuple[PronouncedWord, ...], ...]) -> list[_Place]:
    words = [word for phrase in phrases for word in phrase]
    return [
        _Place(number, text, sounds)
        for number, word in enumerate(words)
        for text, sounds in zip(split_word(word), word.syllables, strict=True)
    ]


def _place(
    notes: tuple[MelodyNote, ...], places: list[_Place], tempo_bpm: float, expressions: dict[int, Expression]
) -> tuple[PlacedNote, ...]:
    """Beats to seconds, notes to syllables."""
    sung = sum(not note.slur for note in notes)
    if sung != len(places) or notes[0].slur:
        raise InvalidInput(
            f"The line has {len(places)} syllables, the melody has notes for {sung}: each syllable needs one "
            "(further notes of a syllable are slurred).",
            field="melody",
        )
    beyond = next((index for index in expressions if index >= len(notes)), None)
    if beyond is not None:
        raise InvalidInput(
            f"There is no note {beyond}: the line has {len(notes)}, counted from 0.", field="expressions"
        )
    placed, at_s, syllable, beat_s = [], LEAD_IN_S, -1, 60.0 / tempo_bpm
    for index, note in enumerate(notes):
        syllable += not note.slur
        start_s = at_s + note.rest_beats * beat_s
        at_s = start_s + note.beats * beat_s
        place = places[syllable]
        sounds = expressions[index].phonemes if index in expressions else ""
        placed.append(
            PlacedNote(
                syllable,
                place.word,
                "" if note.slur else place.text,
                "" if note.slur else sounds or place.sounds.phonemes,
                round(start_s, 6),
                round(at_s, 6),
                note,
                expressions.get(index),
            )
        )
    return tuple(placed)


def _line(
    phrases: tuple[tuple[PronouncedWord, ...], ...], placed: tuple[PlacedNote, ...], part: tuple[float, ...]
) -> VocalLine:
    """The singer's own words for one part."""
    by_syllable: dict[int, list[SungNote]] = {}
    for note, midi in zip(placed, part, strict=True):
        sung = SungNote(note.start_s, note.end_s, midi, note.expression)
        by_syllable.setdefault(note.syllable, []).append(sung)
    number, made = 0, []
    for phrase in phrases:
        words = []
        for word in phrase:
            syllables = []
            for text, s in zip(split_word(word), word.syllables, strict=True):
                notes = tuple(by_syllable[number])
                if len(word.syllables) == 1:  # slurred on a short note, full on a long one
                    length_s = notes[-1].end_s - notes[0].start_s
                    s = fit_to_note(word.text, s, length_s, is_last=word is phrase[-1])
                syllables.append(SungSyllable(text, s.onset, s.nucleus, s.coda, s.stress, notes))
                number += 1
            words.append(SungWord(word.text, tuple(syllables)))
        made.append(VocalPhrase(tuple(words)))
    return VocalLine(tuple(made))


def _as_sung(placed: tuple[PlacedNote, ...], line: VocalLine) -> tuple[PlacedNote, ...]:
    """The notes with the sounds that will be sung there; a person's own stay."""
    sung = [s.onset + s.nucleus + s.coda for phrase in line.phrases for word in phrase.words for s in word.syllables]
    return tuple(
        note
        if note.melody.slur or (note.expression and note.expression.phonemes)
        else replace(note, phonemes=sung[note.syllable])
        for note in placed
    )


def spoken_text(audition: Audition) -> str:
    """The text for a speaker, who knows pronunciations only as `{word|sounds}`."""
    wanted = {word_key(word): sounds for word, sounds in audition.pronunciations}
    tokens = []
    for token in tokens_of(audition.text):
        sounds = None if marked_word(token) else wanted.get(word_key(token))
        before, core, after = _PARTS.match(token).groups()
        tokens.append(f"{before}{{{core}|{sounds}}}{after}" if sounds else token)
    return " ".join(tokens)

"""From syllables as they stand in a file to words with their sounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from generation.engine.score.importing.raw import RawLyric
from generation.engine.score.types import Syllable
from voicelab.engine.phonemes import (
    PronouncedWord,
    Pronunciations,
    foreign_language,
    has_sound,
    pronounce_line,
    pronounce_word,
)
from voicelab.engine.singer.sounds import split_sounds

LA = "la"
_MAX_TEXT = 80


@dataclass
class Sung:
    """A note of a singer on its way into the score, in ticks. `told` is our own annotation of its syllable."""

    start: int
    end: int
    midi: int
    lyric: RawLyric | None = None
    told: dict[str, Any] | None = None
    manner: dict[str, Any] | None = None
    syllable: Syllable | None = None


@dataclass
class Word:
    """Notes that begin the syllables of one word, in order."""

    notes: list[Sung] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(n.lyric.text for n in self.notes if n.lyric)[:_MAX_TEXT].strip()


def valid_told(told: dict[str, Any] | None, lyric: RawLyric | None) -> bool:
    """Whether an annotation tells a syllable, and the one that stands there."""
    if told is None or lyric is None:
        return False
    whole = all(type(told.get(name)) is int for name in ("i", "k", "stress")) and told["stress"] in (0, 1, 2)
    texts = isinstance(told.get("text"), str) and isinstance(told.get("word"), str) and len(told["word"]) <= 200
    return whole and texts and told["text"] in (lyric.raw, lyric.text) and _can_be_sung(told.get("sounds"))


def _can_be_sung(sounds: Any) -> bool:
    """Onset, nucleus and coda in the singer's alphabet."""
    if not isinstance(sounds, list) or len(sounds) != 3 or not all(isinstance(s, str) and len(s) < 12 for s in sounds):
        return False
    try:
        return list(split_sounds("".join(sounds))[:3]) == sounds
    except ValueError:
        return False


def words_of(line: list[Sung]) -> list[Word]:
    """The line's syllables gathered into words: by our annotations where they hold, else as the file joins them."""
    words: list[Word] = []
    for note in line:
        if note.lyric is None:
            continue
        told = note.told
        before = words[-1].notes[-1].told if words else None
        if told is not None:
            goes_on = before is not None and before["i"] == told["i"] and told["k"] == before["k"] + 1
        else:
            goes_on = bool(words) and not note.lyric.starts_word
        if goes_on:
            words[-1].notes.append(note)
        else:
            words.append(Word([note]))
    return words


def give_sounds(
    line: list[Sung], first_word: int, pronunciations: Pronunciations, language: str | None, *, renumber: bool = True
) -> int:
    """Give every word of a line its syllables; returns the index of the next word. Notes may be parted or go on.

    `renumber`: words count on from `first_word`; else those that are annotated keep the number they tell.
    """
    words = words_of(line)
    fresh = [w for w in words if not _is_whole(w)]
    said = _pronounced([w.text for w in words], pronunciations, language) if fresh else []
    index = first_word
    for number, word in enumerate(words):
        if _is_whole(word):
            _as_told(word, index if renumber else word.notes[0].told["i"])
        else:
            sounds = said[number]
            if sounds is None:
                for note in word.notes:  # signs without a sound: the syllable before goes on
                    note.lyric = None
                continue
            _fit(line, word, sounds, index)
        index += 1
    return index


def _is_whole(word: Word) -> bool:
    told = [n.told for n in word.notes]
    return all(t is not None and t["k"] == k and t["word"] == told[0]["word"] for k, t in enumerate(told))


def _as_told(word: Word, index: int) -> None:
    for k, note in enumerate(word.notes):
        told = note.told
        place = told["i"] if told["i"] < 0 else index
        note.syllable = Syllable(told["text"], told["word"], place, k, *told["sounds"], told["stress"])


def _pronounced(texts: list[str], pronunciations: Pronunciations, language: str | None) -> list[PronouncedWord | None]:
    """Each word in the context of its line, or alone where the line reads as another number of words."""
    speakable = [text for text in texts if has_sound(text)]
    said = pronounce_line(" ".join(speakable), pronunciations, language) if speakable else ()
    if len(said) != len(speakable):
        said = tuple(_alone(text, pronunciations, language) for text in speakable)
    left = iter(said)
    return [next(left) if has_sound(text) else None for text in texts]


def _alone(text: str, pronunciations: Pronunciations, language: str | None) -> PronouncedWord:
    said = pronounce_line(text, pronunciations, language)
    if not said:
        return pronounce_word(LA)
    return PronouncedWord(text, tuple(s for word in said for s in word.syllables))


def _fit(line: list[Sung], word: Word, said: PronouncedWord, index: int) -> None:
    """A word's sounds on its notes. More notes than syllables: the last syllables go on (a melisma). More syllables
    than notes: the last note is parted among those that are left."""
    notes, count = word.notes, len(said.syllables)
    if len(notes) > count:
        for note in notes[count:]:
            note.lyric = None
        notes = notes[:count]
    if len(notes) < count:
        notes = [*notes, *_parted(line, notes[-1], count - len(notes) + 1)]
    texts = _fragments(said.text, [n.lyric.text if n.lyric else "" for n in word.notes], len(notes))
    for k, (note, sounds) in enumerate(zip(notes, said.syllables, strict=False)):
        nucleus = (sounds.onset, sounds.nucleus, sounds.coda)
        note.syllable = Syllable(texts[k], said.text, index, k, *nucleus, sounds.stress)


def _fragments(whole: str, texts: list[str], count: int) -> list[str]:
    """What stands under each note; together they are the word."""
    if count < len(texts):
        texts = [*texts[: count - 1], "".join(texts[count - 1 :])]
    texts = texts + [""] * (count - len(texts))
    return texts if "".join(texts) == whole else [whole, *[""] * (count - 1)]


def _parted(line: list[Sung], note: Sung, pieces: int) -> list[Sung]:
    """The note cut into equal pieces, as many as have room; those behind the first, put into the line."""
    length = (note.end - note.start) // pieces
    if length < 1:
        return []
    at, end = line.index(note), note.end
    note.end = note.start + length
    fresh = [Sung(note.start + length * i, note.start + length * (i + 1), note.midi) for i in range(1, pieces)]
    fresh[-1].end = end
    line[at + 1 : at + 1] = fresh
    return fresh


def language_of(lyrics: list[RawLyric]) -> str | None:
    """The language of the words, None for English."""
    words: list[str] = []
    for lyric in lyrics:
        if lyric.starts_word or not words:
            words.append(lyric.text)
        else:
            words[-1] += lyric.text
    return foreign_language(" ".join(words))


__all__ = ["LA", "Sung", "Word", "give_sounds", "language_of", "valid_told", "words_of"]

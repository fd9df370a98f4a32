"""The words of a score as lyrics: what it sings, section by section."""

from __future__ import annotations

from generation.engine.lyrics.types import LyricLine, Lyrics, LyricSection
from generation.engine.score.types import Score, SungLine
from voicelab.engine.phonemes import PronouncedWord, SyllableSounds


def lyrics_of(score: Score) -> Lyrics:
    """The lyrics that the lead of `score` sings; sections without a line are left out. `source` is "score"."""
    sections = []
    for index, section in enumerate(score.sections):
        lines = tuple(LyricLine(line.text, words_of(line)) for line in score.lead.lines if line.section == index)
        if lines:
            sections.append(LyricSection(section.kind, section.name, lines))
    return Lyrics(score.title, tuple(sections), "score")


def words_of(line: SungLine) -> tuple[PronouncedWord, ...]:
    """The words of a sung line as they are pronounced."""
    words: dict[int, tuple[str, list[SyllableSounds]]] = {}
    for note in line.notes:
        if (s := note.syllable) is not None:
            _, sounds = words.setdefault(s.word_index, (s.word, []))
            sounds.append(SyllableSounds(s.onset, s.nucleus, s.coda, s.stress))
    return tuple(PronouncedWord(word, tuple(sounds)) for word, sounds in words.values())

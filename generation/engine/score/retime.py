"""The lead of a spoken song: rhythm from the words as they were really said, no melody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from codecraft.common.errors import StudioError
from generation.engine.score.check import MIN_NOTE_S
from generation.engine.score.types import Score, SungLine, Syllable, VocalNote
from voicelab.contracts import SpokenWord

_LEAST_NOTE_S = MIN_NOTE_S + 0.001


def retime_lead(score: Score, words: Sequence[SpokenWord]) -> Score:
    """The score with a lead that keeps the time of `words`: one for each word of the lead, in order, in seconds.

    A word is shared among its syllables by their sounds. Every note has one and the same pitch, the middle of what
    was written: a spoken line has a rhythm and no tune, so none is claimed (`VocalPart.spoken`). Raises StudioError
    when the words are not those of the lead.
    """
    left = iter(words)
    pitch = _middle_pitch(score)
    free_s, lines = 0.0, []
    for line in score.lead.lines:
        notes: list[VocalNote] = []
        for syllables in _words_of(line):
            word = next(left, None)
            if word is None or word.text != syllables[0].word:
                raise StudioError(f"The narrator did not say “{syllables[0].word}” where the lyrics have it.")
            for syllable, start_s, end_s in _shared(syllables, max(word.start_s, free_s), word.end_s):
                start, end = score.tempo_map.beat_at(start_s), score.tempo_map.beat_at(end_s)
                notes.append(VocalNote(start, end - start, pitch, syllable))
                free_s = end_s
        lines.append(replace(line, notes=tuple(notes)))
    if next(left, None) is not None:
        raise StudioError("The narrator said more words than the lyrics have.")
    return replace(score, lead=replace(score.lead, lines=tuple(lines), spoken=True))


def _middle_pitch(score: Score) -> int:
    pitches = sorted(note.midi for line in score.lead.lines for note in line.notes)
    return pitches[len(pitches) // 2] if pitches else 60


def _words_of(line: SungLine) -> Iterator[list[Syllable]]:
    told = [note.syllable for note in line.notes if note.syllable is not None]
    for _, members in groupby(told, key=lambda syllable: syllable.word_index):
        yield list(members)


def _shared(syllables: list[Syllable], start_s: float, end_s: float) -> Iterator[tuple[Syllable, float, float]]:
    """A word's time among its syllables; none shorter than a note may be."""
    sizes = [len(s.onset) + 2.0 * len(s.nucleus) + len(s.coda) for s in syllables]
    length_s = max(end_s - start_s, _LEAST_NOTE_S * len(syllables))
    spare_s = length_s - _LEAST_NOTE_S * len(syllables)
    at_s = start_s
    for syllable, size in zip(syllables, sizes, strict=True):
        until_s = at_s + _LEAST_NOTE_S + spare_s * size / sum(sizes)
        yield syllable, at_s, until_s
        at_s = until_s

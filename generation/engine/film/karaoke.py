"""Sung lines with the seconds of each word, from the lead's notes."""

from __future__ import annotations

from collections.abc import Sequence

from generation.engine.film.types import KaraokeLine, KaraokeWord
from generation.engine.package.lyrics_files import srt
from generation.engine.score.timeline import TimedLine
from generation.engine.score.types import Score, SungLine

_EARLY_S, _LATE_S = 0.7, 0.6
_MOST_WORDS = 12


def karaoke_lines(score: Score) -> tuple[KaraokeLine, ...]:
    """Lines in order, never two at once: each comes up to 0.7 s early and goes before the next one comes."""
    timed = [group for line in score.lead.lines for group in _groups(_words(score, line))]
    timed.sort(key=lambda words: words[0].start_s)
    lines: list[KaraokeLine] = []
    for index, words in enumerate(timed):
        show_s, hide_s = max(0.0, words[0].start_s - _EARLY_S), words[-1].end_s + _LATE_S
        if index > 0:
            show_s = max(show_s, _handover_s(timed[index - 1], words))
        if index + 1 < len(timed):
            hide_s = min(hide_s, _handover_s(words, timed[index + 1]))
        lines.append(KaraokeLine(tuple(words), show_s, hide_s))
    return tuple(lines)


def subtitles(lines: Sequence[KaraokeLine], *, duration_s: float) -> str:
    """The lines of a film of `duration_s` as SubRip text, empty where nothing is sung in it."""
    return srt([
        TimedLine(
            " ".join(word.text for word in line.words), max(0.0, line.words[0].start_s),
            min(duration_s, line.words[-1].end_s), 0, (),
        )
        for line in lines
        if line.words and line.words[0].start_s < duration_s and line.words[-1].end_s > 0.0
    ])  # fmt: skip


def _handover_s(before: list[KaraokeWord], after: list[KaraokeWord]) -> float:
    """When one line gives way to the next: the middle of the rest between them."""
    return min(after[0].start_s, (before[-1].end_s + after[0].start_s) * 0.5)


def _words(score: Score, line: SungLine) -> list[KaraokeWord]:
    """A word lasts from its first syllable's note to the end of its last, melisma notes included."""
    words: list[KaraokeWord] = []
    current: int | None = None
    for note in line.notes:
        start_s = score.tempo_map.seconds_at(note.start_beats)
        end_s = score.tempo_map.seconds_at(note.start_beats + note.duration_beats)
        if note.syllable is not None and note.syllable.word_index != current:
            current = note.syllable.word_index
            words.append(KaraokeWord(note.syllable.word, start_s, end_s))
        elif words:
            words[-1] = KaraokeWord(words[-1].text, words[-1].start_s, end_s)
    return _as_written(line.text, words)


def _as_written(text: str, words: list[KaraokeWord]) -> list[KaraokeWord]:
    """Spelling and punctuation as people read it, where the written line has the same number of words."""
    written = text.split()
    if len(written) != len(words):
        return words
    return [KaraokeWord(shown, word.start_s, word.end_s) for shown, word in zip(written, words, strict=True)]


def _groups(words: list[KaraokeWord]) -> list[list[KaraokeWord]]:
    """A very long line is shown as several of nearly equal length."""
    if not words:
        return []
    count = -(-len(words) // _MOST_WORDS)
    size = -(-len(words) // count)
    return [words[start : start + size] for start in range(0, len(words), size)]

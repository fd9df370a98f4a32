"""Lines into breaths."""

from __future__ import annotations

from math import ceil

from generation.engine.composer.spec import Phrase
from generation.engine.lyrics.types import LyricLine

_PAUSE = (",", ";", ":", ".", "!", "?", "—", "–")


def cut_line(line: LyricLine, first_word_index: int, max_syllables: int) -> list[Phrase]:
    """A line as phrases of at most `max_syllables` (a longer word stays whole), cut at pauses where it can be."""
    total = line.syllable_count
    if not line.words:
        return []
    if total <= max_syllables:
        return [Phrase(line.text, line.words, first_word_index)]
    wanted = total / ceil(total / max_syllables)
    phrases, start, count = [], 0, 0
    for index, word in enumerate(line.words):
        count += len(word.syllables)
        following = len(line.words[index + 1].syllables) if index + 1 < len(line.words) else 0
        pause = word.text.endswith(_PAUSE) and count >= 0.6 * wanted
        if not following or pause or count + following > max_syllables or count >= wanted:
            words = line.words[start : index + 1]
            phrases.append(Phrase(" ".join(w.text for w in words), words, first_word_index + start))
            start, count = index + 1, 0
    return phrases

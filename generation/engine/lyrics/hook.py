"""Where the title stands in a chorus."""

from __future__ import annotations

from generation.engine.lyrics.rhyme import sound_of
from voicelab.engine.phonemes import Pronunciations


def hook_texts(title: str, syllables: tuple[int, ...], said: Pronunciations = ()) -> dict[int, str]:
    """{line index: words of the title it holds} for a chorus with such line lengths.

    A title that fits stands in the first line, and again in the last of four or more. A longer one runs over as many
    lines as it needs (these may be a word shorter than planned); what a whole chorus cannot hold is cut at a word.
    """
    first = next((i for i, n in enumerate(syllables) if sound_of(title, said).syllables <= n), None)
    if first == 0:
        last = len(syllables) - 1
        again = last >= 3 and sound_of(title, said).syllables <= syllables[last]
        return {0: title, last: title} if again else {0: title}
    return _over_lines(title.split(), syllables, said)


def _over_lines(words: list[str], syllables: tuple[int, ...], said: Pronunciations) -> dict[int, str]:
    places: dict[int, str] = {}
    for index, room in enumerate(syllables):
        taken: list[str] = []
        while words and sound_of(" ".join([*taken, words[0]]), said).syllables <= room:
            taken.append(words.pop(0))
        if taken:
            places[index] = " ".join(taken)
        if not words:
            break
    return places

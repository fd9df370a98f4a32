"""A line made singable: long phrases are cut where a singer would breathe, and ends make room for what follows."""

from __future__ import annotations

from dataclasses import replace

from voicelab.contracts import SungNote, SungWord, VocalLine, VocalPhrase

LONGEST_PHRASE_S = 16.0
MOST_SYLLABLES = 60
"""What one breath and one pass of the network carry; longer phrases are cut at their widest gap between words."""
ROOM_S = 0.12
"""Time that the consonants of the next phrase need; the last note before them leaves it."""
KEPT_SHARE = 0.6


def singable(line: VocalLine) -> tuple[VocalPhrase, ...]:
    """The phrases of a line, none empty, none too long, each ending in time for the next one's consonants."""
    return tuple(_make_room(piece) for phrase in line.phrases if phrase.words for piece in _cut(phrase))


def start_s(phrase: VocalPhrase) -> float:
    return phrase.words[0].syllables[0].notes[0].start_s


def end_s(phrase: VocalPhrase) -> float:
    return phrase.words[-1].syllables[-1].notes[-1].end_s


def at_zero(phrase: VocalPhrase) -> VocalPhrase:
    """The phrase with its first note at 0 s. To the microsecond, so that a returning phrase is the same phrase."""
    first_s = start_s(phrase)

    def moved(note: SungNote) -> SungNote:
        return replace(note, start_s=round(note.start_s - first_s, 6), end_s=round(note.end_s - first_s, 6))

    words = tuple(
        replace(word, syllables=tuple(replace(s, notes=tuple(moved(note) for note in s.notes)) for s in word.syllables))
        for word in phrase.words
    )
    return replace(phrase, words=words)


def identity(phrase: VocalPhrase) -> str:
    """What the chance in a performance of the phrase depends on: its words, its notes from its start, its take."""
    first_s = start_s(phrase)
    sung = [
        (s.text, s.onset, s.nucleus, s.coda, [(round(n.start_s - first_s, 6), round(n.midi, 3)) for n in s.notes])
        for word in phrase.words
        for s in word.syllables
    ]
    return repr((sung, round(end_s(phrase) - first_s, 6), phrase.take))


def _cut(phrase: VocalPhrase) -> list[VocalPhrase]:
    syllables = sum(len(word.syllables) for word in phrase.words)
    short = end_s(phrase) - start_s(phrase) <= LONGEST_PHRASE_S and syllables <= MOST_SYLLABLES
    if short or len(phrase.words) < 2:
        return [phrase]
    middle = (start_s(phrase) + end_s(phrase)) / 2.0
    at = min(range(1, len(phrase.words)), key=lambda i: _cost(phrase.words[i - 1], phrase.words[i], middle))
    left, right = phrase.words[:at], phrase.words[at:]
    return _cut(replace(phrase, words=left)) + _cut(replace(phrase, words=right))


def _cost(before: SungWord, after: SungWord, middle_s: float) -> float:
    """Cut near the middle, after a long note, best where there is a rest."""
    last, first = before.syllables[-1].notes[-1], after.syllables[0].notes[0]
    return abs(first.start_s - middle_s) - 2.0 * (last.end_s - last.start_s) - 6.0 * (first.start_s - last.end_s)


def _make_room(phrase: VocalPhrase) -> VocalPhrase:
    """The last note gives way a little early, whatever follows: so a phrase never depends on its neighbours."""
    word = phrase.words[-1]
    syllable = word.syllables[-1]
    note = syllable.notes[-1]
    latest_s = max(note.end_s - ROOM_S, note.start_s + KEPT_SHARE * (note.end_s - note.start_s))
    notes = (*syllable.notes[:-1], replace(note, end_s=latest_s))
    syllables = (*word.syllables[:-1], replace(syllable, notes=notes))
    return replace(phrase, words=(*phrase.words[:-1], replace(word, syllables=syllables)))

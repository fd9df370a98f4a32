"""A line made singable: where it breathes, how long it can be, and what gives way at the end of a breath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from voicelab.contracts import SungNote, SungWord, VocalLine, VocalPhrase

LONGEST_PHRASE_S = 16.0
MOST_SYLLABLES = 60
"""What one breath and one pass of the network carry; longer phrases are cut at their widest gap between words."""
REST_S = 0.25
"""A written rest this long is a place to breathe."""
LONG_LINE_S, LEAST_GROUP_S, LEAST_HELD_S = 5.0, 1.6, 0.45
"""A line this long also breathes at its punctuation, when both sides are worth a breath and the note before can spare
the time."""
PAUSES = frozenset(",;:.!?…—–")
ROOM_S, BREATH_ROOM_S = 0.12, 0.36
"""Time that the last note of a breath leaves: for the consonants that follow, or for taking a breath."""
KEPT_SHARE = 0.6


@dataclass(frozen=True)
class BreathGroup:
    """What is sung on one breath. Its last note ends `room_s` before it is written to end, whatever follows, so a
    group never depends on its neighbours."""

    phrase: VocalPhrase
    room_s: float = ROOM_S


def singable(line: VocalLine) -> tuple[BreathGroup, ...]:
    """The breaths of a line in order, none empty, none too long."""
    return tuple(group for phrase in line.phrases if phrase.words for group in breath_groups(phrase))


def breath_groups(phrase: VocalPhrase) -> tuple[BreathGroup, ...]:
    """A phrase (at least one word) cut where a singer breathes: at rests, at punctuation, or because it is too long."""
    groups = []
    for piece in _cut_long(phrase):
        parts = _cut_at(piece, _breaths(piece))
        groups += [
            BreathGroup(part, _room_s(part, after)) for part, after in zip(parts, [*parts[1:], None], strict=True)
        ]
    return tuple(groups)


def joined(phrase: VocalPhrase, pieces: Iterable[VocalPhrase]) -> VocalPhrase:
    """The phrase with the words of its pieces."""
    return replace(phrase, words=tuple(word for piece in pieces for word in piece.words))


def notes_of(phrase: VocalPhrase) -> list[SungNote]:
    return [note for word in phrase.words for syllable in word.syllables for note in syllable.notes]


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


def shortened(group: BreathGroup) -> VocalPhrase:
    """The group's phrase as it is sung: the last note gives way early."""
    phrase = group.phrase
    word = phrase.words[-1]
    syllable = word.syllables[-1]
    note = syllable.notes[-1]
    latest_s = max(note.end_s - group.room_s, note.start_s + KEPT_SHARE * (note.end_s - note.start_s))
    notes = (*syllable.notes[:-1], replace(note, end_s=round(latest_s, 6)))
    syllables = (*word.syllables[:-1], replace(syllable, notes=notes))
    return replace(phrase, words=(*phrase.words[:-1], replace(word, syllables=syllables)))


def _cut_long(phrase: VocalPhrase) -> list[VocalPhrase]:
    syllables = sum(len(word.syllables) for word in phrase.words)
    short = end_s(phrase) - start_s(phrase) <= LONGEST_PHRASE_S and syllables <= MOST_SYLLABLES
    if short or len(phrase.words) < 2:
        return [phrase]
    middle = (start_s(phrase) + end_s(phrase)) / 2.0
    at = min(range(1, len(phrase.words)), key=lambda i: _cost(phrase.words[i - 1], phrase.words[i], middle))
    return [piece for part in _cut_at(phrase, [at]) for piece in _cut_long(part)]


def _cost(before: SungWord, after: SungWord, middle_s: float) -> float:
    """Cut near the middle, after a long note, best where there is a rest."""
    last, first = before.syllables[-1].notes[-1], after.syllables[0].notes[0]
    return abs(first.start_s - middle_s) - 2.0 * (last.end_s - last.start_s) - 6.0 * (first.start_s - last.end_s)


def _cut_at(phrase: VocalPhrase, at: Sequence[int]) -> list[VocalPhrase]:
    bounds = [0, *at, len(phrase.words)]
    return [replace(phrase, words=phrase.words[a:b]) for a, b in zip(bounds, bounds[1:], strict=False)]


def _breaths(phrase: VocalPhrase) -> list[int]:
    """The words before which a breath is taken."""
    long_line = end_s(phrase) - start_s(phrase) >= LONG_LINE_S
    found, taken_s = [], start_s(phrase)
    for i in range(1, len(phrase.words)):
        last, first = phrase.words[i - 1].syllables[-1].notes[-1], phrase.words[i].syllables[0].notes[0]
        rest = first.start_s - last.end_s >= REST_S
        pause = long_line and phrase.words[i - 1].text[-1:] in PAUSES and last.end_s - last.start_s >= LEAST_HELD_S
        worth = first.start_s - taken_s >= LEAST_GROUP_S and end_s(phrase) - first.start_s >= LEAST_GROUP_S
        if rest or (pause and worth):
            found.append(i)
            taken_s = first.start_s
    return found


def _room_s(phrase: VocalPhrase, after: VocalPhrase | None) -> float:
    """A breath at punctuation takes its time from the note before it; at a rest, or at the end, there is time."""
    if after is None or start_s(after) - end_s(phrase) >= REST_S:
        return ROOM_S
    return BREATH_ROOM_S

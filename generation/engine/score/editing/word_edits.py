"""Other words for a sung line: read anew, and laid on the notes that are there.

As many syllables as before keep every note. Fewer: some are sung on over the notes that are free now. More: the
longest notes are cut in two. Which syllable begins where is the cheapest way to keep known words on their notes and
stressed syllables on strong beats (Lerdahl and Jackendoff, "A Generative Theory of Tonal Music", 1983, ch. 4, for the
metrical grid), found by dynamic programming.
"""

from __future__ import annotations

from dataclasses import replace

from codecraft.common.errors import InvalidInput
from generation.engine.score.editing.draft import Draft, DraftLine
from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.editing.operations import SetWords
from generation.engine.score.types import Expression, Syllable, TempoMap, VocalNote
from voicelab.engine.phonemes import Pronunciations, check_marked, pronounce_line, shown_text
from voicelab.engine.spelling import split_word

MIN_HALF_S = 0.09
"""A note is only cut in two when each half can still hold a consonant and a vowel."""
_KNOWN_WORD, _STRESS = 3.0, 1.0


def set_words(draft: Draft, asked: SetWords, said: Pronunciations = ()) -> None:
    """Raises InvalidInput for sounds that cannot be read, BadEdit when the words do not fit on the line's notes."""
    line = draft.line(asked.line)
    check_marked(asked.text, field="text")
    syllables = read_syllables(asked.text, said)
    if not syllables:
        raise BadEdit("A line needs at least one word that can be sung; remove the section's line otherwise.")
    groups = _groups(line)
    _make_room(groups, len(syllables), draft.frame.tempo_map, line)
    starts = _starts(syllables, groups, draft.frame.beats_per_bar)
    before, text = line.line.text, shown_text(asked.text)
    line.notes = _laid(groups, syllables, starts, draft)
    line.line = replace(line.line, text=text)
    draft.told.append(f"“{before}” is now “{text}”")


def read_syllables(text: str, said: Pronunciations = ()) -> list[Syllable]:
    """The syllables of a line, its words counted from 0."""
    try:
        words = pronounce_line(text, said)
    except ValueError as error:
        raise InvalidInput(f"These words cannot be read: {error}.", field="text") from error
    return [
        Syllable(fragment, word.text, index, number, s.onset, s.nucleus, s.coda, s.stress)
        for index, word in enumerate(words)
        for number, (s, fragment) in enumerate(zip(word.syllables, split_word(word), strict=True))
    ]


_Group = list[tuple[int, VocalNote]]
"""The notes of one syllable, with their ids."""


def _groups(line: DraftLine) -> list[_Group]:
    groups: list[_Group] = []
    for number, note in line.ordered():
        if note.syllable is not None or not groups:
            groups.append([(number, note)])
        else:
            groups[-1].append((number, note))
    return groups


def _make_room(groups: list[_Group], wanted: int, tempo: TempoMap, line: DraftLine) -> None:
    """Until there is a group for each syllable: a melisma gives up its last note, else the longest note is halved."""
    while len(groups) < wanted:
        slurred = [i for i, group in enumerate(groups) if len(group) > 1]
        if slurred:
            index = max(slurred, key=lambda i: sum(n.duration_beats for _, n in groups[i]))
            groups.insert(index + 1, [groups[index].pop()])
            continue
        index = max(range(len(groups)), key=lambda i: groups[i][-1][1].duration_beats)
        number, note = groups[index][-1]
        half = note.duration_beats / 2
        if tempo.seconds_at(note.start_beats + half) - tempo.seconds_at(note.start_beats) < MIN_HALF_S:
            raise BadEdit(
                f"“{line.line.text}” has notes for {len(groups)} syllables at most, and these words have {wanted}: "
                "use fewer words, or make its notes longer first."
            )
        # The first half keeps the note's own performance, the second is sung as the singer thinks best.
        groups[index][-1] = (number, replace(note, duration_beats=half))
        groups.insert(index + 1, [(-1, VocalNote(note.start_beats + half, half, note.midi, None))])


def _starts(syllables: list[Syllable], groups: list[_Group], beats_per_bar: int) -> list[int]:
    """The group on which each syllable begins: the first on the first, strictly rising, of the highest worth."""
    worth = [[_worth(s, g, beats_per_bar) for g in groups] for s in syllables]
    count = len(groups)
    best = [worth[0][0] if g == 0 else float("-inf") for g in range(count)]
    came: list[list[int]] = []
    for row in worth[1:]:
        reached, back = [float("-inf")] * count, [-1] * count
        for g in range(1, count):
            before = max(range(g), key=lambda b: (best[b], b))
            reached[g], back[g] = best[before] + row[g], before
        came.append(back)
        best = reached
    at = max(range(count), key=lambda g: (best[g], g))
    starts = [at]
    for back in reversed(came):
        at = back[at]
        starts.append(at)
    return starts[::-1]


def _worth(syllable: Syllable, group: _Group, beats_per_bar: int) -> float:
    note = group[0][1]
    known = note.syllable is not None and (note.syllable.word, note.syllable.text) == (syllable.word, syllable.text)
    place = note.start_beats % beats_per_bar
    strength = 1.0 if abs(place) < 1e-6 else 0.7 if abs(place - round(place)) < 1e-6 else 0.3
    return _KNOWN_WORD * known + _STRESS * (syllable.stress / 2.0) * strength


def _laid(groups: list[_Group], syllables: list[Syllable], starts: list[int], draft: Draft) -> dict[int, VocalNote]:
    begins = dict(zip(starts, syllables, strict=True))
    notes: dict[int, VocalNote] = {}
    for index, group in enumerate(groups):
        for place, (number, note) in enumerate(group):
            told = begins.get(index) if place == 0 else None
            kept = note.syllable is not None and told is not None and _sounds(note.syllable) == _sounds(told)
            expression = note.expression if kept else _without_sounds(note.expression)
            notes[number if number > 0 else draft.fresh()] = replace(note, syllable=told, expression=expression)
    return _tied(notes)


def _tied(notes: dict[int, VocalNote]) -> dict[int, VocalNote]:
    """A syllable that would go on at the pitch that it has already is one longer note."""
    tied: dict[int, VocalNote] = {}
    last = -1
    for number, note in notes.items():
        before = tied.get(last)
        if note.syllable is None and before is not None and before.midi == note.midi and note.expression is None:
            length = note.start_beats + note.duration_beats - before.start_beats
            tied[last] = replace(before, duration_beats=round(length, 6))
        else:
            tied[number], last = note, number
    return tied


def _sounds(syllable: Syllable) -> tuple[str, str, str]:
    return syllable.onset, syllable.nucleus, syllable.coda


def _without_sounds(expression: Expression | None) -> Expression | None:
    """The sounds that a person gave to another syllable are not those of this one."""
    if expression is None or not expression.phonemes:
        return expression
    plain = replace(expression, phonemes="")
    return None if plain == Expression() else plain

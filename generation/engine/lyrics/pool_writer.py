"""Lines put together freely from phrases, for lengths and titles that none of the written couplets has.

For each group of rhyming lines the writer takes, from all the lines that the theme can have, those that rhyme and
together score best on several counts (mood, image, metre, freshness, nearness to the theme).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from generation.engine.lyrics.blocklist import blocked_words
from generation.engine.lyrics.hook import hook_texts
from generation.engine.lyrics.pool import Candidate, LinePool, line_key
from generation.engine.lyrics.rhyme import metre_roughness, rhyme_scheme, sound_of, stress_distance
from generation.engine.lyrics.story import Beat
from generation.engine.lyrics.theme import ThemeReading
from generation.engine.lyrics.theme_text import clean_theme
from generation.engine.lyrics.titles import names_of, sentence_case
from generation.engine.lyrics.types import LyricsSpec, SectionKind, SectionPlan
from voicelab.engine.phonemes import Pronunciations

SHORTLIST = 10
CHANCE = 0.7
_GOES_ON = frozenset(["and", "but", "so", "where", "till", "until", "while", "as", "then", "with"])


_Shelf = dict[str, list[tuple[float, Candidate]]]
"""For each rhyme the best lines of a position with their scores."""


@dataclass
class _Memory:
    """What the song has said so far."""

    lines: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    frames: dict[str, int] = field(default_factory=dict)
    openings: dict[str, int] = field(default_factory=dict)
    content: dict[str, int] = field(default_factory=dict)
    phrases: dict[str, int] = field(default_factory=dict)
    ends: set[str] = field(default_factory=set)
    rhymes: list[str] = field(default_factory=list)

    def note(self, line: Candidate) -> None:
        self.lines.add(line_key(line.text))
        self.parts.update(line.parts)
        self.frames[line.frame] = self.frames.get(line.frame, 0) + 1
        self.openings[opening(line)] = self.openings.get(opening(line), 0) + 1
        for word in line.content:
            self.content[word] = self.content.get(word, 0) + 1
        self.ends.add(line.last_word)
        self.rhymes.append(line.rhyme)
        if line.phrase:
            self.phrases[line.phrase] = self.phrases.get(line.phrase, 0) + 1


@dataclass(frozen=True)
class _Attempt:
    """Where to look for lines: beats, level of the pool, and a position that must hold one of the theme's phrases."""

    letters: str
    level: int
    place: int = 0
    own_words: frozenset[str] = frozenset()


@dataclass
class _Stanza:
    """A section under way: its lines by position, and what it wants."""

    plan: SectionPlan
    beat: Beat
    hooks: dict[int, tuple[Candidate, ...]]
    lines: dict[int, Candidate] = field(default_factory=dict)


class PoolWriter:
    """Sections of lines that are put together freely: for lengths and titles that no written unit has."""

    def __init__(
        self, spec: LyricsSpec, reading: ThemeReading, fields: tuple[str, ...], title: str, rng: np.random.Generator
    ) -> None:
        self._spec, self._reading, self._title, self._rng = spec, reading, title, rng
        self._said = spec.pronunciations
        key = f"{clean_theme(spec.theme).lower()}|{spec.style}|{spec.seed}"
        self._pool = LinePool(fields, reading.phrases, key, self._said)
        self._sung_title = title if spec.title.strip() else sentence_case(title, names_of(reading))
        self._phrase_weights = {p.bare: p.weight for p in reading.phrases}
        self._memory = _Memory()

    def section(self, plan: SectionPlan, beat: Beat) -> list[str]:
        """The lines of one section, each as long as planned."""
        return [line.text for line in self._stanza(plan, beat)]

    def _stanza(self, plan: SectionPlan, beat: Beat) -> list[Candidate]:
        stanza = _Stanza(plan, beat, {})
        if plan.kind is SectionKind.CHORUS:
            stanza.hooks = self._hooks(plan)
        scheme = rhyme_scheme(self._spec.style, plan.lines, plan.syllables)
        for letter in dict.fromkeys(scheme):
            self._rhyme_group([i for i, x in enumerate(scheme) if x == letter], stanza)
        return [stanza.lines[i] for i in range(plan.lines)]

    def _hooks(self, plan: SectionPlan) -> dict[int, tuple[Candidate, ...]]:
        """For the lines of a chorus that hold the title: the lines that could stand there."""
        places = hook_texts(self._sung_title, plan.syllables, self._said)
        if len(set(places.values())) < 2:
            return {i: self._pool.hook_lines(text, plan.syllables[i]) for i, text in places.items()}
        *before, last = places
        whole = {i: (self._pool.as_line(places[i]),) for i in before}
        return whole | {last: self._pool.hook_lines(places[last], plan.syllables[last], first=True)}

    # --- choosing -----------------------------------------------------------------------------------------------

    def _rhyme_group(self, positions: list[int], stanza: _Stanza) -> None:
        """Choose lines for positions that rhyme with each other; those already there are kept."""
        fixed = [stanza.lines[i] for i in positions if i in stanza.lines]
        chosen: dict[int, Candidate] = {}
        for attempt in self._attempts(positions, stanza):
            shelves = {i: self._shelf(i, stanza, attempt) for i in positions if i not in stanza.lines}
            place, own_words = attempt.place, attempt.own_words
            if own_words:
                shelves[place] = _with_phrase(shelves[place], own_words)
            keys = set.intersection(*(set(s) for s in shelves.values())) if shelves else set()
            if fixed:
                keys &= {fixed[0].rhyme}
            keys -= {line.rhyme for line in stanza.lines.values()} if not fixed and len(keys) > 3 else set()
            chosen = self._best_group(sorted(keys), shelves, fixed)
            if chosen:
                break
        chosen = chosen or self._without_rhyme(shelves, stanza)
        for line in chosen.values():
            self._memory.note(line)
        stanza.lines |= chosen

    def _attempts(self, positions: list[int], stanza: _Stanza) -> list[_Attempt]:
        """Where to look for lines, best place first: what is given up last is that no other theme has the line.

        The theme's own words stand in a verse's first rhyme, those first that were sung least.
        """
        letter = stanza.beat.letter
        more = letter + ("r" if letter == "c" else "strc".replace(letter, "").replace("c", ""))
        plain = [
            _Attempt(letters, level) for letters, level in ((letter, 0), (letter, 1), (more, 0), (more, 1), (more, 2))
        ]
        is_verse = stanza.plan.kind is SectionKind.VERSE
        if stanza.lines or not is_verse or not self._phrase_weights or len(positions) < 2:
            return plain
        said = {phrase: self._memory.phrases.get(phrase, 0) for phrase in self._phrase_weights}
        new = frozenset(phrase for phrase, times in said.items() if times == min(said.values()))
        place = positions[int(self._rng.integers(len(positions)))]
        own = [_Attempt(letter, level, place, words) for words in (new, frozenset(said)) for level in (0, 1)]
        return [*own, *plain]

    def _best_group(self, keys: list[str], shelves: dict[int, _Shelf], fixed: list[Candidate]) -> dict[int, Candidate]:
        """The best lines over all rhymes that, read whole, sound as promised; {} where there are none."""
        while True:
            found = [f for key in keys if (f := self._best_with_rhyme(key, shelves, fixed))]
            if not found:
                return {}
            chosen = max(found, key=lambda f: f[0])[1]
            false = {line.text for line in chosen.values() if not _is_true(line, self._said)}
            if not false:
                return chosen
            for shelf in shelves.values():
                for key in keys:
                    shelf[key] = [x for x in shelf[key] if x[1].text not in false]

    def _shelf(self, position: int, stanza: _Stanza, attempt: _Attempt) -> _Shelf:
        """The best lines for a position, by rhyme."""
        hooks = stanza.hooks.get(position, ())
        candidates = hooks
        only_hook = position == 0 or len(stanza.hooks.get(0, ())) == 1  # a title over several lines is sung whole
        if not hooks or not only_hook:
            room = stanza.plan.syllables[position]
            found = (line for letter in attempt.letters for line in self._pool.lines(letter, room, attempt.level))
            candidates = (*hooks, *found)
        noise = self._rng.gumbel(size=len(candidates)) * CHANCE
        shelf: _Shelf = {}
        for chance, line in zip(noise.tolist(), candidates, strict=True):
            if line.is_hook or self._is_fresh(line):
                shelf.setdefault(line.rhyme, []).append((self._score(line, position, stanza) + chance, line))
        return {key: sorted(lines, key=lambda x: (-x[0], x[1].text))[:SHORTLIST] for key, lines in shelf.items()}

    def _is_fresh(self, line: Candidate) -> bool:
        memory = self._memory
        return not (line_key(line.text) in memory.lines or any(p in memory.parts for p in line.parts))

    def _best_with_rhyme(
        self, key: str, shelves: dict[int, _Shelf], fixed: list[Candidate]
    ) -> tuple[float, dict[int, Candidate]] | None:
        """The best choice of one line a position among those that end in `key`."""
        chosen: dict[int, Candidate] = {}
        total = -0.5 * self._memory.rhymes.count(key)
        for position, shelf in shelves.items():
            others = [*fixed, *chosen.values()]
            scored = [(score + s, line) for score, line in shelf[key] if (s := _with_others(line, others)) is not None]
            if not scored:
                return None
            score, chosen[position] = max(scored, key=lambda x: (x[0], x[1].text))
            total += score
        return total / max(1, len(shelves)), chosen

    def _without_rhyme(self, shelves: dict[int, _Shelf], stanza: _Stanza) -> dict[int, Candidate]:
        """Where no rhyme can be had (a hook whose last word has none): the best line for each position by itself."""
        chosen: dict[int, Candidate] = {}
        for position, shelf in shelves.items():
            lines = sorted((x for group in shelf.values() for x in group), key=lambda x: (-x[0], x[1].text))
            taken = {line_key(c.text) for c in (*chosen.values(), *stanza.lines.values())}
            free = (line for _, line in lines if line_key(line.text) not in taken and _is_true(line, self._said))
            room = stanza.plan.syllables[position]
            chosen[position] = next(free, None) or self._pool.any_line(room, self._memory.lines | taken)
        return chosen

    def _score(self, line: Candidate, position: int, stanza: _Stanza) -> float:
        """Several counts, none of which decides alone. Higher is better."""
        beat, memory = stanza.beat, self._memory
        mood = sum(line.moods) / len(line.moods)
        score = -0.8 * abs(mood - beat.mood)
        if 1 in line.moods and -1 in line.moods:
            score -= 1.2
        score += max((beat.field_weights.get(f, 0.0) for f in line.fields), default=1.0 if line.phrase else 0.15)
        score -= 0.35 * metre_roughness(line.stress) + 1.5 * line.echoes
        score -= sum(0.3 * memory.content.get(w, 0) for w in line.content)
        score -= (0.25 if "{" in line.frame else 1.0) * memory.frames.get(line.frame, 0)
        score += 3.0 * line.is_hook
        score -= 0.8 * (line.last_word in memory.ends) + 0.6 * ("{close" in line.frame)
        score -= 0.5 * memory.openings.get(opening(line), 0)
        score += self._theme_score(line, stanza)
        score -= sum(0.9 * (opening(line) == opening(other)) for other in stanza.lines.values())
        for neighbour in (position - 1, position + 1):
            if neighbour in stanza.lines:
                score -= _too_alike(line, stanza.lines[neighbour])
        return score + _flow(line, position)

    def _theme_score(self, line: Candidate, stanza: _Stanza) -> float:
        """The theme's own words enter each section once or twice, not in every line."""
        if not line.phrase or line.phrase not in self._phrase_weights:
            return 0.0
        already = sum(bool(c.phrase) for c in stanza.lines.values())
        said = self._memory.phrases.get(line.phrase, 0)
        return self._phrase_weights[line.phrase] * (0.8 if not already else -1.2) - 0.7 * said


def _with_phrase(shelf: _Shelf, phrases: frozenset[str]) -> _Shelf:
    kept = {key: [x for x in lines if x[1].phrase in phrases] for key, lines in shelf.items()}
    return {key: lines for key, lines in kept.items() if lines}


def opening(line: Candidate) -> str:
    """How a line sets out: its pattern's first word, or the first slot."""
    return line.frame.split()[0].strip(",")


def _flow(line: Candidate, position: int) -> float:
    """Lines that go on from the one before ("and …") do not begin a stanza; every second one may well be one."""
    if opening(line) not in _GOES_ON:
        return 0.0
    return -2.0 if position == 0 else (0.3 if position % 2 else -0.3)


def _with_others(line: Candidate, others: list[Candidate]) -> float | None:
    """How well a line rhymes with those chosen; None where it would only repeat a word or sound."""
    score = 0.0
    for other in others:
        if line.last_word == other.last_word or (line.onset == other.onset and line.rhyme == other.rhyme):
            return None
        if set(line.parts) & set(other.parts):
            return None
        score -= 0.8 * stress_distance(line.stress, other.stress) + _too_alike(line, other)
        score += 0.5 * bool(set(line.fields) & set(other.fields))
    return score


def _too_alike(line: Candidate, other: Candidate) -> float:
    alike = 0.6 * len(line.content & other.content) + (0.7 if line.frame == other.frame else 0.0)
    return alike + (0.35 if line.text.split()[0] == other.text.split()[0] else 0.0)


def _is_true(line: Candidate, said: Pronunciations) -> bool:
    """Whether the line, read whole, sounds as its phrases promised, and holds no word that we do not sing."""
    sound = sound_of(line.text, said)
    return sound.syllables == line.syllables and sound.rhyme == line.rhyme and not blocked_words(line.text)

"""The songwriter without a network: a story in three beats, told in couplets and quatrains that were written whole.

The plan of a song: verses move from scene through turn to resolution, the bridge asks or confesses, the
chorus calls the title and answers it. A section is made of two-line units of one thought each (Pattison, Writing Better
Lyrics, 1995: couplets close, the open lines of a ballad stanza move on), read in the lengths that the tune asks for.
Whole songs are written several times with other chances, and the best one by several counts together is kept; no count
alone decides.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np

from generation.engine.lyrics.hook import hook_texts
from generation.engine.lyrics.person import sung_together
from generation.engine.lyrics.pool_writer import PoolWriter
from generation.engine.lyrics.rhyme import in_couplets, sound_of
from generation.engine.lyrics.stanza import CHANCE, OWN_CHANCE, Ask, Chooser, Memory, letter_of
from generation.engine.lyrics.stock import Pair, Stock
from generation.engine.lyrics.story import Beat, fields_for, plan_story
from generation.engine.lyrics.theme import ThemeReading, read_theme, without_blocked
from generation.engine.lyrics.theme_text import clean_theme
from generation.engine.lyrics.titles import choose_title, names_of, sentence_case
from generation.engine.lyrics.types import LyricLine, Lyrics, LyricSection, LyricsSpec, SectionKind, SectionPlan
from generation.engine.lyrics.units import all_units
from voicelab.engine.phonemes import Pronunciations, pronounce_line

ATTEMPTS = 4
_NEXT_LETTERS = {"p": "pt", "b": "bt", "r": "r", "s": "s", "t": "t"}


def write_locally(spec: LyricsSpec, *, notices: tuple[str, ...] = ()) -> Lyrics:
    """Lyrics for a theme, of our own making. Pure: the same spec gives the same lyrics."""
    reading = without_blocked(read_theme(spec.theme))
    rng = _generator(spec, "song")
    if not reading.readable:
        said = "The theme's words could not be used, so the lyrics are about something we chose."
        notices = (*notices, said if spec.theme.strip() else "There was no theme, so we chose one.")
    fields = fields_for(reading, style=spec.style, rng=rng)
    title, title_notices = choose_title(spec, reading, fields, rng)
    sections = _Song(spec, reading, fields, title).best()
    return Lyrics(title=title, sections=sections, source="local", notices=(*notices, *title_notices))


def _generator(spec: LyricsSpec, name: str) -> np.random.Generator:
    """Chance that depends on the seed, the theme and the style, so that no two themes draw alike."""
    full = f"lyrics|{name}|{spec.seed}|{spec.style}|{clean_theme(spec.theme).lower()}|{spec.title}"
    return np.random.default_rng(int.from_bytes(hashlib.sha256(full.encode()).digest()[:8], "big"))


class _Song:
    """One song's lyrics under way, tried several times over."""

    def __init__(self, spec: LyricsSpec, reading: ThemeReading, fields: tuple[str, ...], title: str) -> None:
        self._spec, self._reading, self._fields, self._title = spec, reading, fields, title
        self._said = spec.pronunciations
        self._sung_title = title if spec.title.strip() else sentence_case(title, names_of(reading))
        self._pooled: dict[int, list[str]] = {}
        self._plans = [p for p in spec.form if p.lines > 0]
        choruses = [p for p in self._plans if p.kind is SectionKind.CHORUS]
        self._last_chorus = choruses[-1] if len(choruses) > 2 else None
        self._beats = plan_story(self._plans, style=spec.style, mood=reading.mood, fields=fields)
        key = f"{clean_theme(spec.theme).lower()}|{spec.style}|{spec.seed}"
        self._stock = Stock(reading, fields, spec.style, self._sung_title, key, self._said)

    def best(self) -> tuple[LyricSection, ...]:
        """The best of several songs."""
        tries = [self._write(attempt) for attempt in range(ATTEMPTS)]
        _, texts = max(tries, key=lambda found: found[0])
        return tuple(
            LyricSection(plan.kind, plan.label, tuple(_sung(text, self._said) for text in lines))
            for plan, lines in zip(self._plans, texts, strict=True)
        )

    def _write(self, attempt: int) -> tuple[float, list[list[str]]]:
        rng = _generator(self._spec, f"attempt {attempt}")
        own = _generator(self._spec, "own").gumbel(size=len(all_units())) * OWN_CHANCE
        noise = own + rng.gumbel(size=len(all_units())) * CHANCE
        liking = {unit.key: float(chance) for unit, chance in zip(all_units(), noise, strict=True)}
        chooser = Chooser(self._stock, Memory(), rng, liking)
        texts: list[list[str]] = []
        refrain: dict[tuple[int, int], str] = {}
        for plan, beat in zip(self._plans, self._beats, strict=True):
            kept = [refrain.get((i, n), "") for i, n in enumerate(plan.syllables)]
            comes_back = plan.kind is SectionKind.CHORUS and all(kept)
            lines = kept if comes_back else self._section(plan, beat, chooser)
            if comes_back and plan is self._last_chorus:
                lines = self._turned(plan, beat, kept, chooser)
            if plan.kind is SectionKind.CHORUS:
                for i, line in enumerate(lines):
                    refrain.setdefault((i, plan.syllables[i]), line)
            texts.append(lines)
        return self._score(chooser.memory, texts), texts

    def _score(self, memory: Memory, texts: list[list[str]]) -> float:
        """The song as a whole: its lines, how much of the theme it says, how many sounds it ends on."""
        sung = " ".join(line.lower() for lines in texts for line in lines)
        named = sum(phrase.bare.lower() in sung for phrase in self._reading.phrases)
        return memory.score + 0.8 * named + 0.25 * len(memory.rhymes)

    def _section(self, plan: SectionPlan, beat: Beat, chooser: Chooser) -> list[str]:
        """The lines of a section: blocks of four and two from the written units, what is left from the pool."""
        lines: list[str] = []
        if plan.kind is SectionKind.CHORUS and not self._title_fits(plan):
            return self._from_pool(plan, beat)
        while len(lines) < plan.lines:
            left = plan.lines - len(lines)
            size = 4 if left >= 4 else min(2, left)
            block = self._block(plan, beat, len(lines), size, chooser) if size > 1 else None
            if block is None:
                return self._from_pool(plan, beat)
            for offset, pair in zip(range(0, size, 2), block, strict=True):
                chooser.memory.note(pair, plan.kind.value, len(lines) + offset)
            lines += [line.text for pair in block for line in pair.lines]
        return lines

    def _turned(self, plan: SectionPlan, beat: Beat, kept: list[str], chooser: Chooser) -> list[str]:
        """The refrain as it comes back for the last time: its title and all but its last two lines, which turn."""
        at = plan.lines - 2
        if plan.lines < 4 or plan.lines % 4 or not self._title_fits(plan):
            return kept
        together = [sung_together(line) for line in kept[at:]]
        if all(together) and together != kept[at:]:
            return [*kept[:at], *together]
        couplets = in_couplets(self._spec.style, plan.syllables[at - 2 :])
        ask = Ask("l", plan.kind.value, at, (plan.syllables[at], plan.syllables[at + 1]), beat)
        pair = chooser.turn(ask, "" if couplets else kept[at - 1])
        if pair is None:
            return kept
        chooser.memory.note(pair, plan.kind.value, at)
        return [*kept[:at], *(line.text for line in pair.lines)]

    def _from_pool(self, plan: SectionPlan, beat: Beat) -> list[str]:
        """A section that no written units can fill; it is put together once for all attempts."""
        place = next(i for i, p in enumerate(self._plans) if p is plan)
        if place not in self._pooled:
            self._pooled[place] = self._pool.section(plan, beat)
        return list(self._pooled[place])

    def _title_fits(self, plan: SectionPlan) -> bool:
        return len(hook_texts(self._sung_title, plan.syllables, self._said)) <= 2 and (
            sound_of(self._sung_title, self._said).syllables <= plan.syllables[0]
        )

    def _block(self, plan: SectionPlan, beat: Beat, at: int, size: int, chooser: Chooser) -> tuple[Pair, ...] | None:
        couplets = size == 2 or in_couplets(self._spec.style, plan.syllables[at : at + size])
        asks = [self._ask(plan, beat, at + offset, couplets=couplets) for offset in range(0, size, 2)]
        return chooser.couplets(asks) if couplets else chooser.ballad(asks[0], asks[1])

    def _ask(self, plan: SectionPlan, beat: Beat, at: int, *, couplets: bool) -> Ask:
        if plan.kind is SectionKind.CHORUS:
            letters = ("c" if at == 0 else "k") if couplets else ("o" if at == 0 else "oh")
        else:
            letter = letter_of(plan.kind, beat)
            letters = _NEXT_LETTERS[letter]
        lengths = (plan.syllables[at], plan.syllables[at + 1])
        return Ask(letters, plan.kind.value, at, lengths, beat, self._nearness(plan, at))

    def _nearness(self, plan: SectionPlan, at: int) -> int:
        """Each stanza shows an image of the theme's fields; the first verse says the theme's own words as well."""
        verse = next((p for p in self._plans if p.kind is SectionKind.VERSE), plan)
        if plan.kind is SectionKind.CHORUS:
            return 0
        return 2 if plan is verse and (at == 2 or plan.lines < 4) else 1

    @cached_property
    def _pool(self) -> PoolWriter:
        return PoolWriter(self._spec, self._reading, self._fields, self._title, _generator(self._spec, "pool"))


def _sung(text: str, said: Pronunciations) -> LyricLine:
    return LyricLine(text=text, words=pronounce_line(text, said))

"""Which section plays in which world: one place for all choruses, others for the story, as the words say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codecraft.common.seeds import generator
from generation.engine.film.types import StoryboardSpec
from generation.engine.film.vocabulary import are_kin, castable_worlds, casting_of, found_words, world_scores
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import Score

LEAST_PLACES, MOST_PLACES = 3, 5
_OWN_WORD, _ALONE, _OWN_MOST = 0.6, 0.3, 2.4
_LOUD = 0.8
_STRANGE = 1.5
"""How far a place of another realm stands behind, unless the words sung there tell of it."""
_NUMBER = re.compile(r"[\d ]+$")


@dataclass(frozen=True)
class Cast:
    """`worlds` and `words` (sung there, and found in that world's vocabulary) of each section; `home` is where the
    choruses are."""

    worlds: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    home: str


def section_texts(score: Score) -> list[str]:
    """The words sung in each section."""
    texts = [""] * len(score.sections)
    for line in score.lead.lines:
        texts[line.section] = f"{texts[line.section]} {line.text}".strip()
    return texts


def groups_of(score: Score) -> list[str]:
    """Sections with one name belong to one place: all choruses; "Dance 1" and "Dance 2"; a pre-chorus stays where
    the verse before it was."""
    groups: list[str] = []
    for number, section in enumerate(score.sections):
        if section.kind is SectionKind.PRE_CHORUS and groups and groups[-1].startswith("verse"):
            groups.append(groups[-1])
        elif section.kind in (SectionKind.CHORUS, SectionKind.PRE_CHORUS):
            groups.append("chorus")
        elif section.kind is SectionKind.VERSE:
            groups.append(f"verse {number}")
        else:
            groups.append(f"{section.kind.value} {_NUMBER.sub('', section.name).lower()}")
    return groups


def cast_places(spec: StoryboardSpec) -> Cast:
    """A world for each section. Deterministic in the spec."""
    return _Casting(spec).cast()


class _Casting:
    def __init__(self, spec: StoryboardSpec) -> None:
        self.score, self.texts = spec.score, section_texts(spec.score)
        self.groups = groups_of(spec.score)
        theme = f"{spec.theme} {spec.title}"
        self.base = world_scores(spec.style, theme, " ".join(self.texts))
        self.told = world_scores("", theme, "")
        rng = generator(spec.seed, "places")
        # among places that suit nearly alike, another seed takes another one; the home is never a matter of luck
        self.luck = {world: float(rng.uniform(0.0, 0.7)) for world in sorted(castable_worlds())}
        self.luck_of_end = bool(rng.random() < 0.5)
        self.wish = _wished_places(spec.score.duration_s)
        self.chosen: dict[str, str] = {}

    def cast(self) -> Cast:
        self.home = max(sorted(self.base), key=lambda w: self.base[w] + 0.3 * self._own("chorus", w))
        self.chosen["chorus"] = self.home
        verses = [group for group in dict.fromkeys(self.groups) if group.startswith("verse")]
        before = None
        for group in verses:
            before = self.chosen[group] = self._verse(group, before)
        for group in dict.fromkeys(self.groups):
            if group.startswith("bridge"):
                self.chosen[group] = self._elsewhere(group)
        for number, group in enumerate(self.groups):
            if group.startswith("instrumental") and group not in self.chosen:
                self.chosen[group] = self._instrumental(group, self.score.sections[number].energy)
        for group in self.groups:
            if group not in self.chosen:
                story = self.chosen[verses[0]] if verses else self.home
                self.chosen[group] = story if group.startswith("outro") and self.luck_of_end else self.home
        self._widen(verses)
        worlds = tuple(self.chosen[group] for group in self.groups)
        words = tuple(
            tuple(dict.fromkeys(found_words(text, casting_of(world).words)))[:4]
            for text, world in zip(self.texts, worlds, strict=True)
        )
        return Cast(worlds, words, self.home)

    def _own(self, group: str, world: str) -> float:
        text = " ".join(t for t, g in zip(self.texts, self.groups, strict=True) if g == group)
        count = len(set(found_words(text, casting_of(world).words)))
        # one word alone ("hand", "home") may stand anywhere; two that belong together tell of a place
        return min(_OWN_MOST, _OWN_WORD * count - _ALONE) if count else 0.0

    def _suits(self, group: str, world: str) -> float:
        """Away from the home the theme's other words weigh more than the style, and the words sung there most."""
        own = self._own(group, world)
        strange = 0.0 if are_kin(self.home, world) else max(0.0, _STRANGE - own)
        return 0.5 * self.base[world] + 0.6 * self.told[world] + own + self.luck[world] - strange

    def _room(self, group: str, world: str) -> bool:
        """Is there room for one more place? More than wished only where the section's own words ask for it."""
        used = set(self.chosen.values())
        if world in used or len(used) < self.wish:
            return True
        return len(used) < MOST_PLACES and self._own(group, world) >= 2 * _OWN_WORD - _ALONE

    def _pick(self, group: str, bonus: dict[str, float], never: set[str]) -> str:
        """The world that suits best of those there is room for, without those in `never` (if another is left)."""
        worlds = [world for world in sorted(self.base) if self._room(group, world)]
        worlds = [world for world in worlds if world not in never] or worlds
        return max(worlds, key=lambda world: self._suits(group, world) + bonus.get(world, 0.0))

    def _verse(self, group: str, before: str | None) -> str:
        """The story is told away from the home, and stays in its place unless the words lead on."""
        bonus = {}
        if before is not None:
            bonus[before] = 1.2 if len(set(self.chosen.values())) >= self.wish - 1 else 0.2
        return self._pick(group, bonus, {self.home})

    def _elsewhere(self, group: str) -> str:
        """The bridge leaves what was seen, where there is room for another place."""
        used = set(self.chosen.values())
        return self._pick(group, {}, used if len(used) < self.wish else {self.home})

    def _instrumental(self, group: str, energy: float) -> str:
        """Loud music without words is for the home's spectacle; quiet music may see something new."""
        return self._pick(group, {self.home: 1.2} if energy >= _LOUD else {self.home: -1.0}, set())

    def _widen(self, verses: list[str]) -> None:
        """A long film sees three places: where it does not yet, the last verses or what has no words move on."""
        loose = [group for group in dict.fromkeys(self.groups) if group.startswith(("instrumental", "outro", "intro"))]
        for group in (*verses[:0:-1], *loose):
            used = set(self.chosen.values())
            if len(used) >= min(self.wish, LEAST_PLACES):
                return
            self.chosen[group] = self._pick(group, {}, used)


def _wished_places(duration_s: float) -> int:
    """Places a film of this length tells its story in: two in half a minute, four in three minutes."""
    return 2 if duration_s < 45.0 else 3 if duration_s < 150.0 else 4 if duration_s < 230.0 else 5

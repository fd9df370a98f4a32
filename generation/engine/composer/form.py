"""The plan of a song before its words: which sections, how many bars, how fast, how many syllables in each line.

The plan is searched: every form of the style with every allowed size of its sections is a candidate, and the cheapest
one whose tempo lies in the style's range wins. The seed colours the costs, so that songs differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import log2

from codecraft.common.errors import InvalidInput
from codecraft.common.seeds import generator
from generation.contracts import MAX_LENGTH_S, MIN_LENGTH_S, MusicStyle
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.spec import FormPlan, PlannedSection
from generation.engine.composer.styles import STYLES
from generation.engine.composer.tempo import bar_range, base_bpm, tail_s
from generation.engine.lyrics.types import SectionKind as K

KINDS = {"I": K.INTRO, "V": K.VERSE, "P": K.PRE_CHORUS, "C": K.CHORUS, "B": K.BRIDGE, "N": K.INSTRUMENTAL, "O": K.OUTRO}
LETTERS = {kind: letter for letter, kind in KINDS.items()}
_LABELS = {
    K.INTRO: "Intro",
    K.VERSE: "Verse",
    K.PRE_CHORUS: "Pre-Chorus",
    K.CHORUS: "Chorus",
    K.BRIDGE: "Bridge",
    K.OUTRO: "Outro",
}
_SYLLABLES_PER_S = 1.85


@dataclass(frozen=True)
class _Sizes:
    """Bars of what is played, lines of what is sung."""

    intro: int
    instrumental: int
    outro: int
    verse: int
    chorus: int
    bridge: int

    def total_bars(self, form: str, line_bars: int) -> int:
        count = form.count
        lines = self.verse * count("V") + 2 * count("P") + self.chorus * count("C") + self.bridge * count("B")
        return self.intro + self.instrumental * count("N") + self.outro + line_bars * lines

    def bars(self, letter: str, line_bars: int) -> int:
        played = {"I": self.intro, "N": self.instrumental, "O": self.outro}
        return played[letter] if letter in played else self.lines(letter) * line_bars

    def lines(self, letter: str) -> int:
        return {"V": self.verse, "P": 2, "C": self.chorus, "B": self.bridge}.get(letter, 0)


def plan_form(style: MusicStyle, length_s: float, *, seed: int) -> FormPlan:
    """Plan a song of `length_s` seconds (30..300). Raises InvalidInput outside of that."""
    if not MIN_LENGTH_S <= length_s <= MAX_LENGTH_S:
        raise InvalidInput(f"The length must lie between {MIN_LENGTH_S} and {MAX_LENGTH_S} seconds.", field="length_s")
    profile = STYLES[style]
    form, sizes, bars = _best_plan(profile, length_s, seed)
    bpm = base_bpm(profile, bars, length_s)
    sections = _sections(profile, form, sizes, bpm, seed)
    return FormPlan(style, length_s, seed, bpm, profile.beats_per_bar, tail_s(profile, length_s), sections)


def _best_plan(profile: StyleProfile, length_s: float, seed: int) -> tuple[str, _Sizes, int]:
    rng = generator(seed, "form", profile.style.value)
    low, high = profile.bpm
    wanted_bpm = low + (high - low) * rng.uniform(0.2, 0.8)
    bar_s = profile.beats_per_bar * 60.0 / wanted_bpm
    tempi = {bars: base_bpm(profile, bars, length_s) for bars in bar_range(profile, length_s)}
    best: tuple[float, str, _Sizes, int] | None = None
    for form in profile.forms:
        taste = rng.uniform(0.0, 0.5)
        for sizes, bars in _all_sizes(form, profile.line_bars):
            if bars not in tempi:
                continue
            cost = taste + 4.0 * ((tempi[bars] - wanted_bpm) / (high - low)) ** 2
            if best is None or cost < best[0]:
                cost += _size_cost(form, sizes, length_s, bar_s)
                if best is None or cost < best[0]:
                    best = (cost, form, sizes, bars)
    if best is None:  # the grid of sizes is dense enough that no allowed length gets here; tests cover all of them
        raise InvalidInput(f"No {profile.style.value} form is {length_s:g} s long.", field="length_s")
    return best[1:]


@lru_cache(maxsize=8)  # the forms of one style; a plan is asked for several times a song
def _all_sizes(form: str, line_bars: int) -> tuple[tuple[_Sizes, int], ...]:
    """Every choice of sizes for a form, with the bars that it has in all."""
    intro = (1, 2, 3, 4, 6, 8, 12)
    instrumental = (4, 8, 12, 16) if "N" in form else (0,)
    outro = (1, 2, 3, 4, 6, 8) if "O" in form else (0,)
    verse = (2, 4, 6, 8) if "V" in form else (0,)
    chorus = (2, 4, 6, 8) if "C" in form else (0,)
    bridge = (2, 4) if "B" in form else (0,)
    grid = (_Sizes(*sizes) for sizes in product(intro, instrumental, outro, verse, chorus, bridge))
    return tuple((sizes, sizes.total_bars(form, line_bars)) for sizes in grid)


def _size_cost(form: str, sizes: _Sizes, length_s: float, bar_s: float) -> float:
    def off(bars: int, wanted_s: float) -> float:
        return abs(log2(bars * bar_s / wanted_s))

    odd = 0.25 * sum(n % 2 for n in (sizes.intro, sizes.outro) if n > 1)
    cost = odd + 0.5 * off(sizes.intro, min(14.0, max(2.6, 0.07 * length_s)))
    if sizes.outro:
        cost += 0.4 * off(sizes.outro, min(12.0, max(2.6, 0.055 * length_s)))
    if sizes.instrumental:
        cost += 0.4 * off(sizes.instrumental, 16.0) * form.count("N")
    usual = 4 if length_s >= 42 else 2
    cost += {0: 0.0, 2: 0.25, 6: 0.9, 8: 0.35 if length_s >= 150 else 1.2}.get(sizes.verse, 0.0)
    cost += {2: 0.5, 6: 1.1, 8: 0.7}.get(sizes.chorus, 0.0)
    return cost + (0.4 if sizes.verse > usual else 0.0) + (0.6 if sizes.chorus < sizes.verse // 2 else 0.0)


def energy_of(profile: StyleProfile, kind: K, occurrence: int, occurrences: int) -> float:
    """A section's place on the song's energy curve: each return lies higher."""
    low, high = profile.energies[LETTERS[kind]]
    share = occurrence / (occurrences - 1) if occurrences > 1 else 0.6
    return round(low + (high - low) * share, 3)


def section_name(profile: StyleProfile, kind: K, occurrence: int, occurrences: int) -> str:
    """What people read: "Verse 2", "Chorus"."""
    if kind is K.INSTRUMENTAL:
        return profile.instrumental_name if occurrences == 1 else f"{profile.instrumental_name} {occurrence + 1}"
    numbered = kind is K.VERSE and occurrences > 1
    return f"{_LABELS[kind]} {occurrence + 1}" if numbered else _LABELS[kind]


def _sections(profile: StyleProfile, form: str, sizes: _Sizes, bpm: float, seed: int) -> tuple[PlannedSection, ...]:
    seen: dict[str, int] = {}
    sections = []
    for letter in form:
        occurrence, kind = seen.get(letter, 0), KINDS[letter]
        seen[letter] = occurrence + 1
        lines, count = sizes.lines(letter), form.count(letter)
        sections.append(
            PlannedSection(
                kind=kind,
                name=section_name(profile, kind, occurrence, count),
                bars=sizes.bars(letter, profile.line_bars),
                energy=energy_of(profile, kind, occurrence, count),
                line_beats=float(profile.line_bars * profile.beats_per_bar) if lines else 0.0,
                syllables=_syllables(profile, letter, lines, bpm, seed),
            )
        )
    return tuple(sections)


def _syllables(profile: StyleProfile, letter: str, lines: int, bpm: float, seed: int) -> tuple[int, ...]:
    """Targets for each line of a section: the same for all sections of its kind, so that their tunes return."""
    rng = generator(seed, "syllables", letter)
    low, high = profile.syllables
    line_s = profile.line_bars * profile.beats_per_bar * 60.0 / bpm
    usual = min(high, max(low, round(line_s * _SYLLABLES_PER_S)))
    shorter = max(low, usual - 1 - int(rng.integers(2)))
    pattern = (usual, shorter) if rng.random() < 0.6 else (usual, usual)
    if letter in "CP" and rng.random() < 0.5:
        pattern = (max(low, usual - 1), shorter)
    return tuple(pattern[i % 2] for i in range(lines))

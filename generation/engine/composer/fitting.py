"""Words into bars: the form that a song has in the end.

Lyrics that keep the plan get the plan. Any other lyrics get a form of their own: from relaxed to dense, the first way
of setting them that leaves room for the rest of the song is taken, and what is left over is played.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from codecraft.common.errors import InvalidInput
from codecraft.common.seeds import generator
from generation.contracts import MAX_LENGTH_S
from generation.engine.composer.form import energy_of, section_name
from generation.engine.composer.phrases import cut_line
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.spec import Form, FormPlan, FormSection, Phrase
from generation.engine.composer.tempo import bar_range, base_bpm, tail_s
from generation.engine.lyrics.types import Lyrics, LyricSection, SectionKind

_PLAN_RATE = 3.6
"""Syllables a second up to which a planned line is sung in its planned bars."""


@dataclass(frozen=True)
class _Manner:
    """How closely words are set. `rate` syllables a second; `rest_s` for breath and the held last syllable."""

    rate: float
    rest_s: float
    grid_beats: float
    even: bool
    max_syllables: int


def _manners(profile: StyleProfile) -> tuple[_Manner, ...]:
    bar = float(profile.beats_per_bar)
    line = bar * profile.line_bars
    return (
        _Manner(2.3, 1.1, line, True, 14),
        _Manner(2.8, 0.9, bar, True, 14),
        _Manner(3.2, 0.8, bar, False, 14),
        _Manner(3.7, 0.7, bar if bar == 3.0 else 2.0, False, 15),
        _Manner(4.3, 0.6, 1.0, False, 16),
        _Manner(5.0, 0.5, 1.0, False, 18),
        _Manner(5.5, 0.42, 0.5, False, 20),
    )


def fit_form(plan: FormPlan, profile: StyleProfile, lyrics: Lyrics) -> Form:
    """The song's form with every word in place. Raises InvalidInput("lyrics") when they are too many for the length."""
    if not any(line.words for section in lyrics.sections for line in section.lines):
        raise InvalidInput("The lyrics hold no word that can be sung.", field="lyrics")
    if _keeps_plan(plan, lyrics):
        return _planned(plan, lyrics)
    return _adapted(plan, profile, lyrics)


def _keeps_plan(plan: FormPlan, lyrics: Lyrics) -> bool:
    if [(s.kind, s.lines) for s in plan.sung] != [(s.kind, len(s.lines)) for s in lyrics.sections]:
        return False
    line_beats = max(s.line_beats for s in plan.sections)
    usable_s = line_beats * 60.0 / plan.bpm - 0.8
    counts = [line.syllable_count for s in lyrics.sections for line in s.lines]
    return min(counts) > 0 and max(counts) <= min(18, usable_s * _PLAN_RATE)


def _planned(plan: FormPlan, lyrics: Lyrics) -> Form:
    sections, bar, word = [], 0, 0
    sung = iter(lyrics.sections)
    kinds = [s.kind for s in plan.sections]
    for index, section in enumerate(plan.sections):
        phrases: list[Phrase] = []
        if section.lines:
            for number, line in enumerate(next(sung).lines):
                phrases.append(Phrase(line.text, line.words, word, number * section.line_beats, section.line_beats))
                word += len(line.words)
        sections.append(
            FormSection(
                section.kind,
                section.name,
                bar,
                section.bars,
                section.energy,
                tuple(phrases),
                kinds[:index].count(section.kind),
                kinds.count(section.kind),
            )
        )
        bar += section.bars
    return Form(plan.bpm, plan.beats_per_bar, plan.tail_s, tuple(sections))


def _adapted(plan: FormPlan, profile: StyleProfile, lyrics: Lyrics) -> Form:
    choices = sorted(bar_range(profile, plan.length_s), key=lambda n: _distance(plan, profile, n))
    for manner in _manners(profile):
        for bars in choices:
            bpm = base_bpm(profile, bars, plan.length_s)
            blocks = _set_words(profile, lyrics, manner, bpm)
            spare = bars - sum(b.bars for b in blocks)
            if spare >= _least_played(profile, manner, bpm):
                sections = _arrange(profile, blocks, spare, bpm, plan.seed)
                return Form(bpm, profile.beats_per_bar, plan.tail_s, sections, dense=manner.rate > 4.0)
    raise _too_many_words(profile, lyrics, plan.length_s)


def _distance(plan: FormPlan, profile: StyleProfile, bars: int) -> float:
    return abs(base_bpm(profile, bars, plan.length_s) - plan.bpm)


def _least_played(profile: StyleProfile, manner: _Manner, bpm: float) -> int:
    """Bars that must be left over: relaxed songs want an introduction and an end, a dense one only a bar to begin."""
    if manner.rate > 4.0:
        return 1
    return ceil((3.0 if manner.rate < 3.0 else 2.0) / (profile.beats_per_bar * 60.0 / bpm)) + 1


def _too_many_words(profile: StyleProfile, lyrics: Lyrics, length_s: float) -> InvalidInput:
    bpm, manner = profile.bpm[1], _manners(profile)[-1]
    bars = 2 + sum(b.bars for b in _set_words(profile, lyrics, manner, bpm))
    needed_s = ceil(bars * profile.beats_per_bar * 60.0 / bpm / 0.97 + tail_s(profile, length_s) + 1.0)
    words = sum(len(line.words) for s in lyrics.sections for line in s.lines)
    if needed_s <= MAX_LENGTH_S:
        advice = f"they need about {needed_s} s"
    else:
        advice = f"even the longest song ({MAX_LENGTH_S} s) holds about {int(words * MAX_LENGTH_S / needed_s)} of them"
    return InvalidInput(
        f"The lyrics have too many words ({words}) to be sung in {length_s:g} s: {advice}.", field="lyrics"
    )


def _set_words(profile: StyleProfile, lyrics: Lyrics, manner: _Manner, bpm: float) -> list[FormSection]:
    """The sung sections in a manner, not yet put into the song (start bar 0, energy 0)."""
    blocks, word = [], 0
    for section in lyrics.sections:
        phrases: list[Phrase] = []
        for line in section.lines:
            phrases.extend(cut_line(line, word, manner.max_syllables))
            word += len(line.words)
        if phrases:
            blocks.append(_set_section(profile, section, phrases, manner, bpm))
    return blocks


def _set_section(
    profile: StyleProfile, section: LyricSection, phrases: list[Phrase], manner: _Manner, bpm: float
) -> FormSection:
    beats_per_s = bpm / 60.0
    windows = [
        max(1, ceil((p.syllable_count / manner.rate + manner.rest_s) * beats_per_s / manner.grid_beats - 1e-9))
        * manner.grid_beats
        for p in phrases
    ]
    if manner.even:
        widest = max(windows)
        windows = [widest if w * 2 >= widest else w for w in windows]
    bars = ceil(sum(windows) / profile.beats_per_bar - 1e-9)
    if manner.grid_beats < profile.beats_per_bar:
        windows = _widened(windows, phrases, bars * profile.beats_per_bar - sum(windows), manner.grid_beats)
    placed, at = [], 0.0
    for phrase, beats in zip(phrases, windows, strict=True):
        placed.append(replace(phrase, start_beats=at, beats=beats))
        at += beats
    return FormSection(section.kind, section.label, 0, bars, 0.0, tuple(placed))


def _widened(windows: list[float], phrases: list[Phrase], spare: float, grid: float) -> list[float]:
    """What a section's last bar leaves over goes, step by step, to the lines that are most in a hurry."""
    windows = list(windows)
    while spare >= grid - 1e-9:
        hurried = max(range(len(windows)), key=lambda i: (phrases[i].syllable_count + 2) / windows[i])
        windows[hurried] += grid
        spare -= grid
    return windows


def _arrange(
    profile: StyleProfile, blocks: list[FormSection], spare: int, bpm: float, seed: int
) -> tuple[FormSection, ...]:
    """Sung blocks with an introduction, played sections and an end around them, `spare` bars in all."""
    bar_s = profile.beats_per_bar * 60.0 / bpm
    intro = min(spare, max(1, round(6.0 / bar_s)))
    outro = min(spare - intro, max(0, round(5.0 / bar_s)))
    left = spare - intro - outro
    played, rest = _played_blocks(left, 8 if 8 * bar_s <= 24.0 else 4)
    intro += rest
    slots = _slots(len(blocks), len(played), seed)
    order: list[FormSection] = [_played(SectionKind.INTRO, intro)]
    for index, block in enumerate(blocks):
        order.extend(_played(SectionKind.INSTRUMENTAL, played[i]) for i, slot in enumerate(slots) if slot == index)
        order.append(block)
    order.extend(_played(SectionKind.INSTRUMENTAL, played[i]) for i, slot in enumerate(slots) if slot == len(blocks))
    if outro:
        order.append(_played(SectionKind.OUTRO, outro))
    return _numbered(profile, order)


def _played(kind: SectionKind, bars: int) -> FormSection:
    return FormSection(kind, "", 0, bars, 0.0)


def _played_blocks(bars: int, usual: int) -> tuple[list[int], int]:
    """Spare bars as sections of `usual` bars, a last one of an even number, and what is left for the introduction."""
    sizes = [usual] * (bars // usual)
    rest = bars - sum(sizes)
    if rest >= 4:
        sizes.append(rest - rest % 2)
        rest %= 2
    return sizes, rest


def _slots(blocks: int, played: int, seed: int) -> list[int]:
    """Before which sung block (`blocks` = after the last one) each played section stands, spread over the song."""
    if blocks == 1:
        return [i % 2 for i in range(played)] if played > 1 else [1] * played
    rng = generator(seed, "slots")
    inner = [(i * (blocks - 1)) // played + 1 for i in range(played)]
    return sorted(inner) if rng.random() < 0.7 else sorted(min(blocks, i + 1) for i in inner)


def _energy(profile: StyleProfile, kind: SectionKind, occurrence: int, count: int) -> float:
    """As in a planned song; many played sections in one song come in waves instead of one long climb."""
    if kind is not SectionKind.INSTRUMENTAL or count < 4:
        return energy_of(profile, kind, occurrence, count)
    low, high = profile.energies["V"][0], profile.energies["N"][1]
    share = occurrence / (count - 1)
    return round(low + (high - low) * (0.35 * share + 0.65 * (0.3, 0.75, 1.0, 0.0)[occurrence % 4]), 3)


def _numbered(profile: StyleProfile, order: list[FormSection]) -> tuple[FormSection, ...]:
    kinds = [s.kind for s in order]
    sections, bar = [], 0
    for index, section in enumerate(order):
        occurrence, count = kinds[:index].count(section.kind), kinds.count(section.kind)
        sections.append(
            replace(
                section,
                name=section.name or section_name(profile, section.kind, occurrence, count),
                start_bar=bar,
                energy=_energy(profile, section.kind, occurrence, count),
                occurrence=occurrence,
                occurrences=count,
            )
        )
        bar += section.bars
    return tuple(sections)

"""Songs for the composer's tests: real words, set to a plan by their real pronunciation."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from generation.contracts import MusicStyle
from generation.engine.composer import ComposeSpec, compose, plan_form
from generation.engine.composer.rhythm import metric_weight
from generation.engine.lyrics.types import LyricLine, Lyrics, LyricSection, SectionKind
from generation.engine.score.types import Score
from tests.judges.composition import chord_at, parallels, strong_notes
from voicelab.contracts import VoiceStyle
from voicelab.engine.phonemes import PronouncedWord, pronounce_line

__all__ = ["chord_at", "parallels"]

WORDS = (
    "the fire in our hearts will never fade away and silver rivers carry every memory of summer over mountains where "
    "the broken soldiers wander home again forgiving enemies beneath a burning sky"
).split()


@lru_cache(maxsize=1)
def _pronounced() -> tuple[PronouncedWord, ...]:
    return pronounce_line(" ".join(WORDS))


@lru_cache(maxsize=512)
def line_of(syllables: int, start: int) -> LyricLine:
    """A line of exactly that many syllables, words taken in turn from the list."""
    words, count, index = [], 0, start * 5
    while count < syllables:
        word = _pronounced()[index % len(WORDS)]
        if count + len(word.syllables) <= syllables:
            words.append(word)
            count += len(word.syllables)
        index += 1
    return LyricLine(" ".join(w.text for w in words), tuple(words))


def planned_lyrics(style: MusicStyle, length_s: float, seed: int) -> Lyrics:
    """Lyrics that keep the composer's plan; the chorus has the same words each time."""
    sections, chorus, number = [], None, 0
    for plan in plan_form(style, length_s, seed=seed).sung:
        if plan.kind is SectionKind.CHORUS and chorus:
            sections.append(chorus)
            continue
        lines = []
        for syllables in plan.syllables:
            number += 1
            lines.append(line_of(syllables, number % 11))
        section = LyricSection(plan.kind, plan.label, tuple(lines))
        chorus = section if plan.kind is SectionKind.CHORUS else chorus
        sections.append(section)
    return Lyrics("A song", tuple(sections), "local")


def custom_lyrics(text: str) -> Lyrics:
    """Verses parted by blank lines."""
    sections = []
    for number, block in enumerate(text.split("\n\n"), start=1):
        lines = tuple(LyricLine(line, pronounce_line(line)) for line in block.split("\n"))
        sections.append(LyricSection(SectionKind.VERSE, f"Verse {number}", lines))
    return Lyrics("A song", tuple(sections), "custom")


@lru_cache(maxsize=64)
def song(style: MusicStyle, voice: VoiceStyle, length_s: float = 60.0, seed: int = 1) -> Score:
    spec = ComposeSpec("A song", style, voice, seed, length_s)
    return compose(spec, planned_lyrics(style, length_s, seed))


def strong_beat_share(score: Score) -> float:
    """Share of the lead's notes on beats that are chord tones, or dissonances prepared and resolved by step."""
    return float(np.mean(strong_notes(score)))


def stress_share(score: Score) -> float:
    """Share of neighbouring syllables inside of words where the more stressed one stands on the stronger beat."""
    good = total = 0
    for line in score.lead.lines:
        sung = [n for n in line.notes if n.syllable]
        for a, b in zip(sung, sung[1:], strict=False):
            if a.syllable.word_index != b.syllable.word_index or a.syllable.stress == b.syllable.stress:
                continue
            total += 1
            strong, weak = (a, b) if a.syllable.stress > b.syllable.stress else (b, a)
            good += metric_weight(strong.start_beats, score.beats_per_bar) > metric_weight(
                weak.start_beats, score.beats_per_bar
            )
    return good / total


def syllable_seconds(score: Score) -> list[float]:
    """How long each syllable is held, melismas included."""
    at, lengths = score.tempo_map.seconds_at, []
    for line in score.lead.lines:
        for note in line.notes:
            length = at(note.start_beats + note.duration_beats) - at(note.start_beats)
            if note.syllable:
                lengths.append(length)
            else:
                lengths[-1] += length
    return lengths


def breaths_s(score: Score) -> list[float]:
    at = score.tempo_map.seconds_at
    ends = [at(line.notes[-1].start_beats + line.notes[-1].duration_beats) for line in score.lead.lines]
    starts = [at(line.notes[0].start_beats) for line in score.lead.lines]
    return [start - end for end, start in zip(ends, starts[1:], strict=False)]

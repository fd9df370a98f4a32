"""Tempo: a steady base, the breath of the styles that breathe, and a ritardando into the last chord, solved so that the
song is exactly as long as asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import sqrt

import numpy as np

from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.spec import Form
from generation.engine.score.types import TempoChange, TempoMap

_STEP_BEATS = 1.0


def tail_s(profile: StyleProfile, length_s: float) -> float:
    """Seconds for the last chord to ring out: shorter in a short song."""
    return round(min(profile.tail_s, 0.08 * length_s), 3)


def tempo_shape(profile: StyleProfile, bars: int) -> list[tuple[float, float]]:
    """(beat, factor of the base tempo) pairs: 1 until the last bar, then stepwise slower to the style's `ritard`."""
    shape = [(0.0, 1.0)]
    if profile.ritard < 1.0 and bars >= 4:
        steps = int(profile.beats_per_bar / _STEP_BEATS)
        first = (bars - 1) * profile.beats_per_bar
        for step in range(steps):
            factor = 1.0 + (profile.ritard - 1.0) * (step + 1) / steps
            shape.append((first + step * _STEP_BEATS, factor))
    return shape


def base_bpm(profile: StyleProfile, bars: int, length_s: float) -> float:
    """The base tempo at which `bars` and the tail last `length_s` seconds."""
    shape = tempo_shape(profile, bars)
    ends = [*(beat for beat, _ in shape[1:]), float(bars * profile.beats_per_bar)]
    beats = sum((end - beat) / factor for (beat, factor), end in zip(shape, ends, strict=True))
    return beats * 60.0 / (length_s - tail_s(profile, length_s))


def rubato(profile: StyleProfile, form: Form) -> list[float]:
    """A factor of the base tempo for each beat of the song.

    A style that breathes slows down into the ends of its sections, more where the song grows calm (`profile.breath`;
    the shape of a stopping runner, Friberg and Sundberg, "Does music performance allude to locomotion?", JASA 105/3,
    1999). A chant has no pulse of its own: each line gathers pace and comes to rest with its words (`profile.arch`;
    phrase arch, Todd, "The dynamics of dynamics", JASA 91/6, 1992; mora vocis, Mocquereau, "Le nombre musical
    gregorien", 1908). Songs with many words keep time.
    """
    beats = form.bars * form.beats_per_bar
    factors = np.ones(beats)
    for beat, factor in tempo_shape(profile, form.bars)[1:]:
        factors[int(beat)] = factor
    if form.dense:
        return factors.tolist()
    for section, following in pairwise(form.sections):
        end = following.start_bar * form.beats_per_bar
        width = min(form.beats_per_bar, section.bars * form.beats_per_bar // 2)
        calms = following.energy < section.energy
        for back in range(width):
            depth = profile.breath * (1.0 if calms else 0.6)
            factors[end - 1 - back] *= sqrt(1.0 - (1.0 - (1.0 - depth) ** 2) * (1.0 - back / width))
    for section in form.sections if profile.arch else ():
        for phrase in section.phrases:
            first = section.start_bar * form.beats_per_bar + int(phrase.start_beats)
            count = int(phrase.beats)
            for i in range(count):
                place = (i + 0.5) / count
                late = 1.5 * max(0.0, place - 0.6) / 0.4
                factors[min(beats - 1, first + i)] *= 1.0 - profile.arch * max(late, max(0.0, 0.2 - place) / 0.2)
    factors[0] = 1.0
    return np.clip(factors, 0.55, 1.0).tolist()


def breathing(profile: StyleProfile, form: Form, length_s: float) -> tuple[Form, TempoMap]:
    """The form at the tempo that leaves room for its rubato, and the tempo map: the song lasts `length_s` seconds, its
    tail included. The form's tempo is the fastest of the song."""
    factors = rubato(profile, form)
    bpm = sum(1.0 / f for f in factors) * 60.0 / (length_s - form.tail_s)
    changes = [TempoChange(0.0, bpm * factors[0])]
    for beat, factor in enumerate(factors):
        if abs(bpm * factor - changes[-1].bpm) > 1e-9:
            changes.append(TempoChange(float(beat), bpm * factor))
    return replace(form, bpm=bpm), TempoMap(tuple(changes))


def bar_range(profile: StyleProfile, length_s: float) -> range:
    """All numbers of bars that keep the base tempo inside the style's range."""
    low, high = profile.bpm
    beats_per_s = (length_s - tail_s(profile, length_s)) / 60.0
    guess = range(
        max(1, int(beats_per_s * low / profile.beats_per_bar) - 2), int(beats_per_s * high / profile.beats_per_bar) + 3
    )
    fitting = [bars for bars in guess if low <= base_bpm(profile, bars, length_s) <= high]
    return range(fitting[0], fitting[-1] + 1)

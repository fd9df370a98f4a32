"""Tempo: a steady base with a ritardando into the last chord, solved so that the song is exactly as long as asked."""

from __future__ import annotations

from generation.engine.composer.profile import StyleProfile
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


def tempo_map(profile: StyleProfile, bars: int, bpm: float) -> TempoMap:
    return TempoMap(tuple(TempoChange(beat, bpm * factor) for beat, factor in tempo_shape(profile, bars)))


def bar_range(profile: StyleProfile, length_s: float) -> range:
    """All numbers of bars that keep the base tempo inside the style's range."""
    low, high = profile.bpm
    beats_per_s = (length_s - tail_s(profile, length_s)) / 60.0
    guess = range(
        max(1, int(beats_per_s * low / profile.beats_per_bar) - 2), int(beats_per_s * high / profile.beats_per_bar) + 3
    )
    fitting = [bars for bars in guess if low <= base_bpm(profile, bars, length_s) <= high]
    return range(fitting[0], fitting[-1] + 1)

"""Higher or lower, with the same vowels: one voice's waves are laid down closer together or farther apart.

Pitch-synchronous overlap-add (Moulines & Charpentier, "Pitch-synchronous waveform processing techniques", Speech
Communication 9, 1990): a grain of two periods carries the vocal tract's ring, so its formants stay where they are
while the distance of the grains makes the new pitch. What has no pitch (s, t, breath, rests) is not touched.
Marks and grains lie between samples, else the rounding would roughen high notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numba import njit
from scipy.ndimage import uniform_filter1d

from mixer.engine.effects.phrases import PhraseStream
from mixer.engine.effects.pitch_track import HOP_S, track_pitch
from mixer.engine.effects.streaming import Unchanged

_SHORTEST_S = 0.030
"""A voiced stretch shorter than this is left alone."""
_LEVEL_S = 0.040
_TAPS = 16
_STEPS = 512


@dataclass(frozen=True)
class VoicePitchShift:
    """`semitones` -12..12 (fractions allowed) for one voice at a time; all channels move by the same marks."""

    semitones: float = 0.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> PhraseStream | Unchanged:
        """Phrase by phrase, as waves are followed from a phrase's clearest moment outwards."""
        if self.semitones == 0.0:
            return Unchanged()
        work = partial(self.process, sample_rate_hz=sample_rate_hz)
        return PhraseStream(work, sample_rate_hz=sample_rate_hz, channels=channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out; nothing moves in time. Returns its input for 0 semitones."""
        if self.semitones == 0.0 or not audio.any():
            return audio
        mono = audio.mean(axis=0, dtype=np.float32)
        track = track_pitch(mono, sample_rate_hz=sample_rate_hz)
        source, out = np.ascontiguousarray(audio, np.float32), audio.astype(np.float32)
        for first, last in _voiced_stretches(track.f0_hz):
            marks = _marks_between(mono, track.f0_hz, first, last, sample_rate_hz)
            if len(marks) >= 3:
                _move(source, marks, 2.0 ** (self.semitones / 12.0), out, sample_rate_hz)
        return out


def _move(source: np.ndarray, marks: np.ndarray, ratio: float, out: np.ndarray, sample_rate_hz: int) -> None:
    """Lay the stretch of the marks anew into `out`, as loud at every place as it was."""
    before, after = marks[1] - marks[0], marks[-1] - marks[-2]
    start = max(0, int(marks[0] - before) - _TAPS)
    end = min(source.shape[1], int(marks[-1] + after) + _TAPS)
    share = np.zeros(end - start, np.float32)
    _fill_share(marks - start, share)
    dry = source[:, start:end]
    wet = np.zeros(dry.shape, np.float32)
    for channel in range(len(dry)):
        _lay_grains(dry[channel], marks - start, ratio, _sinc_table(), wet[channel])
    width = max(3, round(_LEVEL_S * sample_rate_hz))
    had, has = (
        uniform_filter1d(np.square(x, dtype=np.float64).sum(axis=0), width, mode="constant") for x in (dry * share, wet)
    )
    gain = np.clip(np.sqrt((had + 1e-12) / (has + 1e-12)), 0.35, 3.0).astype(np.float32)
    out[:, start:end] = out[:, start:end] * (1.0 - share) + wet * gain


def _voiced_stretches(f0_hz: np.ndarray) -> list[tuple[int, int]]:
    """(first frame, last frame) of each stretch with a pitch, long enough to be heard as one."""
    voiced = np.concatenate([[False], f0_hz > 0.0, [False]])
    edges = np.flatnonzero(voiced[1:] != voiced[:-1])
    pairs = zip(edges[::2], edges[1::2] - 1, strict=True)
    return [(int(first), int(last)) for first, last in pairs if (last - first + 1) * HOP_S >= _SHORTEST_S]


def _marks_between(mono: np.ndarray, f0_hz: np.ndarray, first: int, last: int, sample_rate_hz: int) -> np.ndarray:
    """Pitch marks (marks,) float64 in samples, one a period, from about frame `first` to about frame `last`."""
    start, end = (round(frame * HOP_S * sample_rate_hz) for frame in (first, last))
    end = min(end, len(mono) - 1)
    periods = sample_rate_hz / f0_hz[first : last + 1]
    at = start + np.arange(len(periods)) * HOP_S * sample_rate_hz
    anchor = _strongest_wave(mono, start, end, at, periods)
    marks = np.zeros(4 * (int((end - start) / periods.min()) + 8))
    return marks[_follow_waves(mono, at, periods, float(anchor), float(start), float(end), marks)].copy()


def _strongest_wave(mono: np.ndarray, start: int, end: int, at: np.ndarray, periods: np.ndarray) -> int:
    """The sample round which the energy of the stretch's loudest period is gathered: grains are centred there."""
    energy = np.square(mono[start : end + 1], dtype=np.float64)
    middle = np.convolve(energy, np.ones(max(3, int(periods.mean()))), mode="same")
    loudest = start + int(np.argmax(middle))
    period = int(np.interp(loudest, at, periods))
    low, high = max(start, loudest - period // 2), min(end, loudest + period // 2)
    width = max(3, period // 5)
    gathered = np.convolve(np.square(mono[low : high + 1], dtype=np.float64), np.ones(width), mode="same")
    return low + int(np.argmax(gathered))


@lru_cache(maxsize=1)
def _sinc_table() -> np.ndarray:
    """(steps + 1, taps) float32: windowed sinc for reading between samples."""
    shift = np.arange(_STEPS + 1)[:, np.newaxis] / _STEPS
    position = np.arange(_TAPS) - (_TAPS // 2 - 1) - shift
    window = np.i0(7.0 * np.sqrt(np.maximum(0.0, 1.0 - (position / (_TAPS / 2)) ** 2))) / np.i0(7.0)
    table = np.sinc(position) * window
    return (table / table.sum(axis=1, keepdims=True)).astype(np.float32)


def _follow_waves(mono, at, periods, anchor, start, end, marks) -> slice:
    """Fill `marks` from the middle outwards, one period a step; returns the part of it that was filled."""
    middle = len(marks) // 2
    marks[middle] = anchor
    low, high = _walk(mono, at, periods, start, end, marks, middle)
    return slice(low, high + 1)


@njit(cache=True, nogil=True)
def _walk(mono, at, periods, start, end, marks, middle):  # pragma: no cover - compiled
    low, high = middle, middle
    for direction in (1, -1):
        mark = marks[middle]
        while True:
            period = np.interp(mark, at, periods)
            step = _distance(mono, mark, direction * period)
            mark = mark + step
            if mark < start or mark > end or abs(step) < 2.0:
                break
            if direction > 0:
                if high + 1 >= len(marks):
                    break
                high += 1
                marks[high] = mark
            else:
                if low == 0:
                    break
                low -= 1
                marks[low] = mark
    return low, high


@njit(cache=True, nogil=True)
def _distance(mono, mark, step):  # pragma: no cover - compiled
    """How far it is to the next wave that looks like the one at `mark`, near `step`, in fractions of samples."""
    period = abs(step)
    reach = max(2, int(0.10 * period))
    half = int(0.6 * period)
    centre = round(mark)
    usual = round(step)
    if centre - half < 0 or centre + half >= len(mono):
        return step
    if centre + usual - half - reach - 1 < 0 or centre + usual + half + reach + 1 >= len(mono):
        return step
    scores = np.empty(2 * reach + 3)
    own = 1e-12
    for k in range(-half, half + 1):
        own += mono[centre + k] * mono[centre + k]
    for index in range(len(scores)):
        other = centre + usual + index - reach - 1
        product, energy = 0.0, 1e-12
        for k in range(-half, half + 1):
            product += mono[centre + k] * mono[other + k]
            energy += mono[other + k] * mono[other + k]
        scores[index] = product / np.sqrt(own * energy)
    best = 1 + int(np.argmax(scores[1:-1]))
    if scores[best] < 0.4 or best == 1 or best == len(scores) - 2:
        return step
    left, here, right = scores[best - 1], scores[best], scores[best + 1]
    bend = left - 2.0 * here + right
    shift = 0.5 * (left - right) / bend if bend < -1e-12 else 0.0
    return usual + best - reach - 1 + shift


@njit(cache=True, nogil=True)
def _fill_share(marks, share):  # pragma: no cover - compiled
    """1 where grains lie, with slopes of one period at both ends: what the same grains would sum to unmoved."""
    first, last = marks[0], marks[-1]
    before, after = marks[1] - first, last - marks[-2]
    for index in range(len(share)):
        if index < first - before or index > last + after:
            continue
        share[index] = 1.0
        if index < first:
            share[index] = 0.5 + 0.5 * np.cos(np.pi * (first - index) / before)
        elif index > last:
            share[index] = 0.5 + 0.5 * np.cos(np.pi * (index - last) / after)


@njit(cache=True, nogil=True)
def _lay_grains(source, marks, ratio, table, out):  # pragma: no cover - compiled
    count = len(marks)
    before, after = marks[1] - marks[0], marks[count - 1] - marks[count - 2]
    level = 1.0 / np.sqrt(ratio)
    place, near = marks[0], 0
    while place <= marks[count - 1]:
        while near + 1 < count and abs(marks[near + 1] - place) <= abs(marks[near] - place):
            near += 1
        left = marks[near] - marks[near - 1] if near > 0 else before
        right = marks[near + 1] - marks[near] if near + 1 < count else after
        _add_grain(source, marks[near], left, right, place, level, table, out)
        segment = min(near, count - 2) if place >= marks[near] else max(0, near - 1)
        place += (marks[segment + 1] - marks[segment]) / ratio


@njit(cache=True, nogil=True)
def _add_grain(source, mark, left, right, place, level, table, out):  # pragma: no cover - compiled
    taps = table.shape[1]
    for index in range(max(0, int(np.ceil(place - left))), min(len(out), int(place + right) + 1)):
        away = index - place
        reach = left if away < 0.0 else right
        weight = level * (0.5 + 0.5 * np.cos(np.pi * away / reach))
        position = mark + away
        whole = int(np.floor(position))
        row = table[round((position - whole) * (table.shape[0] - 1))]
        value = 0.0
        start = whole - taps // 2 + 1
        if start < 0 or start + taps > len(source):
            continue
        for tap in range(taps):
            value += row[tap] * source[start + tap]
        out[index] += weight * value

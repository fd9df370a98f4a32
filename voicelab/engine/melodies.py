"""Small tunes that fit any line: where a line breathes, how long each syllable is, and which note it gets.

Conventions
-----------
* Pitches of a tune are degrees of its scale: 1 is the tonic, 8 the tonic an octave above, 0 the leading note below.
* Durations are beats. A stressed syllable starts on a pulse of the tune, so the words keep their own metre; the note
  before it is held until then. A phrase ends on a long note (after the prosodic rules of Halle & Lerdahl, "A Generative
  Textsetting Model", 1993: stress on strong places, the end of a line on a held one).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from voicelab.contracts import VOICE_RANGES, VoiceStyle
from voicelab.engine.phonemes import PronouncedWord

MAJOR, MINOR, DORIAN = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10)
MOST_SYLLABLES_A_PHRASE = 14
LEAST_SYLLABLES_A_PHRASE = 3
BREATH_BEATS = 0.5
PAUSES = (",", ";", ":", ".", "!", "?", "—", "–", "…")
FULL_STRESS = 2


@dataclass(frozen=True)
class Tune:
    """`contours` are the degrees of a phrase, one contour after the other; the last one closes. Without any, each
    phrase climbs the scale step by step and comes down again. A stressed syllable lasts `strong_beats`, another one
    `weak_beats`, the last of a phrase `end_beats`; stresses fall on multiples of `pulse_beats`. With `slurred_ends` the
    last syllable of a phrase glides over two notes."""

    name: str
    title: str
    about: str
    scale: tuple[int, ...]
    tempo_bpm: float
    contours: tuple[tuple[int, ...], ...]
    pulse_beats: float = 1.0
    strong_beats: float = 1.0
    weak_beats: float = 1.0
    end_beats: float = 2.0
    slurred_ends: bool = False


@dataclass(frozen=True)
class MelodyNote:
    """A note of a line. `rest_beats` is the silence before it; with `slur` it goes on with the syllable before."""

    midi: float
    beats: float
    rest_beats: float = 0.0
    slur: bool = False


TUNES = {
    tune.name: tune
    for tune in (
        Tune(
            "hymn",
            "Hymn",
            "Broad and plain, a note a beat",
            MAJOR,
            84.0,
            ((1, 3, 3, 4, 5, 4, 3, 2), (5, 6, 5, 3, 4, 2, 2, 1)),
            end_beats=3.0,
        ),
        Tune(
            "ballad",
            "Ballad",
            "Slow, with a wide arc and a sigh",
            MAJOR,
            76.0,
            ((3, 4, 5, 8, 7, 5, 6, 5), (6, 8, 7, 5, 3, 4, 2, 1)),
            pulse_beats=2.0,
            strong_beats=1.5,
            weak_beats=0.5,
            end_beats=3.0,
            slurred_ends=True,
        ),
        Tune(
            "march",
            "March",
            "Upright, leaping on the beat",
            MAJOR,
            104.0,
            ((1, 1, 3, 5, 5, 6, 5), (8, 7, 6, 5, 4, 2, 1)),
            strong_beats=0.75,
            weak_beats=0.5,
            end_beats=2.0,
        ),
        Tune(
            "lullaby",
            "Lullaby",
            "Three to the bar, rocking down",
            MAJOR,
            96.0,
            ((5, 3, 4, 5, 6, 5, 3), (4, 5, 4, 2, 3, 2, 1)),
            pulse_beats=3.0,
            strong_beats=2.0,
            weak_beats=1.0,
            end_beats=3.0,
        ),
        Tune(
            "patter",
            "Patter",
            "Quick syllables, every word clear",
            MAJOR,
            126.0,
            ((5, 5, 5, 6, 5, 4, 3, 4, 5, 5), (8, 7, 8, 6, 5, 6, 4, 3, 2, 2, 1)),
            strong_beats=0.5,
            weak_beats=0.5,
            end_beats=1.0,
        ),
        Tune(
            "lament",
            "Lament",
            "Minor, falling, with long ends",
            MINOR,
            66.0,
            ((5, 6, 5, 4, 5, 3, 2), (5, 4, 3, 4, 2, 0, 1)),
            strong_beats=1.0,
            weak_beats=0.5,
            end_beats=4.0,
            slurred_ends=True,
        ),
        Tune(
            "chant",
            "Chant",
            "Dorian, one reciting note, unhurried",
            DORIAN,
            88.0,
            ((1, 3, 4, 4, 4, 4, 4, 5, 4, 3), (4, 4, 4, 4, 3, 5, 4, 2, 1)),
            strong_beats=1.0,
            weak_beats=0.5,
            end_beats=3.0,
        ),
        Tune(
            "ladder",
            "Ladder",
            "Up the scale and down: the voice’s compass",
            MAJOR,
            96.0,
            (),
            end_beats=2.0,
        ),
    )
}


def cut_phrases(words: tuple[PronouncedWord, ...]) -> tuple[tuple[PronouncedWord, ...], ...]:
    """The words of a line by the breath: at its punctuation, and where a phrase would get too long."""
    phrases, current = [], []
    for index, word in enumerate(words):
        current.append(word)
        pause = word.text.rstrip("\"'”’)").endswith(PAUSES)
        enough = min(_syllables(current), _syllables(words[index + 1 :])) >= LEAST_SYLLABLES_A_PHRASE
        if pause and enough:
            phrases.append(tuple(current))
            current = []
    pieces = [*phrases, tuple(current)] if current else phrases
    return tuple(part for piece in pieces for part in _halved(piece))


def _halved(words: tuple[PronouncedWord, ...]) -> tuple[tuple[PronouncedWord, ...], ...]:
    """A phrase that is too long, cut near its middle, where no small word is torn from what it belongs to."""
    if _syllables(words) <= MOST_SYLLABLES_A_PHRASE or len(words) < 2:
        return (words,)

    def cost(at: int) -> float:
        before = words[at - 1]
        clings = len(before.syllables) == 1 and before.syllables[0].stress < FULL_STRESS
        return abs(_syllables(words[:at]) - _syllables(words) / 2.0) + (4.0 if clings else 0.0)

    at = min(range(1, len(words)), key=cost)
    return (*_halved(words[:at]), *_halved(words[at:]))


def _syllables(words: Sequence[PronouncedWord]) -> int:
    return sum(len(word.syllables) for word in words)


def fit_tune(
    tune: Tune, phrases: tuple[tuple[PronouncedWord, ...], ...], voice: VoiceStyle
) -> tuple[tuple[MelodyNote, ...], int]:
    """Notes for every syllable of `phrases`, in the comfortable range of `voice`; and the tonic as a MIDI number."""
    sizes = tuple(map(_syllables, phrases))
    tonic = place_tonic(tune, sizes, voice)
    notes, at_beats = [], 0.0
    for index, phrase in enumerate(phrases):
        strong = _strong(phrase)
        starts, end = _rhythm(tune, strong, at_beats + BREATH_BEATS if index else 0.0)
        degrees = _degrees(tune, index, len(phrases), len(strong))
        for i, start in enumerate(starts):
            length = (starts[i + 1] if i + 1 < len(starts) else end) - start
            midi = float(degree_midi(tune.scale, tonic, degrees[i]))
            rest = start - at_beats if i == 0 and index else 0.0
            if i + 1 == len(starts) and tune.slurred_ends and length >= 2.0:
                sigh = float(degree_midi(tune.scale, tonic, degrees[i] + 1))
                notes += [MelodyNote(sigh, 1.0, rest), MelodyNote(midi, length - 1.0, slur=True)]
            else:
                notes.append(MelodyNote(midi, length, rest))
        at_beats = end
    return tuple(notes), tonic


def place_tonic(tune: Tune, sizes: tuple[int, ...], voice: VoiceStyle) -> int:
    """The tonic (MIDI) that lays the middle of the tune, for phrases of `sizes` syllables, into the middle of the
    voice's comfortable range."""
    offsets = [degree_midi(tune.scale, 0, d) for i, n in enumerate(sizes) for d in _degrees(tune, i, len(sizes), n)]
    low, high = VOICE_RANGES[voice].comfortable
    tonic = round((low + high - min(offsets) - max(offsets)) / 2.0)
    compass = VOICE_RANGES[voice]
    return max(compass.lowest - min(offsets), min(tonic, compass.highest - max(offsets)))


def degree_midi(scale: tuple[int, ...], tonic: int, degree: int) -> int:
    octave, step = divmod(degree - 1, len(scale))
    return tonic + 12 * octave + scale[step]


def _degrees(tune: Tune, index: int, phrases: int, count: int) -> list[int]:
    """The degrees of phrase `index` of `phrases`, for `count` syllables. The last phrase closes; those before it take
    the other contours in turn. First and last note keep their places, the rest is shared out evenly."""
    if not tune.contours:
        return [1 + min(i, count - 1 - i) for i in range(count)]
    opening = tune.contours[:-1] or tune.contours
    contour = tune.contours[-1] if index == phrases - 1 else opening[index % len(opening)]
    if count == 1:
        return [contour[-1]]
    return [contour[round(i * (len(contour) - 1) / (count - 1))] for i in range(count)]


def _strong(phrase: tuple[PronouncedWord, ...]) -> list[bool]:
    strong = [s.stress >= FULL_STRESS for word in phrase for s in word.syllables]
    return strong if any(strong) else [True, *strong[1:]]


def _rhythm(tune: Tune, strong: list[bool], free_from_beats: float) -> tuple[list[float], float]:
    """When each syllable starts, and when the last one ends, in beats. Unstressed beginnings come before the pulse."""
    pulse = tune.pulse_beats
    pickup = strong.index(True) * tune.weak_beats
    at = _next_pulse(free_from_beats + pickup, pulse) - pickup
    starts = []
    for is_strong in strong:
        at = _next_pulse(at, pulse) if is_strong else at
        starts.append(at)
        at += tune.strong_beats if is_strong else tune.weak_beats
    return starts, starts[-1] + tune.end_beats


def _next_pulse(beats: float, pulse: float) -> float:
    return math.ceil(round(beats / pulse, 6)) * pulse

"""How loud, how tense and how breathy a phrase is from frame to frame, from the expressions of its notes alone.

What a note's energy means is kept in one place: `DB_PER_ENERGY` dB of level for a step from 0 to 1, 0.6 being the
singer's own. Inside a note the level lives: an accent speaks at once, a held note swells, a slur is touched anew, and
the end of a breath fades (Sundberg 1987, "The Science of the Singing Voice": a tone ends over some 100 to 300 ms).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicelab.contracts import SungSyllable, VocalPhrase
from voicelab.engine.singer.phrasing import notes_of
from voicelab.engine.singer.timing import Layout, Role
from voicelab.engine.singer.tone import OWN_EFFORT, Tone
from voicelab.engine.voices import Singer

DB_PER_ENERGY = 12.0
STEP_FRAMES = 9
"""Notes hand over their level within about 60 ms, a little before the beat, where the consonants lie."""
STEP_AHEAD_S = 0.04
ACCENT_DB_PER_ENERGY, ACCENT_S, MOST_ACCENT_DB = 8.0, 0.15, 2.0
SWELL_NOTE_S, SWELL_DB = 0.6, 3.6
SLUR_DIP_DB, SLUR_DIP_S = 3.0, 0.045
RELEASE_DB, LONGEST_RELEASE_S, RELEASE_SHARE = 12.0, 0.3, 0.35
SONORANT_RELEASE_DB, CODA_RELEASE_DB = 5.0, 3.0
"""A nasal or an l is softer than its vowel already, and a final stop wants to be heard."""
RELEASE_BREATH = 0.3
SINGABLE_CODAS = frozenset("lɹmnŋw")
TONE_FRAMES = 11
MURMUR_DB = 4.0
RIDER_SHARE, OWN_LEVEL_SHARE, RIDER_MOST_CUT_DB, RIDER_MOST_LIFT_DB = 0.75, 0.6, 7.0, 8.0
USUAL_LEVEL_DB, USUAL_MIDI, DB_PER_OCTAVE, WHISPER_LEVEL_DB = -24.5, 57.0, 3.0, -38.0
"""Medians of sung vowels before any gain: each octave halves the number of harmonics, and so the power."""


@dataclass(frozen=True)
class Dynamics:
    """`level_db` (F,) against the singer's own level; `released` 0..1 (F,) towards the end of the breath."""

    level_db: np.ndarray
    released: np.ndarray


def dynamics_of(phrase: VocalPhrase, layout: Layout, *, frames_per_s: float) -> Dynamics:
    """The level of an interpreted phrase whose first note starts at 0 s."""
    time_s = (np.arange(layout.frames) - layout.lead_in) / frames_per_s
    energy = np.array([n.expression.energy for n in notes_of(phrase)])
    level_db = DB_PER_ENERGY * (_eased(_stepped(phrase, energy, time_s), STEP_FRAMES) - OWN_EFFORT)
    level_db += _accents_db(phrase, energy, time_s) + _swells_db(phrase, time_s) - _slurs_db(phrase, time_s)
    level_db += _murmurs_db(layout)
    released = _release(phrase, layout, frames_per_s)
    last = phrase.words[-1].syllables[-1]
    open_end = not last.coda or last.coda[-1] in SINGABLE_CODAS
    depth_db = RELEASE_DB if not last.coda else SONORANT_RELEASE_DB if open_end else CODA_RELEASE_DB
    level_db -= depth_db * released**1.5
    return Dynamics(level_db, released if open_end else 0.4 * released)


def tone_of(phrase: VocalPhrase, layout: Layout, dynamics: Dynamics, *, frames_per_s: float) -> Tone:
    """How the voice is used in each frame: the notes' tension and breath; effort follows the level that is sung."""
    time_s = (np.arange(layout.frames) - layout.lead_in) / frames_per_s
    told = [n.expression for n in notes_of(phrase)]
    tension = _eased(_stepped(phrase, np.array([e.tension for e in told]), time_s), TONE_FRAMES)
    breath = _eased(_stepped(phrase, np.array([e.breath for e in told]), time_s), TONE_FRAMES)
    breath = breath + RELEASE_BREATH * dynamics.released * (1.0 - breath)
    effort = OWN_EFFORT + dynamics.level_db / DB_PER_ENERGY
    return Tone(
        np.clip(tension - 0.3 * dynamics.released, -1.0, 1.0).astype(np.float32),
        np.clip(breath, 0.0, 1.0).astype(np.float32),
        np.clip(effort, 0.0, 1.0).astype(np.float32),
    )


def _stepped(phrase: VocalPhrase, values: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """Each note's value from a little before its start; the ends are held, so that smoothing leaves them alone."""
    starts_s = np.array([n.start_s for n in notes_of(phrase)]) - STEP_AHEAD_S
    return values[np.clip(np.searchsorted(starts_s, time_s, side="right") - 1, 0, len(values) - 1)]


def _eased(values: np.ndarray, frames: int) -> np.ndarray:
    """Steps become ramps of `frames`; the ends are held."""
    kernel = np.hanning(frames + 2)[1:-1]
    return np.convolve(np.pad(values, frames // 2, mode="edge"), kernel / kernel.sum(), mode="valid")


def _accents_db(phrase: VocalPhrase, energy: np.ndarray, time_s: np.ndarray) -> np.ndarray:
    """A note louder than the one before says so at its beginning."""
    total = np.zeros(len(time_s))
    for note, rise in zip(notes_of(phrase)[1:], np.diff(energy), strict=True):
        if rise > 0.0:
            since = time_s - note.start_s + 0.03
            fading = np.where(since > 0.0, np.exp(-since / ACCENT_S) * np.minimum(since / 0.03, 1.0), 0.0)
            total += min(MOST_ACCENT_DB, ACCENT_DB_PER_ENERGY * rise) * fading
    return total


def _syllables(phrase: VocalPhrase) -> list[SungSyllable]:
    return [s for word in phrase.words for s in word.syllables]


def _swells_db(phrase: VocalPhrase, time_s: np.ndarray) -> np.ndarray:
    """Held notes grow, and give a little way at their end."""
    total = np.zeros(len(time_s))
    for syllable in _syllables(phrase):
        start_s, length_s = syllable.notes[0].start_s, syllable.notes[-1].end_s - syllable.notes[0].start_s
        if length_s >= SWELL_NOTE_S:
            at = np.clip((time_s - start_s) / length_s, 0.0, 1.0)
            total += SWELL_DB * min(1.0, length_s / 1.5) * (np.sin(np.pi * at**1.3) - 0.35 * np.sin(np.pi * at**0.4))
    return total


def _slurs_db(phrase: VocalPhrase, time_s: np.ndarray) -> np.ndarray:
    """Notes of one syllable are touched anew, lightly."""
    total = np.zeros(len(time_s))
    for syllable in _syllables(phrase):
        for note in syllable.notes[1:]:
            total += SLUR_DIP_DB * np.exp(-0.5 * ((time_s - note.start_s) / SLUR_DIP_S) ** 2)
    return total


def _murmurs_db(layout: Layout) -> np.ndarray:
    """Nasals that end a syllable ("sing", "moon") are spoken softly; sung, they carry the note on."""
    heard = np.clip(
        np.searchsorted(layout.bounds, np.arange(layout.frames), side="right") - 1, 0, len(layout.tokens) - 1
    )
    opened, murmurs = -1, []
    for token in layout.tokens:
        opened = token.syllable if token.role is Role.VOWEL else opened
        murmurs.append(token.role is Role.CONSONANT and token.symbol in "mnŋ" and token.syllable == opened)
    return MURMUR_DB * _eased(np.array(murmurs, float)[heard], 3)


def _release(phrase: VocalPhrase, layout: Layout, frames_per_s: float) -> np.ndarray:
    """0 until the breath begins to end, 1 where the last sound ends and after it."""
    note = notes_of(phrase)[-1]
    length = min(LONGEST_RELEASE_S, RELEASE_SHARE * (note.end_s - note.start_s)) * frames_per_s
    end = layout.bounds[-3]  # where the full stop begins
    return np.clip((np.arange(layout.frames) - (end - length)) / max(1.0, length), 0.0, 1.0)


def own_level_db(phrase: VocalPhrase, singers: tuple[Singer, ...], *, channels: int) -> float:
    """The level (dB full scale, RMS per channel) at which these singers usually sing a vowel at the energy 0.6."""
    midi = float(np.mean([n.midi for n in notes_of(phrase)]))
    power = 0.0
    for singer in singers:
        octaves = (midi + singer.transpose - USUAL_MIDI) / 12.0
        usual_db = WHISPER_LEVEL_DB if singer.whispered else USUAL_LEVEL_DB - DB_PER_OCTAVE * octaves
        power += 10.0 ** ((usual_db + singer.gain_db) / 10.0)
    return float(10.0 * np.log10(power / channels))


def rider_db(wave: np.ndarray, layout: Layout, *, own_db: float, hop_samples: int) -> np.ndarray:
    """(F,) gains that bring each vowel most of the way to the phrase's median, and the phrase to the singers' own
    level, so that a note's energy is what says how loud it is.

    The network speaks: it swallows light vowels and leans on heavy ones by 10 dB and more, and whole phrases differ
    as much. `wave` (channels, samples) is the phrase as it came, frame k centred on sample (k + 2) * hop.
    """
    power = np.mean(wave**2, axis=0)
    edges = (np.array(layout.nuclei, float) @ [[0.85, 0.3], [0.15, 0.7]] + 2.0) * hop_samples
    levels_db = np.array([10.0 * np.log10(np.mean(power[int(a) : int(b) + 1]) + 1e-12) for a, b in edges])
    middle_db = float(np.median(levels_db))
    gains = np.clip(RIDER_SHARE * (middle_db - levels_db), -RIDER_MOST_CUT_DB, RIDER_MOST_LIFT_DB)
    gains += np.clip(OWN_LEVEL_SHARE * (own_db - middle_db), -RIDER_MOST_CUT_DB, RIDER_MOST_LIFT_DB)
    knots = np.array(layout.nuclei, float) + np.array([1.0, -1.0])
    return np.interp(np.arange(layout.frames), np.maximum.accumulate(knots.ravel()), np.repeat(gains, 2))

"""What the network is told, and what the vocal folds do: energy, voicing and pitch of a phrase, frame by frame.

Conventions
-----------
* The network's sound runs ahead of its tokens: decoder frame x sounds token time x + 6, and its natural energy and
  voicing belong to token time x + 5 (measured on hibari-tts 0.2.1; without this, held vowels decay).
* Pitch is a critically smooth second-order response to the notes (after Saitou et al. 2005, "Development of an F0
  control model"), with vibrato on long notes and a little jitter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicelab.contracts import SungNote, VocalPhrase
from voicelab.engine.singer.network import Spoken
from voicelab.engine.singer.timing import Layout, Role
from voicelab.engine.voices import Singer

TOKEN_LEAD_FRAMES = 6
CURVE_LEAD_FRAMES = 5
FORCED_VOICED = frozenset("lɹwjmnŋ")
VOICELESS = frozenset("ptkfθsʃʧh")
HISSES = frozenset("fθsʃh")
SCHWAS = frozenset("əᵊᵻɐ")
SILENT_ENERGY = -9.0
VOWEL_PERCENTILE = 70
SPEAKER_LOWEST_HZ, SPEAKER_HIGHEST_HZ = 175.0, 340.0
GLIDE_HZ, GLIDE_DAMPING, GLIDE_ADVANCE_S = 6.0, 0.85, 0.035
VIBRATO_NOTE_S, VIBRATO_DELAY_S, VIBRATO_RAMP_S, VIBRATO_FADE_S = 0.45, 0.22, 0.25, 0.12
JITTER_CENTS = 3.0
SWELL_NOTE_S, SWELL_DB = 0.6, 2.2
STRESS_DB = {0: -0.8, 1: 0.0, 2: 0.5}
MOVEMENT_BANDS, MOVEMENT_HZ, MOVEMENT_DB = 7, 2.5, 1.0
_OVERSAMPLING = 8


@dataclass(frozen=True)
class Controls:
    """Per shown frame: index of the token the decoder is shown, its energy, voicing 0/1; `vowel` 0..1 inside nuclei;
    `hiss` 0..1 inside voiceless fricatives; `silent` 0..1 in rests inside the phrase."""

    token: np.ndarray
    energy: np.ndarray
    voiced: np.ndarray
    vowel: np.ndarray
    hiss: np.ndarray
    silent: np.ndarray


def controls_of(layout: Layout, spoken: Spoken) -> Controls:
    """Warp what the network would do in speech onto the sung timing."""
    frames, bounds = layout.frames, layout.bounds
    heard = np.searchsorted(bounds, np.arange(frames), side="right") - 1  # the token that sounds at each frame
    heard = np.clip(heard, 0, len(layout.tokens) - 1)
    shown = np.concatenate([np.zeros(TOKEN_LEAD_FRAMES, np.int64), heard])[:frames]
    natural_start = np.concatenate([[0], np.cumsum(spoken.frames)])
    length = np.maximum(1, bounds[heard + 1] - bounds[heard])
    position = (np.arange(frames) - bounds[heard] + 0.5) / length
    natural = natural_start[heard] + position * spoken.frames[heard] - CURVE_LEAD_FRAMES - 0.5
    grid = np.arange(len(spoken.energy))
    energy = np.interp(natural, grid, spoken.energy)
    voiced = np.interp(natural, grid, (spoken.f0_hz > 0).astype(float)) > 0.5
    energy, voiced = _force(layout, spoken, heard, energy, voiced)
    vowel = np.array([t.role is Role.VOWEL for t in layout.tokens])[heard]
    silent = _rests(layout, heard)
    energy = np.where(silent > 0, SILENT_ENERGY, energy)
    hiss = np.array([t.role is Role.CONSONANT and t.symbol in HISSES for t in layout.tokens])[heard]
    return Controls(
        token=shown,
        energy=energy.astype(np.float32),
        voiced=voiced & (silent == 0),
        vowel=_smooth(vowel * 1.0, 3),
        hiss=_smooth(hiss * 1.0, 3),
        silent=silent,
    )


def _force(layout: Layout, spoken: Spoken, heard: np.ndarray, energy: np.ndarray, voiced: np.ndarray):
    """Sung vowels are voiced and full, however lightly speech would touch them."""
    vowel_energy = energy[[layout.tokens[k].role is Role.VOWEL for k in heard]]
    level = float(np.percentile(vowel_energy, VOWEL_PERCENTILE))
    energy, voiced = energy.copy(), voiced.copy()
    for k, token in enumerate(layout.tokens):
        span = slice(int(layout.bounds[k]), int(layout.bounds[k + 1]))
        if token.role is Role.VOWEL:
            floor = level - (1.0 if token.symbol in SCHWAS else 0.0)
        elif token.symbol in FORCED_VOICED:
            floor = level - 2.0
        else:
            if token.role is Role.CONSONANT and token.symbol in VOICELESS:
                voiced[span] = False
            continue
        voiced[span] = True
        energy[span] = np.maximum(energy[span], floor)
    return energy, voiced


def _rests(layout: Layout, heard: np.ndarray) -> np.ndarray:
    long_silence = np.array(
        [t.symbol == " " and layout.bounds[k + 1] - layout.bounds[k] > 8 for k, t in enumerate(layout.tokens)]
    )
    return long_silence[heard].astype(float)


def _smooth(values: np.ndarray, width: int) -> np.ndarray:
    kernel = np.hanning(width + 2)[1:-1]
    return np.convolve(values, kernel / kernel.sum(), mode="same") if len(values) >= width else values


def f0_of(
    phrase: VocalPhrase, layout: Layout, singer: Singer, rng: np.random.Generator, *, frames_per_s: float
) -> np.ndarray:
    """The sung pitch in Hz of each frame (never 0: voicing is kept apart)."""
    notes = [n for word in phrase.words for s in word.syllables for n in s.notes]
    origin_s = notes[0].start_s - layout.lead_in / frames_per_s
    rate = frames_per_s * _OVERSAMPLING
    time_s = np.arange(layout.frames * _OVERSAMPLING) / rate + origin_s
    cents = 100.0 * _glide(_targets(notes, time_s), rate)
    cents += _vibrato(notes, time_s, singer, rng) + _jitter(len(time_s), rate, rng)
    cents += 100.0 * singer.transpose + singer.detune_cents
    cents = cents.reshape(-1, _OVERSAMPLING).mean(axis=1)
    return 440.0 * 2.0 ** ((cents / 100.0 - 69.0) / 12.0)


def _targets(notes: list[SungNote], time_s: np.ndarray) -> np.ndarray:
    starts = np.array([n.start_s for n in notes]) - GLIDE_ADVANCE_S
    index = np.clip(np.searchsorted(starts, time_s, side="right") - 1, 0, len(notes) - 1)
    return np.array([n.midi for n in notes])[index]


def _glide(target: np.ndarray, rate: float) -> np.ndarray:
    """x'' = w^2 (target - x) - 2 zeta w x', solved exactly per step by a second-order digital filter."""
    from scipy.signal import cont2discrete, lfilter

    w = 2.0 * np.pi * GLIDE_HZ
    b, a, _ = cont2discrete(([w * w], [1.0, 2.0 * GLIDE_DAMPING * w, w * w]), 1.0 / rate, method="zoh")
    return lfilter(b.ravel(), a, target - target[0]) + target[0]


def _vibrato(notes: list[SungNote], time_s: np.ndarray, singer: Singer, rng: np.random.Generator) -> np.ndarray:
    depth = np.zeros(len(time_s))
    for note in notes:
        length = note.end_s - note.start_s
        if length < VIBRATO_NOTE_S:
            continue
        since, left = time_s - note.start_s, note.end_s - time_s
        ramp = np.clip((since - VIBRATO_DELAY_S) / VIBRATO_RAMP_S, 0.0, 1.0) * np.clip(left / VIBRATO_FADE_S, 0.0, 1.0)
        depth = np.maximum(depth, np.where((since >= 0) & (left >= 0), ramp, 0.0))
    rate = singer.vibrato_hz * (1.0 + 0.05 * rng.standard_normal())
    phase = 2.0 * np.pi * (rate * (time_s - time_s[0]) + rng.random())
    return singer.vibrato_cents * depth * np.sin(phase)


def _jitter(count: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """A slow wander of about `JITTER_CENTS`, as no throat holds still."""
    knots = rng.standard_normal(int(count / rate * 9.0) + 4)
    return JITTER_CENTS * np.interp(np.arange(count) / rate * 9.0, np.arange(len(knots)), knots)


def dynamics_db(phrase: VocalPhrase, layout: Layout, *, frames_per_s: float) -> np.ndarray:
    """How the level moves inside a phrase: stressed syllables a little louder, long notes swell and give way."""
    syllables = [s for word in phrase.words for s in word.syllables]
    origin_s = syllables[0].notes[0].start_s - layout.lead_in / frames_per_s
    time_s = np.arange(layout.frames) / frames_per_s + origin_s
    starts_s = np.array([s.notes[0].start_s for s in syllables])
    index = np.clip(np.searchsorted(starts_s - 0.05, time_s, side="right") - 1, 0, len(syllables) - 1)
    level_db = _smooth(np.array([STRESS_DB[s.stress] for s in syllables])[index], 9)
    for syllable in syllables:
        start_s, length_s = syllable.notes[0].start_s, syllable.notes[-1].end_s - syllable.notes[0].start_s
        if length_s >= SWELL_NOTE_S:
            at = np.clip((time_s - start_s) / length_s, 0.0, 1.0)
            level_db += SWELL_DB * (np.sin(np.pi * at**0.8) - 0.55 * at) * min(1.0, length_s / 1.5)
    return level_db


def movement(frames: int, rng: np.random.Generator, *, frames_per_s: float) -> np.ndarray:
    """Slow random level of each of `MOVEMENT_BANDS` bands (frames, bands) in nepers: a held vowel is never still."""
    step = frames_per_s / (2.0 * MOVEMENT_HZ)
    knots = rng.standard_normal((int(frames / step) + 3, MOVEMENT_BANDS))
    at = np.arange(frames) / step
    low = at.astype(np.int64)
    part = (0.5 - 0.5 * np.cos(np.pi * (at - low)))[:, None]
    values = knots[low] * (1.0 - part) + knots[low + 1] * part
    return (values * MOVEMENT_DB * np.log(10.0) / 20.0).astype(np.float32)


def drift_frames(
    frames: int, singer: Singer, rng: np.random.Generator, *, frames_per_s: float, limit: float
) -> np.ndarray:
    """How many frames late (fractions, may be early) a singer is at each frame: own delay and a wandering part."""
    step = frames_per_s * 0.6
    knots = rng.standard_normal(int(frames / step) + 3) * singer.drift_s
    late_s = singer.delay_s + np.interp(np.arange(frames) / step, np.arange(len(knots)), knots)
    return np.clip(late_s * frames_per_s, -limit, limit)


def network_f0(f0_hz: np.ndarray) -> np.ndarray:
    """The sung curve folded into the range in which the network has heard its speaker.

    Its spectra are meant for the pitch it is told; outside A3..F4 they lose the vowels. Only the shape of the melody
    is kept, at half its width, around the middle of the range.
    """
    middle = np.sqrt(SPEAKER_LOWEST_HZ * SPEAKER_HIGHEST_HZ)
    folded = middle * np.sqrt(f0_hz / np.exp(np.mean(np.log(f0_hz))))
    return np.clip(folded, SPEAKER_LOWEST_HZ, SPEAKER_HIGHEST_HZ).astype(np.float32)

"""What the network is told: energy, voicing and pitch of a phrase, frame by frame; and what never holds still.

Conventions
-----------
* The network's sound runs ahead of its tokens: decoder frame x sounds token time x + 6, and its natural energy and
  voicing belong to token time x + 5 (measured on hibari-tts 0.2.1; without this, held vowels decay).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from voicelab.engine.singer.network import Spoken
from voicelab.engine.singer.timing import WORD_GAPS, Layout, Role, Token
from voicelab.engine.voices import Singer

TOKEN_LEAD_FRAMES = 6
CURVE_LEAD_FRAMES = 5
FORCED_VOICED = frozenset("lɹwjmnŋ")
VOICELESS = frozenset("ptkfθsʃʧh")
CLOSING_VOICED, CLOSING_VOICED_SHARE = frozenset("bdɡvzðʒʤ"), 0.6
"""Speech devoices what closes a word before a pause; after a long sung vowel "ride" was then heard as "write". The
singer's voice goes on into it."""
HISSES = frozenset("fθsʃh")
SHARP = frozenset("fθsʃhzʒʧʤptkT")
"""Consonants that stand out when several singers have them at nearly the same time."""
SHARP_EARLY_FRAMES = 2
BACK_VOWELS = {"O": 1.1, "u": 1.0, "ʊ": 0.4}
"""How far forward the speaker has each vowel, 1 being some 350 Hz of F2."""
BACK_FRAMES = 5
SCHWAS = frozenset("əᵊᵻɐ")
SILENT_ENERGY = -9.0
LEAST_SPOKEN_FRAMES, LEAST_MURMUR_FRAMES, SOUNDING_ENERGY = 8, 16, 0.0
"""Where the network pauses it gives the pause to the consonant before: 18 to 30 frames, of which a stop sounds for 9
and a hiss for 12. What it would hum (l, r, m, n, ng) the singer holds on a little longer."""
VOWEL_PERCENTILE = 70
SPEAKER_LOWEST_HZ, SPEAKER_HIGHEST_HZ = 175.0, 340.0
MOVEMENT_BANDS, MOVEMENT_HZ, MOVEMENT_DB = 7, 2.5, 1.0


@dataclass(frozen=True)
class Controls:
    """Per shown frame: index of the token the decoder is shown, its energy, whether the singer's voice sounds, whether
    the decoder is told a pitch (its own goes on through voiceless consonants); `vowel` 0..1 inside nuclei;
    `back` 0..1 in back vowels that the speaker has too far forward;
    `hiss` 0..1 inside voiceless fricatives, `sharp` 0..1 around hisses, stops and affricates; `silent` 0..1 in rests
    inside the phrase."""

    token: np.ndarray
    energy: np.ndarray
    voiced: np.ndarray
    pitched: np.ndarray
    vowel: np.ndarray
    back: np.ndarray
    hiss: np.ndarray
    sharp: np.ndarray
    silent: np.ndarray


def without_pauses(tokens: tuple[Token, ...], spoken: Spoken) -> Spoken:
    """`spoken` without the silence that the network counts to a consonant before a pause.

    Laid out with it, a z of six sung frames would pass in two and be swallowed ("dollars" was heard as "dollar")."""
    bounds = np.concatenate([[0], np.cumsum(spoken.frames)])
    frames, kept = spoken.frames.copy(), np.ones(len(spoken.energy), bool)
    for k, token in enumerate(tokens):
        least = LEAST_MURMUR_FRAMES if token.symbol in FORCED_VOICED else LEAST_SPOKEN_FRAMES
        if token.role is not Role.CONSONANT or frames[k] <= least:
            continue
        start, end = bounds[k] - CURVE_LEAD_FRAMES, bounds[k + 1] - CURVE_LEAD_FRAMES
        sounding = np.flatnonzero(spoken.energy[start:end] > SOUNDING_ENERGY)
        frames[k] = min(frames[k], max(least, sounding[-1] + 1 if len(sounding) else 0))
        kept[start + frames[k] : end] = False
    return replace(spoken, frames=frames, f0_hz=spoken.f0_hz[kept], energy=spoken.energy[kept])


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
    pitched = voiced
    energy, voiced = _force(layout, spoken, heard, energy, voiced)
    vowel = np.array([t.role is Role.VOWEL for t in layout.tokens])[heard]
    silent = _rests(layout, heard)
    energy = np.where(silent > 0, SILENT_ENERGY, energy)
    hiss = np.array([t.role is Role.CONSONANT and t.symbol in HISSES for t in layout.tokens])[heard]
    return Controls(
        token=shown,
        energy=energy.astype(np.float32),
        voiced=voiced & (silent == 0),
        pitched=(pitched | voiced) & (silent == 0),
        vowel=smooth(vowel * 1.0, 3),
        back=smooth(np.array([BACK_VOWELS.get(t.symbol, 0.0) for t in layout.tokens])[heard], BACK_FRAMES),
        hiss=smooth(hiss * 1.0, 3),
        sharp=_sharp(layout, heard),
        silent=silent,
    )


def _force(layout: Layout, spoken: Spoken, heard: np.ndarray, energy: np.ndarray, voiced: np.ndarray):
    """Sung vowels are voiced and full, however lightly speech would touch them; what closes them keeps its voice."""
    vowel_energy = energy[[layout.tokens[k].role is Role.VOWEL for k in heard]]
    level = float(np.percentile(vowel_energy, VOWEL_PERCENTILE))
    energy, voiced, opened = energy.copy(), voiced.copy(), -1
    for k, token in enumerate(layout.tokens):
        span = slice(int(layout.bounds[k]), int(layout.bounds[k + 1]))
        if token.role is Role.VOWEL:
            opened = token.syllable
            floor = level - (1.0 if token.symbol in SCHWAS else 0.0)
        elif token.symbol in FORCED_VOICED:
            floor = level - 2.0
        else:
            if token.role is Role.CONSONANT and token.symbol in VOICELESS:
                voiced[span] = False
            if token.symbol in CLOSING_VOICED and token.syllable == opened:
                voiced[span.start : span.start + int(np.ceil(CLOSING_VOICED_SHARE * (span.stop - span.start)))] = True
            continue
        voiced[span] = True
        energy[span] = np.maximum(energy[span], floor)
    return energy, voiced


def _sharp(layout: Layout, heard: np.ndarray) -> np.ndarray:
    """Where sharp consonants sound: a hiss begins in the space or stress mark before it."""
    tokens = layout.tokens
    sharp = [t.role is Role.CONSONANT and t.symbol in SHARP for t in tokens]
    for k in range(len(tokens) - 2, -1, -1):
        sharp[k] = sharp[k] or (tokens[k].role in (Role.SILENCE, Role.STRESS) and sharp[k + 1])
    mask = np.array(sharp)[heard]
    for early in range(1, SHARP_EARLY_FRAMES + 1):
        mask[:-early] |= np.array(sharp)[heard][early:]
    return smooth(mask * 1.0, 3)


def _rests(layout: Layout, heard: np.ndarray) -> np.ndarray:
    long_silence = np.array(
        [t.symbol in WORD_GAPS and layout.bounds[k + 1] - layout.bounds[k] > 8 for k, t in enumerate(layout.tokens)]
    )
    return long_silence[heard].astype(float)


def smooth(values: np.ndarray, width: int) -> np.ndarray:
    kernel = np.hanning(width + 2)[1:-1]
    return np.convolve(values, kernel / kernel.sum(), mode="same") if len(values) >= width else values


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

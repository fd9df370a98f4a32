"""A singer's own filters: where the formants lie, how the spectrum leans, and what tone does to it.

Everything here works on log magnitudes of the network's bins (601, 20 Hz apart), so filters are sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from voicelab.engine.singer.network import BINS, FFT_SAMPLES, VOICE_RATE_HZ
from voicelab.engine.singer.tone import OWN_BREATH, OWN_EFFORT, Tone
from voicelab.engine.voices import Singer

TRUSTED_HZ = 11_600.0
"""The network's spectra fall off just below its 12 kHz."""
NEPERS_PER_DB = np.log(10.0) / 20.0
TILT_FROM_HZ, TILT_TO_HZ = 500.0, 8_000.0
EFFORT_TILT_DB = 6.0
"""dB an octave from barely to full voice: 2 to 3 kHz then gain some 14 dB, about 1.4 times the 10 dB that the level
gains (Sundberg 2001, "Level and center frequency of the singer's formant")."""
EFFORT_RING_DB = 6.0
TENSION_TILT_DB = 1.6
"""dB an octave from neutral to pressed; a pressed source also loses its fundamental (Klatt and Klatt 1990, open
quotient and H1)."""
TENSION_FUNDAMENTAL_DB = -4.0
BREATH_TILT_DB = -2.0
BREATH_FUNDAMENTAL_DB = 3.0
LOWEST_GAIN = 1e-3
BACK_HZ = ((0.0, 0.0), (750.0, 750.0), (1_200.0, 1_560.0), (2_700.0, 2_700.0), (12_000.0, 12_000.0))
"""Points (where a back vowel's formants should be, where the speaker has them): her o and u, held, have F2 at some
1,560 Hz, as younger Americans say them; those of Hillenbrand et al. (1995) have it at 1,035 to 1,225."""
BIN_HZ = VOICE_RATE_HZ / FFT_SAMPLES
HZ = np.arange(BINS) * BIN_HZ


@dataclass(frozen=True)
class Mouth:
    """A singer's fixed filters on the bins: where each bin reads its formants, how many bins from there the first
    `len(back)` of them read in a back vowel, what is added to the log harmonics of vowels, and the bin above which the
    network has nothing to say."""

    read_low: np.ndarray
    read_part: np.ndarray
    back: np.ndarray
    colour: np.ndarray
    edge: int


@lru_cache(maxsize=64)
def mouth_of(singer: Singer) -> Mouth:
    at = np.minimum(source_hz(singer, HZ) / BIN_HZ, BINS - 1.001)
    low = at.astype(np.int64)
    body = singer.body_db * np.exp(-0.5 * (np.log2(np.maximum(HZ, 1.0) / singer.body_hz) / 0.6) ** 2)
    colour_db = singer.ring_db * ring_shape(singer.ring_hz) + body + _points_db(singer.colour_db)
    edge = min(BINS, int(np.interp(TRUSTED_HZ, source_hz(singer, HZ), HZ) / BIN_HZ))
    wanted, spoken = np.array(BACK_HZ).T
    back = singer.back * (np.interp(at * BIN_HZ, wanted, spoken) / BIN_HZ - at)
    return Mouth(
        low,
        (at - low).astype(np.float32),
        np.trim_zeros(np.round(back, 4), "b").astype(np.float32),
        (colour_db * NEPERS_PER_DB).astype(np.float32),
        edge,
    )


def source_hz(singer: Singer, sung_hz: np.ndarray) -> np.ndarray:
    """Where the speaker has what the singer has at `sung_hz`: a map in straight lines through `formants`."""
    if not singer.formants:
        return sung_hz / singer.formant_scale
    speaker, sung = np.array(((0.0, 0.0), *singer.formants)).T
    beyond = speaker[-1] + (sung_hz - sung[-1]) / singer.formant_scale
    return np.where(sung_hz > sung[-1], beyond, np.interp(sung_hz, sung, speaker))


def ring_shape(ring_hz: float) -> np.ndarray:
    return np.exp(-0.5 * ((HZ - ring_hz) / 420.0) ** 2)


def _points_db(points: tuple[tuple[float, float], ...]) -> np.ndarray:
    if not points:
        return np.zeros(BINS)
    hz, db = np.array(points).T
    return np.interp(np.log(np.maximum(HZ, 1.0)), np.log(hz), db)


@lru_cache(maxsize=1)
def octaves_up() -> np.ndarray:
    """Octaves above 500 Hz, none below and no more above 8 kHz: the axis on which spectra lean, (601,)."""
    return np.log2(np.clip(HZ, TILT_FROM_HZ, TILT_TO_HZ) / TILT_FROM_HZ).astype(np.float32)


@lru_cache(maxsize=1)
def fundamental() -> np.ndarray:
    """1 where the fundamental of most notes lies, falling to 0 an octave up, (601,)."""
    return (0.5 - 0.5 * np.tanh(np.log2(np.maximum(HZ, 1.0) / 420.0) / 0.35)).astype(np.float32)


@dataclass(frozen=True)
class Shade:
    """What tone adds to the log harmonics, as factors (F, 3) of `shapes` (3, 601): tilt, fundamental, ring; and how
    much of the harmonics, of the breath noise and of the free noise is heard, (F, 1) each."""

    factors: np.ndarray
    shapes: np.ndarray
    voice: np.ndarray
    air: np.ndarray
    free: np.ndarray


def shade_of(tone: Tone, singer: Singer) -> Shade | None:
    """None when the tone is the singer's own all along."""
    effort, tension = tone.effort - OWN_EFFORT, np.clip(tone.tension, -1.0, 1.0)
    breath = np.clip((tone.breath - OWN_BREATH) / (1.0 - OWN_BREATH), -OWN_BREATH / (1.0 - OWN_BREATH), 1.0)
    if not (effort.any() or tension.any() or breath.any()):
        return None
    airy, clean = np.maximum(breath, 0.0), np.minimum(breath, 0.0)
    tilt_db = EFFORT_TILT_DB * effort + TENSION_TILT_DB * tension + BREATH_TILT_DB * airy
    fundamental_db = TENSION_FUNDAMENTAL_DB * tension + BREATH_FUNDAMENTAL_DB * airy
    ring_db = (EFFORT_RING_DB * effort + 3.0 * tension) * (singer.ring_db > 0)
    factors = np.stack([tilt_db, fundamental_db, ring_db], axis=1) * NEPERS_PER_DB
    shapes = np.stack([octaves_up(), fundamental(), ring_shape(singer.ring_hz)])
    voice = np.sqrt(np.maximum(1.0 - airy**1.5, LOWEST_GAIN**2))
    free_db = 24.0 * clean + 4.0 * airy
    return Shade(
        factors.astype(np.float32),
        shapes.astype(np.float32),
        voice[:, None].astype(np.float32),
        airy[:, None].astype(np.float32),
        np.exp(free_db * NEPERS_PER_DB)[:, None].astype(np.float32),
    )

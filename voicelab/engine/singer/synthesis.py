"""Spectra to sound: a pulse train through the mouth, noise, and the free part; after hibari.dsp, but for singing.

    S = exp(harmonic) e^(i pi tanh(turn)) STFT(pulses(f0)) + exp(noise) Z + exp(free) e^(i phase)

What is ours: the sung f0 is apart from the one the network was told; voicing gates the pulses smoothly instead of
sweeping their pitch to zero; the phase of held frames is drawn anew (a constant one buzzes at 80 Hz); formants are
scaled; the inverse STFT runs at 48 kHz, so that shaped noise can go on above the 12 kHz where the network ends; and
several singers add up as spectra, so a choir pays for two inverse transforms only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft

from voicelab.engine.singer.network import BINS, FFT_SAMPLES, HOP_SAMPLES, VOICE_RATE_HZ, Spectra
from voicelab.engine.singer.tone import Tone
from voicelab.engine.voices import Singer

OUTPUT_RATE_HZ = 48_000
OUT_FFT_SAMPLES, OUT_HOP_SAMPLES = 2 * FFT_SAMPLES, 2 * HOP_SAMPLES
OUT_BINS = OUT_FFT_SAMPLES // 2 + 1
PULSE_TOP_HZ = 11_000.0
MAX_LOG_MAGNITUDE = 7.0
WHISPER_SHARE = 0.12
"""Level of the noise that a whisper puts in the harmonics' place."""
HELD_NOISE_DB = -4.0
"""A sung vowel carries less breath than a spoken one; held frames would sound hoarse."""
TRUSTED_HZ = 11_600.0
"""The network's spectra fall off just below its 12 kHz."""
AIR_TOP_HZ = 20_000.0
AIR_DB_PER_KHZ = -2.6
_WINDOW = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT_SAMPLES) / FFT_SAMPLES)).astype(np.float32)
_SOURCE_WINDOW = _WINDOW / (FFT_SAMPLES / 4)
_OUT_WINDOW = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(OUT_FFT_SAMPLES) / OUT_FFT_SAMPLES)).astype(np.float32)
_BIN_HZ = VOICE_RATE_HZ / FFT_SAMPLES
_HZ = np.arange(BINS) * _BIN_HZ


@dataclass(frozen=True)
class Mouth:
    """A singer's fixed filters on the bins: where each bin reads its formants, what is added to the log
    harmonics of vowels, and the bin above which the network has nothing to say."""

    read_low: np.ndarray
    read_part: np.ndarray
    colour: np.ndarray
    edge: int


def mouth_of(singer: Singer) -> Mouth:
    at = np.minimum(np.arange(BINS) / singer.formant_scale, BINS - 1.001)
    low = at.astype(np.int64)
    ring = singer.ring_db * np.exp(-0.5 * ((_HZ - singer.ring_hz) / 420.0) ** 2)
    body = singer.body_db * np.exp(-0.5 * (np.log2(np.maximum(_HZ, 1.0) / singer.body_hz) / 0.6) ** 2)
    colour = (ring + body) * np.log(10.0) / 20.0
    edge = min(BINS, int(TRUSTED_HZ / _BIN_HZ * singer.formant_scale))
    return Mouth(low, (at - low).astype(np.float32), colour.astype(np.float32), edge)


def pulses(f0_hz: np.ndarray, gate: np.ndarray) -> np.ndarray:
    """A band-limited pulse train (F * 300 samples at 24 kHz) from f0 and a gate 0..1 per frame.

    Every harmonic below 11 kHz at unit amplitude: sum cos(h t) = sin((H + 1/2) t) / (2 sin(t/2)) - 1/2.
    """
    count = len(f0_hz) * HOP_SAMPLES
    at = (np.arange(count) + 0.5) / HOP_SAMPLES - 0.5
    frames = np.arange(len(f0_hz))
    f0 = np.interp(at, frames, f0_hz)
    half = (np.pi * np.modf(np.cumsum(f0) / VOICE_RATE_HZ)[0]).astype(np.float32)
    top = (np.floor(PULSE_TOP_HZ / f0) + 0.5).astype(np.float32)
    below = np.sin(half)
    near = np.abs(below) < 1e-3
    train = np.sin(2.0 * top * half)
    train /= np.where(near, np.float32(1.0), 2.0 * below)
    train[near] = top[near]
    train -= 0.5
    train *= np.interp(at, frames, gate).astype(np.float32)
    return train


def source_frames(train: np.ndarray, first: int, count: int) -> np.ndarray:
    """STFT of frames `first`..`first + count` of the pulse train: (count, 601) complex64."""
    start = first * HOP_SAMPLES - FFT_SAMPLES // 2
    stop = start + (count - 1) * HOP_SAMPLES + FFT_SAMPLES
    piece = train[max(0, start) : max(0, stop)]
    piece = np.pad(piece, (max(0, -start), max(0, stop - len(train))))
    windows = np.lib.stride_tricks.sliding_window_view(piece, FFT_SAMPLES)[::HOP_SAMPLES][:count]
    return scipy.fft.rfft(windows * _SOURCE_WINDOW, axis=1, overwrite_x=True)


def voice_frames(
    spectra: Spectra,
    source: np.ndarray,
    singer: Singer,
    mouth: Mouth,
    moving: np.ndarray,
    loose: np.ndarray,
    vowel: np.ndarray,
    tone: Tone,
    rng: np.random.Generator,
) -> np.ndarray:
    """One singer's frames (F, 1201) at 48 kHz. `moving` (F, bands) are slow changes of the harmonics in nepers;
    `loose` 0..1 (F,): how far the free part's phase is drawn anew; `vowel` 0..1 (F,): where the singer's colour is."""
    shape = vowel[:, None] * mouth.colour + moving @ _bands(moving.shape[1])
    harmonic = _magnitude(_read(spectra.harmonic, mouth) + shape)
    cleaner = 0.0 if singer.whispered else (HELD_NOISE_DB * np.log(10.0) / 20.0) * (vowel * loose)[:, None]
    noise = _magnitude(_read(spectra.noise, mouth) + np.float32(cleaner))
    free = _magnitude(_read(spectra.free, mouth) + np.float32(cleaner))
    drawn = _gaussian(harmonic.shape, rng)
    out = np.zeros((len(harmonic), OUT_BINS), np.complex64)
    low = out[:, :BINS]
    if singer.whispered:
        low += drawn * np.sqrt((harmonic * np.float32(WHISPER_SHARE)) ** 2 + noise**2)
        loose = np.ones_like(loose)
    else:
        low += source * harmonic * _turned(np.pi * np.tanh(spectra.turn))
        low += drawn * noise
    phase = spectra.free_phase + (np.pi * loose[:, None]) * rng.uniform(-1.0, 1.0, free.shape).astype(np.float32)
    low += free * _turned(phase)
    out[:, mouth.edge :] = _air(low, mouth.edge, rng)
    return out


@lru_cache(maxsize=4)
def _bands(count: int) -> np.ndarray:
    """Overlapping raised-cosine bands on a logarithmic axis from 150 Hz to 10 kHz: (count, 601)."""
    at = np.log(np.maximum(_HZ, 1.0) / 150.0) / np.log(10_000.0 / 150.0) * (count - 1)
    distance = np.abs(np.clip(at, 0, count - 1) - np.arange(count)[:, None])
    return np.where(distance < 1.0, 0.5 + 0.5 * np.cos(np.pi * distance), 0.0).astype(np.float32)


def _read(values: np.ndarray, mouth: Mouth) -> np.ndarray:
    low = values[:, mouth.read_low]
    return low + (values[:, mouth.read_low + 1] - low) * mouth.read_part


def _magnitude(log_values: np.ndarray) -> np.ndarray:
    return np.exp(np.minimum(log_values, MAX_LOG_MAGNITUDE), dtype=np.float32)


def _turned(phase: np.ndarray) -> np.ndarray:
    out = np.empty(phase.shape, np.complex64)
    np.cos(phase, out=out.real)
    np.sin(phase, out=out.imag)
    return out


def _gaussian(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    return rng.standard_normal((shape[0], 2 * shape[1]), dtype=np.float32).view(np.complex64)


def _air(low: np.ndarray, edge: int, rng: np.random.Generator) -> np.ndarray:
    """Noise above `edge`: goes on from the level of the 2 kHz below it, and falls to nothing at 20 kHz."""
    below = low[:, edge - int(2_000 / _BIN_HZ) : edge]
    level = np.sqrt(np.mean(below.real**2 + below.imag**2, axis=1)) * np.float32(0.6)
    above_khz = (np.arange(OUT_BINS - edge) * _BIN_HZ) / 1000.0
    slope = 10.0 ** (AIR_DB_PER_KHZ * above_khz / 20.0)
    slope *= np.clip((AIR_TOP_HZ / 1000.0 - edge * _BIN_HZ / 1000.0 - above_khz) / 2.0, 0.0, 1.0)
    return _gaussian((len(low), OUT_BINS - edge), rng) * (level[:, None] * slope.astype(np.float32))


def add_frames(wave: np.ndarray, frames: np.ndarray, first: int) -> None:
    """Inverse STFT of `frames` (F, 1201), added into `wave`; frame k is centred on sample k * 600 + 1200."""
    pieces = scipy.fft.irfft(frames, n=OUT_FFT_SAMPLES, axis=1)
    # Twice the samples carry the same amplitude only at twice the spectrum; 1.5 is the sum of squared windows.
    pieces *= _OUT_WINDOW * np.float32(2.0 / 1.5)
    blocks = pieces.reshape(len(frames), 4, OUT_HOP_SAMPLES)
    view = wave.reshape(-1, OUT_HOP_SAMPLES)
    for k in range(4):
        view[first + k : first + k + len(frames)] += blocks[:, k]

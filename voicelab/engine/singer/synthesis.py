"""Spectra to sound: a pulse train through the mouth, noise, and the free part; after hibari.dsp, but for singing.

    S = exp(harmonic) e^(i pi tanh(turn)) STFT(pulses(f0)) + exp(free) e^(i phase)

The network's third branch, noise, is silent (60 to 80 dB under the free part), so it is left out.

What is ours: the sung f0 is apart from the one the network was told; voicing gates the pulses smoothly instead of
sweeping their pitch to zero; the phase of held frames is drawn anew (a constant one buzzes at 80 Hz); formants are
scaled; the inverse STFT runs at 48 kHz, so that shaped noise can go on above the 12 kHz where the network ends; and
several singers add up as spectra, so a choir pays for two inverse transforms only.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy.fft
import scipy.ndimage

from voicelab.engine.singer.air import extend
from voicelab.engine.singer.colour import BIN_HZ, HZ, NEPERS_PER_DB, Mouth, shade_of
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
BREATH_FROM_HZ = 500.0
WHISPER_SMOOTH_BINS = 9
FORMANT_DRIFT = 0.12
"""Shift of the formants for one neper of movement: with +-1 dB of movement some 1.4 percent."""
DRIFT_MOST, DRIFTING_BINS = 0.25, 250
TUNING_FROM_HZ, TUNING_WIDTH, TUNING_SHARE, TUNING_MOST_DB = 300.0, 0.22, 0.5, 22.0
"""Half of what is missing, in dB: with all of it the fundamental covered the formants that tell vowels apart. On 40
tuning verses the soprano's words became likelier by 0.008 nats each (of 0.386; 90 % interval 0.004 to 0.012)."""
TUNED_BINS, LOWEST_FORMANT_BIN = 90, 12
HELD_NOISE_DB = -8.0
"""A sung vowel carries less breath than a spoken one; held frames would sound hoarse."""
_WINDOW = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT_SAMPLES) / FFT_SAMPLES)).astype(np.float32)
_SOURCE_WINDOW = _WINDOW / (FFT_SAMPLES / 4)
_OUT_WINDOW = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(OUT_FFT_SAMPLES) / OUT_FFT_SAMPLES)).astype(np.float32)


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
    pitch_hz: np.ndarray | None = None,
    back: np.ndarray | None = None,
) -> np.ndarray:
    """One singer's frames (F, 1201) at 48 kHz. `moving` (F, bands) are slow changes of the harmonics in nepers;
    `loose` 0..1 (F,): how far the free part's phase is drawn anew; `vowel` 0..1 (F,): where vowels are; `pitch_hz`
    (F,) lets a high voice open its mouth to the pitch; `back` 0..1 (F,): where back vowels are drawn back."""
    shade = None if singer.whispered else shade_of(tone, singer)
    lean = moving @ _bands(moving.shape[1]) + mouth.colour
    if shade is not None:
        lean += shade.factors @ shade.shapes
    envelope, free = _read(spectra.harmonic, mouth, back), _read(spectra.free, mouth, back)
    if singer.whispered:
        envelope, free = _smoothed(envelope), _smoothed(free)
    envelope += lean + _formant_drift(envelope, moving)
    if pitch_hz is not None and not singer.whispered:
        open_to_pitch(envelope, pitch_hz, vowel)
    harmonic = _magnitude(envelope)
    cleaner = 0.0 if singer.whispered else HELD_NOISE_DB * NEPERS_PER_DB * loose
    free = _magnitude(free + vowel[:, None] * (lean + np.float32(cleaner)[..., None]))
    out = np.zeros((len(harmonic), OUT_BINS), np.complex64)
    low = out[:, :BINS]
    if singer.whispered:
        low += _gaussian(harmonic.shape, rng) * (harmonic * _breath_share())
        loose = np.ones_like(loose)
    else:
        if shade is not None:
            free *= 1.0 + vowel[:, None] * (shade.free - 1.0)
            if shade.air.any():
                low += _gaussian(harmonic.shape, rng) * (harmonic * _breath_share() * (shade.air * vowel[:, None]))
            harmonic *= shade.voice
        low += source * harmonic * _turned(np.pi * np.tanh(spectra.turn))
    phase = spectra.free_phase + (np.pi * loose[:, None]) * rng.uniform(-1.0, 1.0, free.shape).astype(np.float32)
    low += free * _turned(phase)
    extend(out, mouth.edge)
    return out


def open_to_pitch(envelope: np.ndarray, pitch_hz: np.ndarray, vowel: np.ndarray) -> None:
    """Move the first formant up to the fundamental where a high pitch has passed it, in place.

    A soprano opens her jaw so that F1 never lies below f0 (Sundberg 1975; Joliveau, Smith and Wolfe 2004), and so keeps
    her voice full where speech would thin out. Here the envelope (F, 601) at f0 is raised towards its highest level
    below f0, by `TUNING_SHARE` of the way and a resonance as wide as the gap between harmonics allows.
    """
    rows = np.arange(len(envelope))
    low = envelope[:, :TUNED_BINS]
    at = np.clip(np.round(pitch_hz / BIN_HZ).astype(np.int64), LOWEST_FORMANT_BIN, TUNED_BINS - 1)
    highest = np.maximum.accumulate(low[:, LOWEST_FORMANT_BIN:], axis=1)[rows, at - LOWEST_FORMANT_BIN]
    missing = np.clip(highest - low[rows, at], 0.0, TUNING_MOST_DB * NEPERS_PER_DB)
    missing *= vowel * np.clip((pitch_hz - TUNING_FROM_HZ) / 100.0, 0.0, 1.0) * TUNING_SHARE
    distance = (HZ[:TUNED_BINS] - pitch_hz[:, None]) / (TUNING_WIDTH * pitch_hz[:, None])
    low += (missing[:, None] * np.exp(-0.5 * distance**2)).astype(np.float32)


def _formant_drift(envelope: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """Formants wander by a percent or two: to first order, the shift times the envelope's slope."""
    low = envelope[:, :DRIFTING_BINS]
    drift = np.zeros_like(envelope)
    shift = np.roll(moving, 3, axis=1) @ _bands(moving.shape[1])[:, 2 : DRIFTING_BINS - 2]
    slope = (low[:, 4:] - low[:, :-4]) * (np.arange(2, DRIFTING_BINS - 2, dtype=np.float32) / 4.0)
    drift[:, 2 : DRIFTING_BINS - 2] = np.clip(FORMANT_DRIFT * shift * slope, -DRIFT_MOST, DRIFT_MOST)
    return drift


def _smoothed(envelope: np.ndarray) -> np.ndarray:
    """Without the ripple from bin to bin, which in a whisper would be heard as faint steady tones."""
    return scipy.ndimage.uniform_filter1d(envelope, WHISPER_SMOOTH_BINS, axis=1, mode="nearest")


@lru_cache(maxsize=1)
def _breath_share() -> np.ndarray:
    """Noise of the breath against the harmonics it stands for: little below the first formant, (601,)."""
    return (WHISPER_SHARE * HZ / (HZ + BREATH_FROM_HZ)).astype(np.float32)


@lru_cache(maxsize=4)
def _bands(count: int) -> np.ndarray:
    """Overlapping raised-cosine bands on a logarithmic axis from 150 Hz to 10 kHz: (count, 601)."""
    at = np.log(np.maximum(HZ, 1.0) / 150.0) / np.log(10_000.0 / 150.0) * (count - 1)
    distance = np.abs(np.clip(at, 0, count - 1) - np.arange(count)[:, None])
    return np.where(distance < 1.0, 0.5 + 0.5 * np.cos(np.pi * distance), 0.0).astype(np.float32)


def _read(values: np.ndarray, mouth: Mouth, back: np.ndarray | None) -> np.ndarray:
    low = values[:, mouth.read_low]
    read = low + (values[:, mouth.read_low + 1] - low) * mouth.read_part
    rows = np.flatnonzero(back) if back is not None else ()
    if len(rows) and (count := len(mouth.back)):
        at = mouth.read_low[:count] + mouth.read_part[:count] + back[rows, None] * mouth.back
        whole = at.astype(np.int64)
        low, high = (values[rows[:, None], whole + k] for k in (0, 1))
        read[rows, :count] = low + (high - low) * (at - whole).astype(np.float32)
    return read


def _magnitude(log_values: np.ndarray) -> np.ndarray:
    return np.exp(np.minimum(log_values, MAX_LOG_MAGNITUDE), dtype=np.float32)


def _turned(phase: np.ndarray) -> np.ndarray:
    out = np.empty(phase.shape, np.complex64)
    np.cos(phase, out=out.real)
    np.sin(phase, out=out.imag)
    return out


def _gaussian(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    return rng.standard_normal((shape[0], 2 * shape[1]), dtype=np.float32).view(np.complex64)


def add_frames(wave: np.ndarray, frames: np.ndarray, first: int) -> None:
    """Inverse STFT of `frames` (F, 1201), added into `wave`; frame k is centred on sample k * 600 + 1200."""
    pieces = scipy.fft.irfft(frames, n=OUT_FFT_SAMPLES, axis=1)
    # Twice the samples carry the same amplitude only at twice the spectrum; 1.5 is the sum of squared windows.
    pieces *= _OUT_WINDOW * np.float32(2.0 / 1.5)
    blocks = pieces.reshape(len(frames), 4, OUT_HOP_SAMPLES)
    view = wave.reshape(-1, OUT_HOP_SAMPLES)
    for k in range(4):
        view[first + k : first + k + len(frames)] += blocks[:, k]

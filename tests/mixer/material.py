"""Sounds to mix and master, made from arithmetic: each is (2, samples) float32 at 48 kHz, the same every time."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfilt

RATE_HZ = 48_000


def seconds(duration_s: float) -> np.ndarray:
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def sine(frequency_hz: float, duration_s: float, level_db: float = 0.0) -> np.ndarray:
    """A stereo sine whose peak is at `level_db` of full scale."""
    wave = 10.0 ** (level_db / 20.0) * np.sin(2.0 * np.pi * frequency_hz * seconds(duration_s))
    return np.stack([wave, wave]).astype(np.float32)


def noise(duration_s: float, level_db: float = -20.0, seed: int = 0) -> np.ndarray:
    """White noise of this RMS, left and right unlike."""
    rng = np.random.default_rng(seed)
    white = rng.standard_normal((2, round(duration_s * RATE_HZ)))
    return (10.0 ** (level_db / 20.0) * white).astype(np.float32)


def harmonic(midi: float, duration_s: float, partials: int = 12, tilt: float = 1.2) -> np.ndarray:
    """One note of a buzzing instrument, mono, with soft ends."""
    time_s = seconds(duration_s)
    frequency_hz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    wave = sum(np.sin(2.0 * np.pi * frequency_hz * k * time_s) / k**tilt for k in range(1, partials + 1))
    return wave * np.clip(np.minimum(time_s / 0.02, (duration_s - time_s) / 0.05), 0.0, 1.0)


def line(midis: list[float], note_s: float, duration_s: float, gap: float = 0.9, **kind) -> np.ndarray:
    """Notes one after another, round and round; `gap` is how much of each note sounds. Mono."""
    out = np.zeros(round(duration_s * RATE_HZ))
    for index in range(int(duration_s / note_s)):
        wave = harmonic(midis[index % len(midis)], note_s * gap, **kind)
        start = round(index * note_s * RATE_HZ)
        out[start : start + len(wave)] += wave[: len(out) - start]
    return out


def chords(duration_s: float) -> np.ndarray:
    """A bed of sustained triads, wider than mono."""
    voices = [line([a, b, c, d], 2.0, duration_s, gap=1.0) for a, b, c, d in ((57, 53, 60, 55), (60, 57, 64, 59))]
    return stereo(0.1 * sum(voices), shift=30)


def singer(duration_s: float) -> np.ndarray:
    """Voice-like: strong partials up to 4 kHz, phrases of six seconds with two of breath."""
    melody = line([69, 71, 72, 67, 74, 72, 71, 69], 0.5, duration_s, partials=16, tilt=1.0)
    return stereo(0.1 * melody * (seconds(duration_s) % 8.0 < 6.0))


def drums(duration_s: float) -> np.ndarray:
    """A kick on each beat of 120 bpm, a snare of noise on every second, ticks between."""
    rng = np.random.default_rng(2)
    hit_s = seconds(0.24)
    kick = np.sin(2.0 * np.pi * 60.0 * hit_s) * np.exp(-hit_s * 14.0)
    snare = 0.5 * rng.standard_normal(len(hit_s)) * np.exp(-hit_s * 22.0)
    tick = 0.15 * rng.standard_normal(len(hit_s)) * np.exp(-hit_s * 60.0)
    out = np.zeros(round(duration_s * RATE_HZ))
    for step in range(int(duration_s / 0.25)):
        start = step * RATE_HZ // 4
        hit = tick if step % 2 else kick + (snare if step % 4 == 2 else 0.0)
        out[start : start + len(hit)] += hit[: len(out) - start]
    return stereo(0.3 * out)


def song(duration_s: float) -> np.ndarray:
    """Everything at once, with a softer first half."""
    bass = stereo(0.15 * line([33, 29, 36, 31], 2.0, duration_s, partials=4))
    total = singer(duration_s) + chords(duration_s) + drums(duration_s) + bass
    total *= np.where(seconds(duration_s) < duration_s / 2.0, 0.4, 1.0)
    return (0.5 * total).astype(np.float32)


def plainchant(duration_s: float) -> np.ndarray:
    """One soft voice that swells and rests: sparse, without bass, drums or treble."""
    out = np.zeros(round(duration_s * RATE_HZ))
    for index, midi in enumerate([50, 52, 53, 55, 53, 52, 50, 48] * 10):
        start = round(index * 3.5 * RATE_HZ)
        note = harmonic(midi, 3.0, partials=8) * np.hanning(3 * RATE_HZ)
        if start + len(note) > len(out):
            break
        out[start : start + len(note)] += note
    return stereo(0.02 * out)


def whisper(duration_s: float) -> np.ndarray:
    """Syllables of band-passed noise, two seconds in five."""
    rng = np.random.default_rng(3)
    time_s = seconds(duration_s)
    hiss = sosfilt(butter(2, [800, 7_000], "band", fs=RATE_HZ, output="sos"), rng.standard_normal(len(time_s)))
    return stereo(0.02 * hiss * np.clip(np.sin(2.0 * np.pi * 2.3 * time_s), 0.0, 1.0) ** 2 * (time_s % 5.0 < 2.0))


def swell(duration_s: float) -> np.ndarray:
    """Three quarters nearly silent, then 26 dB louder."""
    wave = chords(duration_s) * np.where(seconds(duration_s) < 0.75 * duration_s, 0.05, 1.0)
    return wave.astype(np.float32)


def stereo(mono: np.ndarray, shift: int = 0) -> np.ndarray:
    return np.stack([mono, np.roll(mono, shift)]).astype(np.float32)


def db(value: float) -> float:
    return 20.0 * float(np.log10(max(1e-12, abs(value))))


def rms_db(audio: np.ndarray) -> float:
    return 10.0 * float(np.log10(np.mean(np.square(audio, dtype=np.float64)) + 1e-20))

"""Five sounds that mastering must not be fooled by, made from arithmetic: (2, samples) float32 at 48 kHz."""

from __future__ import annotations

import numpy as np

from tests.mixer import material
from tests.mixer.material import RATE_HZ, seconds, stereo


def between_samples(duration_s: float) -> np.ndarray:
    """A quarter of the sample rate at 45 degrees: every peak lies between two samples, 3 dB over them; in bursts."""
    time_s = seconds(duration_s)
    wave = np.sin(2.0 * np.pi * 0.25 * np.arange(len(time_s)) + np.pi / 4.0)
    bursts = np.where(time_s % 0.5 < 0.08, 1.0, 0.05)
    return stereo(0.7 * wave * bursts) + material.chords(duration_s)


def squares(duration_s: float) -> np.ndarray:
    """Noise and a low square wave clipped at full scale for 3 s, then 1 s of nothing at all."""
    time_s = seconds(duration_s)
    hard = np.clip(
        8.0 * material.noise(duration_s, -12.0, seed=4) + np.sign(np.sin(2.0 * np.pi * 55.0 * time_s)), -1, 1
    )
    return (hard * (time_s % 4.0 < 3.0)).astype(np.float32)


def clicks_over_a_whisper(duration_s: float) -> np.ndarray:
    """Full-scale clicks, one sample wide and of both signs, over a whisper 40 dB below."""
    out = material.whisper(duration_s)
    out[:, :: 3 * RATE_HZ // 2] = 1.0
    out[:, 777 :: 2 * RATE_HZ] = -1.0
    return out


def lopsided(duration_s: float) -> np.ndarray:
    """A song with DC, rumble below hearing, bass in opposite phase, and narrow pulses all to one side."""
    time_s = seconds(duration_s)
    song = material.song(duration_s)
    rumble = 0.25 * np.sin(2.0 * np.pi * 9.0 * time_s)
    bass = 0.3 * np.sin(2.0 * np.pi * 41.0 * time_s)
    pulses = 0.5 * np.maximum(0.0, np.cos(2.0 * np.pi * 110.0 * time_s)) ** 24 * (time_s % 3.0 < 2.0)
    fade = np.clip(np.minimum(time_s, duration_s - time_s) / 0.5, 0.0, 1.0)
    return ((song + np.stack([rumble + bass + pulses, rumble - bass + pulses])) * fade + 0.1).astype(np.float32)


def thirty_db_step(duration_s: float) -> np.ndarray:
    """Two thirds soft, then everything at once 30 dB louder, drums and all."""
    soft = seconds(duration_s) < 2.0 * duration_s / 3.0
    whole = material.chords(duration_s) + 0.6 * material.drums(duration_s) + 0.5 * material.singer(duration_s)
    return (2.0 * whole * np.where(soft, 0.032, 1.0)).astype(np.float32)


TORTURE = {
    "between samples": between_samples,
    "squares": squares,
    "clicks over a whisper": clicks_over_a_whisper,
    "lopsided": lopsided,
    "thirty dB step": thirty_db_step,
}

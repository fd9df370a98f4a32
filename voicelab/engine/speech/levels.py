"""Loudness of speech: each sentence at the same level, by ITU-R BS.1770-4 (pyloudnorm)."""

from __future__ import annotations

import numpy as np

from voicelab.engine.speech.provider import SPEECH_LUFS

MOST_GAIN_DB = 40.0
CEILING, KNEE = 0.97, 0.7
_BLOCK_S = 0.4


def loudness_lufs(wave: np.ndarray, *, sample_rate_hz: int) -> float:
    """Integrated loudness of (samples,); -inf for silence. What is shorter than a block counts as a whole one."""
    import pyloudnorm

    short = round(_BLOCK_S * sample_rate_hz) + 1
    if len(wave) < short:
        wave = np.tile(wave, -(-short // max(1, len(wave))))[:short] if len(wave) else np.zeros(short, np.float32)
    with np.errstate(divide="ignore"):
        return float(pyloudnorm.Meter(sample_rate_hz).integrated_loudness(wave.astype(np.float64)))


def levelled(wave: np.ndarray, *, sample_rate_hz: int, target_lufs: float = SPEECH_LUFS) -> np.ndarray:
    """The wave at `target_lufs`, its peaks bent below the ceiling; silence stays silence."""
    loudness = loudness_lufs(wave, sample_rate_hz=sample_rate_hz)
    if not np.isfinite(loudness):
        return wave
    louder = _bent(wave, target_lufs - loudness)
    lost_db = target_lufs - loudness_lufs(louder, sample_rate_hz=sample_rate_hz)
    return _bent(wave, target_lufs - loudness + lost_db)


def _bent(wave: np.ndarray, gain_db: float) -> np.ndarray:
    """Louder by `gain_db`; below `KNEE` nothing else happens, above it peaks approach `CEILING`."""
    louder = wave * np.float32(10.0 ** (min(MOST_GAIN_DB, gain_db) / 20.0))
    over = np.abs(louder) - KNEE
    span = np.float32(CEILING - KNEE)
    bent = np.sign(louder) * (KNEE + span * np.tanh(np.maximum(over, 0.0) / span))
    return np.where(over > 0, bent, louder).astype(np.float32)

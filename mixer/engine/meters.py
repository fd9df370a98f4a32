"""Meters. `judge` asks ffmpeg's ebur128, whose word counts; the others are our own and quick.

Sources: ITU-R BS.1770-5 (loudness, gating, true peak), EBU Tech 3342 (loudness range).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
from numba import njit

from codecraft.common.audio import run_ffmpeg
from codecraft.common.errors import StudioError
from mixer.contracts import Loudness
from mixer.engine.effects.limiter import inter_sample_peaks

SILENCE_LUFS = -70.0
HOP_S = 0.1
_OFFSET_DB = -0.691


def judge(path: Path) -> Loudness:
    """Integrated loudness, true peak and range of a file by ffmpeg's ebur128; silence reads -70 LUFS, -120 dBTP."""
    printed = run_ffmpeg(["-i", path, "-af", "ebur128=peak=true:dualmono=true:framelog=quiet", "-f", "null", "-"])
    summary = printed[printed.rfind("Summary:") :]
    return Loudness(
        integrated_lufs=_read(summary, r"I:\s+(-?[\d.]+|-?inf|-?nan) LUFS", SILENCE_LUFS),
        true_peak_dbtp=_read(summary, r"Peak:\s+(-?[\d.]+|-?inf|-?nan) dBFS", -120.0),
        lra_lu=_read(summary, r"LRA:\s+(-?[\d.]+|-?inf|-?nan) LU", 0.0),
    )


def _read(summary: str, pattern: str, floor: float) -> float:
    found = re.search(pattern, summary)
    if found is None:
        raise StudioError("ffmpeg gave no loudness for this file.", code="loudness_unreadable")
    value = float(found.group(1))
    return value if np.isfinite(value) and value > floor else floor


def integrated_lufs(audio: np.ndarray, *, sample_rate_hz: int) -> float:
    """Gated loudness of (channels, samples); -70 for silence. Within 0.05 LU of ffmpeg."""
    return gated_lufs(hop_power(audio, sample_rate_hz=sample_rate_hz))


def true_peak_dbtp(audio: np.ndarray) -> float:
    """Highest peak between samples, four times oversampled; -120 for silence."""
    peaks = inter_sample_peaks(audio)
    return 20.0 * float(np.log10(max(1e-6, peaks.max(initial=0.0))))


def hop_power(audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
    """K-weighted power per 100 ms, channels summed, shape (hops,). A remainder at the end is left out."""
    hop = round(HOP_S * sample_rate_hz)
    out = np.zeros(audio.shape[1] // hop)
    sides = [np.ascontiguousarray(channel, np.float32) for channel in audio]
    for first, second in zip(sides[::2], sides[1::2], strict=False):
        _hop_power_of_two(first, second, k_weighting(sample_rate_hz), hop, out)
    if len(sides) % 2:
        _hop_power(sides[-1], k_weighting(sample_rate_hz), hop, out)
    return out


def gated_lufs(power: np.ndarray) -> float:
    """Loudness of K-weighted power per hop: blocks of 400 ms, gates at -70 LUFS and 10 LU under the mean."""
    if len(power) == 0:
        return SILENCE_LUFS
    width = min(4, len(power))
    blocks = np.convolve(power, np.full(width, 1.0 / width), mode="valid")
    blocks = blocks[blocks > 10.0 ** ((SILENCE_LUFS - _OFFSET_DB) / 10.0)]
    if len(blocks) == 0:
        return SILENCE_LUFS
    blocks = blocks[blocks > 0.1 * blocks.mean()]
    return _OFFSET_DB + 10.0 * float(np.log10(blocks.mean()))


def loudness_range_lu(power: np.ndarray) -> float:
    """EBU Tech 3342: between the 10th and 95th percentile of 3 s blocks above -70 LUFS and 20 LU under their mean."""
    if len(power) < 30:
        return 0.0
    blocks = np.convolve(power, np.full(30, 1.0 / 30.0), mode="valid")
    blocks = blocks[blocks > 10.0 ** ((SILENCE_LUFS - _OFFSET_DB) / 10.0)]
    if len(blocks) == 0:
        return 0.0
    blocks = blocks[blocks > 0.01 * blocks.mean()]
    low, high = np.percentile(10.0 * np.log10(blocks), [10, 95])
    return float(high - low)


@lru_cache(maxsize=4)
def k_weighting(sample_rate_hz: int) -> np.ndarray:
    """BS.1770's two biquads for any rate (2, 5), from the analogue prototypes behind its 48 kHz table."""
    k = np.tan(np.pi * 1681.974450955533 / sample_rate_hz)
    q, boost = 0.7071752369554196, 10.0 ** (3.999843853973347 / 20.0)
    middle = boost**0.4996667741545416
    norm = 1.0 + k / q + k * k
    shelf = (
        (boost + middle * k / q + k * k) / norm,
        2.0 * (k * k - boost) / norm,
        (boost - middle * k / q + k * k) / norm,
        2.0 * (k * k - 1.0) / norm,
        (1.0 - k / q + k * k) / norm,
    )
    k, q = np.tan(np.pi * 38.13547087602444 / sample_rate_hz), 0.5003270373238773
    norm = 1.0 + k / q + k * k
    high_pass = (1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm)
    return np.array([shelf, high_pass])


@njit(cache=True, nogil=True, fastmath={"contract"})
def _hop_power(samples, sections, hop, out):  # pragma: no cover - compiled
    s1a, s1b, s2a, s2b = 0.0, 0.0, 0.0, 0.0
    for block in range(out.shape[0]):
        total = 0.0
        for index in range(block * hop, (block + 1) * hop):
            value = float(samples[index])
            middle = sections[0, 0] * value + s1a
            s1a = (sections[0, 1] * value + s1b) - sections[0, 3] * middle
            s1b = sections[0, 2] * value - sections[0, 4] * middle
            result = sections[1, 0] * middle + s2a
            s2a = (sections[1, 1] * middle + s2b) - sections[1, 3] * result
            s2b = sections[1, 2] * middle - sections[1, 4] * result
            total += result * result
        out[block] += total / hop
        if abs(s1a) + abs(s1b) + abs(s2a) + abs(s2b) < 1e-15:
            s1a, s1b, s2a, s2b = 0.0, 0.0, 0.0, 0.0


@njit(cache=True, nogil=True, fastmath={"contract"})
def _hop_power_of_two(first, second, sections, hop, out):  # pragma: no cover - compiled
    """Two channels side by side, each as `_hop_power` does it: neither waits for the other's recursion."""
    p0, p1, p2, p3, p4 = sections[0]
    q0, q1, q2, q3, q4 = sections[1]
    a1, a2, a3, a4 = 0.0, 0.0, 0.0, 0.0
    b1, b2, b3, b4 = 0.0, 0.0, 0.0, 0.0
    for block in range(out.shape[0]):
        total_a, total_b = 0.0, 0.0
        for index in range(block * hop, (block + 1) * hop):
            a, b = float(first[index]), float(second[index])
            middle_a, middle_b = p0 * a + a1, p0 * b + b1
            a1, b1 = (p1 * a + a2) - p3 * middle_a, (p1 * b + b2) - p3 * middle_b
            a2, b2 = p2 * a - p4 * middle_a, p2 * b - p4 * middle_b
            result_a, result_b = q0 * middle_a + a3, q0 * middle_b + b3
            a3, b3 = (q1 * middle_a + a4) - q3 * result_a, (q1 * middle_b + b4) - q3 * result_b
            a4, b4 = q2 * middle_a - q4 * result_a, q2 * middle_b - q4 * result_b
            total_a += result_a * result_a
            total_b += result_b * result_b
        out[block] += total_a / hop
        out[block] += total_b / hop
        if abs(a1) + abs(a2) + abs(a3) + abs(a4) < 1e-15:
            a1, a2, a3, a4 = 0.0, 0.0, 0.0, 0.0
        if abs(b1) + abs(b2) + abs(b3) + abs(b4) < 1e-15:
            b1, b2, b3, b4 = 0.0, 0.0, 0.0, 0.0

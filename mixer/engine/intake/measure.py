"""A sound file in figures, read in blocks: half an hour needs no more memory than a second.

Sources: ITU-R BS.1770-5 (loudness, true peak), EBU Tech 3342 (range), as in `mixer.engine.meters`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.progress import Progress, ignore_progress
from mixer.engine.effects.limiter import inter_sample_peaks
from mixer.engine.meters import HOP_S, SILENCE_LUFS, gated_lufs, hop_power, loudness_range_lu

_HOPS_A_BLOCK = 100
_WARM_UP_HOPS = 10
_FLOOR = 1e-6
_SHORT_HOPS, _MOMENTARY_HOPS = 30, 4


@dataclass(frozen=True)
class Measures:
    """Levels in dBFS, loudness in LUFS; `correlation` -1..1 of left and right (1 for mono); `dc_offset` of full scale;
    `crest_db` peak against RMS. Silence reads -70 LUFS and -120 dB."""

    duration_s: float
    channels: int
    integrated_lufs: float
    short_term_max_lufs: float
    momentary_max_lufs: float
    lra_lu: float
    true_peak_dbtp: float
    peak_dbfs: float
    rms_dbfs: float
    crest_db: float
    correlation: float
    dc_offset: float
    is_silent: bool


@dataclass
class _Sums:
    peak: float = 0.0
    true_peak: float = 0.0
    square: float = 0.0
    left: float = 0.0
    right: float = 0.0
    cross: float = 0.0


def measure_file(path: Path, *, progress: Progress = ignore_progress) -> Measures:
    """The figures of a mono or stereo WAV or FLAC file.

    Mono is measured as it is heard here, mixed, mastered and delivered: from both sides alike. BS.1770 counts each
    loudspeaker, so that is 3 LU more than the file's one channel by itself (ffmpeg's ebur128 with dualmono)."""
    with sf.SoundFile(path) as file:
        rate_hz, samples, channels = file.samplerate, file.frames, file.channels
        hop = round(HOP_S * rate_hz)
        sums, means = _Sums(), np.zeros(channels)
        power: list[np.ndarray] = []
        before = np.zeros((_WARM_UP_HOPS * hop, channels), np.float32)
        done = 0
        while len(block := file.read(_HOPS_A_BLOCK * hop, dtype="float32", always_2d=True)):
            # the filters settle on what came before: the same figures as in one piece
            audio = np.ascontiguousarray(np.concatenate([before, block]).T)
            power.append(2.0 / channels * hop_power(audio, sample_rate_hz=rate_hz)[_WARM_UP_HOPS:])
            _add(sums, means, block, audio)
            before = np.concatenate([before, block])[-len(before) :]
            done += len(block)
            progress(done / max(1, samples))
    return _measures(sums, means / max(1, samples), np.concatenate(power) if power else np.zeros(0), samples, rate_hz)


def _add(sums: _Sums, means: np.ndarray, block: np.ndarray, audio: np.ndarray) -> None:
    sums.peak = max(sums.peak, float(np.abs(block).max(initial=0.0)))
    sums.true_peak = max(sums.true_peak, float(inter_sample_peaks(audio[:, -len(block) - 64 :]).max(initial=0.0)))
    exact = block.astype(np.float64)
    means += exact.sum(axis=0)
    sums.square += float(np.square(exact).mean(axis=1).sum())
    left, right = exact[:, 0], exact[:, -1]
    sums.left += float(left @ left)
    sums.right += float(right @ right)
    sums.cross += float(left @ right)


def _measures(sums: _Sums, means: np.ndarray, power: np.ndarray, samples: int, rate_hz: int) -> Measures:
    rms = float(np.sqrt(sums.square / max(1, samples)))
    both = float(np.sqrt(sums.left * sums.right))
    peak_db, rms_db = _db(sums.peak), _db(rms)
    return Measures(
        duration_s=samples / rate_hz,
        channels=len(means),
        integrated_lufs=_rounded(gated_lufs(power)),
        short_term_max_lufs=_rounded(_highest_lufs(power, _SHORT_HOPS)),
        momentary_max_lufs=_rounded(_highest_lufs(power, _MOMENTARY_HOPS)),
        lra_lu=_rounded(loudness_range_lu(power)),
        true_peak_dbtp=_rounded(_db(max(sums.true_peak, sums.peak))),
        peak_dbfs=_rounded(peak_db),
        rms_dbfs=_rounded(rms_db),
        crest_db=_rounded(peak_db - rms_db),
        correlation=_rounded(sums.cross / both) if both > 0.0 else 1.0,
        dc_offset=float(np.abs(means).max(initial=0.0)),
        is_silent=sums.peak < _FLOOR,
    )


def _highest_lufs(power: np.ndarray, hops: int) -> float:
    if len(power) == 0:
        return SILENCE_LUFS
    width = min(hops, len(power))
    highest = float(np.convolve(power, np.full(width, 1.0 / width), mode="valid").max())
    return max(SILENCE_LUFS, -0.691 + 10.0 * float(np.log10(max(highest, 1e-12))))


def _db(value: float) -> float:
    return 20.0 * float(np.log10(max(_FLOOR, value)))


def _rounded(value: float) -> float:
    return round(value, 2)

"""What a codec does to a master: encoded and decoded by ffmpeg, measured again, laid over what went in.

A lossy codec keeps the sound, not the wave: peaks come back higher. AES TD1008 therefore asks for headroom; here it is
measured on this very master instead of guessed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from scipy.fft import irfft, rfft

from codecraft.common.audio import run_ffmpeg
from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress
from mixer.contracts import CodecReport, CodecSpec, Loudness
from mixer.engine.meters import judge

_FRAME = 4096
_FRAMES_APART = 8
_EXCERPT_S = 20.0
_LATEST_SAMPLES = 4096


@dataclass(frozen=True)
class Codec:
    name: str
    label: str
    encoder: str
    suffix: str
    usual_kbps: int
    lowest_kbps: int
    highest_kbps: int


CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (
        Codec("mp3", "MP3", "libmp3lame", ".mp3", 192, 64, 320),
        Codec("aac", "AAC", "aac", ".m4a", 192, 48, 320),
        Codec("opus", "Opus", "libopus", ".opus", 128, 24, 320),
    )
}


def read_codecs(data: Any) -> tuple[CodecSpec, ...]:
    """Codecs from an API's JSON: names, or {"name", "kbps"}. Raises InvalidInput that names what is wrong."""
    if data is None:
        return ()
    if not isinstance(data, (list, tuple)) or len(data) > 6:
        raise InvalidInput(f"codecs is a list of up to 6 of: {', '.join(CODECS)}.", field="codecs")
    return tuple(_read_codec(one, f"codecs/{index}") for index, one in enumerate(data))


def _read_codec(data: Any, path: str) -> CodecSpec:
    name, kbps = (data.get("name"), data.get("kbps", 0)) if isinstance(data, dict) else (data, 0)
    codec = CODECS.get(name) if isinstance(name, str) else None
    if codec is None:
        raise InvalidInput(f"There is no such codec here. There are: {', '.join(CODECS)}.", field=path)
    usable = isinstance(kbps, int) and not isinstance(kbps, bool)
    if not usable or (kbps != 0 and not codec.lowest_kbps <= kbps <= codec.highest_kbps):
        raise InvalidInput(
            f"{codec.label} takes from {codec.lowest_kbps} to {codec.highest_kbps} kbit/s.", field=f"{path}/kbps"
        )
    return CodecSpec(codec.name, kbps)


def try_codecs(
    master_path: Path,
    codecs: Sequence[CodecSpec],
    *,
    ceiling_dbtp: float,
    original: Loudness,
    progress: Progress = ignore_progress,
) -> tuple[CodecReport, ...]:
    """Each codec's report on the WAV at `master_path`, whose own measure is `original`."""
    reports = []
    with tempfile.TemporaryDirectory(prefix=".codecs-", dir=master_path.parent) as room:
        for number, spec in enumerate(codecs):
            reports.append(_try(master_path, spec, Path(room), ceiling_dbtp, original))
            progress((number + 1) / len(codecs))
    return tuple(reports)


def encode(master_path: Path, spec: CodecSpec, out_path: Path) -> None:
    """The file as this codec delivers it (48 kHz for Opus, which knows no other)."""
    codec = CODECS[spec.name]
    settings = ["-c:a", codec.encoder, "-b:a", f"{spec.kbps or codec.usual_kbps}k"]
    run_ffmpeg(["-i", master_path, "-map", "0:a", *settings, "-map_metadata", "-1", out_path])


def _try(master_path: Path, spec: CodecSpec, room: Path, ceiling_dbtp: float, original: Loudness) -> CodecReport:
    codec, kbps = CODECS[spec.name], spec.kbps or CODECS[spec.name].usual_kbps
    encoded = room / f"{spec.name}-{kbps}{codec.suffix}"
    encode(master_path, spec, encoded)
    loudness = judge(encoded)
    bandwidth_hz, error_db = _lay_over(master_path, encoded, room)
    over_db = round(max(0.0, loudness.true_peak_dbtp - ceiling_dbtp), 2)
    peaks = (
        f"its peaks stand {over_db:.1f} dB over the ceiling"
        if over_db > 0.0
        else f"its peaks stay under the ceiling of {ceiling_dbtp:.1f} dBTP"
    )
    moved = loudness.integrated_lufs - original.integrated_lufs
    sentence = (
        f"{codec.label} at {kbps} kbit/s: {loudness.integrated_lufs:.1f} LUFS ({moved:+.1f}), true peak "
        f"{loudness.true_peak_dbtp:.1f} dBTP: {peaks}; sound up to {bandwidth_hz / 1000.0:.1f} kHz is kept."
    )
    size_bytes = encoded.stat().st_size
    encoded.unlink()
    return CodecReport(spec.name, kbps, size_bytes, loudness, over_db, bandwidth_hz, error_db, sentence)


def _lay_over(master_path: Path, encoded: Path, room: Path) -> tuple[float, float | None]:
    """Up to which frequency the codec keeps the sound, and how large its error is, on the middle of the song."""
    with sf.SoundFile(master_path) as file:
        rate_hz, wanted = file.samplerate, min(file.frames, round(_EXCERPT_S * file.samplerate))
        start = (file.frames - wanted) // 2
        file.seek(start)
        before = file.read(wanted, dtype="float32", always_2d=True).T
    decoded = room / "decoded.wav"
    run_ffmpeg(["-i", encoded, "-ar", str(rate_hz), "-c:a", "pcm_f32le", decoded])
    with sf.SoundFile(decoded) as file:
        first = max(0, start - _LATEST_SAMPLES)
        file.seek(min(first, file.frames))
        after = file.read(wanted + 2 * _LATEST_SAMPLES, dtype="float32", always_2d=True).T
    decoded.unlink()
    bandwidth_hz = _bandwidth_hz(before, after, rate_hz)
    return bandwidth_hz, _error_db(before, after)


def _bandwidth_hz(before: np.ndarray, after: np.ndarray, rate_hz: int) -> float:
    """The highest frequency at which the codec keeps the level within 6 dB, over bands of a quarter of a kHz."""
    one, other = _spectrum(before), _spectrum(after)
    bins = max(1, round(250.0 * _FRAME / rate_hz))
    count = len(one) // bins
    one, other = (s[: count * bins].reshape(count, bins).mean(axis=1) for s in (one, other))
    audible = one > 1e-9 * one.max(initial=1e-30)
    kept = np.flatnonzero(audible & (other > 0.25 * one))
    return float((kept[-1] + 1) * bins * rate_hz / _FRAME) if len(kept) else 0.0


def _spectrum(audio: np.ndarray) -> np.ndarray:
    """Mean power per bin of Hann-windowed frames, channels together."""
    window = np.hanning(_FRAME).astype(np.float32)
    total = np.zeros(_FRAME // 2 + 1)
    for start in range(0, max(1, audio.shape[1] - _FRAME), _FRAME * _FRAMES_APART // 4):
        frame = audio[:, start : start + _FRAME]
        if frame.shape[1] == _FRAME:
            total += np.sum(np.abs(rfft(frame * window, axis=1)) ** 2, axis=0, dtype=np.float64)
    return total


def _error_db(before: np.ndarray, after: np.ndarray) -> float | None:
    """Power of the difference against the sound's, after laying one over the other at the best delay."""
    if before.shape[0] != after.shape[0] or before.shape[1] < _FRAME or after.shape[1] < before.shape[1]:
        return None
    size = 1 << (after.shape[1] + before.shape[1]).bit_length()
    likeness = irfft(rfft(after.mean(axis=0), size) * np.conj(rfft(before.mean(axis=0), size)), size)
    late = int(np.argmax(likeness[: after.shape[1] - before.shape[1] + 1]))
    difference = after[:, late : late + before.shape[1]] - before
    power = float(np.mean(np.square(before, dtype=np.float64)))
    if power < 1e-12:
        return None
    return 10.0 * float(np.log10(np.mean(np.square(difference, dtype=np.float64)) / power + 1e-12))

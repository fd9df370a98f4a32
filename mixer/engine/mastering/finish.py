"""Mastering: from the mix to the finished loudness and true peak, with ffmpeg's ebur128 as the judge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.errors import InvalidInput, StudioError
from codecraft.common.progress import Progress, ignore_progress, span
from mixer.contracts import Loudness, MasterResult, MasterSpec, MixDecision
from mixer.engine.analysis import Analysis, analyse
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.dynamics import Compressor
from mixer.engine.effects.limiter import TruePeakLimiter, inter_sample_peaks
from mixer.engine.mastering.codecs import try_codecs
from mixer.engine.mastering.compare import compared
from mixer.engine.meters import SILENCE_LUFS, integrated_lufs, judge

CHANNEL = "master"
_CEILING_MARGIN_DB = 0.15
_CLOSE_LU = 0.04
_JUDGED_LU = 0.2
_HEAVY_DB = 7.0
_DENSITY_STEPS = 3
_TRIES = 4


@dataclass(frozen=True)
class _Finished:
    audio: np.ndarray
    lufs: float
    reduction_db: float


def master_file(spec: MasterSpec, out_path: Path, *, progress: Progress = ignore_progress) -> MasterResult:
    """Write the finished master of `spec.mix_path` to `out_path`: the mix's rate, 24 bit, exactly its samples.

    High-pass, gentle tone, glue compression, then drive into a true-peak limiter, found by measuring. Material that is
    so sparse that the limiter would work too hard is made denser first. Raises InvalidInput for an unreadable mix.
    Silence is passed on as it is, and what cannot be made that loud (single clicks) comes as near as it may; both with
    a sentence among the decisions.
    """
    working = out_path.with_name(out_path.name + ".part")
    try:
        before = _judge(spec.mix_path)
        loudness, said = _master(spec, working, span(progress, 0.0, 0.7 if spec.codecs else 1.0))
        reports = try_codecs(
            working, spec.codecs, ceiling_dbtp=spec.ceiling_dbtp, original=loudness, progress=span(progress, 0.7, 1.0)
        )
        working.replace(out_path)
    finally:
        working.unlink(missing_ok=True)
    progress(1.0)
    reached = abs(loudness.integrated_lufs - spec.target_lufs) <= _JUDGED_LU + 1e-6
    return MasterResult(
        out_path,
        loudness,
        tuple(MixDecision(CHANNEL, sentence) for sentence in (*said, *(report.sentence for report in reports))),
        before=before,
        reached=reached,
        refusal="" if reached else said[-1],
        target_lufs=spec.target_lufs,
        ceiling_dbtp=spec.ceiling_dbtp,
        compared=compared(before, loudness),
        codecs=reports,
    )


def _judge(path: Path) -> Loudness:
    try:
        return judge(path)
    except StudioError as error:
        raise InvalidInput(f"The mix {path.name} cannot be read as sound.", field="mix_path") from error


def _master(spec: MasterSpec, out_path: Path, progress: Progress) -> tuple[Loudness, list[str]]:
    audio, rate_hz = _read(spec.mix_path)
    said: list[str] = []
    before = analyse(audio, sample_rate_hz=rate_hz)
    progress(0.1)
    if before.is_silent:
        write_wav(out_path, audio, sample_rate_hz=rate_hz)
        said.append("The mix is silent: nothing was raised.")
        return judge(out_path), said
    audio = _tone(audio, before, rate_hz, said)
    progress(0.3)
    return _finish_and_judge(spec, audio, rate_hz, out_path, said, progress), said


def _read(path: Path) -> tuple[np.ndarray, int]:
    try:
        return read_wav(path)
    except (OSError, RuntimeError) as error:
        raise InvalidInput(f"The mix {path.name} cannot be read as sound.", field="mix_path") from error


def _tone(audio: np.ndarray, before: Analysis, rate_hz: int, said: list[str]) -> np.ndarray:
    """High-pass against DC and rumble; shelves that bring a lopsided spectrum a little nearer to the usual."""
    offset = float(np.abs(audio.mean(axis=1, dtype=np.float64)).max())
    said.append(f"High-pass at 25 Hz: the mix had a DC offset of {offset:.1e} of full scale.")
    middle_db = before.share_db(slice(3, 7))
    low_db, high_db = before.share_db(slice(1, 3)) - middle_db, before.share_db(slice(8, 10)) - middle_db
    bands = [Band(BandKind.HIGH_PASS, 25.0)]
    # Usual for songs, octave-wide energy against 180 Hz to 2.4 kHz: bass about -3 dB, treble about -15 dB.
    for name, kind, frequency_hz, off_db in (
        ("bass", BandKind.LOW_SHELF, 110.0, low_db + 3.0),
        ("treble", BandKind.HIGH_SHELF, 6_000.0, high_db + 15.0),
    ):
        gain_db = float(np.clip(-0.25 * off_db, -2.0, 2.0))
        # A range that is all but empty is so by nature (a lone flute): raising it would raise its noise.
        if abs(gain_db) >= 0.5 and off_db > -25.0:
            bands.append(Band(kind, frequency_hz, gain_db))
            said.append(f"{name.capitalize()} {gain_db:+.1f} dB: it lay {off_db:+.0f} dB against the usual balance.")
    return ParametricEq(tuple(bands)).process(audio, sample_rate_hz=rate_hz)


def _finish_and_judge(
    spec: MasterSpec, audio: np.ndarray, rate_hz: int, out_path: Path, said: list[str], progress: Progress
) -> Loudness:
    """Finish, write, ask ffmpeg; where its word differs, shift target or ceiling by the difference and try again."""
    dense = _glue(audio, rate_hz, said)
    target, ceiling = spec.target_lufs, spec.ceiling_dbtp - _CEILING_MARGIN_DB
    for attempt in range(_TRIES):
        finished, dense = _finish(dense, rate_hz, target, ceiling, said if attempt == 0 else [])
        write_wav(out_path, finished.audio, sample_rate_hz=rate_hz)
        loudness = judge(out_path)
        progress(0.5 + 0.45 * (attempt + 1) / _TRIES)
        miss_lu = loudness.integrated_lufs - spec.target_lufs
        over_db = loudness.true_peak_dbtp - spec.ceiling_dbtp
        if abs(miss_lu) <= _JUDGED_LU and over_db <= 0.0:
            said.append(
                f"Limited by {finished.reduction_db:.1f} dB where it is loudest: {loudness.integrated_lufs:.1f} LUFS, "
                f"true peak {loudness.true_peak_dbtp:.1f} dBTP, range {loudness.lra_lu:.1f} LU."
            )
            return loudness
        if over_db <= 0.0 and abs(finished.lufs - target) > _JUDGED_LU:
            break  # no drive reaches the target
        target -= miss_lu
        ceiling -= max(0.0, over_db) + (0.05 if over_db > 0.0 else 0.0)
    said.append(
        f"Only {loudness.integrated_lufs:.1f} LUFS instead of {spec.target_lufs:.1f}, at {loudness.true_peak_dbtp:.1f} "
        "dBTP: the mix is too sparse to be made louder without crushing it."
    )
    return loudness


def _glue(audio: np.ndarray, rate_hz: int, said: list[str]) -> np.ndarray:
    """A slow, soft compressor on the sum: the parts breathe together."""
    lufs = integrated_lufs(audio, sample_rate_hz=rate_hz)
    compressor = Compressor(threshold_db=lufs + 4.0, ratio=1.6, attack_s=0.030, release_s=0.250, knee_db=8.0)
    gain = compressor.gain(audio, sample_rate_hz=rate_hz)
    most_db = -20.0 * float(np.log10(np.percentile(gain[::16], 2)))
    said.append(f"Glue compression 1.6:1: up to {most_db:.1f} dB in the loudest passages.")
    return audio * gain


def _finish(
    audio: np.ndarray, rate_hz: int, target_lufs: float, ceiling_dbtp: float, said: list[str]
) -> tuple[_Finished, np.ndarray]:
    """Limited audio at the target, and the (perhaps denser) audio that went into the limiter."""
    finished = _drive(audio, rate_hz, target_lufs, ceiling_dbtp)
    for step in range(_DENSITY_STEPS):
        missed = abs(finished.lufs - target_lufs) > _JUDGED_LU
        if finished.reduction_db <= _HEAVY_DB and not missed:
            break
        ratio = 2.5 + 1.5 * step
        threshold_db = integrated_lufs(audio, sample_rate_hz=rate_hz) + 4.0 - 2.0 * step
        compressor = Compressor(threshold_db, ratio, attack_s=0.0005, release_s=0.080, detector_s=0.001)
        denser = compressor.process(audio, sample_rate_hz=rate_hz)
        relieved = _drive(denser, rate_hz, target_lufs, ceiling_dbtp)
        closer = abs(relieved.lufs - target_lufs) < abs(finished.lufs - target_lufs)
        if not (closer if missed else relieved.reduction_db < finished.reduction_db - 1.0):
            break
        said.append(
            f"Compressed {ratio:.1f}:1 as well: the limiter alone would have taken {finished.reduction_db:.0f} dB."
        )
        finished, audio = relieved, denser
    return finished, audio


def _drive(audio: np.ndarray, rate_hz: int, target_lufs: float, ceiling_dbtp: float) -> _Finished:
    """The gain before the limiter at which the limited loudness meets the target: secant steps on measured loudness."""
    limiter = TruePeakLimiter(ceiling_dbtp)
    peaks = inter_sample_peaks(audio)
    drive_db = target_lufs - max(SILENCE_LUFS, integrated_lufs(audio, sample_rate_hz=rate_hz))
    slope = 1.0
    last: tuple[float, float] | None = None
    for _ in range(10):
        gain = limiter.gain(peaks, drive=10.0 ** (drive_db / 20.0), sample_rate_hz=rate_hz)
        limited = audio * gain
        lufs = integrated_lufs(limited, sample_rate_hz=rate_hz)
        miss = target_lufs - lufs
        if abs(miss) <= _CLOSE_LU:
            break
        if last is not None and abs(drive_db - last[0]) > 1e-6:
            slope = float(np.clip((lufs - last[1]) / (drive_db - last[0]), 0.15, 1.0))
        last = (drive_db, lufs)
        drive_db = min(60.0, drive_db + min(12.0, miss / slope))
    loud = gain[::8][peaks[::8] > 10.0 ** ((ceiling_dbtp - drive_db - 3.0) / 20.0)]
    deepest = float(np.percentile(loud, 5)) if len(loud) else 10.0 ** (drive_db / 20.0)
    return _Finished(limited, lufs, max(0.0, drive_db - 20.0 * float(np.log10(max(1e-6, deepest)))))

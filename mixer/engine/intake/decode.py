"""From whatever a person brings to the console's own form: 48 kHz, 32-bit float, mono or stereo, nothing but numbers.

What strangers sent is only opened by ffmpeg, in a child with limits and without a network, by the one demuxer that
fits its content and by decoders of sound alone. Rates are converted there, too: a Kaiser-windowed sinc of 128 taps a
phase, flat to 0.97 of the lower Nyquist frequency, its own delay taken back, so that stems stay aligned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.audio import BLOCK_SAMPLES, disk_full, ffmpeg_path, open_wav_writer
from codecraft.common.guarded import Ceiling, Ended, run_guarded
from codecraft.common.progress import Progress, ignore_progress, span
from mixer.engine.intake.sniff import TAKEN, BadSound, Sniffed, sniff

SAMPLE_RATE_HZ = 48_000
MAX_DURATION_S = 30 * 60.0
MIN_RATE_HZ, MAX_RATE_HZ = 8_000, 192_000
MAX_UPLOAD_BYTES = 505 * 2**20
"""Half an hour of 24-bit stereo at 48 kHz, and what wraps it."""
_LOUDEST = 8.0
"""Times full scale. Floats beyond it were never meant as such: whole numbers in float clothes."""
_PCM = "u8 s8 s16le s16be s24le s24be s32le s32be f32le f32be f64le f64be alaw mulaw".split()
_CODED = "adpcm_ms adpcm_ima_wav flac mp3 mp3float vorbis libvorbis opus libopus aac alac".split()
_DECODERS = ",".join([*(f"pcm_{name}" for name in _PCM), *_CODED])
_RESAMPLE = "aresample=48000:filter_size=128:phase_shift=10:cutoff=0.97:filter_type=kaiser:kaiser_beta=12"
_PROBING = Ceiling(memory_bytes=2 * 2**30, cpu_s=20, file_bytes=2**20, wall_s=60.0)
_DECODING = Ceiling(memory_bytes=2 * 2**30, cpu_s=600, file_bytes=2**30, wall_s=1200.0)
_CUT_OFF = 0.02
_BROKEN = 0.5


@dataclass(frozen=True)
class Decoded:
    """`format` as people know it; `source_rate_hz` that of the file; `samples` at 48 kHz; `notices` what was mended."""

    format: str
    source_rate_hz: int
    channels: int
    samples: int
    notices: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return self.samples / SAMPLE_RATE_HZ


@dataclass(frozen=True)
class _Probed:
    rate_hz: int
    channels: int
    duration_s: float | None


def decode(path: Path, out_path: Path, *, name: str, progress: Progress = ignore_progress) -> Decoded:
    """Write the sound of `path` to `out_path` (WAV, 48 kHz, float). `name` is what people call the file.

    Raises BadSound with one sentence for what cannot be used, Unavailable for a full disk; nothing is left then.
    """
    kind = sniff(path, name)
    probed = _probe(path, kind, name)
    raw = out_path.with_name(f".{out_path.name}.raw.wav")
    draft = out_path.with_name(f".{out_path.name}.part")
    try:
        ended = _run(path, raw, kind)
        progress(0.6)
        _check_end(ended, raw, name)
        made = _mend(raw, draft, name, kind, probed, span(progress, 0.6, 1.0))
        draft.replace(out_path)
        return made
    finally:
        raw.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)


def _opening(path: Path, kind: Sniffed) -> list[str]:
    return [
        "-protocol_whitelist", "file", "-format_whitelist", kind.demuxer, "-codec_whitelist", _DECODERS,
        "-threads", "1", "-f", kind.demuxer, "-i", f"file:{path}",
    ]  # fmt: skip


def _probe(path: Path, kind: Sniffed, name: str) -> _Probed:
    ended = run_guarded([ffmpeg_path(), "-hide_banner", "-nostdin", *_opening(path, kind)], _PROBING)
    lines = [line for line in ended.err.splitlines() if line.lstrip().startswith("Stream #0")]
    if any(" Video: " in line and "(attached pic)" not in line for line in lines):
        raise BadSound(f"“{name}” is a film. {TAKEN}", code="unknown_sound")
    line = next((line for line in lines if " Audio: " in line), "")
    rate = re.search(r"(\d+) Hz", line)
    if rate is None:
        raise BadSound(f"“{name}” is damaged: no sound can be read from it.", code="broken_sound")
    probed = _Probed(int(rate[1]), _channels(line), _duration_s(ended.err))
    _check_shape(probed, name)
    return probed


def _channels(line: str) -> int:
    told = line.split(" Hz, ", 1)[1] if " Hz, " in line else ""
    for word, channels in (("mono", 1), ("1 channel", 1), ("stereo", 2), ("2 channels", 2)):
        if told.startswith(word) and not told.startswith("1 channels"):
            return channels
    counted = re.match(r"(\d+) channels", told)
    return int(counted[1]) if counted else _named_channels(told)


def _named_channels(told: str) -> int:
    """5.1, 7.1(wide) and their like: the digits add up."""
    layout = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", told)
    return sum(int(part) for part in layout.groups() if part) if layout else 3


def _duration_s(printed: str) -> float | None:
    told = re.search(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", printed)
    return int(told[1]) * 3600 + int(told[2]) * 60 + float(told[3]) if told else None


def _check_shape(probed: _Probed, name: str) -> None:
    if probed.channels > 2:
        raise BadSound(
            f"“{name}” has {probed.channels} channels; one (mono) or two (stereo) can be mixed.", code="channels"
        )
    if not MIN_RATE_HZ <= probed.rate_hz <= MAX_RATE_HZ:
        raise BadSound(
            f"“{name}” has {probed.rate_hz} samples a second; from {MIN_RATE_HZ:,} to {MAX_RATE_HZ:,} can be read.",
            code="sample_rate",
        )
    if probed.duration_s is not None and probed.duration_s > MAX_DURATION_S + 1.0:
        raise _too_long(name, probed.duration_s)


def _too_long(name: str, duration_s: float | None = None) -> BadSound:
    lasts = f"lasts {duration_s / 60:.0f} minutes" if duration_s else "is longer"
    return BadSound(f"“{name}” {lasts}; {MAX_DURATION_S / 60:.0f} minutes are the most.", code="too_long")


def _run(path: Path, raw: Path, kind: Sniffed) -> Ended:
    command = [
        ffmpeg_path(), "-hide_banner", "-nostdin", "-y", "-v", "error", *_opening(path, kind), "-map", "0:a:0", "-vn",
        "-t", str(MAX_DURATION_S + 5.0), "-af", _RESAMPLE, "-c:a", "pcm_f32le", "-f", "wav", "-rf64", "never",
        f"file:{raw}",
    ]  # fmt: skip
    return run_guarded(command, _DECODING)


def _check_end(ended: Ended, raw: Path, name: str) -> None:
    if "No space left on device" in ended.err:
        raise disk_full()
    if ended.overstayed or ended.code < 0:
        raise BadSound(f"“{name}” takes too much to read; it is damaged, or made to be so.", code="broken_sound")
    if ended.code != 0 or not raw.is_file():
        raise BadSound(f"“{name}” is damaged: it cannot be read to its end.", code="broken_sound")


def _mend(raw: Path, draft: Path, name: str, kind: Sniffed, probed: _Probed, progress: Progress) -> Decoded:
    """Copy the decoded floats with what is no number made silent, and what is far too loud brought down."""
    info = sf.info(raw)
    if info.frames == 0:
        raise BadSound(f"“{name}” holds no sound: it has a header and not one sample.", code="empty_sound")
    if info.frames > (MAX_DURATION_S + 1.0) * SAMPLE_RATE_HZ:
        raise _too_long(name)
    notices = _told_of_length(name, kind, probed, info.frames / SAMPLE_RATE_HZ)
    peak, broken = _survey(raw)
    gain = 1.0 / peak if peak > _LOUDEST else 1.0
    if broken:
        notices.append(f"{broken:,} samples were no numbers (NaN or infinite); they are silent now.")
    if gain != 1.0:
        notices.append(f"Its samples went up to {peak:,.0f} times full scale: the whole was brought down to it.")
    done = 0
    with open_wav_writer(draft, channels=info.channels, sample_rate_hz=SAMPLE_RATE_HZ, subtype="FLOAT") as out:
        for block in sf.blocks(raw, blocksize=BLOCK_SAMPLES, dtype="float32", always_2d=True):
            out.write(_finite(block) * np.float32(gain))
            done += len(block)
            progress(done / info.frames)
    return Decoded(kind.format, probed.rate_hz, info.channels, info.frames, tuple(notices))


def _told_of_length(name: str, kind: Sniffed, probed: _Probed, duration_s: float) -> list[str]:
    """What there is to say of a file that ends too early. Raises BadSound where most of it is missing."""
    missing = kind.missing
    if kind.format in ("mp3", "flac", "m4a") and probed.duration_s:
        missing = max(missing, 1.0 - duration_s / probed.duration_s)
    if missing > _BROKEN:
        raise BadSound(
            f"“{name}” is cut off: {missing:.0%} of the sound that its header promises is not there.",
            code="broken_sound",
        )
    if missing > _CUT_OFF:
        return [f"The file is cut off: {missing:.0%} of what its header promises is missing at the end."]
    return []


def _survey(raw: Path) -> tuple[float, int]:
    """The greatest sample, and how many are no numbers."""
    peak, broken = 0.0, 0
    for block in sf.blocks(raw, blocksize=BLOCK_SAMPLES, dtype="float32", always_2d=True):
        broken += int(block.size - np.isfinite(block).sum())
        peak = max(peak, float(np.abs(_finite(block)).max(initial=0.0)))
    return peak, broken


def _finite(block: np.ndarray) -> np.ndarray:
    return np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)

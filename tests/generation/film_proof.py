"""Judges of a finished mp4: they read the file with ffmpeg and numpy, and know nothing of how it was made."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy as np

from codecraft.common.audio import ffmpeg_path

RATE_HZ = 48_000


def printed(*arguments: object) -> str:
    done = subprocess.run([ffmpeg_path(), "-hide_banner", *map(str, arguments)], capture_output=True, check=True)
    return done.stderr.decode("utf-8", "replace")


def sound(path: Path) -> np.ndarray:
    """The film's sound as a player plays it: its start put where the container says (an offset shows as a lag)."""
    command = [ffmpeg_path(), "-v", "error", "-i", str(path), "-map", "0:a", "-af", "aresample=async=1:first_pts=0",
               "-ac", "1", "-ar", str(RATE_HZ), "-f", "f32le", "-"]  # fmt: skip
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32)


def lag_samples(heard: np.ndarray, song: np.ndarray, *, start_s: float, length_s: float) -> int:
    """By how many samples `heard` comes after `song`, by the peak of their correlation."""
    first, count = round(start_s * RATE_HZ), round(length_s * RATE_HZ)
    a, b = heard[first : first + count], song[first : first + count]
    count = min(len(a), len(b))
    spectrum = np.fft.rfft(a[:count], 2 * count) * np.conj(np.fft.rfft(b[:count], 2 * count))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    return lag if lag < count else lag - 2 * count


def onsets_s(samples: np.ndarray, *, rate_hz: int = RATE_HZ, threshold_db: float = 12.0) -> np.ndarray:
    """When the power of 2 ms rises by `threshold_db` above that of the 30 ms before."""
    hop = rate_hz // 500
    power = np.add.reduceat(samples.astype(np.float64) ** 2, np.arange(0, len(samples) - hop, hop)) / hop + 1e-9
    before = np.array([power[max(0, i - 15) : i].mean() if i else power[0] for i in range(len(power))])
    high = 10.0 * np.log10(power / before) > threshold_db
    found = np.flatnonzero(high & ~np.roll(high, 1))
    kept = [index for place, index in enumerate(found) if place == 0 or index - found[place - 1] > 25]
    return np.array(kept) * hop / rate_hz


def flash_times_s(luma: np.ndarray, fps: float, near_s: np.ndarray) -> np.ndarray:
    """The time of the rise in brightness nearest to each of `near_s`: the centroid of the two frames that rise most.

    `luma` (frames,) is the mean of each frame; a frame's rise counts at the time at which that frame appears.
    """
    rise = np.maximum(np.diff(luma, prepend=luma[0]), 0.0)
    found = []
    for time_s in near_s:
        frame = round(time_s * fps)
        window = np.arange(max(1, frame - 2), min(len(rise), frame + 3))
        pairs = [(rise[i] + rise[i + 1], i) for i in window[:-1]]
        _, first = max(pairs)
        share = rise[first + 1] / (rise[first] + rise[first + 1])
        found.append((first + share) / fps)
    return np.array(found)


def frozen_spans(path: Path, crop: str) -> list[str]:
    said = printed("-i", path, "-map", "0:v", "-vf", f"crop={crop},freezedetect=n=-50dB:d=1", "-f", "null", "-")
    return re.findall(r"freeze_start: ([\d.]+)", said)


def black_spans_s(path: Path, crop: str) -> list[tuple[float, float]]:
    filters = f"crop={crop},blackdetect=d=0.04:pix_th=0.04:pic_th=0.995"
    said = printed("-i", path, "-map", "0:v", "-vf", filters, "-an", "-f", "null", "-")
    return [(float(a), float(b)) for a, b in re.findall(r"black_start:([\d.]+) black_end:([\d.]+)", said)]


def vmaf(film: Path, raw: Path, *, size: tuple[int, int], fps: int, first: int, count: int) -> float:
    """VMAF (model vmaf_v0.6.1) of the film's frames `first`.. against `count` frames of I420 as they were drawn."""
    graph = (
        f"[0:v]trim=start_frame={first}:end_frame={first + count},setpts=PTS-STARTPTS[shown];"
        "[1:v]setpts=PTS-STARTPTS[drawn];[shown][drawn]libvmaf=n_threads=2"
    )
    # tagged like the film, or ffmpeg converts one of the two on the way to the judge
    tags = ("-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    said = printed(
        "-i", film, *tags, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{size[0]}x{size[1]}", "-r", fps, "-i", raw,
        "-lavfi", graph, "-f", "null", "-",
    )  # fmt: skip
    return float(re.findall(r"VMAF score: ([\d.]+)", said)[0])

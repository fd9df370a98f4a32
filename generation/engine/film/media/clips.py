"""A stranger's clip to one that decodes quickly and exactly: upright H.264, 8-bit BT.709, constant rate, no sound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from codecraft.common.audio import disk_full, ffmpeg_path
from codecraft.common.guarded import Ceiling, Ended, run_guarded
from codecraft.common.progress import Progress
from generation.engine.film.media.probe import Probed, opening, probe_clip
from generation.engine.film.media.sniff import BadMedia

MAX_CLIP_S, MIN_CLIP_S = 300.0, 0.5
MAX_SIDE_PX, MAX_PIXELS, MIN_SIDE_PX = 8192, 36_000_000, 64
KEPT_SIDE_PX = 1920
RATES_FPS = (24, 25, 30, 50, 60)
WORKING = Ceiling(memory_bytes=5 * 2**30, cpu_s=3600, file_bytes=2 * 2**30, wall_s=2400.0)
_THUMBNAIL = Ceiling(memory_bytes=2 * 2**30, cpu_s=60, file_bytes=2**24, wall_s=60.0)
_TAGS = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]


@dataclass(frozen=True)
class Clip:
    width: int
    height: int
    duration_s: float


def check_clip(path: Path, demuxer: str, name: str) -> Probed:
    """Look at a clip without decoding it. Raises BadMedia for one that cannot be used; takes well under a second."""
    told, printed = probe_clip(path, demuxer)
    if told is None:
        if "moov atom not found" in printed or "End of file" in printed or "Invalid data" in printed:
            raise BadMedia(f"“{name}” is cut off or damaged: upload it again, whole.", code="broken_media")
        raise BadMedia(f"“{name}” holds no moving picture.", code="no_picture")
    if told.codec in ("none", "unknown") or min(told.width, told.height) <= 0:
        raise BadMedia(f"“{name}” holds a film that cannot be read; save it as MP4 (H.264).", code="unknown_codec")
    if told.width * told.height > MAX_PIXELS or max(told.width, told.height) > MAX_SIDE_PX:
        message = f"“{name}” is {told.width}x{told.height} pixels large; {MAX_SIDE_PX}x4320 are the most."
        raise BadMedia(message, code="too_many_pixels")
    if min(told.width, told.height) < MIN_SIDE_PX:
        message = f"“{name}” is only {told.width}x{told.height} pixels large; {MIN_SIDE_PX} a side are the least."
        raise BadMedia(message, code="too_small")
    if told.duration_s is not None:
        _check_length(told.duration_s, name)
    return told


def _check_length(duration_s: float, name: str) -> None:
    if duration_s > MAX_CLIP_S + 0.5:
        minutes = MAX_CLIP_S / 60
        raise BadMedia(
            f"“{name}” lasts {duration_s / 60:.1f} minutes; {minutes:.0f} are the most: cut out the part you want.",
            code="too_long",
        )
    if duration_s < MIN_CLIP_S:
        raise BadMedia(f"“{name}” is shorter than half a second: upload it as a picture.", code="too_short")


def convert_clip(path: Path, demuxer: str, target: Path, *, name: str, told: Probed, progress: Progress) -> Clip:
    """Decode all of a clip and write it anew to `target`. Raises BadMedia, Unavailable for a full disk."""
    length_s = told.duration_s or MAX_CLIP_S

    def on_line(line: str) -> None:
        if line.startswith("out_time_us=") and line[12:].lstrip("-").isdigit():
            progress(min(0.99, max(0.0, int(line[12:]) * 1e-6 / length_s)))

    command = [
        ffmpeg_path(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *opening(path, demuxer),
        "-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1",
        "-t", f"{MAX_CLIP_S + 1.0:.1f}", "-vf", ",".join(_filters(told)), "-fps_mode", "passthrough",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-maxrate", "20M", "-bufsize", "40M",
        "-threads", "2", "-g", "12", "-bf", "0",
        "-profile:v", "high", "-pix_fmt", "yuv420p", *_TAGS, "-video_track_timescale", "90000",
        "-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-progress", "pipe:1", "-stats_period", "0.5", "-f", "mp4", str(target),
    ]  # fmt: skip
    ended = run_guarded(command, WORKING, on_line=on_line)
    if ended.code != 0 or not target.is_file():
        raise _failure(ended, name)
    made, _ = probe_clip(target, "mov")
    if made is None or not made.duration_s:
        raise BadMedia(f"“{name}” holds no picture that can be read; save it as MP4 (H.264).", code="no_picture")
    _check_length(made.duration_s, name)
    if told.duration_s and demuxer in ("mov", "matroska") and made.duration_s < 0.9 * told.duration_s - 0.5:
        raise BadMedia(
            f"“{name}” is cut off: {made.duration_s:.0f} of its {told.duration_s:.0f} seconds can be read. "
            "Upload it again, whole.",
            code="truncated",
        )
    return Clip(made.width, made.height, made.duration_s)


def rate_for(fps: float) -> int:
    """The constant rate for a clip of `fps` frames a second: the nearest usual one that loses no frames if it can."""
    if not 1.0 <= fps <= 240.0:
        return 30
    return next((rate for rate in RATES_FPS if fps <= rate + 0.05), 60)


def _filters(told: Probed) -> list[str]:
    fit = f"min(1,{KEPT_SIDE_PX}/max(iw*max(sar,1e-3),ih))"
    width, height = f"2*trunc(iw*max(sar,1e-3)*{fit}/2+0.5)", f"2*trunc(ih*{fit}/2+0.5)"
    scale = f"scale=w='{width}':h='{height}':flags=bicubic+accurate_rnd"
    first = ["setpts=PTS-STARTPTS", *(["bwdif=deint=interlaced"] if told.is_interlaced else [])]
    first.append(f"fps={rate_for(told.fps)}")
    if told.is_hdr:
        # BT.2408: reference white at 203 cd/m2 becomes SDR white's neighbourhood; what is brighter rolls off
        return [
            *first, f"{scale},format=yuv420p10le", "zscale=t=linear:npl=203", "format=gbrpf32le",
            "zscale=p=bt709", "tonemap=mobius:param=0.5:desat=0", "zscale=t=bt709:m=bt709:r=tv", "format=yuv420p",
            "setsar=1",
        ]  # fmt: skip
    # ffmpeg takes what names no matrix for BT.601; films of 720 rows and more are BT.709 everywhere else
    source = ":in_color_matrix=bt709" if not told.matrix and min(told.width, told.height) >= 720 else ""
    return [*first, f"{scale}{source}:out_color_matrix=bt709:out_range=tv", "format=yuv420p", "setsar=1"]


def draw_thumbnail(clip: Path, target: Path, *, duration_s: float, side_px: int) -> None:
    """A small JPEG of a prepared clip, from a third of its length."""
    run_guarded(
        [
            ffmpeg_path(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", "-ss", f"{duration_s / 3:.3f}",
            "-i", str(clip), "-frames:v", "1",
            "-vf", f"scale={side_px}:{side_px}:force_original_aspect_ratio=decrease", "-q:v", "4",
            "-f", "mjpeg", str(target),
        ],
        _THUMBNAIL,
    )  # fmt: skip


def is_animated(path: Path, demuxer: str) -> bool:
    """True for a GIF or APNG that moves for half a second or longer."""
    command = [ffmpeg_path(), "-hide_banner", "-nostdin", *opening(path, demuxer), "-map", "0:v:0",
               "-fps_mode", "passthrough", "-t", "20", "-progress", "pipe:1", "-f", "null", "-"]  # fmt: skip
    ended = run_guarded(command, _THUMBNAIL)
    frames = re.findall(r"^frame=(\d+)", ended.out, re.MULTILINE)
    lengths = re.findall(r"^out_time_us=(\d+)", ended.out, re.MULTILINE)
    return bool(frames and lengths) and int(frames[-1]) > 1 and int(lengths[-1]) >= MIN_CLIP_S * 1e6


def _failure(ended: Ended, name: str) -> Exception:
    if "No space left" in ended.err:
        return disk_full()
    if ended.overstayed or ended.code in (-24, -9):
        return BadMedia(f"“{name}” takes too long to read: cut out the part you want.", code="too_slow")
    if ended.code == -25 or "File too large" in ended.err:
        return BadMedia(f"“{name}” is too large: cut out the part you want.", code="too_large")
    return BadMedia(f"“{name}” is damaged, or cut off: it cannot be read as a film.", code="broken_media")

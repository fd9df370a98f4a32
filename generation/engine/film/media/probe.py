"""What ffmpeg says of a clip before a frame of it is decoded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from codecraft.common.audio import ffmpeg_path
from codecraft.common.guarded import Ceiling, run_guarded

DECODERS = "h264,hevc,vp8,vp9,libdav1d,mpeg4,mjpeg,prores,gif,apng"
"""The only decoders that read strangers' clips."""
PROBING = Ceiling(memory_bytes=3 * 2**30, cpu_s=30, file_bytes=2**20, wall_s=60.0)
_HDR = re.compile(r"smpte2084|arib-std-b67")
_SIZE = re.compile(r"[ ,](\d{2,5})x(\d{2,5})[ ,\[]")


@dataclass(frozen=True)
class Probed:
    """`fps` is 0 and `duration_s` None where the file does not say. `matrix` is empty where it names none."""

    codec: str
    width: int
    height: int
    fps: float
    duration_s: float | None
    is_hdr: bool
    matrix: str
    is_interlaced: bool


def opening(path: Path, demuxer: str) -> list[str]:
    """The arguments with which every stranger's file is opened: one demuxer, local files only, known decoders."""
    return [
        "-protocol_whitelist", "file", "-format_whitelist", demuxer, "-codec_whitelist", DECODERS,
        "-probesize", "20M", "-analyzeduration", "10M", "-threads", "2", "-f", demuxer, "-i", f"file:{path}",
    ]  # fmt: skip


def probe_clip(path: Path, demuxer: str) -> tuple[Probed | None, str]:
    """The first moving picture in a file, or None where it holds none (sound only, or nothing that can be read); and
    all that ffmpeg said."""
    ended = run_guarded([ffmpeg_path(), "-hide_banner", "-nostdin", *opening(path, demuxer)], PROBING)
    for line in ended.err.splitlines():
        if " Video: " in line and "(attached pic)" not in line and line.lstrip().startswith("Stream #0"):
            return _read(line, ended.err), ended.err
    return None, ended.err


def _read(line: str, printed: str) -> Probed:
    told = line.split(" Video: ", 1)[1]
    size = _SIZE.search(told)
    rate = re.search(r"([\d.]+k?) fps", told) or re.search(r"([\d.]+k?) tbr", told)
    length = re.search(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", printed)
    width, height = (int(size[1]), int(size[2])) if size else (0, 0)
    matrix = re.search(r"\((?:tv|pc)?,? ?(bt709|smpte170m|bt470bg|bt2020nc|fcc|smpte240m)", told)
    return Probed(
        codec=re.split(r"[ ,(]", told, maxsplit=1)[0],
        width=width,
        height=height,
        fps=float(rate[1].replace("k", "e3")) if rate else 0.0,
        duration_s=int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3]) if length else None,
        is_hdr=bool(_HDR.search(told)),
        matrix=matrix[1] if matrix else "",
        is_interlaced=bool(re.search(r"top (first|coded)|bottom (first|coded)", told)),
    )

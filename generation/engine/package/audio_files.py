"""The files of a song that people listen to: FLAC and MP3 from the master, and its waveform for the page.

The bytes replay: ffmpeg writes neither its version nor a date (`bitexact`), and works on one thread.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.audio import iter_wav, run_ffmpeg
from codecraft.common.errors import InvalidInput

ARTIST = "CodeCraft Studio"
MP3_BITRATES_KBPS = (128, 160, 192, 224, 256, 320)
_BIT_EXACT = ("-fflags", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1", "-threads", "1")


def encode_flac(wav: Path, path: Path, *, title: str = "", artist: str = ARTIST) -> None:
    """A lossless copy of `wav` with the same bits per sample. Raises StudioError, Unavailable("disk_full")."""
    # ffmpeg holds 24 bits in 32-bit words; the encoder must be told that only 24 of them count.
    _encode(wav, path, "flac", ["-c:a", "flac", "-compression_level", "8", "-sample_fmt", "s32"], title, artist)


def encode_mp3(wav: Path, path: Path, *, bitrate_kbps: int = 320, title: str = "", artist: str = ARTIST) -> None:
    """Constant bit rate by LAME, ID3v2.3 tags. Raises InvalidInput for a rate that MP3 does not know."""
    if bitrate_kbps not in MP3_BITRATES_KBPS:
        raise InvalidInput(f"The bit rate must be one of {MP3_BITRATES_KBPS} kbit/s.", field="bitrate_kbps")
    codec = ["-c:a", "libmp3lame", "-b:a", f"{bitrate_kbps}k", "-id3v2_version", "3", "-write_id3v1", "0"]
    _encode(wav, path, "mp3", codec, title, artist)


def _encode(wav: Path, path: Path, container: str, codec: list[str], title: str, artist: str) -> None:
    """Written beside its place and moved when whole: a broken run leaves no half file under the real name."""
    working = path.with_name(path.name + ".part")
    tags = [option for name, value in (("title", title), ("artist", artist)) if value for option in _tag(name, value)]
    try:
        run_ffmpeg(["-i", wav, "-vn", *codec, *_BIT_EXACT, *tags, "-f", container, working])
        working.replace(path)
    finally:
        working.unlink(missing_ok=True)


def _tag(name: str, value: str) -> list[str]:
    """Line breaks and control characters would break tags in some players."""
    clean = "".join(character if character.isprintable() else " " for character in value)
    return ["-metadata", f"{name}={clean}"]


def waveform_peaks(wav: Path, buckets: int) -> list[float]:
    """The largest magnitude of each of `buckets` equal stretches of time, 0..1, rounded to three places."""
    if buckets < 1:
        raise InvalidInput("A waveform needs at least one bucket.", field="buckets")
    samples = sf.info(wav).frames
    peaks = np.zeros(buckets)
    start = 0
    for block in iter_wav(wav):
        magnitude = np.abs(block).max(axis=0, initial=0.0)
        bucket = (np.arange(start, start + len(magnitude)) * buckets) // max(1, samples)
        np.maximum.at(peaks, bucket, magnitude)
        start += len(magnitude)
    return [round(float(min(1.0, peak)), 3) for peak in peaks]

"""What ffmpeg does not let one say of an mp4: a track that players offer and do not show unasked (ISO 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_ENABLED = 1


def disable_tracks(path: Path, *, handler: str) -> int:
    """Clear the "enabled" flag of every track of this handler type (`sbtl`: subtitles), in place; how many there were.

    ffmpeg's muxer enables the first track of each kind whatever its disposition.
    """
    with path.open("r+b") as file:
        for kind, start, end in _boxes(file, 0, path.stat().st_size):
            if kind == b"moov":
                file.seek(start)
                movie = bytearray(file.read(end - start))
                count = _disable(movie, handler.encode())
                file.seek(start)
                file.write(movie)
                return count
    return 0


def _disable(movie: bytearray, handler: bytes) -> int:
    count = 0
    for track, start, end in _inside(movie, 0, len(movie)):
        if track != b"trak":
            continue
        parts = {kind: (a, b) for kind, a, b in _inside(movie, start, end)}
        media = {kind: a for kind, a, _ in _inside(movie, *parts[b"mdia"])}
        # hdlr: version and flags, pre-defined, then the handler type; tkhd: version, then 24 bits of flags
        if bytes(movie[media[b"hdlr"] + 8 : media[b"hdlr"] + 12]) == handler:
            movie[parts[b"tkhd"][0] + 3] &= ~_ENABLED & 0xFF
            count += 1
    return count


def _inside(data: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        if size < 8:
            return
        yield bytes(data[start + 4 : start + 8]), start + 8, start + size
        start += size


def _boxes(file, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The outermost boxes: (type, first byte of the content, end)."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size, skip = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, skip = int.from_bytes(head[8:16], "big"), 16
        if size < skip:
            return
        yield head[4:8], start + skip, start + size
        start += size

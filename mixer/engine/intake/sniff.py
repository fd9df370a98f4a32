"""What a file of sound is, told by its content alone: names and endings are never believed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codecraft.common.errors import InvalidInput

HEAD_BYTES = 8192
TAKEN = "Sounds are taken as WAV, FLAC, MP3, OGG, M4A or AIFF."
_STREAMED = 0xFFFFFFFF
_REFUSED_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"MThd", "a MIDI file: notes, but no sound"),
    (b"\x1a\x45\xdf\xa3", "a WebM or Matroska file"),
    (b"FLV\x01", "a Flash film"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
    (b"\x00\x00\x01\xba", "an MPEG film"),
    (b"\x00\x00\x01\xb3", "an MPEG film"),
)
_REFUSED_TEXTS: tuple[tuple[bytes, str], ...] = (
    (b"#extm3u", "a playlist"),
    (b"ffconcat", "a playlist"),
    (b"[playlist]", "a playlist"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML document"),
    (b"<svg", "a drawing"),
    (b"{", "a text"),
    (b"#!", "a program"),
)


class BadSound(InvalidInput):
    """An uploaded sound that cannot be used; nothing of it is kept."""

    code = "bad_sound"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message, field="file", code=code)


@dataclass(frozen=True)
class Sniffed:
    """`format` is the name that people know, `demuxer` that of the one reader that may open the file. `missing`: the
    share of its samples that a WAV or AIFF promises and does not have, 0..1."""

    format: str
    demuxer: str
    missing: float = 0.0


def sniff(path: Path, name: str) -> Sniffed:
    """What the file at `path` is; `name` is only for the sentence. Raises BadSound for all that we do not take."""
    size = path.stat().st_size
    if size == 0:
        raise BadSound(f"“{name}” is empty: it has 0 bytes.", code="empty_sound")
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    found = _riff(head, size) or _aiff(head, size) or _other(head)
    if found is not None:
        return found
    if head[4:8] == b"ftyp":
        return Sniffed("m4a", "mov")
    raise BadSound(f"“{name}” is {_what(head)}. {TAKEN}", code="unknown_sound")


def _other(head: bytes) -> Sniffed | None:
    if head.startswith(b"fLaC"):
        return Sniffed("flac", "flac")
    if head.startswith(b"OggS"):
        return Sniffed("ogg", "ogg")
    if head.startswith(b"ID3"):
        # ID3 before FLAC is an old habit of some programs
        return Sniffed("flac", "flac") if b"fLaC" in head[10:] else Sniffed("mp3", "mp3")
    return Sniffed("mp3", "mp3") if _is_mp3(head) else None


def _riff(head: bytes, size: int) -> Sniffed | None:
    if head[8:12] != b"WAVE" or head[:4] not in (b"RIFF", b"RF64", b"RIFX"):
        return None
    order = "big" if head[:4] == b"RIFX" else "little"
    at = 12
    while at + 8 <= len(head):
        length = int.from_bytes(head[at + 4 : at + 8], order)  # type: ignore[arg-type]
        if head[at : at + 4] == b"data":
            there = size - at - 8
            is_told = length not in (0, _STREAMED) and head[:4] != b"RF64"
            return Sniffed("wav", "wav", _missing(length, there) if is_told else 0.0)
        at += 8 + length + length % 2
    return Sniffed("wav", "wav")


def _aiff(head: bytes, size: int) -> Sniffed | None:
    if head[:4] != b"FORM" or head[8:12] not in (b"AIFF", b"AIFC"):
        return None
    at = 12
    while at + 8 <= len(head):
        length = int.from_bytes(head[at + 4 : at + 8], "big")
        if head[at : at + 4] == b"SSND":
            return Sniffed("aiff", "aiff", _missing(length, size - at - 8))
        at += 8 + length + length % 2
    return Sniffed("aiff", "aiff")


def _missing(promised: int, there: int) -> float:
    return max(0.0, 1.0 - max(0, there) / promised) if promised else 0.0


def _is_mp3(head: bytes) -> bool:
    """Two frames, the second where the first says that it ends: chance alone does not do that."""
    length = _frame_bytes(head)
    return length > 0 and _frame_bytes(head[length:]) > 0


def _frame_bytes(head: bytes) -> int:
    """The length of the MPEG audio frame (layer III) at the beginning of `head`, 0 where there is none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or (head[1] >> 1) & 3 != 1:
        return 0
    version, rate_index, bit_index = (head[1] >> 3) & 3, (head[2] >> 2) & 3, head[2] >> 4
    if version == 1 or rate_index == 3 or bit_index in (0, 15):
        return 0
    is_first = version == 3
    kbps = (_KBPS_1 if is_first else _KBPS_2)[bit_index - 1]
    rate_hz = (44_100, 48_000, 32_000)[rate_index] >> {3: 0, 2: 1, 0: 2}[version]
    return (144 if is_first else 72) * kbps * 1000 // rate_hz + ((head[2] >> 1) & 1)


_KBPS_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def _what(head: bytes) -> str:
    """What a file that we do not take seems to be."""
    for start, what in _REFUSED_STARTS:
        if head.startswith(start):
            return what
    if head[:4] == b"RIFF":
        return {b"AVI ": "an AVI film", b"WEBP": "a picture"}.get(head[8:12], "no sound that we know")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, what in _REFUSED_TEXTS:
        if text.startswith(mark):
            return what
    return "no sound that we know"

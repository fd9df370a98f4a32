"""What a file is, told by its content alone: names and endings are never believed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from codecraft.common.errors import InvalidInput

HEAD_BYTES = 4096
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_MOV_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_REFUSED_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"%PDF", "a PDF document"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"8BPS", "a Photoshop document"),
    (b"ID3", "sound only"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "sound only"),
    (b"FLV\x01", "a Flash film"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
    (b"\x00\x00\x01\xba", "an MPEG stream"),
    (b"\x00\x00\x01\xb3", "an MPEG stream"),
)
_REFUSED_TEXTS: tuple[tuple[bytes, str], ...] = (
    (b"#extm3u", "a playlist"),
    (b"ffconcat", "a playlist"),
    (b"[playlist]", "a playlist"),
    (b"v=0", "a description of a stream"),
    (b"<svg", "an SVG drawing"),
    (b"<mpd", "a playlist"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<script", "a web page"),
    (b"#!", "a program"),
)
_REMEDY = "Pictures are taken as JPEG, PNG, WebP, GIF, AVIF or HEIC, clips as MP4, MOV, WebM or MKV."


class BadMedia(InvalidInput):
    """An uploaded picture or clip that cannot be used; nothing of it is kept."""

    code = "bad_media"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message, field="file", code=code)


@dataclass(frozen=True)
class Sniffed:
    """`kind` is picture or clip; `format` the name of the one demuxer or decoder that may open the file."""

    kind: str
    format: str


def sniff(path: Path, name: str) -> Sniffed:
    """What the file at `path` is; `name` is only for the sentence. Raises BadMedia for all that we do not take."""
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        raise BadMedia(f"“{name}” is empty: it has 0 bytes.", code="empty_media")
    found = _picture(head) or _clip(head)
    if found is not None:
        return found
    raise BadMedia(f"“{name}” is {_what(head)}. {_REMEDY}", code="unknown_media")


def _picture(head: bytes) -> Sniffed | None:
    if head.startswith(b"\xff\xd8\xff"):
        return Sniffed("picture", "JPEG")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sniffed("picture", "PNG")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sniffed("picture", "WEBP")
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return Sniffed("picture", "GIF")
    if head[4:8] == b"ftyp":
        size = int.from_bytes(head[:4], "big")
        # the main brand decides: films of some phones list picture brands among those they are compatible with
        brands = {head[8:12]} if head[8:12] not in (b"mif1", b"msf1") else {head[8:12]} | _brands(head[16:size])
        if brands & _AVIF_BRANDS:
            return Sniffed("picture", "AVIF")
        if brands & _HEIF_BRANDS:
            return Sniffed("picture", "HEIF")
    return None


def _brands(listed: bytes) -> set[bytes]:
    return {listed[at : at + 4] for at in range(0, len(listed) - 3, 4)}


def _clip(head: bytes) -> Sniffed | None:
    if head[4:8] == b"ftyp" or head[4:8] in _MOV_BOXES:
        return Sniffed("clip", "mov")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Sniffed("clip", "matroska")
    return None


def _what(head: bytes) -> str:
    """What a file that we do not take seems to be."""
    for start, what in _REFUSED_STARTS:
        if head.startswith(start):
            return what
    if head[:4] == b"RIFF":
        return {b"AVI ": "an AVI film", b"WAVE": "sound only"}.get(head[8:12], "no picture and no clip")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for mark, what in _REFUSED_TEXTS:
        if text.startswith(mark) or (text.startswith(b"<?xml") and mark.startswith(b"<") and mark in text):
            return what
    return "no picture and no clip"

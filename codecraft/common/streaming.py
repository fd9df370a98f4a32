"""Big answers in small pieces under ASGI: Django would read a whole synchronous iterator into memory first."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

from codecraft.common.api import json_error

CHUNK_BYTES = 128 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class PiecewiseResponse(StreamingHttpResponse):
    """Takes a synchronous iterator of bytes; under ASGI each piece is made on a thread, when its turn comes."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self.streaming_content)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield piece


def read_pieces(path: Path, start: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(start)
        while length > 0 and (piece := stream.read(min(CHUNK_BYTES, length))):
            length -= len(piece)
            yield piece


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte of a single range; None when the header asks for something we answer in whole.

    Raises ValueError when the range lies outside of the file (416).
    """
    match = RANGE.fullmatch(header.strip().lower())
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        first, last = max(0, size - int(match[2])), size - 1
        if int(match[2]) == 0:
            raise ValueError("empty suffix")
    else:
        first, last = int(match[1]), min(size - 1, int(match[2])) if match[2] else size - 1
        if match[2] and int(match[2]) < first:
            return None  # nonsense rather than out of reach: RFC 9110 has us ignore it
    if first >= size:
        raise ValueError("behind the end")
    return first, last


def file_response(request: HttpRequest, path: Path, *, media_type: str, etag: str) -> HttpResponseBase:
    """A file with Range, ETag and If-Range, as RFC 9110 has it. `etag` without quotes."""
    size, quoted = path.stat().st_size, f'"{etag}"'
    headers = {"ETag": quoted, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    if _is_known(request.headers.get("If-None-Match", ""), quoted):
        return HttpResponse(status=304, headers=headers)
    first, last, status = 0, size - 1, 200
    wanted = request.headers.get("Range", "")
    if wanted and request.headers.get("If-Range", quoted) == quoted:
        try:
            found = parse_range(wanted, size)
        except ValueError:
            headers["Content-Range"] = f"bytes */{size}"
            return HttpResponse(status=416, headers=headers)
        if found is not None:
            (first, last), status = found, 206
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    length = last - first + 1
    pieces = iter(()) if request.method == "HEAD" else read_pieces(path, first, length)
    response = PiecewiseResponse(pieces, status=status, content_type=media_type, headers=headers)
    response.headers["Content-Length"] = str(length)
    return response


def _is_known(header: str, quoted: str) -> bool:
    return header.strip() == "*" or quoted in [etag.removeprefix("W/") for etag in parse_etags(header)]


def out_of_reach(response: HttpResponseBase) -> HttpResponseBase:
    """A 416 in the one shape of errors, with the headers that say where the file ends."""
    refused = json_error(416, "range_not_satisfiable", "The file ends before this range begins.")
    for header in ("Content-Range", "ETag", "Accept-Ranges"):
        refused.headers[header] = response.headers[header]
    return refused


def attachment(name: str) -> str:
    """A file name for every system, the true one beside an ASCII one."""
    stem, dot, suffix = _safe(name).rpartition(".")
    safe = f"{stem[: 149 - len(suffix)]}.{suffix}" if dot and len(suffix) < 10 else _safe(name)[:150]
    safe = safe.strip() or "file"
    # what looks like a quote or a slash may become one
    plain = _safe(unicodedata.normalize("NFKD", safe).encode("ascii", "ignore").decode()) or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe)}"


def _safe(name: str) -> str:
    """Without what file systems, or the header, take for something else; half a character pair is none."""
    name = name.encode("utf-8", "ignore").decode()
    return " ".join(re.sub(r'[\x00-\x1f\x7f"\\/:*?<>|]+', " ", name).split())

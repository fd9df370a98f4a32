"""Files of finished songs: single ones with HTTP Range, the whole package as one streamed zip, the preview."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator
from typing import ClassVar

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from codecraft.common.errors import Conflict, NotFound
from codecraft.common.models import JobState
from codecraft.common.streaming import CHUNK_BYTES, PiecewiseResponse, attachment, file_response, out_of_reach
from generation import selectors
from generation.api.views import who
from generation.models import Generation

FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class FileView(APIView):
    @extend_schema(
        operation_id="generations_file",
        parameters=[
            OpenApiParameter("Range", location="header", description="bytes=0-1023"),
            OpenApiParameter("download", OpenApiTypes.BOOL, description="1: save as a file with the song's name"),
        ],
        responses={(status, "application/octet-stream"): OpenApiTypes.BINARY for status in (200, 206)},
    )
    def get(self, request: Request, generation_id: uuid.UUID, name: str) -> HttpResponseBase:
        generation = selectors.get_generation(who(request), generation_id)
        file = selectors.get_file(generation, name)
        response = file_response(request, file.path, media_type=file.media_type, etag=file.sha256)
        if response.status_code == 416:
            return out_of_reach(response)
        if request.query_params.get("download"):
            saved_as = f"{generation} - {name.rpartition('/')[2]}"
            response.headers["Content-Disposition"] = attachment(saved_as)
        return response


class PackageView(APIView):
    @extend_schema(operation_id="generations_package", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, generation_id: uuid.UUID) -> HttpResponseBase:
        generation = selectors.get_generation(who(request), generation_id)
        if generation.state != JobState.DONE:
            raise Conflict("The package is ready when the song is done.", code="not_done")
        pieces = iter(()) if request.method == "HEAD" else zip_pieces(generation)
        response = PiecewiseResponse(pieces, content_type="application/zip")
        response.headers["Content-Disposition"] = attachment(f"{generation}.zip")
        response.headers["Cache-Control"] = "private, no-store"
        return response


class PreviewView(APIView):
    """The newest painted frame while the film is made, then its poster."""

    @extend_schema(operation_id="generations_preview", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, generation_id: uuid.UUID) -> HttpResponseBase:
        generation = selectors.get_generation(who(request), generation_id)
        path, media_type = generation.preview_path, "image/jpeg"
        if generation.state == JobState.DONE:
            poster = selectors.get_file(generation, "poster.png")
            path, media_type = poster.path, poster.media_type
        try:
            stat = path.stat()
        except OSError:
            raise NotFound("There is no preview yet.") from None
        etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
        return file_response(request, path, media_type=media_type, etag=etag)


class StreamView(APIView):
    """The film's finished beginning while it is made: an HLS playlist (`stream.m3u8`) and its fragmented MP4 pieces."""

    MEDIA_TYPES: ClassVar = {
        ".m3u8": "application/vnd.apple.mpegurl",
        ".mp4": "video/mp4",
        ".m4s": "video/iso.segment",
    }

    @extend_schema(
        operation_id="generations_stream",
        responses={(200, "application/vnd.apple.mpegurl"): OpenApiTypes.STR, (200, "video/mp4"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, generation_id: uuid.UUID, name: str) -> HttpResponseBase:
        path = selectors.get_stream_file(selectors.get_generation(who(request), generation_id), name)
        try:
            stat = path.stat()
        except OSError:
            raise NotFound("There is no such piece of a film in the making.") from None
        etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
        return file_response(request, path, media_type=self.MEDIA_TYPES[path.suffix], etag=etag)


class _Drain:
    """What ZipFile writes into: holds only what was not sent yet. Not seekable, so the zip needs no going back."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        held = bytes(self._held)
        self._held.clear()
        return held


def zip_pieces(generation: Generation) -> Iterator[bytes]:
    """The package as a zip, piece by piece, stored: audio and film do not shrink. The same package, the same bytes."""
    drain = _Drain()
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_STORED) as archive:
        for file in generation.files.all():
            info = zipfile.ZipInfo(file.name, FIXED_TIME)
            info.external_attr = 0o644 << 16
            with file.path.open("rb") as source, archive.open(info, "w", force_zip64=file.size_bytes > 2**31) as target:
                while piece := source.read(CHUNK_BYTES):
                    target.write(piece)
                    yield drain.take()
    yield drain.take()

"""What the mixer's views share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.json import strict_constant

from codecraft.common.errors import NotFound, StudioError
from codecraft.common.streaming import attachment, file_response, out_of_reach
from mixer.api.serializers import JobSerializer
from mixer.models import AudioJob
from rados.contracts import Person
from rados.selectors import person_of

MAX_CONSOLE_BYTES = 8 * 2**20
"""Of a request with a console's state: its lanes may hold many points."""
RANGE = OpenApiParameter("Range", location="header", description="bytes=0-1023")
DOWNLOAD = OpenApiParameter("download", OpenApiTypes.BOOL, description="1: save as a file")
WAV_ANSWERS: dict[Any, Any] = {(status, "audio/wav"): OpenApiTypes.BINARY for status in (200, 206)}


class TooLarge(StudioError):
    code = "too_large"
    http_status = 413


class LargeJSONParser(BaseParser):
    """JSON of up to `MAX_CONSOLE_BYTES`, where other requests may have `DATA_UPLOAD_MAX_MEMORY_SIZE`.

    No `JSONParser`: to those REST framework hands the body as Django has taken it in, with Django's limit.
    """

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_CONSOLE_BYTES + 1)
        if len(body) > MAX_CONSOLE_BYTES:
            raise TooLarge(f"The request is too large: {MAX_CONSOLE_BYTES // 1024} kB are the most.")
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            return json.loads(body.decode(encoding), parse_constant=strict_constant)
        except (ValueError, LookupError, RecursionError) as error:  # LookupError: no encoding of text
            raise ParseError(f"JSON parse error - {error}") from error


def who(request: Request) -> Person:
    return person_of(request.user, request.session)


def checked(shape: Any) -> dict[str, Any]:
    """The validated fields of a request."""
    shape.is_valid(raise_exception=True)
    return shape.validated_data


def accepted(job: AudioJob) -> Response:
    return Response(JobSerializer(job).data, status=202, headers={"Location": f"/api/audio/jobs/{job.id}"})


def send_file(request: Request, path: Path, *, media_type: str, etag: str = "", name: str = "") -> HttpResponseBase:
    """A file with Range; `name` is what it is saved as when the request asks for a download. Raises NotFound."""
    try:
        stat = path.stat()
    except OSError:
        raise NotFound("This file was deleted just now.") from None
    response = file_response(
        request, path, media_type=media_type, etag=etag or f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
    )
    if response.status_code == 416:
        return out_of_reach(response)
    if name and request.query_params.get("download"):
        response.headers["Content-Disposition"] = attachment(name)
    return response

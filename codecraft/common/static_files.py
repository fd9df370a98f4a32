"""WhiteNoise under ASGI: its files in pieces, not read whole into memory with a warning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from django.http import HttpRequest
from whitenoise.middleware import WhiteNoiseMiddleware

from codecraft.common.streaming import CHUNK_BYTES, PiecewiseResponse


def _pieces(stream: IO[bytes] | None) -> Iterator[bytes]:
    if stream is None:
        return
    try:
        while piece := stream.read(CHUNK_BYTES):
            yield piece
    finally:
        stream.close()


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> PiecewiseResponse:
        found = static_file.get_response(request.method, request.META)
        response = PiecewiseResponse(_pieces(found.file), status=int(found.status))
        if found.file is not None:
            response._resource_closers.append(found.file.close)
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response

"""More films of a finished song over HTTP: other formats, and trailers."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.errors import NotFound
from codecraft.common.streaming import attachment, file_response, out_of_reach
from generation import selectors, services
from generation.api.film_serializers import CutRequestSerializer, CutSerializer, CutsSerializer
from generation.api.views import who
from generation.models import FilmCut


def answer(cut: FilmCut, status: int = 200, **headers: str) -> Response:
    return Response(CutSerializer(cut).data, status=status, headers=headers)


class FilmsView(APIView):
    throttle_scope = "compose"

    @extend_schema(operation_id="films_list", responses=CutsSerializer)
    def get(self, request: Request, generation_id: uuid.UUID) -> Response:
        cuts = selectors.list_cuts(who(request), generation_id)
        return Response({"films": CutSerializer(cuts, many=True).data})

    @extend_schema(
        operation_id="films_create",
        request=CutRequestSerializer,
        responses={202: CutSerializer},
        examples=[
            OpenApiExample("upright, for phones", request_only=True, value={"size": "1080x1920"}),
            OpenApiExample("a lyric video", request_only=True, value={"size": "1920x1080", "words": "lyric_video"}),
            OpenApiExample(
                "a trailer of half a minute", request_only=True, value={"size": "1920x1080", "trailer_s": 30}
            ),
        ],
        description="Films a finished song once more: in another size, frame rate or framing, with other words on the "
        "picture, or as a trailer around its hook. The song and its own film stay as they are. Asking again for the "
        "same film of the same score answers the one that is there (`Idempotent-Replay: true`).",
    )
    def post(self, request: Request, generation_id: uuid.UUID) -> Response:
        shape = CutRequestSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        cut, is_new = services.start_cut(person=who(request), generation_id=generation_id, **shape.validated_data)
        url = f"/api/generations/{generation_id}/films/{cut.id}"
        return answer(cut, 202, **{"Location": url, "Idempotent-Replay": "false" if is_new else "true"})


class FilmView(APIView):
    @extend_schema(operation_id="films_retrieve", responses=CutSerializer)
    def get(self, request: Request, generation_id: uuid.UUID, cut_id: uuid.UUID) -> Response:
        return answer(selectors.get_cut(who(request), generation_id, cut_id))

    @extend_schema(
        operation_id="films_delete",
        responses={204: None},
        description="Removes the film and its file for good; work on it stops. The song stays.",
    )
    def delete(self, request: Request, generation_id: uuid.UUID, cut_id: uuid.UUID) -> Response:
        services.delete_cut(person=who(request), generation_id=generation_id, cut_id=cut_id)
        return Response(status=204)


class CancelFilmView(APIView):
    @extend_schema(operation_id="films_cancel", request=None, responses={202: CutSerializer})
    def post(self, request: Request, generation_id: uuid.UUID, cut_id: uuid.UUID) -> Response:
        return answer(services.cancel_cut(person=who(request), generation_id=generation_id, cut_id=cut_id), 202)


class RetryFilmView(APIView):
    throttle_scope = "compose"

    @extend_schema(operation_id="films_retry", request=None, responses={202: CutSerializer})
    def post(self, request: Request, generation_id: uuid.UUID, cut_id: uuid.UUID) -> Response:
        return answer(services.retry_cut(person=who(request), generation_id=generation_id, cut_id=cut_id), 202)


class FilmFileView(APIView):
    @extend_schema(
        operation_id="films_file",
        parameters=[
            OpenApiParameter("Range", location="header", description="bytes=0-1023"),
            OpenApiParameter("download", OpenApiTypes.BOOL, description="1: save as a file with the song's name"),
        ],
        responses={(status, "video/mp4"): OpenApiTypes.BINARY for status in (200, 206)},
    )
    def get(self, request: Request, generation_id: uuid.UUID, cut_id: uuid.UUID) -> HttpResponseBase:
        cut = selectors.get_cut(who(request), generation_id, cut_id)
        path = selectors.get_cut_file(cut)
        response = file_response(request, path, media_type="video/mp4", etag=cut.sha256)
        if response.status_code == 416:
            return out_of_reach(response)
        if request.query_params.get("download"):
            response.headers["Content-Disposition"] = attachment(f"{cut}.mp4")
        return response


class FilmPosterView(APIView):
    @extend_schema(operation_id="films_poster", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, generation_id: uuid.UUID, cut_id: uuid.UUID) -> HttpResponseBase:
        return _picture(request, selectors.get_cut(who(request), generation_id, cut_id).poster_path)


class FilmPreviewView(APIView):
    """The newest painted frame while the film is made."""

    @extend_schema(operation_id="films_preview", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, generation_id: uuid.UUID, cut_id: uuid.UUID) -> HttpResponseBase:
        return _picture(request, selectors.get_cut(who(request), generation_id, cut_id).preview_path)


def _picture(request: Request, path: Path) -> HttpResponseBase:
    try:
        stat = path.stat()
    except OSError:
        raise NotFound("There is no such picture yet.") from None
    return file_response(request, path, media_type="image/jpeg", etag=f"{stat.st_mtime_ns:x}-{stat.st_size:x}")

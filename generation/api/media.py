"""A person's own pictures and clips for their films over HTTP. Each view checks shapes and calls one service."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.errors import NotFound
from codecraft.common.streaming import file_response
from generation import selectors, services
from generation.api.media_serializers import (
    MediaListSerializer,
    MediaRemovedSerializer,
    MediaSerializer,
    MediaUploadSerializer,
)
from generation.api.views import who
from rados.services import ensure_person


class MediaListView(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="media_list", responses=MediaListSerializer)
    def get(self, request: Request) -> Response:
        person = who(request)
        return Response(
            {
                "media": MediaSerializer(selectors.list_media(person), many=True).data,
                "limits": selectors.media_limits(person),
            }
        )

    @extend_schema(
        operation_id="media_create",
        request={"multipart/form-data": MediaUploadSerializer},
        responses={
            201: MediaSerializer,
            202: OpenApiResponse(MediaSerializer, description="A clip: it is made ready by and by; ask for it again."),
            200: OpenApiResponse(MediaSerializer, description="You had this one already."),
        },
        description="A picture (JPEG, PNG, WebP, GIF, AVIF, HEIC; to 64 MB) or a clip (MP4, MOV, WebM, MKV; to 500 MB "
        "and 5 minutes). What a file is, its content says, not its name. Pictures are turned upright and lose all "
        "metadata; clips lose their sound. `key` is what `film.media` of a brief takes.",
    )
    def post(self, request: Request) -> Response:
        shape = MediaUploadSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        file = shape.validated_data["file"]
        person = ensure_person(user=request.user, session=request.session)
        media, is_new = services.add_media(person=person, name=file.name or "", upload=file)
        status = 200 if not is_new else 202 if media.is_active else 201
        return Response(MediaSerializer(media).data, status=status, headers={"Location": f"/api/media/{media.id}"})


class MediaView(APIView):
    @extend_schema(operation_id="media_retrieve", responses=MediaSerializer)
    def get(self, request: Request, media_id: uuid.UUID) -> Response:
        return Response(MediaSerializer(selectors.get_media(who(request), media_id)).data)

    @extend_schema(
        operation_id="media_delete",
        responses=MediaRemovedSerializer,
        description="Songs whose film shows it keep it; `notice` names them.",
    )
    def delete(self, request: Request, media_id: uuid.UUID) -> Response:
        return Response({"notice": services.delete_media(person=who(request), media_id=media_id)})


class MediaThumbnailView(APIView):
    @extend_schema(operation_id="media_thumbnail", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, media_id: uuid.UUID) -> HttpResponseBase:
        media = selectors.get_media(who(request), media_id)
        if not media.key or not media.thumbnail_path.is_file():
            raise NotFound("There is no thumbnail yet.")
        return file_response(request, media.thumbnail_path, media_type="image/jpeg", etag=media.key)

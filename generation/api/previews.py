"""Previews of a few bars over HTTP."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.codec import encode
from codecraft.common.departures import client_is_gone
from codecraft.common.streaming import file_response, out_of_reach
from generation import selectors, services
from generation.api.score_serializers import PreviewRequestSerializer, PreviewSerializer
from generation.api.views import who


class PreviewsView(APIView):
    throttle_scope = "audition"

    @extend_schema(
        operation_id="score_preview",
        request=PreviewRequestSerializer,
        responses={201: PreviewSerializer},
        examples=[OpenApiExample("a section", request_only=True, value={"section": 2})],
        description="Renders these bars of the newest revision and answers when they can be heard, in a few seconds; "
        "works while the song is being made, too. 503 `studio_busy` when too many wait already.",
    )
    def post(self, request: Request, generation_id: uuid.UUID) -> Response:
        shape = PreviewRequestSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        person = who(request)
        key, made = services.preview_score(
            person=person,
            generation_id=generation_id,
            is_gone=lambda: client_is_gone(request._request),
            **shape.validated_data,
        )
        url = f"/api/generations/{generation_id}/score/previews/{key}.wav"
        revision = selectors.get_score(selectors.get_generation(person, generation_id)).number
        facts = {name: value for name, value in encode(made).items() if name != "path"}
        return Response({"id": key, "audio_url": url, "revision": revision, **facts}, 201, headers={"Location": url})


class PreviewAudioView(APIView):
    @extend_schema(
        operation_id="score_preview_audio",
        parameters=[OpenApiParameter("Range", location="header", description="bytes=0-1023")],
        responses={(status, "audio/wav"): OpenApiTypes.BINARY for status in (200, 206)},
    )
    def get(self, request: Request, generation_id: uuid.UUID, key: str) -> HttpResponseBase:
        path = services.preview_path(person=who(request), generation_id=generation_id, key=key)
        response = file_response(request, path, media_type="audio/wav", etag=key)
        return out_of_reach(response) if response.status_code == 416 else response

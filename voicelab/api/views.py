"""The voice lab over HTTP: the voices, how a line will sound, and auditions. Guests are welcome."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.departures import client_is_gone
from codecraft.common.errors import InvalidInput
from codecraft.common.streaming import attachment, file_response, out_of_reach
from voicelab import selectors, services
from voicelab.api.serializers import (
    AuditionRequestSerializer,
    AuditionSerializer,
    PronunciationSerializer,
    VoicesSerializer,
)
from voicelab.engine.audition import MAX_SYLLABLES, MAX_TEXT_CHARS


def shown(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with their links."""
    url = reverse("api-voices-audition", args=[facts["id"]])
    return {**facts, "url": url, "audio_url": reverse("api-voices-audio", args=[facts["id"]])}


class VoicesView(APIView):
    @extend_schema(operation_id="voices_list", responses=VoicesSerializer)
    def get(self, request: Request) -> Response:
        answer = {
            "voices": selectors.list_voices(),
            "melodies": selectors.list_tunes(),
            "limits": {"text_chars": MAX_TEXT_CHARS, "syllables": MAX_SYLLABLES},
        }
        return Response(VoicesSerializer(answer).data)


class PronunciationView(APIView):
    @extend_schema(
        operation_id="voices_pronunciation",
        parameters=[OpenApiParameter("text", description="one line", required=True)],
        responses=PronunciationSerializer,
    )
    def get(self, request: Request) -> Response:
        return Response(services.pronounce(text=request.query_params.get("text", "")))


class AuditionsView(APIView):
    throttle_scope = "audition"

    @extend_schema(
        operation_id="voices_audition_create",
        request=AuditionRequestSerializer,
        responses={201: AuditionSerializer},
        description="Sings or says one line; answers when it is ready, in a few seconds. 503 `voices_busy` when too "
        "many wait already.",
    )
    def post(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise InvalidInput("An audition is an object with at least a text.")
        audition = services.read_audition(request.data)
        facts = services.make_audition(audition=audition, is_gone=lambda: client_is_gone(request._request))
        answer = shown(facts)
        return Response(answer, status=201, headers={"Location": answer["url"]})


class AuditionView(APIView):
    @extend_schema(operation_id="voices_audition_retrieve", responses=AuditionSerializer)
    def get(self, request: Request, key: str) -> Response:
        return Response(shown(selectors.get_audition(key)))


class AudioView(APIView):
    @extend_schema(
        operation_id="voices_audition_audio",
        parameters=[
            OpenApiParameter("Range", location="header", description="bytes=0-1023"),
            OpenApiParameter("download", OpenApiTypes.BOOL, description="1: save as a file"),
        ],
        responses={(status, "audio/wav"): OpenApiTypes.BINARY for status in (200, 206)},
    )
    def get(self, request: Request, key: str) -> HttpResponseBase:
        facts = selectors.get_audition(key)
        response = file_response(request, selectors.get_audio(key), media_type="audio/wav", etag=key)
        if response.status_code == 416:
            return out_of_reach(response)
        if request.query_params.get("download"):
            response.headers["Content-Disposition"] = attachment(f"{facts['voice']} - {facts['text'][:60]}.wav")
        return response

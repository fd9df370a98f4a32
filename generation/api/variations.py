"""New songs from old ones, and from uploaded scores, over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation import selectors, services
from generation.api.serializers import (
    GenerationSerializer,
    GenerationsSerializer,
    UploadSerializer,
    VariationsSerializer,
)
from generation.api.views import answer, who
from rados.services import ensure_person


class VariationsView(APIView):
    throttle_scope = "compose"

    @extend_schema(
        operation_id="generations_variations",
        request=VariationsSerializer,
        responses={202: GenerationsSerializer},
        examples=[
            OpenApiExample("three more like this", request_only=True, value={"count": 3}),
            OpenApiExample("the same song for another voice", request_only=True, value={"voice": "alto"}),
            OpenApiExample("the same song as a dark one, slower", request_only=True, value={"style": "dark"}),
        ],
        description="`count`: as many new songs to the same brief. Else one song with the same words and tune, in "
        "another style, voice, key or tempo (several at once are possible). They know their `parent`.",
    )
    def post(self, request: Request, generation_id: uuid.UUID) -> Response:
        shape = VariationsSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        person = who(request)
        started = services.start_variations(person=person, generation_id=generation_id, **shape.validated_data)
        found = [selectors.get_generation(person, one.id) for one in started]
        return Response({"generations": GenerationSerializer(found, many=True).data}, status=202)


class UploadView(APIView):
    throttle_scope = "compose"
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="scores_create",
        request={"multipart/form-data": UploadSerializer},
        responses={202: GenerationSerializer},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", location="header", description="The same key of one person answers the same song."
            )
        ],
        description="A MIDI or MusicXML file becomes a song: its tune is sung, and where it holds nothing else, the "
        "band of the style plays to it. `notices` say what was taken, moved or left out.",
    )
    def post(self, request: Request) -> Response:
        shape = UploadSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        asked = dict(shape.validated_data)
        file = asked.pop("file")
        data = file.read(services.MAX_FILE_BYTES + 1)  # what is larger is refused without being read whole
        person = ensure_person(user=request.user, session=request.session)
        key = request.headers.get("Idempotency-Key", "").strip()
        generation, is_new = services.import_score(
            person=person, name=file.name or "", data=data, idempotency_key=key, **asked
        )
        generation = selectors.get_generation(person, generation.id, deleted=True)
        url = f"/api/generations/{generation.id}"
        return answer(generation, 202, **{"Location": url, "Idempotent-Replay": "false" if is_new else "true"})

"""The score as people see it now as a file, before it is rendered."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from generation import selectors
from generation.api.views import who

MUSICXML = "application/vnd.recordare.musicxml+xml"


class ScoreMusicXmlView(APIView):
    @extend_schema(
        operation_id="score_musicxml",
        responses={
            (200, MUSICXML): OpenApiResponse(OpenApiTypes.STR, description="MusicXML 4.0 of the newest revision.")
        },
    )
    def get(self, request: Request, generation_id: uuid.UUID) -> HttpResponse:
        generation = selectors.get_generation(who(request), generation_id)
        return HttpResponse(selectors.get_musicxml(generation), content_type=MUSICXML)

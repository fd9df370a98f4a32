"""The songs around a song: what it was made from, and what was made from it."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation import selectors
from generation.api.serializers import GenerationSerializer
from generation.api.views import who


class RelativesSerializer(serializers.Serializer):
    parent = GenerationSerializer(allow_null=True)
    generations = GenerationSerializer(many=True, help_text="Made from this song, the newest first.")


class RelativesView(APIView):
    @extend_schema(operation_id="generations_relatives", responses=RelativesSerializer)
    def get(self, request: Request, generation_id: uuid.UUID) -> Response:
        parent, made = selectors.list_relatives(who(request), generation_id)
        shown = GenerationSerializer(made, many=True).data
        return Response({"parent": GenerationSerializer(parent).data if parent else None, "generations": shown})

"""Sessions at the mixing console over HTTP. Each view checks shapes and calls one service."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mixer import selectors
from rados.selectors import person_of


class SessionSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField()


class SessionsSerializer(serializers.Serializer):
    sessions = SessionSerializer(many=True)


class SessionsView(APIView):
    @extend_schema(operation_id="audio_sessions_list", responses=SessionsSerializer)
    def get(self, request: Request) -> Response:
        found = selectors.list_sessions(person_of(request.user, request.session))
        return Response({"sessions": SessionSerializer(found, many=True).data})

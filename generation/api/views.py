"""The contract of the main job over HTTP. Each view checks the shape of the input and calls one service."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation import selectors, services
from generation.api.serializers import BriefSerializer, GenerationSerializer
from generation.models import Generation
from rados.contracts import Person
from rados.selectors import person_of
from rados.services import ensure_person


def who(request: Request) -> Person:
    return person_of(request.user, request.session)


def answer(generation: Generation, status: int = 200, **headers: str) -> Response:
    return Response(GenerationSerializer(generation).data, status=status, headers=headers)


class GenerationsView(GenericAPIView):
    """Start a song, or list your own."""

    serializer_class = GenerationSerializer
    throttle_scope = "compose"

    @extend_schema(
        operation_id="generations_list",
        parameters=[
            OpenApiParameter("search", description="words of the title or the theme"),
            OpenApiParameter("state", enum=["queued", "running", "done", "failed", "cancelled"]),
            OpenApiParameter("style"),
            OpenApiParameter("sort", enum=list(selectors.SORTS)),
            OpenApiParameter("page", OpenApiTypes.INT),
            OpenApiParameter("page_size", OpenApiTypes.INT, description="at most 100"),
        ],
    )
    def get(self, request: Request) -> Response:
        wanted = {name: request.query_params.get(name, "") for name in ("search", "state", "style", "sort")}
        found = selectors.list_generations(who(request), **wanted)
        page = self.paginate_queryset(found)
        return self.get_paginated_response(GenerationSerializer(page, many=True).data)

    @extend_schema(
        operation_id="generations_create",
        request=BriefSerializer,
        responses={202: GenerationSerializer},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key", location="header", description="The same key of one person answers the same song."
            )
        ],
    )
    def post(self, request: Request) -> Response:
        shape = BriefSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        asked = shape.validated_data
        brief = services.make_brief(**asked)
        person = ensure_person(user=request.user, session=request.session)
        generation, is_new = services.start_generation(
            person=person,
            brief=brief,
            idempotency_key=request.headers.get("Idempotency-Key", "").strip(),
            seed_was_given=asked.get("seed") is not None,
        )
        generation = selectors.get_generation(person, generation.id, deleted=True)
        url = f"/api/generations/{generation.id}"
        return answer(generation, 202, **{"Location": url, "Idempotent-Replay": "false" if is_new else "true"})


class GenerationView(APIView):
    @extend_schema(operation_id="generations_retrieve", responses=GenerationSerializer)
    def get(self, request: Request, generation_id: uuid.UUID) -> Response:
        return answer(selectors.get_generation(who(request), generation_id))

    @extend_schema(
        operation_id="generations_delete",
        responses={200: GenerationSerializer},
        description="Moves it out of the library; `restore` brings it back for some days.",
    )
    def delete(self, request: Request, generation_id: uuid.UUID) -> Response:
        return answer(services.delete_generation(person=who(request), generation_id=generation_id))


class _ActionView(APIView):
    service: Any
    success_status = 200

    def post(self, request: Request, generation_id: uuid.UUID) -> Response:
        generation = type(self).service(person=who(request), generation_id=generation_id)
        return answer(generation, self.success_status)


@extend_schema_view(
    post=extend_schema(operation_id="generations_cancel", request=None, responses={202: GenerationSerializer})
)
class CancelView(_ActionView):
    service = staticmethod(services.cancel_generation)
    success_status = 202


@extend_schema_view(
    post=extend_schema(operation_id="generations_retry", request=None, responses={202: GenerationSerializer})
)
class RetryView(_ActionView):
    service = staticmethod(services.retry_generation)
    success_status = 202
    throttle_scope = "compose"


@extend_schema_view(
    post=extend_schema(operation_id="generations_restore", request=None, responses=GenerationSerializer)
)
class RestoreView(_ActionView):
    service = staticmethod(services.restore_generation)

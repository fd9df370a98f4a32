"""The score of a song over HTTP: read, patch, undo, redo, revert, render. Each view calls one service."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.errors import NotFound
from generation import selectors, services
from generation.api.score_serializers import (
    BaseSerializer,
    PatchSerializer,
    RenderSerializer,
    RevertSerializer,
    RevisionSerializer,
    ScoreSerializer,
    SectionEditSerializer,
)
from generation.api.serializers import GenerationSerializer
from generation.api.views import answer, who
from generation.engine.score.editing import show_score, unpack
from generation.models import Generation
from voicelab.contracts import VOICE_RANGES, VoiceStyle

PATCH_EXAMPLE = OpenApiExample(
    "two edits at once",
    request_only=True,
    value={
        "base_revision": 0,
        "operations": [
            {"type": "move_notes", "notes": ["n120", "n121"], "beats": 0.5, "semitones": 2},
            {"type": "set_words", "line": "l2031", "text": "We light the {harbour|HH AA1 R B ER0} again"},
        ],
        "render": False,
    },
)
CONFLICT = OpenApiResponse(description="`stale_revision` (details.revision is the current one), `song_in_the_works`.")
REFUSED = OpenApiResponse(description="`bad_edit` or `broken_score`; `field` names the operation. Nothing changed.")


def score_answer(generation: Generation, status: int = 200) -> Response:
    """The whole score, with its revision as ETag."""
    revision = selectors.get_score(generation)
    url = f"/api/generations/{generation.id}/score"
    is_active = generation.is_active
    can_redo = selectors.redo_of(revision) is not None
    data = {
        "revision": revision.number,
        "rendered_revision": generation.rendered_revision.number if generation.rendered_revision else None,
        "summary": revision.summary,
        "state": generation.state,
        "voice": generation.voice,
        **show_score(unpack(revision.packed), VOICE_RANGES[VoiceStyle(generation.voice)]),
        "links": {
            "self": url,
            "generation": f"/api/generations/{generation.id}",
            "undo": f"{url}/undo" if revision.parent_id and not is_active else None,
            "redo": f"{url}/redo" if can_redo and not is_active else None,
            "revert": f"{url}/revert",
            "revisions": f"{url}/revisions",
            "render": None if is_active else f"{url}/render",
            "preview": f"{url}/preview",
            "sections": f"{url}/sections",
        },
    }
    return Response(data, status=status, headers={"ETag": etag_of(revision.number, generation)})


def etag_of(number: int, generation: Generation) -> str:
    """A score is told with the song's state and what was rendered, so both belong to its tag."""
    rendered = generation.rendered_revision.number if generation.rendered_revision else ""
    return f'"{number}-{rendered}-{generation.state}"'


class ScoreView(APIView):
    @extend_schema(operation_id="score_retrieve", responses=ScoreSerializer)
    def get(self, request: Request, generation_id: uuid.UUID) -> Response:
        generation = selectors.get_generation(who(request), generation_id)
        known = etag_of(selectors.get_score(generation).number, generation)
        if request.headers.get("If-None-Match") == known:
            return Response(status=304, headers={"ETag": known})
        return score_answer(generation)

    @extend_schema(
        operation_id="score_patch",
        request=PatchSerializer,
        responses={200: ScoreSerializer, 409: CONFLICT, 422: REFUSED},
        examples=[PATCH_EXAMPLE],
        description="All operations or none. With `render` the song's files are made anew at once.",
    )
    def patch(self, request: Request, generation_id: uuid.UUID) -> Response:
        asked = read(PatchSerializer, request)
        return score_answer(services.patch_score(person=who(request), generation_id=generation_id, **asked))


def read(kind: type[BaseSerializer], request: Request) -> dict[str, Any]:
    shape = kind(data=request.data)
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)


class _StepView(APIView):
    """One step through the revisions."""

    serializer: type[BaseSerializer] = BaseSerializer
    service: Any

    def post(self, request: Request, generation_id: uuid.UUID) -> Response:
        asked = read(type(self).serializer, request)
        return score_answer(type(self).service(person=who(request), generation_id=generation_id, **asked))


def _step(name: str, request: type[BaseSerializer] = BaseSerializer) -> Any:
    told = extend_schema(operation_id=name, request=request, responses={200: ScoreSerializer, 409: CONFLICT})
    return extend_schema_view(post=told)


@_step("score_undo")
class UndoView(_StepView):
    service = staticmethod(services.undo_edit)


@_step("score_redo")
class RedoView(_StepView):
    service = staticmethod(services.redo_edit)


@_step("score_revert", RevertSerializer)
class RevertView(_StepView):
    serializer = RevertSerializer
    service = staticmethod(services.revert_score)


class SectionView(APIView):
    @extend_schema(
        operation_id="score_section_edit",
        request=SectionEditSerializer,
        responses={200: ScoreSerializer, 409: CONFLICT, 422: REFUSED},
        parameters=[OpenApiParameter("action", location="path", enum=list(services.SECTION_ACTIONS))],
        description="replace: new chords and a new tune to its words. variation: the same chords, the tune goes other "
        "ways between its strong beats. extend: bars without words at its end. move, delete. All other bars stay.",
    )
    def post(self, request: Request, generation_id: uuid.UUID, index: int, action: str) -> Response:
        if action not in services.SECTION_ACTIONS:
            raise NotFound(f"A section can be edited by: {', '.join(services.SECTION_ACTIONS)}.")
        asked = read(SectionEditSerializer, request)
        person = who(request)
        return score_answer(
            services.edit_section(person=person, generation_id=generation_id, index=index, action=action, **asked)
        )


class RevisionsView(APIView):
    @extend_schema(operation_id="score_revisions", responses=RevisionSerializer(many=True))
    def get(self, request: Request, generation_id: uuid.UUID) -> Response:
        generation = selectors.get_generation(who(request), generation_id)
        found = selectors.list_revisions(generation)
        for revision in found:
            revision.is_current = revision.id == generation.revision_id
            revision.is_rendered = revision.id == generation.rendered_revision_id
        return Response(RevisionSerializer(found, many=True).data)


class RenderView(APIView):
    throttle_scope = "compose"

    @extend_schema(
        operation_id="score_render",
        request=RenderSerializer,
        responses={202: GenerationSerializer, 409: CONFLICT},
        description="Makes the song's files from the newest revision, as a job; only what changed is rendered.",
    )
    def post(self, request: Request, generation_id: uuid.UUID) -> Response:
        shape = RenderSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        generation = services.render_score(person=who(request), generation_id=generation_id, **shape.validated_data)
        return answer(generation, 202)

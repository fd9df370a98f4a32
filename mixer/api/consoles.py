"""The console of a session over HTTP: its states, undo and redo, snapshots, decisions, the assistant."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mixer import selectors, services
from mixer.api.common import LargeJSONParser, accepted, checked, who
from mixer.api.requests import (
    ConsoleRequestSerializer,
    FreezeRequestSerializer,
    SnapshotRequestSerializer,
    StepRequestSerializer,
    WishRequestSerializer,
)
from mixer.api.serializers import (
    ConsoleSerializer,
    JobSerializer,
    SnapshotSerializer,
    SnapshotsSerializer,
    WishAnswerSerializer,
)
from mixer.models import MixSession


def answer(session: MixSession, status: int = 200) -> Response:
    return Response(ConsoleSerializer(session).data, status=status)


class ConsoleView(APIView):
    throttle_scope = "console"
    parser_classes = (LargeJSONParser,)

    @extend_schema(operation_id="audio_console_retrieve", responses=ConsoleSerializer)
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        return answer(selectors.get_session(who(request), session_id))

    @extend_schema(
        operation_id="audio_console_update",
        request=ConsoleRequestSerializer,
        responses=ConsoleSerializer,
        description="A new state, made from the revision `base_revision`; 409 `stale_revision` when somebody was "
        "faster. What is wrong is named by the control's path in `field`.",
    )
    def put(self, request: Request, session_id: uuid.UUID) -> Response:
        asked = checked(ConsoleRequestSerializer(data=request.data))
        return answer(services.put_console(person=who(request), session_id=session_id, **asked))


class _StepView(APIView):
    throttle_scope = "console"
    service: Any

    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        asked = checked(StepRequestSerializer(data=request.data or {}))
        return answer(type(self).service(person=who(request), session_id=session_id, **asked))


@extend_schema_view(
    post=extend_schema(operation_id="audio_console_undo", request=StepRequestSerializer, responses=ConsoleSerializer)
)
class UndoView(_StepView):
    service = staticmethod(services.undo_move)


@extend_schema_view(
    post=extend_schema(operation_id="audio_console_redo", request=StepRequestSerializer, responses=ConsoleSerializer)
)
class RedoView(_StepView):
    service = staticmethod(services.redo_move)


class SnapshotsView(APIView):
    throttle_scope = "console"

    @extend_schema(operation_id="audio_snapshots_list", responses=SnapshotsSerializer)
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        found = selectors.list_snapshots(selectors.get_session(who(request), session_id))
        return Response({"snapshots": SnapshotSerializer(found, many=True).data})

    @extend_schema(
        operation_id="audio_snapshots_create",
        request=SnapshotRequestSerializer,
        responses={201: SnapshotSerializer},
        description="Gives the console's state a name; a name that is taken moves to this state.",
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        asked = checked(SnapshotRequestSerializer(data=request.data))
        snapshot = services.save_snapshot(person=who(request), session_id=session_id, **asked)
        return Response(SnapshotSerializer(snapshot).data, status=201)


class SnapshotView(APIView):
    @extend_schema(operation_id="audio_snapshots_delete", responses={204: None})
    def delete(self, request: Request, session_id: uuid.UUID, snapshot_id: uuid.UUID) -> Response:
        services.delete_snapshot(person=who(request), session_id=session_id, snapshot_id=snapshot_id)
        return Response(status=204)


class RestoreSnapshotView(APIView):
    throttle_scope = "console"

    @extend_schema(
        operation_id="audio_snapshots_restore",
        request=None,
        responses=ConsoleSerializer,
        description="The console as the snapshot has it, as a new state: undo brings back what was there.",
    )
    def post(self, request: Request, session_id: uuid.UUID, snapshot_id: uuid.UUID) -> Response:
        person = who(request)
        return answer(services.restore_snapshot(person=person, session_id=session_id, snapshot_id=snapshot_id))


class DecisionView(APIView):
    throttle_scope = "console"

    @extend_schema(
        operation_id="audio_decisions_step",
        request=None,
        responses=ConsoleSerializer,
        description="`accept`: it stands; `undo`: what it moved goes back, all else stays; `redo`: it is done again.",
    )
    def post(self, request: Request, session_id: uuid.UUID, decision_id: str, step: str) -> Response:
        service = {
            "accept": services.accept_decision,
            "undo": services.undo_decision,
            "redo": services.redo_decision,
        }[step]
        return answer(service(person=who(request), session_id=session_id, decision_id=decision_id))


class AssistView(APIView):
    @extend_schema(
        operation_id="audio_assist",
        request=None,
        responses={202: JobSerializer},
        description="The assistant listens to the stems and sets the console: a new state, with a sentence and its "
        "measures for each decision.",
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        return accepted(services.start_assist(person=who(request), session_id=session_id))


class WishesView(APIView):
    throttle_scope = "audition"

    @extend_schema(
        operation_id="audio_wishes",
        request=WishRequestSerializer,
        responses=WishAnswerSerializer,
        description="Moves controls as the words say (“warmer, voice closer, bigger chorus”), within safe bounds; each "
        "wish is a decision that can be taken back.",
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        asked = checked(WishRequestSerializer(data=request.data))
        done = services.fulfil_wish(person=who(request), session_id=session_id, **asked)
        told = {"sentences": list(done.sentences), "notes": list(done.notes), "source": done.source}
        return Response({**told, "console": ConsoleSerializer(done.session).data})


class FreezeView(APIView):
    @extend_schema(
        operation_id="audio_freeze",
        request=FreezeRequestSerializer,
        responses={202: JobSerializer},
        description="Renders a channel up to its fader, for pages that cannot play one of its effects live.",
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        asked = checked(FreezeRequestSerializer(data=request.data))
        return accepted(services.freeze_channel(person=who(request), session_id=session_id, **asked))

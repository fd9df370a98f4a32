"""Sessions at the mixing console over HTTP, and the sounds in them. Each view checks shapes and calls one service."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.errors import InvalidInput
from mixer import selectors, services
from mixer.api.common import DOWNLOAD, RANGE, WAV_ANSWERS, accepted, checked, send_file, who
from mixer.api.requests import RenameSerializer, SessionRequestSerializer, TakeRequestSerializer
from mixer.api.serializers import (
    BounceSerializer,
    BouncesSerializer,
    JobSerializer,
    SessionBriefSerializer,
    SessionSerializer,
    SessionsSerializer,
    StemSerializer,
)
from mixer.models import MixSession
from rados.services import ensure_person


def answer(session: MixSession, status: int = 200, **headers: str) -> Response:
    return Response(SessionSerializer(session).data, status=status, headers=headers)


class SessionsView(APIView):
    @extend_schema(operation_id="audio_sessions_list", responses=SessionsSerializer)
    def get(self, request: Request) -> Response:
        found = selectors.list_sessions(who(request))
        return Response({"sessions": SessionBriefSerializer(found, many=True).data})

    @extend_schema(
        operation_id="audio_sessions_create",
        request=SessionRequestSerializer,
        responses={
            201: SessionSerializer,
            202: OpenApiResponse(SessionSerializer, description="Its stems are being prepared: see `preparing`."),
        },
        description="Opens a song of yours, or your uploads (1 to 32, each a channel, aligned at 0 s). A song that you "
        "have open already is answered again, unless `new`.",
    )
    def post(self, request: Request) -> Response:
        asked = checked(SessionRequestSerializer(data=request.data))
        if ("generation" in asked) == ("uploads" in asked):
            raise InvalidInput("Name a generation, or uploads.", field="generation")
        person = ensure_person(user=request.user, session=request.session)
        title = asked.get("title", "")
        if "uploads" in asked:
            session = services.open_uploads(person=person, upload_ids=asked["uploads"], title=title)
        else:
            song = str(asked["generation"])
            session = services.open_source(
                person=person, kind="generation", source_id=song, title=title, anew=asked["new"]
            )
        session = selectors.get_session(person, session.id)
        status = 201 if session.is_ready else 202
        return answer(session, status, Location=f"/api/audio/sessions/{session.id}")


class SessionView(APIView):
    @extend_schema(operation_id="audio_sessions_retrieve", responses=SessionSerializer)
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        session = selectors.get_session(who(request), session_id)
        services.touch(session)
        return answer(session)

    @extend_schema(operation_id="audio_sessions_rename", request=RenameSerializer, responses=SessionSerializer)
    def patch(self, request: Request, session_id: uuid.UUID) -> Response:
        asked = checked(RenameSerializer(data=request.data))
        return answer(services.rename_session(person=who(request), session_id=session_id, **asked))

    @extend_schema(
        operation_id="audio_sessions_delete",
        responses={204: None},
        description="Removes it with its takes, states and bounces for good. Uploads, the song, and mixes that went "
        "into the song stay.",
    )
    def delete(self, request: Request, session_id: uuid.UUID) -> Response:
        services.delete_session(person=who(request), session_id=session_id)
        return Response(status=204)


class StemAudioView(APIView):
    """A stem as the console plays it: 48 kHz, mono or stereo."""

    @extend_schema(operation_id="audio_stem", parameters=[RANGE, DOWNLOAD], responses=WAV_ANSWERS)
    def get(self, request: Request, session_id: uuid.UUID, name: str) -> HttpResponseBase:
        stem = selectors.get_stem(selectors.get_session(who(request), session_id), name)
        return send_file(request, stem.path, media_type="audio/wav", etag=stem.id.hex, name=f"{stem.label}.wav")


class StemView(APIView):
    @extend_schema(
        operation_id="audio_stem_delete",
        responses={204: None},
        description="Takes the stem and its channel away. A rendering that has begun goes on with it.",
    )
    def delete(self, request: Request, session_id: uuid.UUID, name: str) -> Response:
        services.delete_stem(person=who(request), session_id=session_id, name=name)
        return Response(status=204)


class StemPeaksView(APIView):
    @extend_schema(operation_id="audio_stem_peaks", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, session_id: uuid.UUID, name: str) -> HttpResponseBase:
        stem = selectors.get_stem(selectors.get_session(who(request), session_id), name)
        path = services.peaks_json(stem)
        return send_file(request, path, media_type="application/json", etag=stem.id.hex)


class TakesView(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="audio_takes_create",
        request={"multipart/form-data": TakeRequestSerializer},
        responses={201: StemSerializer},
        description="A recording onto the timeline: a new stem on a channel of its own, which begins at `offset_s` "
        "less `latency_s`.",
    )
    def post(self, request: Request, session_id: uuid.UUID) -> Response:
        asked = checked(TakeRequestSerializer(data=request.data))
        file = asked.pop("file")
        stem = services.add_take(person=who(request), session_id=session_id, upload=file, **asked)
        return Response(StemSerializer(stem).data, status=201)


class BouncesView(APIView):
    @extend_schema(operation_id="audio_bounces_list", responses=BouncesSerializer)
    def get(self, request: Request, session_id: uuid.UUID) -> Response:
        session = selectors.get_session(who(request), session_id)
        context = {"current": services.current_mix(session)}
        found = selectors.list_bounces(session)
        return Response(
            {
                "bounces": BounceSerializer(found, many=True, context=context).data,
                "working": JobSerializer(selectors.list_working(session), many=True).data,
            }
        )


class ChooseBounceView(APIView):
    @extend_schema(
        operation_id="audio_bounces_choose",
        request=None,
        responses={202: JobSerializer},
        description="Queues that the song plays this bounce from now on: its files, the sound of its films, its "
        "package. When the job is done, all of them have changed at once.",
    )
    def post(self, request: Request, session_id: uuid.UUID, job_id: uuid.UUID) -> Response:
        return accepted(services.choose_bounce(person=who(request), session_id=session_id, job_id=job_id))


class FrozenView(APIView):
    @extend_schema(operation_id="audio_frozen", parameters=[RANGE], responses=WAV_ANSWERS)
    def get(self, request: Request, session_id: uuid.UUID, key: str) -> HttpResponseBase:
        path = services.get_frozen(selectors.get_session(who(request), session_id), key)
        return send_file(request, path, media_type="audio/wav", etag=key)

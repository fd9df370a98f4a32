"""Mixes, masters and measures over HTTP: asked for, watched, stopped, taken away."""

from __future__ import annotations

import uuid

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.errors import InvalidInput
from mixer import selectors, services
from mixer.api.common import DOWNLOAD, RANGE, LargeJSONParser, accepted, checked, send_file, who
from mixer.api.requests import (
    AnalyseRequestSerializer,
    MasterRequestSerializer,
    MixRequestSerializer,
    place_of,
)
from mixer.api.serializers import JobSerializer, JobsSerializer
from mixer.models import JobKind
from rados.services import ensure_person

_SONG = "00000000-0000-4000-8000-000000000000"


class MixView(APIView):
    parser_classes = (LargeJSONParser,)

    @extend_schema(
        operation_id="audio_mix",
        request=MixRequestSerializer,
        responses={202: JobSerializer},
        examples=[
            OpenApiExample(
                "the assistant mixes a song, mastered for streaming",
                request_only=True,
                value={"generation": _SONG, "console": "auto", "target": "streaming"},
            ),
            OpenApiExample("a session as it stands", request_only=True, value={"session": _SONG, "stems": True}),
        ],
        description="Renders a console; with a `target` the mix is mastered, too. A song's result becomes a new mix "
        "version of it.",
    )
    def post(self, request: Request) -> Response:
        asked = checked(MixRequestSerializer(data=request.data))
        person = ensure_person(user=request.user, session=request.session)
        return accepted(services.start_mix(person=person, where=place_of(asked), **asked))


class MasterView(APIView):
    @extend_schema(
        operation_id="audio_master",
        request=MasterRequestSerializer,
        responses={202: JobSerializer},
        description="Masters a session's console as it stands, a finished bounce, an upload, or a song's own mix.",
    )
    def post(self, request: Request) -> Response:
        asked = checked(MasterRequestSerializer(data=request.data))
        person = ensure_person(user=request.user, session=request.session)
        return accepted(services.start_master(person=person, where=place_of(asked), **asked))


class AnalyseView(APIView):
    @extend_schema(
        operation_id="audio_analyse",
        request=AnalyseRequestSerializer,
        responses={202: JobSerializer},
        description="Measures all stems of a session, or one sound: loudness, peaks, range, crest, width, spectrum.",
    )
    def post(self, request: Request) -> Response:
        asked = checked(AnalyseRequestSerializer(data=request.data))
        person = ensure_person(user=request.user, session=request.session)
        return accepted(services.start_analyse(person=person, where=place_of(asked)))


class JobsView(APIView):
    @extend_schema(
        operation_id="audio_jobs_list",
        parameters=[OpenApiParameter("kind", enum=JobKind.values)],
        responses=JobsSerializer,
        description="Your newest hundred.",
    )
    def get(self, request: Request) -> Response:
        kind = request.query_params.get("kind", "")
        if kind and kind not in JobKind.values:
            raise InvalidInput(f"The kind is one of: {', '.join(JobKind.values)}.", field="kind")
        found = selectors.list_jobs(who(request), kind=kind)[:100]
        return Response({"jobs": JobSerializer(found, many=True).data})


class JobView(APIView):
    @extend_schema(operation_id="audio_jobs_retrieve", responses=JobSerializer)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        return Response(JobSerializer(selectors.get_job(who(request), job_id)).data)

    @extend_schema(
        operation_id="audio_jobs_delete",
        responses={204: None},
        description="Removes it and its files for good; work on it stops. A mix version of a song stays.",
    )
    def delete(self, request: Request, job_id: uuid.UUID) -> Response:
        services.delete_job(person=who(request), job_id=job_id)
        return Response(status=204)


class CancelJobView(APIView):
    @extend_schema(operation_id="audio_jobs_cancel", request=None, responses={202: JobSerializer})
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        return accepted(services.cancel_job(person=who(request), job_id=job_id))


class RetryJobView(APIView):
    @extend_schema(operation_id="audio_jobs_retry", request=None, responses={202: JobSerializer})
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        return accepted(services.retry_job(person=who(request), job_id=job_id))


class JobFileView(APIView):
    @extend_schema(
        operation_id="audio_jobs_file",
        parameters=[RANGE, DOWNLOAD],
        responses={(status, "application/octet-stream"): OpenApiTypes.BINARY for status in (200, 206)},
    )
    def get(self, request: Request, job_id: uuid.UUID, name: str) -> HttpResponseBase:
        job = selectors.get_job(who(request), job_id)
        path, facts = selectors.get_job_file(job, name)
        saved_as = selectors.saved_name(job, name)
        return send_file(request, path, media_type=facts["media_type"], etag=facts["sha256"], name=saved_as)

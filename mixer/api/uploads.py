"""Sounds that people bring over HTTP. Each view checks shapes and calls one service."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mixer import selectors, services
from mixer.api.common import DOWNLOAD, RANGE, WAV_ANSWERS, checked, send_file, who
from mixer.api.requests import UploadRequestSerializer
from mixer.api.serializers import AudioUploadSerializer, AudioUploadsSerializer
from rados.services import ensure_person


class UploadsView(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="audio_uploads_list", responses=AudioUploadsSerializer)
    def get(self, request: Request) -> Response:
        person = who(request)
        uploads = AudioUploadSerializer(selectors.list_uploads(person), many=True).data
        return Response({"uploads": uploads, "limits": selectors.audio_limits(person)})

    @extend_schema(
        operation_id="audio_uploads_create",
        request={"multipart/form-data": UploadRequestSerializer},
        responses={
            201: AudioUploadSerializer,
            200: OpenApiResponse(AudioUploadSerializer, description="You had this one already."),
        },
        description="One sound: WAV, FLAC, MP3, OGG (Vorbis, Opus), M4A (AAC, ALAC) or AIFF; 8 to 192 kHz, mono or "
        "stereo, up to 30 minutes and 505 MB. What a file is, its content says, not its name.",
    )
    def post(self, request: Request) -> Response:
        file = checked(UploadRequestSerializer(data=request.data))["file"]
        person = ensure_person(user=request.user, session=request.session)
        upload, is_new = services.add_upload(person=person, name=file.name or "", upload=file)
        headers = {"Location": f"/api/audio/uploads/{upload.id}"}
        return Response(AudioUploadSerializer(upload).data, status=201 if is_new else 200, headers=headers)


class UploadView(APIView):
    @extend_schema(operation_id="audio_uploads_retrieve", responses=AudioUploadSerializer)
    def get(self, request: Request, upload_id: uuid.UUID) -> Response:
        return Response(AudioUploadSerializer(selectors.get_upload(who(request), upload_id)).data)

    @extend_schema(
        operation_id="audio_uploads_delete", responses={204: None}, description="Sessions that play it keep its sound."
    )
    def delete(self, request: Request, upload_id: uuid.UUID) -> Response:
        services.delete_upload(person=who(request), upload_id=upload_id)
        return Response(status=204)


class UploadAudioView(APIView):
    @extend_schema(operation_id="audio_uploads_audio", parameters=[RANGE, DOWNLOAD], responses=WAV_ANSWERS)
    def get(self, request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
        upload = selectors.get_upload(who(request), upload_id)
        name = f"{PurePath(upload.name).stem}.wav"
        return send_file(request, upload.path, media_type="audio/wav", etag=upload.id.hex, name=name)


class UploadPeaksView(APIView):
    @extend_schema(operation_id="audio_uploads_peaks", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, upload_id: uuid.UUID) -> HttpResponseBase:
        upload = selectors.get_upload(who(request), upload_id)
        path = services.peaks_json(upload)
        return send_file(request, path, media_type="application/json", etag=upload.id.hex)

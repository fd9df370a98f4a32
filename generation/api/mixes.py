"""Mix versions of a song over HTTP: those made at the console, and which one the song plays."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.errors import NotFound
from codecraft.common.streaming import attachment, file_response, out_of_reach
from generation import selectors, services
from generation.api.views import who
from generation.models import Generation, MixVersion
from mixer.events import audio_progress_of
from mixer.selectors import choices_in_the_works, get_job


class MixLinksSerializer(serializers.Serializer):
    choose = serializers.CharField()
    song = serializers.CharField(allow_null=True)
    mix = serializers.CharField(allow_null=True)


class MixVersionSerializer(serializers.Serializer):
    """`id` is "original" for the mix that the studio made with the song. `is_playable`: it can be chosen for the score
    that the song plays now."""

    id = serializers.CharField()
    number = serializers.IntegerField()
    title = serializers.CharField(allow_blank=True)
    bounce = serializers.CharField(allow_blank=True, help_text="the mixer's job that rendered it")
    integrated_lufs = serializers.FloatField(allow_null=True)
    true_peak_dbtp = serializers.FloatField(allow_null=True)
    lra_lu = serializers.FloatField(allow_null=True)
    is_current = serializers.BooleanField(help_text="the song plays it")
    is_playable = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    links = MixLinksSerializer()


class MixVersionsSerializer(serializers.Serializer):
    mixes = MixVersionSerializer(many=True)
    choosing = serializers.DictField(
        allow_null=True,
        help_text="the job (as `/api/audio/jobs/{id}`) that puts another mix into the song, while there is",
    )


def told(song: Generation) -> dict[str, Any]:
    """All mixes of a song, the newest first, the studio's own last."""
    versions = list(song.mixes.all())
    has_other = any(version.is_current for version in versions)
    choosing = choices_in_the_works(services.SONG_SOURCE, str(song.id)).first()
    return {
        "mixes": [*(_version(song, version) for version in versions), _original(song, is_current=not has_other)],
        "choosing": audio_progress_of(choosing).as_json() if choosing else None,
    }


def _version(song: Generation, version: MixVersion) -> dict[str, Any]:
    url = f"/api/generations/{song.id}/mixes/{version.id}"
    names = ("number", "title", "integrated_lufs", "true_peak_dbtp", "lra_lu", "is_current", "created_at")
    return {
        "id": str(version.id),
        "bounce": version.bounce_id,
        **{name: getattr(version, name) for name in names},
        "is_playable": version.revision_id == song.rendered_revision_id,
        "links": {"choose": f"{url}/choose", "song": f"{url}/song.wav", "mix": f"{url}/mix.wav"},
    }


def _original(song: Generation, *, is_current: bool) -> dict[str, Any]:
    url = f"/api/generations/{song.id}/mixes/original"
    return {
        "id": "original",
        "number": 0,
        "title": "The studio's own mix",
        "bounce": "",
        "integrated_lufs": song.loudness_lufs if is_current else None,
        "true_peak_dbtp": None,
        "lra_lu": None,
        "is_current": is_current,
        "is_playable": True,
        "created_at": song.finished_at or song.created_at,
        "links": {"choose": f"{url}/choose", "song": f"{url}/song.wav", "mix": f"{url}/mix.wav"},
    }


class MixesView(APIView):
    @extend_schema(operation_id="mixes_list", responses=MixVersionsSerializer)
    def get(self, request: Request, generation_id: uuid.UUID) -> Response:
        return Response(told(selectors.get_generation(who(request), generation_id)))


class MixView(APIView):
    @extend_schema(operation_id="mixes_delete", responses={204: None})
    def delete(self, request: Request, generation_id: uuid.UUID, mix_id: str) -> Response:
        services.delete_mix_version(person=who(request), generation_id=generation_id, mix_id=mix_id)
        return Response(status=204)


class ChooseMixView(APIView):
    @extend_schema(
        operation_id="mixes_choose",
        request=None,
        responses={202: OpenApiTypes.OBJECT},
        description="Queues that the song plays this mix from now on: its WAV, FLAC, MP3, the sound of its film and of "
        "its further films, its package and metadata, all at once when the job is done. “original” is the studio's "
        "own. The answer is a job as `/api/audio/jobs/{id}` tells it.",
    )
    def post(self, request: Request, generation_id: uuid.UUID, mix_id: str) -> Response:
        person = who(request)
        job_id = services.choose_mix_version(person=person, generation_id=generation_id, mix_id=mix_id)
        job = audio_progress_of(get_job(person, job_id)).as_json()
        return Response(job, status=202, headers={"Location": job["links"]["self"]})


class MixFileView(APIView):
    @extend_schema(
        operation_id="mixes_file",
        parameters=[
            OpenApiParameter("Range", location="header", description="bytes=0-1023"),
            OpenApiParameter("download", OpenApiTypes.BOOL, description="1: save as a file with the song's name"),
        ],
        responses={(status, "audio/wav"): OpenApiTypes.BINARY for status in (200, 206)},
    )
    def get(self, request: Request, generation_id: uuid.UUID, mix_id: str, name: str) -> HttpResponseBase:
        song = selectors.get_generation(who(request), generation_id)
        path = services.mix_file(song, mix_id, name)
        try:
            stat = path.stat()
        except OSError:
            raise NotFound("This mix has no such file (any more).") from None
        etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
        response = file_response(request, path, media_type="audio/wav", etag=etag)
        if response.status_code == 416:
            return out_of_reach(response)
        if request.query_params.get("download"):
            response.headers["Content-Disposition"] = attachment(services.mix_file_name(song, mix_id, name))
        return response

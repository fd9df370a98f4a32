"""The shape of requests and answers about a person's own pictures and clips."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from codecraft.common.models import JobState
from generation.api.serializers import FailureSerializer
from generation.models import FilmMedia


class MediaUploadSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True, max_length=None)


class MediaLinksSerializer(serializers.Serializer):
    self = serializers.CharField()
    thumbnail = serializers.CharField(allow_null=True)


class MediaSerializer(serializers.Serializer):
    """A picture or clip; `key` is empty until it is ready."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["picture", "clip"])
    state = serializers.ChoiceField(choices=JobState.choices)
    progress = serializers.FloatField(help_text="0..1")
    seconds_left = serializers.IntegerField(allow_null=True)
    error = FailureSerializer(allow_null=True)
    key = serializers.CharField(allow_blank=True, help_text="What `film.media` of a brief takes.")
    size_bytes = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    duration_s = serializers.FloatField(help_text="0 for a picture")
    links = MediaLinksSerializer()

    def to_representation(self, media: FilmMedia) -> dict[str, Any]:
        url = f"/api/media/{media.id}"
        failed = media.state == JobState.FAILED
        return {
            "id": str(media.id),
            "name": media.name,
            "kind": media.kind,
            "state": media.state,
            "progress": media.progress,
            "seconds_left": media.seconds_left,
            "error": {"code": media.error_code, "message": media.error} if failed else None,
            "key": media.key,
            "size_bytes": media.size_bytes,
            "width": media.width,
            "height": media.height,
            "duration_s": media.duration_s,
            "links": {"self": url, "thumbnail": f"{url}/thumbnail" if media.key else None},
        }


class MediaLimitsSerializer(serializers.Serializer):
    items = serializers.IntegerField()
    bytes = serializers.IntegerField()
    used_bytes = serializers.IntegerField()
    in_a_film = serializers.IntegerField()


class MediaListSerializer(serializers.Serializer):
    media = MediaSerializer(many=True)
    limits = MediaLimitsSerializer()


class MediaRemovedSerializer(serializers.Serializer):
    notice = serializers.CharField(allow_blank=True, help_text="Which songs' films show it, if any.")

"""The shape of requests and answers about films of finished songs. Rules stand in `clean_cut_options`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from codecraft.common.models import JobState
from generation.api.serializers import AnyValue, FailureSerializer, KnownFields
from generation.contracts import (
    FILM_RATES_FPS,
    MAX_TRAILER_S,
    MIN_TRAILER_S,
    FilmFraming,
    FilmSize,
    FilmWords,
)
from generation.events import cut_progress_of
from generation.models import FilmCut

SIZES = [size.value for size in FilmSize if size.pixels]
_USUAL = "As in the song's own film when left out."


@extend_schema_field({"type": "string", "enum": SIZES})
class CutSizeField(AnyValue):
    pass


@extend_schema_field({"type": "integer", "enum": list(FILM_RATES_FPS), "description": _USUAL})
class RateField(AnyValue):
    pass


@extend_schema_field({"type": "string", "enum": [f.value for f in FilmFraming], "description": _USUAL})
class FramingField(AnyValue):
    pass


@extend_schema_field({"type": "string", "enum": [w.value for w in FilmWords], "description": _USUAL})
class WordsField(AnyValue):
    pass


@extend_schema_field(
    {
        "oneOf": [
            {"type": "integer", "enum": [0]},
            {"type": "integer", "minimum": MIN_TRAILER_S, "maximum": MAX_TRAILER_S},
        ],
        "default": 0,
        "description": "0: the whole song. Else a trailer of about so many seconds, to the nearest bar.",
    }
)
class TrailerField(AnyValue):
    pass


class CutRequestSerializer(KnownFields):
    size = CutSizeField()
    fps = RateField(required=False)
    framing = FramingField(required=False)
    words = WordsField(required=False)
    trailer_s = TrailerField(required=False)


class CutLinksSerializer(serializers.Serializer):
    """Null where there is nothing yet."""

    self = serializers.CharField()
    cancel = serializers.CharField()
    retry = serializers.CharField()
    film = serializers.CharField(allow_null=True)
    poster = serializers.CharField(allow_null=True)
    preview = serializers.CharField(allow_null=True)
    socket = serializers.CharField()
    page = serializers.CharField()


class CutSerializer(serializers.Serializer):
    """A film of a finished song with its progress; the socket `/ws/films/{id}` tells the same, without the times."""

    id = serializers.UUIDField()
    generation = serializers.UUIDField()
    size = CutSizeField()
    fps = serializers.IntegerField()
    framing = serializers.ChoiceField(choices=[f.value for f in FilmFraming])
    words = serializers.ChoiceField(choices=[w.value for w in FilmWords])
    trailer_s = serializers.IntegerField()
    state = serializers.ChoiceField(choices=JobState.choices)
    progress = serializers.FloatField(help_text="0..1")
    seconds_left = serializers.IntegerField(allow_null=True)
    message = serializers.CharField()
    error = FailureSerializer(allow_null=True)
    preview = serializers.IntegerField(help_text="Counts up with each new preview picture; 0 when there is none.")
    duration_s = serializers.FloatField(allow_null=True)
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField(allow_blank=True)
    notices = serializers.ListField(child=serializers.CharField())
    is_current = serializers.BooleanField(help_text="False when the song was rendered anew since.")
    links = CutLinksSerializer()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, cut: FilmCut) -> dict[str, Any]:
        times = {name: getattr(cut, name) for name in ("created_at", "started_at", "finished_at")}
        return {**cut_progress_of(cut).as_json(), **times}


class CutsSerializer(serializers.Serializer):
    films = CutSerializer(many=True)

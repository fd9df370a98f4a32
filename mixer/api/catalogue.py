"""What a console has to offer, over HTTP: its effects, its schema, its rooms."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from codecraft.common.codec import encode
from codecraft.common.errors import InvalidInput
from codecraft.common.serializers import AnyValue
from mixer import services
from mixer.api.common import RANGE, WAV_ANSWERS, send_file
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.json_schema import console_schema
from mixer.engine.console.schema import STRIP_RANGES
from mixer.engine.mastering import CODECS, TARGETS


class ParamSerializer(serializers.Serializer):
    """A number from `lowest` to `highest`, one of `choices`, or a switch (`is_switch`)."""

    name = serializers.CharField()
    label = serializers.CharField()
    default = AnyValue()
    lowest = serializers.FloatField()
    highest = serializers.FloatField()
    unit = serializers.CharField(allow_blank=True)
    choices = serializers.ListField(child=serializers.CharField())
    logarithmic = serializers.BooleanField()
    automatable = serializers.BooleanField()
    is_switch = serializers.BooleanField()


class EffectKindSerializer(serializers.Serializer):
    kind = serializers.CharField()
    label = serializers.CharField()
    params = ParamSerializer(many=True)
    has_key = serializers.BooleanField(help_text="it can listen to another channel (side-chain)")
    needs_key = serializers.BooleanField()
    live = serializers.BooleanField(help_text="False: pages hear the channel frozen by the studio")


class AudioTargetSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    lufs = serializers.FloatField()
    ceiling_dbtp = serializers.FloatField()


class AudioCodecSerializer(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    usual_kbps = serializers.IntegerField()
    lowest_kbps = serializers.IntegerField()
    highest_kbps = serializers.IntegerField()


class CatalogueSerializer(serializers.Serializer):
    effects = EffectKindSerializer(many=True)
    strip_ranges = serializers.DictField(child=serializers.ListField(child=serializers.FloatField()))
    targets = AudioTargetSerializer(many=True)
    codecs = AudioCodecSerializer(many=True)


class EffectsView(APIView):
    @extend_schema(operation_id="audio_effects", responses=CatalogueSerializer)
    def get(self, request: Request) -> Response:
        return Response(CatalogueSerializer(_catalogue()).data)


def _catalogue() -> dict[str, Any]:
    kinds = []
    for kind in EFFECT_KINDS.values():
        params = [{**encode(param), "is_switch": param.is_switch} for param in kind.params]
        kinds.append({**encode(kind), "params": params})
    return {
        "effects": kinds,
        "strip_ranges": {name: list(bounds) for name, bounds in STRIP_RANGES.items()},
        "targets": [encode(target) for target in TARGETS.values()],
        "codecs": [encode(codec) for codec in CODECS.values()],
    }


class ConsoleSchemaView(APIView):
    @extend_schema(operation_id="audio_console_schema", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        return Response(console_schema())


class ImpulseView(APIView):
    """The impulse response of a synthesised room, 48 kHz, energy 1 on each side."""

    throttle_scope = "audition"  # a room that was never asked for costs a second of work

    @extend_schema(
        operation_id="audio_impulse",
        parameters=[RANGE, OpenApiParameter("decay", OpenApiTypes.NUMBER, description="against the space's own")],
        responses=WAV_ANSWERS,
    )
    def get(self, request: Request, space: str, seed: int) -> HttpResponseBase:
        try:
            decay = float(request.query_params.get("decay", "1"))
        except ValueError:
            raise InvalidInput("decay must be a number.", field="decay") from None
        path = services.impulse_path(space=space, seed=seed, decay=decay)
        return send_file(request, path, media_type="audio/wav", etag=path.stem)

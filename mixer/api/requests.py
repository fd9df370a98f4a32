"""The shape of requests. What is asked is checked by the services, whose sentences name what would be right."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from codecraft.common.serializers import AnyValue, KnownFields
from mixer import services
from mixer.engine.mastering import CODECS, TARGETS

_ID = {"type": "string", "format": "uuid"}


@extend_schema_field(
    {"oneOf": [{"type": "object", "description": "a console's state"}, {"type": "string", "enum": ["auto"]}]}
)
class ConsoleField(AnyValue):
    pass


@extend_schema_field({"type": "object", "description": "A console's state: /api/audio/console-schema.json"})
class StateField(AnyValue):
    pass


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": list(TARGETS)},
            {"type": "object", "properties": {"lufs": {"type": "number"}, "ceiling_dbtp": {"type": "number"}}},
        ],
        "nullable": True,
    }
)
class TargetField(AnyValue):
    pass


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "oneOf": [
                {"type": "string", "enum": list(CODECS)},
                {"type": "object", "properties": {"name": {"type": "string"}, "kbps": {"type": "integer"}}},
            ]
        },
    }
)
class CodecsField(AnyValue):
    pass


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(services.FORMATS)}})
class FormatsField(AnyValue):
    pass


@extend_schema_field({"type": "object", "description": "high_pass_hz, eq, compression, saturation, width, ..."})
class ChainField(AnyValue):
    pass


@extend_schema_field({"type": "boolean"})
class SwitchField(AnyValue):
    pass


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 1})
class ShareField(AnyValue):
    pass


@extend_schema_field(_ID)
class IdField(AnyValue):
    pass


class MasteringFields(KnownFields):
    target = TargetField(required=False, allow_null=True, help_text="where it will be heard, or figures")
    chain = ChainField(required=False, help_text="the mastering chain; decided by the sound when left out")
    codecs = CodecsField(required=False, help_text="encode the master so, and measure what comes out")
    codec_headroom = SwitchField(required=False, help_text="lower the ceiling until the codecs keep to it, too")
    reference = IdField(required=False, help_text="an upload to come near to in spectrum and width")
    reference_loudness = SwitchField(required=False, help_text="take its loudness for the target, too")
    reference_share = ShareField(required=False, help_text="how much of the way")
    formats = FormatsField(required=False, help_text="forms of the finished sound beside WAV")
    into_song = serializers.BooleanField(default=True, help_text="give the result to the song as a new mix version")
    title = serializers.CharField(required=False, allow_blank=True, max_length=120)


class WhereFields(KnownFields):
    """Exactly one of them."""

    session = serializers.UUIDField(required=False)
    generation = serializers.UUIDField(required=False, help_text="a song of yours")


class SoundFields(WhereFields):
    bounce = serializers.UUIDField(required=False, help_text="a finished mix")
    upload = serializers.UUIDField(required=False)


class MixRequestSerializer(WhereFields, MasteringFields):
    console = ConsoleField(required=False, help_text="a state, “auto”, or the session's own when left out")
    stems = serializers.BooleanField(default=False, help_text="every channel's share of the mix as a file")


class MasterRequestSerializer(SoundFields, MasteringFields):
    pass


class AnalyseRequestSerializer(SoundFields):
    pass


def place_of(asked: dict[str, Any]) -> dict[str, Any]:
    """Takes the fields that say what is to be heard out of a request."""
    return {name: asked.pop(name) for name in ("session", "generation", "bounce", "upload") if name in asked}


class UploadRequestSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True, max_length=None)


class TakeRequestSerializer(UploadRequestSerializer):
    offset_s = serializers.FloatField(default=0.0, help_text="where the song stood when the recording began")
    latency_s = serializers.FloatField(default=0.0, help_text="the way out and in through the sound card")
    name = serializers.CharField(required=False, allow_blank=True, max_length=80)


class SessionRequestSerializer(KnownFields):
    """Of a song, or of uploads."""

    generation = serializers.UUIDField(required=False)
    uploads = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=64)
    title = serializers.CharField(required=False, allow_blank=True, max_length=120)
    new = serializers.BooleanField(default=False, help_text="a further session, though there is one for this song")


class RenameSerializer(KnownFields):
    title = serializers.CharField(max_length=120)


class ConsoleRequestSerializer(KnownFields):
    state = StateField()
    base_revision = serializers.IntegerField(min_value=0)
    summary = serializers.CharField(required=False, allow_blank=True, max_length=320)


class StepRequestSerializer(KnownFields):
    base_revision = serializers.IntegerField(min_value=0, required=False, allow_null=True)


class SnapshotRequestSerializer(KnownFields):
    name = serializers.CharField(max_length=80)


class FreezeRequestSerializer(KnownFields):
    channel = serializers.CharField(max_length=60)


class WishRequestSerializer(KnownFields):
    text = serializers.CharField(max_length=500)

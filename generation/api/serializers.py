"""The shape of requests and answers. Rules stand in `clean_brief`; here only names and types."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from codecraft.common.models import JobState
from codecraft.common.serializers import AnyValue, FailureSerializer, KnownFields
from generation.contracts import (
    FILM_RATES_FPS,
    MAX_FILM_MEDIA,
    MAX_LENGTH_S,
    MAX_LYRICS_WORDS,
    MAX_PRONUNCIATIONS,
    MAX_SEED,
    MAX_THEME_CHARS,
    MAX_TITLE_CHARS,
    MIN_LENGTH_S,
    PLAIN_FILM,
    FilmFraming,
    FilmSize,
    FilmWords,
    MusicStyle,
)
from generation.events import progress_of
from generation.models import Generation, GenerationFile
from mixer.contracts import ReverbKind, VoiceEffects
from mixer.engine.voice_effects import EFFECT_RANGES
from voicelab.contracts import SpeechSource, VoiceStyle


class ExactText(serializers.CharField):
    """Text only: a number or a truth value is a mistake of the caller, not text to be guessed at."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, **kwargs)
        self.error_messages["null"] = "This must be text."
        self.validators = []  # the control characters that REST framework refuses are taken out by clean_brief

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError(f"The {self.field_name} must be text.")
        return data


def _values(kind: Any, default: Any) -> dict[str, Any]:
    return {"type": "string", "enum": [option.value for option in kind], "default": default.value}


@extend_schema_field(_values(VoiceStyle, VoiceStyle.HEROIC_MALE))
class VoiceField(AnyValue):
    pass


@extend_schema_field(_values(MusicStyle, MusicStyle.EPIC))
class StyleField(AnyValue):
    pass


@extend_schema_field(_values(FilmSize, FilmSize.FULL_HD))
class FilmSizeField(AnyValue):
    pass


@extend_schema_field({"type": "integer", "minimum": 0, "maximum": MAX_SEED, "description": "Random when left out."})
class SeedField(AnyValue):
    pass


@extend_schema_field({"type": "number", "minimum": MIN_LENGTH_S, "maximum": MAX_LENGTH_S, "default": 120})
class LengthField(AnyValue):
    pass


@extend_schema_field(_values(SpeechSource, SpeechSource.LOCAL))
class SpeechField(AnyValue):
    pass


@extend_schema_field(
    {
        "type": "array",
        "maxItems": MAX_PRONUNCIATIONS,
        "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string"}},
        "default": [],
        "example": [["Siobhan", "SH AH0 V AO1 N"]],
        "description": "Pairs of a word and its sounds, for the whole song; misaki letters, IPA or ARPAbet.",
    }
)
class PronunciationsField(AnyValue):
    pass


def _effects_schema() -> dict[str, Any]:
    numbers = {
        name: {"type": "number", "minimum": lowest, "maximum": highest, "default": getattr(VoiceEffects(), name)}
        for name, (lowest, highest) in EFFECT_RANGES.items()
    }
    properties = {**numbers, "reverb": _values(ReverbKind, VoiceEffects().reverb)}
    return {"type": "object", "additionalProperties": False, "properties": properties}


@extend_schema_field(_effects_schema())
class EffectsField(AnyValue):
    pass


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "fps": {"type": "integer", "enum": list(FILM_RATES_FPS), "default": PLAIN_FILM.fps},
            "framing": _values(FilmFraming, PLAIN_FILM.framing),
            "words": _values(FilmWords, PLAIN_FILM.words),
            "media": {"type": "array", "maxItems": MAX_FILM_MEDIA, "items": {"type": "string"}, "default": []},
        },
    }
)
class FilmField(AnyValue):
    pass


class BriefSerializer(KnownFields):
    theme = ExactText(default="", help_text=f"What the song is about; at most {MAX_THEME_CHARS} characters. Needed.")
    title = ExactText(required=False, help_text=f"Empty: the studio finds one. At most {MAX_TITLE_CHARS} characters.")
    voice = VoiceField(required=False)
    style = StyleField(required=False)
    seed = SeedField(required=False)
    length_s = LengthField(required=False)
    lyrics = ExactText(
        required=False, help_text=f"Sung word for word; [Verse] tags optional. At most {MAX_LYRICS_WORDS} words."
    )
    film_size = FilmSizeField(required=False)
    pronunciations = PronunciationsField(required=False)
    speech = SpeechField(required=False)
    effects = EffectsField(required=False)
    film = FilmField(required=False)


class FileSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField()

    class Meta:
        model = GenerationFile
        fields = ("name", "size_bytes", "sha256", "media_type", "url")

    def get_url(self, file: GenerationFile) -> str:
        return reverse("api-generation", args=[file.generation_id]) + "/files/" + quote(file.name)


class AskedSerializer(serializers.Serializer):
    """All fields of the brief as they were understood."""

    theme = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    voice = VoiceField()
    style = StyleField()
    seed = SeedField()
    length_s = LengthField()
    lyrics = serializers.CharField(allow_blank=True)
    film_size = FilmSizeField()
    pronunciations = PronunciationsField()
    speech = SpeechField()
    effects = EffectsField()
    film = FilmField()


class StageSerializer(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["waiting", "running", "done", "skipped"])
    progress = serializers.FloatField()


class LinksSerializer(serializers.Serializer):
    """Null where there is nothing yet."""

    self = serializers.CharField()
    cancel = serializers.CharField()
    retry = serializers.CharField()
    restore = serializers.CharField()
    package = serializers.CharField(allow_null=True)
    preview = serializers.CharField(allow_null=True)
    stream = serializers.CharField(
        allow_null=True, help_text="HLS playlist of the film's finished beginning, while it grows."
    )
    poster = serializers.CharField(allow_null=True)
    score = serializers.CharField(allow_null=True)
    variations = serializers.CharField()
    films = serializers.CharField()
    mixes = serializers.CharField()
    socket = serializers.CharField()
    page = serializers.CharField()


class ProgressSerializer(serializers.Serializer):
    """What polling and the socket `/ws/generations/{id}` both tell."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    brief = AskedSerializer()
    state = serializers.ChoiceField(choices=JobState.choices)
    stage = serializers.CharField()
    stage_title = serializers.CharField()
    progress = serializers.FloatField(help_text="0..1 of the whole")
    seconds_left = serializers.IntegerField(allow_null=True)
    waiting_before = serializers.IntegerField()
    message = serializers.CharField()
    error = FailureSerializer(allow_null=True)
    preview = serializers.IntegerField(help_text="Counts up with each new preview picture; 0 when there is none.")
    stages = StageSerializer(many=True)
    links = LinksSerializer()


class GenerationSerializer(ProgressSerializer):
    """A generation with its progress, its brief, its facts, its files and its links."""

    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)
    duration_s = serializers.FloatField(allow_null=True)
    key = serializers.CharField(source="key_name")
    tempo_bpm = serializers.FloatField(allow_null=True)
    loudness_lufs = serializers.FloatField(allow_null=True)
    notices = serializers.ListField(child=serializers.CharField())
    files = FileSerializer(many=True)
    parent = serializers.UUIDField(allow_null=True, help_text="The song that this one comes from.")
    relation = serializers.CharField(allow_blank=True, help_text="In what it differs from it, as people read it.")

    def to_representation(self, generation: Generation) -> dict[str, Any]:
        return {
            **progress_of(generation).as_json(),
            "created_at": generation.created_at,
            "started_at": generation.started_at,
            "finished_at": generation.finished_at,
            "deleted_at": generation.deleted_at,
            "duration_s": generation.duration_s,
            "key": generation.key_name,
            "tempo_bpm": generation.tempo_bpm,
            "loudness_lufs": generation.loudness_lufs,
            "notices": generation.notices,
            "parent": str(generation.parent_id) if generation.parent_id else None,
            "relation": generation.relation,
            "files": FileSerializer(generation.files.all(), many=True).data,
        }


class VariationsSerializer(serializers.Serializer):
    """Either `count`, or at least one of the others."""

    count = serializers.IntegerField(required=False, min_value=1, max_value=5, help_text="Songs like this, new seeds.")
    style = StyleField(required=False)
    voice = VoiceField(required=False)
    key = serializers.CharField(required=False, max_length=30, help_text="“D minor”, “Bb major”, “F# dorian”.")
    tempo_bpm = serializers.FloatField(required=False)


class GenerationsSerializer(serializers.Serializer):
    generations = GenerationSerializer(many=True)


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True, help_text=".mid, .midi, .kar, .musicxml, .xml, .mxl; to 8 MB.")
    theme = ExactText(required=False, help_text="Empty: the file's name.")
    title = ExactText(required=False, help_text="Empty: the file's own.")
    voice = serializers.ChoiceField([voice.value for voice in VoiceStyle], required=False)
    style = serializers.ChoiceField([style.value for style in MusicStyle], required=False)
    seed = serializers.IntegerField(required=False, min_value=0, max_value=MAX_SEED, help_text="Random when left out.")
    film_size = serializers.ChoiceField([size.value for size in FilmSize], required=False)
    film = FilmField(required=False, help_text="As JSON.")

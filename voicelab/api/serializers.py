"""The shape of requests and answers, for the schema. What is asked is read by `services.read_audition`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from voicelab.contracts import VoiceStyle
from voicelab.engine.audition import MAX_SYLLABLES, MAX_TEXT_CHARS, AuditionMode
from voicelab.engine.melodies import TUNES
from voicelab.services import reading

VOICE_NAMES = [style.value for style in VoiceStyle]


def _span(bounds: tuple[float, float], help_text: str = "", **more: Any) -> serializers.FloatField:
    return serializers.FloatField(min_value=bounds[0], max_value=bounds[1], help_text=help_text, **more)


class VibratoSerializer(serializers.Serializer):
    depth_cents = _span(reading.DEPTH_CENTS, "peak, not peak to peak")
    rate_hz = _span(reading.RATE_HZ)
    onset_s = _span(reading.ONSET_S, "from the start of the note")


class PitchPointSerializer(serializers.Serializer):
    at = _span((0.0, 1.0), "share of the note")
    cents = _span(reading.CURVE_CENTS, "away from the written pitch")


class ExpressionSerializer(serializers.Serializer):
    """How a note is performed; what is left out or null the singer decides."""

    pitch_curve = PitchPointSerializer(many=True, required=False, allow_null=True)
    vibrato = VibratoSerializer(required=False, allow_null=True)
    tension = _span(reading.TENSION, "-1 slack, 1 pressed", required=False, allow_null=True)
    breath = _span(reading.BREATH, "0 clean, 1 all air", required=False, allow_null=True)
    energy = _span(reading.ENERGY, "0 barely, 1 full", required=False, allow_null=True)
    phonemes = serializers.CharField(required=False, allow_blank=True, help_text="sounds of the syllable: hɑɹt")


class NoteExpressionSerializer(ExpressionSerializer):
    note = serializers.IntegerField(min_value=0, help_text="index of the note, from 0")


def _number_schema(bounds: tuple[float, float], **more: Any) -> dict[str, Any]:
    return {"type": "number", "minimum": bounds[0], "maximum": bounds[1], **more}


NOTE_SCHEMA = {
    "type": "object",
    "required": ["midi", "beats"],
    "properties": {
        "midi": _number_schema(reading.MIDI, description="69 is A4; moved by octaves into the voice's compass"),
        "beats": _number_schema(reading.BEATS),
        "rest_beats": _number_schema(reading.REST_BEATS, default=0, description="silence before the note"),
        "slur": {"type": "boolean", "default": False, "description": "goes on with the syllable before"},
    },
}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": list(TUNES)},
            {"type": "array", "items": NOTE_SCHEMA, "maxItems": reading.MAX_NOTES},
        ],
        "description": "A tune by its name, or notes: one for each syllable, and slurred ones.",
        "default": "hymn",
    }
)
class MelodyField(serializers.JSONField):
    pass


class AuditionRequestSerializer(serializers.Serializer):
    voice = serializers.ChoiceField(choices=VOICE_NAMES, required=False, default=VoiceStyle.HEROIC_MALE.value)
    text = serializers.CharField(
        max_length=MAX_TEXT_CHARS,
        help_text=f"One line, at most {MAX_SYLLABLES} syllables; {{word|phonemes}} says how a word sounds.",
    )
    mode = serializers.ChoiceField(choices=[m.value for m in AuditionMode], required=False, default="sing")
    melody = MelodyField(required=False)
    tempo_bpm = _span(reading.TEMPO_BPM, "the tune's own when left out", required=False, allow_null=True)
    seed = serializers.IntegerField(min_value=0, max_value=reading.MAX_SEED, required=False, default=1)
    rate = _span(reading.RATE, "the pace of speech", required=False, default=1.0)
    expressions = NoteExpressionSerializer(many=True, required=False)
    pronunciations = serializers.DictField(child=serializers.CharField(), required=False)


class SungNoteSerializer(serializers.Serializer):
    midi = serializers.FloatField()
    beats = serializers.FloatField()
    rest_beats = serializers.FloatField()
    slur = serializers.BooleanField()
    syllable = serializers.IntegerField()
    word = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True, help_text="the written syllable; empty on a slur")
    phonemes = serializers.CharField(allow_blank=True)
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()
    expression = ExpressionSerializer(allow_null=True, help_text="what was asked for this note")
    automatic = ExpressionSerializer(help_text="what the singer does with it where nothing is asked")


class PartSerializer(serializers.Serializer):
    name = serializers.CharField()
    midi = serializers.ListField(child=serializers.FloatField(), help_text="the pitch of each note")


class SpokenWordSerializer(serializers.Serializer):
    text = serializers.CharField()
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()


class PitchSerializer(serializers.Serializer):
    """The pitch that the singer means to sing, glides and vibrato included; of a choir its first soprano's."""

    step_s = serializers.FloatField()
    midi = serializers.ListField(
        child=serializers.FloatField(allow_null=True), help_text="from 0 s; null where nothing is sung"
    )


class AuditionSerializer(serializers.Serializer):
    id = serializers.CharField(help_text="named by what was asked: the same wish has the same id")
    url = serializers.CharField()
    audio_url = serializers.CharField(help_text="WAV, 24 bits; takes Range; ?download=1 names the file")
    voice = serializers.ChoiceField(choices=VOICE_NAMES)
    mode = serializers.ChoiceField(choices=[m.value for m in AuditionMode])
    text = serializers.CharField()
    melody = serializers.CharField(allow_blank=True, help_text="the tune, `own`, or empty for speech")
    tempo_bpm = serializers.FloatField(allow_null=True)
    seed = serializers.IntegerField()
    rate = serializers.FloatField()
    duration_s = serializers.FloatField()
    sample_rate_hz = serializers.IntegerField()
    channels = serializers.IntegerField()
    level_db = serializers.FloatField(help_text="mean level in dBFS while the voice sounds")
    notices = serializers.ListField(child=serializers.CharField())
    notes = SungNoteSerializer(many=True)
    parts = PartSerializer(many=True, help_text="of a choir: soprano, alto, tenor, bass; else empty")
    words = SpokenWordSerializer(many=True)
    pitch = PitchSerializer(allow_null=True, help_text="null for speech and whispers")


class VoiceSerializer(serializers.Serializer):
    voice = serializers.CharField(source="style.value")
    name = serializers.CharField()
    description = serializers.CharField(source="about")
    sings = serializers.BooleanField()
    sample_text = serializers.CharField(source="sample")
    sample_melody = serializers.CharField(source="melody", allow_blank=True)
    range = serializers.SerializerMethodField()

    @extend_schema_field(
        {
            "type": "object",
            "description": "MIDI numbers",
            "properties": {
                "lowest": {"type": "integer"},
                "highest": {"type": "integer"},
                "comfortable": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
                "text": {"type": "string"},
            },
        }
    )
    def get_range(self, card: Any) -> dict[str, Any]:
        compass = card.compass
        return {
            "lowest": compass.lowest,
            "highest": compass.highest,
            "comfortable": list(compass.comfortable),
            "text": card.compass_text,
        }


class TuneSerializer(serializers.Serializer):
    melody = serializers.CharField(source="name")
    title = serializers.CharField()
    description = serializers.CharField(source="about")
    tempo_bpm = serializers.FloatField()


class LimitsSerializer(serializers.Serializer):
    text_chars = serializers.IntegerField()
    syllables = serializers.IntegerField()


class VoicesSerializer(serializers.Serializer):
    voices = VoiceSerializer(many=True)
    melodies = TuneSerializer(many=True)
    limits = LimitsSerializer()


class SyllableSerializer(serializers.Serializer):
    phonemes = serializers.CharField()
    onset = serializers.CharField(allow_blank=True)
    nucleus = serializers.CharField()
    coda = serializers.CharField(allow_blank=True)
    stress = serializers.IntegerField(help_text="0 none, 1 secondary, 2 primary")


class PronouncedWordSerializer(serializers.Serializer):
    text = serializers.CharField()
    phonemes = serializers.CharField(help_text="as `{word|phonemes}` takes them")
    syllables = SyllableSerializer(many=True)


class PronunciationSerializer(serializers.Serializer):
    text = serializers.CharField()
    syllables = serializers.IntegerField()
    notices = serializers.ListField(child=serializers.CharField())
    words = PronouncedWordSerializer(many=True)

"""The shapes of a score over HTTP, for the schema; what an operation may hold is checked by the editing engine."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.contracts import MAX_SEED
from generation.engine.score.editing.operations import KINDS, NewNote, NoteChange
from mixer.contracts import ChannelRole

IDS = {"type": "array", "items": {"type": "string"}, "example": ["n12", "n13"]}
EXPRESSION = {
    "type": "object",
    "nullable": True,
    "description": "As in auditions: pitch_curve, vibrato, tension, breath, energy, phonemes; what is null is the "
    "singer's own.",
}


def _note_schema(kind: type) -> dict[str, Any]:
    properties = {f.name: _schema_of(str(f.type)) for f in fields(kind)}
    return {"type": "array", "items": {"type": "object", "additionalProperties": False, "properties": properties}}


def _schema_of(annotation: str) -> dict[str, Any]:
    known = {
        "float": {"type": "number"},
        "int": {"type": "integer"},
        "bool": {"type": "boolean"},
        "str": {"type": "string"},
        "tuple[str, ...]": IDS,
        "Expression": EXPRESSION,
    }
    if annotation == "tuple[NewNote, ...]":
        return _note_schema(NewNote)
    if annotation == "tuple[NoteChange, ...]":
        return _note_schema(NoteChange)
    nullable = {"nullable": True} if annotation.endswith(" | None") else {}
    return {**known[annotation.removesuffix(" | None")], **nullable}


def _operation_schema(kind: Any) -> dict[str, Any]:
    properties = {"type": {"type": "string", "enum": [kind.type]}}
    properties |= {f.name: _schema_of(str(f.type)) for f in fields(kind)}
    needed = ["type", *(f.name for f in fields(kind) if f.default is MISSING)]
    return {
        "type": "object",
        "title": kind.type,
        "description": " ".join((kind.__doc__ or "").split())
        if not (kind.__doc__ or "").startswith(kind.__name__)
        else "",
        "additionalProperties": False,
        "required": needed,
        "properties": properties,
    }


@extend_schema_field(
    {"type": "array", "minItems": 1, "items": {"oneOf": [_operation_schema(k) for k in KINDS.values()]}}
)
class OperationsField(serializers.JSONField):
    pass


class BaseSerializer(serializers.Serializer):
    base_revision = serializers.JSONField(help_text="The number of the revision that was edited.")


class PatchSerializer(BaseSerializer):
    operations = OperationsField()
    render = serializers.BooleanField(default=False, help_text="Make the song's files anew at once.")


class RenderSerializer(serializers.Serializer):
    remix = serializers.BooleanField(
        default=False,
        help_text="Set the console anew; else it stays as it was, and only what changed sounds otherwise.",
    )


class RevertSerializer(BaseSerializer):
    revision = serializers.JSONField(help_text="The number of the revision to go to.")


class SectionEditSerializer(BaseSerializer):
    seed = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_SEED, help_text="replace, variation, extend: random when left out."
    )
    bars = serializers.IntegerField(required=False, help_text="extend: how many bars more.")
    to = serializers.IntegerField(required=False, help_text="move: the index that the section gets.")


class PreviewRequestSerializer(serializers.Serializer):
    section = serializers.IntegerField(required=False, help_text="Its index; or else both of:")
    from_beats = serializers.FloatField(required=False)
    to_beats = serializers.FloatField(required=False)


class PreviewSerializer(serializers.Serializer):
    """Where the sound lies, and where in the song it begins."""

    id = serializers.CharField()
    audio_url = serializers.CharField()
    revision = serializers.IntegerField()
    start_s = serializers.FloatField(help_text="The song's time of the first sample.")
    end_s = serializers.FloatField(help_text="The song's time at which the bars end; the sound rings a little longer.")
    duration_s = serializers.FloatField()
    start_beats = serializers.FloatField()
    end_beats = serializers.FloatField()
    notices = serializers.ListField(child=serializers.CharField())


class SpanSerializer(serializers.Serializer):
    start_beats = serializers.FloatField()
    duration_beats = serializers.FloatField()
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()


class PlayedNoteSerializer(SpanSerializer):
    id = serializers.CharField(help_text="Stays with the note through every edit.")
    midi = serializers.IntegerField()
    velocity = serializers.IntegerField()


class ScoreSyllableSerializer(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    word = serializers.CharField()
    word_index = serializers.IntegerField(help_text="Counts the words of the song; -1: no word (an “ooh”).")
    index_in_word = serializers.IntegerField()
    phonemes = serializers.CharField()
    stress = serializers.IntegerField()


@extend_schema_field(EXPRESSION)
class ExpressionField(serializers.JSONField):
    pass


class LeadNoteSerializer(SpanSerializer):
    id = serializers.CharField(allow_null=True, help_text="Null in harmonies and backing, which follow the lead.")
    midi = serializers.IntegerField()
    syllable = ScoreSyllableSerializer(allow_null=True, help_text="Null: goes on with the syllable before it.")
    expression = ExpressionField(allow_null=True)


class LineSerializer(serializers.Serializer):
    id = serializers.CharField(allow_null=True)
    section = serializers.IntegerField()
    text = serializers.CharField()
    energy = serializers.FloatField()
    notes = LeadNoteSerializer(many=True)


class RangeSerializer(serializers.Serializer):
    lowest = serializers.IntegerField()
    highest = serializers.IntegerField()
    comfortable = serializers.ListField(child=serializers.IntegerField())


class VoicePartSerializer(serializers.Serializer):
    name = serializers.CharField()
    lines = LineSerializer(many=True)


class LeadSerializer(VoicePartSerializer):
    id = serializers.CharField(help_text="Always “lead”.")
    spoken = serializers.BooleanField()
    range = RangeSerializer(allow_null=True)


class ScorePartSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    program = serializers.IntegerField(help_text="General MIDI, from 0.")
    synth = serializers.CharField(
        allow_blank=True, help_text="A sound of the studio's synthesizer; empty: the program."
    )
    role = serializers.ChoiceField(choices=[role.value for role in ChannelRole])
    is_drums = serializers.BooleanField()
    pan = serializers.FloatField()
    muted = serializers.BooleanField()
    notes = PlayedNoteSerializer(many=True)


class ScoreSectionSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    kind = serializers.CharField()
    name = serializers.CharField()
    start_bar = serializers.IntegerField()
    bars = serializers.IntegerField()
    energy = serializers.FloatField()
    start_beats = serializers.FloatField()
    end_beats = serializers.FloatField()
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()


class ChordSerializer(SpanSerializer):
    name = serializers.CharField()


class TempoSerializer(serializers.Serializer):
    beat = serializers.FloatField()
    time_s = serializers.FloatField()
    bpm = serializers.FloatField()


class KeySerializer(serializers.Serializer):
    tonic = serializers.CharField()
    mode = serializers.CharField()


class KeyChangeSerializer(KeySerializer):
    beat = serializers.FloatField()
    time_s = serializers.FloatField()


class ScoreLinksSerializer(serializers.Serializer):
    self = serializers.CharField()
    generation = serializers.CharField()
    undo = serializers.CharField(allow_null=True)
    redo = serializers.CharField(allow_null=True)
    revert = serializers.CharField()
    revisions = serializers.CharField()
    render = serializers.CharField(allow_null=True, help_text="Null while the song is being made.")
    preview = serializers.CharField()
    sections = serializers.CharField(help_text="Followed by /{index}/{replace|extend|move|delete|variation}.")


class ScoreSerializer(serializers.Serializer):
    """The score with its ids; times in beats (quarter notes from 0) and in seconds."""

    revision = serializers.IntegerField(help_text="Also the ETag.")
    rendered_revision = serializers.IntegerField(allow_null=True, help_text="The one that the files were made from.")
    summary = serializers.CharField(help_text="What the newest edit did.")
    state = serializers.CharField(help_text="Of the song; edits are refused while it is queued or running.")
    title = serializers.CharField()
    style = serializers.CharField()
    voice = serializers.CharField()
    key = KeySerializer()
    key_changes = KeyChangeSerializer(many=True)
    beats_per_bar = serializers.IntegerField()
    bars = serializers.IntegerField()
    end_beats = serializers.FloatField()
    tail_s = serializers.FloatField()
    duration_s = serializers.FloatField()
    tempo = TempoSerializer(many=True)
    sections = ScoreSectionSerializer(many=True)
    chords = ChordSerializer(many=True)
    parts = ScorePartSerializer(many=True)
    lead = LeadSerializer()
    harmonies = VoicePartSerializer(many=True)
    backing = VoicePartSerializer(many=True)
    choices = serializers.ListField(child=serializers.CharField())
    links = ScoreLinksSerializer()


class RevisionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    parent = serializers.IntegerField(source="parent.number", default=None, allow_null=True)
    summary = serializers.CharField()
    made_by = serializers.CharField(source="made_by.username", default=None, allow_null=True)
    created_at = serializers.DateTimeField()
    is_current = serializers.BooleanField()
    is_rendered = serializers.BooleanField()

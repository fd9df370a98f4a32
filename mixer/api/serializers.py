"""The shape of answers about sessions, stems, consoles, uploads and jobs. Rules stand in the services."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from codecraft.common.models import JobState
from codecraft.common.serializers import FailureSerializer
from mixer import selectors, services
from mixer.contracts import ChannelRole
from mixer.events import audio_progress_of
from mixer.models import AudioJob, AudioUpload, JobKind, MixSession, SessionStem, Snapshot, StemKind

_STATE = {"type": "object", "description": "A console's state; its schema is /api/audio/console-schema.json."}
_FACTS = {"type": "object", "additionalProperties": {}}


@extend_schema_field(_STATE)
class StateField(serializers.JSONField):
    pass


@extend_schema_field(_FACTS)
class FactsField(serializers.JSONField):
    pass


class AudioUploadSerializer(serializers.Serializer):
    """A sound of a person's own, ready for the console: 48 kHz, 32-bit float."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    format = serializers.CharField(help_text="as its content says: wav, flac, mp3, ogg, m4a, aiff")
    source_rate_hz = serializers.IntegerField()
    channels = serializers.IntegerField()
    duration_s = serializers.FloatField()
    size_bytes = serializers.IntegerField()
    measures = FactsField(help_text="loudness (LUFS), true peak (dBTP), range (LU), crest, correlation, DC")
    notices = serializers.ListField(child=serializers.CharField(), help_text="what was mended")
    audio_url = serializers.CharField()
    peaks_url = serializers.CharField()
    created_at = serializers.DateTimeField()

    def to_representation(self, upload: AudioUpload) -> dict[str, Any]:
        url = f"/api/audio/uploads/{upload.id}"
        names = ("name", "format", "source_rate_hz", "channels", "size_bytes", "measures", "notices", "created_at")
        return {
            "id": str(upload.id),
            **{name: getattr(upload, name) for name in names},
            "duration_s": upload.samples / 48_000,
            "audio_url": f"{url}/audio.wav",
            "peaks_url": f"{url}/peaks.json",
        }


class AudioUploadLimitsSerializer(serializers.Serializer):
    bytes = serializers.IntegerField()
    used_bytes = serializers.IntegerField()


class AudioUploadsSerializer(serializers.Serializer):
    uploads = AudioUploadSerializer(many=True)
    limits = AudioUploadLimitsSerializer()


class StemSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="what a channel's `stem` says")
    label = serializers.CharField()
    kind = serializers.ChoiceField(choices=StemKind.choices)
    role = serializers.ChoiceField(choices=[role.value for role in ChannelRole])
    pan = serializers.FloatField()
    offset_s = serializers.FloatField()
    channels = serializers.IntegerField()
    samples = serializers.IntegerField(help_text="at 48 kHz")
    duration_s = serializers.FloatField()
    size_bytes = serializers.IntegerField()
    measures = FactsField()
    audio_url = serializers.CharField()
    peaks_url = serializers.CharField()

    def to_representation(self, stem: SessionStem) -> dict[str, Any]:
        names = ("name", "label", "kind", "role", "pan", "offset_s", "channels", "samples", "size_bytes", "measures")
        url = f"/api/audio/sessions/{stem.session_id}/stems/{stem.name}"
        return {
            **{name: getattr(stem, name) for name in names},
            "duration_s": stem.samples / 48_000,
            "audio_url": f"{url}.wav",
            "peaks_url": f"{url}/peaks.json",
        }


class SectionSerializer(serializers.Serializer):
    kind = serializers.CharField()
    name = serializers.CharField()
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()


class JobLinksSerializer(serializers.Serializer):
    self = serializers.CharField()
    cancel = serializers.CharField()
    retry = serializers.CharField()
    socket = serializers.CharField()
    session = serializers.CharField(allow_null=True)


class JobFileSerializer(serializers.Serializer):
    name = serializers.CharField()
    url = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    media_type = serializers.CharField()


class JobSerializer(serializers.Serializer):
    """Work on sound with its progress; the socket `/ws/audio/{id}` tells the same, without the times."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=JobKind.choices)
    title = serializers.CharField()
    session = serializers.UUIDField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True, help_text="the console's state that it rendered, or made")
    state = serializers.ChoiceField(choices=JobState.choices)
    stage = serializers.CharField()
    stage_title = serializers.CharField()
    progress = serializers.FloatField(help_text="0..1")
    seconds_left = serializers.IntegerField(allow_null=True)
    waiting_before = serializers.IntegerField()
    message = serializers.CharField()
    error = FailureSerializer(allow_null=True)
    request = FactsField()
    result = FactsField(help_text="figures: loudness, before, target, codecs, decisions, mix, sound, stems, ...")
    files = JobFileSerializer(many=True)
    notices = serializers.ListField(child=serializers.CharField())
    duration_s = serializers.FloatField(allow_null=True)
    links = JobLinksSerializer()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, job: AudioJob) -> dict[str, Any]:
        times = {name: getattr(job, name) for name in ("created_at", "started_at", "finished_at")}
        told = audio_progress_of(job).as_json()
        return {**told, "duration_s": told["result"].get("duration_s"), **times}


class JobsSerializer(serializers.Serializer):
    jobs = JobSerializer(many=True)


class BounceSerializer(JobSerializer):
    """A mix or master of a session; `is_current`: the song plays it."""

    is_current = serializers.BooleanField()

    def to_representation(self, job: AudioJob) -> dict[str, Any]:
        return {**super().to_representation(job), "is_current": str(job.id) == self.context.get("current", "")}


class BouncesSerializer(serializers.Serializer):
    bounces = BounceSerializer(many=True)
    working = JobSerializer(
        many=True, help_text="jobs in the works on this session, and the one that puts another mix into its song"
    )


class SessionLinksSerializer(serializers.Serializer):
    self = serializers.CharField()
    console = serializers.CharField()
    page = serializers.CharField()
    source_page = serializers.CharField(allow_null=True)


class SessionBriefSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    title = serializers.CharField()
    source = serializers.DictField(child=serializers.CharField(), help_text="kind and id of where the stems come from")
    is_ready = serializers.BooleanField(help_text="False while the stems are being prepared")
    duration_s = serializers.FloatField()
    tempo_bpm = serializers.FloatField(allow_null=True)
    space = serializers.CharField()
    revision = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField()
    links = SessionLinksSerializer()

    def to_representation(self, session: MixSession) -> dict[str, Any]:
        url = f"/api/audio/sessions/{session.id}"
        is_song = session.source_kind in services.source_kinds()
        page = services.source_of(session.source_kind).page_of(session.source_id) if is_song else None
        names = ("title", "is_ready", "duration_s", "tempo_bpm", "space", "created_at", "used_at")
        return {
            "id": str(session.id),
            **{name: getattr(session, name) for name in names},
            "source": {"kind": session.source_kind, "id": session.source_id},
            "revision": session.revision.number if session.revision else None,
            "links": {
                "self": url,
                "console": f"{url}/console",
                "page": f"/audio-mixer/{session.id}",
                "source_page": page,
            },
        }


class SessionSerializer(SessionBriefSerializer):
    """A session with its stems; `preparing` is the job that makes them ready, while they are not."""

    sample_rate_hz = serializers.IntegerField()
    sections = SectionSerializer(many=True)
    stems = StemSerializer(many=True)
    notices = serializers.ListField(child=serializers.CharField())
    preparing = JobSerializer(allow_null=True)

    def to_representation(self, session: MixSession) -> dict[str, Any]:
        job = selectors.preparing_job(session)
        return {
            **super().to_representation(session),
            "sample_rate_hz": 48_000,
            "sections": session.sections,
            "stems": StemSerializer(session.stems.all(), many=True).data,
            "notices": session.notices,
            "preparing": JobSerializer(job).data if job else None,
        }


class SessionsSerializer(serializers.Serializer):
    sessions = SessionBriefSerializer(many=True)


class DecisionSerializer(serializers.Serializer):
    id = serializers.CharField()
    channel = serializers.CharField(help_text="the id of the channel or bus that it touches")
    sentence = serializers.CharField()
    measures = FactsField()
    changes = serializers.ListField(child=FactsField(), help_text="path, before, after")
    status = serializers.ChoiceField(choices=["proposed", "accepted", "undone"])


class FrozenSerializer(serializers.Serializer):
    key = serializers.CharField()
    effects = serializers.ListField(child=serializers.CharField())
    audio = serializers.CharField(allow_null=True)


class ConsoleSerializer(serializers.Serializer):
    """The console as it stands: `summary` says what made this state."""

    state = StateField()
    revision = serializers.IntegerField()
    summary = serializers.CharField()
    can_undo = serializers.BooleanField()
    can_redo = serializers.BooleanField()
    decisions = DecisionSerializer(many=True)
    frozen = serializers.DictField(child=FrozenSerializer(), help_text="channels with effects that pages cannot play")

    def to_representation(self, session: MixSession) -> dict[str, Any]:
        revision = services.require_revision(session)
        state = services.current_state(session)
        return {
            "state": revision.state,
            "revision": revision.number,
            "summary": revision.summary,
            "can_undo": revision.parent_id is not None,
            "can_redo": selectors.redo_of(revision) is not None,
            "decisions": revision.decisions,
            "frozen": services.frozen_of(session, state),
        }


class WishAnswerSerializer(serializers.Serializer):
    """What became of a wish: a sentence for each thing that was moved, notes on what was not."""

    sentences = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())
    source = serializers.ChoiceField(choices=["words", "openai"], help_text="who took the words apart")
    console = ConsoleSerializer()


class SnapshotSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    revision = serializers.IntegerField()
    created_at = serializers.DateTimeField()

    def to_representation(self, snapshot: Snapshot) -> dict[str, Any]:
        return {
            "id": str(snapshot.id),
            "name": snapshot.name,
            "revision": snapshot.revision.number,
            "created_at": snapshot.created_at,
        }


class SnapshotsSerializer(serializers.Serializer):
    snapshots = SnapshotSerializer(many=True)

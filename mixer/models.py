"""Uploads, sessions at the console with their stems, the console's states, and the jobs that render them."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from codecraft.common.models import BaseModel, Job, JobState
from mixer.contracts import ChannelRole, Space
from rados.selectors import OwnedQuerySet

MAX_TITLE_CHARS = 120
MAX_NAME_CHARS = 60


class StemKind(models.TextChoices):
    SONG = "song", "of a song"
    UPLOAD = "upload", "uploaded"
    TAKE = "take", "recorded"


class JobKind(models.TextChoices):
    PREPARE = "prepare", "Preparing the stems"
    MIX = "mix", "Mixing"
    MASTER = "master", "Mastering"
    ANALYSE = "analyse", "Measuring"
    ASSIST = "assist", "Listening"
    FREEZE = "freeze", "Freezing a channel"
    CHOOSE = "choose", "Putting a mix into its song"


class Owned(models.Model):
    """What belongs to a member or to a guest; to nobody else, and to nobody at all never for long."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    guest_id = models.UUIDField(null=True, blank=True, db_index=True, editable=False)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


def _one_owner(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(owner=None) | Q(guest_id=None), name=name)


class AudioUpload(Owned, BaseModel):
    """A sound that a person brought, as the console plays it: 48 kHz, 32-bit float, mono or stereo. `format`,
    `source_rate_hz` and `source_sha256` tell what was sent; `measures` how it sounds; `notices` what was mended."""

    name = models.CharField(max_length=200)
    format = models.CharField(max_length=10)
    source_sha256 = models.CharField(max_length=64, editable=False)
    source_rate_hz = models.PositiveIntegerField()
    channels = models.PositiveSmallIntegerField()
    samples = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    measures = models.JSONField(default=dict, blank=True)
    notices = models.JSONField(default=list, blank=True)
    used_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            _one_owner("audio_upload_one_owner"),
            models.UniqueConstraint(fields=["owner", "source_sha256"], name="audio_upload_once_per_owner"),
            models.UniqueConstraint(fields=["guest_id", "source_sha256"], name="audio_upload_once_per_guest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return settings.MIXES_DIR / "uploads" / f"{self.id}.wav"

    @property
    def peaks_path(self) -> Path:
        return self.path.with_suffix(".peaks.json")


class MixSession(Owned, BaseModel):
    """One piece of work at the console. `source_kind` and `source_id` name where its stems come from (a registered
    source, see `services.sources`, or "uploads"), `source_revision` which state of it. It can be played when
    `is_ready`. `revision` is the console as people see it."""

    title = models.CharField(max_length=MAX_TITLE_CHARS)
    source_kind = models.CharField(max_length=20)
    source_id = models.CharField(max_length=64, blank=True, db_index=True)
    source_revision = models.CharField(max_length=80, blank=True)
    is_ready = models.BooleanField(default=False)
    duration_s = models.FloatField(default=0.0)
    tempo_bpm = models.FloatField(null=True, blank=True)
    space = models.CharField(max_length=20, choices=[(s.value, s.value) for s in Space], default=Space.STUDIO.value)
    seed = models.PositiveIntegerField(default=0)
    sections = models.JSONField(default=list, blank=True)
    notices = models.JSONField(default=list, blank=True)
    revision = models.ForeignKey(
        "ConsoleRevision", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    used_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering: ClassVar = ["-used_at", "id"]
        constraints: ClassVar = [_one_owner("mix_session_one_owner")]

    def __str__(self) -> str:
        return self.title

    @property
    def folder(self) -> Path:
        return settings.MIXES_DIR / "sessions" / str(self.id)


class SessionStem(BaseModel):
    """A sound that the console plays, 48 kHz. `name` is the channel's word for it; `pan` where it sits by itself;
    `effects` what was asked of a voice; `offset_s` where a take begins on the timeline."""

    session = models.ForeignKey(MixSession, on_delete=models.CASCADE, related_name="stems")
    upload = models.ForeignKey(AudioUpload, on_delete=models.SET_NULL, null=True, blank=True, related_name="stems")
    kind = models.CharField(max_length=10, choices=StemKind.choices, default=StemKind.SONG)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=MAX_NAME_CHARS)
    label = models.CharField(max_length=80)
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in ChannelRole])
    pan = models.FloatField(default=0.0)
    effects = models.JSONField(null=True, blank=True)
    offset_s = models.FloatField(default=0.0)
    channels = models.PositiveSmallIntegerField()
    samples = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    measures = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["session", "position", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "name"], name="session_stem_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return self.session.folder / "stems" / f"{self.name}.wav"

    @property
    def peaks_path(self) -> Path:
        return self.session.folder / "stems" / f"{self.name}.peaks.json"


class ConsoleRevision(BaseModel):
    """One state of a session's console; never changed once it stands. `parent` is the state it was made from: undo
    goes there, and what was undone stays. `decisions` are the assistant's, each with its `status`."""

    session = models.ForeignKey(MixSession, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    state = models.JSONField()
    decisions = models.JSONField(default=list, blank=True)
    summary = models.CharField(max_length=320)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["session", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "number"], name="console_revision_number")]

    def __str__(self) -> str:
        return f"console {self.number}"


class Snapshot(BaseModel):
    """A state of the console that a person gave a name."""

    session = models.ForeignKey(MixSession, on_delete=models.CASCADE, related_name="snapshots")
    name = models.CharField(max_length=80)
    revision = models.ForeignKey(ConsoleRevision, on_delete=models.CASCADE, related_name="snapshots")

    class Meta:
        ordering: ClassVar = ["session", "created_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "name"], name="snapshot_name")]

    def __str__(self) -> str:
        return self.name


class AudioJob(Owned, Job):
    """Long work on sound. `request` is what was asked, checked; `result` the figures; `files` what can be taken away,
    each with name, size_bytes, sha256 and media_type, in `folder`. `revision` is the console that was rendered."""

    kind = models.CharField(max_length=10, choices=JobKind.choices)
    session = models.ForeignKey(MixSession, on_delete=models.CASCADE, null=True, blank=True, related_name="jobs")
    revision = models.ForeignKey(
        ConsoleRevision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    title = models.CharField(max_length=MAX_TITLE_CHARS, blank=True)
    request = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    files = models.JSONField(default=list, blank=True)
    notices = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="audiojob_state_created")]
        constraints: ClassVar = [
            _one_owner("audio_job_one_owner"),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="audio_job_progress"),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(lease__isnull=False), name="audio_job_running_is_leased"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}" if self.title else self.get_kind_display()

    @property
    def folder(self) -> Path:
        return settings.MIXES_DIR / "jobs" / str(self.id)

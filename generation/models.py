"""The request for a song and its result, as people see them in their library, and the files of the result."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from codecraft.common.codec import decode
from codecraft.common.models import BaseModel, Job, JobState
from generation.contracts import (
    MAX_LENGTH_S,
    MAX_SEED,
    MAX_THEME_CHARS,
    MAX_TITLE_CHARS,
    MAX_TRAILER_S,
    MIN_LENGTH_S,
    NO_EFFECTS,
    PLAIN_FILM,
    Brief,
    FilmFraming,
    FilmOptions,
    FilmSize,
    FilmWords,
    MusicStyle,
)
from mixer.contracts import VoiceEffects
from rados.selectors import OwnedQuerySet
from voicelab.contracts import SpeechSource, VoiceStyle


def _choices(kind: type) -> list[tuple[str, str]]:
    return [(option.value, option.value.replace("_", " ")) for option in kind]


class GenerationQuerySet(OwnedQuerySet):
    def kept(self) -> GenerationQuerySet:
        return self.filter(deleted_at=None)

    def active(self) -> GenerationQuerySet:
        return self.filter(state__in=[JobState.QUEUED, JobState.RUNNING])


class Generation(Job):
    """`title` is what was asked for until the song is done, then the song's own.

    `revision` is the score that people see and that the next rendering plays; `rendered_revision` the one that the
    files were made from. A song without a revision is composed when it is made. `parent` is the song that this one is
    a variation of, `relation` says in what.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="generations"
    )
    guest_id = models.UUIDField(null=True, blank=True, db_index=True, editable=False)
    idempotency_key = models.CharField(max_length=100, blank=True, editable=False)

    theme = models.CharField(max_length=MAX_THEME_CHARS)
    title = models.CharField(max_length=MAX_TITLE_CHARS, blank=True)
    asked_title = models.CharField(max_length=MAX_TITLE_CHARS, blank=True)
    voice = models.CharField(max_length=20, choices=_choices(VoiceStyle))
    style = models.CharField(max_length=20, choices=_choices(MusicStyle))
    seed = models.PositiveIntegerField(validators=[MaxValueValidator(MAX_SEED)])
    length_s = models.FloatField(validators=[MinValueValidator(MIN_LENGTH_S), MaxValueValidator(MAX_LENGTH_S)])
    lyrics = models.TextField(blank=True)
    film_size = models.CharField(max_length=10, choices=_choices(FilmSize))
    pronunciations = models.JSONField(default=list, blank=True)
    speech = models.CharField(max_length=10, choices=_choices(SpeechSource), default=SpeechSource.LOCAL.value)
    effects = models.JSONField(default=dict, blank=True)
    film = models.JSONField(default=dict, blank=True)

    duration_s = models.FloatField(null=True, blank=True)
    key_name = models.CharField(max_length=30, blank=True)
    tempo_bpm = models.FloatField(null=True, blank=True)
    loudness_lufs = models.FloatField(null=True, blank=True)
    notices = models.JSONField(default=list, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True, db_index=True)

    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="variations")
    relation = models.CharField(max_length=80, blank=True)
    revision = models.ForeignKey(
        "ScoreRevision", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    rendered_revision = models.ForeignKey(
        "ScoreRevision", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["state", "created_at"], name="generation_state_created"),
            models.Index(fields=["owner", "-created_at"], name="generation_owner_created"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(owner=None) | Q(guest_id=None), name="generation_one_owner"),
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="generation_progress"),
            models.CheckConstraint(
                condition=Q(length_s__gte=MIN_LENGTH_S, length_s__lte=MAX_LENGTH_S), name="generation_length"
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(lease__isnull=False), name="generation_running_is_leased"
            ),
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"], condition=~Q(idempotency_key=""), name="generation_once_per_owner"
            ),
            models.UniqueConstraint(
                fields=["guest_id", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="generation_once_per_guest",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.theme

    @property
    def brief(self) -> Brief:
        return Brief(
            theme=self.theme,
            voice=VoiceStyle(self.voice),
            style=MusicStyle(self.style),
            seed=self.seed,
            length_s=self.length_s,
            title=self.asked_title,
            lyrics=self.lyrics,
            film_size=FilmSize(self.film_size),
            pronunciations=tuple((word, sounds) for word, sounds in self.pronunciations),
            speech=SpeechSource(self.speech),
            effects=decode(VoiceEffects, self.effects) if self.effects else NO_EFFECTS,
            film=decode(FilmOptions, self.film) if self.film else PLAIN_FILM,
        )

    @property
    def out_dir(self) -> Path:
        return settings.SONGS_DIR / str(self.id)

    @property
    def preview_path(self) -> Path:
        """The newest painted frame of a film in the making."""
        return settings.SONGS_DIR / f"{self.id}.preview.jpg"

    @property
    def stream_dir(self) -> Path:
        """The finished beginning of a film in the making, as an HLS playlist."""
        return settings.SONGS_DIR / f"{self.id}.stream"


class ScoreRevision(BaseModel):
    """One state of a song's score; never changed once it stands. Number 0 is what was composed or uploaded.

    `packed` is the open score with the ids of its notes (`generation.engine.score.editing.pack`). `parent` is the
    revision that was edited: undo goes there, and what was undone stays. `desk` is how the mixer was set when this
    revision was rendered; the next rendering of the song starts from there. `notices` tell what became of a file that
    was uploaded.
    """

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    packed = models.BinaryField()
    desk = models.BinaryField(default=b"", blank=True)
    summary = models.CharField(max_length=320)
    notices = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["generation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generation", "number"], name="score_revision_number"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"


class GenerationFile(BaseModel):
    """A file of a finished package, under its name in the package ("stems/01-lead-vocal.wav")."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)

    class Meta:
        ordering: ClassVar = ["generation", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generation", "name"], name="generation_file_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return self.generation.out_dir / self.name


class FilmCut(Job):
    """Another film of a finished song: in another format, with other words on it, or a trailer of `trailer_s` seconds
    (0: the whole song). `revision` is the score that it shows; the song itself is not touched."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="cuts")
    revision = models.ForeignKey(
        ScoreRevision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    size = models.CharField(max_length=10, choices=_choices(FilmSize))
    fps = models.PositiveSmallIntegerField(default=PLAIN_FILM.fps)
    framing = models.CharField(max_length=10, choices=_choices(FilmFraming), default=PLAIN_FILM.framing.value)
    words = models.CharField(max_length=15, choices=_choices(FilmWords), default=PLAIN_FILM.words.value)
    trailer_s = models.PositiveSmallIntegerField(default=0)

    duration_s = models.FloatField(null=True, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    notices = models.JSONField(default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="filmcut_state_created")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="filmcut_progress"),
            models.CheckConstraint(condition=Q(trailer_s__lte=MAX_TRAILER_S), name="filmcut_trailer"),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(lease__isnull=False), name="filmcut_running_is_leased"
            ),
        ]

    def __str__(self) -> str:
        kind = f"trailer of {self.trailer_s} s" if self.trailer_s else "film"
        return f"{self.generation} - {kind}, {self.size}"

    @property
    def path(self) -> Path:
        return self.generation.out_dir / "cuts" / f"{self.id}.mp4"

    @property
    def poster_path(self) -> Path:
        return self.path.with_suffix(".jpg")

    @property
    def preview_path(self) -> Path:
        """The newest painted frame of a cut in the making."""
        return settings.SONGS_DIR / f"{self.id}.preview.jpg"


class MixVersion(BaseModel):
    """A mix of a song made at the console. `bounce_id` names the mixer's job that rendered it; its files are the
    song's own, so that it stays when the session goes. `is_current`: the package plays it."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="mixes")
    revision = models.ForeignKey(
        ScoreRevision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    number = models.PositiveIntegerField()
    bounce_id = models.CharField(max_length=64)
    title = models.CharField(max_length=MAX_TITLE_CHARS, blank=True)
    integrated_lufs = models.FloatField()
    true_peak_dbtp = models.FloatField()
    lra_lu = models.FloatField()
    decisions = models.JSONField(default=list, blank=True)
    is_current = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["generation", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["generation", "number"], name="mix_version_number"),
            models.UniqueConstraint(fields=["generation", "bounce_id"], name="mix_version_bounce"),
            models.UniqueConstraint(
                fields=["generation"], condition=Q(is_current=True), name="mix_version_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"mix {self.number}"

    @property
    def folder(self) -> Path:
        return self.generation.out_dir / "mixes" / str(self.id)


class FilmMedia(Job):
    """A picture or clip that a person brought for their films. While it is made ready, the upload lies in
    `upload_path`; then `key` (the SHA-256 of the prepared file) names it in briefs, and files of one key are shared by
    all who brought the same. `size_bytes` is what the prepared file takes, the upload's size until then."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="film_media"
    )
    guest_id = models.UUIDField(null=True, blank=True, db_index=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[("picture", "picture"), ("clip", "clip")])
    source_sha256 = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=64, blank=True, db_index=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    duration_s = models.FloatField(default=0.0)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        verbose_name_plural = "film media"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(owner=None) | Q(guest_id=None), name="film_media_one_owner"),
            models.UniqueConstraint(fields=["owner", "source_sha256"], name="film_media_source_once_per_owner"),
            models.UniqueConstraint(fields=["guest_id", "source_sha256"], name="film_media_source_once_per_guest"),
            models.UniqueConstraint(
                fields=["owner", "key"], condition=~Q(key=""), name="film_media_key_once_per_owner"
            ),
            models.UniqueConstraint(
                fields=["guest_id", "key"], condition=~Q(key=""), name="film_media_key_once_per_guest"
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(lease__isnull=False), name="film_media_running_is_leased"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def upload_path(self) -> Path:
        return settings.OWN_MEDIA_DIR / "incoming" / str(self.id)

    @property
    def thumbnail_path(self) -> Path:
        return settings.OWN_MEDIA_DIR / f"{self.key}.jpg"

"""The mixer behind the stage: sessions, sounds and jobs are looked at here, not rewritten."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from codecraft.common.admin import ReadOnlyAdmin, readable_size
from mixer.models import AudioJob, AudioUpload, ConsoleRevision, MixSession, SessionStem, Snapshot


@admin.register(MixSession)
class MixSessionAdmin(ReadOnlyAdmin):
    list_display = ("title", "owner", "source_kind", "is_ready", "duration_s", "revision", "used_at", "created_at")
    list_filter = ("source_kind", "is_ready", "created_at")
    search_fields = ("id", "title", "source_id", "owner__username")
    list_select_related = ("owner", "revision")
    list_per_page = 50


@admin.register(AudioUpload)
class AudioUploadAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "format", "source_rate_hz", "channels", "weight", "used_at", "created_at")
    list_filter = ("format", "channels", "created_at")
    search_fields = ("id", "name", "owner__username", "source_sha256")
    list_select_related = ("owner",)
    list_per_page = 50

    @admin.display(description="file", ordering="size_bytes")
    def weight(self, upload: AudioUpload) -> str:
        return readable_size(upload.size_bytes)


@admin.register(SessionStem)
class SessionStemAdmin(ReadOnlyAdmin):
    list_display = ("name", "session", "kind", "role", "channels", "weight", "created_at")
    list_filter = ("kind", "role", "created_at")
    search_fields = ("id", "name", "label", "session__title", "session__id")
    list_select_related = ("session",)
    list_per_page = 50

    @admin.display(description="file", ordering="size_bytes")
    def weight(self, stem: SessionStem) -> str:
        return readable_size(stem.size_bytes)


@admin.register(ConsoleRevision)
class ConsoleRevisionAdmin(ReadOnlyAdmin):
    """The states of the consoles: what was done, by whom, when."""

    list_display = ("session", "number", "summary", "made_by", "created_at")
    list_display_links = ("number",)
    list_filter = ("created_at",)
    search_fields = ("summary", "session__title", "session__id", "made_by__username")
    list_select_related = ("session", "made_by")
    list_per_page = 50
    fields = ("session", "number", "parent", "summary", "made_by", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsoleRevision]:
        return super().get_queryset(request).defer("state", "decisions")


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("name", "session", "revision", "created_at")
    search_fields = ("name", "session__title", "session__id")
    list_select_related = ("session", "revision")
    list_per_page = 50


@admin.register(AudioJob)
class AudioJobAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "owner", "state", "percent", "attempts", "created_at", "finished_at")
    list_filter = ("kind", "state", "error_code", "created_at")
    search_fields = ("id", "title", "session__id", "owner__username", "error")
    list_select_related = ("owner",)
    list_per_page = 50

    @admin.display(description="progress", ordering="progress")
    def percent(self, job: AudioJob) -> str:
        return f"{job.progress:.0%}"

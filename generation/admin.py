from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from codecraft.common.admin import ReadOnlyAdmin, readable_size
from codecraft.common.errors import StudioError
from codecraft.common.streaming import file_response
from generation import services
from generation.models import FilmCut, FilmMedia, Generation, GenerationFile, MixVersion, ScoreRevision
from rados.contracts import Person


def _owner(generation: Generation) -> Person:
    return Person(user_id=generation.owner_id, guest_id=generation.guest_id)


BRIEF_FIELDS = ("theme", "asked_title", "voice", "style", "seed", "length_s", "film_size", "lyrics")
VOICE_FIELDS = ("pronunciations", "speech", "effects")


class FileInline(admin.TabularInline):
    model = GenerationFile
    fields = readonly_fields = ("link", "size", "media_type", "sha256")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="file")
    def link(self, file: GenerationFile) -> SafeString:
        return file_link(file)

    @admin.display(description="size")
    def size(self, file: GenerationFile) -> str:
        return readable_size(file.size_bytes)


def file_link(file: GenerationFile) -> SafeString:
    url = reverse("admin:generation_generation_file", args=[file.generation_id, file.name])
    return format_html('<a href="{}">{}</a>', url, file.name)


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "who",
        "state",
        "percent",
        "style",
        "voice",
        "length_s",
        "film_size",
        "attempts",
        "created_at",
    )
    list_filter = (
        "state",
        "style",
        "voice",
        "film_size",
        "error_code",
        "created_at",
        ("deleted_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("id", "title", "theme", "lyrics", "owner__username", "owner__email", "error")
    date_hierarchy = "created_at"
    list_select_related = ("owner",)
    list_per_page = 50
    inlines = (FileInline,)
    actions = ("cancel", "try_again", "restore")
    fieldsets = (
        (None, {"fields": ("id", "who", "state", "percent", "error", "error_code", "notice_list", "created_at")}),
        ("Brief", {"fields": (*BRIEF_FIELDS, *VOICE_FIELDS)}),
        ("Score", {"fields": ("revision", "rendered_revision", "revision_list", "parent", "relation")}),
        ("Result", {"fields": ("title", "duration_s", "key_name", "tempo_bpm", "loudness_lufs", "package")}),
        (
            "Work",
            {
                "fields": (
                    "stage",
                    "attempts",
                    "runner",
                    "enqueued_at",
                    "started_at",
                    "heartbeat_at",
                    "finished_at",
                    "deleted_at",
                    "log",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Generation]:
        return super().get_queryset(request).prefetch_related("files")

    def get_urls(self) -> list[Any]:
        mine = path(
            "<uuid:generation_id>/files/<path:name>",
            self.admin_site.admin_view(self.file_view),
            name="generation_generation_file",
        )
        return [mine, *super().get_urls()]

    def file_view(self, request: HttpRequest, generation_id: Any, name: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        file = get_object_or_404(GenerationFile, generation_id=generation_id, name=name)
        return file_response(request, file.path, media_type=file.media_type, etag=file.sha256)

    @admin.display(description="owner", ordering="owner")
    def who(self, generation: Generation) -> str:
        return str(generation.owner) if generation.owner_id else "guest"

    @admin.display(description="progress", ordering="progress")
    def percent(self, generation: Generation) -> str:
        return f"{generation.progress:.0%}"

    @admin.display(description="notices")
    def notice_list(self, generation: Generation) -> SafeString | str:
        return format_html_join("\n", "<p>{}</p>", ((n,) for n in generation.notices)) or "none"

    @admin.display(description="package")
    def package(self, generation: Generation) -> SafeString | str:
        return format_html_join(" · ", "{}", ((file_link(f),) for f in generation.files.all())) or "not made"

    @admin.display(description="revisions")
    def revision_list(self, generation: Generation) -> SafeString | str:
        rows = generation.revisions.defer("packed", "desk")
        url = reverse("admin:generation_scorerevision_changelist")
        told = ((f"{url}{r.id}/change/", r.number, r.summary) for r in rows)
        return format_html_join("\n", '<p><a href="{}">{}</a> {}</p>', told) or "none yet"

    @admin.action(description="Cancel the work", permissions=["delete"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        self._each(request, [g for g in chosen if g.is_active], services.cancel_generation, "cancelled")

    @admin.action(description="Try failed or cancelled songs again", permissions=["delete"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        ended = [g for g in chosen if g.state in ("failed", "cancelled")]
        self._each(request, ended, services.retry_generation, "queued again")

    @admin.action(description="Restore deleted songs", permissions=["delete"])
    def restore(self, request: HttpRequest, chosen: QuerySet[Generation]) -> None:
        deleted = [g for g in chosen if g.deleted_at]
        self._each(request, deleted, services.restore_generation, "restored")

    def _each(self, request: HttpRequest, chosen: list[Generation], service: Any, done: str) -> None:
        count = 0
        for generation in chosen:
            try:
                service(person=_owner(generation), generation_id=generation.id)
                count += 1
            except StudioError as error:
                self.message_user(request, f"{generation}: {error.message}", level="warning")
        self.message_user(request, f"{count} {'song' if count == 1 else 'songs'} {done}.")


@admin.register(GenerationFile)
class GenerationFileAdmin(ReadOnlyAdmin):
    list_display = ("name", "song", "media_type", "size", "link", "created_at")
    list_filter = ("media_type", "created_at", "generation__style")
    search_fields = ("name", "sha256", "generation__title", "generation__theme", "generation__id")
    list_select_related = ("generation",)

    @admin.display(description="song", ordering="generation__title")
    def song(self, file: GenerationFile) -> SafeString:
        url = reverse("admin:generation_generation_change", args=[file.generation_id])
        return format_html('<a href="{}">{}</a>', url, file.generation)

    @admin.display(description="size", ordering="size_bytes")
    def size(self, file: GenerationFile) -> str:
        return readable_size(file.size_bytes)

    @admin.display(description="open")
    def link(self, file: GenerationFile) -> SafeString:
        return file_link(file)


@admin.register(ScoreRevision)
class ScoreRevisionAdmin(ReadOnlyAdmin):
    """The states of the scores: what was done, by whom, when. Their contents are read in the editor."""

    list_display = ("song", "number", "summary", "who", "size", "is_rendered", "created_at")
    list_display_links = ("number",)
    list_filter = ("created_at", "generation__style")
    search_fields = ("summary", "generation__title", "generation__theme", "generation__id", "made_by__username")
    list_select_related = ("generation", "made_by")
    list_per_page = 50
    fields = ("song", "number", "parent", "summary", "who", "notices", "size", "is_rendered", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoreRevision]:
        found = super().get_queryset(request).defer("packed", "desk")
        return found.annotate(packed_bytes=Length("packed"))

    @admin.display(description="song", ordering="generation__title")
    def song(self, revision: ScoreRevision) -> SafeString:
        url = reverse("admin:generation_generation_change", args=[revision.generation_id])
        return format_html('<a href="{}">{}</a>', url, revision.generation)

    @admin.display(description="made by", ordering="made_by")
    def who(self, revision: ScoreRevision) -> str:
        return str(revision.made_by) if revision.made_by_id else "guest or studio"

    @admin.display(description="size", ordering="packed_bytes")
    def size(self, revision: ScoreRevision) -> str:
        return readable_size(revision.packed_bytes)

    @admin.display(description="rendered", boolean=True)
    def is_rendered(self, revision: ScoreRevision) -> bool:
        return revision.generation.rendered_revision_id == revision.id


@admin.register(FilmCut)
class FilmCutAdmin(ReadOnlyAdmin):
    """Films of finished songs in other formats, and trailers."""

    list_display = ("song", "size", "fps", "words", "trailer_s", "state", "percent", "weight", "created_at")
    list_display_links = ("size",)
    list_filter = ("state", "size", "words", "error_code", "created_at")
    search_fields = ("id", "generation__title", "generation__theme", "generation__id", "error")
    list_select_related = ("generation",)
    list_per_page = 50

    @admin.display(description="song", ordering="generation__title")
    def song(self, cut: FilmCut) -> SafeString:
        url = reverse("admin:generation_generation_change", args=[cut.generation_id])
        return format_html('<a href="{}">{}</a>', url, cut.generation)

    @admin.display(description="progress", ordering="progress")
    def percent(self, cut: FilmCut) -> str:
        return f"{cut.progress:.0%}"

    @admin.display(description="file", ordering="size_bytes")
    def weight(self, cut: FilmCut) -> str:
        return readable_size(cut.size_bytes)


@admin.register(FilmMedia)
class FilmMediaAdmin(ReadOnlyAdmin):
    """Pictures and clips that people brought for their films."""

    list_display = ("name", "kind", "owner", "state", "width", "height", "duration_s", "weight", "created_at")
    list_filter = ("state", "kind", "error_code", "created_at")
    search_fields = ("id", "name", "key", "owner__username", "error")
    list_select_related = ("owner",)
    list_per_page = 50

    @admin.display(description="file", ordering="size_bytes")
    def weight(self, media: FilmMedia) -> str:
        return readable_size(media.size_bytes)


@admin.register(MixVersion)
class MixVersionAdmin(ReadOnlyAdmin):
    """Mixes of songs that were made at the console."""

    list_display = ("song", "number", "title", "integrated_lufs", "true_peak_dbtp", "is_current", "created_at")
    list_display_links = ("number",)
    list_filter = ("is_current", "created_at")
    search_fields = ("id", "bounce_id", "title", "generation__title", "generation__theme", "generation__id")
    list_select_related = ("generation",)
    list_per_page = 50

    @admin.display(description="song", ordering="generation__title")
    def song(self, version: MixVersion) -> SafeString:
        url = reverse("admin:generation_generation_change", args=[version.generation_id])
        return format_html('<a href="{}">{}</a>', url, version.generation)

"""A person's own pictures and clips for their films: bringing them, taking them away, naming them in a brief."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from codecraft.common.errors import InvalidInput, StudioError, Unavailable
from codecraft.common.files import keep_upload
from codecraft.common.models import JobState
from generation.engine.film.media import MAX_CLIP_BYTES, BadMedia, check_media
from generation.models import FilmMedia, Generation
from generation.selectors import get_media, media_limits, songs_with_media
from generation.services.media_jobs import MediaRunner, preparing_room, remove_unused
from rados.contracts import Person

_NAME_CHARS = 200
_PAINTERS = threading.BoundedSemaphore(2)
"""Pictures that one web process opens at a time: each may take some hundred megabytes for a second."""


class TooMuchMedia(StudioError):
    code = "too_much_media"
    http_status = 409


def add_media(*, person: Person, name: str, upload: Any) -> tuple[FilmMedia, bool]:
    """Take a picture or clip of a person's own. `upload` has `size` and `chunks()`. Returns it, and whether it is new:
    the same file of the same person is kept once. A picture is ready at once; a clip is made ready by and by.

    Raises BadMedia with one sentence for what cannot be used, TooMuchMedia, Unavailable for a full disk."""
    name = _clean_name(name)
    if upload.size > MAX_CLIP_BYTES:
        raise BadMedia(
            f"“{name}” has {upload.size / 2**20:.0f} MB; {MAX_CLIP_BYTES // 2**20} are the most for a clip.",
            code="too_large",
        )
    media = FilmMedia(owner_id=person.user_id, guest_id=person.guest_id, name=name, size_bytes=upload.size)
    try:
        media.source_sha256 = keep_upload(upload, media.upload_path)
        known = FilmMedia.objects.of(person).filter(source_sha256=media.source_sha256)
        known.filter(state__in=[JobState.FAILED, JobState.CANCELLED]).delete()
        if (earlier := known.first()) is not None:
            media.upload_path.unlink(missing_ok=True)
            return earlier, False
        require_media_room(person, upload.size)
        media.kind = check_media(media.upload_path, name=name).kind
        return _store(person, media)
    except BaseException:
        media.upload_path.unlink(missing_ok=True)
        raise


def _store(person: Person, media: FilmMedia) -> tuple[FilmMedia, bool]:
    media.enqueued_at = timezone.now()  # it has its place in this process; the sweeper need not look after it yet
    try:
        with transaction.atomic():
            media.save(force_insert=True)
    except IntegrityError:  # the same file came twice at once
        earlier = FilmMedia.objects.of(person).filter(source_sha256=media.source_sha256).first()
        if earlier is None:
            raise
        media.upload_path.unlink(missing_ok=True)
        return earlier, False
    if media.kind == "clip":
        transaction.on_commit(lambda: preparing_room().add(media.id))
        return media, True
    return _make_picture_ready(person, media)


def _make_picture_ready(person: Person, media: FilmMedia) -> tuple[FilmMedia, bool]:
    runner = MediaRunner(media.id)
    with _PAINTERS:
        runner.run()
    media.refresh_from_db()
    if media.state == JobState.DONE:
        return media, True
    code, message = media.error_code, media.error
    media.delete()
    if code == "media_known":  # another file, the same picture: only its name or its metadata differ
        earlier = FilmMedia.objects.of(person).filter(key=runner.key).first()
        if earlier is not None:
            return earlier, False
    if code in ("disk_full", "internal_error", "out_of_memory"):
        raise Unavailable(message, code=code)
    raise BadMedia(message, code=code)


def _clean_name(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in last if char.isprintable()).strip()
    return plain[-_NAME_CHARS:] or "unnamed"


def require_media_room(person: Person, size_bytes: int) -> None:
    """Raises TooMuchMedia when a person has as much as they may keep."""
    own = FilmMedia.objects.of(person)
    if own.count() >= settings.OWN_MEDIA_ITEMS:
        raise TooMuchMedia(f"You have {settings.OWN_MEDIA_ITEMS} pictures and clips already: remove some first.")
    if media_limits(person)["used_bytes"] + size_bytes > settings.OWN_MEDIA_LIMIT_BYTES:
        limit = settings.OWN_MEDIA_LIMIT_BYTES / 1e6
        raise TooMuchMedia(f"Your pictures and clips may take {limit:,.0f} MB together: remove some first.")


def delete_media(*, person: Person, media_id: uuid.UUID | str) -> str:
    """Remove a picture or clip; work on it stops. What there is to tell: songs that show it, or nothing."""
    media = get_media(person, media_id)
    FilmMedia.objects.filter(id=media.id).delete()  # whoever works on it has lost its lease with this
    media.upload_path.unlink(missing_ok=True)
    remove_unused(media.key)
    if not media.key:
        return ""
    songs = list(songs_with_media(media.key).filter(id__in=Generation.objects.of(person).kept().values("id"))[:3])
    if not songs:
        return ""
    named = ", ".join(f"“{song}”" for song in songs)
    return f"The film of {named} shows “{media}” and keeps it; new songs cannot use it any more."


def require_own_media(person: Person, keys: Iterable[str], *, allowed: Iterable[str] = ()) -> None:
    """Raises InvalidInput where a brief names a picture or clip that is not the person's, or not ready. `allowed` are
    keys that may be named besides: those of the song that this one comes from."""
    wanted = set(keys) - set(allowed)
    if not wanted:
        return
    own = FilmMedia.objects.of(person)
    ready = set(own.filter(key__in=wanted, state=JobState.DONE).values_list("key", flat=True))
    if wanted - ready:
        message = "A picture or clip that the film should show is not among yours: choose it again."
        raise InvalidInput(message, field="film")


def claim_guest_media(*, user_id: int, guest_id: uuid.UUID) -> int:
    """Give a guest's pictures and clips to an account; what the account has already is kept once."""
    taken = FilmMedia.objects.filter(owner_id=user_id)
    sources, keys = set(taken.values_list("source_sha256", flat=True)), set(taken.values_list("key", flat=True))
    brought = FilmMedia.objects.filter(owner=None, guest_id=guest_id)
    for media in brought:
        if media.source_sha256 in sources or (media.key and media.key in keys):
            media.delete()
    return brought.update(owner_id=user_id, guest_id=None, updated_at=timezone.now())

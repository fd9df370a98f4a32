"""More films of a finished song: what people do with them. Nothing here touches the song."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from codecraft.common.audio import disk_full, ffmpeg_path
from codecraft.common.errors import Conflict, StudioError
from codecraft.common.live import publish_progress
from codecraft.common.models import ACTIVE_STATES, JobState
from generation.engine.film.options import CutOptions, clean_cut_options
from generation.engine.film.trailer import choose_window
from generation.engine.score.editing import unpack
from generation.models import FilmCut, Generation
from generation.selectors import get_cut, get_generation, get_score
from generation.services.cut_jobs import enqueue_cut, remove_files
from generation.services.rendering import free_bytes
from rados.contracts import Person

_BYTES_PER_MEGAPIXEL_SECOND = 3_000_000
"""Shots and the joined film at 30 frames a second, with some room."""


class TooManyFilms(StudioError):
    code = "too_many_films"
    http_status = 429


def start_cut(*, person: Person, generation_id: uuid.UUID | str, **asked: Any) -> tuple[FilmCut, bool]:
    """Queue a film of a finished song in another format (`size`, `fps`, `framing`, `words`), or a trailer of it
    (`trailer_s`). Returns it, and whether it is new: the same film of the same score is made once.

    Raises InvalidInput with its field, Conflict while the song is not done, TooManyFilms, Unavailable."""
    generation = get_generation(person, generation_id)
    if generation.state != JobState.DONE:
        raise Conflict("More films can be made when the song is done.", code="not_done")
    options = clean_cut_options(**asked, usual=generation.brief.film)
    get_score(generation)  # says so where the score was not kept
    revision = generation.rendered_revision
    if revision is None:
        raise Conflict(
            "Render the song once more: then its score is kept, and films can be made of it.", code="no_score"
        )
    if options.trailer_s:
        choose_window(unpack(revision.packed).heard, options.trailer_s)
    known = _known(generation, options)
    if known is not None:
        return known, False
    _require_room(person, generation, options)
    with transaction.atomic():
        cut = FilmCut.objects.create(generation=generation, revision=revision, **_fields(options))
        transaction.on_commit(lambda: enqueue_cut(cut.id))
    return get_cut(person, generation.id, cut.id), True


def _fields(options: CutOptions) -> dict[str, Any]:
    film = options.film
    return {
        "size": options.size.value,
        "fps": film.fps,
        "framing": film.framing.value,
        "words": film.words.value,
        "trailer_s": options.trailer_s,
    }


def _known(generation: Generation, options: CutOptions) -> FilmCut | None:
    """The same film, made or in the making."""
    same = generation.cuts.filter(revision=generation.rendered_revision, **_fields(options))
    return same.filter(state__in=[*ACTIVE_STATES, JobState.DONE]).select_related("generation").first()


def _require_room(person: Person, generation: Generation, options: CutOptions) -> None:
    limit = settings.SONGS_AT_ONCE
    own = FilmCut.objects.filter(generation__in=Generation.objects.of(person).kept(), state__in=ACTIVE_STATES)
    if own.count() >= limit:
        raise TooManyFilms(f"You have {limit} films in the works already: wait for one, or cancel one.")
    ffmpeg_path()
    width, height = options.size.pixels or (0, 0)
    seconds = options.trailer_s or generation.duration_s or generation.length_s
    needed = _BYTES_PER_MEGAPIXEL_SECOND * width * height / 1e6 * seconds * options.film.fps / 30
    if any(free_bytes(folder) < needed for folder in (settings.STORE_DIR, settings.SONGS_DIR)):
        raise disk_full()


def cancel_cut(*, person: Person, generation_id: uuid.UUID | str, cut_id: uuid.UUID | str) -> FilmCut:
    """Stop making a film; its finished shots are kept for the next time. Safe to repeat."""
    cut = get_cut(person, generation_id, cut_id)
    if cut.state not in (*ACTIVE_STATES, JobState.CANCELLED):
        raise Conflict("The film is finished: there is nothing to cancel.", code="already_finished")
    _stop(FilmCut.objects.filter(id=cut.id))
    return get_cut(person, generation_id, cut_id)


def stop_cuts_of(generation: Generation) -> None:
    """Nothing more is filmed of a song that was deleted."""
    _stop(generation.cuts.all())


def _stop(cuts: Any) -> None:
    now = timezone.now()
    with transaction.atomic():
        active = cuts.filter(state__in=ACTIVE_STATES)
        ids = list(active.values_list("id", flat=True))
        # Whoever works on it has lost the lease with this, and stops at the next report or heartbeat.
        active.update(
            state=JobState.CANCELLED, lease=None, runner="", seconds_left=None, finished_at=now, updated_at=now
        )
        transaction.on_commit(lambda: [publish_progress(cut_id) for cut_id in ids])


def retry_cut(*, person: Person, generation_id: uuid.UUID | str, cut_id: uuid.UUID | str) -> FilmCut:
    """Make a failed or cancelled film after all, going on from its finished shots."""
    cut = get_cut(person, generation_id, cut_id)
    if cut.generation.state != JobState.DONE:
        raise Conflict("More films can be made when the song is done.", code="not_done")
    ended = FilmCut.objects.filter(id=cut.id, state__in=[JobState.FAILED, JobState.CANCELLED])
    again: dict[str, Any] = {"state": JobState.QUEUED, "progress": 0.0, "attempts": 0, "stage": "", "stages": {}}
    again |= {"error": "", "error_code": "", "started_at": None, "finished_at": None, "enqueued_at": None}
    with transaction.atomic():
        if not ended.update(**again, updated_at=timezone.now()):
            raise Conflict("Only a film that failed or was cancelled can be tried again.", code="not_ended")
        transaction.on_commit(lambda: enqueue_cut(cut.id))
    return get_cut(person, generation_id, cut_id)


def delete_cut(*, person: Person, generation_id: uuid.UUID | str, cut_id: uuid.UUID | str) -> None:
    """Remove a film and its file for good; work on it stops. The song stays as it is."""
    cut = get_cut(person, generation_id, cut_id)
    _stop(FilmCut.objects.filter(id=cut.id))
    FilmCut.objects.filter(id=cut.id).delete()
    remove_files(cut)

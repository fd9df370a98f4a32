"""What people do with their generations: start, cancel, try again, delete, restore, take along into an account."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from codecraft.common.codec import encode
from codecraft.common.errors import Conflict, InvalidInput, StudioError
from codecraft.common.live import publish_progress
from codecraft.common.models import JobState
from generation.contracts import MAX_SEED, Brief
from generation.engine.pipeline.brief import clean_brief
from generation.engine.score.editing import OpenScore, pack
from generation.models import Generation, ScoreRevision
from generation.selectors import get_generation
from generation.services.cuts import stop_cuts_of
from generation.services.jobs import enqueue_generation
from generation.services.media import claim_guest_media, require_own_media
from generation.services.rendering import require_tools
from rados.contracts import Person
from rados.selectors import GUEST_KEY, guest_id_in

MAX_KEY_CHARS = 100


class TooManySongs(StudioError):
    code = "too_many_songs"
    http_status = 429


def make_brief(**fields: Any) -> Brief:
    """A checked brief; what is missing or None takes its default, the seed a random one. Raises InvalidInput."""
    given = {name: value for name, value in fields.items() if value is not None}
    given.setdefault("theme", "")
    given.setdefault("seed", secrets.randbelow(MAX_SEED + 1))
    return clean_brief(**given)


@dataclass(frozen=True)
class Origin:
    """The song that another one comes from, and how they are related, as people read it."""

    parent: Generation
    relation: str


@dataclass(frozen=True)
class GivenScore:
    """A score that stands instead of composing; `notices` are what a person should know of it."""

    score: OpenScore
    summary: str
    notices: tuple[str, ...] = ()


def start_generation(
    *,
    person: Person,
    brief: Brief,
    idempotency_key: str = "",
    seed_was_given: bool = True,
    origin: Origin | None = None,
    given: GivenScore | None = None,
) -> tuple[Generation, bool]:
    """Queue a song. Returns it, and whether it is new: the same key of the same person answers the same song."""
    if len(idempotency_key) > MAX_KEY_CHARS or not idempotency_key.isprintable():
        raise InvalidInput(
            f"The idempotency key must have at most {MAX_KEY_CHARS} printable characters.", field="idempotency_key"
        )
    if idempotency_key and (earlier := _earlier(person, idempotency_key)) is not None:
        return _same(earlier, brief, seed_was_given), False
    require_own_media(person, brief.film.media, allowed=origin.parent.brief.film.media if origin else ())
    require_tools(brief, place=settings.SONGS_DIR)
    require_room(person)
    try:
        with transaction.atomic():
            generation = Generation.objects.create(
                owner_id=person.user_id,
                guest_id=person.guest_id,
                idempotency_key=idempotency_key,
                theme=brief.theme,
                title=brief.title,
                asked_title=brief.title,
                voice=brief.voice,
                style=brief.style,
                seed=brief.seed,
                length_s=brief.length_s,
                lyrics=brief.lyrics,
                film_size=brief.film_size,
                pronunciations=encode(brief.pronunciations),
                speech=brief.speech,
                effects=encode(brief.effects),
                film=encode(brief.film),
                parent=origin.parent if origin else None,
                relation=origin.relation if origin else "",
            )
            if given is not None:
                _keep_score(generation, given)
            transaction.on_commit(lambda: enqueue_generation(generation.id))
    except IntegrityError:
        earlier = _earlier(person, idempotency_key) if idempotency_key else None
        if earlier is None:
            raise
        return _same(earlier, brief, seed_was_given), False
    generation.refresh_from_db()
    return generation, True


def _keep_score(generation: Generation, given: GivenScore) -> None:
    generation.revision = ScoreRevision.objects.create(
        generation=generation,
        number=0,
        packed=pack(given.score),
        summary=given.summary[:320],
        notices=list(given.notices),
        made_by_id=generation.owner_id,
    )
    generation.notices = list(given.notices)
    generation.save(update_fields=["revision", "notices"])


def _earlier(person: Person, key: str) -> Generation | None:
    return Generation.objects.of(person).filter(idempotency_key=key).first()


def _same(earlier: Generation, brief: Brief, seed_was_given: bool) -> Generation:
    asked = brief if seed_was_given else Brief(**{**brief.__dict__, "seed": earlier.seed})
    if earlier.brief != asked:
        raise Conflict("This idempotency key was used for another song already.", code="idempotency_key_reused")
    return earlier


def require_room(person: Person) -> None:
    """Raises TooManySongs when a person has enough in the works."""
    limit = settings.SONGS_AT_ONCE
    if Generation.objects.of(person).kept().active().count() >= limit:
        raise TooManySongs(f"You have {limit} songs in the works already: wait for one, or cancel one.")


def cancel_generation(*, person: Person, generation_id: uuid.UUID | str) -> Generation:
    """Stop making a song; its worker is free for the next one within 2 s. Safe to repeat."""
    generation = get_generation(person, generation_id)
    if generation.state not in (JobState.QUEUED, JobState.RUNNING, JobState.CANCELLED):
        raise Conflict("The song is finished: there is nothing to cancel.", code="already_finished")
    _cancel(generation.id)
    generation.refresh_from_db()
    return generation


def _cancel(generation_id: uuid.UUID) -> None:
    now = timezone.now()
    row = Generation.objects.filter(id=generation_id)
    with transaction.atomic():
        # Whoever works on it has lost the lease with this, and stops at the next report or heartbeat.
        row.active().update(
            state=JobState.CANCELLED, lease=None, runner="", seconds_left=None, finished_at=now, updated_at=now
        )
        transaction.on_commit(lambda: publish_progress(generation_id))


def requeue(ended: QuerySet[Generation]) -> int:
    """Set ended songs back to the queue, as if nothing had been done yet; how many there were."""
    return ended.update(
        state=JobState.QUEUED,
        finished_at=None,
        started_at=None,
        attempts=0,
        error="",
        error_code="",
        stage="",
        stages={},
        progress=0.0,
        enqueued_at=None,
        updated_at=timezone.now(),
    )


def retry_generation(*, person: Person, generation_id: uuid.UUID | str) -> Generation:
    """Make a failed or cancelled song after all, going on from its finished stages."""
    generation = get_generation(person, generation_id)
    require_tools(generation.brief, place=settings.SONGS_DIR)
    require_room(person)
    with transaction.atomic():
        ended = Generation.objects.filter(id=generation.id, state__in=[JobState.FAILED, JobState.CANCELLED])
        if not requeue(ended):
            raise Conflict("Only a song that failed or was cancelled can be tried again.", code="not_ended")
        transaction.on_commit(lambda: enqueue_generation(generation.id))
    generation.refresh_from_db()
    return generation


def delete_generation(*, person: Person, generation_id: uuid.UUID | str) -> Generation:
    """Move a song out of the library; work on it stops. It can be restored until it is purged. Safe to repeat."""
    generation = get_generation(person, generation_id, deleted=True)
    if generation.is_active:
        _cancel(generation.id)
    stop_cuts_of(generation)
    now = timezone.now()
    Generation.objects.filter(id=generation.id, deleted_at=None).update(deleted_at=now, updated_at=now)
    generation.refresh_from_db()
    return generation


def restore_generation(*, person: Person, generation_id: uuid.UUID | str) -> Generation:
    """Undo a deletion. Safe to repeat."""
    generation = get_generation(person, generation_id, deleted=True)
    Generation.objects.filter(id=generation.id).update(deleted_at=None, updated_at=timezone.now())
    generation.refresh_from_db()
    return generation


def claim_guest_work(*, user_id: int, guest_id: uuid.UUID) -> int:
    """Give a guest's songs to an account. Returns how many there were."""
    with transaction.atomic():
        claim_guest_media(user_id=user_id, guest_id=guest_id)
        work = Generation.objects.filter(owner=None, guest_id=guest_id)
        taken = Generation.objects.filter(owner_id=user_id).exclude(idempotency_key="").values("idempotency_key")
        work.filter(idempotency_key__in=list(taken.values_list("idempotency_key", flat=True))).update(
            idempotency_key=""
        )
        return work.update(owner_id=user_id, guest_id=None, updated_at=timezone.now())


def claim_at_login(*, request: Any, user: Any, **_: Any) -> None:
    """Receiver of Django's `user_logged_in`: sign-up, log-in page and admin alike keep what the guest made."""
    session = getattr(request, "session", None)
    guest_id = guest_id_in(session) if session is not None else None
    if guest_id is not None:
        claim_guest_work(user_id=user.pk, guest_id=guest_id)
        session.pop(GUEST_KEY, None)

"""Editing the score of a song: every change is a new revision, nothing is lost, and rendering plays the newest one."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from codecraft.common.errors import Conflict, InvalidInput
from codecraft.common.models import JobState
from generation.contracts import MAX_SEED
from generation.engine.composer.sections import HouseBand
from generation.engine.score.editing import (
    Edited,
    OpenScore,
    apply_operations,
    delete_section,
    extend_section,
    move_section,
    pack,
    read_operations,
    replace_section,
    unpack,
    vary_section,
)
from generation.models import Generation, ScoreRevision
from generation.selectors import get_generation, get_score, redo_of
from generation.services.generations import requeue, require_room
from generation.services.jobs import enqueue_generation
from generation.services.rendering import require_tools
from rados.contracts import Person

ENDED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
SECTION_ACTIONS = ("replace", "variation", "extend", "move", "delete")
SEEDED = ("replace", "variation")
Edit = Callable[[OpenScore, HouseBand], Edited]


def patch_score(
    *, person: Person, generation_id: uuid.UUID | str, base_revision: Any, operations: Any, render: bool = False
) -> Generation:
    """All operations of a patch as one revision, or none of them. Raises InvalidInput, BadEdit or BrokenScore with the
    operation, Conflict when the score is no longer at `base_revision` or the song is being made."""
    read = read_operations(operations)
    generation = get_generation(person, generation_id)
    said = generation.brief.pronunciations
    return edit_score(
        person=person,
        generation=generation,
        base_revision=base_revision,
        edit=lambda score, band: apply_operations(score, read, band, said),
        render=render,
    )


def edit_score(
    *, person: Person, generation: Generation, base_revision: Any, edit: Edit, render: bool = False
) -> Generation:
    """One edit of whatever kind as a new revision behind `base_revision`. What changes nothing makes none."""
    base = _base(generation, base_revision)
    before = unpack(base.packed)
    edited = edit(before, band_of(generation))
    if edited.score == before:
        return render_score(person=person, generation_id=generation.id) if render else generation
    with transaction.atomic():
        newest = ScoreRevision.objects.filter(generation=generation).aggregate(newest=Max("number"))["newest"]
        revision = ScoreRevision(
            generation=generation,
            number=newest + 1,
            parent=base,
            packed=pack(edited.score),
            summary=edited.summary[:320],
            made_by_id=person.user_id,
        )
        _move_head(generation, base, revision)
    return _answer(person, generation, render)


def edit_section(
    *,
    person: Person,
    generation_id: uuid.UUID | str,
    index: int,
    action: str,
    base_revision: Any,
    seed: int | None = None,
    bars: int | None = None,
    to: int | None = None,
) -> Generation:
    """Replace, vary, extend, move or delete a section as one revision; all other bars stay. Raises as `patch_score`."""
    generation = get_generation(person, generation_id)
    if action in SEEDED and seed is None:
        seed = secrets.randbelow(MAX_SEED + 1)

    def edit(score: OpenScore, band: HouseBand) -> Edited:
        players = band if seed is None else replace(band, seed=seed)
        if action == "move":
            return move_section(score, index, _needed(to, "to"), players)
        if action == "extend":
            return extend_section(score, index, _needed(bars, "bars"), players)
        return {"replace": replace_section, "variation": vary_section, "delete": delete_section}[action](
            score, index, players
        )

    return edit_score(person=person, generation=generation, base_revision=base_revision, edit=edit)


def _needed(value: int | None, field: str) -> int:
    if value is None:
        raise InvalidInput(f"This needs “{field}”.", field=field)
    return value


def band_of(generation: Generation) -> HouseBand:
    brief = generation.brief
    return HouseBand(brief.style, brief.voice, brief.seed)


def undo_edit(*, person: Person, generation_id: uuid.UUID | str, base_revision: Any) -> Generation:
    """Back to the score before the newest edit."""
    generation = get_generation(person, generation_id)
    base = _base(generation, base_revision)
    if base.parent is None:
        raise Conflict("There is nothing to undo: this is the score as it came.", code="nothing_to_undo")
    return _go_to(person, generation, base, base.parent)


def redo_edit(*, person: Person, generation_id: uuid.UUID | str, base_revision: Any) -> Generation:
    """Forward again to the newest edit that was undone here."""
    generation = get_generation(person, generation_id)
    base = _base(generation, base_revision)
    following = redo_of(base)
    if following is None:
        raise Conflict("There is nothing to redo.", code="nothing_to_redo")
    return _go_to(person, generation, base, following)


def revert_score(*, person: Person, generation_id: uuid.UUID | str, base_revision: Any, revision: Any) -> Generation:
    """To any revision of this song, older or newer."""
    generation = get_generation(person, generation_id)
    base = _base(generation, base_revision)
    number = _whole(revision, "revision")
    wanted = generation.revisions.filter(number=number).first()
    if wanted is None:
        raise InvalidInput(f"This song has no revision {number}.", field="revision")
    return _go_to(person, generation, base, wanted)


def render_score(*, person: Person, generation_id: uuid.UUID | str, remix: bool = False) -> Generation:
    """Make the song's files from its newest revision; what the edits did not touch is taken from the store. The
    console stays as it was set for the last rendering, unless `remix` asks for it to be set anew."""
    generation = get_generation(person, generation_id)
    require_tools(generation.brief, place=settings.SONGS_DIR)
    require_room(person)
    with transaction.atomic():
        if not requeue(Generation.objects.filter(id=generation.id, state__in=ENDED)):
            raise _in_the_works()
        if remix:
            ScoreRevision.objects.filter(id=generation.rendered_revision_id).update(desk=b"")
        transaction.on_commit(lambda: enqueue_generation(generation.id))
    generation.refresh_from_db()
    return generation


def _base(generation: Generation, base_revision: Any) -> ScoreRevision:
    """The revision that an edit goes out from. Raises Conflict when it is not the newest any more."""
    number = _whole(base_revision, "base_revision")
    if generation.is_active:
        raise _in_the_works()
    base = get_score(generation)
    if base.number != number:
        raise _stale(base.number)
    return base


def _whole(value: Any, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise InvalidInput(f"The {field} must be the number of a revision.", field=field)
    return value


def _stale(number: int) -> Conflict:
    return Conflict(
        f"The score was changed meanwhile and is at revision {number}: read it again, then repeat your edit.",
        code="stale_revision",
        field="base_revision",
        details={"revision": number},
    )


def _in_the_works() -> Conflict:
    return Conflict(
        "The song is being made just now: wait until it is done, or cancel that, then edit its score.",
        code="song_in_the_works",
    )


def _go_to(person: Person, generation: Generation, base: ScoreRevision, wanted: ScoreRevision) -> Generation:
    with transaction.atomic():
        _move_head(generation, base, wanted)
    return _answer(person, generation, False)


def _move_head(generation: Generation, base: ScoreRevision, revision: ScoreRevision) -> None:
    """Compare and swap: of two edits of one revision the second is told to read again. The row is written first, so
    that a second writer waits for it and then sees what the first one did."""
    row = Generation.objects.filter(id=generation.id, revision=base, state__in=ENDED)
    if not row.update(updated_at=timezone.now()):
        generation.refresh_from_db()
        raise _in_the_works() if generation.is_active else _stale(get_score(generation).number)
    if revision._state.adding:
        revision.save(force_insert=True)
    row.update(revision=revision)


def _answer(person: Person, generation: Generation, render: bool) -> Generation:
    if render:
        return render_score(person=person, generation_id=generation.id)
    generation.refresh_from_db()
    return generation

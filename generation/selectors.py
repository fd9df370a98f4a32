"""Reads: what a person owns, how far it is, and whether the queue moves."""

from __future__ import annotations

import re
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from codecraft.common.errors import Conflict, NotFound
from codecraft.common.models import JobState
from codecraft.common.queues import is_stuck
from generation.contracts import MAX_FILM_MEDIA
from generation.engine.score.editing import unpack
from generation.models import FilmCut, FilmMedia, Generation, GenerationFile, GenerationQuerySet, ScoreRevision
from rados.contracts import Person

STREAM_NAME = re.compile(r"stream\.m3u8|init\.mp4|part-\d{4}\.m4s")
_HEAVY = tuple(
    f"{path}__{name}" for path in ("revision", "rendered_revision", "revision__parent") for name in ("packed", "desk")
)
SORTS = ("-created_at", "created_at", "title", "-title", "style", "voice", "state", "length_s", "-length_s")


def list_generations(
    person: Person, *, search: str = "", state: str = "", style: str = "", sort: str = "-created_at"
) -> GenerationQuerySet:
    """A person's library. Words of `search` must all occur in the title or the theme; unknown sorts are the usual."""
    found = Generation.objects.of(person).kept()
    for word in search.split()[:10]:
        found = found.filter(Q(title__icontains=word) | Q(theme__icontains=word))
    if state:
        found = found.filter(state=state)
    if style:
        found = found.filter(style=style)
    return found.order_by(sort if sort in SORTS else "-created_at", "id").prefetch_related("files")


def get_generation(person: Person, generation_id: uuid.UUID | str, *, deleted: bool = False) -> Generation:
    """One of a person's generations. Raises NotFound, also for what belongs to another."""
    found = Generation.objects.of(person)
    if not deleted:
        found = found.kept()
    try:
        found = found.select_related("revision", "revision__parent", "rendered_revision")
        found = found.defer(*_HEAVY)
        return found.prefetch_related("files").get(id=generation_id)
    except (Generation.DoesNotExist, ValueError):
        raise NotFound("There is no such song, or it is not yours.") from None


def list_relatives(
    person: Person, generation_id: uuid.UUID | str, *, most: int = 50
) -> tuple[Generation | None, list[Generation]]:
    """The song that this one was made from (None where there is none, or it is deleted), and those made from it."""
    generation = get_generation(person, generation_id)
    own = list_generations(person)
    parent = own.filter(id=generation.parent_id).first() if generation.parent_id else None
    return parent, list(own.filter(parent_id=generation.id)[:most])


def get_file(generation: Generation, name: str) -> GenerationFile:
    """A file of a finished package. Only names that the package listed are ever opened."""
    found = generation.files.filter(name=name).first()
    if found is None or not found.path.is_file():
        if generation.is_active:
            raise NotFound("This file is not made yet: the song is still in the works.")
        raise NotFound("This song has no such file.")
    return found


def get_stream_file(generation: Generation, name: str) -> Path:
    """A file of the growing film. Raises NotFound; only names that such a stream has are ever opened."""
    path = generation.stream_dir / name
    if not STREAM_NAME.fullmatch(name) or not path.is_file():
        raise NotFound("There is no such piece of a film in the making.")
    return path


def get_score(generation: Generation) -> ScoreRevision:
    """The score as people see it. Raises Conflict while there is none."""
    if generation.revision is None:
        message = "This song has no score yet: it is there when the song is made for the first time."
        if generation.state == JobState.DONE:
            message = "The score of this song was not kept: render it once more, then it can be edited."
        raise Conflict(message, code="no_score")
    return generation.revision


def get_musicxml(generation: Generation) -> bytes:
    """The score as people see it, for notation programs. Raises Conflict while there is none."""
    from generation.engine.score.musicxml import write_musicxml  # late: only this page of the web process writes files

    whole = unpack(get_score(generation).packed).score
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "score.musicxml"
        write_musicxml(whole, path)
        return path.read_bytes()


def redo_of(revision: ScoreRevision) -> ScoreRevision | None:
    """The newest edit of a revision: where "redo" goes."""
    return revision.children.defer("packed", "desk").order_by("-number").first()


def list_revisions(generation: Generation) -> Sequence[ScoreRevision]:
    """All states of a song's score, the newest first, without their contents."""
    return list(generation.revisions.defer("packed", "desk").select_related("parent", "made_by").order_by("-number"))


def list_cuts(person: Person, generation_id: uuid.UUID | str) -> Sequence[FilmCut]:
    """The other films of a person's song, the newest first. Raises NotFound."""
    generation = get_generation(person, generation_id)
    return list(generation.cuts.select_related("generation"))


def get_cut(person: Person, generation_id: uuid.UUID | str, cut_id: uuid.UUID | str) -> FilmCut:
    """One of them. Raises NotFound."""
    return _one_cut(get_generation(person, generation_id).cuts, cut_id)


def get_cut_by_id(person: Person, cut_id: uuid.UUID | str) -> FilmCut:
    """A film of any of the person's songs. Raises NotFound."""
    return _one_cut(FilmCut.objects.filter(generation__in=Generation.objects.of(person).kept()), cut_id)


def _one_cut(found: models.QuerySet[FilmCut], cut_id: uuid.UUID | str) -> FilmCut:
    cut = found.select_related("generation").filter(id=cut_id).first()
    if cut is None:
        raise NotFound("There is no such film, or it is not yours.")
    return cut


def get_cut_file(cut: FilmCut) -> Path:
    """The mp4 of a finished cut. Raises NotFound."""
    if cut.state != JobState.DONE or not cut.path.is_file():
        raise NotFound("This film is still in the works." if cut.is_active else "This film is not there any more.")
    return cut.path


def list_media(person: Person) -> Sequence[FilmMedia]:
    """A person's own pictures and clips, in the order in which they came."""
    return list(FilmMedia.objects.of(person))


def get_media(person: Person, media_id: uuid.UUID | str) -> FilmMedia:
    """One of them. Raises NotFound."""
    found = FilmMedia.objects.of(person).filter(id=media_id).first()
    if found is None:
        raise NotFound("There is no such picture or clip, or it is not yours.")
    return found


def media_limits(person: Person) -> dict[str, int]:
    """How many pictures and clips a person may keep, what they may take, what they take, how many a film may name."""
    used = FilmMedia.objects.of(person).aggregate(total=models.Sum("size_bytes"))["total"] or 0
    return {
        "items": settings.OWN_MEDIA_ITEMS,
        "bytes": settings.OWN_MEDIA_LIMIT_BYTES,
        "used_bytes": used,
        "in_a_film": MAX_FILM_MEDIA,
    }


def songs_with_media(key: str) -> models.QuerySet[Generation]:
    """All songs whose film shows the picture or clip of a key, deleted ones too."""
    return Generation.objects.annotate(film_text=Cast("film", models.TextField())).filter(film_text__contains=key)


def queue_is_stuck() -> bool:
    """True when songs or films wait and their worker does not move."""
    return is_stuck(Generation, FilmCut)

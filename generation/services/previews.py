"""A few bars of a song's score to listen to while it is edited: rendered in the web process, one at a time, and kept
in the asset store by what is heard in them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from codecraft.common.codec import content_hash
from codecraft.common.errors import InvalidInput, NotFound, Unavailable
from codecraft.common.progress import Progress
from generation.engine.composer import COMPOSER_VERSION
from generation.engine.orchestra import ORCHESTRA_VERSION
from generation.engine.pipeline.excerpts import (
    EXCERPT_VERSION,
    Excerpt,
    ExcerptSpec,
    check_excerpt,
    load_excerpt,
    render_excerpt,
)
from generation.engine.pipeline.store import AssetStore
from generation.engine.score.editing import unpack
from generation.models import Generation, ScoreRevision
from generation.selectors import get_generation, get_score
from generation.services.rendering import make_workshop, read_desk
from mixer.engine.auto_mix import MIXER_VERSION
from rados.contracts import Person
from voicelab.engine.singer import SINGER_VERSION
from voicelab.services.rendering import SingingRoom

_OWNER = "generation.txt"
_VERSIONS = (EXCERPT_VERSION, COMPOSER_VERSION, ORCHESTRA_VERSION, MIXER_VERSION, SINGER_VERSION)


@lru_cache(maxsize=1)
def listening_room() -> SingingRoom:
    return SingingRoom(at_once=settings.AUDITIONS_AT_ONCE, waiting=settings.AUDITIONS_WAITING)


def preview_score(
    *,
    person: Person,
    generation_id: uuid.UUID | str,
    section: int | None = None,
    from_beats: float | None = None,
    to_beats: float | None = None,
    is_gone: Callable[[], bool] = lambda: False,
) -> tuple[str, Excerpt]:
    """The key and the sound of a section, or of the beats from one to another, as the newest revision has them. Raises
    InvalidInput, Unavailable when too many wait, Cancelled when the client has gone."""
    generation = get_generation(person, generation_id)
    spec = _spec(generation, section, from_beats, to_beats)
    check_excerpt(spec)
    key = content_hash(["excerpt", *_VERSIONS, str(generation.id), spec])
    store = AssetStore(settings.STORE_DIR)
    found = store.find(key)
    if found is not None:
        return key, load_excerpt(found)

    def work(progress: Progress) -> Excerpt:
        workshop = make_workshop()

        def build(draft: Path) -> None:
            render_excerpt(spec, draft, workshop=workshop, progress=progress)
            (draft / _OWNER).write_text(str(generation.id))

        return load_excerpt(store.make(key, build))

    try:
        return key, listening_room().run(key, work, is_gone=is_gone)
    except Unavailable as error:
        if error.code != "voices_busy":
            raise
        raise Unavailable(
            "The studio is busy with other previews: please try again in a few seconds.", code="studio_busy"
        ) from error


def preview_path(*, person: Person, generation_id: uuid.UUID | str, key: str) -> Path:
    """The file of a finished preview of a person's own song. Raises NotFound."""
    generation = get_generation(person, generation_id)
    folder = AssetStore(settings.STORE_DIR).find(key) if _is_key(key) else None
    if folder is None or not (folder / "excerpt.wav").is_file() or not _is_of(folder, generation):
        raise NotFound("There is no such preview any more: ask for it again.")
    return folder / "excerpt.wav"


def _is_key(key: str) -> bool:
    return len(key) == 64 and set(key) <= set("0123456789abcdef")


def _is_of(folder: Path, generation: Generation) -> bool:
    owner = folder / _OWNER
    return owner.is_file() and owner.read_text() == str(generation.id)


def _spec(generation: Generation, section: int | None, from_beats: float | None, to_beats: float | None) -> ExcerptSpec:
    revision = get_score(generation)
    score = unpack(revision.packed).heard
    if section is not None:
        if not 0 <= section < len(score.sections):
            raise InvalidInput(f"This song has the sections 0 to {len(score.sections) - 1}.", field="section")
        chosen = score.sections[section]
        from_beats = float(chosen.start_bar * score.beats_per_bar)
        to_beats = from_beats + chosen.bars * score.beats_per_bar
    if from_beats is None or to_beats is None:
        raise InvalidInput("Say which section, or from_beats and to_beats.", field="section")
    return ExcerptSpec(generation.brief, score, from_beats, to_beats, _desk(generation.rendered_revision))


def _desk(rendered: ScoreRevision | None) -> Any:
    return read_desk(rendered.desk) if rendered is not None else None

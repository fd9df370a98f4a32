"""Composed songs with an open score, in the database but not rendered: what editing needs, within a second."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.test import Client
from django.utils import timezone

from codecraft.common.models import JobState
from generation import services
from generation.contracts import Brief
from generation.engine.composer import ComposeSpec, compose, plan_form
from generation.engine.lyrics import write_lyrics
from generation.engine.lyrics.types import LyricsSpec
from generation.engine.score.editing import open_score, pack
from generation.engine.score.types import Score
from generation.models import Generation, ScoreRevision

BRIEF = {"theme": "a lighthouse that calls lost ships", "seed": 21, "length_s": 30, "film_size": "none", "style": "pop"}


@lru_cache(maxsize=4)
def composed(brief: Brief) -> Score:
    form = plan_form(brief.style, brief.length_s, seed=brief.seed)
    asked = LyricsSpec(brief.theme, brief.title, brief.style, brief.seed, form.sung, brief.lyrics)
    words = write_lyrics(asked, provider=None)
    return compose(ComposeSpec(words.title, brief.style, brief.voice, brief.seed, brief.length_s), words)


def song_of(client: Client, **fields: Any) -> Generation:
    """A finished song of the client's guest, as the composer left it, without files."""
    asked = {"voice": "soprano", **BRIEF, **fields}
    answer = client.post("/api/generations", json.dumps(asked), content_type="application/json")
    generation = Generation.objects.get(id=answer.json()["id"])
    score = composed(services.make_brief(**asked))
    first = ScoreRevision.objects.create(
        generation=generation, number=0, packed=pack(open_score(score)), summary="Composed."
    )
    Generation.objects.filter(id=generation.id).update(
        state=JobState.DONE, revision=first, rendered_revision=first, finished_at=timezone.now(), title=score.title
    )
    generation.refresh_from_db()
    return generation


def url_of(generation: Generation, rest: str = "") -> str:
    return f"/api/generations/{generation.id}/score{rest}"


def send(client: Client, generation: Generation, rest: str = "", method: str = "post", **body: Any) -> Any:
    call = getattr(client, method)
    return call(url_of(generation, rest), json.dumps(body), content_type="application/json")


def patch(client: Client, generation: Generation, base: int, *operations: dict[str, Any], **more: Any) -> Any:
    return send(client, generation, method="patch", base_revision=base, operations=list(operations), **more)

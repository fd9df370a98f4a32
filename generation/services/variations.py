"""More songs from one: like it with other seeds, or the same song in another style, voice, key or tempo."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from typing import Any

from django.db import transaction

from codecraft.common.errors import InvalidInput
from generation.contracts import MAX_LENGTH_S, MAX_SEED, MIN_LENGTH_S, Brief, MusicStyle
from generation.engine.composer.variations import Change, read_key, varied
from generation.engine.pipeline.brief import clean_brief
from generation.engine.score.editing import open_score, unpack
from generation.models import Generation
from generation.selectors import get_generation, get_score
from generation.services.generations import GivenScore, Origin, start_generation
from rados.contracts import Person
from voicelab.contracts import VoiceStyle

MOST_AT_ONCE = 5


def start_variations(
    *,
    person: Person,
    generation_id: uuid.UUID | str,
    count: int | None = None,
    style: Any = None,
    voice: Any = None,
    key: str | None = None,
    tempo_bpm: float | None = None,
) -> list[Generation]:
    """With `count` that many new songs to the same brief; else one, the same song with what is given changed. All of
    them are queued, or none. Raises InvalidInput, BrokenScore when it cannot be sung so, TooManySongs."""
    generation = get_generation(person, generation_id)
    asked = {"style": style, "voice": voice, "key": key, "tempo_bpm": tempo_bpm}
    changes = {name: value for name, value in asked.items() if value is not None}
    if (count is None) == (not changes):
        raise InvalidInput("Ask for a count of songs like this one, or for another style, voice, key or tempo_bpm.")
    if count is not None:
        return _more_like(person, generation, count)
    return [_changed(person, generation, changes)]


def _more_like(person: Person, generation: Generation, count: int) -> list[Generation]:
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidInput(f"One to {MOST_AT_ONCE} songs can be asked for at once.", field="count")
    origin = Origin(generation, f"more like “{generation}”"[:80])
    with transaction.atomic():
        started = []
        for _ in range(count):
            brief = replace(generation.brief, seed=secrets.randbelow(MAX_SEED + 1))
            started.append(start_generation(person=person, brief=brief, origin=origin)[0])
    return started


def _changed(person: Person, generation: Generation, changes: dict[str, Any]) -> Generation:
    score, brief = unpack(get_score(generation).packed).heard, generation.brief
    checked = clean_brief(
        theme=brief.theme,
        seed=brief.seed,
        voice=changes.get("voice", brief.voice),
        style=changes.get("style", brief.style),
    )
    change = Change(
        style=MusicStyle(checked.style) if "style" in changes else None,
        voice=VoiceStyle(checked.voice) if "voice" in changes else None,
        key=read_key(changes["key"]) if "key" in changes else None,
        tempo_bpm=changes.get("tempo_bpm"),
    )
    made = varied(score, change, style=brief.style, voice=brief.voice, seed=brief.seed)
    told = _told(change)
    new = _brief(brief, change, made.duration_s)
    origin = Origin(generation, f"“{generation}” {told}"[:80])
    given = GivenScore(open_score(made), f"“{generation}” {told}.")
    return start_generation(person=person, brief=new, origin=origin, given=given)[0]


def _brief(brief: Brief, change: Change, duration_s: float) -> Brief:
    return replace(
        brief,
        style=change.style or brief.style,
        voice=change.voice or brief.voice,
        length_s=min(max(duration_s, MIN_LENGTH_S), MAX_LENGTH_S),
    )


def _told(change: Change) -> str:
    said = [f"in the style {change.style.value}"] if change.style else []
    said += [f"for the voice {change.voice.value.replace('_', ' ')}"] if change.voice else []
    said += [f"in {change.key.tonic} {change.key.mode}"] if change.key else []
    said += [f"at {change.tempo_bpm:g} beats a minute"] if change.tempo_bpm else []
    return ", ".join(said)

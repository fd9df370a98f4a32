"""A score that somebody brings as a file becomes a song: sung, and accompanied where it is only a tune."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from codecraft.common.errors import InvalidInput
from generation.contracts import MAX_LENGTH_S, MAX_TITLE_CHARS, MIN_LENGTH_S, Brief, MusicStyle
from generation.engine.composer.orchestrating import orchestrated
from generation.engine.composer.sections import HouseBand
from generation.engine.composer.variations import for_voice, needs_other_key
from generation.engine.score.check import BrokenScore
from generation.engine.score.editing import check_open, open_score
from generation.engine.score.importing import BadScoreFile, ImportedScore, read_midi, read_musicxml
from generation.engine.score.importing.compass import into_compass
from generation.engine.score.types import Score
from generation.models import Generation
from generation.services.generations import GivenScore, make_brief, start_generation
from rados.contracts import Person
from voicelab.contracts import VOICE_RANGES, VoiceStyle

MAX_FILE_BYTES = 8 * 2**20
READERS: dict[str, Callable[..., ImportedScore]] = {
    ".mid": read_midi,
    ".midi": read_midi,
    ".kar": read_midi,
    ".musicxml": read_musicxml,
    ".xml": read_musicxml,
    ".mxl": read_musicxml,
}


def import_score(
    *, person: Person, name: str, data: bytes, idempotency_key: str = "", **fields: Any
) -> tuple[Generation, bool]:
    """Queue the song of a MIDI or MusicXML file; `fields` are those of a brief. Returns it, and whether it is new.

    Raises BadScoreFile, InvalidInput with its field, BrokenScore when the tune cannot be sung by this voice."""
    reader = READERS.get(f".{name.rpartition('.')[2].lower()}")
    if reader is None:
        raise BadScoreFile(f"The file must be one of: {', '.join(READERS)}.")
    if not data:
        raise BadScoreFile("The file is empty.")
    if len(data) > MAX_FILE_BYTES:
        raise BadScoreFile(f"The file is larger than {MAX_FILE_BYTES // 2**20} MB.")
    title = fields.get("title") or ""
    brief = make_brief(**{"theme": _theme(title, name), **_given(fields)})
    told = reader(data, style=brief.style.value, title=title or _theme("", name), pronunciations=brief.pronunciations)
    if "style" not in _given(fields) and told.is_ours and told.score.style in list(MusicStyle):
        brief = make_brief(**{**brief.__dict__, "style": told.score.style})
    score, moved = _for_singer(told.score, brief)
    if told.wants_orchestra:
        score = orchestrated(score, brief.style, brief.seed, brief.voice)
    if not any(line.notes for line in score.lead.lines):
        raise BadScoreFile("The file holds no tune that a singer could sing.")
    if score.duration_s > MAX_LENGTH_S + 0.05:
        raise BadScoreFile(f"The song would last {score.duration_s:.0f} s; {MAX_LENGTH_S} s are the most.")
    length_s = min(max(score.duration_s, MIN_LENGTH_S), MAX_LENGTH_S)
    brief = make_brief(**{**brief.__dict__, "length_s": length_s, "title": score.title[:MAX_TITLE_CHARS]})
    opened = open_score(score)
    try:
        check_open(opened, HouseBand(brief.style, brief.voice, brief.seed))
    except (BrokenScore, InvalidInput) as error:
        raise BadScoreFile(f"The file does not make a song: {error.message}") from error
    given = GivenScore(opened, f"Uploaded: {_short(name)}.", (*told.notices, *moved))
    return start_generation(
        person=person,
        brief=brief,
        idempotency_key=idempotency_key,
        seed_was_given=fields.get("seed") is not None,
        given=given,
    )


def _for_singer(score: Score, brief: Brief) -> tuple[Score, list[str]]:
    """The score where the voice can sing it, and what was done: octaves first, else the whole song in another key.

    Who sings behind the lead is written anew when the lead moves, or when a choir takes a soloist's place or leaves
    its own: it is made for that voice's neighbours."""
    if brief.voice is VoiceStyle.SPOKEN or score.lead.spoken:
        return score, []
    compass = VOICE_RANGES[brief.voice]
    if needs_other_key(score, compass):
        made = for_voice(score, compass)
        notices = [
            f"The song is moved from {score.key.tonic} {score.key.mode} to {made.key.tonic} {made.key.mode}, "
            "where this voice can sing it."
        ]
    else:
        made, notices = into_compass(score, compass)
    is_choir = brief.voice is VoiceStyle.CHOIR
    if (notices or is_choir != bool(made.harmonies)) and (made.harmonies or made.backing):
        harmonies, backing = HouseBand(brief.style, brief.voice, brief.seed).voices(made)
        made = replace(made, harmonies=harmonies, backing=backing)
    return made, notices


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _short(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2][-80:]


def _theme(title: str, name: str) -> str:
    """What the song is called when nobody says what it is about: the title, else the file's name."""
    return title or " ".join(_short(name).rpartition(".")[0].replace("_", " ").split()) or "an uploaded score"

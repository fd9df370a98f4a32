"""`metadata.json`: the whole song as data. Its JSON schema is `metadata.schema.json` beside this file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codecraft.common.codec import encode
from generation.contracts import Brief
from generation.engine.score import timeline
from generation.engine.score.types import Score
from mixer.contracts import Loudness

SCHEMA_PATH = Path(__file__).with_name("metadata.schema.json")
VERSION = "0.1.0"


@dataclass(frozen=True)
class Choice:
    """One thing that was decided, by which stage, as a sentence a person reads."""

    stage: str
    sentence: str


@dataclass(frozen=True)
class StemFile:
    name: str
    file: str
    role: str


@dataclass(frozen=True)
class Shot:
    """`world` is where it plays, at which `hour`, in which `weather`; `move` what the camera does; `transition` how
    it begins."""

    world: str
    section: str
    size: str
    move: str
    transition: str
    start_s: float
    end_s: float
    hour: str = ""
    weather: str = ""


@dataclass(frozen=True)
class FilmFacts:
    """`song_offset_s`: how long after the film's first frame the song starts. `poster` and `thumbnails` are files of
    the package."""

    size: str
    fps: float
    song_offset_s: float
    shots: tuple[Shot, ...]
    poster: str
    thumbnails: tuple[str, ...] = ()


@dataclass(frozen=True)
class SongFacts:
    """Everything the metadata tells beside what it reads from the score. `console_sha256` is that of the mix's console,
    which the song keeps."""

    brief: Brief
    score: Score
    loudness: Loudness
    stems: tuple[StemFile, ...]
    film: FilmFacts | None
    choices: tuple[Choice, ...]
    notices: tuple[str, ...]
    files: dict[str, str]
    console_sha256: str


def build_metadata(facts: SongFacts) -> dict[str, Any]:
    """The metadata as JSON-able data, valid against the schema."""
    score = facts.score
    return {
        "version": VERSION,
        "title": score.title,
        "brief": encode(facts.brief),
        "seed": facts.brief.seed,
        "key": encode(score.key),
        "key_changes": encode(timeline.key_changes(score)),
        "beats_per_bar": score.beats_per_bar,
        "tempo_map": encode(score.tempo_map.changes),
        "duration_s": score.duration_s,
        "beats_s": encode(timeline.beats_s(score)),
        "bars_s": encode(timeline.bars_s(score)),
        "sections": encode(timeline.section_spans(score)),
        "chords": encode(timeline.chord_spans(score)),
        "vocal_notes": encode(timeline.vocal_notes(score)),
        "words": encode(timeline.timed_words(score)),
        "loudness": encode(facts.loudness),
        "console_sha256": facts.console_sha256,
        "stems": encode(facts.stems),
        "film": encode(facts.film),
        "choices": encode(facts.choices),
        "notices": list(facts.notices),
        "files": dict(sorted(facts.files.items())),
    }


def write_metadata(path: Path, metadata: dict[str, Any]) -> None:
    path.write_text(json.dumps(metadata, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

"""What the pipeline is given, what it reports, what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generation.contracts import Brief

if TYPE_CHECKING:
    from generation.engine.score.types import Score
    from mixer.engine.desk import Desk


@dataclass(frozen=True)
class StageInfo:
    """A stage as people see it. `weight` is its usual share of the whole time (measured; film included)."""

    name: str
    title: str
    weight: float


STAGES: tuple[StageInfo, ...] = (
    StageInfo("lyrics", "Writing the lyrics", 0.01),
    StageInfo("score", "Composing the score", 0.01),
    StageInfo("vocals", "Singing", 0.05),
    StageInfo("orchestra", "Playing the orchestra", 0.06),
    StageInfo("mix", "Mixing", 0.07),
    StageInfo("master", "Mastering", 0.04),
    StageInfo("package", "Packing", 0.04),
    StageInfo("film", "Filming", 0.72),
)


@dataclass(frozen=True)
class OpenAIConfig:
    api_key: str = field(repr=False)
    base_url: str = ""
    model: str = ""
    speech_model: str = ""
    image_model: str = ""
    timeout_s: float = 20.0


@dataclass(frozen=True)
class Workshop:
    """The tools and places of this machine. Nothing in here may change what a song sounds like."""

    store_dir: Path
    soundfont_path: Path
    font_dir: Path
    workers: int = 2
    openai: OpenAIConfig | None = None
    store_limit_bytes: int = 20 * 2**30
    media_dir: Path | None = None
    """Where people's own pictures and clips lie, prepared."""


@dataclass(frozen=True)
class StageReport:
    """`fraction_of_stage` and `fraction` (of the whole song) are 0..1. `cached`: the stage was already in the store."""

    stage: str
    fraction_of_stage: float
    fraction: float
    cached: bool = False
    preview_path: Path | None = None
    stream_dir: Path | None = None
    """Where the film's finished beginning stands as an HLS playlist while it grows."""


Report = Callable[[StageReport], None]


@dataclass(frozen=True)
class PackageResult:
    """`files` maps the package's file names to their SHA-256. `score` is what was performed, as it was written: the
    lead of a spoken song as the composer meant it. `desk` is how the mixer was set."""

    out_dir: Path
    files: dict[str, str]
    metadata: dict[str, Any]
    notices: tuple[str, ...]
    score: Score
    desk: Desk


@dataclass(frozen=True)
class CutSpec:
    """`brief` is the song's own with the size and options of this film; `score` what was written; `song_dir` the
    package; `trailer_s` 0 for the whole song."""

    brief: Brief
    score: Score
    song_dir: Path
    trailer_s: float = 0.0


@dataclass(frozen=True)
class CutResult:
    path: Path
    duration_s: float
    notices: tuple[str, ...]

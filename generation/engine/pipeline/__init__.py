"""The pipeline: stages over an asset store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generation.contracts import Brief
from generation.engine.pipeline.types import (
    STAGES,
    CutResult,
    CutSpec,
    OpenAIConfig,
    PackageResult,
    Report,
    StageInfo,
    StageReport,
    Workshop,
)

if TYPE_CHECKING:
    from generation.engine.score.types import Score
    from mixer.engine.desk import Desk

__all__ = [
    "STAGES",
    "CutResult",
    "CutSpec",
    "OpenAIConfig",
    "PackageResult",
    "Report",
    "StageInfo",
    "StageReport",
    "Workshop",
    "make_cut",
    "resound_cut",
    "run_pipeline",
]


def run_pipeline(
    brief: Brief,
    *,
    workshop: Workshop,
    out_dir: Path,
    report: Report,
    score: Score | None = None,
    desk: Desk | None = None,
) -> PackageResult:
    """See `run.run_pipeline`. Imported late: the web process never loads the engines."""
    from generation.engine.pipeline.run import run_pipeline as run

    return run(brief, workshop=workshop, out_dir=out_dir, report=report, score=score, desk=desk)


def make_cut(spec: CutSpec, *, workshop: Workshop, out_path: Path, report: Report) -> CutResult:
    """See `cuts.make_cut`. Imported late, too."""
    from generation.engine.pipeline.cuts import make_cut as make

    return make(spec, workshop=workshop, out_path=out_path, report=report)


def resound_cut(spec: CutSpec, film: Path, *, song_path: Path, duration_s: float, out_path: Path) -> Path:
    """See `cuts.resound_cut`. Imported late, too."""
    from generation.engine.pipeline.cuts import resound_cut as resound

    return resound(spec, film, song_path=song_path, duration_s=duration_s, out_path=out_path)

"""The pipeline: stages over an asset store. See `run.run_pipeline`."""

from generation.engine.pipeline.run import run_pipeline
from generation.engine.pipeline.types import (
    STAGES,
    OpenAIConfig,
    PackageResult,
    StageInfo,
    StageReport,
    Workshop,
)

__all__ = ["STAGES", "OpenAIConfig", "PackageResult", "StageInfo", "StageReport", "Workshop", "run_pipeline"]

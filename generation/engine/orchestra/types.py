"""What goes into the orchestra and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generation.engine.score.types import Part, TempoMap


@dataclass(frozen=True)
class OrchestraSpec:
    """`backend` is "auto", "fluidsynth" or "tinysoundfont". `soundfont_path` may have any extension: content counts."""

    parts: tuple[Part, ...]
    tempo_map: TempoMap
    duration_s: float
    soundfont_path: Path
    seed: int
    sample_rate_hz: int = 48_000
    backend: str = "auto"

    @property
    def total_samples(self) -> int:
        return round(self.duration_s * self.sample_rate_hz)


@dataclass(frozen=True)
class OrchestraResult:
    """`stem_paths` in the order of the parts; `backend` that played them; `notices` for a person to read."""

    stem_paths: tuple[Path, ...]
    backend: str
    notices: tuple[str, ...]

"""What goes into the orchestra and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

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
    """`stem_paths` in the order of the parts; `backend` that played them; `notices` for a person to read.

    `kept` counts the stems that were found in the store and not played again."""

    stem_paths: tuple[Path, ...]
    backend: str
    notices: tuple[str, ...]
    kept: int = 0


class StemStore(Protocol):
    """Where stems are kept between renders, each under the content key of all that is heard in it (`keeping.stem_key`).

    `get` answers the file of a kept stem, or None for what it does not have or cannot trust any more. `put` keeps a
    finished stem file; it must leave `stem` where it is."""

    def get(self, key: str) -> Path | None: ...

    def put(self, key: str, stem: Path) -> None: ...

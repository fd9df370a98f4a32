"""What the studio asks of someone else who writes lyrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from codecraft.common.structured import ProviderFailed as ProviderFailed
from generation.engine.lyrics.types import LyricsSpec


@dataclass(frozen=True)
class DraftSection:
    """A section as it came: nothing in it is trusted yet."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    title: str
    sections: tuple[DraftSection, ...]


class LyricsProvider(Protocol):
    """Writes a draft for a plan. `name` becomes `Lyrics.source`."""

    name: str

    def write(self, spec: LyricsSpec) -> Draft:
        """A draft with one section for each of `spec.form`. Raises ProviderFailed."""
        ...

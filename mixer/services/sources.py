"""Where a session's stems may come from. The mixer knows stems, not songs: an upper floor registers what it has."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress
from mixer.contracts import FinishedMix, SourceInfo, SourceStem
from rados.contracts import Person

UPLOADS = "uploads"


class Source(Protocol):
    """`kind` is the name under which requests ask for it ("generation")."""

    kind: str

    def describe(self, person: Person, source_id: str) -> SourceInfo:
        """What it is. Raises NotFound for what is not the person's, Conflict for what cannot be mixed yet."""
        ...

    def fetch_kept(self, source_id: str) -> tuple[SourceStem, ...] | None:
        """Its dry stems where they lie ready; None where they would have to be rendered first. Quick."""
        ...

    def fetch(self, source_id: str, progress: Progress) -> tuple[SourceStem, ...]:
        """Its dry stems, rendered anew where they are not kept any more. May take minutes."""
        ...

    def mix_path(self, source_id: str) -> Path:
        """Its own finished mix, before mastering. Raises Conflict where there is none."""
        ...

    def page_of(self, source_id: str) -> str:
        """The address of its page."""
        ...

    def current_mix(self, source_id: str) -> str:
        """The id of the mix that it plays now, "" where it plays its own."""
        ...

    def choose_mix(self, source_id: str, mix_id: str) -> None:
        """Play one of the mixes that it took (again); "" for its own. Raises NotFound, Conflict."""
        ...

    def take_mix(self, source_id: str, mix: FinishedMix) -> None:
        """Keep a finished mix as a version of its own. The files may be linked; they stay the mixer's. Called once
        for each mix, inside the transaction that finishes its job."""
        ...


_SOURCES: dict[str, Source] = {}


def register_source(source: Source) -> None:
    """Called by an upper floor when its app is ready."""
    _SOURCES[source.kind] = source


def source_of(kind: str) -> Source:
    """Raises InvalidInput with the kinds there are."""
    source = _SOURCES.get(kind)
    if source is None:
        raise InvalidInput(f"There is no source “{kind[:40]}”. There are: {', '.join(_SOURCES) or 'none'}.")
    return source


def source_kinds() -> tuple[str, ...]:
    return tuple(_SOURCES)

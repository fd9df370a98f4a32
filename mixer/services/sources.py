"""Where a session's stems may come from. The mixer knows stems, not songs: an upper floor registers what it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from codecraft.common.errors import Conflict, InvalidInput
from codecraft.common.progress import Progress
from mixer.contracts import FinishedMix, SourceInfo, SourceStem
from mixer.engine.desk import Desk
from rados.contracts import Person

UPLOADS = "uploads"


class MadeMeanwhile(Conflict):
    """Something that has to change with the mix came to be after everything was made: `ReadiedMix.make_late`."""

    code = "made_meanwhile"


@dataclass(frozen=True)
class ReadiedMix:
    """A source that is ready to play another of its mixes. `publish` puts the files in place, inside the transaction
    that finishes the job, and may raise Conflict, `MadeMeanwhile` where `make_late` has to make more first; `clear`
    removes what is left of the making, however it ended."""

    publish: Callable[[], None]
    clear: Callable[[], None]
    make_late: Callable[[], None] = lambda: None


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

    def console(self, source_id: str, revision: str) -> Desk | None:
        """The console that its own mix of a state (`SourceInfo.revision`) was made on; None where there is none. It can
        always be asked, also while the source is in the works."""
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

    def require_mix(self, source_id: str, mix_id: str) -> None:
        """Quick: that it can play one of the mixes that it took (again); "" for its own. Raises NotFound, Conflict."""
        ...

    def ready_mix(self, source_id: str, mix_id: str, progress: Progress) -> ReadiedMix:
        """Make everything that changes when it plays that mix; nothing of its own is touched yet. May take a minute.
        Raises NotFound, Conflict."""
        ...

    def take_mix(self, source_id: str, mix: FinishedMix) -> int:
        """Keep a finished mix as a version of its own, and say its number. The files may be linked; they stay the
        mixer's. Called once for each mix, inside the transaction that finishes its job."""
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

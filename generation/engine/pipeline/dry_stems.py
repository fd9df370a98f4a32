"""What was sung and played, before any mixing: the dry stems of a rendered song, for a console of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codecraft.common.errors import StudioError
from codecraft.common.progress import Progress, ignore_progress
from generation.contracts import Brief
from generation.engine.pipeline.names import BACKING_STEM, LEAD_STEM, stem_names
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.stages import Performance, perform_stages
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import StageReport, Workshop
from generation.engine.score.types import Score
from mixer.contracts import ChannelRole, VoiceEffects


@dataclass(frozen=True)
class DryStem:
    """`name` is that of the package's levelled stem; `label` the same for people."""

    name: str
    label: str
    path: Path
    role: ChannelRole
    pan: float = 0.0
    effects: VoiceEffects | None = None


class _NotKept(StudioError):
    """A stem is not in the store any more."""


class _KeptOnly(AssetStore):
    """Finds, and never makes."""

    def make(self, key: str, build: Callable[[Path], None]) -> Path:
        found = self.find(key)
        if found is None:
            raise _NotKept("It would have to be rendered first.")
        return found


def fetch_dry_stems(
    brief: Brief, score: Score, *, workshop: Workshop, progress: Progress | None = None
) -> tuple[DryStem, ...] | None:
    """The dry stems of `score` in the order of the package's, out of the store. With a `progress` what is not kept is
    sung and played again, to the same bytes; without one the answer is None then.

    The files are the store's: link or copy them, never change them. Cancelled from `progress` passes through.
    """
    store = _KeptOnly(workshop.store_dir) if progress is None else AssetStore(workshop.store_dir)
    tell = progress or ignore_progress

    def report(news: StageReport) -> None:
        tell(news.fraction)

    runner = StageRunner(store, report, stages=("vocals", "orchestra"))
    try:
        return _stems(brief, score, perform_stages(runner, brief, score, workshop))
    except _NotKept:
        return None


def _stems(brief: Brief, score: Score, performed: Performance) -> tuple[DryStem, ...]:
    backing = performed.backing
    stems = [DryStem(LEAD_STEM, "Lead vocal", performed.lead.path, ChannelRole.LEAD, effects=brief.effects)]
    if backing is not None:
        stems.append(DryStem(BACKING_STEM, "Backing vocals", backing.path, ChannelRole.BACKING))
    names = stem_names((part.name for part in score.parts), backing=backing is not None)
    for name, path, part in zip(names, performed.orchestra.stem_paths, score.parts, strict=True):
        stems.append(DryStem(name, _label(part.name), path, part.role, part.pan))
    return tuple(stems)


def _label(part_name: str) -> str:
    plain = part_name.replace("-", " ").replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]

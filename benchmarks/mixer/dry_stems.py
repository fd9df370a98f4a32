"""A song's dry stems, sung and played by the studio itself: what a console gets to mix."""

from __future__ import annotations

import shutil
from pathlib import Path

import soundfile as sf

from generation.contracts import Brief
from generation.engine.pipeline.brief import clean_brief
from generation.engine.pipeline.names import BACKING_STEM, LEAD_STEM, stem_names
from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.stages import lyrics_stage, perform_stages, score_stage
from generation.engine.pipeline.store import AssetStore
from generation.engine.score.types import Score
from mixer.contracts import ChannelRole, StemInput
from tests.songs import make_workshop

STAGES = ("lyrics", "score", "orchestra", "vocals")


def make_dry_stems(folder: Path, *, length_s: float, count: int, **brief) -> tuple[StemInput, ...]:
    """`count` stems of a song of this length, lead first, as float files in `folder`. Raises ValueError for a song of
    fewer parts."""
    told = {"theme": "a gladiator who forgives his enemy", "seed": 5, "film_size": "none"} | brief
    _, stems = sing_and_play(folder, clean_brief(**told, length_s=length_s))
    if len(stems) < count:
        raise ValueError(f"The song has {len(stems)} stems only.")
    return tuple(_copied(stem, folder) for stem in stems[:count])


def sing_and_play(folder: Path, asked: Brief) -> tuple[Score, list[StemInput]]:
    """The song's score and all its dry stems, lead first, where the store in `folder` keeps them."""
    workshop = make_workshop(folder / "store")
    runner = StageRunner(AssetStore(workshop.store_dir), lambda report: None, stages=STAGES)
    score = score_stage(runner, asked, lyrics_stage(runner, asked, None))
    performed = perform_stages(runner, asked, score, workshop)
    names = stem_names((part.name for part in score.parts), backing=performed.backing is not None)
    stems = [StemInput(LEAD_STEM, performed.lead.path, ChannelRole.LEAD)]
    if performed.backing is not None:
        stems.append(StemInput(BACKING_STEM, performed.backing.path, ChannelRole.BACKING))
    stems += [
        StemInput(name, path, part.role, part.pan)
        for name, path, part in zip(names, performed.orchestra.stem_paths, score.parts, strict=True)
    ]
    return score, stems


def _copied(stem: StemInput, folder: Path) -> StemInput:
    path = folder / f"{stem.name}.wav"
    shutil.copyfile(stem.path, path)
    assert sf.info(path).frames
    return StemInput(stem.name, path, stem.role, stem.pan)

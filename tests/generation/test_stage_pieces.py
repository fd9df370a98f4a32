"""A stage of several pieces: each has a key of its own, and its progress is one line."""

from __future__ import annotations

from pathlib import Path

from generation.engine.pipeline.runner import StageRunner
from generation.engine.pipeline.store import AssetStore


def test_only_the_changed_piece_is_made_again_and_progress_rises_to_one(tmp_path):
    made: list[str] = []

    def piece(name: str, share: float):
        def build(folder: Path, progress) -> None:
            for part in (0.25, 0.5, 1.0):
                progress(part)
            (folder / "sung.txt").write_text(name)
            made.append(name)

        return StageRunner.key("vocals", "1", name), build, share

    def run(*names: str):
        reports = []
        runner = StageRunner(AssetStore(tmp_path), reports.append, stages=("vocals", "mix"))
        folders = runner.run_pieces("vocals", [piece(n, s) for n, s in zip(names, (0.65, 0.35), strict=True)])
        return [(f / "sung.txt").read_text() for f in folders], [r.fraction_of_stage for r in reports], reports

    told, fractions, _ = run("lead", "backing")
    assert told == made == ["lead", "backing"]
    assert fractions == sorted(fractions) and fractions[0] == 0.0 and fractions[-1] == 1.0
    assert 0.65 * 0.5 in fractions and 0.65 < fractions[-3] < 1.0
    assert run("lead", "another")[0] == ["lead", "another"] and made == ["lead", "backing", "another"]
    again = run("lead", "backing")
    assert again[0] == ["lead", "backing"] and again[2][-1].cached and len(made) == 3

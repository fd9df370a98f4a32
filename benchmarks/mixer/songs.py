"""Songs for the benchmarks of the mixer, made by the studio: dry stems, and what they sing when."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from benchmarks.mixer.dry_stems import sing_and_play
from codecraft.common.codec import encode
from generation.contracts import MusicStyle
from generation.engine.pipeline.brief import clean_brief
from generation.engine.pipeline.spaces import SPACES
from generation.engine.score import timeline

THEMES = ("a soldier comes home", "the old lighthouse", "a city in the rain", "the last dragon")
VOICES = ("heroic_male", "soprano", "alto", "choir")


def make_songs(folder: Path, count: int, *, length_s: float = 90.0) -> None:
    """`count` songs, of each style in turn, as `folder/STYLE-NUMBER` with dry/*.wav, stems.json and metadata.json.
    What lies there already stays."""
    styles = list(MusicStyle)
    for index in range(count):
        number, style = index // len(styles), styles[index % len(styles)]
        out = folder / f"{style.value}-{number}"
        if not (out / "stems.json").exists():
            _make(out, style, number, length_s)


def _make(out: Path, style: MusicStyle, number: int, length_s: float) -> None:
    theme, voice = THEMES[number % len(THEMES)], VOICES[number % len(VOICES)]
    asked = clean_brief(
        theme=theme, style=style.value, voice=voice, seed=100 + number, length_s=length_s, film_size="none"
    )
    (out / "dry").mkdir(parents=True, exist_ok=True)
    score, stems = sing_and_play(out, asked)
    rows = []
    for stem in stems:
        shutil.copyfile(stem.path, out / "dry" / f"{stem.name}.wav")
        rows.append({"name": stem.name, "role": stem.role.value, "pan": stem.pan, "effects": None})
    told = {"sections": encode(timeline.section_spans(score)), "words": encode(timeline.timed_words(score))}
    (out / "metadata.json").write_text(json.dumps(told))
    (out / "stems.json").write_text(json.dumps({"space": SPACES[style].value, "seed": asked.seed, "stems": rows}))
    shutil.rmtree(out / "store")

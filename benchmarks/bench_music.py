"""What independent judges hear in finished masters: key, beat, sections that return, clipping and DC. Judges nothing.

`python benchmarks/bench_music.py [--per-style 4] [--length 90] [--jobs 2]`. The last row is the control: songs whose
pitches were scrambled, which the judge of keys must not find in key.
"""

from __future__ import annotations

import argparse
import multiprocessing
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

THEMES = ("a soldier comes home", "the old lighthouse", "a city in the rain", "the last dragon")
METRIC = ("epic", "pop", "fantasy", "gladiator", "emotional")
VOICES = ("heroic_male", "soprano", "alto", "choir")


@dataclass(frozen=True)
class Heard:
    """Figures of one song. `alike` and `unlike`: mean similarities of sections of one kind, and of different kinds."""

    style: str
    key_score: float
    beat_f: float
    alike: float
    unlike: float
    clipped: int
    dc: float


def make_and_hear(style: str, number: int, length_s: float, scrambled: bool) -> Heard:
    """One song, made and judged in a folder that is removed afterwards."""
    from generation.engine.pipeline import run_pipeline
    from tests.songs import make_song, make_workshop

    folder = Path(tempfile.mkdtemp(prefix="bench-music-"))
    try:
        workshop = make_workshop(folder / "store")
        asked = {
            "theme": THEMES[number % len(THEMES)],
            "style": style,
            "voice": VOICES[number % len(VOICES)],
            "seed": 100 + number,
            "length_s": length_s,
        }
        song = make_song(folder / "song", workshop, **asked)
        if scrambled:
            score = scramble(song.result.score, number)
            run_pipeline(song.brief, workshop=workshop, out_dir=song.folder, report=lambda report: None, score=score)
        return hear(style, song.metadata, song.folder / "song.wav")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def scramble(score, seed: int):
    """Every pitched note of the band moved by a random step of -6..6 semitones, the singer's within her compass."""
    rng = np.random.default_rng(seed)

    def moved(midi: int, low: int = 24, high: int = 100) -> int:
        return int(np.clip(midi + rng.integers(-6, 7), low, high))

    parts = tuple(
        p if p.is_drums else replace(p, notes=tuple(replace(n, midi=moved(n.midi)) for n in p.notes))
        for p in score.parts
    )
    sung = [n.midi for line in score.lead.lines for n in line.notes]
    lines = tuple(
        replace(line, notes=tuple(replace(n, midi=moved(n.midi, min(sung), max(sung))) for n in line.notes))
        for line in score.lead.lines
    )
    return replace(score, parts=parts, lead=replace(score.lead, lines=lines), harmonies=(), backing=())


def hear(style: str, metadata: dict, path: Path) -> Heard:
    from codecraft.common.audio import read_wav
    from tests.judges.music import beat_f_measure, key_score

    audio, _ = read_wav(path)
    alike, unlike = section_similarities(metadata, path)
    return Heard(
        style,
        key_score(metadata, path),
        beat_f_measure(metadata, path) if style in METRIC else float("nan"),
        alike,
        unlike,
        int((np.abs(audio) >= 1.0).sum()),
        float(np.abs(audio.mean(axis=1)).max()),
    )


def section_similarities(metadata: dict, path: Path) -> tuple[float, float]:
    """Mean correlation of beat-synchronous chroma between sections of one name, and between sections of others.

    Sections are laid beside each other from their first beats on, for as long as the shorter lasts (Müller,
    "Fundamentals of Music Processing", ch. 4); the song's mean chroma is taken away, since a key is common to all.
    """
    import librosa

    audio, rate_hz = librosa.load(path, sr=22_050, mono=True)
    chroma = librosa.feature.chroma_cqt(y=audio, sr=rate_hz)
    beats = librosa.time_to_frames(np.asarray(metadata["beats_s"]), sr=rate_hz)
    synced = librosa.util.sync(chroma, beats, aggregate=np.median)
    synced = synced - synced.mean(axis=1, keepdims=True)
    starts_s = np.asarray([0.0, *metadata["beats_s"]])
    cut = [
        (s["name"].rstrip("0123456789 "), synced[:, (starts_s[: synced.shape[1]] >= s["start_s"] - 0.01)
         & (starts_s[: synced.shape[1]] < s["end_s"] - 0.01)])
        for s in metadata["sections"]
    ]  # fmt: skip
    alike, unlike = [], []
    for (name, a), (other, b) in combinations(cut, 2):
        beats_both = min(a.shape[1], b.shape[1])
        if beats_both >= 8:
            value = float(np.corrcoef(a[:, :beats_both].ravel(), b[:, :beats_both].ravel())[0, 1])
            (alike if name == other else unlike).append(value)
    return _mean(alike), _mean(unlike)


def _mean(values) -> float:
    values = [v for v in values if not np.isnan(v)]
    return float(np.mean(values)) if values else float("nan")


def told(label: str, rows: list[Heard]) -> str:
    exact = 100.0 * np.mean([r.key_score == 1.0 for r in rows])
    means = (_mean(getattr(r, name) for r in rows) for name in ("key_score", "beat_f", "alike", "unlike"))
    figures = "".join(f"{mean:>10.2f}" for mean in means)
    return f"{label:<12}{len(rows):>4}{exact:>10.0f} %{figures}{_faults(rows)}"


def _faults(rows: list[Heard]) -> str:
    return f"{sum(r.clipped for r in rows):>9}{max(r.dc for r in rows):>10.1e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--per-style", type=int, default=4)
    parser.add_argument("--length", type=float, default=90.0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    styles = (*METRIC, "dark", "gregorian")
    asked = [(style, n, options.length, False) for n in range(options.per_style) for style in styles]
    asked += [(style, n, options.length, True) for n, style in enumerate(("epic", "pop", "emotional"))]
    with ProcessPoolExecutor(options.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        heard = list(pool.map(make_and_hear, *zip(*asked, strict=True)))
    songs, control = heard[:-3], heard[-3:]
    heads = "".join(f"{head:>10}" for head in ("weighted", "beat F", "alike", "unlike"))
    print(f"{'':<12}{'n':>4}{'exact key':>12}{heads}{'clipped':>9}{'DC':>10}")
    for style in styles:
        print(told(style, [h for h in songs if h.style == style]))
    print(told("all", songs))
    print(told("scrambled", control))


if __name__ == "__main__":
    main()

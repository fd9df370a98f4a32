"""The composer's table, for the code as it stands: `python benchmarks/bench_composer.py --seeds 5`.

Figures only, no verdicts. Each seed writes its own words (the local lyric writer) for each style; the tunes of one
brief are compared by their figures of four intervals.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import cache
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from generation.contracts import MusicStyle
from generation.engine.composer import ComposeSpec, compose, plan_form
from generation.engine.composer.styles import STYLES
from generation.engine.lyrics import LyricsSpec, write_lyrics
from generation.engine.lyrics.types import Lyrics
from generation.engine.score.types import Score
from tests.generation.composing import planned_lyrics
from tests.judges.composition import (
    choir_parallels,
    motif_recurrence,
    overlap,
    returns,
    stress_kept,
    string_parallels,
    strong_notes,
    tune,
)
from voicelab.contracts import VoiceStyle

THEME = "a gladiator who forgives his enemy"
HEADS = (
    "style seconds choir-par band-par/moves strong% stress% motif(min/mean) compass-breaks same-sec other-sec"
    " overlap(max/mean) keys chords"
).split()


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="songs of each style")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--length", type=float, default=180.0, help="seconds of each song")
    parser.add_argument("--plain", action="store_true", help="words from the tests' list in place of the lyric writer")
    parser.add_argument("--styles", default=",".join(s.value for s in MusicStyle))
    return parser.parse_args()


@cache
def words(style: MusicStyle, seed: int, length_s: float, plain: bool) -> Lyrics:
    if plain:
        return planned_lyrics(style, length_s, seed)
    plan = plan_form(style, length_s, seed=seed)
    return write_lyrics(LyricsSpec(THEME, "", style.value, seed, plan.sung))


def composed(style: MusicStyle, voice: VoiceStyle, seed: int, options: argparse.Namespace) -> tuple[Score, float]:
    """A song and the CPU seconds that composing it took (the words are not counted)."""
    lyrics = words(style, seed, options.length, options.plain)
    began = time.process_time()
    score = compose(ComposeSpec(lyrics.title, style, voice, seed, options.length), lyrics)
    return score, time.process_time() - began


def compass_breaks(score: Score, style: MusicStyle) -> int:
    """Notes of the band outside their instrument's compass."""
    plans = {p.name: p for p in STYLES[style].parts}
    return sum(not plans[p.name].low <= n.midi <= plans[p.name].high for p in score.parts for n in p.notes)


def row(style: MusicStyle, options: argparse.Namespace) -> tuple[str, ...]:
    seeds = range(options.first, options.first + options.seeds)
    songs = [composed(style, VoiceStyle.SOPRANO, seed, options) for seed in seeds]
    choirs = [composed(style, VoiceStyle.CHOIR, seed, options)[0] for seed in seeds]
    scores = [score for score, _ in songs]
    band = [string_parallels(score) for score in scores]
    motifs = [motif_recurrence(score) for score in scores]
    tunes = [tune(score) for score in scores]
    shared = [overlap(a, b) for a, b in combinations(tunes, 2)] or [0.0]
    same, other = (np.concatenate([returns(s)[i] for s in scores]) for i in (0, 1))
    return (
        style.value,
        f"{max(s for _, s in songs):.2f}",
        str(sum(choir_parallels(s) for s in choirs)),
        f"{sum(f for f, _ in band)}/{sum(m for _, m in band)}",
        f"{100 * np.mean(np.concatenate([strong_notes(s) for s in scores])):.1f}",
        f"{100 * np.mean(np.concatenate([stress_kept(s) for s in scores])):.1f}",
        f"{min(motifs)}/{np.mean(motifs):.1f}",
        str(sum(compass_breaks(s, style) for s in scores)),
        f"{same.mean():.2f}" if len(same) else "-",
        f"{other.mean():.2f}" if len(other) else "-",
        f"{max(shared):.3f}/{np.mean(shared):.3f}",
        f"{np.mean([len(s.key_changes) for s in scores]):.1f}",
        f"{np.mean([len({c.name for c in s.chords}) for s in scores]):.1f}",
    )


def main() -> None:
    options = asked()
    rows = [tuple(HEADS)]
    rows += [row(MusicStyle(name), options) for name in options.styles.split(",")]
    widths = [max(len(r[i]) for r in rows) for i in range(len(HEADS))]
    for each in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)))


if __name__ == "__main__":
    main()

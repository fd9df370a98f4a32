"""How long a film takes, beside a bare ffmpeg encode of the same frames in the same run.

    python -m benchmarks.bench_film [--size 1280x720] [--seconds 30] [--style epic] [--workers 2]

Prints ratios to the song's length: the whole film with its plates, the same film again with the plates cached, and the
ceiling, which is ffmpeg alone encoding the frames just made with the same settings; then peak memory of a worker.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import ffmpeg_path, write_wav
from generation.engine.film import FilmSpec, StoryboardSpec, plan_storyboard, render_film
from generation.engine.lyrics.types import SectionKind
from generation.engine.score.types import (
    Key,
    Note,
    Part,
    Score,
    Section,
    SungLine,
    Syllable,
    TempoChange,
    TempoMap,
    VocalNote,
    VocalPart,
)
from mixer.contracts import ChannelRole

FONTS = Path(__file__).parents[1] / "node_modules" / "@fontsource"


def bench_score(style: str, seconds: float) -> Score:
    """Intro, verse, chorus, bridge, chorus at 120 bpm with drums and a line of words every two bars."""
    bars = max(10, round(seconds / 2.0))
    shares = ((SectionKind.INTRO, 0.1, 0.35), (SectionKind.VERSE, 0.3, 0.55), (SectionKind.CHORUS, 0.25, 0.9),
              (SectionKind.BRIDGE, 0.1, 0.4), (SectionKind.CHORUS, 0.25, 1.0))  # fmt: skip
    sections, bar = [], 0
    for kind, share, energy in shares:
        count = max(1, round(bars * share))
        sections.append(Section(kind, kind.value, bar, count, energy))
        bar += count
    drums = [
        Note(4.0 * b + beat, 0.5, 36 if beat % 2 == 0 else 38, 110) for b in range(1, bar) for beat in (0, 1, 2, 3)
    ]
    lines, count = [], 0
    for index, first in enumerate(range(1, bar - 2, 2)):
        text = ("Carry the fire over the mountain", "Silver the rain on the river at night")[index % 2]
        notes = []
        for place, word in enumerate(text.split()):
            notes.append(VocalNote(4.0 * first + place, 0.9, 60, Syllable(word, word, count, 0, "", "a", "", 1)))
            count += 1
        lines.append(SungLine(1, text, tuple(notes), 0.7))
    part = Part("drums", 0, next(iter(ChannelRole)), tuple(drums), is_drums=True)
    tempo = TempoMap((TempoChange(0.0, 120.0),))
    return Score(
        "Bench", style, Key("D", "aeolian"), 4, tempo, tuple(sections), (), (part,), VocalPart("lead", tuple(lines))
    )


def bare_encode_s(film: Path, size: tuple[int, int], folder: Path, spec: FilmSpec) -> float:
    """Seconds that ffmpeg alone needs for the same frames: two encoders side by side, a half each, one thread each."""
    width, height = size
    raw = folder / "frames.yuv"
    frames = int(spec.storyboard.frames)
    subprocess.run(
        [ffmpeg_path(), "-v", "error", "-y", "-i", film, "-map", "0:v", "-pix_fmt", "yuv420p", "-f", "rawvideo", raw],
        check=True,
    )
    began = time.monotonic()
    halves = []
    for number in range(2):
        skip = number * (frames // 2) * width * height * 3 // 2
        command = [ffmpeg_path(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s",
                   f"{width}x{height}",
                   "-r", str(spec.storyboard.fps), "-skip_initial_bytes", str(skip), "-i", raw, "-frames:v",
                   str(frames // 2),
                   "-c:v", "libx264", "-preset", spec.preset, "-crf", str(spec.crf), "-threads", "1", "-f", "null",
                   "-"]  # fmt: skip
        halves.append(subprocess.Popen(list(map(str, command))))
    if any(half.wait() for half in halves):
        raise SystemExit("the bare encode failed")
    return time.monotonic() - began


def children_cpu_s() -> float:
    """User and system seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--style", default="epic")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    score = bench_score(asked.style, asked.seconds)
    with tempfile.TemporaryDirectory(prefix="bench-film-") as name:
        folder = Path(name)
        silence = np.random.default_rng(0).normal(0, 0.02, (2, round(score.duration_s * 48_000))).astype(np.float32)
        write_wav(folder / "song.wav", silence, sample_rate_hz=48_000)
        board = plan_storyboard(StoryboardSpec(score, "a battle by the sea", "Bench", asked.style, (width, height), 1))
        spec = FilmSpec(board, folder / "song.wav", folder / "work", folder / "plates", FONTS, workers=asked.workers)
        began = time.monotonic()
        result = render_film(spec, folder / "film.mp4")
        whole_s, whole_cpu_s = time.monotonic() - began, children_cpu_s()
        began = time.monotonic()
        render_film(replace(spec, work_dir=folder / "again"), folder / "again.mp4")
        cached_s, cached_cpu_s = time.monotonic() - began, children_cpu_s() - whole_cpu_s
        bare_s = bare_encode_s(folder / "film.mp4", (width, height), folder, spec)
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024.0
        length_s = result.duration_s
        worlds = ", ".join(sorted({shot.look.world for shot in board.shots}))
        print(f"film {asked.size} at {board.fps} fps, {length_s:.1f} s, {len(board.shots)} shots, worlds: {worlds}")
        print(f"  with plates painted   {whole_s / length_s:6.2f} x song   ({result.frames / whole_s:.1f} frames/s)")
        print(f"  plates cached         {cached_s / length_s:6.2f} x song   ({result.frames / cached_s:.1f} frames/s)")
        print(f"  bare ffmpeg encode    {bare_s / length_s:6.2f} x song   (film / bare = {cached_s / bare_s:.1f})")
        bare_cpu_s = children_cpu_s() - whole_cpu_s - cached_cpu_s
        print(f"  CPU per second of song: {whole_cpu_s / length_s:.2f} s, cached {cached_cpu_s / length_s:.2f} s,")
        print(f"    of which about {bare_cpu_s / length_s:.2f} s is the encoder (measured bare, its decode included)")
        print(f"  largest child process {peak_mb:6.0f} MB")


if __name__ == "__main__":
    main()

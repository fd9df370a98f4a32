"""What the film is held to, in one run: time against the song's length, the encoder's share, moviepy, memory, preview.

    python -m benchmarks.bench_film [--size 1920x1080] [--fps 30] [--seconds 60] [--style epic] [--workers 2]

Every time is given twice: by the clock, which counts only on a quiet machine, and as CPU seconds of all processes
divided by two cores. The ceiling is ffmpeg alone, encoding the frames just made with the same settings.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

import numpy as np

from benchmarks.film_scene import BenchScene
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


PREVIEW_SIZE, PREVIEW_FPS, PREVIEW_PRESET, PREVIEW_CRF = (1280, 720), 24, "ultrafast", 24
CORES = 2
BOUNDS = {"film": 1.2, "encoder": 0.45, "moviepy": 8.0, "memory_mb": 700.0, "preview": 0.5}


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and CPU seconds of this process and all children that ended."""

    wall_s: float
    cpu_s: float


def measured(work: Callable[[], object]) -> Spent:
    wall_s, cpu_s = time.monotonic(), all_cpu_s()
    work()
    return Spent(time.monotonic() - wall_s, all_cpu_s() - cpu_s)


def all_cpu_s() -> float:
    """User and system seconds of this process and of all children that have ended."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def bare_encode(film: Path, size: tuple[int, int], folder: Path, spec: FilmSpec) -> Spent:
    """ffmpeg alone on the same frames: two encoders side by side, a half each, one thread each."""
    width, height = size
    raw = folder / "frames.yuv"
    frames = int(spec.storyboard.frames)
    subprocess.run(
        [ffmpeg_path(), "-v", "error", "-y", "-i", film, "-map", "0:v", "-pix_fmt", "yuv420p", "-f", "rawvideo", raw],
        check=True,
    )

    def encode() -> None:
        halves = []
        for number in range(2):
            skip = number * (frames // 2) * width * height * 3 // 2
            command = [ffmpeg_path(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p",
                       "-s", f"{width}x{height}", "-r", spec.storyboard.fps, "-skip_initial_bytes", skip, "-i", raw,
                       "-frames:v", frames // 2, *encoder_settings(spec), "-f", "null", "-"]  # fmt: skip
            halves.append(subprocess.Popen(list(map(str, command))))
        if any(half.wait() for half in halves):
            raise SystemExit("the bare encode failed")

    spent = measured(encode)
    raw.unlink()
    return spent


def encoder_settings(spec: FilmSpec) -> list[str]:
    return ["-c:v", "libx264", "-preset", spec.preset, "-crf", str(spec.crf), "-threads", "1", "-profile:v", "high",
            "-g", str(spec.storyboard.fps * 2), "-bf", "2"]  # fmt: skip


class MemoryWatch(Thread):
    """The highest resident memory of any film worker together with its own ffmpeg, read five times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak_mb, self.worker_mb = 0.0, 0.0
        self._done = Event()

    def run(self) -> None:
        while not self._done.wait(0.2):
            parents = _processes()
            for pid in _film_workers(parents):
                own = _resident_mb(pid)
                self.worker_mb = max(self.worker_mb, own)
                children = sum(_resident_mb(child) for child, parent in parents.items() if parent == pid)
                self.peak_mb = max(self.peak_mb, own + children)

    def __enter__(self) -> MemoryWatch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()


def _processes() -> dict[int, int]:
    """Parents of all processes."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    return parents


def _film_workers(parents: dict[int, int]) -> list[int]:
    found = []
    for pid, parent in parents.items():
        with suppress(OSError):
            if parent == os.getpid() and b"film.worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, IndexError):
        return 0.0


def moviepy_ratio(frames: int = 24) -> tuple[float, float]:
    """CPU milliseconds a frame of one scene (sky, three plates with sub-pixel zoom, 150 sprites), without encoding:
    by moviepy's CompositeVideoClip, and by the film's own layers with their development and conversion."""
    scene = BenchScene()
    ours = _cpu_ms(scene.draw_ours, frames)
    theirs = _cpu_ms(scene.moviepy_clip().get_frame, max(4, frames // 4))
    return theirs, ours


def _cpu_ms(draw: Callable[[float], object], frames: int) -> float:
    draw(0.0)
    began = time.process_time()
    for index in range(frames):
        draw(index / 30.0)
    return (time.process_time() - began) / frames * 1000.0


def report(name: str, value: float, bound: float, *, most: bool, unit: str = "") -> str:
    good = value <= bound if most else value >= bound
    sign = "at most" if most else "at least"
    return f"  {name:<46}{value:8.2f}{unit:<3} ({sign} {bound:g}{unit}: {'yes' if good else 'NO'})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--style", default="epic")
    parser.add_argument("--theme", default="a battle by the sea")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    score = bench_score(asked.style, asked.seconds)
    with tempfile.TemporaryDirectory(prefix="bench-film-") as name:
        folder = Path(name)
        noise = np.random.default_rng(0).normal(0, 0.02, (2, round(score.duration_s * 48_000))).astype(np.float32)
        write_wav(folder / "song.wav", noise, sample_rate_hz=48_000)
        plan = StoryboardSpec(score, asked.theme, "Bench", asked.style, (width, height), 1, fps=asked.fps)
        board = plan_storyboard(plan)
        spec = FilmSpec(board, folder / "song.wav", folder / "work", folder / "plates", FONTS, workers=asked.workers)
        with MemoryWatch() as memory:
            first = measured(lambda: render_film(spec, folder / "film.mp4"))
            again = measured(lambda: render_film(replace(spec, work_dir=folder / "again"), folder / "again.mp4"))
        bare = bare_encode(folder / "again.mp4", (width, height), folder, spec)
        small = plan_storyboard(replace(plan, size=PREVIEW_SIZE, fps=PREVIEW_FPS))
        preview_spec = replace(
            spec, storyboard=small, work_dir=folder / "small", preset=PREVIEW_PRESET, crf=PREVIEW_CRF
        )
        render_film(preview_spec, folder / "small.mp4")  # its plates; a preview is looked at many times
        preview = measured(
            lambda: render_film(replace(preview_spec, work_dir=folder / "small2"), folder / "small2.mp4")
        )
        theirs, ours = moviepy_ratio()
        worlds = ", ".join(sorted({shot.look.world for shot in board.shots}))
        length_s, frames = board.duration_s, board.frames
        print(f"film {asked.size} at {board.fps} fps, {length_s:.1f} s, {len(board.shots)} shots, worlds: {worlds}")
        for title, spent in (("with its plates painted", first), ("plates in the cache", again)):
            print(report(f"time / song, {title}, clock", spent.wall_s / length_s, BOUNDS["film"], most=True))
            cpu = spent.cpu_s / CORES / length_s
            print(report(f"time / song, {title}, CPU / {CORES}", cpu, BOUNDS["film"], most=True))
        share = bare.cpu_s / again.cpu_s
        print(report("encoder's share of CPU (bare / film)", share, BOUNDS["encoder"], most=False))
        print(f"  ceiling: bare ffmpeg {bare.wall_s / length_s:.2f} by the clock, "
              f"{bare.cpu_s / CORES / length_s:.2f} CPU / {CORES}; {frames / again.wall_s:.1f} frames/s against "
              f"{frames / bare.wall_s:.1f}")  # fmt: skip
        encode = bare.cpu_s / frames * 1000.0
        print(f"  one scene: moviepy {theirs:.0f} ms of CPU a frame, ours {ours:.1f} ms: {theirs / ours:.0f}x; with "
              f"{encode:.0f} ms for the encoder on both sides:")  # fmt: skip
        times = (theirs + encode) / (ours + encode)
        print(report("frames per second against moviepy", times, BOUNDS["moviepy"], most=False, unit="x"))
        print(report("a worker and its ffmpeg, resident", memory.peak_mb, BOUNDS["memory_mb"], most=True, unit="MB"))
        print(f"    of which the worker itself {memory.worker_mb:.0f} MB, plates in the shared page cache included")
        label = f"720p preview ({PREVIEW_FPS} fps, {PREVIEW_PRESET}) / song"
        print(report(f"{label}, clock", preview.wall_s / length_s, BOUNDS["preview"], most=True))
        cpu = preview.cpu_s / CORES / length_s
        print(report(f"{label}, CPU / {CORES}", cpu, BOUNDS["preview"], most=True))


if __name__ == "__main__":
    main()

"""Seconds of wall and CPU time per second of song for each stage, and peak memory. Prints ratios, judges nothing.

`python benchmarks/bench_pipeline.py [LENGTH_S] [FILM_SIZE]`; default 60 s without and with a 1280x720 film.
"""

from __future__ import annotations

import resource
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from generation.engine.pipeline import StageReport, run_pipeline
from generation.engine.pipeline.brief import clean_brief
from tests.songs import make_workshop


def cpu_s() -> float:
    """CPU seconds of this process and of the children that it has waited for."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def tree_peaks(stop: threading.Event, peaks: dict[str, int]) -> None:
    """The highest resident memory of this process and of any child, read from /proc twice a second."""
    root = Path("/proc")
    while not stop.wait(0.5):
        parents = {}
        for stat in root.glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(stat.parent.name)] = int(fields[1])
        family, own = set(), int(Path("/proc/self").resolve().name)
        for pid in parents:
            at = pid
            while at in parents and at != own:
                at = parents[at]
            if at == own:
                family.add(pid)
        for pid in family:
            try:
                status = (root / str(pid) / "status").read_text()
                name = "this process" if pid == own else (root / str(pid) / "comm").read_text().strip()
                peak = int(status.split("VmHWM:")[1].split()[0])
            except (OSError, IndexError):
                continue
            peaks[name] = max(peaks.get(name, 0), peak)


def measure(length_s: float, film_size: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    marks: list[tuple[float, float, str]] = []

    def report(event: StageReport) -> None:
        if not marks or marks[-1][2] != event.stage:
            marks.append((time.perf_counter(), cpu_s(), event.stage))

    brief = clean_brief(theme="a gladiator who forgives his enemy", seed=5, length_s=length_s, film_size=film_size)
    stop, peaks = threading.Event(), {}
    watcher = threading.Thread(target=tree_peaks, args=(stop, peaks))
    watcher.start()
    try:
        run_pipeline(brief, workshop=make_workshop(folder / "store"), out_dir=folder / "out", report=report)
        marks.append((time.perf_counter(), cpu_s(), "end"))
    finally:
        stop.set()
        watcher.join()
        shutil.rmtree(folder)
    print(f"\n{length_s:g} s song, film {film_size}: seconds per second of song")
    print(f"{'stage':<12}{'wall':>8}{'CPU':>8}")
    for (wall, cpu, stage), (next_wall, next_cpu, _) in zip(marks, marks[1:], strict=False):
        print(f"{stage:<12}{(next_wall - wall) / length_s:>8.3f}{(next_cpu - cpu) / length_s:>8.3f}")
    print(
        f"{'whole':<12}{(marks[-1][0] - marks[0][0]) / length_s:>8.3f}{(marks[-1][1] - marks[0][1]) / length_s:>8.3f}"
    )
    print("peak memory: " + ", ".join(f"{name} {kb / 1024:.0f} MB" for name, kb in sorted(peaks.items())))


if __name__ == "__main__":
    asked_length_s = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    for size in sys.argv[2:] or ["none", "1280x720"]:
        measure(asked_length_s, size)

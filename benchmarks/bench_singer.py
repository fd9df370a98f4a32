"""Seconds of CPU per second of song, and peak memory, of each voice: `python benchmarks/bench_singer.py [VERSE]`.

Each voice runs in a process of its own, so that peak memory is its own; loading the voice is told apart from singing.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def measure(name: str, style: str) -> tuple[float, float, float, float]:
    """CPU s to load, CPU and wall s per s of song, peak resident MB. A choir sings three lines."""
    from tests.voicelab.verses import line_of, spec_of
    from voicelab.contracts import SingSpec, VoiceStyle
    from voicelab.engine.singer import sing
    from voicelab.engine.singer.network import voice

    spec = spec_of(name, VoiceStyle(style))
    if spec.voice is VoiceStyle.CHOIR:
        lines = (*spec.lines, line_of(name, 62, degree_shift=-2)[0], line_of(name, 62, degree_shift=2)[0])
        spec = SingSpec(lines, spec.voice, spec.duration_s, spec.seed)
    before = time.process_time()
    voice()
    loaded, wall = time.process_time(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        sing(spec, Path(folder) / "take.wav")
    cpu_s, wall_s = time.process_time() - loaded, time.perf_counter() - wall
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return loaded - before, cpu_s / spec.duration_s, wall_s / spec.duration_s, peak_mb


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "grief"
    print(f"{'voice':14}{'load CPU s':>12}{'CPU s per s':>14}{'wall s per s':>14}{'peak MB':>10}")
    for style in ("heroic_male", "soprano", "whisper", "choir"):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            load_s, cpu, wall, peak_mb = pool.apply(measure, (name, style))
        print(f"{style:14}{load_s:12.2f}{cpu:14.4f}{wall:14.4f}{peak_mb:10.0f}", flush=True)


if __name__ == "__main__":
    main()

"""The orchestra against its bounds: 16 stems of a three-minute song in 30 CPU seconds and 400 MB.

`python benchmarks/bench_orchestra.py [--style epic] [--length 180] [--parts 16]`. Each figure is measured in a process
of its own (imports and SoundFont included) and printed with its share of the bound; below 1 keeps it. Then one note is
moved and the song is rendered again from the kept stems.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

BOUND_CPU_S, BOUND_MB = 30.0, 400.0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--style", default="epic")
    parser.add_argument("--length", type=float, default=180.0, help="seconds of the song")
    parser.add_argument("--parts", type=int, default=16, help="how many of its parts, the busiest first; 0 for all")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--render", nargs=3, metavar=("SCORE", "OUT", "STORE"), help=argparse.SUPPRESS)
    return parser.parse_args()


def render(score_path: str, out: str, store: str) -> None:
    """In a child: render the score's parts, print what it took."""
    from generation.engine.orchestra import OrchestraSpec, render_stems
    from generation.engine.pipeline.kept_files import StoredFiles
    from generation.engine.pipeline.store import AssetStore
    from generation.engine.score.codec import score_from_dict
    from tests.songs import SOUNDFONT

    score = score_from_dict(json.loads(Path(score_path).read_bytes()))
    started = time.perf_counter()
    spec = OrchestraSpec(score.parts, score.tempo_map, score.duration_s, SOUNDFONT, seed=1)
    made = render_stems(spec, Path(out), stems=StoredFiles(AssetStore(Path(store))))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    facts = {
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "wall_s": time.perf_counter() - started,
        "mb": usage.ru_maxrss / 1024.0,
        "kept": made.kept,
    }
    print(json.dumps(facts))


def measured(score_path: Path, out: Path, store: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--render", str(score_path), str(out), str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main(told: argparse.Namespace) -> None:
    from generation.contracts import MusicStyle
    from generation.engine.score.codec import score_bytes
    from tests.generation.composing import song
    from voicelab.contracts import VoiceStyle

    whole = song(MusicStyle(told.style), VoiceStyle.SOPRANO, told.length, told.seed)
    busiest = sorted(whole.parts, key=lambda p: -len(p.notes))[: told.parts or None]
    score = replace(whole, parts=tuple(p for p in whole.parts if p in busiest))
    part = max(score.parts, key=lambda p: len(p.notes) * (not p.is_drums) * (not p.synth))
    middle = len(part.notes) // 2
    moved = replace(part.notes[middle], midi=part.notes[middle].midi + 12)
    other = replace(part, notes=(*part.notes[:middle], moved, *part.notes[middle + 1 :]))
    edited = replace(score, parts=tuple(other if p is part else p for p in score.parts))
    notes = sum(len(p.notes) for p in score.parts)
    print(f"{told.style}, {score.duration_s:.0f} s, {len(score.parts)} parts, {notes} notes")
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        for name, which in (("all", score), ("one part edited", edited)):
            (folder / "score.json").write_bytes(score_bytes(which))
            facts = measured(folder / "score.json", folder / name.replace(" ", "-"), folder / "store")
            print(
                f"{name:16s} CPU {facts['cpu_s']:6.1f} s = {facts['cpu_s'] / BOUND_CPU_S:.2f} of the bound, "
                f"memory {facts['mb']:5.0f} MB = {facts['mb'] / BOUND_MB:.2f} of it, "
                f"{facts['wall_s']:.1f} s by the clock, {facts['kept']:.0f} stems kept"
            )


if __name__ == "__main__":
    arguments = asked()
    if arguments.render:
        render(*arguments.render)
    else:
        main(arguments)

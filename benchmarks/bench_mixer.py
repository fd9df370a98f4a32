"""A three-minute song of sixteen stems, set by the assistant, mixed by the console, mastered: CPU seconds and memory.

`python benchmarks/bench_mixer.py [--stems FOLDER] [--length 180] [--count 16] [--peers PYTHON]`. Without a folder the
studio sings and plays the stems first, which is not counted. Beside it, in the same run, what others can do of it:
pydub lays the stems over each other (no effects, no automation, whole files in memory) and, with `--peers`, the Python
of a throw-away environment that has matchering (GPL-3, so never among our requirements), matchering masters our mix
after a reference. Every job runs in a process of its own after a warm-up on two seconds, so that compiling is not
counted. Prints figures, judges nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import soundfile as sf

from mixer.contracts import ChannelRole, MasterSpec, MixSpec, Space, StemInput

MATCHERING = """
import sys, time
import matchering as mg
before = time.process_time()
mg.process(target=sys.argv[1], reference=sys.argv[2], results=[mg.pcm24(sys.argv[3])])
peak_kb = open("/proc/self/status").read().split("VmHWM:")[1].split()[0]
print(time.process_time() - before, int(peak_kb) / 1024)
"""


def cpu_s() -> float:
    """Of this process and of the children that it has waited for (ffmpeg judges the master)."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    """Of this process alone: `ru_maxrss` would count the process that started it."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def main_job(stems: list[StemInput], out: Path) -> dict[str, float]:
    """What a song of the studio's costs: a levelled stem of each channel, their sum, its master."""
    from mixer.engine.auto_mix import mix
    from mixer.engine.mastering import master_file

    marks = [cpu_s()]
    mixed = mix(MixSpec(tuple(stems), Space.HALL, 5), out)
    marks.append(cpu_s())
    mastered = master_file(MasterSpec(mixed.mix_path), out / "master.wav")
    marks.append(cpu_s())
    return {
        "mix": marks[1] - marks[0],
        "master": marks[2] - marks[1],
        "whole": marks[2] - marks[0],
        "lufs": mastered.loudness.integrated_lufs,
        "dbtp": mastered.loudness.true_peak_dbtp,
    }


def studio(stems: list[StemInput], out: Path) -> dict[str, float]:
    """Assistant, console and master; the CPU seconds of each."""
    from mixer.engine.assistant.assist import assist
    from mixer.engine.assistant.types import AssistStem
    from mixer.engine.console.render import render_console
    from mixer.engine.mastering import master_file

    marks = [cpu_s()]
    heard = [AssistStem(s.name, s.path, role=s.role, pan=s.pan) for s in stems]
    state = assist(heard, space=Space.HALL, seed=5).state
    marks.append(cpu_s())
    mixed = render_console(state, {stem.name: stem.path for stem in stems}, out)
    marks.append(cpu_s())
    mastered = master_file(MasterSpec(mixed.mix_path), out / "master.wav")
    marks.append(cpu_s())
    assisted, rendered, finished = (b - a for a, b in zip(marks, marks[1:], strict=False))
    return {
        "assistant": assisted,
        "console": rendered,
        "master": finished,
        "whole": marks[-1] - marks[0],
        "lufs": mastered.loudness.integrated_lufs,
        "dbtp": mastered.loudness.true_peak_dbtp,
    }


def pydub(stems: list[StemInput], out: Path) -> dict[str, float]:
    """The plain sum, normalised: all that pydub does of a mix and a master."""
    from pydub import AudioSegment
    from pydub.effects import normalize

    before = cpu_s()
    total = AudioSegment.from_file(stems[0].path)
    for stem in stems[1:]:
        total = total.overlay(AudioSegment.from_file(stem.path) - 12.0)
    normalize(total, headroom=1.0).export(out / "pydub.wav", format="wav")
    return {"whole": cpu_s() - before}


def in_own_process(job: str, folder: Path, out: Path) -> dict[str, float]:
    """Run one job of this file in a fresh interpreter; its figures and its peak memory in MB."""
    command = [sys.executable, __file__, "--job", job, "--stems", str(folder), "--out", str(out)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2_000:])
    return json.loads(done.stdout.splitlines()[-1])


def run_job(job: str, folder: Path, out: Path) -> None:
    stems = read_stems(folder)
    if job == "pydub":
        figures = pydub(stems, out)
    else:
        work = main_job if job == "main" else studio
        with tempfile.TemporaryDirectory() as name:
            work(_beginnings(stems, Path(name)), Path(name))
        figures = work(stems, out)
    print(json.dumps({**figures, "mb": peak_mb()}))


def _beginnings(stems: list[StemInput], folder: Path) -> list[StemInput]:
    """Two seconds from the middle of each stem: enough to load every compiled loop."""
    cut = []
    for stem in stems:
        with sf.SoundFile(stem.path) as file:
            file.seek(file.frames // 2)
            audio = file.read(2 * file.samplerate, dtype="float32", always_2d=True)
            sf.write(folder / stem.path.name, audio, file.samplerate, subtype="FLOAT")
        cut.append(StemInput(stem.name, folder / stem.path.name, stem.role, stem.pan))
    return cut


def matchering(python: str, mix: Path, reference: Path, out: Path) -> dict[str, float]:
    done = subprocess.run(
        [python, "-c", MATCHERING, str(mix), str(reference), str(out / "matchering.wav")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2_000:])
    seconds, mb = done.stdout.split()[-2:]
    return {"whole": float(seconds), "mb": float(mb)}


def read_stems(folder: Path) -> list[StemInput]:
    told = json.loads((folder / "stems.json").read_text(encoding="utf-8"))
    return [StemInput(name, folder / f"{name}.wav", ChannelRole(role), pan) for name, role, pan in told]


def make_stems(folder: Path, length_s: float, count: int) -> None:
    from benchmarks.mixer.dry_stems import make_dry_stems

    stems = make_dry_stems(folder, length_s=length_s, count=count, style="epic")
    told = [(stem.name, stem.role.value, stem.pan) for stem in stems]
    (folder / "stems.json").write_text(json.dumps(told), encoding="utf-8")


def report(folder: Path, out: Path, peers: str | None) -> None:
    stems = read_stems(folder)
    seconds = sf.info(stems[0].path).duration
    print(f"{len(stems)} stems of {seconds:.0f} s; CPU seconds and peak memory, each job in a process of its own")
    for job, label in (("mix", "assistant, console, master"), ("main", "the main job: levelled stems, sum, master")):
        made = in_own_process(job, folder, out)
        parts = ", ".join(
            f"{name} {made[name]:.1f}" for name in ("assistant", "console", "mix", "master") if name in made
        )
        loud = f"{made['lufs']:.1f} LUFS, {made['dbtp']:.1f} dBTP"
        print(f"{label:<46}{made['whole']:>7.1f} s{made['mb']:>7.0f} MB   ({parts}; {loud})")
    alone = in_own_process("pydub", folder, out)
    print(f"{'pydub: plain sum, normalised':<46}{alone['whole']:>7.1f} s{alone['mb']:>7.0f} MB")
    if peers is not None:
        peer = matchering(peers, out / "mix.wav", out / "master.wav", out)
        print(f"{'matchering: master of our mix, after ours':<46}{peer['whole']:>7.1f} s{peer['mb']:>7.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stems", type=Path)
    parser.add_argument("--length", type=float, default=180.0)
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--peers", help="the Python of an environment that has matchering")
    parser.add_argument("--job", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        run_job(options.job, options.stems, options.out)
        return
    with tempfile.TemporaryDirectory(prefix="bench-mixer-") as name:
        working = Path(name)
        (working / "out").mkdir()
        folder = options.stems or working / "in"
        if options.stems is None:
            folder.mkdir()
            started = time.process_time()
            make_stems(folder, options.length, options.count)
            print(f"Stems sung and played in {time.process_time() - started:.0f} s.")
        report(folder, working / "out", options.peers)


if __name__ == "__main__":
    main()

"""The masters of real songs and of five torture signals, at every target, as ffmpeg's ebur128 measures them.

`python benchmarks/bench_master.py [FOLDER] [--targets streaming club] [--matchering PYTHON]`: FOLDER holds one folder
with a `mix.wav` per song. A row keeps the bounds if its loudness lies within 0.2 LU of the target, its true peak at
most at the ceiling, its range within 2 LU of the mix's and its DC under 1e-4, or if it was refused with what could be
reached instead. Then what pydub makes of the same songs (normalised, compressed), and how near a reference master
comes to another song's master, beside matchering (GPL-3: never installed here; name a Python that has it).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import soundfile as sf

sys.path.insert(0, str(Path(__file__).parents[1]))

from codecraft.common.audio import read_wav, write_wav
from mixer.contracts import Loudness, MasterSpec
from mixer.engine.mastering import TARGETS, Target, master_file
from mixer.engine.mastering.reference import spectral_distance_db
from mixer.engine.mastering.source import open_sound
from mixer.engine.mastering.survey import survey
from mixer.engine.meters import judge
from tests.mixer.torture import TORTURE

BOUND_LU, BOUND_RANGE_LU, BOUND_DC = 0.2, 2.0, 1e-4
TORTURE_S = 30.0
_MATCHERING = """
import sys, matchering as mg
mg.process(target=sys.argv[1], reference=sys.argv[2], results=[mg.pcm24(sys.argv[3])])
"""


@dataclass
class Tally:
    delivered: int = 0
    refused: int = 0
    broken: int = 0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--targets", nargs="*", default=list(TARGETS), choices=list(TARGETS))
    parser.add_argument("--songs", type=int, default=0, help="how many of them; 0 for all")
    parser.add_argument("--matchering", metavar="PYTHON", help="a Python that can import matchering")
    parser.add_argument(
        "--beside", type=int, default=4, help="how many songs pydub and the reference masters are given"
    )
    return parser.parse_args()


def cpu_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def material(told: argparse.Namespace, room: Path) -> list[tuple[str, Path]]:
    found = sorted(told.folder.glob("*/mix.wav")) if told.folder else []
    songs = [(path.parent.name, path) for path in found if not path.parent.name.startswith(".")]
    for name, make in TORTURE.items():
        path = room / f"{name}.wav"
        write_wav(path, make(TORTURE_S), sample_rate_hz=48_000, subtype="FLOAT")
        songs.append((name, path))
    kept = len(songs) - len(TORTURE)
    return [*songs[: told.songs or kept], *songs[kept:]]


def row(name: str, mix: Path, target: Target, out: Path, tally: Tally) -> str:
    started = cpu_s()
    made = master_file(MasterSpec(mix, target.lufs, target.ceiling_dbtp), out)
    spent_s, length_s = cpu_s() - started, sf.info(out).duration
    heard = judge(out)
    off_range_lu = heard.lra_lu - made.before.lra_lu
    dc = abs(read_wav(out)[0].mean(axis=1, dtype="float64")).max()
    faults = []
    if heard.true_peak_dbtp > target.ceiling_dbtp:
        faults.append("PEAK")
    if made.reached and abs(heard.integrated_lufs - target.lufs) > BOUND_LU + 1e-9:
        faults.append("LOUDNESS")
    if abs(off_range_lu) > BOUND_RANGE_LU:
        faults.append("RANGE")
    if dc >= BOUND_DC:
        faults.append("DC")
    tally.broken += bool(faults)
    tally.refused += not made.reached
    tally.delivered += made.reached
    limited = made.decisions[-1].measures.get("reduction_db", 0.0)
    return (
        f"{name[:22]:<22} {target.name:<10} {made.before.integrated_lufs:6.1f} -> {heard.integrated_lufs:6.1f} LUFS "
        f"{heard.true_peak_dbtp:5.1f} dBTP  range {made.before.lra_lu:4.1f} -> {heard.lra_lu:4.1f}  DC {dc:.0e}  "
        f"limiter {limited:4.1f} dB  {spent_s * 180.0 / length_s:4.1f} CPU s per 3 min  "
        f"{'refused: this was reached' if not made.reached else ' '.join(faults) or 'kept'}"
        f"{' ' + ' '.join(faults) if faults and not made.reached else ''}"
    )


def beside_pydub(songs: list[tuple[str, Path]], room: Path) -> None:
    """What pydub offers for finishing: a compressor, and normalising to a sample peak."""
    from pydub import AudioSegment
    from pydub.effects import compress_dynamic_range, normalize

    print("\npydub (compress_dynamic_range, normalize to -1 dBFS), 30 s of each song:")
    for name, mix in songs:
        audio, rate_hz = read_wav(mix)
        first = room / "thirty.wav"
        write_wav(first, audio[:, : 30 * rate_hz], sample_rate_hz=rate_hz, subtype="PCM_16")
        started = time.process_time()
        normalize(compress_dynamic_range(AudioSegment.from_wav(first)), headroom=1.0).export(room / "p.wav", "wav")
        spent_s = 6.0 * (time.process_time() - started)
        heard = judge(room / "p.wav")
        print(
            f"{name[:22]:<22} {heard.integrated_lufs:6.1f} LUFS {heard.true_peak_dbtp:5.1f} dBTP "
            f"range {heard.lra_lu:4.1f}  {spent_s:5.1f} CPU s per 3 min"
        )


def beside_matchering(songs: list[tuple[str, Path]], python: str | None, room: Path) -> None:
    """Each song after the one before it, mastered for streaming: how far apart loudness, spectrum and width stay."""
    print("\nreference mastering: distance of the spectra in dB (RMS over third octaves), loudness and width apart")
    for (name, mix), (other, other_mix) in zip(songs, [*songs[1:], songs[0]], strict=True):
        reference = room / "reference.wav"
        master_file(MasterSpec(other_mix), reference)
        started = cpu_s()
        spec = MasterSpec(mix, reference_path=reference, reference_loudness=True, reference_share=1.0)
        master_file(spec, room / "ours.wav")
        tell(f"{name} after {other}, ours", mix, reference, room / "ours.wav", cpu_s() - started)
        if python:
            started = cpu_s()
            command = [python, "-c", _MATCHERING, str(mix), str(reference), str(room / "theirs.wav")]
            subprocess.run(command, check=True, capture_output=True)
            tell(f"{name} after {other}, matchering", mix, reference, room / "theirs.wav", cpu_s() - started)


def tell(name: str, mix: Path, reference: Path, made: Path, spent_s: float) -> None:
    before, wanted, after = (survey(open_sound(path, field="mix_path")) for path in (mix, reference, made))
    heard: Loudness = judge(made)
    off_lu = heard.integrated_lufs - judge(reference).integrated_lufs
    print(
        f"{name[:44]:<44} spectrum {spectral_distance_db(before, wanted):4.1f} -> "
        f"{spectral_distance_db(after, wanted):4.1f}  loudness off {off_lu:+5.1f} LU"
        f"  width off {before.width_db - wanted.width_db:+5.1f} -> {after.width_db - wanted.width_db:+5.1f} dB  "
        f"true peak {heard.true_peak_dbtp:5.1f}  {spent_s:4.1f} CPU s"
    )


def main(told: argparse.Namespace) -> None:
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        sounds = material(told, room)
        for name, mix in sounds:
            for target in told.targets:
                print(row(name, mix, TARGETS[target], room / "out.wav", tally), flush=True)
        memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
        print(
            f"\n{tally.delivered} delivered, {tally.refused} refused with what could be reached, {tally.broken} out of "
            f"bounds; memory {memory_mb:.0f} MB at the most"
        )
        songs = sounds[: len(sounds) - len(TORTURE)][: told.beside]
        if songs:
            beside_pydub(songs, room)
            beside_matchering(songs, told.matchering, room)


if __name__ == "__main__":
    main(asked())

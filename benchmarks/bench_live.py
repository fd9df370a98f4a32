"""What the page's live console costs the audio thread: CPU seconds per second of sound, for songs of 16 stems.

`python benchmarks/bench_live.py [FOLDER] [--songs 3] [--stems 16] [--seconds 20] [--kinds]`. FOLDER holds songs as
`bench_assistant.py` describes them; without it the studio makes them first. The console is the assistant's, with its
rooms, duckers, ride and lanes; the browser's own sound code plays it in Node, which runs the same engine as Chromium. A
sound thread that works for less than half of the time has the other half for whatever else a computer does: dropouts
then come from the machine, not from the console. CPU time, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from benchmarks.bench_assistant import Song, chosen, read_song, read_stereo

_RATE_HZ = 48_000
_RUNNER = Path(__file__).parent / "mixer" / "live_cost.mjs"
_BOUND = 0.5


def job_of(song: Song, stems: int, seconds: int, folder: Path) -> dict[str, Any]:
    """The assistant's console for a song's first `stems` stems, and what the page would bring to play it."""
    from codecraft.common.codec import encode
    from mixer.contracts import Space
    from mixer.engine.assistant import assist
    from mixer.engine.console.catalogue import EFFECT_KINDS
    from mixer.engine.console.schema import write_state
    from mixer.engine.effects.reverb import impulse_response

    used = song.stems[:stems]
    state = assist(used, space=song.space, seed=song.seed, sections=song.sections).state
    samples = seconds * _RATE_HZ
    paths = {stem.name: _raw(folder / f"{stem.name}.f32", _loud_part(stem.path, samples)) for stem in used}
    impulses = {}
    for strip in (*state.channels, *state.buses, state.mix):
        for slot in strip.effects:
            if slot.kind == "convolution_reverb":
                space, decay = slot.params.get("space", "hall"), slot.params.get("decay", 1.0)
                room = impulse_response(Space(space), seed=state.seed, sample_rate_hz=_RATE_HZ, decay=decay)
                key = f"convolved/{space}/{state.seed}/{decay:g}"
                impulses[key] = _raw(folder / f"{space}-{decay:g}.f32", room)
    return {
        "state": write_state(state),
        "catalogue": [encode(kind) for kind in EFFECT_KINDS.values()],
        "impulses": impulses,
        "stems": paths,
        "samples": samples,
        "rate_hz": _RATE_HZ,
    }


def _loud_part(path: Path, samples: int) -> np.ndarray:
    """The end of as much of a song as half a minute more than is played: silence would cost less than a song does."""
    return read_stereo(path, samples + 30 * _RATE_HZ)[:, -samples:]


def _raw(path: Path, sound: np.ndarray) -> str:
    np.ascontiguousarray(sound, np.float32).tofile(path)
    return str(path)


def cost(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    node = shutil.which("node")
    assert node, "The sound code of the pages runs in Node 20 or newer: install it."
    (folder / "job.json").write_text(json.dumps(job))
    done = subprocess.run([node, str(_RUNNER), str(folder / "job.json")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def line(name: str, told: dict[str, Any]) -> str:
    kinds = ", ".join(f"{kind} {spent:.2f}" for kind, spent in sorted(told["kinds"].items(), key=lambda k: -k[1]))
    return (
        f"{name:14} {told['strips']} strips, {told['effects']} effects: {told['mean']:.3f} of real time, worst second "
        f"{told['worst']:.3f}, first {told['first']:.3f}  {'kept' if told['worst'] < _BOUND else 'OVER'}  {kinds}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--songs", type=int, default=3)
    parser.add_argument("--stems", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--kinds", action="store_true", help="what each kind of effect takes, in seconds of all")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-live-") as scratch:
        songs = told.folder or Path(scratch) / "songs"
        if told.folder is None:
            from benchmarks.mixer.songs import make_songs

            make_songs(songs, told.songs)
        for found in chosen(songs, told.songs):
            job = job_of(read_song(found), told.stems, told.seconds, Path(scratch))
            print(line(found.name, cost(job | {"timed": told.kinds}, Path(scratch))), flush=True)


if __name__ == "__main__":
    main()

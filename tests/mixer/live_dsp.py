"""The browser's sound code at work in Node, for tests that hold it against the engine's."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from mixer.contracts import Space
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.schema import write_state
from mixer.engine.console.state import ConsoleState
from mixer.engine.effects.reverb import impulse_response

RUNNER = Path(__file__).with_name("run_live_dsp.mjs")
RATE_HZ = 48_000
BLOCK = 64


def defaults(kind: str) -> dict[str, Any]:
    return {param.name: param.default for param in EFFECT_KINDS[kind].params}


def live_effect(
    folder: Path,
    kind: str,
    params: dict[str, Any],
    sound: np.ndarray,
    *,
    key: np.ndarray | None = None,
    retunes: tuple[tuple[int, dict[str, Any]], ...] = (),
    seed: int = 3,
) -> tuple[np.ndarray, int]:
    """(2, samples) through one effect as the page plays it, and its latency in samples. Lengths are whole blocks."""
    whole = defaults(kind) | params
    job: dict[str, Any] = {
        "kind": kind,
        "params": whole,
        "retunes": [[at, whole | more] for at, more in retunes],
        "sound": _write(folder / "sound.f32", sound),
        "key": None if key is None else _write(folder / "key.f32", key),
    }
    if kind == "convolution_reverb":
        job["impulses"] = _impulse(folder, whole["space"], seed, whole["decay"])
    return _run(folder, job, seed)


def live_console(
    folder: Path, state: ConsoleState, stems: dict[str, np.ndarray], samples: int
) -> tuple[np.ndarray, dict[str, Any]]:
    """(2, samples) of the console from the song's start, its latency taken back, and what Node told."""
    impulses: dict[str, str] = {}
    for strip in (*state.channels, *state.buses, state.mix):
        for slot in strip.effects:
            if slot.kind == "convolution_reverb":
                whole = defaults(slot.kind) | slot.params
                impulses |= _impulse(folder, whole["space"], state.seed, whole["decay"])
    job = {
        "state": write_state(state),
        "catalogue": [asdict(kind) for kind in EFFECT_KINDS.values()],
        "impulses": impulses,
        "stems": {name: _write(folder / f"{name}.f32", sound) for name, sound in stems.items()},
        "samples": -(-(samples + 8_192) // BLOCK) * BLOCK,
    }
    sound, told = _run_job(folder, job, state.seed)
    late = told["latency"]
    return sound[:, late : late + samples], told


def _run(folder: Path, job: dict[str, Any], seed: int) -> tuple[np.ndarray, int]:
    sound, told = _run_job(folder, job, seed)
    return sound, told["latency"]


def _run_job(folder: Path, job: dict[str, Any], seed: int) -> tuple[np.ndarray, dict[str, Any]]:
    out = folder / "out.f32"
    node = shutil.which("node")
    assert node, "The sound code of the pages runs in Node 20 or newer: install it."
    (folder / "job.json").write_text(json.dumps(job | {"rate_hz": RATE_HZ, "seed": seed, "out": str(out)}))
    done = subprocess.run([node, str(RUNNER), str(folder / "job.json")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return np.fromfile(out, np.float32).reshape(2, -1), json.loads(done.stdout)


def _impulse(folder: Path, space: str, seed: int, decay: float) -> dict[str, str]:
    response = impulse_response(Space(space), seed=seed, sample_rate_hz=RATE_HZ, decay=decay)
    text = f"{decay:g}"
    return {f"convolved/{space}/{seed}/{text}": _write(folder / f"{space}-{seed}-{text}.f32", response)}


def _write(path: Path, sound: np.ndarray) -> str:
    np.ascontiguousarray(sound, np.float32).tofile(path)
    return str(path)

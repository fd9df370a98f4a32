"""The browser's sound code at work in Node, for tests that hold it against the engine's."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from codecraft.common.codec import encode
from mixer.contracts import Space
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.schema import write_state
from mixer.engine.console.state import ConsoleState
from mixer.engine.effects.reverb import impulse_response

RUNNER = Path(__file__).with_name("run_live_dsp.mjs")
RATE_HZ = 48_000
BLOCK = 64
_ROOM = 8_192
"""Samples more than asked for, for latencies."""


@dataclass(frozen=True)
class LiveCase:
    """One effect on one sound; `retuned` are parameters that change at sample `retuned_at`, on the grid."""

    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    retuned: dict[str, Any] | None = None
    retuned_at: int = 0
    keyed: bool = False

    @property
    def whole(self) -> dict[str, Any]:
        return {param.name: param.default for param in EFFECT_KINDS[self.kind].params} | self.params


def live_effects(
    folder: Path, cases: Sequence[LiveCase], sound: np.ndarray, key: np.ndarray, *, seed: int
) -> list[tuple[np.ndarray, int]]:
    """(2, samples) through each effect as the page plays it, with its latency. The sound's length is whole blocks."""
    paths = {"sound": _write(folder / "sound.f32", sound), "key": _write(folder / "key.f32", key)}
    jobs = []
    for number, case in enumerate(cases):
        whole = case.whole
        jobs.append(
            {
                "kind": case.kind,
                "params": whole,
                "retunes": [] if case.retuned is None else [[case.retuned_at, whole | case.retuned]],
                "sound": paths["sound"],
                "key": paths["key"] if case.keyed else None,
                "impulses": _impulse(folder, case.kind, whole, seed),
                "seed": seed,
                "out": str(folder / f"{number}.f32"),
            }
        )
    return _run(folder, jobs)


def live_console(
    folder: Path,
    state: ConsoleState,
    stems: dict[str, np.ndarray],
    samples: int,
    *,
    frozen: dict[str, str] | None = None,
) -> np.ndarray:
    """(2, samples) of the console from the song's start, its latency taken back. `frozen`: the sounds (names among
    `stems`) that strips play instead of what they hear and do."""
    impulses: dict[str, str] = {}
    for strip in (*state.channels, *state.buses, state.mix):
        for slot in strip.effects:
            impulses |= _impulse(folder, slot.kind, LiveCase(slot.kind, slot.params).whole, state.seed)
    job = {
        "state": write_state(state),
        "catalogue": [encode(kind) for kind in EFFECT_KINDS.values()],
        "impulses": impulses,
        "stems": {name: _write(folder / f"{name}.f32", sound) for name, sound in stems.items()},
        "frozen": frozen or {},
        "samples": -(-(samples + _ROOM) // BLOCK) * BLOCK,
        "out": str(folder / "mix.f32"),
    }
    sound, late = _run(folder, [job])[0]
    return sound[:, late : late + samples]


def _run(folder: Path, jobs: list[dict[str, Any]]) -> list[tuple[np.ndarray, int]]:
    node = shutil.which("node")
    assert node, "The sound code of the pages runs in Node 20 or newer: install it."
    (folder / "jobs.json").write_text(json.dumps([job | {"rate_hz": RATE_HZ} for job in jobs]))
    done = subprocess.run([node, str(RUNNER), str(folder / "jobs.json")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return [
        (np.fromfile(job["out"], np.float32).reshape(2, -1), one["latency"])
        for job, one in zip(jobs, told, strict=True)
    ]


def _impulse(folder: Path, kind: str, whole: dict[str, Any], seed: int) -> dict[str, str]:
    if kind != "convolution_reverb":
        return {}
    space, decay = whole["space"], whole["decay"]
    response = impulse_response(Space(space), seed=seed, sample_rate_hz=RATE_HZ, decay=decay)
    return {f"convolved/{space}/{seed}/{decay:g}": _write(folder / f"{space}-{seed}-{decay:g}.f32", response)}


def _write(path: Path, sound: np.ndarray) -> str:
    np.ascontiguousarray(sound, np.float32).tofile(path)
    return str(path)

"""The live console's signal path against the server's: groups, sends, side-chains, latency, solo, mute, automation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from mixer.engine.console.render import freeze_strip, render_console
from mixer.engine.console.schema import read_state
from mixer.engine.console.state import ConsoleState
from tests.mixer.live_dsp import RATE_HZ, live_console

SAMPLES = 2 * RATE_HZ
RESIDUAL_DB = -95.0
"""Without automation it is below -130. With it, the live console's lines of gain begin and end at its own blocks, the
server's at the song's grid: behind an effect with latency they are up to 64 samples apart, and both are right."""


def _slot(kind: str, key: str = "", **params: Any) -> dict[str, Any]:
    return {"id": kind, "kind": kind, "params": params, "key": key}


def _lane(target: str, *points: tuple[float, float]) -> dict[str, Any]:
    return {"target": target, "points": [{"at_s": at_s, "value": value} for at_s, value in points]}


LANES = [
    _lane("lead/fader_db", (0.2, -20.0), (0.8, 3.0), (0.9, -96.0), (1.5, 0.0)),
    _lane("keys/pan", (0.0, -1.0), (1.7, 1.0)),
    _lane("bass/mute", (0.0, 0.0), (0.5, 1.0), (1.0, 0.0)),
    _lane("lead/sends/room/level_db", (0.3, -30.0), (1.6, 0.0)),
    _lane("lead/effects/eq/params/bell_2_hz", (0.0, 300.0), (1.6, 3_000.0)),
    _lane("band/effects/compressor/params/threshold_db", (0.1, -40.0), (1.2, -6.0)),
]


def _console(lanes: list[dict[str, Any]] | None = None, **changed: dict[str, Any]) -> ConsoleState:
    channels = [
        {
            "id": "lead",
            "effects": [
                _slot("compressor", threshold_db=-22.0, ratio=4.0),
                _slot("eq", bell_2_db=5.0),
                _slot("de_esser"),
            ],
            "sends": [{"bus": "room", "level_db": -9.0}, {"bus": "echo", "level_db": -12.0, "pre_fader": True}],
        },
        {
            "id": "gtr",
            "pan": -0.5,
            "fader_db": -4.0,
            "output": "band",
            "effects": [_slot("ducker", "lead", band="bell")],
        },
        {"id": "bass", "gain_db": 3.0, "inverted": True, "width": 0.2, "output": "band", "offset_s": 0.3337},
        {"id": "keys", "pan": 0.8, "width": 1.7, "output": "band", "effects": [_slot("saturation")]},
        {"id": "drum", "mute": True, "output": "band"},
    ]
    buses = [
        {"id": "band", "effects": [_slot("compressor", "lead", mix=0.5)], "sends": [{"bus": "room", "level_db": -6.0}]},
        {"id": "room", "fader_db": -3.0, "effects": [_slot("convolution_reverb", space="studio")]},
        {"id": "echo", "effects": [_slot("algorithmic_reverb", space="chamber")]},
    ]
    channels = [channel | {"stem": channel["id"]} | changed.get(channel["id"], {}) for channel in channels]
    buses = [bus | changed.get(bus["id"], {}) for bus in buses]
    mix = {"id": "mix", "effects": [_slot("stereo_width", width=1.2), _slot("limiter", gain_db=3.0)]}
    return read_state({"channels": channels, "buses": buses, "mix": mix, "lanes": lanes or [], "seed": 5})


CONSOLES = {
    "as it is": _console(),
    "automated": _console(LANES),
    "a channel soloed": _console(keys={"solo": True}),
    "a return soloed": _console(room={"solo": True}),
    "a group soloed": _console(band={"solo": True}, lead={"mute": True}),
    "a side-chain that hears silenced buses": _console(
        [*LANES[1:3], LANES[5]],
        lead={"solo": True, "sends": [{"bus": "echo"}], "effects": [_slot("ducker", "room", threshold_db=-40.0)]},
        gtr={"effects": []},
        band={"effects": [_slot("compressor")]},
    ),
}


def _stems() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    time_s = np.arange(SAMPLES) / RATE_HZ
    stems = {}
    for number, name in enumerate(("lead", "gtr", "bass", "keys", "drum")):
        tone = np.sin(2.0 * np.pi * 110.0 * (number + 1) * time_s[np.newaxis] + np.array([[0.0], [0.7]]))
        sounds = np.sin(2.0 * np.pi * (0.9 + 0.3 * number) * time_s) > -0.3
        stems[name] = (0.2 * tone * sounds + 0.03 * rng.standard_normal((2, SAMPLES))).astype(np.float32)
    return stems


def _files(tmp_path: Path, stems: dict[str, np.ndarray]) -> dict[str, Path]:
    paths = {name: tmp_path / f"{name}.wav" for name in stems}
    for name, sound in stems.items():
        sf.write(paths[name], sound.T, RATE_HZ, subtype="FLOAT")
    return paths


def _rendered(tmp_path: Path, state: ConsoleState, paths: dict[str, Path]) -> np.ndarray:
    done = render_console(state, paths, tmp_path / "server", sample_rate_hz=RATE_HZ)
    return sf.read(done.mix_path, dtype="float32", always_2d=True)[0].T[:, :SAMPLES]


def _residual_db(live: np.ndarray, server: np.ndarray) -> float:
    return 20.0 * float(np.log10(np.sqrt(np.mean((live - server) ** 2) / np.mean(server**2)) + 1e-12))


@pytest.mark.parametrize("name", CONSOLES)
def test_the_live_console_plays_what_the_server_renders(tmp_path: Path, name: str) -> None:
    stems = _stems()
    server = _rendered(tmp_path, CONSOLES[name], _files(tmp_path, stems))
    live = live_console(tmp_path, CONSOLES[name], stems, SAMPLES)
    assert _residual_db(live, server) < RESIDUAL_DB


def test_a_frozen_group_sounds_as_its_members_did(tmp_path: Path) -> None:
    stems, state = _stems(), CONSOLES["as it is"]
    paths = _files(tmp_path, stems)
    freeze_strip(state, paths, "band", tmp_path / "frozen.wav", sample_rate_hz=RATE_HZ)
    frozen = sf.read(tmp_path / "frozen.wav", dtype="float32", always_2d=True)[0].T[:, :SAMPLES]
    live = live_console(tmp_path, state, stems | {"band-frozen": frozen}, SAMPLES, frozen={"band": "band-frozen"})
    assert _residual_db(live, _rendered(tmp_path, state, paths)) < RESIDUAL_DB

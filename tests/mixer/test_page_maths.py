"""The console's page moves and draws what the studio renders: its addresses, its undo and its curves, run in Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codecraft.common.codec import encode
from mixer.engine.console.building import effect_of
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.paths import value_at, with_value
from mixer.engine.console.schema import checked, write_state
from mixer.engine.console.state import Bus, Channel, ConsoleState, EffectSlot, Lane, Point, Send

RUNNER = Path(__file__).with_name("run_page_maths.mjs")
RATE_HZ = 48_000


def in_node(**job: Any) -> dict[str, Any]:
    node = shutil.which("node")
    assert node, "Node is needed: it builds the pages, too."
    done = subprocess.run([node, str(RUNNER)], input=json.dumps(job), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def a_console() -> ConsoleState:
    eq = EffectSlot("eq", "eq", {"bell_1_db": -3.0})
    comp = EffectSlot("comp", "compressor", {"ratio": 3.0})
    lead = Channel("lead", stem="lead", effects=(eq, comp), sends=(Send("room", -12.0),), fader_db=-2.0)
    band = Channel("band", stem="band", effects=(EffectSlot("duck", "ducker", key="lead"),))
    lane = Lane("lead/fader_db", (Point(0.0, -2.0), Point(4.0, 1.0)))
    return ConsoleState((lead, band), (Bus("room"), Bus("group")), lanes=(lane,))


MOVES: tuple[tuple[str, Any], ...] = (
    ("lead/fader_db", -6.5),
    ("mix/pan", 0.25),
    ("room/mute", True),
    ("lead/effects/comp/params/ratio", 4.0),
    ("lead/effects/eq/params/bell_2_db", 2.0),
    ("lead/effects/eq/params/bell_1_db", None),
    ("lead/sends/room/level_db", -9.0),
    ("band/sends/room", {"bus": "room", "level_db": -20.0, "pre_fader": True}),
    ("lead/effects/gate", {"id": "gate", "kind": "gate", "params": {}, "bypass": False, "key": "", "at": 1}),
    ("lead/effects/eq", None),
    ("band/effects/duck/bypass", True),
    ("band/output", "group"),
    ("lanes/lead/fader_db", None),
    ("lanes/lead/effects/comp/params/ratio", [{"at_s": 1.0, "value": 2.0}, {"at_s": 3.5, "value": 6.0}]),
    ("lead/sends/room", None),
)


def test_a_move_on_the_page_is_the_same_move_in_the_studio():
    state = a_console()
    told = in_node(state=write_state(state), moves=MOVES)["states"]
    for (path, value), page in zip(MOVES, told, strict=True):
        state = with_value(state, path, value)
        assert page["state"] == write_state(state), path
        assert page["value"] == value_at(state, path), path
    checked(state)


def test_undo_and_redo_lead_to_the_same_states():
    before = write_state(a_console())
    told = in_node(state=before, undo=MOVES)
    assert told["moved"] != before
    assert told["undone"] == before
    assert told["redone"] == told["moved"]


@pytest.mark.parametrize(
    "params",
    [
        {"bell_2_hz": 1_000.0, "bell_2_db": 6.0, "bell_2_q": 2.0, "bell_4_db": -9.0},
        {"low_shelf_db": 5.0, "high_shelf_db": -7.0, "high_shelf_hz": 6_000.0},
        {"low_cut": True, "low_cut_hz": 120.0, "low_cut_slope": "48", "high_cut": True, "high_cut_slope": "24"},
    ],
)
def test_the_drawn_curve_is_what_the_equaliser_does(params: dict[str, Any]):
    whole = {param.name: param.default for param in EFFECT_KINDS["eq"].params} | params
    impulse = np.zeros((1, 32_768), np.float32)
    impulse[0, 0] = 1.0
    stream = effect_of(EffectSlot("eq", "eq", params), seed=0).open(sample_rate_hz=RATE_HZ)
    heard = np.abs(np.fft.rfft(stream.process(np.repeat(impulse, 2, axis=0), None)[0].astype(np.float64)))
    bins = np.array([40, 90, 400, 683, 2_000, 5_000, 9_000])
    told = in_node(eq=whole, hz=(bins * RATE_HZ / impulse.shape[1]).tolist())["response_db"]
    np.testing.assert_allclose(told, 20.0 * np.log10(heard[bins]), atol=0.05)


def test_the_drawn_compressor_is_the_rendered_one():
    params = {"threshold_db": -24.0, "ratio": 4.0, "knee_db": 6.0, "makeup_db": 2.0}
    levels_db = [-40.0, -26.0, -24.0, -20.0, -8.0]
    told = in_node(compressor=params, levels_db=levels_db)["out_db"]
    time_s = np.arange(RATE_HZ) / RATE_HZ
    for level_db, out_db in zip(levels_db, told, strict=True):
        tone = (10.0 ** (level_db / 20.0) * np.sin(2.0 * np.pi * 1_000.0 * time_s)).astype(np.float32)
        stream = effect_of(EffectSlot("c", "compressor", params | {"detector_s": 0.05}), seed=0).open(
            sample_rate_hz=RATE_HZ
        )
        heard = stream.process(np.stack([tone, tone]), None)[0, -RATE_HZ // 4 :]
        measured_db = 10.0 * np.log10(2.0 * np.mean(np.square(heard, dtype=np.float64)))
        assert abs(measured_db - out_db) < 0.3, (level_db, measured_db, out_db)


def test_the_way_of_a_fader_goes_there_and_back():
    levels = [-96.0, -60.0, -30.0, -10.0, -3.0, 0.0, 6.0, 12.0]
    np.testing.assert_allclose(in_node(faders_db=levels)["faders_db"], levels, atol=0.01)


def test_the_catalogue_reaches_the_page_whole():
    """The page makes its controls from these fields; one that went would leave a knob without a range."""
    for kind in EFFECT_KINDS.values():
        for param in encode(kind)["params"]:
            assert {
                "name",
                "label",
                "default",
                "lowest",
                "highest",
                "unit",
                "choices",
                "logarithmic",
                "automatable",
            } <= set(param)

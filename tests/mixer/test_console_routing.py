"""Solo, mute and side-chains: who is heard, told by the stems' own samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixer.engine.console.routing import routes
from mixer.engine.console.schema import checked
from mixer.engine.console.state import MIX, Bus, Channel, ConsoleState, EffectSlot, Send
from tests.mixer.consoles import SAMPLES, hear, written

NAMES = ("lead", "choir", "drums", "bass")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Stem k is a constant of 2 to the power of -8 - 4k, apart from all others in the sum's bits."""
    stems = {name: np.full((2, SAMPLES), 2.0 ** -(2 + 4 * k), np.float32) for k, name in enumerate(NAMES)}
    return written(tmp_path_factory.mktemp("stems"), stems)


def _console(**settings: dict) -> ConsoleState:
    """Lead and choir in a group; the lead, the choir and the drums send to a room; a second room behind the first."""

    def own(name: str) -> dict:
        return settings.get(name, {})

    room = (Send("room"),)
    return ConsoleState(
        (
            Channel("lead", **{"stem": "lead", "output": "vocals", "sends": room} | own("lead")),
            Channel("choir", **{"stem": "choir", "output": "vocals", "sends": room} | own("choir")),
            Channel("drums", **{"stem": "drums", "sends": room} | own("drums")),
            Channel("bass", **{"stem": "bass"} | own("bass")),
        ),
        (
            Bus("vocals", **own("vocals")),
            Bus("room", **{"sends": (Send("far"),)} | own("room")),
            Bus("far", **own("far")),
        ),
        Bus(MIX, **own("mix")),
    )


def _heard(state: ConsoleState, files, folder) -> dict[str, int]:
    """How many times each stem is in the mix (up to 15)."""
    made = hear(state, files, folder)
    levels = np.unique(made.mix)
    assert len(levels) == 1
    left = round(float(levels[0]) * 2.0 ** (2 + 4 * 3))
    return {name: left >> (12 - 4 * k) & 15 for k, name in enumerate(NAMES) if left >> (12 - 4 * k) & 15}


SOLO, MUTE = {"solo": True}, {"mute": True}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"lead": 3, "choir": 3, "drums": 3, "bass": 1}),
        ({"lead": SOLO}, {"lead": 3}),
        ({"lead": SOLO, "bass": SOLO}, {"lead": 3, "bass": 1}),
        ({"vocals": SOLO}, {"lead": 3, "choir": 3}),
        ({"room": SOLO}, {"lead": 2, "choir": 2, "drums": 2}),
        ({"far": SOLO}, {"lead": 1, "choir": 1, "drums": 1}),
        ({"vocals": SOLO, "choir": MUTE}, {"lead": 3}),
        ({"lead": {"solo": True, "mute": True}}, {}),
        ({"lead": SOLO, "room": MUTE}, {"lead": 1}),
        ({"lead": MUTE}, {"choir": 3, "drums": 3, "bass": 1}),
        ({"room": MUTE}, {"lead": 1, "choir": 1, "drums": 1, "bass": 1}),
        ({"lead": {"mute": True, "sends": (Send("room", pre_fader=True),)}}, {"choir": 3, "drums": 3, "bass": 1}),
        ({"mix": SOLO}, {"lead": 3, "choir": 3, "drums": 3, "bass": 1}),
        ({"mix": MUTE}, {}),
    ],
)
def test_solo_and_mute_let_through_what_they_should(files, tmp_path, settings, expected):
    assert _heard(_console(**settings), files, tmp_path) == expected


def test_side_chains_hear_the_same_whatever_is_muted_or_soloed(files, tmp_path):
    """The bass is moved by the group of voices, which nobody hears."""
    keyed = {"bass": {"effects": (EffectSlot("duck", "ducker", key="vocals"),), "solo": True}}
    for more in ({}, {"vocals": MUTE}, {"drums": SOLO}):
        made = hear(_console(**keyed, **more), files, tmp_path)
        moved = 2.0**-14 * (2.0**-2 + 2.0**-6)
        drums = 3 * 2.0**-10 if "drums" in more else 0.0
        assert np.abs(made.mix - (moved + drums)).max() < 1e-9
    muted_member = _console(**keyed, lead=MUTE)
    assert np.abs(hear(muted_member, files, tmp_path).mix - 2.0**-14 * 2.0**-6).max() < 1e-9


def test_strips_that_nobody_hears_do_not_work():
    state = checked(_console(lead=SOLO))
    names = [node.name for node in routes(state, lambda name, slot: 0)]
    assert names == ["lead", "vocals", "room", "far", MIX]
    muted = checked(replace(state, channels=tuple(replace(c, mute=True, solo=False) for c in state.channels)))
    assert [node.name for node in routes(muted, lambda name, slot: 0)] == [MIX]

"""The console with the studio's real effects: in step with each other, blocks of any size, stems that still sum."""

from __future__ import annotations

import numpy as np
import pytest

from codecraft.common.audio import read_wav
from mixer.engine.console.render import render_console
from mixer.engine.console.state import MIX, Bus, Channel, ConsoleState, EffectSlot, Lane, Point, Send
from tests.mixer import material
from tests.mixer.consoles import noises, written
from tests.mixer.material import RATE_HZ, db

NEUTRAL = {
    "eq": {},
    "compressor": {"ratio": 1.0, "makeup_db": 0.0},
    "gate": {"threshold_db": -80.0, "range_db": 0.0},
    "de_esser": {"amount": 0.0},
    "saturation": {"mix": 0.0},
    "delay": {"mix": 0.0},
    "chorus": {"mix": 0.0},
    "convolution_reverb": {"space": "studio", "mix": 0.0},
    "algorithmic_reverb": {"space": "studio", "mix": 0.0},
    "stereo_width": {},
    "transient_shaper": {},
    "bass_boost": {},
    "pitch_shift": {},
    "limiter": {},
}


@pytest.mark.parametrize("kind", NEUTRAL)
def test_a_neutral_effect_is_cancelled_by_the_dry_sound_beside_it(tmp_path, kind):
    """A copy with the effect, an inverted copy without: nothing is left if the console makes up for its latency."""
    files = written(tmp_path / "in", noises(1, samples=9_600))
    slot = EffectSlot("fx", kind, NEUTRAL[kind])
    state = ConsoleState(
        (Channel("a", stem="s0", effects=(slot,)), Channel("b", stem="s0", inverted=True)),
        mix=Bus(MIX, effects=(slot,)) if kind == "limiter" else Bus(MIX),
    )
    mix = read_wav(render_console(state, files, tmp_path / "out", samples=9_600).mix_path)[0]
    assert db(np.abs(mix).max()) < -140.0


def _song(folder) -> tuple[ConsoleState, dict]:
    """A voice, its room, a pad that steps back for it, drums with an echo, a glued and limited mix; ridden controls."""
    pad = material.stereo(0.1 * material.line([57, 60], 0.6, 1.2), shift=30)
    stems = {"voice": material.singer(1.2), "pad": pad, "drums": material.drums(1.2)}
    state = ConsoleState(
        (
            Channel(
                "voice",
                stem="voice",
                effects=(
                    EffectSlot("eq", "eq", {"low_cut": True, "bell_3_db": 3.0}),
                    EffectSlot("comp", "compressor", {"threshold_db": -30.0, "ratio": 4.0}),
                    EffectSlot("ess", "de_esser", {"amount": 0.6}),
                ),
                sends=(Send("room", -12.0),),
                output="vocals",
            ),
            Channel(
                "pad",
                stem="pad",
                pan=-0.3,
                effects=(
                    EffectSlot("chorus", "chorus"),
                    EffectSlot("duck", "ducker", {"depth_db": 6.0, "threshold_db": -30.0}, key="vocals"),
                    EffectSlot("dip", "ducker", {"band": "bell", "depth_db": 4.0}, key="voice"),
                ),
                sends=(Send("room", -9.0, pre_fader=True),),
            ),
            Channel(
                "drums",
                stem="drums",
                effects=(EffectSlot("gate", "gate"), EffectSlot("snap", "transient_shaper", {"attack_db": 4.0})),
                sends=(Send("echo", -15.0),),
            ),
        ),
        (
            Bus("room", effects=(EffectSlot("hall", "convolution_reverb", {"space": "studio"}),)),
            Bus(
                "echo", effects=(EffectSlot("echo", "delay", {"left_s": 0.11, "right_s": 0.17}),), sends=(Send("room"),)
            ),
            Bus("vocals", effects=(EffectSlot("wide", "stereo_width", {"width": 1.4}),)),
        ),
        Bus(MIX, effects=(EffectSlot("glue", "compressor", {"threshold_db": -20.0}),)),
        lanes=(
            Lane("voice/effects/eq/params/bell_3_hz", (Point(0.0, 800.0), Point(1.0, 4_000.0))),
            Lane("voice/effects/comp/params/threshold_db", (Point(0.2, -20.0), Point(0.9, -40.0))),
            Lane("room/fader_db", (Point(0.3, 0.0), Point(0.8, -12.0))),
        ),
        seed=7,
    )
    return state, written(folder, stems)


def test_blocks_of_any_size_give_the_same_mix_of_real_effects(tmp_path):
    state, files = _song(tmp_path / "in")
    mixes = [
        read_wav(render_console(state, files, tmp_path / "out", block_samples=size).mix_path)[0]
        for size in (65_536, 480, 4_099)
    ]
    assert np.abs(mixes[0]).max() > 0.05
    for mix in mixes[1:]:
        assert mix.shape == mixes[0].shape
        assert np.abs(mix - mixes[0]).max() < 1e-6


def test_stems_of_real_effects_sum_to_the_mix(tmp_path):
    """Side-chains, a shared room and a glued mix: each channel has its own part of all of them."""
    state, files = _song(tmp_path / "in")
    done = render_console(state, files, tmp_path / "out", stems_out=True, samples=round(1.5 * RATE_HZ))
    stems = {path.stem: read_wav(path)[0].astype(np.float64) for path in done.stem_paths}
    mix = read_wav(done.mix_path)[0]
    assert list(stems) == ["voice", "pad", "drums"] and done.stems_sum_to_mix
    assert db(np.abs(sum(stems.values()) - mix).max()) < -120.0
    whole = read_wav(render_console(state, files, tmp_path / "one", samples=round(1.5 * RATE_HZ)).mix_path)[0]
    assert db(np.abs(whole - mix).max()) < -110.0
    assert all(np.abs(stem).max() > 0.005 for stem in stems.values())

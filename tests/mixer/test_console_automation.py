"""Lanes: the curve that was drawn is the gain that is heard, without steps, in step with the song."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import get_window

from codecraft.common.audio import read_wav
from mixer.engine.console.automation import GRID_SAMPLES, cells_of, placed
from mixer.engine.console.render import render_console
from mixer.engine.console.state import MIX, Bus, Channel, ConsoleState, EffectSlot, Lane, Point, Send
from tests.mixer.consoles import hear, noises, written
from tests.mixer.material import RATE_HZ, db, seconds, sine

LATE = EffectSlot("late", "limiter", {"lookahead_s": 0.0049})


def _ones(folder, duration_s: float = 1.0):
    return written(folder, {"s0": np.full((2, round(duration_s * RATE_HZ)), 0.5, np.float32)})


@pytest.mark.parametrize("late", [(), (LATE,)])
def test_a_fader_follows_its_lane_also_behind_a_late_effect(tmp_path, late):
    lane = Lane("s0/fader_db", (Point(0.2, -40.0), Point(0.7, 0.0)))
    channel = Channel("s0", stem="s0", fader_db=5.0, effects=late)
    made = hear(ConsoleState((channel,), lanes=(lane,)), _ones(tmp_path / "in"), tmp_path)
    wanted_db = np.interp(seconds(1.0), [0.2, 0.7], [-40.0, 0.0])
    assert np.abs(20.0 * np.log10(made.mix[0] / 0.5) - wanted_db).max() < 0.06


@pytest.mark.parametrize("target", ["s0/fader_db", "s0/sends/room/level_db", "mix/fader_db"])
def test_a_moving_fader_makes_no_zipper_noise(tmp_path, target):
    """A sine of 997 Hz while its level falls by 30 dB in half a second: beside the slowly modulated sine nothing is
    heard. Steps of 64 samples (control at 750 Hz, -0.08 dB each) would leave lines at about -66 dB."""
    lane = Lane(target, (Point(0.0, 0.0), Point(0.5, -30.0)))
    output = "nowhere" if "sends" in target else MIX
    channel = Channel("s0", stem="s0", output=output, sends=(Send("room"),) if "sends" in target else ())
    state = ConsoleState((channel,), (Bus("nowhere", fader_db=-96.0), Bus("room")), lanes=(lane,))
    made = hear(state, written(tmp_path / "in", {"s0": sine(997.0, 0.5)}), tmp_path)
    window = get_window(("kaiser", 20.0), made.mix.shape[1])
    spectrum = np.abs(np.fft.rfft(made.mix[0] * window))
    hz = np.fft.rfftfreq(made.mix.shape[1], 1.0 / RATE_HZ)
    assert db(spectrum[np.abs(hz - 997.0) > 200.0].max() / spectrum.max()) < -100.0


def test_pan_and_width_move_in_lines_between_the_grids_points(tmp_path):
    lanes = (Lane("s0/pan", (Point(0.0, -1.0), Point(1.0, 1.0))), Lane("s0/width", (Point(0.3, 1.0), Point(0.6, 0.0))))
    made = hear(ConsoleState((Channel("s0", stem="s0"),), lanes=lanes), _ones(tmp_path / "in"), tmp_path)
    pan = np.interp(seconds(1.0), [0.0, 1.0], [-1.0, 1.0])
    for side, law in ((0, np.cos), (1, np.sin)):
        assert np.abs(made.mix[side] - 0.5 * np.sqrt(2.0) * law((pan + 1.0) * np.pi / 4.0)).max() < 1e-5


def test_mute_is_a_switch_that_fades_in_5_ms_before_and_after_the_fader(tmp_path):
    lane = Lane("s0/mute", (Point(0.0, 0.0), Point(0.5, 1.0), Point(0.75, 0.0)))
    channel = Channel("s0", stem="s0", mute=True, fader_db=-96.0, sends=(Send("room", pre_fader=True),))
    for one in (Channel("s0", stem="s0", mute=True), channel):
        state = ConsoleState((one,), (Bus("room"),), lanes=(lane,))
        heard = hear(state, _ones(tmp_path / "in"), tmp_path).mix[0]
        assert np.all(heard[:24_000] == 0.5) and np.all(heard[36_000 + 400 :] == 0.5)
        assert not heard[24_000 + 400 : 36_000].any()
        assert np.abs(np.diff(heard)).max() <= 0.5 / 255.0


def test_effects_are_retuned_on_a_grid_that_begins_with_the_song(tmp_path):
    """Behind a late effect too: in each stretch of 64 samples the effect is on its way to the lane's next point."""
    lane = Lane("s0/effects/gain/params/gain_db", (Point(0.1, 0.0), Point(0.4, 12.0)))
    chain = (LATE, EffectSlot("gain", "bass_boost", {"gain_db": 7.0}))
    state = ConsoleState((Channel("s0", stem="s0", effects=chain),), lanes=(lane,))
    made = hear(state, _ones(tmp_path / "in"), tmp_path)
    grid_s = (np.arange(RATE_HZ) // GRID_SAMPLES + 1) * GRID_SAMPLES / RATE_HZ
    wanted = 0.5 * 10.0 ** (np.interp(grid_s, [0.1, 0.4], [0.0, 12.0]) / 20.0)
    assert np.abs(made.mix[1] - wanted).max() < 1e-6


def test_the_grid_reaches_around_a_block():
    assert cells_of(0, 64).tolist() == [0, 1]
    assert cells_of(-1, 2).tolist() == [-1, 0, 1]
    assert cells_of(130, 200).tolist() == [2, 3, 4, 5, 6]


def test_placing_is_unity_in_the_middle_and_keeps_power_at_every_pan():
    pan = np.linspace(-1.0, 1.0, 41)
    matrix = placed(np.ones(41), pan, np.ones(41))
    assert matrix[:, 20].tolist() == [1.0, 0.0, 0.0, 1.0]
    left, right = matrix[0] + matrix[1], matrix[2] + matrix[3]
    assert np.allclose(left**2 + right**2, 2.0)


def test_a_real_equaliser_follows_its_lane_without_a_click(tmp_path):
    """A shelf that opens by 12 dB far above a sine: the sine's level is the lane's, and nothing else sounds."""
    lane = Lane("s0/effects/eq/params/low_shelf_db", (Point(0.1, 0.0), Point(0.4, 12.0)))
    slot = EffectSlot("eq", "eq", {"low_shelf_hz": 2_000.0})
    state = ConsoleState((Channel("s0", stem="s0", effects=(slot,)),), lanes=(lane,))
    stems = written(tmp_path / "in", {"s0": sine(100.0, 0.5, -20.0)})
    audio = read_wav(render_console(state, stems, tmp_path, samples=24_000).mix_path)[0][0]
    level_db = [10.0 * np.log10(2.0 * np.mean(audio[at : at + 480] ** 2)) for at in range(0, 24_000, 480)]
    wanted_db = np.interp((np.arange(50) + 0.5) * 0.01, [0.1, 0.4], [-20.0, -8.0])
    assert np.abs(level_db - wanted_db)[:-1].max() < 0.1
    window = get_window(("kaiser", 20.0), 24_000)
    spectrum = np.abs(np.fft.rfft(audio * window))
    assert db(spectrum[1_000:].max() / spectrum.max()) < -90.0


def test_a_rooms_share_moves_with_the_sound_that_it_is_the_room_of(tmp_path):
    """The convolution is two thirds of a second late inside; dry and wet cross over where the lane says."""
    lane = Lane("s0/effects/room/params/mix", (Point(0.3, 0.0), Point(0.4, 1.0)))
    slot = EffectSlot("room", "convolution_reverb", {"space": "studio", "mix": 1.0})
    state = ConsoleState((Channel("s0", stem="s0", effects=(slot,)),))
    stems = written(tmp_path / "in", noises(1, samples=30_000))
    dry = np.pad(read_wav(stems["s0"])[0], ((0, 0), (0, 10_000)))
    wet, moved = (
        read_wav(render_console(one, stems, tmp_path / name, samples=80_000, block_samples=5_000).mix_path)[0]
        for name, one in (("wet", state), ("moved", replace(state, lanes=(lane,))))
    )
    mix = np.interp(np.arange(40_000) + 1.0, [14_400, 19_200], [0.0, 1.0])
    assert np.abs(moved[:, :40_000] - (1.0 - mix) * dry - mix * wet[:, :40_000]).max() < 1e-6

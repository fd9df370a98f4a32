"""The console's sum, its strips, its files: plain arithmetic must come out, sample for sample."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import soundfile as sf

from codecraft.common.audio import read_wav
from codecraft.common.errors import Cancelled, InvalidInput
from mixer.engine.console.render import freeze_strip, render_console
from mixer.engine.console.state import MIX, Bus, Channel, ConsoleState, EffectSlot, Lane, Point, Send
from tests.mixer.consoles import SAMPLES, channels, hear, noises, plain_effect, written
from tests.mixer.material import RATE_HZ, db

LATE = EffectSlot("late", "limiter", {"lookahead_s": 0.005})
LATE_SAMPLES = 240


def test_faders_at_0_and_no_effects_give_the_plain_sum_within_minus_120_dbfs(tmp_path):
    stems = noises(24)
    made = hear(ConsoleState(channels(list(stems))), written(tmp_path / "in", stems), tmp_path)
    plain = np.sum([*stems.values()], axis=0, dtype=np.float64)
    assert made.mix.shape == plain.shape
    assert db(np.abs(made.mix - plain).max()) < -120.0
    assert made.result.latency_samples == 0
    assert made.result.peak_dbfs == pytest.approx(db(np.abs(plain).max()), abs=0.001)


def test_one_channel_without_effects_is_its_stem_bit_for_bit_through_groups_too(tmp_path):
    stems = noises(1)
    buses = (Bus("a", output="b"), Bus("b"))
    state = ConsoleState(channels(["s0"], output="a"), buses)
    made = hear(state, written(tmp_path / "in", stems), tmp_path)
    assert np.array_equal(made.mix, stems["s0"])
    bypassed = replace(state, channels=channels(["s0"], effects=(replace(LATE, bypass=True),)))
    assert np.array_equal(hear(bypassed, written(tmp_path / "in", stems), tmp_path).mix, stems["s0"])


@pytest.mark.parametrize(("pan", "left_db", "right_db"), [(-1.0, 3.01, -240.0), (0.0, 0.0, 0.0), (0.5, -5.33, 2.32)])
def test_pan_law_of_a_sound_in_the_middle(tmp_path, pan, left_db, right_db):
    """Constant power, unity in the middle: 20 log10 of sqrt(2) cos and sqrt(2) sin of the angle."""
    mono = noises(1)["s0"][[0, 0]]
    made = hear(ConsoleState(channels(["s0"], pan=pan)), written(tmp_path / "in", {"s0": mono}), tmp_path)
    for side, expected_db in ((0, left_db), (1, right_db)):
        gain = float(np.dot(made.mix[side], mono[side]) / np.dot(mono[side], mono[side]))
        assert max(db(gain), -240.0) == pytest.approx(expected_db, abs=0.01), side
    power = np.square(made.mix, dtype=np.float64).sum() / np.square(mono, dtype=np.float64).sum()
    assert power == pytest.approx(1.0, abs=1e-5)


def test_a_panned_stereo_sound_loses_neither_side(tmp_path):
    """Unlike sides: all the way left, the left speaker plays both, the right none."""
    stems = noises(1)
    made = hear(ConsoleState(channels(["s0"], pan=-1.0)), written(tmp_path / "in", stems), tmp_path)
    expected = np.sqrt(2.0) * (0.7 * stems["s0"][0] + 0.3 * stems["s0"][1])
    assert np.abs(made.mix[0] - expected).max() < 1e-6
    assert not made.mix[1].any()


def test_width_gain_polarity_fader_and_the_bottom_of_its_way(tmp_path):
    stems = noises(1)
    left, right = stems["s0"].astype(np.float64)
    files = written(tmp_path / "in", stems)

    def mixed(**settings) -> np.ndarray:
        return hear(ConsoleState(channels(["s0"], **settings)), files, tmp_path).mix

    assert np.allclose(mixed(width=0.0), 0.5 * (left + right), atol=1e-7)
    assert np.allclose(mixed(width=2.0), [1.5 * left - 0.5 * right, 1.5 * right - 0.5 * left], atol=1e-7)
    assert np.allclose(
        mixed(gain_db=6.0, fader_db=-12.0, inverted=True), -(10.0 ** (-6.0 / 20.0)) * stems["s0"], atol=1e-7
    )
    assert not mixed(fader_db=-96.0).any()


def test_sends_before_and_after_the_fader(tmp_path):
    stems = noises(1)
    room = Bus("room", fader_db=-96.0)
    heard = Bus("heard")
    for pre, expected_db in ((True, -6.0), (False, -26.0)):
        send = Send("heard", -6.0, pre_fader=pre)
        channel = Channel("s0", stem="s0", fader_db=-20.0, pan=0.3, sends=(send,), output="room")
        made = hear(ConsoleState((channel,), (room, heard)), written(tmp_path / "in", stems), tmp_path)
        gains = (1.0, 1.0) if pre else (np.sqrt(2) * np.cos(0.325 * np.pi), np.sqrt(2) * np.sin(0.325 * np.pi))
        for side in (0, 1):
            share = np.linalg.lstsq(stems["s0"].T.astype(np.float64), made.mix[side], rcond=None)[0].sum()
            assert db(share) == pytest.approx(expected_db + db(gains[side]), abs=0.01)


def test_latency_is_made_up_for_along_every_path_to_the_sample(tmp_path):
    """A late group, a late return, a late mix, and a dry channel: all in step, and the mix where the song is."""
    stems = noises(3)
    state = ConsoleState(
        (
            Channel("s0", stem="s0", effects=(LATE,), output="group"),
            Channel("s1", stem="s1", sends=(Send("room"),)),
            Channel("s2", stem="s2", output="group", sends=(Send("room", pre_fader=True),)),
        ),
        (Bus("group", effects=(LATE, replace(LATE, id="more"))), Bus("room", effects=(LATE,))),
        Bus(MIX, effects=(LATE,)),
    )
    made = hear(state, written(tmp_path / "in", stems), tmp_path)
    expected = stems["s0"] + 2.0 * stems["s1"].astype(np.float64) + 2.0 * stems["s2"]
    assert made.result.latency_samples == 4 * LATE_SAMPLES
    assert made.mix.shape == expected.shape
    assert np.abs(made.mix - expected).max() < 1e-6


@pytest.mark.parametrize("late", ["key", "keyed", "both"])
def test_a_side_chain_is_in_step_with_what_it_moves(tmp_path, late):
    stems = noises(2)
    key = Channel("s0", stem="s0", effects=(LATE,) if late != "keyed" else (), fader_db=-96.0)
    chain = (LATE,) if late != "key" else ()
    keyed = Channel("s1", stem="s1", effects=(*chain, EffectSlot("duck", "ducker", key="s0")))
    made = hear(ConsoleState((key, keyed)), written(tmp_path / "in", stems), tmp_path)
    assert np.abs(made.mix - stems["s0"] * stems["s1"]).max() < 1e-7


def test_offsets_move_a_stem_and_lengthen_the_song(tmp_path):
    stems = noises(2)
    first, second = channels(["s0", "s1"])
    state = ConsoleState((replace(first, offset_s=0.25), replace(second, offset_s=-0.125)))
    made = hear(state, written(tmp_path / "in", stems), tmp_path)
    expected = np.zeros((2, SAMPLES + 12_000))
    expected[:, 12_000:] += stems["s0"]
    expected[:, : SAMPLES - 6_000] += stems["s1"][:, 6_000:]
    assert made.mix.shape == expected.shape
    assert np.abs(made.mix - expected).max() < 1e-7


def test_what_rings_is_kept_until_it_is_silent_or_cut_with_a_fade(tmp_path):
    stems = noises(1)
    state = ConsoleState(channels(["s0"], effects=(EffectSlot("e", "delay", {"left_s": 0.1}),)))
    files = written(tmp_path / "in", stems)
    whole = hear(state, files, tmp_path)
    assert whole.result.samples == whole.mix.shape[1] == SAMPLES + 4_800
    assert np.array_equal(whole.mix[:, -4_800:], stems["s0"][:, -4_800:])
    short = noises(1)["s0"] * np.where(np.arange(SAMPLES) < 10_000, 1.0, 0.0).astype(np.float32)
    for subtype in ("FLOAT", "PCM_24"):  # 4,800 samples of tail are asked for, and nothing sounds in them
        quiet = hear(state, written(tmp_path / "quiet", {"s0": short}), tmp_path / subtype, subtype=subtype)
        assert quiet.result.samples == quiet.mix.shape[1] == SAMPLES
        assert sf.info(quiet.result.mix_path).frames == SAMPLES
    cut = hear(state, files, tmp_path, samples=SAMPLES)
    assert cut.mix.shape == (2, SAMPLES)
    assert np.abs(cut.mix[:, -20:]).max() < 1e-5


def _busy(seed: int = 0) -> ConsoleState:
    """Everything at once: groups, returns, keys, late effects, automation of all kinds."""
    ramp = (Point(0.02, -30.0), Point(0.3, 3.0))
    return ConsoleState(
        (
            Channel("s0", stem="s0", pan=-0.4, effects=(LATE,), sends=(Send("room", -3.0),), output="band"),
            Channel("s1", stem="s1", offset_s=0.01, effects=(EffectSlot("b", "bass_boost"),), output="band"),
            Channel("s2", stem="s2", width=0.4, effects=(EffectSlot("duck", "ducker", key="s0"),)),
        ),
        (Bus("band", fader_db=-2.0), Bus("room", effects=(EffectSlot("e", "delay", {"left_s": 0.01}), LATE))),
        lanes=(
            Lane("s0/fader_db", ramp),
            Lane("s0/sends/room/level_db", ramp),
            Lane("s1/effects/b/params/gain_db", (Point(0.0, 0.0), Point(0.2, 12.0))),
            Lane("s2/pan", (Point(0.1, -1.0), Point(0.35, 1.0))),
            Lane("band/mute", (Point(0.0, 0.0), Point(0.2, 1.0), Point(0.25, 0.0))),
        ),
    )


def test_the_size_of_the_blocks_changes_nothing_and_the_same_state_gives_the_same_bytes(tmp_path):
    files = written(tmp_path / "in", noises(3))
    digests, mixes = set(), []
    for number, block_samples in enumerate((65_536, 65_536, 64, 480, 4_099)):
        made = hear(_busy(), files, tmp_path / str(number), block_samples=block_samples)
        mixes.append(made.mix)
        digests.add(hashlib.sha256(made.result.mix_path.read_bytes()).hexdigest())
    assert max(np.abs(mix - mixes[0]).max() for mix in mixes) < 1e-6
    assert len(digests) == 1


def test_stems_sum_to_the_mix_and_each_is_what_its_channel_adds(tmp_path):
    files = written(tmp_path / "in", noises(3))
    state = _busy()
    state = replace(state, buses=(state.buses[0], replace(state.buses[1], effects=state.buses[1].effects[:1])))
    made = hear(state, files, tmp_path / "all", stems_out=True)
    assert list(made.stems) == ["s0", "s1", "s2"]
    total = sum(stem.astype(np.float64) for stem in made.stems.values())
    assert db(np.abs(total - made.mix).max()) < -120.0
    alone = replace(state, channels=tuple(replace(c, mute=c.id == "s2") for c in state.channels))
    assert np.abs(hear(alone, files, tmp_path / "two").mix - made.stems["s0"] - made.stems["s1"]).max() < 1e-6


def test_stems_through_a_compressed_bus_share_its_gain_and_others_stay_whole(tmp_path):
    stems = noises(2)
    files = written(tmp_path / "in", stems)
    glue = Bus("glue", effects=(EffectSlot("c", "compressor"),))
    made = hear(ConsoleState(channels(["s0", "s1"], output="glue"), (glue,)), files, tmp_path, stems_out=True)
    total = stems["s0"] + stems["s1"]
    assert np.abs(made.stems["s0"] - stems["s0"] * total).max() < 1e-7
    assert np.abs(made.mix - total * total).max() < 1e-7
    late = Bus("glue", effects=(LATE,))  # in the limiter's place, whose work on a sum cannot be told apart
    made = hear(ConsoleState(channels(["s0", "s1"], output="glue"), (late,)), files, tmp_path, stems_out=True)
    assert list(made.stems) == ["glue"] and np.array_equal(made.stems["glue"], made.mix)
    on_mix = ConsoleState(channels(["s0", "s1"]), mix=Bus(MIX, fader_db=-6.0, effects=(LATE,)))
    made = hear(on_mix, files, tmp_path, stems_out=True)
    assert not made.result.stems_sum_to_mix
    assert np.array_equal(made.stems["s1"], stems["s1"])
    for silent in (on_mix, replace(on_mix, mix=Bus(MIX))):  # nothing is heard: silence, and no stems
        silent = replace(silent, channels=channels(["s0", "s1"], mute=True))
        made = hear(silent, files, tmp_path / "silent", stems_out=True)
        assert made.stems == {} and made.mix.shape == (2, SAMPLES) and not made.mix.any()


def test_a_frozen_strip_is_what_stands_before_its_fader(tmp_path):
    stems = noises(3)
    state = _busy()
    state = replace(state, channels=tuple(replace(c, solo=c.id == "s1", mute=c.id == "s2") for c in state.channels))
    frozen = tmp_path / "frozen.wav"
    kept = freeze_strip(state, written(tmp_path / "in", stems), "s2", frozen, effect_of=plain_effect)
    audio, _ = read_wav(frozen)
    assert kept == audio.shape[1] == SAMPLES + 480
    assert np.abs(audio[:, :SAMPLES] - stems["s2"] * stems["s0"]).max() < 1e-7
    freeze_strip(state, written(tmp_path / "in", stems), "band", frozen, effect_of=plain_effect)
    assert np.abs(read_wav(frozen)[0]).max() > 0.01


def test_loud_sums_are_not_clipped_and_integer_files_are_of_24_bit(tmp_path):
    loud = {"s0": np.full((2, 1_000), 0.9, np.float32), "s1": np.full((2, 1_000), 0.8, np.float32)}
    files = written(tmp_path / "in", loud)
    made = hear(ConsoleState(channels(["s0", "s1"])), files, tmp_path)
    assert made.mix.max() == pytest.approx(1.7) and made.result.peak_dbfs == pytest.approx(4.609, abs=0.001)
    hear(ConsoleState(channels(["s0", "s1"])), files, tmp_path, subtype="PCM_24")
    assert sf.info(tmp_path / "mix.wav").subtype == "PCM_24"


def test_missing_stems_and_bad_states_are_named(tmp_path):
    files = written(tmp_path / "in", noises(2))
    state = ConsoleState(channels(["s0", "s1"]))
    (tmp_path / "in" / "s1.wav").unlink()
    bad = replace(state, channels=channels(["s0"], pan=3.0))
    for wrong, stems, field in (
        (state, files, "s1/stem"),
        (state, {"s0": files["s0"]}, "s1/stem"),
        (bad, files, "s0/pan"),
    ):
        with pytest.raises(InvalidInput) as raised:
            render_console(wrong, stems, tmp_path / "out")
        assert raised.value.field == field
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_cancelling_leaves_no_file_and_progress_only_grows(tmp_path):
    files = written(tmp_path / "in", noises(2))
    state = ConsoleState(channels(["s0", "s1"]))

    def cancel(fraction: float) -> None:
        if fraction > 0.5:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        render_console(state, files, tmp_path / "out", block_samples=1_000, progress=cancel)
    assert list((tmp_path / "out").iterdir()) == []
    seen: list[float] = []
    render_console(state, files, tmp_path / "out", block_samples=1_000, progress=seen.append)
    assert seen == sorted(seen) and seen[-1] == 1.0 and len(seen) > 20
    assert sf.info(tmp_path / "out" / "mix.wav").samplerate == RATE_HZ

"""The assistant's consoles, rendered: the voice stands where it was said to stand, is heard better, and nothing clips.
And stems of all kinds that people bring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from scipy.signal import butter, sosfilt

from codecraft.common.audio import read_wav, write_wav
from mixer.contracts import ChannelRole, Space
from mixer.engine.analysis import VOCAL_BANDS, analyse
from mixer.engine.assistant import AssistStem, assist, undone
from mixer.engine.balance import sung_hops
from mixer.engine.console.paths import value_at
from mixer.engine.console.render import render_console
from mixer.engine.console.schema import checked
from tests.mixer import material

R = ChannelRole
LENGTH_S = 12.0


def in_the_way() -> np.ndarray:
    """Steady noise where words are understood."""
    band = butter(2, [500.0, 3_500.0], "band", fs=material.RATE_HZ, output="sos")
    return sosfilt(band, material.noise(LENGTH_S, -18.0), axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def song(tmp_path_factory) -> list[AssistStem]:
    folder = tmp_path_factory.mktemp("song")
    sounds = {
        "lead": (material.singer(LENGTH_S), R.LEAD),
        "strings": (material.chords(LENGTH_S) * 2.0, R.STRINGS),
        "pad": (in_the_way(), R.PAD),
        "bass": (material.stereo(0.3 * material.line([33, 29], 2.0, LENGTH_S, partials=4)), R.BASS),
    }
    for name, (audio, _) in sounds.items():
        write_wav(folder / f"{name}.wav", audio, sample_rate_hz=material.RATE_HZ)
    return [AssistStem(name, folder / f"{name}.wav", role=role, pan=0.0) for name, (_, role) in sounds.items()]


def lead_over_rest_db(lead: np.ndarray, rest: np.ndarray) -> float:
    voice, others = (
        np.convolve(analyse(a, sample_rate_hz=48_000).bands[:, VOCAL_BANDS].sum(axis=1), np.full(5, 0.2), mode="same")
        for a in (lead, rest)
    )
    sung = sung_hops(voice)
    return float(np.median(10.0 * np.log10(voice[sung] / (others[sung] + 1e-12))))


@pytest.fixture(scope="module")
def rendered(song, tmp_path_factory):
    made = assist(song, space=Space.CHAMBER, seed=3)
    out = tmp_path_factory.mktemp("out")
    done = render_console(made.state, {s.name: s.path for s in song}, out, stems_out=True)
    mix, _ = read_wav(done.mix_path)
    lead, _ = read_wav(out / "stems" / "lead.wav")
    return made, done, lead, mix


def test_the_voice_stands_where_the_sentence_says(rendered):
    made, _, lead, mix = rendered
    ends = [d for d in made.decisions if d.id in ("band-bus.bed", "vocals-bus.ride")]
    said_db = ends[-1].measures.get("after_db", ends[-1].measures["voice_over_band_db"])
    assert lead_over_rest_db(lead, mix - lead) == pytest.approx(said_db, abs=1.0)


def test_the_voice_is_heard_better_than_with_flat_faders_and_nothing_clips(song, rendered):
    made, done, lead, mix = rendered
    flat = {
        c.stem: read_wav(s.path)[0] * 10.0 ** (c.gain_db / 20.0) for s, c in zip(song, made.state.channels, strict=True)
    }
    rest = sum(audio for name, audio in flat.items() if name != "lead")
    assert lead_over_rest_db(lead, mix - lead) > lead_over_rest_db(flat["lead"], rest) + 3.0
    assert -16.0 < done.peak_dbfs <= -1.0


def test_the_band_steps_back_only_while_the_voice_sings(song, rendered, tmp_path):
    """The pad is steady noise: what its stem's level does is what the group's ducker does, without ride and bell."""
    made, _, _, _ = rendered
    state = made.state
    for decision in made.decisions:
        if decision.id == "vocals-bus.ride" or decision.id.endswith(".unmask"):
            state = checked(undone(state, decision))
    depth_db = value_at(state, "band-bus/effects/step-back/params/depth_db")
    out = tmp_path / "out"
    render_console(state, {s.name: s.path for s in song}, out, stems_out=True)
    pad, _ = read_wav(out / "stems" / "pad.wav")
    second = 48_000
    while_sung, at_rest = (
        material.rms_db(pad[:, round(a * second) : round(b * second)]) for a, b in ((2, 5.5), (7.5, 7.95))
    )
    assert while_sung < at_rest - depth_db + 0.7


KINDS = {
    "nothing": (np.zeros((0, 2)), 48_000),
    "an instant": (0.5 * np.ones((200, 1)), 48_000),
    "telephone": (0.1 * np.random.default_rng(1).standard_normal((8_000, 1)), 8_000),
    "fine": (0.1 * np.random.default_rng(2).standard_normal((96_000, 2)), 192_000),
    "broken": (np.full((24_000, 2), np.nan), 48_000),
    "many": (0.1 * np.random.default_rng(3).standard_normal((24_000, 6)), 48_000),
}


def write_kinds(folder: Path) -> list[AssistStem]:
    for name, (audio, rate_hz) in KINDS.items():
        sf.write(folder / f"{name}.wav", audio, rate_hz, subtype="FLOAT")
    return [AssistStem(name, folder / f"{name}.wav", offset_s=0.3 * index - 0.3) for index, name in enumerate(KINDS)]


def test_stems_of_all_kinds_get_a_console(tmp_path):
    stems = write_kinds(tmp_path)
    made = assist(stems, space=None, seed=1)
    assert len(made.state.channels) == len(stems)
    assert made.measures["broken"].is_silent and made.measures["nothing"].is_silent
    assert not made.measures["telephone"].is_silent
    for stem in stems:
        alone = assist([stem], space=Space.STUDIO, seed=1)
        assert checked(alone.state) == alone.state


def test_several_leads_share_one_key_and_no_voice_needs_none(song):
    twins = [AssistStem(name, song[0].path, role=R.LEAD, pan=0.0) for name in ("he", "she")]
    both = assist([*twins, *song[1:]], space=Space.HALL, seed=1)
    keys = {slot.key for strip in (*both.state.channels, *both.state.buses) for slot in strip.effects if slot.key}
    assert keys == {"leads-bus"}
    band = assist(song[1:], space=Space.HALL, seed=1)
    assert not any(
        slot.kind == "ducker" for strip in (*band.state.channels, *band.state.buses) for slot in strip.effects
    )
    assert not band.state.lanes and not any(bus.id == "vocals-bus" for bus in band.state.buses)

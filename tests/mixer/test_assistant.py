"""The assistant: what it hears, what it decides, and that every decision can be taken back by itself."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from codecraft.common.audio import write_wav
from codecraft.common.errors import InvalidInput
from mixer.contracts import ChannelRole, ReverbKind, Space, VoiceEffects
from mixer.engine.assistant import Assisted, AssistStem, SongSection, assist, listen, redone, undone
from mixer.engine.console.paths import value_at
from mixer.engine.console.schema import checked, read_state, write_state
from mixer.engine.console.state import LOWEST_DB
from mixer.engine.meters import integrated_lufs
from tests.mixer import material

R = ChannelRole
LENGTH_S = 16.0
SECTIONS = (SongSection("verse", 0.0, 8.0), SongSection("chorus", 8.0, 16.0))


def hiding(at_hz: float, level: float) -> np.ndarray:
    """A steady sound in one octave that grows in the second half."""
    rng = np.random.default_rng(4)
    band = butter(2, [at_hz / 1.4, at_hz * 1.4], "band", fs=material.RATE_HZ, output="sos")
    wave = sosfilt(band, rng.standard_normal(round(LENGTH_S * material.RATE_HZ)))
    return material.stereo(level * wave * np.where(material.seconds(LENGTH_S) < 8.0, 0.4, 1.0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("stems")
    sounds = {
        "lead": material.singer(LENGTH_S),
        "pad": hiding(2_500.0, 0.3),
        "strings": material.chords(LENGTH_S),
        "strings 2": 0.3 * material.chords(LENGTH_S),
        "drums": material.drums(LENGTH_S),
        "bass": material.stereo(0.15 * material.line([33, 29, 36, 31], 2.0, LENGTH_S, partials=4)),
        "silence": np.zeros((2, 48_000), np.float32),
    }
    for name, audio in sounds.items():
        write_wav(path / f"{name}.wav", audio, sample_rate_hz=material.RATE_HZ)
    return path


def stems(folder: Path, *, effects: VoiceEffects | None = None) -> list[AssistStem]:
    roles = {
        "lead": R.LEAD,
        "pad": R.PAD,
        "strings": R.STRINGS,
        "strings 2": R.STRINGS,
        "drums": R.DRUMS,
        "bass": R.BASS,
        "silence": R.KEYS,
    }
    pans = {"strings": -0.4, "strings 2": 0.4}
    return [
        AssistStem(
            name, folder / f"{name}.wav", name.title(), role, pans.get(name, 0.0), effects if name == "lead" else None
        )
        for name, role in roles.items()
    ]


@pytest.fixture(scope="module")
def assisted(folder) -> Assisted:
    return assist(stems(folder), space=Space.HALL, seed=5, sections=SECTIONS)


def test_the_state_goes_to_json_and_back_and_is_the_same_each_time(folder, assisted):
    assert read_state(write_state(assisted.state)) == assisted.state
    assert assist(stems(folder), space=Space.HALL, seed=5, sections=SECTIONS) == assisted


def test_decisions_are_undone_and_redone_in_any_order(assisted):
    decisions = list(assisted.decisions)
    assert len({decision.id for decision in decisions}) == len(decisions)
    moved = [change.path for decision in decisions for change in decision.changes]
    assert len(set(moved)) == len(moved)
    for turn in range(3):
        state = assisted.state
        random.Random(turn).shuffle(decisions)
        for decision in decisions:
            state = checked(undone(state, decision))
        flat = state
        random.Random(turn + 10).shuffle(decisions)
        for decision in decisions:
            state = checked(redone(state, decision))
        assert replace(state, lanes=()) == replace(assisted.state, lanes=())
        assert set(state.lanes) == set(assisted.state.lanes)
        for strip in (*flat.channels, *flat.buses, flat.mix):
            assert (strip.gain_db, strip.fader_db, strip.pan, strip.width) == (0.0, 0.0, 0.0, 1.0)
            assert all(send.level_db == LOWEST_DB for send in strip.sends)
            assert strip.id.endswith("-room") or all(slot.bypass or not slot.params for slot in strip.effects)
        assert flat.lanes == ()


def test_what_is_said_is_what_stands(assisted):
    for decision in assisted.decisions:
        assert decision.sentence.endswith(".")
        for change in decision.changes:
            assert value_at(assisted.state, change.path) == change.after != change.before


def test_what_hides_the_voice_gives_way_where_and_when_it_does(assisted):
    unmask = next(d for d in assisted.decisions if d.id == "pad.unmask")
    (slot,) = [s for s in next(c for c in assisted.state.channels if c.id == "pad").effects if s.id == "unmask"]
    assert slot.key == "lead" and slot.params["band"] == "bell"
    assert 1_900.0 <= slot.params["bell_hz"] <= 3_300.0
    assert slot.params["depth_db"] >= 4.0
    assert "chorus" in unmask.sentence and f"{slot.params['depth_db']:.1f} dB" in unmask.sentence
    group = next(b for b in assisted.state.buses if b.id == "band-bus")
    back = next(s for s in group.effects if s.id == "step-back")
    assert back.key == "lead" and 1.0 <= back.params["depth_db"] <= 3.0
    basses = [d.id for d in assisted.decisions if d.channel in ("bass", "drums")]
    assert "bass.unmask" not in basses and "drums.unmask" not in basses


def test_trims_bring_every_channel_to_one_loudness(folder, assisted):
    for channel in assisted.state.channels:
        heard = listen(folder / f"{channel.stem}.wav").measures
        if not heard.is_silent:
            assert heard.lufs + channel.gain_db == pytest.approx(-23.0, abs=0.02)
    silent = next(c for c in assisted.state.channels if c.id == "silence")
    assert (silent.gain_db, silent.fader_db) == (0.0, 0.0)


def test_families_have_groups_and_voices_a_room_of_their_own(assisted):
    homes = {channel.id: channel.output for channel in assisted.state.channels}
    assert homes["strings"] == homes["strings-2"] == "strings-bus"
    assert homes["lead"] == "vocals-bus" and homes["drums"] == homes["bass"] == "rhythm-bus"
    outputs = {bus.id: bus.output for bus in assisted.state.buses}
    assert outputs["voice-room"] == "vocals-bus" and outputs["band-room"] == outputs["strings-bus"] == "band-bus"


def test_wishes_for_a_voice_become_its_effects(folder):
    effects = VoiceEffects(3.0, ReverbKind.ALGORITHMIC, 4.0, -2.0, 0.5, 0.4, 0.9)
    given = assist(stems(folder, effects=effects), space=Space.STUDIO, seed=1)
    lead = given.state.channels[0]
    kinds = {slot.kind: slot.params for slot in lead.effects}
    assert kinds["pitch_shift"]["semitones"] == -2.0 and kinds["doubler"]["amount"] == 0.5
    assert kinds["bass_boost"]["gain_db"] == 4.0 and kinds["de_esser"]["amount"] == 0.9
    assert lead.sends[0].level_db == pytest.approx(-14.0)
    assert value_at(given.state, "voice-room/effects/room/kind") == "algorithmic_reverb"
    assert sum("as asked" in d.sentence for d in given.decisions if d.channel == "lead") >= 6


def test_unknown_stems_get_roles_from_names_and_sounds(folder):
    named = {"LeadVox_01": "lead", "BGV": "lead", "Kick In": "drums", "bass drum": "drums", "Synth Pad": "pad",
             "EGtr L": "strings", "Grand Piano": "strings", "Cello": "strings", "lead guitar": "strings",
             "Soprano": "lead", "Bass DI": "bass", "Tenor Sax": "strings"}  # fmt: skip
    given = assist([AssistStem(name, folder / f"{sound}.wav") for name, sound in named.items()], space=None, seed=1)
    roles = {channel.stem: channel.role for channel in given.state.channels}
    assert roles == {"LeadVox_01": R.LEAD, "BGV": R.BACKING, "Kick In": R.DRUMS, "bass drum": R.DRUMS,
                     "Synth Pad": R.PAD, "EGtr L": R.PLUCKED, "Grand Piano": R.KEYS, "Cello": R.STRINGS,
                     "lead guitar": R.PLUCKED, "Soprano": R.CHOIR, "Bass DI": R.BASS,
                     "Tenor Sax": R.WOODWIND}  # fmt: skip
    heard = assist([AssistStem(str(i), folder / f"{s}.wav") for i, s in enumerate(("drums", "bass", "lead"))],
                   space=None, seed=1)  # fmt: skip
    assert [channel.role for channel in heard.state.channels] == [R.DRUMS, R.BASS, R.LEAD]
    assert sum(d.id.endswith(".role") for d in heard.decisions) == 3


def test_listening_agrees_with_the_meters(folder):
    for name in ("lead", "drums"):
        heard = listen(folder / f"{name}.wav")
        audio = material.singer(LENGTH_S) if name == "lead" else material.drums(LENGTH_S)
        assert heard.measures.lufs == pytest.approx(integrated_lufs(audio, sample_rate_hz=48_000), abs=0.02)
    # A kick, a snare or a tick every quarter of a second.
    assert listen(folder / "drums.wav").measures.attacks_per_s == pytest.approx(4.0, abs=0.5)


def test_bad_stems_are_refused(folder, tmp_path):
    with pytest.raises(InvalidInput):
        assist([], space=None, seed=1)
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(InvalidInput):
        assist([AssistStem("text", tmp_path / "text.wav")], space=None, seed=1)
    twice = AssistStem("lead", folder / "lead.wav")
    with pytest.raises(InvalidInput):
        assist([twice, twice], space=None, seed=1)

"""How the mixer decides: what hides the voice is moved aside, sections are ridden, rests are filled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from codecraft.common.audio import read_wav, write_wav
from mixer.contracts import ChannelRole, MixSpec, Space, StemInput
from mixer.engine.analysis import analyse
from mixer.engine.auto_mix import mix, set_desk
from mixer.engine.ride import ride
from tests.mixer import material
from tests.mixer.material import RATE_HZ, rms_db, seconds

DURATION_S = 32.0


def _voice(duration_s: float, sings=lambda time_s: time_s % 4.0 < 3.2) -> np.ndarray:
    melody = material.line([62, 64, 65, 60], 0.5, duration_s, partials=16, tilt=1.0)
    return material.stereo(0.1 * melody * sings(seconds(duration_s)))


def _mixed(folder: Path, **channels: tuple[ChannelRole, np.ndarray]) -> dict[str, np.ndarray]:
    stems = []
    for name, (role, audio) in channels.items():
        write_wav(folder / f"dry-{name}.wav", audio, sample_rate_hz=RATE_HZ, subtype="FLOAT")
        stems.append(StemInput(name, folder / f"dry-{name}.wav", role))
    made = mix(MixSpec(tuple(stems), Space.STUDIO, 1), folder / "out")
    return {path.stem: read_wav(path)[0] for path in made.stem_paths}


def _vocal_band_db(audio: np.ndarray, start_s: float, end_s: float) -> float:
    band = butter(4, [300.0, 4_000.0], "band", fs=RATE_HZ, output="sos")
    return rms_db(sosfilt(band, audio)[:, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)])


def test_a_loud_chorus_hides_the_voice_less_than_it_did(tmp_path):
    """The bed rises 14 dB half-way; the voice does not. The mixer takes a good part of that step back."""
    bed = material.chords(DURATION_S) * np.where(seconds(DURATION_S) < DURATION_S / 2, 0.2, 1.0).astype(np.float32)
    stems = _mixed(tmp_path, voice=(ChannelRole.LEAD, _voice(DURATION_S)), bed=(ChannelRole.STRINGS, bed))

    def over_db(start_s: float, end_s: float) -> float:
        return _vocal_band_db(stems["voice"], start_s, end_s) - _vocal_band_db(stems["bed"], start_s, end_s)

    verse_db, chorus_db = over_db(2.0, 14.0), over_db(18.0, 30.0)
    assert chorus_db > 2.0
    assert 2.0 < verse_db - chorus_db < 10.0
    bed_step = _vocal_band_db(stems["bed"], 18.0, 30.0) - _vocal_band_db(stems["bed"], 2.0, 14.0)
    assert 4.0 < bed_step < 11.0


def test_the_band_comes_forward_where_nobody_sings(tmp_path):
    """An even bed, a voice from 8 to 24 s: intro and outro are louder than what lies under the voice."""
    voice = _voice(DURATION_S, lambda time_s: (time_s > 8.0) & (time_s < 24.0) & (time_s % 4.0 < 3.2))
    bed = material.chords(DURATION_S)
    stems = _mixed(tmp_path, voice=(ChannelRole.LEAD, voice), bed=(ChannelRole.STRINGS, bed))
    under, intro, outro = (_vocal_band_db(stems["bed"], *span) for span in ((12, 22), (2, 6), (27, 30)))
    for rest in (intro, outro):
        assert 3.0 < rest - under < 9.0
    gap = _vocal_band_db(stems["bed"], 15.3, 15.9)
    assert gap - under < 4.0, "a breath is no rest"


def test_only_what_lies_in_the_way_of_the_words_is_dipped(tmp_path):
    bright = material.stereo(0.1 * material.line([81, 84], 1.0, 12.0, gap=1.0, partials=3, tilt=0.3))
    dark = material.stereo(0.1 * material.line([40, 43], 1.0, 12.0, gap=1.0, partials=2))
    stems = []
    for name, role, audio in (
        ("voice", ChannelRole.LEAD, _voice(12.0)),
        ("bright", ChannelRole.STRINGS, bright),
        ("dark", ChannelRole.STRINGS, dark),
    ):
        write_wav(tmp_path / f"{name}.wav", audio, sample_rate_hz=RATE_HZ, subtype="FLOAT")
        stems.append(StemInput(name, tmp_path / f"{name}.wav", role))
    state = set_desk(MixSpec(tuple(stems), Space.HALL, 1), tmp_path).state

    def dips(name: str) -> list[float]:
        effects = next(channel.effects for channel in state.channels if channel.id == name)
        return [slot.params["depth_db"] for slot in effects if slot.kind == "ducker" and not slot.bypass]

    assert len(dips("bright")) == 1
    assert 2.0 <= dips("bright")[0] <= 6.0, "4 dB, and 2 more for a bell that moves with the voice"
    assert dips("dark") == []


@pytest.mark.parametrize("whisper_level_db", [-20.0, 20.0])
def test_a_whisper_is_as_audible_as_a_shout_and_its_band_stays_in_reach(tmp_path, whisper_level_db):
    whisper = material.whisper(20.0) * np.float32(10.0 ** (whisper_level_db / 20.0))
    piano = material.stereo(0.05 * material.line([57, 60, 64, 69], 0.5, 20.0))
    stems = _mixed(tmp_path, voice=(ChannelRole.LEAD, whisper), piano=(ChannelRole.KEYS, piano))
    levels = {name: analyse(audio, sample_rate_hz=RATE_HZ).lufs for name, audio in stems.items()}
    assert 0.0 < levels["voice"] - levels["piano"] < 8.0
    assert analyse(sum(stems.values()), sample_rate_hz=RATE_HZ).lufs > -30.0


def test_ride_moves_both_ways_within_its_limits_and_stands_still_in_balance():
    hops = 400
    sung = np.arange(hops) % 40 < 30
    voice = np.where(sung, 1.0, 0.0)
    even = ride(voice, np.full(hops, 10.0**-0.42), sung, target_db=4.2)
    assert not even.moves
    step = ride(voice, np.where(np.arange(hops) < 200, 0.01, 10.0), sung, target_db=4.2)
    assert step.lead_db[50] == pytest.approx(-1.0, abs=0.05)
    assert step.bed_db[50] == pytest.approx(4.0, abs=0.05)
    assert step.lead_db[350] == pytest.approx(3.0, abs=0.05)
    assert step.bed_db[350] == pytest.approx(-3.0, abs=0.05)
    assert np.abs(np.diff(step.bed_db)).max() < 0.6, "no jump within 100 ms"
    assert not ride(voice, voice, np.zeros(hops, bool), target_db=4.2).moves

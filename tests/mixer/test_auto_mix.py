"""Mixes of real sounds: stems that sum to the mix, a voice that is heard, reasons that are given."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from scipy.signal import butter, sosfilt

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.errors import Cancelled, InvalidInput
from mixer.contracts import ChannelRole, MixResult, MixSpec, Space, StemInput
from mixer.engine.assistant import undone
from mixer.engine.auto_mix import mix
from mixer.engine.desk import DESK_FILE, Desk, read_desk
from tests.mixer import material
from tests.mixer.material import RATE_HZ, db, rms_db

DURATION_S = 16.0


def _channels() -> dict[str, tuple[ChannelRole, float, np.ndarray]]:
    """A small band whose levels are far apart, as GM programs are: the flute 30 dB over the pad."""
    arpeggio = material.line([69, 72, 76, 81], 0.25, DURATION_S, partials=6)
    bass = material.line([33, 29, 36, 31], 2.0, DURATION_S, partials=2)
    flute = material.line([81, 84, 83, 79], 1.0, DURATION_S, partials=5)
    return {
        "01-lead-vocal": (ChannelRole.LEAD, 0.0, 0.3 * material.singer(DURATION_S)),
        "02-strings": (ChannelRole.STRINGS, -0.3, material.chords(DURATION_S)),
        "03-pad": (ChannelRole.PAD, 0.0, 0.05 * material.chords(DURATION_S)),
        "04-harp": (ChannelRole.PLUCKED, 0.5, material.stereo(0.05 * arpeggio)),
        "05-flute": (ChannelRole.WOODWIND, 0.4, material.stereo(0.5 * flute)),
        "06-bass": (ChannelRole.BASS, 0.0, material.stereo(0.02 * bass)),
        "07-drums": (ChannelRole.DRUMS, 0.0, material.drums(DURATION_S)),
        "08-empty": (ChannelRole.BRASS, 0.2, np.zeros((2, round(DURATION_S * RATE_HZ)), np.float32)),
    }


def _spec(folder: Path, channels: dict, space: Space = Space.HALL, seed: int = 3) -> MixSpec:
    stems = []
    for name, (role, pan, audio) in channels.items():
        path = folder / f"dry-{name}.wav"
        write_wav(path, audio, sample_rate_hz=RATE_HZ, subtype="FLOAT")
        stems.append(StemInput(name, path, role, pan))
    return MixSpec(tuple(stems), space, seed)


@dataclass(frozen=True)
class Mixed:
    spec: MixSpec
    result: MixResult
    stems: dict[str, np.ndarray]
    mix: np.ndarray

    def said(self, channel: str) -> str:
        return " ".join(d.sentence for d in self.result.decisions if d.channel == channel)


def _mix(spec: MixSpec, out_dir: Path, desk: Desk | None = None) -> Mixed:
    result = mix(spec, out_dir, desk=desk)
    stems = {path.stem: read_wav(path)[0] for path in result.stem_paths}
    return Mixed(spec, result, stems, read_wav(result.mix_path)[0])


@pytest.fixture(scope="module")
def mixed(tmp_path_factory) -> Mixed:
    folder = tmp_path_factory.mktemp("mix")
    return _mix(_spec(folder, _channels()), folder / "out")


def test_stems_sum_to_the_mix_within_90_db(mixed):
    total = sum(stem.astype(np.float64) for stem in mixed.stems.values())
    assert db(np.abs(total - mixed.mix).max()) < -90.0
    assert list(mixed.stems) == [stem.name for stem in mixed.spec.stems]


def test_files_are_48_khz_24_bit_and_of_one_length(mixed):
    for path in (mixed.result.mix_path, *mixed.result.stem_paths):
        info = sf.info(path)
        assert (info.samplerate, info.subtype, info.channels) == (48_000, "PCM_24", 2)
        assert info.frames == round(DURATION_S * RATE_HZ)


def test_the_mix_keeps_its_headroom(mixed):
    assert -3.6 < db(np.abs(mixed.mix).max()) <= -2.99


def test_the_lead_stands_3_to_6_db_over_all_others_in_the_vocal_band(mixed):
    """The judge measures on the delivered stems with a filter of its own, where the lead sounds."""
    band = butter(4, [300.0, 4_000.0], "band", fs=RATE_HZ, output="sos")
    lead = sosfilt(band, mixed.stems["01-lead-vocal"])
    rest = sosfilt(band, mixed.mix - mixed.stems["01-lead-vocal"])
    hop = RATE_HZ // 2
    shape = (2, -1, hop)
    usable = lead.shape[1] // hop * hop
    lead_power, rest_power = ((x[:, :usable].reshape(shape) ** 2).mean(axis=(0, 2)) for x in (lead, rest))
    sung = lead_power > 0.1 * lead_power.max()
    assert sung.sum() >= 12
    over_db = np.median(10.0 * np.log10(lead_power[sung] / rest_power[sung]))
    assert 3.0 <= over_db <= 6.0


def test_every_instrument_is_audible_and_none_covers_the_lead(mixed):
    """Whatever its level was, each comes to a level of its role: within 20 dB under the lead, never over it."""
    lead_db = rms_db(mixed.stems["01-lead-vocal"])
    for name in ("02-strings", "03-pad", "04-harp", "05-flute", "07-drums"):
        assert lead_db - 22.0 < rms_db(mixed.stems[name]) < lead_db, name


def test_pan_puts_a_stem_on_its_side(mixed):
    for name, louder, softer in (("02-strings", 0, 1), ("04-harp", 1, 0)):
        stem = mixed.stems[name]
        assert rms_db(stem[louder : louder + 1]) > rms_db(stem[softer : softer + 1]) + 1.0, name
    bass = mixed.stems["06-bass"]
    assert abs(rms_db(bass[:1]) - rms_db(bass[1:])) < 0.5


def test_the_pad_steps_back_while_the_voice_sings(mixed, tmp_path):
    channels = {name: channel for name, channel in _channels().items() if name in ("02-strings", "01-lead-vocal")}
    alone = _mix(_spec(tmp_path, {"02-strings": channels["02-strings"]}, Space.STUDIO), tmp_path / "alone")
    both = _mix(_spec(tmp_path, channels, Space.STUDIO), tmp_path / "both")
    desk = read_desk(tmp_path / "both" / DESK_FILE)
    dip = next(decision for decision in desk.decisions if decision.id == "02-strings.unmask")
    desk = replace(desk, state=undone(desk.state, dip))  # what moves with the voice in one band alone is left out
    both = _mix(both.spec, tmp_path / "both", desk)
    step = both.stems["02-strings"], alone.stems["02-strings"]
    sung, rest = slice(2 * RATE_HZ, 5 * RATE_HZ), slice(round(7.2 * RATE_HZ), round(7.9 * RATE_HZ))
    change = [rms_db(step[0][:, span]) - rms_db(step[1][:, span]) for span in (sung, rest)]
    assert change[1] - change[0] == pytest.approx(2.5, abs=0.6)
    assert "Steps back 2.5 dB" in both.said("Band")


def test_rooms_ring_as_long_as_they_should(tmp_path):
    """The same clap in the studio and the cathedral: 1 s later only one of them still rings."""
    clap = np.zeros((2, 5 * RATE_HZ), np.float32)
    clap[:, RATE_HZ : RATE_HZ + 4_800] = material.noise(0.1, -10.0)
    left = {}
    for space in (Space.STUDIO, Space.CATHEDRAL):
        made = _mix(_spec(tmp_path, {"clap": (ChannelRole.STRINGS, 0.0, clap)}, space), tmp_path / space.value)
        left[space] = rms_db(made.mix[:, 2 * RATE_HZ : 3 * RATE_HZ]) - rms_db(made.mix[:, RATE_HZ : 2 * RATE_HZ])
    assert left[Space.STUDIO] < -60.0
    assert -35.0 < left[Space.CATHEDRAL] < -12.0


def test_a_silent_channel_stays_silent_and_is_named(mixed):
    assert not mixed.stems["08-empty"].any()
    assert "silent" in mixed.said("08-empty")


def test_every_decision_is_a_sentence_with_a_measure(mixed):
    told = {decision.channel for decision in mixed.result.decisions}
    assert told >= {*mixed.stems, "mix"} and told <= {*mixed.stems, "mix", "Band", "Vocals", "Bass and drums"}
    for decision in mixed.result.decisions:
        assert decision.sentence[0].isupper() and decision.sentence.endswith(".")
        if "silent" not in decision.sentence:
            assert re.search(r"\d", decision.sentence), decision.sentence


def test_the_same_spec_gives_the_same_bytes_and_another_seed_another_room(mixed, tmp_path):
    def digests(result: MixResult) -> list[str]:
        paths = (result.mix_path, *result.stem_paths)
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]

    again = mix(mixed.spec, tmp_path / "again")
    assert digests(again) == digests(mixed.result)
    assert digests(mix(replace(mixed.spec, seed=4), tmp_path / "other"))[0] != digests(again)[0]


def test_mono_short_and_other_rates_are_brought_to_one_form(tmp_path):
    wave = material.line([60, 64], 0.5, 3.0)
    sf.write(tmp_path / "mono.wav", 0.1 * wave[: 2 * RATE_HZ], RATE_HZ, subtype="FLOAT")
    slower = 0.1 * np.sin(2.0 * np.pi * 440.0 * np.arange(3 * 44_100) / 44_100)
    sf.write(tmp_path / "slower.wav", slower, 44_100, subtype="FLOAT")
    stems = (
        StemInput("mono", tmp_path / "mono.wav", ChannelRole.KEYS),
        StemInput("slower", tmp_path / "slower.wav", ChannelRole.WOODWIND),
    )
    made = _mix(MixSpec(stems, Space.STUDIO, 1), tmp_path / "out")
    assert made.mix.shape == (2, 3 * RATE_HZ)
    tone = made.stems["slower"][0, RATE_HZ : 2 * RATE_HZ] * np.hanning(RATE_HZ)
    assert np.argmax(np.abs(np.fft.rfft(tone))) == 440
    assert rms_db(made.stems["mono"][:, round(2.6 * RATE_HZ) :]) < rms_db(made.stems["mono"]) - 40.0


def test_a_mix_without_a_voice_and_one_of_silence(tmp_path):
    channels = _channels()
    band = {name: channels[name] for name in ("02-strings", "07-drums")}
    made = _mix(_spec(tmp_path, band), tmp_path / "band")
    assert -3.6 < db(np.abs(made.mix).max()) <= -2.99
    quiet = _mix(_spec(tmp_path, {"08-empty": channels["08-empty"]}), tmp_path / "quiet")
    assert not quiet.mix.any()


def test_bad_input_is_named(tmp_path):
    stem = StemInput("a", tmp_path / "a.wav", ChannelRole.PAD)
    write_wav(stem.path, material.chords(1.0), sample_rate_hz=RATE_HZ)
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    wrong = [
        (),
        (stem, stem),
        (replace(stem, name="../a"),),
        (replace(stem, name=""),),
        (replace(stem, path=tmp_path / "missing.wav"),),
        (replace(stem, path=tmp_path / "broken.wav"),),
    ]
    for stems in wrong:
        with pytest.raises(InvalidInput) as raised:
            mix(MixSpec(stems, Space.HALL, 1), tmp_path / "out")
        assert raised.value.field == "stems"


def test_cancelling_leaves_no_file(tmp_path):
    spec = _spec(tmp_path, {"02-strings": _channels()["02-strings"]})

    def cancel(fraction: float) -> None:
        if fraction > 0.5:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        mix(spec, tmp_path / "out", progress=cancel)
    assert list((tmp_path / "out").iterdir()) == []


def test_progress_only_grows_and_ends_at_one(tmp_path):
    spec = _spec(tmp_path, {"02-strings": _channels()["02-strings"]})
    seen: list[float] = []
    mix(spec, tmp_path / "out", progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

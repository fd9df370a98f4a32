"""Mixes of a sung verse and a band, with and without what a person asks of the voice."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.errors import InvalidInput
from mixer.contracts import ChannelRole, MixResult, MixSpec, ReverbKind, Space, StemInput, VoiceEffects
from mixer.engine.auto_mix import mix, set_desk
from mixer.engine.effects.pitch_track import track_pitch
from tests.mixer import material
from tests.mixer.material import RATE_HZ, db, rms_db
from tests.voicelab.verses import spec_of
from voicelab.contracts import VocalLine, VoiceStyle
from voicelab.engine.singer import sing

LEAD = "01-lead-vocal"
EVERYTHING = VoiceEffects(
    reverb_db=3.0,
    reverb=ReverbKind.ALGORITHMIC,
    bass_boost_db=4.0,
    pitch_semitones=-3.0,
    doubler=0.6,
    saturation=0.4,
    de_esser=0.5,
)


@pytest.fixture(scope="module")
def band(tmp_path_factory) -> tuple[StemInput, ...]:
    """A line sung by a man, dry and mono, over chords and drums."""
    folder = tmp_path_factory.mktemp("band")
    spec = spec_of("heroes", VoiceStyle.HEROIC_MALE)
    phrase = spec.lines[0].phrases[0]
    duration_s = phrase.words[-1].syllables[-1].notes[-1].end_s + 1.0
    sing(replace(spec, lines=(VocalLine((phrase,)),), duration_s=duration_s), folder / "sung.wav")
    write_wav(folder / "chords.wav", material.chords(duration_s), sample_rate_hz=RATE_HZ, subtype="FLOAT")
    write_wav(folder / "drums.wav", material.drums(duration_s), sample_rate_hz=RATE_HZ, subtype="FLOAT")
    return (
        StemInput(LEAD, folder / "sung.wav", ChannelRole.LEAD),
        StemInput("02-strings", folder / "chords.wav", ChannelRole.STRINGS),
        StemInput("03-drums", folder / "drums.wav", ChannelRole.DRUMS),
    )


def _mix(band: tuple[StemInput, ...], effects: VoiceEffects | None, out_dir: Path) -> MixResult:
    stems = (replace(band[0], effects=effects), *band[1:])
    return mix(MixSpec(stems, Space.CHAMBER, 3), out_dir)


def _digests(result: MixResult) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in (result.mix_path, *result.stem_paths)]


def _stem(result: MixResult, name: str = LEAD) -> np.ndarray:
    return read_wav(next(path for path in result.stem_paths if path.stem == name))[0]


@pytest.fixture(scope="module")
def plain(band, tmp_path_factory) -> MixResult:
    return _mix(band, None, tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def full(band, tmp_path_factory) -> MixResult:
    return _mix(band, EVERYTHING, tmp_path_factory.mktemp("full"))


def test_effects_that_ask_for_nothing_change_no_bit(band, plain, tmp_path):
    assert _digests(_mix(band, VoiceEffects(), tmp_path)) == _digests(plain)


def test_stems_with_every_effect_still_sum_to_the_mix(full):
    total = sum(read_wav(path)[0].astype(np.float64) for path in full.stem_paths)
    mixed, _ = read_wav(full.mix_path)
    assert db(np.abs(total - mixed).max()) < -100.0
    assert -3.6 < db(np.abs(mixed).max()) <= -2.99


def test_every_wish_is_a_sentence_with_its_amount(plain, full):
    def said(result: MixResult) -> list[str]:
        return [decision.sentence for decision in result.decisions if decision.channel == LEAD]

    wishes = [sentence for sentence in said(full) if "as asked" in sentence]
    for word in ("3 semitones down", "4.0 dB below", "Doubled", "60%", "Saturation at 40%", "De-esser at 50%"):
        assert sum(word in sentence for sentence in wishes) == 1, word
    assert any("3.0 dB more" in sentence and "delay network" in sentence for sentence in wishes)
    assert not any("as asked" in sentence for sentence in said(plain))


def test_the_leads_stem_is_what_was_asked(plain, full):
    """Three semitones lower, as long, still over the band."""
    before, after = _stem(plain), _stem(full)
    assert before.shape == after.shape
    tracks = [track_pitch(x.mean(axis=0), sample_rate_hz=RATE_HZ) for x in (before, after)]
    both = (tracks[0].clarity > 0.9) & (tracks[1].clarity > 0.9)
    assert both.sum() > 50
    cents = 1200.0 * np.log2(tracks[1].f0_hz[both] / tracks[0].f0_hz[both])
    assert np.median(cents) == pytest.approx(-300.0, abs=8.0)

    rest = _stem(full, "02-strings") + _stem(full, "03-drums")
    voiced = butter(4, [300.0, 4_000.0], "band", fs=RATE_HZ, output="sos")
    sung = slice(round(1.2 * RATE_HZ), round(3.0 * RATE_HZ))
    assert rms_db(sosfilt(voiced, after)[:, sung]) > rms_db(sosfilt(voiced, rest)[:, sung]) + 1.0


def test_a_doubled_lead_is_wide_without_its_room(band, tmp_path):
    sides_db = []
    for doubler in (0.0, 1.0):
        stems = (replace(band[0], effects=VoiceEffects(reverb_db=-12.0, doubler=doubler)),)
        lead = _stem(mix(MixSpec(stems, Space.STUDIO, 3), tmp_path / f"{doubler}"))
        sides_db.append(rms_db(lead[:1] - lead[1:]) - rms_db(lead))
    assert sides_db[1] > sides_db[0] + 6.0


@pytest.mark.parametrize("kind", list(ReverbKind))
def test_more_or_less_room_is_heard_after_the_last_word(band, kind, tmp_path):
    """The tail against the song: 12 dB between less and more, in either kind of room."""
    tails = []
    for reverb_db in (-6.0, 6.0):
        stems = (replace(band[0], effects=VoiceEffects(reverb_db=reverb_db, reverb=kind)),)
        lead = _stem(mix(MixSpec(stems, Space.CHAMBER, 3), tmp_path / f"{reverb_db}"))
        dry, _ = read_wav(band[0].path)
        sounding = np.flatnonzero(np.abs(dry[0]) > 1e-3)
        end = sounding[-1] + RATE_HZ // 10
        tails.append(rms_db(lead[:, end : end + RATE_HZ // 4]) - rms_db(lead[:, :end]))
    assert tails[1] - tails[0] == pytest.approx(12.0, abs=1.5)


def test_a_whisper_is_told_that_it_has_no_pitch_to_move(tmp_path):
    write_wav(tmp_path / "whisper.wav", material.whisper(4.0)[:1], sample_rate_hz=RATE_HZ, subtype="FLOAT")
    stem = StemInput("w", tmp_path / "whisper.wav", ChannelRole.LEAD, effects=VoiceEffects(pitch_semitones=4.0))
    made = mix(MixSpec((stem,), Space.STUDIO, 1), tmp_path / "moved")
    still = mix(MixSpec((replace(stem, effects=None),), Space.STUDIO, 1), tmp_path / "still")
    assert made.mix_path.read_bytes() == still.mix_path.read_bytes()
    assert "no pitch" in made.decisions[0].sentence or "has a pitch, as in a whisper" in made.decisions[0].sentence


def test_a_stereo_section_moves_with_both_sides(tmp_path):
    write_wav(tmp_path / "choir.wav", material.chords(3.0), sample_rate_hz=RATE_HZ, subtype="FLOAT")
    stem = StemInput("c", tmp_path / "choir.wav", ChannelRole.CHOIR, effects=VoiceEffects(pitch_semitones=5.0))
    made = mix(MixSpec((stem,), Space.STUDIO, 1), tmp_path / "out")
    assert "several voices" in made.decisions[0].sentence
    wave = _stem(made, "c")[:, RATE_HZ // 2 : RATE_HZ * 3 // 2]
    spectrum = np.abs(np.fft.rfft(wave.mean(axis=0) * np.hanning(RATE_HZ)))
    moved_hz, was_hz = (440.0 * 2.0 ** ((midi - 69.0) / 12.0) for midi in (62.0, 57.0))
    assert spectrum[round(moved_hz) - 2 : round(moved_hz) + 3].max() > 10.0 * spectrum[round(was_hz)]


def test_effects_out_of_range_are_refused_before_anything_is_written(band, tmp_path):
    with pytest.raises(InvalidInput) as raised:
        _mix(band, VoiceEffects(pitch_semitones=13.0), tmp_path / "out")
    assert raised.value.field == "effects.pitch_semitones"
    assert not list((tmp_path / "out").iterdir())


def test_a_hot_s_is_softened_by_itself_and_a_usual_one_is_not(band, tmp_path):
    """The sung line as it is, and with its range above 5 kHz raised by 20 dB."""
    dry, _ = read_wav(band[0].path)
    high = sosfilt(butter(4, 5_000.0, "high", fs=RATE_HZ, output="sos"), dry)

    def desk_of(audio: np.ndarray):
        write_wav(tmp_path / "lead.wav", audio.astype(np.float32), sample_rate_hz=RATE_HZ, subtype="FLOAT")
        lead = StemInput("lead", tmp_path / "lead.wav", ChannelRole.LEAD)
        return set_desk(MixSpec((lead,), Space.STUDIO, 1), tmp_path)

    def amounts(desk) -> list[float]:
        return [slot.params["amount"] for slot in desk.state.channels[0].effects if slot.kind == "de_esser"]

    usual, hot = desk_of(dry), desk_of(dry + 9.0 * high)
    assert amounts(usual) == []
    assert len(amounts(hot)) == 1 and 0.2 <= amounts(hot)[0] <= 0.6
    assert any("sibilants lay at" in decision.sentence for decision in hot.decisions)
    assert not any("De-esser" in decision.sentence for decision in usual.decisions)
    assert amounts(desk_of(material.whisper(4.0)[:1])) == [], "a whisper is hiss by nature"


def test_backing_vocals_stay_behind_the_lead_which_is_heard_over_all(tmp_path):
    """A lead, a band, a wide pair of backing voices: under the lead by their distance, and wide.

    They take a share of what may lie under the lead, so the band gives way a little (3 dB at most), the lead does not.
    """
    duration_s = 12.0
    below, above = (material.line([m - s for m in (69, 71, 72, 67)], 0.5, duration_s) for s in (4, -3))
    stems = {
        "lead": (ChannelRole.LEAD, material.singer(duration_s)),
        "backing": (ChannelRole.BACKING, (0.4 * np.stack([below, above])).astype(np.float32)),
        "band": (ChannelRole.STRINGS, material.chords(duration_s)),
    }
    inputs = []
    for name, (role, audio) in stems.items():
        write_wav(tmp_path / f"{name}.wav", audio, sample_rate_hz=RATE_HZ, subtype="FLOAT")
        inputs.append(StemInput(name, tmp_path / f"{name}.wav", role))
    made = mix(MixSpec(tuple(inputs), Space.HALL, 2), tmp_path / "with")
    without = mix(MixSpec((inputs[0], inputs[2]), Space.HALL, 2), tmp_path / "without")
    lead, backing, bed = (_stem(made, name) for name in stems)
    sung = slice(RATE_HZ, 5 * RATE_HZ)
    assert 6.0 < rms_db(lead[:, sung]) - rms_db(backing[:, sung]) < 14.0
    assert rms_db(backing[:1] - backing[1:]) > rms_db(backing) - 3.0
    words = butter(4, [300.0, 4_000.0], "band", fs=RATE_HZ, output="sos")
    over_db = rms_db(sosfilt(words, lead)[:, sung]) - rms_db(sosfilt(words, backing + bed)[:, sung])
    assert 3.0 < over_db < 6.5
    change_db = (rms_db(bed) - rms_db(lead)) - (rms_db(_stem(without, "band")) - rms_db(_stem(without, "lead")))
    assert -3.0 < change_db < 0.5


def test_lead_and_backing_alone_need_no_accompaniment(tmp_path):
    for name, level in (("lead", 1.0), ("backing", 0.5)):
        write_wav(tmp_path / f"{name}.wav", level * material.singer(4.0), sample_rate_hz=RATE_HZ, subtype="FLOAT")
    roles = (ChannelRole.LEAD, ChannelRole.BACKING)
    stems = tuple(StemInput(role.value, tmp_path / f"{role.value}.wav", role) for role in roles)
    made = mix(MixSpec(stems, Space.STUDIO, 1), tmp_path / "out")
    assert not any("Accompaniment" in decision.sentence for decision in made.decisions)
    assert rms_db(_stem(made, "lead")) > rms_db(_stem(made, "backing")) + 6.0

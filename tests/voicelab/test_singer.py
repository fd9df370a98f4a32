"""The singer as a machine: exact files, replay, isolation of phrases, level, memory of mistakes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from codecraft.common.audio import read_wav
from codecraft.common.errors import Cancelled, InvalidInput, Unavailable
from tests.voicelab.verses import line_of, notes_of, spec_of
from tests.voicelab.words import spec_of_words, sung_word
from voicelab.contracts import SingSpec, SungNote, SungWord, VocalLine, VocalPhrase, VoiceStyle
from voicelab.engine.singer import sing
from voicelab.engine.singer.network import Voice, bundled_model_path
from voicelab.engine.singer.phrasing import LONGEST_PHRASE_S, end_s, singable, start_s

VERSE = "heroes"


def one_line_spec(voice: VoiceStyle, *, line: int = 0, duration_s: float | None = None, seed: int = 7) -> SingSpec:
    whole = spec_of(VERSE, voice, seed=seed)
    phrase = whole.lines[0].phrases[line]
    return replace(whole, lines=(VocalLine((phrase,)),), duration_s=duration_s or end_s(phrase) + 0.5)


@pytest.fixture(scope="module")
def takes(tmp_path_factory) -> dict[VoiceStyle, Path]:
    folder = tmp_path_factory.mktemp("takes")
    return {v: sing(spec_of(VERSE, v, harmony=True), folder / f"{v}.wav").path for v in VoiceStyle}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("voice", list(VoiceStyle))
def test_file_is_exactly_as_long_as_asked_and_starts_at_zero(takes, voice):
    audio, rate_hz = read_wav(takes[voice])
    spec = spec_of(VERSE, voice)
    assert rate_hz == 48_000
    assert audio.shape == (2 if voice is VoiceStyle.CHOIR else 1, round(spec.duration_s * 48_000))
    first_note = int(notes_of(spec)[0].start_s * rate_hz)
    assert np.abs(audio[:, : first_note - rate_hz * 8 // 10]).max() < 1e-4, "sound long before the first note"
    assert np.sqrt(np.mean(audio[:, first_note : first_note + rate_hz // 5] ** 2)) > 0.01, "the first note is silent"


@pytest.mark.parametrize("voice", list(VoiceStyle))
def test_level_suits_a_mixer(takes, voice):
    audio, rate_hz = read_wav(takes[voice])
    loudness = pyloudnorm.Meter(rate_hz).integrated_loudness(audio.T.astype(float))
    assert -25.0 < loudness < -17.0
    assert np.abs(audio).max() < 0.9
    assert np.isfinite(audio).all()
    assert abs(float(audio.mean())) < 1e-3


@pytest.mark.parametrize("voice", [VoiceStyle.HEROIC_MALE, VoiceStyle.CHOIR])
def test_same_seed_same_bytes_and_another_seed_another_take(voice, tmp_path):
    spec = one_line_spec(voice)
    first = sing(spec, tmp_path / "a.wav").path
    again = sing(spec, tmp_path / "b.wav").path
    other = sing(replace(spec, seed=8), tmp_path / "c.wav").path
    assert sha256(first) == sha256(again)
    assert sha256(first) != sha256(other)


@pytest.mark.parametrize("voice", [VoiceStyle.SOPRANO, VoiceStyle.WHISPER, VoiceStyle.CHOIR])
def test_a_phrase_sounds_the_same_alone_as_in_the_song(takes, voice, tmp_path):
    spec = spec_of(VERSE, voice, harmony=True)
    phrase = singable(spec.lines[0])[2].phrase
    lines = tuple(VocalLine((line.phrases[2],)) for line in spec.lines)
    alone = sing(replace(spec, lines=lines), tmp_path / "alone.wav").path
    here, rate_hz = read_wav(alone)
    song, _ = read_wav(takes[voice])
    span = slice(int((start_s(phrase) - 0.02) * rate_hz), int(end_s(phrase) * rate_hz))
    assert np.abs(here[:, span]).max() > 0.1
    assert np.array_equal(here[:, span], song[:, span])


def test_other_sample_rates_keep_time_and_level(tmp_path):
    spec = one_line_spec(VoiceStyle.SOPRANO)
    at_48, _ = read_wav(sing(spec, tmp_path / "48.wav").path)
    at_24, rate_hz = read_wav(sing(replace(spec, sample_rate_hz=24_000), tmp_path / "24.wav").path)
    assert rate_hz == 24_000 and at_24.shape[1] == round(spec.duration_s * 24_000)
    from scipy.signal import resample_poly

    down = resample_poly(at_48, 1, 2, axis=1)[:, : at_24.shape[1]]
    assert np.corrcoef(down[0], at_24[0])[0, 1] > 0.99


def test_no_clicks_where_phrases_begin_and_end(takes):
    audio, rate_hz = read_wav(takes[VoiceStyle.SOPRANO])
    for phrase in spec_of(VERSE, VoiceStyle.SOPRANO).lines[0].phrases:
        after = audio[0, int((end_s(phrase) + 0.2) * rate_hz) : int((end_s(phrase) + 0.3) * rate_hz)]
        assert np.abs(np.diff(after)).max() < 0.02


def test_breath_is_heard_only_where_there_is_room(tmp_path):
    def before_second(rest_s: float, *, starts: int = 2) -> np.ndarray:
        at = (1.0, 2.0 + rest_s)
        phrases = tuple(VocalPhrase((sung_word("ah", "", "ɑ", "", SungNote(s, s + 1.0, 67.0)),)) for s in at[:starts])
        spec = SingSpec((VocalLine(phrases),), VoiceStyle.SOPRANO, 4.5, seed=1)
        audio, rate_hz = read_wav(sing(spec, tmp_path / f"{rest_s}-{starts}.wav").path)
        return audio[0, int((at[1] - 0.3) * rate_hz) : int((at[1] - 0.15) * rate_hz)]

    breath = before_second(1.0)
    assert 1e-3 < np.sqrt(np.mean(breath[:4_800] ** 2)) < 0.05, "a breath is heard, far below the voice"
    assert np.array_equal(before_second(0.0), before_second(0.0, starts=1)), "no breath where there is no room"


def test_choir_fills_the_stage_and_sings_in_octaves(takes):
    audio, rate_hz = read_wav(takes[VoiceStyle.CHOIR])
    left, right = audio
    assert np.corrcoef(left, right)[0, 1] < 0.9
    assert 0.5 < np.sqrt(np.mean(left**2) / np.mean(right**2)) < 2.0
    last = notes_of(spec_of(VERSE, VoiceStyle.CHOIR))[-1]
    piece = audio[:, int((last.start_s + 0.3) * rate_hz) : int((last.end_s - 0.2) * rate_hz)].mean(axis=0)
    spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece))))
    hz = np.fft.rfftfreq(len(piece), 1.0 / rate_hz)
    written = 440.0 * 2.0 ** ((last.midi - 69.0) / 12.0)

    def level(centre_hz: float) -> float:
        return float(spectrum[np.abs(hz - centre_hz) < 0.03 * centre_hz].max())

    floor = float(np.median(spectrum[(hz > 80) & (hz < 500)]))
    assert level(written) > 10 * floor and level(written / 2) > 10 * floor


def test_a_very_long_phrase_is_cut_where_there_are_rests_and_keeps_every_word():
    line, _ = line_of("storm", 62)
    joined = VocalPhrase(tuple(w for p in line.phrases for w in p.words))
    pieces = [group.phrase for group in singable(VocalLine((joined,)))]
    assert len(pieces) >= 2 and all(end_s(p) - start_s(p) <= LONGEST_PHRASE_S for p in pieces)
    assert [w.text for p in pieces for w in p.words] == [w.text for w in joined.words]


def test_one_note_of_twenty_seconds_is_sung_to_its_end(tmp_path):
    spec = spec_of_words(sung_word("ah", "", "ɑ", "", SungNote(0.5, 20.5, 64.0)), duration_s=21.0)
    audio, rate_hz = read_wav(sing(spec, tmp_path / "long.wav").path)
    seconds = [np.sqrt(np.mean(audio[0, int(s * rate_hz) : int((s + 1) * rate_hz)] ** 2)) for s in range(1, 20)]
    assert min(seconds) > 0.25 * max(seconds)


def test_fast_syllables_and_a_first_note_at_zero_are_sung(tmp_path):
    notes = [SungNote(0.1 * i, 0.1 * (i + 1), 64.0 + i % 3) for i in range(12)]
    words = [sung_word("strengths", "stɹ", "ɛ", "ŋkθs", note) for note in notes]
    audio, _ = read_wav(sing(spec_of_words(*words, duration_s=2.0), tmp_path / "fast.wav").path)
    assert np.abs(audio).max() > 0.05 and np.isfinite(audio).all()


def test_silence_when_there_is_nothing_to_sing(tmp_path):
    spec = SingSpec((VocalLine(()),), VoiceStyle.SOPRANO, 1.5, seed=1)
    audio, _ = read_wav(sing(spec, tmp_path / "rest.wav").path)
    assert audio.shape == (1, 72_000) and not audio.any()


NOTE = SungNote(1.0, 1.5, 64.0)
BAD = {
    "overlap": (sung_word("a", "", "ɑ", "", NOTE), sung_word("b", "b", "ɑ", "", SungNote(1.3, 2.0, 64.0))),
    "order": (sung_word("a", "", "ɑ", "", SungNote(2.0, 2.5, 64.0)), sung_word("b", "b", "ɑ", "", NOTE)),
    "short": (sung_word("a", "", "ɑ", "", SungNote(1.0, 1.01, 64.0)),),
    "backwards": (sung_word("a", "", "ɑ", "", SungNote(1.5, 1.0, 64.0)),),
    "outside": (sung_word("a", "", "ɑ", "", SungNote(3.9, 4.5, 64.0)),),
    "before zero": (sung_word("a", "", "ɑ", "", SungNote(-0.1, 0.5, 64.0)),),
    "not a number": (sung_word("a", "", "ɑ", "", SungNote(1.0, 1.5, float("nan"))),),
    "inaudible pitch": (sung_word("a", "", "ɑ", "", SungNote(1.0, 1.5, 140.0)),),
    "no vowel": (sung_word("a", "s", "t", "", NOTE),),
    "no note": (sung_word("a", "", "ɑ", ""),),
    "no syllable": (SungWord("a", ()),),
}


@pytest.mark.parametrize("fault", BAD)
def test_what_cannot_be_sung_is_refused_in_one_sentence_and_leaves_no_file(fault, tmp_path):
    with pytest.raises(InvalidInput) as caught:
        sing(spec_of_words(*BAD[fault]), tmp_path / "bad.wav")
    assert caught.value.field == "lines[0]" and caught.value.message.endswith(".")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": ()}, "lines"),
        ({"duration_s": 0.0}, "duration_s"),
        ({"duration_s": float("inf")}, "duration_s"),
        ({"sample_rate_hz": 100}, "sample_rate_hz"),
    ],
)
def test_impossible_specs_name_their_field(change, field, tmp_path):
    spec = replace(spec_of_words(sung_word("a", "", "ɑ", "", NOTE)), **change)
    with pytest.raises(InvalidInput) as caught:
        sing(spec, tmp_path / "bad.wav")
    assert caught.value.field == field


def test_cancelling_leaves_nothing_behind(tmp_path):
    def progress(fraction: float) -> None:
        if fraction > 0.3:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        sing(spec_of(VERSE, VoiceStyle.SOPRANO), tmp_path / "half.wav", progress=progress)
    assert not list(tmp_path.iterdir())


def test_progress_rises_to_one(tmp_path):
    seen: list[float] = []
    sing(spec_of(VERSE, VoiceStyle.WHISPER), tmp_path / "w.wav", progress=seen.append)
    assert seen == sorted(seen) and seen[-1] == 1.0 and len(seen) > 3


def test_another_network_is_refused_by_name(tmp_path):
    import onnx

    model = onnx.load(bundled_model_path())
    for node in model.graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                if name == "/Concat_43_output_0":
                    names[i] = "/Concat_99_output_0"
    onnx.save(model, tmp_path / "other.onnx")
    with pytest.raises(Unavailable, match=r"hibari-tts==0\.2\.1"):
        Voice(tmp_path / "other.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"not a graph")
    with pytest.raises(Unavailable):
        Voice(tmp_path / "broken.onnx")

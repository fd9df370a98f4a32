"""Backing singers: kin of the lead, wide of the middle, softer in their hisses, in tune, and never alone in charge."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import read_wav
from tests.judges.pitch import note_errors_cents, pitch_track, share_in_tune
from tests.voicelab.verses import notes_of, spec_of
from voicelab.contracts import BACKING_VOICES, SingSpec, VocalGroup, VocalLine, VoiceStyle
from voicelab.engine.backing import SINGERS_PER_LINE, backing_seats
from voicelab.engine.singer import sing
from voicelab.engine.voices import SOLOISTS

VERSE = "rise"


def one_phrase(voice: VoiceStyle, group: VocalGroup) -> SingSpec:
    spec = spec_of(VERSE, voice)
    return replace(spec, lines=(VocalLine(spec.lines[0].phrases[:2]),), group=group)


@pytest.fixture(scope="module")
def takes(tmp_path_factory) -> dict[tuple[VoiceStyle, VocalGroup], Path]:
    folder = tmp_path_factory.mktemp("backing")
    voices = (VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO)
    return {(v, g): sing(one_phrase(v, g), folder / f"{v}-{g}.wav").path for v in voices for g in VocalGroup}


@pytest.mark.parametrize("voice", [v for v in VoiceStyle if BACKING_VOICES[v]])
def test_doubles_are_kin_of_the_lead_and_no_two_singers_are_alike(voice):
    seats = backing_seats(voice, 3)
    singers = [s for line in seats for s in line]
    assert all(len(line) == SINGERS_PER_LINE for line in seats)
    assert len({(s.formant_scale, s.detune_cents, s.pan) for s in singers}) == len(singers)
    lead = SOLOISTS[voice]
    for double in seats[0]:
        assert abs(double.formant_scale / lead.formant_scale - 1.0) < 0.03
        assert double.whispered == lead.whispered and double.sharp_db < lead.sharp_db
    assert backing_seats(voice, 2) == seats[:2], "a seat is known by its line and side alone"


@pytest.mark.parametrize("voice", [VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO])
def test_a_backing_group_is_wide_and_leaves_the_middle_to_the_lead(takes, voice):
    (left, right), _ = read_wav(takes[voice, VocalGroup.BACKING])
    side, middle = (left - right) / 2.0, (left + right) / 2.0
    assert -7.0 < 10.0 * np.log10(np.mean(side**2) / np.mean(middle**2)) < 3.0
    assert abs(10.0 * np.log10(np.mean(left**2) / np.mean(right**2))) < 2.0


def hiss_db(path: Path, spec: SingSpec, word: str) -> float:
    """Level of the hiss (5.5 to 10 kHz) that opens `word` against the voice's body (200 Hz to 3 kHz)."""
    audio, rate_hz = read_wav(path)
    frames = np.lib.stride_tricks.sliding_window_view(audio[0], 1024)[::256] * np.hanning(1024)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    hz = np.fft.rfftfreq(1024, 1.0 / rate_hz)
    high = power[:, (hz > 5_500) & (hz < 10_000)].sum(axis=1)
    body = power[:, (hz > 200) & (hz < 3_000)].sum(axis=1)
    words = [w for p in spec.lines[0].phrases for w in p.words]
    vowel_s = next(w for w in words if w.text == word).syllables[0].notes[0].start_s
    around = slice(int((vowel_s - 0.2) * rate_hz / 256), int(vowel_s * rate_hz / 256))
    return float(10.0 * np.log10(high[around].max() / np.percentile(body, 75)))


@pytest.mark.parametrize("voice", [VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO])
def test_hisses_do_not_double_those_of_the_lead(takes, voice):
    lead, backing = (hiss_db(takes[voice, g], one_phrase(voice, g), "sun") for g in VocalGroup)
    assert backing < lead - 5.0


@pytest.mark.parametrize("voice", [VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO])
def test_doubles_are_in_tune(takes, voice):
    spec = one_phrase(voice, VocalGroup.BACKING)
    errors = note_errors_cents(*pitch_track(takes[voice, VocalGroup.BACKING]), notes_of(spec))
    assert share_in_tune(errors) >= 0.9


def test_every_line_has_singers_of_its_own(tmp_path):
    spec = one_phrase(VoiceStyle.SOPRANO, VocalGroup.BACKING)
    silent = VocalLine(())
    third = replace(spec, lines=(silent, silent, spec.lines[0]))
    audio, _ = read_wav(sing(third, tmp_path / "low.wav").path)
    first, _ = read_wav(sing(spec, tmp_path / "double.wav").path)
    assert np.abs(audio).max() > 0.02
    assert not np.array_equal(audio, first)

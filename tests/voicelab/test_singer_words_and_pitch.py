"""The singer as people hear it: the words by Whisper, the notes by WORLD's Harvest, the beat by where voices start."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from codecraft.common.audio import read_wav
from tests.judges.pitch import note_errors_cents, pitch_track, share_in_tune
from tests.judges.speech import transcribe, word_errors
from tests.voicelab.verses import NAMES, notes_of, spec_of, text_of
from voicelab.contracts import SingSpec, VoiceStyle
from voicelab.engine.singer import sing

SOLO = (VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO, VoiceStyle.WHISPER)
PITCHED = (VoiceStyle.HEROIC_MALE, VoiceStyle.SOPRANO)
FEW = ("rise", "heroes", "city")
MOST_WORD_ERRORS = 0.10
LEAST_IN_TUNE = 0.90
VOICELESS = frozenset("ptkfθsʃʧ")


@pytest.fixture(scope="module")
def sung(tmp_path_factory):
    """Sings each verse once for all judges of this file."""
    folder, done = tmp_path_factory.mktemp("verses"), {}

    def take(name: str, voice: VoiceStyle) -> tuple[SingSpec, Path]:
        if (name, voice) not in done:
            spec = spec_of(name, voice)
            done[name, voice] = spec, sing(spec, folder / f"{name}-{voice}.wav").path
        return done[name, voice]

    return take


@cache
def tracked(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Harvest is the slowest judge: each take is tracked once."""
    return pitch_track(path)


def share_of_wrong_words(sung, names, voice: VoiceStyle) -> tuple[float, list[str]]:
    errors = words = 0
    heard = []
    for name in names:
        text, _ = transcribe(sung(name, voice)[1])
        wrong, count = word_errors(text_of(name), text)
        errors, words = errors + wrong, words + count
        heard.append(f"{name}: {text}")
    return errors / words, heard


def all_note_errors(sung, names, voice: VoiceStyle) -> np.ndarray:
    takes = [sung(name, voice) for name in names]
    return np.concatenate([note_errors_cents(*tracked(path), notes_of(spec)) for spec, path in takes])


@pytest.mark.parametrize("voice", SOLO)
def test_words_are_heard(sung, voice):
    share, heard = share_of_wrong_words(sung, FEW, voice)
    assert share <= MOST_WORD_ERRORS, heard


@pytest.mark.parametrize("voice", PITCHED)
def test_notes_are_in_tune(sung, voice):
    errors = all_note_errors(sung, FEW, voice)
    assert share_in_tune(errors) >= LEAST_IN_TUNE
    assert np.median(np.abs(errors)) < 10.0


@pytest.mark.slow
@pytest.mark.parametrize("voice", SOLO)
def test_words_of_a_dozen_verses_are_heard(sung, voice):
    share, heard = share_of_wrong_words(sung, NAMES, voice)
    assert share <= MOST_WORD_ERRORS, heard


@pytest.mark.slow
@pytest.mark.parametrize("voice", PITCHED)
def test_notes_of_a_dozen_verses_are_in_tune(sung, voice):
    assert share_in_tune(all_note_errors(sung, NAMES, voice)) >= LEAST_IN_TUNE


@pytest.mark.parametrize("voice", PITCHED)
def test_no_vowel_is_swallowed(sung, voice):
    """A silent vowel would pass the pitch judge as noise: every note is within 12 dB of the verse's median."""
    for name in FEW:
        spec, path = sung(name, voice)
        audio, rate_hz = read_wav(path)
        levels = []
        for note in notes_of(spec):
            stop_s = 0.4 * note.start_s + 0.6 * note.end_s
            middle = audio[0, int((note.start_s + 0.02) * rate_hz) : int(stop_s * rate_hz)]
            levels.append(10.0 * np.log10(np.mean(middle**2) + 1e-12))
        assert min(levels) > np.median(levels) - 12.0


@pytest.mark.parametrize("voice", PITCHED)
def test_nuclei_start_on_their_notes(sung, voice):
    """After a voiceless consonant, the voice sets in on the beat."""
    late = np.concatenate([voice_onsets_late_s(*sung(name, voice)) for name in FEW])
    assert len(late) >= 8
    assert abs(np.median(late)) < 0.035
    assert np.percentile(np.abs(late), 90) < 0.08


def voice_onsets_late_s(spec: SingSpec, path: Path) -> np.ndarray:
    time_s, f0_hz = tracked(path)
    onsets_s = time_s[1:][(f0_hz[1:] > 0) & (f0_hz[:-1] == 0)]
    syllables = [s for p in spec.lines[0].phrases for w in p.words for s in w.syllables]
    late = []
    for syllable in syllables:
        if syllable.onset and syllable.onset[-1] in VOICELESS:
            start_s = syllable.notes[0].start_s
            near = onsets_s[np.abs(onsets_s - start_s) < 0.12] - start_s
            if len(near):
                late.append(near[np.argmin(np.abs(near))])
    return np.array(late)


def test_the_judge_of_pitch_hears_wrong_notes(sung):
    """A judge that passes everything judges nothing: the same take against a melody a tone higher fails."""
    spec, path = sung(FEW[0], VoiceStyle.SOPRANO)
    shifted = [replace(n, midi=n.midi + 1.0) for n in notes_of(spec)]
    assert share_in_tune(note_errors_cents(*tracked(path), shifted)) < 0.2


def test_the_judge_of_words_hears_wrong_words(sung):
    text, _ = transcribe(sung(FEW[0], VoiceStyle.SOPRANO)[1])
    wrong, count = word_errors(text_of("grief"), text)
    assert wrong / count > 0.7

"""Single words on notes of one's choice, sung, and what can be measured of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav
from tests.judges.pitch import pitch_track
from voicelab.contracts import (
    Expression,
    SingSpec,
    SungNote,
    SungSyllable,
    SungWord,
    VocalLine,
    VocalPhrase,
    VoiceStyle,
)
from voicelab.engine.singer import sing


def sung_word(text: str, onset: str, nucleus: str, coda: str, *notes: SungNote, stress: int = 2) -> SungWord:
    return SungWord(text, (SungSyllable(text, onset, nucleus, coda, stress, notes),))


def held(start_s: float, end_s: float, midi: float, **expression) -> SungNote:
    return SungNote(start_s, end_s, midi, Expression(**expression) if expression else None)


def phrase_of(*words: SungWord, **facts) -> VocalPhrase:
    return VocalPhrase(words, **facts)


def spec_of_words(*words: SungWord, duration_s: float = 4.0, voice: VoiceStyle = VoiceStyle.SOPRANO) -> SingSpec:
    return spec_of_phrases(VocalPhrase(words), duration_s=duration_s, voice=voice)


def spec_of_phrases(*phrases: VocalPhrase, duration_s: float = 4.0, voice: VoiceStyle = VoiceStyle.SOPRANO) -> SingSpec:
    return SingSpec((VocalLine(phrases),), voice, duration_s, seed=1)


class Heard:
    """A take as it is heard: levels and pitch at times of the song."""

    def __init__(self, spec: SingSpec, path: Path) -> None:
        self.take = sing(spec, path)
        self.audio, self.rate_hz = read_wav(path)
        self._track = None

    def between(self, start_s: float, end_s: float) -> np.ndarray:
        return self.audio[:, int(start_s * self.rate_hz) : int(end_s * self.rate_hz)]

    def level_db(self, start_s: float, end_s: float) -> float:
        return float(10.0 * np.log10(np.mean(self.between(start_s, end_s) ** 2) + 1e-12))

    def levels_db(self, start_s: float, end_s: float, *, step_s: float) -> np.ndarray:
        return np.array([self.level_db(at, at + step_s) for at in np.arange(start_s, end_s - step_s / 2, step_s)])

    def cents(self, start_s: float, end_s: float, *, midi: float) -> tuple[np.ndarray, np.ndarray]:
        """Times and distances from `midi` in cents, by WORLD's Harvest, where it hears a voice."""
        if self._track is None:
            self._track = pitch_track(self.take.path)
        time_s, f0_hz = self._track
        inside = (time_s >= start_s) & (time_s < end_s) & (f0_hz > 0)
        return time_s[inside], 1200.0 * np.log2(f0_hz[inside] / 440.0) - 100.0 * (midi - 69.0)

"""What speech asks of whoever speaks: the local voice, gTTS or OpenAI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from codecraft.common.progress import Progress, ignore_progress
from voicelab.contracts import SpeechSource, SpokenWord, VoiceStyle
from voicelab.engine.speech.text import Reading

SPEECH_RATE_HZ = 48_000
SPEECH_LUFS = -20.0
SLOWEST, FASTEST = 0.5, 2.0


@dataclass(frozen=True)
class Utterance:
    """One sentence as it was spoken: `wave` (samples,) float32 at 48 kHz, about -20 LUFS, with no more silence than
    its fades before and after; `words` in seconds from its first sample, one for each written word."""

    wave: np.ndarray
    words: tuple[SpokenWord, ...]

    @property
    def length_s(self) -> float:
        return len(self.wave) / SPEECH_RATE_HZ


class SpeechFailed(Exception):
    """An engine said nothing that can be used. `reason` ends the sentence "… because {reason}"; `passing` means that
    asking again at once may help."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


class SpeechEngine(Protocol):
    """Speaks one sentence at a time. `source` becomes `Speech.source`."""

    source: SpeechSource

    def say(
        self, reading: Reading, voice: VoiceStyle, *, rate: float, seed: int, progress: Progress = ignore_progress
    ) -> Utterance:
        """`reading` is one sentence (at most about 40 words); `rate` 0.5..2 is its pace against the voice's own.

        `progress` is called now and then with 0..1 and may raise Cancelled, which goes through. Raises SpeechFailed
        when the engine cannot be reached, refuses, or answers with something that is no speech.
        """
        ...

    def notices(self, voice: VoiceStyle) -> tuple[str, ...]:
        """What a person should know about this engine speaking as `voice`; often nothing."""
        ...

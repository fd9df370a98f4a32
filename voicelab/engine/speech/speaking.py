"""Text to a file of speech: sentence by sentence, so memory does not grow with the text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codecraft.common.audio import open_wav_writer
from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress, span
from voicelab.contracts import SpeakSpec, Speech, SpeechSource, SpokenWord
from voicelab.engine.language import foreign_notice, language_of
from voicelab.engine.speech.local import LocalSpeech
from voicelab.engine.speech.provider import FASTEST, SLOWEST, SPEECH_RATE_HZ, SpeechEngine, SpeechFailed, Utterance
from voicelab.engine.speech.text import Sentence, clean_text, read_sentence, sentences_of

SPEECH_VERSION = "2"
"""Part of every key: raise it when the same spec gives other samples."""
HEAD_S, TAIL_S = 0.1, 0.25
SAMPLE_RATES_HZ = (8_000, 192_000)
_NAMES = {SpeechSource.GTTS: "gTTS", SpeechSource.OPENAI: "OpenAI"}


def speak(
    spec: SpeakSpec, out_path: Path, *, engine: SpeechEngine | None = None, progress: Progress = ignore_progress
) -> Speech:
    """Speak `spec.text` into a mono float32 WAV at `out_path`, about -20 LUFS, with the times of its words.

    Without an engine the local voice speaks: same spec, same bytes. When another engine fails, even at the last
    sentence, the local voice says the whole text, so that one voice is heard throughout, and `source` and `notices`
    tell. Raises InvalidInput (field "text", "rate" or "sample_rate_hz"), Unavailable when the voice or the disk is
    missing; Cancelled goes through; a partial file is removed.
    """
    _check(spec)
    text = clean_text(spec.text)
    sentences = sentences_of(text, language_of(text))
    notices = foreign_notice(text)
    if engine is not None and engine.source is not SpeechSource.LOCAL:
        try:
            return _write(spec, sentences, engine, out_path, (*notices, *engine.notices(spec.voice)), progress)
        except SpeechFailed as failure:
            notices += (fall_back_notice(engine.source, failure),)
    return _write(spec, sentences, LocalSpeech(), out_path, notices, progress)


def fall_back_notice(source: SpeechSource, failure: SpeechFailed) -> str:
    return f"The studio's own voice speaks instead of {_NAMES.get(source, source)}, because {failure.reason}."


def _check(spec: SpeakSpec) -> None:
    if not (math.isfinite(spec.rate) and SLOWEST <= spec.rate <= FASTEST):
        raise InvalidInput(f"The pace lies between {SLOWEST:g} and {FASTEST:g}, not at {spec.rate:g}.", field="rate")
    if not SAMPLE_RATES_HZ[0] <= spec.sample_rate_hz <= SAMPLE_RATES_HZ[1]:
        raise InvalidInput(f"A sample rate of {spec.sample_rate_hz} Hz is not supported.", field="sample_rate_hz")


def _write(
    spec: SpeakSpec,
    sentences: tuple[Sentence, ...],
    engine: SpeechEngine,
    out_path: Path,
    notices: tuple[str, ...],
    progress: Progress,
) -> Speech:
    try:
        with open_wav_writer(out_path, channels=1, sample_rate_hz=spec.sample_rate_hz, subtype="FLOAT") as out:
            tape = _Tape(out, [])
            tape.rest(HEAD_S)
            for index, sentence in enumerate(sentences):
                part = span(progress, index / len(sentences), (index + 1) / len(sentences))
                part(0.0)
                said = engine.say(
                    read_sentence(sentence.text, sentence.language),
                    spec.voice,
                    rate=spec.rate,
                    seed=spec.seed,
                    progress=part,
                )
                tape.lay(said.wave, said.words)
                tape.rest(TAIL_S if index + 1 == len(sentences) else _rest_s(sentence, said, spec.rate))
    except BaseException:
        out_path.unlink(missing_ok=True)
        raise
    progress(1.0)
    return Speech(out_path, spec.sample_rate_hz, tape.written, tuple(tape.words), engine.source, notices)


def _rest_s(sentence: Sentence, said: Utterance, rate: float) -> float:
    """What is missing to the sentence's pause after the silence that the utterance ends and the next begins with."""
    return max(0.02, sentence.pause_s / rate - (said.length_s - said.words[-1].end_s) - said.words[0].start_s)


@dataclass
class _Tape:
    """Writes one piece after the other and keeps the time."""

    out: object
    words: list[SpokenWord]
    written: int = 0

    def rest(self, length_s: float) -> None:
        self._put(np.zeros(round(length_s * self.out.samplerate), np.float32))

    def lay(self, wave: np.ndarray, words: tuple[SpokenWord, ...]) -> None:
        at_s = self.written / self.out.samplerate
        self.words += [SpokenWord(w.text, at_s + w.start_s, at_s + w.end_s) for w in words]
        self._put(at_rate(wave, self.out.samplerate))

    def _put(self, wave: np.ndarray) -> None:
        self.out.write(wave)
        self.written += len(wave)


def at_rate(wave: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """(samples,) at 48 kHz, in another sample rate."""
    if sample_rate_hz == SPEECH_RATE_HZ:
        return wave
    from math import gcd

    from scipy.signal import resample_poly

    divisor = gcd(sample_rate_hz, SPEECH_RATE_HZ)
    return resample_poly(wave, sample_rate_hz // divisor, SPEECH_RATE_HZ // divisor).astype(np.float32)

"""Speech over music: each line begins at its moment and is paced so that it ends before the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import open_wav_writer
from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress, span
from voicelab.contracts import Speech, SpeechSource, SpokenWord, VoiceStyle
from voicelab.engine.speech.assembly import paced
from voicelab.engine.speech.local import LocalSpeech, words_of
from voicelab.engine.speech.provider import SPEECH_RATE_HZ, SpeechEngine, SpeechFailed, Utterance
from voicelab.engine.speech.speaking import fall_back_notice
from voicelab.engine.speech.text import Reading

CALMEST, LIVELIEST = 0.85, 1.15
"""How far the pace follows the music where there is room."""
LEAST_ROOM_S = 0.15


@dataclass(frozen=True)
class SpokenLine:
    """A line to be said from `start_s`; the music would like it to end at `end_s`, and it must at `latest_s`."""

    reading: Reading
    start_s: float
    end_s: float
    latest_s: float


@dataclass(frozen=True)
class NarrateSpec:
    """Lines in order, none before the one before it has ended. The stem starts at 0 s and is `duration_s` long."""

    lines: tuple[SpokenLine, ...]
    voice: VoiceStyle
    duration_s: float
    seed: int


def narrate(
    spec: NarrateSpec, out_path: Path, *, engine: SpeechEngine | None = None, progress: Progress = ignore_progress
) -> Speech:
    """Say the lines into a mono float32 WAV at 48 kHz; its words are at the times at which they are heard.

    No line is cut off, however short its room: it is said faster (our voice), or played faster at its pitch (the
    network's). Without an engine, same spec: same bytes. When an engine fails the local voice says every line, and
    `source` and `notices` tell. Raises InvalidInput (field "lines") for lines that overlap; Cancelled goes through; a
    partial file is removed.
    """
    _check(spec)
    notices: tuple[str, ...] = ()
    if engine is not None and engine.source is not SpeechSource.LOCAL:
        try:
            said = _said_by_network(spec, engine, span(progress, 0.0, 0.9))
            return _write(spec, said, out_path, engine.source, engine.notices(spec.voice), progress)
        except SpeechFailed as failure:
            notices = (fall_back_notice(engine.source, failure),)
    said = _said_by_us(spec, span(progress, 0.0, 0.9))
    return _write(spec, said, out_path, SpeechSource.LOCAL, notices, progress)


def tempo_for(line: SpokenLine, length_s: float) -> float:
    """How much faster a line that lasts `length_s` of itself is said: with the music where it can, in time always."""
    wished = float(np.clip(length_s / max(line.end_s - line.start_s, 1e-3), CALMEST, LIVELIEST))
    return max(wished, length_s / (line.latest_s - line.start_s))


def _check(spec: NarrateSpec) -> None:
    free_s = 0.0
    for line in spec.lines:
        if line.start_s < free_s - 1e-6 or line.latest_s - line.start_s < LEAST_ROOM_S:
            raise InvalidInput(
                f"There is no room for the line “{line.reading.text}” at {line.start_s:.2f} s.", field="lines"
            )
        free_s = line.latest_s
    if free_s > spec.duration_s + 1e-6:
        raise InvalidInput(f"The lines go on after the end at {spec.duration_s:.2f} s.", field="lines")


def _said_by_us(spec: NarrateSpec, progress: Progress) -> list[Utterance]:
    said = []
    for index, line in enumerate(spec.lines):
        progress(index / len(spec.lines))
        words, _ = words_of(line.reading)
        rate = tempo_for(line, words[-1].end_s - words[0].start_s)
        said.append(LocalSpeech().say(line.reading, spec.voice, rate=rate, seed=spec.seed))
    return said


def _said_by_network(spec: NarrateSpec, engine: SpeechEngine, progress: Progress) -> list[Utterance]:
    """Lines that come back (a chorus) are asked for once."""
    known: dict[str, Utterance] = {}
    said = []
    for index, line in enumerate(spec.lines):
        part = span(progress, index / len(spec.lines), (index + 1) / len(spec.lines))
        part(0.0)
        text = line.reading.text
        if text not in known:
            known[text] = engine.say(line.reading, spec.voice, rate=1.0, seed=spec.seed, progress=part)
        words = known[text].words
        said.append(paced(known[text], tempo_for(line, words[-1].end_s - words[0].start_s)))
    return said


def _write(
    spec: NarrateSpec,
    said: list[Utterance],
    out_path: Path,
    source: SpeechSource,
    notices: tuple[str, ...],
    progress: Progress,
) -> Speech:
    """The utterances at their places: each line's first word sounds at its start."""
    words: list[SpokenWord] = []
    samples = round(spec.duration_s * SPEECH_RATE_HZ)
    tape = np.zeros(samples, np.float32)
    for line, one in zip(spec.lines, said, strict=True):
        at_s = line.start_s - one.words[0].start_s
        words += [replace(w, start_s=at_s + w.start_s, end_s=min(at_s + w.end_s, line.latest_s)) for w in one.words]
        at = round(at_s * SPEECH_RATE_HZ)
        wave = one.wave[max(0, -at) :]
        at = max(0, at)
        tape[at : at + len(wave)] += wave[: max(0, samples - at)]
    try:
        with open_wav_writer(out_path, channels=1, sample_rate_hz=SPEECH_RATE_HZ, subtype="FLOAT") as out:
            out.write(tape)
        progress(1.0)
    except BaseException:
        out_path.unlink(missing_ok=True)
        raise
    return Speech(out_path, SPEECH_RATE_HZ, samples, tuple(words), source, notices)

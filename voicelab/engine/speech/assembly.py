"""What the network's voices send (MP3) made into an utterance: decoded, trimmed, joined, levelled, paced; with pydub.

pydub's only way to ffmpeg is set here, in `_segment_class`. Sound is handled as 16 bit mono at 48 kHz.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from codecraft.common.audio import ffmpeg_path
from voicelab.contracts import SpokenWord
from voicelab.engine.speech.align import word_times
from voicelab.engine.speech.levels import levelled
from voicelab.engine.speech.provider import SPEECH_RATE_HZ, SpeechFailed, Utterance
from voicelab.engine.speech.text import Reading

if TYPE_CHECKING:
    from pydub import AudioSegment

JOIN_PAUSE_MS = 140
"""Between the pieces into which a long sentence was cut for the server; they are cut at its marks."""
SILENCE_BELOW_PEAK_DB = 46.0
KEPT_EDGE_MS = 30
LEAST_MS = 60
_FULL = 32_768.0
_MOST_TEMPO = 2.0
_LEAST_LEVEL = 0.01


@lru_cache(maxsize=1)
def _class() -> type[AudioSegment]:
    with warnings.catch_warnings():
        # pydub looks for an ffmpeg on the PATH while it is imported, and audioop is on its way out of Python
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
    return AudioSegment


def _segment_class() -> type[AudioSegment]:
    """pydub's AudioSegment, told which ffmpeg to use. Raises Unavailable when there is none."""
    found = _class()
    found.converter = ffmpeg_path()
    return found


def utterance(parts: Sequence[bytes], reading: Reading, *, rate: float, name: str) -> Utterance:
    """The MP3 `parts` of one sentence as an utterance at `rate` times their own pace, with the times of its words.

    Raises SpeechFailed, naming `name`, when there is no part, or one is no MP3, or nothing is heard in it.
    """
    if not parts:
        raise SpeechFailed(f"{name} sent no sound")
    joined = _joined([_decoded(part, name) for part in parts])
    wave = stretched(_samples(joined), rate)
    wave = levelled(wave, sample_rate_hz=SPEECH_RATE_HZ)
    if not len(wave) or float(np.abs(wave).max()) < _LEAST_LEVEL:
        raise SpeechFailed(f"{name} sent silence")
    return Utterance(wave, word_times(wave, reading))


def _decoded(mp3: bytes, name: str) -> AudioSegment:
    from pydub.exceptions import CouldntDecodeError

    try:  # a codec is named, so that pydub does not ask an ffprobe, which imageio-ffmpeg does not bring
        found = _segment_class().from_file(io.BytesIO(mp3), format="mp3", codec="mp3")
    except (CouldntDecodeError, IndexError, OSError) as error:
        raise SpeechFailed(f"{name} sent something that is no sound") from error
    trimmed = _trimmed(_through_ffmpeg(found, "-ac", "1", "-ar", str(SPEECH_RATE_HZ)))
    if len(trimmed) < LEAST_MS:
        raise SpeechFailed(f"{name} sent silence")
    return trimmed


def _trimmed(sound: AudioSegment) -> AudioSegment:
    """Without the silence before and after, but for a short edge that is faded."""
    from pydub.silence import detect_leading_silence

    if not len(sound) or sound.max_dBFS < -70.0:
        return sound[:0]
    floor = sound.max_dBFS - SILENCE_BELOW_PEAK_DB
    first = max(0, detect_leading_silence(sound, floor, chunk_size=5) - KEPT_EDGE_MS)
    last = len(sound) - max(0, detect_leading_silence(sound.reverse(), floor, chunk_size=5) - 2 * KEPT_EDGE_MS)
    return sound[first:last].fade_in(10).fade_out(20)


def _joined(parts: list[AudioSegment]) -> AudioSegment:
    """One after the other with a short pause, each as loud as the first."""
    whole = parts[0]
    pause = _segment_class().silent(JOIN_PAUSE_MS, SPEECH_RATE_HZ)
    for part in parts[1:]:
        whole += pause + part.apply_gain(parts[0].dBFS - part.dBFS)
    return whole


def _samples(sound: AudioSegment) -> np.ndarray:
    return np.array(sound.get_array_of_samples(), dtype=np.float32) / np.float32(_FULL)


def stretched(wave: np.ndarray, tempo: float) -> np.ndarray:
    """(samples,) at 48 kHz played `tempo` times as fast at the same pitch: ffmpeg's atempo (WSOLA), through pydub.

    `tempo` is above 0; beyond 0.5..2 several filters follow each other.
    """
    if abs(tempo - 1.0) < 1e-3 or not len(wave):
        return wave
    kind = _segment_class()
    whole = np.clip(np.round(wave * _FULL), -_FULL, _FULL - 1).astype("<i2").tobytes()
    sound = kind(data=whole, sample_width=2, frame_rate=SPEECH_RATE_HZ, channels=1)
    count = max(1, int(np.ceil(abs(np.log(tempo)) / np.log(_MOST_TEMPO) - 1e-9)))
    chain = ",".join([f"atempo={tempo ** (1.0 / count):.6f}"] * count)
    return _samples(_through_ffmpeg(sound, "-af", chain))


def _through_ffmpeg(sound: AudioSegment, *arguments: str) -> AudioSegment:
    """What ffmpeg makes of a sound with these output options (its resampler is cleaner than pydub's own)."""
    if not len(sound):
        return sound
    return _segment_class().from_wav(sound.export(io.BytesIO(), format="wav", parameters=list(arguments)))


def paced(said: Utterance, tempo: float) -> Utterance:
    """An utterance `tempo` times as fast, its words with it."""
    wave = stretched(said.wave, tempo)
    share = len(wave) / max(1, len(said.wave))
    words = tuple(SpokenWord(w.text, w.start_s * share, w.end_s * share) for w in said.words)
    return Utterance(wave, words)

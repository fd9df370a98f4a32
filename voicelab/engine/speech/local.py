"""The studio's own speaking voice: hibari's natural pace, melody and stress through the singers' mouths.

The network's own durations, pitch and energy are kept; a speaker moves the pitch into another register, widens or
flattens its melody in semitones around the middle, and scales the formants (`voicelab.engine.voices`). Word times are
the durations themselves, so they are exact to a frame of 12.5 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np

from codecraft.common.progress import Progress, ignore_progress
from codecraft.common.seeds import generator
from voicelab.contracts import SpeechSource, SpokenWord, VoiceStyle
from voicelab.engine.phonemes import VOWELS
from voicelab.engine.singer.colour import Mouth, mouth_of
from voicelab.engine.singer.expression import HISSES, TOKEN_LEAD_FRAMES, movement
from voicelab.engine.singer.network import CONTEXT_FRAMES, FRAMES_PER_S, Spectra, Spoken, Voice, voice
from voicelab.engine.singer.synthesis import (
    OUT_BINS,
    OUT_FFT_SAMPLES,
    OUT_HOP_SAMPLES,
    add_frames,
    pulses,
    source_frames,
    voice_frames,
)
from voicelab.engine.singer.tone import Tone, neutral_tone
from voicelab.engine.speech.levels import levelled
from voicelab.engine.speech.provider import SPEECH_RATE_HZ, Utterance
from voicelab.engine.speech.text import Reading
from voicelab.engine.voices import SOLOISTS, Singer

WINDOW_FRAMES = 256
WORD_LEAD_FRAMES, OPENING_LEAD_FRAMES = 5.0, 3.0
"""A sound is heard before its token by this much (measured at voicing and frication onsets on hibari-tts 0.2.1: 4 to 5
frames within a sentence, 3 after a silence); a hiss already sounds through the space before its word."""
MARKS = frozenset(",.;:!?—…")
MIDDLE_HZ_OF_NETWORK = 190.0
LOWEST_HZ, HIGHEST_HZ = 62.0, 460.0
OWN_RATES = (0.7, 1.3)
EDGE_FRAMES = 4
"""Kept before the first sound, and twice as much after the last one; faded."""


@dataclass(frozen=True)
class Speaker:
    """A mouth and a way to speak. `register` multiplies the pitch, `melody` its excursions in semitones, `late_s` is
    how far behind the others a member of a group speaks."""

    singer: Singer
    register: float = 1.0
    melody: float = 1.0
    late_s: float = 0.0
    level: float = 1.0


def _group() -> tuple[Speaker, ...]:
    """A congregation: four women and four men who say the same words together, none quite at the same time."""
    members = []
    for seat in range(8):
        man = seat % 2 == 1
        base = SOLOISTS[VoiceStyle.HEROIC_MALE if man else VoiceStyle.ALTO]
        a, b, c = (((seat + 1) * g) % 1.0 - 0.5 for g in (0.6180340, 0.7548777, 0.5698403))
        tract = 1.0 + 0.1 * a
        points = tuple((own_hz, hz * tract) for own_hz, hz in base.formants)
        singer = replace(base, name=f"speaker_{seat}", formant_scale=base.formant_scale * tract, formants=points)
        register = (0.56 if man else 0.96) * 2.0 ** (3.0 * b / 12.0)
        members.append(Speaker(singer, register, 0.8 + 0.3 * a, 0.03 * c, 0.5))
    return tuple(members)


SPEAKERS: dict[VoiceStyle, tuple[Speaker, ...]] = {
    VoiceStyle.HEROIC_MALE: (Speaker(SOLOISTS[VoiceStyle.HEROIC_MALE], 0.56, 1.1),),
    VoiceStyle.SOPRANO: (Speaker(SOLOISTS[VoiceStyle.SOPRANO], 1.18, 1.05),),
    VoiceStyle.ALTO: (Speaker(SOLOISTS[VoiceStyle.ALTO], 0.94),),
    VoiceStyle.WHISPER: (Speaker(SOLOISTS[VoiceStyle.WHISPER]),),
    VoiceStyle.CHOIR: _group(),
    VoiceStyle.SPOKEN: (Speaker(SOLOISTS[VoiceStyle.SPOKEN], 1.0, 1.1),),
}


@dataclass(frozen=True)
class _Script:
    """A sentence as the network reads it: symbols, (first, last + 1) symbol of each word, the symbol of each frame and
    where each symbol starts (`bounds`, frames). `pace` is how many of its frames pass in one that is heard."""

    symbols: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    spoken: Spoken
    token: np.ndarray
    bounds: np.ndarray
    pace: float

    @property
    def frames(self) -> int:
        """How many frames are heard."""
        return round(len(self.token) / self.pace)

    @property
    def found(self) -> np.ndarray:
        """Where each heard frame lies in the network's, as a fraction."""
        return np.minimum(np.arange(self.frames) * self.pace, len(self.token) - 1.0)

    def time_s(self, network_frame: float) -> float:
        return float(network_frame) / self.pace / FRAMES_PER_S


class LocalSpeech:
    """A `SpeechEngine` that needs no network and never fails. Same sentence, voice, rate and seed: same samples."""

    source = SpeechSource.LOCAL

    def say(
        self, reading: Reading, voice: VoiceStyle, *, rate: float, seed: int, progress: Progress = ignore_progress
    ) -> Utterance:
        """See `SpeechEngine.say`; any `rate` above 0."""
        script = _script(reading, rate)
        wave = _render(script, SPEAKERS[voice], generator(seed, "speech", voice.value, reading.text), progress)
        return _trimmed(wave, script, reading)

    def notices(self, voice: VoiceStyle) -> tuple[str, ...]:
        return ()


def words_of(reading: Reading, *, rate: float = 1.0) -> tuple[tuple[SpokenWord, ...], float]:
    """When the local voice would say each word of a sentence, and how long it takes, without making a sound."""
    script = _script(reading, rate)
    first, last = _sounding(script)
    return _words(script, reading, first), (last - first) / FRAMES_PER_S


def _script(reading: Reading, rate: float) -> _Script:
    symbols: list[str] = [""]
    spans = []
    for index, word in enumerate(reading.spoken):
        if index:
            symbols.append(" ")
        start = len(symbols)
        symbols += word.sounds
        spans.append((start, len(symbols)))
        symbols += word.mark
    if symbols[-1] not in ".!?…":
        symbols.append(".")
    symbols.append("")
    network = voice()
    kept = [(i, s) for i, s in enumerate(symbols) if s == "" or s in network.vocabulary]
    place = np.searchsorted([i for i, _ in kept], np.arange(len(symbols) + 1))
    ids = [network.vocabulary.get(s, 0) for _, s in kept]
    spans = [(int(place[a]), int(place[b])) for a, b in spans]
    spoken, pace = _paced(network, ids, rate, slice(spans[0][0], spans[-1][1]))
    bounds = np.concatenate([[0], np.cumsum(spoken.frames)])
    token = np.repeat(np.arange(len(spoken.frames)), spoken.frames)
    return _Script(tuple(s for _, s in kept), tuple(spans), spoken, token, bounds, pace)


def _paced(network: Voice, ids: list[int], rate: float, words: slice) -> tuple[Spoken, float]:
    """The network's own idea of a faster or slower reading, within what it does well; the rest is left to the frames.

    Its lengths come in steps of 25 ms, none shorter, so at twice the pace it is still a fifth too slow.
    """
    own = network.encode(ids, speed=1.0)
    if rate == 1.0:
        return own, 1.0
    spoken = network.encode(ids, speed=float(np.clip(rate, *OWN_RATES)))
    return spoken, float(spoken.frames[words].sum()) * rate / float(own.frames[words].sum())


def _render(script: _Script, speakers: tuple[Speaker, ...], rng: np.random.Generator, progress: Progress) -> np.ndarray:
    """All speakers together: (samples,) at 48 kHz; frame k is centred on sample k * 600 + 1200."""
    frames, last = script.frames, len(script.token) - 1
    network = voice()
    heard = np.minimum(np.arange(last + 1) + TOKEN_LEAD_FRAMES, last)
    symbols = np.array(script.symbols)[script.token[heard]]
    vowel = _smooth(np.array([s in VOWELS for s in symbols], float))
    hiss = _smooth(np.array([s in HISSES for s in symbols], float))
    performers = [_Performer.of(s, script, vowel, hiss, rng.spawn(1)[0]) for s in speakers]
    wave = np.zeros((frames + 4) * OUT_HOP_SAMPLES, np.float32)
    for first in range(0, frames, WINDOW_FRAMES):
        progress(first / frames)
        count = min(WINDOW_FRAMES, frames - first)
        wanted = [p.reads[first : first + count] for p in performers]
        low, high = min(int(w.min()) for w in wanted), max(int(w.max()) for w in wanted) + 1
        spectra = _decode(network, script, low, high)
        total = np.zeros((count, OUT_BINS), np.complex64)
        for performer in performers:
            total += performer.frames(spectra, low, first, count)
        add_frames(wave, total, first)
    return wave


def _decode(network: Voice, script: _Script, low: int, high: int) -> Spectra:
    before = min(low, CONTEXT_FRAMES)
    span = slice(low - before, min(len(script.token), high + CONTEXT_FRAMES))
    spoken = script.spoken
    spectra = network.decode(
        spoken.features[script.token[span]], spoken.f0_hz[span], spoken.energy[span], through_harmonics=True
    )
    return _pick(spectra, slice(before, before + high - low))


def _pick(spectra: Spectra, frames: np.ndarray | slice) -> Spectra:
    return Spectra(*(getattr(spectra, f.name)[frames] for f in fields(Spectra)))


@dataclass(frozen=True)
class _Performer:
    """One speaker's reading of the sentence; `reads` (F,) is the network's frame that is heard at each frame."""

    speaker: Speaker
    mouth: Mouth
    reads: np.ndarray
    train: np.ndarray
    moving: np.ndarray
    vowel: np.ndarray
    hiss: np.ndarray
    tone: Tone
    rng: np.random.Generator

    @staticmethod
    def of(
        speaker: Speaker, script: _Script, vowel: np.ndarray, hiss: np.ndarray, rng: np.random.Generator
    ) -> _Performer:
        frames, grid = script.frames, np.arange(len(script.token))
        at = np.clip(script.found - speaker.late_s * FRAMES_PER_S, 0, grid[-1])
        pitch_hz = np.interp(at, grid, pitch_of(script.spoken.f0_hz, speaker))
        gate = np.interp(at, grid, (script.spoken.f0_hz > 0).astype(float))
        reads = np.round(at).astype(np.int64)
        return _Performer(
            speaker,
            mouth_of(speaker.singer),
            reads,
            pulses(pitch_hz, gate),
            movement(frames, rng, frames_per_s=FRAMES_PER_S),
            vowel[reads].astype(np.float32),
            hiss[reads].astype(np.float32),
            neutral_tone(frames),
            rng,
        )

    def frames(self, spectra: Spectra, low: int, first: int, count: int) -> np.ndarray:
        span = slice(first, first + count)
        singer, hiss = self.speaker.singer, self.hiss[span]
        out = voice_frames(
            _pick(spectra, self.reads[span] - low),
            source_frames(self.train, first, count),
            singer,
            self.mouth,
            self.moving[span],
            hiss,
            self.vowel[span],
            self.tone.part(first, count),
            self.rng,
        )
        gain = self.speaker.level * 10.0 ** (singer.hiss_db * hiss / 20.0)
        return out * gain.astype(np.float32)[:, None]


def pitch_of(f0_hz: np.ndarray, speaker: Speaker) -> np.ndarray:
    """The speaker's pitch in Hz for each frame; where nothing is voiced it goes on from one side to the other."""
    voiced = np.flatnonzero(f0_hz > 0)
    if not len(voiced):
        return np.full(len(f0_hz), MIDDLE_HZ_OF_NETWORK * speaker.register)
    log_hz = np.interp(np.arange(len(f0_hz)), voiced, np.log(f0_hz[voiced]))
    middle = np.log(MIDDLE_HZ_OF_NETWORK)
    moved = middle + np.log(speaker.register) + speaker.melody * (log_hz - middle)
    return np.clip(np.exp(moved), LOWEST_HZ, HIGHEST_HZ)


def _smooth(values: np.ndarray) -> np.ndarray:
    return np.convolve(np.pad(values, 1, mode="edge"), (0.25, 0.5, 0.25), mode="valid")


def _sounding(script: _Script) -> tuple[int, int]:
    """Heard frames (first, last + 1) in which there is sound."""
    first = int((script.bounds[script.spans[0][0]] - TOKEN_LEAD_FRAMES) / script.pace) - EDGE_FRAMES
    last = int((script.bounds[script.spans[-1][1]] - TOKEN_LEAD_FRAMES) / script.pace) + 2 * EDGE_FRAMES
    return max(0, first), min(last, script.frames)


def _words(script: _Script, reading: Reading, first: int) -> tuple[SpokenWord, ...]:
    origin_s = first / FRAMES_PER_S
    starts_s = [script.time_s(_start_frame(script, k)) - origin_s for k in range(len(script.spans))]
    ends_s = [script.time_s(script.bounds[b] - WORD_LEAD_FRAMES) - origin_s for _, b in script.spans]
    words = [SpokenWord(text, max(0.0, starts_s[low]), ends_s[high - 1]) for text, low, high in reading.written]
    return _parted(words)


def _start_frame(script: _Script, word: int) -> float:
    token = script.spans[word][0]
    if word == 0 or script.symbols[token - 2] in MARKS:
        return script.bounds[token] - OPENING_LEAD_FRAMES
    if script.symbols[token] in HISSES:
        return min(script.bounds[token] - WORD_LEAD_FRAMES, script.bounds[token - 1] - WORD_LEAD_FRAMES + 1.0)
    return script.bounds[token] - WORD_LEAD_FRAMES


def _parted(words: list[SpokenWord]) -> tuple[SpokenWord, ...]:
    """Written words that share spoken ones share their time, by their letters."""
    groups: list[list[SpokenWord]] = []
    for word in words:
        if groups and word.start_s < groups[-1][-1].end_s - 1e-6:
            groups[-1].append(word)
        else:
            groups.append([word])
    parted: list[SpokenWord] = []
    for group in groups:
        start_s, end_s = group[0].start_s, max(w.end_s for w in group)
        shares = np.cumsum([0] + [len(w.text) for w in group]) / sum(len(w.text) for w in group)
        edges = start_s + shares * (end_s - start_s)
        parted += [SpokenWord(w.text, float(a), float(b)) for w, (a, b) in zip(group, pairwise(edges), strict=True)]
    return tuple(parted)


def _trimmed(wave: np.ndarray, script: _Script, reading: Reading) -> Utterance:
    first, last = _sounding(script)
    origin = first * OUT_HOP_SAMPLES + OUT_FFT_SAMPLES // 2
    piece = wave[origin : last * OUT_HOP_SAMPLES + OUT_FFT_SAMPLES // 2].copy()
    fade = np.hanning(2 * EDGE_FRAMES * OUT_HOP_SAMPLES).astype(np.float32)
    half = min(len(fade) // 2, len(piece) // 2)
    piece[:half] *= fade[:half]
    piece[-half:] *= fade[-half:]
    return Utterance(levelled(piece, sample_rate_hz=SPEECH_RATE_HZ), _words(script, reading, first))

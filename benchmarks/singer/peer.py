"""What the singer is held against: the same voice speaking (the ceiling), that speech slowed to the length of each sung
line (the ceiling at a song's pace: how much the recogniser loses to slowness alone), and the speech retuned with WORLD
(the peer).

The peer is what anyone would do with the package from PyPI: speak the line, stretch it to the notes, give it the melody
(Morise, Yokomori, Ozawa 2016, "WORLD: a vocoder-based high-quality speech synthesis system"). The middles of vowels are
stretched, consonants keep their length, vowels start on their notes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav, run_ffmpeg, write_wav
from tests.voicelab.verses import lines_of
from voicelab.contracts import SingSpec, VocalPhrase
from voicelab.engine.singer.network import FRAMES_PER_S, voice
from voicelab.engine.singer.phrasing import end_s, start_s
from voicelab.engine.singer.timing import Role, tokens_of

RATE_HZ = 24_000
PAUSE_S = 0.4
SILENCE, SLOWEST_STEP = 0.01, 0.5
FRAME_S = 0.005
ACOUSTIC_LEAD_S = 0.08
"""The network sounds a phoneme some six frames before its token's start."""
GLIDE_S = 0.05
HELD_S = (-0.01, 0.01)
"""The part of a spoken vowel that is stretched over its note, around its loudest moment."""


@lru_cache(maxsize=1)
def _speaker():
    from hibari import Hibari

    return Hibari()


def speak_verse(name: str, path: Path) -> None:
    """The lines as hibari-tts speaks them, a short pause between them."""
    pause, pieces = np.zeros(int(PAUSE_S * RATE_HZ), np.float32), []
    for line in lines_of(name):
        pieces += [pause, _speaker()(line + ".", seed=7)]
    write_wav(path, np.concatenate([*pieces, pause])[None], sample_rate_hz=RATE_HZ, subtype="FLOAT")


def slow_verse(name: str, spec: SingSpec, path: Path) -> None:
    """Each line spoken, then stretched to what it lasts in the song by ffmpeg's atempo.

    That is WSOLA (Verhelst and Roelands 1993), which keeps the pitch and stretches vowels and consonants alike.
    """
    out = np.zeros(round(spec.duration_s * RATE_HZ) + RATE_HZ, np.float32)
    for phrase, line in zip(spec.lines[0].phrases, lines_of(name), strict=True):
        wave = _speaker()(line.rstrip(".,;") + ".", seed=7)
        loud = np.flatnonzero(np.abs(wave) > SILENCE * np.abs(wave).max())
        wave = _slowed(wave[loud[0] : loud[-1] + 1], end_s(phrase) - start_s(phrase), path)
        first = round(start_s(phrase) * RATE_HZ)
        wave = wave[: len(out) - first]
        out[first : first + len(wave)] += wave
    write_wav(path, out[None], sample_rate_hz=RATE_HZ, subtype="FLOAT")


def _slowed(wave: np.ndarray, length_s: float, beside: Path) -> np.ndarray:
    spoken, slow = beside.with_suffix(".spoken.wav"), beside.with_suffix(".slow.wav")
    write_wav(spoken, wave[None], sample_rate_hz=RATE_HZ, subtype="FLOAT")
    tempo, steps = len(wave) / RATE_HZ / length_s, []
    while tempo < SLOWEST_STEP:
        steps.append(f"atempo={SLOWEST_STEP}")
        tempo /= SLOWEST_STEP
    chain = ",".join([*steps, f"atempo={tempo:.6f}"])
    run_ffmpeg(["-i", str(spoken), "-filter:a", chain, "-c:a", "pcm_f32le", str(slow)])
    slowed = read_wav(slow)[0][0]
    spoken.unlink()
    slow.unlink()
    return slowed


def retune_verse(spec: SingSpec, path: Path) -> None:
    """The lines spoken, stretched and retuned to the score."""
    out = np.zeros(round(spec.duration_s * RATE_HZ) + RATE_HZ)
    for phrase in spec.lines[0].phrases:
        wave, start_s = _retuned(phrase)
        first = round(start_s * RATE_HZ)
        wave = wave[max(0, -first) :]
        first = max(0, first)
        out[first : first + len(wave)] += wave[: len(out) - first]
    write_wav(path, out[None].astype(np.float32), sample_rate_hz=RATE_HZ, subtype="FLOAT")


def _retuned(phrase: VocalPhrase) -> tuple[np.ndarray, float]:
    import pyworld

    tokens = tokens_of(phrase)
    ids = [voice().vocabulary.get("," if t.symbol == "." else t.symbol, 0) for t in tokens]  # a full stop creaks
    spoken = _speaker().from_ids(ids, 1.0, np.random.default_rng(7)).astype(np.float64)
    ends_s = np.cumsum(voice().encode(ids, speed=1.0).frames) / FRAMES_PER_S
    f0_hz, time_s = pyworld.harvest(spoken, RATE_HZ, frame_period=FRAME_S * 1000)
    bounds_s = np.concatenate([[0.0], ends_s])
    f0_hz = _voiced_vowels(f0_hz, tokens, bounds_s - ACOUSTIC_LEAD_S)
    envelope = pyworld.cheaptrick(spoken, f0_hz, time_s, RATE_HZ)
    loudness = np.where(f0_hz > 0, envelope.sum(axis=1), 0.0)
    spoken_s, sung_s = _anchors(phrase, tokens, bounds_s, loudness)
    noise = pyworld.d4c(spoken, f0_hz, time_s, RATE_HZ)
    frames_s = np.arange(sung_s[0], sung_s[-1], FRAME_S)
    found = np.clip(np.interp(frames_s, sung_s, spoken_s) / FRAME_S, 0, len(f0_hz) - 1).astype(int)
    melody = np.where(f0_hz[found] > 0, _melody_hz(phrase, frames_s), 0.0)
    wave = pyworld.synthesize(melody, envelope[found], noise[found], RATE_HZ, FRAME_S * 1000)
    return wave, float(sung_s[0])


def _voiced_vowels(f0_hz: np.ndarray, tokens, heard_s: np.ndarray) -> np.ndarray:
    """Vowels are voiced, even where a line's last one creaks."""
    f0_hz, lowest = f0_hz.copy(), float(np.percentile(f0_hz[f0_hz > 0], 5))
    for k, token in enumerate(tokens):
        if token.role is Role.VOWEL:
            span = slice(max(0, round((heard_s[k] - 0.02) / FRAME_S)), round(heard_s[k + 1] / FRAME_S))
            f0_hz[span] = np.where(f0_hz[span] > 0, f0_hz[span], lowest)
    return f0_hz


def _anchors(phrase: VocalPhrase, tokens, bounds_s: np.ndarray, loudness: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matching times in the speech and in the song: where vowels start, and where the consonants after them do."""
    heard_s = bounds_s - ACOUSTIC_LEAD_S
    syllables = [s for word in phrase.words for s in word.syllables]
    vowels = [k for k, token in enumerate(tokens) if token.role is Role.VOWEL]
    spoken, sung = [max(0.0, heard_s[1])], [syllables[0].notes[0].start_s - (heard_s[vowels[0]] - max(0.0, heard_s[1]))]
    for i, (k, syllable) in enumerate(zip(vowels, syllables, strict=True)):
        start_s, end_s = syllable.notes[0].start_s, syllable.notes[-1].end_s
        following = vowels[i + 1] if i + 1 < len(vowels) else len(tokens) - 1
        next_s = syllables[i + 1].notes[0].start_s if i + 1 < len(vowels) else end_s
        held = _loudest_s(loudness, heard_s[k], heard_s[k + 1]) + np.array(HELD_S)
        room_s = next_s - start_s
        before_s = min(held[0] - heard_s[k], 0.2 * room_s)
        after_s = min(heard_s[following] - held[1], 0.5 * room_s)
        spoken += [heard_s[k], *held]
        sung += [start_s, start_s + before_s, next_s - after_s]
    spoken.append(heard_s[-1] + ACOUSTIC_LEAD_S)
    sung.append(sung[-1] + max(0.05, spoken[-1] - spoken[-2]))
    return np.array(spoken), np.array(sung)


def _loudest_s(loudness: np.ndarray, first_s: float, last_s: float) -> float:
    first = max(0, round((first_s + 0.015) / FRAME_S))
    span = loudness[first : max(first + 1, round((last_s - 0.01) / FRAME_S))]
    return (first + int(np.argmax(span))) * FRAME_S


def _melody_hz(phrase: VocalPhrase, at_s: np.ndarray) -> np.ndarray:
    notes = [n for word in phrase.words for s in word.syllables for n in s.notes]
    starts = np.array([n.start_s for n in notes])
    midi = np.array([n.midi for n in notes])[np.clip(np.searchsorted(starts, at_s, side="right") - 1, 0, None)]
    width = int(GLIDE_S / FRAME_S)
    smooth = np.convolve(np.pad(midi, width, mode="edge"), np.hanning(width + 2)[1:-1], mode="same")[width:-width]
    return 440.0 * 2.0 ** ((smooth / np.hanning(width + 2)[1:-1].sum() - 69.0) / 12.0)

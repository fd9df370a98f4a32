"""One phrase, sung: from words and notes to a short piece of sound. Nothing outside the phrase is heard in it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import numpy as np

from voicelab.contracts import VocalPhrase
from voicelab.engine.singer.expression import Controls, controls_of, f0_of, network_f0
from voicelab.engine.singer.network import CONTEXT_FRAMES, FRAMES_PER_S, Spectra, Spoken, Voice
from voicelab.engine.singer.synthesis import (
    OUT_HOP_SAMPLES,
    OUTPUT_RATE_HZ,
    add_frames,
    mouth_of,
    pulses,
    source_frames,
    voice_frames,
)
from voicelab.engine.singer.timing import Layout, lay_out, tokens_of
from voicelab.engine.voices import Singer

ENCODER_SPEED = 0.9
WINDOW_FRAMES = 384
"""The decoder and the synthesis see this many frames at once (4.8 s), so memory does not grow with the phrase."""
FADE_FRAMES = 8
LOUDNESS_SPAN_DB = 9.0


@dataclass(frozen=True)
class SungSound:
    """`wave` (channels, samples) at 48 kHz; its first sample belongs at `start_s` of the song (may be below 0)."""

    wave: np.ndarray
    start_s: float


@dataclass(frozen=True)
class _Plan:
    layout: Layout
    spoken: Spoken
    controls: Controls


def seed_of(seed: int, *names: object) -> np.random.Generator:
    """A generator that depends on the seed and the names alone."""
    digest = hashlib.sha256(repr((int(seed), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def sing_phrase(phrase: VocalPhrase, singers: tuple[Singer, ...], voice: Voice, *, seed: int) -> SungSound:
    """All `singers` sing one phrase: mono for a single one in the middle, stereo for several."""
    plan = _plan(phrase, voice)
    layout = plan.layout
    name = repr(phrase)
    rngs = [seed_of(seed, singer.name, name) for singer in singers]
    curves = [f0_of(phrase, layout, s, r, frames_per_s=FRAMES_PER_S) for s, r in zip(singers, rngs, strict=True)]
    told = network_f0(curves[0])
    gate = _gate(plan.controls)
    trains = [pulses(curve, gate) for curve in curves]
    mouths = [mouth_of(s) for s in singers]
    channels = 1 if len(singers) == 1 else 2
    wave = np.zeros((channels, (layout.frames + 4) * OUT_HOP_SAMPLES), np.float32)
    for first in range(0, layout.frames, WINDOW_FRAMES):
        count = min(WINDOW_FRAMES, layout.frames - first)
        spectra = _decode(voice, plan, told, first, count)
        span = slice(first, first + count)
        sums = [None] * channels
        for singer, mouth, train, rng in zip(singers, mouths, trains, rngs, strict=True):
            frames = voice_frames(spectra, source_frames(train, first, count), singer, mouth,
                                  plan.controls.held[span], plan.controls.vowel[span], rng)
            for channel, level in enumerate(_levels(singer, channels)):
                part = frames * np.float32(level)
                sums[channel] = part if sums[channel] is None else sums[channel] + part
        for channel in range(channels):
            add_frames(wave[channel], sums[channel], first)
    wave *= _loudness(phrase, plan.controls, wave.shape[1])
    first_note_s = phrase.words[0].syllables[0].notes[0].start_s
    return SungSound(wave, first_note_s - layout.lead_in / FRAMES_PER_S - 2 * OUT_HOP_SAMPLES / OUTPUT_RATE_HZ)


def _plan(phrase: VocalPhrase, voice: Voice) -> _Plan:
    tokens = tokens_of(phrase)
    spoken = voice.encode([voice.vocabulary.get(t.symbol, 0) for t in tokens], speed=ENCODER_SPEED)
    layout = lay_out(phrase, tokens, spoken.frames, frames_per_s=FRAMES_PER_S)
    return _Plan(layout, spoken, controls_of(layout, spoken))


def _decode(voice: Voice, plan: _Plan, told_hz: np.ndarray, first: int, count: int) -> Spectra:
    before = min(first, CONTEXT_FRAMES)
    span = slice(first - before, min(plan.layout.frames, first + count + CONTEXT_FRAMES))
    controls = plan.controls
    spectra = voice.decode(plan.spoken.features[controls.token[span]], told_hz[span] * controls.voiced[span],
                           controls.energy[span])
    return Spectra(*(getattr(spectra, f.name)[before : before + count] for f in fields(Spectra)))


def _gate(controls: Controls) -> np.ndarray:
    return controls.voiced.astype(float)


def _levels(singer: Singer, channels: int) -> tuple[float, ...]:
    gain = 10.0 ** (singer.gain_db / 20.0)
    if channels == 1:
        return (gain,)
    angle = (singer.pan + 1.0) * np.pi / 4.0
    return gain * np.cos(angle), gain * np.sin(angle)


def _loudness(phrase: VocalPhrase, controls: Controls, samples: int) -> np.ndarray:
    """The phrase's own loudness, and gentle fades into rests and at its end."""
    gain = 10.0 ** (LOUDNESS_SPAN_DB * (phrase.energy - 0.6) / 20.0)
    sounding = 1.0 - controls.silent
    sounding[:2] = sounding[-FADE_FRAMES:] = 0.0
    kernel = np.hanning(FADE_FRAMES + 2)[1:-1]
    faded = np.convolve(sounding, kernel / kernel.sum(), mode="same")
    at = np.arange(samples) / OUT_HOP_SAMPLES - 2.0
    return (gain * np.interp(at, np.arange(len(faded)), faded)).astype(np.float32)

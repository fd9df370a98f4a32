"""One phrase, sung: from words and notes to a short piece of sound. Nothing outside the phrase is heard in it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from codecraft.common.seeds import generator
from voicelab.contracts import VocalPhrase
from voicelab.engine.singer.colour import Mouth, mouth_of
from voicelab.engine.singer.dynamics import Dynamics, dynamics_of, own_level_db, rider_db, tone_of
from voicelab.engine.singer.expression import Controls, controls_of, drift_frames, movement, network_f0, without_pauses
from voicelab.engine.singer.interpretation import interpret_group
from voicelab.engine.singer.network import CONTEXT_FRAMES, FRAMES_PER_S, Spectra, Spoken, Voice
from voicelab.engine.singer.phrase_cache import SungSound
from voicelab.engine.singer.phrasing import BreathGroup, identity
from voicelab.engine.singer.pitch import PitchCurve, pitch_curve
from voicelab.engine.singer.synthesis import (
    OUT_BINS,
    OUT_HOP_SAMPLES,
    OUTPUT_RATE_HZ,
    add_frames,
    pulses,
    source_frames,
    voice_frames,
)
from voicelab.engine.singer.timing import Layout, lay_out, short_layout, tokens_of
from voicelab.engine.singer.tone import Tone
from voicelab.engine.voices import Singer

ENCODER_SPEED = 0.9
WINDOW_FRAMES = 256
"""The decoder and the synthesis see this many frames at once (3.2 s), so memory does not grow with the phrase."""
BURSTS_TOGETHER = 0.9
"""Singers of a group draw their own phases, but not fully in stops and affricates: drawn anew, a burst is smeared over
the whole window, and twelve smeared bursts are no consonant (word errors of a choir 18.6 -> 13.3 % on eight hard
verses)."""
LATEST_FRAMES = 5
"""No singer of a choir is further than this (62 ms) from the beat."""
ATTACK_DELAY_S = 0.0125
"""The 50 ms windows let a vowel be heard some 25 ms before its first frame; half of that is given back."""
FADE_FRAMES = 8


@dataclass(frozen=True)
class _Plan:
    """`layout` is the sung timing; `controls` are on the shorter timing that the network is shown, `found` (F,) is
    where each sung frame lies in it, `held` 0..1 (F,) how much slower than speech it passes."""

    layout: Layout
    spoken: Spoken
    controls: Controls
    found: np.ndarray
    held: np.ndarray
    dynamics: Dynamics
    tone: Tone


@dataclass(frozen=True)
class _Performer:
    """One singer's own reading of the phrase: `reads` (F,) is the shown frame that is heard at each sung frame."""

    singer: Singer
    mouth: Mouth
    reads: np.ndarray
    pitch_hz: np.ndarray
    train: np.ndarray
    moving: np.ndarray
    rng: np.random.Generator


def sing_phrase(
    group: BreathGroup, singers: tuple[Singer, ...], voice: Voice, *, seed: int, channels: int, before_s: float
) -> SungSound:
    """All `singers` sing one breath, whose first note starts at 0 s: mono, or stereo with each in their place.

    `before_s` is the time there is before the first note: its consonants are squeezed into it, and what is still
    missing is taken from the note.
    """
    plan = _plan(interpret_group(group, singers[0], seed=seed), voice, before_s)
    layout = plan.layout
    performers, told_hz = _performers(group, plan, singers, seed)
    wave = np.zeros((channels, (layout.frames + 4) * OUT_HOP_SAMPLES), np.float32)
    for first in range(0, layout.frames, WINDOW_FRAMES):
        count = min(WINDOW_FRAMES, layout.frames - first)
        sums = _window(voice, plan, performers, told_hz, first, count, channels)
        for channel in range(channels):
            add_frames(wave[channel], sums[channel], first)
    own_db = own_level_db(group.phrase, singers, channels=channels)
    wave *= _loudness(plan, wave, own_db)
    head_s = layout.lead_in / FRAMES_PER_S - ATTACK_DELAY_S
    heard_s = (layout.lead_in - int(layout.bounds[1])) / FRAMES_PER_S
    return SungSound(wave, -head_s - 2 * OUT_HOP_SAMPLES / OUTPUT_RATE_HZ, -heard_s)


def _plan(phrase: VocalPhrase, voice: Voice, before_s: float) -> _Plan:
    tokens = tokens_of(phrase)
    ids = [voice.vocabulary.get(t.symbol, 0) for t in tokens]
    spoken = without_pauses(tokens, voice.encode(ids, speed=ENCODER_SPEED))
    layout = lay_out(phrase, tokens, spoken.frames, frames_per_s=FRAMES_PER_S, before_s=before_s)
    shown, found = short_layout(layout)
    held = np.clip(1.5 - 2.0 * np.gradient(found), 0.0, 1.0)
    dynamics = dynamics_of(phrase, layout, frames_per_s=FRAMES_PER_S)
    tone = tone_of(phrase, layout, dynamics, frames_per_s=FRAMES_PER_S)
    return _Plan(layout, spoken, controls_of(shown, spoken), found, held, dynamics, tone)


def _performers(
    group: BreathGroup, plan: _Plan, singers: tuple[Singer, ...], seed: int
) -> tuple[list[_Performer], np.ndarray]:
    frames, sung = plan.layout.frames, identity(group.phrase)
    at_s = (np.arange(frames) + 0.5 - plan.layout.lead_in) / FRAMES_PER_S + ATTACK_DELAY_S
    performers, told_hz = [], None
    for singer in singers:
        rng = generator(seed, "sing", singer.name, sung)
        curve_hz = sung_pitch(group, singer, seed=seed).hz_at(at_s)
        told_hz = _shown_f0(plan, curve_hz) if told_hz is None else told_hz
        late = drift_frames(frames, singer, rng, frames_per_s=FRAMES_PER_S, limit=LATEST_FRAMES)
        at = np.clip(np.arange(frames) - late, 0, frames - 1)
        reads = np.interp(at, np.arange(frames), plan.found)
        gate = np.interp(reads, np.arange(len(told_hz)), plan.controls.voiced.astype(float))
        pitch_hz = np.interp(at, np.arange(frames), curve_hz)
        train = pulses(pitch_hz, gate)
        moving = movement(frames, rng, frames_per_s=FRAMES_PER_S)
        shown = np.round(reads).astype(np.int64)
        performers.append(_Performer(singer, mouth_of(singer), shown, pitch_hz, train, moving, rng))
    return performers, told_hz


def sung_pitch(group: BreathGroup, singer: Singer, *, seed: int) -> PitchCurve:
    """The pitch that `singer` means to sing in a breath whose first note starts at 0 s."""
    rng = generator(seed, "pitch", singer.name, identity(group.phrase))
    return pitch_curve(interpret_group(group, singer, seed=seed), singer, rng)


def _shown_f0(plan: _Plan, curve_hz: np.ndarray) -> np.ndarray:
    """What the network is told of the pitch, on its own timing."""
    sung = np.interp(np.arange(len(plan.controls.token)), plan.found, np.arange(len(curve_hz)))
    return network_f0(np.interp(sung, np.arange(len(curve_hz)), curve_hz))


def _window(
    voice: Voice, plan: _Plan, performers: list[_Performer], told_hz: np.ndarray, first: int, count: int, channels: int
) -> np.ndarray:
    """All singers' frames `first`..`first + count`, summed: (channels, count, 1201)."""
    wanted = [p.reads[first : first + count] for p in performers]
    low, high = min(int(w.min()) for w in wanted), max(int(w.max()) for w in wanted) + 1
    spectra = _decode(voice, plan, told_hz, low, high)
    sums = np.zeros((channels, count, OUT_BINS), np.complex64)
    controls = plan.controls
    for p, reads in zip(performers, wanted, strict=True):
        held = plan.held[first : first + count]
        bursts = controls.sharp[reads] * (1.0 - controls.hiss[reads])
        loose = 1.0 - BURSTS_TOGETHER * bursts if channels == 2 else np.maximum(held, controls.hiss[reads])
        frames = voice_frames(
            _pick(spectra, reads - low),
            source_frames(p.train, first, count),
            p.singer,
            p.mouth,
            p.moving[first : first + count],
            loose.astype(np.float32),
            controls.vowel[reads].astype(np.float32),
            plan.tone.part(first, count),
            p.rng,
            p.pitch_hz[first : first + count],
            controls.back[reads],
        )
        level_db = p.singer.gain_db + p.singer.hiss_db * controls.hiss[reads]
        gain = 10.0 ** ((level_db + p.singer.sharp_db * controls.sharp[reads]) / 20.0)
        frames *= gain.astype(np.float32)[:, None]
        for channel, level in enumerate(stage_levels(p.singer.pan, channels)):
            sums[channel] += frames * np.float32(level)
    return sums


def _decode(voice: Voice, plan: _Plan, told_hz: np.ndarray, low: int, high: int) -> Spectra:
    """Spectra of frames `low`..`high`, decoded with the context they need."""
    before = min(low, CONTEXT_FRAMES)
    span = slice(low - before, min(len(told_hz), high + CONTEXT_FRAMES))
    controls = plan.controls
    spectra = voice.decode(
        plan.spoken.features[controls.token[span]], told_hz[span] * controls.pitched[span], controls.energy[span]
    )
    return _pick(spectra, slice(before, before + high - low))


def _pick(spectra: Spectra, frames: np.ndarray | slice) -> Spectra:
    return Spectra(*(getattr(spectra, f.name)[frames] for f in fields(Spectra)))


def stage_levels(pan: float, channels: int) -> tuple[float, ...]:
    """The gain of a place on stage in each channel, of equal power from left to right."""
    angle = (pan + 1.0) * np.pi / 4.0
    return (1.0,) if channels == 1 else (np.cos(angle), np.sin(angle))


def _loudness(plan: _Plan, wave: np.ndarray, own_db: float) -> np.ndarray:
    """Each vowel at the level its note asks for, and gentle fades into rests and at the ends: (samples,)."""
    level_db = plan.dynamics.level_db + rider_db(wave, plan.layout, own_db=own_db, hop_samples=OUT_HOP_SAMPLES)
    sounding = 1.0 - plan.controls.silent[np.round(plan.found).astype(np.int64)]
    sounding[:2] = sounding[-FADE_FRAMES:] = 0.0
    kernel = np.hanning(FADE_FRAMES + 2)[1:-1]
    gain = np.convolve(sounding, kernel / kernel.sum(), mode="same") * 10.0 ** (level_db / 20.0)
    at = np.arange(wave.shape[1]) / OUT_HOP_SAMPLES - 2.0
    return np.interp(at, np.arange(len(gain)), gain).astype(np.float32)

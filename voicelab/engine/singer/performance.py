"""A whole take: every phrase of every line sung and laid on a tape that runs from 0 s, streamed to disk.

Phrases are sung one by one, in the order of time; what lies before the next phrase is finished and goes to the file,
so memory holds a phrase or two, never the song.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import open_wav_writer
from codecraft.common.progress import Progress, ignore_progress
from codecraft.common.seeds import generator
from voicelab.contracts import SingSpec, Take, VocalGroup, VoiceStyle
from voicelab.engine.backing import backing_seats
from voicelab.engine.choir import choir_seats
from voicelab.engine.singer.breath import breath_span_s, breath_wave
from voicelab.engine.singer.check import check_spec
from voicelab.engine.singer.compass import in_compass
from voicelab.engine.singer.network import voice
from voicelab.engine.singer.phrase import sing_phrase, stage_levels, sung_pitch
from voicelab.engine.singer.phrase_cache import PhraseStore, SungSound, phrase_key
from voicelab.engine.singer.phrasing import BreathGroup, at_zero, end_s, identity, shortened, singable, start_s
from voicelab.engine.singer.synthesis import OUTPUT_RATE_HZ
from voicelab.engine.singer.tape import Tape
from voicelab.engine.voices import SOLOISTS, Singer

SINGER_VERSION = "7"
PITCH_STEP_S, PITCH_BEFORE_S = 0.005, 0.1
MOST_LEAD_S = 0.8
"""No consonants before a first note take longer than this."""


@dataclass(frozen=True)
class _Turn:
    """One breath of a line, who sings it, and when the line's breath before it ended."""

    group: BreathGroup
    singers: tuple[Singer, ...]
    line: int
    free_from_s: float


def sing(
    spec: SingSpec, out_path: Path, *, progress: Progress = ignore_progress, phrases: PhraseStore | None = None
) -> Take:
    """Sing `spec` into a dry float32 WAV at `out_path`: mono for a soloist, stereo for the choir and a
    backing group, about -20 LUFS.

    Same spec, same bytes. A phrase sounds the same alone as inside the song (the breath before it depends on the
    room there is); with a store, `phrases`, it is sung once and found there later, bit for bit. Raises InvalidInput
    for notes that cannot be sung (field named), Unavailable when the voice or the disk is missing, and lets Cancelled
    through; a partial file is removed.
    """
    check_spec(spec)
    spec, notices = in_compass(spec)
    turns = _turns(spec)
    channels = 2 if _is_group(spec) else 1
    samples = round(spec.duration_s * spec.sample_rate_hz)
    try:
        with open_wav_writer(out_path, channels=channels, sample_rate_hz=spec.sample_rate_hz, subtype="FLOAT") as out:
            tape = Tape(out, channels, samples)
            for index, turn in enumerate(turns):
                progress(index / len(turns))
                for wave, at_s in _sounds(turn, spec, channels, phrases):
                    tape.lay(wave, round(at_s * spec.sample_rate_hz))
            tape.finish()
    except BaseException:
        out_path.unlink(missing_ok=True)
        raise
    progress(1.0)
    return Take(path=out_path, sample_rate_hz=spec.sample_rate_hz, samples=samples, channels=channels, notices=notices)


def intended_pitch(spec: SingSpec) -> tuple[np.ndarray, np.ndarray]:
    """What the singer of the first line means to sing: times in s, every 5 ms over the stem, and f0 in Hz.

    Scoops, falls, glides, vibrato and wander included; f0 is 0 where no breath of the line sounds. Of a choir it is
    the first singer of the line. Raises InvalidInput as `sing` does.
    """
    check_spec(spec)
    spec, _ = in_compass(spec)
    time_s = np.arange(int(spec.duration_s / PITCH_STEP_S)) * PITCH_STEP_S
    f0_hz = np.zeros(len(time_s))
    singer = _seats(spec)[0][0]
    for group in singable(spec.lines[0]):
        first_s, last_s = start_s(group.phrase), end_s(shortened(group))
        inside = slice(*np.searchsorted(time_s, (first_s - PITCH_BEFORE_S, last_s + PITCH_BEFORE_S)))
        own = replace(group, phrase=at_zero(group.phrase))
        f0_hz[inside] = sung_pitch(own, singer, seed=spec.seed).hz_at(time_s[inside] - first_s)
    return time_s, f0_hz


def _is_group(spec: SingSpec) -> bool:
    return spec.voice is VoiceStyle.CHOIR or spec.group is VocalGroup.BACKING


def _turns(spec: SingSpec) -> list[_Turn]:
    lines = spec.lines if _is_group(spec) else spec.lines[:1]
    seats = _seats(spec)
    turns = []
    for index, line in enumerate(lines):
        free_from_s = 0.0
        for group in singable(line):
            turns.append(_Turn(group, seats[index], index, free_from_s))
            free_from_s = end_s(shortened(group))
    return sorted(turns, key=lambda t: (start_s(t.group.phrase), t.line))


def _sounds(
    turn: _Turn, spec: SingSpec, channels: int, phrases: PhraseStore | None
) -> Iterator[tuple[np.ndarray, float]]:
    """The breath before a phrase, if there is room, and the phrase: waves and their starts in the song."""
    sound = _sung(turn, spec, channels, phrases)
    begins_s = start_s(turn.group.phrase)
    span_s = breath_span_s(turn.free_from_s, begins_s + sound.voice_offset_s)
    if span_s is not None:
        yield _at_rate(_breaths(turn, span_s, spec.seed, channels, sound.wave), spec.sample_rate_hz), span_s[0]
    yield sound.wave, begins_s + sound.offset_s


def _sung(turn: _Turn, spec: SingSpec, channels: int, phrases: PhraseStore | None) -> SungSound:
    """The phrase at the song's sample rate, from the store when it was sung before."""
    group = replace(turn.group, phrase=at_zero(turn.group.phrase))
    before_s = min(MOST_LEAD_S, round(start_s(turn.group.phrase), 6))
    key = phrase_key(SINGER_VERSION, group, turn.singers, spec, channels=channels, before_s=before_s)
    if phrases is not None and (known := phrases.get(key)) is not None:
        return known
    sung = sing_phrase(group, turn.singers, voice(), seed=spec.seed, channels=channels, before_s=before_s)
    sung = replace(sung, wave=_at_rate(sung.wave, spec.sample_rate_hz))
    if phrases is not None:
        phrases.put(key, sung)
    return sung


def _breaths(turn: _Turn, span_s: tuple[float, float], seed: int, channels: int, voice_wave: np.ndarray) -> np.ndarray:
    length_s = span_s[1] - span_s[0]
    voice_rms = float(np.sqrt(np.mean(voice_wave**2)))
    total = np.zeros((channels, round(length_s * OUTPUT_RATE_HZ)), np.float32)
    for singer in turn.singers:
        rng = generator(seed, "breath", singer.name, identity(turn.group.phrase))
        level = voice_rms * 10.0 ** (singer.breath_db / 20.0)
        breath = breath_wave(length_s, singer, level=level, rng=rng)
        total += np.array(stage_levels(singer.pan, channels), np.float32)[:, None] * breath
    return total


def _seats(spec: SingSpec) -> tuple[tuple[Singer, ...], ...]:
    """Who sings each line."""
    if spec.group is VocalGroup.BACKING:
        return backing_seats(spec.voice, len(spec.lines))
    if spec.voice is VoiceStyle.CHOIR:
        return choir_seats(len(spec.lines))
    return ((SOLOISTS[spec.voice],),)


def _at_rate(wave: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    if sample_rate_hz == OUTPUT_RATE_HZ:
        return wave
    from math import gcd

    from scipy.signal import resample_poly

    divisor = gcd(sample_rate_hz, OUTPUT_RATE_HZ)
    return resample_poly(wave, sample_rate_hz // divisor, OUTPUT_RATE_HZ // divisor, axis=1).astype(np.float32)

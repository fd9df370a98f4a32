"""Sung phrases kept for the next time: what a store is, what a phrase is called in it, and how it lies on disk.

A phrase's key knows all that is heard in it and nothing else: words, notes relative to the phrase's start, expression,
take, who sings, seed, sample rate and the singer's version. So a changed word re-sings its own phrase only, and a
phrase that moved in the song is not sung again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from codecraft.common.codec import content_hash
from voicelab.contracts import SingSpec
from voicelab.engine.singer.phrasing import BreathGroup
from voicelab.engine.voices import Singer

WAVE, FACTS = "phrase.npy", "phrase.json"


@dataclass(frozen=True)
class SungSound:
    """`wave` (channels, samples) float32. Its first sample belongs at `offset_s` from the phrase's first note (below
    0: consonants come before the note); `voice_offset_s` is where the first consonant can be heard."""

    wave: np.ndarray
    offset_s: float
    voice_offset_s: float


class PhraseStore(Protocol):
    """Where sung phrases are kept. `get` answers None for what it does not have, or cannot read any more."""

    def get(self, key: str) -> SungSound | None: ...

    def put(self, key: str, sound: SungSound) -> None: ...


def phrase_key(
    version: str, group: BreathGroup, singers: tuple[Singer, ...], spec: SingSpec, *, channels: int, before_s: float
) -> str:
    """The content key of a breath whose times are relative to its first note (see `phrasing.at_zero`)."""
    return content_hash(["phrase", version, group, singers, spec.seed, spec.sample_rate_hz, channels, before_s])


def write_sound(folder: Path, sound: SungSound) -> None:
    """Keep a phrase in an empty folder. Floats are kept to the bit, so cached and fresh are the same sound."""
    np.save(folder / WAVE, np.ascontiguousarray(sound.wave, np.float32))
    facts = {"offset_s": sound.offset_s, "voice_offset_s": sound.voice_offset_s, "sha256": _digest(sound.wave)}
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def read_sound(folder: Path) -> SungSound | None:
    """The phrase that `write_sound` kept, or None when it is missing or damaged."""
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        wave = np.load(folder / WAVE, allow_pickle=False)
        sound = SungSound(wave, float(facts["offset_s"]), float(facts["voice_offset_s"]))
        return sound if wave.dtype == np.float32 and wave.ndim == 2 and facts["sha256"] == _digest(wave) else None
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


def _digest(wave: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(wave, np.float32).data).hexdigest()

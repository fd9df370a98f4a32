"""Reads: the voices, the tunes, and auditions that were sung."""

from __future__ import annotations

import json
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from codecraft.common.errors import NotFound
from voicelab.contracts import VOICE_RANGES, VoiceRange, VoiceStyle
from voicelab.engine.audition import note_name
from voicelab.engine.melodies import TUNES, Tune

_KEY = re.compile(r"[0-9a-f]{64}")
GONE = "This audition is not kept any more: sing the line again."


@dataclass(frozen=True)
class VoiceCard:
    """What people read about a voice. `sign` is the name of a Font Awesome icon."""

    style: VoiceStyle
    name: str
    about: str
    sign: str
    sample: str
    melody: str

    @property
    def sings(self) -> bool:
        return self.style is not VoiceStyle.SPOKEN

    @property
    def compass(self) -> VoiceRange:
        return VOICE_RANGES[self.style]

    @property
    def compass_text(self) -> str:
        return f"{note_name(self.compass.lowest)} to {note_name(self.compass.highest)}"


VOICES = (
    VoiceCard(
        VoiceStyle.HEROIC_MALE,
        "Heroic male",
        "A full chest voice that leads",
        "shield-halved",
        "I lay my sword beneath the morning sun",
        "march",
    ),
    VoiceCard(
        VoiceStyle.SOPRANO,
        "Soprano",
        "High, clear, far-carrying",
        "feather-pointed",
        "The last dragon falls asleep beneath the snow",
        "ballad",
    ),
    VoiceCard(
        VoiceStyle.ALTO,
        "Alto",
        "Warm, near, a storyteller’s voice",
        "music",
        "I found your letter folded in a winter coat",
        "lullaby",
    ),
    VoiceCard(
        VoiceStyle.CHOIR,
        "Choir",
        "Many singers, in four parts",
        "people-group",
        "Keep one candle burning, keep it through the night",
        "hymn",
    ),
    VoiceCard(
        VoiceStyle.WHISPER,
        "Whisper",
        "Breath close to the ear",
        "wind",
        "Come closer, the river knows your name",
        "lament",
    ),
    VoiceCard(
        VoiceStyle.SPOKEN,
        "Narrator",
        "Speaks the words, plainly",
        "microphone-lines",
        "Long ago, a lighthouse called the ships that sank.",
        "",
    ),
)


@dataclass(frozen=True)
class ExampleLine:
    """A line worth hearing, and what it shows."""

    text: str
    melody: str
    shows: str


EXAMPLES = (
    ExampleLine("She sells seashells by the seashore all summer", "patter", "quick consonants"),
    ExampleLine("Holy, holy, evening falls upon the hills", "hymn", "long vowels"),
    ExampleLine("In 1969 we didn’t know we’d fly", "march", "numbers, contractions"),
    ExampleLine("Oh, {Siobhan|ʃəvˈɔn}, la la la, come home", "ballad", "a name by its sounds"),
)


def list_voices() -> tuple[VoiceCard, ...]:
    return VOICES


def list_tunes() -> tuple[Tune, ...]:
    return tuple(TUNES.values())


def audio_path(key: str) -> Path:
    return settings.AUDITIONS_DIR / key[:2] / f"{key}.wav"


def facts_path(key: str) -> Path:
    return audio_path(key).with_suffix(".json")


def find_audition(key: str) -> dict[str, Any] | None:
    """The facts of a kept audition; asking for it keeps it from being removed soon."""
    try:
        facts = json.loads(facts_path(key).read_text(encoding="utf-8"))
        mark_heard(key)
        return facts if audio_path(key).is_file() else None
    except (OSError, ValueError):
        return None


def mark_heard(key: str) -> None:
    """The files' own clock ticks in milliseconds; two auditions must not seem to be of one age."""
    now_ns = time.time_ns()
    with suppress(OSError):  # a read-only disk still answers
        os.utime(facts_path(key), ns=(now_ns, now_ns))


def get_audition(key: str) -> dict[str, Any]:
    """Raises NotFound for what was never sung, or was removed to make room."""
    facts = find_audition(key) if _KEY.fullmatch(key) else None
    if facts is None:
        raise NotFound(GONE)
    return facts


def get_audio(key: str) -> Path:
    """Raises NotFound as `get_audition` does."""
    get_audition(key)
    return audio_path(key)

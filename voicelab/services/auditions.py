"""A line sung or said: planned at once, rendered in the singing room, kept by what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from codecraft.common.codec import content_hash, encode
from codecraft.common.progress import Progress
from voicelab.contracts import Expression, SingSpec, SpeakSpec
from voicelab.engine.audition import (
    PART_NAMES,
    Audition,
    AuditionMode,
    PlacedNote,
    SungPlan,
    plan_sung,
    read_line,
    spoken_text,
)
from voicelab.engine.insight import automatic_expressions, pitch_line
from voicelab.engine.language import foreign_notice
from voicelab.engine.singer import SINGER_VERSION, sing
from voicelab.engine.speech import SPEECH_VERSION, speak
from voicelab.selectors import find_audition
from voicelab.services.reading import read_text
from voicelab.services.rendering import SingingRoom
from voicelab.services.store import keep

AUDITION_VERSION = "2"
Render = Callable[[Path, Progress], dict[str, Any]]
"""Writes the sound and tells its facts."""


@lru_cache(maxsize=1)
def singing_room() -> SingingRoom:
    return SingingRoom(at_once=settings.AUDITIONS_AT_ONCE, waiting=settings.AUDITIONS_WAITING)


def make_audition(*, audition: Audition, is_gone: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """The facts of a finished audition. Raises InvalidInput with the field, Unavailable when too many wait, Cancelled
    when the client has gone."""
    spec, render = _singing(audition) if audition.mode is AuditionMode.SING else _speaking(audition)
    # What is sung belongs to the name, too: a tune or a word that is read otherwise some day is another audition.
    key = content_hash([AUDITION_VERSION, SINGER_VERSION, SPEECH_VERSION, audition, spec])
    kept = find_audition(key)
    if kept is not None:
        return kept

    def work(progress: Progress) -> dict[str, Any]:
        return keep(key, lambda path: {**_asked(key, audition), **render(path, progress)})

    return singing_room().run(key, work, is_gone=is_gone)


def _singing(audition: Audition) -> tuple[SingSpec, Render]:
    plan = plan_sung(audition)  # at once, so that what is wrong is said before anybody waits

    def render(path: Path, progress: Progress) -> dict[str, Any]:
        take = sing(plan.spec, path, progress=progress)
        return {
            "melody": "own" if audition.notes else audition.melody,
            "tempo_bpm": plan.tempo_bpm,
            "duration_s": take.samples / take.sample_rate_hz,
            "sample_rate_hz": take.sample_rate_hz,
            "channels": take.channels,
            "notices": [*dict.fromkeys((*plan.notices, *take.notices))],
            "notes": [_note(*one) for one in zip(plan.notes, automatic_expressions(plan.spec), strict=True)],
            "parts": _parts(plan),
            "pitch": encode(pitch_line(plan.spec)),
            "words": _words(plan),
        }

    return plan.spec, render


def _speaking(audition: Audition) -> tuple[SpeakSpec, Render]:
    read_line(audition.text, audition.pronunciations)
    spec = SpeakSpec(spoken_text(audition), audition.voice, audition.seed, audition.rate)

    def render(path: Path, progress: Progress) -> dict[str, Any]:
        speech = speak(spec, path, progress=progress)
        return {
            "melody": "",
            "tempo_bpm": None,
            "duration_s": speech.samples / speech.sample_rate_hz,
            "sample_rate_hz": speech.sample_rate_hz,
            "channels": 1,
            "notices": list(speech.notices),
            "notes": [],
            "parts": [],
            "pitch": None,
            "words": [encode(word) for word in speech.words],
        }

    return spec, render


def _asked(key: str, audition: Audition) -> dict[str, Any]:
    return {"id": key, **{name: encode(getattr(audition, name)) for name in ("voice", "mode", "text", "seed", "rate")}}


def _note(note: PlacedNote, automatic: Expression) -> dict[str, Any]:
    return {
        "syllable": note.syllable,
        "word": note.word,
        "text": note.text,
        "phonemes": note.phonemes,
        "start_s": note.start_s,
        "end_s": note.end_s,
        **asdict(note.melody),
        "expression": encode(note.expression),
        "automatic": encode(automatic),
    }


def _parts(plan: SungPlan) -> list[dict[str, Any]]:
    if len(plan.parts) < 2:
        return []
    return [{"name": name, "midi": list(part)} for name, part in zip(PART_NAMES, plan.parts, strict=True)]


def _words(plan: SungPlan) -> list[dict[str, Any]]:
    words: dict[int, list[PlacedNote]] = {}
    for note in plan.notes:
        words.setdefault(note.word, []).append(note)
    return [
        {"text": "".join(n.text for n in notes), "start_s": notes[0].start_s, "end_s": notes[-1].end_s}
        for notes in words.values()
    ]


def pronounce(*, text: Any) -> dict[str, Any]:
    """How a line will sound: its words, syllables and phonemes. Raises InvalidInput (field "text")."""
    line = read_text(text)
    words = read_line(line)
    return {
        "text": line,
        "syllables": sum(len(word.syllables) for word in words),
        "notices": list(foreign_notice(line)),
        "words": [
            {
                "text": word.text,
                "phonemes": "".join(_with_stress(s.onset, s.nucleus, s.coda, s.stress) for s in word.syllables),
                "syllables": [
                    {"phonemes": s.phonemes, "onset": s.onset, "nucleus": s.nucleus, "coda": s.coda, "stress": s.stress}
                    for s in word.syllables
                ],
            }
            for word in words
        ],
    }


def _with_stress(onset: str, nucleus: str, coda: str, stress: int) -> str:
    return f"{onset}{'ˈ' if stress == 2 else 'ˌ' if stress == 1 else ''}{nucleus}{coda}"

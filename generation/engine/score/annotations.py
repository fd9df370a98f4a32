"""What neither MIDI nor MusicXML has a word for, as small notes beside the music: `codecraft:kind {json}`.

Each stands where the thing stands that it tells of (a section, a chord, a line, a syllable, a part), so that a file
edited elsewhere keeps those that still fit. Read with caution: whoever had the file may have changed them.
"""

from __future__ import annotations

import json
import re
from typing import Any

from codecraft.common.codec import encode
from generation.engine.score.types import Chord, Key, Part, Score, Section, SungLine, Syllable, VocalPart

PREFIX = "codecraft:"
MAX_CHARS = 20_000
_UNWRITABLE = re.compile(r"\\u00[01]|[\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
"""Control characters and halves of characters: a file that we write could not hold them."""


def said(kind: str, data: dict[str, Any]) -> str:
    """One annotation as text."""
    return f"{PREFIX}{kind} {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}"


def heard(text: str) -> tuple[str, dict[str, Any]] | None:
    """(kind, data) of an annotation; None for any other text, and for one that cannot be read."""
    if not text.startswith(PREFIX) or len(text) > MAX_CHARS:
        return None
    kind, _, body = text[len(PREFIX) :].partition(" ")
    try:
        data = json.loads(body)
        again = json.dumps(data, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return (kind, data) if isinstance(data, dict) and not _UNWRITABLE.search(again) else None


def song_data(score: Score) -> dict[str, Any]:
    key = [score.key.tonic, score.key.mode]
    backing = [part.name for part in score.backing]
    return {"title": score.title, "style": score.style, "key": key, "tail_s": score.tail_s, "backing": backing}


def section_data(section: Section) -> dict[str, Any]:
    return {"kind": section.kind.value, "energy": section.energy, "bars": section.bars}


def chord_data(chord: Chord) -> dict[str, Any]:
    return {"name": chord.name, "root": chord.root, "pcs": list(chord.pitch_classes), "bass": chord.bass}


def key_data(key: Key) -> dict[str, Any]:
    return {"tonic": key.tonic, "mode": key.mode}


def voice_data(part: VocalPart, place: str) -> dict[str, Any]:
    """`place` is "lead", "harmony" or "backing"."""
    return {"is": place, "name": part.name, "spoken": part.spoken}


def line_data(line: SungLine) -> dict[str, Any]:
    """`sung` counts the syllables, so that a reader sees whether the line is still whole."""
    sung = sum(note.syllable is not None for note in line.notes)
    return {"section": line.section, "text": line.text, "energy": line.energy, "sung": sung}


def sung_data(syllable: Syllable) -> dict[str, Any]:
    """The sounds of a syllable, and its place among the words of the song (`i`) and in its word (`k`)."""
    return {
        "text": syllable.text,
        "word": syllable.word,
        "i": syllable.word_index,
        "k": syllable.index_in_word,
        "sounds": [syllable.onset, syllable.nucleus, syllable.coda],
        "stress": syllable.stress,
    }


def part_data(part: Part) -> dict[str, Any]:
    data: dict[str, Any] = {"role": part.role.value, "pan": part.pan, "program": part.program}
    return {**data, "synth": part.synth} if part.synth else data


def manner_data(expression: Any) -> dict[str, Any]:
    """An `Expression` with only what it says."""
    return {name: value for name, value in encode(expression).items() if value not in (None, "")}

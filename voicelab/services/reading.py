"""What a person asked, read strictly: wrong types and values out of bounds are told by the name of their field."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from codecraft.common.errors import InvalidInput
from voicelab.contracts import Expression, PitchPoint, Vibrato, VoiceStyle
from voicelab.engine.audition import MAX_TEXT_CHARS, Audition, AuditionMode
from voicelab.engine.language import check_line, read_syllable
from voicelab.engine.melodies import TUNES, MelodyNote
from voicelab.engine.phonemes import Pronunciations, clean_pronunciations

FIELDS = ("voice", "text", "mode", "melody", "tempo_bpm", "seed", "rate", "expressions", "pronunciations")
EXPRESSION_FIELDS = ("note", "pitch_curve", "vibrato", "tension", "breath", "energy", "phonemes")
MAX_NOTES, MAX_CURVE_POINTS, MAX_PRONUNCIATIONS, MAX_SEED = 120, 16, 60, 2**53 - 1
TEMPO_BPM, RATE = (40.0, 220.0), (0.5, 2.0)
BEATS, REST_BEATS, MIDI = (0.125, 16.0), (0.0, 8.0), (0.0, 127.0)
TENSION, BREATH, ENERGY = (-1.0, 1.0), (0.0, 1.0), (0.0, 1.0)
DEPTH_CENTS, RATE_HZ, ONSET_S, CURVE_CENTS = (0.0, 150.0), (3.0, 9.0), (0.0, 10.0), (-1200.0, 1200.0)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]+")
"""Also signs that nobody sees: zero width, direction marks."""


def read_audition(asked: Mapping[str, Any]) -> Audition:
    """Raises InvalidInput with one sentence and the field."""
    _only(asked, FIELDS, "")
    mode = _choice(asked.get("mode", "sing"), list(AuditionMode), "mode")
    text = read_text(asked.get("text", ""))
    tempo = asked.get("tempo_bpm")
    return Audition(
        voice=VoiceStyle(_choice(asked.get("voice", VoiceStyle.HEROIC_MALE), list(VoiceStyle), "voice")),
        text=text,
        mode=AuditionMode(mode),
        **_melody(asked.get("melody")),
        tempo_bpm=None if tempo is None else _number(tempo, TEMPO_BPM, "tempo_bpm"),
        seed=_whole(asked.get("seed", 1), (0, MAX_SEED), "seed"),
        rate=_number(asked.get("rate", 1.0), RATE, "rate"),
        expressions=_expressions(asked.get("expressions")),
        pronunciations=_pronunciations(asked.get("pronunciations")),
    )


def read_text(text: Any) -> str:
    """One line without signs that cannot be seen; its braces are checked."""
    if not isinstance(text, str):
        raise InvalidInput("The text must be text.", field="text")
    line = " ".join(_CONTROL.sub(" ", text.encode("utf-8", "ignore").decode()).split())
    if len(line) > MAX_TEXT_CHARS:
        raise InvalidInput(
            f"An audition takes one line of up to {MAX_TEXT_CHARS} characters; this one has {len(line)}.", field="text"
        )
    check_line(line)
    return line


def _melody(asked: Any) -> dict[str, Any]:
    if asked is None:
        return {}
    if isinstance(asked, str):
        return {"melody": _choice(asked, list(TUNES), "melody")}
    if not isinstance(asked, list) or not asked:
        raise InvalidInput("The melody is the name of a tune, or a list of notes.", field="melody")
    if len(asked) > MAX_NOTES:
        raise InvalidInput(f"A melody has up to {MAX_NOTES} notes, not {len(asked)}.", field="melody")
    return {"notes": tuple(_note(note, f"melody[{index}]") for index, note in enumerate(asked))}


def _note(asked: Any, field: str) -> MelodyNote:
    _object(asked, ("midi", "beats", "rest_beats", "slur"), field)
    slur = asked.get("slur", False)
    if not isinstance(slur, bool):
        raise InvalidInput("A slur is true or false.", field=f"{field}.slur")
    for name in ("midi", "beats"):
        if name not in asked:
            raise InvalidInput(f"A note needs its {name}.", field=f"{field}.{name}")
    return MelodyNote(
        midi=_number(asked["midi"], MIDI, f"{field}.midi"),
        beats=_number(asked["beats"], BEATS, f"{field}.beats"),
        rest_beats=_number(asked.get("rest_beats", 0.0), REST_BEATS, f"{field}.rest_beats"),
        slur=slur,
    )


def _expressions(asked: Any) -> tuple[tuple[int, Expression], ...]:
    if asked is None:
        return ()
    if not isinstance(asked, list):
        raise InvalidInput("The expressions are a list, one for each note that has its own.", field="expressions")
    found: dict[int, Expression] = {}
    for index, one in enumerate(asked):
        field = f"expressions[{index}]"
        _object(one, EXPRESSION_FIELDS, field)
        note = _whole(one.get("note"), (0, MAX_NOTES - 1), f"{field}.note")
        if note in found:
            raise InvalidInput(f"Note {note} has two expressions.", field=f"{field}.note")
        found[note] = _expression(one, field)
    return tuple(sorted((note, e) for note, e in found.items() if e != Expression()))


def _expression(asked: Mapping[str, Any], field: str) -> Expression:
    def share(name: str, bounds: tuple[float, float]) -> float | None:
        value = asked.get(name)
        return None if value is None else _number(value, bounds, f"{field}.{name}")

    phonemes = asked.get("phonemes") or ""
    if not isinstance(phonemes, str):
        raise InvalidInput("The phonemes must be text.", field=f"{field}.phonemes")
    if phonemes:
        phonemes = read_syllable(phonemes, field=f"{field}.phonemes")
    return Expression(
        pitch_curve=_curve(asked.get("pitch_curve"), f"{field}.pitch_curve"),
        vibrato=_vibrato(asked.get("vibrato"), f"{field}.vibrato"),
        tension=share("tension", TENSION),
        breath=share("breath", BREATH),
        energy=share("energy", ENERGY),
        phonemes=phonemes,
    )


def _vibrato(asked: Any, field: str) -> Vibrato | None:
    if asked is None:
        return None
    _object(asked, ("depth_cents", "rate_hz", "onset_s"), field)
    for name in ("depth_cents", "rate_hz", "onset_s"):
        if name not in asked:
            raise InvalidInput(f"A vibrato needs its {name}.", field=f"{field}.{name}")
    return Vibrato(
        depth_cents=_number(asked["depth_cents"], DEPTH_CENTS, f"{field}.depth_cents"),
        rate_hz=_number(asked["rate_hz"], RATE_HZ, f"{field}.rate_hz"),
        onset_s=_number(asked["onset_s"], ONSET_S, f"{field}.onset_s"),
    )


def _curve(asked: Any, field: str) -> tuple[PitchPoint, ...] | None:
    if asked is None:
        return None
    if not isinstance(asked, list) or len(asked) > MAX_CURVE_POINTS:
        raise InvalidInput(f"A pitch curve is a list of up to {MAX_CURVE_POINTS} points.", field=field)
    points = []
    for index, one in enumerate(asked):
        _object(one, ("at", "cents"), f"{field}[{index}]")
        at = _number(one.get("at"), (0.0, 1.0), f"{field}[{index}].at")
        if points and at <= points[-1].at:
            raise InvalidInput("The points of a pitch curve go forward in time.", field=f"{field}[{index}].at")
        points.append(PitchPoint(at, _number(one.get("cents"), CURVE_CENTS, f"{field}[{index}].cents")))
    return tuple(points) or None


def _pronunciations(asked: Any) -> Pronunciations:
    if asked is None:
        return ()
    told = f"The pronunciations are up to {MAX_PRONUNCIATIONS} words, each with its sounds, all text."
    if not isinstance(asked, dict) or len(asked) > MAX_PRONUNCIATIONS:
        raise InvalidInput(told, field="pronunciations")
    if not all(isinstance(sounds, str) for sounds in asked.values()) or any(set(word) & set("{}|") for word in asked):
        raise InvalidInput(told, field="pronunciations")
    return clean_pronunciations(asked.items())


def _only(asked: Mapping[str, Any], known: tuple[str, ...], field: str) -> None:
    for name in asked:
        if name not in known:
            where = f"{field}.{name}" if field else str(name)
            raise InvalidInput(f"There is no such field. There are: {', '.join(known)}.", field=where[:80])


def _object(asked: Any, known: tuple[str, ...], field: str) -> None:
    if not isinstance(asked, Mapping):
        raise InvalidInput(f"This must be an object with: {', '.join(known)}.", field=field)
    _only(asked, known, field)


def _choice(asked: Any, known: list[Any], field: str) -> str:
    if not isinstance(asked, str) or asked not in known:
        raise InvalidInput(f"There is no such {field}. There are: {', '.join(map(str, known))}.", field=field)
    return str(asked)


def _number(asked: Any, bounds: tuple[float, float], field: str) -> float:
    told = f"It must be a number from {bounds[0]:g} to {bounds[1]:g}."
    if isinstance(asked, bool) or not isinstance(asked, (int, float)):
        raise InvalidInput(told, field=field)
    if not math.isfinite(asked) or not bounds[0] <= asked <= bounds[1]:
        raise InvalidInput(f"{told[:-1]}, not {asked:g}.", field=field)
    return float(asked)


def _whole(asked: Any, bounds: tuple[int, int], field: str) -> int:
    if isinstance(asked, bool) or not isinstance(asked, int) or not bounds[0] <= asked <= bounds[1]:
        raise InvalidInput(f"It must be a whole number from {bounds[0]} to {bounds[1]}.", field=field)
    return asked

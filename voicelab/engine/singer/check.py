"""Whether a spec can be sung, said in one sentence before any work is done."""

from __future__ import annotations

import math

from codecraft.common.errors import InvalidInput
from voicelab.contracts import Expression, PitchPoint, SingSpec, SungNote, Vibrato, VocalPhrase
from voicelab.engine.phonemes import VOWELS
from voicelab.engine.singer.sounds import split_sounds

MAX_DURATION_S = 1_200.0
MIN_NOTE_S = 0.03
MIN_MIDI, MAX_MIDI = 0.0, 127.0
MOST_PITCH_POINTS, MOST_BEND_CENTS = 64, 1_200.0
MOST_VIBRATO_CENTS, VIBRATO_RATES_HZ, LATEST_VIBRATO_S = 200.0, (2.0, 10.0), 60.0
SAMPLE_RATES_HZ = (8_000, 192_000)
_TOUCH_S = 1e-4
"""Notes may touch; rounding of beats to seconds must not count as an overlap."""


def check_spec(spec: SingSpec) -> None:
    """Raises InvalidInput, naming the field, when a spec cannot be sung."""
    if not spec.lines:
        raise InvalidInput("There is no line to sing: give at least one vocal line.", field="lines")
    if not (math.isfinite(spec.duration_s) and 0.0 < spec.duration_s <= MAX_DURATION_S):
        raise InvalidInput(
            f"A vocal stem lasts up to {MAX_DURATION_S:.0f} s, not {spec.duration_s} s.", field="duration_s"
        )
    if not SAMPLE_RATES_HZ[0] <= spec.sample_rate_hz <= SAMPLE_RATES_HZ[1]:
        raise InvalidInput(f"A sample rate of {spec.sample_rate_hz} Hz is not supported.", field="sample_rate_hz")
    for index, line in enumerate(spec.lines):
        last_end_s = -math.inf
        for phrase in line.phrases:
            last_end_s = _check_phrase(phrase, f"lines[{index}]", last_end_s, spec.duration_s)


def _check_phrase(phrase: VocalPhrase, field: str, last_end_s: float, duration_s: float) -> float:
    if not (math.isfinite(phrase.energy) and 0.0 <= phrase.energy <= 1.0):
        raise InvalidInput(f"The energy of a phrase lies between 0 and 1, not at {phrase.energy}.", field=field)
    for word in phrase.words:
        if not word.syllables:
            raise InvalidInput(f"The word {word.text!r} has no syllable to sing.", field=field)
        for syllable in word.syllables:
            if len(syllable.nucleus) != 1 or syllable.nucleus not in VOWELS:
                raise InvalidInput(
                    f"The syllable {syllable.text!r} of {word.text!r} needs one vowel, not {syllable.nucleus!r}.",
                    field=field,
                )
            if not syllable.notes:
                raise InvalidInput(f"The syllable {syllable.text!r} of {word.text!r} has no note.", field=field)
            where = f"{syllable.text!r} of {word.text!r}"
            for number, note in enumerate(syllable.notes):
                _check_note(note, where, field, last_end_s, duration_s)
                if note.expression is not None:
                    _check_expression(note.expression, where, f"{field}.expression", starts_syllable=number == 0)
                last_end_s = note.end_s
    return last_end_s


def _check_note(note: SungNote, where: str, field: str, last_end_s: float, duration_s: float) -> None:
    if not all(map(math.isfinite, (note.start_s, note.end_s, note.midi))):
        raise InvalidInput(f"A note of {where} has a time or pitch that is no number.", field=field)
    if note.start_s < 0.0 or note.end_s > duration_s + _TOUCH_S:
        raise InvalidInput(f"A note of {where} lies outside the stem of {duration_s:.2f} s.", field=field)
    if note.end_s - note.start_s < MIN_NOTE_S:
        raise InvalidInput(
            f"A note of {where} at {note.start_s:.2f} s is too short to sing: {MIN_NOTE_S * 1000:.0f} ms is the least.",
            field=field,
        )
    if note.start_s < last_end_s - _TOUCH_S:
        raise InvalidInput(
            f"A note of {where} at {note.start_s:.2f} s starts before the one before it ends: a line has one voice.",
            field=field,
        )
    if not MIN_MIDI <= note.midi <= MAX_MIDI:
        raise InvalidInput(
            f"A note of {where} has pitch {note.midi:g}; {MIN_MIDI:g} to {MAX_MIDI:g} are MIDI pitches.", field=field
        )


def _check_expression(told: Expression, where: str, field: str, *, starts_syllable: bool) -> None:
    """Each value a person set lies in its bounds (see `contracts.Expression`)."""
    for name, lowest in (("tension", -1.0), ("breath", 0.0), ("energy", 0.0)):
        value = getattr(told, name)
        if value is not None:
            _check_value(value, lowest, 1.0, f"The {name} of {where}", f"{field}.{name}")
    if told.pitch_curve is not None:
        _check_curve(told.pitch_curve, where, f"{field}.pitch_curve")
    if told.vibrato is not None:
        _check_vibrato(told.vibrato, where, f"{field}.vibrato")
    if told.phonemes:
        _check_phonemes(told.phonemes, where, f"{field}.phonemes", starts_syllable)


def _check_value(value: float, lowest: float, highest: float, what: str, field: str) -> None:
    if not (math.isfinite(value) and lowest <= value <= highest):
        raise InvalidInput(f"{what} lies between {lowest:g} and {highest:g}, not at {value:g}.", field=field)


def _check_curve(curve: tuple[PitchPoint, ...], where: str, field: str) -> None:
    if len(curve) > MOST_PITCH_POINTS:
        raise InvalidInput(
            f"The pitch curve of {where} has up to {MOST_PITCH_POINTS} points, not {len(curve)}.", field=field
        )
    last = -1.0
    for point in curve:
        _check_value(point.at, 0.0, 1.0, f"A point of the pitch curve of {where}", field)
        _check_value(point.cents, -MOST_BEND_CENTS, MOST_BEND_CENTS, f"A bend of {where} in cents", field)
        if point.at <= last:
            raise InvalidInput(f"The points of the pitch curve of {where} come in order of time.", field=field)
        last = point.at


def _check_vibrato(vibrato: Vibrato, where: str, field: str) -> None:
    _check_value(vibrato.depth_cents, 0.0, MOST_VIBRATO_CENTS, f"The vibrato depth of {where} in cents", field)
    _check_value(vibrato.rate_hz, *VIBRATO_RATES_HZ, f"The vibrato rate of {where} in Hz", field)
    _check_value(vibrato.onset_s, 0.0, LATEST_VIBRATO_S, f"The vibrato onset of {where} in s", field)


def _check_phonemes(phonemes: str, where: str, field: str, starts_syllable: bool) -> None:
    if not starts_syllable:
        raise InvalidInput(f"A note of {where} goes on with a syllable, so it has no sounds of its own.", field=field)
    try:
        split_sounds(phonemes)
    except ValueError as error:
        raise InvalidInput(str(error), field=field) from error

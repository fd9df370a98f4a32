"""Whether a spec can be sung, said in one sentence before any work is done."""

from __future__ import annotations

import math

from codecraft.common.errors import InvalidInput
from voicelab.contracts import SingSpec, SungNote, VocalPhrase
from voicelab.engine.phonemes import VOWELS

MAX_DURATION_S = 1_200.0
MIN_NOTE_S = 0.03
MIN_MIDI, MAX_MIDI = 28.0, 96.0
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
            for note in syllable.notes:
                _check_note(note, f"{syllable.text!r} of {word.text!r}", field, last_end_s, duration_s)
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
            f"A note of {where} has pitch {note.midi:g}; {MIN_MIDI:g} to {MAX_MIDI:g} can be sung.", field=field
        )

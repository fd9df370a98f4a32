"""What a singer means to do with a line: the pitch from moment to moment, and how each note would be performed.

For people who want to see it and change it; nothing is sung here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from voicelab.contracts import Expression, SingSpec, VocalPhrase, VoiceStyle
from voicelab.engine.choir import choir_seats
from voicelab.engine.singer import intended_pitch, interpret
from voicelab.engine.voices import SOLOISTS, Singer

STEP_S = 0.01


@dataclass(frozen=True)
class PitchLine:
    """MIDI numbers (fractions) every `step_s` from 0 s; None where nothing is sung."""

    step_s: float
    midi: tuple[float | None, ...]


def pitch_line(spec: SingSpec) -> PitchLine | None:
    """The pitch of the first line's first singer, scoops, glides and vibrato included; None for a whisper."""
    if _singer(spec).whispered:
        return None
    time_s, f0_hz = intended_pitch(spec)
    at = np.searchsorted(time_s, np.arange(int(spec.duration_s / STEP_S)) * STEP_S)
    hz = f0_hz[np.minimum(at, len(f0_hz) - 1)]
    midi = 69.0 + 12.0 * np.log2(np.maximum(hz, 1.0) / 440.0)
    return PitchLine(
        STEP_S, tuple(round(float(m), 2) if sung else None for m, sung in zip(midi, hz > 0.0, strict=True))
    )


def automatic_expressions(spec: SingSpec) -> tuple[Expression, ...]:
    """What the first line's first singer would do with each note by itself, whatever a person has set."""
    singer = _singer(spec)
    phrases = [interpret(_plain(phrase), singer, seed=spec.seed) for phrase in spec.lines[0].phrases]
    notes = [n for phrase in phrases for w in phrase.words for s in w.syllables for n in s.notes]
    return tuple(note.expression or Expression() for note in notes)


def _singer(spec: SingSpec) -> Singer:
    return choir_seats(len(spec.lines))[0][0] if spec.voice is VoiceStyle.CHOIR else SOLOISTS[spec.voice]


def _plain(phrase: VocalPhrase) -> VocalPhrase:
    words = tuple(
        replace(
            word,
            syllables=tuple(
                replace(s, notes=tuple(replace(note, expression=None) for note in s.notes)) for s in word.syllables
            ),
        )
        for word in phrase.words
    )
    return replace(phrase, words=words)

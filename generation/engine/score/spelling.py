"""How pitches are written in a key."""

from __future__ import annotations

from generation.engine.score.keys import key_fifths, pitch_class
from generation.engine.score.types import Key

_LINE_OF_FIFTHS = "FCGDAEB"


class Speller:
    """Spells MIDI numbers: scale notes by the signature, others as the nearest name on the line of fifths.

    (Temperley, "The Cognition of Basic Musical Structures", 2001, ch. 5: names stay close together on that line.)
    """

    def __init__(self, key: Key) -> None:
        centre = key_fifths(key) + 2
        self._names = {}
        for pc in range(12):
            best = min((f for f in range(-15, 20) if (f * 7) % 12 == pc), key=lambda f: (abs(f - centre), f))
            letter = _LINE_OF_FIFTHS[(best + 1) % 7]
            alter = (best + 1) // 7
            self._names[pc] = (letter, alter)

    def spell(self, midi: int) -> tuple[str, int, int]:
        """(step, alter, octave) of a MIDI number."""
        step, alter = self._names[midi % 12]
        octave = (midi - alter - pitch_class(step)) // 12 - 1
        return step, alter, octave

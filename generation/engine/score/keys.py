"""Keys and the spelling of notes."""

from __future__ import annotations

from generation.engine.score.types import Key

MODES: dict[str, tuple[int, ...]] = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
}
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_FIFTHS = {
    "C": 0,
    "G": 1,
    "D": 2,
    "A": 3,
    "E": 4,
    "B": 5,
    "F#": 6,
    "C#": 7,
    "G#": 8,
    "D#": 9,
    "A#": 10,
    "F": -1,
    "Bb": -2,
    "Eb": -3,
    "Ab": -4,
    "Db": -5,
    "Gb": -6,
    "Cb": -7,
}
_MODE_FIFTHS = {"lydian": 1, "ionian": 0, "mixolydian": -1, "dorian": -2, "aeolian": -3, "phrygian": -4}
_LETTER_PC = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch_class(name: str) -> int:
    """ "Bb" -> 10."""
    return (_LETTER_PC[name[0]] + name.count("#") - name.count("b")) % 12


def key_fifths(key: Key) -> int:
    """Sharps (positive) or flats (negative) in the key signature, folded into -7..7."""
    fifths = _FIFTHS[key.tonic] + _MODE_FIFTHS[key.mode]
    while fifths > 7:
        fifths -= 12
    while fifths < -7:
        fifths += 12
    return fifths


def best_key(tonic_pc: int, mode: str) -> Key:
    """The spelling of a key with the fewest accidentals in its signature."""
    names = {SHARP_NAMES[tonic_pc], FLAT_NAMES[tonic_pc]}
    tonic = min(sorted(names), key=lambda n: abs(_FIFTHS[n] + _MODE_FIFTHS[mode]))
    return Key(tonic, mode)


def note_names(key: Key) -> tuple[str, ...]:
    """How the twelve pitch classes are written in a key."""
    return FLAT_NAMES if key_fifths(key) < 0 else SHARP_NAMES


def scale_pcs(key: Key) -> tuple[int, ...]:
    """The seven pitch classes of a key, tonic first."""
    tonic = pitch_class(key.tonic)
    return tuple((tonic + step) % 12 for step in MODES[key.mode])

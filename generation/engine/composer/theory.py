"""Scales, keys and chords.

Chords are written as chromatic roman numerals against the major scale of the tonic ("bVI" lies 8 semitones up in every
mode), after the convention of popular-music analysis (de Clercq and Temperley, "A corpus analysis of rock harmony",
Popular Music 30/1, 2011). Upper case is major, lower case minor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from generation.engine.score.keys import MODES, best_key, note_names, pitch_class, scale_pcs

__all__ = [
    "MODES",
    "RomanChord",
    "best_key",
    "chord_name",
    "local_scale",
    "note_names",
    "parse_roman",
    "pitch_class",
    "scale_pcs",
]

_NUMERALS = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_ROMAN = re.compile(r"^(b|#)?([ivIV]+)(maj7|sus4|sus2|add9|dim|m7b5|6|7|5)?(?:/(b|#)?([1-7]))?$")
_DEGREES = (0, 2, 4, 5, 7, 9, 11)
_QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "7": (0, 4, 7, 10),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "add9": (0, 4, 7, 2),
    "madd9": (0, 3, 7, 2),
    "dim": (0, 3, 6),
    "5": (0, 7),
    "m7b5": (0, 3, 6, 10),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "mmaj7": (0, 3, 7, 11),
}


@dataclass(frozen=True)
class RomanChord:
    """A chord against a tonic: pitch classes as semitones above the tonic, root first."""

    root: int
    suffix: str
    tones: tuple[int, ...]
    bass: int


def parse_roman(text: str) -> RomanChord:
    """ "bVI", "V7", "iv/1" -> a chord above the tonic. Raises ValueError on anything else."""
    found = _ROMAN.match(text)
    if not found or found.group(2).lower() not in _NUMERALS:
        raise ValueError(f"not a chord: {text!r}")
    accidental, numeral, suffix, bass_accidental, bass_degree = found.groups()
    root = (_NUMERALS[numeral.lower()] + _shift(accidental)) % 12
    quality = _quality(numeral.islower(), suffix or "")
    tones = tuple((root + t) % 12 for t in _QUALITIES[quality])
    bass = root if bass_degree is None else (_DEGREES[int(bass_degree) - 1] + _shift(bass_accidental)) % 12
    return RomanChord(root, quality, tones, bass)


def _shift(accidental: str | None) -> int:
    return {"b": -1, "#": 1}.get(accidental or "", 0)


def _quality(minor: bool, suffix: str) -> str:
    if suffix in ("dim", "m7b5", "5", "sus4", "sus2"):
        return suffix
    return ("m" if minor else "") + suffix


def chord_name(root_pc: int, suffix: str, bass_pc: int, names: tuple[str, ...]) -> str:
    """The name as people write it: "Dm", "Bb/F"."""
    name = names[root_pc] + suffix
    return name if bass_pc == root_pc else f"{name}/{names[bass_pc]}"


def local_scale(key_pcs: tuple[int, ...], chord_pcs: tuple[int, ...]) -> frozenset[int]:
    """The scale to sing over a chord: the key's, with the notes that rub against the chord's own raised or lowered.

    A chord tone that the key lacks replaces its chromatic neighbours (the leading note in minor replaces the seventh).
    """
    scale = set(key_pcs)
    for tone in chord_pcs:
        if tone not in scale:
            for neighbour in ((tone - 1) % 12, (tone + 1) % 12):
                if neighbour in scale and neighbour not in chord_pcs:
                    scale.discard(neighbour)
            scale.add(tone)
    return frozenset(scale)

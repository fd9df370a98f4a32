"""Chord names as people write them ("F#m7b5/A") to pitch classes, and their spelling after a transposition.

The suffixes are those of lead sheets (Brandt and Roemer, "Standardized Chord Symbol Notation", 1976).
"""

from __future__ import annotations

import re

from generation.engine.score.editing.errors import BadEdit
from generation.engine.score.keys import pitch_class
from generation.engine.score.types import Chord

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "mmaj7": (0, 3, 7, 11),
    "9": (0, 4, 7, 10, 2),
    "m9": (0, 3, 7, 10, 2),
    "maj9": (0, 4, 7, 11, 2),
    "add9": (0, 4, 7, 2),
    "madd9": (0, 3, 7, 2),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
}
_SAME = {"min": "m", "-": "m", "M7": "maj7", "Maj7": "maj7", "min7": "m7", "-7": "m7", "°": "dim", "°7": "dim7"}
_SAME |= {"ø": "m7b5", "+": "aug", "maj": "", "M": "", "sus": "sus4", "2": "sus2", "mM7": "mmaj7"}
_CHORD = re.compile(r"^([A-G][#b]?)([^/]*)(?:/([A-G][#b]?))?$")


def read_chord(name: str, start_beats: float, duration_beats: float) -> Chord:
    """Raises BadEdit for a name that tells no chord."""
    found = _CHORD.match(name.replace("♯", "#").replace("♭", "b"))
    suffix = _SAME.get(found.group(2), found.group(2)) if found else None
    if suffix not in QUALITIES:
        raise BadEdit(
            f"“{name[:20]}” is no chord. Write a root (C, F#, Bb), then one of {', '.join(filter(None, QUALITIES))} or "
            "nothing, then, if another note is in the bass, a slash and that note: “Am”, “Bb7”, “C/E”."
        )
    root = pitch_class(found.group(1))
    bass = pitch_class(found.group(3)) if found.group(3) else root
    pitch_classes = tuple((root + step) % 12 for step in QUALITIES[suffix])
    shown = found.group(1) + suffix + (f"/{found.group(3)}" if found.group(3) and bass != root else "")
    return Chord(shown, root, pitch_classes, bass, start_beats, duration_beats)


def respelled(chord: Chord, semitones: int, names: tuple[str, ...]) -> Chord:
    """The chord moved by semitones, spelled with `names` for the twelve pitch classes."""
    found = _CHORD.match(chord.name)
    root, bass = (chord.root + semitones) % 12, (chord.bass + semitones) % 12
    suffix = found.group(2) if found else ""
    name = names[root] + suffix + (f"/{names[bass]}" if bass != root else "")
    tones = tuple((pc + semitones) % 12 for pc in chord.pitch_classes)
    return Chord(name, root, tones, bass, chord.start_beats, chord.duration_beats)


def spelled(
    root: int, tones: tuple[int, ...], bass: int, names: tuple[str, ...], start_beats: float, duration_beats: float
) -> Chord:
    """A chord of these pitch classes by the name that says most of them."""
    wanted = {(tone - root) % 12 for tone in tones}
    suffix = min(QUALITIES, key=lambda s: (len(wanted ^ set(QUALITIES[s])), len(QUALITIES[s])))
    name = names[root] + suffix + (f"/{names[bass]}" if bass != root else "")
    pitch_classes = (root, *(tone for tone in tones if tone != root))
    return Chord(name, root, pitch_classes, bass, start_beats, duration_beats)

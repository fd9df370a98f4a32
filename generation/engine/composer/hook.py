"""The hook: the tune that a song is remembered by, as degrees of the key, so that any instrument can play it anywhere.

The title line of the chorus is what comes back, and what the introduction may promise and the played sections recall
(Burns, "A typology of hooks in popular records", Popular Music 6/1, 1987).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from generation.engine.composer.spec import Form
from generation.engine.composer.theory import pitch_class, scale_pcs
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Key, SungLine


@dataclass(frozen=True)
class HookNote:
    """`offset_beats` from the downbeat that the line belongs to (a pickup is negative). `step` counts degrees of the
    scale from the tonic that lies lowest under the tune (7 is its octave); `alter` semitones above that degree."""

    offset_beats: float
    duration_beats: float
    step: int
    alter: int = 0


@dataclass(frozen=True)
class Hook:
    """`beats` is the room that the line has in the song, its breath included."""

    notes: tuple[HookNote, ...]
    beats: float

    def figure(self, beats: float) -> tuple[tuple[float, ...], tuple[int, ...]]:
        """(onsets, scale steps) of what fits into `beats` from the downbeat on, the steps near the tonic's octave: for
        players that fit the tune to chords of their own."""
        kept = [n for n in self.notes if 0.0 <= n.offset_beats < beats - 0.5]
        if not kept:
            return (), ()
        middle = sum(n.step for n in kept) / len(kept)
        shift = 7 * round((middle - 2.0) / 7.0)
        return tuple(n.offset_beats for n in kept), tuple(n.step - shift for n in kept)

    def pitches(self, key: Key, low: int, high: int) -> tuple[int, ...]:
        """MIDI numbers of the notes in `key`, moved as one by octaves to lie best within `low`..`high`; a note that
        still lies outside is folded back by an octave."""
        pcs, tonic = scale_pcs(key), pitch_class(key.tonic)
        flat = [12 * (n.step // 7) + (pcs[n.step % 7] - tonic) % 12 + n.alter for n in self.notes]
        middle = (min(flat) + max(flat)) / 2

        def off(octave: int) -> float:
            return abs(tonic + 12 * octave + middle - (low + high) / 2)

        base = tonic + 12 * min(range(10), key=off)
        return tuple(_folded(base + p, low, high) for p in flat)


def find_hook(form: Form, lead: tuple[SungLine, ...], key_at: Callable[[float], Key]) -> Hook | None:
    """The first line of the first chorus, else the first line of all; None where nobody sings."""
    if not lead:
        return None
    line = next((x for x in lead if form.sections[x.section].kind is K.CHORUS), lead[0])
    section = form.sections[line.section]
    number = [x for x in lead if x.section == line.section].index(line)
    phrase = section.phrases[min(number, len(section.phrases) - 1)]
    window = section.start_bar * form.beats_per_bar + phrase.start_beats
    key = key_at(window)
    pcs, tonic = scale_pcs(key), pitch_class(key.tonic)
    lowest = min(n.midi for n in line.notes)
    base = lowest - (lowest - tonic) % 12
    notes = []
    for note in line.notes:
        above = note.midi - base
        degree = max(i for i, pc in enumerate(pcs) if (pc - tonic) % 12 <= above % 12)
        alter = above % 12 - (pcs[degree] - tonic) % 12
        notes.append(
            HookNote(
                round(note.start_beats - window, 4), round(note.duration_beats, 4), 7 * (above // 12) + degree, alter
            )
        )
    return Hook(tuple(notes), phrase.beats)


def _folded(pitch: int, low: int, high: int) -> int:
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch

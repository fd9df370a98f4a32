"""Notes outside a voice's compass are sung in another octave, and the take says so."""

from __future__ import annotations

from dataclasses import replace

from voicelab.contracts import VOICE_RANGES, SingSpec, SungNote, VocalGroup, VocalLine, VocalPhrase, VoiceStyle
from voicelab.engine.singer.phrasing import notes_of

TOLERANCE = 7
"""A singer reaches a fifth beyond what a composer should write."""
CHOIR_LOWEST, CHOIR_HIGHEST = 36, 84
"""From the basses' low C to the sopranos' high C: which section sings a line is not known here."""
OCTAVES = (-12, 12, -24, 24, -36, 36, -48, 48, -60, 60)


def in_compass(spec: SingSpec) -> tuple[SingSpec, tuple[str, ...]]:
    """The spec with every pitch where its voice can sing it, and a sentence for people when something was moved.

    A phrase is moved as a whole when one shift brings all of it into the compass; otherwise its stray notes are.
    """
    lowest, highest = compass_of(spec)
    moved: list[str] = []
    lines = tuple(
        VocalLine(tuple(_placed(phrase, lowest, highest, moved) for phrase in line.phrases)) for line in spec.lines
    )
    if not moved:
        return spec, ()
    where = f"“{moved[0]}”" if len(moved) == 1 else f"“{moved[0]}” and {len(moved) - 1} more places"
    notice = f"Pitches out of reach of the voice were moved by octaves, at {where}."
    return replace(spec, lines=lines), (notice,)


def compass_of(spec: SingSpec) -> tuple[float, float]:
    """The lowest and highest pitch (MIDI) that is sung as written."""
    if spec.voice is VoiceStyle.CHOIR or spec.group is VocalGroup.BACKING:
        return CHOIR_LOWEST, CHOIR_HIGHEST
    compass = VOICE_RANGES[spec.voice]
    return compass.lowest - TOLERANCE, compass.highest + TOLERANCE


def _placed(phrase: VocalPhrase, lowest: float, highest: float, moved: list[str]) -> VocalPhrase:
    pitches = [note.midi for note in notes_of(phrase)]
    if all(lowest <= midi <= highest for midi in pitches):
        return phrase
    moved.append(phrase.words[0].text.strip(',;:.!?…—–"“” '))
    low, high = min(pitches), max(pitches)
    shift = next((octave for octave in OCTAVES if lowest <= low + octave and high + octave <= highest), None)

    def sung(note: SungNote) -> SungNote:
        own = shift if shift is not None else _own_shift(note.midi, lowest, highest)
        return replace(note, midi=note.midi + own)

    words = tuple(
        replace(word, syllables=tuple(replace(s, notes=tuple(map(sung, s.notes))) for s in word.syllables))
        for word in phrase.words
    )
    return replace(phrase, words=words)


def _own_shift(midi: float, lowest: float, highest: float) -> int:
    if lowest <= midi <= highest:
        return 0
    return next((octave for octave in OCTAVES if lowest <= midi + octave <= highest), 0)

"""The same song otherwise: for another singer, in another key or tempo, by the band of another style.

Words, tune and harmony are the score's own, edits included; nothing is composed anew. A tune in another key moves as a
whole; in another mode each note and chord keeps its degree (the parallel change of mode: Aldwell and Schachter,
"Harmony and Voice Leading", ch. 5). Another style's band plays to the same sections and chords.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from codecraft.common.errors import InvalidInput
from generation.contracts import MAX_LENGTH_S, MusicStyle
from generation.engine.composer.sections import HouseBand
from generation.engine.composer.styles import STYLES
from generation.engine.score.editing.chord_names import respelled, spelled
from generation.engine.score.grid import quantised
from generation.engine.score.keys import MODES, best_key, note_names, pitch_class
from generation.engine.score.types import (
    Chord,
    Key,
    KeyChange,
    Part,
    Score,
    TempoChange,
    TempoMap,
    VocalPart,
)
from voicelab.contracts import VOICE_RANGES, VoiceRange, VoiceStyle

_SHORTEST_S = 10


@dataclass(frozen=True)
class Change:
    """What is to be other; None stays. `key` gives the first key, later ones keep their distance to it."""

    style: MusicStyle | None = None
    voice: VoiceStyle | None = None
    key: Key | None = None
    tempo_bpm: float | None = None


def read_key(text: str) -> Key:
    """ "D dorian", "Bb", "f# minor" -> a key. Raises InvalidInput (field "key")."""
    tonic, _, mode = text.strip().replace("♯", "#").replace("♭", "b").partition(" ")
    name = tonic[:1].upper() + tonic[1:]
    mode = {"": "ionian", "major": "ionian", "minor": "aeolian"}.get(mode.strip().lower(), mode.strip().lower())
    if not name or name[0] not in "ABCDEFG" or name[1:] not in ("", "#", "b") or mode not in MODES:
        raise InvalidInput(
            f"“{text[:20]}” is no key. Write a tonic and a mode: “D minor”, “Bb major”, “F# dorian” "
            f"({', '.join(MODES)}).",
            field="key",
        )
    return best_key(pitch_class(name), mode)


def varied(score: Score, change: Change, *, style: MusicStyle, voice: VoiceStyle, seed: int) -> Score:
    """`score`, which was made in `style` for `voice`, with what `change` asks for.

    Raises InvalidInput or BrokenScore when the song cannot be so: a tempo that makes it too long, a tune wider than the
    singer's compass.
    """
    to_style, to_voice = change.style or style, change.voice or voice
    band = HouseBand(to_style, to_voice, seed)
    made = replace(score, style=to_style.value)
    if change.key is not None:
        made = in_key(made, change.key)
    if not score.lead.spoken or to_voice is not VoiceStyle.SPOKEN:
        made = for_voice(made, VOICE_RANGES[to_voice], stay=change.key is not None)
    made = _at_tempo(made, _wanted_bpm(made, change, to_style))
    if to_voice is not voice or change.key is not None or made.key != score.key or change.style is not None:
        harmonies, backing = band.voices(made) if to_voice is not VoiceStyle.SPOKEN else ((), ())
        made = replace(made, harmonies=harmonies, backing=backing)
    if to_style is not style:
        made = replace(made, parts=band.play(made), tail_s=STYLES[to_style].tail_s)
    made = quantised(made)
    if not _SHORTEST_S <= made.duration_s <= MAX_LENGTH_S + 0.05:
        raise InvalidInput(
            f"The song would last {made.duration_s:.0f} s at this tempo: it must be {_SHORTEST_S} to {MAX_LENGTH_S} s.",
            field="tempo_bpm",
        )
    band.check(made)
    return made


def in_key(score: Score, key: Key) -> Score:
    """The whole score with `key` in the place of its first key; the nearest way up or down."""
    step = (pitch_class(key.tonic) - pitch_class(score.key.tonic) + 5) % 12 - 5
    keys = _Keys(score, key, step)
    changes = tuple(KeyChange(c.beat, keys.new(c.key)) for c in score.key_changes)
    return replace(
        score,
        key=key,
        key_changes=changes,
        chords=tuple(keys.chord(c) for c in score.chords),
        parts=tuple(keys.part(p) for p in score.parts),
        lead=keys.voice(score.lead),
        harmonies=tuple(keys.voice(v) for v in score.harmonies),
        backing=tuple(keys.voice(v) for v in score.backing),
    )


@dataclass(frozen=True)
class _Keys:
    """How notes of a score in its keys become notes in the keys that it gets."""

    score: Score
    key: Key
    step: int

    def new(self, old: Key) -> Key:
        mode = self.key.mode if old.mode == self.score.key.mode else old.mode
        return best_key((pitch_class(old.tonic) + self.step) % 12, mode)

    def pitch(self, midi: int, beat: float) -> int:
        old = self.score.key_at(beat)
        above = (midi - pitch_class(old.tonic)) % 12
        scale, target = MODES[old.mode], MODES[self.new(old).mode]
        bend = target[scale.index(above)] - above if above in scale else 0
        return midi + self.step + bend

    def chord(self, chord: Chord) -> Chord:
        at = chord.start_beats
        names = note_names(self.new(self.score.key_at(at)))
        if self.new(self.score.key_at(at)).mode == self.score.key_at(at).mode:
            return respelled(chord, self.step, names)
        root, bass = self.pitch(chord.root, at) % 12, self.pitch(chord.bass, at) % 12
        tones = tuple(dict.fromkeys(self.pitch(pc, at) % 12 for pc in chord.pitch_classes))
        return spelled(root, tones, bass, names, at, chord.duration_beats)

    def part(self, part: Part) -> Part:
        if part.is_drums:
            return part
        moved = (replace(n, midi=self.pitch(n.midi, n.start_beats)) for n in part.notes)
        return replace(part, notes=tuple(n for n in sorted(moved, key=lambda n: (n.start_beats, n.midi))))

    def voice(self, part: VocalPart) -> VocalPart:
        return _with_pitches(part, lambda n: self.pitch(n.midi, n.start_beats))


def _with_pitches(part: VocalPart, pitch) -> VocalPart:
    lines = (replace(line, notes=tuple(replace(n, midi=pitch(n)) for n in line.notes)) for line in part.lines)
    return replace(part, lines=tuple(lines))


def for_voice(score: Score, compass: VoiceRange, *, stay: bool = False) -> Score:
    """The lead where the singer is at home: by octaves where that is enough, else the whole song in another key
    (unless it is to `stay` in this one). What then still lies outside is sung an octave away."""
    pitches = [n.midi for line in score.lead.lines for n in line.notes]
    if not pitches:
        return score
    octave = min((-24, -12, 0, 12, 24), key=lambda s: (_strain(pitches, s, compass), abs(s)))
    other = min(range(-18, 19), key=lambda s: (_strain(pitches, s, compass), s % 12 != 0, abs(s)))
    outside = _outside(pitches, octave, compass)
    if outside > _outside(pitches, other, compass) and not stay:
        step = (other + 6) % 12 - 6
        tonic = (pitch_class(score.key.tonic) + step) % 12
        score = in_key(score, best_key(tonic, score.key.mode))
        pitches = [n.midi for line in score.lead.lines for n in line.notes]
        octave = min((-24, -12, 0, 12, 24), key=lambda s: (_strain(pitches, s, compass), abs(s)))
    lead = _with_pitches(score.lead, lambda n: _folded(n.midi + octave, compass))
    return replace(score, lead=lead)


def needs_other_key(score: Score, compass: VoiceRange) -> bool:
    """Whether the tune is narrow enough for the voice, but lies outside of it in every octave of its key."""
    pitches = [n.midi for line in score.lead.lines for n in line.notes]
    if not pitches or max(pitches) - min(pitches) > compass.highest - compass.lowest:
        return False
    return all(_outside(pitches, octave, compass) for octave in range(-60, 61, 12))


def _strain(pitches: list[int], step: int, compass: VoiceRange) -> float:
    low, high = compass.comfortable
    far = sum(max(0, low - p - step) + max(0, p + step - high) for p in pitches)
    return far + 20.0 * _outside(pitches, step, compass)


def _outside(pitches: list[int], step: int, compass: VoiceRange) -> int:
    return sum(not compass.lowest <= p + step <= compass.highest for p in pitches)


def _folded(midi: int, compass: VoiceRange) -> int:
    while midi < compass.lowest:
        midi += 12
    while midi > compass.highest:
        midi -= 12
    return midi


def _wanted_bpm(score: Score, change: Change, style: MusicStyle) -> float:
    """The tempo asked for; else the score's own, brought into another style's range by the nearest way."""
    now = score.tempo_map.changes[0].bpm
    if change.tempo_bpm is not None:
        if not 30.0 <= change.tempo_bpm <= 300.0:
            raise InvalidInput("A tempo lies between 30 and 300 beats a minute.", field="tempo_bpm")
        return change.tempo_bpm
    if change.style is None:
        return now
    low, high = STYLES[style].bpm
    slowest = 60.0 * score.end_beats / (MAX_LENGTH_S - 10.0)
    return min(max(now, low, slowest), max(high, slowest))


def _at_tempo(score: Score, bpm: float) -> Score:
    factor = bpm / score.tempo_map.changes[0].bpm
    if abs(factor - 1.0) < 1e-9:
        return score
    return replace(
        score, tempo_map=TempoMap(tuple(TempoChange(c.beat, c.bpm * factor) for c in score.tempo_map.changes))
    )

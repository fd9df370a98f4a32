"""Chords for every bar: each section cycles a progression of its kind and closes with a cadence.

Sections that return keep their progression. A verse that leads on ends on a half cadence, a chorus on a full one, the
song on its tonic (Caplin, "Classical Form", 1998: formal function is told by the cadence).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from codecraft.common.seeds import generator
from generation.engine.composer.profile import StyleProfile
from generation.engine.composer.spec import Form, FormSection
from generation.engine.composer.theory import RomanChord, chord_name, note_names, parse_roman, pitch_class
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Chord, Key

_OPEN = frozenset({K.INTRO, K.VERSE, K.PRE_CHORUS, K.BRIDGE})


@dataclass(frozen=True)
class _Slot:
    """A chord of a bar: its name in roman numerals and its share of the bar's beats."""

    roman: str
    beats: float


def compose_harmony(profile: StyleProfile, form: Form, key: Key, seed: int) -> tuple[Chord, ...]:
    """Chords that cover the song from beat 0 to the end of its last bar."""
    chords: list[Chord] = []
    for index, section in enumerate(form.sections):
        last = index + 1 == len(form.sections)
        bars = _section_bars(profile, section, key.mode, seed, final=last)
        beat = float(section.start_bar * form.beats_per_bar)
        for bar in bars:
            for slot in bar:
                chords.append(_chord(parse_roman(slot.roman), key, beat, slot.beats))
                beat += slot.beats
    return tuple(_joined(chords, form.beats_per_bar))


def _section_bars(
    profile: StyleProfile, section: FormSection, mode: str, seed: int, *, final: bool
) -> list[list[_Slot]]:
    turn = section.occurrence % 3 if section.kind is K.INSTRUMENTAL else 0
    rng = generator(seed, "harmony", section.kind.value, turn)
    options = profile.progressions[section.kind]
    first = int(rng.integers(len(options)))
    loop = _expand(profile, options[first], mode)
    second = _expand(profile, options[(first + 1) % len(options)], mode) if section.bars >= 16 else loop
    source = [*loop, *loop, *second, *loop] if section.bars >= 16 else loop
    bars = [source[i % len(source)] for i in range(section.bars)]
    cadence = _cadence(profile, section, mode, seed, final=final)
    if section.bars >= 4 or final:
        keep = max(0, section.bars - len(cadence))
        bars = [*bars[:keep], *cadence[-section.bars :]]
    return bars


def _cadence(profile: StyleProfile, section: FormSection, mode: str, seed: int, *, final: bool) -> list[list[_Slot]]:
    rng = generator(seed, "cadence", section.kind.value, final)
    options = profile.half_cadences if section.kind in _OPEN and not final else profile.full_cadences
    bars = _expand(profile, options[int(rng.integers(len(options)))], mode)
    if final:
        bars = [*bars[:-1], _expand(profile, profile.final_chord, mode)[0]]
    return bars


def _expand(profile: StyleProfile, text: str, mode: str) -> list[list[_Slot]]:
    """ "i*2 iv,V" -> three bars of slots, the style's own function names translated for the mode."""
    beats = float(profile.beats_per_bar)
    table = dict(pair.split("=") for pair in profile.words.get(mode, "").split())
    bars = []
    for token in text.split():
        body, _, times = token.partition("*")
        names = [_translate(name, table) for name in body.split(",")]
        shares = [beats] if len(names) == 1 else ([2.0, 1.0] if beats == 3.0 else [beats / 2, beats / 2])
        bars.extend([[_Slot(n, s) for n, s in zip(names, shares, strict=True)]] * int(times or 1))
    return bars


def _translate(name: str, table: dict[str, str]) -> str:
    if name in table:
        return table[name]
    head, slash, bass = name.partition("/")
    return table.get(head, head) + slash + bass


def _chord(roman: RomanChord, key: Key, beat: float, beats: float) -> Chord:
    tonic = pitch_class(key.tonic)
    root, bass = (tonic + roman.root) % 12, (tonic + roman.bass) % 12
    tones = tuple(dict.fromkeys((tonic + t) % 12 for t in roman.tones))
    return Chord(chord_name(root, roman.suffix, bass, note_names(key)), root, tones, bass, beat, beats)


def _joined(chords: list[Chord], beats_per_bar: int) -> list[Chord]:
    """Repeated chords become one, at most two bars long, so that pads hold and do not restrike."""
    joined: list[Chord] = []
    for chord in chords:
        before = joined[-1] if joined else None
        aligned = before is not None and before.start_beats % (2 * beats_per_bar) == 0
        if before and before.name == chord.name and aligned and before.duration_beats == beats_per_bar:
            joined[-1] = Chord(
                before.name,
                before.root,
                before.pitch_classes,
                before.bass,
                before.start_beats,
                before.duration_beats + chord.duration_beats,
            )
        else:
            joined.append(chord)
    return joined


class ChordTrack:
    """Looks up the chord that sounds at a beat."""

    def __init__(self, chords: tuple[Chord, ...]) -> None:
        self.chords = chords
        self._starts = [c.start_beats for c in chords]

    def at(self, beat: float) -> Chord:
        return self.chords[max(0, bisect_right(self._starts, beat + 1e-6) - 1)]

    def between(self, start: float, end: float) -> list[Chord]:
        """Chords that begin inside of `start`..`end`, and the one that sounds at `start`."""
        first = max(0, bisect_right(self._starts, start + 1e-6) - 1)
        return [c for c in self.chords[first:] if c.start_beats < end - 1e-6]

"""Chords for every bar: phrases of four bars, and a cadence at the end of each section.

A phrase is a progression of the style's own or derived by its grammar; it is told again with changes, with a contrast
in between (`grammar.py`). Sections that return keep their progression. A verse that leads on ends on a half cadence, a
chorus on a full one, the song on its tonic (Caplin, "Classical Form", 1998: the cadence tells the formal function).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np

from codecraft.common.seeds import generator
from generation.engine.composer.grammar import Bars, derive, elaborate, over_pedal
from generation.engine.composer.keyplan import KeyPlan
from generation.engine.composer.profile import Dialect, StyleProfile
from generation.engine.composer.spec import Form, FormSection
from generation.engine.composer.theory import RomanChord, chord_name, note_names, parse_roman, pitch_class
from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.types import Chord, Key

_OPEN = frozenset({K.INTRO, K.VERSE, K.PRE_CHORUS, K.BRIDGE})
_DERIVED = frozenset({K.VERSE, K.BRIDGE, K.INSTRUMENTAL, K.CHORUS})
_PEDALLED = frozenset({K.INTRO, K.VERSE, K.OUTRO})
_UNIT = 4
"""Bars of a phrase of harmony."""
_ORDERS = (("a",), ("a", "a'"), ("a", "a'", "a'"), ("a", "a'", "b", "a'"))
"""Which phrases a section of one, two, three, four or more phrases goes through (period and lied: Caplin)."""


@dataclass(frozen=True)
class _Slot:
    """A chord of a bar: its name in roman numerals and its share of the bar's beats."""

    roman: str
    beats: float


def compose_harmony(profile: StyleProfile, form: Form, keys: KeyPlan, seed: int) -> tuple[Chord, ...]:
    """Chords that cover the song from beat 0 to the end of its last bar."""
    chords: list[Chord] = []
    for index, section in enumerate(form.sections):
        last = index + 1 == len(form.sections)
        beat = float(section.start_bar * form.beats_per_bar)
        key = keys.at(beat)
        bars = _section_bars(profile, section, key.mode, seed, final=last)
        pivots = keys.lifted_section == index + 1
        for number, bar in enumerate(bars):
            if pivots and number + 1 == len(bars):  # the new key's dominant is heard before its tonic
                key = keys.at(beat + form.beats_per_bar)
                bar = _expand(profile, profile.pivot, key.mode)[0]
            for slot in bar:
                chords.append(_chord(parse_roman(slot.roman), key, beat, slot.beats))
                beat += slot.beats
    return tuple(_joined(chords, form.beats_per_bar))


def _section_bars(
    profile: StyleProfile, section: FormSection, mode: str, seed: int, *, final: bool
) -> list[list[_Slot]]:
    """The section's phrases of four bars: a progression, told again with changes, with its cadence at the end."""
    turn = section.occurrence % 3 if section.kind is K.INSTRUMENTAL else 0
    rng = generator(seed, "harmony", section.kind.value, turn)
    ideas = _ideas(profile, section, mode, rng)
    order = _ORDERS[min(len(_ORDERS), (section.bars + _UNIT - 1) // _UNIT) - 1]
    names = [bar for number in range((section.bars + _UNIT - 1) // _UNIT) for bar in ideas[order[number % len(order)]]]
    bars = [_slots(bar, profile.beats_per_bar) for bar in names[: section.bars]]
    cadence = _cadence(profile, section, mode, seed, final=final)
    if section.bars >= 4 or final:
        keep = max(0, section.bars - len(cadence))
        bars = [*_without_promise(bars[:keep]), *cadence[-section.bars :]]
    return bars


def _without_promise(bars: list[list[_Slot]]) -> list[list[_Slot]]:
    """A dominant that was to lead to a chord which the cadence has replaced gives its time back."""
    if not bars or len(bars[-1]) < 2 or not bars[-1][1].roman.endswith("7"):
        return bars
    first, second = bars[-1]
    return [*bars[:-1], [_Slot(first.roman, first.beats + second.beats)]]


def _ideas(profile: StyleProfile, section: FormSection, mode: str, rng: np.random.Generator) -> dict[str, Bars]:
    """The phrases of a section: "a", "a'" (told again with changes) and the contrast "b"."""
    dialect = dialect_of(profile, mode)
    options = profile.progressions[section.kind]
    first = int(rng.integers(len(options)))
    loop = _four(_names(profile, options[first], mode))
    if section.kind in _DERIVED and rng.random() < dialect.derived:
        loop = derive(_UNIT, dialect, rng, closes=False)
    if section.kind in _PEDALLED and rng.random() < dialect.pedal:
        loop = over_pedal(loop)
    other = _four(_names(profile, options[(first + 1) % len(options)], mode))
    if rng.random() < dialect.derived:
        other = derive(_UNIT, dialect, rng, closes=False)
    return {"a": loop, "a'": elaborate(loop, dialect, rng), "b": elaborate(other, dialect, rng, loop[0][0])}


def dialect_of(profile: StyleProfile, mode: str) -> Dialect:
    """The style's grammar in a mode; in a foreign mode (an imported song) its own progressions as they are."""
    if mode in profile.dialects:
        return profile.dialects[mode]
    own = next(iter(profile.dialects.values()))
    return replace(own, derived=0.0, applied=0.0, exchange=0.0, borrowing=0.0, pedal=0.0)


def _four(bars: Bars) -> Bars:
    """A progression of one phrase's length."""
    return tuple(bars[i % len(bars)] for i in range(_UNIT))


def _cadence(profile: StyleProfile, section: FormSection, mode: str, seed: int, *, final: bool) -> list[list[_Slot]]:
    rng = generator(seed, "cadence", section.kind.value, final)
    options = profile.half_cadences if section.kind in _OPEN and not final else profile.full_cadences
    bars = _expand(profile, options[int(rng.integers(len(options)))], mode)
    if final:
        bars = [*bars[:-1], _expand(profile, profile.final_chord, mode)[0]]
    return bars


def _expand(profile: StyleProfile, text: str, mode: str) -> list[list[_Slot]]:
    """ "i*2 iv,V" -> three bars of slots, the style's own function names translated for the mode."""
    return [_slots(bar, profile.beats_per_bar) for bar in _names(profile, text, mode)]


def _slots(names: tuple[str, ...], beats_per_bar: int) -> list[_Slot]:
    """A bar's chords with their shares: halves, or two beats and one of three."""
    beats = float(beats_per_bar)
    shares = [beats] if len(names) == 1 else ([2.0, 1.0] if beats == 3.0 else [beats / 2, beats / 2])
    return [_Slot(n, s) for n, s in zip(names, shares, strict=True)]


def _names(profile: StyleProfile, text: str, mode: str) -> Bars:
    table = dict(pair.split("=") for pair in profile.words.get(mode, "").split())
    bars: list[tuple[str, ...]] = []
    for token in text.split():
        body, _, times = token.partition("*")
        bars.extend([tuple(_translate(name, table) for name in body.split(","))] * int(times or 1))
    return tuple(bars)


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

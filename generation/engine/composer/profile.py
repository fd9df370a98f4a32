"""What a style is made of. The seven styles themselves stand in `styles.py`."""

from __future__ import annotations

from dataclasses import dataclass, field

from generation.contracts import MusicStyle
from generation.engine.lyrics.types import SectionKind
from mixer.contracts import ChannelRole


@dataclass(frozen=True)
class PartPlan:
    """One instrument of a style and what it does.

    `play` names a way of playing (`band/arrange.py`); `figure` is its rhythm or pattern. It plays where the energy of
    a section lies within `energy`, and always in the kinds of `always`, never in those of `never`. `low`/`high` is its
    compass.
    """

    name: str
    program: int
    role: ChannelRole
    pan: float
    play: str
    figure: str
    energy: tuple[float, float]
    low: int
    high: int
    velocity: int = 80
    always: tuple[SectionKind, ...] = ()
    never: tuple[SectionKind, ...] = ()
    is_drums: bool = False


@dataclass(frozen=True)
class StyleProfile:
    """The rules of one style.

    `bpm` is the range of the base tempo; `line_bars` the bars that a line of lyrics takes; `syllables` the range of
    syllables in a line. `forms` are section letters (I V P C B N O) from short to long. `progressions` hold chords of
    one bar each ("iv,V" shares a bar, "i*2" lasts two). `shapes` are melodic motifs in scale steps. `rhythm` says how
    words move: "straight", "syncopated", "chant", "lilt" or "march". `words` translates chords for a mode.
    """

    style: MusicStyle
    bpm: tuple[float, float]
    beats_per_bar: int
    modes: tuple[str, ...]
    line_bars: int
    syllables: tuple[int, int]
    forms: tuple[str, ...]
    instrumental_name: str
    energies: dict[str, tuple[float, float]]
    progressions: dict[SectionKind, tuple[str, ...]]
    half_cadences: tuple[str, ...]
    full_cadences: tuple[str, ...]
    final_chord: str
    shapes: tuple[tuple[int, ...], ...]
    rhythm: str
    melisma: float
    timing_s: float
    ritard: float
    tail_s: float
    parts: tuple[PartPlan, ...]
    words: dict[str, str] = field(default_factory=dict)

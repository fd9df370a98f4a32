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
    a section lies within `energy`, and always in the kinds of `always`, never in those of `never`, nor outside those
    of `only` where there are any. `low`/`high` is its compass. `synth` names a sound of the studio's own synthesizer.
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
    only: tuple[SectionKind, ...] = ()
    synth: str = ""


@dataclass(frozen=True)
class Dialect:
    """How a style speaks harmony in one mode: the chords of each function, the most usual first, and how often a
    phrase is derived anew, a chord is preceded by its own dominant, exchanged, or borrowed from the parallel mode
    (`borrowed` pairs a chord with what may follow it within the bar), or a phrase stands over a pedal (0..1 each)."""

    tonics: tuple[str, ...]
    subdominants: tuple[str, ...]
    dominants: tuple[str, ...]
    derived: float = 0.5
    applied: float = 0.0
    exchange: float = 0.2
    borrowing: float = 0.0
    borrowed: tuple[tuple[str, str], ...] = ()
    pedal: float = 0.0


@dataclass(frozen=True)
class StyleProfile:
    """The rules of one style.

    `bpm` is the range of the base tempo; `line_bars` the bars that a line of lyrics takes; `syllables` the range of
    syllables in a line. `forms` are section letters (I V P C B N O) from short to long. `progressions` hold chords of
    one bar each ("iv,V" shares a bar, "i*2" lasts two). `shapes` are melodic motifs in scale steps. `rhythm` says how
    words move: "straight", "syncopated", "chant", "lilt" or "march". `words` translates chords for a mode, `dialects`
    hold its grammar. `lifts` are the semitones by which a last chorus may be raised, in `lift_chance` of the songs,
    after the bar `pivot` of the new key. `breath` is how far (share of the tempo) a section's end slows down, `arch`
    how far the ends of every line do.
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
    dialects: dict[str, Dialect] = field(default_factory=dict)
    lifts: tuple[int, ...] = ()
    lift_chance: float = 0.0
    pivot: str = "V"
    breath: float = 0.0
    arch: float = 0.0

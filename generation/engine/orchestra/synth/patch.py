"""What a sound of the synthesizer is made of: frozen data, no code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Envelope:
    """Attack, decay, sustain, release. `attack_share` above 0 makes the attack that share of the note's length, along
    a power curve (`attack_power`); decay and release fall exponentially. `one_shot_s` above 0: the sound lasts that
    long however short the note is."""

    attack_s: float = 0.01
    decay_s: float = 0.1
    sustain: float = 1.0
    release_s: float = 0.1
    attack_share: float = 0.0
    attack_power: float = 1.0
    one_shot_s: float = 0.0


@dataclass(frozen=True)
class Glide:
    """A path that ends at nought. `time_s` above 0: from `amount` it falls exponentially with that time constant;
    else it moves in a line over the whole note."""

    amount: float
    time_s: float = 0.0


@dataclass(frozen=True)
class Oscillator:
    """`shape` is "sine", "saw" or "noise"; `octave` and `cents` from the note's pitch; `pan` -1..1."""

    shape: str
    level: float = 1.0
    octave: float = 0.0
    cents: float = 0.0
    pan: float = 0.0


@dataclass(frozen=True)
class Cloud:
    """A spectrum of harmonics widened into noise bands, as the PADsynth method makes it: loud partials fall with
    `slope` (amplitude 1/n^slope), each `width_cents` wide; `formants` are (Hz, octaves wide, gain) hills over them.
    `even` weighs the even harmonics, `shimmer` adds the same an octave above."""

    level: float = 1.0
    slope: float = 1.2
    width_cents: float = 25.0
    harmonics: int = 24
    even: float = 1.0
    shimmer: float = 0.0
    formants: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class Filter:
    """A state-variable filter: `kind` is "low", "band" or "high". The cutoff is `cutoff_hz` in the end; `sweep` (in
    octaves) is how far off it starts. `velocity_octaves` opens it for a strong note, `key_follow` 0..1 with pitch."""

    kind: str
    cutoff_hz: float
    resonance: float = 0.7
    sweep: Glide | None = None
    velocity_octaves: float = 0.0
    key_follow: float = 0.0


@dataclass(frozen=True)
class Layer:
    """Sources that share a path: pitch glide in semitones, drive, filter, envelope."""

    envelope: Envelope
    oscillators: tuple[Oscillator, ...] = ()
    cloud: Cloud | None = None
    glide: Glide | None = None
    filter: Filter | None = None
    drive: float = 0.0
    level: float = 1.0


@dataclass(frozen=True)
class Patch:
    """A sound. `velocity_db` is how much softer the softest note is than the strongest; `fixed_midi` above 0 is the
    pitch it always has (an impact); `low_hz` is where everything below is cut, for speakers' sake."""

    layers: tuple[Layer, ...]
    velocity_db: float = 30.0
    fixed_midi: int = 0
    low_hz: float = 22.0

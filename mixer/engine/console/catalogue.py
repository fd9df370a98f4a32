"""The effects that a console has, with every parameter's name, unit, range and default: for checks, JSON Schema, API
documentation and pages. What each one does with them stands in `mixer.engine.effects`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mixer.contracts import Space


@dataclass(frozen=True)
class Param:
    """A number from `lowest` to `highest`, one of `choices`, or (neither given) a switch."""

    name: str
    label: str
    default: Any
    lowest: float = 0.0
    highest: float = 0.0
    unit: str = ""
    choices: tuple[str, ...] = ()
    logarithmic: bool = False
    automatable: bool = False

    @property
    def is_switch(self) -> bool:
        return isinstance(self.default, bool)


@dataclass(frozen=True)
class EffectKind:
    """`has_key`: it can listen to another channel (side-chain); `needs_key`: it does nothing without one.
    `live`: the page's own worklet does the same; where it is False the page hears the channel frozen by the server."""

    kind: str
    label: str
    params: tuple[Param, ...]
    has_key: bool = False
    needs_key: bool = False
    live: bool = True


def _db(name: str, label: str, lowest: float, highest: float, default: float = 0.0, automatable: bool = True) -> Param:
    return Param(name, label, default, lowest, highest, "dB", automatable=automatable)


def _hz(name: str, label: str, default: float, lowest: float = 20.0, highest: float = 20_000.0) -> Param:
    return Param(name, label, default, lowest, highest, "Hz", logarithmic=True, automatable=True)


def _s(name: str, label: str, default: float, lowest: float, highest: float) -> Param:
    return Param(name, label, default, lowest, highest, "s", logarithmic=lowest > 0.0)


def _share(name: str, label: str, default: float, *, highest: float = 1.0, automatable: bool = True) -> Param:
    return Param(name, label, default, 0.0, highest, automatable=automatable)


def _switch(name: str, label: str, default: bool = False) -> Param:
    return Param(name, label, default)


def _bell(number: int, frequency_hz: float) -> tuple[Param, ...]:
    return (
        _hz(f"bell_{number}_hz", f"Bell {number}", frequency_hz),
        _db(f"bell_{number}_db", f"Bell {number} gain", -18.0, 18.0),
        Param(f"bell_{number}_q", f"Bell {number} Q", 1.0, 0.1, 16.0, logarithmic=True, automatable=True),
    )


_SLOPES = ("12", "24", "48")
_SPACES = tuple(space.value for space in Space)
_MIX = _share("mix", "Dry and wet", 1.0)

EQ = EffectKind(
    "eq",
    "Equaliser",
    (
        _switch("low_cut", "Low cut"),
        _hz("low_cut_hz", "Low cut at", 80.0, 20.0, 2_000.0),
        Param("low_cut_slope", "Low cut slope", "12", unit="dB/octave", choices=_SLOPES),
        _hz("low_shelf_hz", "Low shelf", 120.0, 20.0, 2_000.0),
        _db("low_shelf_db", "Low shelf gain", -18.0, 18.0),
        *_bell(1, 250.0),
        *_bell(2, 800.0),
        *_bell(3, 2_800.0),
        *_bell(4, 5_000.0),
        _hz("high_shelf_hz", "High shelf", 8_000.0, 500.0, 20_000.0),
        _db("high_shelf_db", "High shelf gain", -18.0, 18.0),
        _switch("high_cut", "High cut"),
        _hz("high_cut_hz", "High cut at", 16_000.0, 200.0, 20_000.0),
        Param("high_cut_slope", "High cut slope", "12", unit="dB/octave", choices=_SLOPES),
    ),
)

COMPRESSOR = EffectKind(
    "compressor",
    "Compressor",
    (
        _db("threshold_db", "Threshold", -60.0, 0.0, -18.0),
        Param("ratio", "Ratio", 2.0, 1.0, 20.0, ":1", logarithmic=True, automatable=True),
        _s("attack_s", "Attack", 0.010, 0.0001, 0.5),
        _s("release_s", "Release", 0.150, 0.005, 3.0),
        _db("knee_db", "Knee", 0.0, 24.0, 6.0),
        _db("makeup_db", "Make-up", -12.0, 24.0),
        _s("detector_s", "Detector (RMS window)", 0.005, 0.0001, 0.1),
        _hz("key_low_cut_hz", "Detector low cut", 20.0, 20.0, 2_000.0),
        _MIX,
    ),
    has_key=True,
)

GATE = EffectKind(
    "gate",
    "Gate",
    (
        _db("threshold_db", "Threshold", -80.0, 0.0, -50.0),
        _db("range_db", "Range", 0.0, 80.0, 40.0),
        _db("hysteresis_db", "Hysteresis", 0.0, 12.0, 4.0),
        _s("attack_s", "Attack", 0.001, 0.0001, 0.1),
        _s("hold_s", "Hold", 0.050, 0.0, 1.0),
        _s("release_s", "Release", 0.120, 0.005, 3.0),
    ),
    has_key=True,
)

DUCKER = EffectKind(
    "ducker",
    "Ducker",
    (
        _db("depth_db", "Depth", 0.0, 24.0, 3.0),
        _db("threshold_db", "Full from", -60.0, 0.0, -26.0),
        _db("range_db", "Range below", 1.0, 40.0, 15.0),
        _s("attack_s", "Attack", 0.040, 0.001, 0.5),
        _s("hold_s", "Bridges rests of", 0.0, 0.0, 3.0),
        _s("release_s", "Release", 0.350, 0.01, 3.0),
        Param("band", "Lowers", "all", choices=("all", "bell")),
        _hz("bell_hz", "Bell", 2_500.0),
        Param("bell_q", "Bell Q", 0.8, 0.1, 8.0, logarithmic=True),
    ),
    has_key=True,
    needs_key=True,
)

DE_ESSER = EffectKind(
    "de_esser",
    "De-esser",
    (
        _share("amount", "Amount", 0.4),
        _db("threshold_db", "Sibilance against body", -24.0, 12.0, -6.0),
        _hz("corner_hz", "From", 4_500.0, 2_000.0, 10_000.0),
    ),
)

SATURATION = EffectKind(
    "saturation",
    "Saturation",
    (
        _db("drive_db", "Drive", 0.0, 36.0, 6.0),
        Param("character", "Character", "tape", choices=("tape", "tube")),
        _db("output_db", "Output", -24.0, 12.0),
        _MIX,
    ),
)

DELAY = EffectKind(
    "delay",
    "Delay",
    (
        _s("left_s", "Left", 0.375, 0.001, 2.0),
        _s("right_s", "Right", 0.375, 0.001, 2.0),
        _share("feedback", "Feedback", 0.3, highest=0.95),
        _share("cross", "Ping-pong", 0.0),
        _hz("low_cut_hz", "Low cut", 150.0, 20.0, 2_000.0),
        _hz("high_cut_hz", "High cut", 6_000.0, 500.0, 20_000.0),
        _MIX,
    ),
)

CHORUS = EffectKind(
    "chorus",
    "Chorus",
    (
        Param("rate_hz", "Rate", 0.6, 0.05, 8.0, "Hz", logarithmic=True, automatable=True),
        _s("delay_s", "Delay", 0.015, 0.002, 0.040),
        Param("depth_s", "Depth", 0.0025, 0.0, 0.010, "s", automatable=True),
        _share("spread", "Spread", 0.5),
        _share("mix", "Dry and wet", 0.5),
    ),
)

DOUBLER = EffectKind("doubler", "Doubler", (_share("amount", "Amount", 0.5, automatable=False),))

_REVERB = (
    Param("space", "Space", Space.HALL.value, choices=_SPACES),
    Param("decay", "Decay against the space's own", 1.0, 0.25, 2.0, logarithmic=True),
    _s("predelay_s", "Extra pre-delay", 0.0, 0.0, 0.25),
    _hz("low_cut_hz", "Low cut", 20.0, 20.0, 1_000.0),
    _hz("high_cut_hz", "High cut", 20_000.0, 1_000.0, 20_000.0),
    _MIX,
)
CONVOLUTION_REVERB = EffectKind("convolution_reverb", "Convolution reverb", _REVERB)
ALGORITHMIC_REVERB = EffectKind("algorithmic_reverb", "Algorithmic reverb", _REVERB)

STEREO_WIDTH = EffectKind(
    "stereo_width",
    "Stereo width",
    (_share("width", "Width", 1.0, highest=2.0), _hz("mono_below_hz", "Mono below", 20.0, 20.0, 500.0)),
)

TRANSIENT_SHAPER = EffectKind(
    "transient_shaper",
    "Transient shaper",
    (_db("attack_db", "Attack", -15.0, 15.0), _db("sustain_db", "Sustain", -15.0, 15.0)),
)

BASS_BOOST = EffectKind(
    "bass_boost",
    "Bass boost",
    (_db("gain_db", "Gain", 0.0, 12.0), _hz("corner_hz", "Below", 120.0, 40.0, 400.0)),
)

PITCH_SHIFT = EffectKind(
    "pitch_shift",
    "Pitch shift",
    (
        Param("semitones", "Semitones", 0.0, -12.0, 12.0, "semitones"),
        Param("material", "Material", "voice", choices=("voice", "instrument")),
    ),
    live=False,
)

LIMITER = EffectKind(
    "limiter",
    "True-peak limiter",
    (
        _db("gain_db", "Input gain", 0.0, 24.0),
        _db("ceiling_dbtp", "Ceiling", -24.0, 0.0, -1.0, automatable=False),
        _s("lookahead_s", "Look-ahead", 0.003, 0.0005, 0.010),
        _s("release_s", "Release", 0.025, 0.005, 1.0),
    ),
)

DITHER = EffectKind(
    "dither",
    "Dither",
    (Param("bits", "Word length", "16", unit="bit", choices=("16", "24")), _switch("shaped", "Noise shaping")),
)

EFFECT_KINDS: dict[str, EffectKind] = {
    kind.kind: kind
    for kind in (
        EQ,
        COMPRESSOR,
        GATE,
        DUCKER,
        DE_ESSER,
        SATURATION,
        DELAY,
        CHORUS,
        DOUBLER,
        CONVOLUTION_REVERB,
        ALGORITHMIC_REVERB,
        STEREO_WIDTH,
        TRANSIENT_SHAPER,
        BASS_BOOST,
        PITCH_SHIFT,
        LIMITER,
        DITHER,
    )
}
"""In the order in which pages offer them."""

"""From a slot of a chain to the effect it stands for: the catalogue's parameters become a dataclass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from codecraft.common.errors import InvalidInput
from mixer.contracts import Space
from mixer.engine.console.catalogue import EFFECT_KINDS
from mixer.engine.console.state import EffectSlot
from mixer.engine.effects.bass import BassBoost
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq, butterworth
from mixer.engine.effects.chorus import Chorus
from mixer.engine.effects.colour import Saturator
from mixer.engine.effects.de_esser import DeEsser
from mixer.engine.effects.delay import Delay
from mixer.engine.effects.dither import Dither
from mixer.engine.effects.doubler import Doubler
from mixer.engine.effects.ducker import Ducker
from mixer.engine.effects.dynamics import Compressor
from mixer.engine.effects.effect import Effect
from mixer.engine.effects.fdn_reverb import AlgorithmicReverb
from mixer.engine.effects.gate import Gate
from mixer.engine.effects.limiter import TruePeakLimiter
from mixer.engine.effects.pitch_shift import VoicePitchShift
from mixer.engine.effects.reverb import ConvolutionReverb
from mixer.engine.effects.section_shift import SectionPitchShift
from mixer.engine.effects.stereo import StereoWidth
from mixer.engine.effects.transient import TransientShaper

_CUT_SECTIONS = 4
_BELLS = (1, 2, 3, 4)


def effect_of(slot: EffectSlot, *, seed: int) -> Effect:
    """The effect of `slot`, what it leaves out at its default. `seed` is the console's: rooms of one console are one
    room. Raises InvalidInput for a kind that does not exist; ranges are the schema's business."""
    kind = EFFECT_KINDS.get(slot.kind)
    if kind is None:
        raise InvalidInput(
            f"There is no effect “{slot.kind[:40]}”. There are: {', '.join(EFFECT_KINDS)}.", field="kind"
        )
    params = {param.name: slot.params.get(param.name, param.default) for param in kind.params}
    return _BUILDERS[slot.kind](params, seed)


def _eq(params: Mapping[str, Any], seed: int) -> ParametricEq:
    """Always as many bands, in the same places, so that a stream can be retuned to any other setting."""
    bands = [*_cut("low_cut", BandKind.HIGH_PASS, params)]
    bands.append(Band(BandKind.LOW_SHELF, params["low_shelf_hz"], params["low_shelf_db"]))
    for bell in (f"bell_{number}" for number in _BELLS):
        bands.append(Band(BandKind.BELL, params[f"{bell}_hz"], params[f"{bell}_db"], params[f"{bell}_q"]))
    bands.append(Band(BandKind.HIGH_SHELF, params["high_shelf_hz"], params["high_shelf_db"]))
    return ParametricEq((*bands, *_cut("high_cut", BandKind.LOW_PASS, params)))


def _cut(name: str, kind: BandKind, params: Mapping[str, Any]) -> tuple[Band, ...]:
    frequency_hz = params[f"{name}_hz"]
    used = butterworth(kind, frequency_hz, slope_db=int(params[f"{name}_slope"])) if params[name] else ()
    return (*used, *(Band(BandKind.BELL, frequency_hz) for _ in range(_CUT_SECTIONS - len(used))))


def _ducker(params: Mapping[str, Any], seed: int) -> Ducker:
    numbers = {name: value for name, value in params.items() if name not in ("band", "bell_hz")}
    return Ducker(**numbers, bell_hz=params["bell_hz"] if params["band"] == "bell" else None)


def _pitch_shift(params: Mapping[str, Any], seed: int) -> Effect:
    shifter = VoicePitchShift if params["material"] == "voice" else SectionPitchShift
    return shifter(params["semitones"])


def _reverb(reverb: Callable[..., Effect]) -> Callable[[Mapping[str, Any], int], Effect]:
    return lambda params, seed: reverb(**{**params, "space": Space(params["space"])}, seed=seed)


def _plain(effect: Callable[..., Effect]) -> Callable[[Mapping[str, Any], int], Effect]:
    """For effects whose fields are called as their parameters are."""
    return lambda params, seed: effect(**params)


def _dither(params: Mapping[str, Any], seed: int) -> Dither:
    return Dither(bits=int(params["bits"]), shaped=params["shaped"], seed=seed)


_BUILDERS: dict[str, Callable[[Mapping[str, Any], int], Effect]] = {
    "eq": _eq,
    "compressor": _plain(Compressor),
    "gate": _plain(Gate),
    "ducker": _ducker,
    "de_esser": _plain(DeEsser),
    "saturation": _plain(Saturator),
    "delay": _plain(Delay),
    "chorus": _plain(Chorus),
    "doubler": lambda params, seed: Doubler(params["amount"], seed),
    "convolution_reverb": _reverb(ConvolutionReverb),
    "algorithmic_reverb": _reverb(AlgorithmicReverb),
    "stereo_width": _plain(StereoWidth),
    "transient_shaper": _plain(TransientShaper),
    "bass_boost": _plain(BassBoost),
    "pitch_shift": _pitch_shift,
    "limiter": _plain(TruePeakLimiter),
    "dither": _dither,
}

"""The mastering chain as data: every setting with its range, for checks and pages, and how it is read from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from codecraft.common.errors import InvalidInput
from mixer.contracts import Compression, EqBand, MasterChain
from mixer.engine.console.catalogue import Param
from mixer.engine.effects.biquad import BandKind
from mixer.engine.ranges import param_value

_USUAL = MasterChain()

CHAIN_PARAMS: tuple[Param, ...] = (
    Param("high_pass_hz", "Clean-up high-pass (0: none)", _USUAL.high_pass_hz, 0.0, 80.0, "Hz"),
    Param("compression", "Compression", _USUAL.compression.value, choices=tuple(kind.value for kind in Compression)),
    Param("compression_amount", "How much of it", _USUAL.compression_amount, 0.0, 1.0),
    Param("saturation", "Saturation", _USUAL.saturation, 0.0, 1.0),
    Param("width", "Width", _USUAL.width, 0.0, 2.0),
    Param("density", "May make it denser to reach the target", _USUAL.density),
    Param("keep_range", "Keeps soft and loud apart", _USUAL.keep_range),
    Param("limiter_release_s", "Limiter release", _USUAL.limiter_release_s, 0.005, 1.0, "s", logarithmic=True),
)
"""All of `MasterChain` but its `eq`."""

EQ_PARAMS: tuple[Param, ...] = (
    Param("kind", "Kind", BandKind.BELL.value, choices=tuple(kind.value for kind in BandKind)),
    Param("frequency_hz", "Frequency", 1_000.0, 20.0, 20_000.0, "Hz", logarithmic=True),
    Param("gain_db", "Gain", 0.0, -12.0, 12.0, "dB"),
    Param("q", "Q", 0.7071, 0.1, 16.0, logarithmic=True),
)
"""One band of `MasterChain.eq`."""
MAX_BANDS = 10


def read_chain(data: Any) -> MasterChain:
    """The chain from JSON data; what is left out has its default. Raises InvalidInput that names the setting."""
    if data is None:
        return _USUAL
    if not isinstance(data, Mapping):
        raise InvalidInput("The chain is an object of settings, such as {“width”: 1.1}.", field="chain")
    known = {param.name: param for param in CHAIN_PARAMS}
    settings: dict[str, Any] = {}
    for name, value in data.items():
        path = f"chain/{str(name)[:40]}"
        if name == "eq":
            settings["eq"] = _read_bands(value)
        elif name in known:
            settings[name] = param_value(known[name], value, path)
        else:
            names = ", ".join(field.name for field in fields(MasterChain))
            raise InvalidInput(f"The mastering chain has no “{str(name)[:40]}”. It has: {names}.", field=path)
    if "compression" in settings:
        settings["compression"] = Compression(settings["compression"])
    return MasterChain(**settings)


def _read_bands(data: Any) -> tuple[EqBand, ...] | None:
    if data is None:
        return None
    if not isinstance(data, (list, tuple)) or len(data) > MAX_BANDS:
        raise InvalidInput(f"The equaliser is a list of {MAX_BANDS} bands at the most, or null.", field="chain/eq")
    return tuple(_read_band(band, f"chain/eq/{index}") for index, band in enumerate(data))


def _read_band(data: Any, path: str) -> EqBand:
    known = {param.name: param for param in EQ_PARAMS}
    if not isinstance(data, Mapping) or not {"kind", "frequency_hz"} <= set(data):
        raise InvalidInput("A band needs a kind and a frequency_hz.", field=path)
    for name in data:
        if name not in known:
            raise InvalidInput(
                f"A band has {', '.join(known)}; “{str(name)[:40]}” is none of them.", field=f"{path}/{str(name)[:40]}"
            )
    return EqBand(**{name: param_value(known[name], value, f"{path}/{name}") for name, value in data.items()})

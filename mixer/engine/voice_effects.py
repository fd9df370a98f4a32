"""What a person asks of a voice, checked: every number in its range, every name known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from codecraft.common.errors import InvalidInput
from mixer.contracts import ReverbKind, VoiceEffects

EFFECT_RANGES: dict[str, tuple[float, float]] = {
    "reverb_db": (-12.0, 12.0),
    "bass_boost_db": (0.0, 9.0),
    "pitch_semitones": (-12.0, 12.0),
    "doubler": (0.0, 1.0),
    "saturation": (0.0, 1.0),
    "de_esser": (0.0, 1.0),
}
"""Lowest and highest value of every numeric field of VoiceEffects, for checks and for sliders."""


def check_voice_effects(value: Any, *, field: str = "effects") -> VoiceEffects:
    """Checked effects from a VoiceEffects, a mapping of its fields (as JSON gives it), or None for none at all.

    Raises InvalidInput with field "effects.pitch_semitones" and the like; fields that are left out ask for nothing.
    """
    if value is None:
        return VoiceEffects()
    if isinstance(value, VoiceEffects):
        value = {f.name: getattr(value, f.name) for f in fields(value)}
    if not isinstance(value, Mapping):
        raise InvalidInput("The effects must be given by name, as in bass_boost_db: 3.", field=field)
    known = [f.name for f in fields(VoiceEffects)]
    for name in value:
        if name not in known:
            raise InvalidInput(
                f"There is no voice effect “{str(name)[:40]}”. Known are: {', '.join(known)}.",
                field=f"{field}.{str(name)[:40]}",
            )
    checked: dict[str, Any] = {
        name: _number(value[name], name, field) for name in EFFECT_RANGES if value.get(name) is not None
    }
    if value.get("reverb") is not None:
        checked["reverb"] = _kind(value["reverb"], field)
    return VoiceEffects(**checked)


def _number(value: Any, name: str, field: str) -> float:
    lowest, highest = EFFECT_RANGES[name]
    error = InvalidInput(f"{name} must be a number from {lowest:g} to {highest:g}.", field=f"{field}.{name}")
    if isinstance(value, bool):
        raise error
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise error from None
    if not math.isfinite(number) or not lowest <= number <= highest:
        raise error
    return number + 0.0  # -0.0 becomes 0.0: the same wish has the same key


def _kind(value: Any, field: str) -> ReverbKind:
    try:
        return ReverbKind(value)
    except ValueError:
        allowed = ", ".join(kind.value for kind in ReverbKind)
        raise InvalidInput(
            f"There is no reverb “{str(value)[:40]}”. Choose one of: {allowed}.", field=f"{field}.reverb"
        ) from None

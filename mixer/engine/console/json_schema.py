"""The console's state as JSON Schema (draft 2020-12), made from the same tables as the checks."""

from __future__ import annotations

from typing import Any

from mixer.contracts import ChannelRole
from mixer.engine.console.catalogue import EFFECT_KINDS, EffectKind, Param
from mixer.engine.console.schema import (
    MAX_BUSES,
    MAX_CHANNELS,
    MAX_EFFECTS,
    MAX_LANES,
    MAX_POINTS,
    MAX_SEED,
    MAX_SENDS,
    STRIP_RANGES,
)
from mixer.engine.console.state import CONSOLE_VERSION, HIGHEST_DB, LOWEST_DB, MIX

_ID = {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$"}
_UNITS = {"gain_db": "dB", "fader_db": "dB"}


def console_schema() -> dict[str, Any]:
    """The schema of what `schema.read_state` takes. What it cannot say (routes without circles, ids that exist) is
    checked there."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "console-state",
        "title": "Console state",
        "description": "Everything a mix is. All faders at 0 and no effects: the plain sum of the stems.",
        "type": "object",
        "additionalProperties": False,
        "required": ["channels"],
        "properties": {
            "version": {"type": "integer", "minimum": 1, "maximum": CONSOLE_VERSION, "default": CONSOLE_VERSION},
            "seed": {
                "type": "integer",
                "minimum": 0,
                "maximum": MAX_SEED,
                "default": 0,
                "description": "of the rooms and of all chance",
            },
            "channels": _list({"$ref": "#/$defs/channel"}, MAX_CHANNELS, minItems=1),
            "buses": _list({"$ref": "#/$defs/bus"}, MAX_BUSES),
            "mix": {"allOf": [{"$ref": "#/$defs/bus"}, {"properties": {"id": {"const": MIX}}}]},
            "lanes": _list({"$ref": "#/$defs/lane"}, MAX_LANES),
        },
        "$defs": {
            "channel": _channel(),
            "bus": _object(_strip(), required=["id"]),
            "send": _send(),
            "effect": {"oneOf": [_effect(kind) for kind in EFFECT_KINDS.values()]},
            "lane": _lane(),
        },
    }


def _object(properties: dict[str, Any], *, required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _list(items: dict[str, Any], most: int, **more: Any) -> dict[str, Any]:
    return {"type": "array", "maxItems": most, "items": items, **more}


def _number(lowest: float, highest: float, **more: Any) -> dict[str, Any]:
    return {"type": "number", "minimum": lowest, "maximum": highest, **more}


def _strip() -> dict[str, Any]:
    defaults = {"width": 1.0}
    numbers = {
        name: _number(*bounds, default=defaults.get(name, 0.0), **({"x-unit": _UNITS[name]} if name in _UNITS else {}))
        for name, bounds in STRIP_RANGES.items()
    }
    return {
        "id": _ID,
        "label": {"type": "string", "maxLength": 80, "default": ""},
        **numbers,
        "inverted": {"type": "boolean", "default": False, "description": "polarity"},
        "mute": {"type": "boolean", "default": False},
        "solo": {"type": "boolean", "default": False},
        "effects": _list({"$ref": "#/$defs/effect"}, MAX_EFFECTS),
        "sends": _list({"$ref": "#/$defs/send"}, MAX_SENDS),
        "output": {"type": "string", "default": MIX, "description": "the id of a bus, or mix"},
    }


def _channel() -> dict[str, Any]:
    properties = {
        **_strip(),
        "stem": {"type": "string", "description": "the name of the session's stem that it plays"},
        "role": {"type": "string", "enum": [role.value for role in ChannelRole], "default": ChannelRole.EFFECTS.value},
        "offset_s": _number(-3_600.0, 3_600.0, default=0.0, description="where on the timeline the stem begins"),
    }
    return _object(properties, required=["id", "stem"])


def _send() -> dict[str, Any]:
    properties = {
        "bus": _ID,
        "level_db": _number(LOWEST_DB, HIGHEST_DB, default=0.0),
        "pre_fader": {"type": "boolean", "default": False},
    }
    return _object(properties, required=["bus"])


def _effect(kind: EffectKind) -> dict[str, Any]:
    params = {param.name: _param(param) for param in kind.params}
    key = {"type": "string", "description": "the id of the channel or bus that is its side-chain"}
    properties = {
        "id": _ID,
        "kind": {"const": kind.kind},
        "params": {"type": "object", "additionalProperties": False, "properties": params},
        "bypass": {"type": "boolean", "default": False},
        "key": key if kind.has_key else {"const": ""},
    }
    return {"title": kind.label, **_object(properties, required=["id", "kind"])}


def _param(param: Param) -> dict[str, Any]:
    told = {"title": param.label, "default": param.default, **({"x-unit": param.unit} if param.unit else {})}
    if param.is_switch:
        return {**told, "type": "boolean"}
    if param.choices:
        return {**told, "type": "string", "enum": list(param.choices)}
    return {**told, **_number(param.lowest, param.highest), "x-automatable": param.automatable}


def _lane() -> dict[str, Any]:
    point = _object({"at_s": {"type": "number"}, "value": {"type": "number"}}, required=["at_s", "value"])
    properties = {
        "target": {"type": "string", "examples": ["lead/fader_db", "lead/sends/room/level_db", "mix/pan"]},
        "points": _list(point, MAX_POINTS, minItems=1),
    }
    return _object(properties, required=["target", "points"])

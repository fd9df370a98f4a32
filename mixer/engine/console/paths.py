"""Addresses of controls: `lead/fader_db`, `lead/sends/room/level_db`, `lead/effects/comp/params/ratio`, `mix/pan`.

The first word is a channel's or bus's id; members of a chain and of the sends are named by their ids. `lanes/<target>`
is a whole lane (its points as data). The same paths name the control in errors, decisions and automation.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from codecraft.common.codec import decode, encode
from codecraft.common.errors import InvalidInput
from mixer.engine.console.state import MIX, Channel, ConsoleState, EffectSlot, Lane, Point, Send, Strip

_LANES = "lanes/"


def strip_at(state: ConsoleState, strip_id: str) -> Strip:
    """The channel or bus of that id. Raises InvalidInput with the ids there are."""
    for strip in (*state.channels, *state.buses, state.mix):
        if strip.id == strip_id:
            return strip
    known = ", ".join(s.id for s in (*state.channels, *state.buses, state.mix))
    raise InvalidInput(f"There is no channel or bus “{strip_id[:60]}”. There are: {known}.", field=strip_id[:60])


def value_at(state: ConsoleState, path: str) -> Any:
    """What stands at `path`, as JSON data; None where nothing stands. Raises InvalidInput for a path that cannot be."""
    if path.startswith(_LANES):
        lane = next((lane for lane in state.lanes if lane.target == path.removeprefix(_LANES)), None)
        return None if lane is None else encode(lane.points)
    strip_id, *rest = path.split("/")
    value: Any = strip_at(state, strip_id)
    for word in rest:
        value = _member(value, word, path)
        if value is None:
            return None
    return encode(value)


def with_value(state: ConsoleState, path: str, value: Any) -> ConsoleState:
    """The state with `value` (JSON data) at `path`; None takes an effect, a send or a lane away.

    Only shapes are checked here; ranges and routes are `schema.checked`'s. Raises InvalidInput with the path as field.
    """
    if path.startswith(_LANES):
        target = path.removeprefix(_LANES)
        others = tuple(lane for lane in state.lanes if lane.target != target)
        points = () if value is None else (Lane(target, _decoded(tuple[Point, ...], value, path)),)
        return replace(state, lanes=(*others, *points))
    strip_id, *rest = path.split("/")
    strip = strip_at(state, strip_id)
    changed = _with(strip, rest, value, path)
    if strip_id == MIX:
        return replace(state, mix=changed)
    if isinstance(strip, Channel):
        return replace(state, channels=tuple(changed if s.id == strip_id else s for s in state.channels))
    return replace(state, buses=tuple(changed if s.id == strip_id else s for s in state.buses))


def _member(value: Any, word: str, path: str) -> Any:
    if isinstance(value, tuple):
        return next((one for one in value if _name(one) == word), None)
    if isinstance(value, dict):
        return value.get(word)
    if is_dataclass(value) and word in {f.name for f in fields(value)}:
        return getattr(value, word)
    raise _unknown(path)


def _with(value: Any, rest: list[str], new: Any, path: str) -> Any:
    if not rest:
        return _decoded(type(value), new, path)
    word, deeper = rest[0], rest[1:]
    if isinstance(value, tuple):
        raise _unknown(path)
    if isinstance(value, dict):
        if deeper:
            raise _unknown(path)
        return {k: v for k, v in value.items() if k != word} | ({} if new is None else {word: new})
    if not is_dataclass(value) or word not in {f.name for f in fields(value)}:
        raise _unknown(path)
    inner = getattr(value, word)
    if isinstance(inner, tuple) and deeper:
        return replace(value, **{word: _with_member(inner, word, deeper, new, path)})
    if not deeper and isinstance(inner, tuple):
        return replace(value, **{word: _decoded(tuple[_KINDS[word], ...], new, path)})
    return replace(value, **{word: _with(inner, deeper, new, path)})


_KINDS: dict[str, Any] = {"effects": EffectSlot, "sends": Send}


def _with_member(members: tuple, word: str, deeper: list[str], new: Any, path: str) -> tuple:
    """A member replaced where it stood, taken away, or put at the end (an effect may say `at`, its place)."""
    name, deeper = deeper[0], deeper[1:]
    places = [index for index, one in enumerate(members) if _name(one) == name]
    if deeper:
        if not places:
            raise _unknown(path)
        changed = _with(members[places[0]], deeper, new, path)
        return tuple(changed if index == places[0] else one for index, one in enumerate(members))
    if new is None:
        return tuple(one for one in members if _name(one) != name)
    at = places[0] if places else len(members)
    if isinstance(new, dict) and "at" in new:
        at, new = int(new["at"]), {k: v for k, v in new.items() if k != "at"}
    member = _decoded(_KINDS[word], new, path)
    if _name(member) != name:
        raise InvalidInput(f"“{_name(member)}” cannot stand at {path}: the names differ.", field=path)
    others = [one for one in members if _name(one) != name]
    return (*others[:at], member, *others[at:])


def _name(member: Any) -> str:
    return member.bus if isinstance(member, Send) else member.id


def _decoded(kind: Any, value: Any, path: str) -> Any:
    try:
        return decode(kind, value)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise InvalidInput(f"What was given for {path} has another shape: {error}.", field=path) from error


def _unknown(path: str) -> InvalidInput:
    return InvalidInput(f"There is no control {path[:120]} on this console.", field=path[:120])

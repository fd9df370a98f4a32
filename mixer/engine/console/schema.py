"""A console's state from JSON, checked: every name known, every number in its range, every route leading to the mix.

Errors name the control by its path (`lead/effects/comp/params/ratio`) and say what would be right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_type_hints

from codecraft.common.codec import decode, encode
from codecraft.common.errors import InvalidInput
from mixer.engine.console.catalogue import EFFECT_KINDS, EffectKind
from mixer.engine.console.paths import strip_at, value_at
from mixer.engine.console.state import (
    CONSOLE_VERSION,
    HIGHEST_DB,
    LOWEST_DB,
    MIX,
    Bus,
    Channel,
    ConsoleState,
    EffectSlot,
    Lane,
    Send,
    Strip,
)
from mixer.engine.ranges import number, param_value

MAX_CHANNELS, MAX_BUSES, MAX_EFFECTS, MAX_SENDS, MAX_LANES, MAX_POINTS = 64, 16, 12, 8, 128, 4_000
STRIP_RANGES: dict[str, tuple[float, float]] = {
    "gain_db": (-48.0, 48.0),
    "fader_db": (LOWEST_DB, HIGHEST_DB),
    "pan": (-1.0, 1.0),
    "width": (0.0, 2.0),
}
MAX_SEED = 2**31 - 1
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}\Z")
_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")
"""What JSON can carry and no database keeps."""
_AUTOMATED_STRIP = {**STRIP_RANGES, "mute": (0.0, 1.0)}
del _AUTOMATED_STRIP["gain_db"]


def read_state(data: Any) -> ConsoleState:
    """The state from JSON data, checked. Raises InvalidInput."""
    if not isinstance(data, Mapping):
        raise InvalidInput("A console's state is an object with channels, buses and mix.", field="state")
    version = data.get("version", CONSOLE_VERSION)
    if isinstance(version, int) and version > CONSOLE_VERSION:
        raise InvalidInput(
            f"This console's state is of version {version}; this studio knows up to {CONSOLE_VERSION}.", field="version"
        )
    try:
        return checked(decode(ConsoleState, data))
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError) as error:
        where = _misshapen(data)
        raise InvalidInput(f"What was given for {where} has another shape: {error}.", field=where) from error


def _misshapen(data: Mapping[str, Any]) -> str:
    """The path of the first control whose value is of another kind; "state" where it cannot be told."""
    kinds = [("channels", Channel), ("buses", Bus)]
    strips = [(kind, strip) for name, kind in kinds for strip in _listed(data.get(name))]
    strips += [(Bus, data.get("mix"))] if isinstance(data.get("mix"), Mapping) else []
    for kind, strip in strips:
        for name, hint in get_type_hints(kind).items():
            try:
                if name in strip:
                    decode(hint, strip[name])
            except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
                return f"{strip.get('id', 'a strip')}/{name}"[:120]
    return "state"


def _listed(data: Any) -> list[Mapping[str, Any]]:
    return [one for one in data if isinstance(one, Mapping)] if isinstance(data, (list, tuple)) else []


def write_state(state: ConsoleState) -> dict[str, Any]:
    """The state as JSON data; `read_state` gives the same state back."""
    return encode(state)


def checked(state: ConsoleState) -> ConsoleState:
    """The same state with every number as a plain float. Raises InvalidInput for what cannot be mixed."""
    strips = (*state.channels, *state.buses, state.mix)
    _check_ids(state)
    state = replace(
        state,
        channels=tuple(_checked_strip(state, strip) for strip in state.channels),
        buses=tuple(_checked_strip(state, strip) for strip in state.buses),
        mix=_checked_strip(state, state.mix),
    )
    _check_routes(state, strips)
    if isinstance(state.seed, bool) or not 0 <= state.seed <= MAX_SEED:
        raise InvalidInput(f"seed is a whole number from 0 to {MAX_SEED}.", field="seed")
    if len(state.lanes) > MAX_LANES:
        raise InvalidInput(f"A console has at most {MAX_LANES} automated controls.", field="lanes")
    if len({lane.target for lane in state.lanes}) != len(state.lanes):
        raise InvalidInput("A control is automated twice; it can follow one lane only.", field="lanes")
    return replace(state, lanes=tuple(_checked_lane(state, lane) for lane in state.lanes))


def _check_ids(state: ConsoleState) -> None:
    if not state.channels:
        raise InvalidInput("A console needs at least one channel.", field="channels")
    if len(state.channels) > MAX_CHANNELS or len(state.buses) > MAX_BUSES:
        raise InvalidInput(
            f"A console has at most {MAX_CHANNELS} channels and {MAX_BUSES} buses.",
            field="channels" if len(state.channels) > MAX_CHANNELS else "buses",
        )
    if state.mix.id != MIX:
        raise InvalidInput(f"The last bus is called “{MIX}”.", field="mix")
    seen: set[str] = set()
    for strip in (*state.channels, *state.buses, state.mix):
        if not _ID.match(strip.id) or (strip.id == MIX and strip is not state.mix) or strip.id == "lanes":
            raise InvalidInput(
                f"“{strip.id[:60]}” cannot be an id: letters, digits, dot, dash and underscore can, 60 at the most.",
                field="id",
            )
        if strip.id in seen:
            raise InvalidInput(f"Two channels or buses have the id “{strip.id}”; each needs its own.", field=strip.id)
        seen.add(strip.id)


def _checked_strip(state: ConsoleState, strip: Any) -> Any:
    path = strip.id
    numbers = {name: number(getattr(strip, name), f"{path}/{name}", *STRIP_RANGES[name]) for name in STRIP_RANGES}
    if len(strip.effects) > MAX_EFFECTS or len(strip.sends) > MAX_SENDS:
        raise InvalidInput(
            f"“{path}” may have {MAX_EFFECTS} effects and {MAX_SENDS} sends at the most.", field=f"{path}/effects"
        )
    if len({slot.id for slot in strip.effects}) != len(strip.effects):
        raise InvalidInput(f"Two effects of “{path}” have the same id; each needs its own.", field=f"{path}/effects")
    if len({send.bus for send in strip.sends}) != len(strip.sends):
        raise InvalidInput(f"“{path}” sends to the same bus twice.", field=f"{path}/sends")
    if isinstance(strip, Channel):
        numbers["offset_s"] = number(strip.offset_s, f"{path}/offset_s", -3_600.0, 3_600.0)
    if len(strip.label) > 80 or _NO_TEXT.search(strip.label):
        raise InvalidInput("A label is text of 80 characters at the most.", field=f"{path}/label")
    effects = tuple(_checked_slot(state, slot, f"{path}/effects/{slot.id}") for slot in strip.effects)
    sends = tuple(_checked_send(state, strip, send) for send in strip.sends)
    return replace(strip, **numbers, effects=effects, sends=sends)


def _checked_slot(state: ConsoleState, slot: EffectSlot, path: str) -> EffectSlot:
    kind = EFFECT_KINDS.get(slot.kind)
    if kind is None:
        raise InvalidInput(
            f"There is no effect “{slot.kind[:40]}”. There are: {', '.join(EFFECT_KINDS)}.", field=f"{path}/kind"
        )
    if not _ID.match(slot.id):
        raise InvalidInput(f"“{slot.id[:60]}” cannot be an effect's id.", field=path)
    known = {param.name: param for param in kind.params}
    for name in slot.params:
        if name not in known:
            raise InvalidInput(
                f"{kind.label} has no parameter “{str(name)[:40]}”. It has: {', '.join(known)}.",
                field=f"{path}/params/{str(name)[:40]}",
            )
    params = {name: param_value(known[name], value, f"{path}/params/{name}") for name, value in slot.params.items()}
    _check_key(state, slot, kind, path)
    return replace(slot, params=params)


def _check_key(state: ConsoleState, slot: EffectSlot, kind: EffectKind, path: str) -> None:
    if slot.key and not kind.has_key:
        raise InvalidInput(f"{kind.label} has no side-chain.", field=f"{path}/key")
    if slot.key == MIX:
        raise InvalidInput("The mix itself cannot be a side-chain.", field=f"{path}/key")
    if slot.key:
        strip_at(state, slot.key)
    elif kind.needs_key and not slot.bypass:
        raise InvalidInput(
            f"{kind.label} needs a side-chain: the id of the channel or bus that it makes room for.",
            field=f"{path}/key",
        )


def _checked_send(state: ConsoleState, strip: Strip, send: Send) -> Send:
    path = f"{strip.id}/sends/{send.bus}"
    if send.bus not in {bus.id for bus in state.buses}:
        known = ", ".join(bus.id for bus in state.buses) or "none yet"
        raise InvalidInput(f"There is no bus “{send.bus[:60]}” to send to. There are: {known}.", field=path)
    return replace(send, level_db=number(send.level_db, f"{path}/level_db", LOWEST_DB, HIGHEST_DB))


def _check_routes(state: ConsoleState, strips: tuple[Strip, ...]) -> None:
    """Outputs, sends and side-chains must not lead in a circle: a sound would have to be there before itself."""
    buses = {bus.id for bus in state.buses} | {MIX}
    feeds: dict[str, set[str]] = {strip.id: set() for strip in strips}
    for strip in strips:
        if strip.id != MIX and strip.output not in buses:
            raise InvalidInput(
                f"“{strip.id}” goes to “{strip.output[:60]}”, which is no bus. There are: {', '.join(sorted(buses))}.",
                field=f"{strip.id}/output",
            )
        targets = {send.bus for send in strip.sends} | ({strip.output} if strip.id != MIX else set())
        feeds[strip.id] |= targets
        for slot in strip.effects:
            if slot.key and not slot.bypass:
                feeds[slot.key].add(strip.id)
    order(feeds)


def order(feeds: Mapping[str, set[str]]) -> tuple[str, ...]:
    """The strips so that each comes after all that it hears. Raises InvalidInput for a circle, naming it."""
    left = {name: set(targets) for name, targets in feeds.items()}
    done: list[str] = []
    while left:
        heard = set().union(*left.values())
        free = [name for name in left if name not in heard]
        if not free:
            circle = ", ".join(sorted(name for name in left if left[name]))
            raise InvalidInput(f"The routes lead in a circle: {circle}. A sound cannot feed itself.", field="output")
        done += free
        for name in free:
            del left[name]
    return tuple(done)


def _checked_lane(state: ConsoleState, lane: Lane) -> Lane:
    path = f"lanes/{lane.target}"
    lowest, highest = lane_range(state, lane.target)
    if not 1 <= len(lane.points) <= MAX_POINTS:
        raise InvalidInput(f"A lane has from 1 to {MAX_POINTS} points.", field=path)
    times = [point.at_s for point in lane.points]
    if not all(math.isfinite(at_s) for at_s in times) or any(b <= a for a, b in zip(times, times[1:], strict=False)):
        raise InvalidInput("The points of a lane follow each other in time, each later than the last.", field=path)
    points = tuple(replace(p, at_s=float(p.at_s), value=number(p.value, path, lowest, highest)) for p in lane.points)
    return replace(lane, points=points)


def lane_range(state: ConsoleState, target: str) -> tuple[float, float]:
    """The lowest and highest value of an automated control. Raises InvalidInput for one that cannot be automated."""
    strip_id, *rest = target.split("/")
    strip = strip_at(state, strip_id)
    if len(rest) == 1 and rest[0] in _AUTOMATED_STRIP:
        return _AUTOMATED_STRIP[rest[0]]
    if len(rest) == 3 and rest[0] == "sends" and rest[2] == "level_db" and value_at(state, target) is not None:
        return LOWEST_DB, HIGHEST_DB
    if len(rest) == 4 and rest[0] == "effects" and rest[2] == "params":
        slot = next((slot for slot in strip.effects if slot.id == rest[1]), None)
        params = EFFECT_KINDS[slot.kind].params if slot is not None and slot.kind in EFFECT_KINDS else ()
        param = next((p for p in params if p.name == rest[3] and p.automatable), None)
        if param is not None:
            return param.lowest, param.highest
    raise InvalidInput(f"{target[:120]} cannot be automated.", field=f"lanes/{target[:120]}")

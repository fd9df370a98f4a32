"""Consoles with fewer channels, or with others in their place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from mixer.engine.console.state import Channel, ConsoleState, Lane, Strip


def without_channels(state: ConsoleState, gone: Collection[str]) -> ConsoleState:
    """The console without some channels: what listened to one is bypassed, their lanes go. It may have none left."""

    def deaf(strip: Strip) -> Strip:
        slots = tuple(replace(s, key="", bypass=True) if s.key in gone else s for s in strip.effects)
        return replace(strip, effects=slots)

    return replace(
        state,
        channels=tuple(deaf(channel) for channel in state.channels if channel.id not in gone),
        buses=tuple(deaf(bus) for bus in state.buses),
        mix=deaf(state.mix),
        lanes=tuple(lane for lane in state.lanes if lane.target.partition("/")[0] not in gone),
    )


def with_kin(state: ConsoleState, model: Channel, channel: Channel) -> ConsoleState:
    """The console with `channel`, which stands for `model` and gets its lanes too, at the end."""
    lanes = [
        Lane(channel.id + lane.target.removeprefix(model.id), lane.points)
        for lane in state.lanes
        if lane.target.partition("/")[0] == model.id
    ]
    return replace(state, channels=(*state.channels, channel), lanes=(*state.lanes, *lanes))


def begun_later(state: ConsoleState, offset_s: float) -> ConsoleState:
    """The console for a stretch of its song: what moves, moves as it does from `offset_s` on."""
    lanes = (
        replace(lane, points=tuple(replace(point, at_s=point.at_s - offset_s) for point in lane.points))
        for lane in state.lanes
    )
    return replace(state, lanes=tuple(lanes))

"""The assistant's note-book: the state as it grows, and each decision with the changes that take it back.

Racks and routes are laid out beforehand, neutral or bypassed; a decision moves only controls that no other decision
moves. So decisions can be undone and redone one by one in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mixer.engine.console.paths import value_at, with_value
from mixer.engine.console.state import Change, Channel, ConsoleState, Decision, EffectSlot


def undone(state: ConsoleState, decision: Decision) -> ConsoleState:
    """The state without what `decision` did. Raises InvalidInput when a control is no longer there."""
    for change in reversed(decision.changes):
        state = with_value(state, change.path, change.before)
    return state


def redone(state: ConsoleState, decision: Decision) -> ConsoleState:
    """The state with what `decision` did. Raises InvalidInput when a control is no longer there."""
    for change in decision.changes:
        state = with_value(state, change.path, change.after)
    return state


class Notes:
    """Collects decisions on a state. Not shared between threads."""

    def __init__(self, state: ConsoleState) -> None:
        self.state = state
        self.decisions: list[Decision] = []

    def channel(self, channel_id: str) -> Channel:
        return next(channel for channel in self.state.channels if channel.id == channel_id)

    def install(self, strip_id: str, slot: EffectSlot) -> None:
        """Put a bypassed effect at the end of a chain, for a decision to switch on."""
        effects = (*next(s for s in self._strips() if s.id == strip_id).effects, replace(slot, bypass=True))
        self.state = replace(
            self.state,
            channels=tuple(replace(c, effects=effects) if c.id == strip_id else c for c in self.state.channels),
            buses=tuple(replace(b, effects=effects) if b.id == strip_id else b for b in self.state.buses),
        )

    def decide(
        self,
        name: str,
        strip_id: str,
        sentence: str,
        settings: Mapping[str, Any],
        measures: Mapping[str, float] | None = None,
    ) -> None:
        """Move controls and note why. `settings` by path under the strip, or from the top when it begins with “/”."""
        changes = []
        for path, after in settings.items():
            full = path[1:] if path.startswith("/") else f"{strip_id}/{path}"
            changes.append(Change(full, value_at(self.state, full), after))
            self.state = with_value(self.state, full, after)
        figures = {key: round(float(value), 2) for key, value in (measures or {}).items()}
        self.decisions.append(Decision(f"{strip_id}.{name}", strip_id, sentence, figures, tuple(changes)))

    def switch_on(
        self, name: str, strip_id: str, slot: EffectSlot, sentence: str, measures: Mapping[str, float] | None = None
    ) -> None:
        """Install an effect and decide for it."""
        self.install(strip_id, slot)
        self.decide(name, strip_id, sentence, {f"effects/{slot.id}/bypass": False}, measures)

    def say(self, name: str, strip_id: str, sentence: str) -> None:
        """A remark that moves nothing."""
        self.decisions.append(Decision(f"{strip_id}.{name}", strip_id, sentence))

    def _strips(self) -> tuple:
        return (*self.state.channels, *self.state.buses)

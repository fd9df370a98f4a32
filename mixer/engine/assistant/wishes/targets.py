"""Whom a wish speaks of: channels by their own names, families by what people call them."""

from __future__ import annotations

import re
from collections.abc import Callable

from mixer.contracts import ChannelRole
from mixer.engine.assistant.layout import BAND, LEADS, RHYTHM, VOCALS
from mixer.engine.console.state import ConsoleState

_R = ChannelRole
_FAMILIES: tuple[tuple[str, tuple[ChannelRole, ...], str], ...] = (
    (r"(backing|background|back-?up) ?(vocals?|voices?|singers?)?|harmon(y|ies)", (_R.BACKING,), ""),
    (r"all (the )?(vocals|voices)|vocal bus", (_R.LEAD, _R.BACKING), VOCALS),
    (
        r"(lead |main )?(vocals?|voices?|singer|singing|vox)|the lead\b|\blead\b|words|lyrics|she\b|he\b",
        (_R.LEAD,),
        LEADS,
    ),
    (r"choirs?|choral", (_R.CHOIR,), "choir-bus"),
    (r"drums?( kit)?|percussion|kick|snare|cymbals?|the beat|toms?\b|timpani", (_R.DRUMS,), "drums-bus"),
    (r"bass( guitar| line|line)?\b(?! drum)", (_R.BASS,), ""),
    (r"rhythm( section)?", (_R.BASS, _R.DRUMS), RHYTHM),
    (r"strings?|violins?|violas?|cell(o|i|os)|fiddles?", (_R.STRINGS,), "strings-bus"),
    (r"brass|horns?|trumpets?|trombones?|tuba", (_R.BRASS,), "brass-bus"),
    (r"woodwinds?|winds?|flutes?|oboes?|clarinets?|whistles?|saxophones?|sax", (_R.WOODWIND,), ""),
    (r"keys|keyboards?|pianos?|organ|celesta|bells?", (_R.KEYS,), ""),
    (r"guitars?|harps?|lutes?|plucked", (_R.PLUCKED,), ""),
    (r"pads?|synths?|drones?", (_R.PAD,), ""),
    (r"\bfx\b|effects?|risers?", (_R.EFFECTS,), "effects-bus"),
    (r"band|accompaniment|instruments?|orchestra|backing( track)?|music\b|instrumental", (), BAND),
    (r"everything|mix\b|song\b|track\b|master\b", (), "mix"),
)
_GENERIC = frozenset(
    "voice voices vocal vocals lead backing choir drum drums percussion bass string strings brass wind winds woodwind "
    "key keys keyboard guitar guitars pad pads synth band orchestra music mix song track effect effects".split()
)
"""Names that stand for a whole family, even where a single channel is called so."""
_PATTERNS = tuple((re.compile(rf"\b(?:{pattern})"), roles, bus) for pattern, roles, bus in _FAMILIES)


def finder(state: ConsoleState) -> Callable[[str], tuple[tuple[str, ...], str]]:
    """Finds who is meant in a piece of a wish: ids, and the piece without the names. The whole mix is ()."""
    named = _names(state)
    buses = {bus.id for bus in state.buses}

    def find(text: str) -> tuple[tuple[str, ...], str]:
        for name, channel_id in named:
            if match := re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", text):
                return (channel_id,), text[: match.start()] + " " + text[match.end() :]
        hits = [(m.start(), -len(m.group(0)), m, roles, bus) for p, roles, bus in _PATTERNS if (m := p.search(text))]
        for _, _, match, roles, bus in sorted(hits, key=lambda hit: hit[:2]):
            ids = _members(state, roles, bus, buses)
            if ids is not None:
                return ids, text[: match.start()] + " " + text[match.end() :]
        return (), text

    return find


def unknown_family(state: ConsoleState, text: str) -> str:
    """The name of a family that a piece speaks of and this console does not have, or ""."""
    buses = {bus.id for bus in state.buses}
    for pattern, roles, bus in _PATTERNS:
        match = pattern.search(text)
        if match and _members(state, roles, bus, buses) is None:
            return match.group(0).strip()
    return ""


def _members(state: ConsoleState, roles: tuple[ChannelRole, ...], bus: str, buses: set[str]) -> tuple[str, ...] | None:
    """The group of a family where there is one, else its channels; None where there are none."""
    if bus == "mix":
        return ()
    if bus == BAND:
        found = tuple(b for b in (BAND, RHYTHM) if b in buses)
        return found or tuple(c.id for c in state.channels if c.role not in (_R.LEAD, _R.BACKING)) or None
    if bus in buses:
        return (bus,)
    return tuple(channel.id for channel in state.channels if channel.role in roles) or None


def _names(state: ConsoleState) -> list[tuple[str, str]]:
    """Names of channels that belong to one channel alone and are no family's name, longest first."""
    taken: dict[str, set[str]] = {}
    for channel in state.channels:
        for name in {channel.label, channel.id, channel.stem}:
            plain = re.sub(r"^\d+[-_ ]+", "", name).replace("-", " ").replace("_", " ").lower().strip()
            for said in {name.lower(), plain}:
                if len(said) >= 3 and said not in _GENERIC:
                    taken.setdefault(said.removesuffix("s"), set()).add(channel.id)
    alone = [(name, next(iter(ids))) for name, ids in taken.items() if len(ids) == 1]
    return sorted(alone, key=lambda entry: (-len(entry[0]), entry[0]))

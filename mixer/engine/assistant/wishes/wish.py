"""Wishes in words to changes of the console, by the studio's own grammar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from codecraft.common.codec import content_hash, encode
from codecraft.common.errors import InvalidInput
from mixer.engine.assistant.hearing import StemMeasures
from mixer.engine.assistant.layout import BAND, RHYTHM
from mixer.engine.assistant.types import SongSection
from mixer.engine.assistant.wishes.nudges import Bench
from mixer.engine.assistant.wishes.recipes import Recipes, home
from mixer.engine.assistant.wishes.targets import finder, unknown_family
from mixer.engine.assistant.wishes.types import Quality, Wanted, Wished
from mixer.engine.assistant.wishes.words import parse
from mixer.engine.console.paths import strip_at
from mixer.engine.console.schema import checked
from mixer.engine.console.state import MIX, ConsoleState, Decision

MAX_TEXT = 500
_WORDS: dict[Quality, tuple[str, str]] = {
    Quality.LOUD: ("louder", "softer"),
    Quality.CLOSE: ("closer", "farther away"),
    Quality.WARM: ("warmer", "leaner"),
    Quality.BRIGHT: ("brighter", "darker"),
    Quality.HARSH: ("harsher", "less harsh"),
    Quality.MUDDY: ("muddier", "less muddy"),
    Quality.BOXY: ("boxier", "less boxy"),
    Quality.NASAL: ("more nasal", "less nasal"),
    Quality.AIRY: ("airier", "less airy"),
    Quality.BASS: ("more bass", "less bass"),
    Quality.CLEAR: ("clearer", "less clear"),
    Quality.BIG: ("bigger", "smaller"),
    Quality.WIDE: ("wider", "narrower"),
    Quality.REVERB: ("more reverb", "drier"),
    Quality.DELAY: ("more echo", "less echo"),
    Quality.PUNCH: ("punchier", "gentler"),
    Quality.EVEN: ("evened out more", "more dynamic"),
    Quality.SIBILANT: ("more sibilant", "softer s sounds"),
    Quality.DOUBLED: ("doubled more", "doubled less"),
    Quality.SATURATED: ("more saturated", "less saturated"),
    Quality.MUTE: ("muted", "heard again"),
    Quality.SOLO: ("heard alone", "no longer alone"),
}


def wish(
    text: str,
    state: ConsoleState,
    measures: Mapping[str, StemMeasures] | None = None,
    *,
    sections: Sequence[SongSection] = (),
) -> Wished:
    """What `text` asks of this console. `measures` by the stems' names and `sections` make more wishes possible.

    What is not understood is told in `Wished.not_understood` and changes nothing. Raises InvalidInput for no text or
    more than 500 characters.
    """
    text = check_text(text)
    wanted, unknown = parse(text, finder(state))
    told = [_unknown(state, piece) for piece in unknown]
    meant = []
    for one in wanted:
        lost = not one.target and (unknown_family(state, one.text) or _says_only_more(one))
        if lost:
            told.append(_unknown(state, one.text))
        else:
            meant.append(one)
    return fulfilled(state, meant, measures or {}, sections, tuple(told))


def _unknown(state: ConsoleState, piece: str) -> str:
    missing = unknown_family(state, piece)
    return f"There is no {missing} in this mix (“{piece}”)." if missing else f"“{piece}” was not understood."


def _says_only_more(one: Wanted) -> bool:
    """“More magic”: an amount of something that is not known."""
    return one.quality is Quality.LOUD and not re.search(r"loud|quiet|soft|\bup\b|\bdown\b|level|volume|db\b", one.text)


def check_text(text: str) -> str:
    """The wish without spaces around it. Raises InvalidInput."""
    text = " ".join(str(text).split())
    if not text:
        raise InvalidInput("Say what should change, for instance: warmer, voice closer.", field="text")
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"A wish has {MAX_TEXT} characters at the most.", field="text")
    return text


def fulfilled(
    state: ConsoleState,
    wanted: Sequence[Wanted],
    measures: Mapping[str, StemMeasures],
    sections: Sequence[SongSection],
    told: tuple[str, ...] = (),
    source: str = "words",
) -> Wished:
    """The state with all that is wanted, one decision for each wish that could move something."""
    decisions: list[Decision] = []
    refused = list(told)
    for one in wanted:
        windows = windows_of(one.section, sections)
        if one.section and not windows:
            refused.append(f"Where {_section_text(one.section)} is, is not known for this mix (“{one.text}”).")
            continue
        if one.quality is Quality.LOUD and not one.target and not one.section:
            refused.append(f"How loud the whole is, is decided in the mastering room (“{one.text}”).")
            continue
        state, decision, why_not = _done(state, one, measures, windows)
        if decision is None:
            refused.append(why_not)
        else:
            decisions.append(decision)
    return Wished(checked(state), tuple(decisions), tuple(refused), source)


def _done(
    state: ConsoleState, one: Wanted, measures: Mapping[str, StemMeasures], windows: Sequence[SongSection]
) -> tuple[ConsoleState, Decision | None, str]:
    bench = Bench(state)
    targets = one.target or (home(state, one.quality) if not one.section else (MIX,))
    for strip_id in targets:
        for nudge in Recipes(bench.state, measures).of(one, strip_id):
            bench.move(nudge, windows)
    name = _name(state, targets)
    if not any(_matters(change.path) for change in bench.changes):
        if one.quality in (Quality.MUTE, Quality.SOLO, Quality.PAN):
            return state, None, f"{name} is so already (“{one.text}”)."
        why = "only in one section" if windows else "any further within safe bounds"
        return state, None, f"{name} cannot be moved {why} (“{one.text}”)."
    sentence = f"{name}: {_comparative(one)}"
    if one.section:
        sentence += f" in {_section_text(one.section)}"
    if bench.told:
        sentence += f" ({', '.join(dict.fromkeys(bench.told))})"
    if one.level_db is not None and bench.furthest_db < one.level_db - 0.05:
        sentence += f"; {one.level_db:g} dB were asked for, and this is as far as is safe"
    digest = content_hash([encode(change) for change in bench.changes])[:8]
    decision = Decision(f"wish.{one.quality}.{digest}", targets[0], sentence + ".", {}, tuple(bench.changes))
    return bench.state, decision, ""


def _section_text(section: str) -> str:
    order, _, name = section.rpartition(" ")
    return f"{name} {order}" if order.isdigit() else f"the {section}"


def _matters(path: str) -> bool:
    """Whether a change is heard by itself: not the place of a band or an effect that does nothing yet."""
    words = path.split("/")
    return not path.endswith(("_hz", "_q")) and (len(words) != 3 or words[1] != "effects")


def _name(state: ConsoleState, targets: tuple[str, ...]) -> str:
    if targets == (MIX,):
        return "The whole mix"
    if targets == (BAND, RHYTHM):
        return "The band"
    labels = [strip_at(state, strip_id).label or strip_id for strip_id in targets]
    return labels[0] if len(labels) == 1 else ", ".join(labels[:-1]) + " and " + labels[-1]


def _comparative(one: Wanted) -> str:
    if one.quality is Quality.PAN:
        side = "left" if one.amount < 0.0 else "right"
        return f"placed {abs(one.amount):.0%} to the {side}" if one.amount else "placed in the middle"
    size = "" if one.quality in (Quality.MUTE, Quality.SOLO) else _size(abs(one.amount))
    return size + _WORDS[one.quality][0 if one.amount > 0.0 else 1]


def _size(amount: float) -> str:
    return "a little " if amount < 0.75 else "much " if amount > 1.5 else ""


def windows_of(section: str, sections: Sequence[SongSection]) -> tuple[SongSection, ...]:
    """The stretches that a word like “chorus” or “last chorus” means; those that touch become one."""
    if not section:
        return ()
    order, _, name = section.rpartition(" ")
    found = [s for s in sections if _is_called(s.name, name)]
    places = {"first": 0, "1": 0, "second": 1, "2": 1, "third": 2, "3": 2, "4": 3, "5": 4}
    if order == "last":
        found = found[-1:]
    elif order in places:
        found = found[places[order] : places[order] + 1]
    joined: list[SongSection] = []
    for one in sorted(found, key=lambda s: s.start_s):
        if joined and one.start_s - joined[-1].end_s < 0.5:
            joined[-1] = SongSection(joined[-1].name, joined[-1].start_s, max(joined[-1].end_s, one.end_s))
        else:
            joined.append(one)
    return tuple(joined)


def _is_called(given: str, name: str) -> bool:
    given = given.lower().replace("_", "-").replace("prechorus", "pre-chorus")
    if name == "chorus" and "pre-chorus" in given:
        return False
    return name in given

"""The sections of a file: its own marks, or what the singing shows; and the lines put into them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from generation.engine.lyrics.types import SectionKind as K
from generation.engine.score.check import MIN_NOTE_S
from generation.engine.score.grid import beats
from generation.engine.score.importing.raw import RawSong
from generation.engine.score.importing.voices import RawLine, finished
from generation.engine.score.types import Section, SungLine, TempoMap

_KINDS = (
    ("pre.?chorus|pre.?refrain|bridge to chorus", K.PRE_CHORUS),
    ("chorus|refrain|hook", K.CHORUS),
    ("bridge|middle|\\bc\\b", K.BRIDGE),
    ("intro|prelude|opening", K.INTRO),
    ("outro|coda|ending|\\bend\\b|postlude|fine", K.OUTRO),
    ("solo|instr|interlude|break|build|drop|theme", K.INSTRUMENTAL),
    ("verse|strophe|stanza", K.VERSE),
)
_ENERGIES = {
    K.INTRO: 0.3,
    K.VERSE: 0.5,
    K.PRE_CHORUS: 0.62,
    K.CHORUS: 0.85,
    K.BRIDGE: 0.45,
    K.INSTRUMENTAL: 0.65,
    K.OUTRO: 0.35,
}
_REST_BARS, _STANZA_LINES, _SHORTEST_BARS = 2, 4, 2


def sections_of(song: RawSong, lines: list[RawLine], bar: int, bars: int) -> tuple[Section, ...]:
    """Sections that cover all bars, from bar 0."""
    told = {m.tick: m.data for m in song.marks if m.kind == "section"}
    starts: dict[int, tuple[str, dict[str, Any]]] = {}
    for tick, name in song.sections:
        place = round(tick / bar)
        if name and place < bars and place not in starts:
            starts[place] = (name[:60], told.get(tick, {}))
    if not starts or (len(starts) > max(2, bars // 2 + 1) and not told):
        return _by_singing(lines, bar, bars)
    if 0 not in starts:
        starts[0] = ("Intro", {})
    order = sorted(starts)
    found = []
    for first, stop in zip(order, [*order[1:], bars], strict=True):
        name, data = starts[first]
        found.append(Section(_kind(name, data, lines, first * bar, stop * bar), name, first, stop - first, 0.0))
    return tuple(replace(s, energy=_energy(starts[s.start_bar][1], s, i, found)) for i, s in enumerate(found))


def _kind(name: str, data: dict[str, Any], lines: list[RawLine], start: int, end: int) -> K:
    if isinstance(data.get("kind"), str) and data["kind"] in list(K):
        return K(data["kind"])
    for pattern, kind in _KINDS:
        if re.search(pattern, name, re.IGNORECASE):
            return kind
    sung = any(start <= (line.start + line.end) // 2 < end for line in lines)
    return K.VERSE if sung else K.INSTRUMENTAL


def _energy(data: dict[str, Any], section: Section, index: int, sections: list[Section]) -> float:
    """As told, else by the kind, each return a little higher."""
    energy = data.get("energy")
    if isinstance(energy, int | float) and 0 <= energy <= 1:
        return float(energy)
    returns = sum(s.kind is section.kind for s in sections[:index])
    return round(min(1.0, _ENERGIES[section.kind] + 0.06 * returns), 3)


def _by_singing(lines: list[RawLine], bar: int, bars: int) -> tuple[Section, ...]:
    """Where nobody sings for two bars, an instrumental section; what is sung in stanzas of four lines."""
    edges: dict[int, K] = {}
    stanza, free = 0, 0
    for line in lines:
        first = _bar_of(line, bar)
        if first - free >= _REST_BARS:
            edges[free] = K.INTRO if free == 0 else K.INSTRUMENTAL
            stanza = 0
        if stanza % _STANZA_LINES == 0 and (not edges or first - max(edges) >= _SHORTEST_BARS or stanza == 0):
            edges[first if edges else 0] = K.VERSE
        stanza += 1
        free = max(free, -(-line.end // bar))
    if not edges:
        edges[0] = K.INSTRUMENTAL
    if lines and bars - free >= _REST_BARS:
        edges[free] = K.OUTRO
    order = [b for b in sorted(edges) if b < bars]
    kinds = [edges[b] for b in order]
    found = []
    for i, (first, stop) in enumerate(zip(order, [*order[1:], bars], strict=True)):
        found.append(Section(kinds[i], _name(kinds, i), first, stop - first, 0.0))
    return tuple(replace(s, energy=_energy({}, s, i, found)) for i, s in enumerate(found))


def _bar_of(line: RawLine, bar: int) -> int:
    """The bar that a line belongs to: behind an upbeat of less than half a bar it is the next one."""
    first = line.start // bar
    after = (first + 1) * bar
    upbeat = after - line.start <= bar // 2 and line.end > after
    return first + 1 if upbeat else first


def _name(kinds: list[K], index: int) -> str:
    label = {K.INTRO: "Intro", K.OUTRO: "Outro", K.INSTRUMENTAL: "Interlude", K.VERSE: "Verse"}[kinds[index]]
    count = sum(k is kinds[index] for k in kinds)
    return f"{label} {sum(k is kinds[index] for k in kinds[: index + 1])}" if count > 1 else label


def lines_in_sections(
    lines: list[RawLine], sections: tuple[Section, ...], bar: int, tempo_map: TempoMap
) -> tuple[SungLine, ...]:
    """Each line in the section where it is sung (an upbeat may come before it); one that goes on into the next
    section is parted where that begins."""
    found: list[SungLine] = []
    left = list(lines)
    while left:
        line = left.pop(0)
        index = _section_of(line, sections, bar)
        end = (sections[index].start_bar + sections[index].bars) * bar
        over = [i for i, n in enumerate(line.notes) if n.start >= end]
        if over:
            cut = next((i for i in range(over[0], len(line.notes)) if line.notes[i].syllable is not None), None)
            if cut:
                left.insert(0, RawLine(line.notes[cut:]))
                line = RawLine(line.notes[:cut], line.told)
            line.notes = [n for n in line.notes if n.start < end] or line.notes
        last = line.notes[-1]
        if last.end > end and tempo_map.seconds_at(beats(end)) - tempo_map.seconds_at(beats(last.start)) >= MIN_NOTE_S:
            last.end = end
        found.append(finished(line, index))
    return tuple(found)


def _section_of(line: RawLine, sections: tuple[Section, ...], bar: int) -> int:
    """As told where it still lies there, else the section of its first whole bar."""
    told = (line.told or {}).get("section")
    if type(told) is int and 0 <= told < len(sections):
        first, last = sections[told].start_bar * bar, (sections[told].start_bar + sections[told].bars) * bar
        if first <= line.start and line.end <= last:
            return told
    place = _bar_of(line, bar)
    return max((i for i, s in enumerate(sections) if s.start_bar <= place), default=0)

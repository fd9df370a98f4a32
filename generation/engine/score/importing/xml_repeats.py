"""The order in which the measures of a MusicXML part are played: repeats, endings, da capo, dal segno, fine, coda."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from generation.engine.score.importing.types import BadScoreFile

MAX_MEASURES = 2_000


@dataclass
class _Signs:
    """What stands at a measure. `backward` is how often the passage is played, 0 without a repeat."""

    forward: bool = False
    backward: int = 0
    endings: tuple[int, ...] = ()
    ending_stops: bool = False
    dacapo: bool = False
    dalsegno: bool = False
    segno: bool = False
    fine: bool = False
    to_coda: bool = False
    coda: bool = False


def played_order(measures: list[ET.Element]) -> list[tuple[int, int]]:
    """(measure, pass counted from 1) in the order of playing. Raises BadScoreFile when it does not end."""
    if not measures:
        raise BadScoreFile("The MusicXML file holds no measure.")
    signs = _ending_spans([_signs(m) for m in measures])
    order: list[tuple[int, int]] = []
    at, begin, turn, jumped = 0, 0, 1, False
    while at < len(signs):
        if len(order) >= MAX_MEASURES:
            raise BadScoreFile(f"With its repeats the MusicXML file has more than {MAX_MEASURES:,} measures.")
        here = signs[at]
        if here.forward and begin != at:
            begin, turn = at, 1
        if here.endings and (1 in here.endings if jumped else turn not in here.endings):
            at += 1
            continue
        order.append((at, turn))
        if jumped and (here.fine or here.to_coda):
            if here.fine:
                break
            at = next((i for i, s in enumerate(signs) if s.coda and i > at), len(signs))
            continue
        if here.backward and turn < here.backward and not jumped:
            at, turn = begin, turn + 1
            continue
        if here.backward:
            begin, turn = at + 1, 1
        if (here.dacapo or here.dalsegno) and not jumped:
            jumped, turn = True, 1
            at = next((i for i, s in enumerate(signs) if s.segno), 0) if here.dalsegno else 0
            continue
        if here.ending_stops:
            begin, turn = at + 1, 1
        at += 1
    return order


def _signs(measure: ET.Element) -> _Signs:
    found = _Signs()
    for barline in measure.findall("barline"):
        repeat, ending = barline.find("repeat"), barline.find("ending")
        if repeat is not None and repeat.get("direction") == "forward":
            found.forward = True
        if repeat is not None and repeat.get("direction") == "backward":
            times = repeat.get("times", "2")
            found.backward = min(8, int(times)) if times.isascii() and times.isdigit() and int(times[:3]) > 1 else 2
        if ending is not None and ending.get("type") == "start":
            parts = ending.get("number", "1").replace(" ", ",").split(",")[:16]
            found.endings = tuple(int(n) for n in parts if n.isascii() and n.isdigit() and len(n) < 4)
        if ending is not None and ending.get("type") in ("stop", "discontinue"):
            found.ending_stops = True
    for sound in [*measure.findall("sound"), *measure.findall("direction/sound")]:
        found.dacapo = found.dacapo or sound.get("dacapo") == "yes"
        found.dalsegno = found.dalsegno or sound.get("dalsegno") is not None
        found.segno = found.segno or sound.get("segno") is not None
        found.fine = found.fine or sound.get("fine") is not None
        found.to_coda = found.to_coda or sound.get("tocoda") is not None
        found.coda = found.coda or sound.get("coda") is not None
    return found


def _ending_spans(signs: list[_Signs]) -> list[_Signs]:
    """An ending holds from where it starts to where it stops; a third pass is played where an ending asks for it."""
    current: tuple[int, ...] = ()
    for sign in signs:
        current = sign.endings or current
        sign.endings = current
        if sign.backward and current:
            sign.backward = max(sign.backward, max(current) + 1)
        if sign.ending_stops:
            current = ()
    return signs

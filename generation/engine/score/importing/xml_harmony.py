"""Chord symbols of MusicXML as pitch classes (MusicXML 4.0, elements `harmony`, `kind` and `degree`)."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from generation.engine.score.importing.raw import RawChord

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_KINDS: dict[str, tuple[str, tuple[int, ...]]] = {
    "major": ("", (0, 4, 7)),
    "minor": ("m", (0, 3, 7)),
    "augmented": ("aug", (0, 4, 8)),
    "diminished": ("dim", (0, 3, 6)),
    "dominant": ("7", (0, 4, 7, 10)),
    "major-seventh": ("maj7", (0, 4, 7, 11)),
    "minor-seventh": ("m7", (0, 3, 7, 10)),
    "diminished-seventh": ("dim7", (0, 3, 6, 9)),
    "augmented-seventh": ("aug7", (0, 4, 8, 10)),
    "half-diminished": ("m7b5", (0, 3, 6, 10)),
    "major-minor": ("mmaj7", (0, 3, 7, 11)),
    "major-sixth": ("6", (0, 4, 7, 9)),
    "minor-sixth": ("m6", (0, 3, 7, 9)),
    "dominant-ninth": ("9", (0, 4, 7, 10, 2)),
    "major-ninth": ("maj9", (0, 4, 7, 11, 2)),
    "minor-ninth": ("m9", (0, 3, 7, 10, 2)),
    "dominant-11th": ("11", (0, 4, 7, 10, 2, 5)),
    "major-11th": ("maj11", (0, 4, 7, 11, 2, 5)),
    "minor-11th": ("m11", (0, 3, 7, 10, 2, 5)),
    "dominant-13th": ("13", (0, 4, 7, 10, 2, 9)),
    "major-13th": ("maj13", (0, 4, 7, 11, 2, 9)),
    "minor-13th": ("m13", (0, 3, 7, 10, 2, 9)),
    "suspended-second": ("sus2", (0, 2, 7)),
    "suspended-fourth": ("sus4", (0, 5, 7)),
    "power": ("5", (0, 7)),
}
_DEGREES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 10, 8: 0, 9: 2, 10: 4, 11: 5, 12: 7, 13: 9}


def chord_symbol(element: ET.Element, tick: int) -> RawChord | None:
    """The chord of a `harmony` element; None for "no chord" and for functions without a root."""
    root_name = _name(element.find("root"), "root")
    kind = element.find("kind")
    if root_name is None or kind is None:
        return None
    suffix, tones = _KINDS.get((kind.text or "").strip(), ("", (0, 4, 7)))
    written = kind.get("text")
    root = _pitch_class(root_name)
    tones = _with_degrees(tones, element)
    bass_name = _name(element.find("bass"), "bass")
    bass = _pitch_class(bass_name) if bass_name else root
    name = root_name + (written.strip()[:20] if written is not None else suffix)
    pcs = tuple(dict.fromkeys((root + t) % 12 for t in tones))
    return RawChord(tick, f"{name}/{bass_name}" if bass_name else name, root, pcs, bass)


def _name(element: ET.Element | None, kind: str) -> str | None:
    step = (element.findtext(f"{kind}-step") or "").strip() if element is not None else ""
    if step not in _STEPS:
        return None
    alter = (element.findtext(f"{kind}-alter") or "0").strip()
    return step + {"1": "#", "-1": "b", "2": "##", "-2": "bb"}.get(alter.removesuffix(".0"), "")


def _pitch_class(name: str) -> int:
    return (_STEPS[name[0]] + name.count("#") - name.count("b")) % 12


def _with_degrees(tones: tuple[int, ...], element: ET.Element) -> tuple[int, ...]:
    """Degrees that are added, altered or left out; the root stays."""
    found = list(tones)
    for degree in element.findall("degree"):
        value = (degree.findtext("degree-value") or "").strip()
        alter = (degree.findtext("degree-alter") or "0").strip()
        if value not in map(str, _DEGREES) or alter not in ("-2", "-1", "0", "1", "2"):
            continue
        plain = _DEGREES[int(value)]
        tone = (plain + int(alter)) % 12
        kind = (degree.findtext("degree-type") or "").strip()
        if kind in ("alter", "subtract"):
            found = [
                t for t in found if t == 0 or not (t == plain or (int(value) in (3, 5, 7) and abs(t - plain) == 1))
            ]
        if kind in ("alter", "add"):
            found.append(tone)
    return tuple(dict.fromkeys(found))

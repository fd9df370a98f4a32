"""Typefaces from the `@fontsource` packages, and letters that they lack from any other face that has them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import skia
import uharfbuzz as harfbuzz

_SUBSETS = (
    "latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese", "devanagari", "arabic",
)  # fmt: skip
_EVERY_SCRIPT = ("noto-sans", "noto-sans-arabic")


@dataclass(frozen=True)
class FaceName:
    """A face of a family on npm, as its files are named."""

    family: str
    weight: int = 400
    slant: str = "normal"


class Face:
    """One face: Skia draws its glyphs, HarfBuzz chooses and places them. Not part of any key: made from files."""

    def __init__(self, typeface: skia.Typeface) -> None:
        self.typeface = typeface
        self.units_per_em = float(typeface.getUnitsPerEm() or 1000)
        # Skia unpacks WOFF, which HarfBuzz does not read
        self.shaper = harfbuzz.Font(harfbuzz.Face(_sfnt(typeface)))

    def has(self, letter: str) -> bool:
        return bool(self.typeface.unicharToGlyph(ord(letter)))


def _sfnt(typeface: skia.Typeface) -> bytes:
    """The face's tables as one OpenType file (only what shaping reads: no outlines)."""
    tables = []
    for tag in typeface.getTableTags():
        name = tag.to_bytes(4, "big")
        if name not in (b"glyf", b"CFF ", b"CBDT", b"SVG ", b"sbix"):
            tables.append((name, bytes(typeface.getTableData(tag))))
    tables.sort()
    place = 12 + 16 * len(tables)
    head, body = struct.pack(">IHHHH", 0x00010000, len(tables), 0, 0, 0), b""
    for name, data in tables:
        head += struct.pack(">4sIII", name, 0, place + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return head + body


@lru_cache(maxsize=64)
def _load(path: str) -> Face | None:
    typeface = skia.Typeface.MakeFromFile(path) if Path(path).is_file() else None
    return Face(typeface) if typeface is not None else None


def _family(font_dir: Path, name: FaceName) -> list[Face]:
    files = font_dir / name.family / "files"
    faces = (_load(str(files / f"{name.family}-{subset}-{name.weight}-{name.slant}.woff")) for subset in _SUBSETS)
    return [face for face in faces if face is not None]


class FontBook:
    """Faces of one hand, with fall-backs: its own, Noto from `font_dir`, the system's, the default."""

    def __init__(self, font_dir: Path, display: FaceName, text: FaceName) -> None:
        noto = [face for family in _EVERY_SCRIPT for face in _family(font_dir, FaceName(family, 700))]
        self.text = _family(font_dir, text) + noto
        self.display = _family(font_dir, display) + self.text
        self._system: dict[str, Face] = {}

    def face_for(self, letter: str, *, display: bool = False) -> Face:
        """The first face that has this letter. One that none has is drawn by the first as its box."""
        faces = self.display if display else self.text
        for face in faces:
            if face.has(letter):
                return face
        if letter not in self._system:
            found = skia.FontMgr.RefDefault().matchFamilyStyleCharacter("", skia.FontStyle.Bold(), [], ord(letter))
            self._system[letter] = Face(found) if found else (faces[0] if faces else _default())
        return self._system[letter]


@lru_cache(maxsize=1)
def _default() -> Face:
    return Face(skia.Typeface.MakeDefault())

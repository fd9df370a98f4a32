"""Typefaces from the `@fontsource` packages, and letters that they lack from any other face that has them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import skia

# style -> (display family, weight), (text family, weight)
_STYLES: dict[str, tuple[tuple[str, int], tuple[str, int]]] = {
    "epic": (("cinzel", 700), ("cinzel", 700)),
    "gladiator": (("cinzel", 700), ("cinzel", 700)),
    "dark": (("cinzel-decorative", 700), ("cinzel", 700)),
    "gregorian": (("uncial-antiqua", 400), ("cinzel", 700)),
    "fantasy": (("cinzel-decorative", 700), ("cormorant-garamond", 700)),
    "emotional": (("cormorant-garamond", 700), ("cormorant-garamond", 700)),
    "pop": (("montserrat", 700), ("montserrat", 700)),
}
CAPITALS = frozenset(("epic", "gladiator", "dark", "gregorian", "pop"))
"""Styles whose lyrics stand in capitals."""
_SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese", "devanagari")


@dataclass(frozen=True)
class Run:
    """Letters that one face can draw."""

    text: str
    typeface: skia.Typeface


@lru_cache(maxsize=64)
def _load(path: str) -> skia.Typeface | None:
    return skia.Typeface.MakeFromFile(path) if Path(path).is_file() else None


def _family(font_dir: Path, family: str, weight: int) -> list[skia.Typeface]:
    faces = []
    for subset in _SUBSETS:
        face = _load(str(font_dir / family / "files" / f"{family}-{subset}-{weight}-normal.woff"))
        if face is not None:
            faces.append(face)
    return faces


class FontBook:
    """Faces of one style, with fall-backs: the style's own, Noto Sans from `font_dir`, the system's, the default."""

    def __init__(self, font_dir: Path, style: str) -> None:
        display, text = _STYLES.get(style, _STYLES["epic"])
        noto = _family(font_dir, "noto-sans", 700)
        self.display = _family(font_dir, *display) + _family(font_dir, *text) + noto
        self.text = _family(font_dir, *text) + noto
        self._default = skia.Typeface.MakeDefault()
        self._system: dict[str, skia.Typeface] = {}

    def runs(self, text: str, *, display: bool = False) -> list[Run]:
        """`text` cut into runs of one face each. A letter that no face has is drawn by the first as its box."""
        faces = self.display if display else self.text
        runs: list[Run] = []
        for letter in text:
            face = self._face_for(letter, faces, runs)
            if runs and runs[-1].typeface is face:
                runs[-1] = Run(runs[-1].text + letter, face)
            else:
                runs.append(Run(letter, face))
        return runs

    def _face_for(self, letter: str, faces: list[skia.Typeface], runs: list[Run]) -> skia.Typeface:
        if letter.isspace() and runs:
            return runs[-1].typeface
        for face in faces:
            if face.unicharToGlyph(ord(letter)):
                return face
        if letter not in self._system:
            found = skia.FontMgr.RefDefault().matchFamilyStyleCharacter("", skia.FontStyle.Bold(), [], ord(letter))
            self._system[letter] = found or (faces[0] if faces else self._default)
        return self._system[letter]


def measure(runs: list[Run], size: float, tracking: float) -> float:
    """Width in pixels of runs set at `size` pixels with `tracking` pixels after each letter."""
    return sum(skia.Font(run.typeface, size).measureText(run.text) + tracking * len(run.text) for run in runs)


def glyph_positions(run: Run, size: float, tracking: float) -> tuple[skia.Font, list[int], list[float], float]:
    """The font, glyph ids, their x from the run's start, and the run's width; all in pixels."""
    font = skia.Font(run.typeface, size)
    font.setSubpixel(True)
    font.setEdging(skia.Font.Edging.kAntiAlias)
    glyphs = font.textToGlyphs(run.text)
    x, positions = 0.0, []
    for width in font.getWidths(glyphs):
        positions.append(x)
        x += width + tracking
    return font, glyphs, positions, x

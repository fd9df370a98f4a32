"""The hand-written material: couplets, ballad halves and chorus lines, each one thought in two lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

MATERIAL = Path(__file__).parent / "material"
SLOT = re.compile(r"\{(\w+)\}")
THEME_KINDS = ("any", "hero", "other", "name", "town", "spot", "thing", "mass", "act")
_MODERN_WORDS = frozenset(
    "phone radio screen bus car train trains tram trams taxi rifle rifles gun guns vet bike drill switch wire wires "
    "code telephone parking driver headlights ticket stamp stamps postcard letter letters envelopes bolt bolts kettle "
    "gas street-lamp doctor nurse bills tax coffee tea hose brakes plastic sirens crane sidewalk subway goal whistle "
    "beer belts clock watch piano waiter movie photograph stubs apartment bedroom upstairs sink".split()
)


@dataclass(frozen=True)
class Unit:
    """Two lines that belong together.

    `scheme` is "AA" (they rhyme) or "xA" (only the second is meant to rhyme, with another unit's second). `beats` are
    letters (s scene, t turn, r resolution, b bridge, p pre-chorus; c hook, o opening, k back half, h ballad half of a
    chorus, l the half that turns the last one). `who` and `emotion` are the letters of the material's headings. `kind`
    is a slot kind, "field", "image" (of `field`) or "story". `family` is shared by the halves of one quatrain, `half`
    is 0 or 1.
    """

    key: str
    scheme: str
    beats: str
    who: str
    emotion: str
    kind: str
    field: str
    lines: tuple[str, str]
    family: str = ""
    half: int = 0
    modern: bool = False

    @property
    def has_theme(self) -> bool:
        return self.kind in THEME_KINDS and any("{" in line for line in self.lines)


@lru_cache(maxsize=1)
def all_units() -> tuple[Unit, ...]:
    """Every unit of the material. Raises ValueError naming the file and row that cannot be read."""
    units: list[Unit] = []
    for path in sorted(MATERIAL.glob("*.txt")):
        if path.stem in (
            "couplets_story",
            "couplets_short",
            "quatrains_story",
            "theme_units",
            "chorus",
        ) or path.stem.startswith("images"):
            units += _units_of(path)
    return tuple(units)


_CHORUS = {
    "hook": ("c", "AA"), "open": ("o", "xA"), "back": ("k", "AA"), "pair": ("h", "xA"), "last": ("l", "AA"),
    "lastpair": ("l", "xA"),
}  # fmt: skip


def _units_of(path: Path) -> list[Unit]:
    units, field = [], ""
    for number, row in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if row.startswith("== "):
            field = row[3:].strip()
        elif row.strip() and not row.startswith(("#", "words|")):
            key = f"{path.stem}:{number}"
            cells = row.split("|", 4 if path.stem == "theme_units" else 3)
            if len(cells) < 4 or " / " not in cells[-1]:
                raise ValueError(f"{key} cannot be read: {row}")
            units += _row_units(path.stem, key, field, cells)
    return units


def _row_units(stem: str, key: str, field: str, cells: list[str]) -> list[Unit]:
    *tags, text = cells
    kind = tags.pop(0) if stem == "theme_units" else ("image" if stem.startswith("images") else "story")
    beats, who, emotion = tags
    scheme = ""
    if stem == "chorus":
        kind, (beats, scheme) = "chorus", _CHORUS[beats]
    halves = text.split(" // ")
    modern = "m" in who or (kind != "chorus" and bool(_MODERN_WORDS & set(re.findall(r"[a-z'-]+", text.lower()))))
    units = []
    for index, half in enumerate(halves):
        first, second = half.split(" / ")
        units.append(
            Unit(
                key=f"{key}.{index}" if len(halves) > 1 else key,
                scheme=scheme or ("xA" if len(halves) > 1 else "AA"),
                beats=beats,
                who=who.replace("m", ""),
                emotion=emotion,
                kind=kind,
                field=field,
                lines=(first.strip(), second.strip()),
                family=key if len(halves) > 1 else "",
                half=index,
                modern=modern,
            )
        )
    return units


@lru_cache(maxsize=1)
def openers() -> dict[str, tuple[str, ...]]:
    """{beat letter: what a line may open with where the tune asks for more syllables}."""
    found: dict[str, list[str]] = {}
    for row in (MATERIAL / "openers.txt").read_text("utf-8").splitlines():
        if row.strip() and not row.startswith("#"):
            beat, words = row.split("|")
            found.setdefault(beat, []).append(words.strip())
    return {beat: tuple(words) for beat, words in found.items()}

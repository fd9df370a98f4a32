"""What every world is: it paints its plates once, then draws any moment of any shot from them.

A world is a pure function of its look and canvas: `paint` may take seconds and is cached on disk by content key;
`draw` takes milliseconds and depends on its arguments only, so that frames may be drawn in any order, by any worker.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np

from codecraft.common.seeds import derive_seed, generator
from generation.engine.film.brushes.finish import Grade
from generation.engine.film.brushes.layers import Camera, Plate
from generation.engine.film.reaction import SILENT, Heard
from generation.engine.film.types import Look


@dataclass(frozen=True)
class Canvas:
    """The picture inside the bars, in pixels."""

    width: int
    height: int

    @property
    def aspect(self) -> float:
        return self.width / self.height

    @property
    def tall(self) -> bool:
        return self.aspect < 1.0


@dataclass(frozen=True)
class Moment:
    """One frame of a shot. `phase` runs 0..1 through the shot; kick, snare, crash, swell (the music grows), hush (it
    holds its breath) are envelopes 0..1; `heard` is what the stems sound like at this frame. The shot began `age_s`
    ago and lasts `length_s`; a dissolve runs a little past its end."""

    time_s: float
    phase: float
    size: str
    camera: Camera
    energy: float
    growth: float
    kick: float = 0.0
    snare: float = 0.0
    crash: float = 0.0
    seed: int = 0
    swell: float = 0.0
    hush: float = 0.0
    heard: Heard = SILENT
    age_s: float = 0.0
    length_s: float = 0.0


@dataclass
class Drawing:
    """A drawn frame before its development: BGRA (h, w, 4) and additive light at a quarter (h/4, w/4, 3)."""

    picture: np.ndarray
    light: np.ndarray
    gain: float = 1.0


@dataclass(frozen=True)
class Focus:
    """Where a mid or close shot looks, in picture units at the hero's depth, and how close it goes."""

    x: float
    y: float
    zoom: float


@dataclass(frozen=True)
class Casting:
    """When a world is chosen. `words` are stems found in themes and lyrics ("sail" also finds "sailor"); `styles` how
    well it suits a music style, 0..1 (absent: 0); `palettes` which styles each palette suits; `hours` and `weathers`
    what it can paint, the first being its usual one; `realms` the kinds of story it belongs to (none: any)."""

    words: tuple[str, ...]
    styles: Mapping[str, float]
    palettes: Mapping[str, tuple[str, ...]]
    hours: tuple[str, ...] = ("dusk",)
    weathers: tuple[str, ...] = ("clear",)
    realms: tuple[str, ...] = ()


@dataclass
class World(ABC):
    """`look` and `canvas` decide everything. `plates` are what `paint` returned; `media_dir` holds the person's own
    pictures and clips."""

    look: Look
    canvas: Canvas
    plates: dict[str, Plate] = field(default_factory=dict)
    grade: Grade = field(default_factory=Grade)
    media_dir: Path | None = None

    name = ""
    casting: ClassVar[Casting]

    def rng(self, *names: object) -> np.random.Generator:
        return generator(self.look.seed, self.look.world, *names)

    def noise_seed(self, *names: object) -> int:
        return derive_seed(self.look.seed, self.look.world, *names) % 1_000_000

    @abstractmethod
    def paint(self) -> dict[str, Plate]:
        """Paint the plates. Slow; the result is cached by look, canvas and film version."""

    @abstractmethod
    def prepare(self) -> None:
        """Make what `draw` needs besides plates (particles, paths). Quick; called once per process."""

    @abstractmethod
    def draw(self, moment: Moment) -> Drawing:
        """Draw one frame."""

    @abstractmethod
    def focus(self, size: str, variant: int) -> Focus:
        """The place a shot of this size looks at; `variant` 0.. chooses among several."""

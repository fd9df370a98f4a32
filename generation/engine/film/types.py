"""The film's plan as frozen data. Frames count from 0 at the start of the song; times are seconds of the song."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from generation.engine.score.types import Score

FILM_VERSION = "2"
"""Part of every key: a change of any painter or of the encoder's settings raises it."""


@dataclass(frozen=True)
class StoryboardSpec:
    """What a film is planned from. `size` is (width, height) in pixels, both even; `fps` frames a second."""

    score: Score
    theme: str
    title: str
    style: str
    size: tuple[int, int]
    seed: int
    fps: int = 24


@dataclass(frozen=True)
class Look:
    """One place at one hour: everything its plates depend on. `density` 0..1 is how much fills the place."""

    world: str
    palette: str
    density: float
    seed: int


@dataclass(frozen=True)
class Shot:
    """Frames `start_frame`..`end_frame` (exclusive). `size` is wide, mid or close; `growth` 0..1 how far the place
    has grown since it was first seen; `transition` how the shot begins, over `transition_frames`."""

    index: int
    look: Look
    size: str
    move: str
    start_frame: int
    end_frame: int
    start_bar: int
    section: str
    energy: float
    growth: float
    seed: int
    transition: str = "cut"
    transition_frames: int = 0

    @property
    def frames(self) -> int:
        return self.end_frame - self.start_frame


@dataclass(frozen=True)
class Cue:
    """A score event the film answers: kick, snare, crash, section. `strength` 0..1."""

    kind: str
    time_s: float
    strength: float


@dataclass(frozen=True)
class KaraokeWord:
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class KaraokeLine:
    """A sung line with the seconds between which it is shown."""

    words: tuple[KaraokeWord, ...]
    show_s: float
    hide_s: float


@dataclass(frozen=True)
class Card:
    """A title over the picture: `kind` is title or end; the first line is the largest."""

    kind: str
    lines: tuple[str, ...]
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Storyboard:
    title: str
    style: str
    seed: int
    size: tuple[int, int]
    fps: int
    frames: int
    shots: tuple[Shot, ...]
    cues: tuple[Cue, ...]
    lines: tuple[KaraokeLine, ...]
    cards: tuple[Card, ...]
    bar_frames: tuple[int, ...]
    choices: tuple[str, ...] = ()
    """What was decided and why, as sentences a person reads."""

    @property
    def duration_s(self) -> float:
        return self.frames / self.fps


@dataclass(frozen=True)
class FilmSpec:
    """What a film is rendered from. `font_dir` holds the `@fontsource/*` packages (a `node_modules/@fontsource`);
    plates are kept in `cache_dir` between films, finished shots in `work_dir` between attempts."""

    storyboard: Storyboard
    audio_path: Path
    work_dir: Path
    cache_dir: Path
    font_dir: Path
    workers: int = 2
    preset: str = "veryfast"
    crf: int = 20


@dataclass(frozen=True)
class FilmResult:
    path: Path
    size: tuple[int, int]
    fps: int
    frames: int
    duration_s: float
    song_offset_s: float
    shots_rendered: int
    shots_reused: int
    notices: tuple[str, ...] = field(default=())

"""The film's plan as frozen data. Frames count from 0 at the start of the song; times are seconds of the song."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from generation.engine.score.types import Score

FILM_VERSION = "6"
"""Part of every key: a change of any painter or of the encoder's settings raises it."""


HOURS = ("dawn", "day", "dusk", "night")
WEATHERS = ("clear", "cloud", "fog", "rain", "snow", "storm")


@dataclass(frozen=True)
class OwnMedia:
    """A picture or clip of the person's own, prepared (`film/media`): `FilmSpec.media_dir` holds `<key>.png` or
    `<key>.mp4`. `key` is the SHA-256 of that file; `kind` is picture or clip; a picture lasts 0 s."""

    key: str
    kind: str
    width: int
    height: int
    duration_s: float = 0.0


@dataclass(frozen=True)
class SectionTreatment:
    """How one section of the score is filmed; `why` is a sentence for people."""

    section: int
    world: str
    palette: str
    hour: str
    weather: str
    why: str = ""


@dataclass(frozen=True)
class Treatment:
    """The film's idea, one entry for each section in order; `source` is local or openai."""

    sections: tuple[SectionTreatment, ...]
    source: str = "local"
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Still:
    """A picture painted for one section of the score, by an image model; prepared like a person's own."""

    section: int
    media: OwnMedia


@dataclass(frozen=True)
class StoryboardSpec:
    """What a film is planned from. `size` is (width, height) in pixels, both even; `fps` frames a second; `framing`
    scope or full; `words` karaoke, lyric_video or none. Without a `treatment` the planner writes its own. `credits`
    are rows "what<TAB>how" for the end of the film, beside what the score tells."""

    score: Score
    theme: str
    title: str
    style: str
    size: tuple[int, int]
    seed: int
    fps: int = 24
    framing: str = "scope"
    words: str = "karaoke"
    media: tuple[OwnMedia, ...] = ()
    treatment: Treatment | None = None
    stills: tuple[Still, ...] = ()
    credits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """One place at one hour: everything its plates depend on. `density` 0..1 is how much fills the place; `hour` and
    `weather` are among HOURS and WEATHERS; `media` is the key of the person's own picture or clip that is shown."""

    world: str
    palette: str
    density: float
    seed: int
    hour: str = "dusk"
    weather: str = "clear"
    media: str = ""


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
    """A score event the film answers: kick, snare, crash, section; swell (grows toward `time_s` over `length_s`) and
    stop (the music holds its breath from `time_s` for `length_s`). `strength` 0..1."""

    kind: str
    time_s: float
    strength: float
    length_s: float = 0.0


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
    """A title over the picture: `kind` is title or end (the first line is the largest) or credits (rows)."""

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
    framing: str = "scope"
    words: str = "karaoke"
    notices: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        return self.frames / self.fps


@dataclass(frozen=True)
class StemFile:
    """A rendered stem the picture reacts to: `group` is drums, strings, brass, choir, voice or other; the film's first
    frame hears what lies `start_s` into the file."""

    group: str
    path: Path
    start_s: float = 0.0


@dataclass(frozen=True)
class FilmSpec:
    """What a film is rendered from. `font_dir` holds the `@fontsource/*` packages (a `node_modules/@fontsource`);
    plates are kept in `cache_dir` between films, finished shots in `work_dir` between attempts. `stems` (none: the
    picture answers the score's cues only) and `media_dir` may be absent."""

    storyboard: Storyboard
    audio_path: Path
    work_dir: Path
    cache_dir: Path
    font_dir: Path
    workers: int = 2
    preset: str = "veryfast"
    crf: int = 18
    stems: tuple[StemFile, ...] = ()
    media_dir: Path | None = None


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

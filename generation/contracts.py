"""What crosses the border of the song: the brief that was asked for, and its allowed values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mixer.contracts import VoiceEffects
from voicelab.contracts import SpeechSource, VoiceStyle

MIN_LENGTH_S = 30
MAX_LENGTH_S = 300
MAX_THEME_CHARS = 500
MAX_TITLE_CHARS = 120
MAX_LYRICS_WORDS = 1_000
MAX_SEED = 2**31 - 1
MAX_PRONUNCIATIONS = 200
NO_EFFECTS = VoiceEffects()


class MusicStyle(StrEnum):
    EPIC = "epic"
    POP = "pop"
    DARK = "dark"
    GREGORIAN = "gregorian"
    FANTASY = "fantasy"
    GLADIATOR = "gladiator"
    EMOTIONAL = "emotional"


class FilmSize(StrEnum):
    FULL_HD = "1920x1080"
    UHD = "3840x2160"
    HD = "1280x720"
    VERTICAL = "1080x1920"
    SQUARE = "1080x1080"
    NONE = "none"

    @property
    def pixels(self) -> tuple[int, int] | None:
        """(width, height), or None where no film is wanted."""
        if self is FilmSize.NONE:
            return None
        width, height = self.value.split("x")
        return int(width), int(height)


class FilmFraming(StrEnum):
    SCOPE = "scope"
    """2.39:1 between bars, in frames wider than 3:2; others are filled."""
    FULL = "full"


class FilmWords(StrEnum):
    KARAOKE = "karaoke"
    """The sung line at the foot of the picture, filling word by word."""
    LYRIC_VIDEO = "lyric_video"
    """The words are the picture's first subject: large, set in the middle, moving with the music."""
    NONE = "none"
    """No words on the picture; the subtitle track and the SRT still have them."""


FILM_RATES_FPS = (24, 30, 60)
MAX_FILM_MEDIA = 24
MIN_TRAILER_S, MAX_TRAILER_S = 15, 60


@dataclass(frozen=True)
class FilmOptions:
    """How the film is made beside its size. `media` are the person's own pictures and clips by the SHA-256 of their
    prepared file, in the order in which the film should use them."""

    fps: int = 24
    framing: FilmFraming = FilmFraming.SCOPE
    words: FilmWords = FilmWords.KARAOKE
    media: tuple[str, ...] = ()


PLAIN_FILM = FilmOptions()


@dataclass(frozen=True)
class Brief:
    """What was asked. `title` and `lyrics` are empty when the studio is to write them.

    `pronunciations` are (word, phonemes) pairs that hold for the whole song; `speech` is who speaks when the voice is
    the spoken one; `effects` are what the lead voice gets on top of the mix.
    """

    theme: str
    voice: VoiceStyle
    style: MusicStyle
    seed: int
    length_s: float
    title: str = ""
    lyrics: str = ""
    film_size: FilmSize = FilmSize.FULL_HD
    pronunciations: tuple[tuple[str, str], ...] = ()
    speech: SpeechSource = SpeechSource.LOCAL
    effects: VoiceEffects = NO_EFFECTS
    film: FilmOptions = PLAIN_FILM

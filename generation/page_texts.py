"""What the studio page says about the choices, and the briefs it offers to start from. Words only, no rules."""

from __future__ import annotations

from dataclasses import dataclass

from generation.contracts import (
    FILM_RATES_FPS,
    NO_EFFECTS,
    FilmFraming,
    FilmSize,
    FilmWords,
    MusicStyle,
)
from mixer.contracts import ReverbKind
from mixer.engine.voice_effects import EFFECT_RANGES
from voicelab.contracts import SpeechSource, VoiceStyle

DEFAULT_STYLE, DEFAULT_VOICE, DEFAULT_LENGTH_S = MusicStyle.EPIC, VoiceStyle.HEROIC_MALE, 60


@dataclass(frozen=True)
class Choice:
    """`sign` is the name of a Font Awesome icon."""

    value: str
    label: str
    about: str
    sign: str = ""


STYLES = (
    Choice(MusicStyle.EPIC, "Epic", "Drums of war, brass, a host at dawn"),
    Choice(MusicStyle.POP, "Pop", "A bright groove and a hook that stays"),
    Choice(MusicStyle.DARK, "Dark", "Low strings, slow dread, moonlight"),
    Choice(MusicStyle.GREGORIAN, "Gregorian", "Free chant under a stone vault"),
    Choice(MusicStyle.FANTASY, "Fantasy", "Harp, flute and a far-off castle"),
    Choice(MusicStyle.GLADIATOR, "Gladiator", "Sand, iron and a lonely lament"),
    Choice(MusicStyle.EMOTIONAL, "Emotional", "Piano and strings, close to tears"),
)
VOICES = (
    Choice(VoiceStyle.HEROIC_MALE, "Heroic male", "A full chest voice that leads", "shield-halved"),
    Choice(VoiceStyle.SOPRANO, "Soprano", "High, clear, far-carrying", "feather-pointed"),
    Choice(VoiceStyle.ALTO, "Alto", "Warm, near, a storyteller’s voice", "music"),
    Choice(VoiceStyle.CHOIR, "Choir", "Many singers, in harmony", "people-group"),
    Choice(VoiceStyle.WHISPER, "Whisper", "Breath close to the ear", "wind"),
    Choice(VoiceStyle.SPOKEN, "Spoken word", "A narrator over the music", "comment"),
)
TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MODES = (
    Choice("ionian", "major", "bright"),
    Choice("aeolian", "minor", "sad or grave"),
    Choice("dorian", "Dorian", "minor with a hopeful sixth"),
    Choice("lydian", "Lydian", "major, floating"),
    Choice("mixolydian", "Mixolydian", "major, earthy"),
    Choice("phrygian", "Phrygian", "minor, dark"),
)
SPEECH_SOURCES = (
    Choice(SpeechSource.LOCAL, "The studio’s own voice", "always there, and the same for the same seed"),
    Choice(SpeechSource.GTTS, "Google (gTTS)", "needs the network"),
    Choice(SpeechSource.OPENAI, "OpenAI", "needs the network and the studio’s key"),
)
REVERBS = (
    Choice(ReverbKind.CONVOLUTION, "Sampled room", "The room of the style"),
    Choice(ReverbKind.ALGORITHMIC, "Calculated room", "Denser and smoother"),
)
FILM_SIZES = (
    Choice(FilmSize.FULL_HD, "Full HD film", "1920 × 1080, the cinema’s shape", "film"),
    Choice(FilmSize.UHD, "4K film", "3840 × 2160, takes four times as long", "tv"),
    Choice(FilmSize.HD, "HD film", "1280 × 720, ready sooner", "clapperboard"),
    Choice(FilmSize.VERTICAL, "Upright film", "1080 × 1920, for phones", "mobile-screen"),
    Choice(FilmSize.SQUARE, "Square film", "1080 × 1080, for feeds", "square"),
    Choice(FilmSize.NONE, "Song only", "No film: by far the fastest", "music"),
)
FILM_FRAMINGS = (
    Choice(FilmFraming.SCOPE, "Cinema, 2.39:1", "between bars"),
    Choice(FilmFraming.FULL, "The whole frame", "no bars"),
)
FILM_WORDS = (
    Choice(FilmWords.KARAOKE, "Karaoke", "filling word by word"),
    Choice(FilmWords.LYRIC_VIDEO, "Lyric video", "large, in the middle"),
    Choice(FilmWords.NONE, "No words", "subtitles only"),
)
FILM_RATES = tuple(Choice(str(fps), f"{fps} pictures a second", "") for fps in FILM_RATES_FPS)
FILM_OPTIONS = (("framing", "Framing", FILM_FRAMINGS), ("words", "Words", FILM_WORDS), ("fps", "Motion", FILM_RATES))


@dataclass(frozen=True)
class CutPreset:
    """Another film of a finished song that one click asks for."""

    label: str
    about: str
    sign: str
    size: FilmSize
    words: FilmWords | None = None
    trailer_s: int = 0

    @property
    def asked(self) -> dict[str, str | int]:
        asked: dict[str, str | int] = {"size": self.size.value, "trailer_s": self.trailer_s}
        return {**asked, "words": self.words.value} if self.words else asked


CUT_PRESETS = (
    CutPreset("Upright", "9:16, for phones", "mobile-screen", FilmSize.VERTICAL),
    CutPreset("Square", "1:1, for feeds", "square", FilmSize.SQUARE),
    CutPreset("4K", "for the big screen", "tv", FilmSize.UHD),
    CutPreset("Lyric video", "the words large", "closed-captioning", FilmSize.FULL_HD, FilmWords.LYRIC_VIDEO),
    CutPreset("Trailer, 15 s", "around the hook", "bolt", FilmSize.FULL_HD, trailer_s=15),
    CutPreset("Trailer, 30 s", "around the hook", "bolt", FilmSize.FULL_HD, trailer_s=30),
    CutPreset("Trailer, 60 s", "around the hook", "bolt", FilmSize.FULL_HD, trailer_s=60),
)


@dataclass(frozen=True)
class Slider:
    """An effect of the voice as a slider. `unit` is "dB", "semitones" or "%" (then the value counts 0..1)."""

    name: str
    label: str
    about: str
    unit: str
    step: float

    @property
    def lowest(self) -> float:
        return EFFECT_RANGES[self.name][0]

    @property
    def highest(self) -> float:
        return EFFECT_RANGES[self.name][1]

    @property
    def usual(self) -> float:
        return getattr(NO_EFFECTS, self.name)


EFFECTS = (
    Slider("reverb_db", "Reverb", "More or less of the room than usual", "dB", 0.5),
    Slider("bass_boost_db", "Bass boost", "Weight under the voice", "dB", 0.5),
    Slider("pitch_semitones", "Pitch shift", "Higher or lower, with the same character", "semitones", 0.5),
    Slider("doubler", "Doubler", "The same singer a second time, to both sides", "%", 0.05),
    Slider("saturation", "Saturation", "Warmth and grit, as of a tape", "%", 0.05),
    Slider("de_esser", "De-esser", "Softer s and sh", "%", 0.05),
)


@dataclass(frozen=True)
class Example:
    """A brief to start from."""

    theme: str
    style: MusicStyle
    voice: VoiceStyle
    length_s: int

    @property
    def brief(self) -> dict[str, str | int]:
        return {"theme": self.theme, "style": self.style, "voice": self.voice, "length_s": self.length_s}

    @property
    def tags(self) -> str:
        style = next(c.label for c in STYLES if c.value == self.style)
        voice = next(c.label for c in VOICES if c.value == self.voice)
        return f"{style} · {voice} · {self.length_s // 60}:{self.length_s % 60:02d}"


EXAMPLES = (
    Example("A gladiator who forgives his enemy", MusicStyle.GLADIATOR, VoiceStyle.HEROIC_MALE, 60),
    Example("The last dragon falls asleep under the snow", MusicStyle.FANTASY, VoiceStyle.SOPRANO, 75),
    Example("Monks who keep one candle burning through the winter", MusicStyle.GREGORIAN, VoiceStyle.CHOIR, 60),
    Example("A letter from my grandmother, found in a coat", MusicStyle.EMOTIONAL, VoiceStyle.SOPRANO, 90),
    Example("The lighthouse that calls ships that sank long ago", MusicStyle.DARK, VoiceStyle.WHISPER, 60),
    Example("One summer night, and the whole city is dancing", MusicStyle.POP, VoiceStyle.SOPRANO, 75),
)

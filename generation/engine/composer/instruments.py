"""Who plays in each style, where in the room, and how (General MIDI programs counted from 0)."""

from __future__ import annotations

from generation.contracts import MusicStyle
from generation.engine.composer.profile import PartPlan as P
from generation.engine.lyrics.types import SectionKind as K
from mixer.contracts import ChannelRole as R

_ALL = (0.0, 1.0)
_BUILDS = (K.PRE_CHORUS, K.INSTRUMENTAL, K.BRIDGE)


def _drums(name: str, figure: str, velocity: int = 90, low_energy: float = 0.3) -> P:
    return P(name, 0, R.DRUMS, 0.0, "drums", figure, (low_energy, 1.0), 27, 87, velocity, is_drums=True)


def _riser(velocity: int = 84) -> P:
    return P("riser", 119, R.EFFECTS, 0.0, "riser", "sweep", _ALL, 55, 67, velocity, synth="riser")


def _impact(velocity: int = 100, low_energy: float = 0.0) -> P:
    return P("impact", 116, R.EFFECTS, 0.0, "impact", "boom", (low_energy, 1.0), 29, 41, velocity, synth="impact")


def _fall(velocity: int = 70) -> P:
    return P("downlifter", 119, R.EFFECTS, 0.0, "fall", "sweep", _ALL, 60, 60, velocity, synth="downlifter")


def _sub(figure: str = "sub", low_energy: float = 0.7, velocity: int = 80) -> P:
    return P("sub-bass", 39, R.BASS, 0.0, "bass", figure, (low_energy, 1.0), 24, 36, velocity, synth="sub_bass")


def _braam(low_energy: float, velocity: int = 92) -> P:
    return P("braam", 62, R.BRASS, 0.0, "braam", "blast", (low_energy, 1.0), 31, 43, velocity, synth="braam")


PARTS: dict[MusicStyle, tuple[P, ...]] = {
    MusicStyle.EPIC: (
        P("strings-ostinato", 48, R.STRINGS, -0.35, "ostinato", "sixteenths", (0.3, 1.0), 55, 91, 78),
        P("cellos-ostinato", 42, R.STRINGS, 0.4, "ostinato", "sixteenths-b", (0.62, 1.0), 36, 62, 80),
        P("strings-high", 48, R.STRINGS, -0.2, "pad", "upper", (0.45, 1.0), 55, 91, 74),
        P("strings-tremolo", 44, R.STRINGS, -0.3, "pad", "upper", (0.5, 1.0), 55, 91, 70, only=_BUILDS),
        P("strings-low", 49, R.STRINGS, 0.3, "pad", "lower", (0.15, 1.0), 36, 63, 76),
        P("contrabass", 43, R.BASS, 0.2, "bass", "eighths", (0.3, 1.0), 28, 48, 84),
        P("french-horns", 60, R.BRASS, -0.15, "melody", "counter", (0.4, 1.0), 50, 74, 86),
        P("trombones", 57, R.BRASS, 0.25, "stabs", "halves", (0.6, 1.0), 34, 62, 88),
        P("low-brass-swell", 58, R.BRASS, 0.2, "swell", "lower", _ALL, 34, 58, 92),
        P("trumpets", 56, R.BRASS, 0.1, "melody", "octave", (0.75, 1.0), 60, 82, 84),
        P("choir-pad", 52, R.CHOIR, 0.0, "pad", "upper", (0.6, 1.0), 43, 84, 76, always=(K.INTRO,)),
        P("taiko", 116, R.DRUMS, 0.0, "taiko", "epic", (0.4, 1.0), 36, 60, 96),
        P("timpani", 47, R.DRUMS, 0.15, "timpani", "rolls", (0.55, 1.0), 36, 55, 88),
        P("piano-low", 0, R.KEYS, 0.05, "bass", "whole-octaves", (0.1, 0.6), 26, 52, 78),
        P("tubular-bells", 14, R.EFFECTS, -0.3, "bells", "sections", (0.7, 1.0), 55, 72, 80),
        _braam(0.72),
        _sub("sub", 0.72),
        _riser(),
        _impact(),
        _fall(),
        _drums("percussion", "epic", 96),
    ),
    MusicStyle.POP: (
        P("bass-synth", 38, R.BASS, 0.0, "bass", "pop", (0.42, 1.0), 28, 50, 92),
        _sub("sub-pop", 0.78),
        P("piano", 0, R.KEYS, -0.15, "comp", "pop", (0.3, 1.0), 52, 91, 78),
        P("electric-guitar", 27, R.PLUCKED, 0.4, "arpeggio", "eighths-muted", (0.4, 0.88), 52, 88, 74),
        P("acoustic-guitar", 25, R.PLUCKED, -0.45, "comp", "strum", (0.55, 1.0), 50, 84, 68),
        P("air-pad", 89, R.PAD, 0.0, "pad", "full", (0.3, 1.0), 48, 88, 66, synth="air_pad"),
        P("synth-pluck", 88, R.KEYS, 0.3, "arpeggio", "sixteenths-up", (0.6, 1.0), 60, 96, 66, synth="pluck"),
        P("super-saws", 90, R.KEYS, 0.0, "drop", "saws", (0.86, 1.0), 50, 88, 84, synth="super_saw"),
        P("synth-lead", 81, R.KEYS, 0.1, "melody", "hook", (0.35, 1.0), 62, 88, 70),
        P("strings", 50, R.STRINGS, -0.25, "pad", "upper", (0.8, 1.0), 55, 91, 64),
        P("backing-oohs", 53, R.CHOIR, 0.2, "pad", "middle", (0.8, 1.0), 48, 82, 66),
        P("bells", 9, R.KEYS, -0.35, "bells", "chorus", (0.8, 1.0), 72, 96, 60),
        _riser(),
        _impact(96, 0.7),
        _fall(),
        _drums("drums", "pop", 94),
    ),
    MusicStyle.DARK: (
        P("contrabasses", 43, R.BASS, 0.15, "bass", "pedal", _ALL, 28, 47, 80),
        P("drone", 95, R.PAD, 0.0, "drone", "fifth", _ALL, 36, 55, 70, synth="drone"),
        P("cellos", 42, R.STRINGS, 0.3, "ostinato", "dark-eighths", (0.35, 1.0), 36, 60, 76),
        P("strings-pizzicato", 45, R.STRINGS, -0.4, "arpeggio", "dark-drops", (0.2, 0.5), 43, 72, 68),
        P("strings-tremolo", 44, R.STRINGS, -0.25, "pad", "upper", (0.4, 1.0), 55, 88, 66),
        P("strings-low", 49, R.STRINGS, 0.2, "pad", "lower", (0.2, 1.0), 36, 63, 74),
        P("choir-cluster", 52, R.CHOIR, 0.0, "cluster", "swell", (0.3, 1.0), 50, 84, 70, always=(K.INTRO, K.OUTRO)),
        P("dark-pad", 95, R.PAD, 0.0, "pad", "full", (0.1, 1.0), 48, 84, 60, synth="dark_pad"),
        P("piano-low", 0, R.KEYS, -0.1, "bass", "whole-octaves", (0.15, 0.95), 24, 48, 74),
        P("music-box", 10, R.KEYS, 0.4, "melody", "echo", (0.1, 0.6), 72, 93, 52),
        P("bassoon", 70, R.WOODWIND, -0.35, "melody", "counter", (0.4, 1.0), 38, 62, 74),
        P("trombones", 57, R.BRASS, 0.25, "stabs", "halves", (0.65, 1.0), 36, 58, 82),
        P("low-brass-swell", 58, R.BRASS, -0.2, "swell", "lower", _ALL, 34, 56, 84),
        P("taiko", 116, R.DRUMS, 0.0, "taiko", "heartbeat", (0.25, 1.0), 34, 54, 88),
        P("timpani", 47, R.DRUMS, -0.15, "timpani", "rolls", (0.6, 1.0), 36, 52, 80),
        _braam(0.55, 88),
        _sub("sub", 0.6, 74),
        P("reverse-cymbal", 119, R.EFFECTS, 0.0, "riser", "reverse-cymbal", _ALL, 55, 66, 78),
        _impact(96),
        _drums("percussion", "dark", 84, 0.45),
    ),
    MusicStyle.GREGORIAN: (
        P("drone", 19, R.PAD, 0.0, "drone", "fifth", _ALL, 36, 57, 74, synth="drone"),
        P("organ", 19, R.KEYS, 0.0, "pad", "full", (0.36, 1.0), 48, 84, 62),
        P("organ-pedal", 19, R.BASS, 0.0, "bass", "pedal", (0.3, 1.0), 28, 48, 64),
        P("drone-voices", 53, R.CHOIR, 0.15, "drone", "fifth", _ALL, 43, 64, 66),
        P("choir-low", 52, R.CHOIR, -0.2, "pad", "lower", (0.38, 1.0), 36, 63, 66),
        P("choir-high", 52, R.CHOIR, 0.25, "pad", "upper", (0.55, 1.0), 55, 84, 58),
        P("cellos", 42, R.STRINGS, 0.35, "drone", "fifth", (0.34, 1.0), 36, 60, 58),
        P("violas", 41, R.STRINGS, -0.35, "melody", "shadow", (0.4, 1.0), 52, 76, 58),
        P("recorder", 74, R.WOODWIND, 0.3, "melody", "echo", (0.15, 0.6), 67, 88, 60),
        P("tubular-bells", 14, R.EFFECTS, -0.1, "bells", "toll", _ALL, 50, 67, 70),
        P("hand-bells", 9, R.EFFECTS, 0.4, "bells", "sections", (0.25, 1.0), 79, 98, 44),
    ),
    MusicStyle.FANTASY: (
        P("harp", 46, R.PLUCKED, -0.4, "arpeggio", "harp", _ALL, 43, 91, 76),
        P("harp-glissando", 46, R.PLUCKED, -0.45, "run", "glissando", (0.3, 1.0), 55, 93, 68),
        P("flute", 73, R.WOODWIND, 0.2, "melody", "counter", (0.2, 1.0), 67, 93, 76),
        P("piccolo", 72, R.WOODWIND, 0.3, "run", "flourish", (0.55, 1.0), 74, 98, 58),
        P("strings-high", 48, R.STRINGS, -0.2, "pad", "upper", (0.45, 1.0), 55, 91, 68),
        P("strings-low", 49, R.STRINGS, 0.3, "pad", "lower", (0.3, 1.0), 36, 63, 68),
        P("pizzicato", 45, R.PLUCKED, 0.25, "comp", "waltz", (0.4, 1.0), 55, 91, 72),
        P("contrabass", 32, R.BASS, 0.1, "bass", "waltz", (0.3, 1.0), 30, 50, 80),
        P("glass-pad", 92, R.PAD, 0.0, "pad", "full", (0.15, 0.7), 48, 88, 60, synth="glass_pad"),
        P("celesta", 8, R.KEYS, 0.45, "bells", "sparkle", (0.2, 0.85), 74, 98, 56),
        P("oboe", 68, R.WOODWIND, -0.3, "melody", "echo", (0.4, 0.8), 60, 82, 68),
        P("clarinet", 71, R.WOODWIND, 0.35, "pad", "middle", (0.5, 1.0), 50, 82, 58),
        P("french-horns", 60, R.BRASS, -0.15, "stabs", "whole", (0.6, 1.0), 46, 70, 70),
        P("horn-swell", 60, R.BRASS, -0.2, "swell", "middle", _ALL, 46, 70, 76),
        P("choir-pad", 52, R.CHOIR, 0.0, "pad", "full", (0.65, 1.0), 48, 84, 64),
        P("fiddle", 40, R.STRINGS, -0.5, "ostinato", "jig", (0.6, 1.0), 62, 91, 66),
        P("dulcimer", 15, R.PLUCKED, 0.5, "arpeggio", "eighths-muted", (0.5, 1.0), 60, 88, 60),
        _drums("hand-drums", "fantasy", 84, 0.42),
    ),
    MusicStyle.GLADIATOR: (
        P("strings-marcato", 48, R.STRINGS, -0.3, "ostinato", "gallop", (0.45, 1.0), 48, 88, 82),
        P("strings-high", 48, R.STRINGS, -0.15, "pad", "upper", (0.7, 1.0), 55, 91, 70),
        P("strings-tremolo", 44, R.STRINGS, 0.2, "pad", "upper", (0.4, 1.0), 55, 91, 68, only=_BUILDS),
        P("brass-section", 61, R.BRASS, 0.1, "stabs", "march", (0.55, 1.0), 48, 72, 88),
        P("french-horns", 60, R.BRASS, -0.25, "melody", "counter", (0.45, 1.0), 48, 72, 88),
        P("trumpets", 56, R.BRASS, 0.3, "melody", "fanfare", (0.5, 1.0), 60, 84, 88),
        P("trombones", 57, R.BRASS, 0.35, "pad", "lower", (0.5, 1.0), 36, 63, 82),
        P("low-brass-swell", 57, R.BRASS, 0.2, "swell", "lower", _ALL, 36, 60, 94),
        P("tuba", 58, R.BASS, 0.15, "bass", "march", (0.4, 1.0), 29, 48, 90),
        P("contrabass", 43, R.BASS, -0.1, "bass", "march", (0.3, 1.0), 28, 47, 82),
        P("choir-men", 52, R.CHOIR, 0.0, "pad", "middle", (0.75, 1.0), 46, 70, 78),
        P("shawm", 68, R.WOODWIND, -0.4, "melody", "echo", (0.3, 0.7), 60, 84, 74),
        P("fifes", 72, R.WOODWIND, 0.45, "melody", "octave", (0.85, 1.0), 74, 98, 66),
        P("taiko", 116, R.DRUMS, 0.0, "taiko", "march", (0.35, 1.0), 36, 60, 98),
        P("timpani", 47, R.DRUMS, 0.2, "timpani", "march", (0.6, 1.0), 36, 55, 90),
        _braam(0.75, 88),
        _sub("sub", 0.8, 74),
        _riser(70),
        _impact(100, 0.6),
        _drums("drums", "march", 96),
    ),
    MusicStyle.EMOTIONAL: (
        P("piano", 0, R.KEYS, -0.1, "arpeggio", "piano", _ALL, 40, 86, 74),
        P("piano-bass", 0, R.BASS, 0.0, "bass", "whole", _ALL, 31, 52, 70),
        P("violins", 48, R.STRINGS, -0.3, "pad", "upper", (0.4, 1.0), 55, 91, 68),
        P("violas-cellos", 49, R.STRINGS, 0.25, "pad", "lower", (0.3, 1.0), 36, 63, 68),
        P("strings-pizzicato", 45, R.STRINGS, 0.4, "arpeggio", "pizz-drops", (0.32, 0.58), 55, 86, 62),
        P("strings-swell", 48, R.STRINGS, -0.2, "swell", "upper", _ALL, 55, 88, 72),
        P("cello-solo", 42, R.STRINGS, 0.35, "melody", "counter", (0.3, 1.0), 43, 69, 78),
        P("violin-solo", 40, R.STRINGS, -0.4, "melody", "echo", (0.15, 0.7), 62, 86, 72),
        P("contrabass", 43, R.BASS, 0.1, "bass", "whole", (0.5, 1.0), 28, 48, 74),
        P("air-pad", 89, R.PAD, 0.0, "pad", "full", (0.35, 1.0), 48, 88, 54, synth="air_pad"),
        P("harp", 46, R.PLUCKED, -0.45, "arpeggio", "harp-slow", (0.5, 1.0), 55, 91, 60),
        P("french-horn", 60, R.BRASS, 0.15, "stabs", "whole", (0.65, 1.0), 48, 67, 64),
        P("flute", 73, R.WOODWIND, 0.3, "melody", "octave", (0.8, 1.0), 70, 93, 60),
        P("choir-aahs", 52, R.CHOIR, 0.0, "pad", "middle", (0.8, 1.0), 48, 82, 56),
        P("reverse-cymbal", 119, R.EFFECTS, 0.0, "riser", "reverse-cymbal", _ALL, 55, 66, 60),
        _drums("drums", "ballad", 74, 0.55),
    ),
}

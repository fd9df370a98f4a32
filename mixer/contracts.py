"""What crosses the border of the mixer: dry stems in, levelled stems, a mix and a master out.

The mixer knows stems, not songs. Levels in dB, loudness in LUFS, true peak in dBTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ChannelRole(StrEnum):
    LEAD = "lead"
    CHOIR = "choir"
    BACKING = "backing"
    STRINGS = "strings"
    BRASS = "brass"
    WOODWIND = "woodwind"
    KEYS = "keys"
    PLUCKED = "plucked"
    PAD = "pad"
    BASS = "bass"
    DRUMS = "drums"
    EFFECTS = "effects"


class Space(StrEnum):
    """The room that everything sounds in."""

    STUDIO = "studio"
    CHAMBER = "chamber"
    HALL = "hall"
    CATHEDRAL = "cathedral"


class ReverbKind(StrEnum):
    CONVOLUTION = "convolution"
    ALGORITHMIC = "algorithmic"


@dataclass(frozen=True)
class VoiceEffects:
    """What a person asks of a voice on top of what the mixer does by itself. The defaults ask for nothing.

    `reverb_db` -12..12 more or less of the room than usual; `reverb` which kind of room; `bass_boost_db` 0..9;
    `pitch_semitones` -12..12, formants kept; `doubler`, `saturation`, `de_esser` 0..1 are amounts.
    """

    reverb_db: float = 0.0
    reverb: ReverbKind = ReverbKind.CONVOLUTION
    bass_boost_db: float = 0.0
    pitch_semitones: float = 0.0
    doubler: float = 0.0
    saturation: float = 0.0
    de_esser: float = 0.0


@dataclass(frozen=True)
class StemInput:
    """A dry stem file. `pan` -1 (left) .. 1 (right). `name` becomes the file name of the levelled stem."""

    name: str
    path: Path
    role: ChannelRole
    pan: float = 0.0
    effects: VoiceEffects | None = None


@dataclass(frozen=True)
class SourceSection:
    """A stretch of a song, for the timeline and for sentences: `kind` as verse or chorus, `name` as shown."""

    kind: str
    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class MixSpec:
    """`sections` give the sentences their words."""

    stems: tuple[StemInput, ...]
    space: Space
    seed: int
    sample_rate_hz: int = 48_000
    sections: tuple[SourceSection, ...] = ()


@dataclass(frozen=True)
class MixDecision:
    """One thing the mixer did, with the measure that made it do so, as a sentence a person reads; `measures` holds
    its figures by name, with units."""

    channel: str
    sentence: str
    measures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class MixResult:
    mix_path: Path
    stem_paths: tuple[Path, ...]
    decisions: tuple[MixDecision, ...]


class Compression(StrEnum):
    """How the master's parts are held together: all at once, band by band, or not at all."""

    GLUE = "glue"
    MULTIBAND = "multiband"
    OFF = "off"


@dataclass(frozen=True)
class EqBand:
    """One band of the master's equaliser: `kind` bell, low_shelf, high_shelf, high_pass or low_pass."""

    kind: str
    frequency_hz: float
    gain_db: float = 0.0
    q: float = 0.7071


@dataclass(frozen=True)
class MasterChain:
    """What a mix goes through, in this order. `mixer.engine.mastering.chain` has every range.

    `high_pass_hz` 0 leaves it out. `eq` None: decided by the spectrum (or by the reference); an empty tuple: none.
    `compression_amount` and `saturation` 0..1; `width` 0 mono .. 1 as it is .. 2; `density` lets the master compress
    more by itself where the limiter alone would have to work too hard; `keep_range` refuses a target that would level
    soft and loud passages by more than 2 LU.
    """

    high_pass_hz: float = 25.0
    eq: tuple[EqBand, ...] | None = None
    compression: Compression = Compression.GLUE
    compression_amount: float = 0.5
    saturation: float = 0.0
    width: float = 1.0
    density: bool = True
    keep_range: bool = True
    limiter_release_s: float = 0.025


@dataclass(frozen=True)
class CodecSpec:
    """A codec to try the master on: `name` mp3, aac or opus; `kbps` 0 is the codec's usual."""

    name: str
    kbps: int = 0


@dataclass(frozen=True)
class MasterSpec:
    """`reference_path`: a track to come near to in spectrum and width (`reference_share` 0..1 of the way) and, with
    `reference_loudness`, in loudness instead of `target_lufs`. `codec_headroom`: the ceiling is lowered until what
    each of `codecs` decodes to stays under `ceiling_dbtp` too."""

    mix_path: Path
    target_lufs: float = -14.0
    ceiling_dbtp: float = -1.0
    chain: MasterChain = MasterChain()
    reference_path: Path | None = None
    reference_loudness: bool = False
    reference_share: float = 0.8
    codecs: tuple[CodecSpec, ...] = ()
    codec_headroom: bool = False


@dataclass(frozen=True)
class Loudness:
    integrated_lufs: float
    true_peak_dbtp: float
    lra_lu: float


@dataclass(frozen=True)
class CodecReport:
    """What a codec makes of the master: the decoded sound measured again. `over_db`: how far its true peak stands
    over the asked ceiling (0 if it does not); `bandwidth_hz`: up to where it keeps the sound; `error_db`: what it
    changes, in dB of the sound itself (None where the two could not be laid over each other)."""

    name: str
    kbps: int
    size_bytes: int
    loudness: Loudness
    over_db: float
    bandwidth_hz: float
    error_db: float | None
    sentence: str


@dataclass(frozen=True)
class Compared:
    """Gains in dB, none above 0, at which mix and master sound equally loud (and the reference, if there is one)."""

    mix_gain_db: float = 0.0
    master_gain_db: float = 0.0
    reference_gain_db: float | None = None


@dataclass(frozen=True)
class ReferenceReport:
    """How near the master came. Spectra: RMS of the differences in dB over third-octave bands, loudness apart.
    Width: dB of the sides against the middle."""

    loudness: Loudness
    spectrum_before_db: float
    spectrum_after_db: float
    width_db: float
    width_before_db: float
    width_after_db: float


@dataclass(frozen=True)
class MasterResult:
    """`before` is the mix as it came, `loudness` the master, both by ffmpeg's ebur128. `reached` is False where the
    target could not be reached within bounds; then `refusal` says why and what was reached instead, and the file is
    that. `target_lufs` and `ceiling_dbtp` are what was aimed at in the end (reference and codecs considered)."""

    path: Path
    loudness: Loudness
    decisions: tuple[MixDecision, ...]
    before: Loudness | None = None
    reached: bool = True
    refusal: str = ""
    target_lufs: float = -14.0
    ceiling_dbtp: float = -1.0
    compared: Compared = Compared()
    codecs: tuple[CodecReport, ...] = ()
    reference: ReferenceReport | None = None


@dataclass(frozen=True)
class SourceInfo:
    """What a source of stems (a song) tells before they are fetched. `revision` names the state that they belong to."""

    title: str
    revision: str
    duration_s: float
    space: Space
    seed: int
    tempo_bpm: float | None = None
    sections: tuple[SourceSection, ...] = ()


@dataclass(frozen=True)
class SourceStem:
    """A dry stem, 48 kHz, aligned at 0 s. `label` is its name for people."""

    name: str
    label: str
    path: Path
    role: ChannelRole
    pan: float = 0.0
    effects: VoiceEffects | None = None


@dataclass(frozen=True)
class FinishedMix:
    """A bounce that goes back to where its stems came from. `song_path` is the finished sound, mastered or not;
    `stem_paths` the levelled stems by name, where they were rendered. `loudness` is that of `song_path`.
    `source_revision` is which state of the source is heard, as its `SourceInfo.revision` said then."""

    id: str
    title: str
    song_path: Path
    mix_path: Path
    loudness: Loudness
    stem_paths: dict[str, Path]
    decisions: tuple[MixDecision, ...] = ()
    source_revision: str = ""

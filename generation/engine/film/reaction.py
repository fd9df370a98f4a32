"""What each frame hears: the envelopes of the stems and the spectrum of their sum, for worlds and lettering.

Levels lie between two fixed decibels, never between the quietest and the loudest of a song: what is edited in one bar
leaves the frames of all others as they are, but for the tail of a decay.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.codec import content_hash
from codecraft.common.errors import InvalidInput
from generation.engine.film.types import FilmSpec, StemFile

REACTION_VERSION = 1
SPECTRUM_BANDS = 24
GROUPS = ("drums", "strings", "brass", "choir", "voice")

# between which RMS levels (dBFS, levelled stems of a mix that peaks at -3) a group goes from 0 to 1
_RANGE_DB = {"drums": (-42.0, -16.0), "strings": (-42.0, -22.0), "brass": (-42.0, -23.0), "choir": (-44.0, -24.0),
             "voice": (-40.0, -15.0)}  # fmt: skip
# how long a group takes to fall to 1/e once it is silent
_DECAY_S = {"drums": 0.14, "strings": 0.40, "brass": 0.30, "choir": 0.45, "voice": 0.22}
_BANDS_HZ = (40.0, 14_000.0)
_BAND_RANGE_DB = (-60.0, -15.0)
_TILT_DB_PER_OCTAVE = 2.2
"""Music falls toward the treble; this much is given back, so that high bands move as much as low ones."""
_BAND_DECAY_S = 0.20
_WINDOW_S = 0.085
_CHUNK_FRAMES = 48


def _silence() -> np.ndarray:
    return np.zeros(SPECTRUM_BANDS, np.float32)


@dataclass(frozen=True)
class Heard:
    """What sounds at one frame, each 0..1: groups of stems, and the bands of the spectrum from low to high."""

    drums: float = 0.0
    strings: float = 0.0
    brass: float = 0.0
    choir: float = 0.0
    voice: float = 0.0
    spectrum: np.ndarray = field(default_factory=_silence)


SILENT = Heard()


@dataclass(frozen=True, eq=False)
class Reaction:
    """What a film hears. `levels` (frames, groups in the order of GROUPS) and `spectrum` (frames, SPECTRUM_BANDS) are
    uint8, 255 being 1."""

    levels: np.ndarray
    spectrum: np.ndarray

    @property
    def frames(self) -> int:
        return len(self.levels)

    def at(self, frame: int) -> Heard:
        """What frame `frame` hears; silence outside of the film."""
        if not 0 <= frame < self.frames:
            return SILENT
        return Heard(*(float(v) / 255.0 for v in self.levels[frame]), self.spectrum[frame].astype(np.float32) / 255.0)

    def key(self, first: int, last: int) -> str:
        """A hash of what the frames `first`..`last` (exclusive) hear."""
        first, last = max(0, first), max(0, last)
        heard = self.levels[first:last].tobytes() + self.spectrum[first:last].tobytes()
        return hashlib.sha256(heard).hexdigest()[:24]

    def save(self, path: Path) -> None:
        """As .npz, the same bytes for the same reaction, under its name only when whole."""
        scratch = path.with_name(f".{path.name}.{os.getpid()}.npz")
        np.savez(scratch, levels=self.levels, spectrum=self.spectrum)
        scratch.replace(path)

    @staticmethod
    def load(path: Path) -> Reaction:
        with np.load(path, allow_pickle=False) as kept:
            return Reaction(kept["levels"], kept["spectrum"])


def reaction_of(spec: FilmSpec) -> Reaction | None:
    """What the film of `spec` hears, or None without stems. Measured once: kept in `spec.work_dir`, from where workers
    and later attempts read it. Raises InvalidInput for a stem that cannot be read."""
    if not spec.stems:
        return None
    board = spec.storyboard
    known = [(stem.group, str(stem.path), stem.start_s, *_stamp(stem.path)) for stem in spec.stems]
    path = spec.work_dir / f"reaction-{content_hash([REACTION_VERSION, known, board.frames, board.fps])[:24]}.npz"
    if path.is_file():
        return Reaction.load(path)
    reaction = measure_reaction(spec.stems, frames=board.frames, fps=board.fps)
    path.parent.mkdir(parents=True, exist_ok=True)
    reaction.save(path)
    return reaction


def _stamp(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError as error:
        raise _unreadable(path) from error
    return facts.st_size, facts.st_mtime_ns


def measure_reaction(stems: Sequence[StemFile], *, frames: int, fps: int) -> Reaction:
    """Envelopes and spectrum of `stems` at every frame; a few seconds of sound are in memory at a time.

    A group's level is the RMS over the frame's own interval, in dB between two fixed levels; the spectrum is the power
    in 24 logarithmic bands from 40 Hz to 14 kHz of a Hann window (85 ms) around the frame's middle. Both rise at once
    and fall exponentially. Stems shorter than the film are silent after their end. Raises InvalidInput for a stem that
    cannot be read, or of another sample rate than the others.
    """
    levels = np.zeros((frames, len(GROUPS)), np.float32)
    bands = np.zeros((frames, SPECTRUM_BANDS), np.float32)
    with ExitStack() as stack:
        readers = [(stem, _open(stem.path, stack)) for stem in stems]
        rates = {file.samplerate for _, file in readers}
        if len(rates) > 1:
            raise InvalidInput("The film's stems have different sample rates.", field="stems")
        analyser = _Analyser(rates.pop() if rates else 48_000)
        for first in range(0, frames, _CHUNK_FRAMES):
            last = min(frames, first + _CHUNK_FRAMES)
            levels[first:last], bands[first:last] = analyser.chunk(readers, first, last, fps)
    falls = [np.exp(-1.0 / (fps * _DECAY_S[group])) for group in GROUPS]
    return Reaction(_shaped(levels, np.array(falls)), _shaped(bands, np.exp(-1.0 / (fps * _BAND_DECAY_S))))


def _open(path: Path, stack: ExitStack) -> sf.SoundFile:
    try:
        return stack.enter_context(sf.SoundFile(path))
    except (OSError, sf.LibsndfileError) as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> InvalidInput:
    return InvalidInput(f"The stem {path.name} cannot be read as audio.", field="stems")


class _Analyser:
    """Levels 0..1 of a run of frames, before attack and decay."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.window = 1 << round(np.log2(_WINDOW_S * rate_hz))
        taper = np.hanning(self.window + 1)[:-1]
        # a sine of full scale reads 0 dB: its power sits in the Hann window's main lobe
        self.taper = (taper * np.sqrt(2.0 / (np.sum(taper**2) * self.window))).astype(np.float32)
        edges_hz = np.geomspace(*_BANDS_HZ, SPECTRUM_BANDS + 1)
        bins = np.clip(np.round(edges_hz * self.window / rate_hz).astype(int), 1, self.window // 2)
        self.starts, self.stops = bins[:-1], np.maximum(bins[1:], bins[:-1] + 1)
        octaves = np.log2(np.sqrt(edges_hz[:-1] * edges_hz[1:]) / 100.0)
        self.tilt_db = _TILT_DB_PER_OCTAVE * np.maximum(octaves, 0.0)

    def chunk(
        self, readers: Sequence[tuple[StemFile, sf.SoundFile]], first: int, last: int, fps: int
    ) -> tuple[np.ndarray, np.ndarray]:
        edges = [round(frame * self.rate_hz / fps) for frame in range(first, last + 1)]
        half = self.window // 2
        start, samples = edges[0] - half, edges[-1] - edges[0] + self.window
        sums = {group: np.zeros((samples, 2), np.float32) for group in (*GROUPS, "other")}
        for stem, file in readers:
            offset = round(stem.start_s * self.rate_hz)
            sums[stem.group if stem.group in sums else "other"] += _stereo(file, start + offset, samples)
        levels = np.zeros((last - first, len(GROUPS)))
        for column, group in enumerate(GROUPS):
            inside = sums[group][half : half + edges[-1] - edges[0]]
            power = np.einsum("ij,ij->i", inside, inside) * np.float32(0.5)
            total = np.add.reduceat(power, np.array(edges[:-1]) - edges[0])
            levels[:, column] = _scaled(total / np.maximum(1, np.diff(edges)), _RANGE_DB[group])
        whole = sum(sums.values())
        mono = (whole[:, 0] + whole[:, 1]) * np.float32(0.5)
        middles = [(a + b) // 2 - start - half for a, b in zip(edges, edges[1:], strict=False)]
        power = np.abs(np.fft.rfft(np.stack([mono[m : m + self.window] for m in middles]) * self.taper)) ** 2
        summed = np.concatenate([np.zeros((len(power), 1)), np.cumsum(power * 2.0, axis=1)], axis=1)
        in_bands = (summed[:, self.stops] - summed[:, self.starts]) * 10.0 ** (self.tilt_db / 10.0)
        return levels, _scaled(in_bands, _BAND_RANGE_DB)


def _stereo(file: sf.SoundFile, start: int, samples: int) -> np.ndarray:
    """Samples `start`.. of a file as (samples, 2) float32, silence where it has none."""
    out = np.zeros((samples, 2), np.float32)
    first = max(0, start)
    count = min(file.frames, start + samples) - first
    if count > 0:
        file.seek(first)
        part = out[first - start : first - start + count]
        if file.channels == 2:
            file.read(out=part)
        else:
            read = file.read(count, dtype="float32", always_2d=True)
            part[: len(read)] = read[:, [0, -1]]
    return out


def _scaled(power: np.ndarray, range_db: tuple[float, float]) -> np.ndarray:
    low_db, high_db = range_db
    return np.clip((10.0 * np.log10(np.maximum(power, 1e-12)) - low_db) / (high_db - low_db), 0.0, 1.0)


def _shaped(levels: np.ndarray, fall: np.ndarray | float) -> np.ndarray:
    """Up at once, down exponentially; uint8. A tail below half a step of 255 is silence: an edit is forgotten."""
    out = np.zeros(levels.shape, np.uint8)
    held = np.zeros(levels.shape[1])
    for index, level in enumerate(levels):
        held = np.maximum(level, held * fall)
        held[held < 0.5 / 255.0] = 0.0
        out[index] = np.round(held * 255.0)
    return out

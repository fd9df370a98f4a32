"""What the assistant hears in a stem before it decides: level, spectrum, width and attacks over time.

The file is read once, in pieces, at its own sample rate: half an hour takes no more memory than half a minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import soundfile as sf
from scipy.fft import rfft

from codecraft.common.errors import InvalidInput
from mixer.engine.analysis import BAND_EDGES_HZ, Analysis
from mixer.engine.console.kernels import unwoven
from mixer.engine.console.stems_in import LOUDEST
from mixer.engine.meters import HOP_S, hop_power

THIRDS_HZ = tuple(1_000.0 * 2.0 ** (k / 3.0) for k in range(-16, 13))
"""Centres of the third-octaves from 25 Hz to 16 kHz."""
_PIECE_HOPS = 200
_RUN_IN_HOPS = 10
"""The loudness filters settle on the second before a piece; that second is not counted again."""
_FRAMES_PER_HOP = 10
_ATTACK_DB = 7.0


@dataclass(frozen=True)
class StemMeasures:
    """The figures of a stem that fit into a line of JSON. `spread_db` from soft to loud moments, `crest_db` from the
    mean to the peak, `side_db` the sides against the middle (-60: mono), `low_side_db` the same under 180 Hz,
    `attacks_per_s` onsets while it sounds, the shares in dB of the whole: under 90 Hz, 180 to 600 Hz, 1.2 to 4 kHz and
    above 4 kHz; `sounding_share` 0..1 of the time."""

    duration_s: float
    lufs: float
    peak_dbfs: float
    crest_db: float
    spread_db: float
    side_db: float
    low_side_db: float
    attacks_per_s: float
    rumble_db: float
    warmth_db: float
    presence_db: float
    air_db: float
    sounding_share: float

    @property
    def is_silent(self) -> bool:
        return self.sounding_share <= 0.0


@dataclass(frozen=True, eq=False)
class Hearing:
    """Per hop of 100 ms: `analysis` (power, ten bands), `thirds` (hops, 29) power per third-octave of both channels,
    `side` the same for what differs between them, `peaks` (hops,) greatest sample, `attacks` onsets in all."""

    analysis: Analysis
    thirds: np.ndarray
    side: np.ndarray
    peaks: np.ndarray
    attacks: int
    duration_s: float

    @cached_property
    def measures(self) -> StemMeasures:
        heard, whole = self.analysis, float(self.thirds.sum())
        sounding = int(heard.active.sum())
        rms_db = _db(heard.bands[heard.active].sum() / (2.0 * max(1, sounding)))
        peak_db = 20.0 * float(np.log10(max(1e-6, heard.peak)))
        low, low_side = (float(power[:, :9].sum()) for power in (self.thirds, self.side))
        return StemMeasures(
            duration_s=self.duration_s,
            lufs=heard.lufs,
            peak_dbfs=peak_db,
            crest_db=peak_db - rms_db if sounding else 0.0,
            spread_db=heard.spread_db,
            side_db=_ratio_db(float(self.side.sum()), whole - float(self.side.sum())),
            low_side_db=_ratio_db(low_side, low - low_side),
            attacks_per_s=self.attacks / max(HOP_S, sounding * HOP_S) if sounding else 0.0,
            rumble_db=heard.share_db(slice(0, 2)),
            warmth_db=heard.share_db(slice(3, 5)),
            presence_db=heard.share_db(slice(6, 8)),
            air_db=heard.share_db(slice(8, 10)),
            sounding_share=sounding / max(1, len(heard.power)),
        )


def listen(path: Path) -> Hearing:
    """Measure a file of one or two channels (of more, the first two). Raises InvalidInput for what is no sound."""
    try:
        with sf.SoundFile(path) as file:
            rate_hz, length = file.samplerate, file.frames
            parts = [_measured(piece, run_in, rate_hz) for piece, run_in in _pieces(file)]
    except (OSError, sf.LibsndfileError) as error:
        raise InvalidInput(f"The stem {path.name} cannot be read as sound.", field="stems") from error
    return _joined(parts, length / rate_hz)


@dataclass(frozen=True, eq=False)
class _Part:
    power: np.ndarray
    bands: np.ndarray
    thirds: np.ndarray
    side: np.ndarray
    peaks: np.ndarray
    frames_db: np.ndarray


def _pieces(file: sf.SoundFile) -> Iterator[tuple[np.ndarray, int]]:
    """(channels, samples) float32 of whole hops with what came before them, and how many hops that is. One channel
    stands for two that are alike."""
    hop, run_in = round(HOP_S * file.samplerate), 0
    sides = np.empty((2, (_RUN_IN_HOPS + _PIECE_HOPS) * hop), np.float32)
    while len(block := file.read(_PIECE_HOPS * hop, dtype="float32", always_2d=True)):
        first = run_in * hop
        end = first + len(block)
        unwoven(np.ascontiguousarray(block[:, :2]), sides[:, first:end], LOUDEST)
        is_mono = file.channels == 1 or np.array_equal(sides[0, first:end], sides[1, first:end])
        whole = end + -end % hop  # the last piece: what is left of a hop counts as one
        sides[:, end:whole] = 0.0
        yield sides[: 1 if is_mono else 2, :whole], first // hop
        run_in = min(_RUN_IN_HOPS, whole // hop)
        sides[:, : run_in * hop] = sides[:, whole - run_in * hop : whole]


def _measured(audio: np.ndarray, run_in: int, rate_hz: int) -> _Part:
    hop = round(HOP_S * rate_hz)
    hops = audio.shape[1] // hop - run_in
    if not audio.any():
        return _silence(hops)
    copies = 2.0 / len(audio)
    power = copies * hop_power(audio, sample_rate_hz=rate_hz)[run_in:]
    audio = audio[:, run_in * hop :]
    side = np.zeros((hops, len(THIRDS_HZ)))
    if len(audio) == 1:
        middle = audio[0]
        bands, thirds = (2.0 * part for part in _spectra(middle.reshape(hops, hop), rate_hz))
    else:
        middle = np.float32(0.5) * (audio[0] + audio[1])
        bands, thirds = (2.0 * part for part in _spectra(middle.reshape(hops, hop), rate_hz))
        coarse, fine = _spectra((audio[0] - middle).reshape(hops, hop), rate_hz)
        side = 2.0 * fine
        bands, thirds = bands + 2.0 * coarse, thirds + side
    by_hop = audio.reshape(len(audio), hops, hop)
    peaks = np.maximum(by_hop.max(axis=(0, 2)), -by_hop.min(axis=(0, 2)))
    frame = hop // _FRAMES_PER_HOP
    used = middle.reshape(hops, hop)[:, : frame * _FRAMES_PER_HOP].reshape(-1, frame)
    frames_db = 10.0 * np.log10(2.0 * np.einsum("fs,fs->f", used, used) / max(1, frame) + 1e-10)
    return _Part(power, bands, thirds, side, peaks, frames_db)


def _silence(hops: int) -> _Part:
    thirds = np.zeros((hops, len(THIRDS_HZ)))
    bands, frames_db = np.zeros((hops, len(BAND_EDGES_HZ) - 1)), np.full(hops * _FRAMES_PER_HOP, -100.0)
    return _Part(np.zeros(hops), bands, thirds, thirds.copy(), np.zeros(hops), frames_db)


def _spectra(frames: np.ndarray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Power per hop in the ten bands and in third-octaves, from Hann-windowed spectra of (hops, samples) float32."""
    loud = frames.any(axis=1)
    if not loud.all():
        return _among_silence(frames, loud, rate_hz)
    hop = frames.shape[1]
    window = np.hanning(hop + 1)[:hop].astype(np.float32)
    scale = 2.0 / (hop * float(np.sum(window.astype(np.float64) ** 2)))
    spectrum = rfft(frames * window, axis=1).view(np.float32)
    power = np.square(spectrum, out=spectrum)
    third_edges = [f * 2.0 ** (-1.0 / 6.0) for f in THIRDS_HZ] + [THIRDS_HZ[-1] * 2.0 ** (1.0 / 6.0)]
    found = []
    for edges_hz in (BAND_EDGES_HZ, third_edges):
        edges = np.minimum(np.round(np.array(edges_hz) * hop / rate_hz).astype(int), hop // 2)
        sums = np.add.reduceat(power, 2 * edges, axis=1)[:, :-1] * np.float64(scale)
        found.append(np.where(np.diff(edges) > 0, sums, 0.0))
    return found[0], found[1]


def _among_silence(frames: np.ndarray, loud: np.ndarray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """`_spectra` of frames of which not all are `loud`: a transform of silence is not worth its time."""
    bands, thirds = np.zeros((len(frames), len(BAND_EDGES_HZ) - 1)), np.zeros((len(frames), len(THIRDS_HZ)))
    if loud.any():
        bands[loud], thirds[loud] = _spectra(frames[loud], rate_hz)
    return bands, thirds


def _joined(parts: list[_Part], duration_s: float) -> Hearing:
    if not parts:
        none = np.zeros(0)
        silent = Analysis(none, np.zeros((0, len(BAND_EDGES_HZ) - 1)), 0.0)
        return Hearing(silent, np.zeros((0, len(THIRDS_HZ))), np.zeros((0, len(THIRDS_HZ))), none, 0, 0.0)
    whole = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _Part.__dataclass_fields__}
    analysis = Analysis(whole["power"], whole["bands"], float(whole["peaks"].max(initial=0.0)))
    attacks = _attacks(whole["frames_db"], analysis)
    return Hearing(analysis, whole["thirds"], whole["side"], whole["peaks"], attacks, duration_s)


def _attacks(frames_db: np.ndarray, heard: Analysis) -> int:
    """Onsets: where the level of 10 ms rises by 7 dB over the mean of the 40 ms before, 80 ms apart at the least."""
    if heard.is_silent or len(frames_db) < 6:
        return 0
    padded = np.pad(frames_db, (4, 0), mode="edge")
    before = np.convolve(padded, np.full(4, 0.25), mode="valid")[: len(frames_db)]
    audible = frames_db > np.percentile(frames_db, 95) - 25.0
    rising = np.flatnonzero((frames_db - before > _ATTACK_DB) & audible)
    return int(np.count_nonzero(np.diff(rising, prepend=-100) >= 8)) if len(rising) else 0


def _db(power: float) -> float:
    return 10.0 * float(np.log10(power + 1e-12))


def _ratio_db(part: float, other: float) -> float:
    return float(np.clip(_db(part) - _db(max(0.0, other)), -60.0, 60.0)) if part + other > 1e-9 else -60.0

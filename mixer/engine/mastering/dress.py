"""Everything before the loudness: equaliser, multiband compression, saturation, width. One pass, blocks to a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import open_wav_writer
from codecraft.common.progress import Progress, ignore_progress
from mixer.contracts import Compression, MasterChain
from mixer.engine.effects.biquad import Band, ParametricEq, response_db
from mixer.engine.effects.colour import Saturation, Saturator
from mixer.engine.effects.stereo import StereoWidth
from mixer.engine.mastering.grains import GrainMeter, Grains
from mixer.engine.mastering.multiband import CROSSOVERS_HZ, MultibandCompressor
from mixer.engine.mastering.render import through
from mixer.engine.mastering.source import Sound
from mixer.engine.mastering.survey import Survey
from mixer.engine.mastering.tone import Say

WORKING_LUFS = -18.0
"""The mix is brought to this loudness first, so that what depends on level does the same to soft and loud mixes."""
_BAND_NAMES = ("bass", "low mids", "high mids", "treble")


@dataclass(frozen=True)
class Dressing:
    bands: tuple[Band, ...]
    multiband: MultibandCompressor | None
    saturator: Saturator | None
    width: float
    gain: float


def dressing_of(chain: MasterChain, found: Survey, bands: tuple[Band, ...], width: float) -> Dressing:
    gain_db = WORKING_LUFS - found.lufs
    multiband = None
    if chain.compression is Compression.MULTIBAND and chain.compression_amount > 0.0:
        multiband = _multiband(chain.compression_amount, found, bands, gain_db)
    saturator = None
    if chain.saturation > 0.0:
        rms = 10.0 ** ((found.band_db(20.0, 20_000.0) + gain_db) / 20.0)
        saturator = Saturation.of_amount(chain.saturation).saturator(rms)
    return Dressing(bands, multiband, saturator, width, 10.0 ** (gain_db / 20.0))


def dress(
    sound: Sound, dressing: Dressing, out_path: Path, say: Say, *, progress: Progress = ignore_progress
) -> tuple[Sound, Grains]:
    """Write the dressed mix as float32 and measure it on the way; what the compressors did is said."""
    rate_hz = sound.sample_rate_hz
    blocks = _raised(sound, dressing.gain, progress)
    if dressing.bands:
        blocks = through(blocks, ParametricEq(dressing.bands).open(sample_rate_hz=rate_hz))
    multiband = dressing.multiband.open(sample_rate_hz=rate_hz) if dressing.multiband is not None else None
    if multiband is not None:
        blocks = through(blocks, multiband)
    if dressing.saturator is not None:
        blocks = through(blocks, dressing.saturator.open(sample_rate_hz=rate_hz))
    if dressing.width != 1.0:
        blocks = through(blocks, StereoWidth(dressing.width).open(sample_rate_hz=rate_hz))
    dressed = replace(sound, path=out_path, channels=2)
    meter = GrainMeter(dressed, with_peaks=True)
    with open_wav_writer(out_path, channels=2, sample_rate_hz=rate_hz, subtype="FLOAT") as out:
        for block in blocks:
            meter.push(block)
            out.write(np.ascontiguousarray(block.T))
    if multiband is not None:
        depths = zip(_BAND_NAMES, multiband.deepest_db, strict=True)
        ratio = dressing.multiband.ratio
        words = ", ".join(f"{name} up to {depth_db:.1f} dB" for name, depth_db in depths)
        say(f"Multiband compression {ratio:.1f}:1: {words}.", ratio=ratio)
    return dressed, meter.grains()


def _raised(sound: Sound, gain: float, progress: Progress) -> Iterator[np.ndarray]:
    for block in sound.blocks(progress):
        yield block * np.float32(gain)


def _multiband(amount: float, found: Survey, bands: tuple[Band, ...], gain_db: float) -> MultibandCompressor:
    """Each band's threshold lies a little over its own mean level: only what stands out in a band is held."""
    edges = (30.0, *CROSSOVERS_HZ, 16_000.0)
    thresholds = []
    for low_hz, high_hz in zip(edges, edges[1:], strict=False):
        centre = np.array([np.sqrt(low_hz * high_hz)])
        eq_db = float(response_db(bands, centre, sample_rate_hz=found.sample_rate_hz)[0]) if bands else 0.0
        thresholds.append(max(-90.0, found.band_db(low_hz, high_hz) + gain_db + eq_db + 4.0 - 4.0 * amount))
    return MultibandCompressor(tuple(thresholds), ratio=1.3 + 1.4 * amount)

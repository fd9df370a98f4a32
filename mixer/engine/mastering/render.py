"""The last pass: the dressed mix under its gain curve, through the true-peak limiter, to the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codecraft.common.audio import open_wav_writer
from codecraft.common.progress import Progress, ignore_progress
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.effect import Stream
from mixer.engine.effects.limiter import SAFETY_DB, TruePeakLimiter
from mixer.engine.mastering.grains import GrainMeter, Grains
from mixer.engine.mastering.source import Sound


def through(blocks: Iterator[np.ndarray], stream: Stream) -> Iterator[np.ndarray]:
    """The blocks through an effect, its latency taken back: as long as they went in, in blocks of the same sizes."""
    late = stream.latency_samples
    waiting = np.zeros((2, 0), np.float32)
    sizes: list[int] = []
    skip = late
    for block in blocks:
        sizes.append(block.shape[1])
        wet = stream.process(block)
        dropped = min(skip, wet.shape[1])
        skip -= dropped
        waiting = np.concatenate([waiting, wet[:, dropped:]], axis=1)
        while sizes and waiting.shape[1] >= sizes[0]:
            size = sizes.pop(0)
            yield waiting[:, :size]
            waiting = waiting[:, size:]
    if late:
        wet = stream.process(np.zeros((2, late), np.float32))
        waiting = np.concatenate([waiting, wet[:, skip:]], axis=1)
    for size in sizes:
        yield waiting[:, :size]
        waiting = waiting[:, size:]


@dataclass(frozen=True)
class Finish:
    """What the limiter keeps: the ceiling without the tenth that its stream holds back, as the plan counted on it."""

    ceiling_dbtp: float
    release_s: float


def render(
    dressed: Sound, curve: np.ndarray, finish: Finish, out_path: Path, *, progress: Progress = ignore_progress
) -> Grains:
    """Write the master (24 bit, the mix's rate and length), and say what it measures."""
    meter = GrainMeter(dressed, with_peaks=False)
    limiter = TruePeakLimiter(finish.ceiling_dbtp + SAFETY_DB, release_s=finish.release_s)
    blocks = through(_driven(dressed, curve, progress), limiter.open(sample_rate_hz=dressed.sample_rate_hz))
    blocks = through(blocks, _DC_BLOCKER.open(sample_rate_hz=dressed.sample_rate_hz))
    with open_wav_writer(out_path, channels=2, sample_rate_hz=dressed.sample_rate_hz) as out:
        for block in blocks:
            meter.push(block)
            out.write(np.ascontiguousarray(block.T))
    return meter.grains()


_DC_BLOCKER = ParametricEq((Band(BandKind.HIGH_PASS, 0.3),))
"""A limiter's work shifts the mean of a lopsided wave. So low that no peak that was limited grows back by it."""


def _driven(dressed: Sound, curve: np.ndarray, progress: Progress) -> Iterator[np.ndarray]:
    """The blocks under the curve, which runs in straight lines from the middle of one grain to that of the next."""
    grain, start = dressed.grain_samples, 0
    for block in dressed.blocks(progress):
        end = start + block.shape[1]
        first, last = max(0, start // grain - 1), min(len(curve), end // grain + 2)
        middles = (np.arange(first, last) + 0.5) * grain - 0.5
        gain = np.interp(np.arange(start, end), middles, curve[first:last])
        yield block * gain.astype(np.float32)
        start = end

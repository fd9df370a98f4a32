"""The levelled stems of a mix as files, and the mix as their sum: whole numbers of 24 bits, so that stems which are
kept and stems which are rendered again add up to the same bytes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import soundfile as sf
from numba import njit

from codecraft.common.audio import BLOCK_SAMPLES, open_wav_writer
from codecraft.common.progress import Progress
from mixer.engine.console.automation import gain_of_db
from mixer.engine.desk import Desk

_MOST, _LEAST = np.int32(2**23 - 1), np.int32(-(2**23))
_FULL_SCALE = 2.0**31


def write_levelled(
    desk: Desk, rendered: Mapping[str, Path], names: Collection[str], out: Path, progress: Progress
) -> float:
    """Write each of `rendered` (32-bit float by the stem's name, without the mix's gain) to `out/stems/NAME.wav`, and
    the sum of the stems of `names`, of which the others lie there already, to `out/mix.wav`: 48 kHz, 24 bit. Returns
    the greatest sample of the sum."""
    settings = {"channels": 2, "sample_rate_hz": desk.sample_rate_hz}
    gain = np.float32(gain_of_db(desk.state.mix.gain_db))
    peak, done = 0, 0
    with ExitStack() as stack:
        readers, writers = {}, {}
        for name in names:
            path = out / "stems" / f"{name}.wav"
            readers[name] = stack.enter_context(sf.SoundFile(rendered.get(name, path)))
            if name in rendered:
                writers[name] = stack.enter_context(open_wav_writer(path, **settings))
        mix = stack.enter_context(open_wav_writer(out / "mix.wav", **settings))
        while done < desk.samples:
            count = min(BLOCK_SAMPLES, desk.samples - done)
            total = np.zeros((count, 2), np.int64)
            for name, reader in readers.items():
                if name in writers:
                    whole = np.empty((count, 2), np.int32)
                    _as_24_bit(reader.read(count, dtype="float32", always_2d=True), gain, whole)
                    writers[name].write(whole)
                else:
                    whole = reader.read(count, dtype="int32", always_2d=True)
                total += whole
            peak = max(peak, int(np.abs(total).max()))
            mix.write(np.clip(total, _LEAST * 256, _MOST * 256).astype(np.int32))
            done += count
            progress(done / desk.samples)
    return peak / _FULL_SCALE


@njit(cache=True, nogil=True)
def _as_24_bit(frames, gain, out):  # pragma: no cover - compiled
    """Float32 frames times `gain` as 32-bit numbers whose last eight bits are 0."""
    for at in range(frames.shape[0]):
        for side in range(2):
            value = np.rint(gain * frames[at, side] * np.float32(8_388_608.0))
            out[at, side] = np.int32(min(max(value, np.float32(_LEAST)), np.float32(_MOST))) * np.int32(256)

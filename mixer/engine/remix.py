"""A mix made again on a desk that stays: only what sounds otherwise goes through its channel, and the bus adds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import soundfile as sf

from codecraft.common.audio import BLOCK_SAMPLES, open_wav_writer
from codecraft.common.codec import file_hash
from codecraft.common.files import link_or_copy
from codecraft.common.progress import Progress
from mixer.contracts import ChannelRole, MixDecision, MixSpec
from mixer.engine.analysis import analyse
from mixer.engine.balance import Faders
from mixer.engine.channel import lead_presence, load_stem, louder, process_channel
from mixer.engine.desk import Desk, LevelledStore, levelled_keys
from mixer.engine.effects.dynamics import Presence

LEVELLED_VERSION = 2
"""Raise it with the mixer's version, when the same dry stem on the same strip gives other bytes."""
STAYS = MixDecision("mix", "The console stays as it was set for this song before the edit.")
_CLIPS = 0.999


def remix(
    asked: MixSpec,
    spec: MixSpec,
    desk: Desk,
    samples: int,
    working: Path,
    kept: LevelledStore | None,
    progress: Progress,
) -> bool:
    """Write the levelled stems and their sum into `working`. False, when the desk does not fit these stems or the sum
    would clip on it: then the mix has to be set anew. `asked` are the stems as they came, `spec` as they are read."""
    silent = [
        strip.was_silent and _is_silent(spec, i, samples) for i, strip in enumerate(desk.strips[: len(spec.stems)])
    ]
    if len(desk.strips) != len(spec.stems) or not desk.fits(asked, samples, silent):
        return False
    keys = _keys(spec, desk)
    fresh = []
    for index, (stem, key) in enumerate(zip(spec.stems, keys, strict=True)):
        found = kept.get(key) if kept is not None else None
        if found is None:
            fresh.append(index)
        else:
            link_or_copy(found, working / "stems" / f"{stem.name}.wav")
    peak = _process(spec, desk, samples, working, fresh, progress)
    peak = max(peak, sum_stems(spec, working))
    if peak >= _CLIPS:
        for stem in spec.stems:
            (working / "stems" / f"{stem.name}.wav").unlink()
        return False
    if kept is not None:
        for index in fresh:
            kept.put(keys[index], working / "stems" / f"{spec.stems[index].name}.wav")
    progress(1.0)
    return True


def keep_stems(spec: MixSpec, desk: Desk, working: Path, kept: LevelledStore | None) -> None:
    """Keep the levelled stems of a mix that was set anew."""
    if kept is None:
        return
    for stem, key in zip(spec.stems, _keys(spec, desk), strict=True):
        kept.put(key, working / "stems" / f"{stem.name}.wav")


def sum_stems(spec: MixSpec, working: Path) -> float:
    """The levelled stems, as they lie in their files, added up to `mix.wav`. Returns the greatest sample."""
    peak = 0.0
    with ExitStack() as stack:
        bus = stack.enter_context(open_wav_writer(working / "mix.wav", channels=2, sample_rate_hz=spec.sample_rate_hz))
        files = [stack.enter_context(sf.SoundFile(working / "stems" / f"{stem.name}.wav")) for stem in spec.stems]
        while len(block := files[0].read(BLOCK_SAMPLES, dtype="float32", always_2d=True)):
            total = block.astype(np.float64)
            for file in files[1:]:
                total += file.read(BLOCK_SAMPLES, dtype="float32", always_2d=True)
            peak = max(peak, float(np.abs(total).max(initial=0.0)))
            bus.write(total)
    return peak


def _is_silent(spec: MixSpec, index: int, samples: int) -> bool:
    rate_hz = spec.sample_rate_hz
    return analyse(load_stem(spec.stems[index].path, samples, sample_rate_hz=rate_hz), sample_rate_hz=rate_hz).is_silent


def _keys(spec: MixSpec, desk: Desk) -> tuple[str, ...]:
    return levelled_keys(LEVELLED_VERSION, desk, spec.stems, [file_hash(stem.path) for stem in spec.stems])


def _process(spec: MixSpec, desk: Desk, samples: int, working: Path, fresh: Sequence[int], progress: Progress) -> float:
    """The channels of `fresh` through their plans and faders into the working folder; returns the greatest sample."""
    faders, peak = desk.faders(spec), 0.0
    key = _presence(spec, desk, samples, fresh)
    for number, index in enumerate(fresh):
        audio = _processed(spec, desk, samples, index, key)
        peak = max(peak, _write_levelled(faders, index, audio, working))
        progress(0.9 * (number + 1) / len(fresh))
    return peak


def _processed(spec: MixSpec, desk: Desk, samples: int, index: int, key: Presence | None) -> np.ndarray:
    rate_hz, strip = spec.sample_rate_hz, desk.strips[index]
    audio = load_stem(spec.stems[index].path, samples, sample_rate_hz=rate_hz)
    if strip.was_silent:
        return audio
    if strip.role is ChannelRole.LEAD:
        key = None
    return process_channel(strip.plan, audio, key, space=spec.space, seed=spec.seed, sample_rate_hz=rate_hz)


def _presence(spec: MixSpec, desk: Desk, samples: int, fresh: Sequence[int]) -> Presence | None:
    """Where the leads sing, if a channel that is processed makes room for them."""
    if all(desk.strips[i].plan.duck_db <= 0.0 and desk.strips[i].plan.rest_db <= 0.0 for i in fresh):
        return None
    leads = [i for i, s in enumerate(desk.strips) if s.role is ChannelRole.LEAD and not s.was_silent]
    rate_hz = spec.sample_rate_hz
    return louder([lead_presence(_processed(spec, desk, samples, i, None), sample_rate_hz=rate_hz) for i in leads])


def _write_levelled(faders: Faders, index: int, audio: np.ndarray, working: Path) -> float:
    peak = 0.0
    path = working / "stems" / f"{faders.spec.stems[index].name}.wav"
    with open_wav_writer(path, channels=2, sample_rate_hz=faders.spec.sample_rate_hz) as out:
        for start in range(0, audio.shape[1], BLOCK_SAMPLES):
            block = np.ascontiguousarray(audio[:, start : start + BLOCK_SAMPLES].T)
            block = block * faders.gain(index, start, len(block))[:, np.newaxis]
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            out.write(block)
    return peak

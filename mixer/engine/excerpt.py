"""A stretch of a song as its console mixes it, in seconds: the same strips, rooms and rides, a few stems and bars.
Nothing is measured and nothing is decided.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import read_wav, write_wav
from codecraft.common.progress import Progress, ignore_progress, span
from mixer.contracts import MixSpec, StemInput
from mixer.engine.assistant.layout import main_bus
from mixer.engine.console.editing import begun_later, with_kin, without_channels
from mixer.engine.console.render import render_console
from mixer.engine.console.state import MIX, Channel, ConsoleState
from mixer.engine.console.stems_in import length_of
from mixer.engine.desk import Desk
from mixer.engine.effects.limiter import TruePeakLimiter

DRIVE_DB = 5.0
"""About what mastering adds to a mix."""
_CEILING_DBTP = -1.0
_FADE_S = 0.25


def mix_excerpt(
    spec: MixSpec,
    desk: Desk,
    out_path: Path,
    *,
    offset_s: float = 0.0,
    cut_s: float = 0.0,
    progress: Progress = ignore_progress,
) -> int:
    """Mix `spec.stems`, whose first sample lies `offset_s` in the song that `desk` was set for, and write them without
    their first `cut_s` to `out_path` (stereo, 24 bit). Returns the samples written.

    A stem without a channel of its name is set as the first channel of its role, else left as it is.
    """
    rate_hz = spec.sample_rate_hz
    samples = max(length_of(stem.path, sample_rate_hz=rate_hz) for stem in spec.stems)
    working = Path(tempfile.mkdtemp(prefix=".excerpt-", dir=out_path.parent))
    try:
        state = begun_later(_console_for(spec, desk), offset_s)
        files = {stem.name: stem.path for stem in spec.stems}
        told = span(progress, 0.0, 0.9)
        made = render_console(state, files, working, sample_rate_hz=rate_hz, samples=samples, progress=told)
        audio = read_wav(made.mix_path)[0]
    finally:
        shutil.rmtree(working, ignore_errors=True)
    finished = _finished(audio[:, round(cut_s * rate_hz) :], rate_hz)
    write_wav(out_path, finished, sample_rate_hz=rate_hz)
    progress(1.0)
    return finished.shape[1]


def _console_for(spec: MixSpec, desk: Desk) -> ConsoleState:
    """The desk's console with a channel for each of these stems, and no other."""
    state, kept = desk.state, set[str]()
    pairs = zip(desk.setups, state.channels, strict=True)
    set_up = [channel for setup, channel in pairs if not setup.was_silent]
    for number, stem in enumerate(spec.stems):
        kin = [channel for channel in set_up if channel.role is stem.role]
        own = next((channel for channel in kin if channel.stem == stem.name), None)
        if own is not None:
            kept.add(own.id)
        else:
            state = _with_guest(state, kin[0] if kin else None, stem, f"guest-{number}")
    left = without_channels(state, {channel.id for channel in desk.state.channels if channel.id not in kept})
    pans = {stem.name: stem.pan if abs(stem.pan) >= 0.05 else 0.0 for stem in spec.stems}
    return replace(left, channels=tuple(replace(c, pan=pans[c.stem]) for c in left.channels))


def _with_guest(state: ConsoleState, kin: Channel | None, stem: StemInput, channel_id: str) -> ConsoleState:
    if kin is not None:
        return with_kin(state, kin, replace(kin, id=channel_id, stem=stem.name))
    bus = main_bus(stem.role)
    output = bus if any(one.id == bus for one in state.buses) else MIX
    plain = Channel(id=channel_id, stem=stem.name, role=stem.role, output=output)
    return replace(state, channels=(*state.channels, plain))


def _finished(audio: np.ndarray, rate_hz: int) -> np.ndarray:
    """As loud as a master about, without a click at its ends."""
    audio = audio * np.float32(10.0 ** (DRIVE_DB / 20.0))
    audio = np.array(TruePeakLimiter(ceiling_dbtp=_CEILING_DBTP).process(audio, sample_rate_hz=rate_hz), np.float32)
    length = min(audio.shape[1] // 2, round(_FADE_S * rate_hz))
    if length:
        audio[:, -length:] *= np.linspace(1.0, 0.0, length, dtype=np.float32)
        opening = min(length, round(0.005 * rate_hz))
        audio[:, :opening] *= np.linspace(0.0, 1.0, opening, dtype=np.float32)
    return audio

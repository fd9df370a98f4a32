"""A stretch of a song as its desk would mix it, in seconds: every strip's plan and fader, one room for all.

The room is linear and the same for all channels, so their sends are added and go through it once: the same sound as a
room for each. Nothing is measured and nothing is decided.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from codecraft.common.audio import write_wav
from codecraft.common.progress import Progress, ignore_progress
from mixer.contracts import ChannelRole, MixSpec, ReverbKind, StemInput
from mixer.engine.channel import ROOMS, before_room, lead_presence, load_stem, stem_samples
from mixer.engine.decisions import ChannelPlan
from mixer.engine.desk import Desk, Strip
from mixer.engine.effects.dynamics import Presence
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

    A stem without a strip of its name is set as the first strip of its role, else left as it is.
    """
    rate_hz = spec.sample_rate_hz
    samples = max(stem_samples(stem.path, sample_rate_hz=rate_hz) for stem in spec.stems)
    strips = [_strip(desk, stem) for stem in spec.stems]
    faders = replace(desk, strips=tuple(strips)).faders(spec)
    start = round(offset_s * rate_hz)
    dry, rooms = np.zeros((2, samples), np.float32), {kind: np.zeros((2, samples), np.float32) for kind in ReverbKind}
    order = sorted(range(len(strips)), key=lambda i: spec.stems[i].role is not ChannelRole.LEAD)
    key: Presence | None = None
    for number, index in enumerate(order):
        audio = load_stem(spec.stems[index].path, samples, sample_rate_hz=rate_hz)
        if audio.any():
            plan = strips[index].plan
            audio = np.array(before_room(plan, audio, key, sample_rate_hz=rate_hz), np.float32)
            if spec.stems[index].role is ChannelRole.LEAD:
                key = lead_presence(audio, sample_rate_hz=rate_hz)
            audio *= faders.gain(index, start, samples)
            dry += audio
            rooms[plan.reverb] += np.float32(10.0 ** (plan.send_db / 20.0)) * audio
        progress(0.8 * (number + 1) / len(order))
    for kind, sent in rooms.items():
        if sent.any():
            dry += ROOMS[kind](spec.space, spec.seed).process(sent, sample_rate_hz=rate_hz)
    finished = _finished(dry[:, round(cut_s * rate_hz) :], rate_hz)
    write_wav(out_path, finished, sample_rate_hz=rate_hz)
    progress(1.0)
    return finished.shape[1]


def _strip(desk: Desk, stem: StemInput) -> Strip:
    named = next((s for s in desk.strips if s.name == stem.name and s.role is stem.role and not s.was_silent), None)
    if named is not None:
        placer = replace(named.plan.placer, pan=stem.pan)
        return replace(named, plan=replace(named.plan, placer=placer))
    kin = next((s for s in desk.strips if s.role is stem.role and not s.was_silent), None)
    if kin is not None:
        return replace(kin, name=stem.name, plan=replace(kin.plan, placer=replace(kin.plan.placer, pan=stem.pan)))
    return Strip(stem.name, stem.role, stem.pan, stem.effects, ChannelPlan(), 0.0, False)


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

"""One channel: its file, and its way through equaliser, dynamics, place and room, up to its fader."""

from __future__ import annotations

from math import gcd
from pathlib import Path

import numpy as np
import soundfile as sf
from scipy.signal import resample_poly

from codecraft.common.audio import read_wav
from codecraft.common.errors import InvalidInput
from mixer.contracts import ReverbKind, Space
from mixer.engine.decisions import ChannelPlan
from mixer.engine.effects.biquad import ParametricEq
from mixer.engine.effects.dynamics import Presence, presence
from mixer.engine.effects.effect import Effect
from mixer.engine.effects.fdn_reverb import AlgorithmicReverb
from mixer.engine.effects.reverb import ConvolutionReverb

ROOMS = {ReverbKind.CONVOLUTION: ConvolutionReverb, ReverbKind.ALGORITHMIC: AlgorithmicReverb}
_FADE_S = 0.8


def stem_samples(path: Path, *, sample_rate_hz: int) -> int:
    """The length of a file at `sample_rate_hz`. Raises InvalidInput for what is no sound."""
    try:
        info = sf.info(path)
    except (OSError, sf.LibsndfileError) as error:
        raise InvalidInput(f"The stem {path.name} cannot be read as sound.", field="stems") from error
    return -(-info.frames * sample_rate_hz // info.samplerate)


def load_stem(path: Path, samples: int, *, sample_rate_hz: int) -> np.ndarray:
    """(2, samples) float32: mono is doubled, other rates are resampled, a short file is followed by silence."""
    audio, rate_hz = read_wav(path)
    if rate_hz != sample_rate_hz:
        divisor = gcd(rate_hz, sample_rate_hz)
        audio = resample_poly(audio, sample_rate_hz // divisor, rate_hz // divisor, axis=1).astype(np.float32)
    out = np.zeros((2, samples), np.float32)
    length = min(samples, audio.shape[1])
    out[:, :length] = audio[:2, :length]
    if not np.isfinite(out.sum(dtype=np.float64)):
        np.nan_to_num(out, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return out


def process_channel(
    plan: ChannelPlan, audio: np.ndarray, key: Presence | None, *, space: Space, seed: int, sample_rate_hz: int
) -> np.ndarray:
    """(2, samples) float32 through `plan`, its own reverb included; `key` is the lead that it makes room for."""
    audio = before_room(plan, audio, key, sample_rate_hz=sample_rate_hz)
    room: Effect = ROOMS[plan.reverb](space, seed)
    wet = room.process(audio, sample_rate_hz=sample_rate_hz)
    audio += np.float32(10.0 ** (plan.send_db / 20.0)) * wet
    return _fade_end(audio, sample_rate_hz)


def before_room(plan: ChannelPlan, audio: np.ndarray, key: Presence | None, *, sample_rate_hz: int) -> np.ndarray:
    """(2, samples) float32, new, through `plan` up to its send."""
    rate_hz = sample_rate_hz
    audio = audio * np.float32(10.0 ** (plan.trim_db / 20.0))
    audio = ParametricEq(plan.bands).process(audio, sample_rate_hz=rate_hz)
    for effect in (*plan.compressors, plan.de_esser, plan.saturation, plan.placer, plan.doubler):
        if effect is not None:
            audio = effect.process(audio, sample_rate_hz=rate_hz)
    if key is not None and plan.duck_db > 0.0:
        audio = key.duck(audio, depth_db=plan.duck_db)
    if key is not None and plan.rest_db > 0.0:
        # Down where it is sung is forward where it is not: the faders are set afterwards.
        audio = key.widened(sample_rate_hz=rate_hz).duck(audio, depth_db=plan.rest_db)
    return audio


def lead_presence(audio: np.ndarray, *, sample_rate_hz: int) -> Presence:
    """A voice counts as fully there from 6 dB under its mean square over the time it sounds."""
    power = np.square(audio).mean(axis=0)
    loud = power[power > 1e-3 * power.mean()]
    usual_db = 10.0 * float(np.log10(loud.mean() + 1e-12)) if len(loud) else 0.0
    return presence(audio, sample_rate_hz=sample_rate_hz, full_db=usual_db - 6.0)


def louder(keys: list[Presence]) -> Presence | None:
    """Whoever sings: the greatest of several presences, None of none."""
    return Presence(np.max([key.values for key in keys], axis=0)) if keys else None


def _fade_end(audio: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """The room rings longer than the song: let the last of it fade instead of breaking off."""
    length = min(audio.shape[1], round(_FADE_S * sample_rate_hz))
    audio[:, audio.shape[1] - length :] *= np.cos(np.linspace(0.0, np.pi / 2.0, length, dtype=np.float32)) ** 2
    return audio

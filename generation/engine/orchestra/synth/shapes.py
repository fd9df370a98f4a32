"""Curves over a note: envelopes and glides; and drive that does not alias much."""

from __future__ import annotations

import numpy as np

from generation.engine.orchestra.synth.patch import Envelope, Glide

_FADE_S = 0.005
_LN_1000 = 6.9078  # 60 dB


def sounding_samples(envelope: Envelope, held: int, rate_hz: int) -> int:
    """How long a note of `held` samples is heard."""
    if envelope.one_shot_s > 0.0:
        return round(envelope.one_shot_s * rate_hz)
    return held + round(envelope.release_s * rate_hz)


def envelope_curve(envelope: Envelope, held: int, rate_hz: int) -> np.ndarray:
    """The gain of a note (samples,) float64, from nought to nought."""
    total = sounding_samples(envelope, held, rate_hz)
    time_s = np.arange(total) / rate_hz
    gate_s = envelope.one_shot_s - envelope.release_s if envelope.one_shot_s > 0.0 else held / rate_hz
    attack_s = max(1e-4, envelope.attack_share * gate_s or envelope.attack_s)
    curve = np.minimum(1.0, time_s / attack_s) ** envelope.attack_power
    later = time_s > attack_s
    fall = np.exp(-(time_s[later] - attack_s) / max(1e-4, envelope.decay_s))
    curve[later] = envelope.sustain + (1.0 - envelope.sustain) * fall
    off = min(total, round(gate_s * rate_hz))
    if off < total:
        level = curve[off]
        since_s = np.arange(total - off) / rate_hz
        curve[off:] = level * np.exp(-_LN_1000 * since_s / max(1e-4, envelope.release_s))
    fade = min(total, round(_FADE_S * rate_hz))
    curve[total - fade :] *= np.linspace(1.0, 0.0, fade)
    return curve


def glide_curve(glide: Glide | None, total: int, held: int, rate_hz: int, *, step: int = 1) -> np.ndarray:
    """What a glide adds at every `step`-th sample: (ceil(total / step),) float64."""
    at = np.arange(0, total, step)
    if glide is None:
        return np.zeros(len(at))
    if glide.time_s > 0.0:
        return glide.amount * np.exp(-at / (glide.time_s * rate_hz))
    return glide.amount * np.maximum(0.0, 1.0 - at / max(1, held))


def driven(audio: np.ndarray, amount: float) -> np.ndarray:
    """Soft saturation tanh(amount x) of (channels, samples), its peak kept near that of the input.

    By the antiderivative between neighbouring samples, which halves the aliasing's order (Parker, Zavalishin and
    Le Bivic, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution", DAFx 2016)."""
    x = amount * audio
    before = np.concatenate([np.zeros((len(x), 1)), x[:, :-1]], axis=1)
    change = x - before
    flat = np.abs(change) < 1e-6
    slope = (_log_cosh(x) - _log_cosh(before)) / np.where(flat, 1.0, change)
    return np.where(flat, np.tanh(0.5 * (x + before)), slope) / np.tanh(max(1.0, amount))


def _log_cosh(x: np.ndarray) -> np.ndarray:
    size = np.abs(x)
    return size + np.log1p(np.exp(-2.0 * size))

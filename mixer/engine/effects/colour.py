"""Saturation: a little of the overtones that tape, transformers and tubes add."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from scipy.signal import firwin

from mixer.engine.effects.fast_math import exp2
from mixer.engine.effects.streaming import DelayLine, Glide, contiguous, run, step

_OVERSAMPLING = 4
_TAPS = 48 * _OVERSAMPLING + 1
_CUTOFF = 0.85
_LATENCY = 48
_PER_PHASE = _LATENCY + 1
_AT_ONCE = 512
_TUBE_BIAS = 0.35
_DC_HZ = 5.0


@dataclass(frozen=True)
class Saturation:
    """tanh at `drive_db` above the sound's own RMS, blended in by `share`; the whole comes out as loud as it went in.

    It needs the whole sound, as its level is that sound's own; what bends is a Saturator.
    """

    drive_db: float = 0.0
    share: float = 0.3

    @classmethod
    def of_amount(cls, amount: float) -> Saturation:
        """From nothing at 0 to a well-driven tape at 1."""
        return cls(drive_db=3.0 + 9.0 * amount, share=0.7 * amount)

    def saturator(self, rms: float) -> Saturator:
        """What bends a sound of this RMS; the level is not yet made up for."""
        return Saturator(drive_db=self.drive_db - 20.0 * float(np.log10(4.0 * rms)), mix=self.share)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out. Silence stays silence; share 0 gives back the input."""
        if audio.size == 0 or self.share <= 0.0:
            return audio
        rms = float(np.sqrt(np.mean(np.square(audio, dtype=np.float32), dtype=np.float64)))
        if rms < 1e-7:
            return audio
        out = self.saturator(rms).process(audio, sample_rate_hz=sample_rate_hz)
        return out * np.float32(rms / max(1e-9, float(np.sqrt(np.mean(np.square(out), dtype=np.float64)))))


@dataclass(frozen=True)
class Saturator:
    """Bends what comes near k = 10^(-drive / 20). Tape: f(x) = k tanh(x / k), odd overtones. Tube: f(x) =
    k (tanh(x / k + b) - tanh b) / (1 - tanh^2 b), b = 0.35, even ones as well. Soft sounds keep their level.

    x + mix a comes out, times `output_db`, where a is f(x) - x without its DC (a one-pole high-pass at 5 Hz), computed
    at four times the sample rate: the overtones that would fold back as tones that nobody played are cut away (193
    taps of a windowed sinc up and down: 48 samples late). At mix 0 and output 0 no bit changes.
    """

    drive_db: float = 6.0
    character: str = "tape"
    output_db: float = 0.0
    mix: float = 1.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> SaturatorStream:
        return SaturatorStream(self, sample_rate_hz, channels)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class SaturatorStream:
    latency_samples = _LATENCY

    def __init__(self, effect: Saturator, sample_rate_hz: int, channels: int) -> None:
        self._glide = Glide(*_numbers(effect))
        self._bias = _TUBE_BIAS if effect.character == "tube" else 0.0
        self._dc = float(np.exp(-2.0 * np.pi * _DC_HZ / sample_rate_hz))
        self.tail_samples = _LATENCY + (round(np.log(1e-4) / np.log(self._dc)) if self._bias else 0)
        self._dry = DelayLine(channels, _LATENCY)
        self._wide = np.zeros((channels, _LATENCY + _AT_ONCE), np.float32)
        self._fine = np.zeros((channels, _OVERSAMPLING, _LATENCY + _AT_ONCE), np.float32)
        self._blocker = np.zeros((channels, 2))

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        block = contiguous(block)
        dry = self._dry.process(block)
        out = np.empty(block.shape, np.float32)
        glide = self._glide
        if not (block.any() or self._wide.any() or self._fine.any() or glide.left[0]):
            return np.multiply(dry, np.float32(10.0 ** (glide.now[1] / 20.0)), out=out)
        setting = (glide.now, glide.goal, glide.left, self._bias, self._dc)
        _saturate(block, dry, *_phases(), *setting, self._wide, self._fine, self._blocker, out)
        return out

    def retune(self, effect: Saturator) -> None:
        self._glide.to(*_numbers(effect))
        self._bias = _TUBE_BIAS if effect.character == "tube" else 0.0


def _numbers(effect: Saturator) -> tuple[float, float, float]:
    return effect.drive_db, effect.output_db, effect.mix


@lru_cache(maxsize=1)
def _phases() -> tuple[np.ndarray, np.ndarray]:
    """(phases, taps) of the filter on the way up, h[4 t + p], and on the way down, h[4 t - p]."""
    taps = firwin(_TAPS, _CUTOFF / _OVERSAMPLING, window=("kaiser", 8.0))
    up, down = np.zeros((2, _OVERSAMPLING, _PER_PHASE), np.float32)
    for phase in range(_OVERSAMPLING):
        for tap in range(_PER_PHASE):
            if _OVERSAMPLING * tap + phase < _TAPS:
                up[phase, tap] = _OVERSAMPLING * taps[_OVERSAMPLING * tap + phase]
            if _OVERSAMPLING * tap >= phase:
                down[phase, tap] = taps[_OVERSAMPLING * tap - phase]
    return up, down


@njit(cache=True, nogil=True, error_model="numpy")
def _saturate(block, dry, up, down, now, goal, left, bias, dc, wide, fine, blocker, out):  # pragma: no cover - compiled
    """`wide` and `fine` begin with what the filters still remember."""
    settings = np.empty((3, _AT_ONCE), np.float32)
    added = np.empty(_AT_ONCE, np.float32)
    start = 0
    while start < block.shape[1]:
        length = min(_AT_ONCE, block.shape[1] - start)
        _settings(now, goal, left, length, settings)
        for channel in range(block.shape[0]):
            for index in range(length):
                value = block[channel, start + index]
                wide[channel, _LATENCY + index] = value if abs(value) > 1e-20 else 0.0  # denormals are slow
            for phase in range(_OVERSAMPLING):
                _filter(wide[channel], up[phase], length, fine[channel, phase, _LATENCY:])
                _bend(fine[channel, phase, _LATENCY:], settings[0], bias, length)
            _gather(fine[channel], down, length, added)
            if bias != 0.0:
                _block_dc(added, length, dc, blocker[channel])
            for index in range(length):
                whole = dry[channel, start + index] + settings[2, index] * added[index]
                out[channel, start + index] = settings[1, index] * whole
            for index in range(_LATENCY):
                wide[channel, index] = wide[channel, index + length]
                for phase in range(_OVERSAMPLING):
                    fine[channel, phase, index] = fine[channel, phase, index + length]
        start += length


@njit(cache=True, nogil=True, error_model="numpy")
def _settings(now, goal, left, length, settings):  # pragma: no cover - compiled
    """Per sample: 1 / knee, the output's gain, and the mix."""
    done = 0
    while done < length and left[0] > 0:
        step(now, goal, left)
        settings[0, done], settings[1, done], settings[2, done] = (
            10.0 ** (now[0] / 20.0),
            10.0 ** (now[1] / 20.0),
            now[2],
        )
        done += 1
    settings[0, done:length] = 10.0 ** (now[0] / 20.0)
    settings[1, done:length] = 10.0 ** (now[1] / 20.0)
    settings[2, done:length] = now[2]


@njit(cache=True, nogil=True, fastmath=True)
def _filter(source, taps, length, out):  # pragma: no cover - compiled
    """Tap by tap, so that the inner loop runs on vectors. `source` begins with as many samples as it looks back."""
    out[:length] = 0.0
    for tap in range(len(taps)):
        weight, late = taps[tap], source[_LATENCY - tap :]
        if weight != 0.0:
            for index in range(length):
                out[index] += weight * late[index]


@njit(cache=True, nogil=True, fastmath=True)
def _gather(fine, down, length, out):  # pragma: no cover - compiled
    out[:length] = 0.0
    for phase in range(_OVERSAMPLING):
        for tap in range(_PER_PHASE):
            weight, late = down[phase, tap], fine[phase, _LATENCY - tap :]
            if weight != 0.0:
                for index in range(length):
                    out[index] += weight * late[index]


@njit(cache=True, nogil=True, error_model="numpy")
def _bend(samples, inverse_knee, bias, length):  # pragma: no cover - compiled
    """What bending adds: f(x) - x, with tanh u = 1 - 2 / (e^2u + 1)."""
    at_rest = np.tanh(bias)
    slope = 1.0 - at_rest * at_rest
    for index in range(length):
        x, scale = float(samples[index]), float(inverse_knee[index])
        u = min(20.0, max(-20.0, x * scale + bias))
        bent = 1.0 - 2.0 / (exp2(2.8853900817779268 * u) + 1.0)
        samples[index] = (bent - at_rest) / (slope * scale) - x


@njit(cache=True, nogil=True, error_model="numpy")
def _block_dc(samples, length, dc, state):  # pragma: no cover - compiled
    last, value = state[0], state[1]
    for index in range(length):
        x = float(samples[index])
        value = x - last + dc * value
        last = x
        samples[index] = value
    state[0], state[1] = last, value if abs(value) > 1e-15 else 0.0

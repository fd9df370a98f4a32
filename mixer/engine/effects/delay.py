"""Echoes: two delays that may feed each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from mixer.engine.effects.biquad import Band, BandKind, sections
from mixer.engine.effects.streaming import Glide, contiguous, run, seconds_to_samples, step

_LONGEST_TAIL_S = 30.0


@dataclass(frozen=True)
class Delay:
    """Echoes after `left_s` and `right_s`, each `feedback` times the one before it.

    With c = `cross`: the left line is fed l + c (r - l) / 2 + feedback ((1 - c) fl + c fr), the right one
    (1 - c) r + feedback ((1 - c) fr + c fl), where fl and fr are what leaves the lines through a high-pass and a
    low-pass of 12 dB per octave (off at 20 and 20,000 Hz): at 1 the echoes of both sides begin on the left and
    bounce between them. fl and fr are the wet sound; (1 - mix) dry + mix wet comes out.
    """

    left_s: float = 0.375
    right_s: float = 0.375
    feedback: float = 0.3
    cross: float = 0.0
    low_cut_hz: float = 150.0
    high_cut_hz: float = 6_000.0
    mix: float = 1.0

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> DelayStream:
        return DelayStream(self, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out; the echoes after the end are cut off."""
        return run(self, audio, sample_rate_hz=sample_rate_hz)


class DelayStream:
    latency_samples = 0

    def __init__(self, effect: Delay, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._delays = np.array(
            [max(1, seconds_to_samples(t, sample_rate_hz)) for t in (effect.left_s, effect.right_s)]
        )
        longest = int(self._delays.max())
        self.tail_samples = _tail_samples(longest, effect.feedback, sample_rate_hz)
        self._lines = np.zeros((2, longest), np.float32)
        self._places = np.zeros(2, np.int64)
        self._state = np.zeros((2, 4))
        self._glide = Glide(*_numbers(effect, sample_rate_hz))

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        out = np.empty(block.shape, np.float32)
        glide = self._glide
        setting = (self._delays, glide.now, glide.goal, glide.left)
        _echo(contiguous(block), *setting, self._lines, self._places, self._state, out)
        return out

    def retune(self, effect: Delay) -> None:
        """Times stay as they were opened."""
        self._glide.to(*_numbers(effect, self._rate_hz))


def _tail_samples(longest: int, feedback: float, sample_rate_hz: int) -> int:
    """Until the echoes have fallen by 80 dB."""
    echoes = 1.0 if feedback <= 1e-4 else 1.0 + np.ceil(-80.0 / (20.0 * np.log10(min(0.999, feedback))))
    return int(min(_LONGEST_TAIL_S * sample_rate_hz, echoes * longest + 0.05 * sample_rate_hz))


def _numbers(effect: Delay, sample_rate_hz: int) -> tuple[float, ...]:
    low = BandKind.HIGH_PASS if effect.low_cut_hz > 20.0 else BandKind.BELL
    high = BandKind.LOW_PASS if effect.high_cut_hz < 20_000.0 else BandKind.BELL
    cuts = sections((Band(low, effect.low_cut_hz), Band(high, effect.high_cut_hz)), sample_rate_hz=sample_rate_hz)
    return effect.feedback, effect.cross, effect.mix, *cuts.ravel()


@njit(cache=True, nogil=True, error_model="numpy")
def _echo(block, delays, now, goal, left, lines, places, state, out):  # pragma: no cover - compiled
    echo = np.zeros(2)
    for index in range(block.shape[1]):
        if left[0] > 0:
            step(now, goal, left)
        for side in range(2):
            value = float(lines[side, places[side]])
            for k in range(2):
                first, second = state[side, 2 * k], state[side, 2 * k + 1]
                fresh = now[3 + 5 * k] * value + first
                state[side, 2 * k] = (now[4 + 5 * k] * value + second) - now[6 + 5 * k] * fresh
                state[side, 2 * k + 1] = now[5 + 5 * k] * value - now[7 + 5 * k] * fresh
                value = fresh
            echo[side] = value if abs(value) > 1e-15 else 0.0
        feedback, cross, mix = now[0], now[1], now[2]
        x, y = float(block[0, index]), float(block[1, index])
        fed = x + 0.5 * cross * (y - x) + feedback * ((1.0 - cross) * echo[0] + cross * echo[1])
        lines[0, places[0]] = fed if abs(fed) > 1e-12 else 0.0
        fed = (1.0 - cross) * y + feedback * ((1.0 - cross) * echo[1] + cross * echo[0])
        lines[1, places[1]] = fed if abs(fed) > 1e-12 else 0.0
        for side in range(2):
            places[side] = places[side] + 1 if places[side] + 1 < delays[side] else 0
        out[0, index] = (1.0 - mix) * x + mix * echo[0]
        out[1, index] = (1.0 - mix) * y + mix * echo[1]
    for side in range(2):
        for k in range(4):
            if abs(state[side, k]) < 1e-15:
                state[side, k] = 0.0

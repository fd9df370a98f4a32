"""A room that is computed, not convolved with: sixteen delays that feed each other through a matrix.

Sources: Jot & Chaigne, "Digital delay networks for designing artificial reverberators", AES 90th convention, 1991
(losses in proportion to each delay, so that all modes of a frequency decay alike); Schroeder, JAES 10(3), 1962 (the
all-passes that make echoes dense); Jot, "Proportional parametric equalizers", AES 139th convention, 2015 (a cascade
of shelves fitted in dB by least squares).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit

from codecraft.common.seeds import generator
from mixer.contracts import Space
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.reverb import ACOUSTICS, OCTAVES_HZ, Acoustics

_LINES = 16
_CROSS = 0.3
_CORNERS_HZ = tuple(centre_hz * 2.0**0.5 for centre_hz in OCTAVES_HZ[:-1])
_DELAY_S: dict[Space, tuple[float, float]] = {
    Space.STUDIO: (0.009, 0.031),
    Space.CHAMBER: (0.017, 0.053),
    Space.HALL: (0.029, 0.089),
    Space.CATHEDRAL: (0.037, 0.107),
}
"""Shortest and longest delay: larger rooms have their walls farther apart."""
_DIFFUSERS_S = (0.0031, 0.0047, 0.0071, 0.0097, 0.0127, 0.0163)
_DIFFUSER_SCALE: dict[Space, float] = {Space.STUDIO: 0.5, Space.CHAMBER: 0.8, Space.HALL: 1.0, Space.CATHEDRAL: 1.2}
_DIFFUSION = 0.65


@dataclass(frozen=True)
class AlgorithmicReverb:
    """The wet sound alone, of the same rooms as ConvolutionReverb; its energy is about that of the input.

    The seed spreads the delays. The network is linear and does not change with time.
    """

    space: Space
    seed: int

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out; what rings beyond the end is cut off."""
        if not audio.any():
            return np.zeros(audio.shape, np.float32)
        wet = _run(self.space, self.seed, audio, sample_rate_hz)
        return wet * np.float32(_level(self.space, self.seed, sample_rate_hz))


@dataclass(frozen=True, eq=False)
class _Network:
    """`delays` (lines,) samples; `losses` (lines, shelves, 3) as b0, b1, a1; `gains` (lines,); `taps` (2, lines)."""

    delays: np.ndarray
    losses: np.ndarray
    gains: np.ndarray
    taps: np.ndarray
    diffusers: np.ndarray
    predelay: int


@lru_cache(maxsize=8)
def _network(space: Space, seed: int, sample_rate_hz: int) -> _Network:
    room = ACOUSTICS[space]
    rng = generator(seed, "fdn", space.value)
    delays = _delays(space, rng, sample_rate_hz)
    fitted = [_loss(room, delay, sample_rate_hz) for delay in delays]
    signs = np.where(rng.random((2, _LINES)) < 0.5, -1.0, 1.0)
    # Left hears the lines with signs that are orthogonal to those of the right: the sides do not correlate.
    signs[1] = signs[0] * np.where(np.arange(_LINES) // 2 % 2 == 0, 1.0, -1.0)
    scale = _DIFFUSER_SCALE[space] * sample_rate_hz
    diffusers = np.array(
        [[_prime_near(time_s * scale * (1.0 + 0.08 * rng.random())) for time_s in _DIFFUSERS_S] for _ in range(2)]
    )
    return _Network(
        delays=delays,
        losses=np.array([shelves for _, shelves in fitted]),
        gains=np.array([gain for gain, _ in fitted]),
        taps=signs / np.sqrt(_LINES),
        diffusers=diffusers,
        predelay=round(room.predelay_s * sample_rate_hz),
    )


def _delays(space: Space, rng: np.random.Generator, sample_rate_hz: int) -> np.ndarray:
    """Prime numbers of samples, evenly spread on a log axis and shaken a little: no two share an echo."""
    shortest_s, longest_s = _DELAY_S[space]
    position = (np.arange(_LINES) + 0.6 * rng.random(_LINES)) / (_LINES - 0.4)
    wanted = shortest_s * (longest_s / shortest_s) ** position * sample_rate_hz
    delays: list[int] = []
    for value in wanted:
        prime = _prime_near(value)
        while prime in delays:
            prime = _prime_near(prime + 2)
        delays.append(prime)
    return np.array(delays)


def _prime_near(value: float) -> int:
    number = max(3, int(value) | 1)
    while any(number % divisor == 0 for divisor in range(3, int(number**0.5) + 1, 2)):
        number += 2
    return number


def _loss(room: Acoustics, delay: int, sample_rate_hz: int) -> tuple[float, np.ndarray]:
    """What one pass through a delay must lose per octave: a gain, and first-order high shelves (shelves, 3)."""
    # What lies beyond the half of a low sample rate is not there to be damped.
    heard = sum(octave_hz < 0.45 * sample_rate_hz for octave_hz in OCTAVES_HZ)
    frequencies, corners = np.array(OCTAVES_HZ[:heard]), _CORNERS_HZ[: heard - 1]
    wanted_db = -60.0 * delay / sample_rate_hz / np.array(room.rt60_s[:heard])
    steps_db = np.zeros(len(corners))
    level_db = wanted_db[0]
    for _ in range(4):  # shelves are almost, not quite, proportional to their gain: fit, look, correct
        left_db = wanted_db - level_db - _shelves_db(steps_db, frequencies, sample_rate_hz)
        slopes = [_shelves_db(row, frequencies, sample_rate_hz) for row in np.eye(len(corners))]
        basis = np.stack([np.ones(len(frequencies)), *slopes], axis=1)
        moves, *_ = np.linalg.lstsq(basis, left_db, rcond=None)
        level_db += moves[0]
        steps_db = steps_db + moves[1:]
    shelves = [_high_shelf(step, corner, sample_rate_hz) for step, corner in zip(steps_db, corners, strict=True)]
    return float(10.0 ** (level_db / 20.0)), np.array(shelves)


def _high_shelf(gain_db: float, corner_hz: float, sample_rate_hz: int) -> tuple[float, float, float]:
    """First order, half its gain in dB at the corner, by the bilinear transform: b0, b1, a1."""
    root = 10.0 ** (gain_db / 40.0)
    rt = root * np.tan(np.pi * min(corner_hz, 0.45 * sample_rate_hz) / sample_rate_hz)
    return (root * root + rt) / (1.0 + rt), (rt - root * root) / (1.0 + rt), (rt - 1.0) / (1.0 + rt)


def _shelves_db(steps_db: np.ndarray, frequencies_hz: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    z = np.exp(-2j * np.pi * frequencies_hz / sample_rate_hz)
    total = np.zeros(len(frequencies_hz))
    for step_db, corner_hz in zip(steps_db, _CORNERS_HZ, strict=False):
        b0, b1, a1 = _high_shelf(step_db, corner_hz, sample_rate_hz)
        total += 20.0 * np.log10(np.abs((b0 + b1 * z) / (1.0 + a1 * z)))
    return total


@lru_cache(maxsize=8)
def _level(space: Space, seed: int, sample_rate_hz: int) -> float:
    """What makes the whole answer to a click in the middle as strong as the click."""
    click = np.zeros((2, round(1.05 * max(ACOUSTICS[space].rt60_s) * sample_rate_hz)), np.float32)
    click[:, 0] = 1.0
    return float(np.sqrt(2.0 / np.sum(np.square(_run(space, seed, click, sample_rate_hz), dtype=np.float64))))


def _run(space: Space, seed: int, audio: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    network = _network(space, seed, sample_rate_hz)
    # A room that booms makes a mix muddy: the same cut as the convolved room has.
    cut = ParametricEq((Band(BandKind.HIGH_PASS, ACOUSTICS[space].low_cut_hz),))
    source = cut.process(audio, sample_rate_hz=sample_rate_hz)
    out = np.zeros(audio.shape, np.float32)
    _ring(
        source,
        network.predelay,
        network.diffusers,
        network.delays,
        network.gains,
        network.losses,
        network.taps,
        out,
    )
    return out


@njit(cache=True, nogil=True)
def _ring(audio, predelay, diffusers, delays, gains, losses, taps, out):  # pragma: no cover - compiled
    lines, shelves, stages = len(delays), losses.shape[1], diffusers.shape[1]
    memory = np.zeros((lines, delays.max()), np.float32)
    smear = np.zeros((2, stages, diffusers.max()), np.float32)
    state = np.zeros((lines, shelves))
    lost = np.zeros(lines)
    place = np.zeros(lines, np.int64)
    smear_place = np.zeros((2, stages), np.int64)
    source = np.zeros(2)
    for index in range(audio.shape[1]):
        for side in range(2):
            value = float(audio[side, index - predelay]) if index >= predelay else 0.0
            for stage in range(stages):
                at = smear_place[side, stage]
                held = float(smear[side, stage, at])
                fresh = value + _DIFFUSION * held
                smear[side, stage, at] = fresh if abs(fresh) > 1e-12 else 0.0
                value = held - _DIFFUSION * fresh
                smear_place[side, stage] = at + 1 if at + 1 < diffusers[side, stage] else 0
            source[side] = value
        left, right = 0.0, 0.0
        for line in range(lines):
            value = gains[line] * float(memory[line, place[line]])
            for shelf in range(shelves):
                fresh = losses[line, shelf, 0] * value + state[line, shelf]
                state[line, shelf] = losses[line, shelf, 1] * value - losses[line, shelf, 2] * fresh
                value = fresh
            lost[line] = value
            left += taps[0, line] * value
            right += taps[1, line] * value
        out[0, index] = left
        out[1, index] = right
        _hadamard(lost)
        for line in range(lines):
            side = line & 1
            fresh = lost[line] + (1.0 - _CROSS) * source[side] + _CROSS * source[1 - side]
            memory[line, place[line]] = fresh if abs(fresh) > 1e-12 else 0.0
            place[line] = place[line] + 1 if place[line] + 1 < delays[line] else 0


@njit(cache=True, nogil=True)
def _hadamard(values):  # pragma: no cover - compiled
    """The fast transform, in place, scaled to keep energy."""
    half = 1
    while half < len(values):
        for start in range(0, len(values), 2 * half):
            for k in range(start, start + half):
                a, b = values[k], values[k + half]
                values[k], values[k + half] = a + b, a - b
        half *= 2
    scale = 1.0 / np.sqrt(len(values))
    for k in range(len(values)):
        values[k] *= scale

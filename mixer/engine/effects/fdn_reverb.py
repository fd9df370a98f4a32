"""A room that is computed, not convolved with: sixteen delays that feed each other through a matrix.

Sources: Jot & Chaigne, "Digital delay networks for designing artificial reverberators", AES 90th convention, 1991
(losses in proportion to each delay, so that all modes of a frequency decay alike); Schroeder, JAES 10(3), 1962 (the
all-passes that make echoes dense); Jot, "Proportional parametric equalizers", AES 139th convention, 2015 (a cascade
of shelves fitted in dB by least squares).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numba import njit

from codecraft.common.seeds import generator
from mixer.contracts import Space
from mixer.engine.effects.biquad import Band, BandKind, ParametricEq
from mixer.engine.effects.decay_time import OCTAVES_HZ, corrected
from mixer.engine.effects.reverb import ACOUSTICS
from mixer.engine.effects.room import CROSS, Reverb, ReverbStream
from mixer.engine.effects.streaming import DelayLine, contiguous, run

_LINES = 16
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
_STEEPEST_DB, _DAMPING, _FIT_ROUNDS = 16.0, 0.05, 12


@dataclass(frozen=True)
class AlgorithmicReverb(Reverb):
    """The same rooms as ConvolutionReverb's, computed; the wet sound has about the energy of the input.

    The seed spreads the delays. The network is linear and does not change with time.
    """

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> ReverbStream:
        network = _network(self.space, self.seed, sample_rate_hz, self.decay)
        tail_s = ACOUSTICS[self.space].decaying(self.decay).longest_s
        return ReverbStream(self, _ComputedRoom(network, sample_rate_hz), tail_s, sample_rate_hz)

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(2, samples) float32 in and out; what rings beyond the end is cut off."""
        if not audio.any():
            return np.zeros(audio.shape, np.float32)
        return run(self, audio, sample_rate_hz=sample_rate_hz)


@dataclass(frozen=True, eq=False)
class _Network:
    """`delays` (lines,) samples; `losses` (shelves, 3, lines) as b0, b1, a1; `gains` (lines,); `taps` (2, lines)."""

    delays: np.ndarray
    losses: np.ndarray
    gains: np.ndarray
    taps: np.ndarray
    diffusers: np.ndarray
    predelay: int
    low_cut_hz: float


@lru_cache(maxsize=8)
def _network(space: Space, seed: int, sample_rate_hz: int, decay: float) -> _Network:
    """Its losses so that every octave is measured to fall in the space's time; what comes of a click in the middle is
    as strong as the click."""
    room = ACOUSTICS[space].decaying(decay)
    plain = _undamped(space, seed, sample_rate_hz, decay)
    click = np.zeros((2, round(room.longest_s * sample_rate_hz)), np.float32)
    click[:, 0] = 1.0

    def answer(network: _Network) -> np.ndarray:
        return _ComputedRoom(network, sample_rate_hz).process(click)

    told_s = corrected(
        room.rt60_s, lambda rt60_s: answer(_damped(plain, rt60_s, sample_rate_hz)), sample_rate_hz=sample_rate_hz
    )
    network = _damped(plain, told_s, sample_rate_hz)
    level = np.sqrt(2.0 / np.sum(np.square(answer(network), dtype=np.float64)))
    return replace(network, taps=network.taps * level)


def _undamped(space: Space, seed: int, sample_rate_hz: int, decay: float) -> _Network:
    """All but the losses."""
    room = ACOUSTICS[space]
    rng = generator(seed, "fdn", space.value)
    delays = _delays(space, rng, min(1.0, decay) ** 0.5 * sample_rate_hz)
    signs = np.where(rng.random((2, _LINES)) < 0.5, -1.0, 1.0)
    # Left hears the lines with signs that are orthogonal to those of the right: the sides do not correlate.
    signs[1] = signs[0] * np.where(np.arange(_LINES) // 2 % 2 == 0, 1.0, -1.0)
    # All-passes ring for a fifth of a second themselves: in a dry room they must be shorter.
    scale = _DIFFUSER_SCALE[space] * min(1.0, decay) * sample_rate_hz
    diffusers = np.array(
        [[_prime_near(time_s * scale * (1.0 + 0.08 * rng.random())) for time_s in _DIFFUSERS_S] for _ in range(2)]
    )
    return _Network(
        delays=delays,
        losses=np.zeros((0, 3, _LINES)),
        gains=np.ones(_LINES),
        taps=signs / np.sqrt(_LINES),
        diffusers=diffusers,
        predelay=round(room.predelay_s * sample_rate_hz),
        low_cut_hz=room.low_cut_hz,
    )


def _damped(network: _Network, rt60_s: tuple[float, ...], sample_rate_hz: int) -> _Network:
    fitted = [_loss(rt60_s, delay, sample_rate_hz) for delay in network.delays]
    losses = np.array([shelves for _, shelves in fitted]).transpose(1, 2, 0).copy()
    return replace(network, losses=losses, gains=np.array([gain for gain, _ in fitted]))


def _delays(space: Space, rng: np.random.Generator, samples_per_s: float) -> np.ndarray:
    """Prime numbers of samples, evenly spread on a log axis and shaken a little: no two share an echo. In a dry room
    they are shorter, or it would be over in a few echoes."""
    shortest_s, longest_s = _DELAY_S[space]
    position = (np.arange(_LINES) + 0.6 * rng.random(_LINES)) / (_LINES - 0.4)
    wanted = shortest_s * (longest_s / shortest_s) ** position * samples_per_s
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


def _loss(rt60_s: tuple[float, ...], delay: int, sample_rate_hz: int) -> tuple[float, np.ndarray]:
    """What one pass through a delay must lose per octave: a gain, and first-order high shelves (shelves, 3)."""
    # What lies beyond the half of a low sample rate is not there to be damped.
    heard = sum(octave_hz < 0.45 * sample_rate_hz for octave_hz in OCTAVES_HZ)
    frequencies, corners = np.array(OCTAVES_HZ[:heard]), _CORNERS_HZ[: heard - 1]
    wanted_db = -60.0 * delay / sample_rate_hz / np.array(rt60_s[:heard])
    level_db, *steps_db = _fit(wanted_db, frequencies, sample_rate_hz)
    shelves = [_high_shelf(step, corner, sample_rate_hz) for step, corner in zip(steps_db, corners, strict=True)]
    return float(10.0 ** (level_db / 20.0)), np.array(shelves)


def _fit(wanted_db: np.ndarray, frequencies_hz: np.ndarray, sample_rate_hz: int) -> np.ndarray:
    """Level and steps (dB) of shelves that lose `wanted_db` at these frequencies, as a share of what is wanted: what is
    missed is missing in the decay's time. Shelves are almost, not quite, proportional to their gain, and fall by 6 dB
    per octave at the most: the method of Levenberg and Marquardt (J. SIAM 11, 1963), with slopes over 1 dB."""

    def levels_db(numbers: np.ndarray) -> np.ndarray:
        return numbers[0] + _shelves_db(numbers[1:], frequencies_hz, sample_rate_hz)

    numbers = np.concatenate([wanted_db[:1], np.clip(np.diff(wanted_db), -_STEEPEST_DB, _STEEPEST_DB)])
    missed = (levels_db(numbers) - wanted_db) / wanted_db
    damping, one = _DAMPING / abs(wanted_db[0]), np.eye(len(numbers))
    for _ in range(_FIT_ROUNDS):
        slopes = np.stack([levels_db(numbers + row) - levels_db(numbers) for row in one], axis=1)
        basis = np.concatenate([slopes / wanted_db[:, np.newaxis], damping * one])
        move, *_ = np.linalg.lstsq(basis, np.concatenate([-missed, np.zeros(len(numbers))]), rcond=None)
        tried = numbers + move
        tried[1:] = np.clip(tried[1:], -_STEEPEST_DB, _STEEPEST_DB)
        left = (levels_db(tried) - wanted_db) / wanted_db
        if left @ left < missed @ missed:
            numbers, missed, damping = tried, left, damping / 4.0
        else:
            damping *= 4.0
    return numbers


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


class _ComputedRoom:
    """The network at work. A room that booms makes a mix muddy: the same low cut as the convolved room has."""

    latency_samples = 0

    def __init__(self, network: _Network, sample_rate_hz: int) -> None:
        self._network = network
        cut = ParametricEq((Band(BandKind.HIGH_PASS, network.low_cut_hz),))
        self._cut = cut.open(sample_rate_hz=sample_rate_hz)
        self._predelay = DelayLine(2, network.predelay)
        self._smear = np.zeros((*network.diffusers.shape, network.diffusers.max()), np.float32)
        self._smear_place = np.zeros(network.diffusers.shape, np.int64)
        self._memory = np.zeros((_LINES, network.delays.max()), np.float32)
        self._place = np.zeros(_LINES, np.int64)
        self._state = np.zeros((network.losses.shape[0], _LINES))

    def process(self, block: np.ndarray) -> np.ndarray:
        source = contiguous(self._predelay.process(self._cut.process(block)))
        if not (source.any() or self._memory.any() or self._smear.any()):
            self._state[:] = 0.0
            return np.zeros(block.shape, np.float32)
        out = np.empty(block.shape, np.float32)
        smeared = np.empty(block.shape)
        for side in range(2):
            _diffuse(
                source[side], self._network.diffusers[side], self._smear[side], self._smear_place[side], smeared[side]
            )
        net = self._network
        _ring(smeared, net.delays, net.gains, net.losses, net.taps, self._memory, self._place, self._state, out)
        return out


@njit(cache=True, nogil=True, error_model="numpy")
def _diffuse(source, delays, smear, places, out):  # pragma: no cover - compiled
    """All-passes one after another: held + g x fresh, where fresh = x + g held; y = held - g fresh."""
    for index in range(source.shape[0]):
        out[index] = source[index]
    for stage in range(len(delays)):
        at, last, line = places[stage], delays[stage], smear[stage]
        for index in range(source.shape[0]):
            held = float(line[at])
            fresh = out[index] + _DIFFUSION * held
            line[at] = fresh if abs(fresh) > 1e-12 else 0.0
            out[index] = held - _DIFFUSION * fresh
            at = at + 1 if at + 1 < last else 0
        places[stage] = at


@njit(cache=True, nogil=True, error_model="numpy")
def _ring(source, delays, gains, losses, taps, memory, place, state, out):  # pragma: no cover - compiled
    """Every line side by side, so that they run on vectors."""
    lost = np.zeros(_LINES)
    other = np.zeros(_LINES)
    for index in range(source.shape[1]):
        for line in range(_LINES):
            lost[line] = gains[line] * memory[line, place[line]]
        for shelf in range(losses.shape[0]):
            for line in range(_LINES):
                value = lost[line]
                fresh = losses[shelf, 0, line] * value + state[shelf, line]
                state[shelf, line] = losses[shelf, 1, line] * value - losses[shelf, 2, line] * fresh
                lost[line] = fresh
        left, right = 0.0, 0.0
        for line in range(_LINES):
            left += taps[0, line] * lost[line]
            right += taps[1, line] * lost[line]
        out[0, index] = left
        out[1, index] = right
        _hadamard(lost, other)
        even = (1.0 - CROSS) * source[0, index] + CROSS * source[1, index]
        odd = (1.0 - CROSS) * source[1, index] + CROSS * source[0, index]
        for line in range(_LINES):
            fresh = lost[line] + (odd if line & 1 else even)
            memory[line, place[line]] = fresh if abs(fresh) > 1e-12 else 0.0
            place[line] = place[line] + 1 if place[line] + 1 < delays[line] else 0
        if index & 63 == 0:  # denormals are slow
            for shelf in range(losses.shape[0]):
                for line in range(_LINES):
                    if abs(state[shelf, line]) < 1e-15:
                        state[shelf, line] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _hadamard(values, other):  # pragma: no cover - compiled
    """The fast transform of 16 values, in place, scaled to keep energy: four times sums and differences of halves."""
    half = _LINES // 2
    for _ in range(2):
        for k in range(half):
            other[2 * k] = values[k] + values[k + half]
            other[2 * k + 1] = values[k] - values[k + half]
        for k in range(half):
            values[2 * k] = 0.5 * (other[k] + other[k + half])
            values[2 * k + 1] = 0.5 * (other[k] - other[k + half])

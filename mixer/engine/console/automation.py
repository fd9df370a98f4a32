"""Controls that move: lanes read on a grid of 64 samples that begins with the song, and straight lines between.

So a fader's gain has no steps (no zipper noise) and does not depend on the size of the blocks. Effects are told at each
point of the grid where to be at the next, and glide there (`effects.streaming.GLIDE_SAMPLES`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from mixer.engine.console.state import LOWEST_DB, EffectSlot, Lane, Send, Strip

GRID_SAMPLES = 64
_MUTE_CELLS = 4
"""A mute fades in or out over 256 samples (5 ms at 48 kHz)."""
_NARROWED = 0.6

Lanes = Mapping[str, Lane]
"""By target."""


def gain_of_db(level_db: np.ndarray | float) -> np.ndarray:
    """Linear gain; exactly 0 at the bottom of a fader's way."""
    level_db = np.asarray(level_db, np.float64)
    return np.where(level_db <= LOWEST_DB, 0.0, 10.0 ** (level_db / 20.0))


def placed(gain: np.ndarray, pan: np.ndarray, width: np.ndarray) -> np.ndarray:
    """What a strip's fader, pan and width do, as a matrix: (4, ...) for left of left, left of right, right of left,
    right of right (what the first gets of the second).

    Width scales the difference of the sides: 0 mono, 1 as it is, 2 wide. A sound that is panned is narrowed as well
    (to 40 % at the end), else the far side's half of it would be lost. Then the sides get sqrt(2) cos(a) and
    sqrt(2) sin(a), a from 0 (left) to pi/2: constant power with unity in the middle; all to one side is +3 dB there.
    """
    width = width * (1.0 - _NARROWED * np.abs(pan))
    angle = (pan + 1.0) * (np.pi / 4.0)
    # In the middle exactly 1, not nearly.
    left = np.where(pan == 0.0, 1.0, np.sqrt(2.0) * np.cos(angle)) * gain
    right = np.where(pan == 0.0, 1.0, np.sqrt(2.0) * np.sin(angle)) * gain
    near, far = 0.5 * (1.0 + width), 0.5 * (1.0 - width)
    return np.stack([left * near, left * far, right * far, right * near])


class Curve:
    """A control over the song's samples: its lane, or the value at which it stands."""

    def __init__(self, lanes: Lanes, target: str, value: float, sample_rate_hz: int) -> None:
        lane = lanes.get(target)
        self.moves = lane is not None
        points = [(0.0, value)] if lane is None else [(point.at_s, point.value) for point in lane.points]
        self._at = np.array([at_s for at_s, _ in points]) * sample_rate_hz
        self._values = np.array([value for _, value in points], np.float64)

    def at(self, samples: np.ndarray) -> np.ndarray:
        return np.interp(samples, self._at, self._values)

    def switched_at(self, samples: np.ndarray) -> np.ndarray:
        """The same without lines between the points: the last point's value counts until the next."""
        last = np.searchsorted(self._at, samples, side="right") - 1
        return self._values[np.maximum(0, last)]


class StripCurves:
    """Fader, mute, pan and width of one strip."""

    def __init__(self, strip: Strip, lanes: Lanes, sample_rate_hz: int) -> None:
        def curve(name: str) -> Curve:
            return Curve(lanes, f"{strip.id}/{name}", float(getattr(strip, name)), sample_rate_hz)

        self._fader, self._pan, self._width, self._mute = (curve(n) for n in ("fader_db", "pan", "width", "mute"))
        self.moves = any(one.moves for one in (self._fader, self._pan, self._width, self._mute))
        self.mute_moves = self._mute.moves

    def matrix(self, cells: np.ndarray) -> np.ndarray:
        """(4, cells) at the grid's points of these numbers."""
        at = cells * GRID_SAMPLES
        return placed(gain_of_db(self._fader.at(at)) * self.open(cells), self._pan.at(at), self._width.at(at))

    def open(self, cells: np.ndarray) -> np.ndarray:
        """1 where the strip sounds, 0 where it is muted, and short lines between."""
        if not self._mute.moves:
            return np.full(len(cells), 0.0 if self._mute.at(np.zeros(1))[0] >= 0.5 else 1.0)
        cells = np.arange(cells[0] - _MUTE_CELLS, cells[-1])
        sounds = self._mute.switched_at(cells * GRID_SAMPLES) < 0.5
        return np.convolve(sounds, np.full(_MUTE_CELLS, 1.0 / _MUTE_CELLS), mode="valid")


class SendCurve:
    """The level of one send."""

    def __init__(self, strip: Strip, send: Send, lanes: Lanes, sample_rate_hz: int) -> None:
        self._level = Curve(lanes, f"{strip.id}/sends/{send.bus}/level_db", send.level_db, sample_rate_hz)
        self.moves = self._level.moves

    def gain(self, cells: np.ndarray) -> np.ndarray:
        return gain_of_db(self._level.at(cells * GRID_SAMPLES))


class SlotCurves:
    """The automated parameters of one effect."""

    def __init__(self, strip_id: str, slot: EffectSlot, lanes: Lanes, sample_rate_hz: int) -> None:
        prefix = f"{strip_id}/effects/{slot.id}/params/"
        names = [target.removeprefix(prefix) for target in lanes if target.startswith(prefix)]
        self._slot = slot
        self._curves = {name: Curve(lanes, prefix + name, 0.0, sample_rate_hz) for name in names}
        self.moves = bool(names)

    def slot_at(self, cell: int) -> EffectSlot:
        """The effect as it is set at one point of the grid."""
        at = np.array([cell * GRID_SAMPLES])
        return replace(self._slot, params=self._slot.params | {n: float(c.at(at)[0]) for n, c in self._curves.items()})

    def stretches(self, start: int, samples: int) -> Iterator[tuple[int, int, int]]:
        """(from, to, cell) within a block of the song from sample `start` on: stretches with one goal, `cell`."""
        cells = cells_of(start, samples)[:-1]
        at = cells * GRID_SAMPLES
        rows = np.stack([curve.at(at + GRID_SAMPLES) for curve in self._curves.values()])
        changes = np.flatnonzero(np.any(rows[:, 1:] != rows[:, :-1], axis=0)) + 1
        firsts = [0, *changes.tolist()]
        ends = [*(int(at[i]) - start for i in changes), samples]
        begin = 0
        for first, end in zip(firsts, ends, strict=True):
            end = min(end, samples)
            if end > begin:
                yield begin, end, int(cells[first]) + 1
                begin = end


def cells_of(start: int, samples: int) -> np.ndarray:
    """The numbers of the grid's points around samples `start` .. `start + samples`, the next one after them too."""
    return np.arange(start // GRID_SAMPLES, (start + samples - 1) // GRID_SAMPLES + 2)

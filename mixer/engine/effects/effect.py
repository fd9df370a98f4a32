"""What every effect is: a frozen set of parameters, and the stream that it opens."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np


class Stream(Protocol):
    """An effect at work on one channel, block by block. Whatever the sizes of the blocks, the same samples come out.

    What comes out is late by `latency_samples`; the console makes up for it. After the last sample that went in,
    `tail_samples` more may sound (a room that rings, an echo). At neutral settings the samples are those that went in,
    bit for bit (late by the latency). Chance belongs to a `seed` among the parameters.
    """

    latency_samples: int
    tail_samples: int

    def process(self, block: np.ndarray, key: np.ndarray | None = None) -> np.ndarray:
        """(2, samples) float32 in and out, same shape; the input is not written to, and the output is a new array.

        `key` (2, samples) is the side-chain, already in step with `block`; None means that the effect hears itself.
        """
        ...

    def retune(self, effect: Effect) -> None:
        """Go on with other parameters of the same kind of effect and keep what rings: the step of an automation.

        Only effects whose kind names automatable parameters need it.
        """
        ...


@runtime_checkable
class Effect(Protocol):
    """A frozen dataclass of parameters with units in their names."""

    def open(self, *, sample_rate_hz: int, channels: int = 2) -> Stream: ...

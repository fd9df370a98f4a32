"""What every effect is."""

from __future__ import annotations

from typing import Protocol

import numpy as np


class Effect(Protocol):
    """A frozen dataclass of parameters with units in their names, and one method.

    Whatever delay an effect has inside is taken back inside: sample n that comes out belongs to sample n that went in,
    so effects need no latency of their own to be told to the console. At neutral settings `process` returns what it
    was given, bit for bit. Chance belongs to a `seed` among the parameters.
    """

    def process(self, audio: np.ndarray, *, sample_rate_hz: int) -> np.ndarray:
        """(channels, samples) float32 in and out, same shape; the input is not written to."""
        ...

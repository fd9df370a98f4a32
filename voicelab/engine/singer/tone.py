"""How the voice is used from frame to frame: what performance decides and synthesis makes heard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tone:
    """Per frame (F,) float32: `tension` -1 (slack) .. 1 (pressed), `breath` 0 (clean) .. 1 (all air) with 0.2 as the
    singer's own, `effort` 0 (barely) .. 1 (full voice) with 0.6 as the singer's own."""

    tension: np.ndarray
    breath: np.ndarray
    effort: np.ndarray

    def part(self, first: int, count: int) -> Tone:
        span = slice(first, first + count)
        return Tone(self.tension[span], self.breath[span], self.effort[span])


OWN_BREATH, OWN_EFFORT = 0.2, 0.6


def neutral_tone(frames: int) -> Tone:
    zeros = np.zeros(frames, np.float32)
    return Tone(zeros, zeros + np.float32(OWN_BREATH), zeros + np.float32(OWN_EFFORT))

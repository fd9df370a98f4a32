"""Camera moves: where the eye is at any phase of a shot, and how the beat shakes it."""

from __future__ import annotations

import math

from generation.engine.film.brushes.layers import Camera
from generation.engine.film.types import Shot
from generation.engine.film.worlds.base import Focus

MOVES = ("push", "pull", "pan_left", "pan_right", "crane_up", "crane_down", "handheld", "drift")
# (dx, dy, zoom) at the start and at the end of each move; zoom multiplies the focus's own
_PATHS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "push": ((0.0, 0.010, 1.000), (0.0, -0.004, 1.120)),
    "pull": ((0.0, -0.004, 1.120), (0.0, 0.010, 1.000)),
    "pan_left": ((0.085, 0.0, 1.050), (-0.085, 0.0, 1.065)),
    "pan_right": ((-0.085, 0.0, 1.050), (0.085, 0.0, 1.065)),
    "crane_up": ((0.012, 0.060, 1.050), (-0.012, -0.045, 1.085)),
    "crane_down": ((-0.012, -0.055, 1.080), (0.012, 0.045, 1.045)),
    "handheld": ((-0.020, 0.0, 1.060), (0.020, 0.004, 1.080)),
    "drift": ((-0.045, 0.006, 1.030), (0.045, -0.006, 1.060)),
}


def camera_at(shot: Shot, focus: Focus, phase: float, time_s: float, *, tall: bool, shake: float) -> Camera:
    """The camera of a shot. `phase` 0..1 (a dissolve lets it run a little past 1); `shake` 0..1 from the beat."""
    eased = phase + 0.10 * math.sin(2.0 * math.pi * (phase - 0.5)) * 0.5
    start, end = _PATHS.get(shot.move, _PATHS["drift"])
    dx, dy, zoom = (a + (b - a) * eased for a, b in zip(start, end, strict=True))
    if shot.size == "wide":
        # no two wide shots of one place frame it alike
        dx += 0.055 * ((shot.seed // 7) % 5 - 2) / 2.0
        zoom *= 1.0 + 0.035 * ((shot.seed // 35) % 3)
    if tall:
        dx *= 0.55
    wander = 0.0035 if shot.move == "handheld" else 0.0010
    t = time_s + (shot.seed % 997) * 0.37
    dx += wander * (math.sin(t * 1.9) + 0.6 * math.sin(t * 3.7 + 1.3))
    dy += wander * (math.sin(t * 2.3 + 0.7) + 0.5 * math.sin(t * 4.1))
    dx += shake * 0.0045 * math.sin(t * 61.0)
    dy += shake * 0.0060 * math.sin(t * 73.0 + 0.9)
    roll = wander * 0.5 * math.sin(t * 1.3) + shake * 0.0015 * math.sin(t * 53.0)
    # a tall picture is narrow: going as close as in a wide one would lose the subject at the sides
    near = focus.zoom if not tall else 1.0 + (focus.zoom - 1.0) * 0.55
    return Camera(focus.x + dx, focus.y + dy, max(1.012, near * zoom), roll)

"""Camera moves: where the eye is at any phase of a shot, and how the beat shakes it.

Everything is a smooth function of time and phase alone, so that a move looks the same at 24, 30 and 60 frames a second
and in whatever order frames are drawn; nothing in it is faster than 9 Hz, which 24 frames a second still show.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from generation.engine.film.brushes.layers import Camera
from generation.engine.film.types import Shot
from generation.engine.film.worlds.base import Focus

_Pose = tuple[float, float, float, float]
# (dx, dy, zoom, roll) at the start and at the end of each move; zoom multiplies the focus's own
_PATHS: dict[str, tuple[_Pose, _Pose]] = {
    "push": ((0.0, 0.010, 1.000, 0.0), (0.0, -0.004, 1.130, 0.0)),
    "pull": ((0.0, -0.004, 1.130, 0.0), (0.0, 0.010, 1.000, 0.0)),
    "pan_left": ((0.085, 0.0, 1.050, 0.0), (-0.085, 0.0, 1.065, 0.0)),
    "pan_right": ((-0.085, 0.0, 1.050, 0.0), (0.085, 0.0, 1.065, 0.0)),
    "crane_up": ((0.012, 0.060, 1.050, 0.0), (-0.012, -0.045, 1.085, 0.0)),
    "crane_down": ((-0.012, -0.055, 1.080, 0.0), (0.012, 0.045, 1.045, 0.0)),
    "orbit_left": ((0.070, 0.012, 1.030, 0.008), (-0.070, -0.008, 1.110, -0.008)),
    "orbit_right": ((-0.070, 0.012, 1.030, -0.008), (0.070, -0.008, 1.110, 0.008)),
    "handheld": ((-0.020, 0.0, 1.060, 0.0), (0.020, 0.004, 1.080, 0.0)),
    "drift": ((-0.045, 0.006, 1.030, 0.0), (0.045, -0.006, 1.060, 0.0)),
}
MOVES = tuple(_PATHS)
_USUAL_S = 4.0
"""A move covers its whole path in a shot of this length: shorter ones less, so that no move races; longer ones more."""
_HAND = ((0.37, 1.0), (0.83, 0.55), (1.71, 0.30), (3.10, 0.14))
"""(Hz, share) of a hand that holds a camera: breath and sway, then ever smaller corrections."""
_NARROW = 1.5
_NEARER = {"wide": ("mid", 0.9), "mid": ("close", 0.6)}


def aimed(focus_of: Callable[[str, int], Focus], shot: Shot, aspect: float) -> Focus:
    """Where the shot looks. Worlds place their subject for wide pictures (and for tall ones); in those between, a wide
    or mid shot turns toward where the next closer one would look, so that its subject stays in the frame."""
    focus = focus_of(shot.size, shot.seed % 7)
    if not 1.0 <= aspect < _NARROW or shot.size not in _NEARER:
        return focus
    nearer, most = _NEARER[shot.size]
    share = most * (_NARROW - aspect) / (_NARROW - 1.0)
    return Focus(focus.x + (focus_of(nearer, 0).x - focus.x) * share, focus.y, focus.zoom)


def camera_at(
    shot: Shot, focus: Focus, phase: float, time_s: float, *, aspect: float, length_s: float, shake: float,
    swell: float = 0.0, hush: float = 0.0,
) -> Camera:  # fmt: skip
    """The camera of a shot that lasts `length_s` in a picture of `aspect`. `phase` 0..1 (a dissolve lets it run a
    little past 1). Envelopes 0..1: `shake` of the drums starts with a stroke and decays with it; with a `swell` the
    camera leans in; in a `hush` it holds its breath."""
    # no full stop at either end, as in a cut on movement; quickest in the middle
    eased = phase - 0.5 * math.sin(2.0 * math.pi * phase) / (2.0 * math.pi)
    start, end = _PATHS.get(shot.move, _PATHS["drift"])
    reach = min(1.25, max(0.55, length_s / _USUAL_S))
    share = 0.5 + (eased - 0.5) * reach
    dx, dy, zoom, roll = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    if shot.size == "wide" and shot.growth < 1.0:
        # no two wide shots of one place frame it alike; the last chorus has the widest picture there is
        dx += 0.055 * ((shot.seed // 7) % 5 - 2) / 2.0
        zoom *= 1.0 + 0.035 * ((shot.seed // 35) % 3)
    narrow = min(1.0, max(0.5, aspect / 1.9))
    dx, roll = dx * narrow, roll * narrow
    zoom *= 1.0 + 0.035 * swell
    hand = (0.0052 if shot.move == "handheld" else 0.0011) * (1.0 - 0.7 * hush)
    dx += hand * _sway(time_s, shot.seed, 0)
    dy += 0.8 * hand * _sway(time_s, shot.seed, 1)
    roll += 0.55 * hand * _sway(time_s, shot.seed, 2)
    turn = time_s + (shot.seed % 997) * 0.37
    dx += shake * 0.0045 * math.sin(turn * 45.0)
    dy += shake * 0.0062 * math.sin(turn * 55.0 + 0.9)
    roll += shake * 0.0014 * math.sin(turn * 39.0)
    # a narrow picture going as close as a wide one would lose the subject at its sides
    near = 1.0 + (focus.zoom - 1.0) * (0.55 if aspect < 1.0 else min(1.0, 0.7 + 0.3 * (aspect - 1.0) / 0.5))
    return Camera(focus.x + dx, focus.y + dy, max(1.012, near * zoom), roll)


def _sway(time_s: float, seed: int, axis: int) -> float:
    """About -1..1: how a hand sways along one axis, another way in each shot."""
    sways = (
        share * math.sin(2.0 * math.pi * hz * time_s + ((seed >> (5 * number + axis)) % 61) * 0.103 + 2.1 * axis)
        for number, (hz, share) in enumerate(_HAND)
    )
    return sum(sways) / 1.4

"""The camera: smooth at every rate, calm between strokes, its subject in the frame of every format."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generation.engine.film.camera import MOVES, aimed, camera_at
from generation.engine.film.worlds.base import Focus
from tests.generation.film_helpers import board_for, small_score

SHOT = board_for(small_score()).shots[0]


def path(move: str, fps: int, *, length_s: float = 4.0, shake=lambda time_s: 0.0, size: str = "wide") -> np.ndarray:
    """(x, y, zoom, roll) of each frame."""
    shot = replace(SHOT, move=move, size=size)
    frames = np.arange(round(length_s * fps)) / fps
    cameras = [
        camera_at(shot, Focus(0.0, 0.0, 1.0), t / length_s, t, aspect=2.39, length_s=length_s, shake=shake(t))
        for t in frames
    ]
    return np.array([(c.x, c.y, c.zoom, c.roll) for c in cameras])


@pytest.mark.parametrize("move", MOVES)
def test_a_move_is_smooth_and_the_same_at_every_rate(move):
    slow, fast = path(move, 30), path(move, 60)
    np.testing.assert_allclose(slow, fast[::2], atol=1e-12)
    # the eye sees a jerk as a change of speed from one frame to the next: less than a pixel of 1080 lines
    assert np.abs(np.diff(fast[:, :2], n=2, axis=0)).max() * 1080 < 1.0
    speed = np.abs(np.diff(fast, axis=0)[:, :2]).sum(axis=1) * 60
    assert speed.max() < 0.12, "a move races"


def test_each_move_goes_somewhere_else():
    ends = [tuple(np.round(path(move, 24)[-1] - path(move, 24)[0], 3)) for move in MOVES]
    assert len(set(ends)) == len(MOVES)


def test_short_shots_travel_less_and_long_ones_further():
    ways = [np.ptp(path("pan_left", 24, length_s=length)[:, 0]) for length in (1.5, 4.0, 8.0)]
    assert ways == sorted(ways) and ways[0] < 0.7 * ways[1]


def test_a_hand_trembles_and_a_stroke_shakes_and_dies_away():
    steady, held = path("drift", 60, length_s=8.0), path("handheld", 60, length_s=8.0)
    tremble = [np.abs(np.diff(p[:, 1], n=2)).mean() for p in (steady, held)]
    assert tremble[1] > 3.0 * tremble[0]
    struck = path("drift", 60, shake=lambda t: 0.0 if t < 1.0 else float(np.exp(-(t - 1.0) / 0.16)))
    off = np.abs(struck - path("drift", 60))[:, :2].sum(axis=1)
    assert off[:60].max() == 0.0 and off[60:72].max() > 0.002 and off[150:].max() < 2e-4


@pytest.mark.parametrize("aspect", [2.39, 1.78, 1.0])
def test_the_subject_stays_in_the_frame_of_a_square(aspect):
    places = {"wide": Focus(0.0, 0.0, 1.0), "mid": Focus(-0.30, 0.0, 1.45), "close": Focus(-0.42, 0.0, 2.0)}
    hero_x = -0.55
    for size in ("wide", "mid", "close"):
        for move in MOVES:
            shot = replace(SHOT, size=size, move=move)
            focus = aimed(lambda wanted, variant: places[wanted], shot, aspect)
            for phase in (0.0, 0.5, 1.0):
                camera = camera_at(shot, focus, phase, 2.0, aspect=aspect, length_s=3.0, shake=0.0)
                assert abs(camera.place(hero_x, 0.0, 1.0)[0]) < 0.5 * aspect + 0.02

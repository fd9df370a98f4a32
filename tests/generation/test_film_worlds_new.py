"""The arena, the cosmos and the close-up: every palette, hour and weather is seen, the music moves what is in them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest

from generation.engine.film.brushes.finish import Exposure, finish, grain_tile
from generation.engine.film.camera import MOVES, aimed, camera_at
from generation.engine.film.reaction import SILENT, SPECTRUM_BANDS, Heard
from generation.engine.film.types import HOURS, WEATHERS, Look, Shot
from generation.engine.film.worlds import make_world, world_class
from generation.engine.film.worlds.base import Canvas, Moment, World

NEW = ("emotional_closeup", "cosmos", "arena")
SCOPE = Canvas(104, 44)
GRAIN = grain_tile(np.random.default_rng(0), 320)
LOUD = Heard(1.0, 1.0, 1.0, 1.0, 1.0, np.ones(SPECTRUM_BANDS, np.float32))


def _look(world: str, *, palette: int = 0, hour: str = "night", weather: str = "clear", density: float = 0.6,
          seed: int = 3) -> Look:  # fmt: skip
    return Look(world, tuple(world_class(world).casting.palettes)[palette], density, seed, hour, weather)


@lru_cache(maxsize=64)
def _opened(look: Look, canvas: Canvas = SCOPE) -> World:
    world = make_world(look, canvas)
    world.plates = world.paint()
    world.prepare()
    return world


def _moment(world: World, *, size: str = "wide", variant: int = 0, move: str = "drift", phase: float = 0.5,
            time_s: float = 3.0, **said: object) -> Moment:  # fmt: skip
    shot = Shot(0, world.look, size, move, 0, 100, 0, "verse", 0.6, 0.5, variant)
    aspect = world.canvas.aspect
    camera = camera_at(shot, aimed(world.focus, shot, aspect), phase, time_s, aspect=aspect, length_s=4.0, shake=0.0)
    return replace(Moment(time_s, phase, size, camera, 0.6, 0.5, seed=variant), **said)


def _developed(world: World, moment: Moment) -> np.ndarray:
    """The frame as it is seen, BGR float, without grain."""
    drawing = world.draw(moment)
    canvas = world.canvas
    assert drawing.picture.shape == (canvas.height, canvas.width, 4)
    assert drawing.light.shape == (canvas.height // 4, canvas.width // 4, 3)
    assert np.isfinite(drawing.light).all() and np.isfinite(drawing.gain)
    out = np.empty_like(drawing.picture)
    finish(drawing.picture, drawing.light, replace(world.grade, grain=0.0), Exposure(gain=drawing.gain), GRAIN, out)
    return out[..., :3].astype(float)


def _seen(look: Look, canvas: Canvas = SCOPE, **said: object) -> np.ndarray:
    world = _opened(look, canvas)
    return _developed(world, _moment(world, **said))


def _luma(picture: np.ndarray) -> float:
    """Mean BT.709 luma in the 16..235 of the film."""
    return float(16.0 + 219.0 / 255.0 * (picture @ (0.0722, 0.7152, 0.2126)).mean())


def _apart(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).mean())


@pytest.mark.parametrize("world", NEW)
def test_the_same_look_is_the_same_picture(world):
    look = _look(world, weather="storm")
    one, two = make_world(look, SCOPE), make_world(look, SCOPE)
    for each in (one, two):
        each.plates = each.paint()
        each.prepare()
    for name, plate in one.plates.items():
        np.testing.assert_array_equal(plate.image, two.plates[name].image, err_msg=name)
    late, early = _moment(one, time_s=9.0, crash=0.6), _moment(one, time_s=2.0)
    forward = [_developed(one, moment) for moment in (early, late)]
    backward = [_developed(two, moment) for moment in (late, early)][::-1]
    np.testing.assert_array_equal(forward, backward)


@pytest.mark.parametrize("world", NEW)
def test_palettes_hours_weathers_seeds_and_density_are_seen(world):
    casting = world_class(world).casting
    assert len(casting.palettes) >= 4 and set(casting.hours) == set(HOURS) and set(casting.weathers) == set(WEATHERS)
    usual = _seen(_look(world))
    palettes = [_seen(_look(world, palette=n)) for n in range(len(casting.palettes))]
    hours = [_seen(_look(world, hour=hour)) for hour in HOURS]
    for group in (palettes, hours):
        for n, one in enumerate(group):
            assert all(_apart(one, other) > 4.0 for other in group[:n])
    weathers = [_seen(_look(world, weather=weather)) for weather in WEATHERS]
    for n, one in enumerate(weathers):
        assert all(_apart(one, other) > 0.5 for other in weathers[:n]), WEATHERS[n]
    assert _apart(usual, _seen(_look(world, seed=4))) > 5.0
    assert _apart(usual, _seen(_look(world, density=0.1))) > 1.0


@pytest.mark.parametrize("palettes", [slice(0, 1), pytest.param(slice(1, None), marks=pytest.mark.slow)])
@pytest.mark.parametrize("world", NEW)
def test_no_picture_is_black_or_white(world, palettes):
    """At the darkest and the brightest that a look can be: night holding its breath, day at full sound."""
    loud = {"kick": 1.0, "snare": 1.0, "crash": 0.9, "swell": 1.0, "energy": 1.0, "growth": 1.0, "heard": LOUD}
    for palette in range(len(world_class(world).casting.palettes))[palettes]:
        for hour, weather, said in (("night", "storm", {"hush": 1.0, "growth": 0.0, "energy": 0.1}),
                                    ("day", "fog", loud)):  # fmt: skip
            look = _look(world, palette=palette, hour=hour, weather=weather)
            for size, variant in (("wide", 0), ("mid", 1), ("close", 0), ("close", 1), ("close", 2)):
                luma = _luma(_seen(look, size=size, variant=variant, **said))
                assert 20.0 <= luma <= 195.0, (palette, hour, size, variant)


@pytest.mark.parametrize("world", NEW)
@pytest.mark.parametrize("size", ["wide", "mid", "close"])
def test_the_music_moves_what_is_in_the_world(world, size):
    look = _look(world)
    for variant in (0, 1):
        rest = _seen(look, size=size, variant=variant)
        for said in ({"kick": 1.0}, {"crash": 0.9}, {"hush": 1.0}, {"swell": 1.0}, {"growth": 1.0}):
            assert _apart(rest, _seen(look, size=size, variant=variant, **said)) > 0.4, (variant, said)
        for stem in ("strings", "voice"):
            heard = replace(SILENT, **{stem: 1.0})
            assert _apart(rest, _seen(look, size=size, variant=variant, heard=heard)) > 0.12, (variant, stem)


@pytest.mark.parametrize(("world", "move"), zip(NEW, MOVES, strict=False))
def test_the_spectrum_is_in_the_world_band_by_band(world, move):
    """A low and a high band light different places, and neither is a bar: the change is spread over the picture."""
    look, places = _look(world), []
    rest = _seen(look, move=move)
    for bands in (slice(0, 8), slice(16, 24)):
        spectrum = np.zeros(SPECTRUM_BANDS, np.float32)
        spectrum[bands] = 1.0
        changed = np.abs(_seen(look, move=move, heard=replace(SILENT, spectrum=spectrum)) - rest).max(axis=2)
        assert changed.max() > 12.0
        places.append(changed)
    assert np.corrcoef(places[0].ravel(), places[1].ravel())[0, 1] < 0.9


@pytest.mark.parametrize("world", NEW)
def test_something_always_moves(world):
    look = _look(world)
    for size, variant in (("wide", 0), ("mid", 0), ("close", 0), ("close", 1), ("close", 2)):
        opened = _opened(look)
        still = _moment(opened, size=size, variant=variant)
        later = replace(still, time_s=still.time_s + 0.5)
        assert np.abs(_developed(opened, still) - _developed(opened, later)).max() > 10.0, (size, variant)


@pytest.mark.parametrize("world", NEW)
def test_the_shape_of_the_picture_does_not_matter(world):
    """Scope, full, square and tall are filled to the rows at their edges; sizes of one shape show one picture."""
    for canvas in (Canvas(96, 54), Canvas(64, 64), Canvas(52, 92)):
        for size, move in (("wide", "pan_left"), ("mid", "crane_up"), ("close", "pull")):
            for phase in (0.0, 1.0):
                picture = _seen(_look(world, hour="day"), canvas, size=size, move=move, phase=phase, variant=2)
                edges = np.concatenate([picture[:2].ravel(), picture[-2:].ravel(), picture[:, :2].ravel(),
                                        picture[:, -2:].ravel()])  # fmt: skip
                assert 20.0 <= _luma(picture) <= 195.0 and edges.max() > 20.0
    small, large = (_seen(_look(world), canvas) for canvas in (Canvas(132, 56), Canvas(264, 112)))
    shrunk = cv2.resize(large, (132, 56), interpolation=cv2.INTER_AREA)
    one, two = (cv2.GaussianBlur(picture, (0, 0), 2.5) for picture in (small, shrunk))
    assert np.corrcoef(one.ravel(), two.ravel())[0, 1] > 0.9

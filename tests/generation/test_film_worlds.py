"""Worlds: each takes hours and weathers, answers what is heard inside itself, and differs from the others."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from generation.engine.film.brushes.finish import Exposure, finish, grain_tile
from generation.engine.film.brushes.layers import Camera
from generation.engine.film.brushes.weather import lightning, make_weather
from generation.engine.film.reaction import SPECTRUM_BANDS, Heard
from generation.engine.film.types import HOURS, WEATHERS, Look
from generation.engine.film.worlds import WORLDS, make_world, world_class
from generation.engine.film.worlds.base import Canvas, Moment, World
from tests.judges.pictures import hash_distance, limited_luma, luminance, mean_distances, ssim_distance

TINY = Canvas(240, 100)
AT_REST = Camera(zoom=1.04)
GRAIN = grain_tile(np.random.default_rng(0), 512)


@cache
def _opened(world: str, seed: int = 1, palette: str = "", hour: str = "", weather: str = "", canvas=TINY) -> World:
    casting = world_class(world).casting
    look = Look(world, palette or next(iter(casting.palettes)), 0.6, seed, hour or casting.hours[0],
                weather or casting.weathers[0])  # fmt: skip
    painter = make_world(look, canvas)
    opened = make_world(look, canvas)
    opened.plates = painter.paint()
    opened.prepare()
    return opened


def _frame(world: World, *, time_s: float = 2.0, camera: Camera = AT_REST, **answers) -> np.ndarray:
    energy, growth = answers.pop("energy", 0.7), answers.pop("growth", 0.6)
    drawing = world.draw(Moment(time_s, 0.5, "wide", camera, energy, growth, **answers))
    out = np.empty((world.canvas.height, world.canvas.width, 4), np.uint8)
    finish(drawing.picture, drawing.light, world.grade, Exposure(drawing.gain), GRAIN, out)
    return out


def _heard(low: float, high: float, **groups) -> Heard:
    spectrum = np.zeros(SPECTRUM_BANDS, np.float32)
    spectrum[: SPECTRUM_BANDS // 2], spectrum[SPECTRUM_BANDS // 2 :] = low, high
    return Heard(spectrum=spectrum, **groups)


def test_worlds_have_little_in_common_and_neither_have_two_seeds_of_one():
    pictures = {name: _frame(_opened(name)) for name in WORLDS}
    structure, least, bits, least_bits = mean_distances(pictures)
    assert structure > 0.60 and least > 0.35
    assert bits > 105 and least_bits > 62  # twice what PDQ calls the same picture
    for name, picture in pictures.items():
        other = _frame(_opened(name, 2))
        assert hash_distance(picture, other) > 40, name
        assert ssim_distance(picture, other) > 0.15, name


@pytest.mark.parametrize("name", WORLDS)
def test_every_world_knows_hours_and_weathers_that_are_seen(name):
    casting = world_class(name).casting
    assert len(set(casting.hours)) >= 3 and set(casting.hours) <= set(HOURS)
    assert len(set(casting.weathers)) >= 3 and set(casting.weathers) <= set(WEATHERS)
    usual, hour, weather = (
        _second(_opened(name, **look)) for look in ({}, {"hour": casting.hours[-1]}, {"weather": casting.weathers[-1]})
    )
    assert np.abs(hour - usual).mean() > 6.0
    # a weather changes the whole light, or passes through the picture within a second (a rain of meteors)
    change = np.abs(weather - usual)
    assert change.mean() > 2.0 or (change > 30.0).mean() > 0.005, casting.weathers[-1]


def _second(world: World) -> np.ndarray:
    """The brightest that each place becomes within a second."""
    return np.maximum.reduce([luminance(_frame(world, time_s=2.0 + number / 6.0)) for number in range(6)])


@pytest.mark.parametrize("name", WORLDS)
def test_every_world_answers_what_is_heard(name):
    world = _opened(name)
    quiet = luminance(_frame(world))
    low, high = (luminance(_frame(world, heard=_heard(*levels))) for levels in ((0.9, 0.0), (0.0, 0.9)))
    # low and high bands change different places: neither is only a brighter picture
    assert np.abs(low - quiet).max() > 12.0 and np.abs(high - quiet).max() > 12.0
    change = np.stack([np.abs(low - quiet), np.abs(high - quiet)]).reshape(2, -1)
    assert np.corrcoef(change)[0, 1] < 0.8
    hushed, swelled = (luminance(_frame(world, **{name: 1.0})).mean() for name in ("hush", "swell"))
    assert hushed < quiet.mean() < swelled


@pytest.mark.parametrize("name", WORLDS)
def test_no_camera_of_ours_sees_an_edge(name):
    """A plate that ends inside the picture would repeat its last column or row there."""
    world = _opened(name)
    for x, y in ((-0.14, -0.06), (0.14, 0.05)):
        picture = luminance(_frame(world, camera=Camera(x, y, 1.02)))
        for edge in (picture[:, :4].T, picture[:, -4:].T):
            assert np.abs(np.diff(edge, axis=0)).mean() > 0.4
        assert np.isfinite(picture).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", WORLDS)
def test_every_light_of_every_world_is_neither_black_nor_white(name):
    casting = world_class(name).casting
    lights = [(hour, weather) for hour in casting.hours for weather in casting.weathers]
    for turn, palette in enumerate(casting.palettes):
        # every light under some palette, every palette in a third of the lights
        for hour, weather in lights[turn % 3 :: 3]:
            world = _opened.__wrapped__(name, 3, palette, hour, weather)
            for answers in ({}, {"hush": 1.0, "energy": 0.1, "growth": 0.0},
                            {"kick": 1.0, "crash": 0.5, "heard": _heard(0.9, 0.9)}):  # fmt: skip
                assert 20.0 < limited_luma(_frame(world, **answers)) < 195.0, (palette, hour, weather, answers)


def test_a_storm_strikes_once_a_crash_and_alike_in_every_frame_of_it():
    storm = make_weather("storm", seed=5, side=1.0, air=np.float32([0.1] * 3), light=np.float32([1.0] * 3))
    for start_s in (12.0, 12.4, 37.25):
        seen = [
            lightning(storm, start_s + age_s, float(np.exp(-age_s / 0.75))) for age_s in np.arange(0.0, 1.2, 1 / 30)
        ]
        assert len({stroke.stroke for stroke in seen}) == 1
        assert seen[0].level > 0.7 and seen[-1].level < 0.35
    by_itself = [lightning(storm, t, 0.0) is not None for t in np.arange(0.0, 60.0, 0.1)]
    assert 0.02 < np.mean(by_itself) < 0.2
    clear = make_weather("clear", seed=5, side=1.0, air=np.float32([0.1] * 3), light=np.float32([1.0] * 3))
    assert lightning(clear, 12.0, 1.0) is None

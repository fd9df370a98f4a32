"""How unlike the worlds are, and two films in one of them.

    python -m benchmarks.film_distances [--size 640x268]

Prints, of one frame each in their usual light: the mean and the least distance over all pairs of worlds, and for every
world the distance of two seeds, of two hours and of two weathers. SSIM distance: 0 the same .. 1 nothing in common;
hash: differing bits of 256 (PDQ calls up to 31 the same picture, 128 is chance).
"""

from __future__ import annotations

import argparse

import numpy as np

from generation.engine.film.brushes.finish import Exposure, finish, grain_tile
from generation.engine.film.brushes.layers import Camera
from generation.engine.film.types import Look
from generation.engine.film.worlds import WORLDS, make_world, world_class
from generation.engine.film.worlds.base import Canvas, Moment
from tests.judges.pictures import hash_distance, mean_distances, ssim_distance


def picture(look: Look, canvas: Canvas) -> np.ndarray:
    """A developed frame of a wide shot, BGRA."""
    plates = make_world(look, canvas).paint()
    world = make_world(look, canvas)
    world.plates = plates
    world.prepare()
    drawing = world.draw(Moment(2.0, 0.5, "wide", Camera(zoom=1.04), 0.7, 0.6))
    out = np.empty((canvas.height, canvas.width, 4), np.uint8)
    grain = grain_tile(np.random.default_rng(0), canvas.width)
    finish(drawing.picture, drawing.light, world.grade, Exposure(drawing.gain), grain, out)
    return out


def _usual(name: str, seed: int = 1, hour: int = 0, weather: int = 0) -> Look:
    casting = world_class(name).casting
    return Look(name, next(iter(casting.palettes)), 0.6, seed, casting.hours[hour], casting.weathers[weather])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="640x268")
    width, height = map(int, parser.parse_args().size.split("x"))
    canvas = Canvas(width, height)
    pictures = {name: picture(_usual(name), canvas) for name in WORLDS}
    structure, least, bits, least_bits = mean_distances(pictures)
    print(f"{len(WORLDS)} worlds: SSIM distance mean {structure:.3f} least {least:.3f}, "
          f"hash mean {bits:.0f} least {least_bits} bits")  # fmt: skip
    for name, first in pictures.items():
        others = {"seed": _usual(name, 2), "hour": _usual(name, hour=1), "weather": _usual(name, weather=1)}
        shown = []
        for what, look in others.items():
            other = picture(look, canvas)
            shown.append(f"another {what} {ssim_distance(first, other):.3f} ({hash_distance(first, other)} bits)")
        print(f"{name:18s} " + ", ".join(shown))


if __name__ == "__main__":
    main()

"""Where the picture lies in the frame: 2.39:1 between bars in wide formats, or the whole frame."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.film.worlds.base import Canvas

SCOPE = 2.39


@dataclass(frozen=True)
class Layout:
    """`top` is the picture's first row in a frame of `width` x `height` pixels."""

    width: int
    height: int
    top: int
    canvas: Canvas


def layout_for(size: tuple[int, int], framing: str = "scope") -> Layout:
    """The picture keeps rows in multiples of four (light is drawn at a quarter)."""
    width, height = size
    if framing == "full" or width / height < 1.5:
        return Layout(width, height, 0, Canvas(width, height))
    picture = int(width / SCOPE) // 4 * 4
    if picture >= height:
        return Layout(width, height, 0, Canvas(width, height))
    top = (height - picture) // 2 // 2 * 2
    return Layout(width, height, top, Canvas(width, picture))

"""The poster, and single frames for people who look."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from generation.engine.film.frame import FADE_IN_S, FADE_OUT_S, FrameRenderer
from generation.engine.film.reaction import Reaction
from generation.engine.film.render import poster_frame
from generation.engine.film.types import Card, Storyboard


def render_frame(
    board: Storyboard,
    index: int,
    *,
    cache_dir: Path,
    font_dir: Path,
    media_dir: Path | None = None,
    reaction: Reaction | None = None,
) -> np.ndarray:
    """Frame `index` as RGB uint8 (height, width, 3), exactly as the film that hears `reaction` shows it."""
    renderer = FrameRenderer(board, cache_dir=cache_dir, font_dir=font_dir, media_dir=media_dir, reaction=reaction)
    return np.ascontiguousarray(renderer.render_surely(index)[..., 2::-1])


def render_poster(
    board: Storyboard,
    path: Path,
    *,
    cache_dir: Path,
    font_dir: Path,
    media_dir: Path | None = None,
    reaction: Reaction | None = None,
) -> None:
    """A PNG at the film's size: its best picture with the title, without lyrics."""
    index = poster_frame(board)
    index = min(max(index, int(FADE_IN_S * board.fps)), max(0, board.frames - 1 - int(FADE_OUT_S * board.fps)))
    time_s = index / board.fps
    title = Card("title", (board.title,), time_s - 3.0, time_s + 3.0)
    bare = replace(board, cards=(title,), lines=())
    renderer = FrameRenderer(bare, cache_dir=cache_dir, font_dir=font_dir, media_dir=media_dir, reaction=reaction)
    frame = renderer.render_surely(index)
    scratch = path.with_name(f".{path.name}.{os.getpid()}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(scratch), frame[..., :3])
    scratch.replace(path)

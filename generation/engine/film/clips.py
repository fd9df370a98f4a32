"""Scenes, films and a person's clips as moviepy clips, for timelines of one's own.

    scene = scene_clip(board, 3, cache_dir=…, font_dir=…)          # a shot of a storyboard
    mine = film_clip(Path("holiday.mp4")).subclipped(2, 6)         # any film or clip, with its sound
    join_clips([scene, mine], fade_s=0.5).write_videofile("own.mp4", fps=board.fps)

moviepy asks for frames by their time and cuts, joins and writes; frames of scenes come from the same renderer as the
film's, so a scene shows exactly what the film shows. The film itself is not made this way: `render_film` draws shots in
parallel and is many times faster than moviepy's compositing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codecraft.common.errors import InvalidInput
from generation.engine.film.frame import FrameRenderer
from generation.engine.film.reaction import Reaction
from generation.engine.film.types import Storyboard

if TYPE_CHECKING:
    from moviepy import VideoClip, VideoFileClip


def scene_clip(
    board: Storyboard,
    shot: int | None = None,
    *,
    cache_dir: Path,
    font_dir: Path,
    media_dir: Path | None = None,
    reaction: Reaction | None = None,
) -> VideoClip:
    """Shot number `shot` of a storyboard, or the whole film where it is None, as a silent clip at the film's size and
    rate. Its frames are RGB uint8 (height, width, 3), drawn when they are asked for, in any order. `cache_dir` keeps
    painted plates. Raises InvalidInput for a shot that there is not."""
    from moviepy import VideoClip  # late: only timelines of one's own pay for it

    if shot is not None and not 0 <= shot < len(board.shots):
        raise InvalidInput(f"This film has the shots 0 to {len(board.shots) - 1}.", field="shot")
    renderer = FrameRenderer(board, cache_dir=cache_dir, font_dir=font_dir, media_dir=media_dir, reaction=reaction)
    first, end = (0, board.frames) if shot is None else (board.shots[shot].start_frame, board.shots[shot].end_frame)

    def frame_at(time_s: float) -> np.ndarray:
        # moviepy's times are multiples of 1 / fps, give or take the last bits
        index = min(max(first, first + int(time_s * board.fps + 1e-4)), end - 1)
        return np.ascontiguousarray(renderer.render_surely(index)[..., 2::-1])

    return VideoClip(frame_function=frame_at, duration=(end - first) / board.fps).with_fps(board.fps)


def film_clip(path: Path) -> VideoFileClip:
    """A film or clip on disk, with its sound. Raises InvalidInput where it cannot be read."""
    from moviepy import VideoFileClip

    try:
        return VideoFileClip(str(path))
    except (OSError, KeyError, IndexError, ValueError) as error:
        raise InvalidInput(f"The film {path.name} cannot be read.", field="path") from error


def join_clips(clips: Sequence[VideoClip], *, fade_s: float = 0.0) -> VideoClip:
    """Clips one after another, each melting into the next over `fade_s`; a clip of another size than the largest stands
    in its middle. Raises InvalidInput for none, or for a fade that is longer than a clip."""
    from moviepy import concatenate_videoclips, vfx

    if not clips:
        raise InvalidInput("There is nothing to join.", field="clips")
    if fade_s < 0.0 or any(clip.duration <= fade_s for clip in clips):
        raise InvalidInput(f"Each clip must last longer than the fade of {fade_s:g} s.", field="fade_s")
    if fade_s == 0.0:
        alike = len({tuple(clip.size) for clip in clips}) == 1
        return concatenate_videoclips(list(clips), method="chain" if alike else "compose")
    melting = [clips[0], *(clip.with_effects([vfx.CrossFadeIn(fade_s)]) for clip in clips[1:])]
    return concatenate_videoclips(melting, method="compose", padding=-fade_s)

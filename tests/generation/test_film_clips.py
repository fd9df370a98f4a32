"""Scenes as moviepy clips: what moviepy writes is what the film shows; joining; frames of prepared clips by number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from moviepy import ColorClip

from codecraft.common.audio import run_ffmpeg
from codecraft.common.errors import InvalidInput
from generation.engine.film import render_frame
from generation.engine.film.clips import film_clip, join_clips, scene_clip
from generation.engine.film.media import prepare_media
from generation.engine.film.media.reader import ClipReader
from tests.generation.film_helpers import FONTS, board_for, luma_frames, small_score

TINY = (192, 108)


@pytest.fixture(scope="module")
def plates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plates")


def counted(path: Path, frames: int, fps: int = 30) -> Path:
    """A clip that says its frame's number: eight bars, white for a bit that is set."""
    bits = "+".join(f"255*gte(X,{24 * k})*lt(X,{24 * k + 24})*bitand(floor(N/{2**k}),1)" for k in range(8))
    run_ffmpeg([
        "-v", "error", "-f", "lavfi", "-i", f"nullsrc=s=192x64:r={fps}:d={frames / fps}",
        "-vf", f"format=gray,geq=lum='{bits}',format=yuv420p", "-frames:v", str(frames), "-crf", "12", path,
    ])  # fmt: skip
    return path


def number_on(picture: np.ndarray) -> int:
    return sum(int(picture[20:44, 24 * k + 8 : 24 * k + 16].mean() > 128) << k for k in range(8))


def test_a_second_of_a_scene_written_by_moviepy_is_what_the_film_shows(plates: Path, tmp_path: Path):
    board = board_for(small_score(), size=TINY)
    shot = next(s for s in board.shots if s.frames >= board.fps and s.start_frame > 2 * board.fps)
    clip = scene_clip(board, shot.index, cache_dir=plates, font_dir=FONTS)
    assert (tuple(clip.size), clip.fps, round(clip.duration * board.fps)) == (TINY, board.fps, shot.frames)
    clip.subclipped(0, 1).write_videofile(
        str(tmp_path / "scene.mp4"), codec="libx264", audio=False, logger=None, ffmpeg_params=["-crf", "8"]
    )
    shown = luma_frames(tmp_path / "scene.mp4", TINY).astype(float)
    assert len(shown) == board.fps
    for k in (0, 7, board.fps - 1):
        drawn = render_frame(board, shot.start_frame + k, cache_dir=plates, font_dir=FONTS).astype(float)
        luma = drawn @ np.array([0.299, 0.587, 0.114])
        # moviepy tags no matrix: levels are compared after a straight line has been fitted
        slope, offset = np.polyfit(shown[k].ravel(), luma.ravel(), 1)
        error = luma - (slope * shown[k] + offset)
        other = render_frame(board, shot.start_frame + k + 3, cache_dir=plates, font_dir=FONTS).astype(float)
        moved = other @ np.array([0.299, 0.587, 0.114]) - luma
        assert error.std() < 4.0
        assert error.std() < 0.6 * moved.std()


def test_scenes_join_with_other_clips_and_melt(plates: Path):
    board = board_for(small_score(), size=TINY)
    scene = scene_clip(board, 1, cache_dir=plates, font_dir=FONTS).subclipped(0, 0.5)
    blue = ColorClip(TINY, color=(0, 0, 200), duration=0.5).with_fps(board.fps)
    joined = join_clips([scene, blue])
    assert joined.duration == pytest.approx(1.0)
    assert np.array_equal(joined.get_frame(0.25), scene.get_frame(0.25))
    melting = join_clips([scene, blue], fade_s=0.2)
    assert melting.duration == pytest.approx(0.8)
    middle = melting.get_frame(0.4).astype(float)
    expected = 0.5 * scene.get_frame(0.4).astype(float) + 0.5 * np.array([0, 0, 200])
    assert np.abs(middle - expected).mean() < 6.0
    with pytest.raises(InvalidInput):
        join_clips([scene, blue], fade_s=0.5)
    with pytest.raises(InvalidInput):
        scene_clip(board, 99, cache_dir=plates, font_dir=FONTS)


def test_frames_of_a_prepared_clip_are_exact_in_any_order(tmp_path: Path):
    source = counted(tmp_path / "counted.mp4", 90)
    media = prepare_media(source, name="counted.mp4", media_dir=tmp_path / "media")
    path = tmp_path / "media" / f"{media.key}.mp4"
    assert film_clip(path).n_frames == 90
    reader = ClipReader(path, max_side_px=4000)
    order = [0, 1, 2, 89, 40, 41, 39, 5, 66, 66, 67, 12, 88, 3]
    assert [number_on(reader.frame(index)) for index in order] == order
    assert number_on(reader.frame(500)) == 89
    small = ClipReader(path, max_side_px=96)
    assert small.size == (96, 32)
    others = [ClipReader(path, max_side_px=4000) for _ in range(4)]
    assert [number_on(other.frame(17)) for other in others] == [17] * 4
    assert number_on(reader.frame(44)) == 44  # its decoder was closed meanwhile
    for one in (reader, small, *others):
        one.close()

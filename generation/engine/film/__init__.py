"""The film: a storyboard from the score, painted frames, and their encoding.

board = plan_storyboard(StoryboardSpec(score, theme, title, style, (1280, 720), seed))
render_film(FilmSpec(board, audio_path, work_dir, cache_dir, font_dir), out_path, progress=…)
render_poster(board, path, cache_dir=…, font_dir=…)
"""

from generation.engine.film.poster import render_frame, render_poster
from generation.engine.film.render import render_film, shot_files
from generation.engine.film.storyboard import plan_storyboard, storyboard_to_dict
from generation.engine.film.treatment import plan_treatment
from generation.engine.film.types import FILM_VERSION, FilmResult, FilmSpec, StemFile, Storyboard, StoryboardSpec

__all__ = [
    "FILM_VERSION",
    "FilmResult",
    "FilmSpec",
    "StemFile",
    "Storyboard",
    "StoryboardSpec",
    "plan_storyboard",
    "plan_treatment",
    "render_film",
    "render_frame",
    "render_poster",
    "shot_files",
    "storyboard_to_dict",
]

"""A storyboard and a song to a film: shots in parallel processes, each a segment that outlives a crash."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import soundfile as sf

from codecraft.common.errors import InvalidInput
from codecraft.common.progress import Progress, ignore_progress
from generation.engine.film.crew import Crew
from generation.engine.film.encode import join_segments
from generation.engine.film.frame import FADE_OUT_S
from generation.engine.film.karaoke import subtitles
from generation.engine.film.reaction import Reaction, reaction_of
from generation.engine.film.song_track import SongTrack
from generation.engine.film.stand_ins import read_notices
from generation.engine.film.storyboard import refit
from generation.engine.film.types import FILM_VERSION, Card, Cue, FilmResult, FilmSpec, Shot, Storyboard

_BEFORE_S, _AFTER_S = 6.0, 1.0
"""How long before and after a shot a cue may lie whose envelope reaches into it."""


def render_film(spec: FilmSpec, out_path: Path, *, progress: Progress = ignore_progress) -> FilmResult:
    """Render, encode and join the film of a song; the picture starts with the song and lasts as long, to a frame.

    Finished segments in `spec.work_dir` are kept and used again by content key, also after a kill. `progress` is
    called at least once a second while workers live; whatever it raises ends them first. A shot whose worker dies is
    tried once more; one whose place cannot be painted shows another, and `notices` of the result say so. Raises
    InvalidInput for an audio file that cannot be read, Unavailable for a full disk, StudioError when a shot fails
    twice.
    """
    board = refit(spec.storyboard, _frames_of(spec.audio_path, spec.storyboard.fps))
    spec = replace(spec, storyboard=board)
    for folder in (spec.work_dir, spec.cache_dir, out_path.parent):
        folder.mkdir(parents=True, exist_ok=True)
    paths = [spec.work_dir / name for name in _names(spec)]
    missing = [shot for shot, path in zip(board.shots, paths, strict=True) if not path.exists()]
    progress(0.0)
    with SongTrack(spec.audio_path, spec.work_dir, duration_s=board.duration_s) as song:
        if missing:
            Crew(spec, missing, paths, progress).run()
        join_segments(
            paths, song.finished(), out_path, duration_s=board.duration_s, work_dir=spec.work_dir,
            subtitles=subtitles(board.lines, duration_s=board.duration_s),
        )  # fmt: skip
    progress(1.0)
    return FilmResult(
        out_path, board.size, board.fps, board.frames, board.duration_s, 0.0, len(missing), len(paths) - len(missing),
        read_notices(paths),
    )  # fmt: skip


def shot_files(spec: FilmSpec) -> tuple[str, ...]:
    """The names, by content, under which `render_film` looks for finished segments in `spec.work_dir`."""
    return _names(replace(spec, storyboard=refit(spec.storyboard, _frames_of(spec.audio_path, spec.storyboard.fps))))


def _names(spec: FilmSpec) -> tuple[str, ...]:
    reaction = reaction_of(spec)
    return tuple(f"shot-{shot_key(spec, shot, reaction)}.mp4" for shot in spec.storyboard.shots)


def shot_key(spec: FilmSpec, shot: Shot, reaction: Reaction | None = None) -> str:
    """A hash of all that the frames of a shot depend on: an edit elsewhere in the film leaves it as it is."""
    board = spec.storyboard
    start_s, end_s = shot.start_frame / board.fps, shot.end_frame / board.fps
    # the frames of the film's end fade out, the others do not know how long it is
    frames = board.frames if end_s > board.duration_s - FADE_OUT_S - 1.0 else 0
    facts = [
        FILM_VERSION, board.size, board.framing, board.words, board.fps, frames, board.seed, board.style,
        _near(board, shot),
        [asdict(cue) for cue in board.cues if _reaches(cue, start_s, end_s)],
        [asdict(line) for line in board.lines if line.hide_s >= start_s and line.show_s <= end_s],
        [asdict(card) for card in board.cards if _shown(card, start_s, end_s)],
        str(spec.font_dir.name), spec.preset, spec.crf,
        reaction.key(shot.start_frame, shot.end_frame) if reaction else "",
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:24]


def _near(board: Storyboard, shot: Shot) -> list:
    """The shot, the one before where that dissolves into it, and the black that the next one may begin with. Their
    places in the film's order do not matter."""
    first, last = shot.index == 0, shot.index + 1 == len(board.shots)
    before = board.shots[shot.index - 1] if shot.transition == "dissolve" and not first else None
    after = None if last else board.shots[shot.index + 1]
    return [
        first, asdict(replace(shot, index=0)), asdict(replace(before, index=0)) if before else None,
        after.transition_frames if after is not None and after.transition == "fade_black" else None,
    ]  # fmt: skip


def _reaches(cue: Cue, start_s: float, end_s: float) -> bool:
    return start_s <= cue.time_s + cue.length_s + _BEFORE_S and cue.time_s - cue.length_s <= end_s + _AFTER_S


def _shown(card: Card, start_s: float, end_s: float) -> bool:
    return card.end_s >= start_s and card.start_s <= end_s


def _frames_of(audio_path: Path, fps: int) -> int:
    try:
        info = sf.info(audio_path)
    except (OSError, sf.LibsndfileError) as error:
        raise InvalidInput(f"The song {audio_path.name} cannot be read as audio.", field="audio_path") from error
    return max(1, math.floor(info.frames / info.samplerate * fps + 0.5))


def poster_frame(board: Storyboard) -> int:
    """A frame to show the film by: in the most energetic wide shot after the title, clear of flashes."""
    title_end_s = max((card.end_s for card in board.cards if card.kind == "title"), default=0.0)
    best = max(
        board.shots,
        key=lambda shot: (shot.start_frame / board.fps > title_end_s, shot.size == "wide", shot.energy, shot.growth),
    )
    return best.start_frame + int(best.frames * 0.6)

"""Three pictures to show a film by: different shots, cropped about what is worth seeing, the title set large."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from generation.engine.film.frame import FrameRenderer
from generation.engine.film.layout import Layout, layout_for
from generation.engine.film.lettering import Lettering
from generation.engine.film.reaction import Reaction
from generation.engine.film.types import Card, Shot, Storyboard

SIZE = (1280, 720)
COUNT = 3
MAX_BYTES = 2_000_000
"""What video sites take at most."""
_MOST_CANDIDATES = 12
_LARGER = 1.42
"""How much larger the title is set than over the film: a thumbnail is seen at the size of a stamp."""
_TITLE_EM = 0.44
"""Where the lettering sets a title, as a share of its picture's height."""


@dataclass(frozen=True)
class _Candidate:
    """A frame cropped to 16:9 and what speaks for it, each about 0..1."""

    shot: Shot
    picture: np.ndarray
    sharpness: float
    contrast: float
    colour: float

    @property
    def worth(self) -> float:
        return 0.40 * self.sharpness + 0.35 * self.contrast + 0.25 * self.colour + 0.15 * self.shot.energy


def render_thumbnails(
    board: Storyboard,
    paths: tuple[Path, ...],
    *,
    cache_dir: Path,
    font_dir: Path,
    media_dir: Path | None = None,
    reaction: Reaction | None = None,
) -> None:
    """JPEGs of 1280x720 under 2 MB at `paths`, the best first. They are drawn from the film's own frames without words:
    sharp, rich in contrast and colour, and as unlike each other as the film has shots. Of an upright or square film the
    same moments are painted wide: a strip of it would cut its people's heads off."""
    bare = replace(board, cards=(), lines=())
    if board.size[0] * 2 < board.size[1] * 3:
        bare = replace(bare, size=SIZE, framing="full")
    renderer = FrameRenderer(bare, cache_dir=cache_dir, font_dir=font_dir, media_dir=media_dir, reaction=reaction)
    found = [_candidate(renderer, bare, shot, index) for shot, index in _moments(board)]
    chosen = _choose(found, len(paths))
    for path, candidate in zip(paths, chosen, strict=True):
        _write(path, _with_title(candidate.picture, board, font_dir))


def _moments(board: Storyboard) -> list[tuple[Shot, int]]:
    """Shots and a frame of each, clear of the fades and of transitions, one place after the other so that few worlds
    are open at once. A film of few shots gives several frames of each."""
    first, last = round(0.05 * board.frames), round(0.94 * board.frames)
    clear = [shot for shot in board.shots if shot.start_frame >= first and shot.end_frame <= last]
    shots = clear if len(clear) >= COUNT else list(board.shots)
    shares = (0.55,) if len(shots) >= 2 * COUNT else (0.2, 0.55, 0.85)
    shots.sort(key=lambda shot: (-shot.energy - 0.2 * shot.growth, shot.index))
    by_kind: dict[tuple[str, str], list[Shot]] = {}
    for shot in shots:
        by_kind.setdefault((repr(shot.look), shot.size), []).append(shot)
    chosen: list[Shot] = []
    while len(chosen) < _MOST_CANDIDATES and any(by_kind.values()):
        chosen += [kind.pop(0) for kind in by_kind.values() if kind]
    moments = [(shot, _frame_of(shot, share, first, last)) for shot in chosen for share in shares]
    return sorted(moments[:_MOST_CANDIDATES], key=lambda moment: (repr(moment[0].look), moment[1]))


def _frame_of(shot: Shot, share: float, first: int, last: int) -> int:
    index = shot.start_frame + max(shot.transition_frames + 2, int(share * shot.frames))
    return min(shot.end_frame - 1, max(shot.start_frame, min(max(index, first), last)))


def _candidate(renderer: FrameRenderer, board: Storyboard, shot: Shot, index: int) -> _Candidate:
    picture = _crop(renderer.render_surely(index), layout_for(board.size, board.framing))
    small = cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    edges = float(np.log1p(cv2.Laplacian(grey, cv2.CV_32F).var()))
    lab = cv2.cvtColor(small, cv2.COLOR_BGR2LAB).astype(np.float32)
    chroma = float(np.hypot(lab[..., 1] - 128.0, lab[..., 2] - 128.0).mean())
    light = float(grey.mean())
    contrast = min(1.0, float(grey.std()) / 64.0) * min(1.0, light / 40.0) * min(1.0, (255.0 - light) / 60.0)
    return _Candidate(shot, picture, min(1.0, edges / 8.0), contrast, min(1.0, chroma / 40.0))


def _crop(frame: np.ndarray, layout: Layout) -> np.ndarray:
    """The 16:9 part of the picture (bars left out) where most is to be seen, as BGR of SIZE."""
    picture = frame[layout.top : layout.top + layout.canvas.height, :, :3]
    height, width = picture.shape[:2]
    wide = width * SIZE[1] > height * SIZE[0]
    span = round(height * SIZE[0] / SIZE[1]) if wide else round(width * SIZE[1] / SIZE[0])
    span = min(span, width if wide else height)
    start = _busiest(picture, 0 if wide else 1, span)
    part = picture[:, start : start + span] if wide else picture[start : start + span]
    shrinks = part.shape[1] > SIZE[0]
    made = cv2.resize(part, SIZE, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4)
    soft = cv2.GaussianBlur(made, (0, 0), 1.2)
    return cv2.addWeighted(made, 1.35, soft, -0.35, 0.0)


def _busiest(picture: np.ndarray, axis: int, span: int) -> int:
    """Where a window of `span` along the axis holds most of the edges, the middle being preferred."""
    small = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    edges = np.hypot(cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1))
    along = np.minimum(edges, 120.0).sum(axis=axis)
    room = along.size - span
    if room <= 0:
        return 0
    sums = np.convolve(along, np.ones(span, np.float32), mode="valid")
    middle = 1.0 - 0.25 * np.abs(np.arange(sums.size) / room - 0.5) * 2.0
    return int(np.argmax(sums * middle))


def _choose(found: list[_Candidate], count: int) -> list[_Candidate]:
    """The best, then each time the one that is good and unlike those before."""
    chosen: list[_Candidate] = []
    tiny = {id(c): cv2.resize(c.picture, (32, 18), interpolation=cv2.INTER_AREA).astype(np.float32) for c in found}
    while len(chosen) < count:
        left = [c for c in found if not any(c is other for other in chosen)] or found  # a film of one or two shots

        def worth(candidate: _Candidate) -> float:
            value = candidate.worth
            for other in chosen:
                unlike = float(np.abs(tiny[id(candidate)] - tiny[id(other)]).mean()) / 40.0
                value += 0.30 * min(1.0, unlike) / len(chosen)
                value -= 0.40 * (candidate.shot.index == other.shot.index)
                value -= 0.30 * (candidate.shot.look == other.shot.look) + 0.15 * (
                    candidate.shot.size == other.shot.size
                )
            return value

        chosen.append(max(left, key=worth))
    return chosen


def _with_title(picture: np.ndarray, board: Storyboard, font_dir: Path) -> np.ndarray:
    """The title in the style's own hand, large, over the calmest third of the picture, which steps back a little."""
    width, height = SIZE
    middle = _calmest(picture)
    rows = np.abs(np.arange(height) - middle) / (0.30 * height)
    shade = 1.0 - 0.42 * np.exp(-(rows**2))
    frame = np.empty((height, width, 4), np.uint8)
    frame[..., :3] = picture * shade[:, None, None]
    frame[..., 3] = 255
    card = Card("title", (board.title,), -60.0, 60.0)
    stamp = replace(board, size=SIZE, cards=(card,), lines=(), framing="full")
    tall = int(height * _LARGER)
    Lettering(stamp, font_dir, int(middle - _TITLE_EM * tall), tall).lay(frame, 0.0)
    return frame[..., :3]


def _calmest(picture: np.ndarray) -> int:
    """The row about which a title disturbs least, above the middle, in it, or below: few fine edges, no large forms."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    edges = np.abs(cv2.Laplacian(grey, cv2.CV_32F)).mean(axis=1)
    height = picture.shape[0]
    forms = cv2.resize(grey, (40, height), interpolation=cv2.INTER_AREA).astype(np.float32).std(axis=1)
    reach = height // 6

    def disturbance(row: int) -> float:
        band = slice(row - reach, row + reach)
        return float(edges[band].mean()) / 6.0 + float(forms[band].mean()) / 30.0

    return min((int(height * share) for share in (0.27, 0.50, 0.74)), key=disturbance)


def _write(path: Path, picture: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for quality in (92, 84, 74, 60):
        data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(data) < MAX_BYTES:
            break
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_bytes(data)
    scratch.replace(path)

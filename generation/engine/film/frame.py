"""One frame of the film from its number alone: camera, world, development, transition, lettering, bars."""

from __future__ import annotations

import errno
from bisect import bisect_right
from collections import OrderedDict
from itertools import dropwhile
from pathlib import Path

import cv2
import numpy as np

from codecraft.common.audio import disk_full
from codecraft.common.errors import Cancelled, StudioError
from codecraft.common.seeds import derive_seed, generator
from generation.engine.film.brushes.finish import Exposure, finish, grain_tile
from generation.engine.film.camera import aimed, camera_at
from generation.engine.film.cues import KINDS, Pulse
from generation.engine.film.layout import layout_for
from generation.engine.film.lettering import Lettering
from generation.engine.film.plates import open_world
from generation.engine.film.reaction import SILENT, Reaction
from generation.engine.film.stand_ins import PainterFailed, stand_ins
from generation.engine.film.types import Look, Shot, Storyboard
from generation.engine.film.worlds.base import Drawing, Moment, World

_OPEN_BYTES = 320 << 20
"""Plates of open worlds beyond this are closed, those used longest ago first; two stay open for a dissolve."""
FADE_IN_S, FADE_OUT_S = 1.2, 1.6
_BLACK = np.array([0, 0, 0, 255], np.uint8).view(np.uint32)[0]
"""Opaque black as one word a pixel: written as four bytes, the bars take 2 ms."""


class FrameRenderer:
    """Draws any frame of one storyboard; frames do not depend on the order in which they are asked for."""

    def __init__(
        self,
        board: Storyboard,
        *,
        cache_dir: Path,
        font_dir: Path,
        media_dir: Path | None = None,
        reaction: Reaction | None = None,
    ) -> None:
        cv2.setNumThreads(1)
        self.board, self.cache_dir, self.media_dir, self.reaction = board, cache_dir, media_dir, reaction
        self.layout = layout_for(board.size, board.framing)
        self.pulses = {kind: Pulse(board.cues, kind) for kind in KINDS}
        self.lettering = Lettering(board, font_dir, self.layout.top, self.layout.canvas.height)
        self.grain = grain_tile(generator(board.seed, "grain"), self.layout.width)
        self._worlds: OrderedDict[Look, World] = OrderedDict()
        self._broken: set[Look] = set()
        self._instead: dict[int, Look] = {}
        self._starts = [shot.start_frame for shot in board.shots]

    def shot_at(self, index: int) -> Shot:
        return self.board.shots[max(0, bisect_right(self._starts, index) - 1)]

    def render(self, index: int, frame: np.ndarray | None = None) -> np.ndarray:
        """Frame `index` as BGRA uint8 (height, width, 4): in `frame` where that is given, else a new array. Raises
        PainterFailed for a place that cannot be drawn (see `show_instead`)."""
        layout, shot = self.layout, self.shot_at(index)
        if frame is None:
            frame = np.empty((layout.height, layout.width, 4), np.uint8)
        bottom = layout.top + layout.canvas.height
        for bar in (frame[: layout.top], frame[bottom:]):
            bar.view(np.uint32)[...] = _BLACK
        picture = frame[layout.top : bottom]
        age = index - shot.start_frame
        self._develop(picture, shot, index)
        if age < shot.transition_frames:
            self._enter(picture, shot, index, (age + 0.5) / shot.transition_frames)
        self._leave(picture, shot, index)
        # as with the envelopes: a frame stands for its whole interval, so the sweep is read at its middle
        heard = self.reaction.at(index) if self.reaction else SILENT
        self.lettering.lay(frame, (index + 0.5) / self.board.fps, heard)
        return frame

    def render_surely(self, index: int) -> np.ndarray:
        """Frame `index`, with a stand-in where its place cannot be painted."""
        while True:
            try:
                return self.render(index)
            except PainterFailed as failure:
                self.show_instead(failure)

    def show_instead(self, failure: PainterFailed) -> None:
        """From now on the shot that failed shows the next place that may stand in. Raises StudioError when none may."""
        shot = failure.shot
        tried = self._instead.get(shot.index)
        looks = stand_ins(self.board, shot)
        if tried is not None:
            looks = dropwhile(lambda look: look != tried, looks)
            next(looks)
        look = next((look for look in looks if look not in self._broken), None)
        if look is None:
            raise StudioError("No place of this film can be painted.", code="painter_failed") from failure
        self._instead[shot.index] = look

    def as_planned(self) -> None:
        """Forget all stand-ins: each segment finds its own, so that it is the same whoever draws it."""
        self._instead.clear()

    @property
    def replaced(self) -> list[tuple[Shot, Look, Look]]:
        """Shots that show a stand-in: with the place that was planned and the one that is shown."""
        shots = self.board.shots
        return [(shots[index], shots[index].look, look) for index, look in sorted(self._instead.items())]

    def _world(self, look: Look) -> World:
        if look in self._worlds:
            self._worlds.move_to_end(look)
            return self._worlds[look]
        world = open_world(look, self.layout.canvas, self.cache_dir, self.media_dir)
        self._worlds[look] = world
        while len(self._worlds) > 2 and sum(map(_plate_bytes, self._worlds.values())) > _OPEN_BYTES:
            self._worlds.popitem(last=False)
        return world

    def close_worlds(self) -> None:
        """Let go of all plates: who paints needs the room. They open again where they are shown."""
        self._worlds.clear()

    def _opened(self, shot: Shot) -> World:
        look = self._instead.get(shot.index, shot.look)
        if look in self._broken:
            raise PainterFailed(shot, look)
        try:
            return self._world(look)
        except Exception as error:
            _let_through(error)
            self._broken.add(look)
            raise PainterFailed(shot, look) from error

    def _drawn(self, world: World, shot: Shot, moment: Moment) -> Drawing:
        canvas = self.layout.canvas
        try:
            drawing = world.draw(moment)
            shape, kind = drawing.picture.shape, drawing.picture.dtype
            if shape != (canvas.height, canvas.width, 4) or kind != np.uint8 or drawing.light.shape[2:] != (3,):
                raise ValueError(f"{world.look.world} drew {shape} of {kind}")
        except Exception as error:
            _let_through(error)
            raise PainterFailed(shot, world.look) from error
        return drawing

    def _develop(self, picture: np.ndarray, shot: Shot, index: int) -> None:
        """Draw `shot` at frame `index` (which may lie just after its end, in a dissolve) into `picture`."""
        board = self.board
        time_s = index / board.fps
        # a frame stands for its whole interval: it shows the light of a stroke that falls within it (`Pulse.over`)
        span_s = (time_s, (index + 1) / board.fps)
        levels = {kind: pulse.over(*span_s) for kind, pulse in self.pulses.items()}
        kick, crash = levels["kick"], levels["crash"]
        world = self._opened(shot)
        phase = (index - shot.start_frame) / max(1, shot.frames)
        aspect, length_s = self.layout.canvas.aspect, shot.frames / board.fps
        shake = min(1.0, 0.35 * kick * shot.energy + 0.9 * crash)
        focus = aimed(world.focus, shot, aspect)
        camera = camera_at(shot, focus, phase, time_s, aspect=aspect, length_s=length_s, shake=shake,
                           swell=levels["swell"], hush=levels["stop"])  # fmt: skip
        moment = Moment(
            time_s, phase, shot.size, camera, shot.energy, shot.growth, kick, levels["snare"], crash, shot.seed,
            swell=levels["swell"], hush=levels["stop"],
            age_s=(index - shot.start_frame) / board.fps, length_s=length_s,
            heard=self.reaction.at(index) if self.reaction else SILENT,
        )  # fmt: skip
        drawing = self._drawn(world, shot, moment)
        # a flash overexposes, as light through the lens does; a mere veil of white would look like milk
        burn = self._flash(shot, index) if shot.transition == "flash" else 0.0
        flash = 0.10 * crash + 0.16 * burn
        grain_seed = derive_seed(board.seed, "grain", index)
        exposure = Exposure(
            drawing.gain * (1.0 - 0.30 * self._dim(time_s)) * (1.0 + 1.1 * burn), flash, self._fade(shot, index),
            (grain_seed & 511, (grain_seed >> 9) & 511),
        )  # fmt: skip
        finish(drawing.picture, drawing.light, world.grade, exposure, self.grain, picture)

    @staticmethod
    def _flash(shot: Shot, index: int) -> float:
        age = index - shot.start_frame
        return float(np.exp(-age / max(1.0, shot.transition_frames * 0.35))) if age >= 0 else 0.0

    def _dim(self, time_s: float) -> float:
        """The picture steps back behind a card: 0..1.5. From one card to the next it stays back."""
        level = 0.0
        cards = self.board.cards
        for card in cards:
            into_s, left_s = time_s - card.start_s, card.end_s - time_s
            if into_s < 0.0 or left_s < 0.0:
                continue
            rise = 1.0 if any(other.end_s == card.start_s for other in cards) else into_s / 1.0
            fall = 1.0 if any(other.start_s == card.end_s for other in cards) else left_s / 0.7
            level = max(level, (1.0 if card.kind == "title" else 1.5) * min(1.0, rise, fall))
        return level

    def _fade(self, shot: Shot, index: int) -> float:
        """1, or less: from black at the start of the film, to black at its end, through black between two shots."""
        board = self.board
        time_s, left_s = (index + 0.5) / board.fps, (board.frames - index - 0.5) / board.fps
        level = min(1.0, time_s / FADE_IN_S, left_s / FADE_OUT_S)
        age = index - shot.start_frame
        if shot.transition == "fade_black" and age < shot.transition_frames:
            level *= (age + 0.5) / shot.transition_frames
        following = board.shots[shot.index + 1] if shot.index + 1 < len(board.shots) else None
        if following is not None and following.transition == "fade_black":
            ahead = following.start_frame - index
            level *= min(1.0, max(0.0, (ahead - 0.5) / following.transition_frames))
        return max(0.0, level)

    def _enter(self, picture: np.ndarray, shot: Shot, index: int, share: float) -> None:
        """What a transition does to the first frames of a shot; flash and fade are done in the development."""
        if shot.transition == "dissolve" and shot.index > 0:
            before = np.empty_like(picture)
            self._develop(before, self.board.shots[shot.index - 1], index)
            weight = share * share * (3.0 - 2.0 * share)
            cv2.addWeighted(picture, weight, before, 1.0 - weight, 0.0, dst=picture)
        elif shot.transition == "whip":
            self._whip(picture, shot, (1.0 - share) ** 2, -1.0)

    def _leave(self, picture: np.ndarray, shot: Shot, index: int) -> None:
        """The last frames before a whip: the camera already turns away."""
        following = self.board.shots[shot.index + 1] if shot.index + 1 < len(self.board.shots) else None
        if following is None or following.transition != "whip":
            return
        ahead = following.start_frame - index
        if ahead <= following.transition_frames:
            self._whip(picture, following, (1.0 - (ahead - 0.5) / following.transition_frames) ** 2, 1.0)

    def _whip(self, picture: np.ndarray, entering: Shot, amount: float, leaving: float) -> None:
        """Smear and slide the picture sideways, out of the old shot and into the new one in one direction."""
        reach = int(self.layout.canvas.height * 0.38 * amount) // 2 * 2 + 1
        if reach > 1:
            side = 1.0 if entering.seed % 2 else -1.0
            slide = np.float32(
                [[1.0, 0.0, side * leaving * 0.20 * amount * self.layout.canvas.height], [0.0, 1.0, 0.0]]
            )
            size = (picture.shape[1], picture.shape[0])
            moved = cv2.warpAffine(picture, slide, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            cv2.blur(moved, (reach, 1), dst=picture)


def _plate_bytes(world: World) -> int:
    return sum(plate.image.nbytes for plate in world.plates.values())


def _let_through(error: Exception) -> None:
    """A full disk and a person's "stop" are no fault of the painter."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise disk_full() from error
    if isinstance(error, Cancelled) or (isinstance(error, StudioError) and error.code == "disk_full"):
        raise error

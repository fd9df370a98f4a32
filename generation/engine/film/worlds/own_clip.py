"""A clip of the person's own in the film's light: its time runs with the shot, and never stands still."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np

from generation.engine.film.brushes.framing import Fit, backdrop, exposure_table, fit_in, peak, saliency, veil
from generation.engine.film.brushes.layers import Camera, Plate
from generation.engine.film.media.reader import ClipReader
from generation.engine.film.worlds.base import Drawing, Moment
from generation.engine.film.worlds.own_base import OwnWorld

TAIL_S = 1.2
"""How far a dissolve may run past a shot's end."""
_SLOWEST = 0.55
_SAMPLES = 7


def clip_times(age_s: float, length_s: float, duration_s: float, seed: int) -> tuple[float, float, float]:
    """The second of the clip that a shot shows at its age; beside it another one and its weight 0..1, where the end of
    a loop melts into its start.

    A clip that is long enough runs at its own speed, from a place that the seed chooses; one that is a little short
    runs slower, down to 0.55; a shorter one goes round, its last half second melting into its first.
    """
    wanted_s = length_s + TAIL_S
    age_s = max(0.0, age_s)
    if duration_s >= wanted_s:
        spare_s = duration_s - wanted_s
        return age_s + spare_s * ((seed * 0.6180339887498949) % 1.0), 0.0, 0.0
    speed = duration_s / wanted_s
    if speed >= _SLOWEST:
        return min(age_s * speed, duration_s), 0.0, 0.0
    melt_s = min(0.5, duration_s * 0.25)
    turn_s = duration_s - melt_s
    at_s = age_s % turn_s
    if age_s >= turn_s and at_s < melt_s:  # the last turn's end is still going
        weight = at_s / melt_s
        return at_s, turn_s + at_s, 1.0 - weight * weight * (3.0 - 2.0 * weight)
    return at_s, 0.0, 0.0


class OwnClip(OwnWorld):
    """`plates["clip"]` is a (8,) float32 array: how the clip lies in the canvas, its subject, its mean luma."""

    name = "own_clip"

    def paint(self) -> dict[str, Plate]:
        media, path = self.own_file()
        reader = ClipReader(Path(path), max_side_px=320)
        try:
            places = [int((k + 0.5) / _SAMPLES * reader.frames) for k in range(_SAMPLES)]
            frames = [np.ascontiguousarray(reader.frame(place)[..., ::-1]) for place in places]
        finally:
            reader.close()
        interest = sum(saliency(frame) for frame in frames) / len(frames)
        fit = fit_in(media.width / media.height, self.canvas.aspect, interest)
        mean = float(np.mean([cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).mean() for frame in frames])) / 255.0
        subject = peak(interest, fit, self.canvas.aspect)
        facts = np.float32([fit.width, fit.height, fit.x, fit.y, float(fit.extended), *subject, mean])
        return {"clip": Plate(facts, 1.0, 0.0, 0.0, 1.0)}

    def prepare(self) -> None:
        self.set_light()
        _, path = self.own_file()
        width, height, x, y, extended, sx, sy, mean = (float(value) for value in self.plates["clip"].image)
        self.fit, self._subject = Fit(width, height, x, y, extended > 0.5), (sx, sy)
        self.table = exposure_table(mean)
        # a close shot of a small canvas needs no more of a large clip than this
        needed = 1.5 * self.canvas.height * max(width, height)
        self.reader = ClipReader(Path(path), max_side_px=max(64, math.ceil(needed)))
        cols, rows = self.reader.size
        self.cover = veil(cols, rows, sideways=width < self.canvas.aspect) if self.fit.extended else None

    @property
    def subject(self) -> tuple[float, float]:
        return self._subject

    def frame_at(self, moment: Moment) -> np.ndarray:
        """The clip's frame of a moment, BGR uint8, before the camera."""
        at_s, other_s, weight = clip_times(moment.age_s, moment.length_s, self.reader.duration_s, moment.seed)
        slow = _SLOWEST <= self.reader.duration_s / (moment.length_s + TAIL_S) < 1.0
        picture = self._read(at_s, between=slow)
        if weight > 0.0:
            picture = cv2.addWeighted(picture, 1.0 - weight, self._read(other_s, between=slow), weight, 0.0)
        return cv2.LUT(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), self.table)

    def _read(self, at_s: float, *, between: bool) -> np.ndarray:
        """The frame that is shown at a second of the clip; `between` two frames their mixture, for slow motion."""
        place = at_s * self.reader.fps
        first = math.floor(place + 1e-4)
        share = place - first
        if not between or share < 0.02:
            return self.reader.frame(first)
        return cv2.addWeighted(self.reader.frame(first), 1.0 - share, self.reader.frame(first + 1), share, 0.0)

    def draw(self, moment: Moment) -> Drawing:
        frame, camera = self.frame_at(moment), self.inside(moment.camera)
        width, height = self.canvas.width, self.canvas.height
        matrix = self._matrix(camera, frame.shape[1] / self.fit.width)
        picture = np.empty((height, width, 4), np.uint8)
        warped = cv2.warpAffine(frame, matrix, (width, height), flags=cv2.INTER_LINEAR,
                                borderMode=cv2.BORDER_REFLECT_101)  # fmt: skip
        if self.cover is not None:
            alpha = cv2.warpAffine(self.cover, matrix, (width, height), flags=cv2.INTER_LINEAR)
            behind = backdrop(frame, (width, height))
            warped = cv2.blendLinear(warped, behind, alpha, 1.0 - alpha)
        cv2.cvtColor(warped, cv2.COLOR_BGR2BGRA, dst=picture)
        return self.develop(picture, moment)

    def _matrix(self, camera: Camera, scale: float) -> np.ndarray:
        """From the clip's pixels to the canvas's; `scale` is the clip's pixels for each picture unit."""
        height = self.canvas.height
        ratio = height * camera.zoom / scale
        cos, sin = ratio * math.cos(camera.roll), ratio * math.sin(camera.roll)
        matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
        centre = np.array(
            [(self.fit.x * self.fit.width + camera.x) * scale, (self.fit.y * self.fit.height + camera.y) * scale]
        )
        matrix[:, 2] = np.array([self.canvas.width, height]) * 0.5 - matrix[:, :2] @ centre
        return matrix

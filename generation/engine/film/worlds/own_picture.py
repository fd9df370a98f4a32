"""A photograph of the person's own: it fills the canvas about what is worth seeing, and has depth."""

from __future__ import annotations

import cv2
import numpy as np

from generation.engine.film.brushes.framing import Fit, backdrop, exposure_table, fit_in, peak, saliency, veil
from generation.engine.film.brushes.layers import Camera, Plate
from generation.engine.film.worlds.base import Drawing, Moment
from generation.engine.film.worlds.own_base import OwnWorld

_FINEST = 1.45
"""The plate's pixels for each of the canvas's, at most: what a close shot needs."""
_DEPTH_SIDE_PX = 192
_STEP_PX = 16


class OwnPicture(OwnWorld):
    """`plates["photo"]` covers the canvas and more; `plates["depth"]` (h, w) uint8 says how near each part lies."""

    name = "own_picture"

    def paint(self) -> dict[str, Plate]:
        _, path = self.own_file()
        photo = cv2.imread(path, cv2.IMREAD_COLOR)
        interest = saliency(photo)
        fit = fit_in(photo.shape[1] / photo.shape[0], self.canvas.aspect, interest)
        scale = min(max(photo.shape[0] / fit.height, self.canvas.height), self.canvas.height * _FINEST)
        size = (max(2, round(fit.width * scale)), max(2, round(fit.height * scale)))
        shrinks = size[0] < photo.shape[1]
        photo = cv2.resize(photo, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4)
        mean = float(cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY).mean()) / 255.0
        photo = cv2.LUT(photo, exposure_table(mean))
        depth = depth_of(photo, interest)
        centre = (fit.x * size[0], fit.y * size[1])
        if fit.extended:
            photo, depth, centre = self._extend(photo, depth, fit, scale)
        subject = peak(interest, fit, self.canvas.aspect)
        return {
            # with an opaque fourth channel: it is then drawn straight into the picture
            "photo": Plate(cv2.cvtColor(photo, cv2.COLOR_BGR2BGRA), scale, *centre, 1.0),
            "depth": Plate(depth, scale * depth.shape[1] / photo.shape[1], *subject, 1.0),
            # how the picture lies, kept with the plates: width, height, point, extended
            "fit": Plate(np.float32([fit.width, fit.height, fit.x, fit.y, float(fit.extended)]), 1.0, 0.0, 0.0, 1.0),
        }

    def _extend(
        self, photo: np.ndarray, depth: np.ndarray, fit: Fit, scale: float
    ) -> tuple[np.ndarray, np.ndarray, tuple[float, float]]:
        """The photograph before a blur of itself that goes on beyond the canvas."""
        sideways = fit.width < self.canvas.aspect
        rows, cols = photo.shape[:2]
        width = round(self.canvas.aspect * 1.34 * scale) if sideways else cols
        height = rows if sideways else round(1.34 * scale)
        wide = backdrop(photo, (width, height))
        left, top = (width - cols) // 2, (height - rows) // 2
        cover = veil(cols, rows, sideways=sideways)[..., None]
        shade = cv2.GaussianBlur(
            cv2.copyMakeBorder(cover[..., 0], top, height - rows - top, left, width - cols - left,
                               cv2.BORDER_CONSTANT, value=0.0)[::4, ::4], (0, 0), max(1.0, scale * 0.012),
        )  # fmt: skip
        shade = cv2.resize(shade, (width, height), interpolation=cv2.INTER_LINEAR)[..., None]
        out = wide.astype(np.float32) * (1.0 - 0.45 * shade)
        part = out[top : top + rows, left : left + cols]
        part += (photo - part) * cover
        far = np.full((max(2, round(_DEPTH_SIDE_PX * height / width)), _DEPTH_SIDE_PX), 60, np.uint8)
        dh, dw = far.shape
        x0, x1, y0, y1 = (
            left * dw // width,
            (left + cols) * dw // width,
            top * dh // height,
            (top + rows) * dh // height,
        )
        far[y0:y1, x0:x1] = cv2.resize(depth, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(far, (0, 0), 3.0, borderType=cv2.BORDER_REPLICATE)
        return np.clip(out + 0.5, 0, 255).astype(np.uint8), soft, (left + fit.x * cols, top + fit.y * rows)

    def prepare(self) -> None:
        self.set_light()
        width, height, x, y, extended = (float(value) for value in self.plates["fit"].image)
        self.fit = Fit(width, height, x, y, extended > 0.5)
        self.depth = np.asarray(self.plates["depth"].image, np.float32) * (1.0 / 255.0)

    @property
    def subject(self) -> tuple[float, float]:
        plate = self.plates["depth"]
        return plate.ox, plate.oy

    def draw(self, moment: Moment) -> Drawing:
        picture = np.empty((self.canvas.height, self.canvas.width, 4), np.uint8)
        map_x, map_y = self._map(self.inside(moment.camera))
        photo = self.plates["photo"].image
        cv2.remap(photo, map_x, map_y, cv2.INTER_LINEAR, dst=picture, borderMode=cv2.BORDER_REFLECT_101)
        return self.develop(picture, moment)

    def _map(self, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
        """Where each of the canvas's pixels lies on the plate: near parts move and grow more than far ones. Reckoned
        every 16 pixels and interpolated, as depth is smooth."""
        width, height, plate = self.canvas.width, self.canvas.height, self.plates["photo"]
        cols, rows = -(-width // _STEP_PX) + 2, -(-height // _STEP_PX) + 2
        x = ((np.arange(cols, dtype=np.float32) - 0.5) * _STEP_PX - width * 0.5) / height
        y = ((np.arange(rows, dtype=np.float32) - 0.5) * _STEP_PX - height * 0.5) / height
        cos, sin = np.float32(np.cos(camera.roll)), np.float32(np.sin(camera.roll))
        sx, sy = x[None, :] * cos + y[:, None] * sin, y[:, None] * cos - x[None, :] * sin
        near = self._depth_at(sx / camera.zoom + camera.x, sy / camera.zoom + camera.y) - 0.5
        zoom = 1.0 + (camera.zoom - 1.0) * (1.0 + 0.16 * near)
        px = (sx / zoom + camera.x * (1.0 + 0.30 * near)) * plate.scale + plate.ox - 0.5
        py = (sy / zoom + camera.y * (1.0 + 0.30 * near)) * plate.scale + plate.oy - 0.5
        return tuple(
            np.ascontiguousarray(
                cv2.resize(part, (cols * _STEP_PX, rows * _STEP_PX), interpolation=cv2.INTER_LINEAR)[
                    _STEP_PX : _STEP_PX + height, _STEP_PX : _STEP_PX + width
                ]
            )
            for part in (px, py)
        )

    def _depth_at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        plate = self.plates["photo"]
        factor = self.depth.shape[1] / plate.image.shape[1]
        map_x = ((x * plate.scale + plate.ox) * factor - 0.5).astype(np.float32)
        map_y = ((y * plate.scale + plate.oy) * factor - 0.5).astype(np.float32)
        return cv2.remap(self.depth, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def depth_of(bgr: np.ndarray, interest: np.ndarray) -> np.ndarray:
    """How near each part of a photograph may lie, uint8 (h, w), 255 near: what is low in it and what draws the eye is
    near. A guess from what most photographs are like, kept smooth along what has one colour by a guided filter (He et
    al., ECCV 2010), so that nothing tears where it is wrong."""
    rows, cols = bgr.shape[:2]
    size = (_DEPTH_SIDE_PX, max(2, round(_DEPTH_SIDE_PX * rows / cols)))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    guide = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY).astype(np.float32) / 255.0
    low = np.linspace(0.0, 1.0, size[1], dtype=np.float32)[:, None] ** 1.3
    seen = cv2.resize(interest, size, interpolation=cv2.INTER_LINEAR)
    guess = np.clip(0.10 + 0.55 * low + 0.45 * np.sqrt(seen), 0.0, 1.0) * np.ones_like(guide)
    depth = _guided(guide, guess, radius=size[0] // 12, epsilon=0.02)
    soft = cv2.GaussianBlur(depth, (0, 0), size[0] * 0.02, borderType=cv2.BORDER_REPLICATE)
    return np.clip(soft * 255.0 + 0.5, 0.0, 255.0).astype(np.uint8)


def _guided(guide: np.ndarray, value: np.ndarray, *, radius: int, epsilon: float) -> np.ndarray:
    box = (2 * radius + 1, 2 * radius + 1)

    def mean(plane: np.ndarray) -> np.ndarray:
        return cv2.blur(plane, box, borderType=cv2.BORDER_REFLECT)

    mean_guide, mean_value = mean(guide), mean(value)
    slope = (mean(guide * value) - mean_guide * mean_value) / (mean(guide * guide) - mean_guide**2 + epsilon)
    return mean(slope) * guide + mean(mean_value - slope * mean_guide)

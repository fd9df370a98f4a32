"""How cards come, stay and go: with a slow push, and in the way of the hand."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from generation.engine.film.lettering.page import Page, ease, lay_light, lay_sprite
from generation.engine.film.types import Card

_FLICKER = (0.0, 0.85, 0.25, 0.9, 0.1, 0.0, 0.7, 1.0, 0.45, 1.0)
"""A neon tube that starts, in steps of 60 ms."""


@dataclass(frozen=True)
class Sheet:
    """What is drawn of a sprite: its inked part, whose corner lies at (left, top) of the card."""

    image: np.ndarray
    left: int
    top: int

    @staticmethod
    def cut(sprite: np.ndarray) -> Sheet:
        inked = sprite.view(np.uint32)[..., 0] != 0
        rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
        if not rows.size:
            return Sheet(np.zeros((1, 1, 4), np.uint8), 0, 0)
        part = sprite[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return Sheet(np.ascontiguousarray(part), int(columns[0]), int(rows[0]))


@dataclass(frozen=True)
class SetCard:
    """A card as drawn: a darkness as large as the card, its letters, their light, their glint; its first row in the
    frame, and the size of its largest letters; `backward` where it is read from the right."""

    shade: np.ndarray
    letters: Sheet
    light: Sheet
    glint: Sheet
    top: int
    size: float
    backward: bool = False


@dataclass(frozen=True)
class _Pose:
    """How a card stands in a frame: `scale` about its middle, `top` its first row, `opacity` 0..1."""

    scale: float
    top: int
    opacity: float


def lay_card(frame: np.ndarray, setting: SetCard, card: Card, page: Page, time_s: float, voice: float) -> None:
    """The card over the full BGRA frame as it is at `time_s`; `voice` 0..1 is how loud the singer is."""
    age_s, left_s = time_s - card.start_s, card.end_s - time_s
    enter_s, leave_s = (1.1, 0.8) if card.kind == "title" else (0.9, 0.35)
    enter, leave = ease(age_s / enter_s), ease(left_s / leave_s)
    lay_sprite(frame, setting.shade, 0, setting.top, enter * leave)
    lit = 0.55 + 0.25 * voice
    if card.kind == "credits":
        _lay(frame, setting, setting.letters, _Pose(1.0, setting.top, enter * leave))
        _lay(frame, setting, setting.light, _Pose(1.0, setting.top, enter * leave * lit), light=True)
        return
    scale = 0.985 + 0.035 * age_s / max(0.1, card.end_s - card.start_s)
    arrival, top, letters = page.hand.arrival, setting.top, setting.letters
    if arrival == "slam":
        scale += 0.16 * (1.0 - ease(age_s / 0.7)) ** 2
    elif arrival in ("rise", "drift"):
        top += round(setting.size * 0.22 * (1.0 - enter))
    elif arrival == "blur":
        letters = _blurred(letters, setting.size * 0.22 * (1.0 - enter))
    elif arrival == "write" and age_s < enter_s + 0.5:
        _lay_written(frame, setting, age_s / (enter_s + 0.5), _Pose(scale, top, leave))
        return
    elif arrival == "bounce" and int(age_s / 0.06) < len(_FLICKER):
        lit = _FLICKER[int(age_s / 0.06)]
        enter = min(1.0, age_s / 0.2) * (0.30 + 0.70 * lit)
    elif arrival == "bounce":
        lit, enter = 0.85 + 0.15 * voice, 1.0
    _lay(frame, setting, letters, _Pose(scale, top, enter * leave))
    _lay(frame, setting, setting.light, _Pose(scale, top, enter * leave * lit), light=True)
    if page.hand.title.bevel:
        _lay_glint(frame, setting, (age_s - 0.8) / 1.5, _Pose(scale, top, enter * leave))


def _lay(frame: np.ndarray, setting: SetCard, sheet: Sheet, pose: _Pose, *, light: bool = False) -> None:
    """A sheet in its pose, with its place between the pixels."""
    if pose.opacity <= 0.0:
        return
    high, wide = setting.shade.shape[:2]
    x = wide * 0.5 + (sheet.left - wide * 0.5) * pose.scale
    y = high * 0.5 + (sheet.top - high * 0.5) * pose.scale
    left, top, image = int(np.floor(x)), int(np.floor(y)), sheet.image
    if abs(pose.scale - 1.0) > 1e-4:
        matrix = np.array([[pose.scale, 0.0, x - left], [0.0, pose.scale, y - top]])
        size = (int(image.shape[1] * pose.scale) + 2, int(image.shape[0] * pose.scale) + 2)
        image = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR)
    (lay_light if light else lay_sprite)(frame, image, left, pose.top + top, pose.opacity)


def _blurred(sheet: Sheet, sigma: float) -> Sheet:
    if sigma < 0.4:
        return sheet
    pad = int(3 * sigma) + 1
    wide = cv2.copyMakeBorder(sheet.image, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0))
    return Sheet(cv2.GaussianBlur(wide, (0, 0), sigma), sheet.left - pad, sheet.top - pad)


def _lay_written(frame: np.ndarray, setting: SetCard, share: float, pose: _Pose) -> None:
    """Revealed from where reading begins, with a soft edge, as if written."""
    soft = setting.size * 1.2
    letters = setting.letters
    width = letters.image.shape[1]
    edge = (width + soft) * ease(share)
    for sheet, strength, light in ((letters, 1.0, False), (setting.light, 0.6, True)):
        read = np.arange(sheet.image.shape[1], dtype=np.float32) + (sheet.left - letters.left)
        if setting.backward:
            read = width - read
        weight = np.clip((edge - read) / soft, 0.0, 1.0)[None, :, None]
        part = Sheet((sheet.image * weight.astype(np.float32)).astype(np.uint8), sheet.left, sheet.top)
        _lay(frame, setting, part, _Pose(pose.scale, pose.top, pose.opacity * strength), light=light)


def _lay_glint(frame: np.ndarray, setting: SetCard, share: float, pose: _Pose) -> None:
    """A band of light that runs once over the letters."""
    if not 0.0 < share < 1.0:
        return
    image = setting.glint.image
    height, width = image.shape[:2]
    reach = setting.size * 0.55
    middle = -2.0 * reach + (width + 4.0 * reach) * share
    first, last = max(0, int(middle - 4.0 * reach)), min(width, int(middle + 4.0 * reach))
    if last <= first:
        return
    columns = np.arange(first, last)[None, :] + (np.arange(height)[:, None] - height * 0.5) * 0.45
    weight = np.exp(-(((columns - middle) / reach) ** 2)).astype(np.float32) * np.float32(0.62)
    window = (image[:, first:last] * weight[..., None]).astype(np.uint8)
    _lay(frame, setting, Sheet(window, setting.glint.left + first, setting.glint.top), pose, light=True)

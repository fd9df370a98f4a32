"""Ink on sprites: letters with their dark halo, edge, gradient and carved bevel, and the light around sung ones.

Sprites are premultiplied BGRA uint8 (h, w, 4). Light has alpha 0: it is added to a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import skia

from generation.engine.film.brushes.ink import on
from generation.engine.film.lettering.hands import Ink
from generation.engine.film.lettering.shaping import SetText

OPAQUE = 0xFF000000
_CAP_EM = 0.72


@dataclass(frozen=True)
class Placed:
    """A text at pixel `x` of a sprite, standing on `baseline`, at `size` pixels an em."""

    text: SetText
    x: float
    baseline: float
    size: float

    @property
    def right(self) -> float:
        return self.x + self.text.width * self.size


def draw_letters(
    sprite: np.ndarray, placed: Sequence[Placed], ink: Ink, *, halo: float = 1.0, wide: bool = True
) -> None:
    """Draw texts with `ink`. `halo` is the strength of the darkness behind, which keeps them readable anywhere; not
    `wide` where they stand on a shade anyway (large blurs are what costs)."""
    blobs = [(item, blob) for item in placed for blob in item.text.blobs(item.size)]
    with on(sprite) as canvas:
        for paint_of in (_wide_halo, _near_halo, _edge) if wide else (_near_halo, _edge):
            for item, blob in blobs:
                canvas.drawTextBlob(blob, item.x, item.baseline, paint_of(item.size, ink, halo))
        for item, blob in blobs:
            if ink.tube:
                _neon(canvas, item, blob, ink)
                continue
            canvas.drawTextBlob(blob, item.x, item.baseline, _gradient(item, ink))
            if ink.bevel:
                _carve(canvas, item, blob, ink)
    # "over" counts on it; Skia's own rounding may miss it by one
    np.minimum(sprite[..., :3], sprite[..., 3:], out=sprite[..., :3])


def draw_light(sprite: np.ndarray, placed: Sequence[Placed], colour: int, *, strength: float = 1.0) -> None:
    """The light around texts: a near and a wide bloom of `colour`, to be added to a picture. The letters themselves
    are spared, mostly, so that they keep their ink."""
    with on(sprite) as canvas:
        for item in placed:
            for blob in item.text.blobs(item.size):
                for blur_em, share in ((0.42, 0.55), (0.15, 0.75)):
                    paint = skia.Paint(AntiAlias=True, Color=OPAQUE | colour)
                    paint.setAlphaf(min(1.0, share * strength))
                    paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, item.size * blur_em))
                    paint.setBlendMode(skia.BlendMode.kScreen)
                    canvas.drawTextBlob(blob, item.x, item.baseline, paint)
        spare = skia.Paint(AntiAlias=True, Color=OPAQUE)
        spare.setAlphaf(0.72)
        spare.setBlendMode(skia.BlendMode.kDstOut)
        for item in placed:
            for blob in item.text.blobs(item.size):
                canvas.drawTextBlob(blob, item.x, item.baseline, spare)
    sprite[..., 3] = 0


def draw_glint(sprite: np.ndarray, placed: Sequence[Placed]) -> None:
    """White letters without a halo, to be added through a narrow window: light that runs over metal."""
    with on(sprite) as canvas:
        for item in placed:
            for blob in item.text.blobs(item.size):
                canvas.drawTextBlob(blob, item.x, item.baseline, skia.Paint(AntiAlias=True, Color=0xFFFFF6E0))
    sprite[..., 3] = 0


def _wide_halo(size: float, _ink: Ink, halo: float) -> skia.Paint:
    paint = skia.Paint(AntiAlias=True, Color=OPAQUE)
    paint.setAlphaf(0.34 * halo)
    paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, size * 0.34))
    paint.setStyle(skia.Paint.kStrokeAndFill_Style)
    paint.setStrokeWidth(size * 0.30)
    return paint


def _near_halo(size: float, _ink: Ink, halo: float) -> skia.Paint:
    paint = skia.Paint(AntiAlias=True, Color=OPAQUE)
    paint.setAlphaf(0.70 * halo)
    paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, size * 0.09))
    paint.setStyle(skia.Paint.kStrokeAndFill_Style)
    paint.setStrokeWidth(size * 0.13)
    return paint


def _edge(size: float, ink: Ink, _halo: float) -> skia.Paint:
    paint = skia.Paint(AntiAlias=True, Color=OPAQUE | ink.edge)
    paint.setAlphaf(0.9)
    paint.setStyle(skia.Paint.kStrokeAndFill_Style)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    paint.setStrokeWidth(size * ink.edge_em)
    return paint


def _gradient(item: Placed, ink: Ink) -> skia.Paint:
    top, low = item.baseline - item.size * _CAP_EM, item.baseline + item.size * 0.04
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(0, top), skia.Point(0, low)], colors=[OPAQUE | colour for colour in ink.fill],
        positions=[float(v) for v in np.linspace(0.0, 1.0, len(ink.fill))],
    )  # fmt: skip
    return skia.Paint(AntiAlias=True, Shader=shader)


def _carve(canvas: skia.Canvas, item: Placed, blob: skia.TextBlob, ink: Ink) -> None:
    """A lit edge at the upper left and a dark one at the lower right: what a letter has that it has not when moved."""
    step = item.size * 0.020
    for colour, move, share in ((ink.sheen, step, 0.85), (ink.edge, -step, 0.62)):
        canvas.saveLayer(None, None)
        paint = skia.Paint(AntiAlias=True, Color=OPAQUE | colour)
        paint.setAlphaf(share * ink.bevel)
        canvas.drawTextBlob(blob, item.x, item.baseline, paint)
        eraser = skia.Paint(AntiAlias=True, Color=OPAQUE)
        eraser.setBlendMode(skia.BlendMode.kDstOut)
        eraser.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, max(0.3, step * 0.45)))
        canvas.drawTextBlob(blob, item.x + move, item.baseline + move, eraser)
        canvas.restore()


def _neon(canvas: skia.Canvas, item: Placed, blob: skia.TextBlob, ink: Ink) -> None:
    """A tube of light along the outline: coloured glass, a white core, a breath of colour inside."""
    inside = _gradient(item, ink)
    inside.setAlphaf(0.22)
    canvas.drawTextBlob(blob, item.x, item.baseline, inside)
    for width_em, blur_em, alpha in ((0.075, 0.05, 0.9), (0.055, 0.0, 1.0)):
        glass = _gradient(item, ink)
        glass.setAlphaf(alpha)
        glass.setStyle(skia.Paint.kStroke_Style)
        glass.setStrokeJoin(skia.Paint.kRound_Join)
        glass.setStrokeWidth(item.size * width_em)
        if blur_em:
            glass.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, item.size * blur_em))
        canvas.drawTextBlob(blob, item.x, item.baseline, glass)
    core = skia.Paint(AntiAlias=True, Color=0xFFFFFFFF)
    core.setStyle(skia.Paint.kStroke_Style)
    core.setStrokeJoin(skia.Paint.kRound_Join)
    core.setStrokeWidth(item.size * 0.018)
    canvas.drawTextBlob(blob, item.x, item.baseline, core)

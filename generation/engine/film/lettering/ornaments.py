"""What stands beside letters: bands under sung words, illuminated initials, and the ornament under a title."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import skia

from generation.engine.film.brushes.ink import on
from generation.engine.film.lettering.hands import Hand, Ink
from generation.engine.film.lettering.letters import OPAQUE, Placed, draw_letters
from generation.engine.film.lettering.shaping import SetText

_LAPIS, _LAPIS_DEEP, _VERMILION, _LEAF = 0x27489E, 0x0F1F57, 0xC23A22, 0xF1CB63


def _paint(colour: int, alpha: float = 1.0, stroke: float = 0.0) -> skia.Paint:
    paint = skia.Paint(AntiAlias=True, Color=OPAQUE | colour)
    paint.setAlphaf(alpha)
    if stroke:
        paint.setStyle(skia.Paint.kStroke_Style)
        paint.setStrokeWidth(stroke)
        paint.setStrokeCap(skia.Paint.kRound_Cap)
    return paint


def _fade(x: float, reach: float, colour: int) -> skia.Paint:
    """A colour that fades to nothing at x - reach and x + reach."""
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(x - reach, 0), skia.Point(x + reach, 0)],
        colors=[colour, OPAQUE | colour, OPAQUE | colour, colour], positions=[0.0, 0.3, 0.7, 1.0],
    )  # fmt: skip
    return skia.Paint(AntiAlias=True, Shader=shader)


def draw_band(
    sprite: np.ndarray, placed: Sequence[Placed], colours: Sequence[int], alpha: float, *, pad_em: float = 0.34
) -> None:
    """A rounded band of colour behind a row of words, `pad_em` wider than these on both sides."""
    size = placed[0].size
    left, right = min(item.x for item in placed) - size * pad_em, max(item.right for item in placed) + size * pad_em
    top, low = placed[0].baseline - size * 0.98, placed[0].baseline + size * 0.28
    shader = skia.GradientShader.MakeLinear(
        points=[skia.Point(left, 0), skia.Point(right, 0)], colors=[OPAQUE | colour for colour in colours]
    )
    paint = skia.Paint(AntiAlias=True, Shader=shader)
    paint.setAlphaf(alpha)
    with on(sprite) as canvas:
        canvas.drawRoundRect(skia.Rect.MakeLTRB(left, top, right, low), size * 0.20, size * 0.20, paint)


def has_initial(text: str) -> bool:
    """Whether a word can begin with an illuminated letter: Latin, Greek or Cyrillic, alone or followed by letters."""
    return bool(text) and text[0].isalpha() and ord(text[0]) < 0x530


def draw_initial(
    sprite: np.ndarray, letter: SetText, left: float, baseline: float, side: float, *, lit: bool
) -> None:  # fmt: skip
    """A letter of gold leaf on lapis, framed, with white vine; `lit` where it is sung."""
    top = baseline - side * 0.80
    box = skia.Rect.MakeXYWH(left, top, side, side)
    with on(sprite) as canvas:
        shade = _paint(0x000000, 0.6)
        shade.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, side * 0.10))
        canvas.drawRect(box.makeOutset(side * 0.05, side * 0.05), shade)
        field = skia.GradientShader.MakeRadial(
            center=skia.Point(left + side * 0.5, top + side * 0.5), radius=side * 0.8,
            colors=[OPAQUE | (0x3A63C8 if lit else _LAPIS), OPAQUE | _LAPIS_DEEP],
        )  # fmt: skip
        canvas.drawRect(box, skia.Paint(AntiAlias=True, Shader=field))
        _vine(canvas, left, top, side, lit)
        frame_gold = 0xFFE08A if lit else 0xC9A24A
        canvas.drawRect(box.makeInset(side * 0.035, side * 0.035), _paint(_VERMILION, 1.0, side * 0.030))
        canvas.drawRect(box, _paint(frame_gold, 1.0, side * 0.045))
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1)):
            canvas.drawCircle(left + x * side, top + y * side, side * 0.055, _paint(frame_gold))
    size = side * 0.86
    size *= min(1.0, 0.80 / max(0.1, letter.width * 0.86))
    x = left + (side - letter.width * size) * 0.5
    fill = (0xFFFBE0, 0xFFD972, 0xC98E22) if lit else (0xF3E2B0, 0xDDB75C, 0x9C7020)
    leaf = Ink(fill, edge=0x1A1004, edge_em=0.05, bevel=0.9, sheen=0xFFFFF0)
    draw_letters(sprite, [Placed(letter, x, top + side * 0.5 + size * 0.36, size)], leaf, halo=0.25)


def _vine(canvas: skia.Canvas, left: float, top: float, side: float, lit: bool) -> None:
    """White tendrils that curl out of the corners, with leaves of vermilion."""
    line = _paint(0xF4F0E4, 0.55 if lit else 0.36, side * 0.020)
    for sx, sy in ((1, 1), (-1, 1), (1, -1), (-1, -1)):
        path = skia.Path()
        for step in range(40):
            turn = step / 39.0
            radius = side * 0.20 * (1.0 - 0.80 * turn)
            angle = turn * 2.6 * math.pi
            x = side * (0.5 - sx * 0.27) + sx * radius * math.cos(angle)
            y = side * (0.5 - sy * 0.27) + sy * radius * math.sin(angle)
            (path.lineTo if step else path.moveTo)(left + x, top + y)
        canvas.drawPath(path, line)
        dot = left + side * (0.5 - sx * 0.08), top + side * (0.5 - sy * 0.40)
        canvas.drawCircle(*dot, side * 0.026, _paint(_VERMILION, 0.9 if lit else 0.6))


# ---- under titles ---------------------------------------------------------------------------------------------------


def draw_ornament(canvas: skia.Canvas, hand: Hand, x: float, y: float, base: float) -> None:
    """The hand's ornament, centred on (x, y); `base` is the size of the letters above it, pixels."""
    colour = hand.title.fill[len(hand.title.fill) // 2] if hand.ornament != "bar" else hand.glow
    shade = _paint(0x000000, 0.5)
    shade.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, base * 0.10))
    canvas.drawOval(skia.Rect.MakeLTRB(x - base * 1.6, y - base * 0.10, x + base * 1.6, y + base * 0.10), shade)
    _ORNAMENTS[hand.ornament](canvas, x, y, base, colour)


def _rule(canvas: skia.Canvas, x: float, y: float, reach: float, thick: float, colour: int, gap: float = 0.0) -> None:
    for side in (-1, 1):
        rect = skia.Rect.MakeLTRB(min(x + side * gap, x + side * reach), y - thick * 0.5,
                                  max(x + side * gap, x + side * reach), y + thick * 0.5)  # fmt: skip
        canvas.drawRect(rect, _fade(x, reach, colour))


def _lozenge(canvas: skia.Canvas, x: float, y: float, base: float, colour: int) -> None:
    _rule(canvas, x, y, base * 2.0, max(1.4, base * 0.022), colour, base * 0.14)
    for shift, side in ((0.0, 0.075), (-0.22, 0.035), (0.22, 0.035)):
        a, cx = side * base, x + shift * base
        path = skia.Path()
        path.addPoly([skia.Point(cx - a, y), skia.Point(cx, y - a), skia.Point(cx + a, y), skia.Point(cx, y + a)], True)
        canvas.drawPath(path, _paint(colour))


def _laurel(canvas: skia.Canvas, x: float, y: float, base: float, colour: int) -> None:
    """Two branches that meet under the title, their leaves in pairs."""
    for side in (-1.0, 1.0):
        stem = skia.Path()
        for step in range(13):
            share = step / 12.0
            sx = x + side * base * (0.10 + 1.35 * share)
            sy = y + base * (0.16 - 0.30 * share * share)
            (stem.lineTo if step else stem.moveTo)(sx, sy)
            if 0 < step < 13:
                slope = math.atan2(-0.60 * share, 1.35) * side + (0.0 if side > 0 else math.pi)
                for up in (-1.0, 1.0):
                    _leaf(canvas, sx, sy, slope + up * side * 0.62, base * (0.22 - 0.09 * share), colour)
        canvas.drawPath(stem, _paint(colour, 0.9, base * 0.014))
    canvas.drawCircle(x, y + base * 0.16, base * 0.035, _paint(colour))


def _leaf(canvas: skia.Canvas, x: float, y: float, angle: float, length: float, colour: int) -> None:
    path = skia.Path()
    path.moveTo(0, 0)
    path.quadTo(length * 0.45, -length * 0.30, length, 0)
    path.quadTo(length * 0.45, length * 0.30, 0, 0)
    canvas.save()
    canvas.translate(x, y)
    canvas.rotate(math.degrees(angle))
    canvas.drawPath(path, _paint(colour))
    canvas.drawLine(0, 0, length * 0.9, 0, _paint(0x3A2408, 0.5, length * 0.05))
    canvas.restore()


def _thorn(canvas: skia.Canvas, x: float, y: float, base: float, colour: int) -> None:
    """A branch that narrows to both ends, its thorns up and down."""
    blood = 0xB3161C
    path = skia.Path()
    path.moveTo(x - base * 2.1, y)
    path.quadTo(x, y - base * 0.075, x + base * 2.1, y)
    path.quadTo(x, y + base * 0.075, x - base * 2.1, y)
    for number in range(-6, 7):
        if number == 0:
            continue
        cx, height = x + number * base * 0.27, base * (0.20 - 0.018 * abs(number)) * (-1 if number % 2 else 1)
        lean = base * 0.08 * (1 if number > 0 else -1)
        path.addPoly([skia.Point(cx - base * 0.045, y), skia.Point(cx + lean, y + height),
                      skia.Point(cx + base * 0.045, y)], True)  # fmt: skip
    canvas.drawPath(path, _paint(colour))
    drop = skia.Path()
    drop.moveTo(x, y - base * 0.16)
    drop.cubicTo(x + base * 0.13, y + base * 0.06, x + base * 0.06, y + base * 0.17, x, y + base * 0.17)
    drop.cubicTo(x - base * 0.06, y + base * 0.17, x - base * 0.13, y + base * 0.06, x, y - base * 0.16)
    canvas.drawPath(drop, _paint(blood))


def _cross(canvas: skia.Canvas, x: float, y: float, base: float, colour: int) -> None:
    """A cross with widening arms between two red rules, as rubrics have."""
    for shift in (-0.035, 0.035):
        _rule(canvas, x, y + base * shift, base * 1.9, max(1.0, base * 0.012), _VERMILION, base * 0.26)
    for turn in range(4):
        canvas.save()
        canvas.translate(x, y)
        canvas.rotate(90.0 * turn)
        arm = skia.Path()
        arm.moveTo(0, 0)
        arm.quadTo(base * 0.08, base * 0.01, base * 0.20, base * 0.10)
        arm.quadTo(base * 0.175, 0, base * 0.20, -base * 0.10)
        arm.quadTo(base * 0.08, -base * 0.01, 0, 0)
        canvas.drawPath(arm, _paint(_LEAF))
        canvas.restore()


def _scroll(canvas: skia.Canvas, x: float, y: float, base: float, colour: int) -> None:
    """Two tendrils that curl away from a star."""
    for side in (-1.0, 1.0):
        path = skia.Path()
        path.moveTo(x + side * base * 0.20, y)
        path.cubicTo(x + side * base * 0.7, y - base * 0.22, x + side * base * 1.1, y + base * 0.24,
                     x + side * base * 1.62, y)  # fmt: skip
        for step in range(30):
            turn = step / 29.0
            radius, angle = base * 0.15 * (1.0 - 0.75 * turn), -0.5 * math.pi + 3.0 * math.pi * turn
            path.lineTo(x + side * (base * 1.62 + radius * math.cos(angle)),
                        y + base * 0.15 + radius * math.sin(angle))  # fmt: skip
        canvas.drawPath(path, _paint(colour, 0.95, base * 0.026))
    star = skia.Path()
    for step in range(16):
        radius = base * (0.15 if step % 4 == 0 else 0.075 if step % 2 == 0 else 0.035)
        angle = step / 16.0 * 2.0 * math.pi - 0.5 * math.pi
        (star.lineTo if step else star.moveTo)(x + radius * math.cos(angle), y + radius * math.sin(angle))
    star.close()
    canvas.drawPath(star, _paint(0xFFFFFF))


def _swash(canvas: skia.Canvas, x: float, y: float, base: float, colour: int) -> None:
    """One stroke of the pen, thick where it turns down."""
    path = skia.Path()
    path.moveTo(x - base * 1.25, y + base * 0.03)
    path.cubicTo(x - base * 0.5, y - base * 0.16, x - base * 0.1, y + base * 0.17, x + base * 0.35, y + base * 0.02)
    path.cubicTo(x + base * 0.65, y - base * 0.08, x + base * 1.0, y - base * 0.05, x + base * 1.25, y + base * 0.02)
    path.cubicTo(x + base * 1.0, y - base * 0.02, x + base * 0.65, y - base * 0.05, x + base * 0.36, y + base * 0.055)
    path.cubicTo(x - base * 0.1, y + base * 0.235, x - base * 0.5, y - base * 0.10, x - base * 1.25, y + base * 0.03)
    canvas.drawPath(path, _paint(colour))


def _bar(canvas: skia.Canvas, x: float, y: float, base: float, colour: int) -> None:
    """Three short bars, as on a level meter, shining."""
    for number, hue in enumerate((0xFF2E88, 0xA13BFF, 0x2C9BFF)):
        left = x + base * (number - 1.5) * 0.62 + base * 0.06
        rect = skia.Rect.MakeXYWH(left, y - base * 0.028, base * 0.50, base * 0.056)
        glow = _paint(hue, 0.9)
        glow.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, base * 0.08))
        canvas.drawRoundRect(rect, base * 0.03, base * 0.03, glow)
        canvas.drawRoundRect(rect, base * 0.03, base * 0.03, _paint(0xFFFFFF, 0.92))


_ORNAMENTS: dict[str, Callable[[skia.Canvas, float, float, float, int], None]] = {
    "lozenge": _lozenge, "laurel": _laurel, "thorn": _thorn, "cross": _cross, "scroll": _scroll, "swash": _swash,
    "bar": _bar,
}  # fmt: skip

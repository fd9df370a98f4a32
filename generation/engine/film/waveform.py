"""A picture of the whole song: its waveform, section by section in colours of their own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skia
import soundfile as sf

from codecraft.common.audio import iter_wav

SIZE = (1920, 480)
_PITCH, _BAR, _EDGE = 6, 4, 40
_TOP, _FOOT = 74, 44
_INK, _LINE, _SOFT = 0xFF0D0A09, 0x30FFEBC8, 0xFFB9AA94
_COLOURS = {
    "intro": (0xFF9DB4D6, 0xFF4A6490),
    "verse": (0xFFF3C98B, 0xFFB0702A),
    "pre_chorus": (0xFFF7A76C, 0xFFB9501F),
    "chorus": (0xFFFFE9A8, 0xFFE0A021),
    "bridge": (0xFF8FD6C8, 0xFF2C8577),
    "instrumental": (0xFFC7A6EE, 0xFF6E47AA),
    "outro": (0xFF9DB4D6, 0xFF4A6490),
}
_OTHER = (0xFFE7D3B1, 0xFF8D744E)


@dataclass(frozen=True)
class WaveSection:
    """A stretch of the song in seconds; `kind` chooses the colours, `name` is written over it."""

    kind: str
    name: str
    start_s: float
    end_s: float


def draw_waveform(wav: Path, sections: Sequence[WaveSection], path: Path, *, font_dir: Path) -> None:
    """A PNG of 1920x480: the loudest sample and the effective level of each column, mirrored about the middle, on
    dark ground. Raises OSError where it cannot be written; the same song gives the same bytes."""
    width, height = SIZE
    columns = (width - 2 * _EDGE) // _PITCH
    peaks, levels, duration_s = _measure(wav, columns)
    surface = skia.Surface.MakeRaster(skia.ImageInfo.MakeN32Premul(width, height))
    canvas = surface.getCanvas()
    canvas.clear(_INK)
    face = _face(font_dir)
    _draw_ground(canvas, sections, duration_s)
    middle = _TOP + (height - _TOP - _FOOT) / 2
    reach = (height - _TOP - _FOOT) / 2 - 6
    for column in range(columns):
        time_s = (column + 0.5) / columns * duration_s
        colours = _COLOURS.get(_at(sections, time_s), _OTHER)
        x = _EDGE + column * _PITCH
        _bar(canvas, x, middle, max(1.5, reach * peaks[column]), colours, 0.42)
        _bar(canvas, x, middle, max(1.0, reach * levels[column]), colours, 1.0)
    _draw_names(canvas, sections, duration_s, face)
    _draw_times(canvas, duration_s, face)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_bytes(bytes(surface.makeImageSnapshot().encodeToData(skia.kPNG, 100)))
    scratch.replace(path)


def _measure(wav: Path, columns: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Peak and effective level (scaled so that a full sine reaches its peak) of each column, 0..1; length in s."""
    info = sf.info(wav)
    peaks, squares, counts = np.zeros(columns), np.zeros(columns), np.zeros(columns)
    start = 0
    for block in iter_wav(wav):
        loud = np.abs(block).max(axis=0, initial=0.0).astype(np.float64)
        column = (np.arange(start, start + loud.size) * columns) // max(1, info.frames)
        np.maximum.at(peaks, column, loud)
        squares += np.bincount(column, (block.astype(np.float64) ** 2).mean(axis=0), columns)
        counts += np.bincount(column, minlength=columns)
        start += loud.size
    levels = np.sqrt(2.0 * squares / np.maximum(1.0, counts))
    most = max(1e-6, float(peaks.max()))
    return np.minimum(1.0, peaks / most), np.minimum(1.0, levels / most), info.frames / info.samplerate


def _at(sections: Sequence[WaveSection], time_s: float) -> str:
    return next((s.kind for s in reversed(sections) if s.start_s <= time_s), sections[0].kind if sections else "")


def _x_of(time_s: float, duration_s: float) -> float:
    return _EDGE + (SIZE[0] - 2 * _EDGE) * time_s / max(1e-6, duration_s)


def _bar(canvas: skia.Canvas, x: float, middle: float, reach: float, colours: tuple[int, int], strength: float) -> None:
    """A rounded bar about the middle, light at its ends."""
    light, deep = colours
    paint = skia.Paint(AntiAlias=True)
    paint.setShader(
        skia.GradientShader.MakeLinear(
            points=[skia.Point(0, middle - reach), skia.Point(0, middle + reach)],
            colors=[light, deep, light],
            positions=[0.0, 0.5, 1.0],
        )
    )
    paint.setAlphaf(strength)
    canvas.drawRoundRect(skia.Rect.MakeXYWH(x, middle - reach, _BAR, 2 * reach), _BAR / 2, _BAR / 2, paint)


def _draw_ground(canvas: skia.Canvas, sections: Sequence[WaveSection], duration_s: float) -> None:
    """A breath of each section's colour behind it, strongest at its head."""
    for section in sections:
        left, right = _x_of(section.start_s, duration_s), _x_of(section.end_s, duration_s)
        colour = _COLOURS.get(section.kind, _OTHER)[0] & 0x00FFFFFF
        paint = skia.Paint()
        paint.setShader(
            skia.GradientShader.MakeLinear(
                points=[skia.Point(0, _TOP - 44), skia.Point(0, SIZE[1])], colors=[0x2A000000 | colour, colour]
            )
        )
        canvas.drawRect(skia.Rect.MakeLTRB(left + 1, _TOP - 44, right - 1, SIZE[1] - _FOOT), paint)
        head = skia.Paint(AntiAlias=True, Color=0xFF000000 | colour)
        canvas.drawRect(skia.Rect.MakeLTRB(left + 1, _TOP - 46, right - 1, _TOP - 43), head)


def _draw_names(canvas: skia.Canvas, sections: Sequence[WaveSection], duration_s: float, face: skia.Typeface) -> None:
    """Each name over its section, where it has room; smaller where that helps."""
    for section in sections:
        left, right = _x_of(section.start_s, duration_s), _x_of(section.end_s, duration_s)
        for size in (24, 20, 16):
            font = skia.Font(face, size)
            if font.measureText(section.name) <= right - left - 14:
                paint = skia.Paint(AntiAlias=True, Color=_COLOURS.get(section.kind, _OTHER)[0])
                canvas.drawString(section.name, left + 8, _TOP - 16, font, paint)
                break


def _draw_times(canvas: skia.Canvas, duration_s: float, face: skia.Typeface) -> None:
    font, paint = skia.Font(face, 17), skia.Paint(AntiAlias=True, Color=_SOFT)
    step_s = next(step for step in (5, 10, 15, 30, 60) if duration_s / step <= 14)
    foot = SIZE[1] - _FOOT
    canvas.drawRect(skia.Rect.MakeLTRB(_EDGE, foot, SIZE[0] - _EDGE, foot + 1), skia.Paint(Color=_LINE))
    for time_s in range(0, int(duration_s) + 1, step_s):
        x = _x_of(time_s, duration_s)
        text = f"{time_s // 60}:{time_s % 60:02d}"
        canvas.drawRect(skia.Rect.MakeXYWH(x, foot, 1, 6), skia.Paint(Color=_LINE))
        end = x + font.measureText(text) / 2
        canvas.drawString(text, min(end, SIZE[0] - _EDGE) - font.measureText(text), foot + 27, font, paint)


def _face(font_dir: Path) -> skia.Typeface:
    path = font_dir / "noto-sans" / "files" / "noto-sans-latin-700-normal.woff"
    found = skia.Typeface.MakeFromFile(str(path)) if path.is_file() else None
    return found or skia.Typeface.MakeDefault()

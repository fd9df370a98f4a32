"""A plate warped and laid over the picture in one pass, sixteen pixels at a time.

What LLVM does not find by itself (pixels that are read from scattered places become no vector code, for the picture
might lie among them) is written out as vector instructions, see `lanes` and `pixels`: a third of the time of OpenCV's
warp and a blend.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.lib.stride_tricks import as_strided

from generation.engine.film.brushes.lanes import (
    LANES,
    WORD,
    Lanes,
    constant,
    counted,
    everywhere,
    gathered,
    loaded,
    start_of,
    store,
)
from generation.engine.film.brushes.pixels import Pixels, Row, any_of, is_quick, over

CELL = 32
"""Pixels of a plate, both ways, that are known together as empty or not."""
_TILE = (32, 96)
"""Rows and columns of the picture that are drawn or skipped together."""
_EVERYWHERE = np.array([[0, 0], [0, 1]], np.int32)
_SUB, _ONE = 16, 65536.0
"""Places are whole numbers of 1/65536 pixel."""


def _emit(build: ir.IRBuilder, target: ir.Value, base: ir.Value, numbers: list[ir.Value], replicate: bool) -> None:
    """The code of sixteen pixels at `target`, see `_blend`."""
    left, x, y, step_x, step_y, rows, cols = (everywhere(build, number) for number in numbers)
    lane = counted(build)
    wanted = build.icmp_signed("<", lane.value, left.value)
    x, y = x + lane * step_x, y + lane * step_y
    ends = []
    for place, count in ((x, cols), (y, rows)):
        for step in (0, 1):
            at = place.floor(_SUB) + step
            inside = at.within(count - 1)
            here = wanted if replicate else build.and_(wanted, build.icmp_signed("==", at.value, inside.value))
            ends.append((inside, here))
    columns, lines = ends[:2], ends[2:]
    mixed = []
    for row, in_row in lines:
        start = row * cols
        pair = [gathered(build, base, start + column, build.and_(in_row, here)) for column, here in columns]
        mixed.append(Pixels.across(*pair, x))
    _laid(build, target, mixed[0].down(mixed[1], y), wanted)


def _emit_near(build: ir.IRBuilder, target: ir.Value, base: ir.Value, numbers: list[ir.Value], _: bool) -> None:
    """The same for sixteen pixels that lie between the same two rows of the plate, from left to right, and within 32 of
    its columns, all of which are there."""
    first_x, first_y, width = numbers[1], numbers[2], numbers[-1]
    left, x, y, step_x, step_y = (everywhere(build, number) for number in numbers[:5])
    lane = counted(build)
    x, y = x + lane * step_x, y + lane * step_y
    bits, long = ir.Constant(WORD, _SUB), ir.IntType(64)
    column = build.ashr(first_x, bits)
    start = build.add(build.mul(build.ashr(first_y, bits), width), column)
    index = x.floor(_SUB) - everywhere(build, column)
    mixed = []
    for place in (start, build.add(start, width)):
        row = Row(build, build.gep(base, [build.sext(place, long)], source_etype=WORD))
        mixed.append(Pixels.across(row.picked(index), row.picked(index + 1), x))
    _laid(build, target, mixed[0].down(mixed[1], y), build.icmp_signed("<", lane.value, left.value))


def _laid(build: ir.IRBuilder, target: ir.Value, above: Lanes, wanted: ir.Value) -> None:
    """What is clear changes nothing, and what is solid hides what is below: neither is read."""
    clear, solid = constant(build, 0).value, constant(build, 0xFF000000).value
    seen = build.and_(wanted, build.icmp_unsigned("!=", above.value, clear))
    with build.if_then(any_of(build, seen)):
        through = build.and_(wanted, build.icmp_unsigned("<", above.value, solid))
        with build.if_else(any_of(build, through)) as (veil, wall):
            with veil:
                store(target, over(above, loaded(build, target, wanted)), wanted)
            with wall:
                store(target, above, wanted)


def _blend(replicate: bool, emit=_emit):
    """The numba function that lays the next `left` pixels (at most sixteen) of `out` from `first` on: `plate` of `rows`
    by `cols` is read from (x, y) in steps of (step_x, step_y), all in 1/65536 pixel. Outside the plate its border goes
    on (`replicate`), or nothing is."""

    @intrinsic
    def blend(_context, out, first, plate, left, x, y, step_x, step_y, rows, cols):
        word = types.int32
        signature = types.void(out, types.int64, plate, *(word,) * 7)

        def generate(context, build, signature, arguments):
            out, first, plate, *numbers = arguments
            target = start_of(context, build, signature.args[0], out, first)
            base = start_of(context, build, signature.args[2], plate)
            emit(build, target, base, numbers, replicate)
            return context.get_dummy_value()

        return signature, generate

    return blend


_blend_on, _blend_within = _blend(True), _blend(False)
_QUICK = is_quick()
_blend_near = _blend(True, _emit_near) if _QUICK else _blend_on


@njit(nogil=True, cache=True)
def _holds(filled, back, top, low, left, right):
    """Does the plate have anything where this part of the picture looks?"""
    ends = np.empty((2, 2), np.int64)
    for axis in range(2):
        least, most = math.inf, -math.inf
        for j in (top, low):
            for i in (left, right):
                place = back[axis, 0] * i + back[axis, 1] * j + back[axis, 2]
                least, most = min(least, place), max(most, place)
        # replicated borders belong to the outermost cells
        last = filled.shape[1 - axis] - 2
        ends[axis, 0] = min(last, max(0, math.floor((least - 1.5) / CELL)))
        ends[axis, 1] = min(last, max(0, math.floor((most + 1.5) / CELL))) + 1
    (c0, c1), (r0, r1) = ends
    return filled[r1, c1] - filled[r0, c1] - filled[r1, c0] + filled[r0, c0] > 0


@njit(nogil=True, cache=True)
def _spans(filled, back, top, low, box, spans):
    """Where the plate has anything in rows top..low of the picture: [left, right) in `spans`, and how many."""
    count = 0
    for left in range(box[2], box[3], _TILE[1]):
        right = min(box[3], left + _TILE[1])
        if _holds(filled, back, top, low, left, right):
            if count and spans[count - 1, 1] == left:
                spans[count - 1, 1] = right
            else:
                spans[count] = (left, right)
                count += 1
    return count


@njit(nogil=True, cache=True)
def _warp(out, stride, box, plate, filled, size, back, replicate):
    rows, cols = np.int32(size[0]), np.int32(size[1])
    step_x, step_y = np.int32(round(back[0, 0] * _ONE)), np.int32(round(back[1, 0] * _ONE))
    # sixteen pixels, and the neighbour of the last, within 32 columns
    right_on, reach_y = 0 <= step_x <= 2 * int(_ONE), np.int32(15) * step_y
    spans = np.empty(((box[3] - box[2]) // _TILE[1] + 1, 2), np.int64)
    for top in range(box[0], box[1], _TILE[0]):
        low = min(box[1], top + _TILE[0])
        count = _spans(filled, back, top, low, box, spans)
        # whole rows, not tile by tile: memory is read ahead along them
        for j in range(top, low):
            for span in range(count):
                left, right = spans[span]
                x = np.int32(math.floor((back[0, 0] * left + back[0, 1] * j + back[0, 2]) * _ONE + 0.5))
                y = np.int32(math.floor((back[1, 0] * left + back[1, 1] * j + back[1, 2]) * _ONE + 0.5))
                start = np.int64(j) * stride + left
                for i in range(0, right - left, LANES):
                    at, rest = np.int32(i), np.int32(right - left - i)
                    here_x, here_y = np.int32(x + at * step_x), np.int32(y + at * step_y)
                    column, row = here_x >> _SUB, here_y >> _SUB
                    if (_QUICK and right_on and 0 <= column < cols - 31 and 0 <= row < rows - 1
                            and row == (here_y + reach_y) >> _SUB):  # fmt: skip
                        _blend_near(out, start + i, plate, rest, here_x, here_y, step_x, step_y, rows, cols)
                    elif replicate:
                        _blend_on(out, start + i, plate, rest, here_x, here_y, step_x, step_y, rows, cols)
                    else:
                        _blend_within(out, start + i, plate, rest, here_x, here_y, step_x, step_y, rows, cols)


def warp_over(
    picture: np.ndarray, plate: np.ndarray, forward: np.ndarray, box: tuple[int, int, int, int], *, replicate: bool,
    filled: np.ndarray = _EVERYWHERE,
) -> None:  # fmt: skip
    """Lay `plate` over the part `box` = (top, low, left, right) of `picture` in place, bilinear.

    Both are premultiplied BGRA uint8 (h, w, 4), the plate C-contiguous, the picture's pixels next to each other in each
    row; no colour of the plate exceeds its alpha. `forward` (2, 3) leads from plate pixels to picture pixels, centres
    at whole numbers (as in OpenCV). Beyond the plate its border goes on (`replicate`) or nothing is. `filled` is what
    `filled_cells` found in the plate. No side of either may be longer than 32,767 pixels.
    """
    back = cv2.invertAffineTransform(np.asarray(forward, np.float64))
    words, stride = flat_words(picture, writeable=True)
    flat = flat_words(plate, writeable=False)[0]
    _warp(words, stride, box, flat, filled, plate.shape[:2], back, replicate)


def filled_cells(image: np.ndarray) -> tuple[np.ndarray, int]:
    """Of a plate: the integral image, int32 (rows + 1, cols + 1), of its cells that hold anything (those that hold
    nothing are not looked at when it is laid), and the row from which on it is solid."""
    rows, cols = image.shape[:2]
    filled, open_row = _filled(flat_words(image, writeable=False)[0], rows, cols)
    return np.pad(filled, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1).astype(np.int32), open_row + 1


@njit(nogil=True, cache=True)
def _filled(words, rows, cols):
    """1 for each cell that holds anything, and the last row with a pixel that is not solid (-1: none)."""
    filled = np.zeros((-(-rows // CELL), -(-cols // CELL)), np.int32)
    open_row = -1
    for j in range(rows):
        row, kept = words[j * cols : (j + 1) * cols], np.uint32(0xFFFFFFFF)
        for cell in range(filled.shape[1]):
            some = np.uint32(0)
            for word in row[cell * CELL : (cell + 1) * CELL]:
                some |= word
                kept &= word
            if some:
                filled[j // CELL, cell] = 1
        if kept >> np.uint32(24) < 255:
            open_row = j
    return filled, open_row


def flat_words(image: np.ndarray, *, writeable: bool) -> tuple[np.ndarray, int]:
    """(h, w, 4) bytes as one word a pixel, from the first to the last in one run, the rest of the rows of a larger
    picture between them; and how many words a row takes."""
    words = image.view(np.uint32)[..., 0]
    stride = words.strides[0] >> 2
    length = (words.shape[0] - 1) * stride + words.shape[1]
    return as_strided(words, (length,), (4,), writeable=writeable), stride

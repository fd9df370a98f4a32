"""The same noise as `noise`, for many places at once: a sixth of the time, because LLVM makes vector code of it.

What keeps it from doing so in `noise` are a loop over octaves inside the loop over pixels, and numba's promotion of
every whole number to 64 bits. So octaves are summed row by row, and the hash is written in 32-bit words.
Places and values are float32 (n,); values differ from those of `noise` by less than 1e-4.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

_FAST = {"fastmath": True, "cache": True, "nogil": True, "error_model": "numpy"}
_WORD, _REAL = ir.IntType(32), ir.FloatType()
_COLUMN, _ROW, _SEED = 374761393, 668265263, 2246822519
_NEXT_COLUMN, _NEXT_ROW = np.uint32(_COLUMN), np.uint32(_ROW)
_NEXT_BOTH = np.uint32((_COLUMN + _ROW) & 0xFFFFFFFF)
_ONE, _HALF, _SCALE = np.float32(1.0), np.float32(0.5), np.float32(0.85)
_SIX, _TEN, _FIFTEEN = np.float32(6.0), np.float32(10.0), np.float32(15.0)
_A, _B, _RIGHT, _DOWN = np.float32(1.62), np.float32(1.18), np.float32(3.7), np.float32(1.9)


def _number(value: int) -> ir.Constant:
    return ir.Constant(_WORD, value & 0xFFFFFFFF)


@intrinsic
def _below(_typing, place):
    """The whole number below, as float32."""

    def made(_context, build, _signature, arguments):
        name = "llvm.floor.f32"
        floor = build.module.globals.get(name)
        if floor is None:
            floor = ir.Function(build.module, ir.FunctionType(_REAL, [_REAL]), name)
        return build.call(floor, arguments)

    return types.float32(types.float32), made


@intrinsic
def _hashed(_typing, column, row, seed):
    """A lattice point as one word, not mixed yet: its neighbours' are found by adding."""

    def made(_context, build, _signature, arguments):
        column, row = (build.fptosi(each, _WORD) for each in arguments[:2])
        return build.add(build.add(build.mul(column, _number(_COLUMN)), build.mul(row, _number(_ROW))), arguments[2])

    return types.uint32(types.float32, types.float32, types.uint32), made


@intrinsic
def _corner(_typing, hashed, step, dx, dy):
    """Dot product with one of 16 gradients of the lattice point `step` further."""

    def made(_context, build, _signature, arguments):
        hashed, step, dx, dy = arguments
        h = build.add(hashed, step)
        h = build.mul(build.xor(h, build.lshr(h, _number(15))), _number(2246822519))
        h = build.mul(build.xor(h, build.lshr(h, _number(13))), _number(3266489917))
        h = build.xor(h, build.lshr(h, _number(16)))
        total = None
        for part, way in ((h, dx), (build.lshr(h, _number(2)), dy)):
            gradient = build.fadd(build.sitofp(build.and_(part, _number(3)), _REAL), ir.Constant(_REAL, -1.5))
            along = build.fmul(gradient, way, flags=("fast",))
            total = along if total is None else build.fadd(total, along, flags=("fast",))
        return total

    return types.float32(types.uint32, types.uint32, types.float32, types.float32), made


@njit(inline="always", **_FAST)
def _noise(x, y, seed):
    left, above = _below(x), _below(y)
    dx, dy = x - left, y - above
    h = _hashed(left, above, seed)
    a = _corner(h, np.uint32(0), dx, dy)
    b = _corner(h, _NEXT_COLUMN, dx - _ONE, dy)
    c = _corner(h, _NEXT_ROW, dx, dy - _ONE)
    d = _corner(h, _NEXT_BOTH, dx - _ONE, dy - _ONE)
    u = dx * dx * dx * (dx * (dx * _SIX - _FIFTEEN) + _TEN)
    v = dy * dy * dy * (dy * (dy * _SIX - _FIFTEEN) + _TEN)
    top = a + (b - a) * u
    low = c + (d - c) * u
    return (top + (low - top) * v) * _SCALE


@njit(inline="always", **_FAST)
def _word(seed):
    return np.uint32((seed * _SEED) & 0xFFFFFFFF)


@njit(**_FAST)
def noise_row(x, y, seed):
    """`noise.noise2` at every place."""
    out = np.empty(x.shape[0], np.float32)
    word = _word(seed)
    for i in range(x.shape[0]):
        out[i] = _noise(x[i], y[i], word)
    return out


@njit(**_FAST)
def fbm_row(x, y, octaves, seed):
    """`noise.fbm2` at every place."""
    count = x.shape[0]
    out, across, down = np.zeros(count, np.float32), x.copy(), y.copy()
    weight = np.float32(1.0 / (2.0 - 0.5 ** (octaves - 1)))
    for octave in range(octaves):
        word = _word(seed + octave)
        for i in range(count):
            p, q = across[i], down[i]
            out[i] += weight * _noise(p, q, word)
            across[i] = _A * p + _B * q + _RIGHT
            down[i] = _A * q - _B * p + _DOWN
        weight *= _HALF
    return out


@njit(**_FAST)
def warped_row(x, y, octaves, warp, seed):
    """`noise.warped_fbm2` at every place."""
    count, bend = x.shape[0], np.float32(warp)
    across, down = np.empty(count, np.float32), np.empty(count, np.float32)
    for i in range(count):
        across[i], down[i] = x[i] + np.float32(5.2), y[i] + np.float32(1.3)
    aside = fbm_row(across, down, 3, seed + 101)
    for i in range(count):
        across[i], down[i] = x[i] + np.float32(9.7), y[i] + np.float32(8.3)
    under = fbm_row(across, down, 3, seed + 202)
    for i in range(count):
        across[i], down[i] = x[i] + bend * aside[i], y[i] + bend * under[i]
    return fbm_row(across, down, octaves, seed)

"""Sixteen pixels at a time with 16 bits a channel: what the warp does with them, see `lanes`.

Where the processor has AVX-512, its own instructions for bytes and for rounded products are called, and neighbours are
fetched together and sorted into their places; elsewhere the same is written out. The results are equal to the bit, so
that a film is the same film wherever it is drawn.
"""

from __future__ import annotations

from llvmlite import binding, ir
from numba import config

from generation.engine.film.brushes.lanes import LANES, WORD, Lanes, called, loaded

_WORDS = ir.VectorType(WORD, LANES)
_BYTES, _SHORTS, _WIDE = (
    ir.VectorType(ir.IntType(bits), count) for bits, count in ((8, 4 * LANES), (16, 2 * LANES), (32, 2 * LANES))
)
_QUARTERS = range(0, LANES, 4)
"""Bytes are paired within each four pixels: of the two halves, each has two pixels of every four."""


def is_quick() -> bool:
    """Does this processor have AVX-512, and may numba use it?"""
    if config.CPU_NAME or config.CPU_FEATURES:
        return False
    try:
        features = binding.get_host_cpu_features()
    except RuntimeError:  # a system that does not tell
        return False
    return bool(features.get("avx512f") and features.get("avx512bw"))


_QUICK = is_quick()


def _sorted(build: ir.IRBuilder, a: ir.Value, b: ir.Value, order: list[int]) -> ir.Value:
    return build.shuffle_vector(a, b, ir.Constant(ir.VectorType(WORD, len(order)), order))


def _shorts(value: int) -> ir.Constant:
    return ir.Constant(_SHORTS, [value] * 2 * LANES)


def _bytes(lanes: Lanes) -> ir.Value:
    return lanes.builder.bitcast(lanes.value, _BYTES)


def _paired(build: ir.IRBuilder, a: ir.Value, b: ir.Value, half: int) -> ir.Value:
    """Bytes of `a` beside those of `b`, as shorts; every fourth pixel and the next one, from pixel 2 `half` on."""
    order = [at for q in _QUARTERS for byte in range(8) for at in (4 * q + 8 * half + byte,) * 2]
    order = [at + 4 * LANES * (place % 2) for place, at in enumerate(order)]
    return build.bitcast(_sorted(build, a, b, order), _SHORTS)


def _spread(build: ir.IRBuilder, shorts: ir.Value, half: int) -> ir.Value:
    """The lower half of each pixel's word, for all of its channels."""
    order = [2 * (q + 2 * half + pixel) for q in _QUARTERS for pixel in (0, 0, 0, 0, 1, 1, 1, 1)]
    return _sorted(build, shorts, shorts, order)


def _part(build: ir.IRBuilder, value: ir.Value, share: ir.Value) -> ir.Value:
    """value * share / 32768, rounded; both are signed."""
    if _QUICK:
        return called(build, "llvm.x86.avx512.pmul.hr.sw.512", _SHORTS, [value, share])
    product = build.mul(build.sext(value, _WIDE), build.sext(share, _WIDE))
    half, places = (ir.Constant(_WIDE, [number] * 2 * LANES) for number in (1 << 14, 15))
    return build.trunc(build.ashr(build.add(product, half), places), _SHORTS)


class Pixels:
    """Sixteen pixels in two halves."""

    def __init__(self, build: ir.IRBuilder, halves: list[ir.Value]) -> None:
        self.build, self.halves = build, halves

    @classmethod
    def across(cls, left: Lanes, right: Lanes, place: Lanes) -> Pixels:
        """Between two neighbours, by the upper seven of the 16 bits of `place` behind the point, 127 times as large."""
        build = left.builder
        share = (place >> 9) & 127
        # the weights of both, a byte each
        weights = build.bitcast(((share << 8) - share + 127).value, _SHORTS)
        a, b, made = _bytes(left), _bytes(right), []
        for half in (0, 1):
            pair, weight = _paired(build, a, b, half), _spread(build, weights, half)
            if _QUICK:
                flat = [build.bitcast(each, _BYTES) for each in (pair, weight)]
                made.append(called(build, "llvm.x86.avx512.pmaddubs.w.512", _SHORTS, flat))
                continue
            low = build.mul(build.and_(pair, _shorts(255)), build.and_(weight, _shorts(255)))
            high = build.mul(build.lshr(pair, _shorts(8)), build.lshr(weight, _shorts(8)))
            made.append(build.add(low, high))
        return cls(build, made)

    def down(self, other: Pixels, place: Lanes) -> Lanes:
        """Between two of `across`, by the 16 bits of `place` behind the point; to words BGRA, rounded once. No colour
        that did not exceed its alpha does so now."""
        build, made = self.build, []
        shares = build.bitcast(((place >> 1) & 0x7FFF).value, _SHORTS)
        for half, (a, b) in enumerate(zip(self.halves, other.halves, strict=True)):
            between = build.add(a, _part(build, build.sub(b, a), _spread(build, shares, half)))
            made.append(_part(build, between, _shorts(258)))
        return _packed(build, made)


def _packed(build: ir.IRBuilder, halves: list[ir.Value]) -> Lanes:
    """Shorts of 0..255 to words."""
    if _QUICK:
        flat = called(build, "llvm.x86.avx512.packuswb.512", _BYTES, halves)
        return Lanes(build, build.bitcast(flat, _WORDS))
    low, high = (build.bitcast(half, _BYTES) for half in halves)
    order = [at + 4 * LANES * half for q in _QUARTERS for half in (0, 1) for at in range(4 * q, 4 * q + 16, 2)]
    return Lanes(build, build.bitcast(_sorted(build, low, high, order), _WORDS))


def over(above: Lanes, below: Lanes) -> Lanes:
    """Premultiplied words BGRA over others: none of what is below under a solid pixel, all of it under a clear one."""
    build, made = above.builder, []
    top, low, nothing = _bytes(above), _bytes(below), ir.Constant(_BYTES, [0] * 4 * LANES)
    for half in (0, 1):
        alphas = [4 * (q + 2 * half + pixel) + 3 for q in _QUARTERS for pixel in (0, 1) for _ in range(8)]
        alpha = build.lshr(build.bitcast(_sorted(build, top, top, alphas), _SHORTS), _shorts(1))
        under = _paired(build, low, nothing, half)
        made.append(build.sub(under, _part(build, under, alpha)))
    return above + _packed(build, made)


class Row:
    """The 32 words from `first` on, all of which are there to be read (AVX-512 only)."""

    def __init__(self, build: ir.IRBuilder, first: ir.Value) -> None:
        self.build = build
        behind = build.gep(first, [ir.Constant(WORD, LANES)], source_etype=WORD)
        everything = ir.Constant(ir.VectorType(ir.IntType(1), LANES), [1] * LANES)
        self._low, self._high = (loaded(build, place, everything).value for place in (first, behind))

    def picked(self, index: Lanes) -> Lanes:
        """Words by their place 0..31."""
        arguments = [self._low, index.value, self._high]
        return Lanes(self.build, called(self.build, "llvm.x86.avx512.vpermi2var.d.512", _WORDS, arguments))


def any_of(build: ir.IRBuilder, mask: ir.Value) -> ir.Value:
    bits = ir.IntType(LANES)
    return build.icmp_unsigned("!=", build.bitcast(mask, bits), ir.Constant(bits, 0))

"""Sixteen pixels at a time: vector code for the two kernels of which LLVM makes none by itself.

`Lanes` (words) and `Floats` hold values of the code that is being built, inside a numba intrinsic, and have the
operators of numbers, so that a kernel reads like arithmetic. Every processor that numba knows can run what they emit.
Numba's cache on disk notices a change of the file whose function it compiled, not of this one.
"""

from __future__ import annotations

from llvmlite import ir

LANES = 16
WORD, REAL, POINTER = ir.IntType(32), ir.FloatType(), ir.PointerType()
_BIT = ir.IntType(1)
_WORDS, _REALS, _MASK, _PLACES = (ir.VectorType(kind, LANES) for kind in (WORD, REAL, _BIT, POINTER))
_HALVES = ir.VectorType(ir.IntType(16), 2 * LANES)
_ALIGN = ir.Constant(WORD, 4)
_FAST = ("fast",)


class Lanes:
    """Sixteen 32-bit words."""

    def __init__(self, builder: ir.IRBuilder, value: ir.Value) -> None:
        self.builder, self.value = builder, value

    def _made(self, make: str, other: Lanes | int) -> Lanes:
        value = other.value if isinstance(other, Lanes) else ir.Constant(_WORDS, [other] * LANES)
        return Lanes(self.builder, getattr(self.builder, make)(self.value, value))

    def __add__(self, other: Lanes | int) -> Lanes:
        return self._made("add", other)

    def __sub__(self, other: Lanes | int) -> Lanes:
        return self._made("sub", other)

    def __mul__(self, other: Lanes | int) -> Lanes:
        return self._made("mul", other)

    def __and__(self, other: Lanes | int) -> Lanes:
        return self._made("and_", other)

    def __or__(self, other: Lanes | int) -> Lanes:
        return self._made("or_", other)

    def __lshift__(self, other: int) -> Lanes:
        return self._made("shl", other)

    def __rshift__(self, other: int) -> Lanes:
        return self._made("lshr", other)

    def floor(self, bits: int) -> Lanes:
        return self._made("ashr", bits)

    def within(self, most: Lanes) -> Lanes:
        """0..most."""
        build, zero = self.builder, constant(self.builder, 0).value
        least = build.select(build.icmp_signed("<", self.value, zero), zero, self.value)
        return Lanes(build, build.select(build.icmp_signed(">", least, most.value), most.value, least))

    def times(self, weights: Lanes) -> Lanes:
        """Both 16-bit halves of each word by those of `weights`."""
        build = self.builder
        product = build.mul(build.bitcast(self.value, _HALVES), build.bitcast(weights.value, _HALVES))
        return Lanes(build, build.bitcast(product, _WORDS))

    def real(self) -> Floats:
        return Floats(self.builder, self.builder.sitofp(self.value, _REALS))


class Floats:
    """Sixteen float32."""

    def __init__(self, builder: ir.IRBuilder, value: ir.Value) -> None:
        self.builder, self.value = builder, value

    def _of(self, other: Floats | float) -> ir.Value:
        return other.value if isinstance(other, Floats) else ir.Constant(_REALS, [other] * LANES)

    def _made(self, make: str, left: ir.Value, right: ir.Value) -> Floats:
        return Floats(self.builder, getattr(self.builder, make)(left, right, flags=_FAST))

    def __add__(self, other: Floats | float) -> Floats:
        return self._made("fadd", self.value, self._of(other))

    def __sub__(self, other: Floats | float) -> Floats:
        return self._made("fsub", self.value, self._of(other))

    def __rsub__(self, other: float) -> Floats:
        return self._made("fsub", self._of(other), self.value)

    def __mul__(self, other: Floats | float) -> Floats:
        return self._made("fmul", self.value, self._of(other))

    def __truediv__(self, other: Floats) -> Floats:
        return self._made("fdiv", self.value, other.value)

    def _chosen(self, order: str, other: Floats | float) -> Floats:
        value = self._of(other)
        choice = self.builder.fcmp_ordered(order, self.value, value, flags=_FAST)
        return Floats(self.builder, self.builder.select(choice, self.value, value))

    def at_most(self, other: Floats | float) -> Floats:
        return self._chosen("<", other)

    def at_least(self, other: Floats | float) -> Floats:
        return self._chosen(">", other)

    @classmethod
    def numbers(cls, builder: ir.IRBuilder, values: list[float]) -> Floats:
        return cls(builder, ir.Constant(_REALS, values))

    def sorted(self, order: list[int]) -> Floats:
        """Each lane's value from the lane that `order` says."""
        return Floats(self.builder, self.builder.shuffle_vector(self.value, self.value, ir.Constant(_WORDS, order)))

    def beyond(self, number: float) -> ir.Value:
        """A mask: which are greater?"""
        return self.builder.fcmp_ordered(">", self.value, self._of(number), flags=_FAST)

    def or_from(self, here: ir.Block, other: Floats, there: ir.Block) -> Floats:
        """This value when the code came from `here`, `other` when it came from `there`."""
        choice = self.builder.phi(_REALS)
        choice.add_incoming(self.value, here)
        choice.add_incoming(other.value, there)
        return Floats(self.builder, choice)

    def whole(self) -> Lanes:
        return Lanes(self.builder, self.builder.fptosi(self.value, _WORDS))


def constant(build: ir.IRBuilder, value: int) -> Lanes:
    return Lanes(build, ir.Constant(_WORDS, [value] * LANES))


def counted(build: ir.IRBuilder) -> Lanes:
    """0, 1, 2 ... in the lanes."""
    return Lanes(build, ir.Constant(_WORDS, list(range(LANES))))


def everywhere(build: ir.IRBuilder, value: ir.Value) -> Lanes | Floats:
    """One number in all lanes."""
    kind, made = (_REALS, Floats) if value.type == REAL else (_WORDS, Lanes)
    nothing = ir.Constant(kind, ir.Undefined)
    first = build.insert_element(nothing, value, ir.Constant(WORD, 0))
    return made(build, build.shuffle_vector(first, nothing, constant(build, 0).value))


def start_of(context, build: ir.IRBuilder, kind, array: ir.Value, first: ir.Value | None = None) -> ir.Value:
    """Where a numba array of 32-bit numbers lies in memory, from element `first` on."""
    data = context.make_array(kind)(context, build, array).data
    return data if first is None else build.gep(data, [first], source_etype=WORD)


def called(build: ir.IRBuilder, name: str, gives: ir.Type, arguments: list[ir.Value]) -> ir.Value:
    known = build.module.globals.get(name)
    if known is None:
        known = ir.Function(build.module, ir.FunctionType(gives, [each.type for each in arguments]), name)
    return build.call(known, arguments)


def gathered(build: ir.IRBuilder, base: ir.Value, index: Lanes, where: ir.Value) -> Lanes:
    """The words at `index` behind `base`, 0 where the mask says no."""
    places = build.gep(base, [index.value], source_etype=WORD)
    places.type = _PLACES
    name = f"llvm.masked.gather.v{LANES}i32.v{LANES}p0"
    return Lanes(build, called(build, name, _WORDS, [places, _ALIGN, where, constant(build, 0).value]))


def loaded(build: ir.IRBuilder, place: ir.Value, where: ir.Value, *, real: bool = False) -> Lanes | Floats:
    """Sixteen neighbours from `place` on, 0 where the mask says no."""
    kind, made, name = (_REALS, Floats, "f32") if real else (_WORDS, Lanes, "i32")
    arguments = [place, _ALIGN, where, ir.Constant(kind, [0] * LANES)]
    return made(build, called(build, f"llvm.masked.load.v{LANES}{name}.p0", kind, arguments))


def store(place: ir.Value, lanes: Lanes, where: ir.Value) -> None:
    arguments = [lanes.value, place, _ALIGN, where]
    called(lanes.builder, f"llvm.masked.store.v{LANES}i32.p0", ir.VoidType(), arguments)

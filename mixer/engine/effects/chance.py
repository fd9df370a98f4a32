"""Chance that a browser can repeat: numbers from 32-bit arithmetic alone.

`codecraft.common.seeds` is the house's source of chance; effects whose live twin runs in a page use this one, because
PCG64 and BLAKE2 are not at hand there. Sources: Fowler, Noll, Vo (FNV-1a hash); Marsaglia, "Xorshift RNGs", 2003.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit

_MASK = 0xFFFFFFFF


def seed_32(seed: int, *names: object) -> int:
    """FNV-1a of "seed/name/name" in UTF-8; never 0."""
    value = 0x811C9DC5
    for byte in "/".join([str(seed), *map(str, names)]).encode("utf-8"):
        value = (value ^ byte) * 0x01000193 & _MASK
    return value or 1


def uniforms(seed: int, *names: object) -> Iterator[float]:
    """Numbers in 0..1, one after another: x ^= x << 13; x ^= x >> 17; x ^= x << 5; x / 2^32. The first 8 are let go."""
    state = np.array([seed_32(seed, *names)], np.uint32)
    for _ in range(8):
        next_uniform(state)
    while True:
        yield float(next_uniform(state))


@njit(cache=True, nogil=True, error_model="numpy")
def next_uniform(state):  # pragma: no cover - compiled
    """The next number of the uint32 in `state[0]`, for compiled loops."""
    x = state[0]
    x ^= np.uint32(x << np.uint32(13))
    x ^= np.uint32(x >> np.uint32(17))
    x ^= np.uint32(x << np.uint32(5))
    state[0] = x
    return np.float64(x) / 4294967296.0

"""Random generators that belong to a seed and to names. Free of Django.

A generator depends on nothing else: not on the order in which generators are asked for, nor on the number of workers.
So a change in one bar, phrase or shot leaves the chance in every other one as it was.
"""

from __future__ import annotations

import hashlib

import numpy as np


def derive_seed(seed: int, *names: object) -> int:
    """A 128-bit seed from a seed and stable names (never `hash()`, which changes between runs)."""
    text = "/".join([str(seed), *map(str, names)])
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest(), "little")


def generator(seed: int, *names: object) -> np.random.Generator:
    """A generator for this seed and these names alone."""
    return np.random.Generator(np.random.PCG64(derive_seed(seed, *names)))

"""Random generators that belong to a seed and to names. Free of Django.

A generator depends on nothing else: not on the order in which generators are asked for, nor on the number of workers.
So a change in one bar, phrase or shot leaves the chance in every other one as it was.
"""

from __future__ import annotations

import hashlib

import numpy as np


def derive_seed(seed: int, *names: object) -> int:
    """A 64-bit seed from a seed and stable names (never `hash()`, which changes between runs)."""
    text = "/".join([str(int(seed)), *map(str, names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def generator(seed: int, *names: object) -> np.random.Generator:
    """A generator for this seed and these names alone."""
    return np.random.default_rng(derive_seed(seed, *names))

"""Random streams that belong to a name: a change in one bar or part leaves every other bar and part as it was."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *names: object) -> np.random.Generator:
    """A generator that depends on the seed and the names alone (never on the order in which streams are asked for)."""
    text = "/".join([str(seed), *map(str, names)])
    digest = hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))

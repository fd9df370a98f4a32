"""Reading between samples, from a ring of the last ones."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def read_late(ring, newest, late):  # pragma: no cover - compiled
    """The sound `late` samples (2 or more) before the one at `newest`: third-order Lagrange interpolation.

    With the whole part w and the rest f of `late`, and x(k) the sample k before the newest:
    x(w - 1) at distance f + 1, x(w) at f, x(w + 1) at 1 - f, x(w + 2) at 2 - f.
    """
    whole = int(late)
    d = 1.0 - (late - whole)
    mask = len(ring) - 1
    a, b = ring[(newest - whole - 2) & mask], ring[(newest - whole - 1) & mask]
    c, e = ring[(newest - whole) & mask], ring[(newest - whole + 1) & mask]
    return (
        -d * (d - 1.0) * (d - 2.0) / 6.0 * a
        + (d + 1.0) * (d - 1.0) * (d - 2.0) / 2.0 * b
        - (d + 1.0) * d * (d - 2.0) / 2.0 * c
        + (d + 1.0) * d * (d - 1.0) / 6.0 * e
    )


def ring_samples(longest: float) -> int:
    """A power of two that holds `longest` samples and the neighbours that interpolation reads."""
    return 1 << int(longest + 4).bit_length()

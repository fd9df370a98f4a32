"""The names of the files in a package. People and programs rely on them."""

from __future__ import annotations

from collections.abc import Iterable



LEAD_STEM = "01-lead-vocal"


def stem_names(part_names: Iterable[str]) -> tuple[str, ...]:
    """`NN-name` for each part of the orchestra, counted behind the lead vocal."""
    return tuple(f"{number:02d}-{name}" for number, name in enumerate(part_names, start=2))



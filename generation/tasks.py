"""What workers run, by dotted path. Tasks take ids and are safe to run twice."""

from __future__ import annotations

from generation import services


def run_generation(generation_id: str) -> bool:
    return services.run_generation(generation_id=generation_id)


def run_cut(cut_id: str) -> bool:
    return services.run_cut(cut_id=cut_id)

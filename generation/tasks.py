"""What workers run, by dotted path. Tasks take ids and are safe to run twice."""

from __future__ import annotations

from generation import services


def run_generation(generation_id: str) -> bool:
    return services.run_generation(generation_id=generation_id)


def make_media_ready(media_id: str) -> bool:
    return services.make_media_ready(media_id=media_id)


def run_cut(cut_id: str) -> bool:
    return services.run_cut(cut_id=cut_id)

"""A person's own pictures and clips, made ready for the film."""

from __future__ import annotations

from generation.engine.film.media.library import find_media, keep_facts, media_file, remove_media

__all__ = ["find_media", "keep_facts", "media_file", "remove_media"]

"""A person's own pictures and clips, made ready for the film.

`check_media` looks at an upload, `prepare_media` makes it ready; both raise BadMedia with one sentence for what cannot
be used. What strangers sent is only ever opened in children with limits and without a network.
"""

from __future__ import annotations

from generation.engine.film.media.clips import MAX_CLIP_S
from generation.engine.film.media.library import find_media, keep_facts, media_file, remove_media
from generation.engine.film.media.prepare import (
    MAX_CLIP_BYTES,
    MAX_PICTURE_BYTES,
    Checked,
    check_media,
    prepare_media,
)
from generation.engine.film.media.sniff import BadMedia

__all__ = [
    "MAX_CLIP_BYTES",
    "MAX_CLIP_S",
    "MAX_PICTURE_BYTES",
    "BadMedia",
    "Checked",
    "check_media",
    "find_media",
    "keep_facts",
    "media_file",
    "prepare_media",
    "remove_media",
]

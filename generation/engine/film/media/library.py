"""The folder of prepared pictures and clips: `<key>.png` or `<key>.mp4`, and a `<key>.json` that tells of each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from codecraft.common.codec import decode, encode
from generation.engine.film.types import OwnMedia

SUFFIXES = {"picture": ".png", "clip": ".mp4"}


def media_file(media_dir: Path, media: OwnMedia) -> Path:
    """Where the prepared file of a picture or clip lies."""
    return media_dir / f"{media.key}{SUFFIXES[media.kind]}"


def keep_facts(media_dir: Path, media: OwnMedia) -> None:
    """Write what is known of a prepared file beside it, at once or not at all."""
    path = media_dir / f"{media.key}.json"
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(encode(media)))
    draft.replace(path)


def find_media(media_dir: Path | None, keys: Iterable[str]) -> tuple[tuple[OwnMedia, ...], int]:
    """What is there of the pictures and clips under these keys, in their order, and how many are missing."""
    found, missing = [], 0
    for key in keys:
        media = _read(media_dir, key)
        if media is None:
            missing += 1
        else:
            found.append(media)
    return tuple(found), missing


def remove_media(media_dir: Path, key: str) -> None:
    """Remove the prepared file of a key and what stands beside it; nothing happens when there is none."""
    for suffix in (".json", *SUFFIXES.values(), ".jpg"):
        (media_dir / f"{key}{suffix}").unlink(missing_ok=True)


def _read(media_dir: Path | None, key: str) -> OwnMedia | None:
    if media_dir is None:
        return None
    try:
        media = decode(OwnMedia, json.loads((media_dir / f"{key}.json").read_text()))
        return media if media.key == key and media_file(media_dir, media).is_file() else None
    except (OSError, ValueError, TypeError, KeyError):
        return None

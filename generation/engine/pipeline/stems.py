"""Instrumental stems as assets: each part has a key of its own, so that an edit plays only what changed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from generation.engine.pipeline.store import AssetStore

_STEM = "stem.wav"


class StoredStems:
    """The orchestra's `StemStore` on the song's asset store: atomic, pruned, shared by all songs of the machine."""

    def __init__(self, store: AssetStore) -> None:
        self._store = store

    def get(self, key: str) -> Path | None:
        folder = self._store.find(key)
        return None if folder is None else folder / _STEM

    def put(self, key: str, stem: Path) -> None:
        """Keep the file under a second name where the disk can do that, else a copy of it."""

        def build(folder: Path) -> None:
            try:
                os.link(stem, folder / _STEM)
            except OSError:
                shutil.copyfile(stem, folder / _STEM)

        self._store.make(key, build)

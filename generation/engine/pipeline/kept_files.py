"""Single files as assets (a part's dry stem, a levelled stem, a shot): each has a key of its own in the store."""

from __future__ import annotations

from pathlib import Path

from codecraft.common.files import link_or_copy
from generation.engine.pipeline.store import AssetStore


class StoredFiles:
    """The `StemStore` of the orchestra and the `LevelledStore` of the mixer: hard links into the song's asset store,
    so that a file which lies in several songs takes its room once."""

    def __init__(self, store: AssetStore, *, name: str = "sound.wav") -> None:
        self._store, self._name = store, name

    def get(self, key: str) -> Path | None:
        folder = self._store.find(key)
        return folder / self._name if folder is not None else None

    def put(self, key: str, stem: Path) -> None:
        self._store.make(key, lambda folder: link_or_copy(stem, folder / self._name))

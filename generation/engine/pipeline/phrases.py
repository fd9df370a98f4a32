"""Sung phrases as assets: each has a key of its own in the store, which bounds their size with everything else."""

from __future__ import annotations

from generation.engine.pipeline.store import AssetStore
from voicelab.engine.singer.phrase_cache import SungSound, read_sound, write_sound


class StoredPhrases:
    """The singer's `PhraseStore` on the song's asset store: atomic, pruned, shared by all songs of the machine."""

    def __init__(self, store: AssetStore) -> None:
        self._store = store

    def get(self, key: str) -> SungSound | None:
        folder = self._store.find(key)
        if folder is None:
            return None
        sound = read_sound(folder)
        if sound is None:
            self._store.drop(folder)
        return sound

    def put(self, key: str, sound: SungSound) -> None:
        self._store.make(key, lambda folder: write_sound(folder, sound))

"""The asset store: what a stage made, under the content hash of what it was made from.

Layout: `<root>/assets/<key[:2]>/<key>/` holds a stage's files and `asset.json` (their sizes and times, checked at each
use); `<root>/work/<key>/` is where a stage that can resume (the film) keeps what it has finished so far. An asset
appears by one rename, so a killed process never leaves half of one.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path

MANIFEST = "asset.json"
ABANDONED_AFTER_S = 24 * 3600


class AssetStore:
    def __init__(self, root: Path) -> None:
        self._assets = root / "assets"
        self._work = root / "work"
        self._assets.mkdir(parents=True, exist_ok=True)
        self._work.mkdir(parents=True, exist_ok=True)
        self._used: set[Path] = set()

    def find(self, key: str) -> Path | None:
        """The folder of a finished asset, or None. One whose files were changed since is dropped."""
        folder = self._folder(key)
        try:
            manifest = json.loads((folder / MANIFEST).read_text())
        except (OSError, ValueError):
            return None
        if any(_stamp(folder / name) != stamp for name, stamp in manifest.items()):
            shutil.rmtree(folder, ignore_errors=True)
            return None
        os.utime(folder)
        self._used.add(folder)
        return folder

    def make(self, key: str, build: Callable[[Path], None]) -> Path:
        """The folder of asset `key`; `build(folder)` fills it when it is not there yet."""
        found = self.find(key)
        if found is not None:
            return found
        draft = self._work / f"draft-{uuid.uuid4().hex}"
        draft.mkdir(parents=True)
        try:
            build(draft)
            self._finish(draft, key)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(self._work / key, ignore_errors=True)
        return self._folder(key)

    def drop(self, folder: Path) -> None:
        """Forget an asset."""
        shutil.rmtree(folder, ignore_errors=True)

    def work_dir(self, key: str) -> Path:
        """A folder that outlives a crash, for a stage that resumes in the middle."""
        folder = self._work / key
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def shared_dir(self, name: str) -> Path:
        """A folder for what many assets share (painted plates)."""
        folder = self._work.parent / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def prune(self, limit_bytes: int) -> None:
        """Drop the assets that were used longest ago until the rest fit; those of this run stay.

        Drafts of killed workers and shots of cancelled films go after a day: until then they may be resumed.
        """
        for folder in self._work.iterdir():
            if time.time() - folder.stat().st_mtime > ABANDONED_AFTER_S:
                shutil.rmtree(folder, ignore_errors=True)
        folders = [f for f in self._assets.glob("*/*") if f.is_dir()]
        sizes = {f: sum(p.stat().st_size for p in f.rglob("*") if p.is_file()) for f in folders}
        total = sum(sizes.values())
        for folder in sorted(folders, key=lambda f: f.stat().st_mtime):
            if total <= limit_bytes:
                return
            if folder not in self._used:
                total -= sizes[folder]
                shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, key: str) -> Path:
        return self._assets / key[:2] / key

    def _finish(self, draft: Path, key: str) -> None:
        names = sorted(str(p.relative_to(draft)) for p in draft.rglob("*") if p.is_file())
        (draft / MANIFEST).write_text(json.dumps({name: _stamp(draft / name) for name in names}))
        folder = self._folder(key)
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.rename(folder)
        except OSError:
            if self.find(key) is None:  # another worker made the same asset: theirs is as good
                raise
        self._used.add(folder)


def _stamp(path: Path) -> list[int] | None:
    """Size and time of a file: packages are hard links into the store, and this notices an edit in place."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return [stat.st_size, stat.st_mtime_ns]

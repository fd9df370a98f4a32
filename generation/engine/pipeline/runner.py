"""Runs stages against the store, one by one or side by side, and says how far they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from pathlib import Path
from typing import Any

from codecraft.common.codec import content_hash
from codecraft.common.errors import Cancelled
from codecraft.common.progress import Progress
from generation.engine.pipeline.store import AssetStore
from generation.engine.pipeline.types import STAGES, Report, StageReport

POLL_S = 0.25
Build = Callable[[Path, Progress], None]
Piece = tuple[str, Build, float]
"""A part of a stage with an asset of its own: its key, how it is made, and its share of the stage's work."""


class StageRunner:
    """`report` is only ever called on the thread that made the runner: it may talk to a database."""

    def __init__(self, store: AssetStore, report: Report, *, stages: tuple[str, ...]) -> None:
        self.store = store
        self._report = report
        weights = {s.name: s.weight for s in STAGES if s.name in stages}
        self._weights = {name: weight / sum(weights.values()) for name, weight in weights.items()}
        self._done: dict[str, float] = dict.fromkeys(self._weights, 0.0)
        self._main = threading.get_ident()
        self._stop = threading.Event()
        self._found: set[str] = set()
        self.preview_path: Path | None = None
        self.stream_dir: Path | None = None

    @staticmethod
    def key(stage: str, version: str, *inputs: Any) -> str:
        """The content hash of what a stage is made from."""
        return content_hash({"stage": stage, "version": version, "inputs": list(inputs)})

    def run(self, stage: str, key: str, build: Build) -> Path:
        """The stage's asset folder, made now or found in the store."""
        return self.run_pieces(stage, [(key, build, 1.0)])[0]

    def pass_by(self, stage: str) -> None:
        """A stage with nothing to do: its result was given."""
        self._tell(stage, 1.0, cached=True)

    def run_pieces(self, stage: str, pieces: list[Piece]) -> list[Path]:
        """The asset folders of a stage of several pieces, each made now or found in the store. Shares sum to 1."""
        if all(known := [self.store.find(key) for key, _, _ in pieces]):
            self._tell(stage, 1.0, cached=True)
            return [folder for folder in known if folder is not None]
        self._tell(stage, 0.0)
        folders, done = [], 0.0
        for key, build, share in pieces:
            folders.append(self._piece(stage, key, build, done, share))
            done += share
        self._tell(stage, 1.0)
        return folders

    def _piece(self, stage: str, key: str, build: Build, done: float, share: float) -> Path:
        if (found := self.store.find(key)) is not None:
            return found
        whole = self._progress(stage)
        return self.store.make(key, lambda draft: build(draft, lambda fraction: whole(done + share * fraction)))

    def run_beside(self, beside: tuple[str, str, Build], main: tuple[str, list[Piece]]) -> tuple[Path, list[Path]]:
        """Two stages that do not need each other: the first on a thread of its own, the second (in pieces) here."""
        with ThreadPoolExecutor(max_workers=1) as pool:
            future = pool.submit(self._run_quietly, *beside)
            try:
                here = self.run_pieces(*main)
                there = self._wait(future, beside[0])
            except BaseException:
                self._stop.set()
                raise
        return there, here

    def _run_quietly(self, stage: str, key: str, build: Build) -> Path:
        if (found := self.store.find(key)) is not None:
            self._found.add(stage)
            return found
        folder = self.store.make(key, lambda draft: build(draft, self._progress(stage)))
        self._done[stage] = 1.0
        return folder

    def _wait(self, future: Future[Path], stage: str) -> Path:
        while True:
            try:
                folder = future.result(timeout=POLL_S)
            except StillRunning:
                self._tell(stage, self._done[stage])
                continue
            self._tell(stage, 1.0, cached=stage in self._found)
            return folder

    def _progress(self, stage: str) -> Progress:
        def progress(fraction: float) -> None:
            if threading.get_ident() == self._main:
                self._tell(stage, fraction)
            elif self._stop.is_set():
                raise Cancelled("The song was cancelled.")
            else:
                self._done[stage] = min(1.0, max(0.0, fraction))

        return progress

    def _tell(self, stage: str, fraction: float, *, cached: bool = False) -> None:
        self._done[stage] = min(1.0, max(0.0, fraction))
        whole = sum(self._weights[name] * done for name, done in self._done.items())
        self._report(StageReport(stage, self._done[stage], min(1.0, whole), cached, self.preview_path, self.stream_dir))

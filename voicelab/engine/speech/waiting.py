"""Waiting for the network without becoming deaf to a cancel."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from codecraft.common.progress import Progress

POLL_S = 0.2
Answer = TypeVar("Answer")


def patiently(fetch: Callable[[], Answer], progress: Progress) -> Answer:
    """What `fetch` returns or raises. It runs on a thread of its own, while `progress(0)` is called on this one; when
    that raises (Cancelled), the request is left to its own time-out and its answer to nobody."""
    answers: queue.SimpleQueue[tuple[Answer | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((fetch(), None))
        except BaseException as error:  # carried to the thread that waits
            answers.put((None, error))

    threading.Thread(target=run, daemon=True, name="speech-request").start()
    while True:
        progress(0.0)
        try:
            answer, error = answers.get(timeout=POLL_S)
        except queue.Empty:
            continue
        if error is not None:
            raise error
        return answer

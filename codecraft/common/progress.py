"""Progress of long work, as engines report it. Free of Django."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with a fraction 0..1. It may raise `codecraft.common.errors.Cancelled`: engines let that through."""


def ignore_progress(fraction: float) -> None:
    """The default: nobody is watching."""


def span(progress: Progress, start: float, end: float) -> Progress:
    """Map a sub-task's 0..1 onto `start`..`end` of `progress`."""

    def report(fraction: float) -> None:
        progress(start + (end - start) * min(1.0, max(0.0, fraction)))

    return report

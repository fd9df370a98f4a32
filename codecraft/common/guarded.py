"""Programs that read what strangers sent, run as children with limits, and ended when they overstay."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_LIMITS = Path(__file__).with_name("child_limits.py")
_MAX_PRINTED_CHARS = 200_000


@dataclass(frozen=True)
class Ceiling:
    """What a child may use at most; `wall_s` is by the clock on the wall."""

    memory_bytes: int
    cpu_s: int
    file_bytes: int
    wall_s: float


@dataclass(frozen=True)
class Ended:
    """How a child ended: its exit code (negative: the signal that ended it), what it printed, whether it overstayed."""

    code: int
    out: str
    err: str
    overstayed: bool = False


def run_guarded(command: Sequence[str], ceiling: Ceiling, *, on_line: Callable[[str], None] | None = None) -> Ended:
    """Run a program to its end under a ceiling. `on_line` hears each line of its standard output; what it raises ends
    the program first."""
    values = (ceiling.memory_bytes, ceiling.cpu_s, ceiling.file_bytes)
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_LIMITS), *map(str, values), *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        start_new_session=True,
    )  # fmt: skip
    overstayed = threading.Event()
    timer = threading.Timer(ceiling.wall_s, lambda: (overstayed.set(), _kill(child)))
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.append(_read(child.stderr)), daemon=True)
    timer.start()
    reader.start()
    try:
        lines = []
        for line in child.stdout:
            lines.append(line)
            if on_line is not None:
                on_line(line.strip())
        code = child.wait()
    finally:
        timer.cancel()
        _kill(child)
        child.wait()
        reader.join()
        child.stdout.close()
        child.stderr.close()
    return Ended(code, "".join(lines)[-_MAX_PRINTED_CHARS:], "".join(errors), overstayed.is_set())


def _read(stream) -> str:
    """All that a stream says, of which the beginning is kept: a hostile file may make a program very talkative."""
    kept: list[str] = []
    length = 0
    for line in stream:
        if length < _MAX_PRINTED_CHARS:
            kept.append(line)
            length += len(line)
    return "".join(kept)


def _kill(child: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):
        child.kill()
